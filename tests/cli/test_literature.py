"""The commands for PubMed, run as a person runs them, against the emulator."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(limit=3, retry_after="1") as server:
        server.index.grow(range(1000, 1010))
        yield server


def start(emulator: Emulator, cache: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from kg.cli import main; main()", *arguments],
        env={**os.environ, "EXIL8_EUTILS": emulator.url, "EXIL8_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_searches_of_several_shells_keep_the_rate_together(emulator: Emulator, tmp_path: Path) -> None:
    shells = [start(emulator, tmp_path, "pubmed", "search", "journal article[pt]") for _ in range(4)]
    for shell in shells:
        out, err = shell.communicate()
        assert "10 hits" in out, err
    assert len(emulator.journal) == 8
    assert emulator.over_limit == 0
