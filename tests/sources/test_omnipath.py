"""OmniPath: pairs of ligand and receptor, signs, licences by resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import SourceError
from kg.model import Polarity
from kg.sources import omnipath
from kg.sources.licences import is_open

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INTERACTIONS = (
    "source\ttarget\tsource_genesymbol\ttarget_genesymbol\tis_directed\tis_stimulation\tis_inhibition"
    "\tconsensus_direction\tconsensus_stimulation\tconsensus_inhibition\tsources\treferences\ttype\n"
)


def test_fixture(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(omnipath.read(fixtures / "omnipath_ligrec.tsv"))
    assert found.counts == (62, 8, 0)
    assert ("HGNC:6025", "activates+", "HGNC:6027") in found.triples()
    assert ("HGNC:6025", "binds+", "HGNC:4035") in found.triples()


def test_ligand_in_the_medium_receptor_in_the_membrane(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(omnipath.read(fixtures / "omnipath_ligrec.tsv"))
    (relation,) = {s.relation for s in found.statements if s.relation.object == "HGNC:6027"}
    assert (relation.subject_site, relation.object_site) == ("extracellular", "unspecified")
    assert relation.object_compartment == "plasma_membrane"
    (adhesion,) = {s.relation for s in found.statements if s.relation.subject == "HGNC:1678"}
    assert (adhesion.subject_site, adhesion.subject_compartment) == ("unspecified", "")


def test_shipped_axis_is_open(shared_data: Path, gather: Callable[..., Any]) -> None:
    found = gather(omnipath.read(shared_data / "relations" / "omnipath_ligrec_permissive_axis.tsv"))
    assert found.counts == (361, 79, 0)
    assert found.predicates == {"binds+": 69, "activates+": 287, "inhibits-": 5}
    assert all(is_open(s.evidence.licence) for s in found.statements)
    assert all(entity.startswith("HGNC:") for entity in found.entities)


def test_full_table_counts(shared_data: Path, gather: Callable[..., Any]) -> None:
    found = gather(omnipath.read(shared_data / "relations" / "omnipath_ligrec_full.tsv"))
    assert found.counts == (11525, 1664, 140)
    assert found.predicates == {"binds+": 4184, "activates+": 7043, "inhibits-": 298}
    assert len({s.relation.id for s in found.statements}) == 4820
    assert all("is no PubMed id" in r.what for r in found.refusals), "PMIDs that a spreadsheet ran together"
    assert sum(is_open(s.evidence.licence) for s in found.statements) == 4960


def write(folder: Path, *rows: str) -> Path:
    path = folder / "interactions.tsv"
    path.write_text(INTERACTIONS + "".join(row + "\n" for row in rows))
    return path


@pytest.mark.parametrize(
    ("signs", "type_", "expected"),
    [
        ("1\t1\t0\t1\t1\t0", "post_translational", ("activates", Polarity.POSITIVE)),
        ("1\t0\t1\t1\t0\t1", "post_translational", ("inhibits", Polarity.NEGATIVE)),
        ("1\t1\t1\t1\t1\t0", "post_translational", ("activates", Polarity.POSITIVE)),
        ("1\t0\t1\t0\t0\t0", "post_translational", ("inhibits", Polarity.NEGATIVE)),
        ("1\t1\t0\t1\t1\t0", "transcriptional", ("increases_expression_of", Polarity.POSITIVE)),
        ("1\t0\t1\t1\t0\t1", "transcriptional", ("decreases_expression_of", Polarity.NEGATIVE)),
        ("1\t0\t1\t1\t0\t1", "mirna_post_transcriptional", ("targets", Polarity.NEGATIVE)),
    ],
)
def test_signs_of_interactions(
    tmp_path: Path, gather: Callable[..., Any], signs: str, type_: str, expected: tuple[str, Polarity]
) -> None:
    path = write(tmp_path, f"P10145\tP25025\tCXCL8\tCXCR2\t{signs}\tX\tSIGNOR:1;IntAct:2\t{type_}")
    found = gather(omnipath.read(path))
    assert {(s.relation.predicate, s.relation.polarity) for s in found.statements} == {expected}
    assert {s.relation.subject_site for s in found.statements} == {"unspecified"}
    assert {s.relation.object_compartment for s in found.statements} == {""}
    assert [s.evidence.licence for s in found.statements] == ["unknown", "CC-BY-4.0"]


@pytest.mark.parametrize("signs", ["0\t0\t0\t1\t1", "1\t1\t1\t1\t1", "1\t1\t1\t0\t0"])
@pytest.mark.parametrize(
    ("type_", "predicate"), [("post_translational", "regulates"), ("transcriptional", "regulates_expression_of")]
)
def test_an_interaction_without_one_sign_regulates_where_it_has_a_direction(
    tmp_path: Path, gather: Callable[..., Any], signs: str, type_: str, predicate: str
) -> None:
    directed, undirected = (f"P10145\tP25025\tCXCL8\tCXCR2\t{d}\t{signs}\tX\tX:1\t{type_}" for d in (1, 0))
    found = gather(omnipath.read(write(tmp_path, directed, undirected)))
    assert found.triples() == {("HGNC:6025", f"{predicate}+", "HGNC:6027")}
    assert found.reasons == {"an interaction without sign or direction that is no ligand-receptor pair": 1}


def test_one_paper_is_one_piece_of_evidence_under_its_most_open_licence(
    tmp_path: Path, gather: Callable[..., Any]
) -> None:
    path = write(tmp_path, "P10145\tP25025\tCXCL8\tCXCR2\t1\t1\t0\t1\t1\t0\tX\tHPRD:7;IntAct:7;talklr:7\tx")
    (statement,) = gather(omnipath.read(path)).statements
    assert statement.evidence.licence == "CC-BY-4.0"
    assert statement.evidence.note == "read by HPRD, IntAct, talklr"


def test_complexes_mirnas_and_nonsense(tmp_path: Path, gather: Callable[..., Any]) -> None:
    signs = "1\t1\t0\t1\t1\t0\tX\tX:1\tx"
    path = write(
        tmp_path,
        f"COMPLEX:P05106_P06756\tP25025\tITGB3_ITGAV\tCXCR2\t{signs}",
        f"MIMAT0000445\tP10145\thsa-miR-126-3p\tCXCL8\t{signs}",
        f"what?\tP10145\twhat\tCXCL8\t{signs}",
        "P10145\tP25025\tCXCL8\tCXCR2\t1\t1\t0\t1\t1\t0\tSIGNOR\t\tx",
    )
    found = gather(omnipath.read(path))
    assert found.entities["exil8:complex_P05106_P06756"].type == "complex"
    assert found.entities["MIRBASE:MIMAT0000445"].type == "mirna"
    assert found.reasons == {"no identifier of its kind: 'UniProtKB:what?'": 1}
    assert found.statements[-1].evidence.publication == ""
    assert found.statements[-1].evidence.licence == "unknown"


@pytest.mark.parametrize("nonsense", ["NOTHING", "ABCDEF", "P1014", "P10145X", "COMPLEX:P05106_NOTHING", "MIMAT1", ""])
def test_accessions_that_cannot_be_are_refused_with_the_reason(
    tmp_path: Path, gather: Callable[..., Any], nonsense: str
) -> None:
    found = gather(omnipath.read(write(tmp_path, f"{nonsense}\tP25025\tx\tCXCR2\t1\t1\t0\t1\t1\t0\tX\tX:1\tx")))
    assert found.counts == (0, 0, 1)
    assert "must match" in found.refusals[0].hint


PAIRS = (
    "source\ttarget\tsource_genesymbol\ttarget_genesymbol\tcategory_intercell_source\tis_stimulation\tis_inhibition"
    "\tsecreted_intercell_source\treferences\n"
)


@pytest.mark.parametrize(
    ("category", "secreted", "place"),
    [
        ("ligand", "True", ("extracellular", "")),
        ("ecm_regulator", "True", ("extracellular", "")),
        ("secreted_receptor", "True", ("extracellular", "")),
        ("cell_surface_ligand", "True", ("unspecified", "plasma_membrane")),
        ("cell_surface_enzyme", "True", ("unspecified", "plasma_membrane")),
        ("adhesion", "True", ("unspecified", "")),
        ("cell_adhesion", "True", ("unspecified", "")),
        ("adhesion", "False", ("unspecified", "plasma_membrane")),
        ("ecm", "False", ("unspecified", "plasma_membrane")),
        ("adhesion", "", ("unspecified", "")),
    ],
)
def test_only_ligands_are_put_in_the_medium(
    tmp_path: Path, gather: Callable[..., Any], category: str, secreted: str, place: tuple[str, str]
) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text(f"{PAIRS}P08581\tP14210\tMET\tHGF\t{category}\t0.0\t0.0\t{secreted}\tBioGRID:1\n")
    (statement,) = gather(omnipath.read(path)).statements
    assert (statement.relation.subject_site, statement.relation.subject_compartment) == place


def test_no_membrane_protein_of_the_full_table_is_put_in_the_medium_for_being_shed(
    shared_data: Path, gather: Callable[..., Any]
) -> None:
    found = gather(omnipath.read(shared_data / "relations" / "omnipath_ligrec_full.tsv"))
    outside = {
        found.entities[s.relation.subject].label for s in found.statements if s.relation.subject_site != "unspecified"
    }
    assert {"CXCL8", "TGFB1", "COL3A1"} <= outside
    assert not {"MET", "VCAM1", "CD44", "L1CAM", "LRIG2", "HLA-DQB2"} & outside


def test_species_as_a_spreadsheet_writes_them(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "interactions.tsv"
    header = INTERACTIONS.rstrip() + "\tncbi_tax_id_source\tncbi_tax_id_target\n"
    signs = "CXCL8\tCXCR2\t1\t1\t0\t1\t1\t0\tX\tX:1\tx"
    path.write_text(f"{header}P10145\tP25025\t{signs}\t9606.0\t10090.0\nP10145\tP25025\t{signs}\t\t0\n")
    found = gather(omnipath.read(path))
    assert [s.evidence.taxa for s in found.statements] == [("NCBITaxon:10090", "NCBITaxon:9606"), ("NCBITaxon:9606",)]


def test_a_table_without_references_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("\t".join(omnipath._REQUIRED) + "\n" + "P10145\tP25025\tCXCL8\tCXCR2\t1\t0\n")
    with pytest.raises(SourceError, match="lacks the column 'references'"):
        list(omnipath.read(path))
