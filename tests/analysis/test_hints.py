"""What is said when there is no path: the condition that stands in the way, and the nearest states on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.analysis.paths import PathQuestion, search

if TYPE_CHECKING:
    import kg

EXOSOME, SURVIVAL = "CML exosome", "cell survival@cml_cell"


def hint(graph: kg.KnowledgeGraph, source: str, target: str, **asked: object) -> str:
    result = graph.paths(source, target, **asked)  # type: ignore[arg-type]
    assert not result.paths
    assert result.hint == str(result)
    return result.hint


def test_the_sign_is_named(graph: kg.KnowledgeGraph) -> None:
    text = hint(graph, "SB225002", SURVIVAL, sign="+", max_steps=2)
    assert text.startswith("no path with sign +: a path exists with sign -;")


def test_the_length_is_named(graph: kg.KnowledgeGraph) -> None:
    assert "max_steps: the shortest has 3 steps" in hint(graph, EXOSOME, SURVIVAL, max_steps=1)
    assert "max_steps: the shortest has 3 steps" in hint(graph, EXOSOME, SURVIVAL, max_steps=2)


def test_what_is_avoided_is_named(graph: kg.KnowledgeGraph) -> None:
    text = hint(graph, EXOSOME, SURVIVAL, avoid=["CXCL8", "CXCR2"], max_steps=3)
    assert "avoid: a path exists over CXCL8" in text
    assert "over CXCR2" not in text
    assert "avoid: TKI takes in the source" in hint(graph, "imatinib", SURVIVAL, sign="-", avoid="TKI")


def test_what_is_to_be_passed_is_named(graph: kg.KnowledgeGraph) -> None:
    text = hint(graph, EXOSOME, SURVIVAL, through=["imatinib"])
    assert "through: a path exists that does not pass imatinib" in text


def test_papers_that_state_it_without_a_mechanism_are_counted(graph: kg.KnowledgeGraph) -> None:
    text = hint(graph, "adipocyte", "survival")
    assert "1 paper states it across cells without a mechanism; try --summaries or `kg mechanisms`" in text
    assert "the source CL:0000136 is on no step" in text
    assert graph.paths("adipocyte", "survival", summaries=True).paths
    assert "across cells" not in hint(graph, "SB225002", SURVIVAL, summaries=True, max_steps=1)


def test_a_path_over_summaries_is_told(graph: kg.KnowledgeGraph) -> None:
    text = hint(graph, "adipocyte", "apoptosis@cml_cell", sign="any")
    assert "try --summaries" in text or "is on no step" in text


@pytest.mark.parametrize(("source", "target", "sign"), [("PGF", "PTGER4", "-"), (SURVIVAL, "CXCL8", "+")])
def test_the_nearest_states_come_by_cost(graph: kg.KnowledgeGraph, source: str, target: str, sign: str) -> None:
    from kg.analysis.paths import place

    network, text = graph.states(), hint(graph, source, target, sign=sign)
    end = graph.ends.read(target, network)
    others = [s for s in network.states if s.entity not in end.entities]
    question = PathQuestion(sources=others, targets=end.states, k=60)
    found = search(network, question, 60).paths
    first = place(network, network.states[found[0].states[0]])
    assert f"the target is reached from {first}" in text


def test_the_conditions_hold_for_what_is_near(graph: kg.KnowledgeGraph) -> None:
    free = hint(graph, EXOSOME, SURVIVAL, max_steps=2)
    without = hint(graph, EXOSOME, SURVIVAL, max_steps=2, avoid=["CXCL8", "apoptosis"])
    assert "CXCL8 [extracellular space]" in free.rpartition("is reached from")[2]
    assert "CXCL8" not in without.rpartition("is reached from")[2]
