"""Costs on a real network are those of networkx's path search over the same (sign, state) graph."""

from __future__ import annotations

import csv
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from kg.analysis.index import PathIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLUS, MINUS = {"activate", "catalyze", "expression", "phosphorylate"}, {"inhibit", "repression"}


def signed_steps(file: Path) -> Iterator[tuple[str, str, int]]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            kinds = set(row["interactionType"].split("|"))
            if row["source"] != row["target"] and kinds & (PLUS | MINUS):
                yield row["source"], row["target"], 1 if kinds & PLUS else -1


def test_reactome_costs_equal_networkx(shared_data: Path) -> None:
    steps = list(signed_steps(shared_data / "relations" / "reactome_fi_edges.tsv"))
    names = sorted({name for step in steps for name in step[:2]})
    number = {name: place for place, name in enumerate(names)}
    units = np.random.default_rng(0).integers(1, 1_200_000, len(steps))
    src, dst, sign = ([number[s] for s, _, _ in steps], [number[t] for _, t, _ in steps], [g for _, _, g in steps])
    index = PathIndex.from_arrays(len(names), range(len(names)), src, dst, sign, units / 1_000_000, key=names)
    product: nx.DiGraph[tuple[int, int]] = nx.DiGraph()
    for one, other, turn, cost in zip(src, dst, sign, units.tolist(), strict=True):
        for way in (1, -1):
            product.add_edge((one, way), (other, way * turn), cost=cost)
    for source, target, wanted in (("CXCL8", "STAT3", 1), ("TGFB1", "BCL2", -1), ("EGFR", "MYC", 1)):
        walks = nx.shortest_simple_paths(product, (number[source], 1), (number[target], wanted), weight="cost")
        paths = (walk for walk in walks if len({state for state, _ in walk}) == len(walk))
        theirs = [sum(product.edges[step]["cost"] for step in pairwise(walk)) for walk in islice(paths, 8)]
        ours = index.k_best([number[source]], [number[target]], 8, sign=wanted)
        assert [round(path.cost * 1_000_000) for path in ours.paths] == theirs
        assert all(path.sign == wanted for path in ours.paths)
