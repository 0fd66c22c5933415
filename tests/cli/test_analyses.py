"""rank, loops, cuts, knock-out, mechanisms, fragility, discover, controllers, contradictions, explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

ANCHOR = "PMID:24657661"
SURVIVAL = "cell survival@cml_cell"


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    file = tmp_path / "measured.tsv"
    file.write_text("entity\tsign\nBCL2\t+\nCASP3\t-\n")
    return file


# Every analysis, for people; as JSON below


@pytest.mark.parametrize(
    "arguments",
    [
        ["rank", "--permutations", "0"],
        ["rank", "CXCL8", "CML exosome"],
        ["loops", "CXCL8", "-k", "2"],
        ["cuts", "-k", "3"],
        ["knock-out", "CXCL8", "-k", "3"],
        ["mechanisms", "-k", "1"],
        ["fragility", ANCHOR],
        ["discover", "CML exosome", "survival", "-k", "2"],
        ["balance", "-k", "3"],
        ["mediators"],
        ["connect", "CXCL8", "CML cell", "survival"],
        ["null", "-n", "5"],
        ["dwpc", "SB225002", "apoptosis", "targets>gene_product", "suppresses>process"],
        ["contradictions"],
        ["explain", "exil8:r0521"],
    ],
    ids=lambda v: " ".join(v),
)
def test_an_analysis_is_plain_text_in_a_pipe(run: Run, arguments: list[str]) -> None:
    told = run(*arguments)
    assert (told.status, told.err) == (0, "")
    assert told.out.strip()
    assert "\x1b" not in told.out


# rank


def test_rank_lists_the_class_of_the_profile_best_first(run: Run) -> None:
    rows = run("rank", "--permutations", 0, "--json").json
    assert [row["rank"] for row in rows] == [*range(1, len(rows) + 1)]
    assert [row["cost_nat"] for row in rows] == sorted(row["cost_nat"] for row in rows)
    assert {row["effect"] for row in rows} == {"+", "-"}
    assert {row["p_value"] for row in rows} == {None}
    assert any(row["label"] == "CXCL8" for row in rows)
    table = run("rank", "--permutations", 0, "--top", 3).out.splitlines()
    assert table[0].strip().startswith("microenvironment factor to leukaemia survival: ")
    assert table[0].strip().endswith("members have no path")
    assert len(table) == 5


def test_rank_of_a_subclass_and_in_broad_strata(run: Run) -> None:
    rows = run("rank", "--class", "soluble factors", "--permutations", 0, "--json").json
    assert {row["site"] for row in rows} == {"extracellular"}
    asked = ["rank", "--permutations", 19, "--json"]
    assert run(*asked).json != run(*asked, "--coarse").json


def test_rank_by_chance_is_the_same_with_the_same_seed(run: Run) -> None:
    asked = ["rank", "--permutations", 5, "--json"]
    first = run(*asked, "--seed", 3).json
    assert run(*asked, "--seed", 3).json == first
    assert all(0.0 < row["p_value"] <= 1.0 for row in first)


def test_rank_from_seeds_is_a_walk(run: Run) -> None:
    rows = run("rank", "CXCL8", "--json").json
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1.0)
    assert {row["entity"] for row in rows if row["seed"]} == {"HGNC:6025"}
    assert len(run("rank", "CXCL8", "--top", 4).out.splitlines()) == 5


# loops, cuts, knock-out


def test_loops_come_back_to_where_they_start(run: Run) -> None:
    for sign in ("-", "any"):
        found = run("loops", "CXCL8", "-k", 4, "--sign", sign, "--json").json
        assert found["paths"]
        for loop in found["paths"]:
            first, last = loop["steps"][0], loop["steps"][-1]
            assert (first["subject"], first["subject_site"]) == (last["object"], last["object_site"])
            assert sign in ("any", loop["sign"])
    assert all(len(loop["steps"]) <= 3 for loop in run("loops", "CXCL8", "--max-steps", 3, "--json").json["paths"])


def test_a_node_on_no_loop_says_so(run: Run) -> None:
    told = run("loops", "plerixafor")
    assert (told.status, told.out) == (0, "no loop passes through CHEBI:125354\n")


def test_what_is_cut_is_lost_when_it_is_knocked_out(run: Run) -> None:
    cut = run("cuts", "CML exosome", SURVIVAL, "-k", 10, "--json").json
    gone = [row["entity"] for row in cut["entities"]]
    assert gone
    assert {drug["entity"] for row in cut["entities"] for drug in row["drugs"]}
    out = run("knock-out", *gone, "--from", "CML exosome", "--to", SURVIVAL, "-k", 10, "--json").json
    assert (out["lost"], out["kept"]) == (10, 0)
    assert out["cost_after"] is None or out["cost_after"] > out["cost_before"]


def test_the_flagship_question_is_asked_where_no_other_is(run: Run) -> None:
    assert run("cuts", "-k", 3).out == run("cuts", "CML exosome", SURVIVAL, "-k", 3).out
    assert run("knock-out", "CXCL8", "-k", 3).out == (
        run("knock-out", "IL-8", "--from", "CML exosome", "--to", SURVIVAL, "-k", 3).out
    )


def test_the_loop_of_the_anchor_paper_is_near_the_top(run: Run) -> None:
    found = run("loops", "CML cell", "--json").json
    assert found["complete"] is True
    told = [[step["object_label"] for step in path["steps"]] for path in found["paths"]]
    assert ["CML-cell exosome", "CXCL8", "CXCL8", "cell survival", "chronic myeloid leukemia cell"] in told
    assert "for: PMID:24657661" in run("loops", "CML exosome", "-k", 3, "--explain").out


def test_a_knock_out_lists_what_is_left(run: Run) -> None:
    told = run("knock-out", "CXCR2", "-k", 20)
    assert "this step may itself run over CXCR2 (CXCL8 binds it)" in told.out
    found = run("knock-out", "CXCR2", "-k", 20, "--json").json
    assert found["paths"][0]["steps"][0]["subject"] == "exil8:cml_exosome"
    assert found["paths"][0]["kept"] is True
    assert found["paths"][0]["note"].startswith("CXCL8 on cell survival")
    assert all("publications" in step for path in found["paths"] for step in path["steps"])


def test_what_may_be_cut_and_what_it_costs(run: Run) -> None:
    cut = run("cuts", "-k", 1, "--cost", "CXCL8=3.5", "--json").json
    assert (cut["cost"], cut["bound"]) == (3.5, 3.5)
    none = run("cuts", "-k", 1, "--within", "vesicle cargo")
    assert none.out.startswith("Nothing can be cut")
    assert "write NAME=NUMBER" in run("cuts", "--cost", "CXCL8").line
    assert "drug" in run("cuts", "-k", 3).out or "belief" in run("cuts", "-k", 3).out


# balance, mediators, connect, null, dwpc


def test_the_further_analyses_print_json(run: Run) -> None:
    balance = run("balance", "-k", 5, "--json").json
    assert [row["sign"] for row in balance["rows"]] == ["+", "-"]
    (mediator,) = run("mediators", "CML exosome", SURVIVAL, "--json").json
    assert (mediator["entity"], mediator["score"]) == ("HGNC:6025", 1.0)
    tree = run("connect", "IL-8", "bone marrow stromal cell", "--json").json
    assert [row["object"] for row in tree["rows"]] == ["HGNC:6025"]
    null = run("null", "CML exosome", SURVIVAL, "-n", 9, "--json").json
    assert 0.1 <= null["rows"][0]["p"] <= 1.0
    count = run("dwpc", "SB225002", "apoptosis", "targets>gene_product", "suppresses>process", "--json").json
    assert len(count["rows"]) == 1
    assert "write predicate>type" in run("dwpc", "SB225002", "apoptosis", "targets").line


@pytest.mark.parametrize(
    "arguments",
    [
        ["rank", "--permutations", "0"],
        ["loops", "CML cell"],
        ["cuts", "-k", "5"],
        ["knock-out", "CXCR2", "-k", "5"],
        ["mechanisms"],
        ["fragility", "PMID:1"],
        ["discover", "CML exosome", "drug resistance"],
        ["balance"],
        ["mediators", "CML exosome", SURVIVAL],
        ["connect", "CML exosome", "HGNC:5438"],
        ["null", "HGNC:5438", SURVIVAL, "-n", "3"],
        ["dwpc", "HGNC:5438", "cell survival", "promotes>process"],
    ],
    ids=lambda v: v[0],
)
def test_own_relations_join_any_analysis(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    own = tmp_path / "own.tsv"
    own.write_text(
        "subject\tpredicate\tobject\tsubject_site\tobject_site\tpublication\tbelief\n"
        "CML exosome\tpromotes\tHGNC:5438\textracellular\tcml_cell\tPMID:1\t0.99\n"
        "HGNC:5438\tpromotes\tcell survival\tcml_cell\tcml_cell\tPMID:1\t0.99\n"
        "HGNC:5438\tpromotes\tcell survival\tbm_stromal_cell\tcml_cell\tPMID:1\t0.99\n"
    )
    told = run(*arguments, "--with", own)
    assert (told.status, told.err) == (0, "")
    assert run(*arguments).out != told.out


# fragility, mechanisms, discover, controllers


def test_fragility_of_the_anchor_paper(run: Run) -> None:
    (row,) = run("fragility", ANCHOR, "--json").json
    assert row["publication"] == ANCHOR
    assert row["relations_lost"] > 0
    assert "CXCL8 0.22 to" in row["weakened"]


def test_fragility_tells_what_turns_and_what_a_question_loses(run: Run) -> None:
    (row,) = run("fragility", "PMID:24806995", "--json").json
    assert row["turned"] == "NGF + to -; TGF-beta - to +"
    (row,) = run("fragility", "24657661", "--from", "CML exosome", "--to", SURVIVAL, "-k", 5, "--json").json
    assert row["paths_lost"] == 5
    assert row["cost_after_nat"] > row["cost_before_nat"]
    assert "no paper of the graph is called 'PMID:1'; did you mean" in run("fragility", "PMID:1").line


def test_mechanisms_explain_summaries(run: Run) -> None:
    found = run("mechanisms", "-k", 1, "--json").json
    assert {m["explained"] for m in found} == {True, False}
    for mechanism in found:
        assert mechanism["relations"]
        assert len(mechanism["paths"]) <= 1
        assert bool(mechanism["paths"]) is mechanism["explained"]


def test_discoveries_join_different_papers(run: Run) -> None:
    for row in run("discover", "CML exosome", "survival", "--json").json:
        assert not {*row["first_papers"].split("; ")} & {*row["second_papers"].split("; ")}


def test_discoveries_are_ranked_and_say_why_there_are_none(run: Run) -> None:
    rows = run("discover", "stromal factor", "leukaemia survival", "--by", "p_value", "--json").json
    assert [row["by_chance"] for row in rows] == [*range(1, len(rows) + 1)]
    assert all(row["links"] for row in rows)
    none = run("discover", "SB225002", SURVIVAL)
    assert "papers join the two directly (PMID:34146540)" in none.out
    assert "write belief or p_value" in run("discover", "CXCL8", "survival", "--by", "luck").line


def test_controllers_of_measurements(run: Run, measured: Path) -> None:
    rows = run("controllers", measured, "--json").json
    assert rows[0]["entity"] == "exil8:stromal_exosome"
    assert len(run("controllers", measured, "--top", 2).out.splitlines()) == 3
    measured.write_text("entity\tsign\nBCL2\tsideways\n")
    assert run("controllers", measured).line.startswith(f"{measured}:2: ")


# contradictions, explain


def test_contradictions_have_a_class_and_both_sides(run: Run) -> None:
    rows = run("contradictions", "--json").json
    assert {"true conflict", "in vitro against in vivo", "other site"} <= {row["class"] for row in rows}
    for row in rows:
        assert row["one_says"] != row["other_says"] or row["one_publications"] != row["other_publications"]
        assert row["why"]


def test_a_relation_is_explained_by_its_curie_and_by_its_row(run: Run) -> None:
    found = run("explain", "exil8:r0521", "--json").json
    assert found["relation"].startswith("exil8r:")
    assert run("explain", found["relation"]).out == run("explain", "exil8:r0521").out
    assert [e["publication"] for e in found["evidence"]] == [ANCHOR]
    assert found["belief"] == 0.8
