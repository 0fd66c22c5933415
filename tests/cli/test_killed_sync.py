"""``kg pubmed sync`` killed at random moments, from its first request to the last file of the graph."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg
from kg.model import Status
from kg.sources.pubmed.state import STATE, state_of
from tests.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.store.content import Content

KILLS = int(os.environ.get("EXIL8_KILLS", "3"))
NEW = 30
"""Papers that appear before each run."""
DAY = "2999/01/01"
"""Later than any run, so that each run sees all of them again."""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(limit=1000, key_limit=1000, retry_after="0") as server:
        server.index.grow(range(1000, 1500), crdt=DAY, mdat=DAY)
        yield server


@pytest.fixture
def store(tiny: Path, tmp_path: Path) -> Path:
    (tiny / "pubmed_queries.toml").write_text('[all]\nquery = "journal article[pt]"\n')
    root = tmp_path / "axis.kg"
    kg.build(root, profile=tiny).close()
    return root


class Sync:
    """A run of the command in a process of its own."""

    def __init__(self, emulator: Emulator, store: Path) -> None:
        self._emulator, before = emulator, len(emulator.journal)
        self.running = subprocess.Popen(
            [sys.executable, "-m", "kg", "pubmed", "sync", "--store", str(store), "--quiet"],
            env={**os.environ, "EXIL8_EUTILS": emulator.url, "NCBI_API_KEY": "k", "EXIL8_CACHE": str(store.parent)},
            stdout=subprocess.DEVNULL,
        )
        while len(emulator.journal) == before and self.running.poll() is None:
            time.sleep(0.005)
        self.begun = time.monotonic()

    def seconds(self) -> float:
        """Let it run to its end; seconds since its first request."""
        assert self.running.wait() == 0
        return time.monotonic() - self.begun

    def kill(self, after: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.running.wait(after)
        self.running.kill()
        self.running.wait()


def content(store: Path) -> Content:
    """What the graph holds, which has to open at any time."""
    with contextlib.closing(kg.open(store)) as graph:
        return graph.content


def test_kill_nine_loses_and_doubles_nothing(emulator: Emulator, store: Path, tmp_path: Path) -> None:
    """Killed in every part of a run, three times or as often as EXIL8_KILLS says, and in the end complete."""
    rng, length = random.Random(11), Sync(emulator, store).seconds()
    undisturbed = Path(shutil.copytree(store, tmp_path / "undisturbed.kg"))
    counts = [len(content(store).publications)]
    for part in rng.sample(range(KILLS), KILLS):
        emulator.index.grow(range(2000 + NEW * part, 2000 + NEW * (part + 1)), crdt=DAY, mdat=DAY)
        emulator.index.retract(1000 + part, DAY, notice=9000 + part)
        Sync(emulator, store).kill((part + rng.random()) / KILLS * length)
        counts.append(len(content(store).publications))
        with contextlib.closing(sqlite3.connect(store / STATE)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert counts == sorted(counts)
    Sync(emulator, store).seconds()
    with state_of(store) as state:
        assert sorted(map(int, state.pmids())) == sorted(emulator.index.entries)
    with contextlib.closing(sqlite3.connect(store / STATE)) as database:
        assert database.execute("SELECT count(*) FROM sighting").fetchone() == (len(emulator.index.entries),)
    Sync(emulator, undisturbed).seconds()
    found = content(store)
    assert found == content(undisturbed)
    fallen = {pmid for pmid, status in found.status.items() if status is Status.RETRACTED}
    assert fallen == {f"PMID:{1000 + part}" for part in range(KILLS)}
