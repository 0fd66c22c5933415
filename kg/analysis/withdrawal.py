"""The network without one paper, made from the whole one: only what the paper touches is read anew.

A paper carries beliefs; and what it alone states may also license what other relations are read to mean: where a
molecule is, that it is released, which vesicle holds it. So a withdrawn paper changes the steps of its own relations
and those of every relation about things whose licences change. The result is the same as that of building the
network from the facts that are left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.analysis import moves as rules
from kg.analysis import network as networks
from kg.analysis.costs import Assumption
from kg.analysis.network import Network, Step, step_of, with_hub

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.analysis.facts import Fact, Facts
    from kg.analysis.moves import Move, Setting, State
    from kg.analysis.network import Key


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What is left without a paper.

    Parameters
    ----------
    lost
        CURIEs of relations that no other live paper states, sorted.
    network
        The network that is left, without its summaries; states that are on no step any more are still numbered.
    dearer, cheaper
        Keys of steps that are gone or cost more, and of those that are new or cost less.
    """

    paper: str
    lost: tuple[str, ...]
    network: Network
    dearer: frozenset[Key]
    cheaper: frozenset[Key]


class Withdrawals:
    """A network whose papers can be withdrawn one at a time.

    Parameters
    ----------
    facts
        What the network is built from, with definitions and without summaries.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts, self.known = facts, rules.setting(facts)
        self.network = networks.build(facts)
        self.steps = {step.key: step for step in self.network.steps}
        self.ways_out = Counter(step.source for step in self.network.steps)
        self.moves = {fact.id: _walked(fact, self.known) for fact in facts.facts}
        self.found: dict[Key, list[Move]] = defaultdict(list)
        for moves in self.moves.values():
            for move in moves:
                self.found[_key(move)].append(move)
        self.stated = Counter(state for key in self.found for state in key[:2])
        self.by_definition = tuple(rules.definitional(self.stated, self.known))
        for move in self.by_definition:
            self.found[_key(move)].append(move)
        self.arriving: dict[State, list[Key]] = defaultdict(list)
        for key in self.steps:
            self.arriving[key[1]].append(key)
        self.facts_of: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts.facts:
            for paper in {paper for side in _sides(fact) for paper, _ in side}:
                self.facts_of[paper].append(fact)

    def without(self, paper: str) -> Withdrawn:
        """The network without a paper; the same one where it speaks of nothing that is walked."""
        touched = {fact.id: fact.without(paper) for fact in self.facts_of[paper]}
        lost = tuple(sorted(key for key, fact in touched.items() if not fact.belief.value > 0))
        if not touched:
            return Withdrawn(paper, lost, self.network, frozenset(), frozenset())
        left = (touched.get(fact.id, fact) for fact in self.facts.facts)
        facts = replace(self.facts, facts=tuple(fact for fact in left if fact.id not in lost))
        known, anew = self.known, touched
        if lost or any(fact.relation.predicate == "carries" for fact in touched.values()):
            known = rules.setting(facts)
            anew = {fact.id: fact for fact in _read_anew(facts, self.known, known)} | touched
        found = self._found(anew, lost, known)
        steps = self._rehubbed(self._changed(found))
        return self._left(paper, lost, facts, steps)

    def _found(self, anew: Mapping[str, Fact], lost: Iterable[str], known: Setting) -> dict[Key, list[Move]]:
        """Moves by key, of the keys that are touched."""
        gone = set(anew)
        fresh = [m for key, fact in anew.items() if key not in lost for m in _walked(fact, known)]
        keys = {_key(m) for m in fresh} | {_key(m) for key in anew for m in self.moves.get(key, ())}
        keys = {(*key[:2], sign) for key in keys for sign in (1, -1, 0)}
        found = {key: [m for m in self.found.get(key, ()) if m.fact is None or m.fact.id not in gone] for key in keys}
        for move in fresh:
            found[_key(move)].append(move)
        return self._redefined(found, known)

    def _redefined(self, found: dict[Key, list[Move]], known: Setting) -> dict[Key, list[Move]]:
        """The same with the definitions that hold of the states that are left."""
        present = self.stated.copy()
        for key in found:
            more = bool(_stated(found[key])) - bool(_stated(self.found.get(key, ())))
            present.update(dict.fromkeys(key[:2], more))
        if (+present).keys() == self.stated.keys():
            return found
        now = tuple(rules.definitional(+present, known))
        for move in {*self.by_definition} ^ {*now}:
            key = _key(move)
            others = _stated(found[key] if key in found else self.found.get(key, ()))
            found[key] = [*others, *(m for m in now if _key(m) == key)]
        return found

    def _changed(self, found: Mapping[Key, list[Move]]) -> dict[Key, Step | None]:
        """The steps of the touched keys, without hubs; None where there is none any more."""
        return {key: step_of(key, found) for key in found if found[key] or key in self.steps}

    def _rehubbed(self, changed: Mapping[Key, Step | None]) -> dict[Key, Step | None]:
        """The same with the penalties for hubs, and further steps into states whose ways out have changed."""
        ways_out = self.ways_out.copy()
        for key, step in changed.items():
            ways_out[key[0]] += (step is not None) - (key in self.steps)
        moved = {key[0] for key in changed if ways_out[key[0]] != self.ways_out[key[0]]}
        into = {key: self.steps[key] for state in moved for key in self.arriving[state]}
        steps: dict[Key, Step | None] = {**into, **changed}
        return {key: None if step is None else with_hub(step, ways_out[key[1]]) for key, step in steps.items()}

    def _left(self, paper: str, lost: tuple[str, ...], facts: Facts, steps: Mapping[Key, Step | None]) -> Withdrawn:
        dearer = frozenset(
            k for k, s in steps.items() if k in self.steps and (s is None or s.cost > self.steps[k].cost)
        )
        cheaper = frozenset(
            k for k, s in steps.items() if s is not None and (k not in self.steps or s.cost < self.steps[k].cost)
        )
        every: dict[Key, Step | None] = {**self.steps, **steps}
        kept = tuple(step for key in sorted(every) if (step := every[key]) is not None)
        more = sorted({state for key in cheaper for state in key[:2]} - self.network.number.keys())
        states = (*self.network.states, *more)
        number = {**self.network.number, **{state: i for i, state in enumerate(more, len(self.network.states))}}
        network = replace(self.network, facts=facts, states=states, steps=kept, summaries=(), number=number)
        return Withdrawn(paper, lost, network, dearer, cheaper)


def _key(move: Move) -> Key:
    return move.source, move.target, move.sign


def _stated(moves: Iterable[Move]) -> list[Move]:
    """The moves that some relation allows, those by definition left out."""
    return [move for move in moves if move.fact is not None]


def _walked(fact: Fact, known: Setting) -> list[Move]:
    return [move for move in rules.moves(fact, known) if Assumption.SUMMARY not in move.assumptions]


def _sides(fact: Fact) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
    return fact.belief.papers_for, fact.belief.papers_against


def _read_anew(facts: Facts, before: Setting, after: Setting) -> Iterator[Fact]:
    """Facts about things whose licences are not what they were."""
    entities = set(_relicensed(before, after))
    loads = [load for known in (before, after) for entity in entities for load in known.carriers.get(entity, ())]
    vesicles = {vesicle for vesicle, _ in loads}
    for fact in facts.facts:
        r = fact.relation
        takes_up = r.subject in vesicles and vocabulary.predicates()[r.predicate].readout == "uptake"
        if r.subject in entities or r.object in entities or takes_up:
            yield fact


def _relicensed(before: Setting, after: Setting) -> Iterator[str]:
    """Entities of which something else is known: where they are, who secretes and who carries them, what they do."""
    for cell in after.cells:
        yield from before.native[cell] ^ after.native[cell]
        yield from before.within_reach[cell] ^ after.within_reach[cell]
    yield from before.secreted ^ after.secreted
    yield from (entity for entity, _ in before.leads_on ^ after.leads_on)
    for place in before.secreted_at.keys() | after.secreted_at.keys():
        if bool(before.secreted_at.get(place)) != bool(after.secreted_at.get(place)):
            yield place[0]
    for entity in before.carriers.keys() | after.carriers.keys():
        if _loads(before, entity) != _loads(after, entity):
            yield entity


def _loads(known: Setting, entity: str) -> list[tuple[str, frozenset[str]]]:
    """The vesicles said to carry a cargo, with the papers that say so."""
    return [(v, frozenset(p for p, _ in load.belief.papers_for)) for v, load in known.carriers.get(entity, ())]
