"""Reverse causal reasoning against counting by hand."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from kg.analysis.graphs import network_from_rows
from kg.analysis.rcr import reverse_causal_reasoning
from kg.errors import UsageError


def hypergeometric_tail(hits: int, population: int, changed: int, targets: int) -> float:
    ways = sum(
        comb(changed, count) * comb(population - changed, targets - count)
        for count in range(hits, min(changed, targets) + 1)
    )
    return ways / comb(population, targets)


def binomial_tail(correct: int, trials: int) -> float:
    return float(sum(comb(trials, count) for count in range(correct, trials + 1)) / 2**trials)


@pytest.mark.parametrize("seed", range(6))
def test_scores_are_the_tails_of_the_counts(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = [(f"c{random.integers(4)}", f"g{random.integers(20)}", "+-"[random.integers(2)], 0.9) for _ in range(60)]
    measured = {f"g{number}" for number in range(25)}
    observed = {f"g{number}": int(random.choice([1, -1])) for number in random.choice(20, 9, replace=False)}
    graph = network_from_rows(rows)
    table = reverse_causal_reasoning(graph, observed, measured=measured, min_targets=1)
    population = {name for name in measured if name in graph}
    changed = {name: sign for name, sign in observed.items() if name in graph}
    assert {row.entity for row in table} == {row[0] for row in rows}
    for row in table:
        signs: dict[str, set[int]] = {}
        for source, target, polarity, _ in rows:
            if source == row.entity:
                signs.setdefault(target, set()).add(1 if polarity == "+" else -1)
        hits = [name for name in signs if name in changed]
        up = sum(signs[name] == {changed[name]} for name in hits)
        down = sum(signs[name] == {-changed[name]} for name in hits)
        assert (row.targets, row.changed, row.ambiguous) == (len(signs), len(hits), len(hits) - up - down)
        assert (row.correct, row.wrong) == (max(up, down), min(up, down))
        assert row.direction == int(np.sign(up - down))
        assert row.richness == pytest.approx(hypergeometric_tail(len(hits), len(population), len(changed), len(signs)))
        assert row.concordance == pytest.approx(binomial_tail(max(up, down), up + down))


def test_a_planted_controller_comes_first() -> None:
    rows = [("BCR-ABL1", f"t{number}", "+" if number % 3 else "-", 0.9) for number in range(12)]
    rows += [(f"c{number % 5}", f"t{number}", "+", 0.9) for number in range(60)]
    observed = {f"t{number}": -1 if number % 3 else 1 for number in range(10)}
    best = reverse_causal_reasoning(network_from_rows(rows), observed)[0]
    assert (best.entity, best.direction, best.correct, best.wrong) == ("BCR-ABL1", -1, 10, 0)


def test_farther_targets_carry_the_product_of_the_signs() -> None:
    graph = network_from_rows([("a", "b", "-", 0.9), ("b", "c", "-", 0.9), ("b", "d", "+", 0.9)])
    table = reverse_causal_reasoning(graph, {"c": 1, "d": -1}, max_steps=2, min_targets=2)
    row = next(row for row in table if row.entity == "a")
    assert (row.targets, row.correct, row.direction) == (3, 2, 1)


def test_bad_observations_are_refused() -> None:
    graph = network_from_rows([("a", "b", "-", 0.9)])
    with pytest.raises(UsageError, match="sign 2"):
        reverse_causal_reasoning(graph, {"b": 2})
    with pytest.raises(UsageError, match="not among the measured"):
        reverse_causal_reasoning(graph, {"b": 1}, measured=["a"])
    with pytest.raises(UsageError, match="at least 1"):
        reverse_causal_reasoning(graph, {"b": 1}, max_steps=0)
