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
