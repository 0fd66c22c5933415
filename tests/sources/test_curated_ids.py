"""The id of a curated paper is one of its ids, whether or not its column repeats it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.model import Publication
from kg.sources import curated

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("identifier", "known"),
    [
        ("PMID:14726401", ("14726401", "10.1/x", "")),
        ("DOI:10.1182/blood-2003-08-2734", ("", "10.1182/blood-2003-08-2734", "")),
        ("PMC:PMC3041855", ("", "10.1/x", "PMC3041855")),
    ],
)
def test_an_id_is_known_without_its_column(tiny: Path, identifier: str, known: tuple[str, str, str]) -> None:
    file = tiny / "publications.tsv"
    head = file.read_text(encoding="utf-8").splitlines()[0].split("\t")
    doi = "" if identifier.startswith("DOI") else "10.1/x"
    cells = dict.fromkeys(head, "") | {"id": identifier, "doi": doi, "title": "T"}
    with file.open("a", encoding="utf-8") as table:
        table.write("\t".join(cells.values()) + "\n")
    papers = {p.id: p for p in curated.read(tiny) if isinstance(p, Publication)}
    assert (papers[identifier].pmid, papers[identifier].doi, papers[identifier].pmcid) == known
