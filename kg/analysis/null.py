"""How often a random network with the same degrees would give as good a path: permutation p-values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kg.analysis.arrays import UNITS_PER_NAT
from kg.analysis.asked import FINE, any_number, whole
from kg.analysis.graphs import cost_of, sign_of
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.permutations import null_counts
from kg.analysis.shuffle import Slots
from kg.analysis.table import Readable, Table
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import networkx as nx
    import pandas as pd


@dataclass(frozen=True, slots=True)
class PathChance:
    """One source against chance.

    Attributes
    ----------
    source
        Node, entity or group asked about.
    cost
        Cost of its cheapest walk to the targets in nat; infinite where there is none.
    as_good
        Random networks in which it is as cheap or cheaper.
    p
        (1 + as_good) / (1 + n).
    """

    source: str
    cost: float
    as_good: int
    p: float


@dataclass(frozen=True, slots=True)
class PathNull(Readable):
    """P-values of all sources, and how they were made.

    Attributes
    ----------
    chances
        One row a source, best p first.
    n, seed, method, strata
        Number of random networks, seed of the first, how they were rewired and the number of strata.
    acceptance
        "stub": share of steps that are no loops after rewiring; "xswap": share of swaps accepted.
    """

    chances: Table[PathChance]
    n: int
    seed: int
    method: str
    strata: int
    acceptance: float

    @property
    def summary(self) -> str:
        """How many sources are nearer than chance, and how the random networks were made."""
        near = sum(row.p <= 0.05 for row in self.chances)
        return (
            f"{near} of {len(self.chances)} sources are nearer to the target than in 95% of {self.n} random "
            f"networks (steps rewired by {self.method} within {self.strata} strata, acceptance {self.acceptance:.0%}, "
            f"seed {self.seed})"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a source: cost, random networks as good, p."""
        return self.chances.to_frame()

    def __str__(self) -> str:
        """Read the answer and the best sources."""
        return f"{self.summary}.\n{self.chances}"


def path_null(
    graph: nx.MultiDiGraph[str] | IndexedNetwork,
    sources: Iterable[str] | Mapping[str, Iterable[str]],
    targets: str | Iterable[str],
    *,
    sign: int | None = None,
    n: int = 1000,
    strata: Sequence[str] = FINE,
    method: str = "stub",
    seed: int = 0,
    workers: int = 1,
) -> PathNull:
    """Compare each source's cheapest walk to the targets with that in rewired networks.

    Rewiring keeps, in every stratum, how many steps enter and leave each state. The statistic is the cost of the
    cheapest walk of the sign asked for (found and random alike; a walk may pass an entity with both signs).

    Parameters
    ----------
    graph
        A network as documented in :mod:`kg.analysis.graphs`.
    sources
        Nodes or entities; each gets its own row. A mapping of names to nodes gives a row for each group of nodes.
    targets
        Nodes or entities.
    sign
        +1, -1, or None for any.
    n
        Number of random networks.
    strata
        What exchanging steps must share: names of edge attributes; "sign" is the causal sign, "site" and
        "site_kind" are attributes of both end nodes.
    method
        "stub" matches stubs at random (loops and parallel steps may arise; they shorten no walk) [1]_; "xswap" swaps
        pairs of steps and refuses both [2]_, about 10 microseconds a step and network.
    seed
        Network i is drawn with seed (seed, i), so the answer does not depend on ``workers``.
    workers
        Processes.

    Raises
    ------
    UsageError
        n or workers below 1, another method or sign, a name that is not in the network.

    References
    ----------
    .. [1] M. E. J. Newman, S. H. Strogatz, D. J. Watts, Random graphs with arbitrary degree distributions and their
       applications, Physical Review E 64 (2001) 026118; p by B. Phipson, G. K. Smyth, Permutation p-values should
       never be zero, Statistical Applications in Genetics and Molecular Biology 9 (2010) 39.
    .. [2] S. Hanhijarvi, G. C. Garriga, K. Puolamaki, Randomization techniques for graphs, SIAM SDM (2009) 780.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> graph = network_from_rows([("exosome", "IL8", "+", 0.9), ("IL8", "survival", "+", 0.9)]
    ...                           + [(f"g{i}", f"g{i + 1}", "+", 0.5) for i in range(9)])
    >>> result = path_null(graph, ["exosome", "g0"], "survival", sign=1, n=199)
    >>> [(row.source, row.p < 0.2, round(row.cost, 3)) for row in result.chances]
    [('exosome', True, 0.211), ('g0', False, inf)]
    """
    n, workers, seed = whole("n", n), whole("workers", workers), whole("seed", seed, least=0)
    if method not in ("stub", "xswap") or sign not in (1, -1, None):
        msg = 'a null needs method "stub" or "xswap", and sign +1, -1 or None'
        raise UsageError(msg)
    network = IndexedNetwork.of(graph)
    nodes = sources if isinstance(sources, Mapping) else {name: name for name in any_number("source", sources)}
    names = list(nodes)
    groups = [np.array(network.states(nodes[name]), dtype=np.int64) for name in names]
    slots, n_strata = _slots(network, strata)
    ends = np.array(network.states(targets), dtype=np.int32)
    found, as_good, acceptance = null_counts(
        slots, groups, ends, sign=sign, n=n, method=method, seed=seed, workers=workers
    )
    rows = [
        PathChance(name, float(cost) / UNITS_PER_NAT, int(better), (1 + int(better)) / (1 + n))
        for name, cost, better in zip(names, found, as_good, strict=True)
    ]
    rows.sort(key=lambda row: (row.p, row.cost, row.source))
    title = f"Chance of as cheap a path in {n} networks rewired within {n_strata} strata (seed {seed})"
    return PathNull(Table(title, PathChance, tuple(rows)), n, seed, method, n_strata, acceptance)


def _slots(network: IndexedNetwork, strata: Sequence[str]) -> tuple[Slots, int]:
    label: dict[tuple[object, ...], int] = {}
    columns: list[tuple[int, int, int, float, int]] = []
    for source, target, key in network.edges:
        data = network.graph.edges[source, target, key]
        edge = (source, target, key, data)
        kind: list[object] = []
        for name in strata:
            if name in ("site", "site_kind"):
                kind += [network.graph.nodes[source].get(name), network.graph.nodes[target].get(name)]
            else:
                kind.append(sign_of(edge) if name == "sign" else data.get(name))
        stratum = label.setdefault(tuple(kind), len(label))
        columns.append((network.number[source], network.number[target], sign_of(edge), cost_of(edge), stratum))
    src, dst, sign, cost, stratum_of = zip(*columns, strict=True) if columns else ((), (), (), (), ())
    if not all(math.isfinite(value) for value in cost):
        msg = "a step has a cost that is not finite"
        raise UsageError(msg)
    return Slots.of(len(network.names), src, dst, sign, cost, stratum_of), len(label)
