"""What is known of one PMID from all its sightings, in whatever order they came.

A record is seen in bulk files and through the E-utilities (two *channels*), in several versions,
and may be deleted and appear again. Each channel orders its own sightings by a stamp; the state
keeps, for every (PMID, version, channel), the newest record and the newest tombstone. Taking a
maximum forgets the order of arrival, so any order of files, and any replay, gives the same verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kg.sources.pubmed.files import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

BULK = "bulk"
EUTILS = "eutils"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One sighting of a version: a record, or a tombstone (``record`` is None).

    Parameters
    ----------
    stamp
        Order within the channel: file number and position, or time of the answer. Compared as text.
    as_of
        ISO day the sighting speaks for; compares channels.
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
    def rank(self) -> tuple[int, str, bool, str]:
        """Order among live records: version, then date revised; the live service breaks ties."""
        return self.version, self.revised, self.channel == EUTILS, self.stamp

    def buries(self, other: Sighting) -> bool:
        """Whether this tombstone stands over the other sighting."""
        if self.version < other.version:
            return False
        if self.channel == other.channel:
            return self.stamp >= other.stamp
        return self.as_of > other.as_of


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
    records = sorted((s for s in sightings if s.record is not None), key=lambda s: s.rank)
    live = [s for s in records if not any(grave.buries(s) for grave in graves)]
    if live:
        return live[-1]
    if records:
        return replace(records[-1], record={**(records[-1].record or {}), "deleted": True})
    if not graves:
        return None
    last = max(graves, key=lambda grave: grave.version)
    return replace(last, record={"version": last.version, "deleted": True})


def bulk_stamp(name: str, position: int, as_of: str = "") -> str:
    """Stamp of a record in a bulk file; files without NLM's number come before all numbered ones, by the day they tell.

    >>> bulk_stamp("pubmed26n1335.xml.gz", 12) > bulk_stamp("pubmed26n0999.xml.gz", 30000) > bulk_stamp("a.xml", 1)
    True
    >>> bulk_stamp("a.xml", 1, "2021-06-02") > bulk_stamp("b.xml", 1, "2021-06-01")
    True
    """
    place = numbered(name)
    prefix = f"-:{as_of}:{name}" if place is None else f"{place[0]:02}n{place[1]:06}"
    return f"{prefix}:{position:07}"
