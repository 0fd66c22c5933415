"""Least hitting sets: the cheapest things that meet every one of some sets, proven by integer programming."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import numpy.typing as npt

SLACK = 1e-9
"""Of the least cost, relative and absolute, when sets of equal cost are compared."""


class HittingSet(NamedTuple):
    """The chosen things, what they cost, and the proven lower bound of the cost."""

    chosen: frozenset[str]
    cost: float
    bound: float


def least_hitting_set(
    sets: Iterable[Collection[str]], cost: Mapping[str, float], preferred: Collection[str] = ()
) -> HittingSet | None:
    """Choose the cheapest things so that every set holds at least one of them [1]_; None where a set is empty.

    Of equally cheap choices the one with fewer that are not preferred is taken, then the smaller one.

    Parameters
    ----------
    sets
        Each a collection of names of ``cost``.
    cost
        Cost of each thing, finite and from 0 up.
    preferred
        Things that are rather taken.

    Raises
    ------
    UsageError
        The solver gives up (never seen on sets of this size).

    Notes
    -----
    Minimum hitting set is NP-hard; a 0/1 programme solved by branch and cut (HiGHS) [2]_ to a gap of zero is exact and
    takes milliseconds for some hundred sets of some dozen things.

    References
    ----------
    .. [1] R. M. Karp, Reducibility among combinatorial problems, Complexity of Computer Computations (1972) 85.
    .. [2] Q. Huangfu, J. A. J. Hall, Parallelizing the dual revised simplex method, Mathematical Programming
       Computation 10 (2018) 119.

    Examples
    --------
    >>> least_hitting_set([{"a", "b"}, {"b", "c"}], {"a": 1, "b": 1.5, "c": 1})
    HittingSet(chosen=frozenset({'b'}), cost=1.5, bound=1.5)
    """
    needed = sorted({tuple(sorted(one)) for one in sets})
    if not needed:
        return HittingSet(frozenset(), 0.0, 0.0)
    if not needed[0]:
        return None
    names = sorted({name for one in needed for name in one})
    place = {name: number for number, name in enumerate(names)}
    rows = np.zeros((len(needed), len(names)))
    for row, one in zip(rows, needed, strict=True):
        row[[place[name] for name in one]] = 1.0
    price = np.array([float(cost[name]) for name in names])
    _, bound = _solved(price, rows, np.ones(len(rows)))
    dear = np.array([len(names) + 1 + (name not in preferred) * (len(names) + 1) ** 2 for name in names], dtype=float)
    capped = np.vstack([rows, -price])
    least = np.append(np.ones(len(rows)), -(bound + SLACK + abs(bound) * SLACK))
    chosen, _ = _solved(dear, capped, least)
    taken = frozenset(name for name, one in zip(names, chosen, strict=True) if one)
    return HittingSet(taken, math.fsum(float(cost[name]) for name in sorted(taken)), round(bound, 9))


def _solved(
    price: npt.NDArray[np.float64], rows: npt.NDArray[np.float64], least: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.bool_], float]:
    """The cheapest 0/1 choice x with rows @ x >= least, and the proven bound of its price."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        price,
        integrality=np.ones(len(price), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows, lb=least),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None or not found.success:
        raise UsageError(f"the cut cannot be solved ({found.message}); ask for fewer paths with -k")
    return found.x > 0.5, float(found.mip_dual_bound)
