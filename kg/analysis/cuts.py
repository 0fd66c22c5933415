"""Minimum intervention: the cheapest entities whose removal cuts the best paths, and the drugs that hit each."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.analysis.asked import both_ends, whole
from kg.analysis.graphs import cost_of, sign_of
from kg.analysis.hitting_sets import least_hitting_set
from kg.analysis.index import PathIndex
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.table import Readable, Table, listed
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import networkx as nx
    import pandas as pd

    from kg.analysis.arrays import IndexedPath
    from kg.analysis.hitting_sets import HittingSet
    from kg.analysis.index import SearchResult

RECOMBINED = 50
"""Paths left standing that are read at a time."""


@dataclass(frozen=True, slots=True)
class Drug:
    """A chemical that acts against an entity.

    Attributes
    ----------
    entity, label
        The chemical.
    belief
        Belief of its best step of sign minus onto the target.
    publications
        Papers behind those steps.
    """

    entity: str
    label: str
    belief: float
    publications: tuple[str, ...]

    def __str__(self) -> str:
        """Read it with its belief and papers."""
        return f"{self.label} (belief {self.belief:.2f}; {', '.join(self.publications) or 'no paper'})"


@dataclass(frozen=True, slots=True)
class CutEntity:
    """One entity of an intervention, with the drugs that hit it, best belief first."""

    entity: str
    label: str
    cost: float
    targetable: bool
    drugs: tuple[Drug, ...]


@dataclass(frozen=True, slots=True)
class Intervention(Readable):
    """The cheapest set of entities that leaves no path standing in the sub-network of the best paths.

    Attributes
    ----------
    entities
        The set: first those some drug hits, then by CURIE.
    cost
        Sum of their costs.
    bound
        Lower bound of the cost of any such set, proven by the solver; equal to ``cost``.
    possible
        False when a path has nothing on it that may be removed.
    paths
        How many best paths span the sub-network.
    complete
        Whether these were all paths asked for (see :class:`kg.analysis.index.SearchResult`).
    recombined
        Further paths that these paths' steps make together, and that had to be cut as well.
    """

    entities: Table[CutEntity]
    cost: float
    bound: float
    possible: bool
    paths: int
    complete: bool
    recombined: int = 0

    @property
    def summary(self) -> str:
        """What is to be removed, and what that does."""
        if not self.possible:
            return (
                "Nothing can be cut: a path has nothing between source and target that may be removed "
                "(a step leads straight there, or what may be removed does not lie on it)."
            )
        names = ", ".join(f"{row.label}{' (targetable)' if row.targetable else ''}" for row in self.entities)
        more = f" and the {self.recombined} that their steps make together" if self.recombined else ""
        capped = "" if self.complete else " The work limit was reached: there may be more paths."
        cut = "the only path" if self.paths == 1 else f"all {self.paths} paths"
        return f"Removing {names or 'nothing'} cuts {cut}{more}, at cost {self.cost:g}.{capped}"

    def to_frame(self) -> pd.DataFrame:
        """One row an entity: cost, whether a drug hits it, and the drugs."""
        return self.entities.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Plain values; the entities with their drugs."""
        names = ("cost", "bound", "possible", "paths", "recombined", "complete")
        return {"entities": self.entities.records(), **{name: getattr(self, name) for name in names}}

    def __str__(self) -> str:
        """Read the answer, and the drugs that hit each entity."""
        lines = [f"  {row.label}: {'; '.join(map(str, row.drugs)) or 'no drug in the graph'}" for row in self.entities]
        return "\n".join([self.summary, *lines])


def drugs_against(graph: nx.MultiDiGraph[str] | IndexedNetwork) -> dict[str, tuple[Drug, ...]]:
    """List the chemicals of a network that act on each entity with sign minus, best belief first.

    A chemical is a node with ``type`` "chemical".

    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("reparixin", type="chemical")
    >>> _ = graph.add_edge("reparixin", "CXCR1", sign=-1, belief=0.9, publications=("PMID:15282370",))
    >>> drugs_against(graph)["CXCR1"][0].label
    'reparixin'
    """
    network = IndexedNetwork.of(graph)
    found: dict[tuple[str, str], list[tuple[float, tuple[str, ...]]]] = defaultdict(list)
    index = network.index
    for state, name in enumerate(network.names):
        if network.graph.nodes[name].get("type") != "chemical":
            continue
        for step in range(index.indptr[state], index.indptr[state + 1]):
            if index.sign[step] < 0:
                data = network.data(int(index.edge[step]))
                belief = float(data.get("belief", math.exp(-index.cost_of_step(step))))
                hit = network.entity(int(index.dst[step]))
                found[hit, network.entity(state)].append((belief, listed(data.get("publications"))))
    drugs: dict[str, list[Drug]] = defaultdict(list)
    for (hit, chemical), steps in found.items():
        papers = tuple(sorted({paper for _, several in steps for paper in several}))
        drugs[hit].append(Drug(chemical, network.label(chemical), max(steps)[0], papers))
    return {hit: tuple(sorted(several, key=lambda drug: (-drug.belief, drug.entity))) for hit, several in drugs.items()}


