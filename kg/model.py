"""What the graph is made of: entities, sites, relations, evidence, publications.

Values only. Nothing here knows of files, RDF or networks; every other module speaks in these words.
Identity is made from content (never from a counter), so that the same input read twice, in any
order, gives the same identifiers.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Polarity(StrEnum):
    """Direction of a relation as the paper reports it; ``NONE`` is "tested and not found"."""

    POSITIVE = "+"
    NEGATIVE = "-"
    NONE = "0"


class Status(StrEnum):
    """Where a publication stands, the gravest last; only retracted and deleted ones count for nothing."""

    CURRENT = "current"
    CORRECTED = "corrected"
    SUPERSEDED = "superseded"
    CONCERN = "under concern"
    SUSPECTED = "suspected"
    RETRACTED = "retracted"
    DELETED = "deleted"

    @property
    def live(self) -> bool:
        """Whether evidence from such a publication counts.

        >>> Status.CONCERN.live, Status.RETRACTED.live, Status.DELETED.live
        (True, False, False)
        """
        return self not in (Status.RETRACTED, Status.DELETED)

    @property
    def severity(self) -> int:
        """How much it weighs where several hold.

        >>> Status.SUPERSEDED.severity < Status.CONCERN.severity < Status.RETRACTED.severity
        True
        """
        return _SEVERITY[self]


_SEVERITY = {status: rank for rank, status in enumerate(Status)}


class Grade(StrEnum):
    """Whether a paper found the relation itself or states it as known."""

    RESULT = "result"
    BACKGROUND = "background"


class Directness(StrEnum):
    """Whether the effect was shown to be direct."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    UNKNOWN = "unknown"


class Method(StrEnum):
    """Who says that a publication states a relation: the class of a piece of evidence.

    ``CURATED``: a person read it; ``MACHINE_READ``: a program read it in the text; ``COMPUTED``: a program inferred it.
    """

    CURATED = "curated"
    MACHINE_READ = "machine_read"
    COMPUTED = "computed"


class SiteKind(StrEnum):
    """What sort of place a site is; the kind decides which steps a path may take there."""

    CELL = "cell"
    MEDIUM = "medium"
    CARRIER = "carrier"
    ORGANISM = "organism"
    UNSPECIFIED = "unspecified"


