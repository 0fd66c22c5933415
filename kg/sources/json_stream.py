"""Objects of a JSON array one by one, without holding the file in memory."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, Final

from kg.errors import SourceError
from kg.sources.files import open_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK: Final = 1 << 18
_LONGEST: Final = 1 << 24
TOO_MUCH: Final = "JSON that is nested too deeply, or a number of thousands of digits"
_SPACE: Final = " \t\r\n,"


class _Text:
    """A window on the decoded text that grows at its end and is cut at its start."""

    def __init__(self, path: str | Path, chunks: Iterator[bytes]) -> None:
        self.path = path
        self.line = 1
        self._chunks = chunks
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._offset = 0
        self.text = ""
        self.ended = False

    def grow(self) -> bool:
        """Read on; False at the end of the file."""
        chunk = next(self._chunks, b"")
        try:
            self.text += self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            what = f"byte 0x{error.object[error.start]:02x} near offset {self._offset + error.start} is not UTF-8"
            raise SourceError(self.path, None, what, "convert the file to UTF-8") from error
        self._offset += len(chunk)
        self.ended = not chunk
        return bool(chunk)

    def cut(self, position: int) -> None:
        """Drop what was read."""
        self.line += self.text.count("\n", 0, position)
        self.text = self.text[position:]

    def skip(self) -> str:
        """Drop space and commas; the next character, or nothing at the end."""
        while True:
            rest = self.text.lstrip(_SPACE)
            self.cut(len(self.text) - len(rest))
            if self.text or not self.grow():
                return self.text[:1]


def parse_object(text: str) -> dict[str, Any] | str:
    """Parse one JSON object, or say what is wrong with the text.

    >>> parse_object('{"a": [1]}'), parse_object("[1]"), parse_object("{")
    ({'a': [1]}, 'no JSON object', 'broken JSON (Expecting property name enclosed in double quotes)')
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return f"broken JSON ({error.msg})"
    except (RecursionError, ValueError):
        return TOO_MUCH
    return value if isinstance(value, dict) else "no JSON object"


def json_objects(path: str | Path, *, key: str = "") -> Iterator[tuple[int, dict[str, Any]]]:
    r"""Yield the objects of a JSON array, with the line each starts on.

    Parameters
    ----------
    path
        A file with an array, with an object that has the array under ``key``, or with one object a line.
    key
        Name of the array in the outermost object.

    Raises
    ------
    SourceError
        The file is no such JSON, is cut short, or an element of the array is no object.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "x.json"
    ...     _ = file.write_text('{"statements": [{"a": 1},\n {"a": 2}]}')
    ...     list(json_objects(file, key="statements"))
    [(1, {'a': 1}), (2, {'a': 2})]
    """
    with open_bytes(path) as stream:
        text = _Text(path, iter(lambda: stream.read(_CHUNK), b""))
        array = _enter(text, key)
        decoder = json.JSONDecoder()
        while (start := text.skip()) and not (array and start == "]"):
            if start != "{":
                raise SourceError(path, text.line, f"{start!r} where an object should start", "is this the right file?")
            line = text.line
            value, end = _decode(decoder, text)
            yield line, value
            text.cut(end)
        if array and not text.text:
            raise SourceError(path, text.line, "the JSON array is cut short", "download it again")


def _enter(text: _Text, key: str) -> bool:
    """Move behind the bracket of the array; False when the file is one object a line."""
    start = text.skip()
    if start == "[":
        text.cut(1)
        return True
    mark = f'"{key}"'
    while key and start == "{" and mark not in text.text[:4096] and len(text.text) < 4096 and text.grow():
        pass
    place = text.text.find(mark, 0, 4096) if key else -1
    if start == "{" and place >= 0:
        bracket = text.text.find("[", place)
        if bracket < 0:
            raise SourceError(text.path, text.line, f"{key!r} is no array", "is this the right file?")
        text.cut(bracket + 1)
        return True
    if start != "{":
        raise SourceError(text.path, text.line, "is no JSON array or object", "is this the right file?")
    return False


def _decode(decoder: json.JSONDecoder, text: _Text) -> tuple[dict[str, Any], int]:
    while True:
        try:
            value, end = decoder.raw_decode(text.text)
        except json.JSONDecodeError as error:
            if len(text.text) > _LONGEST or not text.grow():
                line = text.line + text.text.count("\n", 0, error.pos)
                raise SourceError(text.path, line, f"broken JSON ({error.msg})", "download it again") from error
            continue
        except (RecursionError, ValueError) as error:
            raise SourceError(text.path, text.line, TOO_MUCH, "is this the right file?") from error
        return value, end
