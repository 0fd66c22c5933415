"""Europe PMC: an optional second source, for preprints above all.

Its search answers in pages that a cursor links. It is known to answer with nothing but its version
in a share of valid calls, and with the same to a query it cannot read: such an answer is asked for
again, and an error in the end, never an empty result.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import requests

from kg.errors import RemoteError
from kg.model import Author, MeshHeading, Publication, PublicationLink, Refusal, SourceInfo, Status
from kg.sources.pubmed.limiter import Spacing
from kg.sources.pubmed.people import orcid
from kg.sources.pubmed.standing import title_says_retracted
from kg.sources.pubmed.text import collapse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INFO: Final = SourceInfo(
    name="europepmc",
    title="Europe PMC",
    licence="Europe PMC terms of use",
    homepage="https://europepmc.org/",
    citation=(
        "Rosonovski S, Levchenko M, Bhatnagar R, et al. Europe PMC in 2023. Nucleic Acids Res 2024;52:D1668-D1676. "
        "doi:10.1093/nar/gkad1085"
    ),
    reliability=0.95,
    formats=("json",),
)
BASE_URL: Final = "https://www.ebi.ac.uk/europepmc/webservices/rest/"
PREPRINTS: Final = "SRC:PPR"
_LINKS: Final = {"Retraction in": "RetractionIn", "Erratum in": "ErratumIn", "Preprint of": "PreprintOf",
                 "Expression of concern in": "ExpressionOfConcernIn", "Preprint in": "PreprintIn"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to talk to Europe PMC.

    Parameters
    ----------
    page
        Results a page, at most 1,000.
    tries, backoff
        How often a page is asked for, and seconds before the first repetition (doubled each time).
    """

    base_url: str = BASE_URL
    email: str = ""
    page: int = 500
    rate: float = 5.0
    connect: float = 10.0
    read: float = 60.0
    tries: int = 6
    backoff: float = 1.0


def search(
    query: str, *, settings: Settings | None = None, progress: Callable[[int, int | None], None] | None = None
) -> Iterator[Publication | Refusal]:
    """Publications a query finds, page by page; a result without PMID, DOI and PMC id is refused.

    Parameters
    ----------
    query
        In Europe PMC's language; ``SRC:PPR`` narrows it to preprints.
    progress
        Called with the results so far and the number of hits.

    Raises
    ------
    RemoteError
        The service does not answer as it should, or gives fewer results than it counts.
    """
    chosen = settings or Settings()
    spacing, cursor, count, total = Spacing(rate=chosen.rate), "*", 0, 0
    with requests.Session() as session:
        while True:
            answer = _page(session, spacing, chosen, query, cursor)
            total = int(answer["hitCount"])
            results = answer["resultList"]["result"]
            for result in results:
                count += 1
                yield publication(result)
            if progress is not None:
                progress(count, total)
            following = answer.get("nextCursorMark", cursor)
            if following == cursor or not results:
                break
            cursor = following
    if count < total:
        raise RemoteError(f"Europe PMC counts {total:,} results and gave {count:,}; try again later")


def _page(session: requests.Session, spacing: Spacing, settings: Settings, query: str, cursor: str) -> dict[str, Any]:
    form = {
        "query": query,
        "format": "json",
        "resultType": "core",
        "pageSize": str(settings.page),
        "cursorMark": cursor,
    }
    form |= {"email": settings.email} if settings.email else {}
    said = ""
    for turn in range(settings.tries):
        if turn:
            time.sleep(settings.backoff * 2 ** (turn - 1))
        spacing.wait()
        try:
            answer = session.get(
                settings.base_url + "search",
                params=form,
                timeout=(settings.connect, settings.read),
                allow_redirects=False,
            )
            if 400 <= answer.status_code < 500 and answer.status_code != 429:
                raise RemoteError(f"Europe PMC refused: status {answer.status_code}: {collapse(answer.text)[:200]}")
            if answer.status_code != 200:
                said = f"status {answer.status_code}"
                continue
            found = answer.json()
        except requests.RequestException as error:  # JSON that cannot be read is one of them
            said = f"{type(error).__name__}: {error}"
            continue
        if isinstance(found, dict) and "hitCount" in found and "result" in (found.get("resultList") or {}):
            return found
        said = "an answer without results"
    shown = said.replace(settings.email, "***") if settings.email else said
    raise RemoteError(f"Europe PMC does not answer as it should: {shown[:300]}; check the query or try again later")


