"""Which row a node stands in: longest path from the top, with cycles broken in a fixed way.

The layering of Sugiyama, Tagawa and Toda (https://doi.org/10.1109/TSMC.1981.4308636), with columns: a step
inside a column goes one row down, a step to another column may stay level, and what follows from a node by
any route is never above it in its own column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    Link = tuple[int, int]


def acyclic(size: int, links: Sequence[Link]) -> tuple[list[int], list[list[int]]]:
    """Drop the links that close a cycle, found by depth-first search from the sources on.

    Parameters
    ----------
    size
        Number of nodes, 0 to ``size - 1``.
    links
        Pairs (from, to); self-loops and repetitions are allowed.

    Returns
    -------
    tuple
        A topological order, and for each node the successors that are kept.

    Examples
    --------
    >>> acyclic(3, [(0, 1), (1, 2), (2, 0)])
    ([0, 1, 2], [[1], [2], []])
    """
    following: list[list[int]] = [[] for _ in range(size)]
    surplus = [0] * size
    entered = [False] * size
    for source, target in sorted(set(links)):
        if source != target:
            following[source].append(target)
            surplus[source] += 1
            surplus[target] -= 1
            entered[target] = True
    starts = sorted(range(size), key=lambda node: (entered[node], -surplus[node], node))
    return _search(starts, following)


def _search(starts: Sequence[int], following: Sequence[Sequence[int]]) -> tuple[list[int], list[list[int]]]:
    new, open_, done = 0, 1, 2
    state = [new] * len(following)
    kept: list[list[int]] = [[] for _ in following]
    finished: list[int] = []
    for start in starts:
        if state[start] != new:
            continue
        state[start] = open_
        stack = [(start, iter(following[start]))]
        while stack:
            node, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                state[node] = done
                finished.append(node)
                stack.pop()
            elif state[target] != open_:
                kept[node].append(target)
                if state[target] == new:
                    state[target] = open_
                    stack.append((target, iter(following[target])))
    return finished[::-1], kept


def ranks(columns: Sequence[int], links: Sequence[Link]) -> list[int]:
    """Give each node its row, 0 at the top.

    Parameters
    ----------
    columns
        Column of each node.
    links
        Pairs (from, to).

    Returns
    -------
    list of int
        In a column, a node stands below all that leads to it; sources stand as low as their targets allow.

    Notes
    -----
    O(links x columns).

    Examples
    --------
    A chain that leaves column 0 and comes back does not come back above its start:

    >>> ranks([0, 1, 1, 0], [(0, 1), (1, 2), (2, 3)])
    [0, 0, 1, 1]
    """
    order, kept = acyclic(len(columns), links)
    row = [0] * len(columns)
    floor: list[dict[int, int]] = [{} for _ in columns]
    reached = [False] * len(columns)
    for node in order:
        row[node] = max(row[node], floor[node].get(columns[node], 0))
        below = {**floor[node], columns[node]: max(floor[node].get(columns[node], 0), row[node] + 1)}
        for target in kept[node]:
            reached[target] = True
            row[target] = max(row[target], row[node] + (columns[target] == columns[node]))
            for column, least in below.items():
                floor[target][column] = max(floor[target].get(column, 0), least)
    for node, targets in enumerate(kept):
        if targets and not reached[node]:
            row[node] = max(row[node], min(row[t] - (columns[t] == columns[node]) for t in targets))
    return row
