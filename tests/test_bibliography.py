"""The state of PubMed and the graph beside it: what the one knows, the other says, however it is made."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

import kg
from kg import bibliography, pipeline, retractions
from kg.model import Publication, Status
from kg.sources import europepmc
from kg.sources.pubmed.bulk import read_files
from kg.sources.pubmed.eutils import Eutils
from kg.sources.pubmed.http import Settings
from kg.sources.pubmed.state import STATE, Asked, state_of
from tests.emulator.index import Entry
from tests.emulator.server import Emulator
from tests.sources.pubmed.written import article, delete, links, numbered, unnumbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.graph import KnowledgeGraph

    Lines = Callable[..., list[str]]

DOI = "10.0000/example"
PAPER = f"DOI:{DOI}"
RETRACTED = links(("RetractionIn", 90))


@pytest.fixture
def axis(tiny: Path, tmp_path: Path) -> Path:
    """A store of the template: two relations that rest on one paper, known by its DOI."""
    root = tmp_path / "axis.kg"
    kg.build(root, profile=tiny).close()
    return root


def ingest(root: Path, *files: Path) -> None:
    pipeline.ingest(root, "pubmed", files).close()


def statuses(root: Path) -> dict[str, Status]:
    with contextlib.closing(kg.open(root)) as graph:
        return dict(graph.content.status)


def support(graph: KnowledgeGraph) -> set[str]:
    return {s.evidence.publication for s in graph.content.statements}


# A build into a folder with a state


def test_a_rebuild_keeps_what_the_state_knows(axis: Path, tiny: Path, tmp_path: Path, nquads: Lines) -> None:
    ingest(axis, unnumbered(tmp_path, "new.xml", article(5, doi=DOI, extra=RETRACTED), article(6)))
    with contextlib.closing(kg.open(axis)) as ingested, contextlib.closing(kg.build(axis, profile=tiny)) as rebuilt:
        assert rebuilt.content == ingested.content
        assert rebuilt.content.status == {"PMID:5": Status.RETRACTED, "PMID:6": Status.CURRENT}
        assert not rebuilt.content.live
        told = {(i["source"], i["name"]): i for i in rebuilt.manifest["inputs"]}
        assert told["pubmed", "state"]["rows_kept"] == 2
        assert len(told["pubmed", "state"]["sha256"]) == 64
        with contextlib.closing(kg.build(axis, profile=tiny)) as again:
            assert nquads(again) == nquads(rebuilt)


def test_a_rebuild_of_the_shipped_graph_keeps_what_the_state_knows(
    shipped: KnowledgeGraph, shipped_copy: Path, tmp_path: Path
) -> None:
    """The sample it reads of PubMed gives way to newer records of the state, and older ones to the sample."""
    sample = [p for p in shipped.content.publications if p.revised and p.status is Status.CURRENT][:2]
    newer, older = (int(p.pmid) for p in sample)
    file = unnumbered(
        tmp_path,
        "x.xml",
        article(newer, revised="2099-01-01", extra=RETRACTED),
        article(older, revised="1999-01-01", extra=RETRACTED),
    )
    ingest(shipped_copy, file)
    with contextlib.closing(kg.open(shipped_copy)) as ingested:
        content = ingested.content
    assert content.status[f"PMID:{newer}"] is Status.RETRACTED
    assert content.status[f"PMID:{older}"] is Status.CURRENT
    with contextlib.closing(kg.build(shipped_copy)) as rebuilt:
        assert rebuilt.content == content


def test_a_build_in_a_new_folder_makes_no_state(axis: Path) -> None:
    assert not (axis / STATE).exists()
    with contextlib.closing(kg.open(axis)) as graph:
        assert [i["source"] for i in graph.manifest["inputs"]] == ["curated"]


def test_a_refresh_names_the_state_once(axis: Path, tmp_path: Path) -> None:
    digests = []
    for number, title in enumerate(("One", "Two")):
        with state_of(axis) as state:
            read_files([numbered(tmp_path, number, article(5, title=title))], state=state, processes=1)
        pipeline.refresh(axis, "pubmed").close()
        with contextlib.closing(kg.open(axis)) as graph:
            inputs = [i for i in graph.manifest["inputs"] if i["source"] == "pubmed"]
        assert [i["name"] for i in inputs] == ["state"]
        digests.append(inputs[0]["sha256"])
    assert digests[0] != digests[1]


# Notices


@pytest.mark.parametrize("how", ["ingest", "build"])
def test_a_notice_that_is_deleted_retracts_no_more(axis: Path, tiny: Path, tmp_path: Path, how: str) -> None:
    ingest(axis, numbered(tmp_path, 1, article(5, doi=DOI), article(90, extra=links(("RetractionOf", 5)))))
    assert statuses(axis)["PMID:5"] is Status.RETRACTED
    ingest(axis, numbered(tmp_path, 2, article(8), delete(90)))
    if how == "build":
        kg.build(axis, profile=tiny).close()
    assert statuses(axis) == {
        "PMID:5": Status.CURRENT,
        "PMID:8": Status.CURRENT,
        "PMID:90": Status.DELETED,
    }


def test_a_deleted_notice_about_a_paper_the_state_has_no_record_of(axis: Path, tiny: Path, tmp_path: Path) -> None:
    row = (tiny / "publications.tsv").read_text().replace("DOI:10.0000/example\t\t", "PMID:5\t5\t")
    (tiny / "publications.tsv").write_text(row)
    relations = tiny / "relations.tsv"
    relations.write_text(relations.read_text().replace(PAPER, "PMID:5"))
    kg.build(axis, profile=tiny).close()
    ingest(axis, numbered(tmp_path, 1, article(90, extra=links(("RetractionOf", 5)))))
    assert statuses(axis)["PMID:5"] is Status.RETRACTED
    ingest(axis, numbered(tmp_path, 2, delete(90)))
    assert statuses(axis)["PMID:5"] is Status.CURRENT


@pytest.mark.parametrize("how", ["ingest", "build"])
def test_a_deleted_notice_about_a_paper_whose_newest_record_the_build_read(
    tiny: Path, tmp_path: Path, how: str
) -> None:
    unnumbered(tiny, "sample.xml", article(5, title="Newest", doi=DOI, revised="2026-05-01"))
    with (tiny / "profile.toml").open("a", encoding="utf-8") as file:
        file.write('pubmed = "sample.xml"\n')
    root = tmp_path / "axis.kg"
    kg.build(root, profile=tiny).close()
    notice = article(90, extra=links(("RetractionOf", 5)))
    ingest(root, numbered(tmp_path, 1, article(5, title="Old", doi=DOI), notice))
    assert statuses(root)["PMID:5"] is Status.RETRACTED
    ingest(root, numbered(tmp_path, 2, article(8), delete(90)))
    if how == "build":
        kg.build(root, profile=tiny).close()
    with contextlib.closing(kg.open(root)) as graph:
        assert [(p.title, p.status) for p in graph.content.publications if p.pmid == "5"] == [
            ("Newest", Status.CURRENT)
        ]


def test_what_curators_say_is_not_forgotten(axis: Path, tiny: Path, tmp_path: Path) -> None:
    table = tiny / "publications.tsv"
    head, row = table.read_text().rstrip("\n").split("\n")
    cells = row.split("\t")
    cells[head.split("\t").index("status")] = "retracted"
    table.write_text(head + "\n" + "\t".join(cells) + "\n")
    kg.build(axis, profile=tiny).close()
    for number in (1, 2):  # the first time it has no PMID yet, the second time it has
        ingest(axis, numbered(tmp_path, number, article(5, doi=DOI, revised=f"2026-01-0{number}")))
        assert statuses(axis)["PMID:5"] is Status.RETRACTED
    kg.build(axis, profile=tiny).close()
    assert statuses(axis)["PMID:5"] is Status.RETRACTED


# Papers that get their PMID


@pytest.mark.parametrize("rebuilt", [False, True])
def test_a_match_moves_the_evidence_to_the_pmid(axis: Path, tiny: Path, tmp_path: Path, rebuilt: bool) -> None:
    before = kg.open(axis)
    before.content  # noqa: B018 - read now: the graph will be replaced
    ingest(axis, unnumbered(tmp_path, "x.xml", article(5, extra=RETRACTED)))  # a record without the DOI
    assert statuses(axis) == {PAPER: Status.CURRENT, "PMID:5": Status.RETRACTED}
    with state_of(axis) as state, state.transaction():
        state.note_asked(Publication(id=PAPER, doi=DOI), Asked(pmid="5", reason="", day="2026-01-01"))
    if rebuilt:
        kg.build(axis, profile=tiny).close()
    else:
        pipeline.refresh(axis, "pubmed").close()
    with contextlib.closing(kg.open(axis)) as graph:
        (paper,) = graph.content.publications
        assert (paper.id, paper.doi, paper.title, paper.status) == ("PMID:5", DOI, "T", Status.RETRACTED)
        assert support(graph) == {"PMID:5"}
        assert not graph.content.live
        told = retractions.report(before, graph)
    before.close()
    assert [(p.publication, p.before, p.after) for p in told.papers] == [("PMID:5", "current", "retracted")]
    assert len(told.relations) == 2
    assert [path.cost_after for path in told.paths] == [None]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(limit=100_000, retry_after="0") as server:
        yield server


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Eutils]:
    with Eutils(Settings(base_url=emulator.url, rate=5000, backoff=0.005, read=1.0)) as found:
        yield found


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


PAPERS = [
    Publication(id="DOI:10.1/a", doi="10.1/a"),
    Publication(id="PMC:PMC12", pmcid="PMC12"),
    Publication(id="PMC:PMC13", pmcid="PMC13", title="Of PubMed Central alone"),
    Publication(id="DOI:10.1/b", doi="10.1/b", title="A title", year=2014),
    Publication(id="DOI:10.1/none", doi="10.1/none", title="Unknown", year=2014),
    Publication(id="PMID:9", pmid="9"),
]


def test_papers_are_followed_and_asked_for_once_a_month(client: Eutils, emulator: Emulator, tmp_path: Path) -> None:
    add = emulator.index.add
    add(Entry(1, doi="10.1/A"))
    add(Entry(2, pmcid="PMC12"))
    add(Entry(3, title="A title.", dp="2014/01/01"))
    add(Entry(9))
    told: list[tuple[int, int | None]] = []
    with state_of(tmp_path) as state:
        found = bibliography.follow(client, state, PAPERS, clock=lambda: day(1, 1), progress=lambda *c: told.append(c))
        assert found.found == {"DOI:10.1/a": "1", "PMC:PMC12": "2", "DOI:10.1/b": "3"}
        assert found.open.keys() == {"PMC:PMC13", "DOI:10.1/none"}
        assert state.pmids() == ["1", "2", "3", "9"]
        assert {(p.id, p.pmid) for p in state.matched()} == {
            ("DOI:10.1/a", "1"),
            ("PMC:PMC12", "2"),
            ("DOI:10.1/b", "3"),
        }
        assert told[-1] == (9, 9)
        emulator.journal.clear()
        again = bibliography.follow(client, state, PAPERS, clock=lambda: day(1, 30))
        assert (again, emulator.journal) == (found, [])
        add(Entry(4, title="Of PubMed Central alone", pmcid="PMC13"))
        assert bibliography.follow(client, state, PAPERS, clock=lambda: day(2, 1)).found["PMC:PMC13"] == "4"
        assert {call.endpoint for call in emulator.journal} == {"esearch.fcgi", "efetch.fcgi"}


def test_a_paper_named_by_its_pmc_id_alone_is_asked_for(
    axis: Path, tiny: Path, client: Eutils, emulator: Emulator
) -> None:
    for name in ("publications.tsv", "relations.tsv"):
        file = tiny / name
        file.write_text(file.read_text().replace(f"{PAPER}\t\t{DOI}", "PMC:PMC12\t\t").replace(PAPER, "PMC:PMC12"))
    kg.build(axis, profile=tiny).close()
    emulator.index.add(Entry(5, pmcid="PMC12", links=[("RetractionIn", 90)]))
    with contextlib.closing(kg.open(axis)) as graph, state_of(axis) as state:
        assert bibliography.follow(client, state, graph.content.publications).found == {"PMC:PMC12": "5"}
    pipeline.refresh(axis, "pubmed").close()
    with contextlib.closing(kg.open(axis)) as graph:
        assert support(graph) == {"PMID:5"}
        assert graph.content.status == {"PMID:5": Status.RETRACTED}
        assert json.dumps(retractions.report(graph, graph).to_dict())


# A second source with a state


def test_a_rebuild_keeps_what_europe_pmc_told(axis: Path, tiny: Path) -> None:
    links_ = {"commentCorrection": [{"source": "MED", "id": "5", "type": "Preprint of"}]}
    preprint = {"source": "PPR", "id": "PPR1", "doi": DOI, "title": "Early", "commentCorrectionList": links_}
    with europepmc.state_of(axis) as state:
        state.add(
            [preprint, {"source": "MED", "id": "5", "pmid": "5", "title": "Late", "dateOfRevision": "2026-01-01"}]
        )
    pipeline.refresh(axis, "europepmc").close()
    known = {PAPER: Status.SUPERSEDED, "PMID:5": Status.CURRENT}
    assert statuses(axis) == known
    kg.build(axis, profile=tiny).close()
    assert statuses(axis) == known
