"""Evidence that no person read: a class of its own, from the model to what a path says of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import kg
from kg import belief, cli, merge, pipeline
from kg.analysis import facts
from kg.analysis.exchange import to_networkx
from kg.analysis.network import build
from kg.export.kgx import edges
from kg.export.reading import view_of
from kg.model import Entity, Evidence, Grade, Method, Polarity, Relation, Site, SiteKind, Statement
from kg.store import rdf_reading
from kg.store.content import Content

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph import KnowledgeGraph

BINDS = Relation(
    subject="HGNC:6025",
    subject_site="extracellular",
    predicate="activates",
    object="HGNC:6027",
    object_site="cml_cell",
    polarity=Polarity.POSITIVE,
)


def says(method: Method, paper: str = "PMID:1", source: str = "s") -> Statement:
    evidence = Evidence(publication=paper, source=source, record="r", method=method, licence="MIT")
    return Statement(relation=BINDS, evidence=evidence)


@pytest.mark.parametrize("method", Method)
def test_every_method_has_the_most_it_counts_for(method: Method) -> None:
    assert 0.0 < belief.METHOD_RELIABILITY[method] <= 1.0


def test_a_program_is_never_believed_as_a_person_is() -> None:
    curated, *others = (belief.weight(says(method), 0.8) for method in Method)
    assert all(other <= curated / 2 for other in others)
    assert belief.weight(says(Method.MACHINE_READ), 0.3) == belief.weight(says(Method.CURATED), 0.3)


def test_a_paper_that_both_read_counts_once_and_as_the_person_read_it() -> None:
    both = [says(Method.CURATED, source="a"), says(Method.MACHINE_READ, source="b")]
    found, _ = belief.beliefs(both, status={}, reliability={"a": 0.8, "b": 0.8})
    assert found[BINDS.id].papers_for == (("PMID:1", belief.weight(both[0], 0.8)),)


def test_of_two_readings_by_one_source_the_person_s_is_kept() -> None:
    by_program, by_person = says(Method.MACHINE_READ), says(Method.CURATED)
    by_person = replace(by_person, evidence=replace(by_person.evidence, record="z"))
    for order in ([by_program, by_person], [by_person, by_program]):
        assert merge.statements(order, {}) == (by_person,)


INDRA = [
    {
        "type": "Activation",
        "id": "x",
        "subj": {"name": "CXCL1", "db_refs": {"HGNC": "4602"}},
        "obj": {"name": "CXCR2", "db_refs": {"HGNC": "6027"}},
        "evidence": [{"source_api": "reach", "pmid": "90000001", "text": "Read.", "source_hash": 1}],
    }
]


@pytest.fixture
def read_by_machine(shipped_copy: Path, tmp_path: Path) -> KnowledgeGraph:
    file = tmp_path / "statements.json"
    file.write_text(json.dumps(INDRA))
    pipeline.ingest(shipped_copy, "indra", [file]).close()
    return kg.open(shipped_copy)


def test_the_class_stands_in_triples_tables_and_explanations(
    read_by_machine: KnowledgeGraph, capsys: pytest.CaptureFixture[str]
) -> None:
    g = read_by_machine
    counts = g.answer("SELECT ?m (COUNT(?e) AS ?n) { ?e exil8:method ?m } GROUP BY ?m ORDER BY ?m").rows()[1]
    assert [row[0] for row in counts] == ["curated", "machine_read"]
    assert counts[1][1] == 1
    assert rdf_reading.read(g.store.quads()).statements == g.content.statements
    (statement,) = (s for s in g.content.statements if s.evidence.method is Method.MACHINE_READ)
    told = g.explain(statement.relation.id)
    assert told.to_dict()["evidence"][0]["method"] == "machine_read"
    assert "machine read" in str(told)
    columns, rows = g.answer("evidence_for", params={"subject": "CXCL1", "object": "CXCR2"}).rows()
    read = [row for row in rows if row[columns.index("publication")] == "PMID:90000001"]
    assert [row[columns.index("method")] for row in read] == ["machine_read"]
    root = str(g.store.place.root)
    asked = ["query", "evidence_for", "--param", "subject=CXCL1", "--param", "object=CXCR2", "--format", "csv"]
    assert cli.run([*asked, "--store", root]) == 0
    assert "machine_read" in capsys.readouterr().out


def test_a_step_that_only_machines_read_says_so() -> None:
    statements = (says(Method.MACHINE_READ), says(Method.COMPUTED, "PMID:2"))
    for more, marked in ((), True), ((says(Method.CURATED, "PMID:3"),), False):
        network = build(facts.from_content(content(*statements, *more)))
        (step,) = (s for s in network.steps if s.source.entity == "HGNC:6025")
        assert ("read by machine only" in step.remarks) is marked
        agents = {edge.get("agent_type") for edge in edges(view_of(to_networkx(network)))}
        assert agents == {"automated_agent" if marked else "not_provided"}


def content(*statements: Statement) -> Content:
    found, weights = belief.beliefs(statements, status={}, reliability={"s": 0.8})
    kinds = {"extracellular": SiteKind.MEDIUM, "cml_cell": SiteKind.CELL}
    return Content(
        sites=tuple(Site(id=name, label=name, kind=kind) for name, kind in kinds.items()),
        entities=tuple(Entity(id=e, label=e, type="gene_product") for e in (BINDS.subject, BINDS.object)),
        publications=(),
        statements=statements,
        beliefs=found,
        weights=weights,
    )


def test_grade_and_method_are_told_apart() -> None:
    tested = says(Method.MACHINE_READ)
    stated = replace(tested, evidence=replace(tested.evidence, grade=Grade.BACKGROUND, method=Method.CURATED))
    (one,), (other,) = (facts.from_content(content(s)).facts for s in (tested, stated))
    assert (one.background, one.machine) == (False, True)
    assert (other.background, other.machine) == (True, False)
