"""Knock-out: what becomes of the best paths when some entities are gone, and what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from kg.analysis.asked import both_ends, one_or_more, whole
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.table import Readable, Table, counted, signed
from kg.analysis.told import belief_in, papers_of, path_dict, path_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import networkx as nx
    import pandas as pd

    from kg.analysis.arrays import IndexedPath


@dataclass(frozen=True, slots=True)
class Remaining:
    """One path that stands without the removed entities.

    Attributes
    ----------
    rank
        Among what is left.
    kept
        Whether it was one of the k best before; the others move up.
    sign, cost_nat, belief
        As of every path.
    publications
        Papers behind it, sorted.
    note
        What makes it doubtful that it stands by itself; empty where nothing does.
    path
        As one line.
    told
        In the form ``kg paths --json`` prints.
    """

    columns: ClassVar = ("rank", "kept", "sign", "cost_nat", "belief", "publications", "note", "path")

    rank: int
    kept: bool
    sign: str
    cost_nat: float
    belief: float
    publications: tuple[str, ...]
    note: str
    path: str
    told: dict[str, Any] = field(repr=False, compare=False, default_factory=dict)

    def __str__(self) -> str:
        """Read the path with its papers, and what makes it doubtful."""
        moved = "" if self.kept else " (not among the best before)"
        lines = [f"{self.rank:>3}. [{self.sign}] {self.cost_nat:6.3f} nat  {self.path}{moved}"]
        lines.append(f"     {', '.join(self.publications) or 'no paper'}")
        return "\n".join([*lines, *([f"     {self.note}"] if self.note else [])])


@dataclass(frozen=True, slots=True)
class KnockOut(Readable):
    """Best paths before and after.

    Attributes
    ----------
    entities
        What was removed, narrower kinds included where a caller took them in.
    lost, kept
        Of the k best paths before, how many run over a removed entity and how many do not.
    cost_before, cost_after
        Cost of the best path in nat; None where there is none.
    sign_before, sign_after
        Sign of the best path; None where there is none.
    remaining
        The k best paths that are left: those kept, and the next best.
    complete
        Whether both searches ended within their work cap.
    """

    entities: tuple[str, ...]
    lost: int
    kept: int
    cost_before: float | None
    cost_after: float | None
    sign_before: int | None
    sign_after: int | None
    remaining: Table[Remaining]
    complete: bool
    labels: tuple[str, ...] = ()

    @property
    def sign_changes(self) -> bool:
        """Whether the best path now says the opposite."""
        return self.sign_after is not None and self.sign_before is not None and self.sign_after != self.sign_before

    @property
    def summary(self) -> str:
        """How many paths are lost, and what the best one costs."""
        names = ", ".join(self.labels or self.entities)
        if self.cost_before is None:
            return f"Without {names}: there was no path before."
        if self.cost_after is None:
            return f"Without {names}: no path is left ({self.lost} of {self.lost + self.kept} lost)."
        turn = " and its sign turns" if self.sign_changes else ""
        return (
            f"Without {names}: {self.lost} of {self.lost + self.kept} paths are lost; the best costs "
            f"{self.cost_after:.3f} nat instead of {self.cost_before:.3f}{turn}. "
            f"{sum(bool(row.note) for row in self.remaining)} of {counted(len(self.remaining), 'path')} left may run "
            "over what was removed all the same."
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a path that is left: whether it was kept, sign, cost, belief, papers, note."""
        return self.remaining.to_frame()

    def __str__(self) -> str:
        """Read the answer, and the best of what is left."""
        return self.summary if not len(self.remaining) else f"{self.summary}\n{self.remaining}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values; the paths in the form ``kg paths --json`` prints, with ``kept`` and ``note``."""
        names = ("lost", "kept", "cost_before", "cost_after", "sign_before", "sign_after", "sign_changes", "complete")
        return {
            "entities": list(self.entities),
            **{name: getattr(self, name) for name in names},
            "paths": [row.told | {"kept": row.kept, "note": row.note} for row in self.remaining],
        }


