"""The network and its walks against the oracle, on random tables and on the curated one."""

from __future__ import annotations

import math
import operator
import random
from itertools import accumulate, pairwise, permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analysis.costs import Assumption, penalty
from kg.analysis.facts import Fact, Facts
from kg.analysis.moves import State
from kg.analysis.network import Network, Step, build
from kg.analysis.paths import PathQuestion, PathResult, find
from kg.errors import KgError
from tests.analysis import oracle
from tests.analysis.tables import SITES, fact, facts, steps

if TYPE_CHECKING:
    import kg

BACKGROUND = frozenset({Assumption.BACKGROUND})


def check_steps(
    network: Network, table: Facts, *, summaries: bool, definitions: bool
) -> dict[oracle.Pair, list[oracle.Support]]:
    """Every step of the network is allowed, rests on the relations it should, and none is missing."""
    expected = oracle.allowed(table, summaries=summaries, definitions=definitions)
    found = {(s.source, s.target, s.sign): s for s in network.steps}
    assert found.keys() == {pair for pair, rows in expected.items() if oracle.cheapest(rows) < math.inf}
    for pair, step in found.items():
        rows = expected[pair]
        assert step.cost - step.hub == pytest.approx(oracle.cheapest(rows), abs=1e-9)
        if step.kind == "definition":
            continue
        taken = oracle.behind(rows, step.assumptions)
        assert set(step.relations) == {row.fact.id for row in taken if row.fact}
        assert set(step.predicates) == {row.predicate for row in taken}
        assert step.belief.value == oracle.belief(taken)
        needed = frozenset().union(*(row.needs for row in taken)) - BACKGROUND
        untested = all(Assumption.BACKGROUND in row.needs for row in taken)
        assert step.assumptions == needed | (BACKGROUND if untested else frozenset())
        assert all(any(remark.startswith(str(a)) for remark in step.remarks) for a in step.assumptions)
        assert set(step.publications) == {p for row in taken if row.fact for p, _ in row.fact.belief.papers_for}
    return expected


def ask(network: Network, source: State, target: State, sign: str, *, most: int, k: int = 100_000) -> PathResult:
    question = PathQuestion(sources=[source], targets=[target], k=k, sign=sign, max_steps=most)
    return find(network, question, source=source.name, target=target.name)


def chain(taken: list[Step]) -> object:
    """What a path says, whatever cells are read into it: such readings count as one path."""
    entities = (taken[0].source.entity, *(step.target.entity for step in taken))
    return entities, tuple((step.sign, step.relations or step.predicates) for step in taken)


def check_walks(
    network: Network,
    expected: dict[oracle.Pair, list[oracle.Support]],
    source: State,
    target: State,
    sign: str,
    *,
    most: int = 4,
) -> int:
    """The paths are the oracle's walks, each chain of relations once with its cheapest reading; gives their number."""
    by_ends = {(s.source, s.target, s.sign): s for s in network.steps}
    walked: dict[object, tuple[float, tuple[int, ...], list[Step]]] = {}
    for states, turns in oracle.walks(expected, {source}, {target}, sign=sign, most=most):
        taken = [by_ends[a, b, turn] for (a, b), turn in zip(pairwise(states), turns, strict=True)]
        running = tuple((1, -1, 0).index(sign) for sign in accumulate(turns, operator.mul))
        found_one = (sum(round(step.cost * 1e6) for step in taken) / 1e6, running, taken)
        one_path = (states, math.prod(turns))
        walked[one_path] = min(found_one, walked.get(one_path, found_one), key=lambda w: w[:2])
    best: dict[object, float] = {}
    for cost, _, taken in walked.values():
        best[chain(taken)] = min(cost, best.get(chain(taken), math.inf))
    result = ask(network, source, target, sign, most=most)
    assert result.complete
    found = {}
    for path in result:
        taken = list(path.steps)
        key = chain(taken)
        assert key not in found
        assert path.sign == math.prod(step.sign for step in taken)
        assert path.cost == pytest.approx(sum(step.cost for step in taken), abs=1e-5)
        found[key] = path.cost
    assert found.keys() == best.keys()
    assert all(found[key] == pytest.approx(best[key], abs=1e-6) for key in best)
    assert [path.cost for path in result] == sorted(path.cost for path in result)
    return len(found)


