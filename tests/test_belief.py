"""Belief: papers are counted and not sentences, by cases worked out by hand and by what must always hold."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import belief
from kg.model import Belief, Directness, Evidence, Grade, Method, Polarity, Relation, Statement, Status, noisy_or

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping

    from kg.graph import KnowledgeGraph

RELIABILITY = {"one": 0.8, "two": 0.6, "three": 0.9}
POLARITY = {"promotes": Polarity.POSITIVE, "suppresses": Polarity.NEGATIVE, "inhibits": Polarity.NEGATIVE}


def relation(predicate: str = "promotes", polarity: Polarity | None = None, **ends: str) -> Relation:
    usual = {"subject": "HGNC:1", "subject_site": "a", "object": "HGNC:2", "object_site": "b"}
    return Relation(
        predicate=predicate, polarity=polarity or POLARITY.get(predicate, Polarity.POSITIVE), **(usual | ends)
    )


PROMOTES, NOT_FOUND, SUPPRESSES = relation(), relation(polarity=Polarity.NONE), relation("suppresses")


def said(of: Relation, paper: int | str, source: str = "one", **fields: object) -> Statement:
    name = f"PMID:{paper}" if isinstance(paper, int) else paper
    usual = Evidence(publication=name, source=source, directness=Directness.DIRECT, assay=str(fields.pop("assay", "")))
    return Statement(relation=of, evidence=replace(usual, **fields))  # type: ignore[arg-type]


def believed(of: Relation, statements: Iterable[Statement], status: Mapping[str, Status] | None = None) -> Belief:
    found, _ = belief.beliefs(list(statements), status=status or {}, reliability=RELIABILITY)
    return found[of.id]


# By hand: r = reliability x grade x directness; p = 1 - (1 - r1)(1 - r2)...; belief = p_for (1 - p_against)

BACKGROUND, UNKNOWN, INDIRECT = (
    {"grade": Grade.BACKGROUND},
    {"directness": Directness.UNKNOWN},
    {"directness": Directness.INDIRECT},
)


@pytest.mark.parametrize(
    ("statements", "p_for", "p_against", "value"),
    [
        ([said(PROMOTES, 1)], 0.8, 0.0, 0.8),
        ([said(PROMOTES, 1, "two")], 0.6, 0.0, 0.6),
        ([said(PROMOTES, 1, **BACKGROUND)], 0.4, 0.0, 0.4),
        ([said(PROMOTES, 1, **UNKNOWN)], 0.64, 0.0, 0.64),
        ([said(PROMOTES, 1, **INDIRECT)], 0.72, 0.0, 0.72),
        ([said(PROMOTES, 1, **BACKGROUND, **INDIRECT)], 0.36, 0.0, 0.36),
        ([said(PROMOTES, 1), said(PROMOTES, 2)], 0.96, 0.0, 0.96),
        ([said(PROMOTES, 1), said(PROMOTES, 2, **BACKGROUND)], 0.88, 0.0, 0.88),
        ([said(PROMOTES, 1), said(PROMOTES, 2), said(PROMOTES, 3, "two")], 0.984, 0.0, 0.984),
        ([said(PROMOTES, 1), said(PROMOTES, 2, negated=True)], 0.8, 0.8, 0.16),
        ([said(PROMOTES, 1), said(NOT_FOUND, 2)], 0.8, 0.8, 0.16),
        ([said(PROMOTES, 1), said(SUPPRESSES, 2, "two")], 0.8, 0.6, 0.32),
        ([said(PROMOTES, 1), said(SUPPRESSES, 2, negated=True)], 0.8, 0.0, 0.8),
        ([said(PROMOTES, 1), said(PROMOTES, 2, **BACKGROUND), said(NOT_FOUND, 3, **UNKNOWN)], 0.88, 0.64, 0.3168),
        ([said(PROMOTES, 1), said(NOT_FOUND, 1)], 0.8, 0.8, 0.16),
        ([said(PROMOTES, 1, method=Method.MACHINE_READ)], 0.4, 0.0, 0.4),
        ([said(PROMOTES, 1, method=Method.COMPUTED, **BACKGROUND)], 0.2, 0.0, 0.2),
    ],
)
def test_by_hand(statements: list[Statement], p_for: float, p_against: float, value: float) -> None:
    found = believed(PROMOTES, statements)
    assert (found.p_for, found.p_against, found.value) == pytest.approx((p_for, p_against, value))


def test_a_paper_counts_once_by_its_best_reading() -> None:
    found = believed(
        PROMOTES,
        [
            said(PROMOTES, 1, "two"),
            said(PROMOTES, 1, "three", grade=Grade.BACKGROUND),
            said(PROMOTES, 1, "one", assay="blot"),
            said(PROMOTES, 1, "one", assay="count", directness=Directness.UNKNOWN),
        ],
    )
    assert found.papers_for == (("PMID:1", 0.8),)
    assert found.value == 0.8


def test_a_hundred_sentences_of_one_paper_are_one_paper() -> None:
    assert believed(PROMOTES, [said(PROMOTES, 1, assay=str(n)) for n in range(40)]).value == 0.8


def test_the_opposite_counts_only_at_the_same_sites_of_the_same_two_and_by_the_same_readout() -> None:
    against = [
        relation("suppresses", object_site="c"),
        relation("suppresses", subject_site="c"),
        relation("suppresses", subject="HGNC:3"),
        relation("suppresses", subject="HGNC:2", object="HGNC:1"),
        relation("decreases_expression_of", Polarity.NEGATIVE),
    ]
    alone = believed(PROMOTES, [said(PROMOTES, 1), *(said(r, n) for n, r in enumerate(against, 2))])
    assert alone == believed(PROMOTES, [said(PROMOTES, 1)])
    assert believed(PROMOTES, [said(PROMOTES, 1), said(relation("inhibits"), 2)]).p_against == 0.8


def test_both_sides_of_a_contradiction_are_believed_less() -> None:
    statements = [said(PROMOTES, 1), said(SUPPRESSES, 2), said(SUPPRESSES, 3)]
    assert believed(PROMOTES, statements).value == pytest.approx(0.8 * 0.04)
    assert believed(SUPPRESSES, statements).value == pytest.approx(0.96 * 0.2)


def test_what_was_not_found_is_believed_less_where_others_found_it() -> None:
    assert believed(NOT_FOUND, [said(NOT_FOUND, 1)]).value == 0.8
    assert believed(NOT_FOUND, [said(NOT_FOUND, 1), said(PROMOTES, 2, "two")]).value == pytest.approx(0.8 * 0.4)


def test_records_without_a_paper_are_told_apart_by_their_record() -> None:
    one, other = (said(PROMOTES, "", record=name) for name in ("r1", "r2"))
    assert believed(PROMOTES, [one, other]).value == 0.96


@pytest.mark.parametrize("status", Status)
def test_only_the_retracted_and_the_deleted_are_silent(status: Status) -> None:
    silent = status in (Status.RETRACTED, Status.DELETED)
    for of in (PROMOTES, NOT_FOUND):
        statements = [said(PROMOTES, 1), said(of, 2)]
        found = believed(PROMOTES, statements, {"PMID:2": status})
        assert (found == believed(PROMOTES, statements[:1])) is silent
    _, weights = belief.beliefs(statements, status={"PMID:2": status}, reliability=RELIABILITY)
    assert weights == {statements[0].id: 0.8, statements[1].id: 0.0 if silent else 0.8}


def test_a_relation_of_retracted_papers_only_is_not_believed() -> None:
    found = believed(PROMOTES, [said(PROMOTES, 1)], {"PMID:1": Status.RETRACTED})
    assert (found.value, found.papers_for) == (0.0, ())


def test_a_screen_counts_half() -> None:
    screen = [said(relation(object=f"HGNC:{n}"), 1) for n in range(100, 100 + belief.BULK_ROWS)]
    assert believed(screen[0].relation, screen).value == 0.4
    assert believed(screen[0].relation, screen[:-1]).value == 0.8
    assert believed(screen[0].relation, [*screen, said(screen[0].relation, 2)]).value == pytest.approx(0.88)


def test_every_grade_directness_and_method_has_its_factor() -> None:
    assert set(belief.GRADE_FACTOR) == set(Grade)
    assert set(belief.DIRECTNESS_FACTOR) == set(Directness)
    assert set(belief.METHOD_RELIABILITY) == set(Method)
    factors = (belief.GRADE_FACTOR, belief.DIRECTNESS_FACTOR, belief.METHOD_RELIABILITY)
    assert all(0.0 < value <= 1.0 for table in factors for value in table.values())
    assert belief.GRADE_FACTOR == {Grade.RESULT: 1.0, Grade.BACKGROUND: 0.5}


# What must always hold

STATEMENT = st.builds(
    said,
    st.sampled_from(
        [PROMOTES, NOT_FOUND, SUPPRESSES, relation("inhibits"), relation("binds"), relation(object="HGNC:3")]
    ),
    st.integers(1, 6),
    st.sampled_from(sorted(RELIABILITY)),
    grade=st.sampled_from(Grade),
    directness=st.sampled_from(Directness),
    method=st.sampled_from(Method),
    negated=st.booleans(),
    assay=st.sampled_from(["", "blot"]),
)
STATEMENTS = st.lists(STATEMENT, max_size=12, unique_by=lambda s: s.id)
STATUSES = st.dictionaries(st.integers(1, 6).map("PMID:{}".format), st.sampled_from(Status))
always = settings(max_examples=80, deadline=None, derandomize=True)


def everything(statements: list[Statement], status: Mapping[str, Status]) -> dict[str, Belief]:
    return belief.beliefs(statements, status=status, reliability=RELIABILITY)[0]


@always
@given(STATEMENTS, STATUSES)
def test_beliefs_and_weights_are_probabilities(statements: list[Statement], status: dict[str, Status]) -> None:
    found, weights = belief.beliefs(statements, status=status, reliability=RELIABILITY)
    assert found.keys() == {s.relation.id for s in statements}
    assert weights.keys() == {s.id for s in statements}
    assert all(0.0 <= w < 1.0 for w in weights.values())
    for one in found.values():
        assert 0.0 <= one.p_for < 1.0
        assert one.value == round(one.p_for * (1.0 - one.p_against), 4)
        for side, p in ((one.papers_for, one.p_for), (one.papers_against, one.p_against)):
            assert p == pytest.approx(1.0 - prod(1.0 - weight for _, weight in side))
            assert [paper for paper, _ in side] == sorted({paper for paper, _ in side})


@always
@given(STATEMENTS, STATUSES, st.randoms(use_true_random=False))
def test_the_order_of_statements_makes_no_difference(
    statements: list[Statement], status: dict[str, Status], rng: random.Random
) -> None:
    turned = list(statements)
    rng.shuffle(turned)
    assert everything(turned, status) == everything(statements, status)


@always
@given(STATEMENTS, STATUSES)
def test_a_retracted_paper_is_as_one_that_never_was(statements: list[Statement], status: dict[str, Status]) -> None:
    live = [s for s in statements if status.get(s.evidence.publication, Status.CURRENT).live]
    papers = {s.evidence.publication for s in live}
    found = everything(statements, status)
    assert {key: found[key] for key in {s.relation.id for s in live}} == everything(live, {})
    assert {paper for b in found.values() for paper, _ in (*b.papers_for, *b.papers_against)} <= papers


@always
@given(STATEMENTS, st.sampled_from(sorted(RELIABILITY)), st.sampled_from(Grade), st.sampled_from(Directness))
def test_one_more_live_paper_for_never_lowers_belief(
    statements: list[Statement], source: str, grade: Grade, directness: Directness
) -> None:
    for of in {s.relation for s in statements}:
        more = said(of, 99, source, grade=grade, directness=directness)
        assert believed(of, [*statements, more]).value >= believed(of, statements).value


@always
@given(STATEMENTS, st.sampled_from(sorted(RELIABILITY)))
def test_one_more_live_paper_against_never_raises_belief(statements: list[Statement], source: str) -> None:
    for of in {s.relation for s in statements if s.relation.polarity is not Polarity.NONE}:
        for contrary in (said(of, 99, source, negated=True), said(replace(of, polarity=Polarity.NONE), 99, source)):
            assert believed(of, [*statements, contrary]).value <= believed(of, statements).value


@always
@given(STATEMENTS)
def test_reading_a_paper_again_by_a_worse_source_changes_nothing(statements: list[Statement]) -> None:
    again = [replace(s, evidence=replace(s.evidence, source="worse", assay="again")) for s in statements]
    reliability = RELIABILITY | {"worse": 0.1}
    found = belief.beliefs([*statements, *again], status={}, reliability=reliability)[0]
    assert {key: b.value for key, b in found.items()} == {key: b.value for key, b in everything(statements, {}).items()}


@always
@given(st.lists(st.floats(0.0, 1.0), max_size=8), st.randoms(use_true_random=False))
def test_noisy_or(weights: list[float], rng: random.Random) -> None:
    turned = list(weights)
    rng.shuffle(turned)
    assert noisy_or(turned) == noisy_or(weights)
    assert max(weights, default=0.0) - 1e-12 <= noisy_or(weights) <= 1.0


# The shipped graph


def test_the_beliefs_of_the_shipped_graph_follow_from_its_evidence(shipped: KnowledgeGraph) -> None:
    content = shipped.content
    reliability = {info.name: info.reliability for info in content.sources}
    found, weights = belief.beliefs(content.statements, status=content.status, reliability=reliability)
    assert found == dict(content.beliefs)
    assert weights == dict(content.weights)
    assert all(content.beliefs[key].value > 0 for key in content.live)
