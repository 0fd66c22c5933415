"""From content to quads and back: nothing is lost, nothing stands twice, nothing retracted speaks."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import vocabulary
from kg.errors import StoreError
from kg.model import Entity, Polarity, Publication, Statement, Status
from kg.store import local, rdf, rdf_reading, tables
from kg.store.local import LocalStore
from tests.store import made_up
from tests.store.made_up import content, evidence, relation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.store.content import Content

PARTS = ("sites", "entities", "publications", "statements")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=15)


def graphs(content: Content) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for quad in rdf.content_quads(content):
        name = vocabulary.compress(str(getattr(quad.graph_name, "value", "")))
        triple = (str(quad.subject), str(quad.predicate), str(quad.object))
        found.setdefault(name, []).append(triple)
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    root = tmp_path_factory.mktemp("made_up") / "made.kg"
    local.create(root, content(), made_up.manifest())
    opened = LocalStore(root)
    yield opened
    opened.close()


# There and back


def test_content_comes_back_from_its_quads_in_any_order() -> None:
    whole = content()
    quads = list(rdf.content_quads(whole))
    for seed in range(3):
        random.Random(seed).shuffle(quads)
        read = rdf_reading.read(quads)
        for part in PARTS:
            assert getattr(read, part) == getattr(whole, part)


def test_content_comes_back_from_a_store_on_disk(store: LocalStore) -> None:
    read = rdf_reading.read(store.quads())
    whole = content()
    assert read.statements == whole.statements
    assert read.publications == whole.publications
    assert {e.id for e in whole.entities} <= {e.id for e in read.entities}


def test_content_comes_back_from_a_file() -> None:
    text = ox.serialize(rdf.content_quads(content()), format=ox.RdfFormat.N_QUADS)
    assert text is not None
    read = rdf_reading.read(ox.parse(text, format=ox.RdfFormat.N_QUADS))
    assert all(getattr(read, part) == getattr(content(), part) for part in PARTS)


def test_a_gene_of_another_species_comes_back_with_its_orthologue_from_quads_and_tables(tmp_path: Path) -> None:
    mouse = Entity(id="MGI:2", label="Two", type="gene_product", taxon="NCBITaxon:10090", orthologue="HGNC:2")
    whole = replace(content(), entities=(*content().entities, mouse))
    assert mouse in rdf_reading.read(rdf.content_quads(whole)).entities
    tables.write(whole, tmp_path, "one")
    read = {name: table for name in tables.NAMES if (table := tables.read(tmp_path, name, "one")) is not None}
    assert mouse in tables.to_content(read).entities


@settings(max_examples=40, deadline=None, derandomize=True)
@given(title=TEXT, label=TEXT, support=TEXT, synonyms=st.sets(TEXT, max_size=3), year=st.integers(1, 9999))
def test_any_text_comes_back(title: str, label: str, support: str, synonyms: set[str], year: int) -> None:
    whole = replace(
        content(Statement(relation=relation(), evidence=evidence(support=support, model_system=title))),
        entities=(Entity(id="HGNC:1", label=label, type="chemical", synonyms=tuple(sorted(synonyms))),),
        publications=(Publication(id="PMID:11", pmid="11", title=title, year=year),),
    )
    read = rdf_reading.read(rdf.content_quads(whole))
    assert all(getattr(read, part) == getattr(whole, part) for part in PARTS)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.permutations(made_up.STATEMENTS))
def test_the_order_of_statements_leaves_no_trace(statements: list[Statement]) -> None:
    assert sorted(map(str, rdf.content_quads(content(*statements)))) == sorted(map(str, rdf.content_quads(content())))


def test_quads_that_another_program_wrote_are_refused() -> None:
    broken = [
        quad for quad in rdf.content_quads(content()) if quad.predicate.value != vocabulary.expand("exil8:polarity")
    ]
    with pytest.raises(StoreError, match="not those of a graph written by this version"):
        rdf_reading.read(broken)


# What stands where


def test_no_triple_stands_twice_and_nothing_is_blank() -> None:
    triples = [triple for found in graphs(content()).values() for triple in found]
    assert len(triples) == len(set(triples))
    assert not any(term.startswith("_:") for triple in triples for term in triple)


def test_each_thing_has_its_graph() -> None:
    found = graphs(content())
    assert set(found) == {
        f"exil8g:{name}" for name in ("direct", "ontology", "bibliography", "source/one", "source/two")
    }
    by_subject = {
        subject: name for name, triples in found.items() for subject, _, _ in triples if name != "exil8g:direct"
    }
    for statement in content().statements:
        home = f"exil8g:source/{statement.evidence.source}"
        assert by_subject[str(rdf.node(statement.id))] == home


def test_a_relation_of_two_sources_stands_once_in_that_of_the_first_name() -> None:
    both = [s for s in made_up.STATEMENTS if s.relation == relation()]
    assert {s.evidence.source for s in both} == {"one", "two"}
    for order in itertools.permutations(both):
        found = graphs(content(*order))
        subject = str(rdf.node(relation().id))
        homes = {
            name for name, triples in found.items() if any(s == subject and "polarity" in p for s, p, _ in triples)
        }
        assert homes == {"exil8g:source/one"}
        stated = [o for triples in found.values() for s, p, o in triples if s == subject and p.endswith("/evidence>")]
        assert len(stated) == 2


def test_the_direct_triples_are_what_live_evidence_states() -> None:
    direct = {
        (vocabulary.compress(s[1:-1]), vocabulary.compress(p[1:-1]), vocabulary.compress(o[1:-1]))
        for s, p, o in graphs(content())["exil8g:direct"]
    }
    assert direct == {
        ("HGNC:1", "exil8:promotes", "HGNC:2"),
        ("exil8:vesicle_of_a", "exil8:carries", "HGNC:2"),
    }  # not: suppresses (its only paper is retracted), binds (tested and not found)


@pytest.mark.parametrize(
    ("changes", "stated"),
    [
        ({}, True),
        ({"negated": True}, False),
        ({"publication": "PMID:12"}, False),
        ({"publication": "", "record": "row 7"}, True),
        ({"publication": "PMID:404"}, True),
    ],
)
def test_a_direct_triple_needs_one_live_piece_of_evidence(changes: dict[str, object], stated: bool) -> None:
    made = content(Statement(relation=relation(), evidence=evidence(**changes)))  # type: ignore[arg-type]
    assert ("exil8g:direct" in graphs(made)) is stated
    assert (relation().id in made.live) is stated


def test_the_same_direct_triple_at_two_places_stands_once() -> None:
    here, there = relation(), relation(object_site="b_cell")
    made = content(*(Statement(relation=r, evidence=evidence()) for r in (here, there)))
    assert len(graphs(made)["exil8g:direct"]) == 1
    assert len(made.relations) == 2


def test_citations_are_between_papers_of_the_graph_only() -> None:
    cited = {(s, o) for s, p, o in graphs(content())["exil8g:bibliography"] if p.endswith("/cites>")}
    eleven, twelve = str(rdf.node("PMID:11")), str(rdf.node("PMID:12"))
    assert cited == {(eleven, twelve), (twelve, eleven)}


def test_a_doi_with_every_sign_is_an_iri_and_comes_back() -> None:
    paper = replace(made_up.FULL, id="DOI:" + made_up.FULL.doi, status=Status.CURRENT)
    whole = replace(content(), publications=(paper,))
    assert rdf_reading.read(rdf.content_quads(whole)).publications == (paper,)


# In a store


def test_the_union_of_graphs_counts_each_triple_once(store: LocalStore) -> None:
    triples = [(q.subject, q.predicate, q.object) for q in store.quads()]
    assert len(triples) == len(set(triples)) == len(store)
    count = "SELECT (COUNT(*) AS ?n) {{ {} }}"
    for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
        assert store.query_trusted(count.format(pattern)).rows()[1] == [[len(triples)]]
        assert store.query(count.format(pattern)).rows()[1] == [[len(triples)]]
    two_sources = f"?r exil8:polarity '+' FILTER(?r = {relation().id})"
    assert store.query(count.format(two_sources)).rows()[1] == [[1]]


def test_the_dataset_of_rdflib_says_the_same_and_cannot_be_written(store: LocalStore) -> None:
    dataset = store.dataset()
    (row,) = dataset.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert str(row[0]) == str(len(store))  # type: ignore[index]
    found = list(dataset.query("SELECT ?l { <https://identifiers.org/hgnc/1> rdfs:label ?l }"))
    assert [str(row[0]) for row in found] == ["ONE"]  # type: ignore[index]
    term = rdflib.URIRef("http://example.org/x")
    with pytest.raises(RuntimeError, match="read-write"):
        rdflib.Graph(store=dataset.store, identifier=term).add((term, term, term))


def test_provenance_names_each_input_with_its_digest() -> None:
    quads = {str(q) for q in rdf.provenance_quads(made_up.manifest())}
    assert len(quads) == len(list(rdf.provenance_quads(made_up.manifest())))
    assert any("ab" * 32 in quad for quad in quads)
    assert any("wasDerivedFrom" in quad and "source/one" in quad for quad in quads)
    assert not any("built" in quad for quad in quads), "a time of day would make each build another one"


def test_polarity_is_written_as_its_sign() -> None:
    for polarity in Polarity:
        predicate = {"+": "promotes", "-": "suppresses", "0": "promotes"}[polarity.value]
        made = content(Statement(relation=relation(predicate, polarity), evidence=evidence()))
        signs = [o for s, p, o in graphs(made)["exil8g:source/one"] if p.endswith("/polarity>")]
        assert signs == [f'"{polarity.value}"']
