"""Minimum intervention against trying every set of entities, on paths found by exhaustive walking; sign balance."""

from __future__ import annotations

import math
from itertools import chain, combinations
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from kg.analysis.balance import sign_balance
from kg.analysis.cuts import Intervention, drugs_against, minimum_intervention
from kg.analysis.graphs import network_from_rows
from kg.analysis.indexed import IndexedNetwork
from kg.errors import UsageError
from tests.analysis.brute import SmallGraph, all_paths, random_graph

if TYPE_CHECKING:
    import kg


def indexed(graph: SmallGraph) -> IndexedNetwork:
    """The same columns as a network whose states and entities have names."""
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    made.add_nodes_from((f"s{state}", {"entity": f"e{entity}"}) for state, entity in enumerate(graph.entity))
    for number in range(len(graph.src)):
        ends = f"s{graph.src[number]}", f"s{graph.dst[number]}"
        made.add_edge(*ends, key=number, sign=graph.sign[number], cost=graph.cost[number])
    return IndexedNetwork.of(made)


def spanned(network: IndexedNetwork, graph: SmallGraph, k: int, sign: int | None, target: int) -> SmallGraph:
    """The columns of the steps that the k best paths walk."""
    best = network.index.k_best([0], [target], k, sign=sign).paths
    used = sorted({network.edges[edge][2] for path in best for edge in path.edges})
    columns = ([column[number] for number in used] for column in (graph.src, graph.dst, graph.sign, graph.cost))
    src, dst, signs, cost = columns
    return SmallGraph(graph.entity, src, dst, signs, cost, graph.key)


def cheapest(families: set[frozenset[str]], price: dict[str, float]) -> float:
    """Cost of the cheapest set of entities that meets every family; infinite where there is none."""
    every = chain.from_iterable(combinations(sorted(price), size) for size in range(len(price) + 1))
    costs = (sum(price[n] for n in some) for some in every if all(family & set(some) for family in families))
    return min(costs, default=math.inf)


@pytest.mark.parametrize("block", range(6))
def test_cost_is_the_least_of_all_sets_and_the_set_leaves_no_path(block: int) -> None:
    cut, impossible = 0, 0
    for seed in range(block * 100, block * 100 + 100):
        random, graph = np.random.default_rng([seed, 7]), random_graph(seed, n_max=6)
        network, target = indexed(graph), graph.n_states - 1
        sign, k = (None, 1, -1)[random.integers(3)], int(random.integers(1, 7))
        if graph.entity[0] == graph.entity[target]:
            continue
        part = spanned(network, graph, k, sign, target)
        paths = all_paths(part, {0}, {target}, sign=sign)
        fixed = {f"e{graph.entity[0]}", f"e{graph.entity[target]}"}
        price = {name: float(random.integers(0, 5)) / 2 for name in set(network.states_of) - fixed}
        families = {
            frozenset(f"e{graph.entity[s]}" for s in states).intersection(price) for _, _, _, states, _ in paths
        }
        least = cheapest(families, price)
        result = minimum_intervention(network, "s0", f"s{target}", sign=sign, k=k, node_cost=price)
        chosen = {row.entity for row in result.entities}
        assert result.possible == math.isfinite(least)
        if result.possible:
            assert result.cost == pytest.approx(least)
            assert result.bound == pytest.approx(least)
            assert all(family & chosen for family in families)
            cut += bool(chosen)
        impossible += not result.possible
    assert cut > 10
    assert impossible > 10


def merged_states() -> nx.MultiDiGraph[str]:
    """Entities with two states and walks that visit one with both signs: what a flow on entities gets wrong."""
    return network_from_rows(
        [
            ("B@x", "C", "+", 1.0), ("A@x", "C@x", "+", 0.5), ("A", "A@x", "+", 0.3), ("B@x", "B", "-", 0.9),
            ("B@x", "A", "-", 0.3), ("B", "B@x", "+", 0.3), ("A", "A@x", "-", 0.9), ("C@x", "B", "+", 0.9),
        ]
    )  # fmt: skip


@pytest.mark.parametrize("sign", [None, 1])
def test_walks_that_no_path_takes_need_no_cut(sign: int | None) -> None:
    result = minimum_intervention(merged_states(), "A", "C", sign=sign)
    network = IndexedNetwork.of(merged_states())
    ends = network.states("A"), network.states("C")
    paths = network.index.k_best(*ends, 100, sign=sign).paths
    through = [path for path in paths if "B" not in network.entities(path)]
    assert paths
    assert not through
    assert result.possible
    assert [row.entity for row in result.entities] == ["B"]
    assert not network.index.k_best(*ends, 100, sign=sign, avoid=network.states("B")).paths


