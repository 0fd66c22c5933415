"""Files of any name, in any order, read again or written anew: the latest form of a record counts."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Status
from kg.sources.pubmed.bulk import read_files
from kg.sources.pubmed.state import State
from tests.sources.pubmed.written import article, delete, links, numbered, stands, unnumbered

if TYPE_CHECKING:
    import random
    from pathlib import Path

RETRACTED = links(("RetractionIn", 90))


def ends(*runs: list[Path]) -> dict[str, tuple[str, Status]]:
    with State(":memory:") as state:
        for files in runs:
            read_files(files, state=state, processes=1)
        return stands(state)


@pytest.mark.parametrize("turned", [False, True])
def test_a_newer_record_in_a_file_without_a_number(tmp_path: Path, turned: bool) -> None:
    bulk = numbered(tmp_path, 1, article(1, revised="2026-01-05"), article(2))
    answer = unnumbered(tmp_path, "efetch.xml", article(1, title="new", revised="2026-09-01", extra=RETRACTED))
    runs = [[answer], [bulk]] if turned else [[bulk], [answer]]
    assert ends(*runs)["1"] == ("new", Status.RETRACTED)


@pytest.mark.parametrize("name", ["mine.xml", "pubmed26n0001.xml"])
def test_a_file_written_anew_with_a_graver_record_of_the_same_day(tmp_path: Path, name: str) -> None:
    with State(":memory:") as state:
        for record in (article(1), article(1, extra=RETRACTED), article(1)):
            read_files([unnumbered(tmp_path, name, record)], state=state, processes=1)
            state.file_done(name, "", records=0, kept=0, deletions=0)
        assert stands(state) == {"1": ("T", Status.RETRACTED)}


def test_the_later_date_counts_and_of_equal_dates_the_later_file(tmp_path: Path) -> None:
    files = [
        numbered(tmp_path, 1, article(1, title="late", revised="2026-03-01"), article(2, title="first")),
        numbered(tmp_path, 2, article(1, title="early", revised="2026-02-01"), article(2, title="second")),
    ]
    for order in itertools.permutations(files):
        assert {title for title, _ in ends(*([file] for file in order)).values()} == {"late", "second"}


def test_a_record_that_comes_back_with_its_old_dates(tmp_path: Path) -> None:
    files = [
        numbered(tmp_path, 1, article(1, title="once", revised="2026-02-01")),
        numbered(tmp_path, 2, delete(1), article(9, revised="2026-02-20")),
        numbered(tmp_path, 3, article(1, title="back", revised="2025-01-01"), article(9, revised="2026-03-01")),
    ]
    for order in itertools.permutations(files):
        assert ends(*([file] for file in order))["1"] == ("back", Status.CURRENT)


def test_a_deletion_buries_what_files_without_a_number_say_unless_they_are_later(tmp_path: Path) -> None:
    old = unnumbered(tmp_path, "old.xml", article(1), article(2))
    later = unnumbered(tmp_path, "later.xml", article(2, title="back", revised="2026-05-01"))
    gone = numbered(tmp_path, 2, article(9, revised="2026-04-01"), delete(1, 2))
    bare = unnumbered(tmp_path, "bare.xml", delete(9))
    for order in itertools.permutations((old, later, gone, bare)):
        found = ends(*([file] for file in order))
        assert found == {"1": ("T", Status.DELETED), "2": ("back", Status.CURRENT), "9": ("T", Status.DELETED)}


FORM = st.tuples(
    st.integers(1, 2),  # PMID
    st.integers(1, 2),  # version
    st.sampled_from(("2026-01-01", "2026-01-02", "2026-01-03")),
    st.sampled_from(("", RETRACTED, links(("ErratumIn", 91)), links(("RetractionOf", 1)))),
)
FILE = st.tuples(st.lists(FORM, max_size=2), st.lists(st.integers(1, 2), max_size=1))


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(FILE, min_size=3, max_size=5), st.randoms(use_true_random=False))
def test_any_order_any_replay_any_names(
    tmp_path_factory: pytest.TempPathFactory,
    told: list[tuple[list[tuple[int, int, str, str]], list[int]]],
    rng: random.Random,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    files = []
    for number, (forms, gone) in enumerate(told):
        records = [
            article(pmid, version=version, revised=day, title=f"{number}.{place}", extra=extra)
            for place, (pmid, version, day, extra) in enumerate(forms)
        ]
        records += [delete(*gone)] if gone else []
        records = records or [article(8)]
        named = number % 2
        files.append(
            unnumbered(folder, f"x{number}.xml", *records) if named else numbered(folder, number, *records, md5=False)
        )
    first = ends(*([file] for file in files))
    again = [*files, *files[:2]]
    rng.shuffle(again)
    with State(":memory:") as state:
        for file in again:
            state.file_done(file.name, "", records=0, kept=0, deletions=0)
            read_files([file], state=state, processes=1)
        assert stands(state) == first
    assert ends(files) == first
