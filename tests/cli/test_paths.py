"""kg paths: the JSON that others build on, key by key; names, options, and what is said when there is no path."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest

from kg import vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph import KnowledgeGraph
    from tests.cli.conftest import Run

ANCHOR = "PMID:24657661"
CELL, EXOSOME, SURVIVAL = "CML cell", "CML exosome", "cell survival@cml_cell"
RESULT = ["source", "target", "sign", "complete", "paths"]
PATH = ["rank", "sign", "cost_nat", "belief", "steps"]
STEP = [
    "subject", "subject_label", "subject_site", "predicate", "object", "object_label", "object_site", "kind",
    "polarity", "belief", "publications", "relations", "assumptions",
]  # fmt: skip


def asked(run: Run, *arguments: object) -> dict[str, Any]:
    found = run("paths", *arguments, "--json").json
    assert isinstance(found, dict)
    return found


def labels(path: dict[str, Any]) -> list[str]:
    return [path["steps"][0]["subject_label"], *(step["object_label"] for step in path["steps"])]


# The object that is printed


@pytest.mark.parametrize("sign", ["+", "-"])
def test_the_object_has_the_keys_that_are_fixed(run: Run, sign: str) -> None:
    found = asked(run, CELL, SURVIVAL, "--sign", sign, "-k", 20)
    assert list(found) == RESULT
    assert found["paths"]
    for path in found["paths"]:
        assert list(path) == PATH
        for step in path["steps"]:
            assert list(step)[: len(STEP)] == STEP


def test_the_values_are_of_the_kinds_that_are_fixed(run: Run, shipped: KnowledgeGraph) -> None:
    sites = {site.id for site in shipped.content.sites}
    found = asked(run, CELL, SURVIVAL, "--sign", "any", "-k", 30)
    assert (found["source"], found["target"], found["sign"]) == ("exil8:cml_cell", "MESH:D002470@cml_cell", "any")
    assert found["complete"] is True
    assert [path["rank"] for path in found["paths"]] == [*range(1, 31)]
    for step in (step for path in found["paths"] for step in path["steps"]):
        for end in ("subject", "object"):
            assert vocabulary.check_curie(step[end]) == step[end]
            assert step[f"{end}_site"] in sites
        assert set(step["predicate"].split("|")) <= vocabulary.predicates().keys()
        assert step["kind"] in ("effect", "transfer", "definition")
        assert step["polarity"] in ("+", "-", "0")
        assert 0.0 < step["belief"] <= 1.0
        assert all(re.match(r"(PMID|DOI|PMC):", paper) for paper in step["publications"])
        assert set(step["relations"]) <= shipped.content.relations.keys()
        assert all(isinstance(text, str) for text in step["assumptions"])
        assert bool(step["publications"]) is (step["kind"] != "definition")


def test_signs_multiply_and_paths_come_in_order_of_cost(run: Run) -> None:
    found = asked(run, CELL, SURVIVAL, "--sign", "any", "-k", 30)
    costs = [path["cost_nat"] for path in found["paths"]]
    assert costs == sorted(costs)
    for path in found["paths"]:
        signs = [step["polarity"] for step in path["steps"]]
        product = "unknown" if "0" in signs else "-" if signs.count("-") % 2 else "+"
        assert path["sign"] == product
        ends = [(s["subject"], s["subject_site"], s["object"], s["object_site"]) for s in path["steps"]]
        assert all(a[2:] == b[:2] for a, b in itertools.pairwise(ends))


def test_secretion_is_a_transfer_of_the_molecule_itself(run: Run) -> None:
    (path,) = asked(run, EXOSOME, SURVIVAL, "-k", 1)["paths"]
    moved = path["steps"][1]
    assert (moved["subject"], moved["subject_site"]) == ("HGNC:6025", "bm_stromal_cell")
    assert (moved["object"], moved["object_site"]) == ("HGNC:6025", "extracellular")
    assert (moved["kind"], moved["predicate"]) == ("transfer", "is_secreted")


def test_the_path_of_the_anchor_paper(run: Run) -> None:
    (path,) = asked(run, CELL, SURVIVAL, "--through", EXOSOME, "-k", 1)["paths"]
    assert [step["predicate"] for step in path["steps"]] == [
        "releases", "increases_secretion_of", "is_secreted", "promotes"
    ]  # fmt: skip
    assert all(ANCHOR in step["publications"] for step in path["steps"])


def test_the_same_question_gives_the_same_bytes(run: Run) -> None:
    first = run("paths", CELL, SURVIVAL, "--json", "-k", 50)
    assert run("paths", CELL, SURVIVAL, "--json", "-k", 50) == first


# Names


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (EXOSOME, SURVIVAL),
        ("exil8:cml_exosome", "MESH:D002470@cml_cell"),
        ("cml EXOSOME", "Cell Survival@CML_cell"),
        ("CML-cell exosome", "survival@cml_cell"),
    ],
)
def test_a_node_is_a_curie_a_label_or_a_synonym(run: Run, source: str, target: str) -> None:
    found = asked(run, source, target, "-k", 1)
    assert (found["source"], found["target"]) == ("exil8:cml_exosome", "MESH:D002470@cml_cell")
    assert len(found["paths"]) == 1


def test_a_site_narrows_a_question(run: Run) -> None:
    everywhere = asked(run, "IL-8", SURVIVAL, "-k", 40)
    outside = asked(run, "IL-8@extracellular", SURVIVAL, "-k", 40)
    assert outside["source"] == "HGNC:6025@extracellular"
    assert {path["steps"][0]["subject_site"] for path in outside["paths"]} == {"extracellular"}
    assert len({path["steps"][0]["subject_site"] for path in everywhere["paths"]}) > 1


def test_a_class_of_the_profile_stands_for_its_members(run: Run) -> None:
    found = asked(run, "microenvironment factor", SURVIVAL, "-k", 5)
    assert len({path["steps"][0]["subject"] for path in found["paths"]}) > 1


def test_the_flagship_question_of_the_profile(run: Run) -> None:
    found = asked(run, "microenvironment factors", "leukemia survival", "-k", 30, "--sign", "-")
    assert found["target"] == "leukaemia survival"
    assert {path["sign"] for path in found["paths"]} == {"-"}
    assert all(path["readout"] == path["steps"][-1]["subject"] for path in found["paths"])


def test_further_sources_and_targets(run: Run) -> None:
    found = asked(run, "imatinib", SURVIVAL, "--from", "nilotinib", "--to", "apoptosis@cml_cell", "--sign", "any")
    assert {path["steps"][0]["subject_label"] for path in found["paths"]} == {"imatinib", "nilotinib"}
    assert {path["steps"][-1]["object_label"] for path in found["paths"]} == {"cell survival", "apoptotic process"}


def test_a_drug_class_stands_for_its_members(run: Run) -> None:
    assert asked(run, "TKI", SURVIVAL, "--sign", "-")["paths"] == []
    found = asked(run, "TKI", SURVIVAL, "--sign", "-", "--kinds")
    assert "imatinib" in {path["steps"][0]["subject_label"] for path in found["paths"]}
    assert asked(run, "imatinib", SURVIVAL, "--sign", "-", "--avoid", "TKI")["paths"] == []


# Options


def test_avoid_through_and_longest(run: Run) -> None:
    without = asked(run, CELL, SURVIVAL, "--avoid", "CXCL8", "--avoid", "TGFB1", "-k", 20)
    assert not {"CXCL8", "TGFB1"} & {name for path in without["paths"] for name in labels(path)}
    through = asked(run, CELL, SURVIVAL, "--through", EXOSOME, "--through", "CXCL8", "-k", 10)
    assert all({"CML-cell exosome", "CXCL8"} <= {*labels(path)} for path in through["paths"])
    short = asked(run, CELL, SURVIVAL, "--max-steps", 2, "-k", 20)
    assert {len(path["steps"]) for path in short["paths"]} <= {1, 2}


def test_belief_definitions_and_summaries(run: Run) -> None:
    sure = asked(run, CELL, SURVIVAL, "--min-belief", 0.79, "-k", 20)
    assert all(step["belief"] >= 0.79 or not step["relations"] for path in sure["paths"] for step in path["steps"])
    plain = asked(run, CELL, SURVIVAL, "--no-definitions", "-k", 40)
    assert "definition" not in {step["kind"] for path in plain["paths"] for step in path["steps"]}
    question = ("bone marrow stromal cell", "drug resistance@cml_cell", "--max-steps", 1)
    assert asked(run, *question)["paths"] == []
    assert len(asked(run, *question, "--summaries")["paths"]) == 1


def test_own_relations_join_for_one_run(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text(
        "subject\tpredicate\tobject\tsubject_site\tobject_site\tpublication\tbelief\n"
        "HGNC:5438\tpromotes\tcell survival\textracellular\tcml_cell\tPMID:1\t0.9\n"
    )
    (path,) = asked(run, "HGNC:5438", SURVIVAL, "--with", own, "-k", 1)["paths"]
    assert path["steps"][0]["publications"] == ["PMID:1"]
    assert "no entity is called 'HGNC:5438'" in run("paths", "HGNC:5438", SURVIVAL).line


def test_measurements_score_the_paths(run: Run, tmp_path: Path) -> None:
    measured = tmp_path / "measured.tsv"
    measured.write_text("entity\tsign\nCXCL8\tup\n")
    scored = run("paths", EXOSOME, SURVIVAL, "-k", 3, "--measured", measured, "--json").json
    assert scored[0]["score"] == 1.0
    assert set(scored[0]) == {"rank", "score", "agree", "contradict", "unmeasured", "cost_nat", "path"}


def test_all_paths_of_a_length(run: Run) -> None:
    every = asked(run, "SB225002", SURVIVAL, "--sign", "any", "--max-steps", 3, "--all")
    best = asked(run, "SB225002", SURVIVAL, "--sign", "any", "--max-steps", 3, "-k", 2)
    assert len(every["paths"]) > 2
    assert every["complete"] is True
    assert every["paths"][:2] == best["paths"]
    assert "--all needs --max-steps" in run("paths", "SB225002", SURVIVAL, "--all").line


def test_what_makes_one_path_better(run: Run) -> None:
    told = run("paths", EXOSOME, SURVIVAL, "-k", 3, "--compare", 3, 1).out
    assert told.startswith("Path 1 is cheaper than path 3 by ")
    found = run("paths", EXOSOME, SURVIVAL, "-k", 3, "--compare", 3, 1, "--json").json
    assert (found["better"], found["worse"]) == (1, 3)
    dearer = sum(row["cost_nat"] for row in found["only_worse"]) - sum(row["cost_nat"] for row in found["only_better"])
    assert found["difference_nat"] == pytest.approx(dearer, abs=1e-5)
    assert "there is no path 9: 3 were found" in run("paths", EXOSOME, SURVIVAL, "-k", 3, "--compare", 1, 9).line


# For people


def test_paths_are_lines_and_the_ledger_names_every_paper(run: Run) -> None:
    told = run("paths", EXOSOME, SURVIVAL, "-k", 2)
    assert (told.status, told.err, told.out.count("\n")) == (0, "", 2)
    assert told.out.startswith(
        "  1. [+]  0.766 nat  CML-cell exosome [extracellular space] --increases_secretion_of-->"
    )
    ledger = run("paths", EXOSOME, SURVIVAL, "-k", 1, "--explain").out
    assert ledger.startswith("Path 1: sign +, belief 0.6")
    assert ledger.count(ANCHOR) == 3


def test_no_path_is_no_error_and_says_what_is_near(run: Run) -> None:
    told = run("paths", "PGF", "PTGER4", "--sign", "-")
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("no path with sign -: from the source one reaches ")
    found = asked(run, "PGF", "PTGER4", "--sign", "-")
    assert found["paths"] == []
    assert found["hint"] + "\n" == told.out
