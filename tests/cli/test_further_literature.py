"""kg pubmed links and kg europepmc, against servers on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import kg
from tests.emulator.europepmc import VERSION_ONLY, EuropePmc
from tests.emulator.index import Entry
from tests.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Run

PREPRINT = {
    "id": "PPR1", "source": "PPR", "doi": "10.1101/1", "title": "Exosomes of CML cells", "pubYear": "2020",
    "abstractText": "IL-8 in K562 cells",
    "commentCorrectionList": {"commentCorrection": [{"id": "77", "source": "MED", "type": "Preprint of"}]},
}  # fmt: skip
PAPER = {"id": "77", "source": "MED", "pmid": "77", "title": "The same, in print", "pubYear": "2021"}
NAMELESS = {"id": "9", "source": "PPR", "title": "No identifier"}


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator(limit=100_000, key_limit=100_000, retry_after="0") as server:
        monkeypatch.setenv("EXIL8_EUTILS", server.url)
        monkeypatch.setenv("NCBI_API_KEY", "k")
        monkeypatch.setattr("kg.sources.pubmed.http.RATE_WITH_KEY", 5000.0)
        for number in (5, 6):
            server.index.add(Entry(number, title=f"Paper {number}"))
        server.service.links[("pubmed_pubmed_citedin", 77)] = [5, 6, 7]
        server.service.links[("pubmed_pubmed_refs", 77)] = [5]
        yield server


@pytest.fixture
def europepmc(monkeypatch: pytest.MonkeyPatch) -> Iterator[EuropePmc]:
    with EuropePmc([PREPRINT, PAPER, NAMELESS]) as server:
        monkeypatch.setenv("EXIL8_EUROPEPMC", server.url)
        yield server


# Abstracts, on every route

RECORD = """<?xml version="1.0"?>
<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">90000001</PMID>
<DateRevised><Year>2021</Year><Month>01</Month><Day>02</Day></DateRevised>
<Article><Journal><JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue></Journal>
<ArticleTitle>A cytokine</ArticleTitle><Abstract><AbstractText>marigold quince: TNF-alpha raises CD106 in zebrafish.
</AbstractText></Abstract></Article></MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="entrez">
<Year>2020</Year><Month>05</Month><Day>04</Day></PubMedPubDate></History><ArticleIdList>
<ArticleId IdType="pubmed">90000001</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>
"""
ROUTES = {
    "ingest": ("ingest", "pubmed", "{file}"),
    "files": ("pubmed", "files", "{file}", "--processes", "1"),
    "sync": ("pubmed", "sync"),
}


@pytest.mark.parametrize("route", ROUTES)
def test_entities_of_an_abstract_arrive_and_its_text_does_not(
    run: Run, emulator: Emulator, tiny: Path, tmp_path: Path, route: str
) -> None:
    file, root = tmp_path / "update.xml", tmp_path / "axis.kg"
    file.write_text(RECORD, encoding="utf-8")
    (tiny / "pubmed_queries.toml").write_text('[ready]\ntitle = "T"\nquery = "zebrafish[tiab]"\n', encoding="utf-8")
    emulator.index.load(file)
    assert run("build", "--profile", tiny, "--store", root, "-q").status == 0
    assert run(*(part.format(file=file) for part in ROUTES[route]), "--store", root, "-q").status == 0
    graph = kg.open(root)
    paper = next(p for p in graph.content.publications if p.id == "PMID:90000001")
    assert paper.abstract_entities == ("HGNC:11892", "HGNC:12663")
    found = graph.answer(
        "SELECT ?e { ?m exil8:mentioned_in PMID:90000001 ; exil8:mentioned ?e ; exil8:how 'abstract' }"
    )
    assert sorted(str(row[0]) for row in found.rows()[1]) == ["HGNC:11892", "HGNC:12663"]
    for stored in graph.store.place.folder.rglob("*"):
        assert not (stored.is_file() and b"marigold" in stored.read_bytes()), stored


# kg pubmed links


def test_links_as_a_table(run: Run, emulator: Emulator) -> None:
    told = run("pubmed", "links", "77", "PMID:78")
    assert (told.status, told.err) == (0, "")
    title, head, *rows = told.out.splitlines()
    assert title.strip() == "cited_by: 3 of 77, 0 of 78"
    assert head.split() == ["pmid", "linked", "year", "journal", "title"]
    assert [row.split()[:2] for row in rows] == [["77", "5"], ["77", "6"], ["77", "7"]]
    assert "Paper 5" in rows[0]


def test_links_as_json_without_a_summary(run: Run, emulator: Emulator) -> None:
    found = run("pubmed", "links", "77", "78", "--kind", "references", "--json").json
    assert found == [
        {"pmid": "77", "kind": "references", "linked": ["5"]},
        {"pmid": "78", "kind": "references", "linked": []},
    ]
    assert emulator.calls("esummary.fcgi") == []
    assert run("pubmed", "links", "77", "--kind", "similar", "--json").json[0]["linked"] == []


def test_the_table_of_links_is_cut_and_counted(run: Run, emulator: Emulator) -> None:
    told = run("pubmed", "links", "77", "--limit", 1)
    assert "3 of 77" in told.out
    assert len(told.out.splitlines()) == 3


@pytest.mark.parametrize("text", ["0", "IL-8", "1234567890", "²"])
def test_what_is_no_pmid(run: Run, emulator: Emulator, text: str) -> None:
    told = run("pubmed", "links", text)
    assert (told.status, told.line) == (2, f"{text!r} is no PMID; write a number such as 24657661")
    assert emulator.journal == []


# kg europepmc


def test_search(run: Run, europepmc: EuropePmc) -> None:
    europepmc.script = [VERSION_ONLY]
    told = run("europepmc", "search", "CML", "--preprints", "--limit", 3)
    assert told.status == 0
    assert told.err == "refused: Europe PMC: result '9' has no PMID, DOI or PMC id\n"
    title, head, *rows = told.out.splitlines()
    assert title.strip() == "3 hits"
    assert head.split() == ["id", "year", "types", "title", "status", "published_as"]
    assert rows[0].split()[:3] == ["DOI:10.1101/1", "2020", "Preprint"]
    assert rows[0].rstrip().endswith("PMID:77")
    assert {call["query"][0] for call in europepmc.calls} == {"(CML) AND SRC:PPR"}
    assert {call["pageSize"][0] for call in europepmc.calls} == {"3"}


def test_search_as_json(run: Run, europepmc: EuropePmc) -> None:
    found = run("europepmc", "search", "CML", "--json").json
    assert (found["count"], [r["id"] for r in found["records"]]) == (3, ["DOI:10.1101/1", "PMID:77"])
    assert found["records"][0]["published_as"] == ["PMID:77"]


def test_a_service_that_never_answers_is_an_error(
    run: Run, europepmc: EuropePmc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.sources.europepmc.client.time.sleep", lambda _seconds: None)
    europepmc.script = [VERSION_ONLY] * 50
    told = run("europepmc", "search", "CML")
    assert told.status == 5
    assert "an answer without results" in told.line


def test_sync_brings_preprints_into_the_graph(run: Run, europepmc: EuropePmc, tiny: Path, tmp_path: Path) -> None:
    root = tmp_path / "axis.kg"
    assert run("build", "--profile", tiny, "--store", root, "-q").status == 0
    for _ in range(2):  # the second time changes nothing
        told = run("europepmc", "sync", "CML", "--store", root)
        assert (told.status, told.out) == (0, "no paper of the graph changed its standing\n")
        assert "3 results fetched" in told.err
        found = {p.id: p for p in kg.open(root).content.publications if p.source == "europepmc"}
        assert sorted(found) == ["DOI:10.1101/1", "PMID:77"]
    answer = run("query", "preprints", "--store", root, "--format", "csv").out.splitlines()
    assert answer[1:] == ['DOI:10.1101/1,2020,Exosomes of CML cells,superseded,PMID:77,"The same, in print"']


def test_sync_says_which_paper_fell(run: Run, europepmc: EuropePmc, shipped_copy: Path) -> None:
    retraction = {"commentCorrection": [{"id": "1", "source": "MED", "type": "Retraction in"}]}
    europepmc.results = [{"id": "1", "source": "MED", "pmid": "24657661", "commentCorrectionList": retraction}]
    told = run("europepmc", "sync", "EXT_ID:24657661", "--store", shipped_copy, "-q")
    assert told.status == 0
    assert "PMID:24657661" in told.out
    assert "retracted" in told.out