def minimum_intervention(
    graph: nx.MultiDiGraph[str] | IndexedNetwork,
    sources: str | Iterable[str],
    targets: str | Iterable[str],
    *,
    sign: int | None = None,
    k: int = 100,
    node_cost: Mapping[str, float] | None = None,
    targetable: Collection[str] | None = None,
    within: Collection[str] | None = None,
    max_steps: int | None = None,
) -> Intervention:
    """Find the cheapest set of entities whose removal leaves no path in the sub-network of the k best paths.

    The steps of the k best paths make the sub-network; in the whole network the cut would only ever be the neighbours
    of the target. Removing an entity removes all its states. The answer is the least hitting set of the paths' entities
    (:func:`kg.analysis.hitting_sets.least_hitting_set`); then the sub-network is searched again for paths of the sign
    asked for that are left, and these join the sets to be hit, until none is left. So the set cuts every such path of
    the sub-network, and none is cheaper.

    A vertex cut by maximum flow [1]_ is not enough here: it cuts walks as well, that no path takes since they visit an
    entity with both signs, and it must either tear states of one entity apart or join walks of different signs.

    Parameters
    ----------
    graph
        A network as documented in :mod:`kg.analysis.graphs`.
    sources, targets
        Nodes or entities; themselves never removed.
    sign
        Cut only paths of this sign; None for all.
    k
        How many best paths span the network.
    node_cost
        Cost of removing an entity, from 0 up; 1 where none is given, infinite for what cannot be removed. Of two sets
        of one cost the one with more targetable entities is taken.
    targetable
        Entities that can be hit. Default: those some chemical of the network acts on with sign minus.
    within
        Entities that may be removed; default all.
    max_steps
        Longest path.

    Returns
    -------
    Intervention
        The set with its drugs and the proven bound.

    Raises
    ------
    UsageError
        k below 1, a cost that is negative or no number, source and target the same, an unknown name.

    References
    ----------
    .. [1] L. R. Ford, D. R. Fulkerson, Maximal flow through a network, Canadian Journal of Mathematics 8 (1956) 399.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> graph = network_from_rows([
    ...     ("exosome", "IL8", "+", 0.9), ("exosome", "IL6", "+", 0.8), ("IL8", "STAT3", "+", 0.9),
    ...     ("IL6", "STAT3", "+", 0.9), ("STAT3", "survival", "+", 0.9)])
    >>> print(minimum_intervention(graph, "exosome", "survival").summary)
    Removing STAT3 cuts all 2 paths, at cost 1.
    """
    network = IndexedNetwork.of(graph)
    starts, ends = both_ends(network, sources, targets)
    result = network.index.k_best(starts, ends, whole("k", k), sign=sign, max_steps=max_steps)
    drugs = drugs_against(network)
    hittable = set(drugs) if targetable is None else set(targetable)
    price = _prices(network, starts, ends, node_cost or {}, within)
    left = _Left(network, result.paths, starts, ends, sign, max_steps)
    cut = left.cut(price, hittable)
    chosen = sorted(cut.chosen if cut else (), key=lambda entity: (entity not in hittable, entity))
    rows = tuple(CutEntity(e, network.label(e), price[e], e in hittable, drugs.get(e, ())) for e in chosen)
    return Intervention(
        entities=Table("Entities to remove", CutEntity, rows),
        cost=cut.cost if cut else 0.0,
        bound=cut.bound if cut else 0.0,
        possible=cut is not None,
        paths=len(result.paths),
        complete=result.complete and left.complete,
        recombined=left.recombined,
    )


def _prices(
    network: IndexedNetwork,
    starts: Iterable[int],
    ends: Iterable[int],
    node_cost: Mapping[str, float],
    within: Collection[str] | None,
) -> dict[str, float]:
    """Cost of each entity that may be removed."""
    for entity, cost in node_cost.items():
        if not cost >= 0:
            raise UsageError(f"the cost of removing {entity} is {cost}: write a number from 0 up (negative is none)")
    fixed = {network.entity(state) for state in (*starts, *ends)}
    free = set(network.states_of) - fixed
    if within is not None:
        free &= set(within)
    costs = {entity: float(node_cost.get(entity, 1.0)) for entity in free}
    return {entity: cost for entity, cost in costs.items() if math.isfinite(cost)}


class _Left:
    """The sub-network of some paths, cut until no path is left."""

    def __init__(
        self,
        network: IndexedNetwork,
        paths: Sequence[IndexedPath],
        starts: Sequence[int],
        ends: Sequence[int],
        sign: int | None,
        max_steps: int | None,
    ) -> None:
        self.network, self.paths = network, paths
        self.starts, self.ends, self.sign, self.max_steps = starts, ends, sign, max_steps
        self.index = _spanned(network, paths)
        self.recombined, self.complete = 0, True

    def cut(self, price: Mapping[str, float], hittable: Collection[str]) -> HittingSet | None:
        """Hit all paths, then those that are left; None when one has nothing to be hit."""
        sets = {frozenset(price).intersection(self.network.entities(path)) for path in self.paths}
        while (cut := least_hitting_set(sets, price, hittable)) is not None:
            left = self._left(cut.chosen)
            self.complete = self.complete and left.complete
            if not left.paths:
                break
            self.recombined += len(left.paths)
            sets |= {frozenset(price).intersection(self.network.entities(path)) for path in left.paths}
        return cut

    def _left(self, gone: Collection[str]) -> SearchResult:
        avoid = [state for entity in gone for state in self.network.states_of[entity]]
        return self.index.k_best(
            self.starts, self.ends, RECOMBINED, sign=self.sign, max_steps=self.max_steps, avoid=avoid
        )


def _spanned(network: IndexedNetwork, paths: Iterable[IndexedPath]) -> PathIndex:
    """Index over the steps of some paths alone; states keep their numbers."""
    used = sorted({edge for path in paths for edge in path.edges})
    edges = [(*network.edges[edge], dict(network.data(edge))) for edge in used]
    return PathIndex.from_arrays(
        len(network.names),
        network.index.entity,
        [network.number[source] for source, *_ in edges],
        [network.number[target] for _, target, *_ in edges],
        [sign_of(edge) for edge in edges],
        [cost_of(edge) for edge in edges],
    )
