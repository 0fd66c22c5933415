"""What a query from outside may do: each way out of the graph is refused, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql.parser import parseUpdate

from kg.errors import QueryError
from kg.store import guard

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

SERVICE = "SERVICE <http://example.org/> { ?s ?p ?o }"
DIRECT = "https://w3id.org/exil8/graph/direct"


def refusal(query: str) -> str:
    with pytest.raises(QueryError) as caught:
        guard.check(query)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# SERVICE


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ {SERVICE} }}",
        "SELECT * { SERVICE SILENT <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        "select*{service<http://example.org/>{?s ?p ?o}}",
        "PREFIX x: <http://example.org/> SELECT * { SERVICE x: { ?s ?p ?o } }",
        "BASE <http://example.org/> SELECT * { SERVICE <a> { ?s ?p ?o } }",
        f"SELECT * {{ {{ SELECT * {{ {{ SELECT * {{ {SERVICE} }} }} }} }} }}",
        f"SELECT * {{ ?a ?b ?c OPTIONAL {{ ?d ?e ?f OPTIONAL {{ {SERVICE} }} }} }}",
        f"SELECT * {{ {{ ?a ?b ?c }} UNION {{ {SERVICE} }} }}",
        f"SELECT * {{ ?a ?b ?c MINUS {{ {SERVICE} }} }}",
        f"SELECT * {{ GRAPH ?g {{ {SERVICE} }} }}",
        f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {SERVICE} }} }}",
        f"SELECT * {{ ?s ?p ?o FILTER(1 = 2 || NOT EXISTS {{ {SERVICE} }}) }}",
        f"SELECT * {{ ?s ?p ?o BIND(IF(EXISTS {{ {SERVICE} }}, 1, 2) AS ?x) }}",
        f"SELECT (EXISTS {{ {SERVICE} }} AS ?x) {{ ?s ?p ?o }}",
        f"SELECT ?s {{ ?s ?p ?o }} GROUP BY ?s HAVING (EXISTS {{ {SERVICE} }})",
        f"SELECT * {{ ?s ?p ?o }} ORDER BY (EXISTS {{ {SERVICE} }})",
        f"ASK {{ {SERVICE} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {SERVICE} }}",
        f"DESCRIBE ?s WHERE {{ {SERVICE} }}",
        f"SELECT * #'\n{{ {SERVICE} }} #'",
        f'SELECT * {{ ?s ?p "\\"" . {SERVICE} }}',
        f"SELECT * {{ ?s ?p '''it's''' . {SERVICE} }}",
        f"SELECT * {{ ?s ?p '#' . {SERVICE} }}",
    ],
)
def test_service_is_refused_wherever_it_stands(query: str) -> None:
    assert refusal(query) == "SERVICE is refused: a query here may read this graph only"


def test_service_after_an_iri_with_a_fragment_is_refused_by_whichever_name() -> None:
    assert "SERVICE" in refusal(f"SELECT * {{ ?s ?p <http://example.org/#a> . {SERVICE} }}")
    assert "SERVICE" in refusal(f"SELECT * {{ ?s ?p <http://example.org/#a> .\n{SERVICE}\n}}")
    assert guard.check("SELECT * { ?s <http://example.org/#a> ?o . GRAPH ?g { ?s ?p <#b> } }") == "select"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ ?s ?p '{SERVICE}' }}",
        f'SELECT * {{ ?s ?p "LOAD <http://example.org/> {SERVICE}" }}',
        f"SELECT * {{ ?s ?p '''\n{SERVICE}\n'''@en }}",
        f"SELECT * {{ ?s ?p ?o }} # {SERVICE}",
        f"SELECT * {{ ?s ?p ?o # {SERVICE}\n}}",
        "SELECT * { ?s <http://example.org/SERVICE> ?o }",
        "SELECT ?service ?load ?from { ?service ?load ?from }",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:load service:from }",
        "SELECT * { ?s ?p ?o FILTER(?o < 3 && 5 > ?s) }",
        "SELECT * { ?s ?p '\\u0041' , \"\\\\\" , 'it\\'s' }",
    ],
)
def test_what_only_looks_like_it_is_let_through(query: str) -> None:
    assert guard.examine(query) == guard.Checked("select", names_graphs=False)


# FROM


@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED"])
@pytest.mark.parametrize(
    "iri",
    [
        "<http://example.org/>",
        "<file:///etc/passwd>",
        "<https://w3id.org/exil8/graphs>",
        "<https://w3id.org/exil8/graph/http://example.org/>",
        "<direct>",
        "HGNC:6025",
    ],
)
@pytest.mark.parametrize("form", ["SELECT *", "ASK", "DESCRIBE ?s", "CONSTRUCT { ?s ?p ?o }"])
def test_from_outside_is_refused(clause: str, iri: str, form: str) -> None:
    assert refusal(f"{form} {clause} {iri} WHERE {{ ?s ?p ?o }}").startswith("FROM <")


def test_a_prefix_of_the_graph_that_means_something_else_here_is_refused() -> None:
    assert "FROM <http://example.org/direct>" in refusal(
        "PREFIX exil8g: <http://example.org/> SELECT * FROM exil8g:direct { ?s ?p ?o }"
    )
    assert "FROM <http://example.org/x>" in refusal(
        f"SELECT * FROM <{DIRECT}> FROM NAMED <http://example.org/x> {{ ?s ?p ?o }}"
    )


@pytest.mark.parametrize(
    ("dataset", "pattern"),
    [
        (f"FROM <{DIRECT}>", "?s ?p ?o"),
        ("FROM exil8g:direct", "?s ?p ?o"),
        (f"FROM NAMED <{DIRECT}>", "GRAPH ?g { ?s ?p ?o }"),
        ("", "GRAPH exil8g:direct { ?s ?p ?o }"),
    ],
)
def test_from_a_graph_of_the_store_reads_that_graph_only(shipped: KnowledgeGraph, dataset: str, pattern: str) -> None:
    found = shipped.query(f"SELECT (COUNT(*) AS ?n) {dataset} WHERE {{ {pattern} }}")
    assert found["n"].tolist() == [sum(getattr(q.graph_name, "value", "") == DIRECT for q in shipped.store.quads())]


def test_several_graphs_are_read_as_one(shipped: KnowledgeGraph) -> None:
    pattern = "{ exil8:cml_exosome exil8:increases_secretion_of ?x . ?x rdfs:label ?l }"
    both = shipped.answer(f"SELECT ?l FROM exil8g:direct FROM exil8g:ontology {pattern}").rows()[1]
    assert ["CXCL8"] in both
    assert shipped.answer(f"SELECT ?l FROM exil8g:direct {pattern}").rows()[1] == []


# Updates

UPDATES = [
    "INSERT DATA { <a:b> <a:b> <a:b> }",
    "INSERT DATA { GRAPH <a:g> { <a:b> <a:b> <a:b> } }",
    "DELETE DATA { <a:b> <a:b> <a:b> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p ?o }",
    "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p ?o } USING <a:g> WHERE { ?s ?p ?o }",
    "LOAD <http://example.org/>",
    "LOAD SILENT <file:///etc/passwd> INTO GRAPH <a:g>",
    "CLEAR ALL",
    "CLEAR SILENT GRAPH <a:g>",
    "DROP DEFAULT",
    "CREATE GRAPH <a:g>",
    "ADD <a:b> TO <a:c>",
    "MOVE DEFAULT TO <a:c>",
    "COPY <a:b> TO DEFAULT",
    "PREFIX a: <a:> # first\nINSERT DATA { a:b a:b a:b }",
    "CLEAR ALL ; DROP ALL",
    "insert{?s ?p ?o}where{?s ?p ?o}",
]


@pytest.mark.parametrize("update", UPDATES)
def test_every_form_of_update_is_refused(update: str) -> None:
    parseUpdate(update)
    assert refusal(update).startswith("updates are refused: this graph is read-only")


@pytest.mark.parametrize("update", [*UPDATES[:3], "CLEAR ALL"])
def test_an_update_beside_a_query_is_refused(update: str) -> None:
    for query in (f"SELECT * {{ ?s ?p ?o }} ; {update}", f"{update} ; SELECT * {{ ?s ?p ?o }}", f"ASK {{}} {update}"):
        refusal(query)


# Mistakes


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT", "at line 1, column 7, at its end"),
        ("SELECT ?s\nWHERE { ?s ?p }", "at line 2, column 9"),
        ("SELECT *\n\n{ ?s ?p ?o }}", "at line 3, column 13, near '}'"),
        ("", "at its end"),
        ("# nothing but a comment", "at its end"),
        ("SELEKT * { ?s ?p ?o }", "at line 1, column 1, near 'SELEKT * { ?s ?p ?o }'"),
        ('SELECT * { ?s ?p "open }', "at line 1, column 12"),
        ("SELECT * { ?s ?p ?o } LIMIT -1", "near 'LIMIT -1'"),
        ("SELECT * { ?s ?p ?o }\x00", "syntax error"),
    ],
)
def test_a_syntax_error_names_its_place(query: str, says: str) -> None:
    told = refusal(query)
    assert told.startswith("the query has a syntax error")
    assert says in told


@pytest.mark.parametrize(
    "query",
    [
        "\\u0053ELECT * { ?s ?p ?o }",
        "SELECT * {\n\\u0053ERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?\\U0000006F }",
    ],
)
def test_an_escape_outside_of_a_string_is_refused(query: str) -> None:
    assert "has an escape" in refusal(query)


@pytest.mark.parametrize("iri", ["<http://example.org/it's>", "<http://example.org/\\u0041>"])
def test_an_iri_that_two_parsers_may_read_in_two_ways_is_refused(iri: str) -> None:
    assert "percent-encode it" in refusal(f"SELECT * {{ ?s ?p {iri} }}")


def test_a_query_that_is_nested_without_end_is_refused() -> None:
    refusal("SELECT * " + "{" * 2000 + "}" * 2000)
    refusal("SELECT (" + "(" * 500 + "1" + ")" * 500 + " AS ?x) {}")


def test_what_the_engine_alone_refuses_is_one_line(shipped: KnowledgeGraph) -> None:
    for query in ("SELECT ?x { ?x nosuch:thing ?y }", "SELECT ?x { ?x ?p ?o } GROUP BY ?p"):
        with pytest.raises(QueryError, match="refused by the engine") as caught:
            shipped.query(query)
        assert "\n" not in str(caught.value)


def test_every_prefix_of_the_graph_may_be_used_without_being_declared(shipped: KnowledgeGraph) -> None:
    assert shipped.query("ASK { exil8g:direct a rdfs:Nothing }")["answer"].tolist() == [False]
    assert shipped.query(
        "PREFIX HGNC: <http://example.org/> SELECT ?x { VALUES ?x { HGNC:1 } }",
    )["x"].tolist() == ["http://example.org/1"]


# Any text


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(alphabet=st.sampled_from("SELECT?spo{}<>\"'#\\uU01:. \n*ervic"), max_size=40))
def test_any_text_is_checked_or_refused_in_one_line(text: str) -> None:
    try:
        assert guard.check(text) in ("select", "ask", "construct", "describe")
    except QueryError as error:
        assert "\n" not in str(error)  # noqa: PT017 - what is not refused must not fail


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_blanking_moves_nothing(text: str) -> None:
    try:
        plain = guard.blanked(text)
    except QueryError:
        return
    assert len(plain) == len(text)
    assert [c for c in plain if c == "\n"] == [c for c in text if c == "\n"]
    assert all(one in (other, " ", "x") for one, other in zip(plain, text, strict=True))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.text(max_size=20))
def test_no_string_is_a_way_out(words: str) -> None:
    literal = "".join(f"\\u{ord(c):04X}" if ord(c) < 0x10000 else f"\\U{ord(c):08X}" for c in words)
    assert guard.check(f'SELECT * {{ ?s ?p "{literal}" }}') == "select"
    assert refusal(f'SELECT * {{ ?s ?p "{literal}" . {SERVICE} }}').startswith("SERVICE is refused")
