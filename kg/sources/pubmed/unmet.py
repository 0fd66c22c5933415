"""What a filter left out of a file, kept small, and which files to read again because of it.

A record that does not meet the cues can still be about a paper that is followed: a later form of it that
another file keeps, or a notice. Which file names a paper first must not matter, so each filtered file
leaves a note of what it held; when a paper comes to be followed, the files with something to say about
it are read once more, for that alone.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from itertools import accumulate
from operator import add, sub
from typing import TYPE_CHECKING

from kg.notices import NOTICES
from kg.sources.pubmed.sightings import BULK, EUTILS, Sighting, channel_of, file_stamp, outdoes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Set

    from kg.sources.pubmed.record import Article
    from kg.sources.pubmed.state import FilteredFile, State

Note = tuple[int, int, int, int]
"""The paper a record is about, the record's own PMID, its version, and its DateRevised as a number (0: none)."""
_PAST_ALL = 9_999_999
"""A position behind every record of a file."""


def entries(record: Article) -> Iterator[Note]:
    """The notes of a record that was left out: about itself, and about each paper it is a notice of."""
    pmid, revised = int(record.pmid), int((record.revised or "0").replace("-", ""))
    yield pmid, pmid, record.version, revised
    for link in record.corrections:
        if link.type in NOTICES and link.pmid:
            yield int(link.pmid), pmid, record.version, revised


def pack(notes: Collection[Note]) -> bytes:
    """Pack notes: column by column, numbers as steps.

    >>> list(unpack(pack([(9, 9, 1, 20260131), (7, 8, 2, 0)])))
    [(7, 8, 2, 0), (9, 9, 1, 20260131)]
    """
    about, pmids, versions, days = zip(*sorted(notes), strict=True) if notes else ((), (), (), ())
    columns = (map(sub, about, (0, *about)), map(sub, pmids, about), versions, days)
    return zlib.compress(b"".join(_little(array("q", column)).tobytes() for column in columns))


def unpack(packed: bytes, about: Set[int] | None = None) -> Iterator[Note]:
    """The notes of `pack`, by the paper they are about; all, or those about some papers."""
    data = zlib.decompress(packed)
    size = len(data) // 4
    steps, further, versions, days = (_little(array("q", data[size * n : size * (n + 1)])) for n in range(4))
    papers = list(accumulate(steps))
    if about is not None and about.isdisjoint(papers):  # as for most files: the rest need not be looked at
        return
    for note in zip(papers, map(add, papers, further), versions, days, strict=True):
        if about is None or note[0] in about:
            yield note


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def read_again(state: State) -> Iterator[tuple[FilteredFile, frozenset[str]]]:
    """The filtered files that hold something new about followed papers, and the PMIDs of those records."""
    followed = set(map(int, state.followed()))
    for file in state.filtered_files():
        found = unpack(file.unmet, followed)
        left = frozenset(str(note[1]) for note in found if _says_more(state, file, note))
        if left:
            yield file, left


def without(packed: bytes, pmids: Collection[str]) -> bytes:
    """The notes less those of some records, which are read now."""
    gone = set(map(int, pmids))
    return pack([note for note in unpack(packed) if note[1] not in gone])


def _says_more(state: State, file: FilteredFile, note: Note) -> bool:
    """Whether a record that was left out could change what is known."""
    _, pmid, version, revised = note
    number, channel = f"{revised:08}", channel_of(file.name)
    day = f"{number[:4]}-{number[4:6]}-{number[6:]}" if revised else ""
    left = Sighting(
        version=version,
        channel=channel,
        stamp=file_stamp(file.name, _PAST_ALL) if channel == BULK else "~",
        as_of=file.as_of if channel == BULK else day,
        revised=day,
        record={},
    )
    return not any(_told(one, left) for one in state.sightings(str(pmid)))


def _told(known: Sighting, left: Sighting) -> bool:
    """Whether what is known makes a record superfluous, even one of another channel."""
    if known.record is None or known.version < left.version or known.as_of < left.as_of:
        return False
    if known.channel == left.channel:
        return outdoes(known, left)
    return known.revised > left.revised or (known.channel == EUTILS and known.revised == left.revised)
