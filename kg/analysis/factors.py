"""From a class of factors to an outcome: which factor drives it, in which direction, by which best path.

An outcome gathers readouts with signs: what lowers apoptosis raises survival. Each factor is ranked by the
cheapest path from any of its states to any readout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kg.analysis.arrays import UNITS_PER_NAT
from kg.analysis.ends import members
from kg.analysis.kinds import broader_kinds
from kg.analysis.outcome import outcome_state, toward
from kg.analysis.paths import Path, place
from kg.analysis.shuffle import Slots
from kg.analysis.table import ROWS_SHOWN, Readable, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from kg.analysis.arrays import IndexedPath
    from kg.analysis.network import Network, State, Step
    from kg.profile import FactorClass, Outcome

EFFECTS = (1, -1)
"""Directions in which an outcome may be moved."""
COLUMNS = (
    "rank",
    "factor",
    "label",
    "type",
    "site",
    "effect",
    "readout",
    "steps",
    "cost_nat",
    "belief",
    "papers",
    "p_value",
    "opposite_cost_nat",
    "kin",
    "publications",
    "path",
)


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor with its best path.

    Parameters
    ----------
    effect
        +1 when the path raises the outcome, -1 when it lowers it.
    readout
        The readout in which the path ends.
    opposite_cost
        Cost in nat of the best path of the other direction; None where there is none.
    p_value
        Chance of as cheap a way to the outcome, from the same states and in the same direction, in a network with the
        same degrees; None until it is asked for (:func:`kg.analysis.chances.with_chances`).
    states
        States in which it acts as a member of the class: where its paths may start.
    kin
        Other factors of the table that are broader or narrower kinds of it: they share evidence, so that the two
        rows are no two findings.
    """

    rank: int
    entity: str
    effect: int
    readout: str
    path: Path
    opposite_cost: float | None = None
    p_value: float | None = None
    states: tuple[State, ...] = ()
    kin: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactorTable(Readable):
    """Factors of an outcome, best first.

    Parameters
    ----------
    without_path
        Members of the class from which no path leads to the outcome, by CURIE.
    """

    factor_class: str
    outcome: str
    factors: tuple[Factor, ...]
    network: Network = field(repr=False, compare=False)
    without_path: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Count the factors."""
        return len(self.factors)

    def __iter__(self) -> Iterator[Factor]:
        """Go through the factors, best first."""
        return iter(self.factors)

    def rows(self) -> list[dict[str, Any]]:
        """One dict a factor: CURIE, label, type, site, effect, readout, cost, belief, papers and the path as text."""
        return [self._row(factor) for factor in self.factors]

    def _row(self, factor: Factor) -> dict[str, Any]:
        network, path = self.network, factor.path
        known = network.facts.entities.get(factor.entity)
        values = (
            factor.rank,
            factor.entity,
            network.label(factor.entity),
            known.type if known else "",
            path.steps[0].source.site,
            "+" if factor.effect > 0 else "-",
            network.label(factor.readout),
            len(path.steps),
            round(path.cost, 6),
            path.belief,
            len(path.publications),
            factor.p_value,
            None if factor.opposite_cost is None else round(factor.opposite_cost, 6),
            "; ".join(network.label(entity) for entity in factor.kin),
            "; ".join(path.publications),
            str(path),
        )
        return dict(zip(COLUMNS, values, strict=True))

    def to_frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame; ``attrs`` count the members of the class and name those without a path."""
        import pandas as pd

        frame = pd.DataFrame(self.rows(), columns=list(COLUMNS))
        frame.attrs |= {
            "factor_class": self.factor_class,
            "outcome": self.outcome,
            "members": len(self.factors) + len(self.without_path),
            "without_path": list(self.without_path),
        }
        return frame

    @property
    def summary(self) -> str:
        """How many factors raise and lower the outcome, and how many members have no path to it."""
        raises, every = sum(f.effect > 0 for f in self), len(self) + len(self.without_path)
        return (
            f"{self.factor_class}: {raises} raise {self.outcome} by their best path, {len(self) - raises} lower it; "
            f"{len(self.without_path)} of {counted(every, 'member')} have no path"
        )

    def __str__(self) -> str:
        """Read the best factors as sentences."""
        lines = [f"{self.summary}.", *(self.sentence(factor) for factor in self.factors[:ROWS_SHOWN])]
        if len(self) > ROWS_SHOWN:
            lines.append(f"... and {len(self) - ROWS_SHOWN} more")
        return "\n".join(lines)

    def sentence(self, factor: Factor) -> str:
        """One factor, its direction, its cost and what stands behind it, in words."""
        network, path = self.network, factor.path
        chance = "" if factor.p_value is None else f", p {factor.p_value:.2g}"
        kin = f"; kin of {', '.join(map(network.label, factor.kin))}" if factor.kin else ""
        verb = "raises" if factor.effect > 0 else "lowers"
        return (
            f"{factor.rank:>3}. {place(network, path.steps[0].source)} {verb} it "
            f"({network.label(factor.readout)}; {path.cost:.3f} nat, belief {path.belief:.2f}, "
            f"{counted(len(path.publications), 'paper')}{chance}{kin})"
        )


