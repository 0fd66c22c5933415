"""Random walk with restart: how near every state is to a set of seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from kg.analysis.graphs import belief_of
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.table import Table
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

TOLERANCE = 1e-15
MAX_ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Nearness:
    """How often the walk is at a state.

    Attributes
    ----------
    node, entity, label
        The state.
    score
        Share of the time, in [0, 1]; all states sum to 1.
    seed
        Whether the walk restarts there.
    """

    node: str
    entity: str
    label: str
    score: float
    seed: bool


def random_walk_with_restart(
    graph: nx.MultiDiGraph[str] | IndexedNetwork,
    seeds: str | Iterable[str] | Mapping[str, float],
    *,
    restart: float = 0.15,
) -> Table[Nearness]:
    """Rank all states by a walk that follows steps by belief and jumps back to the seeds [1]_ [2]_.

    Equal to PageRank personalised to the seeds. Parallel steps add their beliefs; a state without a way out sends the
    walk back to the seeds.

    Parameters
    ----------
    graph
        A network as documented in :mod:`kg.analysis.graphs`.
    seeds
        Nodes or entities (all states of each), or a mapping of these to weights.
    restart
        Chance of a jump at each step, in (0, 1].

    Raises
    ------
    UsageError
        No seed, a seed weight that is not above 0, or a restart outside (0, 1].

    Notes
    -----
    Power iteration to an L1 change below 1e-15: O(m log(1e-15) / log(1 - restart)).

    References
    ----------
    .. [1] S. Kohler et al., Walking the interactome for prioritization of candidate disease genes, American Journal
       of Human Genetics 82 (2008) 949.
    .. [2] L. Page et al., The PageRank citation ranking, Stanford InfoLab 1999-66.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> graph = network_from_rows([("exosome", "IL8", "+", 0.9), ("IL8", "survival", "+", 0.9)])
    >>> [(row.node, round(row.score, 3)) for row in random_walk_with_restart(graph, "exosome")]
    [('exosome', 0.389), ('IL8', 0.33), ('survival', 0.281)]
    """
    if not 0 < restart <= 1:
        msg = f"restart is a chance above 0 and at most 1, not {restart}"
        raise UsageError(msg)
    network = IndexedNetwork.of(graph)
    start = _start(network, seeds)
    score = _stationary(_transitions(network), start, restart)
    order = np.lexsort((np.arange(len(score)), -score))
    rows = (
        Nearness(network.names[place], network.entity(place), network.label(network.entity(place)), float(score[place]),
                 bool(start[place]))
        for place in order.tolist()
    )  # fmt: skip
    return Table(f"Random walk with restart {restart:g}", Nearness, tuple(rows))


def _start(network: IndexedNetwork, seeds: str | Iterable[str] | Mapping[str, float]) -> npt.NDArray[np.float64]:
    named: Mapping[str, float]
    if isinstance(seeds, str):
        named = {seeds: 1.0}
    elif isinstance(seeds, Mapping):
        named = seeds
    else:
        named = dict.fromkeys(seeds, 1.0)
    start = np.zeros(len(network.names))
    for name, weight in named.items():
        if not weight > 0:
            msg = f"the weight of seed {name} is {weight}; it must be above 0"
            raise UsageError(msg)
        start[list(network.states(name))] += weight
    if not start.any():
        msg = "a random walk with restart needs at least one seed"
        raise UsageError(msg)
    share: npt.NDArray[np.float64] = start / start.sum()
    return share


def _transitions(network: IndexedNetwork) -> csr_array:
    """Chance of each step: rows are states that are reached, columns states that are left."""
    size = len(network.names)
    edges = [(*edge, dict(network.graph.edges[edge])) for edge in network.edges]
    belief = np.array([belief_of(edge) for edge in edges])
    source = np.array([network.number[edge[0]] for edge in edges], dtype=np.int64)
    target = np.array([network.number[edge[1]] for edge in edges], dtype=np.int64)
    leaving = np.bincount(source, weights=belief, minlength=size)
    return coo_array((belief / leaving[source], (target, source)), shape=(size, size)).tocsr()


def _stationary(step: csr_array, start: npt.NDArray[np.float64], restart: float) -> npt.NDArray[np.float64]:
    dead_end = np.diff(step.tocsc().indptr) == 0
    score: npt.NDArray[np.float64] = start
    for _ in range(MAX_ROUNDS):
        onward = step @ score + score[dead_end].sum() * start
        before, score = score, (1 - restart) * onward + restart * start
        score /= score.sum()
        if np.abs(score - before).sum() < TOLERANCE:
            break
    return score
