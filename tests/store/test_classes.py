"""Classes of factors and the outcome in the graph, and who belongs to them by query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph


@pytest.mark.parametrize("name", ["microenvironment factor", "Microenvironment Factors", "stromal factor"])
def test_members_of_a_class_by_query(shipped: KnowledgeGraph, name: str) -> None:
    found = shipped.query("members_of", params={"entity": name})
    group = next(c for c in shipped.profile.classes if c.name.casefold() == name.casefold().removesuffix("s"))
    types = {e.id: e.type for e in shipped.content.entities}
    assert set(found["broader"]) == {group.id}
    assert {types[member] for member in found["member"]} <= set(group.types)
    placed = {
        end
        for key, r in shipped.content.relations.items()
        if key in shipped.content.live
        for end in ((r.subject, r.subject_site), (r.object, r.object_site))
    }
    expected = {e for e, site in placed if site in group.sites and types[e] in group.types}
    assert set(found["member"]) == expected
    assert len(found) == len(expected) > 10


def test_classes_are_concepts_with_a_broader_one(shipped: KnowledgeGraph) -> None:
    found = shipped.query(
        "SELECT ?class ?label ?broader WHERE { ?class a exil8:FactorClass, skos:Concept ; rdfs:label ?label "
        "OPTIONAL { ?class skos:broader ?broader } }"
    )
    told = dict(zip(found["label"], found["broader"], strict=True))
    assert set(told) == {c.name for c in shipped.profile.classes}
    assert [label for label, broader in told.items() if broader is None] == ["microenvironment factor"]
    assert set(told.values()) - {None} == {"exil8:class_microenvironment_factor"}


def test_the_outcome_has_readouts_with_their_signs(shipped: KnowledgeGraph) -> None:
    found = shipped.query("SELECT ?way ?readout WHERE { exil8:leukaemia_survival ?way ?readout }")
    ways = set(zip(found["way"], found["readout"], strict=True))
    outcome = shipped.profile.outcome
    assert outcome is not None
    for readout in outcome.readouts:
        assert (f"exil8:{'raised' if readout.sign > 0 else 'lowered'}_with", readout.entity) in ways


def test_a_class_is_no_entity_of_the_graph(shipped: KnowledgeGraph) -> None:
    assert not [e for e in shipped.content.entities if e.id.startswith("exil8:class_")]
    assert shipped.validate().conforms
