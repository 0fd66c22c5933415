"""The folder of a graph: what is told of one that is not there, not ours, damaged, locked, or of another version."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

import kg
from kg import profile_template
from kg.errors import StoreError
from kg.store import directory
from kg.store.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the smallest profile; not to be written to."""
    folder = tmp_path_factory.mktemp("built")
    profile_template.write(folder / "profile")
    kg.build(folder / "axis.kg", profile=folder / "profile").close()
    return folder / "axis.kg"


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoiled."""
    return shutil.copytree(built, tmp_path / "axis.kg")


def refusal(root: Path) -> str:
    with pytest.raises(StoreError) as caught:
        LocalStore(root)
    assert caught.value.exit_status == 4
    assert "\n" not in str(caught.value)
    assert str(root) in str(caught.value)
    return str(caught.value)


def manifest(store: Path) -> Path:
    return directory.current(store).folder / "manifest.json"


# Places that hold no graph


def test_no_graph_at_all(tmp_path: Path) -> None:
    root = tmp_path / "none.kg"
    assert refusal(root) == f"there is no graph at {root}; make one with `kg build --store {root}`"
    assert not root.exists()


def test_a_file_in_its_place(tmp_path: Path, tiny: Path) -> None:
    file = tmp_path / "thesis.txt"
    file.write_text("precious")
    assert "is a file, not the folder of a graph" in refusal(file)
    with pytest.raises(StoreError, match="is a file, not a folder"):
        kg.build(file, profile=tiny)
    assert file.read_text() == "precious"


def test_a_folder_that_is_something_else_is_left_alone(tmp_path: Path, tiny: Path) -> None:
    folder = tmp_path / "photos"
    (folder / "2019").mkdir(parents=True)
    assert "is a folder without a finished graph" in refusal(folder)
    with pytest.raises(StoreError, match=r"holds other things \(2019\) and no graph"):
        kg.build(folder, profile=tiny)
    assert [p.name for p in folder.iterdir()] == ["2019"]


def test_an_empty_folder_may_be_built_into(tmp_path: Path, tiny: Path) -> None:
    (tmp_path / "empty").mkdir()
    kg.build(tmp_path / "empty", profile=tiny).close()
    kg.open(tmp_path / "empty").close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path, tiny: Path, store: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(StoreError, match="cannot be written: Permission denied"):
        kg.build(tmp_path / "closed" / "axis.kg", profile=tiny)
    store.chmod(0o000)
    with pytest.raises(StoreError, match="may not be read"):
        kg.open(store)
    store.chmod(0o700)


# Graphs that are damaged


@pytest.mark.parametrize(
    "name", ["", "\n", "../..", "/etc", "nothing", "0" * 16, "0" * 15 + "g", "\x00" * 16, "é" * 16]
)
def test_a_pointer_to_nothing_of_ours(store: Path, name: str) -> None:
    (store / "CURRENT").write_text(name, encoding="utf-8")
    assert "is damaged; rebuild it with `kg build" in refusal(store)


def test_a_pointer_of_bytes_that_are_no_text(store: Path) -> None:
    (store / "CURRENT").write_bytes(b"\xff" * 200)
    assert "is damaged" in refusal(store)


def without(key: str) -> Callable[[dict[str, object]], object]:
    return lambda found: {k: v for k, v in found.items() if k != key}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda found: found | {"format": directory.FORMAT + 1},
            "was written by a newer version (format 2, this one reads 1)",
        ),
        (lambda found: found | {"format": "1"}, "is not a manifest of a graph"),
        (lambda _: [], "is not a manifest of a graph"),
        (without("format"), "is not a manifest of a graph"),
        (without("revision"), "is damaged (no revision)"),
        (without("profile_toml"), "is damaged (no profile_toml)"),
        (lambda found: found | {"counts": [], "inputs": None}, "is damaged (no counts, inputs)"),
    ],
)
def test_a_manifest_of_another_version_or_damaged(
    store: Path, change: Callable[[dict[str, object]], object], says: str
) -> None:
    file = manifest(store)
    file.write_text(json.dumps(change(json.loads(file.read_text()))))
    assert says in refusal(store)


def test_a_manifest_that_is_no_json_or_gone(store: Path) -> None:
    file = manifest(store)
    file.write_text("{")
    assert "cannot be read" in refusal(store)
    file.write_bytes(b"\xff\xfe")
    assert "cannot be read" in refusal(store)
    file.unlink()
    assert "rebuild the graph with `kg build`" in refusal(store)


def test_triples_that_are_gone_or_damaged(store: Path) -> None:
    triples = directory.current(store).triples
    (triples / "CURRENT").write_text("nonsense")
    assert "cannot be opened" in refusal(store)
    shutil.rmtree(triples)
    assert "is damaged" in refusal(store)


def test_a_damaged_graph_can_be_built_again(store: Path, tiny: Path) -> None:
    for spoil in ("pointer", "manifest", "triples"):
        if spoil == "pointer":
            (store / "CURRENT").write_text("nothing")
        elif spoil == "manifest":
            manifest(store).write_text("{")
        else:
            shutil.rmtree(directory.current(store).triples)
        refusal(store)
        kg.build(store, profile=tiny).close()
        with contextlib.closing(kg.open(store)) as graph:
            assert len(graph.content.statements) == 2


def test_a_copy_without_its_lock_files_opens(store: Path) -> None:
    (directory.current(store).folder / ".reader").unlink()
    with contextlib.closing(kg.open(store)) as graph:
        assert len(graph.content.statements) == 2


# Two at a time


HOLDING = """
import fcntl, os, sys
with open(sys.argv[1], "a+") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write(str(os.getpid())); lock.flush()
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_store_that_another_process_writes_is_locked_and_can_be_read(store: Path, tiny: Path) -> None:
    (store / ".lock").write_text("")
    command = [sys.executable, "-c", HOLDING, str(store / ".lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=rf"is locked: another build \(process {other.pid}\) is writing it"):
            kg.build(store, profile=tiny)
        kg.open(store).close()
        other.communicate()
    kg.build(store, profile=tiny).close()


def test_the_lock_of_a_process_that_died_is_no_lock(store: Path, tiny: Path) -> None:
    (store / ".lock").write_text("4711")
    kg.build(store, profile=tiny).close()
    assert (store / ".lock").read_text() == ""


# Killed at any moment


# On each line it reads it gives birth to a process that builds over and over: nothing is imported twice.
BUILDING = """
import os, sys
import kg.opening
import kg.sources.curated, kg.store.fulltext, pyarrow.parquet
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        while True:
            kg.opening.build(sys.argv[1], profile=sys.argv[2]).close()
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def test_builds_that_are_killed_at_random_moments_leave_a_graph_that_opens(store: Path, tiny: Path) -> None:
    """Killed six times, or as often as EXIL8_KILLS says."""
    rng = random.Random(8)
    command = [sys.executable, "-c", BUILDING, str(store), str(tiny)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        for _ in range(int(os.environ.get("EXIL8_KILLS", "6"))):
            nursery.stdin.write("\n")
            nursery.stdin.flush()
            child = int(nursery.stdout.readline())
            time.sleep(rng.uniform(0.05, 0.6))
            os.kill(child, signal.SIGKILL)
            assert nursery.stdout.readline() == f"{-signal.SIGKILL}\n"
            with contextlib.closing(kg.open(store)) as graph:
                assert len(graph.content.statements) == 2
                assert len(graph.store.query_trusted("SELECT ?e { ?e a exil8:Evidence }").rows()[1]) == 2
        nursery.stdin.close()
    kg.build(store, profile=tiny).close()
    assert [p.name for p in store.iterdir() if p.is_dir()] == [(store / "CURRENT").read_text().strip()]
