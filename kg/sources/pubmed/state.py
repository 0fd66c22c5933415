"""What is known of PubMed here: sightings, jobs, windows and files, in one SQLite database.

Records and the note that they are fetched are written in one transaction: a process killed at any
moment leaves either both or neither, and the next run goes on from there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.model import Publication, Status
from kg.notices import NOTICES, noticed
from kg.sources.pubmed.publication import abstract_text, publication
from kg.sources.pubmed.sightings import Sighting, outdoes, verdict
from kg.sources.state_file import StateFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

STATE = "pubmed.sqlite"
"""Name of the state in the folder of a store."""
_SCHEMA = """
CREATE TABLE sighting (
    pmid INTEGER NOT NULL, version INTEGER NOT NULL, channel TEXT NOT NULL, deleted INTEGER NOT NULL,
    stamp TEXT NOT NULL, as_of TEXT NOT NULL, revised TEXT NOT NULL, record TEXT,
    PRIMARY KEY (pmid, channel, deleted, version, stamp, as_of)) WITHOUT ROWID;
CREATE TABLE job (
    query TEXT NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,
    expected INTEGER NOT NULL, got INTEGER NOT NULL, done_at TEXT NOT NULL,
    PRIMARY KEY (query, low, high)) WITHOUT ROWID;
CREATE TABLE absent (pmid INTEGER PRIMARY KEY, seen_at TEXT NOT NULL);
CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, records INTEGER NOT NULL, kept INTEGER NOT NULL,
    deletions INTEGER NOT NULL, done_at TEXT NOT NULL, error TEXT,
    path TEXT NOT NULL, as_of TEXT NOT NULL, unmet BLOB) WITHOUT ROWID;
CREATE TABLE asked (
    id TEXT PRIMARY KEY, doi TEXT NOT NULL, pmcid TEXT NOT NULL, pmid INTEGER, reason TEXT NOT NULL,
    day TEXT NOT NULL) WITHOUT ROWID;
"""
_COLUMNS = "pmid, version, channel, deleted, stamp, as_of, revised, record"
_SIGHTINGS = "SELECT version, channel, stamp, as_of, revised, deleted FROM sighting WHERE pmid = ?"
_DROP = "DELETE FROM sighting WHERE (pmid, channel, deleted, version, stamp, as_of) = (?, ?, ?, ?, ?, ?)"
_NOTICES = " OR ".join(f"instr(record, '\"{kind}\"')" for kind in NOTICES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was found when a paper without a PMID was asked for.

    Parameters
    ----------
    pmid
        Its PMID; None while there is none.
    reason
        Why there is none.
    day
        ISO day on which it was asked.
    """

    pmid: str | None
    reason: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredFile:
    """A file that was read through a filter.

    Parameters
    ----------
    path
        Where it was then.
    as_of
        ISO day it speaks for.
    unmet
        What the filter left out, packed (:mod:`kg.sources.pubmed.unmet`).
    """

    name: str
    path: Path
    as_of: str
    unmet: bytes


