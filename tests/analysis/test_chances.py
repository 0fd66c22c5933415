"""P-values of factors: from their own states, in their own direction, in networks whose strata are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from kg.analysis.asked import COARSE, FINE
from kg.analysis.chances import slots_of, with_chances
from kg.analysis.exchange import to_networkx
from kg.analysis.factors import best_ways, rank
from kg.analysis.network import build
from kg.analysis.null import path_null
from kg.analysis.outcome import outcome_state, toward
from kg.analysis.shuffle import stub_order
from kg.errors import UsageError
from kg.profile import FactorClass, Outcome, Readout
from tests.analysis.tables import facts

if TYPE_CHECKING:
    import kg

LIFE = Outcome(name="life", site="tumour", readouts=(Readout(entity="MESH:D002470", sign=1),))


def test_a_factor_starts_from_its_member_states_alone() -> None:
    """L acts from inside the tumour at once, from the stroma only by a dear way: the class holds the stroma."""
    network = build(
        facts(
            "L@tumour promotes MESH:D002470@tumour",
            "L@stroma activates M@stroma",
            "M@stroma! activates N@tumour",
            "N@tumour promotes MESH:D002470@tumour",
            *(f"A{i}@tumour promotes B{i}@tumour" for i in range(6)),
        )
    )
    stromal = FactorClass(name="stromal", sites=("stroma",), types=("gene_product",))
    table = rank(network, stromal, LIFE)
    factor = next(f for f in table if f.entity == "L")
    assert {state.site for state in factor.states} == {"stroma"}
    assert factor.path.cost > best_ways(network, network.states_of["L"], LIFE)[1].cost
    goal = toward(network, LIFE)
    graph = to_networkx(goal)
    groups = {f.entity: [s.name for s in f.states] for f in table}
    found = path_null(graph, groups, outcome_state(LIFE).name, sign=1, n=10)
    costs = {row.source: row.cost for row in found.chances}
    assert costs["L"] == pytest.approx(factor.path.cost, abs=1e-5)


def test_p_counts_the_random_networks_in_which_a_factor_is_as_near(graph: kg.KnowledgeGraph) -> None:
    outcome = graph.profile.outcome
    assert outcome is not None
    n, seed = 12, 5
    table = graph.survival_factors(permutations=n, seed=seed)
    goal = toward(graph.states(), outcome)
    slots, target = slots_of(goal, FINE).causal(), goal.number[outcome_state(outcome)]
    as_good = dict.fromkeys((f.entity for f in table), 0)
    for number in range(n):
        rewired = slots.refilled(stub_order(slots, np.random.default_rng([seed, number])))
        distance = rewired.distances(np.array([target], dtype=np.int32), signed=True)
        for f in table:
            row = distance[0 if f.effect > 0 else 1]
            nearest = min(row[goal.number[state]] for state in f.states)
            as_good[f.entity] += nearest <= round(f.path.cost * 1_000_000)
    assert {f.entity: f.p_value for f in table} == {e: (1 + count) / (1 + n) for e, count in as_good.items()}


@pytest.mark.parametrize("name", ["NF-kappaB", "JNK"])
def test_what_acts_elsewhere_as_well_is_held_against_its_own_way(graph: kg.KnowledgeGraph, name: str) -> None:
    network, sites = graph.states(), graph.profile.classes[0].sites
    factor = next(f for f in graph.survival_factors(permutations=9) if network.label(f.entity) == name)
    assert {state.site for state in factor.states} <= set(sites)
    everywhere = network.states_of[factor.entity]
    assert {state.site for state in everywhere} > {state.site for state in factor.states}
    assert factor.p_value is not None


def test_broad_strata_exchange_more(graph: kg.KnowledgeGraph) -> None:
    network = graph.states()
    fine, coarse = (len(set(slots_of(network, strata).stratum.tolist())) for strata in (FINE, COARSE))
    assert coarse < fine / 5
    ranked = [[f.p_value for f in graph.survival_factors(permutations=49, strata=strata)] for strata in (FINE, COARSE)]
    assert ranked[0] != ranked[1]


def test_the_same_seed_gives_the_same_p_values(graph: kg.KnowledgeGraph) -> None:
    plain, outcome = graph.survival_factors(permutations=0), graph.profile.outcome
    assert outcome is not None
    one, other = (with_chances(plain, outcome, n=19, seed=3) for _ in range(2))
    assert one.rows() == other.rows()
    assert all(f.p_value is None for f in plain)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"permutations": -1}, "permutations is -1"),
        ({"permutations": 2.5}, "permutations is 2.5"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": "x"}, "seed is 'x'"),
        ({"strata": ["colour"]}, "not of 'colour'"),
    ],
)
def test_bad_chances_are_refused(graph: kg.KnowledgeGraph, wrong: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        graph.survival_factors(**wrong)  # type: ignore[arg-type]
