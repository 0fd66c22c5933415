"""A user's own relations and measurements: joined for one run, stored nowhere, refused with their line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from kg import own_data
from kg.errors import KgError, SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph import KnowledgeGraph

HEAD = "subject\tpredicate\tobject\tsubject_site\tobject_site\tpolarity\tpublication\tbelief\n"


def _table(tmp_path: Path, row: str) -> Path:
    file = tmp_path / "own.tsv"
    file.write_text(HEAD + row + "\n", encoding="utf-8")
    return file


def test_own_relation_makes_a_path(shipped: KnowledgeGraph, tmp_path: Path) -> None:
    table = _table(tmp_path, "HGNC:5438\tpromotes\tsurvival\textracellular\tcml_cell\t\tPMID:1\t0.9")
    joined = shipped.joined(table)
    result = joined.paths("HGNC:5438", "cell survival@cml_cell")
    assert result[0].belief == pytest.approx(0.9)
    assert result[0].publications == ("PMID:1",)
    with pytest.raises(KgError, match="no entity is called"):
        shipped.paths("HGNC:5438", "cell survival@cml_cell")
    assert "HGNC:5438" not in {e.id for e in shipped.content.entities}


def test_frame_and_file_say_the_same(shipped: KnowledgeGraph, tmp_path: Path) -> None:
    table = _table(tmp_path, "CXCL1@extracellular\tpromotes\tsurvival@cml_cell\t\t\t+\t\t")
    frame = pd.DataFrame([{"subject": "CXCL1@extracellular", "predicate": "promotes", "object": "survival@cml_cell"}])
    paths = [str(shipped.joined(t).paths("CXCL1", "survival@cml_cell", k=3)) for t in (table, frame)]
    assert paths[0] == paths[1]


def test_own_contrary_evidence_lowers_belief(shipped: KnowledgeGraph) -> None:
    frame = pd.DataFrame(
        [
            {
                "subject": "CXCL8",
                "predicate": "suppresses",
                "object": "cell survival",
                "subject_site": "extracellular",
                "object_site": "cml_cell",
                "publication": "PMID:2",
            }
        ]
    )
    before = shipped.paths("CXCL8@extracellular", "survival@cml_cell", k=1)[0].steps[0]
    after = [
        step
        for step in shipped.joined(frame).states().steps
        if step.source == before.source and step.target == before.target and step.sign == 1
    ]
    assert after[0].probability < before.probability
    assert "PMID:2" in after[0].against


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("nosuchthing\tpromotes\tsurvival\t\t\t\t\t", "no entity is called 'nosuchthing'"),
        ("CXCL1\tlikes\tsurvival\t\t\t\t\t", "unknown predicate 'likes'"),
        ("CXCL1\tis_secreted\tsurvival\t\t\t\t\t", "unknown predicate 'is_secreted'"),
        ("CXCL1\tpromotes\tsurvival\tmoon\t\t\t\t", "subject_site"),
        ("CXCL1\tpromotes\tsurvival\t\t\t-\t\t", "polarity '-' contradicts"),
        ("CXCL1\tpromotes\tsurvival\t\t\t\tpaper\t", "is not a CURIE"),
        ("CXCL1\tpromotes\tsurvival\t\t\t\t\t0", "belief '0' is not a number above 0 and at most 1"),
        ("CXCL1\tpromotes\tsurvival\t\t\t\t\t1.5", "belief '1.5' is not a number above 0 and at most 1"),
        ("CXCL1\tpromotes\tsurvival\t\t\t\t\tnan", "belief 'nan' is not a number above 0 and at most 1"),
        ("CXCL1\tpromotes", "columns"),
    ],
)
def test_bad_row_names_its_line(shipped: KnowledgeGraph, tmp_path: Path, row: str, says: str) -> None:
    table = _table(tmp_path, row)
    with pytest.raises(SourceError) as caught:
        shipped.joined(table)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{table}:2: ")
    assert "\n" not in str(caught.value)


def test_frame_without_a_column(shipped: KnowledgeGraph) -> None:
    with pytest.raises(SourceError, match="column 'object' is missing"):
        shipped.joined(pd.DataFrame({"subject": ["CXCL1"], "predicate": ["promotes"]}))


def test_measured_reads_words_and_numbers(shipped: KnowledgeGraph) -> None:
    found = own_data.measured({"IL-8": "up", "BCL2": 1.7, "apoptosis": "-", "MCL1": -0.2, "AKT": 0}, shipped.names)  # type: ignore[dict-item]
    assert found == {"HGNC:6025": 1, "HGNC:990": 1, "GO:0006915": -1, "HGNC:6943": -1}


@pytest.mark.parametrize(("name", "sign"), [("nosuchthing", "+"), ("BCL2", "sideways"), ("BCL2", "nan")])
def test_bad_measurement(shipped: KnowledgeGraph, name: str, sign: str) -> None:
    with pytest.raises(SourceError):
        own_data.measured(pd.DataFrame({"entity": [name], "sign": [sign]}), shipped.names)


def test_scores_hold_paths_against_measurements(shipped: KnowledgeGraph) -> None:
    result = shipped.paths("CML exosome", "survival@cml_cell", k=5)
    agreeing = shipped.score(result, {"CXCL8": 1})
    assert agreeing[0].score == 1.0
    contrary = shipped.score(result, {"CXCL8": -1})
    assert contrary[0].score == -1.0 or contrary[0].agree == ()
    assert all(a.score is None for a in shipped.score(result, {"PGF": 1}))


def test_controllers_explain_measurements(shipped: KnowledgeGraph) -> None:
    table = shipped.controllers({"BCL2": 1, "CASP3": -1, "drug resistance": 1, "apoptosis": -1}, max_steps=1)
    best = {row.entity: row for row in table}
    assert best["exil8:stromal_exosome"].correct >= 2
