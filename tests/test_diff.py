"""What changed between two graphs, down to the best paths; and what fell with a paper."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

import kg
from kg import retractions
from kg.diff import diff

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph import KnowledgeGraph


@pytest.fixture
def without_anchor_edge(axis_copy: Path, tmp_path: Path) -> KnowledgeGraph:
    """The shipped axis without the row that exosomes raise IL-8 secretion of stroma."""
    file = axis_copy / "relations.tsv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("exil8:r0521\t")), encoding="utf-8")
    return kg.build(tmp_path / "less.kg", profile=axis_copy)


def test_graph_against_itself(shipped: KnowledgeGraph) -> None:
    found = diff(shipped, shipped)
    assert not found
    assert found.to_text() == "the two graphs say the same"


def test_lost_row_takes_its_path(shipped: KnowledgeGraph, without_anchor_edge: KnowledgeGraph) -> None:
    found = diff(shipped, without_anchor_edge)
    assert found.relations_removed == (
        "CML-cell exosome [extracellular] increases_secretion_of (+) CXCL8 [bm_stromal_cell]",
    )
    assert found.relations_added == ()
    assert len(found.evidence_removed) == 1
    best = str(shipped.paths("CML exosome", "cell survival@cml_cell", k=1)[0])
    lost = {shift.label: shift for shift in found.best_paths}
    assert lost[best].after is None
    assert "relations removed: 1" in found.to_text()
    assert diff(without_anchor_edge, shipped).relations_added == found.relations_removed


def test_retraction_report_names_what_fell(shipped: KnowledgeGraph, axis_copy: Path, tmp_path: Path) -> None:
    file = axis_copy / "publications.tsv"
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        if row[0] == "PMID:24657661":
            row[-1] = "retracted"
    file.write_text("\n".join("\t".join(row) for row in rows) + "\n", encoding="utf-8")
    fallen = kg.build(tmp_path / "fallen.kg", profile=axis_copy)
    told = retractions.report(shipped, fallen)
    assert [(p.publication, p.after) for p in told.papers] == [("PMID:24657661", "retracted")]
    assert all(r.after < r.before for r in told.relations)
    gone = {r.says for r in told.relations if r.after == 0}
    assert "CML-cell exosome [extracellular] increases_secretion_of CXCL8 [bm_stromal_cell]" in gone
    assert any(p.cost_after is None and "CML-cell exosome" in p.step for p in told.paths)
    assert "lost its only support on" in told.to_text()
    kinds = [row["kind"] for row in csv.DictReader(io.StringIO(told.to_csv()))]
    assert kinds.count("paper") == 1
    assert kinds.count("relation") == len(told.relations)
    direct = fallen.query("ASK { GRAPH exil8g:direct { exil8:cml_exosome exil8:increases_secretion_of HGNC:6025 } }")
    assert not direct["answer"][0]


def test_no_change_no_report(shipped: KnowledgeGraph) -> None:
    told = retractions.report(shipped, shipped)
    assert not told
    assert told.to_text() == "no paper of the graph changed its standing"
