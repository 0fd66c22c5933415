"""Tiny tables written as one line a relation, for tests of the rules of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import vocabulary
from kg.analysis.facts import Fact, Facts
from kg.model import Belief, Entity, Polarity, Relation, Site, SiteKind

if TYPE_CHECKING:
    from kg.analysis.network import Network, Step

SITES = {
    s.id: s
    for s in (
        Site(id="tumour", label="tumour cell", kind=SiteKind.CELL, entity="Tumour"),
        Site(id="stroma", label="stromal cell", kind=SiteKind.CELL, entity="Stroma"),
        Site(id="vessel", label="endothelial cell", kind=SiteKind.CELL, entity="Vessel"),
        Site(id="extracellular", label="medium", kind=SiteKind.MEDIUM),
        Site(id="vesicle", label="in a vesicle", kind=SiteKind.CARRIER),
        Site(id="organism", label="organism", kind=SiteKind.ORGANISM),
        Site(id="unspecified", label="not stated", kind=SiteKind.UNSPECIFIED),
    )
}
KINDS = {"Tumour": "cell", "Stroma": "cell", "Vessel": "cell", "Drug": "chemical", "Exo": "vesicle", "Exo2": "vesicle"}
"""Types of the entities in tiny tables; the rest are gene products."""

WEIGHT = 0.8


def relation(text: str) -> Relation:
    """Read ``Subject@site predicate Object@site``; a ``!`` after a site is the plasma membrane."""
    left, predicate, right, *rest = text.split()
    (subject, subject_site), (object_, object_site) = (end.rstrip("!").split("@") for end in (left, right))
    sign = {1: "+", -1: "-", 0: "+"}[vocabulary.predicates()[predicate].sign]
    return Relation(
        subject=subject,
        subject_site=subject_site,
        predicate=predicate,
        object=object_,
        object_site=object_site,
        polarity=Polarity(rest[0] if rest else sign),
        subject_compartment="plasma_membrane" if left.endswith("!") else "",
        object_compartment="plasma_membrane" if right.endswith("!") else "",
    )


def fact(
    text: str, *papers: str, against: tuple[str, ...] = (), background: bool = False, weight: float = WEIGHT
) -> Fact:
    """One relation with its papers, each of the same weight."""
    r = relation(text)
    belief = Belief(
        papers_for=tuple((p, weight) for p in sorted(papers or (f"PMID:{text}",))),
        papers_against=tuple((p, weight) for p in sorted(against)),
    )
    return Fact(id=r.id, relation=r, belief=belief, background=background)


def facts(*rows: str | Fact, kinds: dict[str, str] | None = None) -> Facts:
    """Facts of a tiny table; rows of polarity 0 are left out, as they are when a store is read."""
    found = [fact(row) if isinstance(row, str) else row for row in rows]
    named = KINDS | (kinds or {})
    names = sorted({e for f in found for e in (f.relation.subject, f.relation.object)})
    return Facts(
        facts=tuple(f for f in sorted(found, key=lambda f: f.id) if f.relation.polarity is not Polarity.NONE),
        entities={n: Entity(id=n, label=n, type=named.get(n, "gene_product")) for n in names},
        sites=SITES,
    )


def steps(network: Network) -> dict[tuple[str, str, int], Step]:
    """Steps by the names of their states and their sign."""
    return {(s.source.name, s.target.name, s.sign): s for s in network.steps}
