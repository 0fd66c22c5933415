"""What a question may start from, lead to, avoid or pass: an entity, a state, a class, the outcome, or several."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from kg.analysis.asked import one_or_more
from kg.analysis.kinds import narrower_kinds
from kg.analysis.network import is_landing
from kg.analysis.outcome import outcome_state
from kg.errors import UnknownNameError, UsageError
from kg.grounding import tolerant_key
from kg.profile import FactorClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.analysis.moves import State
    from kg.analysis.network import Network
    from kg.grounding import Grounded, NameIndex
    from kg.model import Entity
    from kg.profile import Outcome, Profile


@dataclass(frozen=True, slots=True)
class End:
    """One end of a question.

    Parameters
    ----------
    name
        Canonical: CURIE with its site, or the name of a class; several are joined by a bar.
    states
        Its states in the network, each once; none where it is on no step.
    entities
        The entities meant, members of classes and narrower kinds included.
    site
        The site written behind an ``@``; empty where none was, or several names were.
    """

    name: str
    states: tuple[State, ...]
    entities: tuple[str, ...]
    site: str = ""

    def is_at(self, state: State) -> bool:
        """Whether a state is where the end was said to be."""
        return self.site in ("", state.site)


class Ends:
    """Reads what people write into states of a network.

    The very name of an entity means that entity; else a name may be that of a class of the profile (for all its
    members) or of its outcome, by either spelling and in the plural; else it is read as a name of an entity.

    Parameters
    ----------
    names
        Names of entities and sites.
    profile
        Classes and outcome.
    entities
        Whose very names stand before those of classes.
    """

    def __init__(self, names: NameIndex, profile: Profile, entities: Iterable[Entity]) -> None:
        self._names, self._profile, self._entities = names, profile, tuple(entities)
        self._known: dict[str, FactorClass | Outcome | None] = {}

    @cached_property
    def _groups(self) -> Mapping[str, FactorClass | Outcome]:
        groups: list[FactorClass | Outcome] = [*self._profile.classes]
        if self._profile.outcome is not None:
            groups.append(self._profile.outcome)
        return {_group_key(group.name): group for group in groups}

    def group(self, text: str) -> FactorClass | Outcome | None:
        """The class or the outcome of this name, if no entity has it."""
        if text not in self._known:
            name = " ".join(text.partition("@")[0].split())
            found = self._groups.get(_group_key(name))
            self._known[text] = found if found is not None and name.casefold() not in self._exact else None
        return self._known[text]

    @cached_property
    def _exact(self) -> frozenset[str]:
        """Every identifier, label and synonym of an entity, in small letters."""
        return frozenset(
            name.casefold() for entity in self._entities for name in (entity.id, entity.label, *entity.synonyms)
        )

    def outcome_in(self, names: str | Iterable[str]) -> Outcome | None:
        """The outcome, if it is among some names: the network must then have it as a state."""
        outcome = self._profile.outcome
        named = outcome is not None and any(self.group(name) == outcome for name in one_or_more("end", names))
        return outcome if named else None

    def read(self, names: str | Iterable[str], network: Network, *, kinds: bool = False) -> End:
        """What one name, or several, mean in a network.

        Parameters
        ----------
        kinds
            Take in the narrower kinds of an entity: a family, complex, cell type or drug class stands for its members.

        Raises
        ------
        UnknownNameError
            A name that nothing has, or several entities.
        UsageError
            No name at all, or an unknown site.
        """
        ends = [self._one(name, network, kinds=kinds) for name in one_or_more("end", names)]
        if len(ends) == 1:
            return ends[0]
        return End(
            " | ".join(end.name for end in ends),
            tuple(dict.fromkeys(s for end in ends for s in end.states)),
            tuple(dict.fromkeys(e for end in ends for e in end.entities)),
        )

    def _one(self, text: str, network: Network, *, kinds: bool) -> End:
        group = self.group(text)
        if group is None:
            return self._named(self._resolved(text), network, kinds=kinds)
        if not isinstance(group, FactorClass):
            state = outcome_state(group)
            return End(group.name, (state,) if state in network.number else (), (group.id,))
        return self._members(group, text.partition("@")[2], network)

    def _members(self, factor_class: FactorClass, place: str, network: Network) -> End:
        found, site = members(network, factor_class), self._names.site(place).id if place else ""
        kept = {e: [s for s in states if not site or s.site == site] for e, states in found.items()}
        name = f"{factor_class.name}@{site}" if site else factor_class.name
        return End(name, tuple(s for states in kept.values() for s in states), tuple(e for e in kept if kept[e]), site)

    @cached_property
    def _narrower(self) -> Mapping[str, set[str]]:
        return narrower_kinds({entity.id: entity for entity in self._entities})

    def _named(self, found: Grounded, network: Network, *, kinds: bool) -> End:
        entity = found.entity.id
        entities = (entity, *(sorted(self._narrower.get(entity, ())) if kinds else ()))
        states = tuple(s for e in entities for s in network.states_of.get(e, ()))
        if not found.site:
            return End(entity, tuple(s for s in states if not is_landing(s)), entities)
        here = tuple(s for s in states if s.site == found.site and (not found.within or s.within == found.within))
        return End(f"{entity}@{found.site}", here, entities, found.site)

    def _resolved(self, text: str) -> Grounded:
        try:
            return self._names.resolve(text)
        except UnknownNameError as error:
            near = get_close_matches(_group_key(text), self._groups, n=1, cutoff=0.7)
            if error.ambiguous or not near:
                raise
            raise UnknownNameError(text, [self._groups[near[0]].name, *error.candidates]) from None


def _group_key(text: str) -> str:
    """Key of the name of a class: either spelling, singular or plural."""
    return tolerant_key(text).removesuffix("s")


def members(network: Network, factor_class: FactorClass) -> dict[str, list[State]]:
    """Entities of a class with the states in which they act as such, by CURIE."""
    found: dict[str, list[State]] = {}
    for state in sorted(network.states):
        entity = network.facts.entities.get(state.entity)
        if entity and entity.type in factor_class.types and state.site in factor_class.sites:
            found.setdefault(state.entity, []).append(state)
    return found


def different(source: End, target: End) -> None:
    """Refuse a question from a thing to itself.

    Raises
    ------
    UsageError
        Both ends are the same.
    """
    if source.name == target.name or (source.states and set(source.states) == set(target.states)):
        raise UsageError(f"source and target are the same ({source.name}); for a way back to itself use loops")
