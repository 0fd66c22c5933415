"""A PubMed record as the :class:`kg.model.Publication` that the graph knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.model import Author, MeshHeading, Publication, PublicationLink, Status
from kg.notices import gravest
from kg.sources.pubmed.json_form import to_json
from kg.sources.pubmed.record import Deletion

if TYPE_CHECKING:
    from kg.sources.pubmed.record import Article

_ISO_LENGTH = {"day": 10, "month": 7}


def to_publication(record: Article | Deletion) -> Publication:
    """Turn a record or a tombstone into a publication."""
    revised = "" if isinstance(record, Deletion) else record.revised or ""
    return publication(to_json(record), revised=revised)


def publication(record: dict[str, Any], *, revised: str = "", noticed: Status = Status.CURRENT) -> Publication:
    """Turn the JSON object of a record into a publication.

    Parameters
    ----------
    revised
        Its DateRevised (ISO).
    noticed
        What notices make of it, whether it says so itself yet or not.

    Examples
    --------
    >>> publication({"pmid": "123", "version": 1, "deleted": True}).status
    <Status.DELETED: 'deleted'>
    """
    pmid = record["pmid"]
    if "title" not in record:
        return Publication(id=f"PMID:{pmid}", pmid=pmid, status=Status.DELETED, source="pubmed")
    published, authors = record["published"], record["authors"]
    venue = record["journal"] or record.get("book") or {}
    return Publication(
        id=f"PMID:{pmid}",
        pmid=pmid,
        doi=record["doi"] or "",
        pmcid=record["pmcid"] or "",
        title=record["title"] or "",
        year=int(published["start"][:4]) if published["start"] else None,
        published=_iso(published),
        journal=venue.get("iso_abbreviation") or venue.get("medline_ta") or venue.get("title") or "",
        first_author=_first_author(authors),
        authors=tuple(_author(person) for person in authors),
        types=tuple(term["name"] for term in record["publication_types"]),
        mesh=tuple(_mesh(heading) for heading in record["mesh"]),
        keywords=tuple(dict.fromkeys(record["keywords"])),
        links=tuple(_link(link) for link in record["corrections"]),
        status=gravest(status(record), noticed),
        source="pubmed",
        revised=revised,
        references=_references(record),
        substances=_substances(record),
    )


def status(record: dict[str, Any]) -> Status:
    """Where a paper stands by its own record: the gravest of what it says."""
    links = {link["type"] for link in record.get("corrections", ())}
    findings = (
        (bool(record.get("deleted")), Status.DELETED),
        (bool(record.get("retracted")), Status.RETRACTED),
        (bool(record.get("suspected")), Status.SUSPECTED),
        (bool(record.get("concern")), Status.CONCERN),
        (bool(record.get("preprint")) and "UpdateIn" in links, Status.SUPERSEDED),
        ("ErratumIn" in links or "CorrectedandRepublishedIn" in links, Status.CORRECTED),
    )
    return gravest(Status.CURRENT, *(verdict for found, verdict in findings if found))


def abstract_text(record: dict[str, Any]) -> str:
    """The text of the abstract of a record, a line a section; empty for a tombstone."""
    return "\n".join(section["text"] for section in record.get("abstract", ()))


def _references(record: dict[str, Any]) -> tuple[str, ...]:
    """The cited papers that have a PMID."""
    cited = (pmid for reference in record.get("references", ()) for pmid in reference["ids"].get("pubmed", ()))
    numbers = {int(pmid) for pmid in cited if pmid.isascii() and pmid.isdigit() and len(pmid) < 9}
    return tuple(sorted(f"PMID:{number}" for number in numbers if number))


def _substances(record: dict[str, Any]) -> tuple[str, ...]:
    terms = (*record.get("chemicals", ()), *record.get("supplementary_mesh", ()))
    return tuple(sorted({term["ui"] for term in terms if term["ui"]}))


def _iso(published: dict[str, Any]) -> str:
    """The date as far as it is one date: a range or a season is known to its year or month only."""
    start, end = published["start"], published["end"]
    if start is None:
        return ""
    for length in (_ISO_LENGTH.get(published["precision"], 4), 7, 4):
        if length <= _ISO_LENGTH.get(published["precision"], 4) and start[:length] == end[:length]:
            return str(start[:length])
    return str(start[:4])


def _first_author(authors: list[dict[str, Any]]) -> str:
    if not authors:
        return ""
    first = authors[0]
    return first["collective"] or " ".join(filter(None, (first["last"], first["initials"])))


def _author(person: dict[str, Any]) -> Author:
    return Author(**{key: person[key] or "" for key in ("last", "fore", "initials", "collective", "orcid")})


def _mesh(heading: dict[str, Any]) -> MeshHeading:
    major = heading["major"] or any(q["major"] for q in heading["qualifiers"])
    return MeshHeading(ui=heading["ui"] or "", name=heading["name"], major=major)


def _link(link: dict[str, Any]) -> PublicationLink:
    target = f"PMID:{link['pmid']}" if link["pmid"] else ""
    return PublicationLink(type=link["type"], target=target, citation=link["source"] or "")
