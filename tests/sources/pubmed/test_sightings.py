"""The verdict on a PMID does not hang on the order in which its sightings come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.sources.pubmed.sightings import BULK, EUTILS, FILES, Sighting, file_stamp, outdoes, verdict
from kg.sources.pubmed.state import State

if TYPE_CHECKING:
    import random

DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")


@st.composite
def sightings(draw: st.DrawFn) -> list[Sighting]:
    found = []
    for number in range(draw(st.integers(1, 8))):
        version, channel = draw(st.integers(1, 2)), draw(st.sampled_from((BULK, EUTILS, FILES)))
        revised, gone = draw(st.sampled_from(DAYS)), draw(st.booleans())
        record = {"version": version, "title": f"t{number}", "retracted": draw(st.booleans())}
        place = f"{draw(st.integers(0, 9))}:{number}"
        nameless = "" if gone else file_stamp("x.xml", 1, record, str(number))
        found.append(
            Sighting(
                version=version,
                channel=channel,
                stamp=nameless if channel == FILES else place,
                as_of=draw(st.sampled_from((*DAYS, ""))) if gone or channel == BULK else revised,
                revised="" if gone else revised,
                record=None if gone else record,
            )
        )
    return found


@settings(deadline=None, derandomize=True, max_examples=150)
@given(sightings(), st.randoms(use_true_random=False))
def test_any_order_and_any_replay(found: list[Sighting], rng: random.Random) -> None:
    again = [*found, *rng.choices(found, k=3)]
    rng.shuffle(again)
    told = verdict(found)
    assert told is not None
    for order in (found, again):
        with State(":memory:") as state:
            state.add(("7", sighting) for sighting in order)
            assert state.current("7") == {"pmid": "7", **(told.record or {})}


@settings(deadline=None, derandomize=True, max_examples=150)
@given(sightings())
def test_what_is_outdone_is_never_missed(found: list[Sighting]) -> None:
    for one in found:
        for other in found:
            if one is not other and outdoes(one, other):
                assert counted(found) == counted([s for s in found if s is not other])


def seen(channel: str, stamp: str, day: str, *, version: int = 1, title: str = "") -> Sighting:
    record = {"title": title} if title else None
    return Sighting(
        version=version, channel=channel, stamp=stamp, as_of=day, revised=day if title else "", record=record
    )


def counted(sightings: list[Sighting]) -> dict[str, Any] | None:
    found = verdict(sightings)
    return None if found is None else found.record


def test_the_two_channels_together() -> None:
    old = seen(BULK, "26n1", "2026-01-01", title="old")
    live = seen(EUTILS, "2026-02-01T", "2026-02-01", title="live")
    assert counted([old, live]) == {"title": "live"}
    grave = seen(BULK, "26n9", "2026-01-20")
    assert counted([old, grave]) == {"title": "old", "deleted": True}
    assert counted([old, grave, live]) == {"title": "live"}  # seen alive after the day of the deletion
    assert counted([old, seen(EUTILS, "2026-03-01T", "2026-03-01")]) == {"title": "old", "deleted": True}
    second = seen(BULK, "26n3", "2026-01-05", version=2, title="second")
    assert counted([second, old, live]) == {"title": "second"}
    assert counted([second, old, grave]) == {"title": "second"}  # a deletion of version 1 leaves version 2
    assert counted([grave]) == {"version": 1, "deleted": True}
    undated = seen(BULK, "26n9", "")
    assert counted([undated, seen(FILES, "", "2026-01-05", title="file")]) == {"title": "file", "deleted": True}
    assert counted([undated, live]) == {"title": "live"}


def test_of_equal_dates_the_later_file_or_the_graver_standing() -> None:
    def told(channel: str, stamp: str, *, retracted: bool = False) -> Sighting:
        record = {"title": stamp, "retracted": retracted}
        return Sighting(
            version=1, channel=channel, stamp=stamp, as_of="2026-01-01", revised="2026-01-01", record=record
        )

    def best(*found: Sighting) -> str:
        counts = verdict(found)
        assert counts is not None
        assert counts.record is not None
        return str(counts.record["title"])

    assert best(told(BULK, "26n2"), told(BULK, "26n1", retracted=True)) == "26n2"
    assert best(told(BULK, "26n2"), told(FILES, "5:ab", retracted=True)) == "5:ab"
    assert best(told(BULK, "26n2"), told(EUTILS, "2026-01-01T"), told(FILES, "0:ab")) == "2026-01-01T"
