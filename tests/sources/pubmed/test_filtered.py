"""Filtered runs: whatever is about a kept paper arrives, in whatever order files and runs come."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Status
from kg.sources.pubmed import bulk
from kg.sources.pubmed.bulk import read_files
from kg.sources.pubmed.selection import Selection
from kg.sources.pubmed.state import State
from kg.sources.pubmed.unmet import pack, unpack
from tests.sources.pubmed.written import article, delete, links, numbered, stands, unnumbered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.sources.pubmed.bulk import BulkReport

CUE = Selection(cues=("exosome",))
KEPT = article(1, title="An exosome", revised="2026-01-01")
REMOVED = article(1, title="Removed", revised="2026-02-01", extra=links(("RetractionIn", 90)))
NOTICE = article(90, title="A notice", revised="2026-02-01", extra=links(("RetractionOf", 1)))
OTHER = article(5, title="Something else", revised="2026-02-02")


def run(state: State, *files: Path) -> BulkReport:
    return read_files(files, state=state, selection=CUE, processes=1)


@pytest.fixture(params=["numbered", "unnumbered"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Path]:
    def put(number: int, *records: str) -> Path:
        if request.param == "numbered":
            return numbered(tmp_path, number, *records)
        return unnumbered(tmp_path, f"x{number}.xml", *records)

    return put


STORIES: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, Status]]]] = {
    "a later form": ((REMOVED, OTHER), {"1": ("Removed", Status.RETRACTED)}),
    "a notice": ((NOTICE, OTHER), {"1": ("An exosome", Status.RETRACTED), "90": ("A notice", Status.CURRENT)}),
    "a later form that says nothing": ((article(1, revised="2026-02-01"), OTHER), {"1": ("T", Status.CURRENT)}),
    "a deletion": ((OTHER, delete(1)), {"1": ("An exosome", Status.DELETED)}),
}


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("runs", ["one run", "two runs", "turned"])
def test_what_another_file_says_of_a_kept_paper(write: Callable[..., Path], name: str, runs: str) -> None:
    records, ending = STORIES[name]
    kept, other = write(1, KEPT, OTHER), write(2, *records)
    orders = {"one run": [[kept, other]], "two runs": [[kept], [other]], "turned": [[other], [kept]]}
    with State(":memory:") as state:
        for files in orders[runs]:
            run(state, *files)
        assert stands(state) == ending


def test_an_earlier_form_is_not_read_again(tmp_path: Path) -> None:
    early = numbered(tmp_path, 1, article(1, title="Before", revised="2025-01-01"), OTHER)
    late = numbered(tmp_path, 2, article(1, title="An exosome", revised="2026-03-01"))
    with State(":memory:") as state:
        assert run(state, early, late).again == ()
        assert stands(state) == {"1": ("An exosome", Status.CURRENT)}


def test_a_file_is_read_again_once(tmp_path: Path) -> None:
    kept, other = numbered(tmp_path, 1, KEPT), numbered(tmp_path, 2, REMOVED, OTHER)
    with State(":memory:") as state:
        assert [f.path.name for f in run(state, other, kept).again] == [other.name]
        again = run(state, other, kept)
        assert [f.skipped for f in again.files] == [True, True]
        assert again.again == ()
        assert "5" not in state.pmids()


def test_a_run_that_ends_before_the_second_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [numbered(tmp_path, 1, KEPT), numbered(tmp_path, 2, REMOVED)]

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with State(tmp_path / "state.db") as state:
        with monkeypatch.context() as patch:
            patch.setattr(bulk, "_second_reading", killed)
            with pytest.raises(KeyboardInterrupt):
                run(state, *files)
        assert stands(state)["1"][1] is Status.CURRENT
        run(state, *files)
        assert stands(state)["1"][1] is Status.RETRACTED


def test_a_file_that_has_moved_is_told_and_found_when_it_is_named(tmp_path: Path) -> None:
    kept, other = numbered(tmp_path, 1, KEPT), numbered(tmp_path, 2, REMOVED, md5=False)
    (tmp_path / "moved").mkdir()
    with State(":memory:") as state:
        run(state, other)
        moved = other.rename(tmp_path / "moved" / other.name)
        assert run(state, kept).unread == (other.name,)
        assert stands(state)["1"][1] is Status.CURRENT
        report = run(state, moved)
        assert (report.files[0].skipped, report.unread) == (True, ())
        assert stands(state)["1"][1] is Status.RETRACTED


def test_a_file_that_was_damaged_since_is_refused_and_kept_in_mind(tmp_path: Path) -> None:
    kept, other = numbered(tmp_path, 1, KEPT), numbered(tmp_path, 2, REMOVED, md5=False)
    whole = other.read_bytes()
    with State(":memory:") as state:
        run(state, other)
        other.write_bytes(whole[:-9])
        assert [f.path for f in run(state, kept).quarantined] == [other]
        other.write_bytes(whole)
        run(state, kept)
        assert stands(state)["1"][1] is Status.RETRACTED


def test_json_lines_are_what_the_selection_keeps(tmp_path: Path) -> None:
    files = [numbered(tmp_path, 1, KEPT), numbered(tmp_path, 2, REMOVED)]
    with State(":memory:") as state:
        read_files(files, state=state, jsonl=tmp_path / "o.jsonl", selection=CUE, processes=2)
        assert stands(state)["1"][1] is Status.RETRACTED
    assert (tmp_path / "o.jsonl").read_text().count("\n") == 1
    assert not (tmp_path / "o.jsonl.parts").exists()


NOTES = st.tuples(*[st.integers(0, 10**11)] * 2, st.integers(0, 99_999), st.integers(0, 99_991_231))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(NOTES))
def test_notes_come_out_as_they_went_in(notes: list[tuple[int, int, int, int]]) -> None:
    assert list(unpack(pack(notes))) == sorted(notes)


FORM = st.tuples(
    st.integers(1, 3),  # PMID
    st.sampled_from(("An exosome", "Something else")),
    st.sampled_from(("2026-01-01", "2026-01-02", "2026-01-03")),
    st.sampled_from(("", links(("RetractionIn", 90)), links(("RetractionOf", 1)))),
)
FILE = st.tuples(st.lists(FORM, min_size=1, max_size=3), st.lists(st.integers(1, 3), max_size=1))


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(FILE, min_size=2, max_size=4), st.data())
def test_a_filtered_state_says_of_its_papers_what_a_full_one_says(
    tmp_path_factory: pytest.TempPathFactory,
    told: list[tuple[list[tuple[int, str, str, str]], list[int]]],
    data: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("filtered")
    files = [
        numbered(
            folder,
            number,
            *(article(pmid, title=title, revised=day, extra=extra) for pmid, title, day, extra in forms),
            *([delete(*gone)] if gone else []),
            md5=False,
        )
        for number, (forms, gone) in enumerate(told)
    ]
    with State(":memory:") as state:
        read_files(files, state=state, processes=1)
        everything = stands(state)
    order = data.draw(st.permutations(files))
    cut = data.draw(st.integers(0, len(files)))
    with State(":memory:") as state:
        for part in (order[:cut], order[cut:]):
            run(state, *part)
        followed = set(state.followed())
        assert {k: v for k, v in stands(state).items() if k in followed} == {
            k: v for k, v in everything.items() if k in followed
        }
    named = itertools.chain.from_iterable(forms for forms, _ in told)
    assert followed >= {str(pmid) for pmid, title, *_ in named if title == "An exosome"}
