"""Knock-out against a graph without the nodes, and what it says of the axis when a receptor is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.analysis.graphs import network_from_rows
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.knockout import knock_out
from kg.errors import UsageError
from tests.analysis.brute import random_graph
from tests.analysis.test_cuts import indexed

if TYPE_CHECKING:
    import kg


def test_what_is_left_is_what_a_graph_without_the_nodes_holds() -> None:
    lost = 0
    for seed in range(60):
        graph = random_graph(seed)
        network, target = indexed(graph), f"s{graph.n_states - 1}"
        gone = "e1"
        if gone not in network.states_of or gone in {f"e{graph.entity[0]}", f"e{graph.entity[-1]}"}:
            continue
        result = knock_out(network, gone, "s0", target, k=500)
        left = network.graph.copy()
        left.remove_nodes_from([name for name, data in network.graph.nodes(data=True) if data["entity"] == gone])
        bare = IndexedNetwork.of(left)
        expected = bare.index.k_best(bare.states("s0"), bare.states(target), 500).paths
        assert [row.cost_nat for row in result.remaining] == pytest.approx([path.cost for path in expected])
        assert sum(row.kept for row in result.remaining) == result.kept
        assert result.cost_after == (expected[0].cost if expected else None)
        assert result.sign_after == (expected[0].sign if expected else None)
        lost += result.lost
    assert lost > 50


def test_the_next_best_paths_move_up() -> None:
    rows = [("S", name, "+", belief) for name, belief in (("a", 0.9), ("b", 0.8), ("c", 0.7))]
    rows += [(name, "T", "+", 0.9) for name in "abc"]
    result = knock_out(network_from_rows(rows), "a", "S", "T", k=2)
    assert (result.lost, result.kept) == (1, 1)
    assert [(row.rank, row.kept, row.path) for row in result.remaining] == [
        (1, True, "S --acts on--> b --acts on--> T"),
        (2, False, "S --acts on--> c --acts on--> T"),
    ]
    assert "(not among the best before)" in str(result)
    assert len(result.to_frame()) == 2


def test_a_turn_of_the_sign_is_seen() -> None:
    graph = network_from_rows([("S", "a", "+", 0.9), ("a", "T", "+", 0.9), ("S", "b", "+", 0.5), ("b", "T", "-", 0.5)])
    assert knock_out(graph, "a", "S", "T").sign_changes
    assert not knock_out(graph, "b", "S", "T").sign_changes
    assert knock_out(graph, "b", "T", "S").cost_before is None
    assert str(knock_out(graph, ["a", "b"], "S", "T")) == "Without a, b: no path is left (2 of 2 lost)."


def test_what_remains_without_cxcr2_has_papers_and_says_what_is_in_doubt(graph: kg.KnowledgeGraph) -> None:
    result = graph.knock_out("CXCR2")
    best = result.remaining[0]
    assert best.kept
    assert best.note == "CXCL8 on cell survival: this step may itself run over CXCR2 (CXCL8 binds it)"
    assert "PMID:24657661" in best.publications
    told = result.to_dict()["paths"]
    assert len(told) == len(result.remaining) == result.kept
    assert [step["object"] for step in told[0]["steps"]] == ["HGNC:6025", "HGNC:6025", "MESH:D002470"]
    assert any(not row.note for row in result.remaining)
    both = graph.knock_out(["CXCR1", "CXCR2"]).remaining[0]
    assert both.note.endswith("over CXCR1 and CXCR2 (CXCL8 binds them)")


@pytest.mark.parametrize(("site", "doubted"), [("tumour", True), ("vessel", False)])
def test_only_a_step_into_the_cell_that_bears_the_receptor_is_in_doubt(site: str, doubted: bool) -> None:
    graph = network_from_rows([("L@medium", "R@tumour", "+", 0.9), ("L@medium", f"life@{site}", "+", 0.8)])
    graph.add_edge("S", "L@medium", polarity="+", belief=0.9)
    for node in graph:
        graph.nodes[node]["site"] = node.rpartition("@")[2]
    graph.edges["L@medium", "R@tumour", 0]["predicate"] = "activates|binds"
    (row,) = knock_out(graph, "R", "S", "life").remaining
    assert bool(row.note) == doubted
    graph.edges["L@medium", "R@tumour", 0]["predicate"] = "activates"
    (row,) = knock_out(graph, "R", "S", "life").remaining
    assert not row.note


def test_with_a_drug_class_go_its_members(graph: kg.KnowledgeGraph) -> None:
    result = graph.knock_out("TKI")
    assert {"CHEBI:45783", "MESH:D047428"} <= set(result.entities)


@pytest.mark.parametrize(
    ("entities", "says"),
    [((), "name at least one entity"), ("HGNC:5438", "no entity is called"), ([""], "write a name"), (3, "a list of")],
)
def test_nothing_to_knock_out_is_refused(graph: kg.KnowledgeGraph, entities: object, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        graph.knock_out(entities)  # type: ignore[arg-type]


def test_one_name_is_one_entity(graph: kg.KnowledgeGraph) -> None:
    assert graph.knock_out("IL-8", k=5) == graph.knock_out(["IL-8"], k=5)
