"""Every path of a small graph by exhaustive walking: the oracle of the path engine."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class SmallGraph:
    """Columns of a random graph; states named by letters in ``key``."""

    entity: list[int]
    src: list[int]
    dst: list[int]
    sign: list[int]
    cost: list[float]
    key: list[str] = field(default_factory=list)

    @property
    def n_states(self) -> int:
        return len(self.entity)


def random_graph(seed: int, *, n_max: int = 7) -> SmallGraph:
    """Graph with ties, zero costs, parallel edges, sign 0, several states an entity and shuffled keys."""
    random = np.random.default_rng(seed)
    n_states = min(int(random.integers(2, n_max + 4)), n_max)
    n_edges = int(random.integers(2 * n_states, 5 * n_states + 1))
    prices = ([0.0, 0.1, 0.2], [0.0, 1.0], [0.5], [0.0], [0.1, 0.25, 0.7, 1.3])[random.integers(5)]
    signs = ([1, 1, -1], [1, -1, 0], [1, 1, 1, -1, 0])[random.integers(3)]
    key = [f"s{number}" for number in range(n_states)]
    random.shuffle(key)
    return SmallGraph(
        entity=[int(random.integers(number + 1)) if random.random() < 0.4 else number for number in range(n_states)],
        src=random.integers(0, n_states, n_edges).tolist(),
        dst=random.integers(0, n_states, n_edges).tolist(),
        sign=random.choice(signs, n_edges).tolist(),
        cost=random.choice(prices, n_edges).tolist(),
        key=key,
    )


Found = tuple[int, int, tuple[str, ...], tuple[int, ...], int]
"""Cost in millionths, steps, keys, states, sign."""


def all_paths(
    graph: SmallGraph,
    sources: set[int],
    targets: set[int],
    *,
    sign: int | None = None,
    max_cost: float | None = None,
    max_steps: int | None = None,
    avoid: frozenset[int] = frozenset(),
    through: tuple[frozenset[int], ...] = (),
) -> list[Found]:
    """Return every valid path in the engine's order, one a (sequence of states, sign)."""
    best: dict[tuple[tuple[int, ...], int], tuple[int, tuple[tuple[str, int], ...]]] = {}

    def note(walk: list[tuple[int, int]], cost: int) -> None:
        turns = tuple((graph.key[state], (1, -1, 0).index(running)) for state, running in walk)
        label = (tuple(state for state, _ in walk), walk[-1][1])
        best[label] = min((cost, turns), best.get(label, (cost, turns)))

    def go(walk: list[tuple[int, int]], cost: int) -> None:
        here, running = walk[-1]
        if len(walk) > 1 and here in targets and sign in (None, running):
            note(walk, cost)
        for number in range(len(graph.src)):
            after, turned = graph.dst[number], running * graph.sign[number]
            if graph.src[number] != here or (sign is not None and graph.sign[number] == 0):
                continue
            if after in avoid or any(after == state for state, _ in walk):
                continue
            if any(graph.entity[after] == graph.entity[state] and turned * seen == -1 for state, seen in walk):
                continue
            go([*walk, (after, turned)], cost + round(graph.cost[number] * 1_000_000))

    for source in sources - avoid:
        go([(source, 1)], 0)
    found = [
        (cost, len(states) - 1, turns, states, product)
        for (states, product), (cost, turns) in best.items()
        if (max_cost is None or cost <= round(max_cost * 1_000_000))
        and (max_steps is None or len(states) - 1 <= max_steps)
        and all(group & set(states) for group in through)
    ]
    return [
        (cost, steps, tuple(key for key, _ in turns), states, product)
        for cost, steps, turns, states, product in sorted(found)
    ]
