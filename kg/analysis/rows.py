"""The steps of one state, best first: the innermost loop of the search, compiled where numba (``[speed]``) is there.

:func:`best_first` is plain Python that numba compiles as it stands, so both give the same numbers. On small indexes and
for rows of many steps whole-array operations are as good, and no time goes into compiling.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]

FROM_STEPS = 200_000
"""Steps of an index from which compiling (a second, once) pays off."""
MOST_STEPS = 128
"""Longest row that is sorted by insertion."""

Row = tuple[Floats, Floats, Places, Places, Places, Places, bool]


def best_first(
    begin: int,
    stop: int,
    dst: Ints,
    weight: Floats,
    sign: npt.NDArray[np.int8],
    rank: Ints,
    entity: Ints,
    distance: Floats,
    code: int,
    signed: bool,
    n_states: int,
    far: float,
) -> Row:
    """Steps ``begin`` to ``stop`` in order of distance, rank and sign code; O(d^2) for d steps, quick while d is small.

    Returns
    -------
    Row
        Distances to the targets over each step, weights, next nodes, places, states, (entity, sign) labels, and whether
        a step was left out because it leads too far.
    """
    places = np.empty(stop - begin, np.int64)
    values = np.empty(stop - begin, np.float64)
    codes = np.empty(stop - begin, np.int64)
    size, too_far = 0, False
    for place in range(begin, stop):
        turn = sign[place]
        if signed and turn == 0:
            continue
        after = 2 if turn == 0 or code == 2 else (1 - code if turn < 0 else code)
        value = weight[place] + distance[(after * n_states if signed else 0) + dst[place]]
        if value >= far:
            too_far = too_far or value < np.inf
            continue
        slot = size
        while slot > 0:
            before, by_rank = values[slot - 1], rank[dst[places[slot - 1]]] - rank[dst[place]]
            if before < value or (before == value and (by_rank < 0 or (by_rank == 0 and codes[slot - 1] <= after))):
                break
            values[slot], places[slot], codes[slot] = before, places[slot - 1], codes[slot - 1]
            slot -= 1
        values[slot], places[slot], codes[slot] = value, place, after
        size += 1
    weights = np.empty(size, np.float64)
    nodes, states, labels = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    for slot in range(size):
        place, after = places[slot], codes[slot]
        state = np.int64(dst[place])
        weights[slot], states[slot], nodes[slot] = weight[place], state, after * n_states + state
        labels[slot] = -4 if after == 2 else -5 - 2 * np.int64(entity[state]) - after
    return values[:size], weights, nodes, places[:size], states, labels, too_far


@cache
def compiled() -> Callable[..., Row] | None:
    """:func:`best_first` as machine code; None where numba is missing."""
    try:
        import numba
    except ImportError:
        return None
    kernel: Any = numba.njit(cache=True)(best_first)
    return kernel  # type: ignore[no-any-return]
