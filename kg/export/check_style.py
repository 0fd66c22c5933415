"""The part of the CX2 checker that reads visual properties, editor properties and annotations."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_SHAPES = frozenset(
    ["ellipse", "triangle", "rectangle", "round-rectangle", "parallelogram", "diamond", "hexagon", "octagon", "vee"]
)
_CLOSED = ("triangle", "circle", "diamond", "square")
_ARROWS = frozenset(
    (*_CLOSED, *(f"open_{arrow}" for arrow in _CLOSED), "tee", "arrow", "triangle-cross", "cross_open_delta", "none")
)
_FACE = {
    "FONT_FAMILY": {"serif", "sans-serif", "monospace"},
    "FONT_STYLE": {"normal", "italic"},
    "FONT_WEIGHT": {"normal", "bold"},
}
_NUMERIC = frozenset({"integer", "long", "double"})


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _face(value: object) -> bool:
    # A plain string makes the Java reader throw a ClassCastException.
    return isinstance(value, dict) and set(value) == set(_FACE) and all(value[k] in _FACE[k] for k in _FACE)


_KINDS: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("_SHAPE", lambda v: v in _SHAPES or v in _ARROWS),
    ("_STYLE", lambda v: v in ("solid", "dotted", "dashed")),
    ("_VISIBILITY", lambda v: v in ("element", "none")),
    ("_FONT_FACE", _face),
    ("_COLOR", lambda v: isinstance(v, str) and _COLOUR.fullmatch(v) is not None),
    ("_PAINT", lambda v: isinstance(v, str) and _COLOUR.fullmatch(v) is not None),
    ("_OPACITY", lambda v: _number(v) and v <= 1),
    ("_CURVED", lambda v: isinstance(v, bool)),
    ("_LABEL", lambda v: isinstance(v, str)),
    ("_TOOLTIP", lambda v: isinstance(v, str)),
    ("_WIDTH", _number),
    ("_HEIGHT", _number),
    ("_SIZE", _number),
)


def _allowed(name: str, value: object) -> bool:
    """Whether a visual property may have a value."""
    if name == "NODE_SHAPE":
        return value in _SHAPES
    if name.endswith("_ARROW_SHAPE"):
        return value in _ARROWS
    return next((test(value) for ending, test in _KINDS if name.endswith(ending)), False)


def style_problems(blocks: Mapping[str, list[Any]], types: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """List what is wrong with the style, given the aspects and the declared types by part."""
    look = blocks.get("visualProperties", [])
    if len(look) != 1 or set(look[0]) - {"default", "nodeMapping", "edgeMapping"}:
        yield "visualProperties is not one object of default, nodeMapping and edgeMapping"
        return
    for part, values in look[0].get("default", {}).items():
        prefix = part.upper() + "_"
        for name, value in values.items():
            if not name.startswith(prefix) or not _allowed(name, value):
                yield f"style: {name} may not be {value!r} for a {part}"
    for part, prefix, key in (("nodes", "NODE_", "nodeMapping"), ("edges", "EDGE_", "edgeMapping")):
        for name, mapping in look[0].get(key, {}).items():
            if not name.startswith(prefix):
                yield f"{key}: {name} is no property of {part}"
            found = _mapping(name, mapping, types.get(part, {}), blocks.get(part, []))
            yield from (f"{key} {name}: {problem}" for problem in found)
    yield from _editor(blocks.get("visualEditorProperties", []))


def _mapping(name: str, mapping: object, types: Mapping[str, str], elements: Sequence[Any]) -> Iterator[str]:
    definition = mapping.get("definition", {}) if isinstance(mapping, dict) else {}
    attribute, stated = str(definition.get("attribute")), definition.get("type")
    if attribute not in types:
        yield f"attribute {attribute} is not declared"
        return
    if stated is None:
        yield "the definition has no type, which NDEx refuses"
    elif stated != types[attribute]:
        yield f"the definition says {stated}, {attribute} is declared {types[attribute]}"
    kind, table = dict(mapping).get("type") if isinstance(mapping, dict) else None, definition.get("map")
    if kind == "PASSTHROUGH":
        return
    if kind not in ("DISCRETE", "CONTINUOUS") or not isinstance(table, list) or not table:
        yield "neither PASSTHROUGH, nor DISCRETE or CONTINUOUS with a map"
    elif kind == "DISCRETE":
        yield from _discrete(name, table, {e["v"][attribute] for e in elements if attribute in e.get("v", {})})
    elif types[attribute] not in _NUMERIC:
        yield f"a CONTINUOUS mapping needs a number, {attribute} is {types[attribute]}"
    else:
        yield from _continuous(name, table)


def _discrete(name: str, table: Sequence[Any], values: set[Any]) -> Iterator[str]:
    if not all(isinstance(row, dict) and set(row) == {"v", "vp"} for row in table):
        yield "a row is not an object of v and vp"
        return
    yield from (f"{row['vp']!r} is not allowed" for row in table if not _allowed(name, row["vp"]))
    missing = values - {row["v"] for row in table}
    # A size has a default that does; a colour or a shape says something.
    if missing and not name.endswith(("_WIDTH", "_HEIGHT")):
        yield f"no look for {', '.join(sorted(map(str, missing)))}"


def _continuous(name: str, table: Sequence[Any]) -> Iterator[str]:
    """Ranges from below the first bound to above the last one, each saying whether its bounds belong to it."""
    for i, row in enumerate(table):
        keys = {"includeMin", "includeMax"}
        keys |= {"min", "minVPValue"} if i > 0 else set()
        keys |= {"max", "maxVPValue"} if i < len(table) - 1 else set()
        if set(row) != keys:
            yield f"range {i + 1} has the keys {', '.join(sorted(row))}; needed are {', '.join(sorted(keys))}"
            continue
        if not (isinstance(row["includeMin"], bool) and isinstance(row["includeMax"], bool)):
            yield f"range {i + 1}: includeMin and includeMax are not booleans"
        bad = [key for key in ("minVPValue", "maxVPValue") if key in row and not _allowed(name, row[key])]
        yield from (f"range {i + 1}: {row[key]!r} is not allowed" for key in bad)
        if i and row["min"] != table[i - 1].get("max"):
            yield f"range {i + 1} does not start where the one before ends"


def _editor(editor: Sequence[Any]) -> Iterator[str]:
    settings = editor[0].get("properties") if len(editor) == 1 and isinstance(editor[0], dict) else None
    if not isinstance(settings, dict):
        yield "visualEditorProperties is not wrapped in properties, so it has no effect"
        return
    if settings.get("nodeSizeLocked") is not False:
        yield "nodeSizeLocked is not false: width and height would give way to size"
    if any("CENTER" in name or "SCALE" in name for name in settings):
        yield "visualEditorProperties has a centre or a scale, so Desktop does not fit the content"


def annotation_problems(annotations: object) -> Iterator[str]:
    """List what is wrong with ``__Annotations``: form, types and ids."""
    if not isinstance(annotations, list):
        yield "__Annotations is not a list"
        return
    seen: set[str] = set()
    for text in annotations:
        parts = [part.split("=") for part in str(text).split("|")]
        if any(len(part) != 2 for part in parts):
            yield f"annotation: a part is not key=value: {str(text)[:60]}"
            continue
        fields = {part[0]: part[1] for part in parts}
        yield from _annotation(fields)
        if fields.get("uuid") in seen:
            yield f"annotation: uuid {fields.get('uuid')} stands twice"
        seen.add(fields.get("uuid", ""))


def _annotation(fields: Mapping[str, str]) -> Iterator[str]:
    kind = fields.get("type", "").rpartition(".")[2]
    needed = {
        "ShapeAnnotation": ("width", "height", "fillColor", "edgeColor", "fillOpacity", "edgeOpacity", "edgeThickness"),
        "TextAnnotation": ("color", "fontSize"),
    }.get(kind)
    if needed is None:
        yield f"annotation: unknown type {fields.get('type')}"
        return
    if kind == "TextAnnotation" and not fields.get("text"):
        yield "annotation: a text annotation without text"
    for key in ("x", "y", "z", "zoom", *needed):
        try:
            value = float(fields.get(key, ""))
        except ValueError:
            value = math.nan
        colour = key.lower().endswith("color")
        if not math.isfinite(value) or (colour and not (value.is_integer() and -(2**31) <= value < 2**31)):
            yield f"annotation: {key} is {fields.get(key)!r}"
