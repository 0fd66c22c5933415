"""The curated table of a profile: four tab-separated files read strictly, row by row.

``entities.tsv``, ``sites.tsv``, ``publications.tsv`` and ``relations.tsv`` stand in one folder;
``hierarchy.tsv`` (families, complexes, drug classes) may stand beside them. A row
that is wrong stops the build with its file and line: a curated table is mended, not skipped over.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import placement, vocabulary
from kg.errors import SourceError
from kg.model import (
    Directness,
    Entity,
    Evidence,
    Grade,
    Polarity,
    Publication,
    Refusal,
    Relation,
    Site,
    SiteKind,
    SourceInfo,
    Statement,
    Status,
)
from kg.sources.tables import Row, read_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from kg.model import Record

INFO = SourceInfo(
    name="curated",
    title="Curated table of the profile",
    licence="CC-BY-4.0",
    homepage="https://w3id.org/exil8/",
    citation="The exil8 authors: relations read from abstracts by hand, each with a sentence in their own words.",
    reliability=0.8,
    formats=("tsv",),
)

_ENTITY = ("id", "label", "type", "parent", "origin", "synonyms")
_SITE = ("id", "entity", "label", "kind", "parent")
_PUBLICATION = ("id", "pmid", "doi", "title", "year", "journal", "first_author", "type", "status")
_HIERARCHY = ("member", "broader", "kind", "reason")
_RELATION = [
    "id",
    "subject",
    "subject_label",
    "subject_site",
    "subject_compartment",
    "predicate",
    "object",
    "object_label",
    "object_site",
    "object_compartment",
    "polarity",
    "directness",
    "grade",
    "scope",
    "taxon",
    "model_system",
    "assay",
    "publication",
    "support",
    "note",
]


class _Cells:
    """One row, with checks that name the file and the line."""

    def __init__(self, file: Path, row: Row) -> None:
        self.file, self.line, self.cells = file, row.line, row.cells

    def __getitem__(self, column: str) -> str:
        return self.cells[column].strip()

    def fail(self, what: str, hint: str) -> SourceError:
        return SourceError(self.file, self.line, what, hint)

    def curie(self, column: str) -> str:
        return vocabulary.check_curie(self[column], file=self.file, line=self.line)

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        if (value := self[column]) not in allowed:
            raise self.fail(f"unknown {column} {value!r}", f"use one of: {', '.join(sorted(allowed))}")
        return value

    def listed(self, column: str) -> tuple[str, ...]:
        return tuple(part for part in (p.strip() for p in self[column].split("|")) if part)


def _rows(file: Path, required: Sequence[str]) -> Iterator[_Cells]:
    if not file.is_file():
        raise SourceError(file, None, "is not there", "a profile folder holds it, with at least its header line")
    seen: dict[str, int] = {}
    for row in read_table(file, required=required, source=INFO.name):
        if isinstance(row, Refusal):
            raise SourceError(file, row.line, row.what, row.hint or "give the row as many cells as the header")
        cells = _Cells(file, row)
        if (identifier := cells["id"]) in seen:
            raise cells.fail(f"id {identifier!r} stands on line {seen[identifier]} already", "give each row its own id")
        seen[identifier] = row.line
        yield cells


def read_sites(folder: Path) -> tuple[Site, ...]:
    """Sites of a profile, in the order of its ``sites.tsv``.

    >>> from kg import resources
    >>> [s.id for s in read_sites(resources.axes() / "cml_il8")][:2]
    ['cml_cell', 'leukemia_cell_other']
    """
    sites = []
    for row in _rows(folder / "sites.tsv", _SITE):
        kind = row.one_of("kind", [k.value for k in SiteKind])
        entity = row.curie("entity") if row["entity"] else ""
        sites.append(Site(id=row["id"], label=row["label"], kind=SiteKind(kind), entity=entity, parent=row["parent"]))
    known = {site.id for site in sites}
    for site in sites:
        if site.parent and site.parent not in known:
            raise SourceError(folder / "sites.tsv", None, f"site {site.id!r} has an unknown parent {site.parent!r}")
    return tuple(sites)


def _entities(file: Path, sites: Collection[str]) -> Iterator[Entity]:
    for row in _rows(file, _ENTITY):
        if not row["label"]:
            raise row.fail("has no label", "write the name people use")
        yield Entity(
            id=row.curie("id"),
            label=row["label"],
            type=row.one_of("type", vocabulary.types()),
            parents=tuple(vocabulary.check_curie(p, file=file, line=row.line) for p in row.listed("parent")),
            origin=row.one_of("origin", sites) if row["origin"] else "",
            synonyms=row.listed("synonyms"),
        )


def _with_hierarchy(entities: dict[str, Entity], file: Path) -> dict[str, Entity]:
    """Add the broader kinds of ``hierarchy.tsv``, where a profile has one."""
    if not file.is_file():
        return entities
    for raw in read_table(file, required=_HIERARCHY, source=INFO.name):
        if isinstance(raw, Refusal):
            raise SourceError(file, raw.line, raw.what, raw.hint or "give the row as many cells as the header")
        row = _Cells(file, raw)
        member, broader = row.curie("member"), row.curie("broader")
        for end in (member, broader):
            if end not in entities:
                raise row.fail(f"{end} is not in entities.tsv", "add a row for it there")
        known = entities[member]
        entities[member] = replace(known, parents=tuple(dict.fromkeys((*known.parents, broader))))
    return entities


def _status(row: _Cells) -> Status:
    return Status(row.one_of("status", [s.value for s in Status])) if row["status"] else Status.CURRENT


def _year(row: _Cells) -> int | None:
    if not row["year"]:
        return None
    if not (row["year"].isdigit() and 1800 < int(row["year"]) < 2200):
        raise row.fail(f"year {row['year']!r} is not a year", "write four digits, or leave it empty")
    return int(row["year"])


def _publications(file: Path) -> Iterator[Publication]:
    for row in _rows(file, _PUBLICATION):
        identifier = row.curie("id")
        prefix, _, local = identifier.partition(":")
        yield Publication(
            id=identifier,
            pmid=row["pmid"] or (local if prefix == "PMID" else ""),
            doi=row["doi"] or (local if prefix == "DOI" else ""),
            pmcid=local if prefix == "PMC" else "",
            title=row["title"],
            year=_year(row),
            published=row["year"],
            journal=row["journal"],
            first_author=row["first_author"],
            types=(row["type"],) if row["type"] else (),
            status=_status(row),
            source=INFO.name,
        )


def _relation(row: _Cells, sites: Collection[str]) -> Relation:
    stated = {name: p for name, p in vocabulary.predicates().items() if not p.derived}
    name = row.one_of("predicate", stated)
    polarity = Polarity(row.one_of("polarity", [p.value for p in Polarity]))
    if polarity.value not in stated[name].polarities:
        allowed = " or ".join(sorted(stated[name].polarities))
        raise row.fail(f"polarity {polarity.value!r} contradicts the predicate {name}", f"write {allowed}")
    return Relation(
        subject=row.curie("subject"),
        subject_site=row.one_of("subject_site", sites),
        predicate=name,
        object=row.curie("object"),
        object_site=row.one_of("object_site", sites),
        polarity=polarity,
        subject_compartment=row.one_of("subject_compartment", ("", "plasma_membrane")),
        object_compartment=row.one_of("object_compartment", ("", "plasma_membrane")),
    )


def _evidence(row: _Cells) -> Evidence:
    return Evidence(
        publication=row.curie("publication") if row["publication"] else "",
        source=INFO.name,
        record=row["id"],
        model_system=row["model_system"],
        assay=row["assay"],
        grade=Grade(row.one_of("grade", [g.value for g in Grade])),
        directness=Directness(row.one_of("directness", [d.value for d in Directness])),
        scope=row["scope"],
        taxa=tuple(vocabulary.check_curie(t, file=row.file, line=row.line) for t in row.listed("taxon")),
        support=row["support"],
        note=row["note"],
        licence=INFO.licence,
    )


def _statements(
    file: Path, entities: Mapping[str, Entity], publications: Collection[str], sites: Mapping[str, SiteKind]
) -> Iterator[Statement]:
    types = {curie: entity.type for curie, entity in entities.items()}
    for row in _rows(file, _RELATION):
        statement = Statement(relation=_relation(row, sites), evidence=_evidence(row))
        for end in (statement.relation.subject, statement.relation.object):
            if end not in entities:
                raise row.fail(f"{end} is not in entities.tsv", "add a row for it there")
        if not statement.evidence.publication:
            raise row.fail("has no publication", "write PMID:..., DOI:... or PMC:...")
        if statement.evidence.publication not in publications:
            raise row.fail(f"{statement.evidence.publication} is not in publications.tsv", "add a row for it there")
        if misplaced := placement.fault(statement.relation, types=types, kinds=sites):
            raise row.fail(*misplaced)
        yield statement


def read(path: Path | str) -> Iterator[Record]:
    """Yield the entities, publications and statements of a profile folder.

    Raises
    ------
    SourceError
        Any row that is not what it should be: unknown predicate, site, type or prefix; a polarity that
        contradicts its predicate; an entity or paper that is not listed; a wrong number of columns;
        bytes that are not UTF-8. The message names file and line.

    Examples
    --------
    >>> from kg import resources
    >>> from kg.model import Statement
    >>> sum(isinstance(r, Statement) for r in read(resources.axes() / "cml_il8"))
    771
    """
    folder = Path(path)
    sites = {site.id: site.kind for site in read_sites(folder)}
    entities = {entity.id: entity for entity in _entities(folder / "entities.tsv", sites)}
    entities = _with_hierarchy(entities, folder / "hierarchy.tsv")
    yield from entities.values()
    publications = {publication.id: publication for publication in _publications(folder / "publications.tsv")}
    yield from publications.values()
    yield from _statements(folder / "relations.tsv", entities, publications.keys(), sites)
