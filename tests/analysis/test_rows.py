"""The compiled inner loop gives the answers of brute force, and of the whole-array one, to the last bit."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kg.analysis import remaining, rows
from kg.analysis.index import PathIndex
from tests.analysis.brute import SmallGraph, all_paths, random_graph

if TYPE_CHECKING:
    from collections.abc import Callable

needs_numba = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="numba is not installed: pip install '.[speed]'"
)


@pytest.fixture(params=["as it stands", pytest.param("compiled", marks=needs_numba)])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., rows.Row]:
    """The inner loop in plain Python, and as machine code; used from the first step on."""
    found = rows.best_first if request.param == "as it stands" else rows.compiled()
    assert found is not None
    monkeypatch.setattr(rows, "FROM_STEPS", 0)
    monkeypatch.setattr(rows, "compiled", lambda: found)
    return found


def index_of(graph: SmallGraph) -> PathIndex:
    return PathIndex.from_arrays(
        graph.n_states, graph.entity, graph.src, graph.dst, graph.sign, graph.cost, key=graph.key
    )


@pytest.mark.parametrize("block", range(6))
def test_equals_brute_force(block: int, kernel: Callable[..., rows.Row]) -> None:
    for seed in range(block * 100, block * 100 + 100):
        graph = random_graph(seed)
        random = np.random.default_rng([seed, 2])
        sources = set(random.integers(0, graph.n_states, 2).tolist())
        targets = set(random.integers(0, graph.n_states, 2).tolist())
        sign = (None, 1, -1)[random.integers(3)]
        result = index_of(graph).k_best(sources, targets, 10_000, sign=sign)
        assert [(path.states, path.sign, round(path.cost * 1e6)) for path in result.paths] == [
            (states, product, cost) for cost, _, _, states, product in all_paths(graph, sources, targets, sign=sign)
        ]
        assert result.complete


def test_every_row_equals_the_row_of_whole_arrays(
    kernel: Callable[..., rows.Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(3)
    n_states, n_steps = 300, 4000
    index = PathIndex.from_arrays(
        n_states, random.integers(0, 200, n_states), random.integers(0, n_states, n_steps),
        random.integers(0, n_states, n_steps), random.choice([1, -1, 0], n_steps),
        random.choice([0.0, 0.1, 0.5, 900.0], n_steps), key=[f"s{name}" for name in random.permutation(n_states)],
    )  # fmt: skip
    monkeypatch.setattr(rows, "MOST_STEPS", 15)
    for sign in (None, 1, -1):
        question = remaining.Question((5, 9), sign)
        one = remaining.Remaining(index, question, index.turned(question))
        monkeypatch.setattr(rows, "FROM_STEPS", n_steps + 1)
        other = remaining.Remaining(index, question, index.turned(question))
        monkeypatch.setattr(rows, "FROM_STEPS", 0)
        for node in range(one.layer_size):
            assert one.hops(node) == other.hops(node)


def test_steps_that_lead_too_far_are_told(kernel: Callable[..., rows.Row]) -> None:
    n_states, chain = 1 << 20, np.arange(29)
    index = PathIndex.from_arrays(n_states, np.arange(n_states), chain, chain + 1, np.ones(29), np.full(29, 900.0))
    assert not index.k_best([0], [29], 1).complete
