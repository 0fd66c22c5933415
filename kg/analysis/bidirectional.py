"""Whether a cheap enough walk exists, by looking from both ends until the looks meet: for many rewired networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kg.analysis.shuffle import Floats, Ints, Slots, cheapest, crossed, doubled, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_array

SHARE_BEHIND = 0.65
"""Part of the bound looked back from the targets: once, while the look forward is taken for each group."""


class BidirectionalSearch:
    """Steps of a network by where they start, kept for all its rewired forms.

    A step that is moved to another slot keeps its origin, cost and sign, so only where it arrives changes.

    Parameters
    ----------
    slots
        The network before rewiring.
    signed
        Whether walks must multiply to a sign.
    """

    def __init__(self, slots: Slots, *, signed: bool) -> None:
        self.signed, self.arrives, self.n_states = signed, slots.arrives, slots.n_states
        self.onward = np.argsort(slots.origin, kind="stable")
        indptr = np.zeros(slots.n_states + 1, dtype=np.int32)
        np.cumsum(np.bincount(slots.origin, minlength=slots.n_states), out=indptr[1:])
        cost = slots.cost[self.onward]
        self.flips = slots.sign[self.onward] < 0
        self.indptr, self.cost = (doubled(indptr), np.tile(cost, 2)) if signed else (indptr, cost)

    def as_good(
        self,
        rewired: Slots,
        order: npt.NDArray[np.int64],
        groups: Sequence[npt.NDArray[np.int64]],
        targets: Ints,
        sign: int | None,
        costs: Floats,
    ) -> npt.NDArray[np.bool_]:
        """Tell for each group whether a walk of at most its cost leads to the targets.

        Parameters
        ----------
        rewired, order
            The rewired network, and the order that filled its slots.
        groups
            States each group may start from.
        targets
            States to reach.
        sign
            Sign of the walk; None when not signed.
        costs
            Bound of each group in millionths of a nat; an infinite one is always met.
        """
        halt = float(costs[np.isfinite(costs)].max(initial=0.0)) * SHARE_BEHIND
        behind = rewired.distances(targets, signed=self.signed, limit=halt)
        back = behind.reshape(-1) if sign is None or sign > 0 else np.roll(behind.reshape(-1), self.n_states)
        graph = rows(self.indptr, self._ends(order), self.cost)
        return np.array(
            [
                not np.isfinite(cost) or self._meets(graph, group, back, float(cost), float(cost) - halt)
                for group, cost in zip(groups, costs, strict=True)
            ],
            dtype=bool,
        )

    def _ends(self, order: npt.NDArray[np.int64]) -> Ints:
        """Node each step arrives at, in the order of their origins."""
        arrives = np.empty_like(self.arrives)
        arrives[order] = self.arrives
        ends = arrives[self.onward]
        return crossed(ends, self.flips, self.n_states) if self.signed else ends

    def _meets(self, graph: csr_array, group: npt.NDArray[np.int64], back: Floats, bound: float, reach: float) -> bool:
        """Look forward from a group as far as the look back leaves open, then over one more step."""
        if back[group].min(initial=np.inf) <= bound:
            return True
        if reach < 0 or not len(group):
            return False
        ahead = cheapest(graph, group, reach)
        nodes = np.flatnonzero(np.isfinite(ahead))
        size = self.indptr[nodes + 1] - self.indptr[nodes]
        steps = np.repeat(self.indptr[nodes] - np.append(0, np.cumsum(size)[:-1]), size) + np.arange(size.sum())
        total = np.repeat(ahead[nodes], size) + self.cost[steps] + back[graph.indices[steps]]
        return bool(total.min(initial=np.inf) <= bound)
