"""What stands behind a relation: every paper that its belief counts, on the right side."""

from __future__ import annotations

from dataclasses import replace

import pytest

import kg
from kg import belief
from kg.analysis.explain import explain
from kg.errors import UsageError
from kg.model import Evidence, Publication, Statement, Status
from kg.store.content import Content
from tests.analysis.tables import SITES, relation


def content(*statements: Statement, retracted: tuple[str, ...] = ()) -> Content:
    papers = sorted({s.evidence.publication for s in statements})
    status = {p: Status.RETRACTED if p in retracted else Status.CURRENT for p in papers}
    beliefs, weights = belief.beliefs(statements, status=status, reliability={"test": 0.8})
    publications = tuple(Publication(id=p, title=f"About {p}", status=status[p]) for p in papers)
    return Content(
        sites=tuple(SITES.values()), entities=(), publications=publications, statements=statements, beliefs=beliefs,
        weights=weights,
    )  # fmt: skip


def says(text: str, paper: str, *, negated: bool = False) -> Statement:
    evidence = Evidence(publication=paper, source="test", record=f"row of {paper}", support=f"{paper} saw it.")
    return Statement(relation=relation(text), evidence=replace(evidence, negated=negated))


def papers(told: list[dict[str, str]]) -> set[str]:
    return {row["publication"] for row in told}


def test_both_sides_of_a_contradicted_relation(graph: kg.KnowledgeGraph) -> None:
    told = graph.explain("exil8:r0212").to_dict()
    assert papers(told["evidence"]) == {"DOI:10.18632/oncotarget.8483"}
    assert papers(told["against"]) == {"PMID:25015105"}
    assert told["belief"] == pytest.approx(told["p_for"] * (1 - told["p_against"]), abs=1e-4)


def test_every_paper_of_every_belief_is_shown(graph: kg.KnowledgeGraph) -> None:
    for key, counted in graph.content.beliefs.items():
        told = explain(graph.content, key)
        live = {s.evidence.publication for s in told.statements if graph.content.weights[s.id] > 0}
        assert {paper for paper, _ in counted.papers_for} == live
        against = {s.evidence.publication for s in told.opposed if graph.content.weights[s.id] > 0}
        assert {paper for paper, _ in counted.papers_against} == against


def test_a_statement_that_denies_the_relation_stands_against_it() -> None:
    told = explain(
        content(
            says("L@extracellular activates R@tumour", "PMID:1"),
            says("L@extracellular activates R@tumour", "PMID:2", negated=True),
        ),
        relation("L@extracellular activates R@tumour").id,
    )
    assert [s.evidence.publication for s in told.statements] == ["PMID:1"]
    assert [s.evidence.publication for s in told.opposed] == ["PMID:2"]


def test_another_readout_of_the_same_paper_is_not_shown_as_opposed() -> None:
    told = explain(
        content(
            says("L@extracellular increases_expression_of R@tumour", "PMID:1"),
            says("L@extracellular decreases_expression_of R@tumour", "PMID:2"),
            says("L@extracellular activates R@tumour", "PMID:2"),
            says("L@extracellular decreases_expression_of R@stroma", "PMID:2"),
        ),
        relation("L@extracellular increases_expression_of R@tumour").id,
    )
    assert [(s.relation.predicate, s.relation.object_site) for s in told.opposed] == [
        ("decreases_expression_of", "tumour")
    ]


def test_words_for_the_same_are_shown_and_count_for_their_own_relation() -> None:
    told = explain(
        content(
            says("Drug@extracellular targets R@tumour", "PMID:1"),
            says("Drug@extracellular inhibits R@tumour", "PMID:2"),
            says("Drug@extracellular targets R@tumour 0", "PMID:3"),
        ),
        relation("Drug@extracellular targets R@tumour").id,
    )
    assert [s.evidence.publication for s in told.alike] == ["PMID:2"]
    assert [p for p, _ in told.belief.papers_for] == ["PMID:1"]
    assert [s.evidence.publication for s in told.opposed] == ["PMID:3"]


def test_a_retracted_paper_is_shown_and_weighs_nothing() -> None:
    told = explain(
        content(
            says("L@extracellular activates R@tumour", "PMID:1"),
            says("L@extracellular activates R@tumour", "PMID:2"),
            retracted=("PMID:2",),
        ),
        "row of PMID:2",
    )
    rows = {row["publication"]: row for row in told.to_dict()["evidence"]}
    assert rows["PMID:2"]["weight"] == 0
    assert rows["PMID:2"]["status"] == "retracted"
    assert told.to_dict()["p_for"] == pytest.approx(rows["PMID:1"]["weight"], abs=1e-4)
    assert "[RETRACTED]" in str(told)


def test_text_names_the_paper_its_words_and_its_system(graph: kg.KnowledgeGraph) -> None:
    text = str(graph.explain("exil8:r0521"))
    assert "PMID:24657661 (2014)" in text
    assert "curated exil8:r0521" in text
    assert "increases_secretion_of CXCL8 [bm_stromal_cell]" in text


@pytest.mark.parametrize("name", ["exil8:r9999", "", "CXCL8"])
def test_a_name_that_nothing_has(graph: kg.KnowledgeGraph, name: str) -> None:
    with pytest.raises(UsageError, match="no relation is called"):
        graph.explain(name)


def test_by_record_by_relation_and_by_evidence_it_is_the_same(graph: kg.KnowledgeGraph) -> None:
    told = graph.explain("exil8:r0521")
    assert graph.explain(told.relation.id) == told
    assert graph.explain(told.statements[0].id) == told