def test_paths_that_the_steps_of_the_best_make_together_are_cut_too() -> None:
    rows = [
        ("S", "a", "+", 0.99), ("a", "m", "+", 0.99), ("m", "T", "+", 0.99), ("S", "b", "+", 0.5),
        ("b", "m", "+", 0.5), ("m", "c", "+", 0.5), ("c", "T", "+", 0.5),
    ]  # fmt: skip
    dear_middle = {"m": 10.0}
    few = minimum_intervention(network_from_rows(rows), "S", "T", k=2, node_cost=dear_middle)
    assert few.paths == 2
    network = IndexedNetwork.of(network_from_rows(rows))
    gone = network.states([row.entity for row in few.entities])
    best = network.index.k_best(network.states("S"), network.states("T"), 2).paths
    used = {edge for path in best for edge in path.edges}
    left = network.index.k_best(network.states("S"), network.states("T"), 100, avoid=gone).paths
    assert not [path for path in left if set(path.edges) <= used]


def test_what_may_be_removed_and_what_it_costs_reach_the_graph(graph: kg.KnowledgeGraph) -> None:
    asked = ("CML exosome", "cell survival@cml_cell")
    free = graph.cuts(*asked, k=20)
    assert "HGNC:6025" in {row.entity for row in free.entities}
    (only,) = graph.cuts(*asked, k=1, node_cost={"IL-8": 50.0}).entities
    assert (only.entity, only.cost) == ("HGNC:6025", 50.0)
    cargo = graph.cuts(*asked, k=1, within="vesicle cargo")
    assert not cargo.possible
    assert "nothing between source and target that may be removed" in str(cargo)
    stromal = graph.cuts(*asked, k=1, within=["stromal factor"])
    assert [row.entity for row in stromal.entities] == ["HGNC:6025"]
    assert stromal.entities[0].drugs


def test_a_cut_of_the_outcome(graph: kg.KnowledgeGraph) -> None:
    cut = graph.cuts("CML exosome", "leukaemia survival", k=30)
    assert isinstance(cut, Intervention)
    gone = [row.label for row in cut.entities]
    assert cut.possible is False or not graph.paths("CML exosome", "leukaemia survival", k=1, avoid=gone).paths or gone


def test_of_two_cuts_the_targetable_one_is_taken() -> None:
    rows = [("S", "a", "+", 0.9), ("a", "b", "+", 0.9), ("b", "c", "+", 0.9), ("c", "T", "+", 0.9)]
    for name in "abc":
        result = minimum_intervention(network_from_rows(rows), "S", "T", targetable={name})
        assert [(row.entity, row.targetable) for row in result.entities] == [(name, True)]
        assert result.cost == 1
    within = minimum_intervention(network_from_rows(rows), "S", "T", targetable={"a"}, within={"c"})
    assert [row.entity for row in within.entities] == ["c"]


def test_drugs_come_with_their_papers() -> None:
    graph = network_from_rows([("S", "ABL1", "+", 0.9), ("ABL1", "T", "+", 0.9)])
    graph.add_node("imatinib", type="chemical")
    graph.add_node("nilotinib", type="chemical")
    graph.add_edge("imatinib", "ABL1", sign=-1, belief=0.8, publications=("PMID:2", "PMID:1"))
    graph.add_edge("nilotinib", "ABL1", sign=-1, belief=0.9, publications="PMID:3")
    graph.add_edge("nilotinib", "T", sign=1, belief=0.9)
    row = minimum_intervention(graph, "S", "T").entities[0]
    assert [(drug.entity, drug.belief, drug.publications) for drug in row.drugs] == [
        ("nilotinib", 0.9, ("PMID:3",)),
        ("imatinib", 0.8, ("PMID:1", "PMID:2")),
    ]
    assert set(drugs_against(graph)) == {"ABL1"}


def test_a_direct_step_cannot_be_cut_and_no_path_needs_no_cut() -> None:
    graph = network_from_rows([("S", "T", "+", 0.9), ("S", "a", "+", 0.9), ("a", "T", "+", 0.9)])
    direct = minimum_intervention(graph, "S", "T")
    assert not direct.possible
    assert "straight" in str(direct)
    assert direct.to_frame().empty
    nothing = minimum_intervention(graph, "T", "S")
    assert (nothing.possible, nothing.cost, nothing.paths, len(nothing.entities)) == (True, 0, 0, 0)


def test_a_negative_price_is_refused() -> None:
    graph = network_from_rows([("S", "a", "+", 0.9), ("a", "T", "+", 0.9)])
    with pytest.raises(UsageError, match="negative"):
        minimum_intervention(graph, "S", "T", node_cost={"a": -1.0})


def test_balance_sums_the_weights_of_both_sides() -> None:
    graph = network_from_rows([("S", "a", "+", 0.9), ("a", "T", "+", 0.5), ("S", "b", "+", 0.5), ("b", "T", "-", 0.5)])
    graph.add_edge("a", "T", sign=-1, belief=0.25, publications=("PMID:9",))
    balance = sign_balance(graph, "S", "T")
    assert balance.plus.weight == pytest.approx(0.45, abs=1e-5)
    assert balance.minus.weight == pytest.approx(0.9 * 0.25 + 0.25, abs=1e-5)
    assert balance.minus.paths == 2
    assert balance.minus.publications == ("PMID:9",)
    assert balance.share == pytest.approx(0.45 / (0.45 + 0.475), abs=1e-5)
    assert str(sign_balance(graph, "T", "S")) == "No signed path either way."
