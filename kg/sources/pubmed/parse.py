"""Records out of PubMed XML, one at a time, in memory that does not grow with the file.

The tree is built by the C parts of :mod:`xml.etree.ElementTree`. A wrapper element, opened by hand
in the tree builder before the first byte, holds the root; after every chunk its finished children
are read and taken off. No event passes through Python, which is a third of the time of ``iterparse``.
"""

from __future__ import annotations

import gc
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from kg.errors import SourceError
from kg.model import Refusal
from kg.sources.pubmed.article import article, pmid_of
from kg.sources.pubmed.book import book_article
from kg.sources.pubmed.guard import DEFAULT, Limits, Prologue, chunks, stream_chunks
from kg.sources.pubmed.record import Article, Deletion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

PubmedRecord = Article | Deletion | Refusal
"""What a PubMed file yields."""

_READERS = {
    "PubmedArticle": article,
    "MedlineCitation": article,
    "PubmedBookArticle": book_article,
    "BookDocument": book_article,
}


def parse_file(
    path: Path | str, *, limits: Limits = DEFAULT, watch: Callable[[int], object] | None = None
) -> Iterator[PubmedRecord]:
    """Read a PubMed XML file, plain or gzipped: bulk file or answer of EFetch.

    Records come in file order, tombstones (DeleteCitation) last, as in the file. A record that
    cannot be read is yielded as a :class:`~kg.model.Refusal`. ``watch`` is called now and then with
    the bytes of the file read so far.

    Raises
    ------
    SourceError
        The file is not well-formed PubMed XML or passes a limit. The message names the place and
        the PMID it stands near; records before the place have been yielded.
    """
    return parse_chunks(chunks(path, limits=limits, watch=watch), str(path), limits=limits)


def parse_bytes(data: bytes, name: str = "answer", *, limits: Limits = DEFAULT) -> Iterator[PubmedRecord]:
    """Read PubMed XML held in memory; see :func:`parse_file`."""
    return parse_chunks(stream_chunks(io.BytesIO(data), name, limits=limits), name, limits=limits)


def parse_chunks(source: Iterable[bytes], name: str, *, limits: Limits = DEFAULT) -> Iterator[PubmedRecord]:
    """Read PubMed XML that comes in pieces; see :func:`parse_file`."""
    cutter = _Cutter(name, limits)
    try:
        for chunk in source:
            with collector_paused():
                records = cutter.feed(chunk)
            yield from records
        records = cutter.close()
    except SourceError as error:
        place = cutter.near()
        yield from cutter.finished()
        raise SourceError(error.file or name, error.line, error.what + place, error.hint) from error
    yield from records


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cycle collector off while one chunk is read.

    Trees and records hold no cycles and are freed by reference counts, yet their number sets the
    collector off again and again: a third of the time went there.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Cutter:
    """Cuts a stream of XML into the children of its root, and holds it to the limits."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name, self._limits = name, limits
        builder = TreeBuilder()
        self._wrapper = builder.start("wrapper", {})
        self._parser = XMLParser(target=builder)  # noqa: S314 - guarded by Prologue and the limits
        self._prologue = Prologue(name, limits=limits)
        self._last, self._since, self._count, self._fed = "", 0, 0, 0

    def feed(self, chunk: bytes) -> list[PubmedRecord]:
        """Take the next bytes; return the records they complete."""
        self._fed += len(chunk)
        ready = chunk if self._prologue.done else self._prologue.look(chunk)
        with self._parse_errors():
            self._parser.feed(ready)
        self._check_depth()
        records = self.finished()
        self._since = len(chunk) if records else self._since + len(chunk)
        if self._since > self._limits.record:
            what = f"a record of more than {self._limits.record:,} bytes near byte {self._fed:,} of the XML"
            raise SourceError(self._name, None, what, "refused as a bomb")
        return records

    def close(self) -> list[PubmedRecord]:
        """Say that the bytes are at their end; return the last records."""
        with self._parse_errors():
            self._parser.feed(self._prologue.rest())
            self._parser.close()
        return self.finished(closed=True)

    def finished(self, *, closed: bool = False) -> list[PubmedRecord]:
        """Read and take off the complete children of the root: all but the last, which may be open."""
        if not len(self._wrapper):
            return []
        root = self._wrapper[0]
        done = root[: len(root) if closed else len(root) - 1]
        if not done:
            return []
        del root[: len(done)]
        records = [
            record
            for number, element in enumerate(done, start=self._count + 1)
            for record in _read(element, self._name, number)
        ]
        self._count += len(done)
        self._last = _pmid(done[-1]) or self._last
        return records

    def near(self) -> str:
        """Say which record the trouble is in, or after which."""
        root = self._wrapper[0] if len(self._wrapper) else None
        pmid = _pmid(root[-1]) if root is not None and len(root) else ""
        if pmid:
            return f", in or after the record of PMID {pmid}"
        return f", after the record of PMID {self._last}" if self._last else ""

    @contextmanager
    def _parse_errors(self) -> Iterator[None]:
        try:
            yield
        except ParseError as error:
            line, column = error.position
            reason = str(error).partition(":")[0]
            raise SourceError(self._name, line, f"not well-formed XML in column {column + 1}: {reason}") from error

    def _check_depth(self) -> None:
        """Follow the last children down: every element still open is on that line."""
        element, depth = self._wrapper, 0
        while len(element):
            element, depth = element[-1], depth + 1
            if depth > self._limits.depth:
                what = f"elements nested deeper than {self._limits.depth} levels near byte {self._fed:,} of the XML"
                raise SourceError(self._name, None, what, "refused as a bomb")


def _read(element: Element, name: str, count: int) -> Iterator[PubmedRecord]:
    reader = _READERS.get(element.tag)
    try:
        if reader is not None:
            yield reader(element)
        elif element.tag in ("DeleteCitation", "DeleteDocument"):
            for place, child in enumerate(element, start=1):
                yield _deletion(child, name, f"record {count}, deletion {place}")
        else:
            raise SourceError(None, None, f"an unknown element <{element.tag}>")
    except SourceError as error:
        pmid = _pmid(element)
        yield _refusal(error, name, f"record {count}" + (f", PMID {pmid}" if pmid else ""), pmid)


def _deletion(element: Element, name: str, place: str) -> Deletion | Refusal:
    try:
        return Deletion(*pmid_of(element))
    except SourceError as error:
        return _refusal(error, name, place)


def _refusal(error: SourceError, name: str, place: str, pmid: str = "") -> Refusal:
    record = f"PMID:{int(pmid)}" if pmid.isascii() and pmid.isdecimal() and int(pmid) else ""
    what = f"{place}: {error.what}"
    return Refusal(source="pubmed", file=name, line=None, what=what, hint=error.hint, record=record)


def _pmid(record: Element) -> str:
    """PMID of a record as far as it has been read."""
    inner = record[0] if len(record) and record[0].tag in ("MedlineCitation", "BookDocument") else record
    found = inner.find("PMID")
    return ((found.text if found is not None else "") or "").strip()[:20]
