"""INDRA statements: text, context and negation kept; streaming JSON."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.model import Grade, Method
from kg.sources import indra, json_stream
from kg.sources.json_stream import json_objects
from kg.sources.licences import is_open
from kg.sources.reading import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def test_fixture(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(indra.read(fixtures / "indra.json", sites={"k562": Context("cml_cell", "CML")}))
    assert found.counts == (9, 12, 7)
    first, second, third = found.statements[:3]
    assert found.reasons["reference 'api46' is no PubMed id"] == 5
    assert first.evidence.publication == "PMID:24657661"
    assert first.evidence.support == "GRB2 binds SHC."
    assert (first.evidence.note, first.evidence.method) == ("read by reach", Method.MACHINE_READ)
    assert second.evidence.negated
    assert third.relation.subject_site == "cml_cell"
    assert third.evidence.taxa == ("NCBITaxon:9606",)
    assert third.evidence.model_system == "K562"


def test_states_processes_and_names(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(indra.read(fixtures / "indra.json"))
    by_paper = {s.evidence.publication: s for s in found.statements}
    mutant = by_paper["PMID:7"]
    assert (mutant.relation.subject, mutant.evidence.note) == (
        "MESH:D016044",
        "read by reach; BCR-ABL1: T315I",
    )
    assert mutant.evidence.grade is Grade.BACKGROUND
    assert by_paper["PMID:8"].relation.predicate == "promotes"
    assert by_paper["PMID:8"].evidence.note == "from signor"
    assert by_paper["PMID:8"].evidence.method is Method.CURATED
    assert by_paper["PMID:9"].relation.subject == "DOID:8552", "CML is the leukaemia"


def test_a_modification_of_unknown_effect_regulates_and_is_named(tmp_path: Path, gather: Callable[..., Any]) -> None:
    ends = {
        "enz": {"name": "CXCL8", "db_refs": {"HGNC": "6025"}},
        "sub": {"name": "CXCR2", "db_refs": {"HGNC": "6027"}},
    }
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{"type": "Ubiquitination", "id": "s1", **ends, "evidence": [{"source_api": "reach"}]}]))
    found = gather(indra.read(path))
    assert found.triples() == {("HGNC:6025", "regulates+", "HGNC:6027")}
    assert found.statements[0].evidence.note == "read by reach; ubiquitination"


def test_real_file_counts(shared_data: Path, gather: Callable[..., Any]) -> None:
    found = gather(indra.read(shared_data / "relations" / "indra_statements.json"))
    assert found.counts == (153, 66, 159)
    assert found.predicates == {"binds+": 8, "activates+": 98, "inhibits-": 47}
    assert all(s.evidence.support for s in found.statements)


WHOLE = {
    "type": "Activation",
    "id": "s1",
    "subj": {
        "name": "CXCL8",
        "db_refs": {"HGNC": "6025", "TEXT": "IL-8", "CHEBI": ["CHEBI:1"]},
        "mods": [{"mod_type": "phosphorylation", "residue": "S", "position": "1", "is_modified": True}],
        "mutations": [{"residue_from": "A", "position": "2", "residue_to": "C"}],
        "bound_conditions": [{"agent": {"name": "CXCR1", "db_refs": {}}, "is_bound": True}],
        "activity": {"activity_type": "activity", "is_active": True},
    },
    "obj": {"name": "CXCR2", "db_refs": {"HGNC": "6027"}},
    "evidence": [
        {
            "source_api": "reach", "pmid": "1", "text": "IL-8 activates CXCR2.", "source_hash": 5,
            "text_refs": {"PMID": "1"}, "annotations": {"found_by": "x"},
            "epistemics": {"direct": True, "negated": False, "hypothesis": False},
            "context": {
                "type": "bio", "cell_line": {"name": "K562", "db_refs": {"CLO": "0007050"}},
                "species": {"name": "human", "db_refs": {"TAXONOMY": "9606"}},
            },
        }
    ],
}  # fmt: skip
JSON: list[object] = [
    None,
    True,
    5,
    0.5,
    "x",
    "\ud800",
    "a\x1fb",
    [],
    [5],
    ["x"],
    [None],
    {},
    {"x": 5},
    {"x": {"x": []}},
]


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """All places in a value of JSON, the whole of it first."""
    yield path
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield from places(value[key], (*path, key))  # type: ignore[index]


def with_value(whole: object, path: tuple[str | int, ...], value: object) -> object:
    if not path:
        return value
    copied: Any = dict(whole) if isinstance(whole, dict) else list(whole)  # type: ignore[call-overload]
    copied[path[0]] = with_value(copied[path[0]], path[1:], value)
    return copied


@pytest.mark.parametrize("path", list(places(WHOLE)), ids=lambda path: ".".join(map(str, path)) or "all")
def test_any_value_of_any_type_anywhere_is_read_or_refused(
    tmp_path: Path, gather: Callable[..., Any], path: tuple[str | int, ...]
) -> None:
    file = tmp_path / "x.json"
    for value in JSON:
        file.write_text(json.dumps([with_value(WHOLE, path, value)]))
        if not path and not isinstance(value, dict):
            with pytest.raises(SourceError, match="where an object should start"):
                list(indra.read(file))
            continue
        found = gather(indra.read(file))
        assert found.statements or found.refusals
        json.dumps([repr(s) for s in found.statements], ensure_ascii=False).encode()
        assert not any("\x1f" in s.evidence.support + s.evidence.note for s in found.statements)


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (("evidence",), 5, "no statement of INDRA: 'evidence' is a number, not an array"),
        (("evidence", 0), 5, "no evidence of INDRA: 'evidence' is a number, not an object"),
        (("evidence", 0, "context"), "x", "no evidence of INDRA: 'evidence.context' is a text, not an object"),
        (("evidence", 0, "text"), 5, "no evidence of INDRA: 'evidence.text' is a number, not a text"),
        (("evidence", 0, "text"), "a\x1fb", "no evidence of INDRA: 'evidence.text' has control characters"),
        (("evidence", 0, "text"), "\ud800", "no evidence of INDRA: 'evidence.text' has control characters"),
        (("subj", "mods"), [5], "no statement of INDRA: 'subj.mods[0]' is a number, not an object"),
        (("subj", "activity", "is_active"), False, "what 'CXCL8' does while it is inactive"),
        (("obj", "db_refs", "HGNC"), "0", "no identifier of its kind: 'HGNC:0'"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, gather: Callable[..., Any], path: tuple[str | int, ...], value: object, what: str
) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps([with_value(WHOLE, path, value), WHOLE]))
    found = gather(indra.read(file))
    assert found.reasons == {what: 1}
    assert len(found.statements) == 1


def test_states_that_are_denied_are_said_to_be(tmp_path: Path, gather: Callable[..., Any]) -> None:
    file = tmp_path / "x.json"
    denied = with_value(WHOLE, ("subj", "mods", 0, "is_modified"), False)
    file.write_text(json.dumps([with_value(denied, ("subj", "bound_conditions", 0, "is_bound"), False)]))
    (statement,) = gather(indra.read(file)).statements
    assert "not phosphorylationS1, A2C, not bound to CXCR1" in statement.evidence.note


@pytest.mark.parametrize("text", ['[{"a": ' + "[" * 100_000, '[{"a": ' + "9" * 5000 + "}]", "[" * 100_000])
def test_json_too_deep_or_too_large_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=r"nested too deeply|where an object should start"):
        list(indra.read(path))


def test_each_piece_of_evidence_has_the_licence_of_its_reader_or_database(
    tmp_path: Path, gather: Callable[..., Any]
) -> None:
    ends = {"subj": {"name": "KIT", "db_refs": {"HGNC": "6342"}}, "obj": {"name": "ABL1", "db_refs": {"HGNC": "76"}}}
    apis = ["reach", "signor", "hprd", "biogrid", "never heard of", ""]
    evidence = [{"source_api": api, "pmid": str(number)} for number, api in enumerate(apis, 1)]
    path = tmp_path / "statements.json"
    path.write_text(json.dumps([{"type": "Activation", **ends, "evidence": evidence}]))
    found = {s.evidence.publication: s.evidence.licence for s in gather(indra.read(path)).statements}
    assert [api for number, api in enumerate(apis, 1) if is_open(found[f"PMID:{number}"])] == ["biogrid"]
    assert found["PMID:6"] == "unknown"


def test_every_text_reader_has_a_licence_in_the_table() -> None:
    assert set(indra.licences()) >= indra._READERS


@pytest.mark.parametrize("form", ["array", "object", "lines"])
def test_forms_of_json(tmp_path: Path, form: str) -> None:
    items = [{"n": n, "text": "}]," * 3} for n in range(5000)]
    path = tmp_path / "x.json"
    text = {
        "array": json.dumps(items),
        "object": json.dumps({"version": "1", "statements": items}),
        "lines": "\n".join(json.dumps(item) for item in items) + "\n",
    }[form]
    path.write_text(text)
    assert [value for _, value in json_objects(path, key="statements")] == items


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('[\n{"a": 1},\n\n{"a":\n 2},\n{"a": 3}\n]\n')
    assert [line for line, _ in json_objects(path)] == [2, 4, 6]


def test_streaming_memory_is_flat(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([{"n": n, "text": "x" * 400} for n in range(20_000)]))
    tracemalloc.start()
    try:
        assert sum(1 for _ in json_objects(path)) == 20_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000 < path.stat().st_size


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1}, {"a"', "broken JSON"),
        ('[{"a": 1}', "cut short"),
        ("[1, 2]", "where an object should start"),
        ("hello", "no JSON array or object"),
        ('{"statements": 3}', "'statements' is no array"),
        ("<!DOCTYPE html>", "web page"),
    ],
)
def test_broken_json(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        list(indra.read(path))


def test_other_encodings(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'[{"type": "caf\xe9"}]')
    with pytest.raises(SourceError, match="byte 0xe9 near offset 14 is not UTF-8"):
        list(indra.read(path))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("chunk", [1, 7, 64])
@given(
    items=st.lists(st.dictionaries(st.text(max_size=6), VALUES, max_size=4), max_size=6),
    indent=st.sampled_from([None, 1]),
)
@settings(deadline=None, derandomize=True, max_examples=40)
def test_objects_come_back_however_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, chunk: int, items: list[dict[str, object]], indent: int | None
) -> None:
    path = tmp_path_factory.mktemp("json") / "x.json"
    path.write_text(json.dumps(items, indent=indent, ensure_ascii=False), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_CHUNK", chunk)
        assert [value for _, value in json_objects(path)] == items
