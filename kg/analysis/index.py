"""The network as arrays: states and signed steps, ready for exact path search.

A state is a number (an entity at a site), a step an edge with a sign and a cost. Nothing here knows names, RDF or
biology; :mod:`kg.analysis.search` walks these arrays and :mod:`kg.analysis.remaining` measures how far each state is
from the targets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kg.analysis import search
from kg.analysis.arrays import MOST_STEP_BITS, UNITS_PER_NAT
from kg.analysis.columns import check_columns, ranks_of, sorted_steps, whole
from kg.analysis.distance_cache import CachedArrays, empty_caches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import networkx as nx
    import pandas as pd
    import pyarrow as pa

    from kg.analysis.arrays import IndexedPath
    from kg.analysis.graphs import Numbered


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best paths, best first.

    Attributes
    ----------
    paths
        Proven best paths in order.
    complete
        True when these are the k best (or all there are). False when the work cap ended the search first, or costs
        grew too large to add up exactly (``PathIndex.most_cost``): the paths are still the best ones, but there may
        be more.
    expanded
        Work done: cells of the search and states settled.
    """

    paths: tuple[IndexedPath, ...]
    complete: bool
    expanded: int


@dataclass(frozen=True, eq=False)
class PathIndex(CachedArrays):
    """States and signed steps in compressed rows; about 60 bytes a step with everything kept for a query.

    Build it with :meth:`from_table`, :meth:`from_networkx` or :meth:`from_arrays`. Steps that start in state ``u`` are
    ``indptr[u]:indptr[u + 1]``, sorted by target and sign; loops on one state are dropped. Parallel edges of one sign
    are one step at the cost of the cheapest; :meth:`edges_of` gives all of them.

    Examples
    --------
    >>> index = PathIndex.from_arrays(3, [0, 1, 2], [0, 1, 0], [1, 2, 2], [1, -1, 1], [0.1, 0.2, 0.5])
    >>> [(path.states, path.sign, path.cost) for path in index.k_best([0], [2], 5).paths]
    [((0, 1, 2), -1, 0.3), ((0, 2), 1, 0.5)]
    >>> index.k_best([0], [2], 5, sign=+1).paths[0].edges
    (2,)
    """

    @classmethod
    def from_arrays(
        cls,
        n_states: int,
        entity_of_state: npt.ArrayLike,
        src: npt.ArrayLike,
        dst: npt.ArrayLike,
        sign: npt.ArrayLike,
        cost: npt.ArrayLike,
        key: Sequence[str] | None = None,
    ) -> PathIndex:
        """Build the index from columns; O(m log m) in the number of steps m.

        Parameters
        ----------
        n_states
            Number of states n; states are 0 to n - 1.
        entity_of_state
            Entity number of each state, shape (n,).
        src, dst
            State numbers of each step, shape (m,).
        sign
            +1, -1, or 0 for a step with no causal sign, shape (m,).
        cost
            Cost of each step in nat, finite and in [0, 1000], shape (m,); counted in millionths.
        key
            Stable names of the states. Paths of equal cost and length are ordered by these, so give them whenever
            the numbering of the states depends on the order of some table. Default: the numbers themselves.

        Raises
        ------
        UsageError
            Columns of different lengths, states out of range, signs other than -1, 0, 1, costs that are negative,
            not finite or above 1000 nat.
        """
        entity = np.ascontiguousarray(entity_of_state, dtype=np.int32)
        source, target = np.ascontiguousarray(src, dtype=np.int64), np.ascontiguousarray(dst, dtype=np.int64)
        costs = np.ascontiguousarray(cost, dtype=np.float64)
        check_columns(n_states, entity, source, target, np.asarray(sign), costs)
        signs = np.ascontiguousarray(sign, dtype=np.int8)
        units = np.rint(costs * UNITS_PER_NAT)
        rows, begins = sorted_steps(n_states, source, target, signs, units)
        order = rows if len(begins) == len(rows) else rows[begins]
        bits = min(MOST_STEP_BITS, int(n_states).bit_length())
        indptr = np.zeros(n_states + 1, dtype=np.int32)
        np.cumsum(np.bincount(source[order], minlength=n_states), out=indptr[1:])
        index = cls(
            n_states=n_states,
            entity=entity,
            rank=ranks_of(n_states, key),
            indptr=indptr,
            dst=target[order].astype(np.int32),
            sign=signs[order],
            weight=units[order] * float(1 << bits) + 1.0,
            edge=order,
            rows=rows,
            begins=None if order is rows else np.append(begins, np.int32(len(rows))),
            step_bits=bits,
        )
        index._turned(signed=True)
        return index

    @classmethod
    def from_table(cls, table: pd.DataFrame | pa.Table, *, columns: Mapping[str, str] | None = None) -> PathIndex:
        """Build the index from a table of relations, one a row; O(m log m), never through networkx.

        Parameters
        ----------
        table
            Columns ``subject`` and ``object``; ``belief`` in (0, 1] or ``cost`` in nat; and, where there are any,
            ``subject_site`` and ``object_site``, ``sign`` or ``polarity`` (+1, -1, 0, "+", "-", "positive",
            "negative"; blank: none) and ``id`` of the row. A state is called ``entity@site``, or by its entity alone
            where there is no site.
        columns
            What your table calls these: ``{"subject": "source"}``.

        Raises
        ------
        UsageError
            A column is missing, or a row holds what cannot be meant; names the row and its ends.

        Examples
        --------
        >>> import pandas as pd
        >>> table = pd.DataFrame({"subject": ["A", "A", "B"], "object": ["B", "B", "C"], "polarity": ["+", "+", "-"],
        ...                       "belief": [0.5, 0.9, 1.0], "id": ["r1", "r2", "r3"]})
        >>> index = PathIndex.from_table(table)
        >>> index.n_states, index.n_steps
        (3, 2)
        """
        from kg.analysis.tabular import columns_of_table

        entity, src, dst, signs, costs, names = columns_of_table(table, columns or {})
        return replace(cls.from_arrays(len(entity), entity, src, dst, signs, costs), names=names)

    @classmethod
    def from_networkx(cls, graph: nx.Graph[Any]) -> PathIndex:
        """Build the index from a graph with the attributes documented in :mod:`kg.analysis.graphs`.

        Examples
        --------
        >>> from kg.analysis.graphs import network_from_rows
        >>> PathIndex.from_networkx(network_from_rows([("A", "B", "+", 0.5), ("B", "C", "-", 1.0)])).n_steps
        2
        """
        from kg.analysis.graphs import numbered

        return cls.from_numbered(numbered(graph))

    @classmethod
    def from_numbered(cls, graph: Numbered) -> PathIndex:
        """Build the index from a graph whose states and edges are numbered."""
        index = cls.from_arrays(len(graph.nodes), graph.entity, graph.src, graph.dst, graph.sign, graph.cost)
        return replace(index, names=graph.names)

    def opened_at(self, state: int) -> PathIndex:
        """Split a state in two: what led to it leads to a new state ``n_states``, of an entity of its own.

        Loops through a state are paths from it to the new one. Edge numbers stay.

        >>> index = PathIndex.from_arrays(2, [0, 1], [0, 1], [1, 0], [1, -1], [0.5, 0.25])
        >>> index.opened_at(0).dst.tolist()
        [1, 2]
        """
        fresh = int(self.entity.max(initial=-1)) + 1
        opened = PathIndex.from_arrays(
            self.n_states + 1,
            np.append(self.entity, fresh),
            np.repeat(np.arange(self.n_states), np.diff(self.indptr)),
            np.where(self.dst == state, self.n_states, self.dst),
            self.sign,
            (self.weight - 1) / ((1 << self.step_bits) * UNITS_PER_NAT),
        )
        groups = [self.edges_of(step) for step in opened.edge.tolist()]
        return replace(
            opened,
            rank=np.append(self.rank, np.int32(self.n_states)),
            edge=self.edge[opened.edge],
            rows=np.array([edge for group in groups for edge in group], dtype=np.int32),
            begins=np.append(0, np.cumsum([len(group) for group in groups])).astype(np.int32),
            **empty_caches(),
        )

    @cached_property
    def by_state(self) -> PathIndex:
        """The same steps where every state is an entity of its own: paths may pass an entity with both signs."""
        return replace(self, entity=np.arange(self.n_states, dtype=np.int32), **empty_caches())

    def k_best(
        self,
        sources: Iterable[int],
        targets: Iterable[int],
        k: int,
        *,
        sign: int | None = None,
        max_cost: float | None = None,
        max_steps: int | None = None,
        avoid: Iterable[int] = (),
        through: Iterable[Iterable[int]] = (),
        max_expanded: int = search.MAX_EXPANDED,
    ) -> SearchResult:
        """Find the k best paths from any source to any target.

        A path has at least one step and distinct states; an entity it visits more than once has the same running
        sign each time (the sign at a state is the product of the steps walked so far, + at the source). With
        ``sign`` given, steps of sign 0 are not walked and the product must be that sign. Without it every step
        walks; after a step of sign 0 the running sign is unknown (0) and stays so, and only + against - conflicts.
        One path is one sequence of states with one sign.

        Order: cost in whole millionths of a nat; then fewer steps; then, from source to target, the first state
        where two paths differ: the lower key, or at the same state the running sign (+ before - before unknown).
        It never depends on the order of the rows.

        Parameters
        ----------
        sources, targets
            State numbers. A path may pass other sources and targets on its way.
        k
            How many, at least 1.
        sign
            +1, -1, or None for any.
        max_cost
            Upper bound of the cost in nat.
        max_steps
            Upper bound of the number of steps.
        avoid
            States never visited.
        through
            Groups of states; a path visits at least one state of each group (its ends count).
        max_expanded
            Work cap; when it ends the search the result says ``complete=False``.

        Raises
        ------
        UsageError
            k below 1, a sign other than +1, -1 and None, a state out of range, more than 6 groups.

        Notes
        -----
        Yen's partition in Lawler's form [1]_ [2]_ over exact distances to the targets, which are kept for the last
        few target sets: O(m + n log n) once a target set, then about O(k L d) for L steps of out-degree d.

        References
        ----------
        .. [1] J. Y. Yen, Finding the K shortest loopless paths in a network, Management Science 17 (1971) 712.
        .. [2] E. L. Lawler, A procedure for computing the K best solutions to discrete optimization problems,
           Management Science 18 (1972) 401.
        """
        k = whole("k", k)
        run = search.Search(
            self, sources, targets, sign=sign, max_cost=max_cost, max_steps=max_steps, avoid=avoid, through=through,
            max_expanded=max_expanded,
        )  # fmt: skip
        paths = []
        for path in run:
            paths.append(path)
            if len(paths) == k:
                break
        return SearchResult(tuple(paths), not run.capped, run.expanded)

    def iter_best(
        self,
        sources: Iterable[int],
        targets: Iterable[int],
        *,
        sign: int | None = None,
        max_cost: float | None = None,
        max_steps: int | None = None,
        avoid: Iterable[int] = (),
        through: Iterable[Iterable[int]] = (),
        max_expanded: int = search.MAX_EXPANDED,
    ) -> Iterator[IndexedPath]:
        """Yield paths lazily in the order of :meth:`k_best`; ends early, silently, at the work cap.

        Examples
        --------
        >>> index = PathIndex.from_arrays(3, [0, 1, 2], [0, 1, 0], [1, 2, 2], [1, -1, 1], [0.1, 0.2, 0.5])
        >>> next(index.iter_best([0], [2])).states
        (0, 1, 2)
        """
        return iter(
            search.Search(
                self,
                sources,
                targets,
                sign=sign,
                max_cost=max_cost,
                max_steps=max_steps,
                avoid=avoid,
                through=through,
                max_expanded=max_expanded,
            )
        )