def now() -> str:
    """Time of day in UTC, ISO form to the microsecond; sorts as text."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class State(StateFile):
    """The local bibliographic state of PubMed.

    Parameters
    ----------
    path
        The SQLite file; made when absent. ``:memory:`` keeps nothing.

    Examples
    --------
    >>> with State(":memory:") as state:
    ...     sighting = Sighting(version=1, channel="bulk", stamp="1", as_of="2021-06-01")
    ...     with state.transaction():
    ...         state.add([("123", sighting)])
    ...     [p.status.value for p in state.publications()]
    ['deleted']
    """

    OF = "PubMed"
    VERSION = 2
    SCHEMA = _SCHEMA

    def add(self, sightings: Iterable[tuple[str, Sighting]]) -> None:
        """Add sightings by PMID; one that another makes superfluous changes nothing, and one it makes so goes."""
        for pmid, sighting in sightings:
            known = [one for one in self.sightings(pmid) if one.channel == sighting.channel]
            if any(outdoes(one, sighting) for one in known):
                continue
            for one in known:
                if outdoes(sighting, one):
                    key = (int(pmid), one.channel, one.record is None, one.version, one.stamp, one.as_of)
                    self._db.execute(_DROP, key)
            self._db.execute("INSERT INTO sighting VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _row(pmid, sighting))

    def sightings(self, pmid: str) -> list[Sighting]:
        """The sightings of a PMID that count, without what stands in their records (an empty object)."""
        return [
            Sighting(
                version=version,
                channel=channel,
                stamp=stamp,
                as_of=as_of,
                revised=revised,
                record=None if deleted else {},
            )
            for version, channel, stamp, as_of, revised, deleted in self._db.execute(_SIGHTINGS, (int(pmid),))
        ]

    def current(self, pmid: str) -> dict[str, Any] | None:
        """The JSON object that counts for a PMID; None when it was never seen."""
        for record, _ in self._verdicts("WHERE pmid = ?", (int(pmid),)):
            return record
        return None

    def publications(self, *, mentions: Callable[[str], tuple[str, ...]] | None = None) -> Iterator[Publication]:
        """Every PMID as a publication, its status as all records together tell it.

        A paper that a live retraction notice names is retracted, whether its own record says so yet or not.

        Parameters
        ----------
        mentions
            Gives the CURIEs of the entities that a text names; it is asked about each abstract.
        """
        notices = noticed(publication(record) for record, _ in self._verdicts(f"WHERE {_NOTICES}"))
        for record, revised in self._verdicts():
            said = notices.get(f"PMID:{record['pmid']}", Status.CURRENT)
            found = publication(record, revised=revised, noticed=said)
            yield found if mentions is None else replace(found, abstract_entities=mentions(abstract_text(record)))

    def statuses(self) -> dict[str, Status]:
        """Where every paper stands; see :meth:`publications`."""
        return {p.pmid: p.status for p in self.publications()}

    def pmids(self) -> list[str]:
        """Every PMID ever seen, ascending."""
        return [str(row[0]) for row in self._db.execute("SELECT DISTINCT pmid FROM sighting ORDER BY pmid")]

    def followed(self) -> list[str]:
        """Every PMID that a record is known of, ascending; the others were only seen to be deleted."""
        rows = self._db.execute("SELECT DISTINCT pmid FROM sighting WHERE deleted = 0 ORDER BY pmid")
        return [str(row[0]) for row in rows]

    def _verdicts(self, where: str = "", parameters: tuple[Any, ...] = ()) -> Iterator[tuple[dict[str, Any], str]]:
        # Each record that counts with the day it was revised.
        # A condition picks PMIDs, never single sightings: the verdict needs all of them.
        chosen = f"WHERE pmid IN (SELECT pmid FROM sighting {where})" if where else ""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM sighting {chosen} ORDER BY pmid", parameters)
        known: list[Sighting] = []
        pmid = 0
        for row in rows:
            if row[0] != pmid and known:
                yield from _judged(pmid, known)
                known = []
            pmid = row[0]
            known.append(_sighting(row))
        yield from _judged(pmid, known)

    def jobs(self, query: str) -> dict[tuple[int, int], tuple[int, int]]:
        """Finished parts of a query: (low, high) to (expected, got)."""
        rows = self._db.execute("SELECT low, high, expected, got FROM job WHERE query = ?", (query,))
        return {(low, high): (expected, got) for low, high, expected, got in rows}

    def job_done(self, query: str, low: int, high: int, *, expected: int, got: int) -> None:
        """Note that a part of a query is finished; belongs into the transaction of its records."""
        self._db.execute(
            "INSERT OR REPLACE INTO job VALUES (?, ?, ?, ?, ?, ?)", (query, low, high, expected, got, now())
        )

    def forget_jobs(self, query: str) -> None:
        """Drop the notes of a query that is finished as a whole."""
        self._db.execute("DELETE FROM job WHERE query = ?", (query,))

    def absent(self, pmids: Iterable[str]) -> None:
        """Note PMIDs that were asked for and not returned."""
        self._db.executemany("INSERT OR REPLACE INTO absent VALUES (?, ?)", ((int(p), now()) for p in pmids))

    def present(self, pmids: Iterable[str]) -> None:
        """Take PMIDs off the list of the absent."""
        self._db.executemany("DELETE FROM absent WHERE pmid = ?", ((int(p),) for p in pmids))

    def absent_since(self, moment: str = "") -> list[str]:
        """PMIDs that were asked for and not returned, since a moment."""
        rows = self._db.execute("SELECT pmid FROM absent WHERE seen_at >= ? ORDER BY pmid", (moment,))
        return [str(row[0]) for row in rows]

    def seen_since(self, moment: str) -> set[str]:
        """PMIDs the live service was asked for since a moment, those it did not return included."""
        rows = self._db.execute(
            "SELECT pmid FROM sighting WHERE channel = 'eutils' AND stamp >= ?"
            " UNION SELECT pmid FROM absent WHERE seen_at >= ?",
            (moment, moment),
        )
        return {str(row[0]) for row in rows}

    def mark(self, name: str) -> str | None:
        """A remembered value, for example how far a window has come."""
        row = self._db.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_mark(self, name: str, value: str) -> None:
        """Remember a value."""
        self._db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?)", (name, value))

    def drop_mark(self, name: str) -> None:
        """Forget a value."""
        self._db.execute("DELETE FROM mark WHERE name = ?", (name,))

    def file_done(
        self,
        name: str,
        fingerprint: str,
        *,
        records: int,
        kept: int,
        deletions: int,
        error: str | None = None,
        path: str = "",
        as_of: str = "",
        unmet: bytes | None = None,
    ) -> None:
        """Note that a file is read, or (with an error) that it is in quarantine; see `FilteredFile`."""
        row = (name, fingerprint, records, kept, deletions, now(), error, path, as_of, unmet)
        self._db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def filtered_files(self) -> Iterator[FilteredFile]:
        """The files of which a filter left something out, by name."""
        names = self._db.execute("SELECT name FROM file WHERE unmet IS NOT NULL ORDER BY name").fetchall()
        for (name,) in names:
            found = self._db.execute("SELECT path, as_of, unmet FROM file WHERE name = ?", (name,)).fetchone()
            yield FilteredFile(name=name, path=Path(found[0]), as_of=found[1], unmet=found[2])

    def set_unmet(self, name: str, unmet: bytes) -> None:
        """Note anew what a filter left out of a file."""
        self._db.execute("UPDATE file SET unmet = ? WHERE name = ?", (unmet, name))

    def set_path(self, name: str, path: str) -> None:
        """Note where a file is now."""
        self._db.execute("UPDATE file SET path = ? WHERE name = ?", (path, name))

    def file_fingerprint(self, name: str) -> str | None:
        """Fingerprint of a file that was read without error."""
        row = self._db.execute("SELECT fingerprint FROM file WHERE name = ? AND error IS NULL", (name,)).fetchone()
        return None if row is None else str(row[0])

    def quarantine(self) -> dict[str, str]:
        """Files that were refused, and why."""
        return dict(self._db.execute("SELECT name, error FROM file WHERE error IS NOT NULL ORDER BY name"))

    def note_asked(self, paper: Publication, asked: Asked) -> None:
        """Remember what was found for a paper without a PMID."""
        row = (paper.id, paper.doi, paper.pmcid, asked.pmid, asked.reason, asked.day)
        self._db.execute("INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?, ?, ?)", row)

    def asked(self) -> dict[str, Asked]:
        """What was found for papers without a PMID, by the id they had."""
        rows = self._db.execute("SELECT id, pmid, reason, day FROM asked")
        return {
            key: Asked(pmid=None if pmid is None else str(pmid), reason=reason, day=day)
            for key, pmid, reason, day in rows
        }

    def matched(self) -> Iterator[Publication]:
        """Each paper whose PMID was found, with that and the id it had: what joins the two."""
        rows = self._db.execute("SELECT id, doi, pmcid, pmid FROM asked WHERE pmid IS NOT NULL ORDER BY id")
        for key, doi, pmcid, pmid in rows:
            yield Publication(id=key, pmid=str(pmid), doi=doi, pmcid=pmcid, source="pubmed")


def state_of(folder: Path) -> State:
    """Open the bibliographic state of a store; made when absent."""
    return State(folder / STATE)


def _row(pmid: str, sighting: Sighting) -> tuple[Any, ...]:
    record = sighting.record
    text = None if record is None else json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return (
        int(pmid),
        sighting.version,
        sighting.channel,
        record is None,
        sighting.stamp,
        sighting.as_of,
        sighting.revised,
        text,
    )


def _sighting(row: tuple[Any, ...]) -> Sighting:
    _, version, channel, deleted, stamp, as_of, revised, record = row
    return Sighting(
        version=version,
        channel=channel,
        stamp=stamp,
        as_of=as_of,
        revised=revised,
        record=None if deleted else json.loads(record),
    )


def _judged(pmid: int, known: list[Sighting]) -> Iterator[tuple[dict[str, Any], str]]:
    counted = verdict(known)
    if counted is not None:
        yield {"pmid": str(pmid), **(counted.record or {})}, counted.revised
