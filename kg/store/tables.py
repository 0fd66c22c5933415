"""The content of a graph as columns (Parquet), for whatever needs to read it whole and fast.

Five tables stand beside the triples, written from the same records and stamped with the same revision.
"""

from __future__ import annotations

import os
from dataclasses import fields
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import StoreError
from kg.model import (
    Author,
    Belief,
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
    Statement,
    Status,
)
from kg.store.content import Content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

NAMES = ("relations", "evidence", "entities", "sites", "publications")
_REVISION = b"exil8.revision"
_CHUNK = 10_000
"""Rows turned into columns at a time, so that memory does not grow with them."""

_TEXTS = pa.list_(pa.string())
_PAIRS = pa.list_(pa.struct([("publication", pa.string()), ("weight", pa.float64())]))
_RELATION_TEXTS = [
    "id",
    "subject",
    "subject_site",
    "subject_compartment",
    "predicate",
    "object",
    "object_site",
    "object_compartment",
    "polarity",
]
_EVIDENCE_TEXTS = [
    "id",
    "relation",
    "publication",
    "source",
    "record",
    "model_system",
    "assay",
    "grade",
    "directness",
    "method",
    "scope",
    "support",
    "note",
    "licence",
]

_PUBLICATION_LISTS = ("types", "keywords", "references", "substances", "abstract_entities", "annotated_entities")


def _text(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.string()) for name in names]


SCHEMAS: dict[str, pa.Schema] = {
    "relations": pa.schema(
        [
            *_text(*_RELATION_TEXTS),
            ("belief", pa.float64()),
            ("live", pa.bool_()),
            ("papers_for", _PAIRS),
            ("papers_against", _PAIRS),
        ]
    ),
    "evidence": pa.schema(
        [
            *_text(*_EVIDENCE_TEXTS),
            ("taxa", _TEXTS),
            ("negated", pa.bool_()),
            ("weight", pa.float64()),
            ("status", pa.string()),
        ]
    ),
    "entities": pa.schema(
        [
            *_text("id", "label", "type", "origin", "taxon", "orthologue"),
            ("parents", _TEXTS),
            ("synonyms", _TEXTS),
        ]
    ),
    "sites": pa.schema([*_text("id", "label", "kind", "entity", "parent"), ("rank", pa.int32())]),
    "publications": pa.schema(
        [
            *_text("id", "pmid", "doi", "pmcid", "title", "published", "journal", "first_author", "status", "source"),
            ("revised", pa.string()),
            ("year", pa.int32()),
            *((name, _TEXTS) for name in _PUBLICATION_LISTS),
            ("mesh", pa.list_(pa.struct([("ui", pa.string()), ("name", pa.string()), ("major", pa.bool_())]))),
            ("authors", pa.list_(pa.struct([(f.name, pa.string()) for f in fields(Author)]))),
            ("links", pa.list_(pa.struct([(f.name, pa.string()) for f in fields(PublicationLink)]))),
        ]
    ),
}
"""Columns and types of each table."""


_EVIDENCE_FIELDS = tuple(f.name for f in fields(Evidence))


def _pairs(pairs: Iterable[tuple[str, float]]) -> list[dict[str, Any]]:
    return [{"publication": publication, "weight": weight} for publication, weight in pairs]


def _relation_row(content: Content, key: str, r: Relation) -> dict[str, Any]:
    belief = content.beliefs[key]
    row = {name: getattr(r, name) for name in _RELATION_TEXTS}
    return row | {
        "polarity": r.polarity.value,
        "belief": belief.value,
        "live": key in content.live,
        "papers_for": _pairs(belief.papers_for),
        "papers_against": _pairs(belief.papers_against),
    }


def _evidence_row(content: Content, s: Statement) -> dict[str, Any]:
    e = s.evidence
    row = {name: getattr(e, name) for name in _EVIDENCE_FIELDS}
    return row | {
        "id": s.id,
        "relation": s.relation.id,
        "grade": e.grade.value,
        "directness": e.directness.value,
        "method": e.method.value,
        "taxa": list(e.taxa),
        "weight": content.weights[s.id],
        "status": content.status.get(e.publication, Status.CURRENT).value,
    }


def _row(value: Entity | Site | Publication) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for f in fields(value):
        item = getattr(value, f.name)
        if f.name in ("mesh", "authors", "links"):
            item = [{g.name: getattr(part, g.name) for g in fields(part)} for part in item]
        elif isinstance(item, tuple):
            item = list(item)
        elif isinstance(item, SiteKind | Status):
            item = item.value
        row[f.name] = item
    return row


