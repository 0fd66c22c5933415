"""What a retraction would do: for every paper, the conclusions that fall or weaken if it is withdrawn.

A conclusion is a factor of the outcome with its best path. Each paper on such a path is withdrawn in turn,
the network is built again without it, and the factors that used it are asked again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.analysis import factors as ranking
from kg.analysis import network as networks
from kg.model import Belief

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pandas as pd

    from kg.analysis.factors import FactorTable
    from kg.analysis.facts import Fact, Facts
    from kg.profile import FactorClass, Outcome


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one factor.

    Parameters
    ----------
    cost_after
        Cost in nat of the best path of the same direction that is left; None when none is.
    """

    factor: str
    effect: int
    cost_before: float
    cost_after: float | None

    @property
    def lost(self) -> bool:
        """Whether no path of the same direction is left."""
        return self.cost_after is None


@dataclass(frozen=True, slots=True)
class PaperRole:
    """What rests on one paper.

    Parameters
    ----------
    relations_lost
        CURIEs of relations that no other live paper states.
    changes
        Factors that lose their path, then those whose best path becomes dearer.
    """

    publication: str
    relations_lost: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def lost(self) -> tuple[str, ...]:
        """Factors without any path of the same direction once the paper is withdrawn."""
        return tuple(c.factor for c in self.changes if c.lost)


@dataclass(frozen=True, slots=True)
class Fragility:
    """Papers by how much rests on them, the gravest first."""

    papers: tuple[PaperRole, ...]
    labels: dict[str, str]

    def __iter__(self) -> Iterator[PaperRole]:
        """Go through the papers."""
        return iter(self.papers)

    def __len__(self) -> int:
        """Count the papers."""
        return len(self.papers)

    def to_frame(self) -> pd.DataFrame:
        """One row a paper: relations and factors that fall with it, and factors it weakens."""
        import pandas as pd

        rows = [
            {
                "publication": role.publication,
                "relations_lost": len(role.relations_lost),
                "factors_lost": len(role.lost),
                "factors_weakened": len(role.changes) - len(role.lost),
                "lost": "; ".join(self.labels.get(f, f) for f in role.lost),
                "weakened": "; ".join(
                    f"{self.labels.get(c.factor, c.factor)} {c.cost_before:.2f} to {c.cost_after:.2f} nat"
                    for c in role.changes
                    if c.cost_after is not None
                ),
            }
            for role in self.papers
        ]
        columns = ["publication", "relations_lost", "factors_lost", "factors_weakened", "lost", "weakened"]
        return pd.DataFrame(rows, columns=columns)


def _withdrawn(fact: Fact, paper: str) -> Fact:
    sides = (fact.belief.papers_for, fact.belief.papers_against)
    pro, contra = (tuple(pair for pair in side if pair[0] != paper) for side in sides)
    return replace(fact, belief=Belief(papers_for=pro, papers_against=contra))


def without(facts: Facts, paper: str) -> Facts:
    """The facts as they would be had a paper never been: relations it alone states are gone."""
    kept = (_withdrawn(fact, paper) for fact in facts.facts)
    return replace(facts, facts=tuple(f for f in kept if f.belief.value > 0))


def assess(
    facts: Facts,
    factor_class: FactorClass,
    outcome: Outcome,
    *,
    papers: Iterable[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Fragility:
    """Withdraw papers one by one and see which factors fall or weaken.

    Parameters
    ----------
    papers
        CURIEs of the papers to withdraw; by default every paper on the best path of some factor.
    progress
        Called with how many are done and how many there are.

    Notes
    -----
    One network for each paper: about 0.2 s for a thousand relations.
    """
    before = ranking.rank(networks.build(facts), factor_class, outcome)
    used: dict[str, list[str]] = defaultdict(list)
    for factor in before:
        for paper in factor.path.publications:
            used[paper].append(factor.entity)
    chosen = sorted(set(papers) or set(used))
    roles = []
    for done, paper in enumerate(chosen, 1):
        roles.append(_role(facts, before, used.get(paper, []), paper, factor_class, outcome))
        if progress is not None:
            progress(done, len(chosen))
    roles.sort(key=lambda r: (-len(r.lost), -len(r.changes), -len(r.relations_lost), r.publication))
    return Fragility(tuple(roles), {e: before.network.label(e) for e in before.network.states_of})


def _role(
    facts: Facts, before: FactorTable, touched: Iterable[str], paper: str, factor_class: FactorClass, outcome: Outcome
) -> PaperRole:
    left = without(facts, paper)
    gone = {f.id for f in facts.facts} - {f.id for f in left.facts}
    touched = set(touched)
    if not touched:
        return PaperRole(paper, tuple(sorted(gone)), ())
    network = networks.build(left)
    changes = []
    for factor in before:
        if factor.entity in touched:
            after = ranking.best_cost(network, factor.entity, factor_class, outcome, factor.effect)
            if after is None or after > factor.path.cost + 1e-6:
                changes.append(Change(factor.entity, factor.effect, factor.path.cost, after))
    changes.sort(key=lambda c: (not c.lost, c.cost_before - (c.cost_after or 0.0), c.factor))
    return PaperRole(paper, tuple(sorted(gone)), tuple(changes))
