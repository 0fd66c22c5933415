"""Records of many sources become one content, in whatever order they come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import merge
from kg.model import (
    Entity,
    Evidence,
    Grade,
    MeshHeading,
    Method,
    Polarity,
    Publication,
    PublicationLink,
    Relation,
    Site,
    SiteKind,
    Statement,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

always = settings(max_examples=60, deadline=None, derandomize=True)


def paper(pmid: str = "", doi: str = "", pmcid: str = "", **fields: Any) -> Publication:
    identifier = f"PMID:{pmid}" if pmid else f"DOI:{doi}" if doi else f"PMC:{pmcid}"
    return Publication(**({"id": identifier, "pmid": pmid, "doi": doi, "pmcid": pmcid} | fields))


def merged(*records: Publication | tuple[int, Publication]) -> tuple[Publication, ...]:
    return merge.publications([r if isinstance(r, tuple) else (0, r) for r in records])[0]


# Sites and entities


def test_own_sites_come_first_and_common_ones_are_never_doubled() -> None:
    own = (
        Site(id="a_cell", label="A", kind=SiteKind.CELL),
        Site(id="extracellular", label="the medium", kind=SiteKind.MEDIUM),
    )
    found = merge.sites(own)
    assert found[:2] == own
    assert [s.id for s in found] == ["a_cell", "extracellular", "vesicle", "organism", "unspecified"]


def test_an_entity_has_the_label_of_the_first_source_and_the_names_of_all() -> None:
    found = merge.entities(
        [
            (1, Entity(id="HGNC:1", label="official", type="complex", synonyms=("x",), parents=("HGNC:9", "HGNC:1"))),
            (0, Entity(id="HGNC:1", label="usual", type="gene_product", synonyms=("official", "y"))),
            (2, Entity(id="HGNC:1", label="usual", type="chemical", origin="a_cell")),
            (0, Entity(id="CL:1", label="another", type="cell")),
        ]
    )
    assert found == (
        Entity(id="CL:1", label="another", type="cell"),
        Entity(
            id="HGNC:1",
            label="usual",
            type="gene_product",
            synonyms=("official", "x", "y"),
            parents=("HGNC:9",),
            origin="a_cell",
        ),
    )


ENTITY = st.builds(
    Entity,
    id=st.sampled_from(["HGNC:1", "HGNC:2"]),
    label=st.sampled_from(["a", "b"]),
    type=st.sampled_from(["cell", "chemical"]),
    synonyms=st.sampled_from([(), ("a",), ("b", "c")]),
    origin=st.sampled_from(["", "a_cell"]),
)


@always
@given(st.lists(st.tuples(st.integers(0, 2), ENTITY), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_entities_makes_no_difference(found: list[tuple[int, Entity]], rng: Any) -> None:
    turned = list(found)
    rng.shuffle(turned)
    once = merge.entities(found)
    assert merge.entities(turned) == once
    assert merge.entities([(0, e) for e in once]) == once
    assert len(once) == len({e.id for _, e in found})


# Publications: one a paper


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (paper("1"), paper("1"), True),
        (paper("1"), paper("2"), False),
        (paper("1", "10.1000/A"), paper(doi="10.1000/a"), True),
        (paper(doi="10.1000/A"), paper(doi="10.1000/a"), True),
        (paper("1", "10.1000/a", "PMC1"), paper(pmcid="PMC1"), True),
        (paper(doi="10.1000/a"), paper(doi="10.1000/b"), False),
        (paper("1", "10.1000/a"), paper("2", "10.1000/a"), False),
        (paper(doi="10.1000/a"), paper(doi="10.1000/a", pmcid="PMC1", id="PMC:PMC1"), True),
    ],
)
def test_any_shared_id_tells_one_paper(one: Publication, other: Publication, same: bool) -> None:
    assert len(merged(one, other)) == len(merged(other, one)) == (1 if same else 2)


def test_ids_are_joined_over_several_steps() -> None:
    chain = [paper("1", "10.1000/a"), paper(doi="10.1000/a", pmcid="PMC7"), paper(pmcid="PMC7", title="T")]
    (found,) = merged(*chain)
    assert (found.id, found.pmid, found.doi, found.pmcid, found.title) == ("PMID:1", "1", "10.1000/a", "PMC7", "T")


def test_the_canonical_id_is_known_for_every_id_that_was_used() -> None:
    _, canonical = merge.publications([(0, paper("1", "10.1000/Ab", "PMC7")), (1, paper(doi="10.1000/AB"))])
    assert {canonical[i] for i in ("PMID:1", "DOI:10.1000/ab", "PMC:PMC7", "DOI:10.1000/AB")} == {"PMID:1"}


def test_a_record_of_lower_rank_fills_what_the_first_leaves_empty() -> None:
    first = paper("1", title="The title", keywords=("b", "a"))
    second = paper("1", title="Another title", year=2014, journal="J Ex", keywords=("c",))
    (found,) = merged((2, second), (0, first))
    assert (found.title, found.year, found.journal) == ("The title", 2014, "J Ex")
    assert found.keywords == ("a", "b")


def test_the_gravest_status_holds_and_links_of_all_are_kept() -> None:
    links = [PublicationLink(type="CommentIn", target=f"PMID:{n}") for n in (7, 8)]
    (found,) = merged(
        (0, paper("1", links=(links[0],))), (3, paper("1", status=Status.RETRACTED, links=(links[1], links[0])))
    )
    assert found.status is Status.RETRACTED
    assert found.links == tuple(links)


@pytest.mark.parametrize(
    ("link", "status"),
    [
        ("RetractionOf", Status.RETRACTED),
        ("ExpressionOfConcernFor", Status.CONCERN),
        ("ErratumFor", Status.CORRECTED),
        ("CommentOn", Status.CURRENT),
    ],
)
@pytest.mark.parametrize("target", ["PMID:1", "DOI:10.1000/A", "PMC:PMC7"])
def test_a_notice_tells_how_its_paper_stands(link: str, status: Status, target: str) -> None:
    notice = paper("2", links=(PublicationLink(type=link, target=target),))
    found = {p.id: p.status for p in merged(notice, paper("1", "10.1000/a", "PMC7"))}
    assert found == {"PMID:1": status, "PMID:2": Status.CURRENT}


def test_a_notice_never_makes_a_standing_better() -> None:
    notice = paper("2", links=(PublicationLink(type="ErratumFor", target="PMID:1"),))
    assert merged(notice, paper("1", status=Status.RETRACTED))[0].status is Status.RETRACTED


def test_a_notice_of_a_paper_that_is_not_here_retracts_nothing_else() -> None:
    notice = paper("2", links=(PublicationLink(type="RetractionOf", target="PMID:404"),))
    assert [p.status for p in merged(notice, paper("1"))] == [Status.CURRENT, Status.CURRENT]


def test_a_notice_that_bears_the_doi_of_its_paper_is_not_its_paper() -> None:
    notice = paper("200", "10.1000/a", links=(PublicationLink(type="RetractionOf", target="PMID:100"),))
    for records in ([paper("100", "10.1000/a"), notice], [notice, paper("100", "10.1000/a")]):
        found, canonical = merge.publications([(0, r) for r in records])
        assert {p.id: p.status for p in found} == {"PMID:100": Status.RETRACTED, "PMID:200": Status.CURRENT}
        assert canonical["DOI:10.1000/a"] == "PMID:100"


PAPER = st.builds(
    paper,
    pmid=st.sampled_from(["", "1", "2"]),
    doi=st.sampled_from(["10.1000/a", "10.1000/B"]),
    pmcid=st.sampled_from(["", "PMC7"]),
    title=st.sampled_from(["", "T", "U"]),
    year=st.sampled_from([None, 2014]),
    status=st.sampled_from([Status.CURRENT, Status.CONCERN, Status.RETRACTED]),
    keywords=st.sampled_from([(), ("k",), ("l", "k")]),
    mesh=st.sampled_from([(), (MeshHeading(ui="D1", name="x"),)]),
    links=st.sampled_from([(), (PublicationLink(type="RetractionOf", target="PMID:1"),)]),
)


@always
@given(st.lists(st.tuples(st.integers(0, 2), PAPER), max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_publications_makes_no_difference(found: list[tuple[int, Publication]], rng: Any) -> None:
    turned = list(found)
    rng.shuffle(turned)
    once, canonical = merge.publications(found)
    assert merge.publications(turned) == (once, canonical)
    assert [p.id for p in once] == sorted({p.id for p in once})
    assert set(canonical.values()) == {p.id for p in once}
    assert merge.publications([(0, p) for p in once])[0] == once, "merged papers are as they will be"


# Statements

RELATION = Relation(
    subject="HGNC:1",
    subject_site="a",
    predicate="promotes",
    object="HGNC:2",
    object_site="b",
    polarity=Polarity.POSITIVE,
)


def said(publication: str = "PMID:1", **fields: Any) -> Statement:
    return Statement(relation=RELATION, evidence=Evidence(**({"publication": publication, "source": "s"} | fields)))


def test_a_statement_bears_the_canonical_id_of_its_paper() -> None:
    (found,) = merge.statements([said("DOI:10.1000/a"), said("PMID:1")], {"DOI:10.1000/a": "PMID:1"})
    assert found.evidence.publication == "PMID:1"
    assert merge.statements([said("DOI:10.1000/zz")], {})[0].evidence.publication == "DOI:10.1000/zz"


def test_taxa_are_sorted_and_stand_once() -> None:
    (found,) = merge.statements([said(taxa=("b", "a", "b"))], {})
    assert found.evidence.taxa == ("a", "b")


def test_of_two_readings_that_of_a_person_counts() -> None:
    read = said(method=Method.MACHINE_READ, support="a")
    curated = said(method=Method.CURATED, support="z")
    for order in ([read, curated], [curated, read]):
        assert merge.statements(order, {}) == (curated,)


@always
@given(
    st.lists(
        st.builds(
            said,
            st.sampled_from(["PMID:1", "DOI:10.1000/a", "PMID:2"]),
            support=st.sampled_from(["x", "y"]),
            grade=st.sampled_from(Grade),
            assay=st.sampled_from(["", "blot"]),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_statements_makes_no_difference(found: Sequence[Statement], rng: Any) -> None:
    canonical = {"DOI:10.1000/a": "PMID:1"}
    turned = list(found)
    rng.shuffle(turned)
    once = merge.statements(found, canonical)
    assert merge.statements(turned, canonical) == once
    assert merge.statements(once, canonical) == once
    assert [s.id for s in once] == sorted({s.id for s in once})


def test_a_relation_keeps_the_compartment_that_some_source_names() -> None:
    refined = replace(RELATION, object_compartment="plasma_membrane")
    found = merge.statements([said(), replace(said("PMID:2"), relation=refined)], {})
    assert {s.relation.object_compartment for s in found} == {"", "plasma_membrane"}


def test_a_paper_that_affirms_and_denies_speaks_on_both_sides() -> None:
    found = merge.statements([said(), said(negated=True)], {})
    assert {s.evidence.negated for s in found} == {True, False}


def test_sentences_of_one_paper_are_one_piece_of_evidence_with_all_their_texts() -> None:
    sentences = [("a", "It binds."), ("b", "It was bound."), ("c", ""), ("d", "It binds.")]
    rows = [said(record=record, support=text) for record, text in sentences]
    (found,) = merge.statements(rows, {})
    assert (found.evidence.record, found.evidence.support) == ("a", "It binds. // It was bound.")
    assert merge.statements([found, *reversed(rows)], {}) == (found,)  # reading them again changes nothing


def test_what_a_paper_tested_counts_before_what_it_says_in_passing() -> None:
    passing, tested = said(record="a", grade=Grade.BACKGROUND), said(record="b", grade=Grade.RESULT)
    assert merge.statements([passing, tested], {})[0].evidence.grade is Grade.RESULT
