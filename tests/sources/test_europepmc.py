"""Europe PMC against a server on loopback that has its known faults, and its state beside a graph."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import kg
from kg import pipeline, sources
from kg.errors import RemoteError, SourceError, StoreError
from kg.model import Publication, Refusal, Status
from kg.sources import europepmc
from kg.sources.europepmc import Settings, State
from kg.store import rdf_reading
from tests.emulator.europepmc import VERSION_ONLY, EuropePmc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server() -> Iterator[EuropePmc]:
    with EuropePmc([{"id": str(n), "source": "MED", "pmid": str(n), "title": f"T{n}"} for n in range(1, 26)]) as found:
        yield found


@pytest.fixture
def settings(server: EuropePmc) -> Settings:
    return Settings(base_url=server.url, page=10, rate=1000, backoff=0.001, email="a@b.c")


def test_all_pages(server: EuropePmc, settings: Settings) -> None:
    calls: list[tuple[int, int | None]] = []
    found = list(europepmc.search("CML", settings=settings, progress=lambda *c: calls.append(c)))
    assert [result["pmid"] for result in found] == [str(n) for n in range(1, 26)]
    assert calls == [(10, 25), (20, 25), (25, 25)]


def test_an_answer_of_nothing_but_the_version_is_asked_again(server: EuropePmc, settings: Settings) -> None:
    server.script = [VERSION_ONLY, (503, ""), (200, "{"), VERSION_ONLY]
    assert len(list(europepmc.search("CML", settings=settings))) == 25


def test_in_the_end_it_is_an_error(server: EuropePmc, settings: Settings) -> None:
    server.script = [VERSION_ONLY] * 50
    with pytest.raises(RemoteError, match="without results"):
        list(europepmc.search("CML", settings=settings))
    assert len(server.calls) == 6


def test_a_refusal_is_not_repeated(server: EuropePmc, settings: Settings) -> None:
    server.script = [(400, "bad query")] * 5
    with pytest.raises(RemoteError, match="status 400: bad query"):
        list(europepmc.search("((", settings=settings))
    assert len(server.calls) == 1


def test_results_that_go_missing_are_an_error(server: EuropePmc, settings: Settings) -> None:
    server.lose = 1
    with pytest.raises(RemoteError, match="counts 25 results and gave 23"):
        list(europepmc.search("CML", settings=settings))


def test_publication() -> None:
    found = europepmc.publication(
        {
            "id": "1",
            "source": "MED",
            "pmid": "1",
            "doi": "10.1/x",
            "title": "A  <i>title</i>",
            "pubYear": "2020",
            "firstPublicationDate": "2020-05-06",
            "journalInfo": {"journal": {"isoabbreviation": "J X"}},
            "authorList": {
                "author": [
                    {"lastName": "Doe", "initials": "J", "authorId": {"type": "ORCID", "value": "0000-0002-1825-0097"}}
                ]
            },
            "pubTypeList": {"pubType": ["Journal Article"]},
            "meshHeadingList": {"meshHeading": [{"majorTopic_YN": "Y", "descriptorName": "Exosomes"}]},
            "commentCorrectionList": {"commentCorrection": [{"id": "2", "source": "MED", "type": "Retraction in"}]},
        }
    )
    assert isinstance(found, Publication)
    assert (found.id, found.title, found.first_author, found.status) == ("PMID:1", "A title", "Doe J", Status.RETRACTED)
    assert found.authors[0].orcid == "0000-0002-1825-0097"
    assert found.mesh == (), "headings without identifiers are left to PubMed"
    assert (found.links[0].type, found.links[0].target) == ("RetractionIn", "PMID:2")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"title": "RETRACTED: x"}, Status.SUSPECTED),
        ({"pubTypeList": {"pubType": ["Retracted Publication"]}}, Status.RETRACTED),
        ({"commentCorrectionList": {"commentCorrection": [{"id": "2", "type": "Erratum in"}]}}, Status.CORRECTED),
        ({}, Status.CURRENT),
    ],
)
def test_status(fields: dict[str, Any], status: Status) -> None:
    found = europepmc.publication({"id": "5", "pmid": "5", **fields})
    assert isinstance(found, Publication)
    assert found.status is status


def test_a_result_without_any_identifier_is_refused() -> None:
    found = europepmc.publication({"id": "5", "title": "T"})
    assert isinstance(found, Refusal)
    assert "'5'" in found.what


PREPRINT = {
    "id": "PPR1", "source": "PPR", "doi": "10.1101/2020.01.01.1", "title": "Exosomes of CML cells", "pubYear": "2020",
    "abstractText": "<h4>Aim</h4>marigold quince: IL-8 in K562 cells", "pubTypeList": {"pubType": ["Preprint"]},
    "dateOfRevision": "2020-02-01",
    "commentCorrectionList": {"commentCorrection": [
        {"id": "24657661", "source": "MED", "type": "Preprint of", "reference": "J Cell. 2014"},
        {"id": "1", "source": "MED", "type": "Unheard of"},
    ]},
}  # fmt: skip


def test_a_preprint_and_its_published_version() -> None:
    found = europepmc.publication(PREPRINT)
    assert isinstance(found, Publication)
    assert (found.id, found.types) == ("DOI:10.1101/2020.01.01.1", ("Preprint",))
    assert [(link.type, link.target) for link in found.links] == [("UpdateIn", "PMID:24657661")]
    back = europepmc.publication(
        {"id": "2", "source": "MED", "pmid": "2", "commentCorrectionList": {"commentCorrection": [
            {"id": "PPR1", "source": "PPR", "type": "Preprint in", "reference": "bioRxiv"}]}}
    )  # fmt: skip
    assert isinstance(back, Publication)
    assert [(link.type, link.target, link.citation) for link in back.links] == [("UpdateOf", "", "bioRxiv")]


@pytest.mark.parametrize("field", [{"pmid": "0"}, {"pmid": "x"}, {"doi": "no doi"}, {"pmcid": "1"}])
def test_identifiers_that_are_none_are_refused(field: dict[str, str]) -> None:
    assert isinstance(europepmc.publication({"id": "5", "title": "T", **field}), Refusal)


def test_a_cursor_that_comes_again_is_the_end(server: EuropePmc, settings: Settings) -> None:
    def page(cursor: str) -> tuple[int, str]:
        found = {"hitCount": 2, "nextCursorMark": cursor, "resultList": {"result": [{"id": "1", "pmid": "1"}]}}
        return 200, json.dumps(found)

    server.script = [page("a"), page("b"), page("a")]
    assert len(list(europepmc.pages("x", settings=settings))) == 3


@pytest.mark.parametrize("odd", [[], {"hitCount": "x"}, {"hitCount": 1, "resultList": {"result": ["x"]}}, None])
def test_an_answer_of_another_form_is_asked_again(server: EuropePmc, settings: Settings, odd: object) -> None:
    server.script = [(200, json.dumps(odd))]
    assert len(list(europepmc.search("CML", settings=settings))) == 25


# The state, and the graph


def later(**fields: object) -> dict[str, Any]:
    return PREPRINT | {"dateOfRevision": "2020-03-01"} | fields


def test_the_later_form_of_a_result_counts_in_any_order() -> None:
    forms: list[dict[str, Any]] = [PREPRINT, later(title="Later"), later(title="Equally late")]
    kept = set()
    for order in (forms, forms[::-1], [forms[1], forms[0], forms[2]]):
        with State(":memory:") as state:
            assert state.add(order) == 3
            (one,) = state.results()
            kept.add(one["title"])
    assert kept == {"Later"}


def test_what_came_before_an_error_is_kept(tmp_path: Path) -> None:
    def results() -> Iterator[dict[str, Any]]:
        yield from ({"source": "MED", "id": str(n), "pmid": str(n)} for n in range(1, 751))
        raise RemoteError("gone")

    with State(tmp_path / "s.sqlite") as state:
        with pytest.raises(RemoteError):
            state.add(results())
        assert len(list(state.results())) == 500


def test_a_state_of_another_version_and_none_at_all(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "s.sqlite"
    State(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(StoreError, match="version 9, this program reads 1"):
        State(path)
    path.write_text("no database, and long enough to be seen as none by the library that reads it" * 20)
    with pytest.raises(StoreError, match="cannot be opened"):
        State(path)


def test_files_into_a_graph(shipped_copy: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    results = [PREPRINT, {"id": "9", "source": "PPR", "title": "No identifier"}]
    answer.write_text(json.dumps({"version": "6.9", "hitCount": 2, "resultList": {"result": results}}))
    for _ in range(2):
        pipeline.ingest(shipped_copy, "europepmc", [answer]).close()
    graph = kg.open(shipped_copy)
    (paper,) = (p for p in graph.content.publications if p.source == "europepmc")
    assert paper.abstract_entities == ("Cellosaurus:CVCL_0004", "HGNC:6025")
    assert rdf_reading.read(graph.store.quads()).publications == graph.content.publications
    columns, rows = graph.answer("preprints").rows()
    assert columns == ["publication", "year", "title", "status", "published_as", "published_title"]
    (mine,) = (row for row in rows if row[0] == paper.id)
    assert mine[4] == "PMID:24657661"
    assert mine[5]
    assert graph.validate().conforms
    assert [i["rows_refused"] for i in graph.manifest["inputs"] if i["source"] == "europepmc"] == [1]
    for file in graph.store.place.folder.rglob("*"):
        assert not (file.is_file() and b"marigold" in file.read_bytes()), "no abstract is in the graph"
    graph.close()


def test_a_build_of_its_own(tmp_path: Path, tiny: Path) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(json.dumps(PREPRINT) + "\n" + json.dumps(later(title="Later")) + "\n")
    graph = kg.build(tmp_path / "axis.kg", profile=tiny, sources=[("curated", tiny), ("europepmc", file)])
    assert [p.title for p in graph.content.publications if p.source == "europepmc"] == ["Later"]
    graph.close()


def test_a_file_that_is_no_answer(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.json"
    good.write_text(json.dumps(PREPRINT))
    bad.write_text("<html>")
    with pytest.raises(SourceError):
        list(europepmc.read(bad))
    with pytest.raises(SourceError, match=r"bad\.json"):
        europepmc.keep([good, bad], tmp_path)
    assert list(europepmc.kept(tmp_path, mentions=lambda _text: ())) == []


def test_it_keeps_a_state_of_which_a_build_knows(tmp_path: Path, tiny: Path) -> None:
    assert isinstance(sources.load("europepmc"), sources.KeepingSource)
    root = tmp_path / "axis.kg"
    kg.build(root, profile=tiny).close()
    file = tmp_path / "results.jsonl"
    file.write_text(json.dumps(PREPRINT))
    pipeline.ingest(root, "europepmc", [file]).close()
    again = kg.build(root, profile=tiny)
    assert [p.id for p in again.content.publications if p.source == "europepmc"] == ["DOI:10.1101/2020.01.01.1"]
    again.close()
