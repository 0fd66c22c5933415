"""BioGRID: interactions as TAB3, and the edge table that networks of it are given on as.

Physical interactions become bindings, or a phosphorylation where that is the modification; genetic ones have no
predicate.
PSI-MITAB files of BioGRID are read by `kg.sources.mitab`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.errors import SourceError
from kg.model import Refusal, SourceInfo
from kg.sources.edge_table import COLUMNS, edge_row
from kg.sources.files import read_lines
from kg.sources.identifiers import Ungrounded, both
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import UNSPECIFIED, Reading, doi, kinds, pmid
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Entity, Record, Relation
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
_ENTREZ: Final = "Entrez Gene Interactor "
_SYMBOL: Final = "Official Symbol Interactor "


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
    first = next(read_lines(path))
    tab3 = first.startswith(_ID)
    if tab3 and "Publication Source" not in first:
        raise SourceError(path, 1, "is BioGRID TAB1 or TAB2", "download the TAB3 file")
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
    ends = both(*(reading.xref(f"NCBIGene:{cells[_ENTREZ + side]}", cells[_SYMBOL + side]) for side in "AB"))
    if isinstance(ends, Ungrounded):
        yield reading.refuse(line, *ends)
        return
    subject, object_ = ends
    yield from reading.tell(subject, object_)
    paper = _paper(cells["Publication Source"])
    if not paper:
        yield reading.refuse(line, f"reference {cells['Publication Source']!r} is no paper")
    taxa = {cells["Organism ID Interactor A"], cells["Organism ID Interactor B"]}
    evidence = new_evidence(
        publication=paper,
        source=INFO.name,
        record=cells[_ID],
        assay=system,
        directness=kind.directness,
        taxa=tuple(sorted(f"NCBITaxon:{taxon}" for taxon in taxa if taxon.isdecimal())),
        note="; ".join(filter(None, [word.casefold() if word != system else "", cells["Throughput"].casefold()])),
        licence=INFO.licence,
    )
    yield new_statement(relation=_relation(kind, subject, object_), evidence=evidence)


def _paper(reference: str) -> str:
    """CURIE of a paper; empty for none.

    >>> _paper("PUBMED:8302582"), _paper("DOI:10.1101/x"), _paper("PUBMED:0")
    ('PMID:8302582', 'DOI:10.1101/x', '')
    """
    source, _, number = reference.partition(":")
    if source == "PUBMED":
        return pmid(number)
    return doi(number) if source == "DOI" else ""


def _relation(kind: Kind, subject: Entity, object_: Entity) -> Relation:
    if kind.reverse:
        subject, object_ = object_, subject
    return new_relation(
        subject=subject.id,
        subject_site=UNSPECIFIED,
        predicate=kind.predicate,
        object=object_.id,
        object_site=UNSPECIFIED,
        polarity=kind.polarity,
    )
