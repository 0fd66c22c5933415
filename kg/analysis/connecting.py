"""The cheapest network that joins a set of states, whatever the direction of its steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import networkx as nx
from networkx.algorithms.approximation import steiner_tree

from kg.analysis.indexed import IndexedNetwork
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class ConnectingNetwork:
    """A tree of steps that joins the terminals.

    Attributes
    ----------
    terminals
        States asked for.
    joints
        States the tree adds to join them, sorted.
    cost
        Sum of the steps' costs in nat; at most 2 (1 - 1/t) times the least for t terminals.
    graph
        The steps as a MultiDiGraph with all their attributes.
    """

    terminals: tuple[str, ...]
    joints: tuple[str, ...]
    cost: float
    graph: nx.MultiDiGraph[str] = field(repr=False, compare=False)

    def __str__(self) -> str:
        """Read the answer as a sentence."""
        added = f" over {', '.join(self.joints)}" if self.joints else ""
        return f"{len(self.terminals)} states joined{added} at {self.cost:.3f} nat."


def connecting_subnetwork(graph: nx.MultiDiGraph[str] | IndexedNetwork, terminals: Iterable[str]) -> ConnectingNetwork:
    """Join nodes (or entities, all their states) by a Steiner tree in Mehlhorn's approximation [1]_.

    Steps are walked both ways; the cheapest step between two states is taken. Computed by networkx: O(m + n log n).

    Raises
    ------
    UsageError
        Fewer than two terminals, or terminals in parts of the network that no step joins.

    References
    ----------
    .. [1] K. Mehlhorn, A faster approximation algorithm for the Steiner problem in graphs, Information Processing
       Letters 27 (1988) 125.

    Examples
    --------
    >>> from kg.analysis.indexed import network_from_rows
    >>> rows = [("exosome", "IL8", "+", 0.9), ("IL8", "survival", "+", 0.9), ("drug", "IL8", "-", 0.9)]
    >>> graph = network_from_rows(rows)
    >>> print(connecting_subnetwork(graph, ["exosome", "drug", "survival"]))
    3 states joined over IL8 at 0.316 nat.
    """
    network = IndexedNetwork.of(graph)
    wanted = tuple(network.names[state] for state in network.states(terminals))
    if len(wanted) < 2:
        msg = "name at least two states to join"
        raise UsageError(msg)
    plain = _undirected(network)
    home = nx.node_connected_component(plain, wanted[0])
    apart = [name for name in wanted if name not in home]
    if apart:
        msg = f"no steps join {wanted[0]} and {apart[0]}"
        raise UsageError(msg)
    tree = steiner_tree(plain.subgraph(home), list(wanted), weight="cost", method="mehlhorn")
    chosen = network.graph.edge_subgraph([plain.edges[ends]["edge"] for ends in tree.edges]).copy()
    joints = tuple(sorted(set(tree) - set(wanted)))
    return ConnectingNetwork(wanted, joints, sum(plain.edges[ends]["cost"] for ends in tree.edges), chosen)


def _undirected(network: IndexedNetwork) -> nx.Graph[str]:
    index, names = network.index, network.names
    plain: nx.Graph[str] = nx.Graph()
    plain.add_nodes_from(names)
    for state in range(index.n_states):
        for step in range(int(index.indptr[state]), int(index.indptr[state + 1])):
            ends, cost = (names[state], names[int(index.dst[step])]), index.cost_of_step(step)
            if not plain.has_edge(*ends) or cost < plain.edges[ends]["cost"]:
                plain.add_edge(*ends, cost=cost, edge=network.edges[int(index.edge[step])])
    return plain
