"""A user's own relations, joined to a graph for one run and stored nowhere.

The table has the columns ``subject``, ``predicate``, ``object``, and where known ``subject_site``,
``object_site`` (default ``unspecified``), ``polarity`` (default that of the predicate), ``publication``,
``belief`` in (0, 1] (default 0.8), ``model_system``, ``support``. Names are resolved as on the command
line; a CURIE that the graph does not know is taken as a new entity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import belief, merge, vocabulary
from kg.errors import SourceError, UnknownNameError, UsageError
from kg.model import Directness, Entity, Evidence, Polarity, Publication, Refusal, Relation, SourceInfo, Statement
from kg.notices import published_versions
from kg.sources.tables import Row, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from kg.grounding import NameIndex
    from kg.store.content import Content

REQUIRED = ("subject", "predicate", "object")
OPTIONAL = ("subject_site", "object_site", "polarity", "publication", "belief", "model_system", "support")
DEFAULT_BELIEF = 0.8


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the table, with what a message needs to point at it."""

    file: str | None
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def fail(self, what: str, hint: str) -> SourceError:
        return SourceError(self.file, self.number, what, hint)


def _lines(table: Path | str | pd.DataFrame) -> Iterator[_Line]:
    if isinstance(table, str | Path):
        for row in read_table(Path(table), required=REQUIRED, source="own"):
            if isinstance(row, Refusal):
                raise SourceError(table, row.line, row.what, row.hint)
            yield _Line(str(table), row.line, row.cells if isinstance(row, Row) else {})
        return
    missing = [c for c in REQUIRED if c not in table.columns]
    if missing:
        raise SourceError("table", None, f"column {missing[0]!r} is missing", f"give {', '.join(REQUIRED)}")
    for number, record in enumerate(table.to_dict("records"), 1):
        cells = {str(k): "" if v is None or (v != v and k != "belief") else str(v) for k, v in record.items()}
        yield _Line("table", number, cells)


def _entity(line: _Line, column: str, names: NameIndex) -> tuple[Entity, str]:
    """The entity a cell names, and the site written behind an @."""
    try:
        found = names.resolve(line[column])
    except UnknownNameError as error:
        if ":" not in line[column] or error.ambiguous:
            raise line.fail(str(error), "or write a CURIE") from None
        curie = vocabulary.check_curie(line[column], file=line.file, line=line.number)
        return Entity(id=curie, label=curie, type="gene_product"), ""
    except UsageError as error:
        raise line.fail(str(error), "name a site of the graph") from None
    return found.entity, found.site


def _site(line: _Line, column: str, written: str, names: NameIndex) -> str:
    if written or not line[column]:
        return written or "unspecified"
    try:
        return names.site(line[column]).id
    except UsageError as error:
        raise line.fail(f"{column}: {error}", "name a site of the graph") from None


def _polarity(line: _Line) -> Polarity:
    predicate = vocabulary.predicates().get(line["predicate"])
    if predicate is None or predicate.derived:
        listed = ", ".join(name for name, p in vocabulary.predicates().items() if not p.derived)
        raise line.fail(f"unknown predicate {line['predicate']!r}", f"use one of: {listed}")
    written = line["polarity"] or ("-" if predicate.sign < 0 else "+")
    if written not in {p.value for p in predicate.polarities}:
        allowed = " or ".join(sorted(p.value for p in predicate.polarities))
        raise line.fail(f"polarity {written!r} contradicts the predicate {predicate.name}", f"write {allowed}")
    return Polarity(written)


def _belief(line: _Line) -> float:
    if not line["belief"]:
        return DEFAULT_BELIEF
    try:
        value = float(line["belief"])
    except ValueError:
        value = math.nan
    if not 0.0 < value <= 1.0:
        raise line.fail(
            f"belief {line['belief']!r} is not a number above 0 and at most 1", "mend it, or leave it empty"
        )
    return value


