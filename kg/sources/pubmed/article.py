"""A ``PubmedArticle`` element read into an :class:`~kg.sources.pubmed.record.Article`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from kg.errors import SourceError
from kg.sources.pubmed.dates import history, iso, published
from kg.sources.pubmed.identity import ELocation, Identifier, pmc, preferred_doi, tell_disagreement
from kg.sources.pubmed.people import investigator_lists, people
from kg.sources.pubmed.record import (
    Article,
    Chemical,
    Correction,
    DataBank,
    Grant,
    Heading,
    Journal,
    Keyword,
    LinkedObject,
    OtherAbstract,
    Pages,
    Qualifier,
    Section,
    Term,
)
from kg.sources.pubmed.references import article_ids, references
from kg.sources.pubmed.text import clean, markup, plain, plain_and_markup, plain_or_none

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_new = tuple.__new__  # what a named tuple's class calls, from a function in Python that costs as much again
_NO_TITLE = frozenset(("", "[Not Available].", "[Not Available]"))


def article(element: Element) -> Article:
    """Read a ``PubmedArticle`` (or a bare ``MedlineCitation``).

    Raises
    ------
    SourceError
        Without file or line, when the record has no usable PMID or is nested too deep.
    """
    citation = element if element.tag == "MedlineCitation" else element.find("MedlineCitation")
    if citation is None:
        raise SourceError(None, None, "a record without MedlineCitation")
    top = {child.tag: child for child in citation}
    inner = top.get("Article")
    art = {} if inner is None else {child.tag: child for child in inner}
    data = element.find("PubmedData") if element is not citation else None
    pubmed = {} if data is None else {child.tag: child for child in data}
    pmid, version = pmid_of(top.get("PMID"))
    title, title_markup, vernacular = titles(art.get("ArticleTitle"), art.get("VernacularTitle"))
    ids = article_ids(pubmed.get("ArticleIdList"))
    elocations = tuple([elocation(e) for e in inner.findall("ELocationID")]) if inner is not None else ()
    others = tuple([Identifier(e.get("Source", ""), plain(e)) for e in citation.findall("OtherID")])
    pmcid, pmc_version = pmc(ids, others)
    tell_disagreement(pmid, elocations, ids)
    issue = art.get("Journal")
    abstract = art.get("Abstract")
    attributes = citation.attrib
    authors = art.get("AuthorList")
    return Article(
        pmid=pmid,
        version=version,
        version_id=attributes.get("VersionID"),
        version_date=attributes.get("VersionDate"),
        nlm_status=attributes.get("Status"),
        owner=attributes.get("Owner"),
        indexing_method=attributes.get("IndexingMethod"),
        pub_model=None if inner is None else inner.get("PubModel"),
        completed=iso(top.get("DateCompleted")),
        revised=iso(top.get("DateRevised")),
        title=title,
        title_markup=title_markup,
        vernacular_title=vernacular,
        abstract=sections(abstract),
        copyright=None if abstract is None else plain_or_none(abstract.find("CopyrightInformation")),
        other_abstracts=tuple([other_abstract(e) for e in citation.findall("OtherAbstract")]),
        authors=people(authors),
        authors_complete=authors is None or authors.get("CompleteYN") != "N",
        investigator_lists=investigator_lists(citation),
        journal=journal(issue, top.get("MedlineJournalInfo")),
        pages=pages(art.get("Pagination")),
        published=published(issue_date(issue)),
        article_dates=tuple([history(e) for e in inner.findall("ArticleDate")]) if inner is not None else (),
        history=tuple([history(e) for e in pubmed.get("History", ())]),
        publication_status=plain_or_none(pubmed.get("PublicationStatus")),
        doi=preferred_doi(elocations, ids),
        pmcid=pmcid,
        pmc_version=pmc_version,
        ids=merged_ids(ids, elocations),
        article_ids=ids,
        elocations=elocations,
        languages=tuple([plain(e) for e in inner.findall("Language")]) if inner is not None else (),
        publication_types=tuple([term(e) for e in art.get("PublicationTypeList", ())]),
        mesh=tuple([heading(e) for e in top.get("MeshHeadingList", ())]),
        supplementary_mesh=tuple([term(e) for e in top.get("SupplMeshList", ())]),
        chemicals=tuple([chemical(e) for e in top.get("ChemicalList", ())]),
        gene_symbols=tuple([plain(e) for e in top.get("GeneSymbolList", ())]),
        keywords=keywords(citation),
        grants=grants(art.get("GrantList")),
        databanks=tuple([databank(e) for e in art.get("DataBankList", ())]),
        corrections=tuple([correction(e) for e in top.get("CommentsCorrectionsList", ())]),
        references=references(data),
        reference_count=plain_or_none(top.get("NumberOfReferences")),
        conflict_of_interest=plain_or_none(top.get("CoiStatement")),
        subjects=people(top.get("PersonalNameSubjectList")),
        other_ids=others,
        space_flight_missions=tuple([plain(e) for e in citation.findall("SpaceFlightMission")]),
        general_notes=tuple([Identifier(e.get("Owner", ""), plain(e)) for e in citation.findall("GeneralNote")]),
        citation_subsets=tuple([plain(e) for e in citation.findall("CitationSubset")]),
        objects=tuple([linked_object(e) for e in pubmed.get("ObjectList", ())]),
    )


def pmid_of(element: Element | None) -> tuple[str, int]:
    """PMID (digits without leading zeros) and version of a ``PMID`` element."""
    text = "" if element is None else (element.text or "").strip()
    version = "1" if element is None else element.get("Version", "1")
    if not (text.isascii() and text.isdecimal() and len(text) < 12) or int(text) == 0:
        raise SourceError(None, None, f"a record with the PMID {text!r}" if text else "a record without a PMID")
    if not (version.isascii() and version.isdecimal() and len(version) < 6):
        raise SourceError(None, None, f"PMID {text} has the version {version!r}", "a version is a number")
    return str(int(text)), int(version)


def titles(title: Element | None, vernacular: Element | None) -> tuple[str | None, str | None, str | None]:
    """Plain title, title with markup, vernacular title; the last stands in for a missing title."""
    original = plain_or_none(vernacular)
    text = "" if title is None else plain(title)
    if original is not None and vernacular is not None and text in _NO_TITLE:
        return original, markup(vernacular), original
    return text or None, (markup(title) or None) if title is not None else None, original


def sections(abstract: Element | None) -> tuple[Section, ...]:
    """Read the ``AbstractText`` children of an abstract, empty ones left out."""
    if abstract is None:
        return ()
    found = []
    for element in abstract:
        if element.tag == "AbstractText":
            text, marked = plain_and_markup(element)
            if text:
                found.append(_new(Section, (clean(element.get("Label")), element.get("NlmCategory"), text, marked)))
    return tuple(found)


def other_abstract(element: Element) -> OtherAbstract:
    """Read an ``OtherAbstract``."""
    rights = plain_or_none(element.find("CopyrightInformation"))
    return OtherAbstract(element.get("Type"), element.get("Language"), sections(element), rights)


def journal(element: Element | None, info: Element | None) -> Journal:
    """Read ``Journal`` together with ``MedlineJournalInfo``."""
    parts = {} if element is None else {child.tag: child for child in element}
    issue = parts.get("JournalIssue")
    numbers = {} if issue is None else {child.tag: child.text for child in issue}
    issn = parts.get("ISSN")
    known = {} if info is None else {child.tag: child.text for child in info}
    return Journal(
        plain_or_none(parts.get("Title")),
        plain_or_none(parts.get("ISOAbbreviation")),
        clean(known.get("MedlineTA")),
        clean(known.get("NlmUniqueID")),
        plain_or_none(issn),
        None if issn is None else issn.get("IssnType"),
        clean(known.get("ISSNLinking")),
        clean(known.get("Country")),
        clean(numbers.get("Volume")),
        clean(numbers.get("Issue")),
        None if issue is None else issue.get("CitedMedium"),
    )


def issue_date(element: Element | None) -> Element | None:
    """Find the ``PubDate`` of a ``Journal``."""
    issue = None if element is None else element.find("JournalIssue")
    return None if issue is None else issue.find("PubDate")


def pages(element: Element | None) -> Pages | None:
    """Read ``Pagination``."""
    if element is None:
        return None
    parts = {child.tag: child.text for child in element}
    return Pages(clean(parts.get("MedlinePgn")), clean(parts.get("StartPage")), clean(parts.get("EndPage")))


def elocation(element: Element) -> ELocation:
    """Read an ``ELocationID``."""
    return ELocation(element.get("EIdType", ""), plain(element), element.get("ValidYN") != "N")


def merged_ids(ids: tuple[Identifier, ...], elocations: tuple[ELocation, ...]) -> tuple[Identifier, ...]:
    """Identifiers of both lists, each once, invalid electronic locations left out."""
    stated = [_new(Identifier, (e.kind, e.value)) for e in elocations if e.valid and e.value]
    return tuple(dict.fromkeys((*ids, *stated)))


def term(element: Element) -> Term:
    """Read a controlled term: publication type or supplementary concept."""
    return Term(element.get("UI"), plain(element), element.get("Type"))


def heading(element: Element) -> Heading:
    """Read a ``MeshHeading``."""
    descriptor = element.find("DescriptorName")
    if descriptor is None:
        raise SourceError(None, None, "a MeshHeading without DescriptorName")
    get = descriptor.get
    qualifiers = tuple([qualifier(e) for e in element.findall("QualifierName")]) if len(element) > 1 else ()
    major, auto = get("MajorTopicYN") == "Y", get("AutoHM") == "Y"
    return _new(Heading, (get("UI"), plain(descriptor), major, qualifiers, get("Type"), auto))


def qualifier(element: Element) -> Qualifier:
    """Read a ``QualifierName``."""
    get = element.get
    return _new(Qualifier, (get("UI"), plain(element), get("MajorTopicYN") == "Y", get("AutoHM") == "Y"))


def chemical(element: Element) -> Chemical:
    """Read a ``Chemical``."""
    name = element.find("NameOfSubstance")
    registry = clean(element.findtext("RegistryNumber"))
    return Chemical(None, "", registry) if name is None else Chemical(name.get("UI"), plain(name), registry)


def keywords(parent: Element) -> tuple[Keyword, ...]:
    """Read the keywords of every list, empty ones left out."""
    return tuple(
        [
            _new(Keyword, (text, marked, e.get("MajorTopicYN") == "Y", group.get("Owner")))
            for group in parent.findall("KeywordList")
            for e in group
            for text, marked in (plain_and_markup(e),)
            if text
        ]
    )


def grants(element: Element | None) -> tuple[Grant, ...]:
    """Read the grants, each once."""
    if element is None:
        return ()
    found: dict[Grant, None] = {}
    for child in element:
        parts = {part.tag: clean(part.text) for part in child}
        grant = Grant(parts.get("GrantID"), parts.get("Acronym"), parts.get("Agency"), parts.get("Country"))
        found[grant] = None
    return tuple(found)


def databank(element: Element) -> DataBank:
    """Read a ``DataBank``."""
    numbers = element.find("AccessionNumberList")
    return DataBank(
        plain_or_none(element.find("DataBankName")), () if numbers is None else tuple([plain(e) for e in numbers])
    )


def correction(element: Element) -> Correction:
    """Read a ``CommentsCorrections`` link; its PMID and note are optional.

    A PMID that is none leaves a link known by its source text, as one without PMID is.
    """
    pmid, version = None, None
    number = element.find("PMID")
    if number is not None:
        with suppress(SourceError):
            pmid, version = pmid_of(number)
    return Correction(
        element.get("RefType", ""),
        pmid,
        version,
        plain_or_none(element.find("RefSource")),
        plain_or_none(element.find("Note")),
    )


def linked_object(element: Element) -> LinkedObject:
    """Read an ``Object`` of an ``ObjectList``."""
    return LinkedObject(
        element.get("Type"), tuple([Identifier(e.get("Name", ""), plain(e)) for e in element.findall("Param")])
    )
