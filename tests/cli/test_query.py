"""kg query: every named query with its columns, every form of an answer, parameters, IRIs and CURIEs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg import questions, vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph import KnowledgeGraph
    from tests.cli.conftest import Run

FIXED = {
    "relations": (
        "relation,subject,subject_site,predicate,object,object_site,polarity,belief,publication,grade,source"
    ),
    "publications_by_status": "status,count",
}
NAMES = {
    "relations", "receptors_of_il8", "what_makes_stroma_secrete_il8", "drugs_on_the_axis", "exosome_cargo",
    "evidence_for", "contradictions", "publications_of", "publications_by_status", "survival_factors",
    "stromal_factors", "neighbours",
}  # fmt: skip
VALUES = {"entity": "IL-8", "subject": "CML exosome", "object": "CXCL8", "drug": "imatinib"}
DIRECT = "{ GRAPH exil8g:direct { exil8:cml_exosome exil8:increases_secretion_of ?o } }"


def params(name: str) -> list[str]:
    values = VALUES | ({"entity": "exil8:cxcr2_inhibitor"} if name == "members_of" else {})
    return [part for key, _ in questions.load(name).parameters for part in ("--param", f"{key}={values[key]}")]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# Named queries


def test_the_names_that_others_build_on_are_there() -> None:
    assert set(questions.names()) >= NAMES
    wanted = {name: [key for key, _ in questions.load(name).parameters] for name in NAMES}
    asked = {"evidence_for": ["subject", "object"], "publications_of": ["entity"], "neighbours": ["entity"]}
    assert wanted == {name: asked.get(name, []) for name in NAMES}


@pytest.mark.parametrize("name", questions.names())
def test_a_named_query_has_the_columns_it_says_and_answers(run: Run, name: str) -> None:
    told = run("query", name, *params(name), "--format", "csv")
    assert (told.status, told.err) == (0, "")
    head, *found = told.out.splitlines()
    assert head == FIXED.get(name, ",".join(questions.load(name).columns))
    assert found or name == "citations"  # the records that are shipped come without their references


@pytest.mark.parametrize("name", questions.names())
def test_a_named_query_says_what_it_asks(name: str) -> None:
    found = questions.load(name)
    assert found.title
    assert found.question.endswith(("?", "?)")) or "?" in found.question
    assert {kind for _, kind in found.parameters} <= {"entity", "names"}


def test_the_relations_are_curies_and_predicates_by_their_local_name(run: Run, shipped: KnowledgeGraph) -> None:
    found = rows(run("query", "relations", "--format", "csv").out)
    assert len(found) == len(shipped.content.statements)
    assert {row["predicate"] for row in found} <= vocabulary.predicates().keys()
    assert {row["polarity"] for row in found} == {"+", "-", "0"}
    assert {row["subject_site"] for row in found} <= {site.id for site in shipped.content.sites}
    assert {row["source"] for row in found} == {"curated"}
    assert {row["relation"] for row in found} == shipped.content.relations.keys()
    assert all(0.0 <= float(row["belief"]) <= 1.0 for row in found)
    for row in found:
        vocabulary.check_curie(row["publication"])


def test_iris_are_full_where_they_are_asked_for(run: Run) -> None:
    short = rows(run("query", "relations", "--format", "csv").out)
    full = rows(run("query", "relations", "--format", "csv", "--iris").out)
    for one, other in zip(short, full, strict=True):
        assert other["subject"] == vocabulary.expand(one["subject"])
        assert other["predicate"] == vocabulary.predicate_iri(one["predicate"])
        assert other["belief"] == one["belief"]


@pytest.mark.parametrize("name", ["IL-8", "HGNC:6025", "cxcl8", "interleukin 8"])
def test_a_parameter_takes_any_name_of_an_entity(run: Run, name: str) -> None:
    told = run("query", "publications_of", "--param", f"entity={name}", "--format", "csv")
    assert told == run("query", "publications_of", "--param", "entity=CXCL8", "--format", "csv")
    assert "PMID:24657661" in told.out


def test_a_parameter_of_text_is_only_text(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "echo.rq"
    file.write_text("# parameters: word (text)\nSELECT ?word { VALUES ?word { UNDEF } }", encoding="utf-8")
    for text in ('" } } #', "a=b", "\\", "x\ny"):
        told = run("query", file, "--param", f"word={text}", "--json")
        assert told.json["results"]["bindings"] == [{"word": {"type": "literal", "value": text}}]


def test_parameters_may_stand_with_blanks(run: Run) -> None:
    told = run(
        "query", "evidence_for", "--param", "subject = CML exosome ", "--param", "object=CXCL8", "--format", "csv"
    )
    assert "exil8r:" in told.out


def test_the_list_of_queries(run: Run) -> None:
    listed = run("query", "list", "--json").json
    assert [row["name"] for row in listed] == list(questions.names())
    assert all(set(row) == {"name", "parameters", "question"} for row in listed)
    assert "receptors_of_il8" in run("query", "list").out


# Forms of an answer


def test_a_table_is_for_people(run: Run) -> None:
    told = run("query", "receptors_of_il8")
    assert (told.status, told.err) == (0, "")
    head, *body = told.out.splitlines()
    assert head.split() == ["receptor", "receptor_label", "sites", "shared_with", "papers", "ligand"]
    assert [line.split()[:2] for line in body] == [["HGNC:6026", "CXCR1"], ["HGNC:6027", "CXCR2"]]


def test_json_is_sparql_json_with_full_iris(run: Run) -> None:
    found = run("query", "receptors_of_il8", "--format", "json").json
    assert found["head"]["vars"] == ["receptor", "receptor_label", "sites", "shared_with", "papers", "ligand"]
    first = found["results"]["bindings"][0]
    assert first["receptor"] == {"type": "uri", "value": "https://identifiers.org/hgnc/6026"}
    assert first["papers"]["datatype"] == "http://www.w3.org/2001/XMLSchema#integer"
    assert run("query", "receptors_of_il8", "--json").json == found


def test_yes_or_no(run: Run) -> None:
    assert run("query", f"ASK {DIRECT}", "--format", "csv").out == "answer\nTrue\n"
    assert run("query", f"ASK {DIRECT}", "--json").out == '{"head":{},"boolean":true}\n'


def test_triples_are_turtle_json_ld_or_rows(run: Run) -> None:
    query = f"CONSTRUCT {{ exil8:cml_exosome exil8:increases_secretion_of ?o }} WHERE {DIRECT}"
    turtle = run("query", query, "--format", "ttl")
    triples = set(ox.parse(turtle.out, format=ox.RdfFormat.TURTLE))
    said = {(t.subject.value, t.object.value) for t in triples}
    assert ("https://w3id.org/exil8/cml_exosome", "https://identifiers.org/hgnc/6025") in said
    assert "@prefix HGNC:" in turtle.out
    told = run("query", query, "--json")
    assert told == run("query", query, "--format", "json")
    assert [node["@id"] for node in told.json] == ["https://w3id.org/exil8/cml_exosome"], "full IRIs"
    assert set(ox.parse(told.out, format=ox.RdfFormat.JSON_LD)) == triples
    assert run("query", query, "--format", "csv").out.startswith("subject,predicate,object\nexil8:cml_exosome,")


def test_describe_gives_what_is_said_of_a_thing(run: Run) -> None:
    told = run("query", "DESCRIBE HGNC:6025", "--format", "ttl")
    assert told.status == 0
    assert '"CXCL8"' in told.out


def test_cells_with_commas_quotes_and_breaks_are_still_csv(run: Run) -> None:
    query = 'SELECT ?x ?y { VALUES (?x ?y) { ("a,b" "c\\"d") ("e\\nf" UNDEF) } } ORDER BY ?x'
    found = list(csv.reader(io.StringIO(run("query", query, "--format", "csv").out)))
    assert found == [["x", "y"], ["a,b", 'c"d'], ["e\nf", ""]]


def test_numbers_that_are_none_are_shown_as_written(run: Run) -> None:
    query = 'SELECT ?x { VALUES ?x { "INF"^^xsd:double "NaN"^^xsd:double 1.50 7 true } }'
    told = run("query", query, "--format", "csv")
    assert told.out.split() == ["x", "INF", "NaN", "1.5", "7", "True"]


def test_an_answer_without_rows_is_no_error(run: Run) -> None:
    assert run("query", "SELECT ?x { ?x a exil8:Nothing }", "--format", "csv").out == "x\n"
    assert run("query", "SELECT ?x { ?x a exil8:Nothing }").status == 0
    assert run("query", "SELECT ?x { ?x a exil8:Nothing }", "--json").json["results"]["bindings"] == []


# Files


def test_a_file_with_parameters(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text(
        "# title: Mine\n# parameters: entity (entity)\n# columns: label\n"
        "SELECT ?label { VALUES ?entity { UNDEF } ?entity rdfs:label ?label }",
        encoding="utf-8",
    )
    assert run("query", file, "--param", "entity=IL-8", "--format", "csv").out == "label\nCXCL8\n"
    assert "needs --param entity" in run("query", file).line


def test_a_file_is_checked_as_any_query(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.rq"
    file.write_text("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", encoding="utf-8")
    assert run("query", file).status == 6
    file.write_bytes(b"\xff\xfe")
    assert "cannot be read as a query" in run("query", file).line
