"""PMIDs for papers known by DOI, PMC id or title alone, only where the match is exact.

By DOI or PMC id: the record itself must hold it. By title: letter for letter once case, spaces and
punctuation are left out, with the year no more than one off. ECitMatch only proposes; its answer
is held to the same test, for it weighs fields and can name a paper of another author or year.
Whatever stays open is reported, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import RemoteError
from kg.sources.pubmed.eutils import batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kg.model import Publication
    from kg.sources.pubmed.eutils import Eutils
    from kg.sources.pubmed.record import Article

_PMC = re.compile(r"PMC\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What was found.

    Parameters
    ----------
    found
        Id of the publication (``DOI:...``) to PMID.
    open
        Id to the reason why it has none.
    """

    found: dict[str, str]
    open: dict[str, str]


def match(
    client: Eutils, publications: Iterable[Publication], *, progress: Callable[[int, int | None], None] | None = None
) -> Matches:
    """Find the PMIDs of publications that have none.

    Raises
    ------
    RemoteError
        The service failed for good.
    """
    wanted = {p.id: p for p in publications if not p.pmid}
    found = _by_id(client, [p for p in wanted.values() if p.doi or p.pmcid])
    reasons: dict[str, str] = {}
    rest = [p for p in wanted.values() if p.id not in found]
    if progress is not None:
        progress(len(found), len(wanted))
    proposals = _proposals(client, rest)
    for number, publication in enumerate(rest, start=1):
        pmids = [r.pmid for r in _candidates(client, publication, proposals) if same_paper(publication, r)]
        if len(set(pmids)) == 1:
            found[publication.id] = pmids[0]
        else:
            reasons[publication.id] = "several papers have this title" if pmids else "no paper with this id or title"
        if progress is not None:
            progress(len(wanted) - len(rest) + number, len(wanted))
    return Matches(found=found, open=reasons)


def plain_title(title: str) -> str:
    """Title as compared: letters and digits alone, in lower case, compatibility forms made one.

    >>> plain_title("IL-8 and the β-catenin Path.") == plain_title("IL‐8 and the β-Catenin path")
    True
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title).casefold())


def same_paper(publication: Publication, record: Article) -> bool:
    """Whether a record is the paper: its DOI or PMC id, or its exact title with a year no more than one off."""
    if publication.doi and record.doi and publication.doi.lower() == record.doi.lower():
        return True
    if publication.pmcid and record.pmcid:
        return publication.pmcid.upper() == record.pmcid.upper()
    others = {i.value.lower() for i in record.ids if i.kind == "doi"}
    if publication.doi and record.doi and publication.doi.lower() not in others:
        return False
    title = plain_title(publication.title)
    if not title or title != plain_title(record.title or ""):
        return False
    start, end = record.published.start, record.published.end
    if publication.year is None or start is None or end is None:
        return True
    return int(start[:4]) - 1 <= publication.year <= int(end[:4]) + 1


def _by_id(client: Eutils, publications: list[Publication]) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in batches(publications, 25):
        terms = [f'"{p.doi}"[doi]' for p in batch if p.doi]
        terms += [p.pmcid for p in batch if _PMC.fullmatch(p.pmcid)]  # without a field: PubMed knows it by its form
        held: dict[str, set[str]] = {}
        for record in client.fetch(client.search(" OR ".join(terms), limit=200).ids).records:
            for key in (record.doi, record.pmcid, *(i.value for i in record.ids if i.kind == "doi")):
                held.setdefault((key or "").lower(), set()).add(record.pmid)
        for publication in batch:
            keys = filter(None, (publication.doi.lower(), publication.pmcid.lower()))
            pmids = {pmid for key in keys for pmid in held.get(key, ())}
            if len(pmids) == 1:
                found[publication.id] = next(iter(pmids))
    return found


def _proposals(client: Eutils, publications: list[Publication]) -> dict[str, str]:
    citations = {
        f"k{number}": (p.journal, str(p.year or ""), "", "", p.first_author)
        for number, p in enumerate(publications)
        if p.journal and p.year
    }
    if not citations:
        return {}
    try:
        answers = client.match({key: _bare(citation) for key, citation in citations.items()})
    except RemoteError:  # it only proposes; without it the search by title remains
        return {}
    return {publications[int(key[1:])].id: pmid for key, pmid in answers.items()}


def _bare(citation: tuple[str, str, str, str, str]) -> tuple[str, str, str, str, str]:
    journal, year, volume, page, author = (re.sub(r"[|\r\n]+", " ", field) for field in citation)
    return journal, year, volume, page, author


def _candidates(client: Eutils, publication: Publication, proposals: dict[str, str]) -> tuple[Article, ...]:
    pmids: list[str] = []
    words = re.sub(r'[\[\]"()]+', " ", publication.title).strip()
    if words:
        pmids += client.search(f'"{" ".join(words.split())}"[ti]', limit=10).ids
    if publication.id in proposals:
        pmids.append(proposals[publication.id])
    return client.fetch(pmids).records if pmids else ()
