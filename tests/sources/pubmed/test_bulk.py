"""Bulk files: order, gaps, checksums, selection, quarantine, resuming, and one final state."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import SourceError, StoreError
from kg.model import Status
from kg.sources.pubmed import parts
from kg.sources.pubmed.bulk import read_files
from kg.sources.pubmed.files import stated, verify
from kg.sources.pubmed.parts import FileReport, make_part
from kg.sources.pubmed.selection import Selection
from kg.sources.pubmed.state import State
from tests.sources.pubmed.written import article, delete, links, numbered, stands

if TYPE_CHECKING:
    from pathlib import Path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_json_lines_in_order_of_number(tmp_path: Path) -> None:
    second = numbered(tmp_path, 1338, article(3), delete(1))
    first = numbered(tmp_path, 1335, article(1), article(2, title="é\u2028"))
    calls: list[tuple[int, int | None]] = []
    out = tmp_path / "out.jsonl"
    report = read_files([second, first, second], jsonl=out, processes=1, progress=lambda *c: calls.append(c))
    found = [json.loads(line) for line in out.read_bytes().split(b"\n") if line]
    assert [r["pmid"] for r in found] == ["1", "2", "3", "1"]
    assert found[-1] == {"pmid": "1", "version": 1, "deleted": True}
    assert report.missing == ("pubmed26n1336.xml.gz", "pubmed26n1337.xml.gz")
    assert [(f.records, f.deletions, f.verified) for f in report.files] == [(2, 0, True), (1, 1, True)]
    size = first.stat().st_size + second.stat().st_size
    assert calls[-1] == (size, size)
    assert sorted(p.name for p in tmp_path.iterdir() if "part" in p.name or "draft" in p.name) == []


def test_bad_files_go_into_quarantine_and_the_others_go_on(tmp_path: Path) -> None:
    good = numbered(tmp_path, 1, article(1))
    wrong = numbered(tmp_path, 2, article(2))
    wrong.with_name(wrong.name + ".md5").write_text(f"MD5({wrong.name})= {'0' * 32}\n")
    cut = numbered(tmp_path, 3, *(article(n) for n in range(10, 500)), md5=False)
    cut.write_bytes(cut.read_bytes()[:-20])
    empty = numbered(tmp_path, 4, md5=False)
    empty.write_bytes(gzip.compress(b""))
    absent = tmp_path / "pubmed26n0005.xml.gz"
    with State(tmp_path / "state.db") as state:
        report = read_files([good, wrong, cut, empty, absent], state=state, jsonl=tmp_path / "o.jsonl", processes=1)
        assert [r["pmid"] for r in lines(tmp_path / "o.jsonl")] == ["1"]
        assert state.pmids() == ["1"]
        reasons = state.quarantine()
    assert [f.path.name for f in report.quarantined] == [f.name for f in (wrong, cut, empty, absent)]
    assert "MD5 is" in reasons[wrong.name]
    assert "ends early" in reasons[cut.name]
    assert "PMID" in reasons[cut.name]
    assert "nothing" in reasons[empty.name]
    assert "cannot be read" in reasons[absent.name]


def test_nothing_but_bad_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_files([tmp_path / "none.xml"], jsonl=tmp_path / "o.jsonl")


def test_a_mended_file_leaves_quarantine(tmp_path: Path) -> None:
    file, other = numbered(tmp_path, 1, article(1)), numbered(tmp_path, 2, article(2))
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    with State(tmp_path / "state.db") as state:
        read_files([file, other], state=state, processes=1)
        assert state.quarantine()
        file.write_bytes(whole)
        report = read_files([file, other], state=state, processes=1)
        assert [f.skipped for f in report.files] == [False, True]
        assert not state.quarantine()
        assert state.pmids() == ["1", "2"]


def test_an_output_that_cannot_be_written_is_not_the_files_fault(tmp_path: Path) -> None:
    file = numbered(tmp_path, 1, article(1))
    (tmp_path / "folder").write_text("a file where a folder is wanted")
    with pytest.raises(StoreError, match="cannot be written"):
        read_files([file], jsonl=tmp_path / "folder" / "o.jsonl")
    (tmp_path / "taken").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        read_files([file], jsonl=tmp_path / "taken")
    with pytest.raises(StoreError, match="cannot be written"):
        make_part(file, tmp_path / "none" / "p.part", Selection(), dated=False)


def test_checksum_forms(tmp_path: Path) -> None:
    digest = "0123456789ABCDEF0123456789abcdef"
    assert stated(f"MD5 (a.gz) = {digest}", "a.gz") == digest.lower()
    assert stated(f"{digest}  a.gz\n", "a.gz") == digest.lower()
    assert stated(f"MD5(b.gz)= {digest}", "a.gz") is None
    assert stated("<html>", "a.gz") is None
    file = numbered(tmp_path, 1, article(1))
    file.with_name(file.name + ".md5").write_text("<html>busy</html>")
    with pytest.raises(SourceError, match="not an MD5 line"):
        verify(file)


def test_selection_by_cues_and_pmids(tmp_path: Path) -> None:
    file = numbered(
        tmp_path,
        1,
        article(1, title="Exosomes and interleukin 8 in CML"),
        article(2, title="Exosomes alone"),
        article(3, title="Nothing of the kind"),
        article(4, title="CMML cells"),
        delete(9),
    )
    out = tmp_path / "o.jsonl"
    cues = ("exosome*", "interleukin-8", "CML")
    read_files([file], jsonl=out, selection=Selection(cues=cues, at_least=2, pmids=frozenset({"3"})))
    assert [r["pmid"] for r in lines(out)] == ["1", "3", "9"]
    read_files([file], jsonl=out, selection=Selection(pmids=frozenset({"4"})))
    assert [r["pmid"] for r in lines(out)] == ["4", "9"]


def test_a_known_record_is_followed_even_when_it_no_longer_meets_the_cues(tmp_path: Path) -> None:
    cues = Selection(cues=("exosome",))
    with State(tmp_path / "state.db") as state:
        read_files([numbered(tmp_path, 1, article(1, title="An exosome"))], state=state, selection=cues)
        read_files([numbered(tmp_path, 2, article(1, title="RETRACTED: it"), article(2))], state=state, selection=cues)
        assert [(p.pmid, p.status) for p in state.publications()] == [("1", Status.SUSPECTED)]


def test_two_processes_give_the_same_as_one(fixtures: Path, sample: Path, tmp_path: Path) -> None:
    files = [fixtures / "pubmed21n1298_features_noabstract.xml", sample, fixtures / "rare.xml"]
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    read_files(files, jsonl=one, processes=1)
    read_files(files, jsonl=two, processes=2)
    assert one.read_bytes() == two.read_bytes()
    assert len(lines(one)) == 96 + 20 + 206 + 5


def _die(path: Path, part: Path, selection: Selection, dated: bool) -> FileReport:
    if "0002" in path.name:
        os._exit(9)
    return make_part(path, part, selection, dated)


def test_a_process_ended_from_outside_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [numbered(tmp_path, n, article(n)) for n in (1, 2, 3)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "multiprocessing", _Forking())
        patch.setattr(parts, "_work", _die)
        report = read_files(files, jsonl=tmp_path / "o.jsonl", processes=2)
    assert [f.error is None for f in report.files] == [True, False, True]
    assert "out of memory?" in str(report.files[1].error)
    assert [r["pmid"] for r in lines(tmp_path / "o.jsonl")] == ["1", "3"]


class _Forking:
    """Forks instead of spawning, so that the patched function is what the child runs."""

    @staticmethod
    def get_context(_method: str) -> Any:
        import multiprocessing

        return multiprocessing.get_context("fork")


def test_a_killed_run_goes_on_from_its_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [numbered(tmp_path, n, article(n)) for n in (1, 2, 3)]
    out = tmp_path / "o.jsonl"
    read: list[str] = []

    def stopping(path: Path, part: Path, selection: Selection, dated: bool, _watch: object) -> FileReport:
        if len(read) == 2:
            raise KeyboardInterrupt
        read.append(path.name)
        return make_part(path, part, selection, dated)

    monkeypatch.setattr(parts, "_work", stopping)
    with pytest.raises(KeyboardInterrupt):
        read_files(files, jsonl=out, processes=1)
    assert not out.exists()
    for file in files[:2]:  # what is read again now would be empty
        status = file.stat()
        file.write_bytes(b"x" * status.st_size)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    monkeypatch.setattr(parts, "_work", make_part)
    read_files(files, jsonl=out, processes=1)
    assert [r["pmid"] for r in lines(out)] == ["1", "2", "3"]


def history(folder: Path) -> list[Path]:
    """A small story: versions, a retraction, a notice first, a deletion, a deletion taken back."""
    return [
        numbered(folder, 1, article(1), article(2), article(3), article(4), article(5)),
        numbered(folder, 2, article(1, version=2, title="second"), article(2, extra=links(("RetractionIn", 90)))),
        numbered(folder, 3, article(1, title="late form of version 1"), article(90, extra=links(("RetractionOf", 4)))),
        numbered(folder, 4, article(5, extra=links(("ErratumIn", 91))), delete(3, 5)),
        numbered(folder, 5, article(5, title="again"), article(2, title="new", extra=links(("RetractionIn", 90)))),
    ]


STORY = {
    "1": ("second", Status.CURRENT),
    "2": ("new", Status.RETRACTED),
    "3": ("T", Status.DELETED),
    "4": ("T", Status.RETRACTED),
    "5": ("again", Status.CURRENT),
    "90": ("T", Status.CURRENT),
}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return history(tmp_path_factory.mktemp("story"))


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.lists(st.integers(0, 4), min_size=5, max_size=9).filter(lambda order: set(order) == set(range(5))))
def test_any_order_and_any_replay_end_in_the_same_state(order: list[int]) -> None:
    with State(":memory:") as state:
        for turn in order:
            feed(state, STORY_FILES[turn])
        assert stands(state) == STORY


STORY_FILES: list[Path] = []


@pytest.fixture(scope="module", autouse=True)
def _story_files(story: list[Path]) -> None:
    STORY_FILES[:] = story


def feed(state: State, file: Path) -> None:
    """Read a file again as if it had never been read."""
    state.file_done(file.name, "", records=0, kept=0, deletions=0)
    read_files([file], state=state, processes=1)


def test_all_orders_of_a_deletion(tmp_path: Path) -> None:
    files = [
        numbered(tmp_path, 1, article(7)),
        numbered(tmp_path, 2, delete(7)),
        numbered(tmp_path, 3, article(7, title="back")),
    ]
    for order in itertools.permutations(files):
        with State(":memory:") as state:
            for file in order:
                read_files([file], state=state, processes=1)
            assert [(p.title, p.status) for p in state.publications()] == [("back", Status.CURRENT)]
            assert state.current("7") is not None
            assert state.current("8") is None


def test_the_whole_features_file_in_the_state(fixtures: Path, tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        read_files([fixtures / "pubmed21n1298_features_noabstract.xml"], state=state)
        found = {p.pmid: p.status for p in state.publications()}
    kinds = list(found.values())
    assert kinds.count(Status.DELETED) == 20
    assert kinds.count(Status.RETRACTED) == 4
    assert kinds.count(Status.CONCERN) >= 1


def test_state_of_another_version_or_no_state_at_all(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with State(path) as state:
        state._db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="version 99"):
        State(path)
    (tmp_path / "text").write_text("not a database, and long enough to be looked at " * 40)
    with pytest.raises(StoreError, match="cannot be opened"):
        State(tmp_path / "text")


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        with pytest.raises(StoreError), state.transaction():
            state.set_mark("a", str(State(tmp_path)))
        assert state.mark("a") is None


def test_random_selection_terms_agree_with_plain_search() -> None:
    words = ["exosome", "CML", "stroma", "IL8"]
    rng = random.Random(5)
    for _ in range(50):
        text = " ".join(rng.choices([*words, "and", "CMML", "exosomal"], k=6))
        assert Selection(cues=tuple(words)).cue_count(text) == sum(w in text.split() for w in words)
