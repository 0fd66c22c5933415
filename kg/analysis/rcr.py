"""Reverse causal reasoning: which upstream controllers explain measured changes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtrc, gammaln

from kg.analysis.asked import whole
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.table import Table
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import networkx as nx
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Controller:
    """A controller and how well it explains the measured changes.

    Attributes
    ----------
    entity, label
        The controller.
    direction
        +1 when the changes speak for its increase, -1 for its decrease, 0 when they are split evenly.
    richness
        Chance that so many or more of its targets would have changed (hypergeometric tail).
    concordance
        Chance that so many or more of the changes would point one way (binomial tail at 1/2).
    targets
        Measured entities downstream with one sign.
    changed
        Those of them that changed, with or without a sure sign.
    correct, wrong
        Changed ones that fit the direction, and that contradict it.
    ambiguous
        Changed ones the network gives both signs (they count for richness only).
    """

    entity: str
    label: str
    direction: int
    richness: float
    concordance: float
    targets: int
    changed: int
    correct: int
    wrong: int
    ambiguous: int


def reverse_causal_reasoning(
    graph: nx.MultiDiGraph[str] | IndexedNetwork,
    observations: Mapping[str, int],
    *,
    measured: Collection[str] | None = None,
    max_steps: int = 1,
    min_targets: int = 3,
) -> Table[Controller]:
    """Score each entity as a controller of the observed changes [1]_.

    The targets of a controller are the measured entities its signed paths reach within ``max_steps``. Richness asks
    whether more of them changed than chance would have it, concordance whether their directions agree with one state
    of the controller. Small in both is a good explanation.

    Parameters
    ----------
    graph
        A network as documented in :mod:`kg.analysis.graphs`.
    observations
        Entity to measured sign: +1 up, -1 down.
    measured
        All entities that were measured, changed or not: the population. Those not in the network are left out.
        Default: every entity of the network that a signed step reaches, and every observed one.
    max_steps
        How far downstream; 1 as published.
    min_targets
        Controllers with fewer measured targets are left out.

    Raises
    ------
    UsageError
        A sign other than +1, -1; an observation that was not measured; max_steps or min_targets below 1.

    References
    ----------
    .. [1] N. L. Catlett et al., Reverse causal reasoning: applying qualitative causal knowledge to the interpretation
       of high-throughput data, BMC Bioinformatics 14 (2013) 340.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> graph = network_from_rows([("NFKB1", gene, sign, 0.9) for gene, sign in
    ...                            (("CXCL8", "+"), ("IL6", "+"), ("BCL2", "+"), ("TP53", "-"))]
    ...                           + [("STAT5A", gene, "+", 0.9) for gene in ("MYC", "CCND1", "TP53", "PIM1")])
    >>> best = reverse_causal_reasoning(graph, {"CXCL8": 1, "IL6": 1, "TP53": -1})[0]
    >>> best.entity, best.direction, best.correct, round(best.richness, 3), best.concordance
    ('NFKB1', 1, 3, 0.114, 0.125)
    """
    max_steps, min_targets = whole("max-steps", max_steps), whole("min_targets", min_targets)
    network = IndexedNetwork.of(graph)
    reached = {source: _reach(network, source, max_steps) for source in network.states_of}
    population = _population(network, observations, measured)
    changed = {entity: sign for entity, sign in observations.items() if entity in population}
    rows = []
    for source, signs in reached.items():
        targets = {entity: both for entity, both in signs.items() if entity in population and entity != source}
        if len(targets) >= min_targets:
            rows.append(_score(network, source, targets, changed, len(population)))
    rows.sort(key=lambda row: (row.concordance * row.richness, row.richness, row.entity))
    return Table("Controllers that explain the observations", Controller, tuple(rows))


def _reach(network: IndexedNetwork, source: str, max_steps: int) -> dict[str, frozenset[int]]:
    """Entities downstream of all states of an entity, with the signs of the walks that get there."""
    index = network.index
    layer = {(state, 1) for state in network.states_of[source]}
    seen = set(layer)
    signs: dict[str, set[int]] = defaultdict(set)
    for _ in range(max_steps):
        onward = set()
        for state, sign in layer:
            row = slice(int(index.indptr[state]), int(index.indptr[state + 1]))
            for after, turn in zip(index.dst[row].tolist(), index.sign[row].tolist(), strict=True):
                if turn and (after, sign * turn) not in seen:
                    onward.add((after, sign * turn))
        seen |= onward
        layer = onward
        for state, sign in onward:
            signs[network.entity(state)].add(sign)
    return {entity: frozenset(both) for entity, both in signs.items()}


def _population(
    network: IndexedNetwork, observations: Mapping[str, int], measured: Collection[str] | None
) -> frozenset[str]:
    for entity, sign in observations.items():
        if sign not in (1, -1):
            msg = f"{entity} is observed with sign {sign!r}; write +1 for up, -1 for down"
            raise UsageError(msg)
        if measured is not None and entity not in set(measured):
            msg = f"{entity} is observed but not among the measured entities"
            raise UsageError(msg)
    if measured is not None:
        return frozenset(measured) & frozenset(network.states_of)
    index = network.index
    hit = {network.entity(state) for state in set(index.dst[index.sign != 0].tolist())}
    return frozenset(hit | (set(observations) & set(network.states_of)))


def _score(
    network: IndexedNetwork,
    source: str,
    targets: Mapping[str, frozenset[int]],
    changed: Mapping[str, int],
    population: int,
) -> Controller:
    hits = [entity for entity in targets if entity in changed]
    ambiguous = sum(len(targets[entity]) == 2 for entity in hits)
    up = sum(targets[entity] == {changed[entity]} for entity in hits)
    down = len(hits) - ambiguous - up
    correct, wrong = max(up, down), min(up, down)
    return Controller(
        entity=source,
        label=network.label(source),
        direction=(up > down) - (up < down),
        richness=hypergeometric_tail(len(hits), population, len(changed), len(targets)),
        concordance=float(bdtrc(correct - 1, correct + wrong, 0.5)) if correct else 1.0,
        targets=len(targets),
        changed=len(hits),
        correct=correct,
        wrong=wrong,
        ambiguous=ambiguous,
    )


def hypergeometric_tail(hits: int, population: int, marked: int, drawn: int) -> float:
    """Chance of so many or more marked ones among some drawn without putting back.

    (scipy.stats has it too, and takes a third of a second to load.)

    >>> round(hypergeometric_tail(2, population=5, marked=3, drawn=2), 6)
    0.3
    """
    if hits <= max(0, marked + drawn - population):
        return 1.0
    found = np.arange(hits, min(marked, drawn) + 1)
    ways = _log_ways(marked, found) + _log_ways(population - marked, drawn - found) - _log_ways(population, drawn)
    return float(min(1.0, np.exp(ways).sum()))


def _log_ways(many: int, chosen: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Logarithm of the number of ways to choose some of many."""
    some = np.asarray(chosen, dtype=np.float64)
    ways: npt.NDArray[np.float64] = gammaln(many + 1) - gammaln(some + 1) - gammaln(many - some + 1)
    return ways
