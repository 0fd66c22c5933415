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
    assert table[0].strip() == "microenvironment factor to leukaemia survival"
    assert len(table) == 5


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


# fragility, mechanisms, discover, controllers


def test_fragility_of_the_anchor_paper(run: Run) -> None:
    (row,) = run("fragility", ANCHOR, "--json").json
    assert row["publication"] == ANCHOR
    assert row["relations_lost"] > 0
    assert "CXCL8 0.22 to" in row["weakened"]


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
