"""A withdrawn paper leaves what a build without it would make; and every conclusion that changes is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kg import belief
from kg.analysis import factors, network
from kg.analysis.facts import Facts, from_content
from kg.analysis.fragility import assess
from kg.analysis.withdrawal import Withdrawals
from kg.errors import UsageError
from kg.model import Status
from kg.profile import FactorClass, Outcome, Readout
from tests.analysis.tables import fact, facts

if TYPE_CHECKING:
    import kg

LICENCE = "DOI:10.3892/mmr.2016.5314"
"""Licenses where NF-kappaB acts; it is on no best path itself."""
TURNS = "PMID:24806995"
PAPERS = [LICENCE, TURNS, "PMID:24657661", "PMID:27872094", "DOI:10.1155/2020/8890201", "PMID:10536003"]


def rebuilt(graph: kg.KnowledgeGraph, paper: str) -> Facts:
    """Facts of the graph as a build would give them with the paper retracted."""
    papers = tuple(replace(p, status=Status.RETRACTED) if p.id == paper else p for p in graph.content.publications)
    content = replace(graph.content, publications=papers)
    found, weights = belief.beliefs(
        content.statements,
        status=content.status,
        reliability={info.name: info.reliability for info in content.sources},
        versions=content.versions,
    )
    return from_content(replace(content, beliefs=found, weights=weights))


@pytest.fixture(scope="module")
def withdrawals(graph: kg.KnowledgeGraph) -> Withdrawals:
    return Withdrawals(graph.facts())


@pytest.mark.parametrize("paper", PAPERS)
def test_the_network_is_that_of_a_build_without_the_paper(
    graph: kg.KnowledgeGraph, withdrawals: Withdrawals, paper: str
) -> None:
    expected = rebuilt(graph, paper)
    left = withdrawals.without(paper)
    assert left.network.facts.facts == expected.facts
    assert {s.key: s for s in left.network.steps} == {s.key: s for s in network.build(expected).steps}
    assert set(left.lost) == {f.id for f in graph.facts().facts} - {f.id for f in expected.facts}
    before, after = ({s.key: s.cost for s in n.steps} for n in (graph.states(), left.network))
    assert left.dearer == {k for k in before if k not in after or after[k] > before[k]}
    assert left.cheaper == {k for k in after if k not in before or after[k] < before[k]}


@pytest.mark.parametrize("paper", PAPERS)
def test_every_factor_that_changes_is_named(graph: kg.KnowledgeGraph, paper: str) -> None:
    (role,) = graph.fragility(paper)
    chosen, outcome = graph.profile.classes[0], graph.profile.outcome
    assert outcome is not None
    tables = (factors.rank(made, chosen, outcome) for made in (graph.states(), network.build(rebuilt(graph, paper))))
    before, after = ({f.entity: (f.effect, round(f.path.cost, 6)) for f in table} for table in tables)
    expected = {e: (before.get(e), after.get(e)) for e in before.keys() | after.keys() if before.get(e) != after.get(e)}
    told = {c.factor: (c.effect, c.cost_before, c.effect_after, c.cost_after) for c in role.changes}
    assert told.keys() == expected.keys()
    for entity, (effect, cost, effect_after, cost_after) in told.items():
        assert (None if cost is None else (effect, round(cost, 6))) == expected[entity][0]
        assert (None if cost_after is None else (effect_after, round(cost_after, 6))) == expected[entity][1]


def test_a_paper_that_only_licenses_an_assumption_counts(graph: kg.KnowledgeGraph) -> None:
    (role,) = graph.fragility(LICENCE)
    label = graph.states().label
    assert [label(entity) for entity in role.lost] == ["NF-kappaB"]
    jnk = next(c for c in role.changes if label(c.factor) == "JNK")
    assert jnk.weakened


def test_a_best_path_that_turns_is_told(graph: kg.KnowledgeGraph) -> None:
    (role,) = graph.fragility(TURNS)
    turned = {graph.states().label(c.factor): (c.effect, c.effect_after) for c in role.changes if c.turned}
    assert turned == {"NGF": (1, -1), "TGF-beta": (-1, 1)}
    row = graph.fragility(TURNS).to_frame().iloc[0]
    assert row["factors_turned"] == 2
    assert "NGF + to -" in row["turned"]


def test_all_papers_are_tried_and_the_gravest_comes_first(graph: kg.KnowledgeGraph) -> None:
    seen: list[tuple[int, int]] = []
    found = graph.fragility(progress=lambda done, of: seen.append((done, of)))
    assert {role.publication for role in found} == graph.facts().papers
    assert seen[-1] == (len(found), len(found)) == (158, 158)
    gravity = [role.gravity for role in found]
    assert gravity == sorted(gravity, reverse=True)
    alone = found.rest_on_one
    assert alone["HGNC:1071"] == ("DOI:10.1182/blood-2017-08-801019",)
    assert {paper for papers in alone.values() for paper in papers} <= {r.publication for r in found}
    assert len(found.to_frame()) == 158
    assert "rest on a single paper" in str(found)


@pytest.mark.parametrize("paper", ["PMID:24657661", LICENCE])
def test_the_paths_of_a_question_are_looked_at_too(graph: kg.KnowledgeGraph, paper: str) -> None:
    asked = ("CML exosome", "cell survival@cml_cell")
    (role,) = graph.fragility(paper, source=asked[0], target=asked[1], k=10)
    made = network.build(rebuilt(graph, paper))
    before = graph.paths(*asked, k=10)
    steps = {s.key for s in made.steps}
    lost = [path for path in before if any(step.key not in steps for step in path.steps)]
    assert role.answer is not None
    assert (role.answer.paths, role.answer.lost) == (10, len(lost))
    starts, ends = ([made.number[s] for s in graph.states_of(name, made)[1]] for name in asked)
    best = made.index.k_best(starts, ends, 1, sign=1).paths
    assert role.answer.cost_after == pytest.approx(best[0].cost)
    flagship = graph.fragility(paper)
    assert flagship.papers[0].answer == role.answer
    assert "from CML-cell exosome to cell survival" in flagship.question


def test_a_question_to_the_outcome(graph: kg.KnowledgeGraph) -> None:
    (role,) = graph.fragility("PMID:24657661", source="IL-8", target="leukaemia survival", k=5)
    assert role.answer is not None
    assert role.answer.lost >= 1


@pytest.mark.parametrize("name", ["24657661", "pmid:24657661", " PMID:24657661 "])
def test_a_paper_has_several_names(graph: kg.KnowledgeGraph, name: str) -> None:
    assert [role.publication for role in graph.fragility(name)] == ["PMID:24657661"]


@pytest.mark.parametrize("name", ["PMID:24657662", "nosuchpaper", ""])
def test_an_unknown_paper_is_refused_with_the_nearest(graph: kg.KnowledgeGraph, name: str) -> None:
    with pytest.raises(UsageError, match=r"no paper of the graph is called .*did you mean|write a name"):
        graph.fragility([name])


def test_a_paper_that_holds_nothing_up_changes_nothing(graph: kg.KnowledgeGraph) -> None:
    idle = next(p.id for p in graph.content.publications if p.id not in graph.facts().papers)
    (role,) = graph.fragility(idle)
    assert (role.relations_lost, role.changes) == ((), ())


def test_a_factor_that_rests_on_a_paper_against_it_may_gain() -> None:
    table = facts(
        fact("L@extracellular promotes MESH:D002470@tumour", "PMID:1", against=("PMID:2",)),
        fact("M@extracellular promotes MESH:D002470@tumour", "PMID:3"),
    )
    outcome = Outcome(name="life", site="tumour", readouts=(Readout(entity="MESH:D002470", sign=1),))
    outside = FactorClass(name="outside", sites=("extracellular",), types=("gene_product",))
    found = {role.publication: role for role in assess(Withdrawals(table), outside, outcome)}
    (gain,) = found["PMID:2"].changes
    assert (gain.factor, gain.strengthened) == ("L", True)
    assert found["PMID:1"].lost == ("L",)
    assert found["PMID:3"].lost == ("M",)


def test_the_last_paper_that_tested_a_relation_leaves_it_as_background(graph: kg.KnowledgeGraph) -> None:
    mixed = next(f for f in graph.facts().facts if 0 < len(f.tested_by) < len(f.stated_by) and len(f.tested_by) == 1)
    (paper,) = mixed.tested_by
    assert not mixed.background
    assert mixed.without(paper).background
