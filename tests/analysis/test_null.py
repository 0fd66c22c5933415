"""Rewiring keeps what it must keep, and p-values follow from counting."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import pytest

from kg.analysis import batch, permutations, shuffle
from kg.analysis.graphs import network_from_rows
from kg.analysis.null import path_null
from kg.analysis.permutations import null_counts
from kg.analysis.shuffle import Slots, stub_order, swap_order
from kg.errors import UsageError


def random_slots(seed: int, n_states: int = 14, n_steps: int = 50) -> Slots:
    random = np.random.default_rng(seed)
    return Slots.of(
        n_states,
        random.integers(0, n_states, n_steps),
        random.integers(0, n_states, n_steps),
        random.choice([1, -1, 0], n_steps),
        random.choice([0.0, 0.5, 1.0, 1.25], n_steps),
        random.integers(0, 3, n_steps),
    )


def degrees(slots: Slots) -> tuple[Counter[tuple[int, int]], Counter[tuple[int, int]]]:
    """Steps out of and into each state, by stratum."""
    return (
        Counter(zip(slots.origin.tolist(), slots.stratum.tolist(), strict=True)),
        Counter(zip(slots.arrives.tolist(), slots.stratum.tolist(), strict=True)),
    )


def contents(slots: Slots) -> Counter[tuple[object, ...]]:
    columns = (slots.origin, slots.cost, slots.sign, slots.stratum)
    return Counter(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_rewiring_keeps_degrees_and_contents_of_every_stratum(seed: int) -> None:
    slots = random_slots(seed)
    random = np.random.default_rng(seed)
    for order in (stub_order(slots, random), swap_order(slots, random)[0]):
        rewired = slots.refilled(order)
        assert sorted(order.tolist()) == list(range(50))
        assert (slots.stratum[order] == slots.stratum).all()
        assert degrees(rewired) == degrees(slots)
        assert contents(rewired) == contents(slots)
        assert (rewired.origin != slots.origin).any()


def test_swaps_make_neither_loops_nor_parallel_steps() -> None:
    graph = nx.gnp_random_graph(20, 0.2, seed=1, directed=True)
    src, dst = zip(*graph.edges, strict=True)
    ones = np.ones(len(src))
    slots = Slots.of(20, src, dst, ones, ones, ones * 0)
    order, accepted = swap_order(slots, np.random.default_rng(2))
    rewired = slots.refilled(order)
    steps = list(zip(rewired.origin.tolist(), rewired.arrives.tolist(), strict=True))
    assert len(set(steps)) == len(steps)
    assert all(one != other for one, other in steps)
    assert 0.3 < accepted < 1


def test_stubs_are_matched_uniformly() -> None:
    slots = Slots.of(6, [0, 1, 2], [3, 4, 5], [1, 1, 1], [0, 0, 0], [0, 0, 0])
    random = np.random.default_rng(3)
    seen = Counter(tuple(stub_order(slots, random).tolist()) for _ in range(3000))
    assert len(seen) == 6
    assert max(seen.values()) < 600


@pytest.mark.parametrize("sign", [None, 1, -1])
def test_distances_are_those_of_networkx(sign: int | None) -> None:
    for seed in range(10):
        slots = random_slots(seed).causal() if sign else random_slots(seed)
        graph: nx.DiGraph[tuple[int, int]] = nx.DiGraph()
        graph.add_nodes_from((state, way) for state in range(14) for way in (1, -1))
        columns = (slots.origin, slots.arrives, slots.sign, slots.cost)
        for source, target, step, cost in zip(*(column.tolist() for column in columns), strict=True):
            for way in (1, -1):
                ends = (source, way), (target, way * step if sign else way)
                if cost < graph.get_edge_data(*ends, {"cost": np.inf})["cost"]:
                    graph.add_edge(*ends, cost=cost)
        found = slots.distances(np.array([0], dtype=np.int32), signed=sign is not None)
        row = found if sign is None else found[0 if sign > 0 else 1]
        for state in range(14):
            try:
                expected = nx.dijkstra_path_length(graph, (state, 1), (0, sign or 1), weight="cost")
            except nx.NetworkXNoPath:
                expected = np.inf
            assert row[state] == expected


@pytest.mark.parametrize("sign", [None, 1, -1, (1, -1, -1, 1)])
@pytest.mark.parametrize("method", ["stub", "xswap"])
def test_all_at_once_meeting_half_way_and_one_by_one_count_the_same(
    monkeypatch: pytest.MonkeyPatch, sign: int | tuple[int, ...] | None, method: str
) -> None:
    good = 0
    for seed in range(6):
        slots = random_slots(seed)
        groups = [np.array([1]), np.array([2, 3]), np.array([0]), np.array([13])]
        targets = np.array([0, 5], dtype=np.int32)
        together = null_counts(slots, groups, targets, sign=sign, n=25, method=method, seed=seed)
        monkeypatch.setattr(permutations, "LARGEST", 0)
        met = null_counts(slots, groups, targets, sign=sign, n=25, method=method, seed=seed)
        monkeypatch.setattr(permutations, "MEETING_GROUPS", 0)
        one_by_one = null_counts(slots, groups, targets, sign=sign, n=25, method=method, seed=seed)
        monkeypatch.undo()
        for counted in (met, one_by_one):
            assert (counted[0] == together[0]).all()
            assert (counted[1] == together[1]).all()
            assert counted[2] == together[2]
        good += int(together[1].sum())
    assert good > 0


def test_a_batch_gives_the_distances_of_each_network(monkeypatch: pytest.MonkeyPatch) -> None:
    targets = np.array([3], dtype=np.int32)
    for seed in range(5):
        for slots, signed in ((random_slots(seed), False), (random_slots(seed).causal(), True)):
            orders = [stub_order(slots, np.random.default_rng([seed, i])) for i in range(7)]
            for limit in (2e6, np.inf):
                found = batch.Batch(slots, targets, signed=signed).distances(orders, limit)
                for row, order in zip(found, orders, strict=True):
                    expected = slots.refilled(order).distances(targets, signed=signed, limit=limit)
                    assert np.array_equal(row, expected.ravel())
    monkeypatch.setattr(batch, "BATCH_CELLS", 1)
    assert batch.Batch(random_slots(1), targets, signed=False).size == 1


def test_many_small_strata_are_shuffled_as_uniformly(monkeypatch: pytest.MonkeyPatch) -> None:
    slots = Slots.of(6, [0, 1, 2, 0], [3, 4, 5, 5], [1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, 1])
    for mean in (0, 1000):
        monkeypatch.setattr(shuffle, "MEAN_STRATUM", mean)
        random = np.random.default_rng(3)
        seen = Counter(tuple(stub_order(slots, random).tolist()) for _ in range(3000))
        assert len(seen) == 6
        assert max(seen.values()) < 600


def test_p_values_follow_from_the_counts_and_do_not_depend_on_workers() -> None:
    random = np.random.default_rng(4)
    rows = [(f"n{a}", f"n{b}", "+", float(p)) for (a, b), p in
            zip(random.integers(0, 15, (40, 2)), random.uniform(0.2, 1, 40), strict=True)]  # fmt: skip
    graph = network_from_rows([*rows, ("hit", "n0", "+", 0.99), ("n1", "hit", "+", 0.3), ("x", "n2", "-", 0.5)])
    one = path_null(graph, ["hit", "n3", "x"], "n0", sign=1, n=40, seed=5)
    two = path_null(graph, ["hit", "n3", "x"], "n0", sign=1, n=40, seed=5, workers=2)
    assert one.chances.rows == two.chances.rows
    assert all(row.p == (1 + row.as_good) / 41 for row in one.chances)
    assert one.chances[0].source == "hit"
    assert one.strata == 2
    unreachable = next(row for row in one.chances if row.source == "x")
    assert (unreachable.cost, unreachable.p) == (np.inf, 1.0)


def test_a_network_that_cannot_be_rewired_gives_no_small_p() -> None:
    """One step a stratum: every random network is the network itself."""
    graph = network_from_rows([("a", "b", "+", 0.9), ("b", "c", "+", 0.8)])
    for number, (source, target, key) in enumerate(graph.edges(keys=True)):
        graph.edges[source, target, key]["predicate"] = f"p{number}"
    result = path_null(graph, ["a"], "c", n=19)
    assert (result.chances[0].p, result.strata) == (1.0, 2)


def test_bad_nulls_are_refused() -> None:
    graph = network_from_rows([("a", "b", "+", 0.9)])
    for wrong in ({"n": 0}, {"n": 2.5}, {"method": "magic"}, {"sign": 3}, {"workers": 0}, {"seed": -1}):
        with pytest.raises(UsageError):
            path_null(graph, ["a"], "b", **wrong)


def test_a_group_of_nodes_is_one_source() -> None:
    graph = network_from_rows([("a@x", "b", "+", 0.9), ("a@y", "b", "+", 0.5), ("c", "d", "+", 0.5)])
    found = path_null(graph, {"near": ["a@x", "a@y"], "far": ["a@y"]}, "b", sign=1, n=9)
    assert {row.source: round(row.cost, 3) for row in found.chances} == {"near": 0.105, "far": 0.693}
    assert "2 sources" in str(found)
    assert found.to_frame().shape == (2, 4)
