"""Beside paths: the cell their start comes from, and drugs where they take something from the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.analysis.surroundings import in_context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.analysis.network import Step
    from kg.graph import KnowledgeGraph


def test_the_cell_that_releases_the_exosome_and_drugs_against_the_loop(shipped: KnowledgeGraph) -> None:
    result = shipped.paths("CML exosome", "cell survival@cml_cell", k=10)
    drawn = in_context(result)
    added = {(u, v, d["sign"]) for u, v, d in drawn.edges(data=True)} - {
        (u, v, d["sign"]) for u, v, d in result.to_networkx().edges(data=True)
    }
    assert ("exil8:cml_cell@cml_cell", "exil8:cml_exosome@extracellular", 1) in added
    assert ("CHEBI:93074@extracellular", "HGNC:6027@cml_cell", -1) in added  # SB225002 on CXCR2
    for source, target, sign in added:
        if sign < 0:
            assert drawn.nodes[source]["type"] == "chemical"
            assert target in result.to_networkx()


def test_a_drug_that_would_raise_the_outcome_is_not_drawn(shipped: KnowledgeGraph) -> None:
    result = shipped.paths("CML exosome", "cell survival@cml_cell", k=10)
    lowered = {
        step.target.name
        for path in result
        for n, step in enumerate(path.steps[:-1])
        if _sign(path.steps[: n + 1]) < 0  # what the exosome lowers, and whose loss it profits from
    }
    assert lowered
    drawn = in_context(result, drugs=50)
    hit = {v for u, v, d in drawn.edges(data=True) if drawn.nodes[u]["type"] == "chemical" and d["sign"] < 0}
    assert not hit & lowered


def test_there_are_no_more_drugs_than_asked_for(shipped: KnowledgeGraph) -> None:
    result = shipped.paths("CML exosome", "cell survival@cml_cell", k=10)
    for most in (0, 1, 3):
        drawn = in_context(result, drugs=most)
        assert sum(data["type"] == "chemical" for _, data in drawn.nodes(data=True)) == most


def _sign(steps: Sequence[Step]) -> int:
    product = 1
    for step in steps:
        product *= step.sign
    return product
