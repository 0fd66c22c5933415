"""What a caller asked for, checked: whole numbers, signs, and one name or several."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.analysis.indexed import IndexedNetwork

SIGNS = {"+": 1, "-": -1, "any": None}
"""Signs a caller may ask for."""
FINE = ("predicate", "sign", "site")
"""Strata of a null: steps are exchanged where predicate, sign and both sites are the same."""
COARSE = ("sign", "site_kind")
"""Strata of a null: steps are exchanged where the sign and the kinds of both sites (cell, medium, ...) are the same."""


def whole(name: str, value: object, *, least: int = 1) -> int:
    """A whole number that is not too small.

    Raises
    ------
    UsageError
        It is not, with its name.

    Examples
    --------
    >>> whole("k", 3)
    3
    >>> whole("k", 2.5)
    Traceback (most recent call last):
        ...
    kg.errors.UsageError: k is 2.5: write a whole number, at least 1
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or number < least:
        raise UsageError(f"{name} is {value!r}: write a whole number, at least {least}")
    return number


def sign_of(sign: object) -> int | None:
    """The number of a sign; None for any.

    >>> sign_of("-"), sign_of("any")
    (-1, None)
    """
    if not isinstance(sign, str) or sign not in SIGNS:
        raise UsageError(f"sign {sign!r}: write +, - or any")
    return SIGNS[sign]


def one_or_more(what: str, names: str | Iterable[str]) -> tuple[str, ...]:
    """One name, or several; each once, in order.

    Raises
    ------
    UsageError
        None at all, or one that is no text.

    Examples
    --------
    >>> one_or_more("entity", "IL-8"), one_or_more("entity", ["IL-8", "CXCR2", "IL-8"])
    (('IL-8',), ('IL-8', 'CXCR2'))
    """
    found = any_number(what, names)
    if not found:
        raise UsageError(f"name at least one {what}")
    return found


def any_number(what: str, names: str | Iterable[str]) -> tuple[str, ...]:
    """No name, one, or several; a text is one name.

    >>> any_number("entity", ())
    ()
    """
    if isinstance(names, str):
        return (names,)
    try:
        found = tuple(dict.fromkeys(names))
    except TypeError:
        raise UsageError(f"{what}: write a name or a list of names, not {names!r}") from None
    for name in found:
        if not isinstance(name, str) or not name.strip():
            raise UsageError(f"{what}: write a name, not {name!r}")
    return found


def both_ends(
    network: IndexedNetwork, sources: str | Iterable[str], targets: str | Iterable[str]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Numbers of the states a question starts from and leads to.

    Raises
    ------
    UnknownNameError
        A name that is neither a node nor an entity of the graph.
    UsageError
        Both ends are the same.
    """
    starts, ends = network.states(sources), network.states(targets)
    if starts and starts == ends:
        named = ", ".join(network.names[state] for state in starts[:3])
        raise UsageError(f"source and target are the same ({named}); for a way back to itself use loops")
    return starts, ends
