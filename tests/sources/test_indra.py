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
from kg.sources.reading import Context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_fixture(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(indra.read(fixtures / "indra.json", sites={"k562": Context("cml_cell", "CML")}))
    assert found.counts == (9, 12, 2)
    first, second, third = found.statements[:3]
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


def test_real_file_counts(shared_data: Path, gather: Callable[..., Any]) -> None:
    found = gather(indra.read(shared_data / "relations" / "indra_statements.json"))
    assert found.counts == (153, 66, 6)
    assert found.predicates == {"binds+": 8, "activates+": 98, "inhibits-": 47}
    assert all(s.evidence.support for s in found.statements)


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
