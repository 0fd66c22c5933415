"""The JSON object of a record, as ``kg pubmed files --jsonl`` writes it.

Absent values are ``None`` or an empty list. The same object is what the local state keeps, so that
everything after the parser (status, publications) has one form to read. Only where a record has them
stand: ``book``; ``doi_conflict`` (true, where its two places for a DOI disagree); ``investigators`` of a
group among the authors, and the same identifier as ``list`` of the investigators it refers to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.sources.pubmed.record import Deletion
from kg.sources.pubmed.standing import standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.sources.pubmed.identity import Identifier
    from kg.sources.pubmed.record import (
        Article,
        BookInfo,
        Heading,
        InvestigatorList,
        Journal,
        PartialDate,
        Person,
        Section,
    )

JsonObject = dict[str, Any]


def to_json(record: Article | Deletion) -> JsonObject:
    """Give a record the shape of the interface: plain dictionaries, lists, text and numbers.

    >>> to_json(Deletion("123"))
    {'pmid': '123', 'version': 1, 'deleted': True}
    """
    if isinstance(record, Deletion):
        return {"pmid": record.pmid, "version": record.version, "deleted": True}
    return _head(record) | _contents(record) | standing(record).to_json()


def _head(record: Article) -> JsonObject:
    head: JsonObject = {
        "pmid": record.pmid,
        "version": record.version,
        "nlm_status": record.nlm_status,
        "title": record.title,
        "title_markup": record.title_markup,
        "vernacular_title": record.vernacular_title,
        "abstract": [_section(s) for s in record.abstract],
        "other_abstracts": [
            {"type": o.type, "language": o.language, "sections": [_section(s) for s in o.sections]}
            for o in record.other_abstracts
        ],
        "authors": [_person(p) for p in record.authors],
        "investigators": [_person(p) | _listed(group) for group in record.investigator_lists for p in group.people],
        "journal": None if record.journal is None else _journal(record.journal),
        "published": _date(record.published),
        "doi": record.doi,
        "pmcid": record.pmcid,
        "pmc_version": record.pmc_version,
        "ids": _ids(record.ids),
    }
    if record.book is not None:
        head["book"] = _book(record.book)
    if record.doi_conflict:
        head["doi_conflict"] = True
    return head


def _contents(record: Article) -> JsonObject:
    return {
        "languages": list(record.languages),
        "publication_types": [{"ui": t.ui, "name": t.name} for t in record.publication_types],
        "mesh": [_heading(h) for h in record.mesh],
        "supplementary_mesh": [{"ui": t.ui, "name": t.name, "type": t.type} for t in record.supplementary_mesh],
        "keywords": [k.text for k in record.keywords],
        "chemicals": [{"ui": c.ui, "name": c.name, "registry": c.registry} for c in record.chemicals],
        "grants": [{"id": g.id, "acronym": g.acronym, "agency": g.agency, "country": g.country} for g in record.grants],
        "databanks": [{"name": d.name, "accessions": list(d.accessions)} for d in record.databanks],
        "corrections": [{"type": c.type, "pmid": c.pmid, "source": c.source} for c in record.corrections],
        "references": [{"citation": r.citation, "ids": _ids(r.ids) if r.ids else {}} for r in record.references],
    }


def _section(section: Section) -> JsonObject:
    return {"label": section.label, "category": section.category, "text": section.text}


def _person(person: Person) -> JsonObject:
    found: JsonObject = {
        "last": person.last,
        "fore": person.fore,
        "initials": person.initials,
        "suffix": person.suffix,
        "collective": person.collective,
        "orcid": person.orcid,
        "affiliations": [{"name": a.name, "ids": _ids(a.ids) if a.ids else {}} for a in person.affiliations],
    }
    if person.investigators is not None:
        found["investigators"] = person.investigators
    return found


def _listed(group: InvestigatorList) -> JsonObject:
    """The ID of a list, by which the group among the authors refers to it."""
    return {} if group.id is None else {"list": group.id}


def _journal(journal: Journal) -> JsonObject:
    return {
        "title": journal.title,
        "iso_abbreviation": journal.iso_abbreviation,
        "medline_ta": journal.medline_ta,
        "nlm_id": journal.nlm_id,
        "issn": journal.issn,
        "issn_type": journal.issn_type,
        "issn_linking": journal.issn_linking,
        "country": journal.country,
        "volume": journal.volume,
        "issue": journal.issue,
    }


def _book(book: BookInfo) -> JsonObject:
    return {
        "title": book.title,
        "publisher": book.publisher,
        "publisher_location": book.publisher_location,
        "authors": [_person(p) for p in book.authors],
        "editors": [_person(p) for p in book.editors],
        "edition": book.edition,
        "volume": book.volume,
        "isbn": list(book.isbn),
    }


def _date(date: PartialDate) -> JsonObject:
    return {"raw": date.raw or None, "start": date.start, "end": date.end, "precision": date.precision}


def _heading(heading: Heading) -> JsonObject:
    qualifiers = [{"ui": q.ui, "name": q.name, "major": q.major} for q in heading.qualifiers]
    return {"ui": heading.ui, "name": heading.name, "major": heading.major, "qualifiers": qualifiers}


def _ids(ids: Iterable[Identifier]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in ids:
        found.setdefault(entry.kind, []).append(entry.value)
    return found
