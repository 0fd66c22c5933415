"""Feedback loops: closed walks through a state, best first, exact."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.analysis.asked import whole
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.search import MAX_EXPANDED
from kg.analysis.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

    from kg.analysis.arrays import IndexedPath
    from kg.analysis.index import PathIndex, SearchResult


@dataclass(frozen=True, slots=True)
class Loop:
    """One feedback loop.

    Attributes
    ----------
    nodes
        States in order; the first is the state asked about, and the loop closes from the last back to it.
    sign
        +1 reinforcing, -1 damping, 0 unknown.
    belief
        exp(-cost).
    cost
        Sum of the steps' costs in nat.
    edges
        Edge numbers of the indexed network, one a step.
    """

    nodes: tuple[str, ...]
    sign: int
    belief: float
    cost: float
    edges: tuple[int, ...]

    def __str__(self) -> str:
        """Read the loop as a line."""
        kind = {1: "reinforcing", -1: "damping"}.get(self.sign, "of unknown sign")
        return f"{' -> '.join((*self.nodes, self.nodes[0]))} ({kind}, belief {self.belief:.3f})"


def feedback_loops(
    graph: nx.MultiDiGraph[str] | IndexedNetwork,
    state: str,
    k: int = 10,
    *,
    sign: int | None = None,
    max_steps: int | None = None,
    max_cost: float | None = None,
    max_expanded: int = MAX_EXPANDED,
) -> Table[Loop]:
    r"""Find the k best closed walks through a state (or any state of an entity).

    A loop visits no state twice and no entity with both signs; only its start may be met again with the other sign,
    which is what makes a damping loop [1]_. A loop through several states of an entity is given once. A step from a
    state onto itself is no loop.

    Parameters
    ----------
    graph
        A network as documented in :mod:`kg.analysis.graphs`.
    state
        Node, or entity standing for all its nodes.
    k
        How many.
    sign
        +1 for reinforcing loops, -1 for damping ones, None for all.
    max_steps, max_cost, max_expanded
        As in :meth:`kg.analysis.index.PathIndex.k_best`.

    Returns
    -------
    Table of Loop
        Best first; ``complete`` says whether a work cap ended the search.

    Raises
    ------
    UsageError
        k below 1, an unknown name.

    Notes
    -----
    The state is split into one that is left and one that is reached; loops are the paths from the one to the other,
    so they are exact, and O(m) more than a path query.

    References
    ----------
    .. [1] R. Thomas, R. D'Ari, Biological Feedback, CRC Press, 1990.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> graph = network_from_rows([
    ...     ("CML cell", "exosome", "+", 0.9), ("exosome", "IL8@stroma", "+", 0.8),
    ...     ("IL8@stroma", "CML cell", "+", 0.7), ("drug", "CML cell", "-", 0.9),
    ...     ("CML cell", "p53", "+", 0.6), ("p53", "CML cell", "-", 0.9)])
    >>> print(*feedback_loops(graph, "CML cell"), sep="\n")
    CML cell -> p53 -> CML cell (damping, belief 0.540)
    CML cell -> exosome -> IL8@stroma -> CML cell (reinforcing, belief 0.504)
    """
    network = IndexedNetwork.of(graph)
    found, complete = best_loops(
        network.index,
        network.states(state),
        whole("k", k),
        sign=sign,
        max_steps=max_steps,
        max_cost=max_cost,
        max_expanded=max_expanded,
    )
    loops = tuple(
        Loop(tuple(network.names[place] for place in p.states[:-1]), p.sign, math.exp(-p.cost), p.cost, p.edges)
        for p in found
    )
    return Table(f"Feedback loops through {state}", Loop, loops, complete=complete)


def best_loops(
    index: PathIndex,
    starts: Iterable[int],
    k: int,
    *,
    sign: int | None = None,
    max_steps: int | None = None,
    max_cost: float | None = None,
    max_expanded: int = MAX_EXPANDED,
) -> tuple[tuple[IndexedPath, ...], bool]:
    """The k best different loops through any of some states, by numbers, and whether these are proven to be all.

    A loop through several of the states is one loop: it is the set of its steps. Each of the k best loops is among the
    k best through one of its states, so k from each state are enough.

    >>> from kg.analysis.index import PathIndex
    >>> index = PathIndex.from_arrays(2, [0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.25])
    >>> [loop.states for loop in best_loops(index, [0, 1], 5)[0]]
    [(0, 1, 2)]
    """
    once: dict[frozenset[int], IndexedPath] = {}
    complete = True
    for start in starts:
        result = loops_of(index, start, k, sign=sign, max_steps=max_steps, max_cost=max_cost, max_expanded=max_expanded)
        complete = complete and result.complete
        for loop in result.paths:
            known = once.setdefault(frozenset(loop.edges), loop)
            if loop.states < known.states:
                once[frozenset(loop.edges)] = loop
    best = sorted(once.values(), key=lambda loop: (loop.cost, len(loop.edges), loop.states, -loop.sign))
    return tuple(best[:k]), complete


def loops_of(
    index: PathIndex,
    start: int,
    k: int,
    *,
    sign: int | None = None,
    max_steps: int | None = None,
    max_cost: float | None = None,
    max_expanded: int = MAX_EXPANDED,
) -> SearchResult:
    """Loops through one state by numbers; the last state of each path, n_states, stands for the start met again.

    >>> from kg.analysis.index import PathIndex
    >>> index = PathIndex.from_arrays(2, [0, 1], [0, 1], [1, 0], [1, -1], [0.5, 0.25])
    >>> loops_of(index, 0, 3).paths[0]
    IndexedPath(states=(0, 1, 2), edges=(0, 1), sign=-1, cost=0.75)
    """
    return index.opened_at(start).k_best(
        [start], [index.n_states], k, sign=sign, max_steps=max_steps, max_cost=max_cost, max_expanded=max_expanded
    )
