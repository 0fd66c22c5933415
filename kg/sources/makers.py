"""Functions that make the values of the model eight times as fast as calling their classes.

A frozen dataclass stores each of its fields by name, through ``object.__setattr__``; a table of a hundred thousand rows
spends most of its reading there. A maker fills an open twin, a class with the same slots, and closes it: what it
gives is the same frozen value, of the same class.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, cast

from kg.model import Evidence, Relation, Statement

if TYPE_CHECKING:
    from collections.abc import Callable

_P = ParamSpec("_P")
_T = TypeVar("_T")


def maker(cls: Callable[_P, _T]) -> Callable[_P, _T]:
    """Write a function that does what calling a class does.

    Parameters
    ----------
    cls
        A frozen dataclass with slots and keywords only, without factories of defaults and ``__post_init__``.

    Notes
    -----
    `Evidence` with seven of its fields, Python 3.11: 0.6 microseconds, against 5.1.

    Examples
    --------
    >>> from kg.model import Evidence
    >>> made = maker(Evidence)(publication="PMID:24657661", source="curated")
    >>> made == Evidence(publication="PMID:24657661", source="curated")
    True
    >>> made.source = "other"
    Traceback (most recent call last):
    dataclasses.FrozenInstanceError: cannot assign to field 'source'
    """
    named = fields(cls)  # type: ignore[arg-type]
    twin = type(f"_Open{cls.__name__}", (), {"__slots__": tuple(f.name for f in named)})
    space: dict[str, Any] = {"_new": object.__new__, "_twin": twin, "_class": cls}
    space |= {f"_default_{f.name}": f.default for f in named if f.default is not MISSING}
    given = [f.name if f.default is MISSING else f"{f.name}=_default_{f.name}" for f in named if f.init]
    stored = [f"made.{f.name} = {f.name if f.init else f'_default_{f.name}'}" for f in named]
    lines = ["made = _new(_twin)", *stored, "made.__class__ = _class", "return made"]
    source = f"def make_{cls.__name__.casefold()}(*, {', '.join(given)}):\n    " + "\n    ".join(lines)
    exec(source, space)
    return cast("Callable[_P, _T]", space[f"make_{cls.__name__.casefold()}"])


new_evidence: Final = maker(Evidence)
new_relation: Final = maker(Relation)
new_statement: Final = maker(Statement)
