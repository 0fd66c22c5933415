"""Paths of an index with names: as sentences, ledgers, tables and graphs, and what makes one better than another."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.analysis.table import signed
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    import networkx as nx
    import pandas as pd

    from kg.analysis.arrays import IndexedPath
    from kg.analysis.index import PathIndex
    from kg.analysis.paths import Path


@dataclass(frozen=True, slots=True)
class FoundStep:
    """One step of a path.

    Attributes
    ----------
    source, target
        Names of the states it joins.
    source_entity, target_entity
        Their entities.
    sign
        +1, -1, or 0 for none.
    cost
        In nat; of parallel edges that of the cheapest.
    edges
        Ids of all parallel edges behind it, sorted as text.
    """

    source: Hashable
    target: Hashable
    source_entity: Hashable
    target_entity: Hashable
    sign: int
    cost: float
    edges: tuple[Hashable, ...]

    @property
    def belief(self) -> float:
        """exp(-cost), in (0, 1]."""
        return math.exp(-self.cost)


@dataclass(frozen=True, slots=True)
class FoundPath:
    """One path: at least one step, distinct states.

    Attributes
    ----------
    rank
        1 for the best.
    steps
        From source to target.
    sign
        Product of the steps' signs; 0 when a step has none.
    cost
        Sum of the steps' costs in nat.
    """

    rank: int
    steps: tuple[FoundStep, ...]
    sign: int
    cost: float

    @property
    def nodes(self) -> tuple[Hashable, ...]:
        """Names of the states, source first."""
        return (self.steps[0].source, *(step.target for step in self.steps))

    @property
    def entities(self) -> tuple[Hashable, ...]:
        """Entities of the states, source first."""
        return (self.steps[0].source_entity, *(step.target_entity for step in self.steps))

    @property
    def belief(self) -> float:
        """Product of the steps' beliefs: exp(-cost), in (0, 1]."""
        return math.exp(-self.cost)

    def ledger(self) -> list[dict[str, Any]]:
        """What each step rests on: its sign, belief, edges and cost in nat."""
        return [
            {
                "step": number,
                "from": str(step.source),
                "to": str(step.target),
                "sign": signed(step.sign),
                "belief": round(step.belief, 6),
                "edges": list(step.edges),
                "cost_nat": round(step.cost, 6),
            }
            for number, step in enumerate(self.steps, 1)
        ]

    def explain(self) -> str:
        """The ledger as text."""
        lines = [f"Path {self.rank}: sign {signed(self.sign)}, belief {self.belief:.3f}, cost {self.cost:.3f} nat"]
        for row in self.ledger():
            lines.append(f"  {row['step']}. {row['from']} --({row['sign']})--> {row['to']}")
            lines.append(f"     belief {row['belief']:.3f}; edges: {', '.join(map(str, row['edges']))}")
        return "\n".join(lines)

    def __str__(self) -> str:
        """Read the path as one line."""
        return " ".join([str(self.nodes[0]), *(f"--({signed(step.sign)})--> {step.target}" for step in self.steps)])


@dataclass(frozen=True, slots=True)
class FoundPaths:
    """The best paths, best first.

    Attributes
    ----------
    paths
        In order of cost, then of steps, then of names.
    complete
        True when these are proven to be the k best or all there are; False when the work cap ended the search (they
        are still the best, but there may be more).
    expanded
        Work done.
    """

    paths: tuple[FoundPath, ...]
    complete: bool
    expanded: int

    def __len__(self) -> int:
        """Count the paths."""
        return len(self.paths)

    def __iter__(self) -> Iterator[FoundPath]:
        """Go through the paths, best first."""
        return iter(self.paths)

    def __getitem__(self, place: int) -> FoundPath:
        """Get one path; 0 is the best."""
        return self.paths[place]

    def to_frame(self) -> pd.DataFrame:
        """One row a step: rank, path_sign, path_cost_nat, step, from, to, sign, belief, edges, cost_nat."""
        import pandas as pd

        rows = [
            {"rank": path.rank, "path_sign": signed(path.sign), "path_cost_nat": path.cost, **row}
            for path in self.paths
            for row in path.ledger()
        ]
        head = ["rank", "path_sign", "path_cost_nat"]
        return pd.DataFrame(rows, columns=[*head, "step", "from", "to", "sign", "belief", "edges", "cost_nat"])

    def __str__(self) -> str:
        """List the paths, one a line."""
        lines = [f"{path.rank:>3}. [{signed(path.sign)}] {path.cost:6.3f} nat  {path}" for path in self.paths]
        if not self.complete:
            lines.append("The work cap ended the search: there may be more paths.")
        return "\n".join(lines) or "no path"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{path.rank}</td><td>{signed(path.sign)}</td><td>{path.cost:.3f}</td>"
            f"<td>{html.escape(str(path))}</td></tr>"
            for path in self.paths
        )
        return f"<table><tr><th>rank</th><th>sign</th><th>cost (nat)</th><th>path</th></tr>{rows}</table>"


def named_path(index: PathIndex, path: IndexedPath, rank: int) -> FoundPath:
    """A path by numbers as a path by names; numbers are the names of an index that has none."""
    steps = zip(path.states, path.states[1:], path.steps, strict=False)
    return FoundPath(rank, tuple(_step(index, *step) for step in steps), path.sign, path.cost)


