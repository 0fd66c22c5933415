"""The whole content of a graph in the words of the model, as it goes into a store and comes out again."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kg.model import Polarity, Status
from kg.notices import published_versions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.model import Belief, Entity, Publication, Relation, Site, SourceInfo, Statement


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything a store holds, each part sorted by identifier, so that order of input leaves no trace.

    Parameters
    ----------
    sites, entities, publications, statements
        Without duplicates, sorted by identifier.
    beliefs
        By relation CURIE.
    weights
        Weight in [0, 1] of each piece of evidence, by evidence CURIE.
    sources
        The sources that were read, sorted by name.
    """

    sites: tuple[Site, ...]
    entities: tuple[Entity, ...]
    publications: tuple[Publication, ...]
    statements: tuple[Statement, ...]
    beliefs: Mapping[str, Belief] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    sources: tuple[SourceInfo, ...] = ()

    @cached_property
    def status(self) -> Mapping[str, Status]:
        """Status of every publication."""
        return {publication.id: publication.status for publication in self.publications}

    @cached_property
    def versions(self) -> Mapping[str, str]:
        """The published version of each preprint that has one here."""
        return published_versions(self.publications)

    @cached_property
    def relations(self) -> Mapping[str, Relation]:
        """Every relation by CURIE, in order; of two that differ in compartment, the one that names one."""
        found: dict[str, Relation] = {}
        for statement in self.statements:
            r = statement.relation
            known = found.get(r.id)
            if known is None or (known.subject_compartment, known.object_compartment) < (
                r.subject_compartment,
                r.object_compartment,
            ):
                found[r.id] = r
        return dict(sorted(found.items()))

    @cached_property
    def live(self) -> frozenset[str]:
        """Relations with polarity + or - that some live, not negated piece of evidence states."""
        return frozenset(
            s.relation.id
            for s in self.statements
            if s.relation.polarity is not Polarity.NONE
            and not s.evidence.negated
            and self.status.get(s.evidence.publication, Status.CURRENT).live
        )
