"""Random walk, mediators and connecting networks against networkx and exhaustive search."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from kg.analysis import connecting
from kg.analysis.connecting import connecting_subnetwork
from kg.analysis.graphs import network_from_rows
from kg.analysis.mediators import mediators
from kg.analysis.random_walk import random_walk_with_restart
from kg.errors import UsageError

if TYPE_CHECKING:
    import kg


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


def by_walking(graph: nx.MultiDiGraph[str], source: str, target: str) -> dict[str, float]:
    """Share of the cheapest paths from one node to another that pass each entity, by listing these paths."""
    simple: nx.DiGraph[str] = nx.DiGraph()
    for one, other, data in graph.edges(data=True):
        units = max(round(-float(np.log(data["belief"])) * 1_000_000), 1)
        if one != other and units < simple.get_edge_data(one, other, {"units": np.inf})["units"]:
            simple.add_edge(one, other, units=units)
    shares: dict[str, float] = {}
    if source not in simple or target not in simple or not nx.has_path(simple, source, target):
        return shares
    paths = list(nx.all_shortest_paths(simple, source, target, weight="units"))
    ends = {source.partition("@")[0], target.partition("@")[0]}
    for path in paths:
        for entity in {node.partition("@")[0] for node in path} - ends:
            shares[entity] = shares.get(entity, 0.0) + 1 / len(paths)
    return shares


@pytest.mark.parametrize("seed", range(12))
def test_an_entity_counts_once_a_path(seed: int) -> None:
    random = np.random.default_rng(seed)
    names = [f"n{number % 5}@{number}" for number in range(11)]
    rows = [
        (*random.choice(names, 2, replace=False).tolist(), "+", float(random.choice([0.9, 0.81, 0.729, 0.5])))
        for _ in range(34)
    ]
    graph = network_from_rows(rows)
    sources, targets = sorted(graph)[:2], sorted(graph)[-2:]
    expected: dict[str, float] = {}
    for source in sources:
        for target in targets:
            for entity, share in by_walking(graph, source, target).items():
                expected[entity] = expected.get(entity, 0.0) + share
    found = {row.entity: row.score for row in mediators(graph, sources, targets)}
    assert found == pytest.approx({entity: score for entity, score in expected.items() if score > 0})


def test_il8_between_exosome_and_survival_counts_once(graph: kg.KnowledgeGraph) -> None:
    best = graph.mediators("CML exosome", "cell survival@cml_cell")[0]
    assert (best.entity, best.score) == ("HGNC:6025", 1.0)
    assert best.nodes == ("HGNC:6025@bm_stromal_cell", "HGNC:6025@extracellular")


def undirected(graph: nx.MultiDiGraph[str]) -> nx.Graph[str]:
    """The cheapest step between two nodes, whatever its direction."""
    plain: nx.Graph[str] = nx.Graph()
    for source, target, data in graph.edges(data=True):
        cost = -float(np.log(data["belief"]))
        if source != target and cost < plain.get_edge_data(source, target, {"cost": np.inf})["cost"]:
            plain.add_edge(source, target, cost=cost)
    return plain


def least_tree(plain: nx.Graph[str], groups: list[list[str]]) -> float:
    """Cost of the cheapest tree that holds a node of each group, by trying all sets of nodes; infinite without one."""
    some = (s for size in range(1, len(plain) + 1) for s in combinations(sorted(plain), size))
    trees = (plain.subgraph(s) for s in some if all(set(s).intersection(g) for g in groups))
    costs = (nx.minimum_spanning_tree(t, weight="cost").size(weight="cost") for t in trees if nx.is_connected(t))
    return min(costs, default=np.inf)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", range(16))
def test_connecting_network_is_a_tree_that_joins(seed: int, exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terminals of one state in the first half, of several in the second."""
    random = np.random.default_rng(seed)
    names = [f"n{number if seed < 8 else number % 4}@{number}" for number in range(9)]
    rows = [(*random.choice(names, 2, replace=False).tolist(), "+", float(random.uniform(0.2, 1))) for _ in range(18)]
    graph = network_from_rows(rows)
    groups = {t: [node for node in graph if graph.nodes[node]["entity"] == t] for t in ("n0", "n1", "n2")}
    least = least_tree(undirected(graph), list(groups.values()))
    if not exact:
        monkeypatch.setattr(connecting, "MOST_GROUPS", 0)
    if np.isinf(least):
        with pytest.raises(UsageError, match="no steps join"):
            connecting_subnetwork(graph, groups)
        return
    result = connecting_subnetwork(graph, list(groups))
    tree: nx.Graph[str] = nx.Graph(result.graph)
    assert nx.is_tree(tree)
    assert result.exact == exact
    assert set(result.joints) == set(tree) - {node for nodes in groups.values() for node in nodes}
    assert all(result.used[t] and set(result.used[t]) <= set(groups[t]) for t in groups)
    assert result.cost == pytest.approx(
        -sum(np.log(data["belief"]) for *_, data in result.graph.edges(data=True)), abs=1e-4
    )
    if exact:
        assert result.cost == pytest.approx(least, abs=1e-5)
    else:
        assert result.cost >= least - 1e-5
        assert seed >= 8 or result.cost <= least * 2 * (1 - 1 / 3) + 1e-5


@pytest.mark.parametrize("seed", range(5))
def test_five_things_are_joined_by_the_least_tree(seed: int) -> None:
    graph = random_network(seed, n_nodes=10, n_edges=26)
    terminals = sorted(graph)[:5]
    result = connecting_subnetwork(graph, terminals)
    assert result.cost == pytest.approx(least_tree(undirected(graph), [[t] for t in terminals]), abs=1e-5)


def test_things_that_share_a_state_need_no_steps() -> None:
    graph = network_from_rows([("a", "b", "+", 0.5)])
    result = connecting_subnetwork(graph, {"one": ["a", "b"], "other": ["b"]})
    assert (result.cost, result.used) == (0.0, {"one": ("b",), "other": ("b",)})


def test_a_name_is_joined_at_any_of_its_states(graph: kg.KnowledgeGraph) -> None:
    result = graph.connect(["IL-8", "bone marrow stromal cell"])
    assert result.used["HGNC:6025"] == ("HGNC:6025@extracellular",)
    assert not result.joints
    placed = graph.connect(["IL-8@bm_stromal_cell", "bone marrow stromal cell"])
    assert placed.cost >= result.cost
    assert placed.used["HGNC:6025@bm_stromal_cell"] == ("HGNC:6025@bm_stromal_cell",)
    assert "CXCL8 [extracellular space]" in str(result)
    assert set(result.to_frame()["publications"]) != {""}


def test_near_takes_names_and_classes(graph: kg.KnowledgeGraph) -> None:
    one = graph.near("IL-8@extracellular")
    assert one[0].node == "HGNC:6025@extracellular"
    assert sum(row.score for row in one) == pytest.approx(1)
    stroma = graph.near(["stromal factor"])
    assert {row.node for row in stroma if row.seed} == {
        state.name for state in graph.ends.read("stromal factor", graph.states()).states
    }
    with pytest.raises(UsageError, match="at least one seed"):
        graph.near([])


def test_what_cannot_be_joined_is_named() -> None:
    graph = network_from_rows([("a", "b", "+", 0.5), ("c", "d", "+", 0.5)])
    with pytest.raises(UsageError, match="no steps join a and c"):
        connecting_subnetwork(graph, ["a", "c"])
    with pytest.raises(UsageError, match="at least two things"):
        connecting_subnetwork(graph, ["a"])
