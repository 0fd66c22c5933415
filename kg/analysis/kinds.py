"""Relations of a family read for a member: what is stated for AKT may serve for AKT1, and says so.

A relation on a broader kind (family, complex, cell type, drug class) is read for each narrower kind that
some relation puts at the same site, unless a relation of its own says there what the narrower kind does to
the same readout. The two are never merged: each step of that sort carries the assumption and its penalty.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from kg import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.analysis.facts import Fact, Facts
    from kg.model import Entity


def broader_kinds(entities: Mapping[str, Entity], entity: str) -> set[str]:
    """All broader kinds of an entity, at any distance.

    >>> from kg.model import Entity
    >>> tki, drug = (Entity(id=i, label=i, type="chemical", parents=p) for i, p in (("tki", ("drug",)), ("drug", ())))
    >>> broader_kinds({"tki": tki, "drug": drug}, "tki")
    {'drug'}
    """
    found: set[str] = set()
    waiting = [entity]
    while waiting:
        known = entities.get(waiting.pop())
        for parent in known.parents if known else ():
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found - {entity}


def narrower_kinds(entities: Mapping[str, Entity]) -> Mapping[str, set[str]]:
    """The narrower kinds, at any distance, of every entity that has some.

    >>> from kg.model import Entity
    >>> narrower_kinds({"tki": Entity(id="tki", label="TKI", type="chemical", parents=("drug",))})
    {'drug': {'tki'}}
    """
    found: dict[str, set[str]] = {}
    for entity in entities:
        for broader in broader_kinds(entities, entity):
            found.setdefault(broader, set()).add(entity)
    return found


class Kinds:
    """Which entities are narrower kinds of which, and who is where."""

    def __init__(self, facts: Facts) -> None:
        self._narrower = narrower_kinds(facts.entities)
        self._at: dict[str, set[str]] = defaultdict(set)
        self._own: set[tuple[str, str, str, str, str]] = set()
        for fact in facts.facts:
            r = fact.relation
            self._at[r.subject_site].add(r.subject)
            self._at[r.object_site].add(r.object)
            readout = vocabulary.predicates()[r.predicate].readout
            self._own.add((r.subject, r.subject_site, readout, r.object, r.object_site))
        self._labels = {e.id: e.label for e in facts.entities.values()}

    def readings(self, fact: Fact) -> Iterator[tuple[Fact, str]]:
        """The relation read for narrower kinds of its subject or its object, with the assumption in words."""
        r = fact.relation
        readout = vocabulary.predicates()[r.predicate].readout
        for member in sorted(self._narrower.get(r.subject, set()) & self._at[r.subject_site]):
            if member != r.object and (member, r.subject_site, readout, r.object, r.object_site) not in self._own:
                yield replace(fact, relation=replace(r, subject=member)), self._words(r.subject, member)
        for member in sorted(self._narrower.get(r.object, set()) & self._at[r.object_site]):
            if member != r.subject and (r.subject, r.subject_site, readout, member, r.object_site) not in self._own:
                yield replace(fact, relation=replace(r, object=member)), self._words(r.object, member)

    def _words(self, broader: str, member: str) -> str:
        label = self._labels
        return f"stated for a broader kind: {label.get(broader, broader)} read as {label.get(member, member)}"
