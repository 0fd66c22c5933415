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


@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize("width", [15, 36, 42, 46])
def test_versions_with_and_without_header(tmp_path: Path, gather: Callable[..., Any], width: int, header: bool) -> None:
    head = ["#ID(s) interactor A" + "\tcolumn" * (width - 1) + "\n"] if header else []
    found = gather(mitab.read(write(tmp_path, *head, line(width))))
    assert found.refusals == []
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


def test_a_modification_of_unknown_effect_regulates_and_is_named(tmp_path: Path, gather: Callable[..., Any]) -> None:
    kind = 'psi-mi:"MI:0220"(ubiquitination reaction)'
    path = write(tmp_path, line(36, c11=kind, c16='psi-mi:"MI:0501"(enzyme)'), line(36, c11=kind))
    found = gather(mitab.read(path))
    assert found.triples() == {("HGNC:6025", "regulates+", "HGNC:6027")}
    assert found.statements[0].evidence.note == "ubiquitination reaction"
    assert found.reasons == {"a modification without the roles of enzyme and target": 1}


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


REGULATOR, TARGET = 'psi-mi:"MI:2274"(regulator)', 'psi-mi:"MI:2275"(regulator target)'
FORWARDS, BACKWARDS = ("HGNC:6025", "activates+", "HGNC:6027"), ("HGNC:6027", "activates+", "HGNC:6025")


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ((REGULATOR, TARGET), FORWARDS),
        ((TARGET, REGULATOR), BACKWARDS),
        ((TARGET, "-"), BACKWARDS),
        (("-", REGULATOR), BACKWARDS),
        (("-", TARGET), FORWARDS),
        (('psi-mi:"MI:0499"(unspecified role)|' + TARGET, "-"), BACKWARDS),
        (("-", "-"), FORWARDS),
        ((REGULATOR, REGULATOR), None),
        ((TARGET, TARGET), None),
    ],
)
def test_the_regulator_acts_on_its_target_in_whatever_order_they_stand(
    tmp_path: Path, gather: Callable[..., Any], roles: tuple[str, str], expected: tuple[str, str, str] | None
) -> None:
    causal = 'psi-mi:"MI:2235"(up-regulates)'
    found = gather(mitab.read(write(tmp_path, line(46, c45=causal, c16=roles[0], c17=roles[1]))))
    assert found.triples() == ({expected} if expected else set())
    assert found.reasons == ({} if expected else {"roles that contradict each other": 1})


def test_roles_of_a_binding_do_not_turn_it(tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(mitab.read(write(tmp_path, line(46, c16=TARGET, c17=REGULATOR))))
    assert found.triples() == {("HGNC:6025", "binds+", "HGNC:6027")}


@pytest.mark.parametrize(
    ("mechanism", "directness"),
    [("MI:2247", "indirect"), ("MI:2246", "indirect"), ("MI:2250", "direct"), ("", "unknown")],
)
def test_mechanism_of_a_causal_statement(
    tmp_path: Path, gather: Callable[..., Any], mechanism: str, directness: str
) -> None:
    cells = {"c44": f'psi-mi:"{mechanism}"(x)' if mechanism else "-", "c45": 'psi-mi:"MI:2240"(down-regulates)'}
    (statement,) = gather(mitab.read(write(tmp_path, line(46, **cells)))).statements
    assert statement.evidence.directness == directness


def test_things_that_signor_numbers(tmp_path: Path, gather: Callable[..., Any]) -> None:
    fusion = {"c0": "signor:SIGNOR-FP6", "c4": "signor:BCR-ABL(display_short)", "c20": 'psi-mi:"MI:0326"(protein)'}
    process = {"c1": "signor:SIGNOR-PH2", "c5": "signor:Apoptosis(display_short)", "c21": 'psi-mi:"MI:2261"(phenotype)'}
    causal = {"c45": 'psi-mi:"MI:2240"(down-regulates)', "c12": 'psi-mi:"MI:2214"(signor)'}
    found = gather(mitab.read(write(tmp_path, line(46, **fusion, **process, **causal))))
    assert found.triples() == {("MESH:D016044", "suppresses-", "GO:0006915")}
    assert found.statements[0].evidence.licence == "CC-BY-NC-4.0"


def test_a_reference_that_is_no_pubmed_id_is_counted(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = write(tmp_path, line(15, c8="pubmed:12x|pubmed:7"), line(15, c8="pubmed:unassigned1304|doi:10.1000/x"))
    found = gather(mitab.read(path))
    assert [s.evidence.publication for s in found.statements] == ["PMID:7", "DOI:10.1000/x"]
    assert found.reasons == {"reference '12x' is no PubMed id": 1}


def test_accessions_that_cannot_be_are_refused(tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(mitab.read(write(tmp_path, line(15, c0="uniprotkb:NOTHING"), line(15, c0="chebi:CHEBI:x"))))
    assert found.reasons == {"no identifier in 'uniprotkb:NOTHING'": 1, "no identifier in 'chebi:CHEBI:x'": 1}


@pytest.mark.parametrize("text", ["\n\n \n", "\n" * 9000])
def test_a_blank_file_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match=r"is empty|has not one line of PSI-MITAB"):
        list(mitab.read(write(tmp_path, text)))


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
