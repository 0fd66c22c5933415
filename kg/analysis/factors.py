"""From a class of factors to an outcome: which factor drives it, in which direction, by which best path.

An outcome gathers readouts with signs: what lowers apoptosis raises survival. Each factor is ranked by the
cheapest path from any of its states to any readout.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kg.analysis.paths import Path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from kg.analysis.network import Network, State
    from kg.profile import FactorClass, Outcome, Readout


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
        Chance of as cheap a way to the outcome, in the same direction, in a network with the same degrees; None
        until it is asked for (:func:`with_chances`).
    """

    rank: int
    entity: str
    effect: int
    readout: str
    path: Path
    opposite_cost: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class FactorTable:
    """Factors of an outcome, best first."""

    factor_class: str
    outcome: str
    factors: tuple[Factor, ...]
    network: Network = field(repr=False, compare=False)

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
        return {
            "rank": factor.rank,
            "factor": factor.entity,
            "label": network.label(factor.entity),
            "type": known.type if known else "",
            "site": path.steps[0].source.site,
            "effect": "+" if factor.effect > 0 else "-",
            "readout": network.label(factor.readout),
            "steps": len(path.steps),
            "cost_nat": round(path.cost, 6),
            "belief": path.belief,
            "papers": len(path.publications),
            "p_value": factor.p_value,
            "opposite_cost_nat": None if factor.opposite_cost is None else round(factor.opposite_cost, 6),
            "publications": "; ".join(path.publications),
            "path": str(path),
        }

    def to_frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.rows())


def _best(network: Network, sources: Sequence[State], outcome: Outcome, effect: int) -> tuple[Readout, Any] | None:
    """Cheapest path that moves the outcome in one direction, over all its readouts."""
    best: tuple[Readout, Any] | None = None
    starts = [network.number[s] for s in sources]
    for readout in outcome.readouts:
        targets = readout_states(network, readout, outcome)
        ends = [network.number[s] for s in targets if s not in set(sources)]
        if not ends:
            continue
        found = network.index.k_best(starts, ends, 1, sign=1 if effect * readout.sign > 0 else -1)
        if found.paths and (best is None or found.paths[0].cost < best[1].cost):
            best = readout, found.paths[0]
    return best


def readout_states(network: Network, readout: Readout, outcome: Outcome) -> tuple[State, ...]:
    """States in which a readout reports on the outcome: at its site, or in the organism as a whole."""
    states = network.states_of.get(readout.entity, ())
    return tuple(s for s in states if s.site == outcome.site or network.facts.kind(s.site).value == "organism")


def members(network: Network, factor_class: FactorClass) -> dict[str, list[State]]:
    """Entities of a class with the states in which they act as such."""
    found: dict[str, list[State]] = {}
    for state in network.states:
        entity = network.facts.entities.get(state.entity)
        if entity and entity.type in factor_class.types and state.site in factor_class.sites:
            found.setdefault(state.entity, []).append(state)
    return found


def rank(network: Network, factor_class: FactorClass, outcome: Outcome) -> FactorTable:
    """Rank all factors of a class by their best path to the outcome; ties by CURIE."""
    rows: list[tuple[float, str, int, str, Any, float | None]] = []
    for entity, states in sorted(members(network, factor_class).items()):
        both = {effect: _best(network, states, outcome, effect) for effect in (1, -1)}
        costs = {effect: found[1].cost for effect, found in both.items() if found is not None}
        if not costs:
            continue
        effect = min(costs, key=lambda e: (costs[e], -e))
        found = both[effect]
        if found is not None:
            rows.append((costs[effect], entity, effect, found[0].entity, found[1], costs.get(-effect)))
    rows.sort(key=lambda row: row[:2])
    factors = []
    for number, (cost, entity, effect, readout, indexed, opposite) in enumerate(rows, 1):
        steps = tuple(network.steps[edge] for edge in indexed.edges)
        path = Path(number, steps, indexed.sign, cost, network)
        factors.append(Factor(number, entity, effect, readout, path, opposite))
    return FactorTable(factor_class.name, outcome.name, tuple(factors), network)


def best_cost(network: Network, entity: str, factor_class: FactorClass, outcome: Outcome, effect: int) -> float | None:
    """Cost in nat of the best path by which one factor moves the outcome in one direction; None without one."""
    states = members(network, factor_class).get(entity)
    found = _best(network, states, outcome, effect) if states else None
    return None if found is None else float(found[1].cost)


OUTCOME = "outcome"
"""Node that stands for the outcome as a whole when chances are drawn."""


def with_chances(table: FactorTable, outcome: Outcome, *, n: int = 199, seed: int = 0) -> FactorTable:
    """The same table with a p-value for each factor.

    The readouts are joined to one node, each with its sign; the steps are rewired within strata of predicate,
    sign and sites, and p = (1 + as good) / (1 + n).

    Parameters
    ----------
    n
        Number of random networks.
    seed
        Of the first; the same seed gives the same p-values.
    """
    from kg.analysis.null import path_null

    network = table.network
    graph = network.to_networkx()
    graph.add_node(OUTCOME, entity=OUTCOME, label=outcome.name, site="")
    for readout in outcome.readouts:
        for state in readout_states(network, readout, outcome):
            graph.add_edge(
                state.name, OUTCOME, key=OUTCOME, predicate=OUTCOME, kind="definition", sign=readout.sign, cost=0.0
            )
    chances: dict[tuple[str, int], float] = {}
    for effect in (1, -1):
        chosen = [f.entity for f in table if f.effect == effect]
        if chosen and n > 0:
            found = path_null(graph, chosen, OUTCOME, sign=effect, n=n, seed=seed)
            chances |= {(row.source, effect): row.p for row in found.chances}
    factors = tuple(replace(f, p_value=chances.get((f.entity, f.effect))) for f in table)
    return replace(table, factors=factors)
