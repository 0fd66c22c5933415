"""Costs on a real network are those of networkx's path search over the same (sign, state) graph."""

from __future__ import annotations

import csv
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from kg.analysis.index import PathIndex
from kg.analysis.pathfinding import k_best_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICE = Path(__file__).resolve().parents[1] / "fixtures" / "networks" / "reactome_fi_slice.tsv"
PLUS, MINUS = {"activate", "catalyze", "expression", "phosphorylate"}, {"inhibit", "repression"}
N_PAIRS = 30
K = 8


def signed_steps(file: Path) -> Iterator[tuple[str, str, int]]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            kinds = set(row["interactionType"].split("|"))
            if row["source"] != row["target"] and kinds & (PLUS | MINUS):
                yield row["source"], row["target"], 1 if kinds & PLUS else -1


class RealNetwork:
    """A signed network at seeded costs, as a table and as networkx's product graph."""

    def __init__(self, file: Path) -> None:
        self.table = pd.DataFrame(list(signed_steps(file)), columns=["subject", "object", "sign"])
        self.units = np.random.default_rng(0).integers(1, 1_200_000, len(self.table))
        self.index = PathIndex.from_table(self.table.assign(cost=self.units / 1_000_000))
        self.product: nx.DiGraph[tuple[str, int]] = nx.DiGraph()
        rows = zip(self.table.subject, self.table.object, self.table.sign, self.units.tolist(), strict=True)
        for one, other, turn, cost in rows:
            for way in (1, -1):
                self.product.add_edge((one, way), (other, way * turn), cost=cost)

    def costs_of_networkx(self, source: str, target: str, sign: int, k: int) -> list[int]:
        walks = nx.shortest_simple_paths(self.product, (source, 1), (target, sign), weight="cost")
        paths = (walk for walk in walks if len({state for state, _ in walk}) == len(walk))
        try:
            return [sum(self.product.edges[step]["cost"] for step in pairwise(walk)) for walk in islice(paths, k)]
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return []

    def check(self, source: str, target: str, sign: int, k: int) -> int:
        """Compare both cost lists; how long they are."""
        ours = k_best_paths(self.index, source, target, k, sign=sign)
        found = [round(path.cost * 1_000_000) for path in ours]
        assert found == self.costs_of_networkx(source, target, sign, k), (source, target, sign)
        assert all(path.sign == sign for path in ours)
        return len(found)


@pytest.fixture(scope="module")
def network() -> RealNetwork:
    return RealNetwork(SLICE)


def test_costs_of_many_pairs_equal_networkx(network: RealNetwork) -> None:
    random = np.random.default_rng(11)
    genes = sorted({*network.table.subject, *network.table.object})
    lengths: list[int] = []
    while sum(length == K for length in lengths) < N_PAIRS:
        source, target = random.choice(genes, 2, replace=False).tolist()
        lengths.append(network.check(source, target, int(random.choice([1, -1])), K))
    assert min(lengths) == 0, "among the pairs are some that nothing joins"


def test_costs_on_the_whole_network_equal_networkx(shared_data: Path) -> None:
    whole = RealNetwork(shared_data / "relations" / "reactome_fi_edges.tsv")
    for source, target, wanted in (("CXCL8", "STAT3", 1), ("TGFB1", "BCL2", -1), ("EGFR", "MYC", 1)):
        assert whole.check(source, target, wanted, 8) == 8