# Random tables ------------------------------------------

NAMES = ("L", "R", "M", "GO:0006915", "MESH:D002470", "Drug", "Exo", "Exo2", "Tumour")
PREDICATES = (
    "activates", "inhibits", "binds", "phosphorylates", "regulates", "increases_secretion_of", "decreases_secretion_of",
    "targets", "promotes", "suppresses", "expresses",
)  # fmt: skip
MOVED = ("releases", "is_taken_up_by", "transfers_to")


@st.composite
def rows(draw: st.DrawFn, names: tuple[str, ...], places: tuple[str, ...]) -> Fact:
    """A row of any predicate between any sites; cargo is always at the site of vesicles."""
    name, site = st.sampled_from(names), st.sampled_from(places)
    membrane = st.sampled_from(["", "!"])
    subject, other = draw(name), draw(name)
    first, second = draw(site) + draw(membrane), draw(site) + draw(membrane)
    predicate = draw(st.sampled_from((*PREDICATES, *PREDICATES, "carries", *MOVED)))
    if predicate == "carries":
        subject, first, second = draw(st.sampled_from(["Exo", "Exo2"])), "extracellular", "vesicle"
    elif predicate in MOVED[1:]:
        second = draw(st.sampled_from(["tumour", "stroma"]))
    papers = draw(st.lists(st.sampled_from(["PMID:1", "PMID:2", "PMID:3"]), min_size=1, max_size=2, unique=True))
    against = draw(st.sampled_from([(), (), (), ("PMID:3",), ("PMID:4",)]))
    text = f"{subject}@{first} {predicate} {other}@{second}"
    return fact(
        text, *papers, against=against, background=draw(st.booleans()), weight=draw(st.sampled_from([0.4, 0.8]))
    )


def some(names: tuple[str, ...], places: tuple[str, ...], least: int, most: int) -> st.SearchStrategy[list[Fact]]:
    return st.lists(rows(names, places), min_size=least, max_size=most, unique_by=lambda f: f.id)


NARROW = some(
    ("L", "R", "M", "GO:0006915", "MESH:D002470"), ("tumour", "stroma", "extracellular", "unspecified"), 8, 24
)
tables = some(NAMES, tuple(sorted(SITES)), 1, 14) | NARROW


@given(table=tables, summaries=st.booleans(), definitions=st.booleans())
@settings(deadline=None, max_examples=200, derandomize=True)
def test_steps_of_random_tables(table: list[Fact], summaries: bool, definitions: bool) -> None:
    known = facts(*table)
    check_steps(
        build(known, summaries=summaries, definitions=definitions), known, summaries=summaries, definitions=definitions
    )


@given(table=NARROW, sign=st.sampled_from(["+", "-", "any"]), summaries=st.booleans())
@settings(deadline=None, max_examples=40, derandomize=True)
def test_walks_of_random_tables(table: list[Fact], sign: str, summaries: bool) -> None:
    known = facts(*table)
    network = build(known, summaries=summaries)
    expected = oracle.allowed(known, summaries=summaries)
    for source, target in permutations(network.states[:8], 2):
        check_walks(network, expected, source, target, sign)


@given(table=tables, order=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60, derandomize=True)
def test_the_order_of_rows_leaves_no_trace(table: list[Fact], order: random.Random) -> None:
    known = facts(*table)
    shuffled = list(known.facts)
    order.shuffle(shuffled)
    other = Facts(facts=tuple(shuffled), entities=known.entities, sites=dict(reversed(list(known.sites.items()))))
    one, two = build(known), build(other)
    assert (one.states, one.steps, one.summaries) == (two.states, two.steps, two.summaries)


# The curated table ------------------------------------------


@pytest.fixture(scope="module")
def curated(graph: kg.KnowledgeGraph) -> tuple[Network, dict[oracle.Pair, list[oracle.Support]]]:
    network = graph.states()
    return network, check_steps(network, network.facts, summaries=False, definitions=True)


