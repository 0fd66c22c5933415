"""Distances in many rewired networks at once: for small networks, where one at a time is mostly overhead.

A step that is moved to another slot keeps its origin, cost and sign, so that in all random networks the steps stand
in the same rows by origin and differ only in where they arrive. Bellman's recursion then is three array operations a
round for all networks together, and a cheap walk has few steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.analysis.shuffle import Floats, Slots

BATCH_CELLS = 400_000
"""Steps times networks in memory at a time."""
LARGEST = 20_000
"""Steps of a network up to which all random networks are walked together."""


class Batch:
    """Steps of a network by where they start, kept for all its rewired forms.

    Parameters
    ----------
    slots
        The network before rewiring.
    targets
        States to reach.
    signed
        Whether walks are told apart by sign; node ``n + v`` then is state v with a minus still to be walked.
    """

    def __init__(self, slots: Slots, targets: npt.NDArray[np.int32], *, signed: bool) -> None:
        self.slots, self.targets, self.signed = slots, targets, signed
        self.n_states, self.n_nodes = slots.n_states, slots.n_states * (2 if signed else 1)
        self.onward = np.argsort(slots.origin, kind="stable")
        self.cost, self.flips = slots.cost[self.onward], slots.sign[self.onward] < 0
        origin = slots.origin[self.onward]
        self.starts = np.flatnonzero(np.append(True, origin[1:] != origin[:-1])) if len(origin) else self.onward
        self.filled = origin[self.starts]

    @property
    def size(self) -> int:
        """How many networks go together."""
        return max(1, BATCH_CELLS // max(1, len(self.cost)))

    def distances(self, orders: Sequence[npt.NDArray[np.int64]], limit: float) -> Floats:
        """Cost of the cheapest walk from each node to the targets in each network, infinite beyond the limit.

        Parameters
        ----------
        orders
            For each network the order that filled its slots.

        Returns
        -------
        array of shape (len(orders), n_nodes)
        """
        found = np.full((len(orders), self.n_nodes), np.inf)
        found[:, self.targets] = 0.0
        if not len(self.cost):
            return found
        ends = self._ends(orders)
        while True:
            before = found.copy()
            for half, onto in enumerate(ends):
                reached = np.minimum.reduceat(found.ravel()[onto] + self.cost, self.starts, axis=1)
                reached[reached > limit] = np.inf
                place = self.filled + half * self.n_states
                found[:, place] = np.minimum(found[:, place], reached)
            if np.array_equal(found, before):
                return found

    def _ends(self, orders: Sequence[npt.NDArray[np.int64]]) -> list[npt.NDArray[np.int64]]:
        """Place in the ravelled distances that each step leads to, with plus and with minus still to be walked."""
        arrives = np.empty((len(orders), len(self.cost)), dtype=np.int64)
        for row, order in enumerate(orders):
            arrives[row, order] = self.slots.arrives
        onto = arrives[:, self.onward] + np.arange(len(orders))[:, np.newaxis] * self.n_nodes
        if not self.signed:
            return [onto]
        return [onto + self.flips * self.n_states, onto + ~self.flips * self.n_states]
