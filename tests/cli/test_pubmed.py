"""kg pubmed search, sync and files, against a server on loopback and real files."""

from __future__ import annotations

import json
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from kg import resources
from tests.emulator.index import Entry
from tests.emulator.server import Emulator
from tests.sources.pubmed.written import article, links, numbered, unnumbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Run

KEY = "0123456789abcdef"
SAMPLE = resources.axes() / "cml_il8" / "pubmed_sample.xml.gz"


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """A server that knows the sample of the shipped axis."""
    with Emulator(limit=100_000, key_limit=100_000, retry_after="0") as server:
        server.index.load(SAMPLE)
        monkeypatch.setenv("EXIL8_EUTILS", server.url)
        monkeypatch.setenv("NCBI_API_KEY", KEY)
        monkeypatch.setattr("kg.sources.pubmed.http.RATE_WITH_KEY", 5000.0)
        yield server


@pytest.fixture
def axis(run: Run, tiny: Path, tmp_path: Path) -> Path:
    """A store of a small axis with one ready query, and a paper that PubMed knows by its DOI."""
    (tiny / "pubmed_queries.toml").write_text('[ready]\ntitle = "T"\nquery = "zebrafish[tiab]"\n', encoding="utf-8")
    assert run("build", "--profile", tiny, "--store", tmp_path / "axis.kg", "-q").status == 0
    return tmp_path / "axis.kg"


# search


def test_search_shows_the_newest_hits(run: Run, emulator: Emulator) -> None:
    told = run("pubmed", "search", "exosome*[tiab]", "--limit", 3)
    assert (told.status, told.err) == (0, "")
    title, head, *rows = told.out.splitlines()
    assert title.strip().endswith(" hits")
    assert head.split() == ["pmid", "year", "journal", "title", "status"]
    assert len([row for row in rows if row[:8].strip().isdecimal()]) == 3
    found = run("pubmed", "search", "exosome*[tiab]", "--limit", 3, "--json").json
    assert found["count"] == int(title.split()[0]) > 3
    assert [record["pmid"] for record in found["records"]] == sorted(
        (record["pmid"] for record in found["records"]), key=int, reverse=True
    )
    assert KEY not in told.out + told.err
    assert {call.form["api_key"][0] for call in emulator.journal} == {KEY}


def test_a_ready_query_is_known_by_its_name(run: Run, emulator: Emulator) -> None:
    assert run("pubmed", "search", "cml_vesicles", "--json", "--limit", 1).status == 0
    assert "K562" in emulator.calls("esearch.fcgi")[0].form["term"][0]


def test_no_hit_is_no_error(run: Run, emulator: Emulator) -> None:
    assert run("pubmed", "search", "zzyzx[tiab]", "--json").json == {"count": 0, "records": []}


# sync


def test_sync_finds_the_retraction_of_the_only_paper(run: Run, axis: Path, emulator: Emulator) -> None:
    emulator.index.add(Entry(77, title="Replace this row with the papers of your axis", doi="10.0000/example"))
    first = run("pubmed", "sync", "--store", axis)
    assert first.status == 0
    assert "1 papers got their PMID, 0 have none" in first.err
    assert first.out == "no paper of the graph changed its standing\n"
    emulator.index.retract(77, "2999/01/01", 78)  # after the first sync, whatever the day
    second = run("pubmed", "sync", "--store", axis, "--format", "json", "--quiet")
    assert (second.status, second.err) == (0, "")
    (paper,) = json.loads(second.out)["papers"]
    assert (paper["publication"], paper["after"]) == ("PMID:77", "retracted")
    assert run("query", "publications_by_status", "--store", axis, "--format", "csv").out.endswith("retracted,1\n")
    third = run("pubmed", "sync", "--store", axis, "--format", "csv", "--quiet")
    assert (third.status, third.out.count("\n")) == (0, 1)


