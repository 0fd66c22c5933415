"""The path engine against exhaustive search, and the laws it must keep."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import pytest

from kg.analysis import bounded_distances, remaining
from kg.analysis.index import PathIndex
from kg.errors import UsageError
from tests.analysis.brute import Found, SmallGraph, all_paths, random_graph

if TYPE_CHECKING:
    from kg.analysis.arrays import IndexedPath


class Filters(TypedDict, total=False):
    sign: int | None
    max_cost: float | None
    max_steps: int | None
    avoid: frozenset[int]
    through: tuple[frozenset[int], ...]


def index_of(graph: SmallGraph) -> PathIndex:
    return PathIndex.from_arrays(
        graph.n_states, graph.entity, graph.src, graph.dst, graph.sign, graph.cost, key=graph.key
    )


def as_found(graph: SmallGraph, path: IndexedPath) -> Found:
    keys = tuple(graph.key[state] for state in path.states)
    return round(path.cost * 1_000_000), len(path.states) - 1, keys, path.states, path.sign


def random_filters(random: np.random.Generator, n_states: int) -> Filters:
    filters: Filters = {"sign": (None, 1, -1)[random.integers(3)]}
    if random.random() < 0.25:
        filters["max_cost"] = float(random.choice([0.0, 0.3, 1.0, 2.0]))
    if random.random() < 0.25:
        filters["max_steps"] = int(random.integers(1, 6))
    if random.random() < 0.25:
        filters["avoid"] = frozenset(random.integers(0, n_states, 1).tolist())
    if random.random() < 0.3:
        n_groups = int(random.integers(1, 3))
        filters["through"] = tuple(frozenset(random.integers(0, n_states, 2).tolist()) for _ in range(n_groups))
    return filters


@pytest.mark.parametrize("block", range(30))
def test_equals_brute_force(block: int) -> None:
    for seed in range(block * 100, block * 100 + 100):
        graph = random_graph(seed)
        random = np.random.default_rng([seed, 1])
        sources = set(random.integers(0, graph.n_states, random.integers(1, 3)).tolist())
        targets = set(random.integers(0, graph.n_states, random.integers(1, 3)).tolist())
        filters = random_filters(random, graph.n_states)
        expected = all_paths(graph, sources, targets, **filters)
        result = index_of(graph).k_best(sources, targets, 10_000, **filters)
        assert result.complete
        assert [as_found(graph, path) for path in result.paths] == expected, (seed, filters)


def test_random_cases_are_not_trivial() -> None:
    """The brute-force cases hold many paths, signs of all kinds and entities met twice."""
    lengths = []
    for seed in range(200):
        graph = random_graph(seed)
        lengths.append(len(all_paths(graph, {0}, {graph.n_states - 1})))
    assert sum(length > 5 for length in lengths) > 40
    assert sum(length == 0 for length in lengths) > 15


def test_a_shorter_answer_is_the_beginning_of_a_longer_one() -> None:
    for seed in range(150):
        index = index_of(random_graph(seed))
        everything = index.k_best([0], [1], 1000).paths
        for k in (1, 2, 5):
            assert index.k_best([0], [1], k).paths == everything[:k]
        assert tuple(index.iter_best([0], [1])) == everything


def test_neither_row_order_nor_numbering_matters() -> None:
    for seed in range(300):
        graph = random_graph(seed)
        random = np.random.default_rng([seed, 2])
        rows = random.permutation(len(graph.src))
        names = random.permutation(graph.n_states)  # state s becomes names[s]
        old = np.argsort(names)
        other = SmallGraph(
            entity=[graph.entity[state] for state in old],
            src=names[np.array(graph.src)[rows]].tolist(),
            dst=names[np.array(graph.dst)[rows]].tolist(),
            sign=np.array(graph.sign)[rows].tolist(),
            cost=np.array(graph.cost)[rows].tolist(),
            key=[graph.key[state] for state in old],
        )
        for sign in (None, 1, -1):
            one = index_of(graph).k_best([0], [1], 4, sign=sign)
            two = index_of(other).k_best([names[0]], [names[1]], 4, sign=sign)
            assert [as_found(graph, path)[:3] for path in one.paths] == [as_found(other, p)[:3] for p in two.paths]
            assert [path.sign for path in one.paths] == [path.sign for path in two.paths]


def test_edges_lead_along_the_path_and_pay_its_cost() -> None:
    for seed in range(200):
        graph = random_graph(seed)
        for path in index_of(graph).k_best([0], [1], 20).paths:
            assert [graph.src[edge] for edge in path.edges] == list(path.states[:-1])
            assert [graph.dst[edge] for edge in path.edges] == list(path.states[1:])
            assert math.prod(graph.sign[edge] for edge in path.edges) == path.sign
            assert sum(graph.cost[edge] for edge in path.edges) == pytest.approx(path.cost, abs=1e-9)


def test_a_cheaper_step_never_makes_the_best_path_dearer() -> None:
    for seed in range(200):
        graph = random_graph(seed)
        before = index_of(graph).k_best([0], [1], 1).paths
        cheaper = list(graph.cost)
        cheaper[seed % len(cheaper)] /= 2
        after = PathIndex.from_arrays(
            graph.n_states, graph.entity, graph.src, graph.dst, graph.sign, cheaper, key=graph.key
        ).k_best([0], [1], 1)
        assert len(after.paths) == len(before)
        if before:
            assert after.paths[0].cost <= before[0].cost


def test_turning_the_graph_round_swaps_source_and_target() -> None:
    """Entity and sign rules are symmetric, so costs and signs agree when every state is its own entity's only one."""
    for seed in range(200):
        graph = random_graph(seed)
        own = list(range(graph.n_states))
        one = PathIndex.from_arrays(graph.n_states, own, graph.src, graph.dst, graph.sign, graph.cost)
        two = PathIndex.from_arrays(graph.n_states, own, graph.dst, graph.src, graph.sign, graph.cost)
        for sign in (None, 1, -1):
            forth, back = one.k_best([0], [1], 500, sign=sign).paths, two.k_best([1], [0], 500, sign=sign).paths
            assert sorted((p.cost, p.sign, p.states) for p in forth) == sorted(
                (p.cost, p.sign, p.states[::-1]) for p in back
            )


