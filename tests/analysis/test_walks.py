"""Random walk, mediators and connecting networks against networkx and exhaustive search."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from kg.analysis.connecting import connecting_subnetwork
from kg.analysis.indexed import network_from_rows
from kg.analysis.mediators import mediators
from kg.analysis.walk import random_walk_with_restart
from kg.errors import UsageError


def random_network(seed: int, n_nodes: int = 12, n_edges: int = 40) -> nx.MultiDiGraph[str]:
    random = np.random.default_rng(seed)
    ends = random.integers(0, n_nodes, (n_edges, 2))
    rows = [(f"n{a}", f"n{b}", "+", float(p)) for (a, b), p in zip(ends, random.uniform(0.1, 1, n_edges), strict=True)]
    return network_from_rows(rows)


@pytest.mark.parametrize("seed", range(5))
def test_random_walk_is_personalised_pagerank(seed: int) -> None:
    graph = random_network(seed)
    first, second = sorted(graph)[:2]
    table = random_walk_with_restart(graph, {first: 2.0, second: 1.0}, restart=0.3)
    expected = nx.pagerank(
        graph, alpha=0.7, personalization={first: 2.0, second: 1.0}, weight="belief", tol=1e-17, max_iter=5000
    )
    assert max(abs(row.score - expected[row.node]) for row in table) < 1e-12
    assert sum(row.score for row in table) == pytest.approx(1, abs=1e-12)
    assert [row.node for row in table if row.seed] == sorted((first, second), key=lambda name: -expected[name])


def test_a_walk_that_always_restarts_stays_at_the_seed() -> None:
    table = random_walk_with_restart(random_network(1), "n3", restart=1.0)
    assert (table[0].node, table[0].score) == ("n3", 1.0)


def test_bad_walks_are_refused() -> None:
    graph = random_network(1)
    for seeds, restart in ((["n3"], 0.0), (["n3"], 1.5), ([], 0.15), ({"n3": -1.0}, 0.15)):
        with pytest.raises(UsageError):
            random_walk_with_restart(graph, seeds, restart=restart)


@pytest.mark.parametrize("seed", range(5))
def test_mediators_are_betweenness_between_subsets(seed: int) -> None:
    graph = random_network(seed)
    simple: nx.DiGraph[str] = nx.DiGraph()
    for source, target, data in graph.edges(data=True):
        cost = max(round(-float(np.log(data["belief"])), 6), 1e-6)
        if source != target and cost < simple.get_edge_data(source, target, {"cost": np.inf})["cost"]:
            simple.add_edge(source, target, cost=cost)
    expected = nx.betweenness_centrality_subset(simple, ["n0", "n1"], ["n2", "n3"], weight="cost")
    found = {row.entity: row.score for row in mediators(graph, ["n0", "n1"], ["n2", "n3"])}
    assert found == pytest.approx({name: score for name, score in expected.items() if score > 0})


@pytest.mark.parametrize("seed", range(8))
def test_connecting_network_joins_within_its_bound(seed: int) -> None:
    graph = random_network(seed, n_nodes=8, n_edges=30)
    terminals = sorted(graph)[:3]
    result = connecting_subnetwork(graph, terminals)
    plain: nx.Graph[str] = nx.Graph()
    for source, target, data in graph.edges(data=True):
        cost = -float(np.log(data["belief"]))
        if source != target and cost < plain.get_edge_data(source, target, {"cost": np.inf})["cost"]:
            plain.add_edge(source, target, cost=cost)
    others = sorted(set(plain) - set(terminals))
    least = min(
        nx.minimum_spanning_tree(part, weight="cost").size(weight="cost")
        for size in range(len(others) + 1)
        for some in combinations(others, size)
        if nx.is_connected(part := plain.subgraph([*terminals, *some]))
    )
    assert nx.is_weakly_connected(result.graph)
    assert set(terminals) <= set(result.graph)
    assert set(result.joints) == set(result.graph) - set(terminals)
    assert least - 1e-5 <= result.cost <= least * 2 * (1 - 1 / 3) + 1e-5
    assert result.cost == pytest.approx(
        -sum(np.log(data["belief"]) for *_, data in result.graph.edges(data=True)), abs=1e-4
    )


def test_what_cannot_be_joined_is_named() -> None:
    graph = network_from_rows([("a", "b", "+", 0.5), ("c", "d", "+", 0.5)])
    with pytest.raises(UsageError, match="no steps join a and c"):
        connecting_subnetwork(graph, ["a", "c"])
    with pytest.raises(UsageError, match="at least two"):
        connecting_subnetwork(graph, ["a"])
