"""CX2: one file with title, typed columns, positions and style, for Cytoscape Desktop, Cytoscape Web and NDEx.

Written by the specification of CX2 (https://cytoscape.org/cx/cx2/) and by what its readers accept, which is
less; ``kg.export.check`` holds those rules.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from kg.export import style
from kg.export.attributes import (
    EDGE_ATTRIBUTES,
    LIST,
    NODE_ATTRIBUTES,
    STRING,
    Names,
    edge_values,
    node_values,
    size_name,
)
from kg.export.links import paper_url
from kg.export.typography import flat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.export.layout import Frame
    from kg.export.view import Column, View

# A name space of our own for the ids of annotations.
_ANNOTATIONS = uuid.UUID("6a1f4f0e-5c0b-5f65-9a53-0a7d3f6b7c11")
_FACE = {"FONT_FAMILY": "sans-serif", "FONT_STYLE": "normal", "FONT_WEIGHT": "normal"}
# Cytoscape Web puts no ground behind edge labels: many of them make a figure unreadable.
MOST_LABELS = 15


def chunks(view: View) -> Iterator[str]:
    """Write a view as CX2, piece by piece, one element a line.

    Examples
    --------
    >>> import json, networkx as nx
    >>> from kg.export.reading import view_of
    >>> document = json.loads("".join(chunks(view_of(nx.MultiDiGraph([("a", "b")])))))
    >>> document[0], document[-1]
    ({'CXVersion': '2.0', 'hasFragments': False}, {'status': [{'success': True}]})
    """
    aspects: dict[str, tuple[int, Iterable[object]]] = {
        "attributeDeclarations": (1, [_declarations()]),
        "networkAttributes": (1, [network_attributes(view)]),
        "nodes": (len(view.nodes), _nodes(view)),
        "edges": (len(view.edges), _edges(view)),
        "visualProperties": (1, [visual_properties(view)]),
        # Without a centre and a scale Desktop fits the content; without the aspect it does not.
        "visualEditorProperties": (1, [{"properties": {"nodeSizeLocked": False, "arrowColorMatchesEdge": False}}]),
    }
    yield "[\n" + _json({"CXVersion": "2.0", "hasFragments": False}) + ",\n"
    yield _json({"metaData": [{"name": name, "elementCount": count} for name, (count, _) in aspects.items()]}) + ",\n"
    for name, (_, elements) in aspects.items():
        yield f'{{"{name}":['
        for i, element in enumerate(elements):
            yield (",\n" if i else "\n") + _json(element)
        yield "\n]},\n"
    yield _json({"status": [{"success": True}]}) + "\n]\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _declarations() -> dict[str, object]:
    network = ("name", "description", "version", "reference", "organism", "rights")
    lists = _lists("networkType", "attribution", "__Annotations")
    return {
        "networkAttributes": {**{name: {"d": STRING} for name in network}, **lists},
        "nodes": {a.name: {"d": a.type} for a in NODE_ATTRIBUTES},
        "edges": {a.name: {"d": a.type} for a in EDGE_ATTRIBUTES},
    }


def _lists(*names: str) -> dict[str, object]:
    return {name: {"d": LIST} for name in names}


def network_attributes(view: View) -> dict[str, object]:
    """Attributes of the network; description and reference in HTML, as Cytoscape shows them."""
    address = paper_url(view.reference)
    reference = f'<a href="{_html(address)}">{_html(view.reference)}</a>' if address else _html(view.reference)
    given: dict[str, object] = {
        "name": view.title or "Network",
        "description": f"<p>{_html(view.description)}</p>" if view.description else "",
        "version": view.version,
        "reference": reference,
        "organism": view.organism,
        "rights": view.rights,
        "networkType": ["pathway"],
        "attribution": list(view.attribution),
        "__Annotations": list(_annotations(view)),
    }
    return {name: value for name, value in given.items() if value}


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _annotations(view: View) -> Iterator[str]:
    """A rectangle a column and a text a line of its header, as strings of ``key=value`` parts."""
    for i, (column, frame) in enumerate(zip(view.columns, view.frames, strict=True)):
        yield _rectangle(view, column, frame, z=len(view.columns) + i)
        for j, line in enumerate(frame.header):
            yield _header(view, column, frame, j, line, z=i)


def _rectangle(view: View, column: Column, frame: Frame, *, z: int) -> str:
    return _annotation(
        view,
        f"{column.id} box",
        type="org.cytoscape.view.presentation.annotations.ShapeAnnotation",
        name=column.label,
        canvas="background",
        shapeType="RECTANGLE",
        x=frame.x,
        y=frame.y,
        z=z,
        zoom=1.0,
        rotation=0.0,
        width=frame.width,
        height=frame.height,
        fillColor=argb(column.fill),
        fillOpacity=100.0,
        edgeColor=argb(column.colour),
        edgeOpacity=100.0,
        edgeThickness=1.5,
    )


def _header(view: View, column: Column, frame: Frame, row: int, line: str, *, z: int) -> str:
    return _annotation(
        view,
        f"{column.id} header {row}",
        type="org.cytoscape.view.presentation.annotations.TextAnnotation",
        name=f"{column.label} header",
        canvas="background",
        text=line,
        x=frame.header_x,
        y=round(frame.header_y + 19.0 * row, 1),
        z=z,
        zoom=1.0,
        rotation=0.0,
        color=argb("#333333"),
        fontFamily="SansSerif",
        fontSize=int(frame.header_size),
        fontStyle=1,
    )


def _annotation(view: View, what: str, **fields: object) -> str:
    name = uuid.uuid5(_ANNOTATIONS, "\x1f".join((view.title, what)))
    parts = {"uuid": name, **fields}
    return "|".join(f"{key}={_plain(str(value))}" for key, value in parts.items())


def _plain(text: str) -> str:
    """The format has no escape for its own separators."""
    return flat(text.replace("|", " ").replace("=", " "))


def argb(colour: str) -> int:
    """Opaque colour as Java's signed 32-bit number.

    >>> argb("#FFFFFF"), argb("#000000")
    (-1, -16777216)
    """
    return int(colour.removeprefix("#"), 16) - 0x1000000


def _nodes(view: View) -> Iterator[dict[str, object]]:
    names = Names.of(view)
    return ({"id": n.id, "x": n.x, "y": n.y, "v": node_values(n, names)} for n in view.nodes)


def _edges(view: View) -> Iterator[dict[str, object]]:
    names = Names.of(view)
    number = {node.key: node.id for node in view.nodes}
    return ({"id": e.id, "s": number[e.source], "t": number[e.target], "v": edge_values(e, names)} for e in view.edges)


def visual_properties(view: View) -> dict[str, Any]:
    """The style: defaults, and mappings that hold every value in the data."""
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": style.PAPER},
            "node": _node_default(),
            "edge": _edge_default(),
        },
        "nodeMapping": _node_mapping(view),
        "edgeMapping": _edge_mapping(view),
    }


def _node_default() -> dict[str, object]:
    return {
        "NODE_SHAPE": style.OTHER_NODE.shape,
        "NODE_BACKGROUND_COLOR": style.OTHER_NODE.fill,
        "NODE_BACKGROUND_OPACITY": 1.0,
        "NODE_WIDTH": 116.0,
        "NODE_HEIGHT": 36.0,
        "NODE_BORDER_COLOR": style.BORDER,
        "NODE_BORDER_WIDTH": 1.4,
        "NODE_BORDER_OPACITY": 1.0,
        "NODE_BORDER_STYLE": "solid",
        "NODE_LABEL_COLOR": style.INK,
        "NODE_LABEL_FONT_SIZE": int(style.NODE_FONT),
        "NODE_LABEL_FONT_FACE": _FACE,
        "NODE_LABEL_OPACITY": 1.0,
        "NODE_LABEL_MAX_WIDTH": 104.0,
        "NODE_SELECTED_PAINT": "#009E73",
        "NODE_VISIBILITY": "element",
    }


def _edge_default() -> dict[str, object]:
    return {
        "EDGE_LINE_COLOR": style.NEUTRAL,
        "EDGE_LINE_STYLE": "solid",
        "EDGE_WIDTH": style.MIN_WIDTH,
        "EDGE_OPACITY": 1.0,
        "EDGE_SOURCE_ARROW_SHAPE": "none",
        "EDGE_TARGET_ARROW_SHAPE": "none",
        "EDGE_TARGET_ARROW_COLOR": style.NEUTRAL,
        "EDGE_TARGET_ARROW_SIZE": 8.0,
        "EDGE_LABEL_COLOR": "#444444",
        "EDGE_LABEL_FONT_SIZE": 9,
        "EDGE_LABEL_FONT_FACE": _FACE,
        "EDGE_LABEL_OPACITY": 1.0,
        "EDGE_CURVED": True,
        "EDGE_VISIBILITY": "element",
    }


def _node_mapping(view: View) -> dict[str, object]:
    roles = [*style.NODES, *sorted({n.role for n in view.nodes if n.role} - set(style.NODES))]
    sizes = {size_name(n): (n.width, n.height) for n in view.nodes}
    mapping: dict[str, object] = {
        "NODE_LABEL": _passthrough("name"),
        "NODE_BACKGROUND_COLOR": _discrete("role", [(r, style.node_style(r).fill) for r in roles]),
        "NODE_SHAPE": _discrete("role", [(r, style.node_style(r).shape) for r in roles]),
    }
    if sizes:
        mapping["NODE_WIDTH"] = _discrete("size", [(name, sizes[name][0]) for name in sorted(sizes)])
        mapping["NODE_HEIGHT"] = _discrete("size", [(name, sizes[name][1]) for name in sorted(sizes)])
    return mapping


def _edge_mapping(view: View) -> dict[str, object]:
    looks = style.EFFECTS.items()
    mapping: dict[str, object] = {
        "EDGE_LINE_COLOR": _discrete("effect", [(name, look.colour) for name, look in looks]),
        "EDGE_TARGET_ARROW_COLOR": _discrete("effect", [(name, look.colour) for name, look in looks]),
        "EDGE_TARGET_ARROW_SHAPE": _discrete("effect", [(name, look.arrow) for name, look in looks]),
        "EDGE_LINE_STYLE": _discrete("status", list(style.DASHES.items())),
        "EDGE_WIDTH": _widths(),
    }
    if len(view.edges) <= MOST_LABELS:
        mapping["EDGE_LABEL"] = _passthrough("interaction")
    return mapping


def _passthrough(attribute: str) -> dict[str, object]:
    return {"type": "PASSTHROUGH", "definition": {"attribute": attribute, "type": STRING}}


def _discrete(attribute: str, table: Iterable[tuple[str, object]]) -> dict[str, object]:
    values = [{"v": value, "vp": look} for value, look in table]
    return {"type": "DISCRETE", "definition": {"attribute": attribute, "type": STRING, "map": values}}


def _widths() -> dict[str, object]:
    """Line width from 1 to 10 papers; what has no paper (a definition) is thinner, what has more no wider."""
    least, most = 1, style.MAX_PAPERS
    ranges = [
        {"max": least, "maxVPValue": style.THIN, "includeMin": False, "includeMax": False},
        {
            "min": least,
            "max": most,
            "minVPValue": style.MIN_WIDTH,
            "maxVPValue": style.MAX_WIDTH,
            "includeMin": True,
            "includeMax": True,
        },
        {"min": most, "minVPValue": style.MAX_WIDTH, "includeMin": False, "includeMax": False},
    ]
    return {"type": "CONTINUOUS", "definition": {"attribute": "evidence_count", "type": "integer", "map": ranges}}
