"""What a PubMed record holds: every field of the NLM DTD (pubmed_250101) the project keeps.

What every record is made of are named tuples, the rarer values frozen dataclasses: making a tuple costs
a third, and this is the inner loop of the parser. Fields are given and read by name all the same.

Absent values are ``None`` or an empty tuple. Plain text has runs of white space collapsed to one
space; the ``*_markup`` forms keep ``<i> <b> <sub> <sup> <u>`` and MathML, with ``& < >`` escaped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from kg.sources.pubmed.identity import ELocation, Identifier, dois_disagree


class PartialDate(NamedTuple):
    """A date as far as it is known: an interval of ISO days.

    Parameters
    ----------
    raw
        The text of the record.
    start, end
        First and last day it may mean (``YYYY-MM-DD``); None when the text holds no year.
    precision
        ``day``, ``month``, ``season``, ``year`` or ``unknown``: the finest unit both ends are given in.
    """

    raw: str
    start: str | None
    end: str | None
    precision: str


class HistoryDate(NamedTuple):
    """One step of a record's history (``received``, ``entrez``, ``pubmed`` ...) or an electronic date."""

    status: str
    date: PartialDate
    time: str | None = None


class Section(NamedTuple):
    """A paragraph of an abstract, with the author's label and NLM's category."""

    label: str | None
    category: str | None
    text: str
    markup: str


@dataclass(frozen=True, slots=True)
class OtherAbstract:
    """An abstract in another language or of another kind (``plain-language-summary``)."""

    type: str | None
    language: str | None
    sections: tuple[Section, ...]
    copyright: str | None = None


class Affiliation(NamedTuple):
    """Where a person works, with ROR, GRID, ISNI or RINGGOLD identifiers."""

    name: str
    ids: tuple[Identifier, ...] = ()


class Person(NamedTuple):
    """An author or investigator, or a group (``collective``).

    Parameters
    ----------
    orcid
        Canonical form ``0000-0002-1825-0097``, only when its checksum is right.
    ids
        All identifiers as the record spells them, wrong ORCIDs too.
    valid
        False where the DTD's ``ValidYN`` is ``N``: the name was corrected later.
    equal
        ``EqualContrib``: True or False when stated.
    investigators
        For a group: the identifier of its investigator list in the same record
        (:meth:`Article.members` finds them).
    """

    last: str | None
    fore: str | None
    initials: str | None
    suffix: str | None
    collective: str | None
    orcid: str | None
    affiliations: tuple[Affiliation, ...]
    ids: tuple[Identifier, ...]
    valid: bool
    equal: bool | None
    investigators: str | None


class InvestigatorList(NamedTuple):
    """Investigators listed together; ``id`` is what the group they belong to refers to."""

    id: str | None
    people: tuple[Person, ...]


class Journal(NamedTuple):
    """The serial and the issue a paper stands in."""

    title: str | None
    iso_abbreviation: str | None
    medline_ta: str | None
    nlm_id: str | None
    issn: str | None
    issn_type: str | None
    issn_linking: str | None
    country: str | None
    volume: str | None
    issue: str | None
    medium: str | None


class Pages(NamedTuple):
    """Pagination: the Medline form and, in newer records, its two ends."""

    medline: str | None
    start: str | None
    end: str | None


class Term(NamedTuple):
    """A controlled term: its unique identifier, its name, and a type where NLM gives one."""

    ui: str | None
    name: str
    type: str | None = None


class Qualifier(NamedTuple):
    """A MeSH qualifier (subheading); ``auto`` is NLM's AutoHM mark."""

    ui: str | None
    name: str
    major: bool
    auto: bool = False


class Heading(NamedTuple):
    """A MeSH descriptor with its qualifiers; ``major`` is the descriptor's own star."""

    ui: str | None
    name: str
    major: bool
    qualifiers: tuple[Qualifier, ...] = ()
    type: str | None = None
    auto: bool = False


class Chemical(NamedTuple):
    """A substance; ``registry`` is a CAS or UNII number, or ``0``."""

    ui: str | None
    name: str
    registry: str | None


class Keyword(NamedTuple):
    """A keyword and who assigned it (``NOTNLM`` is the author)."""

    text: str
    markup: str
    major: bool
    owner: str | None


class Grant(NamedTuple):
    """A grant that paid for the work."""

    id: str | None
    acronym: str | None
    agency: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class DataBank:
    """Accession numbers in a data bank, for example GEO or ClinicalTrials.gov."""

    name: str | None
    accessions: tuple[str, ...]


class Correction(NamedTuple):
    """A typed link to another record: ``RetractionIn``, ``ErratumFor``, ``CommentOn`` ..."""

    type: str
    pmid: str | None
    version: int | None
    source: str | None
    note: str | None


