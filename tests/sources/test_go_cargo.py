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
    with pytest.raises(SourceError, match=r"goa\.gaf:1: gaf-version '3\.0' is not known here; GAF 2\.0 to 2\.2"):
        list(go_cargo.read(path))


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("!generated-by: GOC\n!date: today\n!gaf-version: 3.0\n", r"goa\.gaf:3: gaf-version '3\.0' is not known"),
        ("!gaf-version: 2.9\n", r"goa\.gaf:1: gaf-version '2\.9' is not known"),
        ("!gaf-version: 2.2\n!gaf-version: 1.0\n", r"goa\.gaf:2: gaf-version '1\.0' is not known"),
        ("!generated-by: GOC\n", r"goa\.gaf:2: no line !gaf-version before the first row"),
    ],
)
def test_the_version_is_looked_for_in_all_comments(tmp_path: Path, head: str, message: str) -> None:
    path = tmp_path / "goa.gaf"
    path.write_text(head + "".join(line + "\n" for line in GAF.splitlines()[2:]))
    with pytest.raises(SourceError, match=message):
        list(go_cargo.read(path))


def test_a_version_below_other_comments_is_found(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "goa.gaf"
    path.write_text("!generated-by: GOC\n!\n!gaf-version: 2.2\n" + "".join(f"{x}\n" for x in GAF.splitlines()[2:]))
    assert len(gather(go_cargo.read(path)).statements) == 3


def test_another_delimiter_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "goa.gaf"
    path.write_text(GAF.replace("\t", ";"))
    with pytest.raises(SourceError, match=r"goa\.gaf:3: the columns are separated by semicolons, not tabs"):
        list(go_cargo.read(path))


def test_each_row_of_another_width_is_refused(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "goa.gaf"
    broken = "x\ty\n" * 5 + "\t" * 17 + "\n" + GAF.splitlines()[2].replace("CXCL8", "CX\x1fCL8") + "\n"
    path.write_text(GAF + broken)
    found = gather(go_cargo.read(path))
    assert len(found.statements) == 3
    assert found.reasons["2 columns where a GAF has 15 to 17"] == 5
    assert found.reasons["18 columns where a GAF has 15 to 17"] == 1
    assert found.reasons["control character in the row"] == 1


def test_identifiers_and_papers_that_cannot_be(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "goa.gaf"
    good = GAF.splitlines()[2]
    rows = [good.replace("P10145", "NOTHING"), good.replace("PMID:1", "PMID:x|GO_REF:0000033"), "", good]
    path.write_text("!gaf-version: 2.2\n" + "".join(row + "\n" for row in rows))
    found = gather(go_cargo.read(path))
    assert [s.evidence.publication for s in found.statements] == ["", "PMID:1"]
    assert found.reasons == {
        "no identifier of its kind: 'UniProtKB:NOTHING'": 1,
        "reference 'x' is no PubMed id": 1,
    }


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
