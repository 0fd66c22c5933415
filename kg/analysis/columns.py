"""Columns of states and steps: checked, sorted, and merged where steps are parallel."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = npt.NDArray[np.int32]
Signs = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]

MAX_STEP_COST = 1000.0
"""Dearest step in nat; a belief of 1e-300 costs 691."""


def whole(name: str, value: object, least: int = 1) -> int:
    """Take a whole number of at least so many, or refuse it by its name.

    >>> whole("k", 2.5)
    Traceback (most recent call last):
        ...
    kg.errors.UsageError: k must be a whole number, not 2.5
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        msg = f"{name} must be a whole number, not {value!r}"
        raise UsageError(msg)
    if value < least:
        msg = f"{name} must be at least {least}, not {value}"
        raise UsageError(msg)
    return int(value)


def check_columns(
    n_states: int,
    entity: Ints,
    src: npt.NDArray[np.int64],
    dst: npt.NDArray[np.int64],
    sign: npt.NDArray[Any],
    cost: Floats,
) -> None:
    """Refuse columns that cannot be meant, naming the first bad step.

    >>> check_columns(2, np.array([0, 1]), np.array([0]), np.array([1]), np.array([1]), np.array([-0.5]))
    Traceback (most recent call last):
        ...
    kg.errors.UsageError: step 0 costs -0.5 nat; a cost is a number from 0 to 1000
    """
    if len(entity) != n_states or not len(src) == len(dst) == len(sign) == len(cost):
        msg = f"columns of different lengths: {len(entity)} entities for {n_states} states; steps: {len(src)} sources, "
        msg += f"{len(dst)} targets, {len(sign)} signs, {len(cost)} costs"
        raise UsageError(msg)
    if not len(src):
        return
    if min(src.min(), dst.min()) < 0 or max(src.max(), dst.max()) >= n_states:
        msg = f"a step leaves the states 0 to {n_states - 1}"
        raise UsageError(msg)
    if not ((sign == 0) | (sign == 1) | (sign == -1)).all():
        msg = "the sign of a step is +1, -1 or 0"
        raise UsageError(msg)
    bad = np.flatnonzero(~((cost >= 0) & (cost <= MAX_STEP_COST)))
    if len(bad):
        msg = f"step {bad[0]} costs {cost[bad[0]]} nat; a cost is a number from 0 to {MAX_STEP_COST:g}"
        raise UsageError(msg)


def sorted_steps(
    n_states: int, src: npt.NDArray[np.int64], dst: npt.NDArray[np.int64], sign: Signs, units: Floats
) -> tuple[Ints, Ints]:
    """Row numbers sorted by (src, dst, sign), the cheapest of a triple first, no loops; and where each triple begins.

    >>> rows, begins = sorted_steps(2, np.array([0, 1, 0]), np.array([1, 0, 1]), np.ones(3, np.int8), np.arange(3.0))
    >>> rows.tolist(), begins.tolist()
    ([0, 2, 1], [0, 2])
    """
    label = (src * n_states + dst) * 3 + (sign + 1)
    order = np.argsort(label, kind="stable")
    order = order[src[order] != dst[order]]
    label = label[order]
    same = label[1:] == label[:-1]
    if same.any():
        twins = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
        order[twins] = order[twins][np.lexsort((units[order[twins]], label[twins]))]
    begins = np.flatnonzero(np.insert(~same, 0, True)[: len(order)])
    return order.astype(np.int32), begins.astype(np.int32)


def ranks_of(n_states: int, key: Sequence[str] | None) -> Ints:
    """Place of each state in the order of the keys; its number where there are none.

    >>> ranks_of(3, ["b", "c", "a"]).tolist()
    [1, 2, 0]
    """
    ranks = np.arange(n_states, dtype=np.int32)
    if key is None:
        return ranks
    if len(set(key)) != n_states or len(key) != n_states:
        msg = f"{len(key)} keys for {n_states} states; give one key a state, all different"
        raise UsageError(msg)
    ranks[sorted(range(n_states), key=key.__getitem__)] = np.arange(n_states, dtype=np.int32)
    return ranks
