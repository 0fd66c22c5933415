"""Keeping the state up to date with PubMed.

Each query is asked for what is new (``crdt``) and what has changed (``mdat``) since the last day
that was over everywhere when the run began, three days earlier than that to be sure. Then a sweep
looks for retractions of any stored paper, and once a month every stored PMID is asked whether it
exists: a deletion, or one that was taken back, shows nowhere else in the E-utilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from kg.errors import RemoteError
from kg.model import Status
from kg.sources.pubmed.eutils import BATCH, batches
from kg.sources.pubmed.harvest import harvest, put, sighting, store
from kg.sources.pubmed.sightings import EUTILS, Sighting
from kg.sources.pubmed.state import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg.model import Refusal
    from kg.sources.pubmed.eutils import Eutils
    from kg.sources.pubmed.state import State

OVERLAP = timedelta(days=3)
RECHECK = timedelta(days=30)
FEW, SHARE = 3, 0.02
"""More deletions at once than both of these, in number and as a share of what was asked, are not believed: NLM
deletes fewer than one record in ten thousand a month."""
RETRACTED = '"retracted publication"[pt]'
NOTICES = '("retraction notice"[pt] OR "retraction of publication"[pt])'


class ImplausibleError(RemoteError):
    """The service denies so many records at once that it is more likely out of order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A paper whose standing is another than before; ``before`` is None for a new one."""

    pmid: str
    before: Status | None
    after: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync brought.

    Parameters
    ----------
    asked, stored
        PMIDs that came up in the queries, and records stored of them.
    missing
        PMIDs that came up and were not given.
    deleted
        Stored PMIDs that PubMed no longer has.
    doubts
        What the service said and was not believed.
    changes
        Papers that are retracted, suspected, under concern, deleted ... and were not before.
    """

    asked: int = 0
    stored: int = 0
    missing: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    changes: tuple[StatusChange, ...] = ()


def final_day(moment: datetime) -> date:
    """The last day that is over everywhere on Earth (UTC-12).

    >>> final_day(datetime(2026, 3, 10, 11, 59, tzinfo=UTC)), final_day(datetime(2026, 3, 10, 12, 0, tzinfo=UTC))
    (datetime.date(2026, 3, 8), datetime.date(2026, 3, 9))
    """
    return (moment.astimezone(UTC) - timedelta(hours=12)).date() - timedelta(days=1)


def window(term: str, since: date | None, fields: Iterable[str] = ("crdt", "mdat")) -> str:
    """Narrow a query to what was created or modified since a day.

    >>> window("CML", date(2026, 3, 8))
    '(CML) AND ("2026/03/08"[crdt] : "3000"[crdt] OR "2026/03/08"[mdat] : "3000"[mdat])'
    >>> window("CML", None)
    'CML'
    """
    if since is None:
        return term
    ranges = (f'"{since:%Y/%m/%d}"[{name}] : "3000"[{name}]' for name in fields)
    return f"({term}) AND ({' OR '.join(ranges)})"


def sync(
    client: Eutils,
    state: State,
    queries: Mapping[str, str],
    *,
    workers: int = 3,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[int, int | None], None] | None = None,
) -> SyncReport:
    """Bring the state up to date for some queries.

    Parameters
    ----------
    queries
        Name to query. What is remembered of a query hangs on its text: a changed one starts anew.

    Raises
    ------
    RemoteError
        The service failed for good; what came is stored, and the next call goes on from there.
    """
    before = state.statuses()
    asked, stored = 0, 0
    missing: list[str] = []
    refusals: list[Refusal] = []
    for _ in store(client, state, state.absent_since(), workers=workers):  # what did not come before may come now
        pass
    for term in dict.fromkeys(queries.values()):
        key = sha256(term.encode()).hexdigest()[:16]
        since, final = _since(state, f"since:{key}"), _final(state, f"until:{key}", clock)
        brought = harvest(client, state, window(term, since), workers=workers, progress=progress)
        with state.transaction():
            state.set_mark(f"since:{key}", final)
            state.drop_mark(f"until:{key}")
        asked, stored = asked + brought.asked, stored + brought.stored
        missing += brought.missing
        refusals += brought.refusals
    sweep_retractions(client, state, clock=clock, first=not before)
    deleted, doubts = tuple[str, ...](), tuple[str, ...]()
    try:
        deleted = recheck(client, state, clock=clock)
    except ImplausibleError as error:
        doubts = (str(error),)
    return SyncReport(
        asked=asked,
        stored=stored,
        missing=tuple(dict.fromkeys(missing)),
        deleted=deleted,
        doubts=doubts,
        refusals=tuple(refusals),
        changes=changes(before, state.statuses()),
    )


