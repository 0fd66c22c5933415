"""All records of a query, or of a list of PMIDs, into the state: complete, resumable, counted.

A part of a query is done when every PMID it listed is stored or noted as missing, and the note of
that is written after them. A run that is killed goes on with the parts not noted, and leaves out
what it has stored since it began.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from kg.errors import RemoteError
from kg.sources.pubmed.eutils import BATCH, batches
from kg.sources.pubmed.json_form import to_json
from kg.sources.pubmed.sightings import EUTILS, Sighting
from kg.sources.pubmed.state import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence, Set

    from kg.model import Refusal
    from kg.sources.pubmed.eutils import Eutils, Fetched
    from kg.sources.pubmed.record import Article
    from kg.sources.pubmed.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What a harvest brought.

    Parameters
    ----------
    asked, stored
        PMIDs the query (or list) had, and how many of them are now in the state; those of an
        interrupted run that this one went on with are counted in.
    missing
        PMIDs that did not come: deleted, merged, or never given.
    """

    asked: int
    stored: int
    missing: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def harvest(
    client: Eutils,
    state: State,
    term: str,
    *,
    workers: int = 3,
    progress: Callable[[int, int | None], None] | None = None,
) -> Harvest:
    """Fetch every record a query has into the state.

    Parameters
    ----------
    workers
        Fetches under way at the same time; the spacing of requests holds for all of them together.
    progress
        Called with the records done and the hits of the query.

    Raises
    ------
    RemoteError
        The service failed for good, or its counts do not agree. What came stays stored.
    """
    key = sha256(term.encode()).hexdigest()[:16]
    begun = _begun(state, f"run:{key}")
    parts = list(client.parts(term))
    done, total = state.jobs(key), sum(part.count for part in parts)
    ready = 0
    refused: set[str] = set()
    refusals: list[Refusal] = []
    for part in parts:
        if (part.low, part.high) not in done:
            ids = client.ids(term, part)
            seen = state.seen_since(begun)
            left = [pmid for pmid in ids if pmid not in seen]
            ready += len(ids) - len(left)
            for fetched in store(client, state, left, workers=workers):
                refused.update(fetched.refused)
                refusals += fetched.refusals
                ready += len(fetched.records) + len(fetched.missing) + len(fetched.refused)
                if progress is not None:
                    progress(ready, total)
            _note(state, key, part.low, part.high, ids, begun, refused)
        else:
            ready += part.count
    jobs = [counts for where, counts in state.jobs(key).items() if where in {(p.low, p.high) for p in parts}]
    missing = tuple(state.absent_since(begun))
    with state.transaction():
        state.forget_jobs(key)
        state.drop_mark(f"run:{key}")
    return Harvest(
        asked=sum(expected for expected, _ in jobs),
        stored=sum(got for _, got in jobs),
        missing=missing,
        refusals=tuple(refusals),
    )


def store(client: Eutils, state: State, pmids: Sequence[str], *, workers: int = 3) -> Iterator[Fetched]:
    """Fetch records by PMID into the state, a batch a transaction; yields each batch once stored."""
    with ThreadPoolExecutor(workers) as pool:
        try:
            for fetched in pool.map(client.fetch, batches(pmids, BATCH)):
                with state.transaction():
                    put(state, fetched)
                yield fetched
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def put(state: State, fetched: Fetched) -> None:
    """Write what a fetch brought; belongs into a transaction."""
    stamp = now()
    state.add((record.pmid, sighting(record, stamp)) for record in fetched.records)
    state.present(record.pmid for record in fetched.records)
    state.absent(fetched.missing)


def sighting(record: Article, stamp: str) -> Sighting:
    """A record as the live service showed it at a moment (ISO, UTC)."""
    return Sighting(
        version=record.version,
        channel=EUTILS,
        stamp=stamp,
        as_of=stamp[:10],
        revised=record.revised or "",
        record=to_json(record),
    )


def _begun(state: State, mark: str) -> str:
    begun = state.mark(mark)
    if begun is None:
        begun = now()
        with state.transaction():
            state.set_mark(mark, begun)
    return begun


def _note(state: State, key: str, low: int, high: int, ids: Sequence[str], begun: str, refused: Set[str]) -> None:
    """Note a part as done, if it is: asked = stored + missing + refused."""
    seen, absent = state.seen_since(begun), set(state.absent_since(begun)) | refused
    lost = [pmid for pmid in ids if pmid not in seen and pmid not in refused]
    if lost:
        raise RemoteError(f"{len(lost)} of {len(ids)} records were neither given nor reported missing; try again later")
    with state.transaction():
        state.job_done(key, low, high, expected=len(ids), got=sum(pmid not in absent for pmid in ids))
