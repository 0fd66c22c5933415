"""The network that paths walk: states joined by steps, each step the sum of the relations behind it.

A step gathers every relation that leads from the one state to the other with the same sign; its belief is
taken over their distinct papers. Relations that need no assumption come first: those that do are taken
in only where they make the step cheaper in spite of their penalty.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.analysis import moves as rules
from kg.analysis.costs import Assumption, hub_penalty, penalty, step_cost
from kg.analysis.index import PathIndex
from kg.analysis.kinds import Kinds
from kg.analysis.moves import DEFINITION, READOUT, TRANSFER, Move, State
from kg.model import Belief, SiteKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.analysis.facts import Fact, Facts

__all__ = ["Network", "State", "Step", "build"]

Key = tuple[State, State, int]
"""Source, target and sign: steps and moves that share these are one."""

_KINDS = (TRANSFER, rules.EFFECT, DEFINITION)
_OF_ALL = frozenset({Assumption.BACKGROUND, Assumption.MACHINE})
"""Holds for a step only where it holds for everything behind it."""


_NO_STEP = "no step: a fact about where something is"
_NO_EFFECT = "no step: an association, which says nothing of an effect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the network.

    Parameters
    ----------
    kind
        ``effect``, ``transfer`` or ``definition``.
    sign
        +1, -1, or 0 where no relation behind it has a causal sign.
    predicates
        Local names, sorted.
    facts
        The relations behind it, sorted by CURIE; none for a definition.
    belief
        Over the distinct papers of all relations behind it.
    penalties
        Nats by name: assumptions, and ``hub``.
    remarks
        Assumptions in words, for people.
    probability
        Belief in [0, 1]; 1 for a definition.
    cost
        In nat: -ln(belief) + penalties; 0 for a definition.
    """

    source: State
    target: State
    kind: str
    sign: int
    predicates: tuple[str, ...]
    facts: tuple[Fact, ...]
    belief: Belief
    assumptions: frozenset[Assumption] = frozenset()
    remarks: tuple[str, ...] = ()
    hub: float = 0.0
    probability: float = field(init=False, repr=False, compare=False)
    cost: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_definition = self.kind == DEFINITION
        probability = 1.0 if by_definition else self.belief.value
        cost = 0.0 if by_definition else step_cost(probability, penalty(self.assumptions) + self.hub)
        object.__setattr__(self, "probability", probability)  # asked for often, reckoned once
        object.__setattr__(self, "cost", cost)

    @property
    def key(self) -> Key:
        """What makes it one step: both states and the sign."""
        return self.source, self.target, self.sign

    @property
    def penalties(self) -> dict[str, float]:
        """Penalties in nat by name, the zero ones left out."""
        named = {str(a): penalty(frozenset({a})) for a in sorted(self.assumptions)}
        if self.hub:
            named["hub"] = round(self.hub, 6)
        return {name: value for name, value in named.items() if value}

    @property
    def relations(self) -> tuple[str, ...]:
        """CURIEs of the relations behind it."""
        return tuple(f.id for f in self.facts)

    @property
    def publications(self) -> tuple[str, ...]:
        """CURIEs of the papers for it."""
        return tuple(paper for paper, _ in self.belief.papers_for)

    @property
    def against(self) -> tuple[str, ...]:
        """CURIEs of the papers against it."""
        return tuple(paper for paper, _ in self.belief.papers_against)


def _together(facts: Iterable[Fact]) -> Belief:
    """Belief over the distinct papers of several relations: for each paper its greatest weight."""
    pro: dict[str, float] = {}
    contra: dict[str, float] = {}
    for fact in facts:
        for side, papers in ((pro, fact.belief.papers_for), (contra, fact.belief.papers_against)):
            for paper, weight in papers:
                side[paper] = max(side.get(paper, 0.0), weight)
    return Belief(papers_for=tuple(sorted(pro.items())), papers_against=tuple(sorted(contra.items())))


