"""GraphML that Cytoscape Desktop, networkx and igraph read with the same counts and values.

Flat, with the graph's own data before the first node, and lists joined by ``; ``: the format has none.
(networkx's own writer refuses lists and None.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from kg.export.attributes import (
    BOOLEAN,
    DOUBLE,
    EDGE_ATTRIBUTES,
    INTEGER,
    LIST,
    NODE_ATTRIBUTES,
    STRING,
    Names,
    edge_values,
    flat_value,
    node_values,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.export.attributes import Value
    from kg.export.view import View

_TYPES = {STRING: "string", INTEGER: "int", DOUBLE: "double", BOOLEAN: "boolean", LIST: "string"}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
    'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
_GRAPH = ("name", "description", "version", "reference", "organism", "rights", "attribution")


def chunks(view: View) -> Iterator[str]:
    """Write a view as GraphML, piece by piece.

    Examples
    --------
    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> text = "".join(chunks(view_of(nx.MultiDiGraph([("a", "b"), ("a", "b")]))))
    >>> nx.parse_graphml(text, force_multigraph=True).number_of_edges()
    2
    """
    yield _HEAD
    yield from (_key("g", "graph", name, STRING) for name in _GRAPH)
    yield from (_key("n", "node", a.name, a.type) for a in NODE_ATTRIBUTES)
    yield from (_key("n", "node", name, DOUBLE) for name in ("x", "y"))
    yield from (_key("e", "edge", a.name, a.type) for a in EDGE_ATTRIBUTES)
    # Desktop takes the graph's id for its title.
    yield f'<graph id="{_text(view.title or "Network")}" edgedefault="directed">\n'
    said = (view.description, view.version, view.reference, view.organism, view.rights, "; ".join(view.attribution))
    given = zip(_GRAPH, (view.title or "Network", *said), strict=True)
    yield _data("g", {name: value for name, value in given if value})
    names = Names.of(view)
    number = {node.key: node.id for node in view.nodes}
    for node in view.nodes:
        values = {**node_values(node, names), "x": node.x, "y": node.y}
        yield f'<node id="n{node.id}">\n{_data("n", values)}</node>\n'
    for edge in view.edges:
        ends = f'source="n{number[edge.source]}" target="n{number[edge.target]}"'
        yield f'<edge id="e{edge.id}" {ends}>\n{_data("e", edge_values(edge, names))}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _key(prefix: str, part: str, name: str, type_: str) -> str:
    return f'<key id="{prefix}_{name}" for="{part}" attr.name="{name}" attr.type="{_TYPES[type_]}"/>\n'


def _data(prefix: str, values: Mapping[str, Value]) -> str:
    return "".join(f'<data key="{prefix}_{name}">{_text(flat_value(v))}</data>\n' for name, v in values.items())


def _text(text: str) -> str:
    """Escape a text; tab and line breaks as references, which no reader may normalise."""
    return escape(text, {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})
