"""What no single paper says: chains of two findings from different papers (literature-based discovery).

After Swanson (1986): A acts on B in one paper, B acts on C in another, and no paper joins A and C. A chain
here has two effects and the transfers between them. The p-value of a chain is the chance that its middle
would join its ends if every step kept its number of ways in and out and nothing else (a Poisson count of
the configuration model): a middle that everything touches explains little.

References
----------
.. [1] Swanson DR. Fish oil, Raynaud's syndrome, and undiscovered public knowledge. Perspect Biol Med 1986.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.analysis.moves import EFFECT
from kg.analysis.paths import Path, PathQuestion, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from kg.analysis.moves import State
    from kg.analysis.network import Network, Step

LONGEST = 5
"""Steps of a chain at most: two effects, and the transfers before, between and after them."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Two findings of different papers that together say what no paper says.

    Parameters
    ----------
    middle
        CURIE of the entity that joins the two.
    p_value
        Chance of such a join in the configuration model, in (0, 1].
    """

    path: Path
    middle: str
    p_value: float

    @property
    def first(self) -> Step:
        """The first effect."""
        return next(step for step in self.path.steps if step.kind == EFFECT)

    @property
    def second(self) -> Step:
        """The second effect."""
        return next(step for step in reversed(self.path.steps) if step.kind == EFFECT)


def _effects(path: Path) -> list[Step]:
    return [step for step in path.steps if step.kind == EFFECT]


def _joined_by_one_paper(network: Network, source: str, target: str) -> bool:
    """Whether some relation joins the two entities directly, whatever its sites."""
    return any(fact.relation.subject == source and fact.relation.object == target for fact in network.facts.facts)


def _chance(first: Step, second: Step, ways_out: Counter[State], ways_in: Counter[State], steps: int) -> float:
    expected = (ways_out[first.source] * ways_in[first.target] / steps) * (
        ways_out[second.source] * ways_in[second.target] / steps
    )
    return -math.expm1(-expected)


def chains(
    network: Network,
    sources: Sequence[State],
    targets: Sequence[State],
    *,
    k: int = 20,
    sign: str = "any",
    candidates: int = 500,
) -> tuple[Chain, ...]:
    """Two-paper chains from sources to targets that no single paper states, by cost and then p-value.

    Parameters
    ----------
    k
        How many chains.
    candidates
        How many of the best paths of at most five steps are looked through.
    """
    question = PathQuestion(sources=sources, targets=targets, k=candidates, sign=sign, max_steps=LONGEST)
    found = find(network, question, source="", target="")
    effects = [step for step in network.steps if step.kind == EFFECT]
    ways_out, ways_in = Counter(s.source for s in effects), Counter(s.target for s in effects)
    kept: list[Chain] = []
    for path in found:
        two = _effects(path)
        ends = path.steps[0].source.entity, path.steps[-1].target.entity
        if len(two) != 2 or set(two[0].publications) & set(two[1].publications) or _joined_by_one_paper(network, *ends):
            continue
        chance = _chance(two[0], two[1], ways_out, ways_in, len(effects))
        kept.append(Chain(path, two[1].source.entity, chance))
    kept.sort(key=lambda c: (c.path.cost, c.p_value, str(c.path)))
    return tuple(kept[:k])


def to_frame(found: Iterable[Chain]) -> pd.DataFrame:
    """One row a chain: middle, both findings with their papers, sign, belief, cost, p-value."""
    import pandas as pd

    rows = [
        {
            "middle": c.middle,
            "middle_label": c.path.network.label(c.middle),
            "sign": {1: "+", -1: "-"}.get(c.path.sign, "unknown"),
            "belief": c.path.belief,
            "cost_nat": round(c.path.cost, 6),
            "p_value": c.p_value,
            "first_papers": "; ".join(c.first.publications),
            "second_papers": "; ".join(c.second.publications),
            "chain": str(c.path),
        }
        for c in found
    ]
    columns = [
        "middle",
        "middle_label",
        "sign",
        "belief",
        "cost_nat",
        "p_value",
        "first_papers",
        "second_papers",
        "chain",
    ]
    return pd.DataFrame(rows, columns=columns)
