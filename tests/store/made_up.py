"""Content that no source would write: every field filled, and text that breaks what quotes carelessly."""

from __future__ import annotations

from dataclasses import replace

from kg import belief
from kg.model import (
    Author,
    Directness,
    Entity,
    Evidence,
    Grade,
    MeshHeading,
    Method,
    Polarity,
    Publication,
    PublicationLink,
    Relation,
    Site,
    SiteKind,
    SourceInfo,
    Statement,
    Status,
)
from kg.store.content import Content

WILD = "a \"quoted\" \\back\\slash\nline\ttab – é 中 🧬 <b>&amp;</b> ''' {?x} #"

SITES = (
    Site(id="a_cell", label="cell A", kind=SiteKind.CELL, entity="CL:0000115"),
    Site(id="b_cell", label="cell B", kind=SiteKind.CELL, parent="a_cell"),
    Site(id="extracellular", label=WILD, kind=SiteKind.MEDIUM),
    Site(id="unspecified", label="not stated", kind=SiteKind.UNSPECIFIED),
)
ENTITIES = (
    Entity(id="HGNC:1", label="ONE", type="gene_product", synonyms=(WILD, "one")),
    Entity(id="HGNC:2", label=WILD, type="gene_product", parents=("HGNC:1", "exil8:family")),
    Entity(id="exil8:family", label="family", type="gene_product"),
    Entity(id="exil8:vesicle_of_a", label="vesicle of A", type="vesicle", origin="a_cell"),
)
FULL = Publication(
    id="PMID:11",
    pmid="11",
    doi="10.1002/(SICI)1097<1345::AID>3.0.CO;2-X",
    pmcid="PMC11",
    title=WILD,
    year=987,
    published="0987-05",
    journal="J Ex",
    first_author="Öz A",
    authors=(
        Author(last="Öz", fore="Zoë", initials="Z", orcid="0000-0002-1825-0097"),
        Author(last="Aa", fore="B", initials="B"),
        Author(collective="The Group"),
    ),
    types=("Journal Article", "Review"),
    mesh=(MeshHeading(ui="D055354", name="Exosomes", major=True), MeshHeading(ui="D002470", name="Cell Survival")),
    keywords=("IL-8", WILD),
    links=(
        PublicationLink(type="CommentIn", target="", citation="J Ex. 2020;1:1"),
        PublicationLink(type="ErratumIn", target="PMID:12", citation=WILD),
    ),
    status=Status.CONCERN,
    source="one",
    revised="2020-02-29",
    references=("PMID:12", "PMID:999"),
    substances=("C000621806", "D016209"),
    abstract_entities=("HGNC:1",),
)
PAPERS = (
    Publication(id="DOI:10.1000/x", doi="10.1000/x", title="Only a DOI"),
    FULL,
    Publication(id="PMID:12", pmid="12", status=Status.RETRACTED, references=("PMID:11", "PMID:12")),
)


def relation(predicate: str = "promotes", polarity: Polarity = Polarity.POSITIVE, **ends: str) -> Relation:
    usual = {"subject": "HGNC:1", "subject_site": "extracellular", "object": "HGNC:2", "object_site": "a_cell"}
    return Relation(predicate=predicate, polarity=polarity, **(usual | ends))


def evidence(publication: str = "PMID:11", source: str = "one", **fields: object) -> Evidence:
    return replace(Evidence(publication=publication, source=source, licence="CC0-1.0"), **fields)  # type: ignore[arg-type]


STATEMENTS = (
    Statement(
        relation=relation(object_compartment="plasma_membrane"),
        evidence=evidence(
            record="r1",
            model_system=WILD,
            assay="blot",
            grade=Grade.BACKGROUND,
            directness=Directness.DIRECT,
            scope="general",
            taxa=("NCBITaxon:10090", "NCBITaxon:9606"),
            support=WILD,
            note=WILD,
            method=Method.MACHINE_READ,
        ),
    ),
    Statement(relation=relation(), evidence=evidence("DOI:10.1000/x", "two", negated=True)),
    Statement(relation=relation("suppresses", Polarity.NEGATIVE), evidence=evidence("PMID:12", "two")),
    Statement(relation=relation("binds", Polarity.NONE), evidence=evidence("", "two", record="no paper")),
    Statement(relation=relation("carries", subject="exil8:vesicle_of_a"), evidence=evidence("DOI:10.1000/x", "one")),
)
SOURCES = tuple(
    SourceInfo(name=n, title=n, licence="CC0-1.0", homepage="", citation="", reliability=r, formats=("tsv",))
    for n, r in (("one", 0.8), ("two", 0.6))
)


def content(*statements: Statement) -> Content:
    """A content with everything in it, or with these statements."""
    made = Content(
        sites=SITES,
        entities=ENTITIES,
        publications=PAPERS,
        statements=tuple(sorted(statements or STATEMENTS, key=lambda s: s.id)),
        sources=SOURCES,
    )
    found, weights = belief.beliefs(
        made.statements, status=made.status, reliability={info.name: info.reliability for info in SOURCES}
    )
    return replace(made, beliefs=found, weights=weights)


def manifest(revision: str = "0123456789abcdef") -> dict[str, object]:
    item = {"source": "one", "name": "one.tsv", "sha256": "ab" * 32, "licence": "CC0-1.0", "version": ""}
    return {
        "revision": revision,
        "version": "0",
        "profile": "made_up",
        "profile_toml": "",
        "title": "Made up",
        "inputs": [{**item, "rows_read": 5, "rows_kept": 5, "rows_refused": 0}],
        "sources": {},
        "counts": {},
        "refusals": [],
    }
