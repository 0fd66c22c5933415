"""What the network is built from: relations with their papers, the entities and the sites.

No RDF here: facts come from the tables beside a store, from a user's own table, or from a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import belief
from kg.model import Belief, Grade, Method, Polarity, SiteKind, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kg.model import Entity, Evidence, Relation, Site, Statement
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
    """

    id: str
    relation: Relation
    belief: Belief
    background: bool = False
    machine: bool = False
    retracted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Relations with belief above zero and polarity + or -, sorted by CURIE, with what they speak of."""

    facts: tuple[Fact, ...]
    entities: Mapping[str, Entity]
    sites: Mapping[str, Site]

    def kind(self, site: str) -> SiteKind:
        """What sort of place a site is."""
        return self.sites[site].kind


def _without(
    statements: Sequence[Statement], status: Mapping[str, Status], good: Callable[[Evidence], bool]
) -> set[str]:
    """Relations that live evidence states, none of it good."""
    better: set[str] = set()
    lesser: set[str] = set()
    for s in statements:
        if status.get(s.evidence.publication, Status.CURRENT).live and not s.evidence.negated:
            (better if good(s.evidence) else lesser).add(s.relation.id)
    return lesser - better


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
    background = _without(content.statements, status, lambda e: e.grade is Grade.RESULT)
    machine = _without(content.statements, status, lambda e: e.method is Method.CURATED)
    kept = (
        Fact(
            id=key,
            relation=relation,
            belief=beliefs[key],
            background=key in background,
            machine=key in machine,
            retracted=key not in content.live,
        )
        for key, relation in content.relations.items()
        if relation.polarity is not Polarity.NONE
    )
    return Facts(
        facts=tuple(f for f in kept if f.belief.value > 0 and f.belief.value >= min_belief),
        entities={e.id: e for e in content.entities},
        sites={s.id: s for s in content.sites},
    )
