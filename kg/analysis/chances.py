"""P-values of factors: how often a random network would bring a factor as near to the outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kg.analysis.asked import FINE, whole
from kg.analysis.outcome import outcome_state, toward
from kg.analysis.permutations import null_counts
from kg.analysis.shuffle import Slots
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.analysis.factors import FactorTable
    from kg.analysis.network import Network, Step
    from kg.profile import Outcome


def with_chances(
    table: FactorTable, outcome: Outcome, *, n: int = 199, seed: int = 0, strata: Sequence[str] = FINE
) -> FactorTable:
    """The same table with a p-value for each factor.

    The readouts are joined to one state, each with its sign. Steps are rewired within strata, and the cheapest walk
    from the factor's own member states to the outcome, in the factor's own direction, is looked for again:
    p = (1 + as good) / (1 + n).

    Parameters
    ----------
    n
        Number of random networks.
    seed
        Of the first; the same seed gives the same p-values.
    strata
        What steps must share to be exchanged, of "predicate", "sign", "site" and "site_kind": FINE or COARSE of
        :mod:`kg.analysis.asked`.

    Notes
    -----
    A rewired step stays in its stratum, so a factor of one step to a readout keeps such a step unless the stratum
    holds steps to other places: in narrow strata p says little about it. Strata of sign and kinds of site alone
    (COARSE) exchange far more, at the price of networks that are less like this one.

    Examples
    --------
    >>> import kg
    >>> g = kg.build()
    >>> table = g.survival_factors(permutations=49, seed=1)
    >>> all(0.02 <= factor.p_value <= 1 for factor in table)
    True
    """
    n, seed = whole("permutations", n), whole("seed", seed, least=0)
    goal = toward(table.network, outcome)
    target = goal.number.get(outcome_state(outcome))
    if target is None or not len(table):
        return table
    groups = [np.array([goal.number[s] for s in factor.states]) for factor in table]
    _, as_good, _ = null_counts(
        slots_of(goal, strata),
        groups,
        np.array([target], dtype=np.int32),
        sign=[factor.effect for factor in table],
        n=n,
        seed=seed,
    )
    chances = ((1 + int(better)) / (1 + n) for better in as_good)
    return replace(table, factors=tuple(replace(f, p_value=p) for f, p in zip(table, chances, strict=True)))


def slots_of(network: Network, strata: Sequence[str]) -> Slots:
    """The steps of a network, ready to be rewired within strata."""
    label: dict[tuple[object, ...], int] = {}
    stratum = [label.setdefault(_stratum(network, step, strata), len(label)) for step in network.steps]
    return Slots.of(
        len(network.states),
        [network.number[step.source] for step in network.steps],
        [network.number[step.target] for step in network.steps],
        [step.sign for step in network.steps],
        [step.cost for step in network.steps],
        stratum,
    )


def _stratum(network: Network, step: Step, strata: Sequence[str]) -> tuple[object, ...]:
    kind = network.facts.kind
    known: dict[str, object] = {
        "predicate": step.predicates,
        "sign": step.sign,
        "site": (step.source.site, step.target.site),
        "site_kind": (kind(step.source.site), kind(step.target.site)),
    }
    wrong = [name for name in strata if name not in known]
    if wrong:
        raise UsageError(f"strata are made of {', '.join(known)}; not of {wrong[0]!r}")
    return tuple(known[name] for name in strata)