def _gather(source: State, target: State, sign: int, found: Sequence[Move]) -> Step | None:
    """The cheapest honest reading of several moves: all that the assumptions it names allow, and no other."""
    needs = {move.assumptions - _OF_ALL for move in found}
    best: Step | None = None
    for assumptions in sorted(_unions(needs), key=lambda a: (penalty(a), sorted(a))):
        taken = [move for move in found if move.assumptions - _OF_ALL <= assumptions]
        shared = _OF_ALL.intersection(*(move.assumptions for move in taken))
        step = _step(source, target, sign, taken, assumptions | shared)
        if step is not None and (best is None or step.cost < best.cost):
            best = step
    return best


def _unions(sets: Iterable[frozenset[Assumption]]) -> set[frozenset[Assumption]]:
    """All unions of one or more of the sets: a handful, since few assumptions meet on one step."""
    found: set[frozenset[Assumption]] = set()
    for one in sets:
        found |= {one | other for other in found} | {one}
    return found


def _step(
    source: State, target: State, sign: int, taken: Sequence[Move], assumptions: frozenset[Assumption]
) -> Step | None:
    facts = {m.fact.id: m.fact for m in taken if m.fact is not None}
    kinds = {m.kind for m in taken}
    belief = _together(facts.values())
    if kinds != {DEFINITION} and belief.value <= 0:
        return None
    return Step(
        source=source,
        target=target,
        kind=DEFINITION if DEFINITION in kinds else next(k for k in _KINDS if k in kinds),
        sign=sign,
        predicates=tuple(sorted({m.predicate for m in taken})),
        facts=tuple(facts[key] for key in sorted(facts)),
        belief=belief,
        assumptions=assumptions,
        remarks=_remarks(taken, assumptions),
    )


def _remarks(taken: Sequence[Move], assumptions: frozenset[Assumption]) -> tuple[str, ...]:
    """Assumptions in words: the particular ones, and the bare name of each that has none."""
    said = {remark for move in taken for remark in move.remarks}
    bare = {str(a) for a in assumptions if not any(remark.startswith(str(a)) for remark in said)}
    return tuple(sorted(said | bare))


@dataclass(frozen=True, eq=False)
class Network:
    """States and steps, with the array index that searches them.

    Parameters
    ----------
    states, steps
        Sorted, so that the order of the input leaves no trace.
    set_aside
        How many relations are not walked, by reason.
    """

    facts: Facts
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    summaries: tuple[Step, ...]
    set_aside: Mapping[str, int]
    title: str = ""
    description: str = ""
    number: Mapping[State, int] = field(default_factory=dict)

    @cached_property
    def index(self) -> PathIndex:
        """The arrays that path search works on; state and step numbers are places in the tuples."""
        entities = {e: i for i, e in enumerate(sorted({s.entity for s in self.states}))}
        return PathIndex.from_arrays(
            len(self.states),
            [entities[s.entity] for s in self.states],
            [self.number[step.source] for step in self.steps],
            [self.number[step.target] for step in self.steps],
            [step.sign for step in self.steps],
            [step.cost for step in self.steps],
            key=[self._rank_key(s) for s in self.states],
        )

    def _rank_key(self, state: State) -> str:
        """Name that breaks ties: of two readings of one cost, the one that reads no cell into a paper comes first."""
        stated_nowhere = self.facts.kind(state.site) in (SiteKind.ORGANISM, SiteKind.UNSPECIFIED)
        return f"{state.entity}@{' ' if stated_nowhere else ''}{state.site}/{state.within}"

    @cached_property
    def states_of(self) -> Mapping[str, tuple[State, ...]]:
        """The states of each entity."""
        found: dict[str, list[State]] = defaultdict(list)
        for state in self.states:
            found[state.entity].append(state)
        return {entity: tuple(states) for entity, states in found.items()}

    def label(self, entity: str) -> str:
        """The name people use for an entity."""
        known = self.facts.entities.get(entity)
        return known.label if known else entity


