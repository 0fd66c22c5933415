"""What a query gives back: rows with CURIEs and Python values, frames, rdflib graphs, and the standard forms."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import rdflib

from kg.store.results import Answer

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

XSD = "http://www.w3.org/2001/XMLSchema#"


def select(*terms: dict[str, str] | None) -> Answer:
    """An answer of one column ``x`` with these terms."""
    bindings = [{} if term is None else {"x": term} for term in terms]
    body = {"head": {"vars": ["x"]}, "results": {"bindings": bindings}}
    return Answer("select", json.dumps(body).encode())


def literal(value: str, datatype: str = "string", **more: str) -> dict[str, str]:
    return {"type": "literal", "value": value, "datatype": XSD + datatype, **more}


def uri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": value}


def triples(text: str) -> Answer:
    return Answer("construct", text.encode())


DIRECT = triples(
    "<https://identifiers.org/hgnc/6025> <https://w3id.org/exil8/promotes> <https://example.org/x> .\n"
    '<https://identifiers.org/hgnc/6025> <http://www.w3.org/2000/01/rdf-schema#label> "CXCL8" .\n'
)


# Cells


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (uri("https://identifiers.org/hgnc/6025"), "HGNC:6025"),
        (uri("https://w3id.org/exil8/site/cml_cell"), "exil8s:cml_cell"),
        (uri("https://example.org/x"), "https://example.org/x"),
        (uri("https://doi.org/10.1000/a%3Cb"), "DOI:10.1000/a<b"),
        (literal("text"), "text"),
        (literal("007"), "007"),
        (literal("7", "integer"), 7),
        (literal("2014", "gYear"), 2014),
        (literal("-12", "int"), -12),
        (literal("0.5", "decimal"), 0.5),
        (literal("1e3", "double"), 1000.0),
        (literal("INF", "double"), "INF"),
        (literal("NaN", "double"), "NaN"),
        (literal("true", "boolean"), True),
        (literal("false", "boolean"), False),
        (literal("-0044-03", "gYear"), "-0044-03"),
        (literal("2020-02-29", "date"), "2020-02-29"),
        ({"type": "literal", "value": "Zelle", "xml:lang": "de"}, "Zelle"),
        ({"type": "bnode", "value": "b0"}, "_:b0"),
        (
            {
                "type": "triple",
                "value": {
                    "subject": uri("https://example.org/a"),
                    "predicate": uri("https://example.org/b"),
                    "object": {"type": "literal", "value": "x", "xml:lang": "de"},
                },
            },
            '<https://example.org/a> <https://example.org/b> "x"@de',
        ),
        (None, None),
    ],
)
def test_a_term_is_a_curie_or_a_value(term: dict[str, str] | None, value: object) -> None:
    columns, rows = select(term).rows()
    assert (columns, rows) == (["x"], [[value]])
    assert type(rows[0][0]) is type(value)


def test_iris_stay_whole_where_that_is_asked() -> None:
    assert select(uri("https://identifiers.org/hgnc/6025")).rows(iris=True)[1] == [
        ["https://identifiers.org/hgnc/6025"]
    ]


def test_predicates_are_shown_by_their_local_name_where_that_is_agreed() -> None:
    body = select(uri("https://w3id.org/exil8/promotes"), None, literal("a:b")).body
    short = Answer("select", body, local_predicates=("x",))
    assert short.rows()[1] == [["promotes"], [None], ["b"]]
    assert short.rows(iris=True)[1][0] == ["https://w3id.org/exil8/promotes"]
    assert Answer("select", body, local_predicates=("y",)).rows()[1][0] == ["exil8:promotes"]


# Frames


def test_a_frame_keeps_whole_numbers_whole_beside_gaps() -> None:
    frame = select(literal("2014", "gYear"), None).to_frame()
    assert frame["x"].tolist() == [2014, None]
    assert select(literal("1", "integer"), literal("2", "integer")).to_frame()["x"].dtype.kind == "i"
    assert select(literal("0.5", "decimal")).to_frame()["x"].dtype.kind == "f"


def test_a_frame_without_rows_has_its_columns() -> None:
    assert list(select().to_frame().columns) == ["x"]
    assert len(select().to_frame()) == 0


def test_yes_and_no() -> None:
    for body, value in ((b'{"head":{},"boolean":true}', True), (b'{"head":{},"boolean":false}', False)):
        answer = Answer("ask", body)
        assert answer.rows() == (["answer"], [[value]])
        assert not answer.is_graph
        assert answer.to_frame()["answer"].tolist() == [value]


# Triples


def test_triples_are_rows_a_frame_or_an_rdflib_graph() -> None:
    columns, rows = DIRECT.rows()
    assert columns == ["subject", "predicate", "object"]
    assert sorted(map(str, rows)) == sorted(
        map(str, [["HGNC:6025", "exil8:promotes", "https://example.org/x"], ["HGNC:6025", "rdfs:label", "CXCL8"]])
    )
    assert DIRECT.is_graph
    graph = DIRECT.to_rdflib()
    assert len(graph) == 2
    assert rdflib.Literal("CXCL8") in set(graph.objects())
    assert isinstance(DIRECT.to_frame(), pd.DataFrame)


def test_turtle_has_the_prefixes_it_needs_and_no_others() -> None:
    text = DIRECT.serialize("ttl").decode()
    assert "HGNC:6025" in text
    assert "@prefix rdfs:" in text
    assert "@prefix GO:" not in text
    assert len(rdflib.Graph().parse(data=text, format="turtle")) == 2
    assert len(rdflib.Graph().parse(data=DIRECT.serialize("nt"), format="nt")) == 2


# Standard forms


@pytest.fixture
def answer() -> Answer:
    return select(uri("https://identifiers.org/hgnc/6025"), literal('a,"b"\n'), literal("7", "integer"), None)


def test_standard_forms_have_full_iris(answer: Answer) -> None:
    for form in ("json", "csv", "tsv", "xml"):
        assert b"https://identifiers.org/hgnc/6025" in answer.serialize(form)
    assert json.loads(answer.serialize("json"))["head"]["vars"] == ["x"]
    rows = list(csv.reader(io.StringIO(answer.serialize("csv").decode(), newline="")))
    assert rows[:4] == [["x"], ["https://identifiers.org/hgnc/6025"], ['a,"b"\n'], ["7"]]
    assert answer.serialize("tsv").startswith(b"?x\n")


@pytest.mark.parametrize("form", ["json", "xml"])
def test_other_programs_read_the_standard_forms(answer: Answer, form: str) -> None:
    read = rdflib.query.Result.parse(io.BytesIO(answer.serialize(form)), format=form)
    values = [row[0] for row in read]  # type: ignore[index]
    assert [str(v) for v in values[:3]] == ["https://identifiers.org/hgnc/6025", 'a,"b"\n', "7"]


def test_numbers_of_a_graph_are_numbers(shipped: KnowledgeGraph) -> None:
    frame = shipped.query("relations")
    assert isinstance(frame, pd.DataFrame)
    assert frame["belief"].dtype.kind == "f"
    assert not any(math.isnan(value) for value in frame["belief"])
    found = shipped.query("CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s rdfs:label ?l FILTER(?s = HGNC:6025) }")
    assert isinstance(found, rdflib.Graph)
    assert len(found) == 1
