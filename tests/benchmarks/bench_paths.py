"""Path search beside networkx, igraph, scipy and INDRA on the same graphs, in one run.

Every engine gets the same product graph (state, sign) and is asked for the same pairs. networkx and INDRA yield lazily,
so they run until they have k paths that keep the rules (distinct states, one sign an entity); igraph and scipy are
asked for k walks of the product graph without those rules, which is less work. Costs are compared with networkx's.

After them: a relations table of 1M rows to an index beside networkx's MultiDiGraph of the same rows, memory a step in a
process of its own, and random networks for p-values.

    python tests/benchmarks/bench_paths.py            # the real network, if at hand, and 100k and 1M synthetic steps
    python tests/benchmarks/bench_paths.py --full     # also 10M steps, and all 1,000 random networks
    python tests/benchmarks/bench_paths.py --smoke    # under 30 s: asserts equality and a ratio
    python tests/benchmarks/bench_paths.py --steps 1e7 --peers none

INDRA's path finder needs little of INDRA: python -m pip install --no-deps indra. Where numba is (``[speed]``), ours is
timed with it and without.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import os
import sys
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, pairwise
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csgraph, csr_array

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from kg.analysis import rows  # noqa: E402
from kg.analysis.bounded_distances import NEAR_TIMES  # noqa: E402
from kg.analysis.index import PathIndex  # noqa: E402
from kg.analysis.permutations import null_counts  # noqa: E402
from kg.analysis.remaining import Question  # noqa: E402
from kg.analysis.shuffle import Slots  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Result = TypeVar("Result")
TABLE_ROWS = 1_000_000
NULLS, NULLS_SAMPLED, NULL_SOURCES = 1_000, 20, 20
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


def ask(
    index: PathIndex, pairs: list[tuple[int, list[int]]], k: int, kernel: Callable[..., rows.Row] | None
) -> tuple[list[list[float]], dict[tuple[int, int], list[float]]]:
    """Milliseconds by place of the source among those of one target, and the costs found; nothing kept before."""
    set_kernel(kernel)
    for warm_up in (True, False):  # compiling is not what is measured
        index._kept.clear()
        index._asked.clear()
        if warm_up:
            index.k_best([pairs[0][1][0]], [pairs[0][0]], 1, sign=1)
    times: list[list[float]] = [[] for _ in range(SOURCES)]
    ours: dict[tuple[int, int], list[float]] = {}
    for target, sources in pairs:
        for place, source in enumerate(sources):
            spent, result = timed(partial(index.k_best, [source], [target], k, sign=1))
            times[place].append(spent * 1000)
            ours[source, target] = [round(path.cost, 6) for path in result.paths]
    return times, ours


def set_kernel(kernel: Callable[..., rows.Row] | None) -> None:
    """Let searches use the compiled loop, or none, whatever the size of the index."""
    setattr(rows, "compiled", lambda: kernel)  # noqa: B010 - mypy: another kind of callable
    rows.FROM_STEPS = 0


def table_of(steps: Steps) -> pd.DataFrame:
    """The steps as a table of relations with names, sites, polarity and belief."""
    random = np.random.default_rng(3)
    entity = np.array([f"HGNC:{number}" for number in range(len(steps.entity))], dtype=object)
    site = np.array(["extracellular", "bm_stromal_cell", "cml_cell", "organism"], dtype=object)
    place = random.integers(0, len(site), len(steps.entity))
    return pd.DataFrame({
        "subject": entity[steps.entity[steps.src]], "subject_site": site[place[steps.src]],
        "object": entity[steps.entity[steps.dst]], "object_site": site[place[steps.dst]],
        "polarity": np.where(steps.sign > 0, "+", "-").astype(object), "belief": np.exp(-steps.cost),
    })  # fmt: skip


def from_table(steps: Steps) -> dict[str, Any]:
    """A relations table to an index, beside networkx's MultiDiGraph of the same rows."""
    table = table_of(steps)
    PathIndex.from_table(table.head(1000))
    ours = min(timed(partial(PathIndex.from_table, table))[0] for _ in range(3))
    theirs, _ = timed(partial(multidigraph, table))
    return {"table": f"{len(table):,} rows", "index_s": round(ours, 3), "networkx_s": round(theirs, 3),
            "share_of_networkx": round(ours / theirs, 4)}  # fmt: skip


def multidigraph(table: pd.DataFrame) -> nx.MultiDiGraph[tuple[str, str]]:
    """The plain way from rows to networkx."""
    graph: nx.MultiDiGraph[tuple[str, str]] = nx.MultiDiGraph()
    graph.add_edges_from(
        ((subject, at), (object_, there), {"polarity": polarity, "belief": belief})
        for subject, at, object_, there, polarity, belief in table.itertuples(index=False, name=None)
    )
    return graph