def _statement(line: _Line, names: NameIndex) -> tuple[Statement, tuple[Entity, Entity], float]:
    polarity = _polarity(line)
    (subject, at), (object_, onto) = _entity(line, "subject", names), _entity(line, "object", names)
    relation = Relation(
        subject=subject.id,
        subject_site=_site(line, "subject_site", at, names),
        predicate=line["predicate"],
        object=object_.id,
        object_site=_site(line, "object_site", onto, names),
        polarity=polarity,
    )
    paper = line["publication"]
    if paper:
        paper = vocabulary.check_curie(paper, file=line.file, line=line.number)
    reliability = _belief(line)
    evidence = Evidence(
        publication=paper,
        source=f"own:{reliability:g}",
        record=f"own row {line.number}",
        model_system=line["model_system"],
        support=line["support"],
        directness=Directness.DIRECT,
    )
    return Statement(relation=relation, evidence=evidence), (subject, object_), reliability


def join(
    content: Content, names: NameIndex, table: Path | str | pd.DataFrame, *, sources: Sequence[SourceInfo]
) -> Content:
    """The content of a graph with a user's relations added; nothing is stored.

    Parameters
    ----------
    sources
        The sources of the graph, for their reliabilities.

    Raises
    ------
    SourceError
        A row that is not what it should be; the message names its line (for a DataFrame, its row from 1).
    """
    statements, entities, reliability = list(content.statements), list(content.entities), dict[str, float]()
    for line in _lines(table):
        statement, ends, value = _statement(line, names)
        statements.append(statement)
        entities += ends
        reliability[statement.evidence.source] = value
    infos = (*sources, *(_info(name, value) for name, value in sorted(reliability.items())))
    described = [(0, p) for p in content.publications]
    known = {p.id for p in content.publications}
    papers = sorted({s.evidence.publication for s in statements} - known - {""})
    publications, canonical = merge.publications([*described, *((1, Publication(id=c, source="own")) for c in papers)])
    merged = merge.statements(statements, canonical)
    found, weights = belief.beliefs(
        merged,
        status={p.id: p.status for p in publications},
        reliability={i.name: i.reliability for i in infos},
        versions=published_versions(publications),
    )
    return replace(
        content,
        entities=merge.entities((0, e) for e in entities),
        publications=publications,
        statements=merged,
        beliefs=found,
        weights=weights,
        sources=infos,
    )


def _info(name: str, reliability: float) -> SourceInfo:
    return SourceInfo(
        name=name,
        title="The user's own relations",
        licence="the user's own",
        homepage="",
        citation="",
        reliability=reliability,
        formats=("tsv",),
    )


def measured(table: Path | str | pd.DataFrame | Mapping[str, int], names: NameIndex) -> dict[str, int]:
    """A user's measurements: entity CURIE to +1 (up) or -1 (down).

    Parameters
    ----------
    table
        Columns ``entity`` and ``sign`` (``+``, ``-``, ``up``, ``down``, or a number such as a log fold change; 0
        is left out), or a mapping of names to signs.

    Raises
    ------
    SourceError
        An unknown entity, or a sign that is none.
    """
    found: dict[str, int] = {}
    for line in _measured_lines(table):
        try:
            entity = names.entity(line["entity"]).id
        except UnknownNameError as error:
            raise line.fail(str(error), "or leave the row out") from None
        sign = _direction(line)
        if sign:
            found[entity] = sign
    return found


def _measured_lines(table: Path | str | pd.DataFrame | Mapping[str, int]) -> Iterator[_Line]:
    if isinstance(table, str | Path):
        for row in read_table(Path(table), required=("entity", "sign"), source="own"):
            if isinstance(row, Refusal):
                raise SourceError(table, row.line, row.what, row.hint)
            yield _Line(str(table), row.line, row.cells)
        return
    pairs = _pairs(table)
    for number, (name, sign) in enumerate(pairs, 1):
        yield _Line("table", number, {"entity": str(name), "sign": str(sign)})


def _pairs(table: pd.DataFrame | Mapping[str, int]) -> Iterator[tuple[object, object]]:
    if isinstance(table, Mapping):
        yield from table.items()
        return
    for column in ("entity", "sign"):
        if column not in table.columns:
            raise SourceError("table", None, f"column {column!r} is missing", "give entity and sign")
    yield from zip(table["entity"].tolist(), table["sign"].tolist(), strict=True)


def _direction(line: _Line) -> int:
    text = line["sign"].lower()
    if text in ("+", "up", "-", "down"):
        return 1 if text in ("+", "up") else -1
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise line.fail(f"sign {line['sign']!r} is none", "write +, -, up, down or a number")
    return (value > 0) - (value < 0)
