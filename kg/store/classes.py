"""Classes of factors and the outcome in RDF: what a profile names, with the entities that belong to it.

A class is a ``skos:Concept`` and an ``exil8:FactorClass``; an entity is a member when it has one of the class's types
and some live relation puts it at one of the class's sites. All of it stands in the graph of the ontology.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, Quad

from kg import vocabulary
from kg.store.rdf import graph, node, site_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import NamedNode

    from kg.profile import FactorClass, Outcome, Profile
    from kg.store.content import Content


def class_quads(profile: Profile, content: Content) -> Iterator[Quad]:
    """Quads of the classes with their members, and of the outcome with its readouts."""
    ids = {c.name: c.id for c in profile.classes}
    for factor_class in profile.classes:
        yield from _class(factor_class, ids.get(factor_class.broader, ""))
        for member in members(factor_class, content):
            yield _quad(node(member), "exil8:member_of", node(factor_class.id))
    if profile.outcome is not None:
        yield from _outcome(profile.outcome)


def members(factor_class: FactorClass, content: Content) -> tuple[str, ...]:
    """Entities of a class, by CURIE: of one of its types, and put at one of its sites by some live relation."""
    types = {entity.id: entity.type for entity in content.entities}
    live = (relation for key, relation in content.relations.items() if key in content.live)
    ends = {end for r in live for end in ((r.subject, r.subject_site), (r.object, r.object_site))}
    return tuple(
        sorted({e for e, site in ends if site in factor_class.sites and types.get(e, "") in factor_class.types})
    )


def _class(factor_class: FactorClass, broader: str) -> Iterator[Quad]:
    here = node(factor_class.id)
    yield from _named(here, "exil8:FactorClass", factor_class.name)
    if broader:
        yield _quad(here, "skos:broader", node(broader))
    for site in factor_class.sites:
        yield _quad(here, "exil8:class_site", site_node(site))
    for kind in factor_class.types:
        if kind in vocabulary.types():
            yield _quad(here, "exil8:class_type", node(vocabulary.types()[kind].curie))


def _outcome(outcome: Outcome) -> Iterator[Quad]:
    here = node(outcome.id)
    yield from _named(here, "exil8:Outcome", outcome.name)
    yield _quad(here, "exil8:class_site", site_node(outcome.site))
    for readout in outcome.readouts:
        yield _quad(here, "exil8:raised_with" if readout.sign > 0 else "exil8:lowered_with", node(readout.entity))


def _named(here: NamedNode, kind: str, name: str) -> Iterator[Quad]:
    for type_ in ("skos:Concept", kind):
        yield _quad(here, "rdf:type", node(type_))
    yield _quad(here, "rdfs:label", Literal(name))


def _quad(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Quad:
    return Quad(subject, node(predicate), value, graph("ontology"))
