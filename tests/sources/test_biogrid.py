"""BioGRID: the edge table and TAB3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import SourceError
from kg.model import Directness
from kg.sources import biogrid
from kg.sources.edge_table import COLUMNS
from kg.sources.identifier_tables import shipped_identifiers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.sources.identifiers import Identifiers

HEADER = "\t".join(biogrid._TAB3)


def tab3(folder: Path, *rows: str) -> Path:
    path = folder / "BIOGRID-ALL.tab3.txt"
    path.write_text(HEADER + "\n" + "".join(row + "\n" for row in rows))
    return path


def test_tab3(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tab3(
        tmp_path,
        "1\t25\t613\tABL1\tBCR\tTwo-hybrid\tphysical\tPUBMED:8302582\t9606\t9606\tLow Throughput\t-",
        "2\t25\t613\tABL1\tBCR\tAffinity Capture-MS\tphysical\tDOI:10.1000/x\t9606\t9606\tHigh Throughput\t-",
        "3\t25\t613\tABL1\tBCR\tBiochemical Activity\tphysical\tPUBMED:1\t9606\t9606\tLow Throughput\tPhosphorylation",
        "4\t25\t613\tABL1\tBCR\tBiochemical Activity\tphysical\tPUBMED:1\t9606\t9606\tLow Throughput\tUbiquitination",
        "5\t25\t613\tABL1\tBCR\tSynthetic Lethality\tgenetic\tPUBMED:1\t9606\t9606\tLow Throughput\t-",
        "6\t11350\t613\tAbl1\tBCR\tTwo-hybrid\tphysical\tPUBMED:2\t10090\t9606\tLow Throughput\t-",
        "7\t-\t613\t-\tBCR\tTwo-hybrid\tphysical\tPUBMED:2\t10090\t9606\tLow Throughput\t-",
        "8\t25\t613\tABL1\tBCR\tTelepathy\tphysical\tPUBMED:2\t9606\t9606\tLow Throughput\t-",
    )
    found = gather(biogrid.read(path))
    assert [(s.relation.subject, s.relation.predicate) for s in found.statements] == [
        ("HGNC:76", "binds"),
        ("HGNC:76", "binds"),
        ("HGNC:76", "phosphorylates"),
        ("HGNC:76", "regulates"),
        ("NCBIGene:11350", "binds"),
    ]
    assert [s.evidence.directness for s in found.statements[:2]] == [Directness.DIRECT, Directness.UNKNOWN]
    assert [s.evidence.note for s in found.statements[2:4]] == [
        "phosphorylation; low throughput",
        "ubiquitination; low throughput",
    ]
    assert found.statements[4].evidence.taxa == ("NCBITaxon:10090", "NCBITaxon:9606")
    assert len(found.refusals) == 3
    assert "kind 'Synthetic Lethality': a genetic interaction has no predicate" in found.reasons
    assert "unknown kind of relation 'Telepathy'" in found.reasons
    assert "no identifier of its kind: 'NCBIGene:-'" in found.reasons


def test_tab2_is_an_older_version(tmp_path: Path) -> None:
    path = tmp_path / "x.tab2.txt"
    path.write_text("#BioGRID Interaction ID\tEntrez Gene Interactor A\tPubmed ID\n")
    with pytest.raises(SourceError, match="TAB1 or TAB2; download the TAB3 file"):
        list(biogrid.read(path))


def test_fixture(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(biogrid.read(fixtures / "biogrid_edges.tsv"))
    assert found.counts == (6, 7, 2)


def test_a_drug_acts_on_its_target_though_the_table_names_the_target_first(
    tmp_path: Path, gather: Callable[..., Any]
) -> None:
    path = tmp_path / "edges.tsv"
    path.write_text("\t".join(COLUMNS) + "\nABL1\tImatinib\tinhibitor\tBioGrid\t11752352\n")
    found = gather(biogrid.read(path))
    assert found.triples() == {("CHEBI:45783", "inhibits-", "HGNC:76")}


def test_a_metabolite_by_its_number(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "edges.tsv"
    rows = [
        "ABL1\tHMDB0014764\tinhibitor\tBioGrid\t42903;42903",
        "ABL1\tHMDB12\tinhibitor\tBioGrid\t1",
        "ABL1\tBCR\tphosphorylation\tBioGrid\t1;x;0",
    ]
    path.write_text("\n".join(["\t".join(COLUMNS), *rows]) + "\n")
    found = gather(biogrid.read(path))
    assert found.triples() == {
        ("HMDB:HMDB0014764", "inhibits-", "HGNC:76"),
        ("HGNC:76", "phosphorylates+", "HGNC:1014"),
    }
    assert found.entities["HMDB:HMDB0014764"].type == "chemical"
    assert found.reasons == {
        "no identifier of its kind: 'HMDB:HMDB12'": 1,
        "reference 'x' is no PubMed id": 1,
        "reference '0' is no PubMed id": 1,
    }


def test_a_reference_that_is_no_paper_is_counted(tmp_path: Path, gather: Callable[..., Any]) -> None:
    row = "{}\t25\t613\tABL1\tBCR\tTwo-hybrid\tphysical\t{}\t9606\t9606\tLow Throughput\t-"
    found = gather(biogrid.read(tab3(tmp_path, row.format(1, "PUBMED:0"), row.format(2, "DOI:10.1000/x"))))
    assert [s.evidence.publication for s in found.statements] == ["", "DOI:10.1000/x"]
    assert found.reasons == {"reference 'PUBMED:0' is no paper": 1}


def test_real_file_counts(shared_data: Path, hgnc: Identifiers, gather: Callable[..., Any]) -> None:
    path = shared_data / "relations" / "biogrid_edges.tsv"
    assert gather(biogrid.read(path, identifiers=shipped_identifiers())).counts == (471, 303, 11673)
    found = gather(biogrid.read(path, identifiers=hgnc))
    assert found.counts == (11132, 4701, 1012)
    assert found.predicates["phosphorylates+"] == 3562
    assert sum(s.relation.subject.startswith("HMDB:") for s in found.statements) == 3957
    assert found.predicates["regulates+"] == 3641