def _final(state: State, mark: str, clock: Callable[[], datetime]) -> str:
    """The day up to which a run brings everything: told by the day it began, even when it is gone on with later.

    What it fetched before an interruption it does not fetch again, so nothing later than that is certain.
    """
    final = state.mark(mark)
    if final is None:
        final = final_day(clock()).isoformat()
        with state.transaction():
            state.set_mark(mark, final)
    return final


def changes(before: Mapping[str, Status], after: Mapping[str, Status]) -> tuple[StatusChange, ...]:
    """Papers whose standing changed, and new ones that do not simply stand.

    >>> from kg.model import Status
    >>> [c.pmid for c in changes({"1": Status.CURRENT}, {"1": Status.RETRACTED, "2": Status.CURRENT})]
    ['1']
    """
    return tuple(
        StatusChange(pmid=pmid, before=before.get(pmid), after=status)
        for pmid, status in after.items()
        if before.get(pmid) != status and not (pmid not in before and status == "current")
    )


def sweep_retractions(
    client: Eutils, state: State, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC), first: bool = False
) -> tuple[str, ...]:
    """Fetch again the stored papers that were retracted since the last sweep, and new notices about them.

    A notice can come before its paper is issued again: the paper is retracted from then on.

    Parameters
    ----------
    first
        True for a state just filled: its records are fresh, only the day is noted.

    Returns
    -------
    tuple
        PMIDs of stored papers that are retracted or named by a notice.
    """
    since, final = _since(state, "since:retractions"), final_day(clock())
    known, hit = set(state.followed()), list[str]()
    if not first:
        term = window(RETRACTED, since, ("mdat",))
        hit = [pmid for part in client.parts(term, tell=False) for pmid in client.ids(term, part) if pmid in known]
        for _ in store(client, state, hit):
            pass
        hit += _notices(client, state, since, known)
    with state.transaction():
        state.set_mark("since:retractions", final.isoformat())
    return tuple(dict.fromkeys(hit))


def _notices(client: Eutils, state: State, since: date | None, known: set[str]) -> list[str]:
    """Store the new notices that name a stored paper; return the papers."""
    term, named = window(NOTICES, since), list[str]()
    ids = [pmid for part in client.parts(term, tell=False) for pmid in client.ids(term, part)]
    for batch in batches(ids, BATCH):
        stamp, about = now(), []
        for record in client.fetch(batch).records:
            targets = {link.pmid for link in record.corrections if link.type == "RetractionOf" and link.pmid}
            if targets & known:
                about.append((record.pmid, sighting(record, stamp)))
                named += sorted(targets & known)
        with state.transaction():
            state.add(about)
    return named


def recheck(
    client: Eutils, state: State, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC), force: bool = False
) -> tuple[str, ...]:
    """Ask, once in 30 days, whether every stored record still exists; bury those that do not, raise those that do.

    An error of ESummary alone buries nothing: EFetch has to miss the record too.

    Raises
    ------
    ImplausibleError
        More than `FEW` records and more than `SHARE` of all would be buried at once. None is; the next sync asks again.
    """
    today = clock().astimezone(UTC).date()
    last = state.mark("rechecked")
    if last is None and not force:  # a new state was filled from the live service just now
        with state.transaction():
            state.set_mark("rechecked", today.isoformat())
        return ()
    if last is not None and not force and today - date.fromisoformat(last) < RECHECK:
        return ()
    followed = set(state.followed())
    standing = {pmid: status for pmid, status in state.statuses().items() if pmid in followed}
    graves = [pmid for pmid, status in standing.items() if status is Status.DELETED]
    living = [pmid for pmid, status in standing.items() if status is not Status.DELETED]
    for _ in store(client, state, graves):
        pass
    gone = tuple(pmid for batch in batches(living, BATCH) for pmid in _denied(client, state, batch))
    if len(gone) > FEW and len(gone) > SHARE * len(living):
        raise ImplausibleError(
            f"PubMed denies {len(gone):,} of {len(living):,} stored records at once; none of them is taken as deleted, "
            "the next sync asks again"
        )
    with state.transaction():
        state.add((pmid, _grave(state, pmid, today)) for pmid in gone)
        state.set_mark("rechecked", today.isoformat())
    return gone


def _denied(client: Eutils, state: State, pmids: list[str]) -> tuple[str, ...]:
    """Those of some PMIDs that neither ESummary nor EFetch knows."""
    found = client.summaries(pmids)
    fetched = client.fetch([pmid for pmid in pmids if pmid not in found or found[pmid].error])
    with state.transaction():
        put(state, fetched)
    return fetched.missing


def _grave(state: State, pmid: str, today: date) -> Sighting:
    """A tombstone over every version known of a PMID."""
    record = state.current(pmid) or {}
    return Sighting(
        version=int(record.get("version", 1)),
        channel=EUTILS,
        stamp=now(),
        as_of=today.isoformat(),
    )


def _since(state: State, mark: str) -> date | None:
    value = state.mark(mark)
    return None if value is None else date.fromisoformat(value) - OVERLAP