def _rows(content: Content) -> dict[str, Iterator[dict[str, Any]]]:
    return {
        "relations": (_relation_row(content, key, r) for key, r in content.relations.items()),
        "evidence": (_evidence_row(content, s) for s in content.statements),
        "entities": (_row(e) for e in content.entities),
        "sites": (_row(s) | {"rank": rank} for rank, s in enumerate(content.sites)),
        "publications": (_row(p) for p in content.publications),
    }


def write(content: Content, folder: Path, revision: str) -> None:
    """Write the five tables into a folder, stamped with the revision of the store."""
    for name, rows in _rows(content).items():
        schema = SCHEMAS[name].with_metadata({_REVISION: revision.encode()})
        aside = folder / f".{name}-{os.getpid()}.parquet"  # readers beside us never see half a table
        with pq.ParquetWriter(aside, schema) as writer:
            while chunk := list(islice(rows, _CHUNK)):
                writer.write_table(pa.Table.from_pylist(chunk, schema=schema))
        aside.replace(folder / f"{name}.parquet")


def read(folder: Path, name: str, revision: str) -> pa.Table | None:
    """Read one table; None when it is absent or was written for another revision.

    Raises
    ------
    StoreError
        The file is there but is not Parquet, or lacks columns.
    """
    file = folder / f"{name}.parquet"
    if not file.is_file():
        return None
    try:
        with pq.ParquetFile(file) as opened:  # read_table would import a quarter of a second more
            table = opened.read()
    except (pa.ArrowInvalid, OSError) as error:
        raise StoreError(f"{file} is damaged ({error}); rebuild the graph with `kg build`") from error
    stamp = (table.schema.metadata or {}).get(_REVISION, b"").decode()
    if stamp != revision:
        return None
    if table.schema.names != SCHEMAS[name].names:
        raise StoreError(f"{file} has other columns than this version writes; rebuild the graph with `kg build`")
    return table


def _entity(row: dict[str, Any]) -> Entity:
    return Entity(**(row | {"parents": tuple(row["parents"]), "synonyms": tuple(row["synonyms"])}))


def _site(row: dict[str, Any]) -> Site:
    row.pop("rank")
    return Site(**(row | {"kind": SiteKind(row["kind"])}))


def _publication(row: dict[str, Any]) -> Publication:
    parts: dict[str, Callable[..., Any]] = {"mesh": MeshHeading, "authors": Author, "links": PublicationLink}
    made = {name: tuple(make(**item) for item in row[name]) for name, make in parts.items()}
    lists = {name: tuple(row[name]) for name in _PUBLICATION_LISTS}
    return Publication(**(row | made | lists | {"status": Status(row["status"])}))


def _relation(row: dict[str, Any]) -> Relation:
    return Relation(**{n: row[n] for n in _RELATION_TEXTS if n != "id"} | {"polarity": Polarity(row["polarity"])})


def _evidence(row: dict[str, Any]) -> Evidence:
    kept = {f.name: row[f.name] for f in fields(Evidence)}
    made = {
        "taxa": tuple(row["taxa"]),
        "grade": Grade(row["grade"]),
        "directness": Directness(row["directness"]),
        "method": Method(row["method"]),
    }
    return Evidence(**(kept | made))


def _belief(row: dict[str, Any]) -> Belief:
    sides = ("papers_for", "papers_against")
    return Belief(**{side: tuple((item["publication"], item["weight"]) for item in row[side]) for side in sides})


def to_content(tables: dict[str, pa.Table]) -> Content:
    """Make the content again from its five tables (sources are not in them)."""
    relation_rows = tables["relations"].to_pylist()
    relations = {row["id"]: _relation(row) for row in relation_rows}
    evidence = tables["evidence"].to_pylist()
    return Content(
        sites=tuple(_site(row) for row in tables["sites"].to_pylist()),
        entities=tuple(_entity(row) for row in tables["entities"].to_pylist()),
        publications=tuple(_publication(row) for row in tables["publications"].to_pylist()),
        statements=tuple(Statement(relation=relations[row["relation"]], evidence=_evidence(row)) for row in evidence),
        beliefs={row["id"]: _belief(row) for row in relation_rows},
        weights={row["id"]: row["weight"] for row in evidence},
    )
