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


def test_real_file_counts(shared_data: Path, gather: Callable[..., Any]) -> None:
    found = gather(cellphonedb.read(shared_data / "relations" / "cellphonedb_v5_interactions.csv"))
    assert found.counts == (3004, 1345, 6)
    assert found.predicates == {"binds+": 2867, "inhibits-": 137}
    assert len({s.relation.id for s in found.statements}) == 2103
