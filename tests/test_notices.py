"""What papers say of each other: notices, deleted ones, and preprints with their published versions."""

from __future__ import annotations

import itertools

import pytest

from kg import belief, merge
from kg.model import Evidence, Polarity, Publication, PublicationLink, Relation, Statement, Status
from kg.notices import noticed, published_versions


def paper(number: int, *links: tuple[str, int], status: Status = Status.CURRENT, preprint: bool = False) -> Publication:
    return Publication(
        id=f"PMID:{number}",
        pmid=str(number),
        links=tuple(PublicationLink(type=kind, target=f"PMID:{target}") for kind, target in links),
        status=status,
        types=("Preprint",) if preprint else (),
        source="pubmed",
    )


def merged(*papers: Publication) -> dict[str, Status]:
    found, _ = merge.publications((0, p) for p in papers)
    return {p.pmid: p.status for p in found}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("RetractionOf", Status.RETRACTED),
        ("ExpressionOfConcernFor", Status.CONCERN),
        ("ErratumFor", Status.CORRECTED),
        ("CommentOn", Status.CURRENT),
    ],
)
def test_a_live_notice_speaks_and_a_dead_one_does_not(kind: str, status: Status) -> None:
    assert merged(paper(1), paper(2, (kind, 1))) == {"1": status, "2": Status.CURRENT}
    for dead in (Status.DELETED, Status.RETRACTED):
        assert merged(paper(1), paper(2, (kind, 1), status=dead)) == {"1": Status.CURRENT, "2": dead}


def test_a_notice_that_another_notice_withdraws_says_nothing() -> None:
    found = noticed([paper(2, ("RetractionOf", 1)), paper(3, ("RetractionOf", 2))])
    assert found == {"PMID:2": Status.RETRACTED}
    assert noticed([paper(2, ("RetractionOf", 3)), paper(3, ("RetractionOf", 2))]) == {}


def test_the_gravest_of_several_notices_holds() -> None:
    notices = [paper(2, ("ErratumFor", 1)), paper(3, ("RetractionOf", 1)), paper(4, ("ExpressionOfConcernFor", 1))]
    for order in itertools.permutations(notices):
        assert noticed(order) == {"PMID:1": Status.RETRACTED}


@pytest.mark.parametrize("said_by", ["preprint", "published", "both"])
def test_a_preprint_goes_with_its_published_version(said_by: str) -> None:
    early = paper(1, *([("UpdateIn", 2)] if said_by != "published" else []), preprint=True)
    late = [("UpdateOf", 1)] if said_by != "preprint" else []
    assert merged(early, paper(2, *late)) == {"1": Status.SUPERSEDED, "2": Status.CURRENT}
    assert merged(early, paper(2, *late, status=Status.RETRACTED))["1"] is Status.RETRACTED
    assert merged(early, paper(2, *late), paper(3, ("RetractionOf", 2)))["1"] is Status.RETRACTED


def test_only_preprints_have_published_versions() -> None:
    assert published_versions([paper(1, ("UpdateIn", 2)), paper(2, ("UpdateOf", 1))]) == {}
    assert published_versions([paper(1, ("UpdateIn", 2), preprint=True)]) == {}
    chain = [paper(1, ("UpdateIn", 2), preprint=True), paper(2, ("UpdateIn", 3), preprint=True), paper(3)]
    assert published_versions(chain) == {"PMID:1": "PMID:3", "PMID:2": "PMID:3"}
    ring = [paper(1, ("UpdateIn", 2), preprint=True), paper(2, ("UpdateIn", 1), preprint=True)]
    assert published_versions(ring) == {}


def test_a_preprint_and_its_published_version_are_one_paper_for_belief() -> None:
    relation = Relation(
        subject="HGNC:6025",
        subject_site="extracellular",
        predicate="activates",
        object="HGNC:6027",
        object_site="cml_cell",
        polarity=Polarity.POSITIVE,
    )
    said = [
        Statement(relation=relation, evidence=Evidence(publication=f"PMID:{n}", source="curated", record=str(n)))
        for n in (1, 2)
    ]
    early, late = paper(1, ("UpdateIn", 2), preprint=True), paper(2)

    def value(*papers: Publication, statements: list[Statement]) -> float:
        found, _ = merge.publications((0, p) for p in papers)
        beliefs, _ = belief.beliefs(
            statements,
            status={p.id: p.status for p in found},
            reliability={"curated": 0.8},
            versions=published_versions(found),
        )
        return beliefs[relation.id].value

    alone = value(early, late, statements=said[:1])
    assert alone > 0
    assert value(early, late, statements=said) == alone
    assert value(paper(1), late, statements=said) > alone
    assert value(early, paper(2, status=Status.RETRACTED), statements=said) == 0.0