def publication(result: dict[str, Any]) -> Publication | Refusal:
    """Turn a result of type ``core`` into a publication.

    >>> p = publication({"id": "PPR1", "source": "PPR", "doi": "10.1101/x", "title": "A preprint.", "pubYear": "2021"})
    >>> p.id, p.types, p.year
    ('DOI:10.1101/x', ('Preprint',), 2021)
    """
    pmid, doi = str(result.get("pmid") or ""), str(result.get("doi") or "")
    pmcid, links = str(result.get("pmcid") or ""), _links(result)
    own = next((f"{kind}:{value}" for kind, value in (("PMID", pmid), ("DOI", doi), ("PMC", pmcid)) if value), "")
    if not own:
        what = f"result {result.get('id', '')!r} has no PMID, DOI or PMC id"
        return Refusal(source=INFO.name, file="Europe PMC", line=None, what=what)
    authors = tuple(map(_author, _list(result, "authorList", "author")))
    types = tuple(_list(result, "pubTypeList", "pubType")) or (("Preprint",) if result.get("source") == "PPR" else ())
    title = collapse(str(result.get("title") or ""))
    year = str(result.get("pubYear") or "")
    journal = (result.get("journalInfo") or {}).get("journal") or {}
    first = authors[0] if authors else Author()
    return Publication(
        id=own,
        pmid=pmid,
        doi=doi,
        pmcid=pmcid,
        title=title,
        year=int(year) if year.isdecimal() else None,
        published=str(result.get("firstPublicationDate") or year),
        journal=str(journal.get("isoabbreviation") or journal.get("title") or ""),
        first_author=first.collective or f"{first.last} {first.initials}".strip(),
        authors=authors,
        types=types,
        mesh=tuple(map(_mesh, _list(result, "meshHeadingList", "meshHeading"))),
        keywords=tuple(map(str, _list(result, "keywordList", "keyword"))),
        links=links,
        status=_status(title, types, links),
        source=INFO.name,
    )


def _list(result: dict[str, Any], outer: str, inner: str) -> list[Any]:
    return (result.get(outer) or {}).get(inner) or []


def _author(found: dict[str, Any]) -> Author:
    number = found.get("authorId") or {}
    return Author(
        last=str(found.get("lastName") or ""),
        fore=str(found.get("firstName") or ""),
        initials=str(found.get("initials") or ""),
        collective=str(found.get("collectiveName") or ""),
        orcid=(orcid(str(number.get("value", ""))) or "") if number.get("type") == "ORCID" else "",
    )


def _mesh(found: dict[str, Any]) -> MeshHeading:
    """Europe PMC gives MeSH names without their identifiers."""
    return MeshHeading(ui="", name=str(found.get("descriptorName") or ""), major=found.get("majorTopic_YN") == "Y")


def _links(result: dict[str, Any]) -> tuple[PublicationLink, ...]:
    return tuple(
        PublicationLink(
            type=_LINKS.get(str(link.get("type")), str(link.get("type")).title().replace(" ", "")),
            target=f"PMID:{link.get('id')}" if link.get("source") == "MED" else "",
            citation=collapse(str(link.get("reference") or "")),
        )
        for link in _list(result, "commentCorrectionList", "commentCorrection")
    )


def _status(title: str, types: tuple[str, ...], links: tuple[PublicationLink, ...]) -> Status:
    kinds = {link.type for link in links}
    if "RetractionIn" in kinds or any(t.lower() == "retracted publication" for t in types):
        return Status.RETRACTED
    if title_says_retracted(title):
        return Status.SUSPECTED
    if "ExpressionOfConcernIn" in kinds:
        return Status.CONCERN
    return Status.CORRECTED if "ErratumIn" in kinds else Status.CURRENT