def resident() -> int:
    """Bytes this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def memory(n_steps: int) -> dict[str, Any]:
    """Growth of the process by an index and one signed question to it, a step; run it in a process of its own."""
    steps = synthetic(n_steps)
    PathIndex.from_arrays(2, [0, 1], [0], [1], [1], [0.5]).k_best([0], [1], 1, sign=1)
    rows.compiled()  # numba itself is no part of an index
    gc.collect()
    before = resident()
    index = steps.index()
    index.remaining(Question((int(steps.dst[0]),), 1))
    gc.collect()
    return {"memory": steps.name, "resident_bytes_a_step": round((resident() - before) / len(steps.src), 1)}


def nulls(steps: Steps, n: int) -> dict[str, Any]:
    """Random networks, within two strata of sign: seconds for n, and what 1,000 would take at that rate."""
    slots = Slots.of(len(steps.entity), steps.src, steps.dst, steps.sign, steps.cost, steps.sign > 0)
    random = np.random.default_rng(5)
    groups = [np.array([state]) for state in random.choice(steps.src, NULL_SOURCES, replace=False)]
    target = np.array([random.choice(steps.dst)], dtype=np.int32)
    spent, _ = timed(partial(null_counts, slots, groups, target, sign=1, n=n, workers=os.cpu_count() or 1))
    return {"nulls": steps.name, "sources": NULL_SOURCES, "workers": os.cpu_count() or 1, "n": n,
            "seconds": round(spent, 1), f"projected_s_for_{NULLS}": round(spent * NULLS / n, 1)}  # fmt: skip


def measure(steps: Steps, peers: list[str], n_pairs: int, k: int) -> Iterator[dict[str, Any]]:
    """One record an engine: seconds to build, median milliseconds a pair, how much faster ours is."""
    seconds, index = timed(steps.index)
    pairs = pairs_of(steps, index, n_pairs, k)
    records: list[dict[str, Any]] = []
    for kernel in (None, rows.compiled()):
        if kernel is None and records:
            break
        times, ours = ask(index, pairs, k, kernel)
        records.append({
            "graph": steps.name,
            "engine": "exil8" if kernel is None else "exil8 with numba",
            "build_s": round(seconds, 3),
            "cold_ms": round(median(times[0]), 2),
            "filling_ms": round(median(times[NEAR_TIMES]), 2),
            "kept_ms": round(median(chain(*times[NEAR_TIMES + 1 :])), 2),
            "bytes_a_step": round(bytes_of(index) / len(steps.src), 1),
        })  # fmt: skip
        yield records[-1]
    asked = [(sources[0], target) for target, sources in pairs]
    for name in peers:
        yield beside(name, Product(steps), asked, k, ours, records)


def beside(
    name: str,
    product: Product,
    asked: list[tuple[int, int]],
    k: int,
    ours: dict[tuple[int, int], list[float]],
    records: list[dict[str, Any]],
) -> dict[str, Any]:
    """Time a peer on the pairs; where it keeps the rules, its costs must be ours."""
    try:
        seconds, engine = timed(partial(PEERS[name], product))
    except ImportError as error:
        return {"graph": records[0]["graph"], "engine": name, "skipped": str(error)}
    price = _prices(product)
    times = []
    for source, target in asked:
        spent, walks = timed(partial(engine, source, target, k))
        times.append(spent * 1000)
        if name in {"networkx", "indra"}:
            theirs = [round(sum(price(*step) for step in pairwise(walk)), 6) for walk in walks]
            assert theirs == ours[source, target], f"costs differ from {name}'s: {source} -> {target}"
    found = {"graph": records[0]["graph"], "engine": name, "build_s": round(seconds, 3),
             "cold_ms": round(median(times), 2)}  # fmt: skip
    for record in records:
        for state in ("cold", "kept"):
            found[f"{record['engine']} is faster, {state}"] = round(median(times) / record[f"{state}_ms"], 1)
    return found


def _prices(product: Product) -> Callable[[int, int], float]:
    order = np.argsort(product.src * 2 * product.n + product.dst)
    label = (product.src * 2 * product.n + product.dst)[order]
    return lambda a, b: float(product.cost[order[np.searchsorted(label, a * 2 * product.n + b)]])


def smoke() -> None:
    """Small and quick: equal costs, and at least 20 times faster than networkx."""
    records = list(measure(synthetic(50_000), ["networkx"], n_pairs=2, k=20))
    records += [from_table(synthetic(50_000)), nulls(synthetic(50_000), 2)]
    say(records)
    assert records[-3]["exil8 is faster, cold"] > 20, records
    assert records[0]["bytes_a_step"] <= 70, records
    assert records[-2]["share_of_networkx"] < 0.5, records


def say(records: Iterable[dict[str, Any]]) -> None:
    """One JSON record a line."""
    for record in records:
        sys.stdout.write(json.dumps(record) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Run what the arguments ask for; one JSON record a line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--full", action="store_true", help="10M steps and 1,000 random networks as well")
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
        say(measure(graph(), peers, options.pairs, options.k))
    if options.steps is None:
        million = synthetic(TABLE_ROWS)
        say([from_table(million)])
        with get_context("spawn").Pool(1) as pool:
            say([pool.apply(memory, (TABLE_ROWS,))])
        say([nulls(million, NULLS if options.full else NULLS_SAMPLED)])
    if options.full:
        say(measure(synthetic(10_000_000), [], options.pairs, options.k))


if __name__ == "__main__":
    main()
