"""Files: the format by the ending, all or nothing, and one clear line when it cannot be."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from kg import resources
from kg.errors import StoreError, UsageError
from kg.export import write as writing
from kg.export.write import FORMATS, notices, write

if TYPE_CHECKING:
    from pathlib import Path

    from kg.export.view import View


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format(view: View, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"axis{ending}"
    written = write(view, target)
    assert written[0] == target
    assert sorted(tmp_path.iterdir()) == sorted(written)
    assert all(path.read_text(encoding="utf-8") for path in written)


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_bytes_twice(view: View, tmp_path: Path, ending: str) -> None:
    first = {path.name: path.read_bytes() for path in write(view, tmp_path / f"axis{ending}")}
    again = {path.name: path.read_bytes() for path in write(view, str(tmp_path / f"axis{ending}"))}
    assert first == again


@pytest.mark.parametrize("ending", FORMATS)
def test_every_network_in_every_format(any_view: View, tmp_path: Path, ending: str) -> None:
    assert write(any_view, tmp_path / f"x{ending}")


def test_capital_letters(view: View, tmp_path: Path) -> None:
    assert write(view, tmp_path / "AXIS.SVG") == (tmp_path / "AXIS.SVG",)


@pytest.mark.parametrize("name", ["axis", "axis.docx", ".cx2"])
def test_an_unknown_ending(view: View, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"cannot tell the format; end the name with \.cx2"):
        write(view, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(view: View, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot write .*axis\.svg: No such file"):
        write(view, tmp_path / "nowhere" / "axis.svg")


def test_a_folder_in_the_place_of_the_file(view: View, tmp_path: Path) -> None:
    (tmp_path / "axis.svg").mkdir()
    with pytest.raises(StoreError, match="cannot write"):
        write(view, tmp_path / "axis.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["axis.svg"]


def test_a_full_disk_leaves_the_old_file(view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "axis.tsv"
    target.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_fill", full)
    with pytest.raises(StoreError, match="No space left on device"):
        write(view, target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interruption_leaves_nothing_behind(view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: Path, *_: object) -> None:
        path.write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_fill", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(view, tmp_path / "axis.svg")
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_to_and_not_replaced(view: View, tmp_path: Path) -> None:
    pipe = tmp_path / "axis.svg"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(view, pipe)
        assert os.read(reader, 5) == b"<?xml"
        assert pipe.is_fifo()
    finally:
        os.close(reader)


def test_permissions_follow_the_mask(view: View, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    (written,) = write(view, tmp_path / "axis.svg")
    assert written.stat().st_mode == plain.stat().st_mode


def test_large_views_come_with_a_notice(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    assert notices(view) == ()
    monkeypatch.setattr(writing, "_LARGE", 10)
    assert "crowded" in notices(view)[0]
    monkeypatch.setattr(writing, "_EDGES_WEB", 10)
    assert "Cytoscape Web" in notices(view)[0]
    monkeypatch.setattr(writing, "_ELEMENTS_DESKTOP", 10)
    assert "Desktop" in notices(view)[0]


def test_what_is_vendored_is_named_with_its_licence() -> None:
    folder = resources.axes().parent / "export" / "vendor"
    rows = [line.split("\t") for line in (folder / "VERSIONS.tsv").read_text().splitlines()[1:]]
    scripts = {path.name for path in folder.iterdir() if path.suffix == ".js"}
    assert {row[0] for row in rows} == scripts
    for name, _, version, licence, licence_file, digest in rows:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        assert version
        assert licence == "MIT"
        assert "Permission is hereby granted" in (folder / licence_file).read_text()
