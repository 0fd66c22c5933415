"""The whole graph as RDF text: it comes back as it was, and a file appears whole or not at all."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.errors import StoreError
from kg.export import triples
from kg.export import write as writing

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph import KnowledgeGraph


@pytest.mark.parametrize("ending", triples.FORMATS)
def test_a_graph_comes_back_from_its_file(shipped: KnowledgeGraph, tmp_path: Path, ending: str) -> None:
    file = triples.write(shipped.store.quads(), tmp_path / f"graph{ending}")
    found = ox.parse(file.read_bytes(), format=triples.FORMATS[ending])
    if ending == ".ttl":
        assert {q.triple for q in found} == {q.triple for q in shipped.store.quads()}
    else:
        assert set(found) == set(shipped.store.quads())


@pytest.mark.parametrize("ending", triples.FORMATS)
def test_one_graph_is_one_file_byte_for_byte(shipped: KnowledgeGraph, tmp_path: Path, ending: str) -> None:
    quads = list(shipped.store.quads())
    one = triples.write(quads, tmp_path / f"one{ending}")
    other = triples.write(reversed(quads), tmp_path / f"other{ending}")
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("ending", triples.FORMATS)
@pytest.mark.parametrize("old", [None, "old"])
def test_a_full_disk_leaves_no_file_behind(
    shipped: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, old: str | None
) -> None:
    target = tmp_path / f"graph{ending}"
    if old is not None:
        target.write_text(old)

    def full(place: Path, *_: object) -> None:
        place.write_text("half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writing, "_fill", full)
    with pytest.raises(StoreError, match="No space left on device"):
        shipped.export(target)
    assert [p.name for p in tmp_path.iterdir()] == ([target.name] if old else [])
    assert old is None or target.read_text() == old


def test_permissions_follow_the_mask(shipped: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    (written,) = shipped.export(tmp_path / "graph.nq")
    assert written.stat().st_mode == (tmp_path / "plain").stat().st_mode
