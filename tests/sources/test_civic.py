"""CIViC: variants, drugs, and evidence that does not support."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.model import Polarity
from kg.sources import civic
from kg.sources.reading import Context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

CML = {"doid8552": Context("cml_cell", "CML")}
AXIS = "kg/axes/cml_il8"


def test_fixture(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(civic.read(fixtures / "civic.tsv"))
    assert found.counts == (17, 25, 4)
    assert found.predicates == {"promotes0": 2, "promotes+": 11, "suppresses-": 4}
    assert {s.relation.subject_site for s in found.statements} == {"unspecified"}


def test_sites_only_where_a_table_says_so(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(civic.read(fixtures / "civic.tsv", sites=CML))
    cml = [s for s in found.statements if s.evidence.scope == "CML"]
    assert {s.relation.subject_site for s in cml} == {"cml_cell"}
    assert {s.relation.object_site for s in cml} == {"cml_cell", "organism"}
    assert all(s.relation.subject_site == "unspecified" for s in found.statements if s.evidence.scope == "other")


def test_the_fusion_comes_before_its_genes(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(civic.read(fixtures / "civic.tsv"))
    mutant = found.entities["exil8:civic_variant_3"]
    assert (mutant.label, mutant.parents) == ("BCR-ABL E255K", ("MESH:D016044",))
    assert "HGNC:76" not in mutant.parents
    assert mutant.synonyms == ("E255K",)


def test_a_fusion_without_a_mutation_is_itself(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(civic.read(fixtures / "civic.tsv"))
    assert "exil8:civic_variant_1" not in found.entities
    assert "MESH:D016044" in {s.relation.subject for s in found.statements}


def test_resistance_is_told_apart_by_drug(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(civic.read(fixtures / "civic.tsv"))
    assert found.entities["exil8:resistance_to_imatinib"].parents == ("MESH:D019008",)
    outcomes = {e.label for e in found.entities.values() if e.id.startswith("exil8:resistance_to")}
    assert {"resistance to imatinib", "resistance to nilotinib"} <= outcomes
    assert "resistance to imatinib mesylate" not in outcomes


def test_evidence_that_does_not_support_is_tested_and_not_found(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(civic.read(fixtures / "civic.tsv"))
    assert sum(s.relation.polarity is Polarity.NONE for s in found.statements) == 2


def test_shipped_cut(request: pytest.FixtureRequest, gather: Callable[..., Any]) -> None:
    found = gather(civic.read(request.config.rootpath / AXIS / "civic_cml.tsv"))
    assert found.counts == (346, 97, 4)
    assert found.predicates == {"promotes+": 204, "suppresses-": 36, "promotes0": 106}
    assert sum(s.relation.subject_site == "cml_cell" for s in found.statements) == 317


def test_real_file_counts(shared_data: Path, gather: Callable[..., Any]) -> None:
    found = gather(civic.read(shared_data / "relations" / "civic_evidence.tsv"))
    assert found.counts == (3180, 1823, 897)
    assert found.reasons["Predisposing evidence of 'Uncertain Significance' has no predicate"] == 579
    assert found.predicates == {"promotes0": 286, "promotes+": 1231, "suppresses-": 1502, "suppresses0": 161}


def changed(folder: Path, fixtures: Path, **cells: str) -> Path:
    """The fixture's header with its first row that promotes something, some cells changed."""
    header, *rows = (fixtures / "civic.tsv").read_text(encoding="utf-8").splitlines()
    columns = header.split("\t")
    row = next(row for row in rows if "Predictive\tSupports" in row)
    path = folder / "civic.tsv"
    named = dict(zip(columns, row.split("\t"), strict=True)) | cells
    path.write_text(f"{header}\n" + "\t".join(named.values()) + "\n", encoding="utf-8")
    return path


def test_evidence_that_nobody_accepted_is_refused(tmp_path: Path, fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(civic.read(changed(tmp_path, fixtures, evidence_status="submitted")))
    assert found.counts == (0, 0, 1)
    assert found.reasons == {"evidence that is 'submitted', not accepted": 1}


def test_a_disease_that_is_not_named_or_cannot_be_is_none(
    tmp_path: Path, fixtures: Path, gather: Callable[..., Any]
) -> None:
    predisposing = {"evidence_type": "Predisposing", "clinical_significance": "Pathogenic"}
    found = gather(civic.read(changed(tmp_path, fixtures, **predisposing, doid="", disease="")))
    assert found.reasons == {"predisposing evidence without a disease": 1}
    found = gather(civic.read(changed(tmp_path, fixtures, **predisposing, doid="x")))
    assert found.reasons == {"no identifier of its kind: 'DOID:x'": 1}


def test_an_origin_that_is_not_known_is_not_said(tmp_path: Path, fixtures: Path, gather: Callable[..., Any]) -> None:
    for origin, said in (("N/A", "Melanoma"), ("Unknown", "Melanoma"), ("Somatic", "Melanoma, somatic variant")):
        found = gather(civic.read(changed(tmp_path, fixtures, disease="Melanoma", variant_origin=origin)))
        assert {s.evidence.model_system for s in found.statements} == {said}
