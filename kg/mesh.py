"""Which entities a MeSH identifier stands for: ``ontologies/mesh_entities.tsv``, for headings and for annotations."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from kg import resources
from kg.errors import SourceError
from kg.vocabulary import check_curie

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def read_mesh(path: Path) -> dict[str, frozenset[str]]:
    """Read a table of MeSH identifiers: mesh, entity, reason; none for a term that must never stand for one.

    Raises
    ------
    SourceError
        Naming file and line, when a line is not one of the table.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for number, line in enumerate(path.read_text("utf-8").splitlines()[1:], start=2):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3 or not cells[2]:
            raise SourceError(path, number, "not a line of mesh, entity, reason", "separate three cells by tabs")
        check_curie(f"MESH:{cells[0]}", file=path, line=number)
        found[cells[0]] |= {check_curie(cells[1], file=path, line=number)} if cells[1] else set()
    return {ui: frozenset(curies) for ui, curies in found.items()}


@cache
def shipped_mesh() -> Mapping[str, frozenset[str]]:
    """The table that comes with the package.

    >>> sorted(shipped_mesh()["D023063"]), sorted(shipped_mesh()["D063326"])
    (['HGNC:6027'], [])
    """
    return read_mesh(resources.ontologies() / "mesh_entities.tsv")


def entities_of(ui: str) -> frozenset[str]:
    """CURIEs that a MeSH identifier stands for: those of the shipped table, else the MeSH term itself.

    >>> sorted(entities_of("D017209")), sorted(entities_of("D009369")), sorted(entities_of("D015477"))
    (['GO:0006915'], ['MESH:D009369'], [])
    """
    listed = shipped_mesh().get(ui)
    return frozenset([f"MESH:{ui}"]) if listed is None else listed
