"""What is refused is counted and listed to the last row, and an ingest keeps what was refused before."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import kg
from kg import gathering, joining, pipeline, sources
from kg.model import Entity, Refusal
from kg.sources import curated
from kg.store import refusals

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "sources"


def test_all_refusals_are_written_and_the_first_are_at_hand(tmp_path: Path) -> None:
    given = [Refusal(source="s", file="a.tsv", line=n, what=f"bad\trow {n}", hint="mend it") for n in range(120)]
    with refusals.RefusalLog() as log:
        log.extend(given)
        assert (log.count, len(log.first)) == (120, refusals.FIRST)
        log.write(tmp_path)
        log.add(given[0])  # writing leaves the log as it was
        assert log.count == 121
    found = list(refusals.read(tmp_path))
    assert [r.line for r in found] == list(range(120))
    assert found[7].what == "bad row 7"
    assert not list(refusals.read(tmp_path, without={("s", "a.tsv")}))
    assert len(list(refusals.read(tmp_path, without={("s", "b.tsv")}))) == 120


def test_no_refusal_no_file(tmp_path: Path) -> None:
    with refusals.RefusalLog() as log:
        log.write(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert list(refusals.read(tmp_path)) == []


def test_a_graph_lists_what_its_build_and_every_ingest_refused(tiny: Path, tmp_path: Path) -> None:
    good = (FIXTURES / "omnipath_ligrec.tsv").read_text(encoding="utf-8")
    first, second = tmp_path / "first.tsv", tmp_path / "second.tsv"
    first.write_text(good + "x\ty\n" * 70, encoding="utf-8")
    second.write_text(good + "x\ty\n" * 30, encoding="utf-8")
    kg.build(
        tmp_path / "a.kg",
        profile=tiny,
        sources=[("curated", tiny), ("omnipath", first)],
        versions={"omnipath": "of 2019"},
    ).close()
    for file in (second, second):  # the second time changes nothing
        pipeline.ingest(tmp_path / "a.kg", "omnipath", [file], version="of 2024").close()
    graph = kg.open(tmp_path / "a.kg")
    files = Counter(Path(r.file).name for r in refusals.read(graph.store.place.folder))
    assert files == {"first.tsv": 70, "second.tsv": 30}
    assert graph.manifest["counts"]["refused"] == 100
    assert len(graph.manifest["refusals"]) == refusals.FIRST
    told = {i["name"]: (i["version"], i["rows_refused"]) for i in graph.manifest["inputs"]}
    assert (told["first.tsv"], told["second.tsv"]) == (("of 2019", 70), ("of 2024", 30))
    stale = [f for f in graph.audit().findings if f.check == "stale-version"]
    assert [f.about for f in stale if "first" in f.about] == ["omnipath first.tsv"]
    graph.close()


def test_an_open_graph_keeps_no_entity_that_only_a_closed_source_speaks_of(tiny: Path, tmp_path: Path) -> None:
    closed = replace(sources.load("omnipath").INFO, name="closed", licence="CC-BY-NC-4.0")
    described = Entity(id="HGNC:5992", label="IL1B", type="gene_product")
    own = kg.build(tmp_path / "own.kg", profile=tiny)
    end = own.content.statements[0].relation.subject
    own.close()
    spoken_of = Entity(id=end, label="another name", type="gene_product")
    with gathering.begin(curated.read_sites(tiny), tiny, open_only=True) as gathered:
        gathering.read_one("curated", tiny, gathered, None)
        gathered.infos["closed"] = closed
        gathered.closed += [(1, described), (1, spoken_of)]
        content = joining.content(gathered)
    assert "HGNC:5992" not in {e.id for e in content.entities}
    assert next(e for e in content.entities if e.id == end).synonyms.count("another name") == 1
