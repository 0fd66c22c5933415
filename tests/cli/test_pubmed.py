"""kg pubmed search, sync and files, against a server on loopback and real files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kg import resources
from tests.emulator.index import Entry
from tests.emulator.server import Emulator

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
