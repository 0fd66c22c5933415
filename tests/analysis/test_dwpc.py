"""Degree-weighted path counts against the published example and exhaustive search."""

from __future__ import annotations

import gzip
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from kg.analysis.dwpc import MetaStep, degree_weighted_path_count, entity_graph
from kg.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    import kg

BUPROPION = Path(__file__).parents[1] / "fixtures" / "hetnet" / "bupropion.tsv.gz"


def published_example() -> nx.MultiDiGraph[str]:
    """Figure 2 of Himmelstein & Baranzini 2015, each undirected edge both ways."""
    kinds = {"Lung": "Tissue", "Leukocyte": "Tissue", "Crohn": "Disease", "MS": "Disease"}
    edges = {
        "interaction": ["IRF1 SUMO1", "IRF1 IL2RA", "IRF1 IRF8", "IRF1 CXCR4", "ITCH CXCR4"],
        "association": ["IRF1 Crohn", "STAT3 Crohn", "STAT3 MS", "IL2RA MS", "IRF8 MS", "CXCR4 MS"],
        "expression": ["IRF1 Lung", "IRF1 Leukocyte"],
        "localization": ["MS Leukocyte"],
    }
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for predicate, pairs in edges.items():
        for one, other in (pair.split() for pair in pairs):
            graph.add_node(one, type=kinds.get(one, "Gene"))
            graph.add_node(other, type=kinds.get(other, "Gene"))
            graph.add_edge(one, other, predicate=predicate)
            graph.add_edge(other, one, predicate=predicate)
    return graph


def test_published_figures() -> None:
    graph = published_example()
    expressed = [MetaStep("expression", "Tissue"), MetaStep("localization", "Disease")]
    result = degree_weighted_path_count(graph, "IRF1", "MS", expressed, damping=0.5)
    assert result.count == 1
    assert result.value == pytest.approx(2**-0.5)
    interacting = [MetaStep("interaction", "Gene"), MetaStep("association", "Disease")]
    result = degree_weighted_path_count(graph, "IRF1", "MS", interacting, damping=0.5)
    assert result.count == 3
    assert result.value == pytest.approx(0.25 + 0.25 + 32**-0.5)
    assert result.paths[-1].degrees == (4, 2, 1, 4)


def test_published_figure_of_bupropion() -> None:
    """CbGpPWpGaD to nicotine dependence, as the tests of hetnetpy and hetmatpy give it; edges are walked both ways."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for line in gzip.decompress(BUPROPION.read_bytes()).decode().splitlines()[1:]:
        predicate, one, other = line.split("\t")
        for name in (one, other):
            graph.add_node(name, type=name.partition(" ")[0])
        graph.add_edge(one, other, predicate=predicate)
    metapath = [
        MetaStep("binds", "Gene"),
        MetaStep("participates", "Pathway"),
        MetaStep("participates", "Gene", backward=True),
        MetaStep("associates", "Disease", backward=True),
    ]
    result = degree_weighted_path_count(graph, "Compound 0", "Disease 0", metapath, damping=0.4)
    assert result.count == 142
    assert result.value == pytest.approx(0.03287590886921623, rel=1e-12)
    assert str(result).startswith("142 paths of this kind; degree-weighted count 0.0328759 (w = 0.4)")


def test_counts_over_the_relations_of_the_graph(graph: kg.KnowledgeGraph) -> None:
    result = graph.dwpc("SB225002", "apoptosis", ["targets>gene_product", "suppresses>process"])
    (path,) = result.paths
    made = entity_graph(graph.facts())
    assert path.nodes == ("CHEBI:93074", "HGNC:6027", "GO:0006915")
    targets = {v for u, v, data in made.edges(data=True) if u == "CHEBI:93074" and data["predicate"] == "targets"}
    assert path.degrees[0] == len({t for t in targets if made.nodes[t]["type"] == "gene_product"})
    assert result.to_frame().shape == (1, 3)
    turned = graph.dwpc("apoptosis", "SB225002", ["suppresses<gene_product", "targets<chemical"])
    assert turned.value == pytest.approx(result.value)


@pytest.mark.parametrize(
    ("metapath", "says"),
    [
        (["targets"], "write predicate>type"),
        (["likes>gene_product"], "unknown 'likes'"),
        (["targets>planet"], "unknown 'planet'"),
        ([], "at least one step"),
    ],
)
def test_a_metapath_that_is_none_is_refused(graph: kg.KnowledgeGraph, metapath: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        graph.dwpc("SB225002", "apoptosis", metapath)


@pytest.mark.parametrize("seed", range(5))
def test_equals_trying_every_sequence_of_nodes(seed: int) -> None:
    random = np.random.default_rng(seed)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    names = [f"{'gd'[number % 2]}{number}" for number in range(8)]
    graph.add_nodes_from((name, {"type": name[0]}) for name in names)
    for _ in range(40):
        one, other = random.choice(names, 2, replace=False).tolist()
        graph.add_edge(one, other, predicate=("a", "b", "a|b")[random.integers(3)])
    steps = [MetaStep("a", "d"), MetaStep("b", "g", backward=True), MetaStep("a", "g")]

    def linked(one: str, other: str, step: MetaStep) -> bool:
        ends = (other, one) if step.backward else (one, other)
        data = dict(graph.get_edge_data(*ends) or {})
        return graph.nodes[other]["type"] == step.target_type and any(
            step.predicate in edge["predicate"].split("|") for edge in data.values()
        )

    total, count = 0.0, 0
    for middle in permutations(names, 2):
        walk = ("g0", *middle, "g2")
        kinds = ["g", "d", "g"]
        if len(set(walk)) < 4 or not all(linked(a, b, s) for a, b, s in zip(walk, walk[1:], steps, strict=False)):
            continue
        weight = 1.0
        for a, b, step, kind in zip(walk, walk[1:], steps, kinds, strict=False):
            weight *= sum(linked(a, name, step) for name in names) ** -0.4
            weight *= sum(linked(name, b, step) for name in names if name[0] == kind) ** -0.4
        total, count = total + weight, count + 1
    result = degree_weighted_path_count(graph, "g0", "g2", steps)
    assert result.count == count
    assert result.value == pytest.approx(total)


def test_bad_metapaths_are_refused() -> None:
    graph = published_example()
    with pytest.raises(UnknownNameError):
        degree_weighted_path_count(graph, "IRF1", "MSX", [MetaStep("association", "Disease")])
    with pytest.raises(UsageError, match="metapath"):
        degree_weighted_path_count(graph, "IRF1", "MS", [])
    with pytest.raises(UsageError, match="damping"):
        degree_weighted_path_count(graph, "IRF1", "MS", [MetaStep("association", "Disease")], damping=2)
