"""What of a graph may be walked: live, with a sign, believed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.analysis.facts import from_content
from kg.model import Evidence, Grade, Polarity, SourceInfo, Statement, Status
from tests.analysis.tables import relation
from tests.analysis.test_explain import content

if TYPE_CHECKING:
    import kg
    from kg.store.content import Content


def says(text: str, paper: str, *, grade: Grade = Grade.RESULT, negated: bool = False) -> Statement:
    return Statement(
        relation=relation(text), evidence=Evidence(publication=paper, source="test", grade=grade, negated=negated)
    )


SOURCE = SourceInfo(
    name="test", title="", licence="CC0-1.0", homepage="", citation="", reliability=0.8, formats=()
)  # fmt: skip


def walked(made: Content, *, retracted: bool = False, min_belief: float = 0.0) -> dict[str, bool]:
    found = from_content(made, include_retracted=retracted, min_belief=min_belief)
    return {f.relation.predicate: f.background for f in found.facts}


def test_the_curated_table_without_its_zeros(graph: kg.KnowledgeGraph) -> None:
    found = from_content(graph.content)
    zeros = {key for key, r in graph.content.relations.items() if r.polarity is Polarity.NONE}
    assert {f.id for f in found.facts} == set(graph.content.relations) - zeros
    assert [f.id for f in found.facts] == sorted(f.id for f in found.facts)
    assert all(0 < f.belief.value <= 1 for f in found.facts)


def test_background_means_that_no_paper_tested_it(graph: kg.KnowledgeGraph) -> None:
    grades: dict[str, set[Grade]] = {}
    for s in graph.content.statements:
        grades.setdefault(s.relation.id, set()).add(s.evidence.grade)
    for f in from_content(graph.content).facts:
        assert f.background == (grades[f.id] == {Grade.BACKGROUND})


def test_what_is_only_denied_is_not_walked() -> None:
    assert walked(content(says("L@extracellular activates R@tumour", "PMID:1", negated=True))) == {}


def test_what_only_a_retracted_paper_says_is_walked_when_asked_for() -> None:
    rows = says("L@extracellular activates R@tumour", "PMID:1"), says("L@extracellular promotes P@tumour", "PMID:2")
    made = replace(content(*rows, retracted=("PMID:2",)), sources=(SOURCE,))
    assert walked(made) == {"activates": False}
    assert walked(made, retracted=True) == {"activates": False, "promotes": False}
    marked = {f.relation.predicate: f.retracted for f in from_content(made, include_retracted=True).facts}
    assert marked == {"activates": False, "promotes": True}


def test_a_retracted_test_leaves_the_background() -> None:
    rows = (
        says("L@extracellular activates R@tumour", "PMID:1", grade=Grade.BACKGROUND),
        says("L@extracellular activates R@tumour", "PMID:2"),
    )
    assert walked(content(*rows)) == {"activates": False}
    assert walked(content(*rows, retracted=("PMID:2",))) == {"activates": True}


def test_belief_limit() -> None:
    rows = (
        says("L@extracellular activates R@tumour", "PMID:1"),
        says("L@extracellular promotes P@tumour", "PMID:2", grade=Grade.BACKGROUND),
    )
    assert walked(content(*rows), min_belief=0.5) == {"activates": False}


def test_oroxylin_a_has_no_walk_through_the_retracted_paper(graph: kg.KnowledgeGraph) -> None:
    paper = next(p for p in graph.content.publications if p.id == "DOI:10.3389/fonc.2019.00188")
    assert paper.status is Status.RETRACTED
    assert not any(paper.id in step.publications for step in graph.states().steps)
