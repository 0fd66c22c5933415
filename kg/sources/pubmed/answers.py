"""Answers of the E-utilities read into values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError, fromstring

from kg.errors import SourceError
from kg.sources.pubmed.guard import without_document_type

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


_TOLD = {
    "PhraseNotFound": "phrase not found",
    "FieldNotFound": "field not found",
    "PhraseIgnored": "phrase ignored",
    "QuotedPhraseNotFound": "quoted phrase not found",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """An answer of ESearch.

    Parameters
    ----------
    count
        All hits, of which ``ids`` are the page asked for.
    not_understood
        What PubMed says of parts of the query that it does not know or leaves out, for example
        ``field not found: nosuchfield``; it searches for the rest.
    translation
        How PubMed understood the query.
    """

    count: int
    ids: tuple[str, ...]
    webenv: str = ""
    query_key: str = ""
    translation: str = ""
    not_understood: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """A set of ids on the history server."""

    webenv: str
    query_key: str
    invalid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """A short answer of ESummary, or the error for one id."""

    pmid: str
    title: str = ""
    journal: str = ""
    year: str = ""
    doi: str = ""
    authors: tuple[str, ...] = ()
    error: str = ""


def tree(body: bytes, root: str) -> Element:
    """Read an answer whose root element has a given name.

    Raises
    ------
    SourceError
        The XML is cut, damaged, declares entities, or is of another kind.
    """
    try:
        found = fromstring(without_document_type(body, root))  # noqa: S314 - declarations are refused
    except ParseError as error:
        raise SourceError(None, error.position[0], f"not well-formed XML: {error}") from error
    if found.tag != root:
        raise SourceError(None, None, f"the root element is <{found.tag}>, expected <{root}>")
    return found


def search(body: bytes) -> Search:
    """Read an ``eSearchResult``."""
    root = tree(body, "eSearchResult")
    count = root.findtext("Count", "")
    if not count.isdecimal():
        raise SourceError(None, None, "an eSearchResult without Count")
    return Search(
        count=int(count),
        ids=_ids(root.find("IdList"), "Id"),
        webenv=root.findtext("WebEnv", ""),
        query_key=root.findtext("QueryKey", ""),
        translation=root.findtext("QueryTranslation", ""),
        not_understood=tuple(
            f"{told}: {text}"
            for name in ("ErrorList", "WarningList")
            for tag, told in _TOLD.items()
            for text in _ids(root.find(name), tag)
        ),
    )


def posted(body: bytes) -> History:
    """Read an ``ePostResult``."""
    root = tree(body, "ePostResult")
    webenv, key = root.findtext("WebEnv", ""), root.findtext("QueryKey", "")
    if not (webenv and key):
        raise SourceError(None, None, "an ePostResult without WebEnv")
    return History(webenv, key, _ids(root.find("InvalidIdList"), "Id"))


def links(body: bytes) -> dict[str, dict[str, tuple[str, ...]]]:
    """Read an ``eLinkResult``: id asked for, then name of the link, then ids linked to."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for group in tree(body, "eLinkResult").findall("LinkSet"):
        named = {
            one.findtext("LinkName", ""): tuple(link.findtext("Id", "") for link in one.findall("Link"))
            for one in group.findall("LinkSetDb")
        }
        for asked in _ids(group.find("IdList"), "Id"):
            found.setdefault(asked, {}).update(named)
    return found


def summaries(body: bytes) -> dict[str, Summary]:
    """Read an ``eSummaryResult`` of version 2.0, by id."""
    root = tree(body, "eSummaryResult")
    return {found.pmid: found for e in root.iter("DocumentSummary") for found in (_summary(e),)}


def _summary(element: Element) -> Summary:
    pmid = element.get("uid", "")
    if error := element.findtext("error"):
        return Summary(pmid, error=error)
    ids = {e.findtext("IdType", ""): e.findtext("Value", "") for e in element.iter("ArticleId")}
    return Summary(
        pmid,
        element.findtext("Title", ""),
        element.findtext("Source", ""),
        element.findtext("PubDate", "")[:4],
        ids.get("doi", ""),
        tuple(e.findtext("Name", "") for e in element.iter("Author")),
    )


def _ids(parent: Element | None, tag: str) -> tuple[str, ...]:
    return () if parent is None else tuple(text for e in parent.findall(tag) if (text := (e.text or "").strip()))