class Way(NamedTuple):
    """The best path of a factor in one direction: the readout it ends in, and its steps without the last one."""

    readout: str
    steps: tuple[Step, ...]
    sign: int
    cost: float


def best_way(network: Network, states: Sequence[State], outcome: Outcome, effect: int) -> Way | None:
    """Cheapest path from some states that moves the outcome in one direction (+1, -1); None where there is none."""
    goal = toward(network, outcome)
    target = goal.number.get(outcome_state(outcome))
    starts = [goal.number[s] for s in states if s in goal.number]
    if target is None or not starts:
        return None
    paths = goal.index.k_best(starts, [target], 1, sign=effect).paths
    return _way(goal, paths[0]) if paths else None


def best_ways(network: Network, states: Sequence[State], outcome: Outcome) -> dict[int, Way]:
    """Cheapest path from some states to the outcome, for each direction (+1, -1) in which there is one."""
    found = {effect: best_way(network, states, outcome, effect) for effect in EFFECTS}
    return {effect: way for effect, way in found.items() if way is not None}


Nearness = dict["State", tuple[float, float]]
"""For each state the cost in nat of the cheapest walk that raises the outcome, and of that which lowers it."""


def nearness(network: Network, outcome: Outcome) -> Nearness:
    """How near each state is to the outcome, by walks: no path is cheaper, and without a walk there is no path."""
    goal = toward(network, outcome)
    target = goal.number.get(outcome_state(outcome))
    if target is None:
        return {}
    index = goal.index
    source = np.repeat(np.arange(index.n_states), np.diff(index.indptr))
    cost = np.floor(index.weight / (1 << index.step_bits)) / UNITS_PER_NAT
    slots = Slots.of(index.n_states, source, index.dst, index.sign, cost, np.zeros(index.n_steps, dtype=np.int32))
    found = slots.causal().distances(np.array([target], dtype=np.int32), signed=True) / UNITS_PER_NAT
    return dict(zip(goal.states, zip(*found.tolist(), strict=True), strict=True))


def nearest(states: Sequence[State], near: Nearness, effect: int) -> float:
    """Cost of the cheapest walk from any of some states in one direction; infinite without one."""
    return min((near[state][EFFECTS.index(effect)] for state in states if state in near), default=math.inf)


def _way(goal: Network, path: IndexedPath) -> Way:
    *steps, report = (goal.steps[edge] for edge in path.edges)
    return Way(report.source.entity, tuple(steps), path.sign * report.sign, path.cost)


def best_effect(costs: Mapping[int, float]) -> int:
    """The direction of the cheaper path; of two equally cheap ones, plus.

    >>> best_effect({1: 0.5, -1: 0.25}), best_effect({1: 0.5, -1: 0.5})
    (-1, 1)
    """
    return min(costs, key=lambda effect: (costs[effect], -effect))


def factor_states(network: Network, factor_class: FactorClass, outcome: Outcome) -> dict[str, list[State]]:
    """Members of a class with their states; a readout of the outcome is no factor of it."""
    readouts = {readout.entity for readout in outcome.readouts}
    return {e: states for e, states in members(network, factor_class).items() if e not in readouts}


def rank(network: Network, factor_class: FactorClass, outcome: Outcome) -> FactorTable:
    """Rank all factors of a class by their best path to the outcome.

    Of equally cheap factors the one with more papers comes first, then by CURIE.

    Notes
    -----
    One search back from the outcome for each direction; then a path is read off for each factor.
    """
    rows: list[Factor] = []
    states_of = factor_states(network, factor_class, outcome)
    near = nearness(network, outcome)
    for entity, states in states_of.items():
        reached = [effect for effect in EFFECTS if nearest(states, near, effect) < math.inf]
        found = {effect: best_way(network, states, outcome, effect) for effect in reached}
        ways = {effect: way for effect, way in found.items() if way is not None}
        if not ways:
            continue
        effect = best_effect({e: way.cost for e, way in ways.items()})
        best, other = ways[effect], ways.get(-effect)
        path = Path(0, best.steps, best.sign, best.cost, network)
        cost = None if other is None else other.cost
        rows.append(Factor(0, entity, effect, best.readout, path, cost, states=tuple(states)))
    rows.sort(key=lambda f: (f.path.cost, -len(f.path.publications), f.entity))
    apart = tuple(e for e in states_of if e not in {row.entity for row in rows})
    return FactorTable(factor_class.name, outcome.name, tuple(_numbered(rows, network)), network, apart)


def _numbered(rows: Sequence[Factor], network: Network) -> Iterator[Factor]:
    broader = {row.entity: broader_kinds(network.facts.entities, row.entity) for row in rows}
    for number, row in enumerate(rows, 1):
        kin = tuple(e for e in broader if e in broader[row.entity] or row.entity in broader[e])
        yield replace(row, rank=number, path=replace(row.path, rank=number), kin=kin)