def test_an_unreachable_step_changes_nothing() -> None:
    graph = random_graph(11)
    n = graph.n_states
    wider = PathIndex.from_arrays(
        n + 2, [*graph.entity, 90, 91], [*graph.src, n], [*graph.dst, n + 1], [*graph.sign, 1], [*graph.cost, 0.0],
        key=[*graph.key, "z1", "z2"],
    )  # fmt: skip
    assert wider.k_best([0], [1], 50).paths == index_of(graph).k_best([0], [1], 50).paths


def grid(n_side: int, tail: list[tuple[int, int, int]], n_extra: int) -> PathIndex:
    """Square of plus steps (right, down, diagonal) from state 0 to its last corner, and more steps behind it."""
    edges = []
    for row in range(n_side):
        for column in range(n_side):
            for down, right in ((0, 1), (1, 0), (1, 1)):
                if row + down < n_side and column + right < n_side:
                    edges.append((row * n_side + column, (row + down) * n_side + column + right, 1))
    edges += tail
    n_states = n_side * n_side + n_extra
    src, dst, sign = zip(*edges, strict=True)
    return PathIndex.from_arrays(n_states, range(n_states), src, dst, sign, [0.1] * len(edges))


def test_a_loop_that_alone_gives_the_sign_is_refused_at_once() -> None:
    """Billions of walks come back with the wrong sign over one entity: none is a path, and that is seen quickly."""
    corner, loop, target = 15 * 15 - 1, 15 * 15, 15 * 15 + 1
    index = grid(15, [(corner, loop, -1), (loop, corner, 1), (corner, target, 1)], 2)
    result = index.k_best([0], [target], 5, sign=-1)
    assert result.paths == ()
    assert result.complete
    assert result.expanded < 3000
    assert len(index.k_best([0], [target], 5, sign=1).paths) == 5


