"""Plain edge tables: ``source``, ``target``, ``interactionType``, ``databaseSource``, ``pubmedId``.

Networks of SIGNOR, BioGRID and Reactome are given on in this form. It names genes by symbol, so that only the names
that are known are taken; a kind of interaction may be several words joined by bars.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.model import Evidence, Relation, Statement
from kg.sources.identifiers import HUMAN, Ungrounded
from kg.sources.reading import UNSPECIFIED, Kind, kinds, pmid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.model import Record
    from kg.sources.reading import Reading

COLUMNS: Final = ("source", "target", "interactionType", "databaseSource", "pubmedId")


def is_edge_table(header: str) -> bool:
    r"""Whether a first line is the header of an edge table.

    >>> is_edge_table("source\ttarget\tinteractionType\tdatabaseSource\tpubmedId\n")
    True
    """
    return set(COLUMNS[:3]) <= set(header.rstrip("\r\n").split("\t"))


def edge_row(reading: Reading, line: int, cells: Mapping[str, str], *, licence: str) -> Iterator[Record]:
    """Say one row.

    Parameters
    ----------
    reading
        The reading it belongs to; the mapping of its source says what the kinds mean.
    line, cells
        The row.
    licence
        Licence of the source.

    Yields
    ------
    Record
        Entities and statements, or one refusal.
    """
    word = cells["interactionType"]
    kind = kind_of(reading.source, word)
    if isinstance(kind, str):
        yield reading.refuse_kind(line, word, kind)
        return
    subject, object_ = reading.named(cells["source"]), reading.named(cells["target"])
    if isinstance(subject, Ungrounded):
        yield reading.refuse(line, *subject)
        return
    if isinstance(object_, Ungrounded):
        yield reading.refuse(line, *object_)
        return
    if kind.reverse:
        subject, object_ = object_, subject
    relation = Relation(
        subject=subject.id,
        subject_site=UNSPECIFIED,
        predicate=kind.predicate,
        object=object_.id,
        object_site=UNSPECIFIED,
        polarity=kind.polarity,
    )
    yield from reading.tell(subject, object_)
    papers = [p for p in map(pmid, cells["pubmedId"].split(";")) if p] if cells["pubmedId"] else []
    for paper in papers or [""]:
        evidence = Evidence(
            publication=paper,
            source=reading.source,
            record=f"{cells['source']}|{word}|{cells['target']}",
            directness=kind.directness,
            taxa=(HUMAN,),
            note=word.replace("|", ", "),
            licence=licence,
        )
        yield Statement(relation=relation, evidence=evidence)


@lru_cache(maxsize=4096)
def kind_of(source: str, word: str) -> Kind | str:
    """Kind of several words: as a whole, else by the first of them that has one; the reason when there is none.

    >>> kind_of("signor", "activate|phosphorylate").predicate, kind_of("signor", "activate|inhibit|chemical")
    ('activates', 'both activation and inhibition')
    """
    table = kinds(source)
    whole = table.get(word.casefold())
    if whole is not None:
        return whole.reason or whole
    parts = word.casefold().split("|")
    if "activate" in parts and "inhibit" in parts:
        return "both activation and inhibition"
    found = [table[part] for part in parts if part in table]
    usable = [kind for kind in found if not kind.reason]
    return usable[0] if usable else found[0].reason if found else ""
