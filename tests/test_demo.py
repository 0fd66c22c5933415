"""kg demo: what it writes, what it prints, and that what it tells people to do next works."""

from __future__ import annotations

import csv
import json
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

import kg
from kg import cli, demo
from kg.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANCHOR = "PMID:24657661"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder (with a blank in its name, as people have them) and what the program prints."""
    folder = tmp_path_factory.mktemp("demo") / "my files"
    command = [sys.executable, "-c", "from kg.cli import main; main()", "demo", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=240)
    assert (done.returncode, done.stderr) == (0, "")
    return folder, done.stdout


@pytest.fixture(scope="module")
def out(ran: tuple[Path, str]) -> Path:
    return ran[0]


@pytest.fixture(scope="module")
def told(ran: tuple[Path, str]) -> str:
    return ran[1]


@pytest.fixture(scope="module")
def graph(out: Path) -> Iterator[kg.KnowledgeGraph]:
    opened = kg.open(out / "axis.kg")
    yield opened
    opened.close()


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


# What it writes


def test_every_file_is_there_and_named(out: Path, told: str) -> None:
    names = ["axis.cx2", "axis.svg", "axis.html", "paths.csv", "factors.csv", "contradictions.csv"]
    assert f"Wrote to {out}: {', '.join(names)}\n" in told
    assert {p.name for p in out.iterdir()} == {*names, "axis.kg"}
    assert all((out / name).stat().st_size > 1000 for name in names)


def test_the_table_of_paths_is_the_answer_of_the_graph(out: Path, graph: kg.KnowledgeGraph) -> None:
    asked = graph.profile.flagship
    assert asked is not None
    found = graph.paths(asked.source, asked.target, k=asked.k, sign=asked.sign)
    written = rows(out / "paths.csv")
    assert [row["rank"] for row in written] == [str(p.rank) for p in found for _ in p.steps]
    first = [row for row in written if row["rank"] == "1"]
    assert [row["predicate"] for row in first] == ["increases_secretion_of", "is_secreted", "promotes"]
    assert all(ANCHOR in row["publications"] for row in first)


def test_the_tables_of_factors_and_contradictions(out: Path, graph: kg.KnowledgeGraph) -> None:
    factors = rows(out / "factors.csv")
    assert [row["rank"] for row in factors] == [str(n) for n in range(1, len(factors) + 1)]
    assert all(0.0 < float(row["p_value"]) <= 1.0 for row in factors)
    assert len(rows(out / "contradictions.csv")) == len(graph.contradictions())


def test_the_figure_shows_the_axis(out: Path) -> None:
    texts = "".join(ET.parse(out / "axis.svg").getroot().itertext())
    for word in ("CML cell", "Extracellular space", "BM stromal cell", "CXCL8"):
        assert word in texts
    fragments = {key for part in json.loads((out / "axis.cx2").read_text(encoding="utf-8")) for key in part}
    assert {"CXVersion", "nodes", "edges", "visualProperties"} <= fragments
    page = (out / "axis.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert 'src="http' not in page
    assert "CXCL8" in page


# What it prints


def test_it_says_question_path_papers_and_factors(told: str, graph: kg.KnowledgeGraph) -> None:
    counts, asked = graph.manifest["counts"], graph.profile.flagship
    assert asked is not None
    lines = told.splitlines()
    assert lines[0] == graph.profile.title
    assert lines[1].startswith(f"{counts['relations']} relations from {counts['evidence']} pieces of evidence")
    assert asked.question in lines
    assert f"{ANCHOR}  Exosome-mediated crosstalk" in told
    assert "What acts on leukaemia survival from the microenvironment factors, best path first:" in lines
    shown = [line.strip() for line in lines if " raises it (" in line or " lowers it (" in line]
    assert [line.split(". ")[0] for line in shown] == [str(n) for n in range(1, 9)]
    assert all(re.search(r"belief 0\.\d\d, \d+ papers?, p 0\.\d+", line) for line in shown)
    assert "None" not in told
    assert "nan" not in told


def test_what_it_says_to_do_next_works(told: str, capsys: pytest.CaptureFixture[str]) -> None:
    commands = [line.strip() for line in told.splitlines() if line.startswith("  kg ")]
    assert len(commands) == 2
    for command in (part for line in commands for part in line.split("; ")):
        program, *arguments = shlex.split(command)
        assert program == "kg"
        assert cli.run(arguments) == 0
        assert capsys.readouterr().err == ""


def test_the_usual_folder_is_told_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["demo", "--help"]) == 0
    assert "[default: exil8-demo]" in capsys.readouterr().out


# What goes wrong


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    with pytest.raises(StoreError, match="name another folder with --out"):
        demo.run(tmp_path / "file")
    with pytest.raises(StoreError):
        demo.run(tmp_path / "file" / "below")
    assert (tmp_path / "file").read_text() == "precious"


def test_a_figure_that_cannot_be_written_is_one_line(
    tmp_path: Path, shipped: kg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.demo.opening.build", lambda *_, **__: kg.open(shipped.store.place.root))
    (tmp_path / "axis.cx2").mkdir()
    with pytest.raises(StoreError, match=r"cannot write .*axis\.cx2: Is a directory"):
        demo.run(tmp_path)


def test_a_profile_that_asks_nothing_has_no_demonstration(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tiny / "profile.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[flagship]", "[unused]"), encoding="utf-8")
    built = kg.build(tmp_path / "silent.kg", profile=tiny)
    monkeypatch.setattr("kg.demo.opening.build", lambda *_, **__: built)
    with pytest.raises(StoreError, match="profile my_axis asks no flagship question"):
        demo.run(tmp_path / "out")
    built.close()
