"""Full-text index and its bridge into SPARQL."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.errors import QueryError, UsageError
from kg.store import fulltext, guard
from kg.store.local import LocalStore
from kg.store.search_words import rewritten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.graph import KnowledgeGraph

ANCHOR = "PMID:24657661"


def ids(graph: KnowledgeGraph, text: str, *, kinds: tuple[str, ...] = (), limit: int = 20) -> list[str]:
    return [hit.id for hit in graph.store.search(text, kinds=kinds, limit=limit)]


# Search


@pytest.mark.parametrize("text", ["IL-8", "IL8", "il 8", "CXCL8", "Interleukin-8", '"IL-8"', "IL\u20118"])
def test_the_entity_of_that_name_comes_first(shipped: KnowledgeGraph, text: str) -> None:
    assert ids(shipped, text)[0] == "HGNC:6025"


def test_all_words_must_be_there(shipped: KnowledgeGraph) -> None:
    assert ids(shipped, "exosome crosstalk interleukin survival stromal") == [ANCHOR]
    assert ids(shipped, "exosome crosstalk zebrafish") == []


def test_words_of_title_and_keywords_count_together(shipped: KnowledgeGraph) -> None:
    paper = next(p for p in shipped.content.publications if p.keywords and p.title and p.id.startswith("PMID:336506"))
    assert paper.id in ids(shipped, f"{paper.title.split()[0]} {paper.keywords[0].split()[0]}", kinds=("publication",))


def test_spelling_form_and_mark_make_no_difference(shipped: KnowledgeGraph) -> None:
    for one, other in (("tumour", "tumor"), ("exosomes", "exosome"), ("TGF-β", "TGF-beta"), ("EXOSOME", "exosome")):
        assert ids(shipped, one, limit=200) == ids(shipped, other, limit=200) != []


def test_operators_phrases_and_beginnings(shipped: KnowledgeGraph) -> None:
    both = set(ids(shipped, "plerixafor OR GW4869", limit=500))
    assert both == set(ids(shipped, "plerixafor", limit=500)) | set(ids(shipped, "GW4869", limit=500))
    assert set(ids(shipped, "exosome NOT imatinib", limit=500)) == set(ids(shipped, "exosome", limit=500)) - set(
        ids(shipped, "imatinib", limit=500)
    )
    assert ids(shipped, '"marrow stroma"') != []
    assert ids(shipped, '"stroma marrow"') == []
    assert "CHEBI:125354" in ids(shipped, "plerix*")


def test_kinds_and_limit(shipped: KnowledgeGraph) -> None:
    hits = shipped.store.search("exosome", kinds=("relation",), limit=3)
    assert [h.kind for h in hits] == ["relation"] * 3
    assert {h.id for h in hits} <= shipped.content.relations.keys()
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    supports = {s.evidence.support for s in shipped.content.statements}
    assert {h.text for h in hits} <= supports


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no word"),
        ("–/– ()", "no word"),
        ('"open', "not closed"),
        ("NOT exosome", "NOT must stand"),
        ("exosome AND", "AND must stand"),
        ("a AND OR b", "OR must stand"),
    ],
)
def test_what_cannot_be_searched_for_is_told_in_one_line(shipped: KnowledgeGraph, text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        shipped.store.search(text)
    assert "\n" not in str(caught.value)


def test_options_are_checked(shipped: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="there is no kind 'cat'"):
        shipped.store.search("x", kinds=("cat",))
    with pytest.raises(UsageError, match="limit is 0"):
        shipped.store.search("x", limit=0)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(text=st.text(alphabet=st.sampled_from("ab8-β\"*:^()+{}\\'%;\x00 \nANDOR"), max_size=20))
def test_no_text_breaks_the_index(shipped: KnowledgeGraph, text: str) -> None:
    try:
        shipped.store.search(text)
    except UsageError as error:
        assert str(error)  # noqa: PT017 - what is not refused must not fail


# The file


def test_index_is_made_again_where_it_is_absent_stale_or_damaged(shipped_copy: Path) -> None:
    graph = kg.open(shipped_copy)
    file, wanted = graph.store.place.folder / fulltext.NAME, ids(graph, "IL-8 stroma")
    assert wanted
    for spoil in ("absent", "damaged", "stale"):
        file.unlink()
        if spoil == "damaged":
            file.write_bytes(b"no database" * 100)
        elif spoil == "stale":
            fulltext.write(graph.content, file.parent, "0" * 16)
        assert ids(graph, "IL-8 stroma") == wanted, spoil
        assert file.is_file()
    graph.close()


def test_search_works_where_nothing_can_be_written(shipped_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = kg.open(shipped_copy)
    (graph.store.place.folder / fulltext.NAME).unlink()

    def refused(*_: object) -> None:
        raise OSError("read-only file system")

    monkeypatch.setattr(fulltext, "write", refused)
    assert ids(graph, "IL-8")[0] == "HGNC:6025"
    assert not (graph.store.place.folder / fulltext.NAME).exists()
    graph.close()


def test_index_holds_what_it_says_and_no_more(shipped: KnowledgeGraph) -> None:
    connection = sqlite3.connect(shipped.store.place.folder / fulltext.NAME)
    counts = dict(connection.execute("SELECT kind, COUNT(*) FROM texts GROUP BY kind"))
    connection.close()
    assert counts["entity"] == len(shipped.content.entities)
    assert counts["publication"] == len(shipped.content.publications)
    assert set(counts) == {*fulltext.KINDS}


def test_two_builds_find_the_same(shipped: KnowledgeGraph, tmp_path: Path) -> None:
    again = kg.build(tmp_path / "again.kg")
    assert again.store.search("exosome", limit=500) == shipped.store.search("exosome", limit=500)
    again.close()


def test_copied_store_with_marks_in_its_path(shipped: KnowledgeGraph, tmp_path: Path) -> None:
    store = LocalStore(shutil.copytree(shipped.store.place.root, tmp_path / "a ?b#c%41.kg"))
    assert store.search("IL-8")[0].id == "HGNC:6025"
    store.close()


# SPARQL


def test_bridge_in_a_plain_pattern(shipped: KnowledgeGraph) -> None:
    found = shipped.query('SELECT ?t { ?x exil8:search "crosstalk interleukin survival" . ?x dcterms:title ?t }')
    assert found["t"].tolist()[0].startswith("Exosome-mediated crosstalk")


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?x { ?x exil8:search "plerixafor" ; a exil8:Chemical }',
        'SELECT ?x { ?x a exil8:Chemical . ?x exil8:search "plerixafor" . }',
        "SELECT ?x { ?x exil8:search 'plerixafor' FILTER(?x = CHEBI:125354) }",
        'SELECT ?x { { ?x exil8:search "plerixafor" } UNION { ?x exil8:search "zzz" } ?x a exil8:Chemical }',
        'SELECT ?x { ?x a exil8:Chemical OPTIONAL { ?x exil8:search """plerixafor""" BIND(1 AS ?y) } FILTER(?y = 1) }',
        'PREFIX e: <https://w3id.org/exil8/> SELECT ?x { ?x e:search "plerixafor" . ?x a e:Chemical }',
        'SELECT ?x { ?x <https://w3id.org/exil8/search> "plerixa\\u0066or" . ?x a exil8:Chemical }',
        'SELECT ?x { { SELECT ?x { ?x exil8:search "plerixafor" } } ?x a exil8:Chemical } # ?y exil8:search "no"',
        'SELECT ?x { GRAPH exil8g:ontology { ?x exil8:search "plerixafor" . ?x a exil8:Chemical } }',
    ],
)
def test_bridge_wherever_a_triple_may_stand(shipped: KnowledgeGraph, query: str) -> None:
    assert shipped.query(query)["x"].tolist() == ["CHEBI:125354"]


def test_bridge_that_finds_nothing_gives_no_rows(shipped: KnowledgeGraph) -> None:
    assert len(shipped.query('SELECT ?x { ?x exil8:search "zzzz" . ?x a ?c }')) == 0


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?x a exil8:Chemical ; exil8:search "plerixafor" }',
        "SELECT * { ?x exil8:search ?words }",
        'SELECT * { CHEBI:125354 exil8:search "plerixafor" }',
        'SELECT * { ?x exil8:search "plerixafor"@en }',
        'SELECT * { ?x exil8:search "plerixafor", "other" }',
        'SELECT * { ?x exil8:search "plerixafor"^^xsd:string }',
        'SELECT * { ?x ^exil8:search "plerixafor" }',
    ],
)
def test_a_search_written_otherwise_is_an_error_and_not_an_empty_answer(shipped: KnowledgeGraph, query: str) -> None:
    with pytest.raises(QueryError, match="must be a triple"):
        shipped.query(query)


@pytest.mark.parametrize(
    "words",
    [
        "} } SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } } #",
        "> . } # x",
        "\\u007D x",
        "a' OR 1=1 --",
        "x\\ny",
    ],
)
def test_words_never_become_part_of_the_query(shipped: KnowledgeGraph, words: str) -> None:
    assert len(shipped.query(f'SELECT ?x {{ ?x exil8:search "{words}" . ?x a exil8:Nothing }}')) == 0


def test_the_rewritten_query_is_checked(shipped: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="SERVICE"):
        shipped.query('SELECT * { ?x exil8:search "IL-8" SERVICE <http://example.org/> { ?x ?p ?o } }')


def test_searches_in_strings_and_comments_are_left_alone() -> None:
    def never(_: str) -> Iterator[str]:
        raise AssertionError

    for query in (
        "SELECT * { ?s ?p '?x exil8:search \"a\"' }",
        'SELECT * { ?s ?p ?o } # ?x exil8:search "a"',
        'PREFIX exil8: <https://example.org/> SELECT * { ?x exil8:search "a" }',
        'SELECT * { ?x exil8:searches "a" }',
        "SELECT * { exil8:search rdfs:label ?l }",
    ):
        assert rewritten(query, never) == query


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.text(max_size=30))
def test_any_words_give_a_query_that_may_run(words: str) -> None:
    seen = list[str]()

    def find(text: str) -> list[str]:
        seen.append(text)
        return ["HGNC:6025"]

    literal = "".join(f"\\u{ord(c):04X}" if ord(c) < 0x10000 else f"\\U{ord(c):08X}" for c in words)
    query = rewritten(f'SELECT ?x {{ ?x exil8:search "{literal}" }}', find)
    assert seen == [words]
    assert guard.check(query) == "select"
