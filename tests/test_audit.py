"""Findings of the audit: what it must see, and that the same graph gives the same report."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import kg
from kg.audit import Audit, Finding, Severity, audit
from kg.model import Status

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph import KnowledgeGraph


def _row(paper: str) -> str:
    cells = ["exil8:r9001", "CHEBI:61668", "oroxylin A", "extracellular", "", "suppresses", "MESH:D002470"]
    cells += ["cell survival", "cml_cell", "", "-", "direct", "result", "CML", "NCBITaxon:9606", "K562", "assay"]
    return "\t".join([*cells, paper, "Test row.", ""]) + "\n"


def test_shipped_graph_has_no_serious_finding(shipped: KnowledgeGraph) -> None:
    found = shipped.audit()
    assert "retracted-evidence" not in found.counts()
    assert found.counts()["missing-pmid"] > 0


def test_row_on_a_retracted_paper_is_serious(axis_copy: Path, tmp_path: Path) -> None:
    with (axis_copy / "relations.tsv").open("a", encoding="utf-8") as file:
        file.write(_row("DOI:10.3389/fonc.2019.00188"))
    found = kg.build(tmp_path / "g.kg", profile=axis_copy).audit()
    first = found.findings[0]
    assert (first.check, first.severity) == ("retracted-evidence", Severity.SERIOUS)
    assert first.about == "DOI:10.3389/fonc.2019.00188"


def test_unknown_licence_is_found(shipped: KnowledgeGraph) -> None:
    first, *rest = shipped.content.statements
    closed = replace(first, evidence=replace(first.evidence, licence="CC-BY-NC-4.0"))
    found = audit(replace(shipped.content, statements=(closed, *rest)), shipped.manifest)
    assert found.counts()["non-commercial-licence"] == 1


def test_evidence_of_a_superseded_preprint_is_noted(shipped: KnowledgeGraph) -> None:
    cited = shipped.content.statements[0].evidence.publication
    papers = tuple(replace(p, status=Status.SUPERSEDED) if p.id == cited else p for p in shipped.content.publications)
    found = audit(replace(shipped.content, publications=papers), shipped.manifest)
    (note,) = [f for f in found.findings if f.check == "preprint-evidence"]
    assert (note.about, note.severity) == (cited, Severity.NOTE)


def test_same_graph_same_report_in_every_form(shipped: KnowledgeGraph) -> None:
    one, other = shipped.audit(), audit(shipped.content, shipped.manifest)
    assert one == other
    assert json.loads(json.dumps(one.to_dict()))["counts"] == one.counts()
    assert len({f.id for f in one.findings}) == len(one)
    assert one.to_markdown().count("\n| ") == len(one) + len(one.counts())


def test_nothing_to_report() -> None:
    assert Audit(()).to_text() == "nothing to report"


def test_bar_in_a_finding_does_not_break_the_table() -> None:
    finding = Finding(check="c", severity=Severity.NOTE, about="a|b", what="x\ny", hint="h")
    assert "a\\|b | x y |" in Audit((finding,)).to_markdown()
