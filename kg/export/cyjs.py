"""cyjs: JSON for cytoscape.js, in the form that Cytoscape Desktop imports as well.

Desktop wants ``elements`` as an object of nodes and edges, ids as strings, and both coordinates; it takes the
true types of columns from ``columnTypes``, which no page documents but its importer reads. It never imports a
style from this format.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

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
    node_values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.export.view import View

_JAVA = {STRING: "String", INTEGER: "Integer", DOUBLE: "Double", BOOLEAN: "Boolean", LIST: "List"}
_NETWORK = ("name", "description", "version", "reference", "organism", "rights", "attribution")


def chunks(view: View) -> Iterator[str]:
    """Write a view as cyjs, piece by piece, one element a line.

    Examples
    --------
    >>> import json, networkx as nx
    >>> from kg.export.reading import view_of
    >>> document = json.loads("".join(chunks(view_of(nx.MultiDiGraph([("a", "b"), ("a", "b")])))))
    >>> [element["data"]["id"] for element in document["elements"]["edges"]]
    ['e1', 'e2']
    """
    head = {
        "format_version": "1.0",
        "generated_by": "exil8",
        "target_cytoscapejs_version": "~3.30",
        "columnTypes": _column_types(),
        "data": _network_data(view),
    }
    yield _json(head)[:-1] + ',\n"elements":{"nodes":['
    yield from _lines(node_elements(view))
    yield '\n],"edges":['
    yield from _lines(edge_elements(view))
    yield "\n]}}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _lines(elements: Iterable[dict[str, object]]) -> Iterator[str]:
    for i, element in enumerate(elements):
        yield (",\n" if i else "\n") + _json(element)


def _column_types() -> dict[str, list[dict[str, str]]]:
    def column(name: str, type_: str) -> dict[str, str]:
        return {"columnName": name, "type": _JAVA[type_], **({"listType": "String"} if type_ == LIST else {})}

    return {
        "node": [column(a.name, a.type) for a in NODE_ATTRIBUTES],
        "edge": [column(a.name, a.type) for a in EDGE_ATTRIBUTES],
        "network": [column(name, STRING) for name in _NETWORK],
    }


def _network_data(view: View) -> dict[str, str]:
    given = {
        "name": view.title or "Network",
        "description": view.description,
        "version": view.version,
        "reference": view.reference,
        "organism": view.organism,
        "rights": view.rights,
        "attribution": "; ".join(view.attribution),
    }
    return {name: value for name, value in given.items() if value}


def node_elements(view: View) -> Iterator[dict[str, object]]:
    """Nodes as cytoscape.js takes them: ids ``n1``, ``n2``, ... and a position each."""
    names = Names.of(view)
    for node in view.nodes:
        yield {"data": {"id": f"n{node.id}", **node_values(node, names)}, "position": {"x": node.x, "y": node.y}}


def edge_elements(view: View) -> Iterator[dict[str, object]]:
    """Edges as cytoscape.js takes them: ids ``e1``, ``e2``, ...; nodes and edges share one space of ids."""
    names = Names.of(view)
    number = {node.key: node.id for node in view.nodes}
    for edge in view.edges:
        ends = {"id": f"e{edge.id}", "source": f"n{number[edge.source]}", "target": f"n{number[edge.target]}"}
        yield {"data": {**ends, **edge_values(edge, names)}}
