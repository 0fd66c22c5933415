"""What the network is built from: relations with their papers, the entities and the sites.

No RDF here: facts come from the tables beside a store, from a user's own table, or from a test.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg import belief
from kg.model import Belief, Grade, Method, Polarity, SiteKind, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.model import Entity, Evidence, Relation, Site
    from kg.store.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One relation that may be walked.

    Parameters
    ----------
    id
        CURIE of the relation.
    belief
        Papers for and against, with their weights.
    background
        True when every live paper for it states it as known and none tested it.
    machine
        True when no person read any live paper for it: programs read or inferred it.
    retracted
        True when only retracted papers state it; such a fact is here only when it was asked for.
    stated_by, tested_by, read_in
        The live papers that state it; of these, those that tested it, and those that a person read.
    """

    id: str
    relation: Relation
    belief: Belief
    background: bool = False
    machine: bool = False
    retracted: bool = False
    stated_by: frozenset[str] = frozenset()
    tested_by: frozenset[str] = frozenset()
    read_in: frozenset[str] = frozenset()

    def speaks_in(self, paper: str) -> bool:
        """Whether a paper speaks for or against it."""
        return any(paper == one for side in (self.belief.papers_for, self.belief.papers_against) for one, _ in side)

    def without(self, paper: str) -> Fact:
        """The fact as it would be had a paper never been; its belief is 0 where no other paper is left for it."""
        pro, contra = (
            tuple(pair for pair in side if pair[0] != paper)
            for side in (self.belief.papers_for, self.belief.papers_against)
        )
        left = replace(self, belief=Belief(papers_for=pro, papers_against=contra))
        if paper not in self.stated_by:
            return left
        gone = frozenset({paper})
        tested, read = self.tested_by - gone, self.read_in - gone
        return replace(
            left,
            stated_by=self.stated_by - gone,
            tested_by=tested,
            read_in=read,
            background=not tested,
            machine=not read,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Relations with belief above zero and polarity + or -, sorted by CURIE, with what they speak of."""

    facts: tuple[Fact, ...]
    entities: Mapping[str, Entity]
    sites: Mapping[str, Site]

    def kind(self, site: str) -> SiteKind:
        """What sort of place a site is."""
        return self.sites[site].kind

    @property
    def papers(self) -> frozenset[str]:
        """CURIEs of all papers that speak for or against some fact."""
        sides = (side for f in self.facts for side in (f.belief.papers_for, f.belief.papers_against))
        return frozenset(paper for side in sides for paper, _ in side)

    def without(self, paper: str) -> Facts:
        """The facts as they would be had a paper never been: what it alone states is gone."""
        left = (f.without(paper) if f.speaks_in(paper) else f for f in self.facts)
        return replace(self, facts=tuple(f for f in left if f.belief.value > 0))


def _any(_: Evidence) -> bool:
    return True


def _papers(content: Content, status: Mapping[str, Status], good: Callable[[Evidence], bool]) -> Mapping[str, set[str]]:
    """The live papers whose evidence states each relation, where it is good."""
    found: dict[str, set[str]] = defaultdict(set)
    for s in content.statements:
        e = s.evidence
        if good(e) and not e.negated and status.get(e.publication, Status.CURRENT).live:
            found[s.relation.id].add(content.versions.get(e.publication, e.publication) or e.record)
    return found


def from_content(content: Content, *, min_belief: float = 0.0, include_retracted: bool = False) -> Facts:
    """Facts of a stored graph.

    Parameters
    ----------
    min_belief
        Relations believed less are left out; in [0, 1].
    include_retracted
        Count retracted papers as if they stood, to see what rested on them.
    """
    beliefs, status = content.beliefs, content.status
    if include_retracted:
        status = dict.fromkeys(status, Status.CURRENT)
        reliability = {info.name: info.reliability for info in content.sources}
        beliefs, _ = belief.beliefs(
            content.statements, status=status, reliability=reliability, versions=content.versions
        )
    stated = _papers(content, status, _any)
    tested = _papers(content, status, lambda e: e.grade is Grade.RESULT)
    read = _papers(content, status, lambda e: e.method is Method.CURATED)
    kept = (
        Fact(
            id=key,
            relation=relation,
            belief=beliefs[key],
            background=key in stated and key not in tested,
            machine=key in stated and key not in read,
            retracted=key not in content.live,
            stated_by=frozenset(stated.get(key, ())),
            tested_by=frozenset(tested.get(key, ())),
            read_in=frozenset(read.get(key, ())),
        )
        for key, relation in content.relations.items()
        if relation.polarity is not Polarity.NONE
    )
    return Facts(
        facts=tuple(f for f in kept if f.belief.value > 0 and f.belief.value >= min_belief),
        entities={e.id: e for e in content.entities},
        sites={s.id: s for s in content.sites},
    )
