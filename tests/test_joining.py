"""What sources have given, joined: the families above what they tell are there as well."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd

import kg
from kg import joining, merge
from kg.gathering import Gathered
from kg.model import Entity

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def joined(*entities: Entity) -> dict[str, Entity]:
    with Gathered(sites=merge.sites(()), entities=[(1, entity) for entity in entities]) as gathered:
        return {entity.id: entity for entity in joining.content(gathered).entities}


def test_the_family_of_a_gene_is_there_with_its_label() -> None:
    found = joined(Entity(id="HGNC:391", label="AKT1", type="gene_product", parents=("MESH:D051057",)))
    assert (found["MESH:D051057"].label, found["MESH:D051057"].type) == ("AKT", "gene_product")


def test_what_a_source_says_of_a_family_stays() -> None:
    family = Entity(id="MESH:D051057", label="protein kinase B", type="gene_product")
    found = joined(family, Entity(id="HGNC:391", label="AKT1", type="gene_product", parents=("MESH:D051057",)))
    assert found["MESH:D051057"] == family


def test_a_parent_that_nobody_describes_is_left_to_the_ontology() -> None:
    cell = Entity(id="CL:0000540", label="neuron", type="cell", parents=("CL:0000000",))
    assert joined(cell) == {"CL:0000540": cell}


def test_a_mouse_gene_stays_apart_from_the_human_one_that_it_corresponds_to() -> None:
    found = joined(Entity(id="MGI:1194915", label="Asic1", type="gene_product"))
    assert (found["MGI:1194915"].taxon, found["MGI:1194915"].orthologue) == ("NCBITaxon:10090", "HGNC:100")
    assert (found["HGNC:100"].taxon, found["HGNC:100"].orthologue) == ("", "")


FAMILIES = "\n".join(
    ["HGNC,MAPK1,isa,FPLX,Erk_family", "HGNC,MAPK3,isa,FPLX,Erk_family", "FPLX,Erk_family,isa,FPLX,Signal_kinase", ""]
)
EDGES = "source\ttarget\tinteractionType\tdatabaseSource\tpubmedId\nMAPK1\tSTAT3\tactivate\tReactome\t\n"


def test_members_of_a_family_are_found_in_a_graph_that_names_a_member_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "families.csv").write_text(FAMILIES, encoding="utf-8")
    (tmp_path / "edges.tsv").write_text(EDGES, encoding="utf-8")
    monkeypatch.setenv("EXIL8_IDENTIFIERS", str(tmp_path / "families.csv"))
    with closing(kg.build(tmp_path / "store.kg", sources=[("reactome_fi", tmp_path / "edges.tsv")])) as graph:
        members = graph.query("members_of", params={"entity": "FPLX:Signal_kinase"})
    assert isinstance(members, pd.DataFrame)
    assert members[["member_label", "broader_label"]].to_numpy().tolist() == [
        ["MAPK1", "Erk_family"],
        ["Erk_family", "Signal_kinase"],
    ]