class Reference(NamedTuple):
    """One cited work: its text and the identifiers the publisher gave for it."""

    citation: str
    ids: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkedObject:
    """An entry of ``ObjectList``: a typed object with named parameters."""

    type: str | None
    parameters: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class BookInfo:
    """The book a chapter stands in."""

    title: str | None
    title_markup: str | None
    publisher: str | None
    publisher_location: str | None
    published: PartialDate
    beginning: PartialDate | None
    ending: PartialDate | None
    authors: tuple[Person, ...]
    editors: tuple[Person, ...]
    investigator_lists: tuple[InvestigatorList, ...]
    volume: str | None
    volume_title: str | None
    edition: str | None
    collection: str | None
    isbn: tuple[str, ...]
    elocations: tuple[ELocation, ...]
    medium: str | None
    report_number: str | None


@dataclass(frozen=True, slots=True)
class Contents:
    """An entry of a book document's table of contents."""

    label: str | None
    title: str
    sections: tuple[Contents, ...] = ()


class Article(NamedTuple):
    """A PubmedArticle, or (``book`` is set) a PubmedBookArticle.

    The key is (``pmid``, ``version``). ``doi`` is the record's own, never one of its references.
    ``article_ids`` and ``elocations`` are the two lists of identifiers as the record has them, ``ids``
    both made one. A record of a whole book has the authors, editors and DOI of the book.

    Examples
    --------
    >>> from kg.sources.pubmed.parse import parse_bytes
    >>> xml = b'''<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE">
    ... <PMID Version="1">7</PMID><Article><Journal/><ArticleTitle>On <i>BCR</i></ArticleTitle></Article>
    ... </MedlineCitation></PubmedArticle></PubmedArticleSet>'''
    >>> record = next(parse_bytes(xml))
    >>> record.pmid, record.title, record.title_markup
    ('7', 'On BCR', 'On <i>BCR</i>')
    """

    pmid: str
    version: int
    title: str | None
    title_markup: str | None
    published: PartialDate
    vernacular_title: str | None = None
    version_id: str | None = None
    version_date: str | None = None
    nlm_status: str | None = None
    owner: str | None = None
    indexing_method: str | None = None
    pub_model: str | None = None
    completed: str | None = None
    revised: str | None = None
    abstract: tuple[Section, ...] = ()
    copyright: str | None = None
    other_abstracts: tuple[OtherAbstract, ...] = ()
    authors: tuple[Person, ...] = ()
    editors: tuple[Person, ...] = ()
    authors_complete: bool = True
    investigator_lists: tuple[InvestigatorList, ...] = ()
    journal: Journal | None = None
    book: BookInfo | None = None
    pages: Pages | None = None
    article_dates: tuple[HistoryDate, ...] = ()
    history: tuple[HistoryDate, ...] = ()
    publication_status: str | None = None
    doi: str | None = None
    pmcid: str | None = None
    pmc_version: int | None = None
    ids: tuple[Identifier, ...] = ()
    article_ids: tuple[Identifier, ...] = ()
    elocations: tuple[ELocation, ...] = ()
    languages: tuple[str, ...] = ()
    publication_types: tuple[Term, ...] = ()
    mesh: tuple[Heading, ...] = ()
    supplementary_mesh: tuple[Term, ...] = ()
    chemicals: tuple[Chemical, ...] = ()
    gene_symbols: tuple[str, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    grants: tuple[Grant, ...] = ()
    databanks: tuple[DataBank, ...] = ()
    corrections: tuple[Correction, ...] = ()
    references: tuple[Reference, ...] = ()
    reference_count: str | None = None
    conflict_of_interest: str | None = None
    subjects: tuple[Person, ...] = ()
    other_ids: tuple[Identifier, ...] = ()
    space_flight_missions: tuple[str, ...] = ()
    general_notes: tuple[Identifier, ...] = ()
    citation_subsets: tuple[str, ...] = ()
    objects: tuple[LinkedObject, ...] = ()
    location_labels: tuple[str, ...] = ()
    contents: tuple[Contents, ...] = ()
    contributed: str | None = None
    citation_string: str | None = None

    @property
    def doi_conflict(self) -> bool:
        """Whether the two places that hold the record's own DOI disagree (letter case apart)."""
        return dois_disagree(self.elocations, self.article_ids)

    @property
    def investigators(self) -> tuple[Person, ...]:
        """Investigators of all lists."""
        return tuple(person for group in self.investigator_lists for person in group.people)

    def members(self, group: Person) -> tuple[Person, ...]:
        """Investigators of the list a group refers to; none where it refers to no list."""
        if group.investigators is None:
            return ()
        return tuple(p for found in self.investigator_lists if found.id == group.investigators for p in found.people)


@dataclass(frozen=True, slots=True)
class Deletion:
    """A tombstone: NLM took the record out (DeleteCitation)."""

    pmid: str
    version: int = field(default=1)
