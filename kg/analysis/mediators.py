"""Mediators: what the cheapest ways from sources to targets run through."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from kg.analysis.asked import both_ends
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx
    import numpy.typing as npt

    from kg.analysis.index import PathIndex

Before = dict[int, tuple[int, ...]]
"""For each state on a cheapest way, the states just before it, in the order of their distance."""


@dataclass(frozen=True, slots=True)
class Mediator:
    """An entity between sources and targets.

    Attributes
    ----------
    entity, label
        The entity.
    score
        Over all pairs of a source and a target state, the sum of the shares of cheapest paths that pass it: in any of
        its states, and once a path.
    nodes
        Its states that these paths pass, the most used first.
    """

    entity: str
    label: str
    score: float
    nodes: tuple[str, ...]


def mediators(
    graph: nx.MultiDiGraph[str] | IndexedNetwork, sources: str | Iterable[str], targets: str | Iterable[str]
) -> Table[Mediator]:
    """Rank entities by betweenness restricted to sources and targets [1]_; those with none are left out.

    A path that passes two states of an entity (CXCL8 in stroma, then in the medium) counts once for it: the group
    betweenness of its states [2]_. The ends of a path are not between them, whatever state of theirs it passes. Signs
    are not looked at; of parallel steps the cheapest counts.

    Parameters
    ----------
    graph
        A network as documented in :mod:`kg.analysis.graphs`.
    sources, targets
        Nodes or entities.

    Returns
    -------
    Table of Mediator
        The highest score first, then by CURIE.

    Raises
    ------
    UsageError
        Source and target the same, an unknown name.

    Notes
    -----
    Costs are compared in whole millionths of a nat, and a step that costs nothing counts as one of these, so that equal
    ways are equal and finite in number. One search for each source state, then counting on the cheapest ways of each
    pair: O(s (m + n log n)), and for each pair the number of its cheapest ways' states times their entities.

    References
    ----------
    .. [1] U. Brandes, On variants of shortest-path betweenness centrality and their generic computation, Social
       Networks 30 (2008) 136.
    .. [2] M. G. Everett, S. P. Borgatti, The centrality of groups and classes, Journal of Mathematical Sociology 23
       (1999) 181.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> graph = network_from_rows([("exosome", "IL8@stroma", "+", 0.9), ("IL8@stroma", "IL8@medium", "+", 0.9),
    ...                            ("IL8@medium", "survival", "+", 0.9), ("exosome", "survival", "+", 0.1)])
    >>> [(row.entity, row.score) for row in mediators(graph, "exosome", "survival")]
    [('IL8', 1.0)]
    """
    network = IndexedNetwork.of(graph)
    starts, ends = both_ends(network, sources, targets)
    ways = _Ways(network.index)
    shares: dict[str, float] = defaultdict(float)
    used: dict[int, float] = defaultdict(float)
    for start in starts:
        distance = ways.distances(start)
        for end in ends:
            if end != start and np.isfinite(distance[end]):
                _count(network, ways.before(distance, end), start, end, shares, used)
    by_use = sorted(used, key=lambda state: (-used[state], state))
    rows = [
        Mediator(e, network.label(e), share, tuple(network.names[s] for s in by_use if network.entity(s) == e))
        for e, share in shares.items()
    ]
    return Table("Mediators", Mediator, tuple(sorted(rows, key=lambda row: (-row.score, row.entity))))


def _count(
    network: IndexedNetwork,
    before: Before,
    start: int,
    end: int,
    shares: dict[str, float],
    used: dict[int, float],
) -> None:
    """Add the share of one pair's cheapest ways that each entity, and each of its states, is on."""
    states_of: dict[str, set[int]] = defaultdict(set)
    for state in before:
        states_of[network.entity(state)].add(state)
    total = _number(before, start, end, set())
    for entity, states in states_of.items():
        if entity not in (network.entity(start), network.entity(end)):
            shares[entity] += 1 - _number(before, start, end, states) / total
            for state in states:
                used[state] += 1 - _number(before, start, end, {state}) / total


def _number(before: Before, start: int, end: int, without: set[int]) -> int:
    """How many cheapest ways lead from start to end and pass none of some states."""
    number = {start: 1}
    for state, earlier in before.items():
        if state not in without and state != start:
            number[state] = sum(number.get(one, 0) for one in earlier)
    return number[end]


class _Ways:
    """Cheapest ways in a network whose steps cost whole numbers, at least one."""

    def __init__(self, index: PathIndex) -> None:
        size = index.n_states
        self.units = np.maximum(np.floor(index.weight / (1 << index.step_bits)), 1.0)
        self.graph = csr_array((self.units, index.dst, index.indptr), shape=(size, size))
        self.order = np.argsort(index.dst, kind="stable")
        self.arrives = np.append(0, np.cumsum(np.bincount(index.dst, minlength=size)))
        self.source = np.repeat(np.arange(size), np.diff(index.indptr))

    def distances(self, start: int) -> npt.NDArray[np.float64]:
        """Cost of the cheapest way from a state to each other one."""
        found: npt.NDArray[np.float64] = dijkstra(self.graph, indices=[start], min_only=True)
        return found

    def before(self, distance: npt.NDArray[np.float64], end: int) -> Before:
        """The states on the cheapest ways to the end, the nearest to the start first, with those just before each."""
        found: dict[int, tuple[int, ...]] = {}
        waiting = [end]
        while waiting:
            state = waiting.pop()
            if state not in found:
                steps = self.order[self.arrives[state] : self.arrives[state + 1]]
                tight = distance[self.source[steps]] + self.units[steps] == distance[state]
                found[state] = tuple(sorted(set(self.source[steps][tight].tolist())))
                waiting += found[state]
        return dict(sorted(found.items(), key=lambda pair: distance[pair[0]]))
