"""The verdict on a PMID does not hang on the order in which its sightings come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.sources.pubmed.sightings import BULK, EUTILS, Sighting, verdict
from kg.sources.pubmed.state import State

if TYPE_CHECKING:
    import random

DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")


@st.composite
def sightings(draw: st.DrawFn) -> list[Sighting]:
    found = []
    for number in range(draw(st.integers(1, 7))):
        version, day = draw(st.integers(1, 3)), draw(st.sampled_from(DAYS))
        gone = draw(st.booleans())
        record = None if gone else {"pmid": "7", "version": version, "title": f"t{number}", "corrections": []}
        found.append(
            Sighting(
                version=version,
                channel=draw(st.sampled_from((BULK, EUTILS))),
                stamp=f"{draw(st.integers(0, 9))}:{number}",
                as_of=day,
                revised="" if gone else day,
                record=record,
            )
        )
    return found


@settings(deadline=None, derandomize=True, max_examples=150)
@given(sightings(), st.randoms(use_true_random=False))
def test_any_order_and_any_replay(found: list[Sighting], rng: random.Random) -> None:
    again = [*found, *rng.choices(found, k=3)]
    rng.shuffle(again)
    verdicts = []
    for order in (found, again):
        with State(":memory:") as state:
            for sighting in order:
                state.add([("7", sighting)])
            verdicts.append(state.current("7"))
    assert verdicts[0] == verdicts[1]
    assert verdicts[0] is not None
    assert verdict(found) is not None


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
