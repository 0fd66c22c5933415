"""What the package ships: every file in the table, with its digest, small."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def test_shipped_files_stand_in_the_table_with_their_digest(request: pytest.FixtureRequest) -> None:
    axis = request.config.rootpath / "kg" / "axes" / "cml_il8"
    table = (axis / "SOURCES.md").read_text(encoding="utf-8")
    mappings = request.config.rootpath / "kg" / "sources" / "mappings"
    for file in sorted([*axis.glob("*.tsv"), *axis.glob("*.gz"), *mappings.iterdir()]):
        assert file.name in table, f"{file.name}: add it to scripts/list_sources.py"
        assert hashlib.sha256(file.read_bytes()).hexdigest() in table, (
            f"{file.name} changed: run scripts/list_sources.py"
        )


def test_the_vendored_library_is_the_one_that_is_listed(request: pytest.FixtureRequest) -> None:
    vendor = request.config.rootpath / "kg" / "export" / "vendor"
    head, *rows = [line.split("\t") for line in (vendor / "VERSIONS.tsv").read_text("utf-8").splitlines()]
    listed = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert {file.name for file in vendor.glob("*.js")} == set(listed)
    for name, row in listed.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == row["sha256"]
        assert (vendor / row["licence_file"]).is_file()


def test_shipped_data_is_small(request: pytest.FixtureRequest) -> None:
    package = request.config.rootpath / "kg"
    data = [*package.glob("axes/**/*.*"), *package.glob("sources/mappings/*")]
    assert sum(file.stat().st_size for file in data if file.is_file()) < 5_000_000
