"""Lazy k best paths: Yen's partition in Lawler's form over exact reverse distances.

A *cell* is a set of paths: those that begin with a given prefix and do not go on over certain hops. Each cell has a
lower bound, one look at the hops of the prefix's end; only when the cell comes up is its best walk made, mostly by
following tight hops, else by A*. That walk may still break the rule of one sign an entity within its tail, which the
product graph does not know. Then the cell is tried twice more, once without the entity's first sign and once without
the second (every valid path keeps one of these), and the better of the two stands for the cell.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count, takewhile
from typing import TYPE_CHECKING, NamedTuple

from kg.analysis import bounded_distances
from kg.analysis import remaining as ahead
from kg.analysis.arrays import FAR, UNITS_PER_NAT, IndexedPath
from kg.analysis.columns import whole
from kg.analysis.remaining import END, Hop, Question, clash, code_of
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.analysis.distance_cache import CachedArrays

MAX_EXPANDED = 250_000
"""Default work cap: cells and states looked at."""
MAX_GROUPS = 6
"""Groups of states a path may be sent through; each doubles the work."""

FIRST_LOOK_BACK = 32
"""States A* settles before it first asks whether the targets are walled in."""

Trail = tuple[Hop, ...]


class CapReachedError(Exception):
    """The work cap ended the search (never leaves this module)."""


class Cell(NamedTuple):
    """Paths that begin with ``trail[: at + 1]``, go on by none of ``banned`` and meet none of the bars.

    ``bars`` holds (entity, sign) codes and ``shut`` nodes that are closed to the tail. Cells of one ``group`` (above
    0) are attempts at the same cell: the first valid path found by any of them ends the others.
    """

    trail: Trail
    at: int
    spent: float
    banned: frozenset[int]
    bars: frozenset[int] = frozenset()
    shut: frozenset[int] = frozenset()
    group: int = 0


class Walls:
    """What a tail may not touch: states of the prefix, codes that clash with it, and bars."""

    def __init__(self, cell: Cell, prefix: Trail) -> None:
        self.labels = set(cell.bars)
        self.shut = cell.shut
        for hop in prefix:
            self.add(hop)

    def add(self, hop: Hop) -> None:
        """Close the state of a hop and the opposite sign of its entity."""
        self.labels.add(hop[4])
        self.labels.add(clash(hop[5]))

    def stop(self, hop: Hop) -> bool:
        """Whether a hop runs into a wall."""
        return hop[4] in self.labels or hop[5] in self.labels or hop[2] in self.shut


class Search:
    """One lazy search; iterate it for paths in order.

    Attributes
    ----------
    expanded
        Work done so far.
    capped
        True once the work cap has ended the search, or once it has ended without paths too dear to add up exactly.
    """

    def __init__(
        self,
        index: CachedArrays,
        sources: Iterable[int],
        targets: Iterable[int],
        *,
        sign: int | None,
        max_cost: float | None,
        max_steps: int | None,
        avoid: Iterable[int],
        through: Iterable[Iterable[int]],
        max_expanded: int,
    ) -> None:
        question = _question(index, targets, sign, avoid, through, max_steps)
        barred = set(question.avoid)
        self.sources = [state for state in _states(index, sources) if state not in barred]
        self.index, self.question = index, question
        self.max_expanded = whole("max_expanded", max_expanded)
        self.most = FAR if max_cost is None else index.weight_of(max_cost)
        self.expanded, self.capped, self.too_dear = 0, False, False
        self._given: set[tuple[tuple[int, ...], int]] = set()

    def __iter__(self) -> Iterator[IndexedPath]:
        """Yield the paths, best first."""
        if not self.sources or not self.question.targets:
            return
        try:
            for bound, distances in self._stages():
                yield from self._paths(distances, min(bound, self.most))
                if bound >= self.most:
                    break
            self.capped = self.too_dear or self.ahead.too_far
        except CapReachedError:
            self.capped = True

    def _stages(self) -> Iterator[tuple[float, ahead.Remaining]]:
        """Bounds up to which all paths can be found, with the distances for it; the last is no bound."""
        index, asked = self.index, self.question
        if bounded_distances.is_worth_it(index, asked):
            yield from bounded_distances.stages(index, asked, index.turned(asked), self.sources)
        yield FAR, index.remaining(asked)

    def _paths(self, distances: ahead.Remaining, ceiling: float) -> Iterator[IndexedPath]:
        """All paths up to a weight that have not been given yet, best first."""
        self.ahead, self.ceiling = distances, ceiling
        self._heap: list[tuple[float, int, tuple[int, ...], int, Cell]] = []
        self._ticket = count(1)
        for state in self.sources:
            root: Hop = (0.0, 0.0, self.ahead.start(state), -1, state, code_of(int(self.index.entity[state]), 0))
            cell = Cell((root,), 0, 0.0, frozenset((END,)))
            self._push(cell, Walls(cell, cell.trail))
        answered: set[int] = set()
        while self._heap:
            _, resolved, _, _, cell = heappop(self._heap)
            if cell.group in answered:
                continue
            if not resolved:
                self._resolve(cell)
            elif (meeting := _first_clash(cell)) is not None:
                self._try_both(cell, *meeting)
            else:
                if cell.group:
                    answered.add(cell.group)
                self._split(cell)
                path = self._path_of(cell.trail)
                if (path.states, path.sign) not in self._given:
                    self._given.add((path.states, path.sign))
                    yield path

    def _count(self) -> None:
        self.expanded += 1
        if self.expanded > self.max_expanded:
            raise CapReachedError

    def _push(self, cell: Cell, walls: Walls) -> None:
        """Queue a cell by its lower bound, unless no hop is left or all are too dear."""
        banned = cell.banned
        for hop in self.ahead.hops(cell.trail[cell.at][2]):
            if hop[2] not in banned and not walls.stop(hop):
                bound = cell.spent + hop[0]
                if bound > self.ceiling:
                    self.too_dear |= self.ceiling >= FAR
                else:
                    heappush(self._heap, (bound, 0, (), next(self._ticket), cell))
                return

    def _resolve(self, cell: Cell) -> None:
        """Find the best walk of a cell and queue it at its true cost."""
        self._count()
        prefix = cell.trail[: cell.at + 1]
        walls = Walls(cell, prefix)
        tail = self._tight_tail(prefix[-1][2], cell.banned, walls)
        if tail is None:
            tail = self._a_star(prefix[-1][2], cell.banned, walls, self.ceiling - cell.spent)
        if tail is None:
            return
        trail = prefix + tail
        total = cell.spent + sum(hop[1] for hop in tail)
        heappush(self._heap, (total, 1, self._order_of(trail), next(self._ticket), cell._replace(trail=trail)))

    def _order_of(self, trail: Trail) -> tuple[int, ...]:
        """Sort key of a trail among those of equal cost and length: rank and running sign of each state in turn."""
        ranks: list[int] = self.index.rank[[hop[4] for hop in trail]].tolist()
        return tuple(3 * rank + self.ahead.code(hop[2]) for rank, hop in zip(ranks, trail, strict=True))

    def _path_of(self, trail: Trail) -> IndexedPath:
        """Give a trail out as a path."""
        steps = trail[1:]
        return IndexedPath(
            states=tuple(hop[4] for hop in trail),
            edges=tuple(self.index.edge[[hop[3] for hop in steps]].tolist()),
            sign=(1, -1, 0)[self.ahead.code(trail[-1][2])],
            cost=(int(sum(hop[1] for hop in steps)) >> self.index.step_bits) / UNITS_PER_NAT,
            steps=tuple(hop[3] for hop in steps),
        )

    def _try_both(self, cell: Cell, one: Hop, other: Hop) -> None:
        """Queue a cell anew without the one and without the other of two hops that no valid path joins."""
        group = cell.group or next(self._ticket)
        for hop in (one, other):
            attempt = cell._replace(group=group)
            if one[5] == clash(other[5]):
                attempt = attempt._replace(bars=cell.bars | {hop[5]})
            else:
                attempt = attempt._replace(shut=cell.shut | {hop[2]})
            self._push(attempt, Walls(attempt, cell.trail[: cell.at + 1]))

    def _split(self, cell: Cell) -> None:
        """Queue what a cell holds besides its best path."""
        trail, spent, banned = cell.trail, cell.spent, cell.banned
        walls = Walls(Cell(trail, 0, 0.0, banned), trail[: cell.at])
        for at in range(cell.at, len(trail)):
            if at > cell.at:
                spent, banned = spent + trail[at][1], frozenset()
            walls.add(trail[at])
            onward = trail[at + 1][2] if at + 1 < len(trail) else END
            self._push(Cell(trail, at, spent, banned | {onward}), walls)

    def _tight(self, node: int) -> Iterator[Hop]:
        hops = self.ahead.hops(node)
        return takewhile(lambda hop: hop[0] == hops[0][0], hops)

    def _tight_tail(self, spur: int, banned: frozenset[int], walls: Walls) -> Trail | None:
        """First tail, by keys, that costs no more than the lower bound; None when walls stand in the way of all."""
        free = (hop for hop in self.ahead.hops(spur) if hop[2] not in banned and not walls.stop(hop))
        first = next(free)
        if first[2] == END:
            return ()
        trail: list[Hop] = []
        dead: set[int] = set()
        open_hops = [iter([first, *takewhile(lambda hop: hop[0] == first[0], free)])]
        while open_hops:
            hop = next(open_hops[-1], None)
            if hop is None:
                open_hops.pop()
                if trail:
                    trail.pop()
                continue
            if hop[2] == END:
                return tuple(trail)
            if hop[2] in dead or walls.stop(hop):
                continue
            self._count()
            dead.add(hop[2])
            trail.append(hop)
            open_hops.append(self._tight(hop[2]))
        return None

    def _a_star(self, spur: int, banned: frozenset[int], walls: Walls, ceiling: float) -> Trail | None:
        """Best tail around the walls; of equal ones the first by keys."""
        heap: list[tuple[float, float, int]] = [(0.0, 0.0, spur)]
        spent: dict[int, float] = {spur: 0.0}
        back: dict[int, tuple[int, Hop]] = {}
        settled: set[int] = set()
        look_back = FIRST_LOOK_BACK
        while heap:
            _, walked, node = heappop(heap)
            if node == END:
                return _walk_back(back, spur)
            if node in settled:
                continue
            settled.add(node)
            self._count()
            if len(settled) == look_back:
                if self.ahead.walled_in(walls.labels, spent.keys(), look_back):
                    return None
                look_back *= 4
            for hop in self.ahead.hops(node):
                if walked + hop[0] > ceiling:
                    self.too_dear |= self.ceiling >= FAR
                    break
                after = hop[2]
                if walls.stop(hop) or (node == spur and after in banned):
                    continue
                total, known = walked + hop[1], spent.get(after)
                if known is None or total < known:
                    spent[after], back[after] = total, (node, hop)
                    heappush(heap, (walked + hop[0], total, after))
                elif total == known and after not in settled and self._precedes(back, node, back[after][0]):
                    back[after] = (node, hop)
        return None

    def _precedes(self, back: dict[int, tuple[int, Hop]], one: int, other: int) -> bool:
        """Whether the best way to one node comes before the way to the other, both of equal length."""
        difference = 0
        while one != other:
            (before_one, hop_one), (before_other, hop_other) = back[one], back[other]
            by_key = int(self.index.rank[hop_one[4]]) - int(self.index.rank[hop_other[4]])
            difference = by_key or self.ahead.code(one) - self.ahead.code(other) or difference
            one, other = before_one, before_other
        return difference < 0


def _first_clash(cell: Cell) -> tuple[Hop, Hop] | None:
    """First two hops of a trail that break the rules together: one state twice, or one entity with both signs."""
    walls = Walls(Cell(cell.trail, 0, 0.0, cell.banned), cell.trail[: cell.at + 1])
    for hop in cell.trail[cell.at + 1 :]:
        if walls.stop(hop):
            return next(earlier for earlier in cell.trail if earlier[4] == hop[4] or earlier[5] == clash(hop[5])), hop
        walls.add(hop)
    return None


def _walk_back(back: dict[int, tuple[int, Hop]], spur: int) -> Trail:
    trail: list[Hop] = []
    node = back[END][0]
    while node != spur:
        node, hop = back[node]
        trail.append(hop)
    return tuple(reversed(trail))


def _states(index: CachedArrays, states: Iterable[int]) -> tuple[int, ...]:
    unique = tuple(sorted({int(state) for state in states}))
    if unique and not 0 <= unique[0] <= unique[-1] < index.n_states:
        msg = f"states are numbered 0 to {index.n_states - 1}; got {unique[0]} to {unique[-1]}"
        raise UsageError(msg)
    return unique


def _question(
    index: CachedArrays,
    targets: Iterable[int],
    sign: int | None,
    avoid: Iterable[int],
    through: Iterable[Iterable[int]],
    max_steps: int | None,
) -> Question:
    if sign not in (None, 1, -1):
        msg = f"the sign asked for is +1, -1 or None, not {sign!r}"
        raise UsageError(msg)
    if max_steps is not None:
        max_steps = whole("max_steps", max_steps)
    groups = tuple(_states(index, group) for group in through)
    if len(groups) > MAX_GROUPS:
        msg = f"{len(groups)} groups to pass through; at most {MAX_GROUPS}"
        raise UsageError(msg)
    barred = _states(index, avoid)
    goals = tuple(state for state in _states(index, targets) if state not in set(barred))
    return Question(goals, sign, barred, groups, max_steps)
