"""The network as a plain MultiDiGraph: everything that is documented is there, and nothing is lost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from kg.analysis.exchange import to_networkx
from kg.analysis.network import build
from tests.analysis.tables import fact, facts

if TYPE_CHECKING:
    import kg

NODE = {"entity", "label", "type", "site", "site_label", "site_kind", "within", "synonyms"}
EDGE = {
    "predicate", "kind", "sign", "polarity", "belief", "cost", "relations", "publications", "against", "assumptions",
    "contradicted", "retracted",
}  # fmt: skip


def test_every_step_is_an_edge_with_its_attributes(graph: kg.KnowledgeGraph) -> None:
    network, net = graph.states(), graph.network()
    assert net.number_of_edges() == len(network.steps)
    assert net.number_of_nodes() == len(network.states)
    for step in network.steps:
        edges = net[step.source.name][step.target.name].values()
        edge = next(e for e in edges if e["sign"] == step.sign)
        assert edge.keys() >= EDGE
        assert edge["relations"] == step.relations
        assert edge["publications"] == step.publications
        assert edge["cost"] == pytest.approx(step.cost)
        assert edge["polarity"] == {1: "+", -1: "-", 0: ""}[step.sign]


def test_nodes_say_what_and_where(graph: kg.KnowledgeGraph) -> None:
    net = graph.network()
    assert all(data.keys() >= NODE for _, data in net.nodes(data=True))
    il8 = net.nodes["HGNC:6025@bm_stromal_cell"]
    assert (il8["label"], il8["type"], il8["site_kind"]) == ("CXCL8", "gene_product", "cell")
    cargo = net.nodes["HGNC:31508@vesicle/exil8:cml_exosome"]
    assert (cargo["site"], cargo["within"]) == ("vesicle", "exil8:cml_exosome")
    assert net.graph["title"] == graph.profile.title
    assert set(net.graph["sites"]) == {s.id for s in graph.content.sites}


def test_ranges(graph: kg.KnowledgeGraph) -> None:
    for _, _, edge in graph.network().edges(data=True):
        assert 0 < edge["belief"] <= 1
        assert 0 <= edge["cost"] < math.inf
        assert edge["kind"] in {"effect", "transfer", "definition"}
        assert edge["contradicted"] == bool(edge["against"])
        assert not edge["retracted"]


def test_steps_of_contrary_sign_are_parallel_edges() -> None:
    net = to_networkx(build(facts(
        fact("L@extracellular promotes P@tumour", "PMID:1", against=("PMID:2",)),
        fact("L@extracellular suppresses P@tumour", "PMID:2", against=("PMID:1",)),
    )))  # fmt: skip
    edges = net["L@extracellular"]["P@tumour"]
    assert sorted(edges) == ["promotes +1", "suppresses -1"]
    assert all(edge["contradicted"] for edge in edges.values())
