"""A strict checker of CX2 that holds the rules of the Java readers (Cytoscape Desktop, NDEx) and of Cytoscape Web.

The Python reader ``ndex2`` takes almost anything, so passing it proves little. Rules that only this project
keeps (an ``id`` of one or more, a name on every node) are among them.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

from kg.export.check_style import annotation_problems, style_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ASPECTS = (
    "attributeDeclarations",
    "networkAttributes",
    "nodes",
    "edges",
    "visualProperties",
    "nodeBypasses",
    "edgeBypasses",
    "visualEditorProperties",
)
_NEEDED = frozenset(ASPECTS) - {"nodeBypasses", "edgeBypasses"}
_INT32, _INT64 = 2**31, 2**63
_RESERVED: dict[str, dict[str, str]] = {
    "networkAttributes": {"name": "string", "description": "string", "version": "string"},
    "nodes": {"name": "string", "represents": "string", "alias": "list_of_string"},
    "edges": {"name": "string", "interaction": "string"},
}
_BUILT_IN = frozenset({"id", "SUID", "selected", "shared name", "shared interaction"})
_TAKEN = {"networkAttributes": _BUILT_IN, "nodes": _BUILT_IN | {"source", "target"}, "edges": _BUILT_IN}


def _integer(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit


_SCALARS: dict[str, Callable[[object], bool]] = {
    "string": lambda v: isinstance(v, str) and v != "",
    "integer": lambda v: _integer(v, _INT32),
    "long": lambda v: _integer(v, _INT64),
    "double": lambda v: isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v),
    "boolean": lambda v: isinstance(v, bool),
}


def fits(value: object, type_: str) -> bool:
    """Whether a value may stand in a column; null, empty texts and empty lists never may.

    >>> fits("true", "boolean"), fits(7, "string"), fits("a", "list_of_string"), fits(["a"], "list_of_string")
    (False, False, False, True)
    >>> fits(7, "double"), fits(3.7, "integer"), fits(True, "integer"), fits([], "list_of_string")
    (True, False, False, False)
    """
    if type_.startswith("list_of_"):
        item = _SCALARS.get(type_.removeprefix("list_of_"))
        return item is not None and isinstance(value, list) and bool(value) and all(map(item, value))
    scalar = _SCALARS.get(type_)
    return scalar is not None and scalar(value)


def problems(data: bytes | str) -> tuple[str, ...]:
    """List what is wrong with a CX2 file, in the order of the file.

    Parameters
    ----------
    data
        The file's bytes, or its text.

    Returns
    -------
    tuple of str
        One line for each defect; empty when all readers take it.

    Examples
    --------
    >>> problems("[]")
    ('the document is empty',)
    >>> problems('[{"CXVersion": "1.0"}, {"nodes": NaN}]')
    ('not JSON: NaN is not a JSON number',)
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        document = json.loads(text, parse_constant=_refuse, object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        return (f"not UTF-8: byte {error.start}",)
    except ValueError as error:
        return (f"not JSON: {error}",)
    if not isinstance(document, list):
        return ("the document is not an array",)
    if not document:
        return ("the document is empty",)
    return tuple(_document(document))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _unique(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _document(document: Sequence[Any]) -> Iterator[str]:
    if document[0] != {"CXVersion": "2.0", "hasFragments": False}:
        yield "the first element is not the CX 2.0 descriptor without fragments"
    if document[-1] != {"status": [{"success": True}]}:
        yield "the last element is not a status of success"
    blocks: dict[str, list[Any]] = {}
    order: list[str] = []
    for block in document[1:-1]:
        if not isinstance(block, dict) or len(block) != 1:
            yield "an element is not an object with one key"
            continue
        ((name, elements),) = block.items()
        if not isinstance(elements, list):
            yield f"{name} is not an array"
            continue
        if name in blocks:
            yield f"{name} stands twice"
        blocks[name] = elements
        order.append(name)
    yield from _order(order)
    yield from _meta_data(blocks)
    yield from _content(blocks)


def _order(order: Sequence[str]) -> Iterator[str]:
    known = [name for name in order if name != "metaData"]
    if not order or order[0] != "metaData":
        yield "metaData does not come first: Cytoscape Web refuses the file"
    for name in known:
        if name not in ASPECTS:
            yield f"{name} is no known aspect: Desktop drops it"
    in_order = sorted((name for name in known if name in ASPECTS), key=ASPECTS.index)
    if in_order != [name for name in known if name in ASPECTS]:
        yield f"the aspects are not in the order {', '.join(in_order)}"
    yield from (f"{name} is missing" for name in ASPECTS if name in _NEEDED and name not in order)


def _meta_data(blocks: Mapping[str, list[Any]]) -> Iterator[str]:
    stated = blocks.get("metaData", [])
    if not all(isinstance(m, dict) and set(m) == {"name", "elementCount"} for m in stated):
        yield "metaData holds something else than name and elementCount"
        return
    counts = {m["name"]: m["elementCount"] for m in stated}
    for name, elements in blocks.items():
        if name != "metaData" and counts.get(name) != len(elements):
            yield f"metaData states {counts.get(name)} of {name}, there are {len(elements)}"
    yield from (f"metaData states {name}, which is absent" for name in counts if name not in blocks)


def _content(blocks: Mapping[str, list[Any]]) -> Iterator[str]:
    stated = blocks.get("attributeDeclarations", [])
    if len(stated) != 1 or not isinstance(stated[0], dict) or not stated[0]:
        yield "attributeDeclarations is not one non-empty object"
        return
    types: dict[str, dict[str, str]] = {}
    for part, columns in stated[0].items():
        yield from _declarations(part, columns)
        types[part] = {name: str(column.get("d", "string")) for name, column in columns.items()}
    network = blocks.get("networkAttributes", [])
    if len(network) != 1 or not isinstance(network[0], dict):
        yield "networkAttributes is not one object"
        return
    yield from _values("the network", network[0], types.get("networkAttributes", {}))
    if "name" not in network[0]:
        yield "the network has no name"
    nodes, edges = blocks.get("nodes", []), blocks.get("edges", [])
    yield from _nodes(nodes, types.get("nodes", {}))
    yield from _edges(edges, types.get("edges", {}), {n.get("id") for n in nodes if isinstance(n, dict)})
    yield from style_problems(blocks, types)
    yield from annotation_problems(network[0].get("__Annotations", []))


def _declarations(part: str, columns: Mapping[str, Any]) -> Iterator[str]:
    if part not in _RESERVED:
        yield f"declarations for {part}, which has no attributes"
        return
    for name, column in columns.items():
        if set(column) - {"d"}:
            yield f"{part}: {name} is declared with an alias or a default, which Cytoscape Web does not resolve"
        type_ = str(column.get("d", "string"))
        if type_.removeprefix("list_of_") not in _SCALARS:
            yield f"{part}: {name} has the unknown type {type_}"
        if name in _TAKEN[part]:
            yield f"{part}: a column may not be called {name}: Cytoscape makes it itself"
        if type_ != _RESERVED[part].get(name, type_):
            yield f"{part}: {name} must be {_RESERVED[part][name]}"


def _values(what: str, values: Mapping[str, object], types: Mapping[str, str]) -> Iterator[str]:
    for name, value in values.items():
        if name not in types:
            yield f"{what}: attribute {name} is not declared"
        elif not fits(value, types[name]):
            yield f"{what}: {name} is not a {types[name]}: {json.dumps(value)[:60]}"


def _numbered(what: str, elements: Sequence[Any]) -> Iterator[str]:
    ids = [e.get("id") if isinstance(e, dict) else None for e in elements]
    for number in ids:
        if not _integer(number, _INT64) or (isinstance(number, int) and number < 1):
            yield f"{what}: id {number!r} is not a positive integer"
    if len(set(map(str, ids))) < len(ids):
        yield f"{what}: an id stands twice"


def _nodes(nodes: Sequence[Any], types: Mapping[str, str]) -> Iterator[str]:
    yield from _numbered("nodes", nodes)
    placed = 0
    for node in nodes:
        what = f"node {node.get('id')}"
        yield from _values(what, node.get("v", {}), types)
        if "name" not in node.get("v", {}):
            yield f"{what} has no name"
        if "x" in node or "y" in node:
            placed += 1
            if not (fits(node.get("x"), "double") and fits(node.get("y"), "double")):
                yield f"{what}: x and y are not both finite numbers"
        if set(node) - {"id", "x", "y", "z", "v"}:
            yield f"{what} has unknown keys"
    if placed not in (0, len(nodes)):
        yield f"{placed} of {len(nodes)} nodes have a position: it must be all or none"


def _edges(edges: Sequence[Any], types: Mapping[str, str], nodes: set[object]) -> Iterator[str]:
    yield from _numbered("edges", edges)
    for edge in edges:
        what = f"edge {edge.get('id')}"
        yield from _values(what, edge.get("v", {}), types)
        if "interaction" not in edge.get("v", {}):
            yield f"{what} has no interaction"
        for end in ("s", "t"):
            if edge.get(end) not in nodes:
                yield f"{what}: there is no node {edge.get(end)!r}"
        if set(edge) - {"id", "s", "t", "v"}:
            yield f"{what} has unknown keys"
