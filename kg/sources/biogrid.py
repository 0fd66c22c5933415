"""BioGRID: interactions as TAB3, and the edge table that networks of it are given on as.

Physical interactions become bindings, or a phosphorylation where that is the modification; genetic ones have no
predicate.
PSI-MITAB files of BioGRID are read by `kg.sources.mitab`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kg.errors import SourceError
from kg.model import Evidence, Refusal, Relation, SourceInfo, Statement
from kg.sources.edge_table import COLUMNS, edge_row
from kg.sources.files import read_lines
from kg.sources.reading import UNSPECIFIED, Reading, doi, kinds, pmid
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Entity, Record
    from kg.sources.identifiers import Identifiers
    from kg.sources.reading import Kind

INFO: Final = SourceInfo(
    name="biogrid",
    title="BioGRID: protein, genetic and chemical interactions",
    licence="MIT",
    homepage="https://thebiogrid.org/",
    citation=(
        "Oughtred R, Rust J, Chang C, et al. The BioGRID database: a comprehensive biomedical resource of curated "
        "protein, genetic, and chemical interactions. Protein Sci 2021;30:187-200. doi:10.1002/pro.3978"
    ),
    reliability=0.6,
    formats=("tab3", "tsv"),
)

_ID: Final = "#BioGRID Interaction ID"
_TAB3: Final = (
    _ID, "Entrez Gene Interactor A", "Entrez Gene Interactor B", "Official Symbol Interactor A",
    "Official Symbol Interactor B", "Experimental System", "Experimental System Type", "Publication Source",
    "Organism ID Interactor A", "Organism ID Interactor B", "Throughput", "Modification",
)  # fmt: skip


def read(path: str | Path, *, identifiers: Identifiers | None = None) -> Iterator[Record]:
    """Read interactions.

    Parameters
    ----------
    path
        A TAB3 file, or a table with ``source``, ``target``, ``interactionType``, ``databaseSource``, ``pubmedId``.
    identifiers
        What is known of identifiers; the shipped table when None. The edge table names genes by symbol, so that only
        known ones are taken; TAB3 has Entrez numbers, which stand as they are.

    Yields
    ------
    Record
        Entities, statements, and a refusal for each row that is not taken.

    Raises
    ------
    SourceError
        The file is neither, or TAB2.
    """
    reading = Reading(INFO, path, identifiers)
    first = next(read_lines(path)).rstrip("\r\n").split("\t")
    if _ID in first and "Publication Source" not in first:
        raise SourceError(path, 1, "is BioGRID TAB1 or TAB2", "download the TAB3 file")
    tab3 = _ID in first
    table = read_table(path, required=_TAB3 if tab3 else COLUMNS, optional=(), source=INFO.name)
    for row in table:
        if isinstance(row, Refusal):
            yield row
        elif tab3:
            yield from _tab3_row(reading, row.line, row.cells)
        else:
            yield from edge_row(reading, row.line, row.cells, licence=INFO.licence)


def _tab3_row(reading: Reading, line: int, cells: Mapping[str, str]) -> Iterator[Record]:
    system = cells["Experimental System"]
    word = cells["Modification"] if system == "Biochemical Activity" else system
    kind = kinds("biogrid").get(word.casefold())
    if kind is None or kind.reason:
        yield reading.refuse_kind(line, word, kind.reason if kind else "")
        return
    numbers = (cells["Entrez Gene Interactor A"], cells["Entrez Gene Interactor B"])
    if not (numbers[0].isdecimal() and numbers[1].isdecimal()):
        yield reading.refuse(line, "an interactor without an Entrez number")
        return
    subject = reading.entity(f"NCBIGene:{numbers[0]}", cells["Official Symbol Interactor A"])
    object_ = reading.entity(f"NCBIGene:{numbers[1]}", cells["Official Symbol Interactor B"])
    source, _, number = cells["Publication Source"].partition(":")
    paper = pmid(number) if source == "PUBMED" else doi(number)
    taxa = {cells["Organism ID Interactor A"], cells["Organism ID Interactor B"]}
    yield from _statements(reading, kind, (subject, object_), [paper] if paper else [], Evidence(
        publication="", source=INFO.name, record=cells[_ID], assay=system, directness=kind.directness,
        taxa=tuple(sorted(f"NCBITaxon:{taxon}" for taxon in taxa if taxon.isdecimal())),
        note=cells["Throughput"].casefold(), licence=INFO.licence,
    ))  # fmt: skip


def _statements(
    reading: Reading, kind: Kind, ends: tuple[Entity, Entity], papers: list[str], evidence: Evidence
) -> Iterator[Record]:
    subject, object_ = reversed(ends) if kind.reverse else ends
    relation = Relation(
        subject=subject.id,
        subject_site=UNSPECIFIED,
        predicate=kind.predicate,
        object=object_.id,
        object_site=UNSPECIFIED,
        polarity=kind.polarity,
    )
    yield from reading.tell(subject, object_)
    for paper in papers or [""]:
        yield Statement(relation=relation, evidence=replace(evidence, publication=paper) if paper else evidence)
