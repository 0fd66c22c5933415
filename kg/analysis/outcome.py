"""The outcome of a profile as a place paths can lead to: each readout leads there, by definition, with its sign."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from kg.analysis.moves import DEFINITION, State
from kg.analysis.network import Network, Step
from kg.model import Belief, Entity, SiteKind

if TYPE_CHECKING:
    from kg.profile import Outcome, Readout

_MADE: WeakKeyDictionary[Network, dict[Outcome, Network]] = WeakKeyDictionary()


def outcome_state(outcome: Outcome) -> State:
    """The state that stands for the outcome as a whole."""
    return State(outcome.id, outcome.site)


def readout_states(network: Network, readout: Readout, outcome: Outcome) -> tuple[State, ...]:
    """States in which a readout reports on the outcome: at its site, or in the organism as a whole."""
    states = network.states_of.get(readout.entity, ())
    return tuple(s for s in states if s.site == outcome.site or network.facts.kind(s.site) is SiteKind.ORGANISM)


def toward(network: Network, outcome: Outcome) -> Network:
    """The network with the outcome as one more state, made once for each network.

    From every state of a readout one step leads there. It holds by definition, costs nothing and has the sign of the
    readout: what lowers apoptosis raises survival.
    """
    made = _MADE.setdefault(network, {})
    if outcome not in made:
        made[outcome] = _with_outcome(network, outcome)
    return made[outcome]


def _with_outcome(network: Network, outcome: Outcome) -> Network:
    target = outcome_state(outcome)
    steps = tuple(
        _report(state, target, readout, f"definition: {network.label(readout.entity)} reports on {outcome.name}")
        for readout in outcome.readouts
        for state in readout_states(network, readout, outcome)
    )
    if target in network.number or not steps:
        return network
    facts, entity = network.facts, Entity(id=outcome.id, label=outcome.name, type="phenotype")
    return replace(
        network,
        facts=replace(facts, entities={**facts.entities, entity.id: entity}),
        states=(*network.states, target),
        steps=(*network.steps, *steps),
        number={**network.number, target: len(network.states)},
    )


def _report(state: State, target: State, readout: Readout, remark: str) -> Step:
    return Step(
        source=state,
        target=target,
        kind=DEFINITION,
        sign=readout.sign,
        predicates=("promotes" if readout.sign > 0 else "suppresses",),
        facts=(),
        belief=Belief(),
        remarks=(remark,),
    )
