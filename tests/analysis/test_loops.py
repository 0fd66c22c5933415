"""Feedback loops against exhaustive walking."""

from __future__ import annotations

import pytest

from kg.analysis.index import PathIndex
from kg.analysis.indexed import network_from_rows
from kg.analysis.loops import feedback_loops, loops_of
from kg.errors import UnknownNameError, UsageError
from tests.analysis.brute import SmallGraph, random_graph


def all_loops(graph: SmallGraph, start: int, sign: int | None) -> set[tuple[int, tuple[int, ...], int]]:
    """Every closed walk through a state: (millionths, states, sign)."""
    best: dict[tuple[tuple[int, ...], int], int] = {}

    def go(walk: list[tuple[int, int]], cost: int) -> None:
        here, running = walk[-1]
        for number, (source, after) in enumerate(zip(graph.src, graph.dst, strict=True)):
            turned, dearer = running * graph.sign[number], cost + round(graph.cost[number] * 1_000_000)
            if source != here or (sign is not None and not graph.sign[number]):
                continue
            if after == start and len(walk) > 1 and sign in (None, turned):
                label = (tuple(state for state, _ in walk), turned)
                best[label] = min(dearer, best.get(label, dearer))
            if any(after == state for state, _ in walk):
                continue
            if any(graph.entity[after] == graph.entity[state] and turned * seen == -1 for state, seen in walk):
                continue
            go([*walk, (after, turned)], dearer)

    go([(start, 1)], 0)
    return {(cost, states, turned) for (states, turned), cost in best.items()}


@pytest.mark.parametrize("block", range(4))
def test_equals_exhaustive_walking(block: int) -> None:
    n_loops = 0
    for seed in range(block * 100, block * 100 + 100):
        graph = random_graph(seed, n_max=6)
        index = PathIndex.from_arrays(graph.n_states, graph.entity, graph.src, graph.dst, graph.sign, graph.cost)
        for sign in (None, 1, -1):
            result = loops_of(index, 0, 10_000, sign=sign)
            found = [(round(p.cost * 1_000_000), p.states[:-1], p.sign) for p in result.paths]
            assert len(found) == len(set(found))
            assert set(found) == all_loops(graph, 0, sign)
            assert [cost for cost, _, _ in found] == sorted(cost for cost, _, _ in found)
            n_loops += len(found)
    assert n_loops > 100


def test_edges_close_the_loop() -> None:
    for seed in range(100):
        graph = random_graph(seed)
        index = PathIndex.from_arrays(graph.n_states, graph.entity, graph.src, graph.dst, graph.sign, graph.cost)
        for path in loops_of(index, 0, 20).paths:
            assert [graph.src[edge] for edge in path.edges] == list(path.states[:-1])
            assert [graph.dst[edge] for edge in path.edges] == [*path.states[1:-1], 0]


def test_an_entity_stands_for_all_its_states() -> None:
    graph = network_from_rows(
        [("IL8@stroma", "IL8@medium", "+", 0.9), ("IL8@medium", "cell", "+", 0.8), ("cell", "IL8@stroma", "+", 0.7)]
    )
    loops = feedback_loops(graph, "IL8")
    assert [loop.nodes for loop in loops] == [("IL8@medium", "cell", "IL8@stroma")]
    assert loops[0].sign == 1
    assert loops.to_frame().shape == (1, 5)
    assert "reinforcing" in str(loops[0])
    assert len(feedback_loops(graph, "IL8", 1)) == 1


def test_bad_questions_are_refused() -> None:
    graph = network_from_rows([("IL8", "cell", "+", 0.9)])
    with pytest.raises(UsageError, match="k must be"):
        feedback_loops(graph, "IL8", 0)
    with pytest.raises(UnknownNameError, match="IL8"):
        feedback_loops(graph, "IL9")
    assert len(feedback_loops(graph, "IL8")) == 0
