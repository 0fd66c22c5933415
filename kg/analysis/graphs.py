"""A ``networkx.MultiDiGraph`` read as states and signed steps: the attributes that every analysis understands.

The graph is the project's own (:mod:`kg.analysis.exchange`) or a user's. A node is a state; its attributes ``entity``
(default: the node itself) and ``label`` (default: the entity) are read. An edge needs ``cost`` in nat or ``belief`` in
(0, 1]; ``sign`` (+1, -1, 0) or ``polarity`` ("+", "-", "positive", "negative") is its causal sign, none where both are
missing. Parallel edges of one sign are one step at the cost of the cheapest, with the evidence of all. Nodes may be
anything that can be hashed; a DiGraph has one edge a pair, and an undirected graph is walked both ways.
"""

from __future__ import annotations

import math
from collections import defaultdict
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt

from kg.analysis.columns import MAX_STEP_COST
from kg.analysis.naming import Names
from kg.analysis.signs import sign_named
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Edge = tuple[str, str, Any]


def network_from_rows(rows: Iterable[Sequence[object]]) -> nx.MultiDiGraph[str]:
    """Make a network of rows (source, target, polarity, belief), states written ``entity@site`` or just ``entity``.

    >>> graph = network_from_rows([("IL8@medium", "survival@CML", "+", 0.9), ("drug", "IL8@medium", "-", 0.5)])
    >>> graph.nodes["IL8@medium"]["entity"], graph.number_of_edges()
    ('IL8', 2)
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for source, target, polarity, belief in rows:
        for name in (str(source), str(target)):
            graph.add_node(name, entity=name.split("@")[0], label=name.split("@")[0])
        graph.add_edge(str(source), str(target), polarity=polarity, belief=belief)
    return graph


class Numbered(NamedTuple):
    """A graph with its states and edges in a fixed order.

    Attributes
    ----------
    graph
        The graph, as a MultiDiGraph.
    nodes, number
        Node of each state, and state of each node.
    states_of
        States of each entity.
    entity
        Entity number of each state, shape (n,).
    edges, src, dst, sign, cost
        Key of each edge, the states it joins, its sign, and its cost in nat, shape (m,).
    """

    graph: nx.MultiDiGraph[str]
    nodes: tuple[str, ...]
    number: Mapping[str, int]
    states_of: Mapping[str, tuple[int, ...]]
    entity: npt.NDArray[np.int32]
    edges: tuple[Edge, ...]
    src: npt.NDArray[np.int64]
    dst: npt.NDArray[np.int64]
    sign: npt.NDArray[np.int8]
    cost: npt.NDArray[np.float64]

    @property
    def names(self) -> Names:
        """What states and edges are called."""
        return Names(self.nodes, tuple(self.states_of), self.entity, self.edges)


def numbered(graph: nx.Graph[Any]) -> Numbered:
    """Number states and edges, in an order that does not depend on how the graph was made.

    Raises
    ------
    UsageError
        No graph; or an edge with neither cost nor belief, a belief outside (0, 1], a cost that is no number from 0 up,
        or a sign that is none; names the edge.
    """
    graph = _as_multidigraph(graph)
    nodes = tuple(sorted(graph, key=lambda node: (str(node), type(node).__name__)))
    number = {name: place for place, name in enumerate(nodes)}
    edges, ends, signs, costs = _in_order(graph, number)
    states_of: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(nodes):
        states_of[entity_of(graph, name)].append(place)
    entity = np.empty(len(nodes), dtype=np.int32)
    for place, states in enumerate(states_of.values()):
        entity[states] = place
    gathered = {name: tuple(places) for name, places in states_of.items()}
    return Numbered(graph, nodes, number, gathered, entity, edges, ends[:, 0], ends[:, 1], signs, costs)


def _as_multidigraph(graph: object) -> nx.MultiDiGraph[str]:
    if not isinstance(graph, nx.Graph):
        msg = f"a network is a networkx.MultiDiGraph, not {type(graph).__name__}"
        raise UsageError(msg)
    return graph if isinstance(graph, nx.MultiDiGraph) else nx.MultiDiGraph(graph)


def _in_order(
    graph: nx.MultiDiGraph[str], number: Mapping[str, int]
) -> tuple[tuple[Edge, ...], npt.NDArray[np.int64], npt.NDArray[np.int8], npt.NDArray[np.float64]]:
    """Edges by ends, sign and cost, then by what they say: the order they were added in leaves no trace."""
    edges = list(graph.edges(keys=True, data=True))
    signs = np.fromiter(map(sign_of, edges), dtype=np.int8, count=len(edges))
    costs = np.fromiter(map(cost_of, edges), dtype=np.float64, count=len(edges))
    ends = np.array([(number[edge[0]], number[edge[1]]) for edge in edges], dtype=np.int64).reshape(-1, 2)
    order = np.lexsort((costs, signs, ends[:, 1], ends[:, 0]))
    same = (np.diff(ends[order], axis=0) == 0).all(axis=1) & (np.diff(signs[order]) == 0) & (np.diff(costs[order]) == 0)
    tied = np.flatnonzero(same)
    for run in np.split(tied, np.flatnonzero(np.diff(tied) > 1) + 1) if len(tied) else ():
        alike = slice(run[0], run[-1] + 2)
        order[alike] = sorted(order[alike].tolist(), key=lambda place: _content(edges[place]))
    return tuple(edges[place][:3] for place in order.tolist()), ends[order], signs[order], costs[order]


def _content(edge: tuple[str, str, Any, dict[str, Any]]) -> tuple[str, str]:
    return repr(sorted(edge[3].items(), key=lambda item: str(item[0]))), str(edge[2])


def entity_of(graph: nx.MultiDiGraph[str], node: str) -> str:
    """Entity of a node, itself where the attribute is missing."""
    return str(graph.nodes[node].get("entity") or node)


def sign_of(edge: tuple[str, str, Any, dict[str, Any]]) -> int:
    """Causal sign of an edge with its data; 0 where neither sign nor polarity is given.

    >>> sign_of(("A", "B", 0, {"polarity": "positive"}))
    1
    """
    source, target, _, data = edge
    name = "polarity" if data.get("sign") is None else "sign"
    sign = sign_named(data.get(name))
    if sign is None:
        msg = f"edge {source} -> {target}: the {name} is {data[name]!r}; write +1, -1, 0, + or -"
        raise UsageError(msg)
    return sign


def belief_of(edge: tuple[str, str, Any, dict[str, Any]]) -> float:
    """Belief of an edge with its data, exp(-cost) where only the cost is given."""
    source, target, _, data = edge
    if "belief" not in data:
        return math.exp(-cost_of(edge))
    belief = data["belief"]
    if not _is_number(belief) or not 0 < belief <= 1:
        msg = f"edge {source} -> {target}: the belief is {belief!r}; a belief is above 0 and at most 1"
        raise UsageError(msg)
    return float(belief)


def cost_of(edge: tuple[str, str, Any, dict[str, Any]]) -> float:
    """Cost of an edge in nat, -ln(belief) where only the belief is given."""
    source, target, _, data = edge
    if "cost" in data:
        cost = data["cost"]
        if not _is_number(cost) or not 0 <= cost <= MAX_STEP_COST:
            msg = f"edge {source} -> {target} costs {cost!r} nat; a cost is a number from 0 to {MAX_STEP_COST:g}"
            raise UsageError(msg)
        return float(cost)
    if "belief" not in data:
        msg = f"edge {source} -> {target} has neither 'cost' nor 'belief'; give one of them"
        raise UsageError(msg)
    return abs(math.log(belief_of(edge)))


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
