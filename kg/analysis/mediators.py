"""Mediators: what the cheapest ways from sources to targets run through."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx

from kg.analysis.indexed import IndexedNetwork
from kg.analysis.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_COST = 1e-6
"""Nat; counting shortest paths needs every step to cost something."""


@dataclass(frozen=True, slots=True)
class Mediator:
    """An entity between sources and targets.

    Attributes
    ----------
    entity, label
        The entity.
    score
        Over all pairs of a source and a target state, the sum of the shares of cheapest paths that pass it.
    nodes
        Its states that carry the score, best first.
    """

    entity: str
    label: str
    score: float
    nodes: tuple[str, ...]


def mediators(
    graph: nx.MultiDiGraph[str] | IndexedNetwork, sources: str | Iterable[str], targets: str | Iterable[str]
) -> Table[Mediator]:
    """Rank entities by betweenness restricted to sources and targets [1]_; those with none are left out.

    Computed by networkx over the cheapest of parallel steps (steps that cost nothing count as 1e-6 nat). Signs are not
    looked at.

    References
    ----------
    .. [1] U. Brandes, On variants of shortest-path betweenness centrality and their generic computation, Social
       Networks 30 (2008) 136.

    Examples
    --------
    >>> from kg.analysis.indexed import network_from_rows
    >>> graph = network_from_rows([("exosome", "IL8", "+", 0.9), ("IL8", "survival", "+", 0.9),
    ...                            ("exosome", "miR", "+", 0.3), ("miR", "survival", "-", 0.5)])
    >>> [(row.entity, row.score) for row in mediators(graph, "exosome", "survival")]
    [('IL8', 1.0)]
    """
    network = IndexedNetwork.of(graph)
    index, names = network.index, network.names
    simple: nx.DiGraph[str] = nx.DiGraph()
    simple.add_nodes_from(names)
    for state in range(index.n_states):
        for step in range(int(index.indptr[state]), int(index.indptr[state + 1])):
            cost, ends = max(index.cost_of_step(step), LEAST_COST), (names[state], names[int(index.dst[step])])
            if not simple.has_edge(*ends) or cost < simple.edges[ends]["cost"]:
                simple.add_edge(*ends, cost=cost)
    starts = [names[state] for state in network.states(sources)]
    ends_ = [names[state] for state in network.states(targets)]
    score = nx.betweenness_centrality_subset(simple, starts, ends_, normalized=False, weight="cost")
    nodes_of: dict[str, list[str]] = defaultdict(list)
    for state, name in enumerate(names):
        if score[name] > 0:
            nodes_of[network.entity(state)].append(name)
    rows = [
        Mediator(entity, network.label(entity), sum(score[name] for name in nodes),
                 tuple(sorted(nodes, key=lambda name: (-score[name], name))))
        for entity, nodes in nodes_of.items()
    ]  # fmt: skip
    return Table("Mediators", Mediator, tuple(sorted(rows, key=lambda row: (-row.score, row.entity))))