def content_id(*parts: str) -> str:
    """Hash parts to a 20-digit hexadecimal identifier.

    The parts are joined by the unit separator (U+001F), which no field may contain, so that
    ``("ab", "c")`` and ``("a", "bc")`` differ.

    >>> content_id("ab", "c") == content_id("a", "bc")
    False
    >>> len(content_id("x"))
    20
    """
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing with one CURIE.

    Parameters
    ----------
    id
        CURIE, for example ``HGNC:6025``.
    label
        The name people use.
    type
        Local name of a class of the ontology: ``gene_product``, ``mirna``, ``chemical``, ``cell``,
        ``vesicle``, ``process``, ``phenotype``, ``disease``, ``complex``.
    parents
        CURIEs of broader entities (is-a).
    origin
        For a vesicle: the site it comes from; empty otherwise.
    synonyms
        Other names, official ones included.
    taxon, orthologue
        For a gene of another species than the human one: CURIEs of that species and of the human gene it
        corresponds to, as far as known; the two stay apart.

    Examples
    --------
    >>> Entity(id="HGNC:6025", label="CXCL8", type="gene_product", synonyms=("IL-8",)).label
    'CXCL8'
    """

    id: str
    label: str
    type: str
    parents: tuple[str, ...] = ()
    origin: str = ""
    synonyms: tuple[str, ...] = ()
    taxon: str = ""
    orthologue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where an entity acts: a cell type, the medium, a vesicle, the organism, or not stated."""

    id: str
    label: str
    kind: SiteKind
    entity: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Subject at a site - predicate - object at a site, with a polarity.

    The compartments refine a cell and are not part of the identity.

    Examples
    --------
    >>> r = Relation(subject="HGNC:6025", subject_site="extracellular", predicate="activates",
    ...              object="HGNC:6027", object_site="cml_cell", polarity=Polarity.POSITIVE)
    >>> r.id.startswith("exil8r:")
    True
    """

    subject: str
    subject_site: str
    predicate: str
    object: str
    object_site: str
    polarity: Polarity
    subject_compartment: str = field(default="", compare=False)
    object_compartment: str = field(default="", compare=False)
    _id: str = field(default="", init=False, compare=False, repr=False)

    @property
    def id(self) -> str:
        """CURIE made from the six fields of identity."""
        if not self._id:
            hashed = content_id(
                self.subject, self.subject_site, self.predicate, self.object, self.object_site, self.polarity
            )
            object.__setattr__(self, "_id", f"exil8r:{hashed}")  # asked for often, made once
        return self._id


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One publication (or source record) that states a relation.

    Parameters
    ----------
    publication
        CURIE (``PMID:``, ``DOI:`` or ``PMC:``); empty when only a source record is known.
    source
        Name of the source that read it (``curated``, ``civic``, ...).
    record
        The row or record inside the source, for example ``exil8:r0521``.
    taxa
        CURIEs of ``NCBITaxon``; empty when not stated.
    support
        One sentence in the project's own words, or the source's where its licence allows.
    negated
        True when the statement denies the relation.
    method
        Who read it: a person, unless the source says otherwise.
    """

    publication: str
    source: str
    record: str = ""
    model_system: str = ""
    assay: str = ""
    grade: Grade = Grade.RESULT
    directness: Directness = Directness.UNKNOWN
    scope: str = ""
    taxa: tuple[str, ...] = ()
    support: str = ""
    note: str = ""
    negated: bool = False
    licence: str = ""
    method: Method = Method.CURATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A relation together with one piece of evidence for it: what a source of relations yields."""

    relation: Relation
    evidence: Evidence
    _id: str = field(default="", init=False, compare=False, repr=False)

    @property
    def id(self) -> str:
        """CURIE of the evidence, made from (relation, publication, source, model system, assay).

        A source record without a publication is told apart by its record, and what a paper denies from what the
        same paper affirms.
        """
        if not self._id:
            e = self.evidence
            said = (e.publication or e.record, e.source, e.model_system, e.assay, *(("negated",) if e.negated else ()))
            hashed = content_id(self.relation.id, *said)
            object.__setattr__(self, "_id", f"exil8e:{hashed}")  # asked for often, made once
        return self._id


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person or group on a publication; ``orcid`` is the bare 16-digit form with hyphens."""

    last: str = ""
    fore: str = ""
    initials: str = ""
    collective: str = ""
    orcid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshHeading:
    """A MeSH descriptor on a publication."""

    ui: str
    name: str
    major: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationLink:
    """A typed link between two publications, for example ``RetractionIn`` or ``ErratumFor``."""

    type: str
    target: str
    citation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A PubMed record, or a paper known only by DOI or PMC id.

    Parameters
    ----------
    id
        CURIE: ``PMID:24657661``, ``DOI:10.1...`` or ``PMC:PMC...``.
    published
        Date as far as it is known, in ISO form: ``2014``, ``2014-05`` or ``2014-05-15``.
    types
        Names of publication types.
    links
        Typed links to other publications (retraction, correction, comment, update).
    source
        The source that described it.
    revised
        Day on which PubMed last revised its record, in ISO form; tells an older form of a record from a newer one.
    references
        CURIEs (``PMID:``) of the papers it cites, sorted.
    substances
        MeSH identifiers (``D...``, ``C...``) of the substances and supplementary concepts on it, sorted.
    abstract_entities
        CURIEs of the entities its abstract names, sorted, found while it was read; the text is not kept.
    annotated_entities
        CURIEs of the entities that PubTator3 annotates in it, sorted.
    """

    id: str
    pmid: str = ""
    doi: str = ""
    pmcid: str = ""
    title: str = ""
    year: int | None = None
    published: str = ""
    journal: str = ""
    first_author: str = ""
    authors: tuple[Author, ...] = ()
    types: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    keywords: tuple[str, ...] = ()
    links: tuple[PublicationLink, ...] = ()
    status: Status = Status.CURRENT
    source: str = ""
    revised: str = ""
    references: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    abstract_entities: tuple[str, ...] = ()
    annotated_entities: tuple[str, ...] = ()


class Disagreement(StrEnum):
    """Why two findings differ: the first that holds; the last is none of the others."""

    SITE = "other site"
    VIVO = "in vitro against in vivo"
    TAXON = "other taxon"
    DISEASE = "other disease scope"
    READOUT = "other readout"
    CONFLICT = "true conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two relations that say opposite things.

    Parameters
    ----------
    kind
        The class.
    why
        The two values that differ, in words; for a true conflict, that nothing known does.
    one, other
        Statements of either side, the positive (or the non-null) side first.
    subject, object
        CURIEs of what they speak of; the object of ``one``.
    """

    kind: Disagreement
    why: str
    one: tuple[Statement, ...]
    other: tuple[Statement, ...]

    @property
    def subject(self) -> str:
        """CURIE of the common subject."""
        return self.one[0].relation.subject

    @property
    def object(self) -> str:
        """CURIE of the object of the first side."""
        return self.one[0].relation.object

    @property
    def id(self) -> str:
        """CURIE made from the two relations."""
        return "exil8c:" + content_id(self.one[0].relation.id, self.other[0].relation.id)


