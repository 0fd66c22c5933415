"""Makers of values: what they give is what the classes give."""

from __future__ import annotations

import dataclasses
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Directness, Evidence, Polarity, Relation, Statement
from kg.sources.makers import new_evidence, new_relation, new_statement

ENDS = {"subject": "HGNC:1", "subject_site": "a", "predicate": "binds", "object": "HGNC:2", "object_site": "b"}


@given(st.text(max_size=9), st.sampled_from(Directness), st.lists(st.text(max_size=4), max_size=3))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_made_evidence_is_that_of_the_class(text: str, directness: Directness, taxa: list[str]) -> None:
    cells = {"publication": text, "source": "x", "note": text, "negated": bool(taxa)}
    made = new_evidence(**cells, directness=directness, taxa=tuple(taxa))  # type: ignore[arg-type]
    called = Evidence(**cells, directness=directness, taxa=tuple(taxa))  # type: ignore[arg-type]
    assert made == called
    assert hash(made) == hash(called)
    assert repr(made) == repr(called)
    assert pickle.loads(pickle.dumps(made)) == dataclasses.replace(called)


def test_identities_are_the_same() -> None:
    made = new_relation(**ENDS, polarity=Polarity.POSITIVE)
    called = Relation(**ENDS, polarity=Polarity.POSITIVE)
    evidence = new_evidence(publication="PMID:1", source="x")
    assert made.id == called.id
    assert new_statement(relation=made, evidence=evidence).id == Statement(relation=called, evidence=evidence).id


def test_made_values_are_frozen() -> None:
    made = new_relation(**ENDS, polarity=Polarity.POSITIVE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.subject = "HGNC:3"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        object.__setattr__(made, "other", 1)


def test_what_is_missing_or_unknown_is_an_error() -> None:
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'source'"):
        new_evidence(publication="PMID:1")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        new_evidence(publication="PMID:1", source="x", colour="red")  # type: ignore[call-arg]
