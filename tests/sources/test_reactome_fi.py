"""Reactome functional interactions: words that come in combinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.sources import reactome_fi
from kg.sources.edge_table import COLUMNS, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.sources.identifiers import Identifiers


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("activate|binding|reaction", "activates"),
        ("inhibit|phosphorylate", "inhibits"),
        ("expression|inhibit", "decreases_expression_of"),
        ("activate|binding|inhibit", "regulates"),
        ("catalyze|inhibit", "regulates"),
        ("binding|expression|inhibit", "inhibits"),
        ("binding|inhibit|reaction", "inhibits"),
        ("binding|phosphorylate", "phosphorylates"),
        ("catalyze|phosphorylate", "phosphorylates"),
        ("binding|catalyze", "activates"),
        ("activate|expression", "increases_expression_of"),
        ("expression", "regulates_expression_of"),
        ("expression|reaction", "regulates_expression_of"),
        ("reaction", "taking part in one reaction is no relation of two things"),
        ("ubiquitinate|whatever", "regulates"),
        ("whatever", ""),
    ],
)
def test_combinations(word: str, expected: str) -> None:
    kind = kind_of("reactome_fi", word)
    assert (kind if isinstance(kind, str) else kind.predicate) == expected


def test_rows(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "fi.tsv"
    path.write_text("\t".join(COLUMNS) + "\nCXCL8\tCXCR2\tactivate|binding\tReactomeFI\t\nCXCL8\tNOPE\tactivate\tX\t\n")
    found = gather(reactome_fi.read(path))
    assert found.triples() == {("HGNC:6025", "activates+", "HGNC:6027")}
    assert found.reasons == {"unknown name 'NOPE'": 1}


def test_real_file_counts(shared_data: Path, hgnc: Identifiers, gather: Callable[..., Any]) -> None:
    found = gather(reactome_fi.read(shared_data / "relations" / "reactome_fi_edges.tsv", identifiers=hgnc))
    assert found.counts == (85647, 8044, 35)
