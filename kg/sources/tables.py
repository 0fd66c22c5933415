"""Strict reading of delimited files: a wrong file is an error, a broken row is a counted refusal."""

from __future__ import annotations

import csv
import re
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import SourceError
from kg.model import Refusal
from kg.sources.files import read_chunks, read_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_Record = tuple[int, list[str] | None]
"""Line and cells; no cells where a control character stands in the line."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_DELIMITERS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars", " ": "spaces"}


class Row(NamedTuple):
    """One record of a table: the line it starts on (1-based) and its cells by column name."""

    line: int
    cells: dict[str, str]


def read_table(
    path: str | Path,
    *,
    required: Sequence[str],
    optional: Sequence[str] | None = None,
    source: str = "",
    delimiter: str = "\t",
    quoting: int = csv.QUOTE_NONE,
    encoding: str = "utf-8",
    comment: str = "",
    header: Sequence[str] | None = None,
    max_columns: int | None = None,
    pad: bool = False,
) -> Iterator[Row | Refusal]:
    r"""Yield the rows of a delimited file one by one; memory does not grow with the file.

    Parameters
    ----------
    path
        A file, gzip or not, with or without a byte order mark, with Unix or Windows line ends.
    required
        Columns that must stand in the header.
    optional
        Further columns to give to the caller where they exist; None gives all columns.
    source
        Name of the source, for the refusals.
    delimiter, quoting
        As in `csv`; ``csv.QUOTE_NONE`` takes quotation marks as they stand.
    encoding
        Encoding of the file.
    comment
        Lines that start with this text are skipped; empty for none.
    header
        Names of the columns of a file that has no header line.
    max_columns
        A header with more columns is of an unknown version.
    pad
        Fill short rows with empty cells instead of refusing them (for formats that drop trailing tabs).

    Yields
    ------
    Row or Refusal
        A refusal for a row with a wrong number of columns or with control characters.

    Raises
    ------
    SourceError
        The file is not what it should be: see `kg.sources.files.read_lines`; missing, repeated or too many columns;
        a quotation mark that is never closed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "x.tsv"
    ...     _ = file.write_text("source\ttarget\nCXCL8\tCXCR1\nCXCL8\n")
    ...     for row in read_table(file, required=["source", "target"]):
    ...         print(row if isinstance(row, Row) else row.what)
    Row(line=2, cells={'source': 'CXCL8', 'target': 'CXCR1'})
    1 column where the header has 2
    """
    records = _records(path, delimiter=delimiter, quoting=quoting, encoding=encoding, comment=comment)
    names = list(header) if header is not None else _read_header(path, records)
    _check_header(path, names, required, max_columns=max_columns, delimiter=delimiter)
    wanted = names if optional is None else [n for n in names if n in {*required, *optional}]
    pick = _picker(names, wanted)
    width = len(names)
    for line, cells in records:
        if cells is None:
            yield Refusal(source=source, file=str(path), line=line, what="control character in the row")
            continue
        if len(cells) != width:
            if len(cells) > width or not pad:
                what = f"{len(cells)} column{'s' * (len(cells) != 1)} where the header has {width}"
                yield Refusal(source=source, file=str(path), line=line, what=what)
                continue
            cells += [""] * (width - len(cells))
        yield Row(line, dict(zip(wanted, pick(cells))))  # noqa: B905 - as long as each other by construction


def has_control_characters(text: str) -> bool:
    r"""Whether a text has what no value of the model may contain: control characters and halves of surrogate pairs.

    The unit separator would break identities, a lone surrogate has no UTF-8, the others have no place in XML.

    >>> [has_control_characters(text) for text in ("a\x1fb", "a\ud800b", "a\tb\n", "αβ\xa0")]
    [True, True, False, False]
    """
    return not text.isprintable() and _CONTROL.search(text) is not None


def other_delimiter(text: str, fewest: int) -> str:
    r"""Name of the delimiter other than the tab by which a line has at least so many columns; empty for none.

    >>> other_delimiter("a;b;c", 3), other_delimiter("a\tb\tc", 3), other_delimiter("a b", 3)
    ('semicolons', '', '')
    """
    if text.count("\t") >= fewest - 1:
        return ""
    return next((name for mark, name in _DELIMITERS.items() if text.count(mark) >= fewest - 1), "")


def without_control_characters(text: str) -> str:
    r"""Leave out of a text what `has_control_characters` finds.

    >>> without_control_characters("hyphe\x02n\tand tab")
    'hyphen\tand tab'
    """
    return text if text.isprintable() else _CONTROL.sub("", text)


def _records(path: str | Path, *, delimiter: str, quoting: int, encoding: str, comment: str) -> Iterator[_Record]:
    if quoting == csv.QUOTE_NONE:
        return _plain_records(path, delimiter=delimiter, encoding=encoding, comment=comment)
    return _quoted_records(path, delimiter=delimiter, quoting=quoting, encoding=encoding, comment=comment)


def _plain_records(path: str | Path, *, delimiter: str, encoding: str, comment: str) -> Iterator[_Record]:
    for first, lines, controls in read_chunks(path, encoding=encoding):
        for number, text in enumerate(lines, first):
            if text and not (comment and text.startswith(comment)):
                yield number, None if controls and has_control_characters(text) else text.split(delimiter)


def _quoted_records(
    path: str | Path, *, delimiter: str, quoting: int, encoding: str, comment: str
) -> Iterator[_Record]:
    lines = (f"{text}\n" for text in read_lines(path, encoding=encoding))
    reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)  # type: ignore[arg-type]
    line = 1
    try:
        for cells in reader:
            if cells and not (comment and cells[0].startswith(comment)):
                yield line, None if has_control_characters("".join(cells)) else cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(path, line, f"broken quoting ({error})", "check the quotation marks of this row") from error


def _read_header(path: str | Path, records: Iterator[_Record]) -> list[str]:
    line, names = next(records, (None, None))
    if names is None:
        raise SourceError(path, line, "has no header line", "download it again")
    if any("\r" in name for name in names):
        raise SourceError(path, line, "has the line ends of old Macs (CR only)", "convert them to LF")
    return names


def _check_header(
    path: str | Path, names: Sequence[str], required: Sequence[str], *, max_columns: int | None, delimiter: str
) -> None:
    missing = [name for name in required if name not in names]
    if missing:
        raise SourceError(
            path, 1, f"the header lacks {_names('column', missing)}", _header_hint(names, missing, delimiter)
        )
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise SourceError(path, 1, f"the header repeats {_names('column', repeated)}", "rename or remove one")
    if max_columns is not None and len(names) > max_columns:
        what = f"{len(names)} columns where this format has at most {max_columns}"
        raise SourceError(path, 1, what, "is this a newer version of the format?")


def _header_hint(names: Sequence[str], missing: Sequence[str], delimiter: str) -> str:
    text = delimiter.join(names)
    for other, label in _DELIMITERS.items():
        if other != delimiter and set(missing) <= {n.strip('"') for n in text.split(other)}:
            return f"it seems to be separated by {label}, not {_DELIMITERS.get(delimiter, repr(delimiter))}"
    shown = ", ".join(repr(name[:30]) for name in names[:8])
    return f"it has {shown}{', ...' if len(names) > 8 else ''}"


def _names(noun: str, names: Sequence[str]) -> str:
    return f"{noun}{'s' * (len(names) != 1)} {', '.join(repr(name) for name in names)}"


def _picker(names: Sequence[str], wanted: Sequence[str]) -> Callable[[list[str]], Sequence[str]]:
    if list(wanted) == list(names):
        return lambda cells: cells
    places = [names.index(name) for name in wanted]
    if len(places) == 1:
        return lambda cells: (cells[places[0]],)
    return itemgetter(*places)
