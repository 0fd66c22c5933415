"""Sign balance: how much of what the paths say is plus, and how much is minus."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.analysis.asked import both_ends, whole
from kg.analysis.indexed import IndexedNetwork
from kg.analysis.table import Readable, Table, counted, listed, signed

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx
    import pandas as pd

    from kg.analysis.index import SearchResult


@dataclass(frozen=True, slots=True)
class SignSide:
    """All that speaks for one sign.

    Attributes
    ----------
    sign
        +1 or -1.
    paths
        How many of the k best paths of this sign there are.
    weight
        Sum of exp(-cost) over them.
    best_cost
        Cost of the best in nat; None where there is none.
    publications
        Distinct papers behind them.
    """

    sign: int
    paths: int
    weight: float
    best_cost: float | None
    publications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignBalance(Readable):
    """Both sides, and the share of the plus side.

    Attributes
    ----------
    plus, minus
        What speaks for each sign.
    complete
        Whether both searches ended within their work cap.
    """

    plus: SignSide
    minus: SignSide
    complete: bool

    @property
    def share(self) -> float:
        """Weight of the plus side over both, in [0, 1]; NaN where there are no paths."""
        total = self.plus.weight + self.minus.weight
        return self.plus.weight / total if total else math.nan

    @property
    def summary(self) -> str:
        """The balance as a sentence."""
        if not self.plus.paths and not self.minus.paths:
            return "No signed path either way."
        papers = f"{len(self.plus.publications)} and {counted(len(self.minus.publications), 'paper')}"
        capped = "" if self.complete else " The work limit was reached: there may be more."
        sides = f"{counted(self.plus.paths, 'path')} against {self.minus.paths} that say -"
        return f"{self.share:.0%} of the weight says +: {sides} ({papers}).{capped}"

    def to_frame(self) -> pd.DataFrame:
        """One row a sign: paths, weight, cost of the best, papers."""
        frame = Table(self.summary, SignSide, (self.plus, self.minus)).to_frame()
        frame["sign"] = [signed(sign) for sign in frame["sign"]]
        return frame


def sign_balance(
    graph: nx.MultiDiGraph[str] | IndexedNetwork,
    sources: str | Iterable[str],
    targets: str | Iterable[str],
    *,
    k: int = 100,
    max_steps: int | None = None,
) -> SignBalance:
    """Weigh the k best paths of sign + against the k best of sign -.

    Each path weighs exp(-cost): the product of its steps' beliefs, less penalties. The degree of balance counts signed
    lines the same way [1]_, there unweighted and over cycles.

    Parameters
    ----------
    graph
        A network as documented in :mod:`kg.analysis.graphs`.
    sources, targets
        Nodes or entities.
    k
        How many best paths of each sign.
    max_steps
        Longest path.

    Returns
    -------
    SignBalance
        Both sides; weight and papers of each.

    Raises
    ------
    UsageError
        k below 1, source and target the same, an unknown name.

    Notes
    -----
    Two searches for k best paths.

    References
    ----------
    .. [1] D. Cartwright, F. Harary, Structural balance: a generalization of Heider's theory, Psychological Review 63
       (1956) 277.

    Examples
    --------
    >>> from kg.analysis.graphs import network_from_rows
    >>> graph = network_from_rows([("exosome", "IL8", "+", 0.9), ("IL8", "survival", "+", 0.8),
    ...                            ("exosome", "miR", "+", 0.6), ("miR", "survival", "-", 0.4)])
    >>> print(sign_balance(graph, "exosome", "survival"))
    75% of the weight says +: 1 path against 1 that say - (0 and 0 papers).
    """
    network = IndexedNetwork.of(graph)
    starts, ends = both_ends(network, sources, targets)
    k = whole("k", k)
    plus = network.index.k_best(starts, ends, k, sign=1, max_steps=max_steps)
    minus = network.index.k_best(starts, ends, k, sign=-1, max_steps=max_steps)
    return SignBalance(_side(network, 1, plus), _side(network, -1, minus), plus.complete and minus.complete)


def _side(network: IndexedNetwork, sign: int, result: SearchResult) -> SignSide:
    edges = {edge for path in result.paths for edge in path.edges}
    papers = {paper for edge in edges for paper in listed(network.data(edge).get("publications"))}
    return SignSide(
        sign=sign,
        paths=len(result.paths),
        weight=sum(math.exp(-path.cost) for path in result.paths),
        best_cost=result.paths[0].cost if result.paths else None,
        publications=tuple(sorted(papers)),
    )
