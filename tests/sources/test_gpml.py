"""WikiPathways: GPML 2013a and 2021, groups, fusions, arrows that say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import SourceError
from kg.model import Grade
from kg.sources import gpml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_2021(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(gpml.read(fixtures / "made_2021.gpml"))
    assert found.triples() == {
        ("HGNC:6025", "binds+", "HGNC:6027"),
        ("CHEBI:45783", "inhibits-", "MESH:D016044"),
        ("MESH:D016044", "suppresses-", "GO:0006915"),
        ("HGNC:6025", "activates+", "exil8:complex_ITGA5_ITGB1"),
    }
    assert [s.evidence.publication for s in found.statements] == ["PMID:24657661", "", "", ""]
    assert {s.evidence.record for s in found.statements} == {f"WP9999/i{n}" for n in (1, 2, 3, 4)}
    assert set(found.reasons) == {
        "kind 'Conversion': a change of one thing into another is no relation of the graph",
        "an arrow with two heads",
        "an arrow that is not tied to two things",
        "unknown kind of relation 'Wormhole'",
    }


def test_2013a(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(gpml.read(fixtures / "WP3640.gpml"))
    assert found.counts == (25, 26, 2)
    assert found.predicates == {
        "promotes+": 5,
        "inhibits-": 8,
        "activates+": 7,
        "suppresses-": 3,
        "increases_expression_of+": 2,
    }
    assert {s.evidence.grade for s in found.statements} == {Grade.BACKGROUND}
    assert "PMID:24657661" not in {s.evidence.publication for s in found.statements}


def test_bcr_and_abl1_side_by_side_are_the_fusion(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(gpml.read(fixtures / "WP3640.gpml"))
    assert "MESH:D016044" in found.entities
    assert "HGNC:1014" not in found.entities


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("WP2805", (0, 0, 30)),
        ("WP2870", (8, 8, 16)),
        ("WP3640", (25, 26, 2)),
        ("WP4300", (26, 27, 17)),
        ("WP4301", (19, 15, 25)),
        ("WP5473", (419, 238, 31)),
        ("WP615", (40, 37, 86)),
    ],
)
def test_real_files(shared_data: Path, gather: Callable[..., Any], name: str, counts: tuple[int, int, int]) -> None:
    assert gather(gpml.read(shared_data / "relations" / "gpml" / f"{name}.gpml")).counts == counts


def test_folder(fixtures: Path, gather: Callable[..., Any], tmp_path: Path) -> None:
    found = gather(gpml.read(fixtures))
    assert len(found.statements) == 29
    with pytest.raises(SourceError, match=r"has no \.gpml files"):
        list(gpml.read(tmp_path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<Pathway xmlns='http://genmapp.org/GPML/2010a'/>", "GPML 2013a and 2021 can be read"),
        ("<Pathway xmlns='http://pathvisio.org/GPML/2013a'>", r"x\.gpml:1: is no XML"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><Pathway/>", "declares a document type"),
        ("<!DOCTYPE html><html/>", "web page"),
        ("a\tb\n", "is no XML"),
    ],
)
def test_wrong_documents(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.gpml"
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        list(gpml.read(path))


def test_mouse_pathways_do_not_take_human_names(fixtures: Path, tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "mouse.gpml"
    text = (fixtures / "made_2021.gpml").read_text(encoding="utf-8").replace("Homo sapiens", "Mus musculus")
    path.write_text(text.replace('<Xref identifier="ENSG00000169429" dataSource="ensembl" />', ""), encoding="utf-8")
    found = gather(gpml.read(path))
    assert "HGNC:6025" not in found.entities
    assert "'CXCL8' is not known in NCBITaxon:10090" in found.reasons


def drawn(folder: Path, organism: str, arrow: str, *nodes: str) -> Path:
    """A pathway of GPML 2013a with one arrow between the groups or nodes a and b."""
    path = folder / "x.gpml"
    groups = "".join(f"<Group GroupId='g{end}' GraphId='{end}' Style='Group'/>" for end in "ab")
    points = f"<Point GraphRef='a'/><Point GraphRef='b' ArrowHead='{arrow}'/>"
    path.write_text(
        f"<Pathway xmlns='http://pathvisio.org/GPML/2013a' Name='x' Organism='{organism}' Version='WP1_1'>"
        f"{''.join(nodes)}<Interaction GraphId='i'><Graphics>{points}</Graphics></Interaction>{groups}</Pathway>"
    )
    return path


def node(name: str, group: str, database: str = "", number: str = "") -> str:
    xref = f"<Xref Database='{database}' ID='{number}'/>"
    return f"<DataNode TextLabel='{name}' GraphId='{name}' Type='GeneProduct' GroupRef='g{group}'>{xref}</DataNode>"


@pytest.mark.parametrize(("arrow", "pairs"), [("Arrow", 0), ("TBar", 0), ("mim-binding", 4)])
def test_an_arrow_between_two_groups_is_only_taken_as_a_binding(
    tmp_path: Path, gather: Callable[..., Any], arrow: str, pairs: int
) -> None:
    nodes = [node("CXCL8", "a"), node("CXCL1", "a"), node("CXCR1", "b"), node("CXCR2", "b")]
    found = gather(gpml.read(drawn(tmp_path, "Homo sapiens", arrow, *nodes)))
    assert len(found.statements) == pairs
    reason = "an arrow between two groups: it says of no pair that one acts on the other"
    assert found.reasons == ({} if pairs else {reason: 1})


def test_an_identifier_that_cannot_be_leaves_the_name(tmp_path: Path, gather: Callable[..., Any]) -> None:
    nodes = [node("CXCL8", "a", "Uniprot-TrEMBL", "IL8_HUMAN"), node("CXCR2", "b", "Uniprot-TrEMBL", "P25025-1")]
    found = gather(gpml.read(drawn(tmp_path, "Homo sapiens", "Arrow", *nodes)))
    assert found.triples() == {("HGNC:6025", "activates+", "HGNC:6027")}


def test_names_of_an_organism_that_is_not_known_are_not_human(tmp_path: Path, gather: Callable[..., Any]) -> None:
    nodes = [node("CXCL8", "a"), node("CXCR2", "b", "Entrez Gene", "1")]
    found = gather(gpml.read(drawn(tmp_path, "Arabidopsis thaliana", "Arrow", *nodes)))
    assert found.reasons == {"'CXCL8' is a name in Arabidopsis thaliana": 1}
