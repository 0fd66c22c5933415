"""The E-utilities as functions: search, post, fetch, summaries, links, citation matching."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from kg.errors import RemoteError, SourceError
from kg.model import Refusal
from kg.sources.pubmed import answers
from kg.sources.pubmed.http import HistoryLostError, Http, Settings
from kg.sources.pubmed.parse import parse_bytes
from kg.sources.pubmed.record import Deletion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from kg.sources.pubmed.answers import History, Search, Summary
    from kg.sources.pubmed.record import Article

_log = logging.getLogger(__name__)
T = TypeVar("T")
WALL = 9_999
"""Hits PubMed shows of any one search."""
BATCH = 200
HIGHEST = 1 << 26
"""A PMID that is not reached before 2040; searches above it are made too, in one piece."""

LINKS = {"cited_by": "pubmed_pubmed_citedin", "references": "pubmed_pubmed_refs", "similar": "pubmed_pubmed"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of the ids asked for.

    Parameters
    ----------
    records
        Records that came and were read.
    missing
        PMIDs that did not come.
    refused, refusals
        PMIDs whose record came and could not be read, and why.
    """

    records: tuple[Article, ...]
    missing: tuple[str, ...]
    refused: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A range of PMIDs in which a query has few enough hits to be listed."""

    low: int
    high: int
    count: int


class Eutils:
    """A client of the E-utilities for PubMed.

    Every method raises RemoteError when the service fails for good.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._http = Http(settings)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Eutils:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def search(self, term: str, *, start: int = 0, limit: int = 20, history: bool = False) -> Search:
        """Search (ESearch); newest first.

        Parameters
        ----------
        start, limit
            The page of hits: from the ``start``-th, at most ``limit``; never past hit 9,999.
        history
            Keep the hits on the history server.
        """
        form = {"db": "pubmed", "term": term, "retmode": "xml", "retstart": start, "retmax": limit}
        return self._http.call("esearch.fcgi", form | ({"usehistory": "y"} if history else {}), answers.search)

    def post(self, pmids: Iterable[str]) -> History:
        """Put ids on the history server (EPost)."""
        return self._http.call("epost.fcgi", {"db": "pubmed", "id": ",".join(pmids)}, answers.posted)

    def fetch(self, pmids: Sequence[str]) -> Fetched:
        """Fetch records by id (EFetch); ids that do not come are asked for once more.

        An id that stays away is deleted, merged into another, or was never given.
        """
        wanted = list(dict.fromkeys(str(int(pmid)) for pmid in pmids))
        found: dict[str, Article] = {}
        refused: dict[str, Refusal] = {}
        for _turn in (1, 2):
            asked = [pmid for pmid in wanted if pmid not in found and pmid not in refused]
            for batch in batches(asked, BATCH):
                records, refusals = self._batch(batch)
                found |= {record.pmid: record for record in records if record.pmid in batch}
                refused |= {pmid: refusals[pmid] for pmid in batch if pmid in refusals and pmid not in found}
        return Fetched(
            records=tuple(found[pmid] for pmid in wanted if pmid in found),
            missing=tuple(pmid for pmid in wanted if pmid not in found and pmid not in refused),
            refused=tuple(refused),
            refusals=tuple(refused.values()),
        )

    def _batch(self, pmids: list[str]) -> tuple[list[Article], dict[str, Refusal]]:
        """Fetch once; a refused record that does not tell its PMID is found by asking for less at a time."""
        records, refusals = self._fetch({"id": ",".join(pmids)})
        if len(pmids) == 1:
            return records, dict.fromkeys(pmids, refusals[0]) if refusals else {}
        if all(refusal.record for refusal in refusals):
            return records, {refusal.record.removeprefix("PMID:"): refusal for refusal in refusals}
        middle = len(pmids) // 2
        first, second = self._batch(pmids[:middle]), self._batch(pmids[middle:])
        return first[0] + second[0], first[1] | second[1]

    def stream(self, term: str, *, size: int = BATCH) -> Iterator[Article]:
        """Records of a query page by page from the history server; at most its first 9,999 hits.

        A history that is lost on the way is made again, and must count the same hits.

        Raises
        ------
        RemoteError
            The query has other hits than before, or a page does not come whole.
        """
        found = self.search(term, limit=0, history=True)
        start = 0
        while start < min(found.count, WALL):
            limit = min(size, WALL - start, found.count - start)
            which: dict[str, str | int] = {
                "WebEnv": found.webenv,
                "query_key": found.query_key,
                "retstart": start,
                "retmax": limit,
            }
            try:
                records, refusals = self._fetch(which)
            except HistoryLostError:
                again = self.search(term, limit=0, history=True)
                if again.count != found.count:
                    raise RemoteError(f"the query had {found.count:,} hits and now has {again.count:,}") from None
                found = again
                continue
            if len(records) + len(refusals) < limit:
                raise RemoteError(f"EFetch gave {len(records)} of {limit} records; try again later")
            yield from records
            start += limit

    def _fetch(self, which: Mapping[str, str | int]) -> tuple[list[Article], list[Refusal]]:
        form: dict[str, str | int] = {"db": "pubmed", "retmode": "xml"}
        try:
            return self._http.call("efetch.fcgi", form | dict(which), _records)
        except RemoteError as error:
            if "ID list is empty" in str(error):  # none of them exists
                return [], []
            raise

    def summaries(self, pmids: Sequence[str]) -> dict[str, Summary]:
        """Short records by id (ESummary 2.0); an id without a record has its ``error``."""
        found: dict[str, Summary] = {}
        for batch in batches(list(pmids), BATCH):
            form = {"db": "pubmed", "id": ",".join(batch), "version": "2.0", "retmode": "xml"}
            found |= self._http.call("esummary.fcgi", form, answers.summaries)
        return found

    def links(self, pmids: Sequence[str], kind: str) -> dict[str, tuple[str, ...]]:
        """Papers linked with each id (ELink).

        Parameters
        ----------
        kind
            ``cited_by``, ``references`` or ``similar``.
        """
        name = LINKS[kind]
        found: dict[str, tuple[str, ...]] = dict.fromkeys(pmids, ())
        for batch in batches(list(pmids), BATCH):
            # One id parameter each: a list in one parameter would answer for all of them together.
            form = {"dbfrom": "pubmed", "db": "pubmed", "linkname": name, "id": batch, "retmode": "xml"}
            answer = self._http.call("elink.fcgi", form, answers.links)
            found |= {pmid: named.get(name, ()) for pmid, named in answer.items() if pmid in found}
        return found

    def match(self, citations: dict[str, tuple[str, str, str, str, str]]) -> dict[str, str]:
        """Match citations (ECitMatch): key to (journal, year, volume, first page, author).

        Returns
        -------
        dict
            Key to PMID, only where exactly one paper matched. The service weighs fields and can
            answer with a paper of another author or year: compare before trusting it.
        """
        found: dict[str, str] = {}
        for batch in batches(list(citations), 100):
            lines = "\r".join("|".join((*citations[key], key, "")) for key in batch)
            text = self._http.call("ecitmatch.cgi", {"db": "pubmed", "retmode": "xml", "bdata": lines}, _matches)
            found |= {key: pmid for key, pmid in text.items() if key in citations}
        return found

    def parts(self, term: str, *, tell: bool = True) -> Iterator[Part]:
        """Cut a query into ranges of PMIDs with at most 9,999 hits each: disjoint and complete.

        Halving the range of PMIDs is EDirect's way. Dates would not do: 1 January holds up to
        315,282 records, for every record known only by its year is filed there.

        Parameters
        ----------
        tell
            Log what PubMed does not understand of the query.

        Raises
        ------
        RemoteError
            The parts do not add up to the whole.
        """
        whole = self.search(term, limit=0)
        for said in whole.not_understood if tell else ():
            _log.warning("PubMed says of the query %s: %s", term, said)
        total = whole.count
        if total <= WALL:
            yield Part(1, HIGHEST * 32, total)
            return
        found = 0
        for part in self._halves(term, 1, HIGHEST):
            found += part.count
            yield part
        if found < total:
            for part in self._halves(term, HIGHEST + 1, HIGHEST * 32):
                found += part.count
                yield part
        if found < total:
            raise RemoteError(f"a query with {total:,} hits gave {found:,} by ranges of PMIDs; try again later")

    def _halves(self, term: str, low: int, high: int) -> Iterator[Part]:
        count = self.search(in_range(term, low, high), limit=0).count
        if count == 0:
            return
        if count <= WALL or low == high:
            yield Part(low, high, count)
            return
        middle = (low + high) // 2
        yield from self._halves(term, low, middle)
        yield from self._halves(term, middle + 1, high)

    def ids(self, term: str, part: Part) -> tuple[str, ...]:
        """All PMIDs of a part, ascending; one that has grown past the wall since it was counted is cut again.

        Raises
        ------
        RemoteError
            Fewer came than the service counts.
        """
        narrowed = in_range(term, part.low, part.high)
        found: dict[str, None] = {}
        count = part.count
        while len(found) < count:
            page = self.search(narrowed, start=len(found), limit=WALL - len(found))
            before, count = len(found), page.count
            if count > WALL:
                return self._ids_of_halves(term, part)
            found |= dict.fromkeys(page.ids)
            if len(found) == before:
                if before < count:
                    raise RemoteError(f"ESearch counts {count:,} hits and lists {before:,}; try again later")
                break
        return tuple(sorted(found, key=int))

    def _ids_of_halves(self, term: str, part: Part) -> tuple[str, ...]:
        if part.low == part.high:
            raise RemoteError(f"ESearch counts more than {WALL:,} hits of the one PMID {part.low}; try again later")
        middle = (part.low + part.high) // 2
        halves = (*self._halves(term, part.low, middle), *self._halves(term, middle + 1, part.high))
        return tuple(pmid for half in halves for pmid in self.ids(term, half))


