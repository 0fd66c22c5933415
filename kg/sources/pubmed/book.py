"""A ``PubmedBookArticle`` (a chapter or book of NCBI Bookshelf) read into an Article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import SourceError
from kg.sources.pubmed import article as journal_article
from kg.sources.pubmed.dates import history, iso, optional, published
from kg.sources.pubmed.identity import pmc, preferred_doi, tell_disagreement
from kg.sources.pubmed.people import investigator_lists, people
from kg.sources.pubmed.record import Article, BookInfo, Contents, Person
from kg.sources.pubmed.references import article_ids, references
from kg.sources.pubmed.text import MAX_DEPTH, markup, plain, plain_or_none

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def book_article(element: Element) -> Article:
    """Read a ``PubmedBookArticle`` (or a bare ``BookDocument``).

    Raises
    ------
    SourceError
        Without file or line, when the record has no usable PMID or is nested too deep.
    """
    document = element if element.tag == "BookDocument" else element.find("BookDocument")
    if document is None:
        raise SourceError(None, None, "a book record without BookDocument")
    parts = {child.tag: child for child in document}
    data = element.find("PubmedBookData") if element is not document else None
    pubmed = {} if data is None else {child.tag: child for child in data}
    book = book_info(parts.get("Book"))
    pmid, version = journal_article.pmid_of(parts.get("PMID"))
    title, title_markup, vernacular = journal_article.titles(parts.get("ArticleTitle"), parts.get("VernacularTitle"))
    ids = tuple(
        dict.fromkeys(
            (
                *article_ids(parts.get("ArticleIdList")),
                *article_ids(pubmed.get("ArticleIdList")),
            )
        )
    )
    whole = title in (None, book.title)  # the record of a book and not of a part of it
    elocations = book.elocations if whole else ()
    tell_disagreement(pmid, elocations, ids)
    pmcid, pmc_version = pmc(ids)
    abstract = parts.get("Abstract")
    authors, editors = by_role(document)
    return Article(
        pmid=pmid,
        version=version,
        title=title or book.title,
        title_markup=title_markup or book.title_markup,
        vernacular_title=vernacular,
        book=book,
        published=book.published,
        revised=iso(parts.get("DateRevised")),
        contributed=iso(parts.get("ContributionDate")),
        abstract=journal_article.sections(abstract),
        copyright=None if abstract is None else plain_or_none(abstract.find("CopyrightInformation")),
        authors=authors or (book.authors if whole else ()),
        editors=editors or (book.editors if whole else ()),
        investigator_lists=investigator_lists(document),
        pages=journal_article.pages(parts.get("Pagination")),
        history=tuple([history(e) for e in pubmed.get("History", ())]),
        publication_status=plain_or_none(pubmed.get("PublicationStatus")),
        doi=preferred_doi(elocations, ids),
        pmcid=pmcid,
        pmc_version=pmc_version,
        ids=journal_article.merged_ids(ids, elocations),
        article_ids=ids,
        elocations=elocations,
        languages=tuple([plain(e) for e in document.findall("Language")]),
        publication_types=tuple([journal_article.term(e) for e in document.findall("PublicationType")]),
        keywords=journal_article.keywords(document),
        grants=journal_article.grants(parts.get("GrantList")),
        references=references(document),
        objects=tuple([journal_article.linked_object(e) for e in pubmed.get("ObjectList", ())]),
        location_labels=tuple([plain(e) for e in document.findall("LocationLabel")]),
        contents=contents(parts.get("Sections")),
        citation_string=plain_or_none(parts.get("CitationString")),
    )


def book_info(element: Element | None) -> BookInfo:
    """Read a ``Book``."""
    if element is None:
        raise SourceError(None, None, "a book record without Book")
    parts = {child.tag: child for child in element}
    publisher = parts.get("Publisher")
    title = parts.get("BookTitle")
    authors, editors = by_role(element)
    return BookInfo(
        title=plain_or_none(title),
        title_markup=None if title is None else markup(title) or None,
        publisher=None if publisher is None else plain_or_none(publisher.find("PublisherName")),
        publisher_location=None if publisher is None else plain_or_none(publisher.find("PublisherLocation")),
        published=published(parts.get("PubDate")),
        beginning=optional(parts.get("BeginningDate")),
        ending=optional(parts.get("EndingDate")),
        authors=authors,
        editors=editors,
        investigator_lists=investigator_lists(element),
        volume=plain_or_none(parts.get("Volume")),
        volume_title=plain_or_none(parts.get("VolumeTitle")),
        edition=plain_or_none(parts.get("Edition")),
        collection=plain_or_none(parts.get("CollectionTitle")),
        isbn=tuple([plain(e) for e in element.findall("Isbn")]),
        elocations=tuple([journal_article.elocation(e) for e in element.findall("ELocationID")]),
        medium=plain_or_none(parts.get("Medium")),
        report_number=plain_or_none(parts.get("ReportNumber")),
    )


def by_role(parent: Element) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """Authors and editors of the typed ``AuthorList`` elements of a book."""
    authors: list[Person] = []
    editors: list[Person] = []
    for group in parent.findall("AuthorList"):
        (editors if group.get("Type") == "editors" else authors).extend(people(group))
    return tuple(authors), tuple(editors)


def contents(parent: Element | None, depth: int = 0) -> tuple[Contents, ...]:
    """Read the nested ``Section`` elements of a table of contents."""
    if parent is None:
        return ()
    if depth > MAX_DEPTH:
        raise SourceError(None, None, f"sections nested deeper than {MAX_DEPTH} levels")
    return tuple(
        [
            Contents(
                plain_or_none(section.find("LocationLabel")),
                plain_or_none(section.find("SectionTitle")) or "",
                contents(section, depth + 1),
            )
            for section in parent.findall("Section")
        ]
    )
