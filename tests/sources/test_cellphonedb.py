"""CellPhoneDB: places of ligands and receptors, small molecules, complexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.sources import cellphonedb

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_fixture(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(cellphonedb.read(fixtures / "cpdb_interactions.csv"))
    assert found.counts == (12, 16, 0)
    assert found.predicates == {"binds+": 10, "inhibits-": 2}


def test_secreted_ligand_membrane_ligand_and_small_molecule(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(cellphonedb.read(fixtures / "cpdb_interactions.csv"))
    places = {
        s.relation.subject: (s.relation.subject_site, s.relation.subject_compartment, s.relation.object_compartment)
        for s in found.statements
    }
    assert places["HGNC:6025"] == ("extracellular", "", "plasma_membrane")
    assert places["HGNC:1748"] == ("unspecified", "plasma_membrane", "plasma_membrane")
    glutamate = found.entities["exil8:molecule_glutamate"]
    assert (glutamate.type, glutamate.label) == ("chemical", "Glutamate")
    (statement,) = [s for s in found.statements if s.relation.subject == glutamate.id]
    assert "made by GLS and SLC1A7" in statement.evidence.note


def test_without_the_other_tables_ligands_are_in_the_medium(
    tmp_path: Path, fixtures: Path, gather: Callable[..., Any]
) -> None:
    path = tmp_path / "interaction_input.csv"
    path.write_bytes((fixtures / "cpdb_interactions.csv").read_bytes())
    found = gather(cellphonedb.read(path))
    assert {s.relation.subject_site for s in found.statements if s.relation.subject == "HGNC:1748"} == {
        "unspecified",
        "extracellular",
    }


def test_papers_inside_free_text(tmp_path: Path, fixtures: Path, gather: Callable[..., Any]) -> None:
    lines = (fixtures / "cpdb_interactions.csv").read_text().splitlines()
    row = next(line for line in lines if "PMID:24218476" in line)
    path = tmp_path / "interactions.csv"
    odd = row.replace("PMID:24218476", "_low_affinity;PMID:22710174;PMID:22991378_;PMC4571854")
    path.write_text("\n".join([lines[0], odd]) + "\n")
    found = gather(cellphonedb.read(path))
    assert [s.evidence.publication for s in found.statements] == ["PMC:PMC4571854", "PMID:22710174", "PMID:22991378"]


def test_the_second_of_two_ligands_is_the_antagonist(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(cellphonedb.read(fixtures / "cpdb_interactions.csv"))
    labels = {curie: entity.label for curie, entity in found.entities.items()}
    inhibitions = {(labels[s], labels[o]) for s, predicate, o in found.triples() if predicate == "inhibits-"}
    assert inhibitions == {("HHIP", "DHH")}


def test_a_ligand_inhibits_its_receptor_where_it_is_said_what_is_inhibited(
    tmp_path: Path, fixtures: Path, gather: Callable[..., Any]
) -> None:
    header = (fixtures / "cpdb_interactions.csv").read_text().splitlines()[0]
    rows = [
        ",O00253,P41968,AGRP_HUMAN,MC3R_HUMAN,curated,uniprot,True,X,,,,,,5,AGRP-MC3R,"
        "Signaling by Agouti-related protein,Ligand-Receptor,Inhibitory",
        ",P15151,Q8N109,PVR_HUMAN,KI2LA_HUMAN,curated,screen,True,X,,,,,,5,PVR-KIR2DL5A,,Ligand-Receptor,Inhibitory",
        ",Q9Y6R1,GMCSFR,S4A4_HUMAN,,curated,uniprot,True,X,,,,,,5,x,y,Ligand-Receptor,",
    ]
    path = tmp_path / "interactions.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    found = gather(cellphonedb.read(path))
    assert [(s.relation.subject, s.relation.predicate, s.relation.object) for s in found.statements] == [
        ("UniProtKB:O00253", "inhibits", "UniProtKB:P41968"),
        ("UniProtKB:P15151", "binds", "UniProtKB:Q8N109"),
        ("UniProtKB:Q9Y6R1", "binds", "exil8:complex_GMCSFR"),
    ]
    assert found.statements[1].evidence.note == "inhibitory"


def test_no_wnt_inhibits_its_antagonist(shared_data: Path, gather: Callable[..., Any]) -> None:
    found = gather(cellphonedb.read(shared_data / "relations" / "cellphonedb_v5_interactions.csv"))
    inhibitors = {s.relation.subject for s in found.statements if s.relation.predicate == "inhibits"}
    labels = {found.entities[curie].label for curie in inhibitors}
    assert {"WIF1", "SFRP1"} & {label.split("_")[0] for label in labels}
    assert not any(label.startswith(("WNT", "WN10A", "SHH", "IHH", "DHH")) for label in labels)


def test_real_file_counts(shared_data: Path, gather: Callable[..., Any]) -> None:
    found = gather(cellphonedb.read(shared_data / "relations" / "cellphonedb_v5_interactions.csv"))
    assert found.counts == (3004, 1345, 6)
    assert found.predicates == {"binds+": 2868, "inhibits-": 136}
    assert len({s.relation.id for s in found.statements}) == 2103
