"""Results of an analysis as a table: rows are frozen dataclasses, columns their fields."""

from __future__ import annotations

import html
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = TypeVar("Row")
ROWS_SHOWN = 20
"""Rows a table shows as text."""


@dataclass(frozen=True)
class Table(Generic[Row]):
    """Rows of one kind, in the order the analysis gives them.

    Parameters
    ----------
    title
        What the table says, as a sentence.
    kind
        Class of the rows; names the columns even where there are no rows.
    rows
        The rows.

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
        return tuple(field.name for field in fields(self.kind))  # type: ignore[arg-type]

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a pandas DataFrame."""
        return pd.DataFrame([[getattr(row, name) for name in self.columns] for row in self.rows], columns=self.columns)

    def __str__(self) -> str:
        """Read the first rows as text."""
        if not self.rows:
            return f"{self.title}\n(no rows)"
        more = f"\n... and {len(self) - ROWS_SHOWN} more" if len(self) > ROWS_SHOWN else ""
        return f"{self.title}\n{self.to_frame().head(ROWS_SHOWN).to_string(index=False)}{more}"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.title)}</p>{self.to_frame().to_html(index=False)}"


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
