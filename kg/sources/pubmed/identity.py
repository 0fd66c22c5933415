"""Which DOI and which PMC id are the record's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.sources.pubmed.record import ELocation, Identifier

_PMC = re.compile(r"(PMC\d+)(?:\.(\d+))?", re.IGNORECASE)


def preferred_doi(elocations: Iterable[ELocation], ids: Iterable[Identifier]) -> str | None:
    """The DOI the publisher states as valid, else the one in the record's identifier list.

    >>> from kg.sources.pubmed.record import ELocation, Identifier
    >>> preferred_doi([ELocation("doi", "10.1/old", False)], [Identifier("doi", "10.1/new")])
    '10.1/new'
    """
    for place in elocations:
        if place.kind == "doi" and place.valid and place.value:
            return place.value
    return next((entry.value for entry in ids if entry.kind == "doi"), None)


def pmc(ids: Iterable[Identifier], others: Iterable[Identifier] = ()) -> tuple[str | None, int | None]:
    """PMC id and, apart from it, its version; older records hold it as an ``OtherID`` of NLM.

    >>> from kg.sources.pubmed.record import Identifier
    >>> pmc([Identifier("pmc", "PMC123.4")])
    ('PMC123', 4)
    """
    listed = [entry.value for entry in ids if entry.kind in ("pmc", "pmcid")]
    older = [entry.value for entry in others if entry.kind == "NLM"]
    for value in (*listed, *older):
        if match := _PMC.match(value):
            return match[1].upper(), int(match[2]) if match[2] else None
    return None, None
