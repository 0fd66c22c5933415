"""Identifiers of a record: which DOI and which PMC id are its own."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_log = logging.getLogger(__name__)
_PMC_KINDS, _OLDER_KINDS = frozenset(("pmc", "pmcid")), frozenset(("NLM",))
_PMC = re.compile(r"(PMC\d+)(?:\.(\d+))?", re.IGNORECASE)


class Identifier(NamedTuple):
    """An identifier with its kind, for example ``Identifier("doi", "10.1000/x")``."""

    kind: str
    value: str


class ELocation(NamedTuple):
    """An electronic location of the record itself; not every one is valid."""

    kind: str
    value: str
    valid: bool


def preferred_doi(elocations: Iterable[ELocation], ids: Iterable[Identifier]) -> str | None:
    """The DOI the publisher states as valid, else the one in the record's identifier list.

    >>> preferred_doi([ELocation("doi", "10.1/old", False)], [Identifier("doi", "10.1/new")])
    '10.1/new'
    """
    for place in elocations:
        if place.kind == "doi" and place.valid and place.value:
            return place.value
    return next((entry.value for entry in ids if entry.kind == "doi"), None)


def dois_disagree(elocations: Iterable[ELocation], ids: Iterable[Identifier]) -> bool:
    """Whether the valid electronic locations and the identifier list both name DOIs, and none in common.

    >>> dois_disagree([ELocation("doi", "10.1/A", True)], [Identifier("doi", "10.1/a")])
    False
    """
    stated = [place.value.lower() for place in elocations if place.kind == "doi" and place.valid and place.value]
    if not stated:
        return False
    listed = [entry.value.lower() for entry in ids if entry.kind == "doi"]
    return bool(listed) and set(listed).isdisjoint(stated)


def tell_disagreement(pmid: str, elocations: Iterable[ELocation], ids: Iterable[Identifier]) -> None:
    """Log a record whose two places for its DOI name different ones."""
    if dois_disagree(elocations, ids):
        stated = ", ".join(place.value for place in elocations if place.kind == "doi" and place.valid)
        listed = ", ".join(entry.value for entry in ids if entry.kind == "doi")
        _log.warning("PMID %s has the DOI %s by its ELocationID and %s by its ArticleIdList", pmid, stated, listed)


def pmc(ids: Iterable[Identifier], others: Iterable[Identifier] = ()) -> tuple[str | None, int | None]:
    """PMC id and, apart from it, its version; older records hold it as an ``OtherID`` of NLM.

    >>> pmc([Identifier("pmc", "PMC123.4")])
    ('PMC123', 4)
    """
    for places, kinds in ((ids, _PMC_KINDS), (others, _OLDER_KINDS)):
        for entry in places:
            if entry.kind in kinds and (match := _PMC.match(entry.value)):
                return match[1].upper(), int(match[2]) if match[2] else None
    return None, None
