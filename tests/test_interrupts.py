"""Ctrl-C and full disks under the output: one line, a status of their own, and nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

LINE = "kg: interrupted; what was there before is as it was\n"
INTERRUPT_AT_IMPORT = """
import os, signal, sys

module = sys.argv.pop(1)

class Interrupting:
    def find_spec(name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting)
from kg.__main__ import main
main()
"""


def started(*arguments: object, **options: int) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen([sys.executable, "-m", "kg", *map(str, arguments)], text=True, **pipes)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("module", ["typer", "kg.cli.asking", "kg.opening", "kg.graph", "pyoxigraph"])
def test_ctrl_c_while_the_program_loads(shipped: KnowledgeGraph, module: str) -> None:
    environment = {**os.environ, "EXIL8_STORE": str(shipped.store.place.root)}
    command = [sys.executable, "-c", INTERRUPT_AT_IMPORT, module, "query", "relations"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", LINE)


def test_ctrl_c_in_a_build_says_so_and_leaves_the_old_graph(shipped_copy: Path, tmp_path: Path) -> None:
    before = kg.open(shipped_copy)
    fifo = tmp_path / "papers.xml"
    os.mkfifo(fifo)
    process = started("build", "--store", shipped_copy, "--source", f"pubmed={fifo}")
    with fifo.open("wb"):  # opens when the build has opened the other end
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", LINE)
    after = kg.open(shipped_copy)
    assert (after.store.revision, len(after.store)) == (before.store.revision, len(before.store))
    before.close()
    after.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_output_to_a_full_disk_is_a_line_and_status_4(shipped: KnowledgeGraph, form: str) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = started(
            "query", "relations", "--format", form, "--store", shipped.store.place.root, stdout=full.fileno()
        )
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (4, "kg: the output cannot be written: No space left on device\n")
