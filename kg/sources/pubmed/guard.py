"""Limits on what comes in: gzip ratio and size, document type, nesting, bytes a record.

PubMed files are trusted by nobody here: a file may be cut, mislabelled or made to harm. Everything
is checked while streaming, so that memory stays bounded by the limits and not by the file.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from kg.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHUNK = 1 << 16
_READ = 1 << 14  # about one chunk once unpacked, so that little is held over and copied
_VISIBLE = re.compile(rb"[^\r\n]")
_GZIP = b"\x1f\x8b"
_ROOTS = frozenset(("PubmedArticleSet", "PubmedBookArticleSet", "BookDocumentSet", "MedlineCitationSet"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is too much.

    Parameters
    ----------
    ratio
        Bytes out for one byte in; real files have 4.7 to 10.4.
    total
        Bytes of XML in a file (real update files have about 250 MB).
    record
        Bytes of XML in one record.
    prologue
        Bytes before the root element.
    depth
        Nesting of elements; real records stay under 20.
    """

    ratio: float = 50.0
    total: int = 1 << 30
    record: int = 8 << 20
    prologue: int = 1 << 16
    depth: int = 64


DEFAULT = Limits()


def chunks(
    path: Path | str, *, limits: Limits = DEFAULT, watch: Callable[[int], object] | None = None
) -> Iterator[bytes]:
    """Stream the XML of a plain or gzipped file, told apart by their first bytes.

    Parameters
    ----------
    watch
        Called now and then with the bytes of the file read so far.

    Raises
    ------
    SourceError
        The file is missing, empty, cut, damaged, or expands past the limits.
    """
    name = str(path)
    try:
        with Path(path).open("rb") as stream:
            for chunk in stream_chunks(stream, name, limits=limits):
                yield chunk
                if watch is not None:
                    watch(stream.tell())
    except OSError as error:
        raise SourceError(name, None, f"cannot be read: {error.strerror or error}") from error


def stream_chunks(stream: IO[bytes], name: str, *, limits: Limits = DEFAULT) -> Iterator[bytes]:
    """Stream the XML of an open binary file; see :func:`chunks`."""
    first = stream.read(_READ)
    if not first:
        raise SourceError(name, None, "the file is empty", "fetch it again")
    source = _gunzip(stream, first, name, limits) if first.startswith(_GZIP) else _raw(stream, first)
    total = 0
    for chunk in source:
        total += len(chunk)
        if total > limits.total:
            raise SourceError(
                name, None, f"expands past {limits.total:,} bytes", "no PubMed file is so large; refused as a bomb"
            )
        yield chunk
    if total == 0:
        raise SourceError(name, None, "the file unpacks to nothing", "fetch it again")


def _raw(stream: IO[bytes], first: bytes) -> Iterator[bytes]:
    chunk = first
    while chunk:
        yield chunk
        chunk = stream.read(CHUNK)


def _gunzip(stream: IO[bytes], first: bytes, name: str, limits: Limits) -> Iterator[bytes]:
    read, written, data = len(first), 0, first
    unpacker = zlib.decompressobj(wbits=31)
    while data:
        try:
            chunk = unpacker.decompress(data, CHUNK)
        except zlib.error as error:
            raise SourceError(name, None, f"damaged gzip data near byte {read:,}: {error}", "fetch it again") from error
        written += len(chunk)
        if written > limits.ratio * max(read, 1 << 14):
            raise SourceError(
                name,
                None,
                f"gzip data that expands more than {limits.ratio:g} times (byte {read:,})",
                "PubMed files expand about 10 times; refused as a bomb",
            )
        if chunk:
            yield chunk
        data = unpacker.unconsumed_tail
        if unpacker.eof:
            data = unpacker.unused_data.lstrip(b"\0") or stream.read(_READ).lstrip(b"\0")
            read += 0 if unpacker.unused_data else len(data)
            if data:  # another gzip member
                unpacker = zlib.decompressobj(wbits=31)
        elif not data:
            data = stream.read(_READ)
            read += len(data)
    if not unpacker.eof:
        raise SourceError(name, None, f"gzip data ends early at byte {read:,}", "the file is cut; fetch it again")