def test_steps_of_the_curated_table_with_summaries_and_without_definitions(graph: kg.KnowledgeGraph) -> None:
    network = graph.states(summaries=True, definitions=False)
    check_steps(network, network.facts, summaries=True, definitions=False)


ENDS = [
    ("exil8:cml_exosome", "extracellular", "MESH:D002470", "cml_cell"),
    ("exil8:cml_cell", "cml_cell", "MESH:D002470", "cml_cell"),
    ("MESH:D016044", "cml_cell", "MESH:D019008", "cml_cell"),
    ("HGNC:6025", "extracellular", "GO:0008283", "cml_cell"),
    ("HGNC:6025", "bm_stromal_cell", "MESH:D002470", "leukemia_cell_other"),
    ("exil8:stromal_exosome", "extracellular", "MESH:D019008", "cml_cell"),
    ("exil8:cml_exosome", "extracellular", "MESH:D047368", "organism"),
]


@pytest.mark.parametrize("sign", ["+", "-", "any"])
@pytest.mark.parametrize("ends", ENDS, ids=lambda e: f"{e[0]}>{e[2]}")
def test_walks_of_the_curated_table(
    curated: tuple[Network, dict[oracle.Pair, list[oracle.Support]]], ends: tuple[str, str, str, str], sign: str
) -> None:
    network, expected = curated
    check_walks(network, expected, State(*ends[:2]), State(*ends[2:]), sign, most=4)


def test_walks_between_random_pairs_of_the_curated_table(
    curated: tuple[Network, dict[oracle.Pair, list[oracle.Support]]],
) -> None:
    network, expected = curated
    chosen = random.Random(7)
    from_state = sorted({pair[0] for pair in expected})
    counts = []
    for source in chosen.sample(from_state, 60):
        near = {states[-1] for states, _ in oracle.walks(expected, {source}, set(network.states), sign="any", most=3)}
        target = chosen.choice(sorted(near))
        counts.append(check_walks(network, expected, source, target, chosen.choice(["+", "-", "any"])))
    assert sum(map(bool, counts)) >= 30
    assert sum(counts) >= 40


def test_no_step_leads_from_one_cell_into_another_without_transfer_contact_or_secretion(
    curated: tuple[Network, dict[oracle.Pair, list[oracle.Support]]],
) -> None:
    network, _ = curated
    cells = {s.id for s in network.facts.sites.values() if s.kind.value == "cell"}
    crossing = [s for s in network.steps if s.source.site in cells and s.target.site in cells - {s.source.site}]
    assert crossing
    assert all(s.kind == "transfer" or Assumption.CONTACT in s.assumptions for s in crossing)


def test_papers_of_a_step_are_papers_of_its_relations(graph: kg.KnowledgeGraph) -> None:
    stated: dict[str, set[str]] = {}
    for s in graph.content.statements:
        stated.setdefault(s.relation.id, set()).add(s.evidence.publication)
    for step in graph.states().steps:
        behind = set().union(*(stated[r] for r in step.relations)) if step.relations else set()
        assert set(step.publications) <= behind
        assert step.publications or step.kind == "definition"


# Steps ------------------------------------------


def test_a_step_gathers_relations_of_one_sign_over_distinct_papers() -> None:
    network = build(facts(
        fact("L@extracellular activates R@tumour!", "PMID:1", "PMID:2"),
        fact("L@extracellular increases_expression_of R@tumour", "PMID:2"),
        fact("L@extracellular inhibits R@tumour", "PMID:3"),
    ))  # fmt: skip
    found = steps(network)
    together = found["L@extracellular", "R@tumour", 1]
    assert together.predicates == ("activates", "increases_expression_of")
    assert together.publications == ("PMID:1", "PMID:2")
    assert together.belief.value == pytest.approx(0.96)
    assert len(together.relations) == 2
    assert found["L@extracellular", "R@tumour", -1].publications == ("PMID:3",)


def test_a_paper_counts_once_with_its_greatest_weight() -> None:
    network = build(facts(
        fact("L@extracellular activates R@tumour", "PMID:1", weight=0.8),
        fact("L@extracellular increases_expression_of R@tumour", "PMID:1", weight=0.4),
    ))  # fmt: skip
    assert steps(network)["L@extracellular", "R@tumour", 1].belief.value == pytest.approx(0.8)


