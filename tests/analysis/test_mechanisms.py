"""Summaries and their mechanisms, and kinds, on the shipped axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.analysis import facts
from kg.analysis.costs import Assumption

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph


def test_every_summary_is_asked_and_answered(shipped: KnowledgeGraph) -> None:
    network = shipped.states()
    found = shipped.mechanisms(k=2)
    assert len(found) == len(network.summaries)
    for mechanism in found:
        for path in mechanism.paths:
            assert path.sign == mechanism.summary.sign
            assert path.states[-1] == mechanism.summary.target
            assert not any(Assumption.SUMMARY in step.assumptions for step in path.steps)
    explained = [bool(m.paths.paths) for m in found]
    assert explained == sorted(explained, reverse=True)
    assert any(not e for e in explained)


def test_stroma_resistance_is_explained_by_release(shipped: KnowledgeGraph) -> None:
    told = {str(m).splitlines()[0].partition(" (")[0]: m for m in shipped.mechanisms()}
    resistance = told["stromal cell of bone marrow promotes drug resistance [chronic myeloid leukemia cell]"]
    assert resistance.paths[0].steps[0].predicates == ("releases",)


def test_mechanisms_are_a_table_that_reads(shipped: KnowledgeGraph) -> None:
    found = shipped.mechanisms(k=1)
    frame = found.to_frame()
    assert list(frame.columns) == ["summary", "sign", "publications", "mechanisms", "best", "cost_nat", "belief"]
    assert len(frame) == len(found)
    unexplained = frame[frame["mechanisms"] == 0]
    assert set(unexplained["best"]) == {"none in the graph"}
    assert f"{len(unexplained)} without one" in str(found)
    assert "none in the graph" in found._repr_html_()


def test_family_relation_serves_for_a_member_and_says_so(shipped: KnowledgeGraph) -> None:
    assert not shipped.paths("STAT5A", "SIRT1@cml_cell").paths
    best = shipped.paths("STAT5A", "SIRT1@cml_cell", kinds=True)[0]
    assert Assumption.KIND in best.steps[0].assumptions
    assert "stated for a broader kind: STAT5 read as STAT5A" in best.steps[0].remarks
    own = shipped.paths("STAT5", "SIRT1@cml_cell")[0]
    assert best.cost == pytest.approx(own.cost + 0.5, abs=1e-5)


def test_kinds_never_override_what_a_member_does_itself(shipped: KnowledgeGraph) -> None:
    network = shipped.states(kinds=True)
    curcumin = [
        step
        for step in network.steps
        if step.source.entity == "exil8:cml_exosome_curcumin" and step.target.entity == "HGNC:12663"
    ]
    assert [step.sign for step in curcumin] == [-1]
    assert all(Assumption.KIND not in step.assumptions for step in curcumin)


def test_members_of_a_family_by_query(shipped: KnowledgeGraph) -> None:
    members = shipped.query("members_of", params={"entity": "TKI"})
    assert {"imatinib", "asciminib", "axitinib"} <= set(members["member_label"])


def test_min_belief_must_be_a_probability(shipped: KnowledgeGraph) -> None:
    from kg.errors import UsageError

    with pytest.raises(UsageError, match="min_belief"):
        shipped.facts(min_belief=1.5)
    with pytest.raises(UsageError, match="min_belief"):
        shipped.facts(min_belief=float("nan"))
    assert all(f.belief.value >= 0.7 for f in facts.from_content(shipped.content, min_belief=0.7).facts)
