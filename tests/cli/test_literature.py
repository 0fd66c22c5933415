"""The commands for PubMed, run as a person runs them, against the emulator."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kg.cli import run
from kg.cli.showing import counting
from kg.sources.pubmed.limiter import RATE
from tests.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(limit=1000) as server:
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


def test_search_tells_what_pubmed_did_not_understand(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXIL8_EUTILS", emulator.url)
    assert run(["pubmed", "search", "title[ti] AND thing[nosuchfield]"]) == 0
    out, err = capsys.readouterr()
    assert "10 hits" in out
    assert "nosuchfield" not in out
    assert err == "PubMed: field not found: nosuchfield\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_progress_bar_has_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "120")
    with counting("fetching", quiet=False) as advance:
        assert advance is not None
        for done in (0, 1000, 2000):
            advance(done, 4000)
    shown = terminal.getvalue()
    assert "2,000 of 4,000" in shown
    assert re.search(r"[\d,]+/s", shown)
    assert re.search(r"left.*\d:\d\d:\d\d", shown)


def test_no_progress_bar_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with counting("fetching", quiet=False) as advance:
        assert advance is None
    assert capsys.readouterr() == ("", "")


def test_searches_of_several_shells_keep_the_rate_together(emulator: Emulator, tmp_path: Path) -> None:
    shells = [start(emulator, tmp_path, "pubmed", "search", "journal article[pt]") for _ in range(4)]
    for shell in shells:
        out, err = shell.communicate()
        assert "10 hits" in out, err
    times = [call.time for call in emulator.journal]
    assert len(times) == 8
    assert max(times) - min(times) > 6 / RATE  # seven distances, less what the way of the first may have taken