def test_an_assumption_is_taken_in_only_where_it_pays_and_is_then_named() -> None:
    sure = fact("L@extracellular activates R@tumour!", "PMID:1", weight=0.4)
    assumed = fact("L@extracellular binds R@tumour!", "PMID:2", weight=0.8)
    step = steps(build(facts(sure, assumed)))["L@extracellular", "R@tumour", 1]
    assert step.assumptions == {Assumption.RECEPTOR}
    assert step.cost == pytest.approx(-math.log(0.88) + 0.25)
    weak = fact("L@extracellular binds R@tumour!", "PMID:2", weight=0.1)
    alone = steps(build(facts(sure, weak)))["L@extracellular", "R@tumour", 1]
    assert alone.assumptions == frozenset()
    assert alone.predicates == ("activates",)


def test_two_assumptions_that_meet_on_a_step_are_both_named() -> None:
    table = facts(
        fact("L@extracellular binds R@tumour!", "PMID:1", weight=0.4),
        fact("L@extracellular activates R@unspecified", "PMID:2", weight=0.95),
    )
    step = steps(build(table))["L@extracellular", "R@tumour", 1]
    named = {Assumption.RECEPTOR: "binds", Assumption.SITE: "activates"}
    assert set(step.predicates) == {named[a] for a in step.assumptions}


def test_background_is_marked_only_where_no_paper_tested_it() -> None:
    known = fact("L@extracellular activates R@tumour", "PMID:1", background=True, weight=0.4)
    tested = fact("L@extracellular increases_expression_of R@tumour", "PMID:2")
    assert steps(build(facts(known)))["L@extracellular", "R@tumour", 1].assumptions == {Assumption.BACKGROUND}
    assert steps(build(facts(known, tested)))["L@extracellular", "R@tumour", 1].assumptions == frozenset()


def test_a_hub_costs_more_to_enter() -> None:
    ways = [f"R@tumour activates G{i}@tumour" for i in range(60)]
    step = steps(build(facts("L@extracellular activates R@tumour", *ways)))["L@extracellular", "R@tumour", 1]
    assert step.hub == pytest.approx(math.log(2))
    assert step.cost == pytest.approx(-math.log(0.8) + math.log(2))
    assert step.penalties == {"hub": pytest.approx(math.log(2), abs=1e-6)}


def test_penalties_add_up_to_the_cost(graph: kg.KnowledgeGraph) -> None:
    for step in graph.states().steps:
        if step.kind != "definition":
            assert step.cost == pytest.approx(-math.log(step.probability) + sum(step.penalties.values()), abs=1e-5)
            assert sum(step.penalties.values()) == pytest.approx(penalty(step.assumptions) + step.hub, abs=1e-5)


def test_no_relation_is_lost_without_a_reason(
    curated: tuple[Network, dict[oracle.Pair, list[oracle.Support]]],
) -> None:
    network, expected = curated
    shown = {relation for s in (*network.steps, *network.summaries) for relation in s.relations}
    by_ends = {(s.source, s.target, s.sign): s for s in network.steps}
    dear = {
        row.fact.id
        for pair, rows in expected.items()
        for row in rows
        if row.fact and not row.needs - BACKGROUND <= by_ends[pair].assumptions
    }
    signed = {(s.source.entity, s.target.entity) for s in network.steps if s.sign}
    rest = [f.relation for f in network.facts.facts if f.id not in shown | dear]
    facts_about_places = [r for r in rest if r.predicate == "expresses"]
    assert network.set_aside["no step: a fact about where something is"] == len(facts_about_places)
    others = [r for r in rest if r.predicate != "expresses" and r.subject != r.object]
    assert all(r.predicate in ("binds", "phosphorylates") and (r.subject, r.object) in signed for r in others)


def test_belief_below_a_limit_leaves_the_network(graph: kg.KnowledgeGraph) -> None:
    strict = graph.states(min_belief=0.5)
    assert {f.id for f in strict.facts.facts} < {f.id for f in graph.states().facts.facts}
    assert min(f.belief.value for f in strict.facts.facts) >= 0.5
    with pytest.raises(KgError):
        graph.states(min_belief=1.5)
