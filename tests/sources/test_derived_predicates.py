"""Predicates that stand only on steps of a path are none that a row may use, and no hint offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import kg
from kg import vocabulary
from kg.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

DERIVED = [p.name for p in vocabulary.predicates().values() if p.derived]
OFFERED = ", ".join(sorted(p.name for p in vocabulary.predicates().values() if not p.derived))


@pytest.mark.parametrize("name", ["likes", *DERIVED])
def test_an_unknown_predicate_names_file_line_and_the_ones_there_are(tiny: Path, name: str) -> None:
    file = tiny / "relations.tsv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[2] = lines[2].replace(f"\t{lines[2].split(chr(9))[5]}\t", f"\t{name}\t")
    file.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        kg.build(tiny.parent / "x.kg", profile=tiny)
    assert str(caught.value) == f"{file}:3: unknown predicate {name!r}; use one of: {OFFERED}"
