"""Minimum intervention: the cheapest entities whose removal cuts the best paths, and what knocking some out does."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx

from kg.analysis.indexed import IndexedNetwork
from kg.analysis.table import Table, listed
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kg.analysis.index import IndexedPath


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


@dataclass(frozen=True, slots=True)
class CutEntity:
    """One entity of an intervention."""

    entity: str
    label: str
    cost: float
    targetable: bool
    drugs: tuple[Drug, ...]


@dataclass(frozen=True, slots=True)
class Intervention:
    """The cheapest set of entities that leaves none of the best paths standing.

    Attributes
    ----------
    entities
        The set, by CURIE.
    cost
        Sum of their costs; equals the maximum flow.
    possible
        False when a path leads straight from a source to a target entity, with nothing between to remove.
    paths
        How many best paths span the sub-network.
    complete
        Whether these were all paths asked for (see :class:`kg.analysis.index.SearchResult`).
    """

    entities: Table[CutEntity]
    cost: float
    possible: bool
    paths: int
    complete: bool

    def __str__(self) -> str:
        """Read the answer as a sentence."""
        if not self.possible:
            return "Nothing can be cut: a step leads straight from a source to a target."
        names = ", ".join(f"{row.label}{' (targetable)' if row.targetable else ''}" for row in self.entities)
        return f"Removing {names or 'nothing'} cuts all {self.paths} paths, at cost {self.cost:g}."


def drugs_against(graph: nx.MultiDiGraph[str] | IndexedNetwork) -> dict[str, tuple[Drug, ...]]:
    """List the chemicals of a network that act on each entity with sign minus, best belief first.

    A chemical is a node with ``type`` "chemical".

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
    """Find the cheapest set of entities whose removal cuts the k best paths.

    The k best paths span a network of entities (all states of an entity are removed together), and its minimum vertex
    cut by maximum flow [1]_ is the answer: exact for that network. In the whole network the cut would only ever be
    the neighbours of the target.

    Parameters
    ----------
    graph
        A network as documented in :mod:`kg.analysis.indexed`.
    sources, targets
        Nodes or entities; themselves never removed.
    sign
        Cut only paths of this sign; None for all.
    k
        How many best paths span the network.
    node_cost
        Cost of removing an entity, from 0 up. Default: 1 each, and of two sets of one size the one with more
        targetable entities.
    targetable
        Entities that can be hit. Default: those some chemical of the network acts on with sign minus.
    within
        Entities that may be removed; default all.
    max_steps
        Longest path.

    References
    ----------
    .. [1] L. R. Ford, D. R. Fulkerson, Maximal flow through a network, Canadian Journal of Mathematics 8 (1956) 399.

    Examples
    --------
    >>> from kg.analysis.indexed import network_from_rows
    >>> graph = network_from_rows([
    ...     ("exosome", "IL8", "+", 0.9), ("exosome", "IL6", "+", 0.8), ("IL8", "STAT3", "+", 0.9),
    ...     ("IL6", "STAT3", "+", 0.9), ("STAT3", "survival", "+", 0.9)])
    >>> print(minimum_intervention(graph, "exosome", "survival"))
    Removing STAT3 cuts all 2 paths, at cost 1.
    """
    network = IndexedNetwork.of(graph)
    starts, ends = network.states(sources), network.states(targets)
    result = network.index.k_best(starts, ends, k, sign=sign, max_steps=max_steps)
    drugs = drugs_against(network)
    hittable = set(drugs) if targetable is None else set(targetable)
    fixed = {network.entity(state) for state in (*starts, *ends)}
    price = _prices(network, result.paths, fixed, hittable, node_cost, within)
    cut = _vertex_cut(network, result.paths, price)
    costs = {entity: 1.0 if node_cost is None else float(node_cost.get(entity, 1.0)) for entity in cut or ()}
    rows = tuple(
        CutEntity(entity, network.label(entity), costs[entity], entity in hittable, drugs.get(entity, ()))
        for entity in sorted(cut or (), key=lambda entity: (entity not in hittable, entity))
    )
    table = Table("Entities to remove", CutEntity, rows)
    return Intervention(table, sum(costs.values()), cut is not None, len(result.paths), result.complete)


def _prices(
    network: IndexedNetwork,
    paths: Iterable[IndexedPath],
    fixed: Collection[str],
    hittable: Collection[str],
    node_cost: Mapping[str, float] | None,
    within: Collection[str] | None,
) -> dict[str, Fraction]:
    """Exact price of each entity that may be removed; a little more for those no drug hits, to break ties."""
    free = {entity for path in paths for entity in network.entities(path)} - set(fixed)
    if within is not None:
        free &= set(within)
    base = {entity: Fraction(1 if node_cost is None else node_cost.get(entity, 1.0)) for entity in free}
    dear = [entity for entity, cost in base.items() if cost < 0]
    if dear:
        msg = f"the cost of removing {dear[0]} is negative"
        raise UsageError(msg)
    unit = Fraction(1, _denominator(base.values()) * (len(free) + 1))
    return {entity: cost + (0 if entity in hittable else unit) for entity, cost in base.items()}


def _denominator(prices: Iterable[Fraction]) -> int:
    return math.lcm(1, *(price.denominator for price in prices))


def _vertex_cut(
    network: IndexedNetwork, paths: Iterable[IndexedPath], price: Mapping[str, Fraction]
) -> frozenset[str] | None:
    """Minimum cut of the split graph in whole numbers; None when some path cannot be cut."""
    scale = _denominator(price.values())
    flow: nx.DiGraph[tuple[str, str]] = nx.DiGraph()
    begin, end = ("begin", ""), ("end", "")
    for path in paths:
        line = [network.entity(state) for state in path.states]
        flow.add_edge(begin, ("in", line[0]))
        flow.add_edge(("out", line[-1]), end)
        flow.add_edges_from((("out", before), ("in", after)) for before, after in pairwise(line) if before != after)
        for entity in line:
            capacity = {"capacity": int(price[entity] * scale)} if entity in price else {}
            flow.add_edge(("in", entity), ("out", entity), **capacity)
    if not flow:
        return frozenset()
    try:
        _, (near, far) = nx.minimum_cut(flow, begin, end)
    except nx.NetworkXUnbounded:
        return None
    return frozenset(entity for entity in price if ("in", entity) in near and ("out", entity) in far)
