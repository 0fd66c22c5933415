"""Fixtures of the tests of sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg import vocabulary
from kg.model import Entity, Polarity, Publication, Refusal, Statement
from kg.sources.identifier_tables import load_identifiers, shipped_identifiers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kg.model import Record
    from kg.sources.identifiers import Identifiers


@dataclass
class Gathered:
    """Records by kind, with the counts that tests speak of."""

    statements: list[Statement] = field(default_factory=list)
    entities: dict[str, Entity] = field(default_factory=dict)
    publications: list[Publication] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Statements, entities, refusals."""
        return len(self.statements), len(self.entities), len(self.refusals)

    @property
    def predicates(self) -> dict[str, int]:
        return dict(Counter(s.relation.predicate + s.relation.polarity for s in self.statements))

    @property
    def reasons(self) -> dict[str, int]:
        return dict(Counter(r.what for r in self.refusals))

    def triples(self) -> set[tuple[str, str, str]]:
        return {
            (s.relation.subject, s.relation.predicate + s.relation.polarity, s.relation.object) for s in self.statements
        }


@lru_cache(maxsize=65536)
def _canonical(curie: str) -> bool:
    return vocabulary.check_curie(curie) == curie


def _check(statement: Statement) -> None:
    """What holds for every statement of every source."""
    relation = statement.relation
    predicate = vocabulary.predicates()[relation.predicate]
    assert not predicate.derived
    assert Polarity(relation.polarity) in predicate.polarities
    assert _canonical(relation.subject)
    assert _canonical(relation.object)
    evidence = statement.evidence
    assert evidence.publication or evidence.record
    if evidence.publication:
        assert _canonical(evidence.publication)
    assert all(_canonical(taxon) for taxon in evidence.taxa)
    assert evidence.licence


@pytest.fixture(scope="session")
def gather() -> Callable[[Iterable[Record]], Gathered]:
    """Gather records, checking that each statement is sound and each entity told once, before its statements."""

    def gathered(records: Iterable[Record]) -> Gathered:
        out = Gathered()
        for record in records:
            match record:
                case Statement():
                    _check(record)
                    assert record.relation.subject in out.entities
                    assert record.relation.object in out.entities
                    out.statements.append(record)
                case Entity():
                    assert record.id not in out.entities
                    assert vocabulary.check_curie(record.id) == record.id
                    assert record.type in vocabulary.types()
                    out.entities[record.id] = record
                case Publication():
                    out.publications.append(record)
                case Refusal():
                    assert record.what
                    out.refusals.append(record)
        return out

    return gathered


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """Folder of the small committed cut-outs."""
    return Path(__file__).resolve().parents[1] / "fixtures" / "sources"


@pytest.fixture(scope="session")
def hgnc(shared_data: Path) -> Identifiers:
    """The shipped table of identifiers and all of HGNC; not to be changed."""
    return load_identifiers(shared_data / "ontologies" / "hgnc_entries.tsv.gz", into=shipped_identifiers())