def in_range(term: str, low: int, high: int) -> str:
    """Narrow a query to a range of PMIDs.

    >>> in_range("CML OR AML", 1, 9)
    '(CML OR AML) AND 1:9[UID]'
    """
    return f"({term}) AND {low}:{high}[UID]"


def batches(items: Sequence[T], size: int) -> Iterator[list[T]]:
    """Cut a sequence into pieces of at most a size.

    >>> list(batches(["a", "b", "c"], 2))
    [['a', 'b'], ['c']]
    """
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def _records(body: bytes) -> tuple[list[Article], list[Refusal]]:
    records: list[Article] = []
    refusals: list[Refusal] = []
    for record in parse_bytes(body, "answer of EFetch"):
        if isinstance(record, Refusal):
            refusals.append(record)
        elif not isinstance(record, Deletion):
            records.append(record)
    return records, refusals


def _matches(body: bytes) -> dict[str, str]:
    """Read lines ``journal|year|volume|page|author|key|answer``; only a bare PMID is a match."""
    found = {}
    for line in body.decode("utf-8", "replace").splitlines():
        fields = line.rstrip().split("|")
        if len(fields) < 7:
            if line.strip():
                raise SourceError(None, None, f"an answer of ECitMatch with {len(fields)} fields")
            continue
        if fields[-1].strip().isdecimal():
            found[fields[-2]] = fields[-1].strip()
    return found
