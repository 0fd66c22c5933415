"""A build is whole or it never was: killed, interrupted, out of room, locked out, beside readers."""

from __future__ import annotations

import contextlib
import fcntl
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import kg
from kg.errors import StoreError
from kg.store import tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Lines = Callable[..., list[str]]


def append(file: Path, *cells: str) -> None:
    with file.open("a", encoding="utf-8") as handle:
        handle.write("\t".join(cells) + "\n")


KILLED = """
import os, signal, sys
from importlib import import_module
import kg
module, name = sys.argv[3].rsplit(".", 1)
home = import_module(module) if module != "pathlib.Path" else __import__("pathlib").Path
def die(*args, **kwargs):
    os.kill(os.getpid(), int(sys.argv[4]))
    raise KeyboardInterrupt
setattr(home, name, die)
kg.build(sys.argv[1], profile=sys.argv[2])
"""

MOMENTS = [
    "kg.gathering.read_one",
    "kg.joining.content",
    "kg.store.rdf.content_quads",
    "kg.store.rdf.provenance_quads",
    "kg.store.tables.write",
    "kg.store.directory._put_in_force",
    "os.fsync",
    "pathlib.Path.replace",
    "kg.store.directory._sweep_replaced",
]


@pytest.fixture
def old(tiny: Path, tmp_path: Path) -> Path:
    """A store with a finished graph of the tiny profile, whose tables then change."""
    store = tmp_path / "store.kg"
    kg.build(store, profile=tiny).close()
    append(
        tiny / "relations.tsv",
        *(
            "exil8:my0003",
            "HGNC:12663",
            "VCAM1",
            "endothelial_cell",
            "",
            "promotes",
            "GO:0007155",
            "x",
            "endothelial_cell",
        ),
        *("", "0", "direct", "result", "general", "", "", "", "DOI:10.0000/example", "Another row.", ""),
    )
    return store


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_build_leaves_the_old_graph(old: Path, tiny: Path, nquads: Lines, moment: str) -> None:
    with contextlib.closing(kg.open(old)) as graph:
        before = nquads(graph)
    command = [sys.executable, "-c", KILLED, str(old), str(tiny), moment, str(int(signal.SIGKILL))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with contextlib.closing(kg.open(old)) as graph:
        after = nquads(graph)
    if moment.endswith("_sweep_replaced"):  # the new one was in force already
        assert after != before
    else:
        assert after == before
    kg.build(old, profile=tiny).close()
    folders = [p.name for p in old.iterdir() if p.is_dir()]
    assert folders == [(old / "CURRENT").read_text().strip()], "leftovers were not swept"
    with contextlib.closing(kg.open(old)) as graph:
        assert len(graph.content.statements) == 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError(28, "No space left on device")])
def test_a_build_that_fails_leaves_nothing_behind(
    old: Path, tiny: Path, nquads: Lines, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    with contextlib.closing(kg.open(old)) as graph:
        before, names = nquads(graph), sorted(p.name for p in old.iterdir())

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(tables, "write", fail)
    with pytest.raises((KeyboardInterrupt, MemoryError, StoreError)):
        kg.build(old, profile=tiny)
    with contextlib.closing(kg.open(old)) as graph:
        assert nquads(graph) == before
    assert sorted(p.name for p in old.iterdir()) == names


def test_a_full_disk_is_one_line_and_the_old_graph_stays(old: Path, tiny: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    command = [
        sys.executable,
        "-c",
        "from kg.cli import main; main()",
        "build",
        "--store",
        str(old),
        "--profile",
        str(tiny),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=limit)
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith("kg: ")
    assert done.stderr.count("\n") == 1
    with contextlib.closing(kg.open(old)) as graph:
        assert len(graph.content.statements) == 2


def test_a_locked_store_says_who_holds_it(old: Path, tiny: Path) -> None:
    with (old / ".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        with pytest.raises(StoreError, match=r"is locked: another build \(process 4711\)"):
            kg.build(old, profile=tiny)
    kg.build(old, profile=tiny).close()


@pytest.mark.parametrize("place", ["a_file", "a_file/below.kg", "/proc/nowhere.kg", "/dev/full/x.kg"])
def test_a_place_that_cannot_be_written(tiny: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "a_file").write_text("precious")
    with pytest.raises(StoreError, match="name another"):
        kg.build(tmp_path / place, profile=tiny)
    assert (tmp_path / "a_file").read_text() == "precious"


def test_a_reader_keeps_its_graph_while_others_build(old: Path, tiny: Path, nquads: Lines) -> None:
    reader = kg.open(old)
    before = nquads(reader)
    for _ in range(3):
        kg.build(old, profile=tiny).close()
    assert reader.store.place.folder.is_dir()
    assert nquads(reader) == before
    assert len(reader.content.statements) == 2  # read only now
    assert len(reader.query("SELECT ?s WHERE { ?s a exil8:Evidence }")) == 2  # by a process started only now
    reader.close()
    kg.build(old, profile=tiny).close()
    assert not reader.store.place.folder.is_dir(), "a graph that nobody reads any more stays for ever"
