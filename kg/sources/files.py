"""Opening what users hand over: gz or not, text or not, data or a web page saved by mistake.

Every reader of a file goes through here, so that the same mistake gives the same message everywhere.
"""

from __future__ import annotations

import gzip
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from kg.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE = 1 << 24
"""Bytes a line may have (16 MiB): a longer one is no table, and would not fit in memory for long."""

_GZIP = b"\x1f\x8b"
_UTF8_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body")
_BINARY = ((b"PK\x03\x04", "a zip archive"), (b"%PDF", "a PDF"), (b"SQLite format 3", "an SQLite database"))


@contextmanager
def open_bytes(path: str | Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, unpacked if it is gzip, refusing web pages, archives and UTF-16.

    A gzip file is known by its first bytes, not by its name; a name in ``.gz`` without them is an error.

    Parameters
    ----------
    path
        The file.

    Yields
    ------
    IO[bytes]
        A binary stream that stands before the first byte of data (after a UTF-8 byte order mark).

    Raises
    ------
    SourceError
        The file is missing, empty, not what its name says, an HTML page, an archive, UTF-16, or a damaged gzip.
    """
    path = Path(path)
    try:
        raw = path.open("rb")
    except OSError as error:
        raise SourceError(path, None, f"cannot be opened ({error.strerror})", "check the path") from error
    with raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        if path.suffix == ".gz" and not packed:
            raise SourceError(path, None, "is named .gz but is not gzip", "download it again, or rename it")
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw) if packed else raw)
        try:
            _check_start(path, stream)
            yield stream
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(path, None, f"is a damaged gzip file ({error})", "download it again") from error


def _check_start(path: Path, stream: IO[bytes]) -> None:
    start = stream.read(512)
    if not start:
        raise SourceError(path, None, "is empty", "download it again")
    for mark, name in _OTHER_BOMS:
        if start.startswith(mark):
            raise SourceError(path, 1, f"is {name}", "save it as UTF-8")
    for mark, name in _BINARY:
        if start.startswith(mark):
            raise SourceError(path, 1, f"is {name}, not text", "unpack or export it as text first")
    if start.lstrip(_UTF8_BOM + b" \t\r\n").lower().startswith(_HTML):
        raise SourceError(path, 1, "is a web page (HTML), not data", "download the data file itself")
    stream.seek(len(_UTF8_BOM) if start.startswith(_UTF8_BOM) else 0)


def read_lines(path: str | Path, *, encoding: str = "utf-8") -> Iterator[str]:
    r"""Yield the lines of a text file with their line ends; memory is flat.

    Parameters
    ----------
    path
        A file, gzip or not.
    encoding
        Its encoding; a byte order mark of UTF-8 is dropped.

    Raises
    ------
    SourceError
        As `open_bytes`; a byte that is not of the encoding (named by line and offset in the file, counted from 0
        in the unpacked data); a line of more than `LONGEST_LINE` bytes.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "x.tsv"
    ...     _ = file.write_bytes(b"\xef\xbb\xbfa\tb\r\n1\t2")
    ...     list(read_lines(file))
    ['a\tb\r\n', '1\t2']
    """
    with open_bytes(path) as stream:
        offset = stream.tell()
        for number, raw in enumerate(iter(partial(stream.readline, LONGEST_LINE), b""), 1):
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError as error:
                raise _not_encoded(path, number, offset, raw, error) from error
            if len(raw) == LONGEST_LINE and raw[-1] != 10:
                raise SourceError(path, number, "has a line of more than 16 MiB", "is this the right file?")
            offset += len(raw)
            yield text


def _not_encoded(path: str | Path, line: int, offset: int, raw: bytes, error: UnicodeDecodeError) -> SourceError:
    what = f"byte 0x{raw[error.start]:02x} at offset {offset + error.start} is not {error.encoding.upper()}"
    return SourceError(path, line, what, "convert the file to UTF-8")
