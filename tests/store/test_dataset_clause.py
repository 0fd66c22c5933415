"""FROM and FROM NAMED: a query that names its graphs reads these and no other, by the guard and by rdflib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg import vocabulary
from kg.errors import QueryError
from kg.store import guard

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

OWN = vocabulary.expand("exil8g:direct").removesuffix("direct")


def size(graph: KnowledgeGraph, name: str = "") -> int:
    """Triples of one graph, or of all, counted without SPARQL."""
    return sum(not name or quad.graph_name.value == OWN + name for quad in graph.store.quads())  # type: ignore[union-attr]


def counts(graph: KnowledgeGraph, query: str) -> list[int]:
    """What a query counts through the guard and through rdflib's API."""
    by_kg = graph.query(query)["n"]
    by_rdflib = [row.n.toPython() for row in graph.rdf.query(query)]  # type: ignore[union-attr]
    return [*map(int, by_kg), *by_rdflib]


@pytest.mark.parametrize("name", [f"<{OWN}direct>", "exil8g:direct"], ids=["IRI", "CURIE without PREFIX"])
@pytest.mark.parametrize("from_", ["FROM", "from", "\nFROM\n\n", "# FROM <http://example.org/>\nFROM "])
def test_from_reads_one_graph(shipped: KnowledgeGraph, name: str, from_: str) -> None:
    found = counts(shipped, f"SELECT (COUNT(*) AS ?n) {from_} {name} WHERE {{ ?s ?p ?o }}")
    assert found == [size(shipped, "direct")] * 2


def test_without_from_the_default_graph_is_the_union(shipped: KnowledgeGraph) -> None:
    assert counts(shipped, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [size(shipped)] * 2


def test_two_graphs_are_merged(shipped: KnowledgeGraph) -> None:
    found = counts(shipped, f"SELECT (COUNT(*) AS ?n) FROM exil8g:direct FROM <{OWN}ontology> {{ ?s ?p ?o }}")
    assert found == [size(shipped, "direct") + size(shipped, "ontology")] * 2


def test_from_named_alone_leaves_the_default_graph_empty(shipped: KnowledgeGraph) -> None:
    named = "SELECT (COUNT(*) AS ?n) FROM NAMED exil8g:ontology"
    assert counts(shipped, f"{named} {{ ?s ?p ?o }}") == [0, 0]
    assert counts(shipped, f"{named} {{ GRAPH ?g {{ ?s ?p ?o }} }}") == [size(shipped, "ontology")] * 2


def test_every_form_reads_the_graphs_of_its_from(shipped: KnowledgeGraph) -> None:
    assert not shipped.query("ASK FROM exil8g:direct { ?s a exil8:Evidence }")["answer"][0]
    made = shipped.query("CONSTRUCT { ?s ?p ?o } FROM exil8g:direct WHERE { ?s ?p ?o }")
    assert len(made) == size(shipped, "direct")
    described = shipped.answer("DESCRIBE HGNC:6025 FROM exil8g:direct").rows()[1]
    assert {row[1] for row in described} <= {p.curie for p in vocabulary.predicates().values()}


def test_a_graph_that_is_not_there_is_empty(shipped: KnowledgeGraph) -> None:
    assert counts(shipped, "SELECT (COUNT(*) AS ?n) FROM exil8g:nowhere { ?s ?p ?o }") == [0, 0]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <http://example.org/x.ttl> { ?s ?p ?o }",
        "SELECT * FROM NAMED <file:///x.ttl> { ?s ?p ?o }",
        f"SELECT * FROM <{OWN}http://example.org/> {{ ?s ?p ?o }}",
        "PREFIX exil8g: <http://example.org/> SELECT * FROM exil8g:direct { ?s ?p ?o }",
        "SELECT * FROM HGNC:6025 { ?s ?p ?o }",
        "SELECT * FROM nosuch:direct { ?s ?p ?o }",
    ],
)
def test_a_graph_of_somewhere_else_is_refused(shipped: KnowledgeGraph, query: str) -> None:
    with pytest.raises(QueryError, match=r"^FROM <\S+> is refused: it is not a graph of this store"):
        shipped.query(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?from { ?from a ?class }",
        "SELECT $from { $from a ?class }",
        "SELECT ?x { ?x ex:from ex:y ; from:a from:b }",
        "SELECT ?x { ?x rdfs:label ' FROM <x> ' } # FROM <x>",
        "SELECT ?x { <http://example.org/from> ?p ?x }",
        '''SELECT ?x { ?x rdfs:label """a 'FROM <x>' b""" }''',
    ],
)
def test_what_only_looks_like_from_is_none(query: str) -> None:
    assert not guard.says_from(query)


def test_rdflib_knows_the_prefixes_of_the_graph(shipped: KnowledgeGraph) -> None:
    (row,) = shipped.rdf.query("SELECT ?l { HGNC:6025 rdfs:label ?l }")
    assert str(row[0]) == "CXCL8"  # type: ignore[index]
    assert shipped.rdf.namespace_manager.curie(vocabulary.expand("PMID:24657661")) == "PMID:24657661"
