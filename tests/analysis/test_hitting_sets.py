"""Least hitting sets against trying every set."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest

from kg.analysis.hitting_sets import least_hitting_set


def test_equals_trying_every_set() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        names = [f"e{number}" for number in range(int(random.integers(2, 8)))]
        cost = {name: float(random.choice([0.0, 0.25, 1.0, 1.0, 2.5])) for name in names}
        preferred = {name for name in names if random.random() < 0.4}
        sets = [
            set(random.choice(names, int(random.integers(1, len(names) + 1)), replace=False).tolist())
            for _ in range(int(random.integers(1, 9)))
        ]
        every = chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))
        hitting = [set(some) for some in every if all(one & set(some) for one in sets)]
        best = min((sum(cost[n] for n in some), len(some - preferred), len(some)) for some in hitting)
        found = least_hitting_set(sets, cost, preferred)
        assert found is not None
        assert all(one & found.chosen for one in sets)
        assert (found.cost, len(found.chosen - preferred), len(found.chosen)) == pytest.approx(best)
        assert found.bound == pytest.approx(best[0])


def test_nothing_to_hit_costs_nothing_and_an_empty_set_cannot_be_hit() -> None:
    found = least_hitting_set([], {})
    assert found is not None
    assert (found.chosen, found.cost) == (frozenset(), 0.0)
    assert least_hitting_set([{"a"}, set()], {"a": 1.0}) is None
