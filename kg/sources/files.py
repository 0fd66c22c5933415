"""Opening what users hand over: gz or not, text or not, data or a web page saved by mistake.

Every reader of a file goes through here, so that the same mistake gives the same message everywhere.
"""

from __future__ import annotations

import gzip
import re
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from kg.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE = 1 << 24
"""Bytes a line may have (16 MiB): a longer one is no table, and would not fit in memory for long."""

_GZIP = b"\x1f\x8b"
_UTF8_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_START = 4096
_CHUNK = 1 << 15
_LINE_FEED = 10
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_BEFORE_HTML = re.compile(rb"(?:\s+|<!--.*?-->|<\?.*?\?>)+", re.DOTALL)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|style|div|center|table|pre|p|h[1-6])[\s>]", re.IGNORECASE
)
_BINARY = (
    (b"PK\x03\x04", "a zip archive"), (b"%PDF", "a PDF"), (b"SQLite format 3", "an SQLite database"),
    (b"BZh", "a bzip2 archive"), (b"\xfd7zXZ", "an xz archive"), (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel sheet"), (b"PAR1", "a Parquet table"),
)  # fmt: skip


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
    start = stream.read(_START)
    if not start.strip() and len(start) < _START:
        raise SourceError(path, None, "is empty", "download it again")
    for mark, name in _OTHER_BOMS:
        if start.startswith(mark):
            raise SourceError(path, 1, f"is {name}", "save it as UTF-8")
    if start.count(0) > len(start) // 4:
        raise SourceError(path, 1, "is UTF-16, or no text", "save it as UTF-8")
    for mark, name in _BINARY:
        if start.startswith(mark):
            raise SourceError(path, 1, f"is {name}, not text", "unpack or export it as text first")
    text = start.removeprefix(_UTF8_BOM)
    before = _BEFORE_HTML.match(text)
    if _HTML.match(text, before.end() if before else 0):
        raise SourceError(path, 1, "is a web page (HTML), not data", "download the data file itself")
    stream.seek(len(start) - len(text))


class Chunk(NamedTuple):
    """Some lines of a file, without their ends; ``first`` is the number of the first of them, counted from 1."""

    first: int
    lines: list[str]
    controls: bool
    """Whether a control character stands somewhere in the lines: a look at each line alone would cost more."""


def read_chunks(path: str | Path, *, encoding: str = "utf-8") -> Iterator[Chunk]:
    """Yield the lines of a text file, a hundred or so at a time; parameters and errors are those of `read_lines`."""
    with open_bytes(path) as stream:
        line, offset = 1, stream.tell()
        while raw := stream.read(_CHUNK):
            if raw[-1] != _LINE_FEED:
                raw += stream.readline(LONGEST_LINE)
            parts = raw.removesuffix(b"\n").split(b"\n")
            if len(parts[-1]) >= LONGEST_LINE:
                what = "has a line of more than 16 MiB"
                raise SourceError(path, line + len(parts) - 1, what, "is this the right file?")
            yield Chunk(
                line,
                _decoded(path, line, offset, raw, parts, encoding),
                len(raw.translate(None, _CONTROLS)) < len(raw),
            )
            line += len(parts)
            offset += len(raw)


def _decoded(path: str | Path, line: int, offset: int, raw: bytes, parts: list[bytes], encoding: str) -> list[str]:
    try:
        lines = [part.decode(encoding) for part in parts]  # each alone: a wide character makes only its own line wide
    except UnicodeDecodeError:
        raise _not_encoded(path, line, offset, raw, encoding) from None
    return [text.rstrip("\r") for text in lines] if b"\r" in raw else lines


def read_lines(path: str | Path, *, encoding: str = "utf-8") -> Iterator[str]:
    r"""Yield the lines of a text file without their ends; memory is flat.

    Parameters
    ----------
    path
        A file, gzip or not.
    encoding
        Its encoding, one that writes a line feed as one byte; a byte order mark of UTF-8 is dropped.

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
    ['a\tb', '1\t2']
    """
    for chunk in read_chunks(path, encoding=encoding):
        yield from chunk.lines


def _not_encoded(path: str | Path, line: int, offset: int, raw: bytes, encoding: str) -> SourceError:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as error:
        line += raw.count(b"\n", 0, error.start)
        what = f"byte 0x{raw[error.start]:02x} at offset {offset + error.start} is not {error.encoding.upper()}"
    return SourceError(path, line, what, "convert the file to UTF-8")
