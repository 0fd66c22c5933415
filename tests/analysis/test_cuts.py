"""Minimum cuts against trying every set of entities; knock-out and sign balance on the same graphs."""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from kg.analysis.balance import sign_balance
from kg.analysis.cuts import drugs_against, minimum_intervention
from kg.analysis.indexed import IndexedNetwork, network_from_rows
from kg.analysis.knockout import knock_out
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


def layered(seed: int) -> IndexedNetwork:
    """Random steps from S over up to six entities to T; some entities at two sites."""
    random = np.random.default_rng(seed)
    inner = [f"e{number % 5}@{number // 5}" for number in range(7)]
    rows = [("S", name, "+", 0.9) for name in inner if random.random() < 0.4]
    rows += [(name, "T", "-", 0.9) for name in inner if random.random() < 0.4]
    rows += [(one, two, "+", 0.8) for one in inner for two in inner if one != two and random.random() < 0.15]
    return IndexedNetwork.of(
        network_from_rows([*rows, ("S", "e0@0", "+", 0.9), ("e0@0", "T", "+", 0.9), ("e1@0", "T", "+", 0.7)])
    )


def entity_graph(network: IndexedNetwork) -> nx.DiGraph[str]:
    """Entities joined as the best paths join them."""
    paths = network.index.k_best(network.states("S"), network.states("T"), 100).paths
    graph: nx.DiGraph[str] = nx.DiGraph()
    for path in paths:
        nx.add_path(graph, [network.entity(state) for state in path.states])
    return graph


def subsets(names: Iterable[str]) -> Iterable[tuple[str, ...]]:
    pool = sorted(names)
    return chain.from_iterable(combinations(pool, size) for size in range(len(pool) + 1))


def cuts(graph: nx.DiGraph[str], removed: Iterable[str]) -> bool:
    left = graph.copy()
    left.remove_nodes_from(removed)
    return not nx.has_path(left, "S", "T")


def test_cost_is_the_least_of_all_sets_and_the_set_cuts() -> None:
    for seed in range(60):
        network = layered(seed)
        graph = entity_graph(network)
        random = np.random.default_rng([seed, 1])
        price = {name: float(random.integers(1, 5)) / 2 for name in graph}
        least = min(sum(price[n] for n in some) for some in subsets(set(graph) - {"S", "T"}) if cuts(graph, some))
        result = minimum_intervention(network, "S", "T", node_cost=price)
        chosen = [row.entity for row in result.entities]
        assert result.possible
        assert result.cost == pytest.approx(least)
        assert cuts(graph, chosen)
        after = network.index.k_best(network.states("S"), network.states("T"), 100, avoid=network.states(chosen))
        before = network.index.k_best(network.states("S"), network.states("T"), 100)
        assert result.paths == len(before.paths)
        assert not {path.states for path in after.paths} & {path.states for path in before.paths}


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
    nothing = minimum_intervention(graph, "T", "S")
    assert (nothing.possible, nothing.cost, nothing.paths, len(nothing.entities)) == (True, 0, 0, 0)


def test_a_negative_price_is_refused() -> None:
    graph = network_from_rows([("S", "a", "+", 0.9), ("a", "T", "+", 0.9)])
    with pytest.raises(UsageError, match="negative"):
        minimum_intervention(graph, "S", "T", node_cost={"a": -1.0})


def test_knock_out_agrees_with_a_graph_without_the_nodes() -> None:
    for seed in range(30):
        network = layered(seed)
        result = knock_out(network, ["e0", "e1"], "S", "T", k=500)
        left = network.graph.copy()
        left.remove_nodes_from([name for name in network.graph if name[:2] in {"e0", "e1"}])
        before = network.index.k_best(network.states("S"), network.states("T"), 500).paths
        assert result.lost + result.kept == len(before)
        without = [path for path in before if not {"e0", "e1"} & set(network.entities(path))]
        assert result.kept == len(without)
        assert result.cost_after == (without[0].cost if without else None)
        assert result.sign_after == (without[0].sign if without else None)
        assert "T" in left
        assert str(result).startswith("Without e0, e1:")


def test_knock_out_sees_a_turn_of_the_sign() -> None:
    graph = network_from_rows([("S", "a", "+", 0.9), ("a", "T", "+", 0.9), ("S", "b", "+", 0.5), ("b", "T", "-", 0.5)])
    assert knock_out(graph, "a", "S", "T").sign_changes
    assert not knock_out(graph, "b", "S", "T").sign_changes
    assert knock_out(graph, "b", "T", "S").cost_before is None


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
