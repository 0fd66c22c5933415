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
        ("WP2870", (26, 17, 14)),
        ("WP3640", (25, 26, 2)),
        ("WP4300", (26, 27, 17)),
        ("WP4301", (101, 15, 24)),
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
