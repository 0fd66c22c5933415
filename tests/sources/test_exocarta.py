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
)


def write(folder: Path, name: str = "EXOCARTA_PROTEIN_MRNA_DETAILS_6.txt") -> Path:
    path = folder / name
    path.write_text(
        CARGO
        + "1\tprotein\t3576\tCXCL8\tHomo sapiens\t11\t[Mass spectrometry|Western blotting]\n"
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
    assert found.reasons == {"content of the type 'lipid' is not read": 1, "no Entrez number for 'x'": 1}


def test_cargo_alone_is_carried_by_the_generic_vesicle(tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(exocarta.read(write(tmp_path, "VESICLEPEDIA_PROTEIN_MRNA_DETAILS_5.1.txt")))
    assert {s.relation.subject for s in found.statements} == {"GO:1903561"}
    assert {s.relation.object_site for s in found.statements} == {"vesicle"}
