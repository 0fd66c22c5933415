"""Feedback loops against exhaustive walking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.analysis.exchange import to_networkx
from kg.analysis.graphs import network_from_rows
from kg.analysis.index import PathIndex
from kg.analysis.loops import best_loops, feedback_loops, loops_of
from kg.errors import UnknownNameError, UsageError
from tests.analysis.brute import SmallGraph, random_graph

if TYPE_CHECKING:
    import kg


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
    with pytest.raises(UsageError, match="k is 0"):
        feedback_loops(graph, "IL8", 0)
    with pytest.raises(UnknownNameError, match="IL8"):
        feedback_loops(graph, "IL9")
    assert len(feedback_loops(graph, "IL8")) == 0


@pytest.mark.parametrize("sign", [None, 1, -1])
def test_the_k_best_through_several_states_are_different_loops(sign: int | None) -> None:
    many = 0
    for seed in range(120):
        graph = random_graph(seed, n_max=6)
        index = PathIndex.from_arrays(graph.n_states, graph.entity, graph.src, graph.dst, graph.sign, graph.cost)
        every: dict[frozenset[int], float] = {}
        for start in (0, 1):
            for loop in loops_of(index, start, 10_000, sign=sign).paths:
                every[frozenset(loop.edges)] = loop.cost
        for k in (1, 3, 10):
            found, complete = best_loops(index, [0, 1], k, sign=sign)
            assert complete
            assert len({frozenset(loop.edges) for loop in found}) == len(found) == min(k, len(every))
            assert [loop.cost for loop in found] == sorted(every.values())[:k]
        many += len(every) > 3
    assert many > 10


def test_loops_through_il8_are_told_once(graph: kg.KnowledgeGraph) -> None:
    loops = graph.loops("IL-8", k=10)
    assert len({frozenset(step.key for step in loop.steps) for loop in loops}) == len(loops) == 10
    assert [loop.cost for loop in loops] == sorted(loop.cost for loop in loops)
    assert [loop.rank for loop in loops] == [*range(1, 11)]


@pytest.mark.parametrize("name", ["CML cell", "CML exosome", "CXCL8@bm_stromal_cell"])
def test_the_loop_of_the_anchor_paper_comes_out_near_the_top(graph: kg.KnowledgeGraph, name: str) -> None:
    wanted = {
        "exil8:cml_cell@cml_cell",
        "exil8:cml_exosome@extracellular",
        "HGNC:6025@bm_stromal_cell",
        "HGNC:6025@extracellular",
        "MESH:D002470@cml_cell",
    }
    loops = graph.loops(name, k=10)
    found = [loop for loop in loops if {state.name for state in loop.states} == wanted]
    assert [loop.sign for loop in found] == [1]
    assert found[0].rank <= 8
    assert loops.complete


def test_a_search_that_is_capped_says_so(graph: kg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.analysis import loops

    network = graph.states(closed=True)
    start = graph.ends.read("CML cell", network).states[0]
    _, complete = best_loops(network.index, [network.number[start]], 50, max_expanded=20)
    assert not complete
    few = feedback_loops(to_networkx(network), start.name, 50, max_expanded=20)
    assert not few.complete
    assert "there may be more" in str(few)
    plain = loops.best_loops
    monkeypatch.setattr(loops, "best_loops", lambda *args, **named: plain(*args, **named, max_expanded=20))
    assert not graph.loops("CML cell", k=50).complete
