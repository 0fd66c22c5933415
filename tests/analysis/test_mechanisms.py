"""Summaries, fragility, two-paper chains and kinds, on the shipped axis and on tables whose answer is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.analysis import discovery, facts, fragility, mechanisms
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
    frame = mechanisms.to_frame(told.values())
    assert set(frame.columns) >= {"summary", "publications", "mechanisms", "best"}


def test_withdrawn_paper_is_gone_from_the_facts(shipped: KnowledgeGraph) -> None:
    left = fragility.without(shipped.facts(), "PMID:24657661")
    assert all("PMID:24657661" not in dict(f.belief.papers_for) for f in left.facts)
    assert len(left.facts) < len(shipped.facts().facts)


def test_fragility_agrees_with_a_graph_without_the_paper(shipped: KnowledgeGraph) -> None:
    from kg.analysis import factors, network

    paper = "PMID:24657661"
    (role,) = shipped.fragility([paper])
    chosen, outcome = shipped.profile.classes[0], shipped.profile.outcome
    assert outcome is not None
    before = {f.entity: f for f in factors.rank(shipped.states(), chosen, outcome)}
    rebuilt = network.build(fragility.without(shipped.facts(), paper))
    for change in role.changes:
        after = factors.best_cost(rebuilt, change.factor, chosen, outcome, before[change.factor].effect)
        assert after == change.cost_after
        assert paper in before[change.factor].path.publications
    unchanged = {e for e, f in before.items() if paper in f.path.publications} - {c.factor for c in role.changes}
    for entity in unchanged:
        assert factors.best_cost(rebuilt, entity, chosen, outcome, before[entity].effect) == pytest.approx(
            before[entity].path.cost, abs=1e-5
        )


def test_fragility_of_all_papers_is_sorted(shipped: KnowledgeGraph) -> None:
    found = shipped.fragility()
    lost = [len(role.lost) for role in found]
    assert lost == sorted(lost, reverse=True)
    assert len(found.to_frame()) == len(found) > 20


def test_chains_join_two_papers_that_no_paper_joins(shipped: KnowledgeGraph) -> None:
    network = shipped.states()
    found = shipped.discover("CML exosome", "drug resistance")
    assert found
    direct = {(f.relation.subject, f.relation.object) for f in network.facts.facts}
    for chain in found:
        assert not set(chain.first.publications) & set(chain.second.publications)
        ends = chain.path.steps[0].source.entity, chain.path.steps[-1].target.entity
        assert ends not in direct
        assert 0 < chain.p_value <= 1
    costs = [chain.path.cost for chain in found]
    assert costs == sorted(costs)
    assert len(discovery.to_frame(found)) == len(found)


def test_no_chain_where_one_paper_joins_the_ends(shipped: KnowledgeGraph) -> None:
    assert shipped.discover("SB225002", "cell survival@cml_cell") == ()


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


def test_members_of_a_class_by_query(shipped: KnowledgeGraph) -> None:
    members = shipped.query("members_of", params={"entity": "TKI"})
    assert {"imatinib", "asciminib", "axitinib"} <= set(members["member_label"])


def test_loop_closes_through_survival(shipped: KnowledgeGraph) -> None:
    loops = shipped.loops("CML exosome", k=20)
    wanted = [
        "exil8:cml_exosome@extracellular",
        "HGNC:6025@bm_stromal_cell",
        "HGNC:6025@extracellular",
        "MESH:D002470@cml_cell",
        "exil8:cml_cell@cml_cell",
    ]
    assert any([s.name for s in loop.states[:-1]] == wanted and loop.sign == 1 for loop in loops)


def test_factors_have_reproducible_p_values(shipped: KnowledgeGraph) -> None:
    one, other = (shipped.survival_factors(permutations=49, seed=7) for _ in range(2))
    assert one.rows() == other.rows()
    assert all(f.p_value is not None and 0.02 <= f.p_value <= 1 for f in one)
    assert shipped.survival_factors(permutations=0).factors[0].p_value is None


def test_min_belief_must_be_a_probability(shipped: KnowledgeGraph) -> None:
    from kg.errors import UsageError

    with pytest.raises(UsageError, match="min_belief"):
        shipped.facts(min_belief=1.5)
    with pytest.raises(UsageError, match="min_belief"):
        shipped.facts(min_belief=float("nan"))
    assert all(f.belief.value >= 0.7 for f in facts.from_content(shipped.content, min_belief=0.7).facts)
