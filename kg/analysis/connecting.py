"""The cheapest network that joins some things, whatever the direction of its steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import networkx as nx
from networkx.algorithms.approximation import steiner_tree

from kg.analysis.asked import one_or_more
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.steiner import MOST_GROUPS, GroupSteiner
from kg.analysis.table import Readable
from kg.analysis.told import place_of, step_of
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

Groups = dict[str, tuple[str, ...]]
"""Each terminal with the nodes it may be joined at."""


@dataclass(frozen=True, slots=True)
class ConnectingNetwork(Readable):
    """A tree of steps that joins the terminals.

    Attributes
    ----------
    terminals
        What was asked for.
    used
        For each terminal the states of it that are in the tree.
    joints
        States the tree adds to join them, sorted.
    cost
        Sum of the steps' costs in nat.
    exact
        Whether no cheaper one exists.
    graph
        The steps as a MultiDiGraph with all their attributes.
    """

    terminals: tuple[str, ...]
    used: Mapping[str, tuple[str, ...]]
    joints: tuple[str, ...]
    cost: float
    exact: bool
    graph: nx.MultiDiGraph[str] = field(repr=False, compare=False)

    @property
    def summary(self) -> str:
        """What is joined where, over what, at which cost."""
        network = IndexedNetwork.of(self.graph)
        chosen = (place_of(network, node) for nodes in self.used.values() for node in nodes)
        added = f" over {', '.join(place_of(network, node) for node in self.joints)}" if self.joints else ""
        least = "" if self.exact else " (the least may cost less)"
        return f"{', '.join(dict.fromkeys(chosen))} joined{added} at {self.cost:.3f} nat{least}"

    def to_frame(self) -> pd.DataFrame:
        """One row a step: both ends, predicate, polarity, belief, cost, papers."""
        import pandas as pd

        network = IndexedNetwork.of(self.graph)
        columns = ("subject", "subject_label", "subject_site", "predicate", "object", "object_label", "object_site")
        more = ("polarity", "belief", "cost_nat")
        rows = [step_of(network, edge) for edge in range(len(network.edges))]
        return pd.DataFrame(
            [[*(row[name] for name in (*columns, *more)), "; ".join(row["publications"])] for row in rows],
            columns=[*columns, *more, "publications"],
        )


def connecting_subnetwork(
    graph: nx.MultiDiGraph[str] | IndexedNetwork, terminals: Iterable[str] | Mapping[str, Iterable[str]]
) -> ConnectingNetwork:
    """Join things by the cheapest tree of steps, each at whichever of its states is cheapest.

    Steps are walked both ways; the cheapest step between two states is taken. A terminal with several states is a group
    of which one must be reached: the group Steiner problem [1]_. Up to seven terminals the tree is the least there is
    (:class:`kg.analysis.steiner.GroupSteiner`). Beyond, it is Mehlhorn's approximation [2]_: each group hangs on a node
    of its own, whose steps cost more than all others together; where that node would join two of the group's states
    that no step joins, the tree is made again with both as terminals, and what then hangs loose is cut.

    Parameters
    ----------
    graph
        A network as documented in :mod:`kg.analysis.graphs`.
    terminals
        Nodes or entities (any state of it), or a mapping of names to the nodes they may be joined at.

    Returns
    -------
    ConnectingNetwork
        A tree. It is the cheapest where ``exact``; else, where every terminal is one state, it costs at most
        2 (1 - 1/t) times the least for t terminals, and for groups no such bound is known.

    Raises
    ------
    UsageError
        Fewer than two terminals, or terminals in parts of the network that no step joins.

    Notes
    -----
    Exact: O(3^t n + 2^t (m + n log n)). Mehlhorn, by networkx: O(m + n log n).

    References
    ----------
    .. [1] G. Reich, P. Widmayer, Beyond Steiner's problem: a VLSI oriented generalization, WG '89, LNCS 411 (1990) 196.
    .. [2] K. Mehlhorn, A faster approximation algorithm for the Steiner problem in graphs, Information Processing
       Letters 27 (1988) 125.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> rows = [("exosome", "IL8@stroma", "+", 0.9), ("IL8@medium", "survival", "+", 0.9),
    ...         ("IL8@stroma", "IL8@medium", "+", 0.9), ("drug", "IL8@medium", "-", 0.9)]
    >>> found = connecting_subnetwork(network_from_rows(rows), ["drug", "IL8", "survival"])
    >>> found.used["IL8"], found.joints, round(found.cost, 3)
    (('IL8@medium',), (), 0.211)
    """
    network = IndexedNetwork.of(graph)
    groups = _groups(network, terminals)
    if len(groups) < 2:
        raise UsageError("name at least two things to join")
    plain = _undirected(network)
    exact = len(groups) <= MOST_GROUPS
    make = _least if exact else _mehlhorn
    tree = min((make(part, own) for part, own in _parts(plain, groups)), key=_cost)
    chosen = network.graph.edge_subgraph([plain.edges[ends]["edge"] for ends in tree.edges]).copy()
    chosen.add_nodes_from((node, network.graph.nodes[node]) for node in tree)
    used = {name: tuple(node for node in nodes if node in tree) for name, nodes in groups.items()}
    asked = {node for nodes in used.values() for node in nodes}
    return ConnectingNetwork(tuple(groups), used, tuple(sorted(set(tree) - asked)), _cost(tree), exact, chosen)


def _cost(tree: nx.Graph[str]) -> float:
    return math.fsum(data["cost"] for _, _, data in tree.edges(data=True))


def _groups(network: IndexedNetwork, terminals: Iterable[str] | Mapping[str, Iterable[str]]) -> Groups:
    named = terminals if isinstance(terminals, Mapping) else {name: name for name in one_or_more("terminal", terminals)}
    return {name: tuple(network.names[s] for s in network.states(nodes)) for name, nodes in named.items()}


def _parts(plain: nx.Graph[str], groups: Groups) -> list[tuple[nx.Graph[str], Groups]]:
    """Parts of the network that hold some of each group, with what they hold; refuse when there is none."""
    found = []
    for part in nx.connected_components(plain):
        own = {name: tuple(node for node in nodes if node in part) for name, nodes in groups.items()}
        if all(own.values()):
            found.append((plain.subgraph(part), own))
    if not found:
        first, *others = groups
        home = {n for node in groups[first] for n in nx.node_connected_component(plain, node)}
        apart = next((name for name in others if not home.intersection(groups[name])), others[-1])
        raise UsageError(f"no steps join {first} and {apart}")
    return found


def _least(part: nx.Graph[str], groups: Groups) -> nx.Graph[str]:
    """The cheapest tree that holds some state of each group, in one part of the network."""
    names = sorted(part)
    number = {name: place for place, name in enumerate(names)}
    ends = sorted((number[one], number[other], data["cost"]) for one, other, data in part.edges(data=True))
    graph = GroupSteiner(len(names), *([row[column] for row in ends] for column in range(3)))
    steps = graph.tree([[number[node] for node in nodes] for nodes in groups.values()])
    tree: nx.Graph[str] = nx.Graph(part.edge_subgraph([(names[one], names[other]) for one, other in steps]))
    if not steps:  # one state is in every group
        tree.add_node(min(set(part).intersection(*groups.values())))
    return tree


def _mehlhorn(part: nx.Graph[str], groups: Groups) -> nx.Graph[str]:
    """A tree that holds some state of each group, in one part of the network."""
    hung = nx.Graph(part)
    dear = 1.0 + _cost(part)
    roots = [f"terminal\x1f{name}" for name in groups]
    for root, nodes in zip(roots, groups.values(), strict=True):
        hung.add_edges_from((root, node, {"cost": dear}) for node in nodes)
    whole = steiner_tree(hung, roots, weight="cost", method="mehlhorn")
    tree: nx.Graph[str] = nx.Graph(whole.subgraph(set(whole) - set(roots)))
    if not nx.is_connected(tree):
        held = sorted({node for root in roots for node in whole[root]})
        tree = nx.Graph(steiner_tree(part, held, weight="cost", method="mehlhorn"))
    return _trimmed(tree, groups)


def _trimmed(tree: nx.Graph[str], groups: Groups) -> nx.Graph[str]:
    """The tree without ends that no group needs, the dearest first."""
    while len(tree) > 1:
        ends = [node for node in tree if tree.degree(node) == 1 and _is_spare(node, tree, groups)]
        if not ends:
            break
        tree.remove_node(max(ends, key=lambda node: (next(iter(tree[node].values()))["cost"], node)))
    return tree


def _is_spare(node: str, tree: nx.Graph[str], groups: Groups) -> bool:
    return all(node not in nodes or any(n in tree for n in nodes if n != node) for nodes in groups.values())


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
