"""The tables beside the triples: the same content as columns, stamped with its revision."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from kg.errors import StoreError
from kg.store import tables
from kg.store.content import Content
from tests.store.made_up import content

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph import KnowledgeGraph

REVISION = "0123456789abcdef"


def read(folder: Path) -> Content:
    found = {name: tables.read(folder, name, REVISION) for name in tables.NAMES}
    return tables.to_content({name: table for name, table in found.items() if table is not None})


def test_content_comes_back_from_its_tables(tmp_path: Path) -> None:
    whole = content()
    tables.write(whole, tmp_path, REVISION)
    back = read(tmp_path)
    assert replace(back, sources=whole.sources) == whole
    assert back.live == whole.live
    assert dict(back.relations) == dict(whole.relations)


def test_compartments_come_back(tmp_path: Path) -> None:
    tables.write(content(), tmp_path, REVISION)
    assert {r.object_compartment for r in read(tmp_path).relations.values()} == {"", "plasma_membrane"}


def test_a_graph_of_nothing_is_five_empty_tables(tmp_path: Path) -> None:
    empty = Content(sites=(), entities=(), publications=(), statements=())
    tables.write(empty, tmp_path, REVISION)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"{name}.parquet" for name in tables.NAMES)
    assert read(tmp_path) == empty


@pytest.mark.parametrize("chunk", [1, 2, 1000])
def test_the_size_of_a_chunk_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(tables, "_CHUNK", chunk)
    tables.write(content(), tmp_path, REVISION)
    assert read(tmp_path).statements == content().statements


def test_columns_and_their_types_are_those_that_are_written_down(shipped: KnowledgeGraph) -> None:
    for name, schema in tables.SCHEMAS.items():
        found = pq.read_schema(shipped.store.place.folder / f"{name}.parquet")
        assert found.names == schema.names
        assert found.types == schema.types


def test_the_table_of_relations_holds_beliefs_and_papers(shipped: KnowledgeGraph) -> None:
    table = shipped.store.table("relations")
    assert table is not None
    rows = {row["id"]: row for row in table.to_pylist()}
    assert rows.keys() == shipped.content.relations.keys()
    for key, belief in shipped.content.beliefs.items():
        assert rows[key]["belief"] == belief.value
        assert [(p["publication"], p["weight"]) for p in rows[key]["papers_for"]] == list(belief.papers_for)
    assert {key for key, row in rows.items() if row["live"]} == shipped.content.live


def test_a_table_of_another_revision_or_none_is_not_there(tmp_path: Path) -> None:
    assert tables.read(tmp_path, "relations", REVISION) is None
    tables.write(content(), tmp_path, REVISION)
    assert tables.read(tmp_path, "relations", "f" * 16) is None


def test_a_table_that_is_damaged_or_of_other_columns_names_its_file(tmp_path: Path) -> None:
    tables.write(content(), tmp_path, REVISION)
    (tmp_path / "evidence.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(StoreError, match=r"evidence\.parquet is damaged"):
        tables.read(tmp_path, "evidence", REVISION)
    (tmp_path / "sites.parquet").replace(tmp_path / "entities.parquet")
    with pytest.raises(StoreError, match=r"entities\.parquet has other columns"):
        tables.read(tmp_path, "entities", REVISION)
