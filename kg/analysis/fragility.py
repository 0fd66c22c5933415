"""What a retraction would do: for every paper, the conclusions that fall, turn or weaken if it is withdrawn.

A conclusion is a factor of the outcome with its best path, or the answer to a question: its best paths. Every paper
is withdrawn in turn, those included that only license what other papers are read to mean, and every conclusion is
looked at again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kg.analysis.factors import (
    EFFECTS,
    Nearness,
    Way,
    best_effect,
    best_way,
    best_ways,
    factor_states,
    nearest,
    nearness,
)
from kg.analysis.paths import find
from kg.analysis.table import ROWS_SHOWN, Readable, counted, signed
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from kg.analysis.moves import State
    from kg.analysis.network import Network
    from kg.analysis.paths import PathQuestion, PathResult
    from kg.analysis.withdrawal import Withdrawals, Withdrawn
    from kg.profile import FactorClass, Outcome

Question = tuple["Network", "PathQuestion"]
"""The network to search, and the question there."""
Ask = Callable[["Network"], Question]
"""Puts a question to a network."""
COLUMNS = (
    "publication",
    "relations_lost",
    "factors_lost",
    "factors_turned",
    "factors_weakened",
    "paths_lost",
    "lost",
    "turned",
    "weakened",
    "strengthened",
    "cost_before_nat",
    "cost_after_nat",
)
SLACK = 1e-6
"""Nat; costs that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one factor.

    Parameters
    ----------
    effect, effect_after
        Direction of the best path before and after; None where there is no path at all.
    cost_before, cost_after
        Cost in nat of the best path; None where there is none.
    """

    factor: str
    effect: int | None
    effect_after: int | None
    cost_before: float | None
    cost_after: float | None

    @property
    def lost(self) -> bool:
        """Whether no path is left."""
        return self.effect_after is None

    @property
    def turned(self) -> bool:
        """Whether the best path now says the opposite."""
        return self.effect is not None and self.effect_after not in (None, self.effect)

    @property
    def weakened(self) -> bool:
        """Whether the best path is dearer and says the same."""
        return self.effect == self.effect_after and (self.cost_after or 0.0) > (self.cost_before or 0.0)

    @property
    def strengthened(self) -> bool:
        """Whether the best path is cheaper and says the same, or there was none before."""
        return not (self.lost or self.turned or self.weakened)


@dataclass(frozen=True, slots=True)
class Answer:
    """The best paths of a question: how many of them are lost, and the cost of the best before and after."""

    paths: int
    lost: int
    cost_before: float | None
    cost_after: float | None

    @property
    def falls(self) -> bool:
        """Whether no path at all is left."""
        return self.cost_before is not None and self.cost_after is None


@dataclass(frozen=True, slots=True)
class PaperRole:
    """What rests on one paper.

    Parameters
    ----------
    relations_lost
        CURIEs of relations that no other live paper states.
    changes
        Factors whose best path is not what it was: those that fall first, then those that turn, weaken, strengthen.
    answer
        What becomes of the best paths of the question; None where none was asked.
    """

    publication: str
    relations_lost: tuple[str, ...]
    changes: tuple[Change, ...]
    answer: Answer | None = None

    @property
    def lost(self) -> tuple[str, ...]:
        """Factors without any path to the outcome once the paper is withdrawn."""
        return tuple(c.factor for c in self.changes if c.lost)

    @property
    def turned(self) -> tuple[str, ...]:
        """Factors whose best path says the opposite once the paper is withdrawn."""
        return tuple(c.factor for c in self.changes if c.turned)

    @property
    def gravity(self) -> tuple[int, ...]:
        """How much rests on it: what falls, what turns, paths lost, what weakens, relations lost."""
        weakened = sum(c.weakened for c in self.changes)
        falls, paths = (self.answer.falls, self.answer.lost) if self.answer else (False, 0)
        return (len(self.lost) + falls, len(self.turned), paths, weakened, len(self.relations_lost))


@dataclass(frozen=True, slots=True)
class Fragility(Readable):
    """Papers by how much rests on them, the gravest first.

    Parameters
    ----------
    papers
        One role for each paper that was withdrawn.
    question
        The question whose paths were looked at, in words; empty where none was.
    """

    papers: tuple[PaperRole, ...]
    labels: Mapping[str, str] = field(repr=False, default_factory=dict)
    question: str = ""

    def __iter__(self) -> Iterator[PaperRole]:
        """Go through the papers."""
        return iter(self.papers)

    def __len__(self) -> int:
        """Count the papers."""
        return len(self.papers)

    @property
    def rest_on_one(self) -> dict[str, tuple[str, ...]]:
        """The factors that fall or turn with a single paper, each with the papers that do it."""
        found: dict[str, list[str]] = defaultdict(list)
        for role in self.papers:
            for factor in (*role.lost, *role.turned):
                found[factor].append(role.publication)
        return {factor: tuple(sorted(papers)) for factor, papers in sorted(found.items())}

    def to_frame(self) -> pd.DataFrame:
        """One row a paper: relations, factors and paths that fall with it, what turns, and what it weakens."""
        import pandas as pd

        return pd.DataFrame([self._row(role) for role in self.papers], columns=list(COLUMNS))

    def _row(self, role: PaperRole) -> dict[str, object]:
        weakened = [c for c in role.changes if c.weakened]
        answer = role.answer
        return {
            "publication": role.publication,
            "relations_lost": len(role.relations_lost),
            "factors_lost": len(role.lost),
            "factors_turned": len(role.turned),
            "factors_weakened": len(weakened),
            "paths_lost": answer.lost if answer else None,
            "lost": "; ".join(map(self._label, role.lost)),
            "turned": "; ".join(self._turn(c) for c in role.changes if c.turned),
            "weakened": "; ".join(self._shift(c) for c in weakened),
            "strengthened": "; ".join(self._shift(c) for c in role.changes if c.strengthened),
            "cost_before_nat": answer.cost_before if answer else None,
            "cost_after_nat": answer.cost_after if answer else None,
        }

    def _label(self, entity: str) -> str:
        return self.labels.get(entity, entity)

    def _turn(self, change: Change) -> str:
        return f"{self._label(change.factor)} {signed(change.effect or 0)} to {signed(change.effect_after or 0)}"

    def _shift(self, change: Change) -> str:
        before = "none" if change.cost_before is None else f"{change.cost_before:.2f}"
        return f"{self._label(change.factor)} {before} to {change.cost_after:.2f} nat"

    @property
    def summary(self) -> str:
        """How many papers carry a conclusion alone."""
        carries = sum(bool(role.lost or role.turned) for role in self.papers)
        text = (
            f"{counted(len(self), 'paper')} withdrawn one at a time: with {carries} some factor falls or turns; "
            f"{counted(len(self.rest_on_one), 'factor')} rest on a single paper"
        )
        if not self.question:
            return text
        costing = sum(bool(role.answer and role.answer.lost) for role in self.papers)
        return f"{text}. The best paths {self.question} lose one or more with {counted(costing, 'paper')}"

    def __str__(self) -> str:
        """Read the gravest papers as sentences."""
        grave = [role for role in self.papers if any(role.gravity[:4])]
        lines = [f"{self.summary}.", *(self._sentence(role) for role in grave[:ROWS_SHOWN])]
        if len(grave) > ROWS_SHOWN:
            lines.append(f"... and {counted(len(grave) - ROWS_SHOWN, 'more paper')}")
        return "\n".join(lines)

    def _sentence(self, role: PaperRole) -> str:
        row = self._row(role)
        words = ("lost", "turned", "weakened", "strengthened")
        told = [f"{word}: {row[word]}" for word in words if row[word]]
        if role.answer and role.answer.lost:
            told.append(f"{role.answer.lost} of {counted(role.answer.paths, 'best path')} lost")
        return f"{role.publication}: {'. '.join(told)}"


def assess(
    withdrawals: Withdrawals,
    factor_class: FactorClass | None,
    outcome: Outcome | None,
    *,
    papers: Iterable[str] = (),
    known: Iterable[str] = (),
    ask: Ask | None = None,
    asked: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Fragility:
    """Withdraw papers one by one and see which conclusions fall, turn or weaken.

    Parameters
    ----------
    withdrawals
        The network whose papers are withdrawn.
    papers
        CURIEs of the papers to withdraw; by default every paper that speaks for or against some relation.
    known
        Papers that may be named though no relation rests on them.
    ask
        Puts a question to a network, whose best paths are looked at as well: gives the network to search and the
        question there; ``asked`` is it in words.
    progress
        Called with how many are done and how many there are.

    Raises
    ------
    UsageError
        A paper that is not known; with the nearest ones.

    Notes
    -----
    The network without a paper is made from the whole one, by reading anew what the paper touches. A factor is searched
    again only where a step of its best path is gone or dearer, or where a step is new or cheaper and the distance to
    the outcome has become less than the cost of its best path: a few milliseconds a paper.
    """
    every = withdrawals.facts.papers
    chosen = sorted(set(papers)) or sorted(every)
    _check(chosen, every | set(known))
    network = withdrawals.network
    factors = _Factors(network, factor_class, outcome) if factor_class and outcome else None
    answers = _Answers(network, ask) if ask else None
    roles = []
    for done, paper in enumerate(chosen, 1):
        left = withdrawals.without(paper)
        changes = factors.changes(left) if factors else ()
        roles.append(PaperRole(paper, left.lost, changes, answers.after(left) if answers else None))
        if progress is not None:
            progress(done, len(chosen))
    roles.sort(key=lambda r: (*(-part for part in r.gravity), r.publication))
    labels = {e: network.label(e) for e in network.states_of}
    return Fragility(tuple(roles), labels, asked if ask else "")


def _check(papers: Sequence[str], known: frozenset[str]) -> None:
    for paper in papers:
        if paper not in known:
            near = get_close_matches(paper, sorted(known), n=3, cutoff=0.0)
            raise UsageError(f"no paper of the graph is called {paper!r}; did you mean {', '.join(near) or 'none'}?")


class _Factors:
    """The best ways of all factors, and what becomes of them."""

    def __init__(self, network: Network, factor_class: FactorClass, outcome: Outcome) -> None:
        self.network, self.factor_class, self.outcome = network, factor_class, outcome
        self.states = factor_states(network, factor_class, outcome)
        self.ways = {e: best_ways(network, states, outcome) for e, states in self.states.items()}

    def changes(self, left: Withdrawn) -> tuple[Change, ...]:
        """The factors whose best path is not what it was."""
        if not left.dearer and not left.cheaper:
            return ()
        states = self.states
        if len(left.network.states) > len(self.network.states):
            states = factor_states(left.network, self.factor_class, self.outcome)
        near = nearness(left.network, self.outcome) if left.cheaper else {}
        found: list[Change] = []
        for entity in sorted(states):
            before = self.ways.get(entity, {})
            anew = [e for e in EFFECTS if self._is_open(before.get(e), states[entity], left, near, e)]
            if anew:
                ways = {e: best_way(left.network, states[entity], self.outcome, e) for e in anew}
                after = {e: way for e, way in {**before, **ways}.items() if way is not None}
                found += _change(entity, before, after)
        return tuple(sorted(found, key=lambda c: (not c.lost, not c.turned, not c.weakened, c.factor)))

    @staticmethod
    def _is_open(before: Way | None, states: Sequence[State], left: Withdrawn, near: Nearness, effect: int) -> bool:
        """Whether the best path of one direction may not be what it was: it is touched, or some walk is cheaper."""
        if before is not None and any(step.key in left.dearer for step in before.steps):
            return True
        return nearest(states, near, effect) < (math.inf if before is None else before.cost - SLACK / 2)


def _change(entity: str, before: Mapping[int, Way], after: Mapping[int, Way]) -> Iterator[Change]:
    (effect, cost), (effect_after, cost_after) = _best(before), _best(after)
    same = effect == effect_after and (cost is None or abs(cost - (cost_after or 0.0)) < SLACK / 2)
    if not same:
        yield Change(entity, effect, effect_after, cost, cost_after)


def _best(ways: Mapping[int, Way]) -> tuple[int | None, float | None]:
    if not ways:
        return None, None
    effect = best_effect({e: way.cost for e, way in ways.items()})
    return effect, ways[effect].cost


class _Answers:
    """The best paths of a question, and what becomes of them."""

    def __init__(self, network: Network, ask: Ask) -> None:
        self.ask = ask
        self.before = self._find(network)
        self.keys = [{step.key for step in path.steps} for path in self.before]

    def _find(self, network: Network) -> PathResult:
        wider, question = self.ask(network)
        return find(wider, question, source="", target="")

    def after(self, left: Withdrawn) -> Answer:
        """How many of the paths are lost, and the cost of the best one that is left."""
        first = self.before[0].cost if len(self.before) else None
        dearer = left.dearer - {step.key for step in left.network.steps}
        lost = sum(not dearer.isdisjoint(keys) for keys in self.keys)
        touched = bool(left.cheaper) or any(not left.dearer.isdisjoint(keys) for keys in self.keys)
        if not touched:
            return Answer(len(self.before), lost, first, first)
        after = self._find(left.network)
        return Answer(len(self.before), lost, first, after[0].cost if len(after) else None)
