"""What assumptions cost, and in which order that puts steps."""

from __future__ import annotations

import math

import pytest

from kg.analysis.costs import HUB_DEGREE, PENALTIES, Assumption, hub_penalty, penalty, step_cost


def test_every_assumption_has_a_penalty() -> None:
    assert set(PENALTIES) == set(Assumption)
    assert all(value >= 0 for value in PENALTIES.values())


def test_only_contact_and_what_belief_counts_already_are_free() -> None:
    assert [a for a, value in PENALTIES.items() if value == 0] == [Assumption.CONTACT, Assumption.MACHINE]


def test_a_certain_step_costs_nothing() -> None:
    assert step_cost(1.0, 0.0) == 0.0


@pytest.mark.parametrize("value", [0.05, 0.4, 0.8, 0.96])
def test_more_belief_never_costs_more(value: float) -> None:
    assert step_cost(value + 0.01, 0.5) < step_cost(value, 0.5)
    assert step_cost(value, 0.5) == pytest.approx(-math.log(value) + 0.5)


def test_penalties_add() -> None:
    both = frozenset({Assumption.SITE, Assumption.RECEPTOR})
    assert penalty(both) == PENALTIES[Assumption.SITE] + PENALTIES[Assumption.RECEPTOR]
    assert penalty(frozenset()) == 0.0


def test_one_assumption_costs_less_than_a_paper_half_as_reliable() -> None:
    assert PENALTIES[Assumption.SITE] < math.log(2)


def test_hubs() -> None:
    assert hub_penalty(0) == hub_penalty(HUB_DEGREE) == 0.0
    assert hub_penalty(HUB_DEGREE + 1) > 0
    assert hub_penalty(10 * HUB_DEGREE) == pytest.approx(math.log(10))
