"""Distances only where they matter, near the targets and near the sources, for the first questions on a large index.

A path of at most C nat stays among states that are at most R from the targets or less than C - R from the sources.
Both sets are small long before C covers the whole network, and distances within their union are all that the search
needs to find every path up to C. If that is not enough, C grows; if the sets grow large, all distances are cheaper.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kg.analysis.arrays import FAR
from kg.analysis.remaining import Floats, Question, Remaining, Reverse, barred_nodes, distances_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.analysis.arrays import StepArrays
    from kg.analysis.distance_cache import CachedArrays

Places = npt.NDArray[np.int64]

NEAR_STEPS = 200_000
"""From so many steps on, looking near only is worth it."""
NEAR_TIMES = 4
"""So many questions on the same targets are answered so; then the distances of all states pay off and are kept."""
LARGEST_SHARE = 0.2
"""Share of all nodes a look may hold before distances of all are cheaper."""
FIRST_LOOK = 0.15
"""First length of both looks, as a share of the cost of as many average steps as the network is wide."""
WIDEN = 1.3
"""How much farther the smaller of the two looks goes next."""
DEARER = 4
"""A node ahead costs as much as so many behind, where the work is compiled."""
MARGIN = 1.25
"""The first bound lies so far above the best path: few ask for one path only."""


def is_worth_it(index: CachedArrays, question: Question) -> bool:
    """Whether a question is plain, the index large, and the distances of all states are neither kept nor due."""
    if index.n_steps < NEAR_STEPS or question.groups or question.max_steps is not None:
        return False
    times = index.times_asked(question)
    return times is not None and times < NEAR_TIMES


def stages(
    index: StepArrays, question: Question, reverse: Reverse, sources: Sequence[int]
) -> Iterator[tuple[float, Remaining]]:
    """Yield growing bounds C (as weights), each with the distances that find all paths up to it.

    Ends when the looks grow too large; the caller then takes the distances of all states.
    """
    look = _TwoLooks(index, question, reverse, np.array(sources, dtype=np.int64))
    while look.small and look.bound < FAR:
        distance = look.distances()
        if distance[look.starts].min() * MARGIN <= look.bound:
            yield look.bound, Remaining(index, question, reverse, distance[np.newaxis, np.newaxis, :])
        look.widen()


class _TwoLooks:
    """What lies at most ``halt`` from the targets, and at most ``reach`` from the sources."""

    def __init__(self, index: StepArrays, question: Question, reverse: Reverse, starts: Places) -> None:
        self.index, self.question, self.reverse, self.starts = index, question, reverse, starts
        self.barred = barred_nodes(index, question, reverse.n_nodes)
        self.walk_barred = np.roll(self.barred, index.n_states) if question.sign == -1 else self.barred
        first = FIRST_LOOK * float(index.weight[:: max(1, index.n_steps // 1000)].mean()) * _width(index)
        self.halt = self.reach = math.floor(first)
        self._look_back()
        self._look_ahead()

    @property
    def bound(self) -> float:
        """All paths up to this weight stay within the two looks."""
        return float(self.halt + self.reach)

    @property
    def small(self) -> bool:
        """Whether the looks hold few enough nodes."""
        return self.all_ahead and self.n_back <= LARGEST_SHARE * len(self.barred)

    def widen(self) -> None:
        """Let the look that holds less go farther."""
        if self.n_back <= DEARER * len(self.ahead):
            self.halt = math.floor(self.halt * WIDEN) + 1
            self._look_back()
        else:
            self.reach = math.floor(self.reach * WIDEN) + 1
            self._look_ahead()

    def distances(self) -> Floats:
        """Distances to the targets within the two looks, in walking order; infinite elsewhere."""
        back = self.back.copy()
        _fill(self.index, self.question, back, self.ahead[~np.isfinite(back[self.ahead])])
        return back

    def _look_back(self) -> None:
        targets = np.array(self.question.targets)
        back = distances_back(self.reverse, targets, None, self.barred, limit=self.halt)
        self.back = np.roll(back, self.index.n_states) if self.question.sign == -1 else back
        self.n_back = int(np.isfinite(back).sum())

    def _look_ahead(self) -> None:
        most = LARGEST_SHARE / DEARER * len(self.barred)
        self.ahead, self.all_ahead = _ball(self.index, self.question, self.starts, self.walk_barred, self.reach, most)


def _width(index: StepArrays) -> float:
    """Steps it takes, roughly, to cross the network."""
    degree = max(2.0, index.n_steps / index.n_states)
    return max(1.0, math.log(index.n_states) / math.log(degree))


def _ball(
    index: StepArrays, question: Question, starts: Places, barred: npt.NDArray[np.bool_], reach: int, most: float
) -> tuple[Places, bool]:
    """Nodes at most ``reach`` from the starts, and whether these are all: it stops short of about ``most``."""
    distance = np.full(len(barred), np.inf)
    distance[starts] = 0.0
    frontier = starts
    found: list[Places] = []
    while len(frontier) and sum(map(len, found)) <= most:
        found.append(frontier)
        owner, step, after = _hops(index, question, frontier)
        total = distance[frontier][owner] + index.weight[step]
        better = (total <= reach) & (total < distance[after]) & ~barred[after]
        np.minimum.at(distance, after[better], total[better])
        frontier = np.unique(after[better])
    return np.unique(np.concatenate(found)), not len(frontier)


def _fill(index: StepArrays, question: Question, back: Floats, nodes: Places) -> None:
    """Carry the distances near the targets on to the nodes near the sources (Bellman's recursion)."""
    owner, step, after = _hops(index, question, nodes)
    while True:
        found = np.full(len(nodes), np.inf)
        np.minimum.at(found, owner, index.weight[step] + back[after])
        if np.array_equal(found, back[nodes]):
            return
        back[nodes] = found


def _hops(index: StepArrays, question: Question, nodes: Places) -> tuple[Places, Places, Places]:
    """Walkable steps from some nodes: whose they are, which they are, and the nodes they lead to."""
    code, state = np.divmod(nodes, index.n_states)
    begin = index.indptr[state].astype(np.int64)
    size = index.indptr[state + 1] - begin
    owner = np.repeat(np.arange(len(nodes)), size)
    step = np.arange(len(owner)) + np.repeat(begin - np.append(0, np.cumsum(size)[:-1]), size)
    if question.sign is None:
        return owner, step, index.dst[step].astype(np.int64)
    causal = index.sign[step] != 0
    owner, step = owner[causal], step[causal]
    return owner, step, index.dst[step] + index.n_states * (code[owner] ^ (index.sign[step] < 0))
