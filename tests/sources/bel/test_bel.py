"""BEL scripts: scopes that do not leak, secretion and translocation, fusions, cells and species."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import SourceError
from kg.model import Directness, Polarity
from kg.sources import bel
from kg.sources.reading import Context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.model import Statement
    from kg.sources.identifiers import Identifiers

SITES = {
    "hs5": Context("bm_stromal_cell", "general"),
    "k562": Context("cml_cell", "CML"),
    "chronicmyeloidleukemia": Context("cml_cell", "CML"),
}


@pytest.fixture(scope="module")
def groups(fixtures: Path, gather: Callable[..., Any]) -> Any:
    return gather(bel.read(fixtures / "groups.bel", sites=SITES))


def of_paper(found: Any, number: str) -> list[Statement]:
    return [s for s in found.statements if s.evidence.publication == f"PMID:{number}"]


def test_annotations_do_not_leak_out_of_their_group(groups: Any) -> None:
    inside, outside = of_paper(groups, "24657661")[0], of_paper(groups, "12345678")[0]
    assert inside.evidence.model_system == "HS-5"
    assert inside.relation.object_site == "bm_stromal_cell"
    assert outside.evidence.model_system == ""
    assert outside.relation.object_site == "unspecified"
    assert "group" not in outside.evidence.note


def test_the_next_group_ends_the_one_before(groups: Any) -> None:
    first, second = of_paper(groups, "23456789")[0], of_paper(groups, "34567890")[0]
    assert (first.evidence.model_system, first.evidence.scope) == ("K-562", "CML")
    assert first.evidence.taxa == ("NCBITaxon:10090",)
    assert (second.evidence.model_system, second.evidence.scope) == ("", "")
    assert second.relation.subject_site == "unspecified"


def test_annotations_of_the_document_hold_everywhere(groups: Any) -> None:
    assert of_paper(groups, "12345678")[0].evidence.taxa == ("NCBITaxon:9606",)
    assert of_paper(groups, "34567890")[0].evidence.taxa == ("NCBITaxon:9606",)


def test_a_new_citation_ends_what_was_said_under_the_last(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "x.bel"
    path.write_text(
        'DEFINE NAMESPACE HGNC AS URL "x"\nDEFINE ANNOTATION CellLine AS URL "x"\n'
        'SET Citation = {"PubMed", "1"}\nSET Evidence = "a"\nSET CellLine = "K-562"\n'
        "p(HGNC:CXCL8) -> p(HGNC:CXCL1)\n"
        'SET Citation = {"PubMed", "2"}\np(HGNC:CXCL8) -> p(HGNC:CXCL2)\n'
        'SET Evidence = "b"\np(HGNC:CXCL8) -> p(HGNC:CXCL5)\n'
    )
    found = gather(bel.read(path))
    assert [s.evidence.model_system for s in found.statements] == ["K-562", ""]
    assert found.reasons == {"a statement without evidence": 1}


HEAD = (
    'DEFINE NAMESPACE HGNC AS URL "x"\nDEFINE NAMESPACE GO AS URL "x"\nDEFINE ANNOTATION CellLine AS URL "x"\n'
    'SET Citation = {"PubMed", "1"}\nSET Evidence = "first"\n'
)


def script(folder: Path, *lines: str) -> Path:
    path = folder / "x.bel"
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines))
    return path


@pytest.mark.parametrize(
    ("subject", "place"),
    [
        ("sec(p(HGNC:CXCL8))", ("extracellular", "")),
        ('tloc(p(HGNC:CXCL8), fromLoc(GO:intracellular), toLoc(GO:"extracellular space"))', ("extracellular", "")),
        ("surf(p(HGNC:CXCL8))", ("cml_cell", "plasma_membrane")),
        ('p(HGNC:CXCL8, loc(GO:"extracellular region"))', ("extracellular", "")),
        ("p(HGNC:CXCL8)", ("cml_cell", "")),
    ],
)
def test_where_a_subject_acts(tmp_path: Path, gather: Callable[..., Any], subject: str, place: tuple[str, str]) -> None:
    path = script(tmp_path, 'SET CellLine = "K-562"', f"{subject} -> act(p(HGNC:CXCR2))")
    (statement,) = gather(bel.read(path, sites=SITES)).statements
    assert (statement.relation.subject_site, statement.relation.subject_compartment) == place
    assert statement.relation.object_site == "cml_cell"


def test_an_effect_of_a_degradation_is_not_one_of_the_thing(tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(bel.read(script(tmp_path, "deg(p(HGNC:CXCL8)) -> act(p(HGNC:CXCR2))")))
    assert found.reasons == {"an effect of a degradation has no predicate": 1}


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('SET Evidence = "second', "a statement without evidence"),
        ('SET Citation = {"PubMed", "2', "a statement without a citation"),
    ],
)
def test_what_cannot_be_read_does_not_leave_what_was_before(
    tmp_path: Path, gather: Callable[..., Any], broken: str, reason: str
) -> None:
    found = gather(bel.read(script(tmp_path, broken, 'SET CellLine = "K-562"', "p(HGNC:CXCL8) -> p(HGNC:CXCL1)")))
    assert found.reasons == {"a quotation mark that is never closed": 1, reason: 1}


def test_control_characters_of_a_text_are_left_out(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = script(tmp_path, 'SET Evidence = "hyphe\x02nated\x1f"', "p(HGNC:CXCL8) -> p(HGNC:CXCL1)")
    (statement,) = gather(bel.read(path)).statements
    assert statement.evidence.support == "hyphenated"


def test_evidence_over_lines_citation_and_licence(groups: Any) -> None:
    evidence = of_paper(groups, "24657661")[0].evidence
    assert evidence.support == 'Exosomes of CML cells make stromal cells secrete "IL-8".'
    assert evidence.licence == "CC0-1.0"
    assert evidence.record == "line 19"


def test_predicates(groups: Any) -> None:
    said = {(s.relation.subject, s.relation.predicate, s.relation.object): s for s in groups.statements}
    assert ("CHEBI:45783", "decreases_secretion_of", "HGNC:6025") in said
    assert ("HGNC:6025", "activates", "HGNC:6027") in said
    assert ("HGNC:6025", "increases_secretion_of", "HGNC:4602") in said
    assert ("HGNC:6025", "decreases_expression_of", "HGNC:12663") in said, "degradation"
    assert ("HGNC:31508", "targets", "HGNC:12663") in said
    assert ("MESH:D016044", "suppresses", "GO:0006915") in said
    phosphorylation = said["MESH:D016044", "phosphorylates", "HGNC:11366"]
    assert phosphorylation.evidence.directness is Directness.DIRECT
    surface = said["HGNC:6025", "increases_expression_of", "HGNC:12663"].relation
    assert (surface.polarity, surface.object_compartment) == (Polarity.NONE, "plasma_membrane")
    assert surface.subject_site == "extracellular"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("p(HGNC:CXCL8) reg p(HGNC:VEGFA)", "regulates_expression_of+"),
        ("p(HGNC:CXCL8) regulates act(p(HGNC:CXCR2))", "regulates+"),
        ("p(HGNC:CXCL8) regulates p(HGNC:STAT5A, pmod(Ph))", "regulates+"),
        ("p(HGNC:CXCL8) -| p(HGNC:STAT5A, pmod(Ph))", "regulates+"),
        ("p(HGNC:CXCL8) -> p(HGNC:STAT5A, pmod(Ac))", "regulates+"),
        ("p(HGNC:CXCL8) cnc p(HGNC:STAT5A, pmod(Ac))", "regulates0"),
        ("p(HGNC:CXCL8) -- p(HGNC:VEGFA)", "associated_with+"),
        ("p(HGNC:CXCL8) pos p(HGNC:VEGFA)", "positively_correlated_with+"),
        ("p(HGNC:CXCL8) negativeCorrelation p(HGNC:VEGFA)", "negatively_correlated_with+"),
        ("p(HGNC:CXCL8) noCorrelation p(HGNC:VEGFA)", "associated_with0"),
    ],
)
def test_what_has_no_sign_or_no_direction_is_said_without_one(
    tmp_path: Path, gather: Callable[..., Any], statement: str, said: str
) -> None:
    assert gather(bel.read(script(tmp_path, statement))).predicates == {said: 1}


def test_a_correlation_with_a_degradation_is_refused(tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(bel.read(script(tmp_path, "p(HGNC:CXCL8) pos deg(p(HGNC:VEGFA))")))
    assert found.reasons == {"an association with a degradation has no predicate": 1}


def test_the_fusion_comes_before_its_genes(groups: Any) -> None:
    assert {"HGNC:1014", "HGNC:76"}.isdisjoint(groups.entities)


def test_refusals(groups: Any) -> None:
    assert groups.reasons == {
        "an effect on a translocation has no predicate": 1,
        "MGI:Cxcl1 is a gene of another species": 1,
        "'CML' is DOID:8552 (chronic myeloid leukemia), a disease": 1,
        "namespace 'NOPE' is not defined in the script": 1,
        "a statement without a citation": 1,
    }


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("isolated", (1, 2, 1)),
        ("marwarha2017", (269, 122, 4)),
        ("misordered", (1, 2, 2)),
        ("seo2017", (232, 111, 6)),
        ("slushy", (4, 8, 9)),
        ("test_bel", (5, 4, 0)),
        ("thorough", (37, 47, 17)),
    ],
)
def test_real_scripts(
    shared_data: Path, hgnc: Identifiers, gather: Callable[..., Any], name: str, counts: tuple[int, int, int]
) -> None:
    found = gather(bel.read(shared_data / "relations" / "bel" / f"{name}.bel", identifiers=hgnc))
    assert found.counts == counts


def test_real_script_does_not_leak(shared_data: Path, hgnc: Identifiers, gather: Callable[..., Any]) -> None:
    found = gather(bel.read(shared_data / "relations" / "bel" / "test_bel.bel", identifiers=hgnc))
    last = found.statements[-1].evidence
    assert (last.publication, last.model_system, last.taxa) == ("PMID:123456", "", ("NCBITaxon:10116",))


@pytest.mark.parametrize("text", ["a\tb\n1\t2\n", "hello\nworld\n", "{}\n"])
def test_what_is_no_script(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.bel"
    path.write_text(text)
    with pytest.raises(SourceError, match="has no SET or DEFINE line of BEL"):
        list(bel.read(path))


def test_a_mouse_gene_is_taken_by_its_number_and_not_as_human(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "x.bel"
    path.write_text(
        'DEFINE NAMESPACE HGNC AS URL "https://example.org/a"\nDEFINE NAMESPACE MGI AS URL "https://example.org/b"\n'
        'SET Citation = {"PubMed", "1"}\nSET Evidence = "a"\n'
        "p(MGI:1194915) -> p(HGNC:CXCR2)\np(MGI:Cxcl8) -> p(HGNC:CXCR2)\np(MGI:999999999) -> p(HGNC:CXCR2)\n",
        encoding="utf-8",
    )
    found = gather(bel.read(path))
    assert [s.relation.subject for s in found.statements] == ["MGI:1194915"]
    assert sum("gene of another species" in reason for reason in found.reasons) == 2
