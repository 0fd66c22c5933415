"""Values of the model: identity from content, and what counts as live."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import model
from kg.model import (
    CoMention,
    Evidence,
    Found,
    Mention,
    Polarity,
    Refusal,
    Relation,
    Statement,
    Status,
    content_id,
)

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

FIELDS: dict[str, Any] = {
    "subject": "HGNC:1",
    "subject_site": "a",
    "predicate": "promotes",
    "object": "HGNC:2",
    "object_site": "b",
    "polarity": Polarity.POSITIVE,
}
EVIDENCE: dict[str, Any] = {"publication": "PMID:1", "source": "s", "model_system": "m", "assay": "y"}


def statement(**changes: Any) -> Statement:
    return Statement(relation=Relation(**FIELDS), evidence=Evidence(**(EVIDENCE | changes)))


# Identity


def test_identifiers_never_change() -> None:
    """Others keep them: a new release must not give the same relation another name."""
    assert Relation(**FIELDS).id == "exil8r:" + content_id("HGNC:1", "a", "promotes", "HGNC:2", "b", "+")
    assert Relation(**FIELDS).id == "exil8r:83762f7908ae6f67929b"
    assert statement().id == "exil8e:f997981c9f3b1b76e34f"


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_each_field_of_a_relation_is_part_of_its_identity(name: str) -> None:
    changed = Polarity.NEGATIVE if name == "polarity" else "other"
    assert Relation(**(FIELDS | {name: changed})).id != Relation(**FIELDS).id
    assert Relation(**(FIELDS | {name: changed})) != Relation(**FIELDS)


def test_a_compartment_refines_and_does_not_make_another_relation() -> None:
    plain = Relation(**FIELDS)
    refined = Relation(**FIELDS, object_compartment="plasma_membrane", subject_compartment="nucleus")
    assert (refined, refined.id, hash(refined)) == (plain, plain.id, hash(plain))


@pytest.mark.parametrize("name", sorted(EVIDENCE))
def test_each_of_four_fields_makes_another_piece_of_evidence(name: str) -> None:
    assert statement(**{name: "other"}).id != statement().id


def test_the_rest_of_the_evidence_does_not() -> None:
    rest = {f.name for f in dataclasses.fields(Evidence)} - EVIDENCE.keys()
    assert {"record", "grade", "support", "licence"} <= rest
    assert statement(record="r", support="x", note="y", licence="MIT", scope="z").id == statement().id


def test_what_a_paper_denies_is_told_apart_from_what_it_affirms() -> None:
    assert statement(negated=True).id != statement().id
    assert statement(negated=True).relation.id == statement().relation.id


def test_a_record_tells_apart_what_has_no_paper() -> None:
    assert statement(publication="", record="r1").id != statement(publication="", record="r2").id


def test_the_identity_of_mentions() -> None:
    one = Mention(publication="PMID:1", entity="HGNC:1", how=(Found.TITLE,))
    assert one.id == Mention(publication="PMID:1", entity="HGNC:1", how=(Found.MESH,)).id
    assert one.id != Mention(publication="PMID:1", entity="HGNC:2", how=(Found.TITLE,)).id
    pair = CoMention(one="HGNC:1", other="HGNC:2", papers=1, weight=1.0)
    assert pair.id == CoMention(one="HGNC:1", other="HGNC:2", papers=7, weight=0.1).id
    assert pair.id not in (one.id, Mention(publication="HGNC:1", entity="HGNC:2", how=()).id)


PART = st.text(st.characters(codec="utf-8", exclude_characters="\x1f"), max_size=6)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(PART, min_size=1, max_size=4), st.lists(PART, min_size=1, max_size=4))
def test_other_parts_make_another_identifier(one: list[str], other: list[str]) -> None:
    assert (content_id(*one) == content_id(*other)) is (one == other)


def test_no_two_of_the_shipped_graph_share_an_identifier(shipped: KnowledgeGraph) -> None:
    content = shipped.content
    relations = {s.relation for s in content.statements}
    assert len({r.id for r in relations}) == len(relations) == len(content.relations)
    assert len({s.id for s in content.statements}) == len(content.statements)


# Values


def test_values_are_frozen_and_have_no_room_for_more() -> None:
    for value in (Relation(**FIELDS), Evidence(**EVIDENCE), Refusal(source="s", file="f", line=1, what="w")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, dataclasses.fields(value)[0].name, "x")
        assert not hasattr(value, "__dict__")


def test_every_dataclass_of_the_model_is_frozen_and_slotted() -> None:
    classes = [value for value in vars(model).values() if dataclasses.is_dataclass(value) and isinstance(value, type)]
    assert len(classes) >= 12
    for kind in classes:
        assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]
        assert "__slots__" in vars(kind), kind


def test_what_lives_and_what_does_not() -> None:
    assert {status for status in Status if not status.live} == {Status.RETRACTED, Status.DELETED}


def test_the_gravest_status_comes_last() -> None:
    assert list(Status) == sorted(Status, key=lambda s: (not s.live, list(Status).index(s)))
    assert next(iter(Status)) is Status.CURRENT


@pytest.mark.parametrize(
    ("line", "hint", "text"),
    [
        (7, "mend it", "f.tsv:7: is wrong; mend it"),
        (None, "mend it", "f.tsv: is wrong; mend it"),
        (7, "", "f.tsv:7: is wrong"),
    ],
)
def test_a_refusal_reads_as_one_line(line: int | None, hint: str, text: str) -> None:
    assert str(Refusal(source="s", file="f.tsv", line=line, what="is wrong", hint=hint)) == text
