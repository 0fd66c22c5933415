"""NLM's folders of bulk files copied from the emulator's tree, through cuts, lies and gaps."""

from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING

import pytest

from kg.cli import run
from kg.errors import RemoteError, SourceError, StoreError
from kg.sources.pubmed.bulk import read_files
from kg.sources.pubmed.files import in_order, verify
from kg.sources.pubmed.mirror import MirrorReport, Settings, mirror
from tests.emulator.faults import Fault
from tests.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UPDATES = "/pubmed/updatefiles/"


def name(number: int) -> str:
    return f"pubmed26n{number:04}.xml.gz"


def content(number: int) -> bytes:
    """A small bulk file that does not pack well, so that there is something to cut."""
    noise = random.Random(number).randbytes(2000).hex()
    record = f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article><ArticleTitle>{noise}</ArticleTitle>"
    xml = f"<PubmedArticleSet>{record}</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    return gzip.compress(xml.encode(), mtime=0)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as server:
        for number in (1335, 1336, 1338):
            server.add_file(UPDATES + name(number), content(number))
        for number in (2, 3):
            server.add_file("/pubmed/baseline/" + name(number), content(number))
        yield server


def bring(
    emulator: Emulator, folder: Path, *, updates: bool = True, first: int | None = None, last: int | None = None
) -> MirrorReport:
    settings = Settings(base_url=emulator.root + "pubmed/", backoff=0.001, read=0.5, tries=3)
    return mirror(folder, updates=updates, first=first, last=last, settings=settings)


def asked(emulator: Emulator, number: int) -> list[list[str]]:
    """The Range headers of every request for a file."""
    return [call.form.get("Range", []) for call in emulator.calls(name(number))]


def test_what_is_not_there_is_fetched_and_checked(emulator: Emulator, tmp_path: Path) -> None:
    report = bring(emulator, tmp_path)
    assert report == MirrorReport(fetched=(name(1335), name(1336), name(1338)), missing=(name(1337),))
    for number in (1335, 1336, 1338):
        assert (tmp_path / name(number)).read_bytes() == content(number)
        assert verify(tmp_path / name(number)) is not None
    assert len(list(tmp_path.iterdir())) == 6


def test_what_is_there_is_not_fetched_again(emulator: Emulator, tmp_path: Path) -> None:
    bring(emulator, tmp_path)
    (tmp_path / f"{name(1336)}.md5").unlink()
    emulator.journal.clear()
    report = bring(emulator, tmp_path)
    assert report.present == (name(1335), name(1336), name(1338))
    assert not any(asked(emulator, number) for number in (1335, 1336, 1338))
    assert verify(tmp_path / name(1336)) is not None


def test_a_file_issued_anew_is_fetched_anew(emulator: Emulator, tmp_path: Path) -> None:
    bring(emulator, tmp_path)
    emulator.add_file(UPDATES + name(1336), content(7))
    assert bring(emulator, tmp_path).fetched == (name(1336),)
    assert (tmp_path / name(1336)).read_bytes() == content(7)


def test_a_late_file_comes_with_the_next_run(emulator: Emulator, tmp_path: Path) -> None:
    bring(emulator, tmp_path)
    emulator.add_file(UPDATES + name(1337), content(1337))
    report = bring(emulator, tmp_path)
    assert (report.fetched, report.missing) == ((name(1337),), ())


def test_numbers_can_be_chosen_and_those_not_there_are_named(emulator: Emulator, tmp_path: Path) -> None:
    report = bring(emulator, tmp_path, first=1336, last=1340)
    assert report.fetched == (name(1336), name(1338))
    assert report.missing == (name(1337), name(1339), name(1340))


def test_a_baseline_begins_with_one(emulator: Emulator, tmp_path: Path) -> None:
    report = bring(emulator, tmp_path, updates=False)
    assert (report.fetched, report.missing) == ((name(2), name(3)), (name(1),))


def test_only_the_newest_edition_is_taken(emulator: Emulator, tmp_path: Path) -> None:
    emulator.add_file(UPDATES + "pubmed25n1700.xml.gz", content(0))
    assert bring(emulator, tmp_path).fetched == (name(1335), name(1336), name(1338))


@pytest.mark.parametrize("kind", ["cut", "short", "reset", "hang", "503", "500"])
def test_a_transfer_that_breaks_goes_on(emulator: Emulator, tmp_path: Path, kind: str) -> None:
    times = 1 if kind == "short" else 2  # a length that lies shows in the checksum alone: one more attempt
    emulator.script.plan(Fault(kind, name(1336), times=times, size=700, seconds=0.8))
    report = bring(emulator, tmp_path)
    assert name(1336) in report.fetched
    assert (tmp_path / name(1336)).read_bytes() == content(1336)
    if kind == "cut":
        assert asked(emulator, 1336) == [[], ["bytes=700-"], ["bytes=1400-"]]