def test_sync_names_what_it_did_not_get_and_what_is_gone(
    run: Run, axis: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.index.grow(range(501, 512), text="zebrafish")
    assert run("pubmed", "sync", "--store", axis).status == 0
    emulator.index.grow(range(512, 514), text="zebrafish", crdt="2999/01/01", mdat="2999/01/01")
    search = emulator.service.esearch

    def losing(form: dict[str, list[str]]) -> tuple[int, str, str]:
        answer = search(form)
        if "<Id>513</Id>" in answer[2]:
            emulator.index.entries.pop(513, None)
        return answer

    monkeypatch.setattr(emulator.service, "esearch", losing)
    emulator.index.delete(505)
    with sqlite3.connect(axis / "pubmed.sqlite") as state:
        state.execute("UPDATE mark SET value = '2020-01-01' WHERE name = 'rechecked'")
    state.close()
    told = run("pubmed", "sync", "--store", axis)
    assert told.status == 0
    assert "not given: PMID:513\n" in told.err
    assert "deleted: PMID:505\n" in told.err
    emulator.index.entries.clear()
    with sqlite3.connect(axis / "pubmed.sqlite") as state:
        state.execute("UPDATE mark SET value = '2020-01-01' WHERE name = 'rechecked'")
    state.close()
    told = run("pubmed", "sync", "--store", axis, "--quiet")
    assert told.status == 0
    assert told.err.startswith("not believed: PubMed denies ")


def test_sync_of_a_query_that_is_not_ready(run: Run, axis: Path, emulator: Emulator) -> None:
    told = run("pubmed", "sync", "--query", "nosuch", "--store", axis)
    assert (told.status, told.line) == (2, "the profile has no query 'nosuch'; it has: ready")
    assert emulator.journal == []


# files


def test_files_as_json_lines_without_a_graph(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    told = run("pubmed", "files", SAMPLE, "--jsonl", out, "--no-store", "--processes", 1)
    assert (told.status, told.out) == (0, "")
    assert told.err == "pubmed_sample.xml.gz: 206 records, 206 kept\n"
    records = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(records) == 206
    keys = {
        "pmid", "version", "nlm_status", "title", "title_markup", "vernacular_title", "abstract", "other_abstracts",
        "authors", "investigators", "journal", "published", "doi", "pmcid", "pmc_version", "ids", "languages",
        "publication_types", "mesh", "supplementary_mesh", "keywords", "chemicals", "grants", "databanks",
        "corrections", "references", "retracted", "notice", "concern", "suspected", "preprint",
    }  # fmt: skip
    assert all(record.keys() >= keys for record in records)


def test_files_kept_by_their_words(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    arguments = ["pubmed", "files", SAMPLE, "--jsonl", out, "--no-store", "--processes", 1, "--quiet"]
    assert run(*arguments, "--pmid", "33650662").err == ""
    assert [json.loads(line)["pmid"] for line in out.read_text().splitlines()] == ["33650662"]
    run(*arguments, "--cue", "exosom*", "--cue", "cancer*", "--at-least", 2)
    assert 1 < len(out.read_text().splitlines()) < 206


def test_files_into_the_graph(run: Run, axis: Path, tmp_path: Path) -> None:
    told = run("pubmed", "files", SAMPLE, "--store", axis, "--processes", 1)
    assert (told.status, told.out) == (0, "no paper of the graph changed its standing\n")
    counts = run("status", "--store", axis, "--json").json["counts"]
    assert counts["publications"] > 200
    again = run("pubmed", "files", SAMPLE, "--store", axis, "--processes", 1)
    assert again.err == "pubmed_sample.xml.gz: read before\n"
    assert run("status", "--store", axis, "--json").json["counts"] == counts


RETRACTED = article(5, doi="10.0000/example", revised="2026-02-01", extra=links(("RetractionIn", 90)))


def test_the_report_of_files_in_three_forms(run: Run, axis: Path, tmp_path: Path) -> None:
    forms = {}
    for form in ("text", "csv", "json"):
        store = shutil.copytree(axis, tmp_path / f"{form}.kg")
        told = run(
            "pubmed", "files", unnumbered(tmp_path, "x.xml", RETRACTED), "--store", store, "--format", form, "--quiet"
        )
        assert (told.status, told.err) == (0, "")
        forms[form] = told.out
    assert forms["text"].startswith("PMID:5 is retracted (was current): ")
    assert "lost its only support on" in forms["text"]
    assert forms["csv"].startswith("kind,about,what,before,after,publications\n")
    assert json.loads(forms["json"])["papers"][0]["after"] == "retracted"


@pytest.mark.parametrize("quiet", [(), ("--quiet",)])
def test_a_refused_file_is_told_the_others_are_read_and_the_status_is_three(
    run: Run, axis: Path, tmp_path: Path, quiet: tuple[str, ...]
) -> None:
    good, bad = unnumbered(tmp_path, "good.xml", RETRACTED), tmp_path / "bad.xml"
    bad.write_bytes(good.read_bytes()[:-30])
    told = run("pubmed", "files", good, bad, "--store", axis, "--processes", 1, *quiet)
    assert told.status == 3
    *lines, last = told.err.splitlines()
    assert any(line.startswith(f"refused: {bad}:") for line in lines)
    assert last.startswith("kg: 1 of 2 files refused")
    assert told.out.startswith("PMID:5 is retracted")
    assert f"in quarantine: bad.xml: {bad}:" in run("status", "--store", axis).out
    assert run("status", "--store", axis, "--json").json["quarantine"].keys() == {"bad.xml"}
    bad.write_bytes(good.read_bytes())
    assert run("pubmed", "files", good, bad, "--store", axis, "--processes", 1, *quiet).status == 0
    assert "quarantine" not in run("status", "--store", axis).out


def test_refused_files_without_a_graph(run: Run, tmp_path: Path) -> None:
    good, bad = unnumbered(tmp_path, "good.xml", RETRACTED), tmp_path / "bad.xml"
    bad.write_bytes(b"<html>")
    told = run("pubmed", "files", good, bad, "--no-store", "--jsonl", tmp_path / "o.jsonl", "--processes", 1, "-q")
    assert (told.status, told.out) == (3, "")
    assert "bad.xml" in told.err
    assert (tmp_path / "o.jsonl").read_text().count("\n") == 1


def test_a_file_that_is_read_again_is_told(run: Run, axis: Path, tmp_path: Path) -> None:
    kept = numbered(tmp_path, 1, article(5, title="An exosome"))
    other = numbered(tmp_path, 2, article(5, title="Removed", revised="2026-03-01"))
    arguments = ["--cue", "exosome", "--store", axis, "--processes", 1]
    assert run("pubmed", "files", other, *arguments).err == f"{other.name}: 1 records, 0 kept\n"
    told = run("pubmed", "files", kept, *arguments)
    assert told.err.splitlines()[-1] == f"{other.name}: read again, 1 records about papers kept elsewhere"


def test_ingest_says_what_fell_and_which_file_was_refused(run: Run, axis: Path, tmp_path: Path) -> None:
    good, bad = unnumbered(tmp_path, "good.xml", RETRACTED), tmp_path / "bad.xml"
    bad.write_bytes(good.read_bytes()[:-30])
    told = run("ingest", "pubmed", good, bad, "--store", axis, "--quiet")
    assert told.status == 3
    assert told.out.startswith("PMID:5 is retracted (was current): ")
    first, last = told.err.splitlines()
    assert first.startswith("refused: bad.xml: ")
    assert last.startswith("kg: 1 of 2 files refused")
    again = run("ingest", "pubmed", good, "--store", axis, "--quiet")
    assert (again.status, again.out, again.err) == (0, "", "")
