"""Best paths by name, over an index or over any networkx graph with the documented attributes.

A graph is indexed anew at each call, since nobody can tell whether it was changed in between; for several questions,
index it once (:meth:`PathIndex.from_table`, :meth:`PathIndex.from_networkx`) and ask the index.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from kg.analysis.columns import whole
from kg.analysis.found import FoundPath, FoundPaths, named_path
from kg.analysis.index import PathIndex
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.search import MAX_EXPANDED, Search
from kg.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx

Ends = Hashable | Iterable[Hashable]
"""A state, an entity (any of its states), or several of these."""
_SIGNS = {"+": 1, "-": -1, "any": None, 1: 1, -1: -1, None: None}


def k_best_paths(
    index: PathIndex | IndexedNetwork | nx.Graph[Any],
    source: Ends,
    target: Ends,
    k: int = 10,
    *,
    sign: int | str | None = None,
    loopless: str = "entity",
    max_cost: float | None = None,
    max_steps: int | None = None,
    avoid: Ends = (),
    through: Hashable | Iterable[Ends] = (),
    max_expanded: int = MAX_EXPANDED,
) -> FoundPaths:
    """Find the k cheapest paths, exactly.

    A path has at least one step and distinct states. Its cost is the sum of its steps' costs, -ln(belief) each; its
    sign is the product of their signs. Order: cost in millionths of a nat, then fewer steps, then the names of the
    states; the order of rows, nodes and edges leaves no trace. Paths that differ only in the signs on the way are one.

    Parameters
    ----------
    index
        An index, or a networkx graph with the attributes of :mod:`kg.analysis.graphs` (then indexed for this call).
    source, target
        A state, an entity (any of its states), or several of these: a path may start and end in any of them.
    k
        How many, at least 1.
    sign
        +1 or "+", -1 or "-": only paths of that sign, over steps that have one. None or "any": all paths.
    loopless
        "entity": a path never passes one entity with both signs. "state": it may, at different sites.
    max_cost
        Dearest path in nat.
    max_steps
        Longest path in steps.
    avoid
        States or entities that no path visits.
    through
        What a path must visit, each at least once, in any order; an item that is a list stands for any one of its
        members. At most 6.
    max_expanded
        Work cap: cells of the search and states settled.

    Returns
    -------
    FoundPaths
        Paths, ``complete``, and the work done. No path is an empty result.

    Raises
    ------
    UnknownNameError
        A name that is neither a state nor an entity; carries the three nearest.
    UsageError
        k, sign, loopless or a limit that cannot be meant; source and target the same state; an edge with a wrong
        belief, cost or sign.

    Notes
    -----
    Yen's partition [1]_ in Lawler's form [2]_ over exact distances to the targets: O(m + n log n) once for a set of
    targets (kept for the last few), then about O(k L d) for paths of L steps and d steps a state. With
    ``loopless="entity"`` the problem is hard in general; the work cap then ends the search with ``complete=False``.

    References
    ----------
    .. [1] J. Y. Yen, Finding the K shortest loopless paths in a network, Management Science 17 (1971) 712.
    .. [2] E. L. Lawler, A procedure for computing the K best solutions to discrete optimization problems, Management
       Science 18 (1972) 401.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> _ = graph.add_edge("exosome", "IL8", belief=0.9, polarity="+")
    >>> _ = graph.add_edge("IL8", "survival", belief=0.8, polarity="+")
    >>> _ = graph.add_edge("exosome", "survival", belief=0.5, polarity="+")
    >>> print(k_best_paths(graph, "exosome", "survival", 2, sign="+"))
      1. [+]  0.329 nat  exosome --(+)--> IL8 --(+)--> survival
      2. [+]  0.693 nat  exosome --(+)--> survival
    """
    found = iter_paths(
        index, source, target, sign=sign, loopless=loopless, max_cost=max_cost, max_steps=max_steps, avoid=avoid,
        through=through, max_expanded=max_expanded,
    )  # fmt: skip
    paths = tuple(islice(found, whole("k", k)))
    return FoundPaths(paths, found.complete is not False, found.expanded)


class PathStream(Iterator[FoundPath]):
    """Paths one by one, best first.

    Attributes
    ----------
    complete
        None while it goes on; at the end True when all paths were given, False when the work cap ended the search.
    """

    def __init__(self, index: PathIndex, search: Search) -> None:
        self._index, self._search, self._paths = index, search, iter(search)
        self._given = 0
        self.complete: bool | None = None

    @property
    def expanded(self) -> int:
        """Work done so far."""
        return self._search.expanded

    def __next__(self) -> FoundPath:
        """Find the next path."""
        path = next(self._paths, None)
        if path is None:
            self.complete = not self._search.capped
            raise StopIteration
        self._given += 1
        return named_path(self._index, path, self._given)


def iter_paths(
    index: PathIndex | IndexedNetwork | nx.Graph[Any],
    source: Ends,
    target: Ends,
    *,
    sign: int | str | None = None,
    loopless: str = "entity",
    max_cost: float | None = None,
    max_steps: int | None = None,
    avoid: Ends = (),
    through: Hashable | Iterable[Ends] = (),
    max_expanded: int = MAX_EXPANDED,
) -> PathStream:
    """Give paths lazily in the order of :func:`k_best_paths`, whose parameters these are.

    The stream says ``complete`` at its end. Each further path costs about O(L d).

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> stream = iter_paths(network_from_rows([("A", "B", "+", 0.5), ("B", "C", "-", 1.0)]), "A", "C")
    >>> [path.nodes for path in stream], stream.complete
    ([('A', 'B', 'C')], True)
    """
    asked = _index_of(index, loopless)
    if not isinstance(sign, Hashable) or isinstance(sign, (bool, float)) or sign not in _SIGNS:
        msg = f'sign is {sign!r}; write +1, -1, "+", "-", "any" or None'
        raise UsageError(msg)
    starts, ends = _find(asked, source), _find(asked, target)
    if len(starts) == 1 and starts == ends:
        msg = f"source and target are the same state ({_shown(asked, starts[0])}); a path joins two"
        raise UsageError(msg)
    search = Search(
        asked, starts, ends, sign=_SIGNS[sign], max_cost=max_cost, max_steps=max_steps, avoid=_find(asked, avoid),
        through=[_find(asked, item) for item in _items(asked, through)], max_expanded=max_expanded,
    )  # fmt: skip
    return PathStream(asked, search)


def simple_paths(
    index: PathIndex | IndexedNetwork | nx.Graph[Any],
    source: Ends,
    target: Ends,
    max_steps: int,
    *,
    sign: int | str | None = None,
    loopless: str = "entity",
    avoid: Ends = (),
    through: Hashable | Iterable[Ends] = (),
    max_expanded: int = MAX_EXPANDED,
) -> PathStream:
    """Give every path of at most so many steps, best first; parameters as in :func:`k_best_paths`.

    There may be exponentially many in ``max_steps``: the stream is lazy, and says ``complete`` at its end. Distances by
    steps left take O(m * max_steps) once for a set of targets (Bellman's recursion).

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> graph = network_from_rows([("A", "B", "+", 0.9), ("B", "C", "+", 0.9), ("C", "D", "+", 0.9),
    ...                            ("A", "D", "-", 0.2)])
    >>> [path.nodes for path in simple_paths(graph, "A", "D", 2)]
    [('A', 'D')]
    """
    return iter_paths(
        index, source, target, sign=sign, loopless=loopless, max_steps=whole("max_steps", max_steps), avoid=avoid,
        through=through, max_expanded=max_expanded,
    )  # fmt: skip


def _index_of(index: PathIndex | IndexedNetwork | nx.Graph[Any], loopless: str) -> PathIndex:
    if loopless not in ("entity", "state"):
        msg = f'loopless is {loopless!r}; write "entity" or "state"'
        raise UsageError(msg)
    if not isinstance(index, PathIndex):
        index = index.index if isinstance(index, IndexedNetwork) else PathIndex.from_networkx(index)
    return index if loopless == "entity" else index.by_state


def _find(index: PathIndex, wanted: Ends) -> tuple[int, ...]:
    """Numbers of states by name; an index without names takes the numbers themselves."""
    if index.names is not None:
        return index.names.find(wanted)
    numbers = wanted if isinstance(wanted, Iterable) and not isinstance(wanted, str) else (wanted,)
    return tuple(sorted({whole("a state of an index without names", number, 0) for number in numbers}))


def _items(index: PathIndex, wanted: Hashable | Iterable[Ends]) -> Iterable[Ends]:
    """What must be passed, one item a group: a single name is one item."""
    one = isinstance(wanted, str) or not isinstance(wanted, Iterable)
    known = isinstance(wanted, Hashable) and index.names is not None and index.names.knows(wanted)
    return (wanted,) if one or known else wanted  # type: ignore[return-value]


def _shown(index: PathIndex, state: int) -> Hashable:
    return state if index.names is None else index.names.states[state]