class Found(StrEnum):
    """Where on a publication an entity was found, or by whom."""

    MESH = "mesh"
    TITLE = "title"
    KEYWORD = "keyword"
    ABSTRACT = "abstract"
    PUBTATOR3 = "pubtator3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entity on a publication: evidence of talk, never of a relation.

    >>> Mention(publication="PMID:24657661", entity="HGNC:6025", how=(Found.TITLE,)).id
    'exil8m:...'
    """

    publication: str
    entity: str
    how: tuple[Found, ...]

    @property
    def id(self) -> str:
        """CURIE made from the publication and the entity."""
        return "exil8m:" + content_id(self.publication, self.entity)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoMention:
    """Two entities, ``one`` before ``other`` by CURIE, that live papers mention together.

    Parameters
    ----------
    papers
        How many papers.
    weight
        Sum over these papers of 1 / (entities the paper mentions - 1), so that a survey of everything counts
        little (M. E. J. Newman, Phys. Rev. E 64:016132, 2001).
    """

    one: str
    other: str
    papers: int
    weight: float

    @property
    def id(self) -> str:
        """CURIE made from the two entities."""
        return "exil8m:" + content_id("co-mention", self.one, self.other)


def noisy_or(reliabilities: Iterable[float]) -> float:
    """Probability that at least one of several independent papers is right.

    The product is taken in sorted order, so that the last digit does not depend on the order of input.

    >>> round(noisy_or([0.8, 0.4]), 2)
    0.88
    >>> noisy_or([])
    0.0
    """
    return 1.0 - math.prod(1.0 - r for r in sorted(reliabilities))


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """How far one relation is believed: the live papers on either side, each with its weight in [0, 1].

    ``kg.belief`` says how the weights come about.

    Examples
    --------
    >>> b = Belief(papers_for=(("PMID:1", 0.8),), papers_against=(("PMID:2", 0.5),))
    >>> round(b.p_for, 2), b.p_against, b.value
    (0.8, 0.5, 0.4)
    """

    papers_for: tuple[tuple[str, float], ...] = ()
    papers_against: tuple[tuple[str, float], ...] = ()

    @property
    def p_for(self) -> float:
        """Probability that the papers for the relation are right together."""
        return noisy_or(weight for _, weight in self.papers_for)

    @property
    def p_against(self) -> float:
        """Probability that the papers against the relation are right together."""
        return noisy_or(weight for _, weight in self.papers_against)

    @property
    def value(self) -> float:
        """``p_for * (1 - p_against)``, rounded to four digits."""
        return round(self.p_for * (1.0 - self.p_against), 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One input record that was not taken, and why; counted and listed, never dropped in silence.

    ``record`` is its CURIE, where that much of it could be read.
    """

    source: str
    file: str
    line: int | None
    what: str
    hint: str = ""
    record: str = ""

    def __str__(self) -> str:
        """Show place, reason and remedy on one line."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.what}{f'; {self.hint}' if self.hint else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one file that a source took into a state of its own.

    Parameters
    ----------
    read
        Records in the file, those refused included.
    skipped
        True when the same file had been read before.
    """

    path: Path
    read: int
    refusals: tuple[Refusal, ...] = ()
    skipped: bool = False


Record = Publication | Entity | Statement | Refusal
"""What a source yields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """What a source is, who may use it, and how far it is to be believed.

    Parameters
    ----------
    name
        Short name used on the command line.
    licence
        SPDX identifier, or a short name where SPDX has none.
    reliability
        Probability in (0, 1) that one statement read by this source is right; see ``kg.belief``.
    formats
        File endings or format names it reads.
    """

    name: str
    title: str
    licence: str
    homepage: str
    citation: str
    reliability: float
    formats: tuple[str, ...]
    version: str = ""
