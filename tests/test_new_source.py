"""The worked example of CONTRIBUTING.md: a new source in one file, from inside and from outside the package."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
TABLE = (
    "id\tligand\tligand_id\treceptor\treceptor_id\tpmid\n"
    "p1\tCXCL8\tHGNC:6025\tCXCR2\tHGNC:6027\t8692878\n"
    "p2\tCXCL8\tHGNC:6025\tCXCR1\tHGNC:6026\tunknown\n"
)


def _example() -> str:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found.group(1)


def test_example_is_short() -> None:
    assert len(_example().splitlines()) < 60


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A folder on which an installed package of somebody else's with the example would stand."""
    folder = tmp_path / "site"
    (folder / "my_package").mkdir(parents=True)
    (folder / "my_package" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "my_package" / "pairs.py").write_text(_example(), encoding="utf-8")
    info = folder / "my_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[kg.sources]\npairs = my_package.pairs\n", encoding="utf-8")
    (tmp_path / "pairs.tsv").write_text(TABLE, encoding="utf-8")
    return folder


def _kg(plugin: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.insert(0, {str(plugin)!r}); from kg.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


def test_example_is_read_through_its_entry_point(plugin: Path, tmp_path: Path) -> None:
    store = tmp_path / "g.kg"
    assert "pairs" in _kg(plugin, "sources").stdout
    built = _kg(plugin, "build", "--source", f"pairs={tmp_path / 'pairs.tsv'}", "--store", str(store))
    assert built.returncode == 0, built.stderr
    assert "1 relations from 1 pieces of evidence" in built.stderr
    status = _kg(plugin, "status", "--store", str(store))
    assert "no PMID; add one" in status.stdout


BROKEN = {
    "raises": ("raise RuntimeError('no\\nluck')", "cannot be imported (RuntimeError: no luck)"),
    "leaves": ("import sys; sys.exit(3)", "cannot be imported (SystemExit: 3)"),
    "typo": ("def read(path:", "cannot be imported (SyntaxError"),
    "lacks": ("import not_there_at_all", "cannot be imported (ModuleNotFoundError"),
    "empty": ("", "is no source: it has no INFO, a kg.model.SourceInfo"),
    "alone": ("from kg.sources.civic import INFO", "is no source: its INFO is that of 'civic'"),
    "mute": (
        "from kg.model import SourceInfo\nINFO = SourceInfo(name='mute', title='x', licence='x', homepage='x',"
        " citation='x', reliability=0.5, formats=())",
        "is no source: it has no function read(path)",
    ),
}


@pytest.fixture
def broken(plugin: Path) -> Path:
    """The same folder with packages beside it that are wrong in every way, one in its list of entry points."""
    for name, (code, _) in BROKEN.items():
        (plugin / "my_package" / f"{name}.py").write_text(code + "\n", encoding="utf-8")
    entries = "".join(f"{name} = my_package.{name}\n" for name in [*BROKEN, "gone"])
    points = plugin / "my_package-1.0.dist-info" / "entry_points.txt"
    points.write_text(points.read_text(encoding="utf-8") + entries, encoding="utf-8")
    other = plugin / "other-1.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", encoding="utf-8")
    (other / "entry_points.txt").write_text("[kg.sources]\nno entry point\n", encoding="utf-8")
    return plugin


def test_broken_sources_are_listed_with_what_is_wrong_and_the_others_work(broken: Path, tmp_path: Path) -> None:
    told = _kg(broken, "sources", "--json")
    assert told.returncode == 0, told.stderr
    rows = {row["name"]: row for row in json.loads(told.stdout)}
    assert rows["civic"]["licence"] == "CC0-1.0"
    assert rows["pairs"]["licence"] == "CC0-1.0"
    for name, (_, said) in BROKEN.items():
        assert said in rows[name]["error"]
        assert "\n" not in rows[name]["error"]
    assert "cannot be imported (ModuleNotFoundError" in rows["gone"]["error"]
    assert "raises" in _kg(broken, "sources").stdout
    built = _kg(broken, "build", "--source", f"pairs={tmp_path / 'pairs.tsv'}", "--store", str(tmp_path / "g.kg"))
    assert built.returncode == 0, built.stderr


def test_a_broken_source_is_an_error_of_one_line(broken: Path, tmp_path: Path) -> None:
    for name in ("raises", "mute"):
        file = f"{name}={tmp_path / 'pairs.tsv'}"
        told = _kg(broken, "build", "--source", file, "--store", str(tmp_path / "g.kg"))
        assert told.returncode == 2
        assert BROKEN[name][1] in " ".join(told.stderr.split())
        assert "Traceback" not in told.stderr
