"""A table of relations becomes a path index by whole columns: each name is made a number once.

States are sorted by name and costs counted in millionths, so the order of the rows leaves no trace in the answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from kg.analysis.columns import MAX_STEP_COST
from kg.analysis.naming import Names
from kg.analysis.signs import sign_named
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

Numbers = npt.NDArray[np.int64]
Texts = Any
"""A pyarrow array of large strings, for which the stubs have no name."""
arrow: Any = pyarrow.compute

KNOWN = ("subject", "object", "subject_site", "object_site", "sign", "polarity", "cost", "belief", "id")
"""Columns that are read; all others are passed over."""


class _Columns:
    """Columns of a pandas or Arrow table by what they mean."""

    def __init__(self, table: object, called: Mapping[str, str]) -> None:
        if not isinstance(table, (pd.DataFrame, pa.Table)):
            msg = f"a table of relations is a pandas DataFrame or a pyarrow Table, not {type(table).__name__}"
            raise UsageError(msg)
        if strange := sorted(set(called) - set(KNOWN)):
            msg = f"no column means {strange[0]!r}; columns may name: {', '.join(KNOWN)}"
            raise UsageError(msg)
        self.table, self.called = table, called
        self.present = set(table.columns if isinstance(table, pd.DataFrame) else table.column_names)
        for meaning, name in called.items():
            self._demand(meaning, name)
        for meaning in ("subject", "object"):
            self._demand(meaning, called.get(meaning, meaning))

    def _demand(self, meaning: str, name: str) -> None:
        if name not in self.present:
            msg = f"the table has no column {name!r} ({meaning}); it has: {', '.join(sorted(map(str, self.present)))}"
            raise UsageError(msg)

    def __len__(self) -> int:
        return len(self.table)

    def has(self, meaning: str) -> bool:
        return self.called.get(meaning, meaning) in self.present

    def values(self, meaning: str) -> pd.Series[Any]:
        """As a pandas column, numbered from 0."""
        column = self.table[self.called.get(meaning, meaning)]
        series = column if isinstance(column, pd.Series) else column.to_pandas()
        return series.reset_index(drop=True)

    def text(self, meaning: str) -> Texts:
        """As an Arrow column of text; what is no text is written as such."""
        column: Any = self.table[self.called.get(meaning, meaning)]
        if isinstance(column, pd.Series):
            try:
                column = pa.array(column, from_pandas=True)
            except (pa.ArrowInvalid, pa.ArrowTypeError):
                column = pa.array([None if pd.isna(value) else str(value) for value in column], pa.string())
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        return column.cast(pa.large_string())

    def row(self, number: int) -> str:
        """A row in words, for a message."""
        ends = (self.values(meaning)[number] for meaning in ("subject", "object"))
        return f"row {number} ({' -> '.join(map(str, ends))})"


class Tabled(NamedTuple):
    """Columns of an index, and what its states and edges are called."""

    entity: npt.NDArray[np.int32]
    src: Numbers
    dst: Numbers
    sign: npt.NDArray[np.int8]
    cost: npt.NDArray[np.float64]
    names: Names


def columns_of_table(table: pd.DataFrame | pa.Table, called: Mapping[str, str]) -> Tabled:
    """Number the states of a table of relations; see :meth:`kg.analysis.index.PathIndex.from_table`."""
    columns = _Columns(table, called)
    entities, ends = _numbered(columns, "subject", "object")
    if any(columns.has(meaning) for meaning in ("subject_site", "object_site")):
        sites, places = _numbered(columns, "subject_site", "object_site", blank=True)
    else:
        sites, places = pa.array([""], pa.large_string()), np.zeros_like(ends)
    codes, state = _dense(ends * len(sites) + places, len(entities) * len(sites))
    entity, site = np.divmod(codes, len(sites))
    names = _state_names(entities.take(pa.array(entity)), sites.take(pa.array(site)))
    order = arrow.sort_indices(names).to_numpy()
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    src, dst = np.split(number[state], 2)
    entity = entity[order].astype(np.int32)
    called_so = Names(_listed(names.take(pa.array(order))), _listed(entities), entity, _edge_names(columns))
    return Tabled(entity, src, dst, _signs(columns), _costs(columns), called_so)


def _listed(texts: Texts) -> Sequence[Hashable]:
    values: Sequence[Hashable] = texts.to_numpy(zero_copy_only=False)
    return values


def _numbered(columns: _Columns, *meanings: str, blank: bool = False) -> tuple[Texts, Numbers]:
    """Distinct texts of two columns, sorted, and the number of each entry, one column after the other."""
    parts: list[Texts] = []
    for meaning in meanings:
        if not columns.has(meaning):
            parts.append(pa.array([""] * len(columns), pa.large_string()))
            continue
        text = columns.text(meaning)
        if blank:
            text = text.fill_null("")
        elif (empty := arrow.or_kleene(arrow.is_null(text), arrow.equal(text, "")).fill_null(True)).true_count:
            msg = f"{columns.row(arrow.index(empty, True).as_py())}: the {meaning} is missing"
            raise UsageError(msg)
        parts.append(text)
    coded = pa.concat_arrays(parts).dictionary_encode()
    order = arrow.sort_indices(coded.dictionary).to_numpy()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return coded.dictionary.take(pa.array(order)), place[coded.indices.to_numpy()]


def _dense(codes: Numbers, most: int) -> tuple[Numbers, Numbers]:
    """Distinct codes in order, and the place of each entry among them."""
    if most > max(8 * len(codes), 1 << 16):
        return np.unique(codes, return_inverse=True)
    present = np.zeros(most, dtype=bool)
    present[codes] = True
    return np.flatnonzero(present), (np.cumsum(present) - 1)[codes]


def _state_names(entities: Texts, sites: Texts) -> Texts:
    at = arrow.binary_join_element_wise(entities, sites, pa.scalar("@", pa.large_string()))
    return arrow.if_else(arrow.equal(sites, ""), entities, at)


def _signs(columns: _Columns) -> npt.NDArray[np.int8]:
    meaning = next((meaning for meaning in ("sign", "polarity") if columns.has(meaning)), None)
    if meaning is None:
        return np.zeros(len(columns), dtype=np.int8)
    codes, words = pd.factorize(columns.values(meaning))
    signs = [sign_named(word) for word in words]
    if None in signs:
        number = int(np.flatnonzero(codes == signs.index(None))[0])
        msg = f"{columns.row(number)}: the {meaning} is {list(words)[signs.index(None)]!r}; write +1, -1, 0, + or -"
        raise UsageError(msg)
    return np.array([*signs, 0], dtype=np.int8)[codes]


def _costs(columns: _Columns) -> npt.NDArray[np.float64]:
    meaning = next((meaning for meaning in ("cost", "belief") if columns.has(meaning)), None)
    if meaning is None:
        msg = "the table has neither a column 'cost' nor 'belief'; give one of them"
        raise UsageError(msg)
    numbers = pd.to_numeric(columns.values(meaning), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    right = (numbers > 0) & (numbers <= 1) if meaning == "belief" else (numbers >= 0) & (numbers <= MAX_STEP_COST)
    if not right.all():
        number = int(np.flatnonzero(~right)[0])
        rule = "above 0 and at most 1" if meaning == "belief" else f"a number of nat from 0 to {MAX_STEP_COST:g}"
        given = columns.values(meaning)[number : number + 1].tolist()[0]
        msg = f"{columns.row(number)}: the {meaning} is {given!r}; a {meaning} is {rule}"
        raise UsageError(msg)
    return np.abs(np.log(numbers)) if meaning == "belief" else numbers


def _edge_names(columns: _Columns) -> Sequence[Hashable]:
    if not columns.has("id"):
        return range(len(columns))
    values: Any = columns.values("id").to_numpy()
    named: Sequence[Hashable] = values
    return named