def knock_out(
    graph: nx.MultiDiGraph[str] | IndexedNetwork,
    entities: str | Iterable[str],
    sources: str | Iterable[str],
    targets: str | Iterable[str],
    *,
    sign: int | None = None,
    k: int = 100,
    max_steps: int | None = None,
) -> KnockOut:
    """Compare the k best paths with and without some entities (all states of each).

    The single-node removal analysis of signalling networks [1]_, on exact best paths. A path that is left is marked
    where a step of it leads from something that binds a removed entity into the cell that bears the removed entity: the
    paper behind such a step names the ligand and the effect, and the effect may run over the receptor all the same.

    Parameters
    ----------
    graph
        A network as documented in :mod:`kg.analysis.graphs`.
    entities
        Entities or nodes to remove.
    sources, targets
        Nodes or entities.
    sign
        Sign of the paths; None for any.
    k
        How many best paths are looked at, before and after.
    max_steps
        Longest path.

    Returns
    -------
    KnockOut
        Counts, costs, and the paths that are left.

    Raises
    ------
    UsageError
        No entity, k below 1, source and target the same, an unknown name.

    Notes
    -----
    Two searches for k best paths: O(m + n log n) each, then O(k L d).

    References
    ----------
    .. [1] R. Albert, H. Jeong, A.-L. Barabasi, Error and attack tolerance of complex networks, Nature 406 (2000) 378.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> graph = network_from_rows([("exosome", "IL8", "+", 0.9), ("IL8", "survival", "+", 0.9),
    ...                            ("exosome", "miR", "+", 0.8), ("miR", "survival", "-", 0.5)])
    >>> result = knock_out(graph, "IL8", "exosome", "survival")
    >>> result.lost, result.kept, result.sign_changes
    (1, 1, True)
    >>> print(result.remaining[0])
      1. [-]  0.916 nat  exosome --acts on--> miR --acts on (-)--> survival
         no paper
    """
    network = IndexedNetwork.of(graph)
    removed = one_or_more("entity to knock out", entities)
    gone = set(network.states(removed))
    starts, ends = both_ends(network, sources, targets)
    before = network.index.k_best(starts, ends, whole("k", k), sign=sign, max_steps=max_steps)
    after = network.index.k_best(starts, ends, k, sign=sign, max_steps=max_steps, avoid=gone)
    lost = sum(not gone.isdisjoint(path.states) for path in before.paths)
    known = {(path.states, path.sign) for path in before.paths}
    notes = _Bypass(network, gone)
    rows = [
        _remaining(network, rank, path, notes, kept=(path.states, path.sign) in known)
        for rank, path in enumerate(after.paths, 1)
    ]
    return KnockOut(
        entities=removed,
        lost=lost,
        kept=len(before.paths) - lost,
        cost_before=_first(before.paths, "cost"),
        cost_after=_first(after.paths, "cost"),
        sign_before=_first(before.paths, "sign"),
        sign_after=_first(after.paths, "sign"),
        remaining=Table("What is left", Remaining, tuple(rows)),
        complete=before.complete and after.complete,
        labels=tuple(dict.fromkeys(network.label(network.entity(s)) for n in removed for s in network.states(n))),
    )


def _first(paths: Sequence[IndexedPath], name: str) -> Any:  # noqa: ANN401 - cost or sign
    return getattr(paths[0], name) if paths else None


def _remaining(network: IndexedNetwork, rank: int, path: IndexedPath, notes: _Bypass, *, kept: bool) -> Remaining:
    return Remaining(
        rank=rank,
        kept=kept,
        sign=signed(path.sign),
        cost_nat=round(path.cost, 6),
        belief=belief_in(network, path),
        publications=papers_of(network, path),
        note=notes.of(path),
        path=path_text(network, path),
        told=path_dict(network, path, rank),
    )


class _Bypass:
    """Steps that may run over a removed receptor although they do not name it."""

    def __init__(self, network: IndexedNetwork, gone: Collection[int]) -> None:
        self.network = network
        self.binds: dict[tuple[str, object], set[str]] = {}
        index = network.index
        for state in range(index.n_states):
            for step in range(int(index.indptr[state]), int(index.indptr[state + 1])):
                receptor = int(index.dst[step])
                predicates = str(network.data(int(index.edge[step])).get("predicate")).split("|")
                if receptor in gone and state not in gone and "binds" in predicates:
                    key = (network.entity(state), self._site(receptor))
                    self.binds.setdefault(key, set()).add(network.label(network.entity(receptor)))

    def _site(self, state: int) -> object:
        return self.network.graph.nodes[self.network.names[state]].get("site")

    def of(self, path: IndexedPath) -> str:
        """The steps in doubt, in words."""
        found = [self._step(*ends) for ends in zip(path.states, path.states[1:], strict=False)]
        return "; ".join(text for text in found if text)

    def _step(self, source: int, target: int) -> str:
        ligand = self.network.entity(source)
        receptors = sorted(self.binds.get((ligand, self._site(target)), ()))
        if not receptors or self.network.entity(target) == ligand:
            return ""
        names, label = " and ".join(receptors), self.network.label(ligand)
        onto, them = self.network.label(self.network.entity(target)), "it" if len(receptors) == 1 else "them"
        return f"{label} on {onto}: this step may itself run over {names} ({label} binds {them})"
