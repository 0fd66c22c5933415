"""The shape that JSON of a source must have, said as plain values, and what in an object is not of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from kg.sources.tables import has_control_characters

if TYPE_CHECKING:
    from collections.abc import Mapping

    Shape: TypeAlias = "Leaf | Each | Values | Mapping[str, Shape]"


class Leaf(NamedTuple):
    """A value of one of some types of Python; a text has no control characters."""

    types: tuple[type, ...]


class Each(NamedTuple):
    """An array whose elements have a shape."""

    shape: Shape


class Values(NamedTuple):
    """An object whose values have a shape, whatever their keys."""

    shape: Shape


TEXT: Final = Leaf((str,))
NUMBER: Final = Leaf((str, int))
FLAG: Final = Leaf((bool,))
_NAMES: Final = {
    dict: "an object", list: "an array", str: "a text", bool: "true or false", int: "a number", float: "a number",
}  # fmt: skip


def misfit(value: object, shape: Shape, where: str = "") -> str:
    """Say what in a value is not of a shape; nothing when all is.

    Parameters
    ----------
    value
        What JSON was read as. What is null or absent fits every shape.
    shape
        A mapping says which keys of an object are read, and the shape of each.
    where
        Name of the value, for the message.

    Examples
    --------
    >>> misfit({"name": "CXCL8", "ids": [1]}, {"name": TEXT, "ids": Each(TEXT)})
    "'ids[0]' is a number, not a text"
    """
    if value is None:
        return ""
    if isinstance(shape, Leaf):
        return _leaf(value, shape, where)
    if isinstance(shape, Each):
        return _array(value, shape, where)
    if type(value) is not dict:
        return f"{where or 'it'!r} is {_NAMES[type(value)]}, not an object"
    keyed = dict.fromkeys(value, shape.shape) if isinstance(shape, Values) else shape
    faults = (misfit(value.get(key), part, f"{where}.{key}".lstrip(".")) for key, part in keyed.items())
    return next(filter(None, faults), "")


def _array(value: object, shape: Each, where: str) -> str:
    if not isinstance(value, list):
        return f"{where!r} is {_NAMES[type(value)]}, not an array"
    if None in value:
        return f"'{where}[{value.index(None)}]' is null"
    return next(filter(None, (misfit(part, shape.shape, f"{where}[{n}]") for n, part in enumerate(value))), "")


def _leaf(value: object, shape: Leaf, where: str) -> str:
    if type(value) not in shape.types:
        wanted = " or ".join(dict.fromkeys(_NAMES[type_] for type_ in shape.types))
        return f"{where!r} is {_NAMES[type(value)]}, not {wanted}"
    if isinstance(value, str) and has_control_characters(value):
        return f"{where!r} has control characters"
    return ""
