"""PubTator3: machine-read relations in an evidence class of their own, and what papers name."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

import kg
from kg import cli, pipeline, vocabulary
from kg.errors import SourceError
from kg.model import Method, Publication, Refusal
from kg.sources import pubtator3
from kg.sources.reading import kinds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CML = "DOID:8552"


def thing(biotype: str, number: object, name: str) -> dict[str, object]:
    accession = f"@{biotype.upper()}_{name.replace(' ', '_')}"
    return {"biotype": biotype, "normalized_id": number, "name": name, "type": biotype.title(), "accession": accession}


CXCL8, CXCR2 = thing("gene", 3576, "CXCL8"), thing("gene", 3579, "CXCR2")
LEUKEMIA = thing("disease", "D015464", "Leukemia Myelogenous")
IMATINIB = thing("chemical", "MESH:D000068877", "Imatinib Mesylate")
SPECIES = thing("species", 9606, "9606")
K562 = thing("cellline", "CVCL:0004", "K562")
Relations = tuple[str, dict[str, object], dict[str, object]]


def document(*relations: Relations, shown: tuple[str, ...] = (), pmid: int = 77) -> dict[str, object]:
    annotations = [{"infons": CXCL8}, {"infons": SPECIES}, {"infons": LEUKEMIA}, {"infons": K562}]
    named = [f"{word}|{a['accession']}|{b['accession']}" for word, (_, a, b) in zip(shown, relations, strict=False)]
    return {
        "_id": f"{pmid}|None",
        "id": str(pmid),
        "pmid": pmid,
        "date": "2021-06-01T00:00:00Z",
        "journal": "J Test",
        "authors": ["Doe J", "Roe R"],
        "passages": [
            {"infons": {"type": "title"}, "text": "A  title", "annotations": annotations},
            {"infons": {"type": "abstract"}, "text": "Not kept.", "annotations": annotations[:1]},
        ],
        "relations": [
            {"id": f"R{n}", "infons": {"type": kind, "role1": a, "role2": b, "score": "0.98"}}
            for n, (kind, a, b) in enumerate(relations, start=1)
        ],
        "relations_display": [{"name": name} for name in named],
    }


def write(folder: Path, *documents: dict[str, object]) -> Path:
    path = folder / "answer.json"
    path.write_text(json.dumps({"PubTator3": documents}))
    return path


@pytest.mark.parametrize(
    ("word", "one", "other", "triple"),
    [
        ("associate", CXCL8, LEUKEMIA, ("HGNC:6025", "associated_with+", CML)),
        ("interact", CXCL8, CXCR2, ("HGNC:6025", "binds+", "HGNC:6027")),
        ("positive_correlate", CXCL8, CXCR2, ("HGNC:6025", "positively_correlated_with+", "HGNC:6027")),
        ("stimulate", LEUKEMIA, CXCL8, (CML, "positively_correlated_with+", "HGNC:6025")),
        ("negative_correlate", CXCL8, CXCR2, ("HGNC:6025", "negatively_correlated_with+", "HGNC:6027")),
        ("inhibit", LEUKEMIA, CXCL8, (CML, "negatively_correlated_with+", "HGNC:6025")),
        ("prevent", LEUKEMIA, CXCL8, (CML, "negatively_correlated_with+", "HGNC:6025")),
        ("treat", IMATINIB, LEUKEMIA, ("CHEBI:45783", "suppresses-", CML)),
        ("treat", LEUKEMIA, IMATINIB, ("CHEBI:45783", "suppresses-", CML)),
        ("cause", LEUKEMIA, IMATINIB, ("CHEBI:45783", "promotes+", CML)),
    ],
)
def test_each_type_that_means_something_here(
    tmp_path: Path,
    gather: Callable[..., Any],
    word: str,
    one: dict[str, object],
    other: dict[str, object],
    triple: tuple[str, str, str],
) -> None:
    found = gather(pubtator3.read(write(tmp_path, document((word, one, other)))))
    assert found.triples() == {triple}
    (statement,) = found.statements
    assert (statement.evidence.publication, statement.evidence.method) == ("PMID:77", Method.MACHINE_READ)
    assert statement.evidence.note.endswith("score 0.98")
    assert found.refusals == []


@pytest.mark.parametrize("word", ["compare", "cotreat", "drug_interact", "Conversion", "Sing"])
def test_each_other_type_is_refused_with_its_reason(tmp_path: Path, gather: Callable[..., Any], word: str) -> None:
    found = gather(pubtator3.read(write(tmp_path, document((word, CXCL8, CXCR2), (word, CXCR2, CXCL8)))))
    assert found.statements == []
    (reason,) = found.reasons
    assert found.reasons[reason] == 2
    assert reason == f"unknown kind of relation {word!r}" if word == "Sing" else reason.startswith(f"kind {word!r}: ")


def test_no_correlation_and_no_association_is_a_cause() -> None:
    causal = {"cause", "treat", "interact", "bind"}
    for word, kind in kinds("pubtator3").items():
        if not kind.reason and word not in causal:
            assert vocabulary.predicates()[kind.predicate].symmetric, word
    words = "associate cause compare cotreat drug_interact inhibit interact negative_correlate positive_correlate"
    assert {*words.split(), "prevent", "stimulate", "treat"} <= set(kinds("pubtator3"))


def test_the_type_the_site_shows_counts_before_the_coarse_one(tmp_path: Path, gather: Callable[..., Any]) -> None:
    coarse = ("Negative_Correlation", IMATINIB, LEUKEMIA)
    fine = gather(pubtator3.read(write(tmp_path, document(coarse, shown=("treat",)))))
    assert fine.triples() == {("CHEBI:45783", "suppresses-", CML)}
    alone = document(coarse, shown=("treat",))
    alone["relations_display"] = [{"name": "treat|@CHEMICAL_other|@DISEASE_other"}]
    found = gather(pubtator3.read(write(tmp_path, alone)))
    assert found.triples() == {("CHEBI:45783", "negatively_correlated_with+", CML)}


def test_ends_that_cannot_be_grounded_or_do_not_fit(tmp_path: Path, gather: Callable[..., Any]) -> None:
    chronic = thing("disease", "D015466", "Leukemia Chronic-Phase")
    relations = [
        ("Bind", CXCL8, SPECIES),
        ("Bind", CXCL8, thing("gene", None, "odd")),
        ("Association", CXCL8, thing("disease", "OMIM:1", "odd")),
        ("treat", IMATINIB, CXCL8),
        ("Association", LEUKEMIA, chronic),
    ]
    found = gather(pubtator3.read(write(tmp_path, document(*relations))))
    assert found.statements == []
    assert list(found.reasons) == [
        "'9606' is a species",
        "no identifier for 'odd'",
        "imatinib suppresses CXCL8, which is no disease",
        f"both ends are chronic myeloid leukemia ({CML})",
    ]


@pytest.mark.parametrize(
    ("annotated", "curie"),
    [
        (thing("disease", "D017209", "apoptosis"), "GO:0006915"),
        (thing("chemical", "D016209", "IL-8"), "HGNC:6025"),
        (thing("disease", "D015477", "CMML"), "DOID:0080188"),
        (thing("chemical", "D063326", "RNA exosome"), "GO:0000178"),
        (thing("cellline", "CVCL_0004", "K562"), "Cellosaurus:CVCL_0004"),
        (thing("gene", 18033, "Nfkb1"), "NCBIGene:18033"),
    ],
)
def test_annotations_are_grounded_to_what_the_graph_calls_them(
    tmp_path: Path, annotated: dict[str, object], curie: str
) -> None:
    made = document()
    made["passages"] = [{"infons": {}, "annotations": [{"infons": annotated}]}]
    (paper,) = pubtator3.read(write(tmp_path, made))
    assert isinstance(paper, Publication)
    assert paper.annotated_entities == (curie,)


def test_the_paper_and_what_it_names(tmp_path: Path) -> None:
    (paper,) = pubtator3.read(write(tmp_path, document()))
    assert isinstance(paper, Publication)
    assert (paper.id, paper.pmid, paper.title, paper.year, paper.journal) == (
        "PMID:77",
        "77",
        "A title",
        2021,
        "J Test",
    )
    assert paper.annotated_entities == ("Cellosaurus:CVCL_0004", CML, "HGNC:6025")
    assert "Not kept" not in repr(paper)


def test_the_recorded_documents(shared_data: Path, gather: Callable[..., Any]) -> None:
    predicates: Counter[str] = Counter()
    papers, refusals = [], 0
    for path in sorted((shared_data / "pubmed" / "pubtator3").glob("*.json")):
        found = gather(pubtator3.read(path))
        predicates.update(found.predicates)
        papers += found.publications
        refusals += len(found.refusals)
    assert (len(papers), refusals) == (8, 0)
    assert all(p.annotated_entities and p.title and p.year for p in papers)
    assert predicates == {
        "associated_with+": 26, "binds+": 3, "positively_correlated_with+": 3, "negatively_correlated_with+": 2,
    }  # fmt: skip


def test_not_bioc(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"PubTator3": [{"a": 1}]}')
    (refused,) = pubtator3.read(path)
    assert isinstance(refused, Refusal)
    path.write_text('{"PubTator3": [{"a": 1')
    with pytest.raises(SourceError):
        list(pubtator3.read(path))


# In a graph


def test_ingest_from_the_command_line(shipped_copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    relations = [("Association", LEUKEMIA, CXCL8), ("Positive_Correlation", CXCL8, CXCR2), ("Comparison", CXCL8, CXCR2)]
    file = write(tmp_path, document(*relations), document(("Association", CXCL8, LEUKEMIA), pmid=78))
    before = kg.open(shipped_copy)
    old = before.states()
    for _ in range(2):  # the second time changes nothing
        assert cli.run(["ingest", "pubtator3", str(file), "--store", str(shipped_copy)]) == 0
    assert "1 records refused" in capsys.readouterr().err
    after = kg.open(shipped_copy)
    mine = [s for s in after.content.statements if s.evidence.source == "pubtator3"]
    assert Counter(s.relation.predicate for s in mine) == {
        "associated_with": 2, "positively_correlated_with": 1,
    }  # fmt: skip
    assert len({s.relation.id for s in mine if s.relation.predicate == "associated_with"}) == 1
    assert {s.evidence.method for s in mine} == {Method.MACHINE_READ}
    how = "SELECT ?e { ?m exil8:mentioned_in PMID:78 ; exil8:mentioned ?e ; exil8:how 'pubtator3' }"
    assert sorted(after.answer(how).rows()[1]) == [["Cellosaurus:CVCL_0004"], [CML], ["HGNC:6025"]]
    assert after.validate().conforms
    assert after.states().steps == old.steps, "neither is a step of any path"
    arguments = ["--param", "entity=CXCL8", "--format", "csv", "--store", str(shipped_copy)]
    assert cli.run(["query", "neighbours", *arguments]) == 0
    shown = [line for line in capsys.readouterr().out.splitlines() if "associated_with" in line]
    assert len(shown) == 1
    assert shown[0].startswith(f"with,{CML}")


def test_build_from_the_command_line(tmp_path: Path, tiny: Path) -> None:
    file = write(tmp_path, document(("Association", CXCL8, LEUKEMIA)))
    root = tmp_path / "small.kg"
    arguments = ["--store", str(root), "--profile", str(tiny), "--source", f"pubtator3={file}", "--quiet"]
    assert cli.run(["build", *arguments]) == 0
    built = kg.open(root)
    assert [s.relation.predicate for s in built.content.statements] == ["associated_with"]
    assert built.manifest["counts"]["refused"] == 0
    built.close()


def test_annotations_of_several_files_add_up_in_any_order(shipped_copy: Path, tmp_path: Path) -> None:
    one, other = document(), document()
    other["passages"] = [{"infons": {"type": "title"}, "text": "A title", "annotations": [{"infons": IMATINIB}]}]
    files = []
    for name, made in ("a.json", one), ("b.json", other):
        files.append(tmp_path / name)
        files[-1].write_text(json.dumps(made))
    revisions = []
    for order in (files, files[::-1]):
        pipeline.ingest(shipped_copy, "pubtator3", order).close()
        graph = kg.open(shipped_copy)
        paper = next(p for p in graph.content.publications if p.id == "PMID:77")
        assert paper.annotated_entities == ("CHEBI:45783", "Cellosaurus:CVCL_0004", CML, "HGNC:6025")
        revisions.append(graph.content.publications)
        graph.close()
    assert revisions[0] == revisions[1]
