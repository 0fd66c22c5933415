"""The cheapest tree that holds a node of each of a few groups: exact, by dynamic programming over sets of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

MOST_GROUPS = 7
"""Each further group triples the work."""


class GroupSteiner:
    """Least trees of a network whose steps are walked both ways [1]_ [2]_.

    For every set of groups and every node the cheapest tree that hangs on the node and holds one node of each group is
    either two such trees of smaller sets put together there, or one of the same set at another node and the way there.

    Parameters
    ----------
    n_nodes
        Number of nodes.
    one, other, cost
        Ends and cost of each step, from 0 up.

    Notes
    -----
    O(3^t n + 2^t (m + n log n)) for t groups.

    References
    ----------
    .. [1] S. E. Dreyfus, R. A. Wagner, The Steiner problem in graphs, Networks 1 (1971) 195.
    .. [2] B. Ding et al., Finding top-k min-cost connected trees in databases, ICDE (2007) 836.

    Examples
    --------
    >>> graph = GroupSteiner(4, [0, 1, 1], [1, 2, 3], [1.0, 2.0, 5.0])
    >>> sorted(graph.tree([[0], [2, 3]]))
    [(0, 1), (1, 2)]
    """

    def __init__(self, n_nodes: int, one: npt.ArrayLike, other: npt.ArrayLike, cost: npt.ArrayLike) -> None:
        self.n = n_nodes
        ends = np.asarray(one, dtype=np.int64), np.asarray(other, dtype=np.int64)
        self.source, self.target = np.concatenate(ends), np.concatenate(ends[::-1])
        self.cost = np.tile(np.asarray(cost, dtype=np.float64), 2)

    def tree(self, groups: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
        """Steps of the cheapest tree, each as the pair of its ends, the smaller first; groups must be in one part."""
        every = (1 << len(groups)) - 1
        best: dict[int, npt.NDArray[np.float64]] = {}
        came: dict[int, npt.NDArray[np.int64]] = {}
        joined: dict[int, npt.NDArray[np.int64]] = {}
        for mask in range(1, every + 1):
            hung = np.full(self.n, np.inf)
            joined[mask] = np.zeros(self.n, dtype=np.int64)
            if mask & (mask - 1) == 0:
                hung[list(groups[mask.bit_length() - 1])] = 0.0
            for part in _halves(mask):
                both = best[part] + best[mask ^ part]
                joined[mask][both < hung] = part
                hung = np.minimum(hung, both)
            best[mask], came[mask] = self._spread(hung)
        steps: set[tuple[int, int]] = set()
        waiting = [(every, int(best[every].argmin()))]
        while waiting:
            mask, node = waiting.pop()
            before = int(came[mask][node])
            if before < self.n:
                steps.add((min(node, before), max(node, before)))
                waiting.append((mask, before))
            elif part := int(joined[mask][node]):
                waiting += [(part, node), (mask ^ part, node)]
        return steps

    def _spread(self, hung: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Least cost at each node when what hangs somewhere may be reached from there, and the node before or n."""
        here = np.flatnonzero(np.isfinite(hung))
        row = np.append(self.source, np.full(len(here), self.n))
        column, cost = np.append(self.target, here), np.append(self.cost, hung[here])
        order = np.argsort(row, kind="stable")
        pointer = np.append(0, np.cumsum(np.bincount(row, minlength=self.n + 1)))
        graph = csr_array((cost[order], column[order], pointer), shape=(self.n + 1, self.n + 1))
        distance, before = dijkstra(graph, indices=[self.n], return_predecessors=True)
        return distance[0, : self.n], before[0, : self.n].astype(np.int64)


def _halves(mask: int) -> Iterator[int]:
    """Each way to split a set in two, by the part that holds its highest member."""
    part = (mask - 1) & mask
    while part:
        if part > mask ^ part:
            yield part
        part = (part - 1) & mask
