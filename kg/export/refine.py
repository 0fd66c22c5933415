"""A grid of rows and slots, and a search for better places on it.

The search moves one node, or swaps two, as long as that makes fewer lines run through nodes or across each
other. It is greedy, visits nodes in a fixed order and stops after a fixed number of rounds, so it always
ends the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

CORE, DRUGS, OUTCOMES = range(3)
_ROUNDS = 5
_THROUGH, _CROSSING, _UPWARD, _LENGTH, _LEVEL = 14.0, 2.0, 7.0, 0.8, 0.8
# Units of the search: a lane is 1.4 wide, a row 1 high, a column 3.4 from the next.
_LANE, _ALLEY = 1.4, 1.6
_ROW_PIXELS = 106.0


@dataclass(slots=True)
class Grid:
    """Rows (0 at the top) and slots of nodes; a lane is two slots wide, so that a node may stand between two."""

    columns: list[int]
    lanes: dict[int, int]
    rows: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    placed: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = [0] * len(self.columns)
        self.slots = [0] * len(self.columns)
        self.placed = [False] * len(self.columns)

    def neighbours(self, links: Sequence[tuple[int, int]]) -> list[list[int]]:
        """For each node the others it is linked with, in either direction."""
        near: list[set[int]] = [set() for _ in self.columns]
        for source, target in links:
            if source != target:
                near[source].add(target)
                near[target].add(source)
        return [sorted(nodes) for nodes in near]

    def mean_row(self, nodes: Sequence[int], default: float) -> float:
        """Mean row of those nodes that have a place."""
        found = [self.rows[node] for node in nodes if self.placed[node]]
        return sum(found) / len(found) if found else float(default)

    def fill(self, nodes: Sequence[int], row: int, near: Sequence[Sequence[int]]) -> None:
        """Put nodes of one column row by row, left and right in each row by where their neighbours are."""
        if not nodes:
            return
        lanes = self.lanes[self.columns[nodes[0]]]
        for start in range(0, len(nodes), lanes):
            group = sorted(nodes[start : start + lanes], key=lambda node: (self._mean_column(near[node]), node))
            for i, node in enumerate(group):
                self.rows[node] = row + start // lanes
                self.slots[node] = lanes - len(group) + 2 * i
                self.placed[node] = True

    def _mean_column(self, nodes: Sequence[int]) -> float:
        found = [self.columns[node] for node in nodes]
        return sum(found) / len(found) if found else 0.0

    def close_gaps(self) -> None:
        """Number the rows from 0 without empty ones."""
        number = {row: i for i, row in enumerate(sorted(set(self.rows)))}
        self.rows = [number[row] for row in self.rows]

    def free(self, node: int, row: int, slot: int, but: int = -1) -> bool:
        """Whether a node may stand there without touching another (``but`` counts as absent)."""
        return not any(
            self.columns[i] == self.columns[node] and self.rows[i] == row and abs(self.slots[i] - slot) < 2
            for i in range(len(self.columns))
            if i not in (node, but)
        )


class _Costs:
    """What a placement costs, as far as it depends on a few nodes."""

    def __init__(self, grid: Grid, sizes: Sequence[tuple[float, float]], links: Sequence[tuple[int, int]]) -> None:
        pairs = [link for link in links if link[0] != link[1]]
        self._source: Ints = np.array([u for u, _ in pairs], dtype=np.int64)
        self._target: Ints = np.array([v for _, v in pairs], dtype=np.int64)
        self._column: Ints = np.array(grid.columns, dtype=np.int64)
        self._half: Floats = np.array(sizes, dtype=np.float64).reshape(-1, 2) / 2 / _ROW_PIXELS + 0.04
        self._same = self._column[self._source] == self._column[self._target]
        base, left = {}, 0.0
        for column, lanes in grid.lanes.items():
            base[column] = left + (lanes - 1) * 0.0
            left += (lanes - 1) * _LANE + _LANE + _ALLEY
        self._base: Floats = np.array([base[column] for column in grid.columns], dtype=np.float64)
        self._x: Floats = np.array([self._across(i, slot) for i, slot in enumerate(grid.slots)], dtype=np.float64)
        self._y: Floats = np.array(grid.rows, dtype=np.float64)

    def _across(self, node: int, slot: int) -> float:
        return float(self._base[node]) + slot / 2 * _LANE

    def move(self, node: int, row: int, slot: int) -> None:
        self._y[node] = row
        self._x[node] = self._across(node, slot)

    def around(self, nodes: Sequence[int]) -> float:
        """Every term in which one of the nodes takes part."""
        if not self._source.size:
            return float(self._y[list(nodes)].sum()) * 0.01
        touched = np.isin(self._source, nodes) | np.isin(self._target, nodes)
        mine, rest = np.flatnonzero(touched), np.flatnonzero(~touched)
        everyone = np.arange(self._column.size)
        through = self._through(mine, everyone) + self._through(rest, np.array(nodes, dtype=np.int64))
        crossings = self._crossings(mine, rest) + self._crossings(mine, mine) / 2
        return _THROUGH * through + _CROSSING * crossings + self._shape(mine)

    def _shape(self, edges: Ints) -> float:
        """Lengths, and lines that run upwards inside a column."""
        u, v = self._source[edges], self._target[edges]
        dx, dy = np.abs(self._x[u] - self._x[v]), self._y[v] - self._y[u]
        upward = (self._same[edges] & (dy <= 0)).sum()
        # Level lines between columns read best.
        tilt = np.where(self._same[edges], 0.0, np.minimum(np.abs(dy), 1.0))
        return float(_UPWARD * upward + _LENGTH * np.hypot(dx, dy).sum() + _LEVEL * tilt.sum())

    def _through(self, edges: Ints, nodes: Ints) -> float:
        """Number of (edge, node) pairs in which the straight line enters a box that is not its own."""
        if not edges.size or not nodes.size:
            return 0.0
        u, v = self._source[edges][:, None], self._target[edges][:, None]
        n = nodes[None, :]
        enter, leave = np.zeros((edges.size, nodes.size)), np.ones((edges.size, nodes.size))
        for place, half in ((self._x, self._half[:, 0]), (self._y, self._half[:, 1])):
            start, step = place[u] - place[n], place[v] - place[u]
            flat = np.abs(step) < 1e-9
            safe = np.where(flat, 1.0, step)
            near, far = (-half[n] - start) / safe, (half[n] - start) / safe
            low, high = np.minimum(near, far), np.maximum(near, far)
            inside = np.abs(start) <= half[n]
            enter = np.maximum(enter, np.where(flat, np.where(inside, 0.0, 2.0), low))
            leave = np.minimum(leave, np.where(flat, np.where(inside, 1.0, -1.0), high))
        return float(((enter < leave) & (n != u) & (n != v)).sum())

    def _crossings(self, first: Ints, second: Ints) -> float:
        """Number of pairs of straight lines that cross away from a shared node."""
        if not first.size or not second.size:
            return 0.0
        a, b = self._source[first][:, None], self._target[first][:, None]
        c, d = self._source[second][None, :], self._target[second][None, :]
        apart = (a != c) & (a != d) & (b != c) & (b != d)
        split = (self._side(a, b, c) * self._side(a, b, d) < 0) & (self._side(c, d, a) * self._side(c, d, b) < 0)
        return float((split & apart).sum())

    def _side(self, a: Ints, b: Ints, c: Ints) -> Floats:
        x, y = self._x, self._y
        turn: Floats = (x[b] - x[a]) * (y[c] - y[a]) - (y[b] - y[a]) * (x[c] - x[a])
        return turn


def improve(
    grid: Grid, sizes: Sequence[tuple[float, float]], links: Sequence[tuple[int, int]], zones: Sequence[int]
) -> None:
    """Better the places of nodes on the grid, in place.

    Parameters
    ----------
    grid
        Where the nodes stand; no two touch, before and after.
    sizes
        Width and height of each node in pixels.
    links
        Pairs of nodes.
    zones
        ``CORE``: may move to any row of the core; ``DRUGS``: keeps to the rows of the drugs in its column;
        ``OUTCOMES``: keeps its row.

    Examples
    --------
    A line from 0 to 2 need not run through 1:

    >>> grid = Grid(columns=[0, 0, 0, 0], lanes={0: 2})
    >>> grid.rows = [0, 1, 2, 3]
    >>> improve(grid, [(116, 36)] * 4, [(0, 1), (1, 3), (0, 2)], [0, 0, 0, 0])
    >>> grid.slots[1] != grid.slots[2] or grid.rows[2] < grid.rows[1]
    True
    """
    costs = _Costs(grid, sizes, links)
    rows = _allowed_rows(grid, zones)
    for _ in range(_ROUNDS):
        moved = [_best_move(grid, costs, node, rows[node]) for node in range(len(grid.columns))]
        swapped = [_best_swap(grid, costs, node, rows) for node in range(len(grid.columns))]
        if not any(moved) and not any(swapped):
            return


def _allowed_rows(grid: Grid, zones: Sequence[int]) -> list[range]:
    core = [row for row, zone in zip(grid.rows, zones, strict=True) if zone == CORE]
    # The top row stays with the one column that has it.
    top = {column for column, row in zip(grid.columns, grid.rows, strict=True) if row == 0}
    own: dict[int, list[int]] = {}
    for column, row, zone in zip(grid.columns, grid.rows, zones, strict=True):
        if zone == DRUGS:
            own.setdefault(column, []).append(row)

    def allowed(node: int) -> range:
        column, row = grid.columns[node], grid.rows[node]
        if zones[node] == OUTCOMES:
            return range(row, row + 1)
        if zones[node] == DRUGS:
            return range(min(own[column]), max(own[column]) + 1)
        return range(min(core) if top == {column} else max(1, min(core)), max(core) + 1)

    return [allowed(node) for node in range(len(zones))]


def _put(grid: Grid, costs: _Costs, node: int, place: tuple[int, int]) -> None:
    grid.rows[node], grid.slots[node] = place
    costs.move(node, *place)


def _best_move(grid: Grid, costs: _Costs, node: int, rows: range) -> bool:
    start = (grid.rows[node], grid.slots[node])
    last = 2 * (grid.lanes[grid.columns[node]] - 1)
    best, least = start, costs.around([node]) - 1e-6
    for row in (r for r in rows if abs(r - start[0]) <= 3):
        for slot in range(last + 1):
            if (row, slot) != start and grid.free(node, row, slot):
                _put(grid, costs, node, (row, slot))
                cost = costs.around([node])
                if cost < least:
                    best, least = (row, slot), cost - 1e-6
    _put(grid, costs, node, best)
    return best != start


def _best_swap(grid: Grid, costs: _Costs, node: int, rows: Sequence[range]) -> bool:
    for other in range(node + 1, len(grid.columns)):
        if grid.columns[other] != grid.columns[node]:
            continue
        here, there = (grid.rows[node], grid.slots[node]), (grid.rows[other], grid.slots[other])
        if there[0] not in rows[node] or here[0] not in rows[other] or abs(there[0] - here[0]) > 2:
            continue
        before = costs.around([node, other])
        _put(grid, costs, node, there)
        _put(grid, costs, other, here)
        if costs.around([node, other]) < before - 1e-6:
            return True
        _put(grid, costs, node, here)
        _put(grid, costs, other, there)
    return False
