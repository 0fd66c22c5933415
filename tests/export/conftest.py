"""Networks that the exporters are tried on: the axis of the example figure, and hard cases."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx
import pytest

from kg.export.reading import view_of
from kg.export.view import Column, View

if TYPE_CHECKING:
    Network: TypeAlias = nx.MultiDiGraph[str]

COLUMNS = (
    Column(id="cml", label="CML cell", sites=("cml_cell",), colour="#D55E00", fill="#FBE8DF"),
    Column(id="medium", label="Extracellular space", sites=("extracellular", "vesicle")),
    Column(id="stroma", label="BM stromal cell", sites=("bm_stromal_cell",), colour="#0072B2", fill="#E3EFF8"),
)
_KINDS = {"cml_cell": "cell", "bm_stromal_cell": "cell", "extracellular": "medium", "vesicle": "carrier"}
_SITES = {
    "cml_cell": "chronic myeloid leukemia cell",
    "bm_stromal_cell": "stromal cell of bone marrow",
    "extracellular": "extracellular space",
    "vesicle": "inside or on an extracellular vesicle",
}
# name, CURIE, type, site
_NODES = (
    ("BCR-ABL1", "MESH:D016044", "gene_product", "cml_cell"),
    ("CML exosome", "exil8:cml_exosome", "vesicle", "extracellular"),
    ("AREG", "HGNC:651", "gene_product", "extracellular"),
    ("EGFR", "HGNC:3236", "gene_product", "bm_stromal_cell"),
    ("NF-κB", "exil8:nfkb", "complex", "bm_stromal_cell"),
    ("CXCL8", "HGNC:6025", "gene_product", "extracellular"),
    ("CXCR1", "HGNC:6026", "gene_product", "cml_cell"),
    ("CXCR2", "HGNC:6027", "gene_product", "cml_cell"),
    ("AKT1", "HGNC:391", "gene_product", "cml_cell"),
    ("CML cell survival", "MESH:D002470", "process", "cml_cell"),
    ("VCAM1", "HGNC:12663", "gene_product", "bm_stromal_cell"),
    ("Stromal adhesion", "GO:0007155", "phenotype", "bm_stromal_cell"),
    ("imatinib", "CHEBI:45783", "chemical", "extracellular"),
    ("SB225002", "CHEBI:1", "chemical", "extracellular"),
)
# source, predicate, target, sign, papers, contradicted, retracted
_EDGES: tuple[tuple[str, str, str, int, int, bool, bool], ...] = (
    ("BCR-ABL1", "releases", "CML exosome", 1, 3, False, False),
    ("CML exosome", "carries", "AREG", 1, 2, False, False),
    ("AREG", "activates", "EGFR", 1, 2, False, False),
    ("EGFR", "activates", "NF-κB", 1, 1, False, False),
    ("NF-κB", "increases_expression_of", "CXCL8", 1, 2, False, False),
    ("CML exosome", "increases_secretion_of", "CXCL8", 1, 5, False, False),
    ("CML exosome", "decreases_expression_of", "CXCL8", -1, 1, True, False),
    ("CXCL8", "binds", "CXCR1", 0, 6, False, False),
    ("CXCL8", "binds", "CXCR2", 0, 6, False, False),
    ("CXCR1", "activates", "AKT1", 1, 2, False, False),
    ("CXCR2", "activates", "AKT1", 1, 3, False, False),
    ("AKT1", "promotes", "CML cell survival", 1, 3, False, False),
    ("BCR-ABL1", "promotes", "CML cell survival", 1, 9, False, False),
    ("CML exosome", "increases_expression_of", "VCAM1", 1, 2, False, False),
    ("VCAM1", "promotes", "Stromal adhesion", 1, 2, False, False),
    ("Stromal adhesion", "promotes", "CML cell survival", 1, 2, True, True),
    ("imatinib", "inhibits", "BCR-ABL1", -1, 8, False, False),
    ("SB225002", "inhibits", "CXCR2", -1, 1, False, False),
)


def state(graph: Network, label: str, curie: str, type_: str, site: str, **more: Any) -> str:
    """Add a state in the form of the network floor and return its key."""
    key = f"{curie}@{site}"
    graph.add_node(
        key,
        entity=curie,
        label=label,
        type=type_,
        site=site,
        site_label=_SITES.get(site, site),
        site_kind=_KINDS.get(site, "unspecified"),
        within="",
        **more,
    )
    return key


def step(graph: Network, source: str, predicate: str, target: str, *, key: str, sign: int = 1, **more: Any) -> None:
    """Add a step in the form of the network floor."""
    given: dict[str, Any] = {
        "kind": "effect",
        "polarity": "-" if sign < 0 else "+",
        "belief": 0.75,
        "cost": 0.2877,
        "relations": (f"exil8r:{key}",),
        "publications": ("PMID:24657661",),
        "against": (),
        "assumptions": (),
        "contradicted": False,
    }
    graph.add_edge(source, target, key=key, predicate=predicate, sign=sign, **{**given, **more})


def axis_network() -> Network:
    """The network of the example figure, with invented counts."""
    graph: Network = nx.MultiDiGraph(
        title="CML exosome – IL-8 (CXCL8) axis",
        description="Test data, not curated: “NF-κB”, naïve, <tag> & more.",
        sites=("cml_cell", "extracellular", "bm_stromal_cell"),
    )
    keys = {name: state(graph, name, curie, type_, site) for name, curie, type_, site in _NODES}
    for i, (source, predicate, target, sign, papers, contradicted, retracted) in enumerate(_EDGES):
        step(
            graph,
            keys[source],
            predicate,
            keys[target],
            key=f"{i:020x}",
            sign=sign,
            kind="transfer" if predicate in ("releases", "carries") else "effect",
            belief=round(1 - 0.3**papers, 4),
            publications=("PMID:24657661", *(f"PMID:9999{i:02}{n:02}" for n in range(papers - 1))),
            against=("PMID:27872094",) if contradicted else (),
            contradicted=contradicted,
            retracted=retracted,
        )
    return graph


def hard_network() -> Network:
    """Text that breaks careless writers, a self-loop, parallel edges, a state at no named site."""
    graph: Network = nx.MultiDiGraph(title="Hard | case = <b>&amp;</b> “κ” – ï\ttab\nnewline", description="</script>")
    nasty = state(
        graph,
        'IL-8 </script><img src=x onerror=alert(1)> & "κ" | a=b\tc\nd',
        "HGNC:6025",
        "gene_product",
        "extracellular",
    )
    other = state(
        graph, "naïve “T cell” – 細胞", "CL:0000898", "cell", "somewhere_else", synonyms=("a|b", "c;d", "e\tf")
    )
    cargo = state(graph, "miR-126 ]]>", "HGNC:31508", "mirna", "vesicle")
    odd = state(graph, "\x00\x0bodd\ud800", "exil8:odd", "no_such_type", "cml_cell")
    step(graph, nasty, "activates", nasty, key="loop")
    step(graph, nasty, "binds|activates", other, key="p1")
    step(
        graph, nasty, "binds|activates", other, key="p2", publications=("DOI:10.1002/(SICI)1097<1345::AID>3.0.CO;2-X",)
    )
    step(graph, nasty, "suppresses", other, key="p3", sign=-1, belief=None, cost=float("inf"))
    step(graph, other, "promotes", nasty, key="back", publications=("PMC:PMC123", "PMID:1", "nonsense"))
    step(graph, cargo, "enters_with_vesicle", odd, key="move", kind="transfer", assumptions=("uptake & <entry>",))
    step(graph, odd, "suppresses", cargo, key="definition", sign=-1, kind="definition", publications=())
    return graph


@pytest.fixture
def axis() -> Network:
    """The axis of the example figure: 14 nodes, 18 edges."""
    return axis_network()


@pytest.fixture(scope="session")
def view() -> View:
    """The axis, placed in its three columns."""
    return view_of(
        axis_network(),
        columns=COLUMNS,
        reference="PMID:24657661",
        rights="CC-BY-4.0",
        organism="Homo sapiens",
        version="1",
    )


@pytest.fixture(scope="session")
def hard() -> View:
    """The hard case in the same columns."""
    return view_of(hard_network(), columns=COLUMNS)


@pytest.fixture
def columns() -> tuple[Column, ...]:
    """Three columns: leukaemic cell, medium, stroma."""
    return COLUMNS


@pytest.fixture
def hard_graph() -> Network:
    """The network of the hard case."""
    return hard_network()


def _small() -> dict[str, Network]:
    empty: Network = nx.MultiDiGraph()
    one: Network = nx.MultiDiGraph()
    state(one, "CXCL8", "HGNC:6025", "gene_product", "extracellular")
    loop: Network = nx.MultiDiGraph()
    key = state(loop, "CXCL8", "HGNC:6025", "gene_product", "cml_cell")
    step(loop, key, "activates", key, key="loop")
    bare: Network = nx.MultiDiGraph([("a", "b"), ("a", "b"), ("b", "c")])
    return {"empty": empty, "one node": one, "self-loop": loop, "without attributes": bare}


@pytest.fixture(scope="session", params=["axis", "hard", *_small()])
def any_view(request: pytest.FixtureRequest) -> View:
    """Each of the networks in turn: axis, hard case, empty, one node, self-loop, without attributes."""
    networks = {"axis": axis_network, "hard": hard_network}
    graph = networks[request.param]() if request.param in networks else _small()[request.param]
    return view_of(graph, columns=COLUMNS)


def shuffled(graph: Network, seed: int) -> Network:
    """The same network, put together in another order."""
    order = random.Random(seed)
    other: Network = nx.MultiDiGraph(**graph.graph)
    for node in order.sample(sorted(graph), len(graph)):
        other.add_node(node, **graph.nodes[node])
    edges = list(graph.edges(keys=True, data=True))
    for source, target, key, data in order.sample(edges, len(edges)):
        other.add_edge(source, target, key=key, **data)
    return other


@pytest.fixture
def other_order(axis: Network) -> Network:
    """The axis, put together in another order."""
    return shuffled(axis, 8)
