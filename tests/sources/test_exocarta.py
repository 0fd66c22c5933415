"""ExoCarta and Vesiclepedia (made-up rows in the form of the downloads)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.sources import exocarta
from kg.sources.reading import Context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CARGO = "CONTENT ID\tCONTENT TYPE\tENTREZ GENE ID\tGENE SYMBOL\tSPECIES\tEXPERIMENT ID\tMETHODS\n"
EXPERIMENTS = (
    "EXPERIMENT ID\tPUBMED ID\tSPECIES\tSAMPLE\tSAMPLE NAME\tVESICLE TYPE\n"
    "11\t24657661\tHomo sapiens\tCell line\tK-562\tExosomes\n"
    "12\t2\tMus musculus\tBlood\tPlasma\tMicrovesicles\n"
    "13\tUnpublished\tHomo sapiens\tBlood\tPlasma\t\n"
)


def write(folder: Path, name: str = "EXOCARTA_PROTEIN_MRNA_DETAILS_6.txt") -> Path:
    path = folder / name
    path.write_text(
        CARGO
        + "1\tprotein\t3576\tCXCL8\tHomo sapiens\t11\t[Mass spectrometry]|[Western blotting]\n"
        + "2\tmRNA\t20310\tCxcl2\tMus musculus\t12\tMicroarray\n"
        + "3\tprotein\t3576\tCXCL8\tHomo sapiens\t99\n"
        + "4\tlipid\t1\tx\tHomo sapiens\t11\tx\n"
        + "5\tprotein\t0\tx\tHomo sapiens\t11\tx\n"
    )
    return path


def test_cargo_with_experiments(tmp_path: Path, gather: Callable[..., Any]) -> None:
    (tmp_path / "ExoCarta_experiment_details_6.txt").write_text(EXPERIMENTS)
    found = gather(exocarta.read(write(tmp_path), sites={"k562": Context("cml_cell", "CML")}))
    own, mouse, unknown = found.statements
    vesicle = found.entities[own.relation.subject]
    assert (vesicle.label, vesicle.origin, vesicle.parents) == (
        "extracellular exosome of K-562",
        "cml_cell",
        ("GO:0070062",),
    )
    assert own.evidence.publication == "PMID:24657661"
    assert own.evidence.assay == "Mass spectrometry, Western blotting"
    assert (mouse.relation.subject, mouse.relation.object) == ("GO:1990742", "NCBIGene:20310")
    assert mouse.evidence.taxa == ("NCBITaxon:10090",)
    assert (unknown.relation.subject, unknown.evidence.publication) == ("GO:0070062", "")
    assert found.reasons == {
        "content of the type 'lipid' is not read": 1,
        "no identifier of its kind: 'NCBIGene:0'": 1,
        "reference 'Unpublished' is no PubMed id": 1,
    }
    assert found.refusals[0].file.endswith("ExoCarta_experiment_details_6.txt")


def test_cargo_alone_is_carried_by_the_generic_vesicle(tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(exocarta.read(write(tmp_path, "VESICLEPEDIA_PROTEIN_MRNA_DETAILS_5.1.txt")))
    assert {s.relation.subject for s in found.statements} == {"GO:1903561"}
    assert {s.relation.object_site for s in found.statements} == {"vesicle"}


MIRNAS = (
    "CONTENT ID\tCONTENT TYPE\tMIRNA ID\tSPECIES\tEXPERIMENT ID\tMETHODS\tENTREZ GENE ID\n"
    "1\tmirna\thsa-miR-126-3p\tHomo sapiens\t11\t[Microarray]|[qPCR]\t\n"
    "2\tmirna\tmiR-126\tHomo sapiens\t11\t[RNA sequencing]\t\n"
    "3\tmirna\tmiR-126\tMus musculus\t12\t[RNA sequencing]\t387145\n"
    "4\tmirna\tmiR-none\tHomo sapiens\t11\t[RNA sequencing]\t\n"
)


def test_micrornas_by_name_arm_and_hairpin_apart(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "ExoCarta_miRNA_details_6.txt"
    path.write_text(MIRNAS)
    (tmp_path / "ExoCarta_experiment_details_6.txt").write_text(EXPERIMENTS)
    found = gather(exocarta.read(path))
    assert [(s.relation.subject, s.relation.object) for s in found.statements] == [
        ("GO:0070062", "MIRBASE:MIMAT0000445"),
        ("GO:0070062", "HGNC:31508"),
        ("GO:1990742", "NCBIGene:387145"),
    ]
    assert found.entities["NCBIGene:387145"].type == "mirna"
    assert found.statements[0].evidence.assay == "Microarray, qPCR"
    assert found.reasons == {"unknown name 'miR-none'": 1, "reference 'Unpublished' is no PubMed id": 1}
