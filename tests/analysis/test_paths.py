"""Paths on the curated table: the anchor paper first, and what a person sees of a path."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest

from kg.analysis.network import build
from kg.analysis.paths import PathQuestion, find
from kg.errors import KgError, UnknownNameError, UsageError
from tests.analysis.tables import fact, facts

if TYPE_CHECKING:
    import kg
    from kg.analysis.paths import PathResult

ANCHOR = "PMID:24657661"
EXOSOME, SURVIVAL = "exil8:cml_exosome", "cell survival@cml_cell"
AXIS = [
    "exil8:cml_exosome@extracellular", "HGNC:6025@bm_stromal_cell", "HGNC:6025@extracellular", "MESH:D002470@cml_cell",
]  # fmt: skip


def states(result: PathResult) -> list[list[str]]:
    return [[s.name for s in path.states] for path in result]


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        (EXOSOME, SURVIVAL, "from CML-cell exosome to cell survival [chronic myeloid leukemia cell] with sign +"),
        (
            [EXOSOME, "CXCL8@bm_stromal_cell"],
            "survival",
            "from CML-cell exosome or CXCL8 [stromal cell of bone marrow]",
        ),
        ("microenvironment factor", "leukaemia survival", "from microenvironment factor to leukaemia survival"),
    ],
)
def test_the_summary_says_in_words_what_was_asked(
    graph: kg.KnowledgeGraph, source: str | list[str], target: str, words: str
) -> None:
    assert words in graph.paths(source, target, k=1).summary


# The anchor paper -------------------------------------------------------------------------------------------


def test_the_first_path_is_the_one_of_the_anchor_paper(graph: kg.KnowledgeGraph) -> None:
    best = graph.paths(EXOSOME, SURVIVAL, sign="+")[0]
    assert [s.name for s in best.states] == AXIS
    assert [step.predicates for step in best.steps] == [("increases_secretion_of",), ("is_secreted",), ("promotes",)]
    assert [step.kind for step in best.steps] == ["effect", "transfer", "effect"]
    assert all(ANCHOR in step.publications for step in best.steps)
    assert not any(step.assumptions for step in best.steps)
    assert (best.rank, best.sign) == (1, 1)


def test_from_the_cell_the_loop_has_four_steps(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths("CML cell", SURVIVAL, sign="+")
    loop = ["exil8:cml_cell@cml_cell", *AXIS]
    assert loop in states(result)
    path = result[states(result).index(loop)]
    assert next(step.predicates for step in path.steps) == ("releases",)
    assert all(ANCHOR in step.publications for step in path.steps)
    through = graph.paths("CML cell", SURVIVAL, sign="+", through=[EXOSOME, "CXCL8@bm_stromal_cell"], k=1)
    assert states(through) == [loop]


def test_what_remains_without_il8_and_its_receptors_rests_on_assumptions(graph: kg.KnowledgeGraph) -> None:
    blocked = {"HGNC:6025", "HGNC:6026", "HGNC:6027"}
    left = graph.paths(EXOSOME, SURVIVAL, sign="+", avoid=["CXCR2", "CXCR1", "CXCL8"])
    assert left.complete
    assert 0 < len(left) < 10
    for path in left:
        assert not blocked & {s.entity for s in path.states}
        assert any(step.assumptions for step in path.steps)
    best = graph.paths(EXOSOME, SURVIVAL, sign="+", k=1)[0]
    assert left[0].cost > best.cost + 2
    assert "HGNC:31508" in {s.entity for s in left[0].states}


def test_without_cxcr2_the_stated_effect_of_il8_stays(graph: kg.KnowledgeGraph) -> None:
    assert states(graph.paths(EXOSOME, SURVIVAL, sign="+", avoid=["CXCR2"], k=1)) == [AXIS]


def test_sb225002_lowers_survival(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths("SB225002", SURVIVAL, sign="-")
    direct, through_apoptosis, through_receptor = states(result)[:3]
    assert direct == ["CHEBI:93074@extracellular", "MESH:D002470@cml_cell"]
    assert through_apoptosis[1] == "GO:0006915@cml_cell"
    assert through_receptor[1:3] == ["HGNC:6027@cml_cell", "GO:0006915@cml_cell"]
    assert [path.sign for path in result] == [-1] * len(result)
    assert "PMID:34146540" in result[0].publications
    assert not graph.paths("SB225002", SURVIVAL, sign="+", max_steps=2)


def test_imatinib_acts_on_survival_through_bcr_abl(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths("imatinib", SURVIVAL, sign="-", through=["BCR-ABL1"], k=3)
    assert [s.name for s in result[0].states][1] == "MESH:D016044@cml_cell"


# Filters ------------------------------------------------------------------------------------------------------


def test_a_larger_k_only_adds(graph: kg.KnowledgeGraph) -> None:
    longest = states(graph.paths(EXOSOME, SURVIVAL, sign="any", k=40))
    for k in (1, 2, 7, 23):
        assert states(graph.paths(EXOSOME, SURVIVAL, sign="any", k=k)) == longest[:k]


def test_signs_share_out_the_paths(graph: kg.KnowledgeGraph) -> None:
    both = {sign: graph.paths("imatinib", "drug resistance@cml_cell", sign=sign, k=200, max_steps=4) for sign in "+-"}
    either = graph.paths("imatinib", "drug resistance@cml_cell", sign="any", k=400, max_steps=4)
    assert {p.sign for p in both["+"]} <= {1}
    assert {p.sign for p in both["-"]} == {-1}
    signed = {(tuple(s), p.sign) for s, p in zip(states(either), either, strict=True) if p.sign}
    assert {(tuple(s), p.sign) for r in both.values() for s, p in zip(states(r), r, strict=True)} <= signed


def test_max_steps_and_through_hold(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths("CML cell", SURVIVAL, max_steps=3, through=["CXCR2"], k=20)
    assert all(len(p.steps) <= 3 for p in result)
    longer = graph.paths("CML cell", SURVIVAL, max_steps=4, through=["CXCR2"], k=20)
    assert longer
    assert all("HGNC:6027" in {s.entity for s in p.states} for p in longer)


def test_belief_below_the_limit_is_not_walked(graph: kg.KnowledgeGraph) -> None:
    for path in graph.paths(EXOSOME, SURVIVAL, min_belief=0.7):
        assert all(step.kind == "definition" or step.probability >= 0.7 for step in path.steps)


def test_definitions_can_be_left_out_of_paths(graph: kg.KnowledgeGraph) -> None:
    with_them = graph.paths(EXOSOME, SURVIVAL)
    without = graph.paths(EXOSOME, SURVIVAL, definitions=False)
    assert any(step.kind == "definition" for p in with_them for step in p.steps)
    assert not any(step.kind == "definition" for p in without for step in p.steps)
    assert states(without)[0] == AXIS


def test_a_class_stands_for_its_members(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths("microenvironment factor", SURVIVAL, k=30)
    assert {p.states[0].site for p in result} <= set(graph.profile.classes[0].sites)
    assert "HGNC:6025@extracellular" in {p.states[0].name for p in result}


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"source": "CXCL88"}, UnknownNameError),
        ({"target": "cell survival@nowhere"}, KgError),
        ({"sign": "plus"}, UsageError),
        ({"k": 0}, UsageError),
        ({"max_steps": 0}, UsageError),
        ({"min_belief": 2.0}, UsageError),
        ({"avoid": ["no such thing"]}, UnknownNameError),
        ({"target": EXOSOME}, UsageError),
    ],
)
def test_what_cannot_be_asked(graph: kg.KnowledgeGraph, asked: dict[str, object], error: type[KgError]) -> None:
    question: dict[str, object] = {"source": EXOSOME, "target": SURVIVAL} | asked
    with pytest.raises(error):
        graph.paths(**question)  # type: ignore[arg-type]


def test_no_path_is_an_empty_answer_with_a_hint(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths("cell survival@cml_cell", "CXCL8", sign="+")
    assert len(result) == 0
    assert result.complete
    assert result.to_frame().empty
    assert "no path with sign +" in str(result)


# Readings of one chain -------------------------------------------------------------------------------------------


def test_readings_of_one_chain_in_several_cells_count_once() -> None:
    rows = [
        fact("L@extracellular activates R@unspecified", "PMID:1"),
        fact("R@unspecified promotes P@unspecified", "PMID:2"),
        fact("R@tumour inhibits X@tumour", "PMID:3"),
        fact("R@stroma inhibits X@stroma", "PMID:4"),
        fact("P@tumour activates Y@tumour", "PMID:5"),
        fact("P@stroma activates Z@stroma", "PMID:6"),
    ]
    net = build(facts(*rows))
    question = PathQuestion(sources=net.states_of["L"], targets=net.states_of["P"], k=10)
    result = find(net, question, source="L", target="P")
    assert len(result) == 1
    assert [s.site for s in result[0].states] == ["extracellular", "unspecified", "unspecified"]


# What a person sees -------------------------------------------------------------------------------------------------


def test_the_form_of_json(graph: kg.KnowledgeGraph) -> None:
    told = json.loads(json.dumps(graph.paths(EXOSOME, SURVIVAL, k=2).to_dict()))
    assert told.keys() == {"source", "target", "sign", "complete", "paths"}
    assert (told["source"], told["target"], told["sign"]) == (EXOSOME, "MESH:D002470@cml_cell", "+")
    step = told["paths"][0]["steps"][1]
    assert (step["subject"], step["object"], step["kind"]) == ("HGNC:6025", "HGNC:6025", "transfer")
    assert (step["subject_site"], step["object_site"]) == ("bm_stromal_cell", "extracellular")
    assert ANCHOR in step["publications"]
    assert all(r.startswith("exil8r:") for r in step["relations"])


def test_the_table_has_one_row_a_step(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths(EXOSOME, SURVIVAL, k=5)
    frame = result.to_frame()
    assert len(frame) == sum(len(p.steps) for p in result)
    first = frame[frame["rank"] == 1]
    assert first["step"].tolist() == [1, 2, 3]
    assert first["path_cost_nat"].nunique() == 1


def test_the_ledger_adds_up(graph: kg.KnowledgeGraph) -> None:
    for path in graph.paths(EXOSOME, SURVIVAL, sign="any"):
        rows = path.ledger()
        assert sum(row["cost_nat"] for row in rows) == pytest.approx(path.cost, abs=1e-4)
        assert path.belief == pytest.approx(math.prod(row["belief"] for row in rows), abs=1e-2)
        assert path.publications == tuple(sorted({p for row in rows for p in row["papers_for"]}))


def test_the_text_names_papers_penalties_and_what_speaks_against(graph: kg.KnowledgeGraph) -> None:
    text = graph.paths(EXOSOME, "VCAM1@endothelial_cell", sign="+", k=1)[0].explain()
    assert "for: DOI:10.18632/oncotarget.8483" in text
    assert "against: PMID:25015105" in text
    best = graph.paths(EXOSOME, SURVIVAL, k=1)[0]
    assert str(best).startswith("CML-cell exosome")
    assert str(best).count("-->") == 3
    assert "sign +" in best.explain()


def test_html_escapes_names(graph: kg.KnowledgeGraph) -> None:
    assert "--&gt;" in graph.paths(EXOSOME, SURVIVAL, k=1)._repr_html_()


def test_the_steps_of_paths_as_a_network(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths(EXOSOME, SURVIVAL, k=3)
    net = result.to_networkx()
    assert set(AXIS) <= set(net)
    assert net.number_of_edges() == len({step for p in result for step in p.steps})
