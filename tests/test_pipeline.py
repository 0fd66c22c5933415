"""From sources to a stored graph: the same bytes twice, nothing half done, nothing retracted that still speaks."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg
from kg import merge, pipeline, profile
from kg.errors import KgError, SourceError, StoreError
from kg.model import Polarity, Status
from kg.sources import curated
from kg.store import rdf_reading, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.graph import KnowledgeGraph

    Lines = Callable[..., list[str]]

ANCHOR = "PMID:24657661"
CAO = "DOI:10.3389/fonc.2019.00188"

RECORD = """<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>
<DateRevised><Year>{revised}</Year><Month>01</Month><Day>15</Day></DateRevised>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>{year}</Year></PubDate>
</JournalIssue><Title>Journal of Examples</Title></Journal><ArticleTitle>{title}</ArticleTitle><Language>eng</Language>
<PublicationTypeList><PublicationType UI="D016428">{type}</PublicationType></PublicationTypeList></Article>
<MedlineJournalInfo><MedlineTA>J Ex</MedlineTA></MedlineJournalInfo>
<CommentsCorrectionsList><CommentsCorrections RefType="{link}"><RefSource>J Ex. 2020;1:1</RefSource>
<PMID Version="1">{other}</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation>
<PubmedData><PublicationStatus>ppublish</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId>
</ArticleIdList></PubmedData></PubmedArticle>"""


def pubmed_xml(file: Path, *records: dict[str, str]) -> Path:
    usual = {"year": "2014", "title": "A title", "revised": "2020"}
    articles = "\n".join(RECORD.format(**(usual | record)) for record in records)
    file.write_text(f'<?xml version="1.0"?>\n<PubmedArticleSet>\n{articles}\n</PubmedArticleSet>\n', encoding="utf-8")
    return file


RETRACTED = {"pmid": "24657661", "type": "Retracted Publication", "link": "RetractionIn", "other": "99999999"}
NOTICE = {"pmid": "99999999", "type": "Retraction of Publication", "link": "RetractionOf", "other": "24657661"}


def append(file: Path, *cells: str) -> None:
    with file.open("a", encoding="utf-8") as handle:
        handle.write("\t".join(cells) + "\n")


def shuffle(file: Path, seed: int) -> None:
    head, *rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(seed).shuffle(rows)
    file.write_text(head + "".join(rows), encoding="utf-8")


# The same bytes twice


def test_two_builds_are_the_same_bytes(shipped: KnowledgeGraph, nquads: Lines, tmp_path: Path) -> None:
    again = kg.build(tmp_path / "again.kg")
    assert nquads(again) == nquads(shipped)
    assert again.store.revision == shipped.store.revision
    again.close()


def test_order_of_rows_leaves_no_trace(shipped: KnowledgeGraph, nquads: Lines, axis_copy: Path, tmp_path: Path) -> None:
    for name in ("entities", "publications", "relations"):
        shuffle(axis_copy / f"{name}.tsv", 8)
    again = kg.build(tmp_path / "again.kg", profile=axis_copy)
    # Only the digest of the files themselves, in the provenance, is another one.
    assert nquads(again, provenance=False) == nquads(shipped, provenance=False)
    assert again.content == shipped.content
    again.close()


def test_order_of_sources_leaves_no_trace(shipped: KnowledgeGraph, nquads: Lines, tmp_path: Path) -> None:
    turned = [(s.name, s.path) for s in reversed(shipped.profile.sources)]
    again = kg.build(tmp_path / "again.kg", sources=turned)
    assert nquads(again) == nquads(shipped)
    again.close()


def test_no_blank_nodes_and_no_triple_in_two_graphs(shipped: KnowledgeGraph) -> None:
    triples = []
    for quad in shipped.store.quads():
        assert "BlankNode" not in {
            type(quad.subject).__name__,
            type(quad.object).__name__,
            type(quad.graph_name).__name__,
        }
        triples.append((quad.subject, quad.predicate, quad.object))
    assert len(triples) == len(set(triples)) > 20_000


def test_count_of_the_union_counts_each_triple_once(shipped: KnowledgeGraph) -> None:
    counted = shipped.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert counted["n"].tolist() == [len({(q.subject, q.predicate, q.object) for q in shipped.store.quads()})]


def test_reading_a_file_again_changes_nothing(shipped: KnowledgeGraph, nquads: Lines, shipped_copy: Path) -> None:
    sample = next(s.path for s in shipped.profile.sources if s.name == "pubmed")
    pipeline.ingest(shipped_copy, "pubmed", [sample]).close()
    again = kg.open(shipped_copy)
    assert nquads(again) == nquads(shipped)
    assert again.manifest["inputs"] == shipped.manifest["inputs"]
    again.close()


def test_ingest_of_a_part_comes_to_the_same_as_a_build_with_all(
    shipped: KnowledgeGraph, nquads: Lines, tmp_path: Path
) -> None:
    by_name = {s.name: s.path for s in shipped.profile.sources}
    first = kg.build(tmp_path / "part.kg", sources=[("curated", by_name["curated"])])
    assert len(first.content.publications) < len(shipped.content.publications)
    first.close()
    pipeline.ingest(tmp_path / "part.kg", "pubmed", [by_name["pubmed"]]).close()
    again = kg.open(tmp_path / "part.kg")
    assert nquads(again) == nquads(shipped)
    again.close()


# What a store holds, twice


def test_tables_and_triples_say_the_same(shipped: KnowledgeGraph) -> None:
    read = rdf_reading.read(shipped.store.quads())
    for part in ("sites", "entities", "publications", "statements"):
        assert getattr(read, part) == getattr(shipped.content, part)


@pytest.mark.parametrize("how", ["deleted", "stale", "damaged", "of other columns"])
@pytest.mark.parametrize("name", ["relations", "publications"])
def test_content_comes_from_triples_where_a_table_is_no_good(
    shipped: KnowledgeGraph, shipped_copy: Path, name: str, how: str
) -> None:
    graph = kg.open(shipped_copy)
    file = graph.store.place.folder / f"{name}.parquet"
    if how == "deleted":
        file.unlink()
    elif how == "stale":
        tables.write(shipped.content, file.parent, "0" * 16)
    elif how == "damaged":
        file.write_bytes(b"PAR1 nonsense")
    else:
        shutil.copy(file.parent / "sites.parquet", file)
    assert pipeline.content_of(graph.store) == shipped.content
    assert graph.store.table(name) is not None, "the table was not written again"
    graph.close()


def test_content_comes_from_triples_where_nothing_can_be_written(
    shipped: KnowledgeGraph, shipped_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = kg.open(shipped_copy)
    (graph.store.place.folder / "sites.parquet").unlink()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables, "write", full)
    assert pipeline.content_of(graph.store) == shipped.content
    graph.close()


# Retraction


def relations_on(graph: KnowledgeGraph, paper: str) -> set[str]:
    """Relations that rest on one paper alone."""
    papers: dict[str, set[str]] = {}
    for s in graph.content.statements:
        papers.setdefault(s.relation.id, set()).add(s.evidence.publication)
    return {relation for relation, found in papers.items() if found == {paper}}


@pytest.mark.parametrize("records", [(RETRACTED,), (NOTICE,), (RETRACTED, NOTICE)], ids=["retracted", "notice", "both"])
def test_a_retracted_paper_speaks_no_more(
    shipped: KnowledgeGraph, shipped_copy: Path, tmp_path: Path, records: tuple[dict[str, str], ...]
) -> None:
    alone = {r for r in relations_on(shipped, ANCHOR) if shipped.content.relations[r].polarity is not Polarity.NONE}
    assert alone <= shipped.content.live
    assert ANCHOR in shipped.paths("CML exosome", "cell survival@cml_cell", k=1)[0].publications
    pipeline.ingest(shipped_copy, "pubmed", [pubmed_xml(tmp_path / "update.xml", *records)]).close()
    graph = kg.open(shipped_copy)
    assert graph.content.status[ANCHOR] is Status.RETRACTED
    assert not alone & graph.content.live
    for relation in alone:
        assert graph.content.beliefs[relation].value == 0.0
    rows = graph.store.table("relations").to_pylist()  # type: ignore[union-attr]
    assert {row["belief"] for row in rows if row["id"] in alone} == {0.0}
    stated = {
        (r.subject, r.predicate, r.object) for key, r in graph.content.relations.items() if key in graph.content.live
    }
    for fallen in (graph.content.relations[key] for key in alone):
        triple = (fallen.subject, fallen.predicate, fallen.object)
        ask = f"ASK {{ GRAPH exil8g:direct {{ {triple[0]} exil8:{triple[1]} {triple[2]} }} }}"
        assert graph.query(ask)["answer"].tolist() == [triple in stated]
    best = graph.paths("CML exosome", "cell survival@cml_cell", k=10)
    assert all(ANCHOR not in path.publications for path in best)
    assert graph.query("publications_by_status")["count"].tolist()[-1] == 2
    shown = graph.paths("CML exosome", "cell survival@cml_cell", k=1, include_retracted=True)
    assert ANCHOR in shown[0].publications
    graph.close()


@pytest.mark.parametrize("names", [("new.xml", "old.xml"), ("pubmed26n1340.xml", "pubmed26n1339.xml")])
@pytest.mark.parametrize("turned", [False, True])
def test_files_end_in_the_same_graph_in_any_order(
    shipped_copy: Path, tmp_path: Path, names: tuple[str, str], turned: bool
) -> None:
    newer = pubmed_xml(tmp_path / names[0], dict(RETRACTED, revised="2021"))
    older = pubmed_xml(
        tmp_path / names[1], dict(RETRACTED, type="Journal Article", link="Cites", title="As it was", revised="2020")
    )
    for file in (newer, older, newer) if turned else (older, newer, older):
        pipeline.ingest(shipped_copy, "pubmed", [file]).close()
    graph = kg.open(shipped_copy)
    assert graph.content.status[ANCHOR] is Status.RETRACTED
    paper = next(p for p in graph.content.publications if p.id == ANCHOR)
    assert (paper.title, paper.revised) == ("A title", "2021-01-15")
    graph.close()


def test_a_record_that_is_older_than_what_the_build_read_changes_nothing(shipped_copy: Path, tmp_path: Path) -> None:
    before = kg.open(shipped_copy)
    paper = next(p for p in before.content.publications if p.revised and p.status is Status.CURRENT)
    before.close()
    older = dict(RETRACTED, pmid=paper.pmid, title="As it was", revised="1999")
    store = pipeline.ingest(shipped_copy, "pubmed", [pubmed_xml(tmp_path / "old.xml", older)])
    after = next(p for p in pipeline.content_of(store).publications if p.id == paper.id)
    assert (after.title, after.status, after.revised) == (paper.title, Status.CURRENT, paper.revised)
    store.close()


def test_what_only_the_curated_table_knows_survives_a_new_record(
    shipped: KnowledgeGraph, shipped_copy: Path, tmp_path: Path
) -> None:
    before = next(p for p in shipped.content.publications if p.id == ANCHOR)
    file = pubmed_xml(tmp_path / "new.xml", dict(RETRACTED, type="Journal Article", title="A new title"))
    store = pipeline.ingest(shipped_copy, "pubmed", [file])
    after = next(p for p in pipeline.content_of(store).publications if p.id == ANCHOR)
    assert after.title == "A new title"
    assert (after.doi, after.first_author) == (before.doi, before.first_author)
    store.close()


def test_a_row_on_a_retracted_paper_is_shown_and_never_walked(axis_copy: Path, tmp_path: Path) -> None:
    append(
        axis_copy / "relations.tsv",
        *("exil8:r9999", "CHEBI:61668", "oroxylin A", "extracellular", "", "inhibits", "HGNC:2561", "CXCR4"),
        *("cml_cell", "plasma_membrane", "-", "direct", "result", "CML", "NCBITaxon:9606", "K562", "western blot", CAO),
        *("Oroxylin A lowers CXCR4 signalling in CML cells.", ""),
    )  # fmt: skip
    graph = kg.build(tmp_path / "cao.kg", profile=axis_copy)
    assert graph.content.status[CAO] is Status.RETRACTED
    rows = graph.query("SELECT ?b WHERE { ?r exil8:belief ?b ; exil8:evidence/exil8:record 'exil8:r9999' }")
    assert rows["b"].tolist() == [0.0]
    assert graph.query("ASK { CHEBI:61668 exil8:inhibits HGNC:2561 }")["answer"].tolist() == [False]
    assert len(graph.paths("oroxylin A", "CXCR4@cml_cell", sign="-")) == 0
    shown = graph.paths("oroxylin A", "CXCR4@cml_cell", sign="-", include_retracted=True)
    assert shown[0].publications == (CAO,)
    assert CAO in str(graph.explain("exil8:r9999"))
    graph.close()


# What the build says of itself


def test_progress_is_told_per_source(tiny: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    kg.build(tmp_path / "p.kg", profile=tiny, progress=lambda name, count: told.append((name, count))).close()
    assert told == [("curated", 6)]


def test_the_manifest_names_what_was_read(shipped: KnowledgeGraph) -> None:
    manifest = shipped.manifest
    assert manifest["profile"] == "cml_il8"
    for item in manifest["inputs"]:
        assert set(item) == {
            "source", "name", "sha256", "licence", "version", "rows_read", "rows_kept", "rows_refused"
        }  # fmt: skip
        assert item["licence"]
        assert item["rows_kept"] + item["rows_refused"] == item["rows_read"]
    assert [i["source"] for i in manifest["inputs"]] == sorted(s.name for s in shipped.profile.sources)
    used = "?i exil8:sha256 ?sha . ?b prov:used ?i . ?g prov:wasDerivedFrom ?i ; prov:wasGeneratedBy ?b"
    ask = f"SELECT ?sha WHERE {{ {used} }}"
    assert sorted(shipped.query(ask)["sha"]) == sorted(i["sha256"] for i in manifest["inputs"])


def test_a_graph_goes_on_without_its_profile_folder(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny.parent)
    kg.build("moved.kg", profile="tiny").close()
    shutil.rmtree(tiny)
    monkeypatch.chdir("/")
    graph = kg.open(tmp_path / "moved.kg")
    assert graph.profile.title == "My axis"
    assert len(graph.paths("TNF", "cell adhesion")) == 1
    graph.close()


def test_every_file_of_the_default_sources_is_checked(axis_copy: Path, tmp_path: Path) -> None:
    (axis_copy / "pubmed_sample.xml.gz").write_bytes(b"not gzip")
    with pytest.raises(SourceError, match="gz"):
        kg.build(tmp_path / "x.kg", profile=axis_copy)
    assert not (tmp_path / "x.kg").exists()


def test_ingest_into_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no graph"):
        pipeline.ingest(tmp_path / "none.kg", "pubmed", [tmp_path / "x.xml"])


def test_a_bad_file_to_ingest_changes_nothing(
    shipped: KnowledgeGraph, shipped_copy: Path, tmp_path: Path, nquads: Lines
) -> None:
    good, bad = pubmed_xml(tmp_path / "good.xml", RETRACTED), tmp_path / "bad.xml"
    bad.write_text(good.read_text()[:-60])
    for name, files in (("pubmed", [bad]), ("civic", [good]), ("curated", [good])):
        with pytest.raises(KgError):
            pipeline.ingest(shipped_copy, name, files)
    with contextlib.closing(kg.open(shipped_copy)) as graph:
        assert nquads(graph) == nquads(shipped)


def test_of_several_pubmed_files_a_bad_one_is_listed_and_the_others_count(shipped_copy: Path, tmp_path: Path) -> None:
    good, bad = pubmed_xml(tmp_path / "good.xml", RETRACTED), tmp_path / "bad.xml"
    bad.write_text(good.read_text()[:-60])
    with contextlib.closing(pipeline.ingest(shipped_copy, "pubmed", [good, bad])) as store:
        assert pipeline.content_of(store).status[ANCHOR] is Status.RETRACTED
        assert any(line.startswith(f"{bad}: ") for line in store.manifest["refusals"])
        rows = {i["name"]: i["rows_refused"] for i in store.manifest["inputs"] if i["source"] == "pubmed"}
    assert (rows["good.xml"], rows["bad.xml"]) == (0, 1)


def test_common_sites_are_there_without_being_listed(tiny: Path) -> None:
    own = curated.read_sites(tiny)
    assert {s.id for s in merge.sites(own)} >= {"extracellular", "vesicle", "organism", "unspecified"}
    assert merge.sites(own)[: len(own)] == own


def test_manifest_is_plain_json(shipped: KnowledgeGraph) -> None:
    text = (shipped.store.place.folder / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(text)["revision"] == shipped.store.revision
    assert profile.parse(json.loads(text)["profile_toml"], Path(os.devnull)).name == "cml_il8"