def test_what_a_killed_run_left_is_gone_on_with(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / f"{name(1335)}.part").write_bytes(content(1335)[:1000])
    (tmp_path / f"{name(1336)}.part").write_bytes(content(1336))
    bring(emulator, tmp_path)
    assert asked(emulator, 1335) == [["bytes=1000-"]]
    assert [call.status for call in emulator.calls(name(1336))] == [416]
    for number in (1335, 1336):
        assert (tmp_path / name(number)).read_bytes() == content(number)


def test_what_a_run_left_of_another_file_is_thrown_away(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / f"{name(1335)}.part").write_bytes(content(9)[:1000])
    assert name(1335) in bring(emulator, tmp_path).fetched
    assert asked(emulator, 1335) == [["bytes=1000-"], []]
    assert (tmp_path / name(1335)).read_bytes() == content(1335)


def test_a_server_that_minds_no_range_gives_the_whole(emulator: Emulator, tmp_path: Path) -> None:
    emulator.ranges = False
    (tmp_path / f"{name(1335)}.part").write_bytes(content(1335)[:1000])
    bring(emulator, tmp_path)
    assert (tmp_path / name(1335)).read_bytes() == content(1335)


def test_a_wrong_checksum_leaves_no_file_and_the_others_come(emulator: Emulator, tmp_path: Path) -> None:
    emulator.add_file(UPDATES + name(1336), content(1336), checksum="0" * 32)
    report = bring(emulator, tmp_path)
    assert report.fetched == (name(1335), name(1338))
    assert "NLM states 00000000" in report.failed[name(1336)]
    assert not list(tmp_path.glob(f"{name(1336)}*"))


def test_a_page_instead_of_a_checksum_is_asked_for_again(emulator: Emulator, tmp_path: Path) -> None:
    emulator.script.plan(Fault("html", f"{name(1336)}.md5", times=2))
    assert name(1336) in bring(emulator, tmp_path).fetched
    emulator.script.plan(Fault("html", f"{name(1336)}.md5", times=99))
    assert "not an MD5 line" in bring(emulator, tmp_path).failed[name(1336)]


def test_a_file_that_is_listed_and_not_there_fails_alone(emulator: Emulator, tmp_path: Path) -> None:
    emulator.script.plan(Fault("gone", name(1336)))
    report = bring(emulator, tmp_path)
    assert "status 404; it is listed and not there yet" in report.failed[name(1336)]
    assert len(report.fetched) == 2


def test_a_transfer_that_crawls_is_given_up(emulator: Emulator, tmp_path: Path) -> None:
    emulator.script.plan(Fault("drip", name(1336), times=99, seconds=0.1))
    settings = Settings(base_url=emulator.root + "pubmed/", backoff=0.001, read=0.2, tries=1, slowest=1e9)
    report = mirror(tmp_path, updates=True, settings=settings)
    assert "bytes came in" in report.failed[name(1336)]


def test_a_server_that_lists_nothing(emulator: Emulator, tmp_path: Path) -> None:
    emulator.files.clear()
    with pytest.raises(RemoteError, match="a page that lists no PubMed files"):
        bring(emulator, tmp_path)


def test_a_folder_that_cannot_be_written(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        bring(emulator, tmp_path / "file" / "folder")


def test_a_mirrored_folder_is_read_by_number(emulator: Emulator, tmp_path: Path) -> None:
    bring(emulator, tmp_path)
    report = read_files([tmp_path], jsonl=tmp_path / "out.jsonl", processes=1)
    assert [(file.path.name, file.records, file.verified) for file in report.files] == [
        (name(number), 1, True) for number in (1335, 1336, 1338)
    ]
    assert report.missing == (name(1337),)


def test_a_folder_without_files(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no \.xml or \.xml\.gz file"):
        in_order([tmp_path])


def test_on_the_command_line(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXIL8_PUBMED_FILES", emulator.root + "pubmed/")
    command = ["pubmed", "mirror", str(tmp_path), "--updates", "--from", "1336"]
    emulator.add_file(UPDATES + name(1338), content(1338), checksum="0" * 32)
    assert run(command) == RemoteError.exit_status
    err = capsys.readouterr().err
    assert "1 files fetched" in err
    assert f"missing: {name(1337)}" in err
    assert f"failed: {name(1338)}" in err
    emulator.add_file(UPDATES + name(1338), content(1338))
    assert run(command) == 0
    assert capsys.readouterr().err.splitlines() == ["1 files fetched, 1 there before", f"missing: {name(1337)}"]
    assert run(["pubmed", "mirror", str(tmp_path), "--from", "9", "--to", "3"]) == 2
