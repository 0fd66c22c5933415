"""From a result of Europe PMC to a publication."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from kg.model import Author, Publication, PublicationLink, Refusal, Status
from kg.sources.pubmed.people import orcid
from kg.sources.pubmed.standing import title_says_retracted
from kg.sources.pubmed.text import collapse
from kg.sources.reading import doi as doi_curie
from kg.sources.reading import pmid as pmid_curie

SOURCE: Final = "europepmc"
PREPRINT: Final = "Preprint"
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_PMC: Final = re.compile(r"PMC\d+")
_LINKS: Final = {
    "comment in": "CommentIn", "comment on": "CommentOn",
    "corrected and republished in": "CorrectedandRepublishedIn",
    "corrected and republished from": "CorrectedandRepublishedFrom",
    "erratum in": "ErratumIn", "erratum for": "ErratumFor",
    "expression of concern in": "ExpressionOfConcernIn", "expression of concern for": "ExpressionOfConcernFor",
    "partial retraction in": "PartialRetractionIn", "partial retraction of": "PartialRetractionOf",
    "preprint of": "UpdateIn", "preprint in": "UpdateOf",
    "republished in": "RepublishedIn", "republished from": "RepublishedFrom",
    "retracted and republished in": "RetractedandRepublishedIn",
    "retracted and republished from": "RetractedandRepublishedFrom",
    "retraction in": "RetractionIn", "retraction of": "RetractionOf",
    "update in": "UpdateIn", "update of": "UpdateOf",
}  # fmt: skip
"""Kinds of links in the words of PubMed, to which a published version is an update of its preprint."""


def publication(result: dict[str, Any]) -> Publication | Refusal:
    """Turn a result of type ``core`` into a publication; one without PMID, DOI and PMC id is refused.

    >>> p = publication({"id": "PPR1", "source": "PPR", "doi": "10.1101/x", "title": "A preprint.", "pubYear": "2021"})
    >>> p.id, p.types, p.year
    ('DOI:10.1101/x', ('Preprint',), 2021)
    """
    pmid = pmid_curie(str(result.get("pmid") or ""))
    doi = doi_curie(str(result.get("doi") or ""))
    pmcid = str(result.get("pmcid") or "") if _PMC.fullmatch(str(result.get("pmcid") or "")) else ""
    own = pmid or doi or (f"PMC:{pmcid}" if pmcid else "")
    if not own:
        what = f"result {result.get('id', '')!r} has no PMID, DOI or PMC id"
        return Refusal(source=SOURCE, file="Europe PMC", line=None, what=what)
    authors = tuple(map(_author, _list(result, "authorList", "author")))
    types, title, links = _types(result), _plain(result.get("title")), _links(result)
    year = str(result.get("pubYear") or "")
    journal = (result.get("journalInfo") or {}).get("journal") or {}
    first = authors[0] if authors else Author()
    return Publication(
        id=own,
        pmid=pmid.removeprefix("PMID:"),
        doi=doi.removeprefix("DOI:"),
        pmcid=pmcid,
        title=title,
        year=int(year) if year.isdecimal() else None,
        published=str(result.get("firstPublicationDate") or year),
        journal=str(journal.get("isoabbreviation") or journal.get("title") or ""),
        first_author=first.collective or f"{first.last} {first.initials}".strip(),
        authors=authors,
        types=types,
        keywords=tuple(map(str, _list(result, "keywordList", "keyword"))),
        links=links,
        status=_status(title, types, links),
        source=SOURCE,
    )


def abstract_text(result: dict[str, Any]) -> str:
    """The abstract of a result, without markup.

    >>> abstract_text({"abstractText": "<h4>Aim</h4>IL-8 &amp; exosomes"})
    'Aim IL-8 & exosomes'
    """
    return _plain(result.get("abstractText"), between=" ")


def _plain(text: object, *, between: str = "") -> str:
    return collapse(html.unescape(_TAG.sub(between, str(text or ""))))


def _list(result: dict[str, Any], outer: str, inner: str) -> list[Any]:
    return (result.get(outer) or {}).get(inner) or []


def _types(result: dict[str, Any]) -> tuple[str, ...]:
    """Types in the words of PubMed where they are a preprint's; a preprint is one even if its types do not say so."""
    found = tuple(str(t) for t in _list(result, "pubTypeList", "pubType") if str(t).lower() != PREPRINT.lower())
    preprint = result.get("source") == "PPR" or len(found) < len(_list(result, "pubTypeList", "pubType"))
    return (*found, PREPRINT) if preprint else found


def _author(found: dict[str, Any]) -> Author:
    number = found.get("authorId") or {}
    return Author(
        last=str(found.get("lastName") or ""),
        fore=str(found.get("firstName") or ""),
        initials=str(found.get("initials") or ""),
        collective=str(found.get("collectiveName") or ""),
        orcid=(orcid(str(number.get("value", ""))) or "") if number.get("type") == "ORCID" else "",
    )


def _links(result: dict[str, Any]) -> tuple[PublicationLink, ...]:
    """Links of a known kind; the target is empty where it is not in PubMed."""
    return tuple(
        PublicationLink(
            type=_LINKS[kind],
            target=pmid_curie(str(link.get("id") or "")) if link.get("source") == "MED" else "",
            citation=collapse(str(link.get("reference") or "")),
        )
        for link in _list(result, "commentCorrectionList", "commentCorrection")
        if (kind := str(link.get("type")).lower()) in _LINKS
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
