"""Plain edge tables: ``source``, ``target``, ``interactionType``, ``databaseSource``, ``pubmedId``.

Networks of SIGNOR, BioGRID and Reactome are given on in this form. It names genes by symbol and metabolites by their
number in HMDB, so that only the names that are known are taken; a kind of interaction may be several words joined by
bars.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.model import Polarity
from kg.sources.identifiers import HUMAN, Ungrounded, both
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import UNSPECIFIED, Kind, kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.model import Entity, Record
    from kg.sources.reading import Reading

COLUMNS: Final = ("source", "target", "interactionType", "databaseSource", "pubmedId")
_WORD: Final = re.compile(r"\w+")
_WITHOUT_SIGN: Final = {"phosphorylates": 1, "regulates_expression_of": 2, "regulates": 3, "binds": 4}
_TAXA: Final = (HUMAN,)


def is_edge_table(header: str) -> bool:
    r"""Whether a first line is the header of an edge table, be it with a wrong delimiter.

    >>> is_edge_table("source\ttarget\tinteractionType\tdatabaseSource\tpubmedId\n")
    True
    """
    return set(COLUMNS[:3]) <= set(_WORD.findall(header))


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
    ends = both(_end(reading, cells["source"]), _end(reading, cells["target"]))
    if isinstance(ends, Ungrounded):
        yield reading.refuse(line, *ends)
        return
    subject, object_ = reversed(ends) if kind.reverse else ends
    relation = new_relation(
        subject=subject.id,
        subject_site=UNSPECIFIED,
        predicate=kind.predicate,
        object=object_.id,
        object_site=UNSPECIFIED,
        polarity=kind.polarity,
    )
    yield from reading.tell(subject, object_)
    papers, broken = reading.papers(line, cells["pubmedId"]) if cells["pubmedId"] else ([], [])
    yield from broken
    for paper in papers or [""]:
        evidence = new_evidence(
            publication=paper,
            source=reading.source,
            record=f"{cells['source']}|{word}|{cells['target']}",
            directness=kind.directness,
            taxa=_TAXA,
            note=word.replace("|", ", "),
            licence=licence,
        )
        yield new_statement(relation=relation, evidence=evidence)


def _end(reading: Reading, name: str) -> Entity | Ungrounded:
    """What a name means; some networks write a metabolite by its number in HMDB."""
    return reading.xref(f"HMDB:{name}", name, "chemical") if name.startswith("HMDB") else reading.named(name)


@lru_cache(maxsize=4096)
def kind_of(source: str, word: str) -> Kind | str:
    """Kind of several words: as a whole, else the first with a sign, else what says most; or why there is none.

    Words of both signs leave the sign open.

    >>> kind_of("signor", "binding|activate").predicate, kind_of("signor", "activate|inhibit|chemical").predicate
    ('activates', 'regulates')
    """
    table = kinds(source)
    whole = table.get(word.casefold())
    if whole is not None:
        return whole.reason or whole
    found = [table[part] for part in word.casefold().split("|") if part in table]
    usable = [kind for kind in found if not kind.reason]
    signed = [kind for kind in usable if kind.predicate not in _WITHOUT_SIGN]
    if len({kind.polarity for kind in signed}) > 1:
        return signed[0]._replace(predicate="regulates", polarity=Polarity.POSITIVE)
    if usable:
        return min(usable, key=lambda kind: _WITHOUT_SIGN.get(kind.predicate, 0))
    return found[0].reason if found else ""
