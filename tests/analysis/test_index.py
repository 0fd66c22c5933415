"""The path engine against exhaustive search, and the laws it must keep."""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np
import pytest

from kg.analysis.index import IndexedPath, PathIndex
from kg.errors import UsageError
from tests.analysis.brute import Found, SmallGraph, all_paths, random_graph


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
