"""Random networks drawn and walked: in how many of them is some place as near as it is in the true one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kg.analysis.batch import LARGEST, Batch
from kg.analysis.bidirectional import BidirectionalSearch
from kg.analysis.shuffle import Slots, stub_order, swap_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEETING_GROUPS = 60
"""Up to so many groups, meeting half-way is cheaper than the distances of all states."""

Floats = npt.NDArray[np.float64]
Groups = Sequence[npt.NDArray[np.int64]]
Signs = Sequence["int | None"]


def null_counts(
    slots: Slots,
    groups: Groups,
    targets: npt.NDArray[np.int32],
    *,
    sign: int | Sequence[int] | None,
    n: int,
    method: str = "stub",
    seed: int = 0,
    workers: int = 1,
) -> tuple[Floats, npt.NDArray[np.int64], float]:
    """Found costs in millionths, how many random networks are as good, and the acceptance; by numbers.

    An unreachable group counts every random network as good as it. O(n (m + v log v)).

    Parameters
    ----------
    sign
        One for all groups, or one (+1, -1) for each.
    """
    signs: Signs = list(sign) if isinstance(sign, Sequence) else [sign] * len(groups)
    slots = slots.causal() if any(signs) else slots
    found = _best(slots, groups, targets, signs, np.inf)
    task = partial(_draw, slots, groups, targets, signs, found, method, seed)
    parts = [range(first, n, workers) for first in range(workers)]
    if workers == 1:
        results = [task(parts[0])]
    else:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            results = list(pool.map(task, parts))
    counts = np.sum([counts for counts, _ in results], axis=0)
    return found, counts, sum(share for _, share in results) / n


def _draw(
    slots: Slots,
    groups: Groups,
    targets: npt.NDArray[np.int32],
    signs: Signs,
    found: Floats,
    method: str,
    seed: int,
    numbers: Sequence[int],
) -> tuple[npt.NDArray[np.int64], float]:
    """Count the random networks as good as the found costs; the sum of their acceptances beside it."""
    limit = float(found[np.isfinite(found)].max(initial=0.0))
    drawn = _orders(slots, method, seed, numbers)
    if len(slots.origin) <= LARGEST:
        return _draw_together(slots, groups, targets, signs, found, limit, drawn)
    counts, accepted = np.zeros(len(groups), dtype=np.int64), 0.0
    meeting = BidirectionalSearch(slots, signed=any(signs)) if len(groups) <= MEETING_GROUPS else None
    for order, share in drawn:
        rewired = slots.refilled(order)
        accepted += share
        if meeting is None:
            counts += _best(rewired, groups, targets, signs, limit) <= found
        else:
            counts += _meet(meeting, rewired, order, groups, targets, signs, found)
    return counts, accepted


def _orders(
    slots: Slots, method: str, seed: int, numbers: Iterable[int]
) -> Iterator[tuple[npt.NDArray[np.int64], float]]:
    """The order of each random network, with its acceptance."""
    for number in numbers:
        random = np.random.default_rng([seed, number])
        if method == "stub":
            order = stub_order(slots, random)
            share = float((slots.origin[order] != slots.arrives).mean()) if len(order) else 1.0
        else:
            order, share = swap_order(slots, random)
        yield order, share


def _draw_together(
    slots: Slots,
    groups: Groups,
    targets: npt.NDArray[np.int32],
    signs: Signs,
    found: Floats,
    limit: float,
    drawn: Iterable[tuple[npt.NDArray[np.int64], float]],
) -> tuple[npt.NDArray[np.int64], float]:
    """The same for a small network: the distances of all random networks in a few array operations."""
    batch = Batch(slots, targets, signed=any(signs))
    pairs = list(drawn)
    nodes = [group + (slots.n_states if sign == -1 else 0) for group, sign in zip(groups, signs, strict=True)]
    counts = np.zeros(len(groups), dtype=np.int64)
    for first in range(0, len(pairs), batch.size):
        distance = batch.distances([order for order, _ in pairs[first : first + batch.size]], limit)
        for number, group in enumerate(nodes):
            counts[number] += int((distance[:, group].min(axis=1, initial=np.inf) <= found[number]).sum())
    return counts, sum(share for _, share in pairs)


def _meet(
    meeting: BidirectionalSearch,
    rewired: Slots,
    order: npt.NDArray[np.int64],
    groups: Groups,
    targets: npt.NDArray[np.int32],
    signs: Signs,
    found: Floats,
) -> npt.NDArray[np.bool_]:
    as_good = np.zeros(len(groups), dtype=bool)
    for sign in dict.fromkeys(signs):
        chosen = [number for number, own in enumerate(signs) if own == sign]
        some = [groups[number] for number in chosen]
        as_good[chosen] = meeting.as_good(rewired, order, some, targets, sign, found[chosen])
    return as_good


def _best(slots: Slots, groups: Groups, targets: npt.NDArray[np.int32], signs: Signs, limit: float) -> Floats:
    """Cost of the cheapest walk from each group."""
    signed = any(signs)
    distance = slots.distances(targets, signed=signed, limit=limit)
    rows = [distance if not signed else distance[0 if sign == 1 else 1] for sign in signs]
    return np.array([row[group].min(initial=np.inf) for row, group in zip(rows, groups, strict=True)])