def _step(index: PathIndex, source: int, target: int, step: int) -> FoundStep:
    names, edges = index.names, index.edges_of(step)
    sign, cost = int(index.sign[step]), index.cost_of_step(step)
    if names is None:
        ends = (source, target, int(index.entity[source]), int(index.entity[target]))
        return FoundStep(*ends, sign, cost, tuple(sorted(edges)))
    return FoundStep(
        source=names.states[source],
        target=names.states[target],
        source_entity=names.entity(source),
        target_entity=names.entity(target),
        sign=sign,
        cost=cost,
        edges=tuple(sorted((names.edges[edge] for edge in edges), key=str)),
    )


def to_networkx(paths: Iterable[FoundPath]) -> nx.MultiDiGraph[Hashable]:
    """The steps of some paths as a plain MultiDiGraph that every analysis takes again.

    Node attribute: ``entity``. Edge attributes: ``sign``, ``cost`` in nat, ``belief`` = exp(-cost), ``edges`` (ids of
    the edges behind it) and ``ranks`` (of the paths that walk it). The key of an edge is its sign.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> from kg.analysis.pathfinding import k_best_paths
    >>> graph = network_from_rows([("A", "B", "+", 0.5), ("B", "C", "-", 0.9), ("A", "C", "+", 0.1)])
    >>> to_networkx(k_best_paths(graph, "A", "C", 1)).number_of_edges()
    2
    """
    import networkx as nx

    graph: nx.MultiDiGraph[Hashable] = nx.MultiDiGraph()
    for path in paths:
        for step in path.steps:
            if graph.has_edge(step.source, step.target, step.sign):
                graph.edges[step.source, step.target, step.sign]["ranks"] += (path.rank,)
                continue
            graph.add_node(step.source, entity=step.source_entity)
            graph.add_node(step.target, entity=step.target_entity)
            graph.add_edge(
                step.source, step.target, key=step.sign, sign=step.sign, cost=step.cost, belief=step.belief,
                edges=step.edges, ranks=(path.rank,),
            )  # fmt: skip
    return graph


@dataclass(frozen=True, slots=True)
class Comparison:
    """What sets one path apart from another.

    Attributes
    ----------
    better
        The cheaper path of the two (the first when both cost the same).
    worse
        The other.
    difference
        How much dearer it is, in nat: exp(difference) times as unlikely.
    shared
        Rows of the ledger that both have.
    only_better, only_worse
        Rows of the ledger that only one has.
    """

    better: FoundPath | Path
    worse: FoundPath | Path
    difference: float
    shared: tuple[dict[str, Any], ...]
    only_better: tuple[dict[str, Any], ...]
    only_worse: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        """Read the comparison as text."""
        first = (
            f"Path {self.better.rank} is cheaper than path {self.worse.rank} by {self.difference:.3f} nat"
            if self.difference
            else f"Paths {self.better.rank} and {self.worse.rank} cost the same"
        )
        parts = (("Both walk", self.shared), (f"Only path {self.better.rank}", self.only_better),
                 (f"Only path {self.worse.rank}", self.only_worse))  # fmt: skip
        lines = [first + "."]
        for title, rows in parts:
            lines += [f"{title} ({sum(row['cost_nat'] for row in rows):.3f} nat):"] if rows else []
            lines += [f"  {row['from']} -> {row['to']}: belief {row['belief']:.3f}{_penalties(row)}" for row in rows]
        return "\n".join(lines)


def _penalties(row: dict[str, Any]) -> str:
    named = ", ".join(f"{name} {value:.2f}" for name, value in row.get("penalties", {}).items())
    return f", penalties (nat): {named}" if named else ""


def compare(one: FoundPath | Path, other: FoundPath | Path) -> Comparison:
    """Say what makes one path better than another: the steps they share, and what each pays for the rest.

    Parameters
    ----------
    one, other
        Two paths of :func:`~kg.analysis.pathfinding.k_best_paths`, or two of ``g.paths``; then with their penalties.

    Raises
    ------
    UsageError
        Something that is no path, or one path of each kind.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> from kg.analysis.pathfinding import k_best_paths
    >>> graph = network_from_rows([("A", "B", "+", 0.5), ("B", "C", "+", 0.9), ("B", "D", "+", 0.8),
    ...                            ("D", "C", "+", 0.8)])
    >>> print(compare(*k_best_paths(graph, "A", "C", 2)))
    Path 1 is cheaper than path 2 by 0.341 nat.
    Both walk (0.693 nat):
      A -> B: belief 0.500
    Only path 1 (0.105 nat):
      B -> C: belief 0.900
    Only path 2 (0.446 nat):
      B -> D: belief 0.800
      D -> C: belief 0.800
    """
    if type(one) is not type(other) or not all(hasattr(path, "ledger") for path in (one, other)):
        msg = f"compare takes two paths of one kind, not {type(one).__name__} and {type(other).__name__}"
        raise UsageError(msg)
    better, worse = (one, other) if one.cost <= other.cost else (other, one)
    ledgers = [[{**row, "step": None} for row in path.ledger()] for path in (better, worse)]
    return Comparison(
        better,
        worse,
        worse.cost - better.cost,
        shared=tuple(row for row in ledgers[0] if row in ledgers[1]),
        only_better=tuple(row for row in ledgers[0] if row not in ledgers[1]),
        only_worse=tuple(row for row in ledgers[1] if row not in ledgers[0]),
    )