class Prologue:
    """Looks at everything before the root element, with a parser of its own, and takes the document type out.

    Refuses a document type with an internal subset (where entities are declared), an encoding
    other than UTF-8, and a root that is not a set of PubMed records. A document type can only stand
    before the root, so what passes here cannot declare entities later.

    The document type is blanked, because expat passes over undefined entities in attributes without
    a word once a DTD outside the file is named: ``Label="A&nbsp;B"`` would read ``AB``. Without it
    every undefined entity is an error. Positions of bytes and lines stay as they were.
    """

    def __init__(self, name: str, *, limits: Limits = DEFAULT, roots: frozenset[str] = _ROOTS) -> None:
        self.done = False
        self._roots = roots
        self._name, self._limit, self._held, self._doctype_end = name, limits.prologue, bytearray(), -1
        self._parser = expat.ParserCreate()
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EndDoctypeDeclHandler = self._end_doctype
        self._parser.StartElementHandler = self._start

    def look(self, chunk: bytes) -> bytes:
        """Look at the next bytes; ``done`` turns True once the root element is met.

        Returns
        -------
        bytes
            What may be parsed: nothing until the root element is met, then all bytes so far.

        Raises
        ------
        SourceError
            What stands before the root is refused, or no root comes within the limit.
        """
        if chunk.startswith((b"\xff\xfe", b"\xfe\xff")) and not self._held:
            raise SourceError(self._name, 1, "the file is not UTF-8", "PubMed XML is UTF-8")
        self._held += chunk
        try:
            self._parser.Parse(chunk[: self._limit], False)
        except expat.ExpatError as error:
            if not self.done:  # past the root, errors belong to the real parser
                raise SourceError(self._name, error.lineno, f"not XML: {expat.ErrorString(error.code)}") from error
        if not self.done and len(self._held) >= self._limit:
            raise SourceError(self._name, None, f"no PubMed record in the first {len(self._held):,} bytes")
        return self.rest() if self.done else b""

    def rest(self) -> bytes:
        """Hand on the bytes held back, the document type blanked."""
        held, self._held = self._held, bytearray()
        if self._doctype_end >= 0:
            start, end = held.rfind(b"<!DOCTYPE", 0, self._doctype_end), held.index(b">", self._doctype_end) + 1
            held[start:end], self._doctype_end = _VISIBLE.sub(b" ", held[start:end]), -1
        return bytes(held)

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() not in ("UTF-8", "UTF8", "US-ASCII", "ASCII"):
            raise SourceError(self._name, 1, f"the file says its encoding is {encoding}", "PubMed XML is UTF-8")

    def _doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            raise SourceError(
                self._name,
                self._parser.CurrentLineNumber,
                "the document type declares something of its own",
                "PubMed files declare nothing there; refused because entities can be bombs or read files",
            )

    def _end_doctype(self) -> None:
        self._doctype_end = self._parser.CurrentByteIndex

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        if self.done:
            return
        self.done = True
        if tag.rpartition(":")[2] not in self._roots:
            raise SourceError(
                self._name,
                self._parser.CurrentLineNumber,
                f"the root element is <{tag}>",
                "expected " + " or ".join(f"<{root}>" for root in sorted(self._roots)[-2:]),
            )


def without_document_type(body: bytes, root: str) -> bytes:
    """Blank the document type of an XML answer in memory; refuse one that declares entities, and another root.

    >>> without_document_type(b"<!DOCTYPE a SYSTEM 'a.dtd'><a/>", "a").lstrip()
    b'<a/>'
    >>> without_document_type(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "a")
    Traceback (most recent call last):
    ...
    kg.errors.SourceError: answer:1: the document type declares something of its own; ...
    """
    prologue = Prologue("answer", roots=frozenset((root,)))
    return prologue.look(body[:CHUNK]) + prologue.rest() + body[CHUNK:]
