"""A ``networkx.MultiDiGraph`` with its path index: what every analysis of a network starts from.

The graph is the project's own (:mod:`kg.analysis.exchange`) or a user's. A node is a state; its attributes ``entity``
(default: the node itself) and ``label`` (default: the entity) are read. An edge needs ``cost`` in nat or ``belief`` in
(0, 1]; ``sign`` (+1, -1, 0) or ``polarity`` ("+", "-") is its causal sign, none where both are missing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.analysis.index import PathIndex
from kg.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.analysis.index import IndexedPath

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


@dataclass(frozen=True, eq=False)
class IndexedNetwork:
    """A graph, its states and edges in a fixed order, and the index over them.

    Examples
    --------
    >>> net = IndexedNetwork.of(network_from_rows([("A", "B", "+", 0.5), ("B", "C", "-", 1.0)]))
    >>> path = net.index.k_best(net.states("A"), net.states("C"), 1).paths[0]
    >>> net.nodes(path), path.sign, round(path.cost, 3)
    (('A', 'B', 'C'), -1, 0.693)
    """

    graph: nx.MultiDiGraph[str]
    names: tuple[str, ...]
    edges: tuple[Edge, ...]
    index: PathIndex
    number: Mapping[str, int] = field(repr=False)
    states_of: Mapping[str, tuple[int, ...]] = field(repr=False)

    @classmethod
    def of(cls, graph: nx.MultiDiGraph[str] | IndexedNetwork) -> IndexedNetwork:
        """Index a graph; one that is indexed already is given back, so that several analyses can share it.

        Raises
        ------
        UsageError
            An edge with neither cost nor belief, or with a belief outside (0, 1], or a sign other than +1, -1, 0.
        """
        if isinstance(graph, IndexedNetwork):
            return graph
        names = tuple(sorted(graph, key=str))
        number = {name: place for place, name in enumerate(names)}
        edges = sorted(
            graph.edges(keys=True, data=True), key=lambda edge: (number[edge[0]], number[edge[1]], str(edge[2]))
        )
        states_of: dict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(names):
            states_of[entity_of(graph, name)].append(place)
        entities = {entity: place for place, entity in enumerate(states_of)}
        index = PathIndex.from_arrays(
            len(names),
            [entities[entity_of(graph, name)] for name in names],
            [number[source] for source, _, _, _ in edges],
            [number[target] for _, target, _, _ in edges],
            [sign_of(edge) for edge in edges],
            [cost_of(edge) for edge in edges],
        )
        return cls(
            graph=graph,
            names=names,
            edges=tuple((source, target, key) for source, target, key, _ in edges),
            index=index,
            number=number,
            states_of={entity: tuple(places) for entity, places in states_of.items()},
        )

    def states(self, names: str | Iterable[str]) -> tuple[int, ...]:
        """Numbers of the named states; an entity stands for all its states.

        Raises
        ------
        UnknownNameError
            A name that is neither a node nor an entity of the graph; carries the three nearest names.
        """
        found: set[int] = set()
        for name in (names,) if isinstance(names, str) else names:
            if name in self.number:
                found.add(self.number[name])
            elif name in self.states_of:
                found.update(self.states_of[name])
            else:
                raise UnknownNameError(str(name), get_close_matches(str(name), [*self.states_of, *self.names], n=3))
        return tuple(sorted(found))

    def entity(self, state: int) -> str:
        """Entity of a state."""
        return entity_of(self.graph, self.names[state])

    def label(self, entity: str) -> str:
        """Label of an entity, itself where it has none."""
        return str(self.graph.nodes[self.names[self.states_of[entity][0]]].get("label") or entity)

    def nodes(self, path: IndexedPath) -> tuple[str, ...]:
        """Nodes of a path, source first."""
        return tuple(self.names[state] for state in path.states)

    def entities(self, path: IndexedPath) -> tuple[str, ...]:
        """Entities of a path, each once, source first."""
        return tuple(dict.fromkeys(self.entity(state) for state in path.states))

    def data(self, edge: int) -> Mapping[str, Any]:
        """Attributes of an edge by its number in a path."""
        source, target, key = self.edges[edge]
        attributes: Mapping[str, Any] = self.graph.edges[source, target, key]
        return attributes


def entity_of(graph: nx.MultiDiGraph[str], node: str) -> str:
    """Entity of a node, itself where the attribute is missing."""
    return str(graph.nodes[node].get("entity") or node)


def sign_of(edge: tuple[str, str, Any, dict[str, Any]]) -> int:
    """Causal sign of an edge with its data."""
    source, target, _, data = edge
    sign = data.get("sign", {"+": 1, "-": -1}.get(str(data.get("polarity")), 0))
    if sign not in (1, -1, 0):
        msg = f"edge {source} -> {target}: the sign is {sign!r}; write +1, -1 or 0"
        raise UsageError(msg)
    return int(sign)


def belief_of(edge: tuple[str, str, Any, dict[str, Any]]) -> float:
    """Belief of an edge with its data, exp(-cost) where only the cost is given."""
    source, target, _, data = edge
    if "belief" not in data:
        return math.exp(-cost_of(edge))
    belief = float(data["belief"])
    if not 0 < belief <= 1:
        msg = f"edge {source} -> {target}: the belief is {belief}; a belief is above 0 and at most 1"
        raise UsageError(msg)
    return belief


def cost_of(edge: tuple[str, str, Any, dict[str, Any]]) -> float:
    """Cost of an edge in nat, -ln(belief) where only the belief is given."""
    source, target, _, data = edge
    if "cost" in data:
        return float(data["cost"])
    if "belief" not in data:
        msg = f"edge {source} -> {target} has neither 'cost' nor 'belief'; give one of them"
        raise UsageError(msg)
    return abs(math.log(belief_of(edge)))
