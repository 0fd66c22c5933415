"""Reactome functional interactions, as a plain edge table.

An arrow of Reactome ("activate", "catalyze") is taken as activation; a pair that both activates and inhibits, or
whose regulation of expression has no sign, is a relation without a sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import Refusal, SourceInfo
from kg.sources.edge_table import COLUMNS, edge_row
from kg.sources.reading import Reading
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.model import Record
    from kg.sources.identifiers import Identifiers

INFO: Final = SourceInfo(
    name="reactome_fi",
    title="Reactome functional interactions",
    licence="CC-BY-4.0",
    homepage="https://reactome.org/download-data",
    citation=(
        "Wu G, Feng X, Stein L. A human functional protein interaction network and its application to cancer data "
        "analysis. Genome Biol 2010;11:R53. doi:10.1186/gb-2010-11-5-r53"
    ),
    reliability=0.4,
    formats=("tsv",),
)


def read(path: str | Path, *, identifiers: Identifiers | None = None) -> Iterator[Record]:
    """Read functional interactions.

    Parameters
    ----------
    path
        A table with ``source``, ``target``, ``interactionType``, ``databaseSource``, ``pubmedId``.
    identifiers
        What is known of identifiers; `kg.sources.identifier_tables.default_identifiers` when None. The table names
        genes by symbol: give one of HGNC, or few rows are taken.

    Yields
    ------
    Record
        Entities, statements, and a refusal for each row that is not taken.

    Raises
    ------
    SourceError
        The file is no such table.
    """
    reading = Reading(INFO, path, identifiers)
    for row in read_table(path, required=COLUMNS, optional=(), source=INFO.name):
        if isinstance(row, Refusal):
            yield row
        else:
            yield from edge_row(reading, row.line, row.cells, licence=INFO.licence)
