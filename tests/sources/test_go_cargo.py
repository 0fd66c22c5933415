"""GO annotations: cargo of vesicles, from a plain table and from GAF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import SourceError
from kg.model import Grade, Method
from kg.sources import go_cargo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GAF = (
    "!gaf-version: 2.2\n!generated-by: GOC\n"
    "UniProtKB\tP10145\tCXCL8\tlocated_in\tGO:0070062\tPMID:1\tHDA\t\tC\tn\ts\tprotein\ttaxon:9606\t20200101\tX\t\t\n"
    "UniProtKB\tP08648\tITGA5\tNOT|located_in\tGO:0070062\tPMID:2|GO_REF:1\tIDA\t\tC\tn\ts\tprotein\ttaxon:9606\t2\tX\n"
    "UniProtKB\tQ9QUK6\tTlr4\tlocated_in\tGO:1903561\tPMID:3\tIEA\t\tC\tn\ts\tprotein\ttaxon:10090\t20200101\tX\t\t\n"
    "UniProtKB\tP10145\tCXCL8\tpart_of\tGO:0000178\tPMID:4\tIDA\t\tC\tn\ts\tprotein\ttaxon:9606\t20200101\tX\t\t\n"
    "UniProtKB\tP10145\tCXCL8\tlocated_in\tGO:0070062\tPMID:5\tND\t\tC\tn\ts\tprotein\ttaxon:9606\t20200101\tX\t\t\n"
    "RNAcentral\tURS1\tx\tlocated_in\tGO:0070062\tPMID:6\tIDA\t\tC\tn\ts\tmiRNA\ttaxon:9606\t20200101\tX\t\t\n"
)


def test_gaf(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "goa.gaf"
    path.write_text(GAF)
    found = gather(go_cargo.read(path))
    assert found.triples() == {
        ("GO:0070062", "carries+", "HGNC:6025"),
        ("GO:0070062", "carries+", "HGNC:6141"),
        ("GO:1903561", "carries+", "UniProtKB:Q9QUK6"),
    }
    assert [s.evidence.publication for s in found.statements] == ["PMID:1", "PMID:2", "PMID:3"]
    assert [s.evidence.negated for s in found.statements] == [False, True, False]
    assert [s.evidence.grade for s in found.statements] == [Grade.RESULT, Grade.RESULT, Grade.BACKGROUND]
    assert [s.evidence.method for s in found.statements] == [Method.CURATED, Method.CURATED, Method.COMPUTED]
    assert found.statements[2].evidence.taxa == ("NCBITaxon:10090",)
    assert found.reasons == {
        "evidence code 'ND' says nothing or is not known": 1,
        "no identifier in 'URS1'": 1,
        "1 annotations to other terms than extracellular vesicles": 1,
    }


def test_the_rna_exosome_is_not_the_vesicle(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "goa.gaf"
    path.write_text("\n".join([*GAF.splitlines()[:2], GAF.splitlines()[5]]) + "\n")
    assert gather(go_cargo.read(path)).counts == (0, 0, 1)


def test_unknown_version_of_gaf(tmp_path: Path) -> None:
    path = tmp_path / "goa.gaf"
    path.write_text(GAF.replace("2.2", "3.0"))
    with pytest.raises(SourceError, match=r"goa\.gaf:1: gaf-version: 3\.0 is not known here; GAF 2\.0 to 2\.2"):
        list(go_cargo.read(path))


def test_fixture(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(go_cargo.read(fixtures / "go_exosome_cargo.tsv"))
    assert found.counts == (9, 10, 0)
    assert {s.relation.object_site for s in found.statements} == {"vesicle"}
    assert {s.relation.subject_site for s in found.statements} == {"extracellular"}


def test_real_file_counts(shared_data: Path, gather: Callable[..., Any]) -> None:
    found = gather(go_cargo.read(shared_data / "relations" / "go_exosome_cargo.tsv"))
    assert found.counts == (2429, 2304, 0)
    assert len({s.relation.object for s in found.statements}) == 2302


def test_shipped_cut_has_only_genes_of_the_axis(request: pytest.FixtureRequest, gather: Callable[..., Any]) -> None:
    axis = request.config.rootpath / "kg" / "axes" / "cml_il8"
    known = {line.split("\t")[0] for line in (axis / "entities.tsv").read_text(encoding="utf-8").splitlines()}
    found = gather(go_cargo.read(axis / "go_exosome_cargo.tsv"))
    assert found.refusals == []
    assert {s.relation.object for s in found.statements} <= known
