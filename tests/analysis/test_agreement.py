"""Paths held against measurements: what each predicts of the entities on it."""

from __future__ import annotations

import pytest

from kg.analysis.agreement import score
from kg.analysis.network import Network, build
from kg.analysis.paths import PathQuestion, PathResult, find
from tests.analysis.tables import facts


def network() -> Network:
    return build(
        facts("A@tumour activates B@tumour", "B@tumour inhibits C@tumour", "C@tumour activates D@tumour",
              "A@tumour inhibits E@tumour", "E@tumour activates D@tumour")
    )  # fmt: skip


def paths() -> PathResult:
    net = network()
    return find(
        net, PathQuestion(sources=net.states_of["A"], targets=net.states_of["D"], sign="any"), source="", target=""
    )


def test_signs_run_on_from_the_source() -> None:
    found = {len(a.path.steps): a for a in score(paths(), {"B": 1, "C": -1, "D": -1, "X": 1})}
    three, two = found[3], found[2]
    assert (three.agree, three.contradict, three.unmeasured) == (("B", "C", "D"), (), 1)
    assert (two.agree, two.contradict, two.unmeasured) == (("D",), (), 2)
    assert (three.score, two.score) == (1.0, 1.0)


def test_a_source_that_went_down_turns_every_prediction() -> None:
    (three,) = (a for a in score(paths(), {"A": -1, "B": -1, "C": -1, "D": 1}) if len(a.path.steps) == 3)
    assert (three.agree, three.contradict) == (("A", "B", "D"), ("C",))
    assert three.score == pytest.approx(0.5)


def test_the_best_agreement_comes_first_and_what_was_not_measured_last() -> None:
    ranked = score(paths(), {"B": -1})
    assert [a.score for a in ranked] == [-1.0, None]
    table = ranked.to_frame()
    assert table.columns.tolist() == ["rank", "score", "agree", "contradict", "unmeasured", "cost_nat", "path"]
    assert "1 of 2 paths hold something that was measured" in str(ranked)
    assert "nothing on it was measured" in str(ranked)
    assert ranked.records()[0]["contradict"] == "B"
