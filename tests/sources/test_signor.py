"""SIGNOR: the public download and the edge table (made-up rows: its own are not ours to give on)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.model import Directness
from kg.sources import signor
from kg.sources.edge_table import COLUMNS
from kg.sources.licences import is_open
from kg.sources.reading import Context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.sources.identifiers import Identifiers


def row(**cells: str) -> str:
    base = {
        "ENTITYA": "CXCL8", "TYPEA": "protein", "IDA": "P10145", "DATABASEA": "UNIPROT", "ENTITYB": "CXCR2",
        "TYPEB": "protein", "IDB": "P25025", "DATABASEB": "UNIPROT", "EFFECT": "up-regulates activity",
        "MECHANISM": "binding", "TAX_ID": "9606", "CELL_DATA": "K-562", "PMID": "1", "DIRECT": "t", "SIGNOR_ID": "S-1",
    }  # fmt: skip
    return "\t".join((base | cells).get(column, "") for column in signor._DOWNLOAD)


def write(folder: Path, *rows: str) -> Path:
    path = folder / "all_data.tsv"
    path.write_text("\t".join(signor._DOWNLOAD) + "\n" + "".join(line + "\n" for line in rows))
    return path


def test_download(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = write(
        tmp_path,
        row(),
        row(EFFECT="down-regulates quantity by repression", DIRECT="f"),
        row(EFFECT="unknown", MECHANISM="phosphorylation", RESIDUE="Tyr1"),
        row(EFFECT="up-regulates", IDB="SIGNOR-PH1", DATABASEB="SIGNOR", TYPEB="phenotype", ENTITYB="Apoptosis"),
        row(
            IDA="CID:5291", DATABASEA="PUBCHEM", TYPEA="chemical", ENTITYA="imatinib", EFFECT="down-regulates activity"
        ),
        row(EFFECT="form complex"),
        row(EFFECT="unknown", MECHANISM="unknown"),
        row(IDA="x", DATABASEA="nowhere"),
        row(TYPEA="mystery"),
        row(TAX_ID="-1", PMID="Other"),
    )
    found = gather(signor.read(path, sites={"k562": Context("cml_cell", "CML")}))
    assert [(s.relation.predicate, s.relation.object) for s in found.statements] == [
        ("activates", "HGNC:6027"),
        ("decreases_expression_of", "HGNC:6027"),
        ("phosphorylates", "HGNC:6027"),
        ("promotes", "GO:0006915"),
        ("inhibits", "HGNC:6027"),
        ("activates", "HGNC:6027"),
    ]
    assert {s.relation.subject_site for s in found.statements} == {"cml_cell"}
    assert [s.evidence.directness for s in found.statements[:2]] == [Directness.DIRECT, Directness.INDIRECT]
    assert found.statements[2].evidence.note == "mechanism: phosphorylation Tyr1"
    assert found.statements[-1].evidence.taxa == ()
    assert found.statements[-1].evidence.publication == ""
    assert found.reasons == {
        "kind 'form complex': membership of a complex is no relation of the graph": 1,
        "kind 'unknown': the effect is not known": 1,
        "'CXCL8' has its identifier in 'nowhere', which is not known here": 1,
        "'CXCL8' is a mystery, which the graph has no type for": 1,
        "reference 'Other' is no PubMed id": 1,
    }
    assert not any(is_open(s.evidence.licence) for s in found.statements)


@pytest.mark.parametrize(
    ("number", "database", "type_", "name", "expected"),
    [
        ("SIGNOR-FP6", "SIGNOR", "fusion protein", "BCR-ABL", "MESH:D016044"),
        ("SIGNOR-PF24", "SIGNOR", "proteinfamily", "AKT", "MESH:D051057"),
        ("SIGNOR-PF1", "SIGNOR", "proteinfamily", "RAC", "exil8:SIGNOR-PF1"),
        ("SIGNOR-C1", "SIGNOR", "complex", "CXCL8", "exil8:SIGNOR-C1"),
        ("SIGNOR-PH2", "SIGNOR", "phenotype", "Apoptosis", "GO:0006915"),
        ("SIGNOR-PH3", "SIGNOR", "phenotype", "Cell_adhesion", "GO:0007155"),
        ("SIGNOR-ST1", "SIGNOR", "stimulus", "Stretching", "exil8:SIGNOR-ST1"),
        ("CHEBI:45783", "ChEBI", "smallmolecule", "imatinib", "CHEBI:45783"),
        ("SID:123", "PUBCHEM", "chemical", "a mixture", "exil8:SID_123"),
        ("P10145_PRO_0000005121", "UNIPROT", "protein", "CXCL8", "HGNC:6025"),
        ("P10145-1", "UNIPROT", "protein", "CXCL8", "HGNC:6025"),
    ],
)
def test_who_an_entity_is(
    tmp_path: Path, gather: Callable[..., Any], number: str, database: str, type_: str, name: str, expected: str
) -> None:
    path = write(tmp_path, row(IDA=number, DATABASEA=database, TYPEA=type_, ENTITYA=name))
    (statement,) = gather(signor.read(path)).statements
    assert statement.relation.subject == expected


def test_the_fusion_is_the_same_in_another_table(tmp_path: Path, gather: Callable[..., Any]) -> None:
    fusion = {"IDA": "SIGNOR-FP6", "DATABASEA": "SIGNOR", "TYPEA": "fusion protein", "ENTITYA": "BCR-ABL"}
    found = gather(signor.read(write(tmp_path, row(**fusion))))
    assert found.entities["MESH:D016044"].label == "BCR-ABL1"
    assert "exil8:SIGNOR-FP6" not in found.entities


def test_each_paper_is_a_piece_of_evidence_and_what_is_none_is_counted(
    tmp_path: Path, gather: Callable[..., Any]
) -> None:
    found = gather(signor.read(write(tmp_path, row(PMID="123;456; 123;x;0"), row(PMID=""))))
    assert [s.evidence.publication for s in found.statements] == ["PMID:123", "PMID:456", ""]
    assert found.reasons == {"reference 'x' is no PubMed id": 1, "reference '0' is no PubMed id": 1}


def test_a_chain_is_kept_in_the_note(tmp_path: Path, gather: Callable[..., Any]) -> None:
    (statement,) = gather(signor.read(write(tmp_path, row(IDA="P10145_PRO_0000005121")))).statements
    assert statement.evidence.note == "mechanism: binding; CXCL8 as PRO_0000005121"


def test_identifiers_that_cannot_be_are_refused(tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(signor.read(write(tmp_path, row(IDA="NOTHING"), row(IDB="CHEBI:x", DATABASEB="ChEBI"))))
    assert found.counts == (0, 0, 2)
    assert all("must match" in refusal.hint for refusal in found.refusals)


def test_mechanisms_of_an_unknown_effect(tmp_path: Path, gather: Callable[..., Any]) -> None:
    words = ["chemical inhibition", "transcriptional activation", "ubiquitination", "relocalization"]
    found = gather(signor.read(write(tmp_path, *(row(EFFECT="unknown", MECHANISM=word) for word in words))))
    assert found.predicates == {"inhibits-": 1, "increases_expression_of+": 1, "regulates+": 2}
    assert all("unknown kind" not in reason for reason in found.reasons)


def test_cells_of_two_sites_leave_the_site_unspecified(tmp_path: Path, gather: Callable[..., Any]) -> None:
    sites = {"k562": Context("cml_cell", "CML"), "hs5": Context("bm_stromal_cell", "general")}
    (statement,) = gather(signor.read(write(tmp_path, row(CELL_DATA="K-562;HS-5")), sites=sites)).statements
    assert statement.relation.subject_site == "unspecified"
    assert statement.evidence.model_system == "K-562, HS-5"


def test_edge_table(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "edges.tsv"
    kinds = ["activate|phosphorylate", "inhibit|binding", "activate|expression", "inhibit|activate|chemical", "?"]
    rows = [f"CXCL8\tCXCR2\t{kind}\tSIGNOR\t\n" for kind in [*kinds, "phosphorylate"]] + ["CML\tABL1\tactivate\tX\t\n"]
    path.write_text("\t".join(COLUMNS) + "\n" + "".join(rows))
    found = gather(signor.read(path))
    assert found.predicates == {
        "activates+": 2, "inhibits-": 1, "increases_expression_of+": 1, "phosphorylates+": 1, "regulates+": 1,
    }  # fmt: skip
    assert ("HGNC:1014", "activates+", "HGNC:76") not in found.triples(), "CML is not the gene BCR"
    assert found.reasons == {"unknown kind of relation '?'": 1}


def test_real_edge_table(shared_data: Path, hgnc: Identifiers, gather: Callable[..., Any]) -> None:
    path = shared_data / "relations" / "signor_edges.tsv"
    found = gather(signor.read(path, identifiers=hgnc))
    assert found.counts == (7792, 3210, 944)
    assert found.predicates["activates+"] == 4510
