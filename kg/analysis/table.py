"""What every result of an analysis offers: sentences, a DataFrame, and a look in a notebook."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

Row = TypeVar("Row")
ROWS_SHOWN = 20
"""Rows a table shows as text."""


class Readable(ABC):
    """A result that reads as text; what takes it in gives ``summary`` and ``to_frame``."""

    __slots__ = ()

    @property
    @abstractmethod
    def summary(self) -> str:
        """The answer in a sentence or two."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame."""

    def to_dict(self) -> dict[str, Any]:
        """The answer in plain values, as JSON takes them."""
        rows = self.to_frame().to_dict("records")
        return {"summary": self.summary, "rows": [{str(k): plain(v) for k, v in row.items()} for row in rows]}

    def __str__(self) -> str:
        """Read the answer as text."""
        return self.summary

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.summary)}</p>{self.to_frame().to_html(index=False)}"


@dataclass(frozen=True)
class Table(Readable, Generic[Row]):
    """Rows of one kind, in the order the analysis gives them.

    Parameters
    ----------
    title
        What the table says, as a sentence.
    kind
        Class of the rows; names the columns even where there are no rows: its fields, or its class attribute
        ``columns``, whose values are attributes of a row or what its method ``cells`` gives.
    rows
        The rows.
    note
        What else is to be known: why there are no rows, or that there may be more.
    complete
        False where a work cap ended the search, so that there may be more rows.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Share:
    ...     entity: str
    ...     share: float
    >>> table = Table("Shares", Share, (Share("CXCL8", 0.75), Share("IL6", 0.25)))
    >>> len(table), table[0].entity
    (2, 'CXCL8')
    >>> table.to_frame()
      entity  share
    0  CXCL8   0.75
    1    IL6   0.25
    """

    title: str
    kind: type[Row]
    rows: tuple[Row, ...] = ()
    note: str = ""
    complete: bool = True

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        """Walk the rows in order."""
        return iter(self.rows)

    def __getitem__(self, place: int) -> Row:
        """Give the row at a place."""
        return self.rows[place]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        named: tuple[str, ...] | None = getattr(self.kind, "columns", None)
        return named or tuple(field.name for field in fields(self.kind))  # type: ignore[arg-type]

    def _cells(self, row: Row) -> dict[str, Any]:
        if hasattr(row, "cells"):
            found: dict[str, Any] = row.cells()
            return found
        return {name: getattr(row, name) for name in self.columns}

    def records(self) -> list[dict[str, Any]]:
        """The rows as dicts of plain values, as JSON takes them."""
        return [{name: plain(value) for name, value in self._cells(row).items()} for row in self.rows]

    def to_frame(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame; ``attrs`` say what the title, the note and ``complete`` say."""
        import pandas as pd

        columns = list(self.columns)
        cells = [self._cells(row) for row in self.rows]
        frame = pd.DataFrame([[row[name] for name in columns] for row in cells], columns=columns)
        frame.attrs |= {"title": self.title, "note": self.note, "complete": self.complete}
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Title, note, ``complete`` and the rows in plain values."""
        return {"title": self.title, "note": self.note, "complete": self.complete, "rows": self.records()}

    @property
    def summary(self) -> str:
        """Title, note, and whether there may be more."""
        capped = "" if self.complete else "The work limit was reached: there may be more."
        return ". ".join(part.rstrip(".") for part in (self.title, self.note, capped) if part)

    def __str__(self) -> str:
        """Read the first rows as text: as sentences where they are made to be read, else as columns."""
        if not self.rows:
            return f"{self.summary}\n(no rows)"
        more = f"\n... and {len(self) - ROWS_SHOWN} more" if len(self) > ROWS_SHOWN else ""
        if "__str__" in vars(self.kind):
            shown = "\n".join(str(row) for row in self.rows[:ROWS_SHOWN])
        else:
            shown = self.to_frame().head(ROWS_SHOWN).to_string(index=False)
        return f"{self.summary}\n{shown}{more}"


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a row may hold
    """A value as JSON takes it: tables and rows become lists and dicts, what is not a number becomes None.

    >>> plain((1, float("inf"))), plain(Table("Shares", tuple))
    ([1, None], [])
    """
    if isinstance(value, Table):
        return value.records()
    if isinstance(value, tuple | list | frozenset | set):
        return [plain(part) for part in (sorted(value) if isinstance(value, frozenset | set) else value)]
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value.item() if hasattr(value, "item") else value


def counted(number: int, what: str, several: str = "") -> str:
    """A number with its word.

    >>> counted(1, "path"), counted(2, "path"), counted(0, "entity", "entities")
    ('1 path', '2 paths', '0 entities')
    """
    return f"{number} {what if number == 1 else several or what + 's'}"


def signed(sign: int) -> str:
    """Show a sign as people write it.

    >>> signed(1), signed(-1), signed(0)
    ('+', '-', 'unknown')
    """
    return {1: "+", -1: "-"}.get(sign, "unknown")


def listed(values: Any) -> tuple[str, ...]:  # noqa: ANN401 - attributes of a user's graph may be of any kind
    """Read an attribute that may be missing, one text or several.

    >>> listed(None), listed("PMID:1"), listed(["PMID:1", "PMID:2"])
    ((), ('PMID:1',), ('PMID:1', 'PMID:2'))
    """
    if not values:
        return ()
    return (values,) if isinstance(values, str) else tuple(str(value) for value in values)
