"""The known contradictions of the curated table, their classes, and what they do to belief."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

import pytest

from kg import vocabulary
from kg.contradictions import find, to_frame
from kg.model import Contradiction, Disagreement, Evidence, Polarity, Statement
from kg.profile import Disease, Reports
from tests.analysis.tables import relation
from tests.analysis.test_explain import content

if TYPE_CHECKING:
    import kg
    from kg.model import Relation


def papers(side: tuple[Statement, ...]) -> set[str]:
    return {s.evidence.publication for s in side}


def between(shipped: kg.KnowledgeGraph, one: str, other: str, subject: str) -> set[Disagreement]:
    return {
        c.kind
        for c in shipped.contradictions()
        if c.subject == subject and {one, other} <= papers(c.one) | papers(c.other)
    }


@pytest.mark.parametrize(
    ("subject", "one", "other", "kind"),
    [
        ("exil8:cml_exosome", "DOI:10.18632/oncotarget.8483", "PMID:25015105", Disagreement.CONFLICT),
        ("HGNC:6025", "PMID:27872094", "PMID:26674118", Disagreement.READOUT),
        ("HGNC:6025", "PMID:27872094", "PMID:29146966", Disagreement.DISEASE),
        ("exil8:stromal_exosome", "DOI:10.1155/2020/8890201", "DOI:10.1155/2020/8890201", Disagreement.VIVO),
        ("HGNC:6027", "PMID:34146540", "PMID:38045173", Disagreement.CONFLICT),
        ("CHEBI:125354", "PMID:22182920", "PMID:22889761", Disagreement.CONFLICT),
    ],
    ids=[
        "VCAM1 in HUVEC",
        "IL-8 and AML cells",
        "IL-8 and CLL cells",
        "stromal exosomes",
        "CXCR2 and PI3K",
        "plerixafor",
    ],
)
def test_known_contradictions(
    shipped: kg.KnowledgeGraph, subject: str, one: str, other: str, kind: Disagreement
) -> None:
    found = {c.subject for c in shipped.contradictions()}
    named = subject if subject in found else shipped.names.resolve("plerixafor").entity.id
    assert between(shipped, one, other, named) == {kind}


def test_true_conflicts_come_first_and_the_affirming_side_too(shipped: kg.KnowledgeGraph) -> None:
    found = shipped.contradictions()
    order = [c.kind for c in found]
    assert order == sorted(order, key=lambda kind: list(reversed(Disagreement)).index(kind))
    for c in found:
        assert c.one[0].relation.polarity is not Polarity.NONE
        assert c.why


def test_every_sign_clash_at_one_place_is_found(shipped: kg.KnowledgeGraph) -> None:
    """An oracle by all pairs: the same ends, the same readout, contrary signs or one side denied."""
    listed = {frozenset((c.one[0].relation.id, c.other[0].relation.id)) for c in shipped.contradictions()}
    relations = list(shipped.content.relations.values())
    clashes = {frozenset((a.id, b.id)) for a, b in product(relations, relations) if a.id < b.id and _clash(a, b)}
    assert clashes
    assert clashes <= listed


def _clash(a: Relation, b: Relation) -> bool:
    one, two = (vocabulary.predicates()[r.predicate] for r in (a, b))
    if (a.subject, a.subject_site, a.object, a.object_site) != (b.subject, b.subject_site, b.object, b.object_site):
        return False
    denied = (a.polarity is Polarity.NONE, b.polarity is Polarity.NONE)
    if one.readout != two.readout:
        return False
    return denied[0] != denied[1] if one.sign == two.sign else not any(denied) and one.sign * two.sign < 0


# Belief ------------------------------------------


def test_opposed_papers_lower_belief_only_where_sites_and_readout_agree(shipped: kg.KnowledgeGraph) -> None:
    content_, relations = shipped.content, list(shipped.content.relations.values())
    by_ends: dict[tuple[str, ...], list[Relation]] = {}
    for r in relations:
        by_ends.setdefault((r.subject, r.subject_site, r.object, r.object_site), []).append(r)
    stated: dict[str, set[str]] = {}
    for s in content_.statements:
        stated.setdefault(s.relation.id, set()).add(s.evidence.publication)
    for r in relations:
        expected = set()
        for other in by_ends[r.subject, r.subject_site, r.object, r.object_site]:
            if _clash(r, other):
                expected |= stated[other.id]
        assert {p for p, _ in content_.beliefs[r.id].papers_against} == expected


@pytest.mark.parametrize(
    ("record", "against"),
    [
        ("exil8:r0212", {"PMID:25015105"}),  # VCAM1 up in HUVEC
        ("exil8:r0538", {"DOI:10.18632/oncotarget.8483"}),  # VCAM1 down in HUVEC
        ("exil8:r0458", {"PMID:22889761"}),  # plerixafor with nilotinib
        ("exil8:r0590", set()),  # IL-8 at stroma and AML survival: the zero is for CLL cells in the medium
        ("exil8:r0518", set()),  # IL-8 and CML survival
        ("exil8:r0124", set()),  # stromal exosomes in mice
        ("exil8:r0126", set()),  # and in vitro
    ],
)
def test_stored_beliefs(shipped: kg.KnowledgeGraph, record: str, against: set[str]) -> None:
    told = shipped.explain(record)
    assert {p for p, _ in told.belief.papers_against} == against
    alone = told.belief.p_for
    assert told.belief.value == pytest.approx(alone * (1 - told.belief.p_against), abs=1e-4)
    assert (told.belief.value < alone - 0.01) == bool(against)


# Classes, one at a time ------------------------------------------


def says(
    text: str, paper: str, system: str = "", assay: str = "", taxa: tuple[str, ...] = (), scope: str = ""
) -> Statement:
    evidence = Evidence(publication=paper, source="test", model_system=system, assay=assay, taxa=taxa, scope=scope)
    return Statement(relation=relation(text), evidence=evidence)


def classes(*statements: Statement, **more: object) -> list[Disagreement]:
    return [c.kind for c in find(content(*statements), **more)]  # type: ignore[arg-type]


UP, DOWN = "L@extracellular promotes P@tumour", "L@extracellular suppresses P@tumour"


def test_nothing_differs() -> None:
    assert classes(says(UP, "PMID:1"), says(DOWN, "PMID:2")) == [Disagreement.CONFLICT]


def test_found_against_tested_and_not_found() -> None:
    assert classes(says(UP, "PMID:1"), says(f"{UP} 0", "PMID:2")) == [Disagreement.CONFLICT]
    assert classes(says(f"{DOWN} 0", "PMID:1"), says(UP, "PMID:2")) == []


def test_another_site() -> None:
    assert classes(says(UP, "PMID:1"), says("L@extracellular suppresses P@stroma", "PMID:2")) == [Disagreement.SITE]
    assert classes(says(UP, "PMID:1"), says("L@extracellular suppresses P@unspecified", "PMID:2")) == [
        Disagreement.CONFLICT
    ]


def test_in_vitro_against_in_vivo() -> None:
    assert classes(says(UP, "PMID:1", "K562 cells"), says(DOWN, "PMID:2", "mice with leukaemia")) == [Disagreement.VIVO]
    assert classes(says(UP, "PMID:1", "cells in vitro"), says("L@extracellular suppresses P@organism", "PMID:2")) == [
        Disagreement.VIVO
    ]


def test_another_taxon() -> None:
    human, mouse = ("NCBITaxon:9606",), ("NCBITaxon:10090",)
    assert classes(says(UP, "PMID:1", taxa=human), says(DOWN, "PMID:2", taxa=mouse)) == [Disagreement.TAXON]
    assert classes(says(UP, "PMID:1", taxa=human), says(DOWN, "PMID:2")) == [Disagreement.CONFLICT]


def test_another_disease() -> None:
    diseases = [Disease(name="AML", words=("AML",)), Disease(name="CLL", words=("CLL",))]
    rows = says(UP, "PMID:1", "AML blasts"), says(DOWN, "PMID:2", "CLL cells")
    assert classes(*rows, diseases=diseases) == [Disagreement.DISEASE]
    assert classes(*rows) == [Disagreement.CONFLICT]


def test_another_readout() -> None:
    rows = says(UP, "PMID:1"), says("L@extracellular suppresses Q@tumour", "PMID:2")
    assert classes(*rows, reports=[Reports(name="growth", kind="readout", entities=("P", "Q"))]) == [
        Disagreement.READOUT
    ]
    assert classes(*rows, reports=[Reports(name="growth", kind="same", entities=("P", "Q"))]) == [Disagreement.CONFLICT]
    assert classes(*rows) == []


def test_the_reason_speaks_in_words(shipped: kg.KnowledgeGraph) -> None:
    reasons = [contradiction.why for contradiction in shipped.contradictions()]
    assert "cell survival against response of AML cells" in reasons
    assert not any(re.search(r"\b(MESH|HGNC|NCBITaxon|exil8):", why) for why in reasons)


def test_binding_and_phosphorylation_contradict_no_effect() -> None:
    for predicate in ("binds", "phosphorylates"):
        assert (
            classes(
                says(f"L@extracellular {predicate} P@tumour", "PMID:1"),
                says("L@extracellular inhibits P@tumour", "PMID:2"),
            )
            == []
        )
        assert classes(
            says(f"L@extracellular {predicate} P@tumour", "PMID:1"),
            says(f"L@extracellular {predicate} P@tumour 0", "PMID:2"),
        ) == [Disagreement.CONFLICT]


def test_a_retracted_paper_contradicts_nothing() -> None:
    made = content(says(UP, "PMID:1"), says(DOWN, "PMID:2"), retracted=("PMID:2",))
    assert find(made) == ()


def test_the_pair_that_agrees_most_gives_the_class() -> None:
    rows = says(UP, "PMID:1", "mice"), says(UP, "PMID:3", "K562"), says(DOWN, "PMID:2", "K562")
    (found,) = find(content(*rows))
    assert isinstance(found, Contradiction)
    assert found.kind is Disagreement.CONFLICT
    assert papers(found.one) == {"PMID:1", "PMID:3"}


def test_the_table_names_both_sides(shipped: kg.KnowledgeGraph) -> None:
    frame = to_frame(shipped.contradictions(), shipped.content)
    row = frame[(frame["object_label"] == "VCAM1") & (frame["class"] == "true conflict")].iloc[0]
    assert row["one_publications"] == "DOI:10.18632/oncotarget.8483"
    assert row["other_publications"] == "PMID:25015105"
    assert "24 h" in row["other_support"]
