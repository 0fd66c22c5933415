"""A network whose steps can be rewired at random with all degrees kept, and its distances to some states."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from kg.analysis.arrays import UNITS_PER_NAT

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

SWAPS_A_STEP = 10
"""Swaps tried for each step by the edge-swap chain."""
MEAN_STRATUM = 1000
"""Smaller strata are shuffled all at once, by sorting; larger ones one by one."""


@dataclass(frozen=True, eq=False)
class Slots:
    """Steps sorted by where they arrive: each state has as many slots as steps lead to it.

    Rewiring moves what is in the slots (origin, cost and sign stay together) between slots of one stratum, so the
    number of steps into and out of every state stays as it is in each stratum.

    Attributes
    ----------
    indptr
        Slots of state v are ``indptr[v]:indptr[v + 1]``, shape (n + 1,).
    origin, cost, sign
        Contents, shape (m,); cost in millionths of a nat.
    stratum
        Which slots may exchange contents, shape (m,).
    """

    indptr: Ints
    origin: Ints
    cost: Floats
    sign: npt.NDArray[np.int8]
    stratum: Ints

    @classmethod
    def of(
        cls,
        n_states: int,
        src: npt.ArrayLike,
        dst: npt.ArrayLike,
        sign: npt.ArrayLike,
        cost: npt.ArrayLike,
        stratum: npt.ArrayLike,
    ) -> Slots:
        """Sort steps (cost in nat) into slots.

        >>> Slots.of(2, [0, 1], [1, 0], [1, -1], [0.5, 0.1], [0, 0]).origin.tolist()
        [1, 0]
        """
        ends = np.asarray(dst, dtype=np.int64)
        order = np.argsort(ends, kind="stable")
        indptr = np.zeros(n_states + 1, dtype=np.int32)
        np.cumsum(np.bincount(ends, minlength=n_states), out=indptr[1:])
        return cls(
            indptr,
            np.asarray(src, dtype=np.int32)[order],
            np.rint(np.asarray(cost, dtype=np.float64)[order] * UNITS_PER_NAT),
            np.asarray(sign, dtype=np.int8)[order],
            np.asarray(stratum, dtype=np.int32)[order],
        )

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.indptr) - 1

    @cached_property
    def by_stratum(self) -> npt.NDArray[np.int64]:
        """Slots sorted by stratum."""
        return np.argsort(self.stratum, kind="stable")

    @cached_property
    def borders(self) -> npt.NDArray[np.int64]:
        """Places in :attr:`by_stratum` where a new stratum begins."""
        return np.flatnonzero(np.diff(self.stratum[self.by_stratum])) + 1

    @cached_property
    def arrives(self) -> Ints:
        """State each slot belongs to."""
        return np.repeat(np.arange(self.n_states, dtype=np.int32), np.diff(self.indptr))

    def causal(self) -> Slots:
        """Only the steps with a causal sign."""
        keep = self.sign != 0
        indptr = np.append(np.int32(0), np.cumsum(keep, dtype=np.int32))[self.indptr]
        return Slots(indptr, self.origin[keep], self.cost[keep], self.sign[keep], self.stratum[keep])

    def refilled(self, order: npt.NDArray[np.int64]) -> Slots:
        """Fill slot i with what was in slot ``order[i]`` of the same stratum."""
        return replace(self, origin=self.origin[order], cost=self.cost[order], sign=self.sign[order])

    def distances(self, targets: Ints, *, signed: bool, limit: float = np.inf) -> Floats:
        """Cost in millionths of the cheapest walk from each state to the targets, infinite beyond the limit.

        Shape (n,), or (2, n) when signed: walks whose signs multiply to plus, and to minus. Steps of sign 0 count as
        plus in a signed walk, so take :meth:`causal` first.
        """
        indptr, origin, cost = self.indptr, self.origin, self.cost
        if signed:
            indptr, origin, cost = doubled(indptr), crossed(origin, self.sign < 0, self.n_states), np.tile(cost, 2)
        found = cheapest(rows(indptr, origin, cost), targets, limit)
        return found.reshape(2, self.n_states) if signed else found


def doubled(indptr: Ints) -> Ints:
    """Row pointers of two copies of the same rows, one after the other."""
    return np.concatenate([indptr, indptr[-1] + indptr[1:]])


def crossed(ends: Ints, flips: npt.NDArray[np.bool_], n_states: int) -> Ints:
    """Where steps lead in the (sign, state) graph: to the other sign where they flip."""
    return np.concatenate([ends + flips * np.int32(n_states), ends + ~flips * np.int32(n_states)])


def rows(indptr: Ints, ends: Ints, cost: Floats) -> csr_array:
    """Steps as a sparse matrix, as they are: nothing is summed or sorted."""
    return csr_array((cost, ends, indptr), shape=(len(indptr) - 1, len(indptr) - 1))


def cheapest(graph: csr_array, starts: npt.NDArray[Any], limit: float) -> Floats:
    """Distance of every node from the nearest start along the rows, infinite beyond the limit."""
    found: Floats = dijkstra(graph, indices=starts, min_only=True, limit=limit)
    return found


def stub_order(slots: Slots, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Uniform permutation of the slots within each stratum (random matching of stubs).

    >>> slots = Slots.of(3, [0, 0, 1], [1, 2, 2], [1, 1, 1], [0.1, 0.2, 0.3], [0, 1, 1])
    >>> stub_order(slots, np.random.default_rng(0))[0]
    np.int64(0)
    """
    if len(slots.borders) * MEAN_STRATUM > len(slots.stratum):
        shuffled = np.argsort(slots.stratum + random.random(len(slots.stratum)), kind="stable")
    else:
        shuffled = slots.by_stratum.copy()
        for part in np.split(shuffled, slots.borders):
            random.shuffle(part)
    order = np.empty_like(shuffled)
    order[slots.by_stratum] = shuffled
    return order


def swap_order(slots: Slots, random: np.random.Generator) -> tuple[npt.NDArray[np.int64], float]:
    """Permutation by a chain of edge swaps that makes neither loops nor parallel steps, and the share accepted.

    A swap takes two slots of one stratum and exchanges their contents; ten are tried a step.
    """
    order = np.arange(len(slots.origin))
    arrives, origin, stratum = slots.arrives.tolist(), slots.origin.tolist(), slots.stratum.tolist()
    present = set(zip(origin, arrives, stratum, strict=True))
    by_stratum = slots.by_stratum
    start = np.searchsorted(slots.stratum[by_stratum], slots.stratum)
    size = np.bincount(slots.stratum)[slots.stratum] if len(order) else order
    tries = SWAPS_A_STEP * len(order)
    firsts = random.integers(len(order), size=tries) if tries else order
    seconds = by_stratum[start[firsts] + random.integers(size[firsts])] if tries else order
    accepted = 0
    for one, two in zip(firsts.tolist(), seconds.tolist(), strict=True):
        kind, here, there = stratum[one], (origin[one], arrives[one]), (origin[two], arrives[two])
        new = ((there[0], here[1], kind), (here[0], there[1], kind))
        if new[0] in present or new[1] in present or there[0] == here[1] or here[0] == there[1]:
            continue
        present -= {(*here, kind), (*there, kind)}
        present.update(new)
        origin[one], origin[two] = origin[two], origin[one]
        order[one], order[two] = order[two], order[one]
        accepted += 1
    return order, accepted / tries if tries else 1.0
