"""What is known of one PMID from all its sightings, in whatever order they came.

A record is seen in NLM's numbered files, in files without a number and through the E-utilities (three
*channels*), in several versions, and may be deleted and appear again. Each channel orders its own
sightings. The state keeps every sighting that no other makes superfluous (:func:`outdoes`), and the
verdict is made from the set of them: any order of files, and any replay, gives the same verdict.

Among live records the highest version counts; of one version, the later DateRevised; of equal dates,
within the numbered files the later file, through the E-utilities the later answer, and where nothing
tells which came later, the graver standing. A tombstone stands over every sighting of its version, and
of earlier ones, that is not surely later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from kg.sources.pubmed.files import numbered
from kg.sources.pubmed.publication import status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BULK = "bulk"
"""NLM's numbered files."""
FILES = "files"
"""Files without a number, which have no order among themselves."""
EUTILS = "eutils"
"""Answers of the E-utilities."""
_TRUST = {FILES: 0, BULK: 1, EUTILS: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One sighting of a version: a record, or a tombstone (``record`` is None).

    Parameters
    ----------
    stamp
        Order within the channel, compared as text: number of the file and position in it; time of the
        answer; without either, the standing and a digest of the record.
    as_of
        ISO day the sighting speaks for, empty when unknown; compares channels.
    revised
        The record's own DateRevised (ISO), empty when it has none.
    """

    version: int
    channel: str
    stamp: str
    as_of: str
    revised: str = ""
    record: dict[str, Any] | None = None

    @property
    def rank(self) -> tuple[int, str, str]:
        """Order among the records of one channel."""
        return self.version, self.revised, self.stamp

    def buries(self, other: Sighting) -> bool:
        """Whether this tombstone stands over the other sighting: the other is not surely later."""
        if self.version < other.version:
            return False
        if self.channel == other.channel != FILES:
            return self.stamp >= other.stamp
        if not self.as_of:
            return other.channel != EUTILS  # a live answer outlives a tombstone of no known day
        return self.as_of >= other.as_of


def outdoes(one: Sighting, other: Sighting) -> bool:
    """Whether the first sighting makes the second superfluous, whatever else will be seen.

    A record does when it counts for more and every tombstone that stands over it stands over the other;
    a tombstone, when it stands over all that the other stands over.

    >>> early = Sighting(version=1, channel=BULK, stamp="1", as_of="2026-01-01", revised="2026-01-01", record={})
    >>> late = Sighting(version=1, channel=BULK, stamp="2", as_of="2026-01-02", revised="2026-01-01", record={})
    >>> outdoes(late, early), outdoes(early, late)
    (True, False)
    """
    if one.channel != other.channel or (one.record is None) != (other.record is None):
        return False
    if one.version < other.version or one.as_of < other.as_of:
        return False
    if one.record is None:
        return one.stamp >= other.stamp and bool(one.as_of) == bool(other.as_of)
    return one.rank >= other.rank and (one.channel == FILES or one.stamp >= other.stamp)


def verdict(sightings: Sequence[Sighting]) -> Sighting | None:
    """The sighting that counts: the best live record, else the best buried one, its JSON object marked deleted.

    >>> old = Sighting(version=1, channel=BULK, stamp="21n1298:1", as_of="2021-06-01", record={"pmid": "7"})
    >>> grave = Sighting(version=1, channel=BULK, stamp="21n1299:9", as_of="2021-06-02")
    >>> verdict([old]).record, verdict([grave, old]).record
    ({'pmid': '7'}, {'pmid': '7', 'deleted': True})
    >>> verdict([]) is None
    True
    """
    graves = [s for s in sightings if s.record is None]
    records = [s for s in sightings if s.record is not None]
    if live := [s for s in records if not any(grave.buries(s) for grave in graves)]:
        return _best(live)
    if records:
        buried = _best(records)
        return replace(buried, record={**(buried.record or {}), "deleted": True})
    if not graves:
        return None
    last = max(graves, key=lambda grave: grave.version)
    return replace(last, record={"version": last.version, "deleted": True})


def _best(records: Iterable[Sighting]) -> Sighting:
    """The best record of each channel, and of these the best: of one version and date, the graver standing."""
    finalists: dict[str, Sighting] = {}
    for record in records:
        known = finalists.setdefault(record.channel, record)
        if record.rank > known.rank:
            finalists[record.channel] = record
    if len(finalists) == 1:
        return next(iter(finalists.values()))
    return max(
        finalists.values(), key=lambda s: (s.version, s.revised, status(s.record or {}).severity, _TRUST[s.channel])
    )


def channel_of(name: str) -> str:
    """The channel of a file by its name.

    >>> channel_of("pubmed26n1335.xml.gz"), channel_of("efetch.xml")
    ('bulk', 'files')
    """
    return FILES if numbered(name) is None else BULK


def file_stamp(name: str, position: int, record: dict[str, Any] | None = None, text: str = "") -> str:
    """Stamp of a record, or of a deletion, in a file.

    Standing and digest come last, so that a file that was issued again under its old name tells no two
    stories with one stamp.

    Parameters
    ----------
    position
        The how manieth record of the file it is.
    record, text
        The record and its JSON text; without them it is a deletion.

    Examples
    --------
    >>> file_stamp("pubmed26n1335.xml.gz", 12) > file_stamp("pubmed26n0999.xml.gz", 30000)
    True
    >>> file_stamp("a.xml", 1, {"retracted": True}, "1") > file_stamp("b.xml", 9, {}, "0")
    True
    """
    place = numbered(name)
    parts = [] if place is None else [f"{place[0]:02}n{place[1]:06}", f"{position:07}"]
    if record is not None:
        parts += [str(status(record).severity), blake2b(text.encode(), digest_size=6).hexdigest()]
    return ":".join(parts)