def test_a_wall_round_the_target_is_seen_from_behind() -> None:
    """Past the only way in, going on cannot come back; the search must not flood the grid to learn it."""
    n_side = 60
    corner, target = n_side * n_side - 1, n_side * n_side
    back = [(corner, 0, 1)]
    index = grid(n_side, [(corner, target, 1), *back], 1)
    result = index.k_best([n_side * n_side // 2], [target], 20)
    assert len(result.paths) == 20
    assert result.complete
    assert result.expanded < 5000


def test_the_work_cap_gives_what_is_proven() -> None:
    index = grid(12, [], 0)
    everything = index.k_best([0], [143], 50)
    some = index.k_best([0], [143], 50, max_expanded=60)
    assert everything.complete
    assert not some.complete
    assert some.expanded <= 61
    assert 0 < len(some.paths) < 50
    assert some.paths == everything.paths[: len(some.paths)]


def test_no_steps_no_sources_no_targets() -> None:
    empty = PathIndex.from_arrays(2, [0, 1], [], [], [], [])
    assert empty.k_best([0], [1], 3).paths == ()
    assert empty.k_best([0], [1], 3, max_steps=2, through=[[0]]).paths == ()
    line = PathIndex.from_arrays(2, [0, 1], [0], [1], [1], [0.5])
    assert line.k_best([], [1], 3) == line.k_best([0], [], 3)
    assert line.k_best([0], [0], 3).paths == ()
    assert line.k_best([0, 1], [0, 1], 3).paths[0].states == (0, 1)
    assert line.k_best([0], [1], 3, avoid=[0]).paths == ()


def test_bad_columns_are_refused() -> None:
    def build(**changes: object) -> None:
        columns: dict[str, object] = {
            "n_states": 2, "entity_of_state": [0, 1], "src": [0], "dst": [1], "sign": [1], "cost": [0.5], **changes
        }  # fmt: skip
        PathIndex.from_arrays(**columns)  # type: ignore[arg-type]

    for changes in (
        {"cost": [-0.1]}, {"cost": [math.nan]}, {"cost": [math.inf]}, {"cost": [1001.0]}, {"sign": [2]},
        {"sign": [300]},
        {"sign": [0.5]}, {"dst": [2]},
        {"src": [-1]}, {"entity_of_state": [0]}, {"cost": [0.1, 0.2]}, {"key": ["a", "a"]}, {"key": ["a"]},
    ):  # fmt: skip
        with pytest.raises(UsageError):
            build(**changes)


def test_bad_questions_are_refused() -> None:
    index = PathIndex.from_arrays(2, [0, 1], [0], [1], [1], [0.5])
    with pytest.raises(UsageError, match="k must be at least 1"):
        index.k_best([0], [1], 0)
    with pytest.raises(UsageError, match="sign"):
        index.k_best([0], [1], 1, sign=2)
    with pytest.raises(UsageError, match="numbered 0 to 1"):
        index.k_best([0], [2], 1)
    with pytest.raises(UsageError, match="max_cost"):
        index.k_best([0], [1], 1, max_cost=math.nan)
    with pytest.raises(UsageError, match="max_steps"):
        index.k_best([0], [1], 1, max_steps=0)
    with pytest.raises(UsageError, match="groups"):
        index.k_best([0], [1], 1, through=[[0]] * 7)


def test_distances_are_kept_for_few_questions_only() -> None:
    index = grid(5, [], 0)
    for target in range(1, 25):
        index.k_best([0], [target], 1)
    assert len(index._kept) <= 8


def test_forgetting_hops_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = grid(8, [], 0).k_best([0], [63], 200)
    monkeypatch.setattr(remaining, "MAX_HOPS", 20)
    assert grid(8, [], 0).k_best([0], [63], 200) == everything


def test_threads_share_an_index() -> None:
    index = grid(9, [], 0)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda target: index.k_best([0], [target], 20).paths, [80, 79, 78, 71] * 6))
    assert results == [index.k_best([0], [target], 20).paths for target in (80, 79, 78, 71)] * 6


def test_looking_near_first_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Growing bounds, on an index that would be too small for them, against all distances at once."""
    n_stages = 0
    for seed in range(16):
        random = np.random.default_rng(seed)
        n_states, n_steps = 400, 1600
        columns = (
            random.integers(0, 300, n_states), random.integers(0, n_states, n_steps),
            random.integers(0, n_states, n_steps), random.choice([1, 1, -1, 0], n_steps),
            random.choice([0.0, 0.1, 0.5], n_steps) if seed % 3 else random.random(n_steps),
        )  # fmt: skip
        sources, targets = random.integers(0, n_states, 2).tolist(), random.integers(0, n_states, 2).tolist()
        for sign in (None, 1, -1):
            filters: Filters = {"sign": sign, "max_cost": (None, 0.4)[seed % 2]}
            filters["avoid"] = frozenset(random.integers(0, n_states, 5).tolist())
            expected = PathIndex.from_arrays(n_states, *columns).k_best(sources, targets, 30, **filters)
            with monkeypatch.context() as patch:
                patch.setattr(bounded_distances, "NEAR_STEPS", 0)
                patch.setattr(bounded_distances, "LARGEST_SHARE", 0.7)
                index = PathIndex.from_arrays(n_states, *columns)
                for _ in range(6):
                    found = index.k_best(sources, targets, 30, **filters)
                    assert found.paths == expected.paths
                    assert found.complete
                    n_stages += not index._kept
    assert n_stages > 10
