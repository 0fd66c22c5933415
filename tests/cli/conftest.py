"""How the tests of the command line run it: in this process, or as a program of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from kg import cli, opening

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

PROGRAM = [sys.executable, "-c", "from kg.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Told:
    """What one command line came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """The only line that a command that fails prints, without its ``kg: ``."""
        assert self.out == ""
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("kg: "), self.err
        assert "Traceback" not in self.err
        return self.err.removeprefix("kg: ").rstrip("\n")


class Run(Protocol):
    def __call__(self, *arguments: object) -> Told: ...


class Start(Protocol):
    def __call__(
        self, *arguments: object, stdout: int = subprocess.PIPE, **environment: str
    ) -> subprocess.Popen[str]: ...


@pytest.fixture
def run(shipped: KnowledgeGraph, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in this process, by default over the shipped graph, which is opened once for all."""
    open_ = opening.open_
    monkeypatch.setenv("EXIL8_STORE", str(shipped.store.place.root))
    monkeypatch.setattr(opening, "open_", lambda store=None: shipped if store is None else open_(store))
    capsys.readouterr()

    def told(*arguments: object) -> Told:
        status = cli.run([str(a) for a in arguments])
        said = capsys.readouterr()
        return Told(status, said.out, said.err)

    return told


@pytest.fixture
def start(shipped: KnowledgeGraph) -> Start:
    """Start the command line as a program of its own, over the shipped graph."""
    usual = {**os.environ, "EXIL8_STORE": str(shipped.store.place.root)}

    def started(*arguments: object, stdout: int = subprocess.PIPE, **environment: str) -> subprocess.Popen[str]:
        command = [*PROGRAM, *map(str, arguments)]
        return subprocess.Popen(
            command, stdout=stdout, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=usual | environment
        )

    return started
