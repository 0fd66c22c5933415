"""A network with its path index: what every analysis of a network starts from.

:mod:`kg.analysis.graphs` documents which attributes of nodes and edges are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.analysis.graphs import Edge, entity_of, numbered, sign_of
from kg.analysis.index import PathIndex
from kg.analysis.table import listed

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    import networkx as nx

    from kg.analysis.arrays import IndexedPath
    from kg.analysis.naming import Names

EVIDENCE = ("publications", "relations", "against")
"""Attributes of an edge that are gathered over parallel edges."""


@dataclass(frozen=True, eq=False)
class IndexedNetwork:
    """A graph, its states and edges in a fixed order, and the index over them.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
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
    def of(cls, graph: nx.Graph[Any] | IndexedNetwork) -> IndexedNetwork:
        """Index a graph; one that is indexed already is given back, so that several analyses can share it.

        Raises
        ------
        UsageError
            An edge with neither cost nor belief, a belief outside (0, 1], a cost that is no number from 0 up, or a sign
            that is none; names the edge.
        """
        if isinstance(graph, IndexedNetwork):
            return graph
        read = numbered(graph)
        return cls(read.graph, read.nodes, read.edges, PathIndex.from_numbered(read), read.number, read.states_of)

    def states(self, names: Hashable | Iterable[Hashable]) -> tuple[int, ...]:
        """Numbers of the named states; an entity stands for all its states.

        Raises
        ------
        UnknownNameError
            A name that is neither a node nor an entity of the graph; carries the three nearest names.
        """
        return self._named.find(names)

    @property
    def _named(self) -> Names:
        if self.index.names is None:
            raise AssertionError("an indexed network has names")
        return self.index.names

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
        """Attributes of an edge by its number in a path, with the evidence of all edges parallel to it.

        Its own are ``belief`` and ``cost`` (it is the cheapest); ``publications``, ``relations`` and ``against`` are
        those of every edge that joins the same states with the same sign.
        """
        own: Mapping[str, Any] = self.graph.edges[self.edges[edge]]
        alike = self._parallel(edge)
        if len(alike) == 1:
            return own
        many = [self.graph.edges[self.edges[number]] for number in alike]
        return {**own, **{name: _united(many, name) for name in EVIDENCE if any(name in data for data in many)}}

    def _parallel(self, edge: int) -> range:
        """Edges of the same ends and sign: they stand side by side."""
        label = (*self.edges[edge][:2], self._sign(edge))
        first = last = edge
        while first and (*self.edges[first - 1][:2], self._sign(first - 1)) == label:
            first -= 1
        while last + 1 < len(self.edges) and (*self.edges[last + 1][:2], self._sign(last + 1)) == label:
            last += 1
        return range(first, last + 1)

    def _sign(self, edge: int) -> int:
        return sign_of((*self.edges[edge], self.graph.edges[self.edges[edge]]))


def _united(edges: Iterable[Mapping[str, Any]], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sorted(value for data in edges for value in listed(data.get(name)))))
