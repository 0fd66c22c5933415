"""The worked example of CONTRIBUTING.md: a new source in one file, from inside and from outside the package."""

from __future__ import annotations

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
