"""PSI-MITAB: four versions, with and without header, roles, negative and causal statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.model import Method
from kg.sources import mitab

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def line(width: int, **cells: str) -> str:
    """A line with CXCL8 and CXCR2, and cells by column number (``c12``)."""
    row = ["-"] * width
    row[0], row[1], row[6] = "uniprotkb:P10145", "uniprotkb:P25025", 'psi-mi:"MI:0018"(two hybrid)'
    row[8], row[9], row[10] = "pubmed:1|imex:IM-1", "taxid:9606(human)", "taxid:9606(human)"
    row[11], row[12], row[13] = (
        'psi-mi:"MI:0407"(direct interaction)',
        'psi-mi:"MI:0469"(IntAct)',
        "intact:EBI-1",
    )
    for column, value in cells.items():
        row[int(column[1:])] = value
    return "\t".join(row) + "\n"


def write(folder: Path, *lines: str) -> Path:
    path = folder / "x.mitab"
    path.write_text("".join(lines))
    return path


@pytest.mark.parametrize("width", [15, 36, 42, 46])
def test_versions(tmp_path: Path, gather: Callable[..., Any], width: int) -> None:
    found = gather(mitab.read(write(tmp_path, line(width))))
    assert found.triples() == {("HGNC:6025", "binds+", "HGNC:6027")}
    (statement,) = found.statements
    assert statement.evidence.assay == "two hybrid"
    assert statement.evidence.licence == "CC-BY-4.0"
    assert statement.evidence.record == "EBI-1"


@pytest.mark.parametrize(
    ("detection", "method"),
    [
        ('psi-mi:"MI:0018"(two hybrid)', Method.CURATED),
        ('psi-mi:"MI:0110"(text mining)', Method.MACHINE_READ),
        ('psi-mi:"MI:0063"(interaction prediction)', Method.COMPUTED),
    ],
)
def test_what_no_person_read_is_marked(
    tmp_path: Path, gather: Callable[..., Any], detection: str, method: Method
) -> None:
    (statement,) = gather(mitab.read(write(tmp_path, line(15, c6=detection)))).statements
    assert statement.evidence.method is method


def test_unknown_version(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"x\.mitab:1: 17 columns are no version of PSI-MITAB"):
        list(mitab.read(write(tmp_path, line(17))))


def test_one_broken_line_is_refused(tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(mitab.read(write(tmp_path, line(15), line(36), line(15, c13="intact:EBI-2"))))
    assert found.counts == (2, 2, 1)
    assert found.reasons == {"36 columns where MITAB 2.5 has 15": 1}


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (('psi-mi:"MI:0501"(enzyme)', "-"), ("HGNC:6025", "HGNC:6027")),
        (("-", 'psi-mi:"MI:0501"(enzyme)'), ("HGNC:6027", "HGNC:6025")),
        (('psi-mi:"MI:0502"(enzyme target)', "-"), ("HGNC:6027", "HGNC:6025")),
        (("-", "-"), None),
    ],
)
def test_phosphorylation_needs_roles(
    tmp_path: Path, gather: Callable[..., Any], roles: tuple[str, str], expected: tuple[str, str] | None
) -> None:
    kind = 'psi-mi:"MI:0217"(phosphorylation reaction)'
    found = gather(mitab.read(write(tmp_path, line(36, c11=kind, c16=roles[0], c17=roles[1]))))
    ends = [(s.relation.subject, s.relation.object) for s in found.statements]
    assert ends == ([expected] if expected else [])
    assert len(found.refusals) == (expected is None)


def test_negative_expanded_and_causal(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = write(
        tmp_path,
        line(46, c35="true"),
        line(46, c15='psi-mi:"MI:1060"(spoke expansion)'),
        line(46, c45='psi-mi:"MI:2243"(down-regulates quantity by repression)'),
    )
    found = gather(mitab.read(path))
    negative, expanded, causal = found.statements
    assert negative.evidence.negated
    assert expanded.evidence.note == "expanded from a complex (spoke expansion)"
    assert expanded.evidence.directness == "unknown"
    assert causal.relation.predicate == "decreases_expression_of"


def test_mouse_and_human_stay_apart(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(mitab.read(fixtures / "mitab_27.txt"))
    assert found.counts == (14, 15, 0)
    mouse = [s for s in found.statements if s.evidence.taxa == ("NCBITaxon:10090",)]
    assert mouse
    ends = {end for s in mouse for end in (s.relation.subject, s.relation.object)}
    assert not any(end.startswith("HGNC:") for end in ends)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("12167173", (11, 6, 0)),
        ("12167173_noHeader", (5, 4, 29)),
        ("14726512", (8, 7, 0)),
        ("19696444_27", (13, 5, 2)),
        ("9560268", (2, 2, 0)),
        ("bantscheff", (749, 249, 11)),
        ("chen", (7, 7, 0)),
        ("intraMolecular", (0, 0, 1)),
        ("mitab_27_example", (14, 15, 0)),
    ],
)
def test_real_files(shared_data: Path, gather: Callable[..., Any], name: str, counts: tuple[int, int, int]) -> None:
    assert gather(mitab.read(shared_data / "relations" / "mitab" / f"{name}.txt")).counts == counts


def test_fixture(fixtures: Path, gather: Callable[..., Any]) -> None:
    assert gather(mitab.read(fixtures / "mitab_25.txt")).counts == (2, 2, 0)


@given(st.text(st.sampled_from('uniprotkb:P10145|("\\-) MI'), max_size=40))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_any_field_parses(field: str) -> None:
    for item in mitab._items(field):
        assert item.database
        assert item.database == item.database.casefold()


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6), min_size=1, max_size=4))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_fields_come_back(names: list[str]) -> None:
    field = "|".join(f'db:"{name}"({name} x)' for name in names)
    assert [(item.id, item.text) for item in mitab._items(field)] == [(name, f"{name} x") for name in names]
