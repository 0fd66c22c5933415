"""Fixtures every test may use."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg
from kg import profile_template, resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.graph import KnowledgeGraph

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the big real files; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("EXIL8_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the folder of large real files is not here: {folder} (set EXIL8_SHARED_DATA)")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests leave the user's cache folder alone, those that run the program included."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXIL8_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def require_services() -> bool:
    """True where a missing browser or server is a failure and not a skip."""
    return bool(os.environ.get("EXIL8_REQUIRE_SERVICES"))


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The shipped graph, built once; do not write to its folder."""
    graph = kg.build(tmp_path_factory.mktemp("shipped") / "axis.kg")
    yield graph
    graph.close()


@pytest.fixture
def shipped_copy(shipped: KnowledgeGraph, tmp_path: Path) -> Path:
    """A store folder with the shipped graph, to be written to."""
    return Path(shutil.copytree(shipped.store.place.root, tmp_path / "copy.kg"))


@pytest.fixture
def axis_copy(tmp_path: Path) -> Path:
    """The shipped profile with its tables, to be changed."""
    folder = tmp_path / "axis"
    folder.mkdir()
    for file in (resources.axes() / "cml_il8").iterdir():
        if file.suffix in (".tsv", ".toml", ".gz"):
            (folder / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The profile that ``kg init`` writes: two relations, one paper."""
    folder = tmp_path / "tiny"
    profile_template.write(folder)
    return folder


@pytest.fixture(scope="session")
def nquads() -> Callable[[KnowledgeGraph], list[str]]:
    """Sorted N-Quads of a graph, without the provenance of its build if that is asked for."""

    def lines(graph: KnowledgeGraph, *, provenance: bool = True) -> list[str]:
        found = sorted(str(quad) for quad in graph.store.quads())
        return found if provenance else [line for line in found if not line.endswith("graph/provenance>")]

    return lines
