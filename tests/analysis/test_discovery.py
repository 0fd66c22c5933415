"""Two-paper chains against exhaustive walking, and what is said of those that are left out."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kg.analysis import discovery
from kg.analysis.discovery import chains
from kg.analysis.network import build
from kg.errors import UsageError
from tests.analysis.oracle import walks
from tests.analysis.tables import fact, facts

if TYPE_CHECKING:
    import kg
    from kg.analysis.network import Network

ENDS = [("CML exosome", "drug resistance"), ("imatinib", "cell survival@cml_cell"), ("IL-8", "VCAM1"), ("TNF", "BCL2")]


def by_walking(graph: kg.KnowledgeGraph, source: str, target: str) -> dict[tuple[object, object], float]:
    """Cheapest walk for each pair of findings of different papers, over all walks of at most five steps."""
    network = graph.states()
    steps = {step.key: step for step in network.steps}
    starts, ends = (set(graph.states_of(name, network)[1]) for name in (source, target))
    stated = {(f.relation.subject, f.relation.object) for f in network.facts.facts}
    found: dict[tuple[object, object], float] = {}
    for states, turns in walks({key: [] for key in steps}, starts, ends, sign="any", most=5):
        trail = [steps[a, b, turn] for a, b, turn in zip(states, states[1:], turns, strict=False)]
        effects = [step for step in trail if step.kind == "effect"]
        if len(effects) != 2 or (states[0].entity, states[-1].entity) in stated:
            continue
        if not set(effects[0].publications) & set(effects[1].publications):
            pair = (effects[0].key, effects[1].key)
            cost = math.fsum(step.cost for step in trail)
            found[pair] = min(cost, found.get(pair, math.inf))
    return found


@pytest.mark.parametrize(("source", "target"), ENDS)
def test_every_pair_of_findings_comes_once_at_its_cheapest(graph: kg.KnowledgeGraph, source: str, target: str) -> None:
    expected = by_walking(graph, source, target)
    found = graph.discover(source, target, k=10_000)
    assert found.complete
    told = {(chain.first.key, chain.second.key): chain.path.cost for chain in found}
    assert len(told) == len(found)
    assert told == pytest.approx(expected)


def test_chains_are_ranked_by_belief_and_by_chance(graph: kg.KnowledgeGraph) -> None:
    by_belief = graph.discover("stromal factor", "leukaemia survival", k=10_000)
    by_chance = graph.discover("stromal factor", "leukaemia survival", k=10_000, by="p_value")
    assert len(by_belief) > 1
    assert [chain.belief for chain in by_belief] == sorted((c.belief for c in by_belief), reverse=True)
    assert [chain.p_value for chain in by_chance] == sorted(c.p_value for c in by_chance)
    assert [chain.by_belief for chain in by_belief] == [*range(1, len(by_belief) + 1)]
    assert {c.chain: (c.by_belief, c.by_chance) for c in by_belief} == {
        c.chain: (c.by_belief, c.by_chance) for c in by_chance
    }
    assert list(graph.discover("stromal factor", "leukaemia survival", k=2)) == list(by_belief)[:2]


def test_every_link_is_told_with_its_papers(graph: kg.KnowledgeGraph) -> None:
    chain = graph.discover("CML exosome", "drug resistance", k=1)[0]
    (row,) = graph.discover("CML exosome", "drug resistance", k=1).to_frame().to_dict("records")
    papers = {paper for step in chain.path.steps for paper in step.publications}
    assert row["papers"] == len(papers) > len(chain.first.publications) + len(chain.second.publications)
    assert all(paper in row["links"] for paper in papers)
    assert row["links"].count(" | ") == len(chain.path.steps) - 1
    assert all(paper in str(chain) for paper in papers)


def network() -> Network:
    return build(
        facts(
            fact("A@tumour activates B@tumour", "PMID:1"),
            fact("B@tumour activates C@tumour", "PMID:2"),
            fact("A@tumour activates D@tumour", "PMID:3"),
            fact("D@tumour activates C@tumour", "PMID:3"),
            fact("E@tumour inhibits F@tumour", "PMID:4"),
            fact("F@tumour inhibits C@tumour", "PMID:5"),
            fact("E@tumour promotes C@tumour", "PMID:6"),
        )
    )


def test_what_one_paper_states_is_left_out_and_counted() -> None:
    net = network()
    found = chains(net, net.states_of["A"], net.states_of["C"])
    assert [chain.middle for chain in found] == ["B"]
    assert found.note == "1 left out since one paper states both findings"
    assert chains(net, net.states_of["A"], net.states_of["C"], sign="-").rows == ()


def test_p_is_the_chance_of_the_configuration_model() -> None:
    net = network()
    (chain,) = chains(net, net.states_of["A"], net.states_of["C"])
    effects = [step for step in net.steps if step.kind == "effect"]
    out, into = Counter(s.source.entity for s in effects), Counter(s.target.entity for s in effects)
    expected = (out["A"] * into["B"] / 7) * (out["B"] * into["C"] / 7)
    assert chain.p_value == pytest.approx(1 - math.exp(-expected))


def test_no_chain_gives_its_reason(graph: kg.KnowledgeGraph) -> None:
    net = network()
    joined = chains(net, net.states_of["E"], net.states_of["C"])
    assert "papers join the two directly (PMID:6)" in str(joined)
    assert "no path of at most 5 steps" in chains(net, net.states_of["C"], net.states_of["A"]).note
    assert "the source is on no step" in chains(net, (), net.states_of["A"]).note
    assert "(PMID:34146540)" in graph.discover("SB225002", "cell survival@cml_cell").note


def test_a_readout_that_a_paper_joins_is_no_discovery_of_the_outcome(graph: kg.KnowledgeGraph) -> None:
    found = graph.discover("SB225002", "leukaemia survival", sign="-", k=200)
    stated = {(f.relation.subject, f.relation.object) for f in graph.states().facts.facts}
    for chain in found:
        assert ("CHEBI:93074", chain.path.states[-2].entity) not in stated


def test_a_search_that_gives_up_says_so(graph: kg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "MOST_WALKS", 10)
    found = graph.discover("stromal factor", "leukaemia survival")
    assert not found.complete
    assert "there may be more" in str(found)


@pytest.mark.parametrize("wrong", [{"k": 0}, {"k": 1.5}, {"sign": "x"}, {"by": "luck"}])
def test_what_cannot_be_asked(graph: kg.KnowledgeGraph, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        graph.discover("stromal factor", "leukaemia survival", **wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="are the same"):
        graph.discover("IL-8", "CXCL8")