def build(
    facts: Facts,
    *,
    summaries: bool = False,
    definitions: bool = True,
    closures: Iterable[tuple[str, int]] = (),
    kinds: bool = False,
) -> Network:
    """Build the network of a set of facts.

    Parameters
    ----------
    summaries
        Let paths walk effects from inside one cell to the inside of another, marked as such.
    definitions
        Let paths walk edges that hold by definition (apoptosis against survival).
    closures
        Pairs of readout CURIE and sign that lead, by definition, from the readout in a cell back to that cell:
        what sustains a cell sustains what it does. For feedback loops.
    kinds
        Read relations of a family, complex, cell type or drug class for their members, marked as such.

    Notes
    -----
    Time grows linearly with the number of relations, times the number of cells for relations that do not
    name one.
    """
    known = rules.setting(facts)
    family = Kinds(facts) if kinds else None
    walked: dict[Key, list[Move]] = defaultdict(list)
    apart: dict[Key, list[Move]] = defaultdict(list)
    aside: Counter[str] = Counter()
    for fact in facts.facts:
        found = list(rules.moves(fact, known))
        if not found:
            association = vocabulary.predicates()[fact.relation.predicate].symmetric
            aside[_NO_EFFECT if association else _NO_STEP] += 1
        elif all(Assumption.SUMMARY in m.assumptions for m in found):
            aside["summary: from inside one cell to another, no mechanism"] += 1
        if family is not None:
            found += _read_for_members(fact, family, known)
        for move in found:
            into = apart if Assumption.SUMMARY in move.assumptions and not summaries else walked
            into[move.source, move.target, move.sign].append(move)
    if definitions:
        states = {state for key in walked for state in key[:2]}
        for move in (*rules.definitional(states, known), *rules.closing(states, known, closures)):
            walked[move.source, move.target, move.sign].append(move)
    steps = _with_hubs(_all_steps(walked))
    ordered = tuple(sorted({state for step in steps for state in (step.source, step.target)}))
    return Network(
        facts=facts,
        states=ordered,
        steps=steps,
        summaries=_all_steps(apart),
        set_aside=dict(sorted(aside.items())),
        number={state: i for i, state in enumerate(ordered)},
    )


def _read_for_members(fact: Fact, family: Kinds, known: rules.Setting) -> list[Move]:
    return [
        move._replace(assumptions=move.assumptions | {Assumption.KIND}, remarks=(*move.remarks, words))
        for reading, words in family.readings(fact)
        for move in rules.moves(reading, known)
    ]


def _all_steps(found: Mapping[Key, Sequence[Move]]) -> tuple[Step, ...]:
    """Steps in order."""
    return tuple(step for key in sorted(found) if (step := step_of(key, found)) is not None)


def step_of(key: Key, found: Mapping[Key, Sequence[Move]]) -> Step | None:
    """The step behind a key; an unsigned one only where no signed one joins the same two states."""
    source, target, sign = key
    if source == target or not found.get(key):
        return None
    if not sign and (found.get((source, target, 1)) or found.get((source, target, -1))):
        return None
    return _gather(source, target, sign, found[key])


def _with_hubs(steps: Sequence[Step]) -> tuple[Step, ...]:
    ways_out = Counter(step.source for step in steps)
    return tuple(with_hub(step, ways_out[step.target]) for step in steps)


def with_hub(step: Step, ways_out: int) -> Step:
    """The step with the penalty for a target that so many steps leave."""
    hub = 0.0 if step.kind == DEFINITION else hub_penalty(ways_out)
    return step if hub == step.hub else replace(step, hub=hub)


def is_landing(state: State) -> bool:
    """Whether a state is only a place to land: a readout of the organism.

    >>> is_landing(State("MESH:D047368", "organism", "readout"))
    True
    """
    return state.within == READOUT
