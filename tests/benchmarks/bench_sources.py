"""Readers, and builds from what they give: rows a CPU second, peak memory, and the build of a large graph.

    python tests/benchmarks/bench_sources.py            # real files, if at hand; else generated ones
    python tests/benchmarks/bench_sources.py --smoke    # under 30 s: flat memory, equal bytes
    python tests/benchmarks/bench_sources.py --large    # only the build of 100,000 relations, twice

Every measurement runs in a process of its own and is a JSON record a line. A reader is measured twice: on its file, and
on the same rows five times over, for its memory. Times are CPU seconds, all threads together, since a
machine that does other things as well says little in seconds of the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

REPOSITORY = Path(__file__).resolve().parents[2]
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHARED = Path(os.environ.get("EXIL8_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
TABLES = ("hgnc_entries.tsv.gz", "mirbase.tsv", "famplex_relations.csv", "famplex_equivalences.csv")
"""Tables of identifiers that ground the large graph."""

REAL = {
    "biogrid": "biogrid_edges.tsv",
    "civic": "civic_evidence.tsv",
    "go_cargo": "go_exosome_cargo.tsv",
    "mitab": "mitab/bantscheff.txt",
    "omnipath": "omnipath_ligrec_full.tsv",
    "reactome_fi": "reactome_fi_edges.tsv",
    "signor": "signor_edges.tsv",
}
LARGE = ("omnipath", "reactome_fi", "biogrid", "signor")
"""Sources of the large graph."""

READ = """
import json, resource, sys, time
from pathlib import Path
from kg import sources
from kg.sources.identifier_tables import default_identifiers
name, path = sys.argv[1:]
source = sources.load(name)
default_identifiers()
before = time.process_time()
counts = {"records": 0, "refused": 0}
for record in source.read(Path(path)):
    counts["records"] += 1
    counts["refused"] += type(record).__name__ == "Refusal"
cpu = time.process_time() - before
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"cpu_s": round(cpu, 3), "peak_mb": round(rss, 1), **counts}))
"""

BUILD = """
import hashlib, json, resource, sys, time
from pathlib import Path
begun = time.perf_counter()
from kg import pipeline, profile
inputs = [(name, Path(path)) for name, path in json.loads(sys.argv[2])] or None
store = pipeline.build(Path(sys.argv[1]), profile.load(), inputs=inputs)
wall, usage = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
counts = {name: store.manifest["counts"][name] for name in ("relations", "evidence", "refused")}
digest = hashlib.sha256()
for line in sorted(map(str, store.quads())):
    digest.update(line.encode() + b"\\n")
print(json.dumps({
    "wall_s": round(wall, 1), "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
    "peak_mb": round(usage.ru_maxrss / 1024), **counts, "quads": len(store), "sha256": digest.hexdigest(),
}))
"""


@dataclass(frozen=True)
class Sample:
    """A file of a source; ``header`` lines at its head are not rows."""

    source: str
    path: Path
    header: int = 1


def in_process(body: str, *arguments: str, identifiers: Sequence[Path] = ()) -> dict[str, Any]:
    """Run a measurement in a process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "EXIL8_IDENTIFIERS": os.pathsep.join(map(str, identifiers)),
    }
    done = subprocess.run(
        [sys.executable, "-c", body, *arguments], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def times_over(sample: Sample, times: int, folder: Path) -> tuple[Path, int]:
    """Write the rows of a file several times over, in a folder of its own; gives their number as well.

    Line by line: a process that is started begins with the peak memory of the one that starts it.
    """
    place = folder / f"{sample.source}-{times}"
    place.mkdir()
    written = 0
    with (place / sample.path.name).open("wb") as out:
        for again in range(times):
            with sample.path.open("rb") as lines:
                head = [next(lines) for _ in range(sample.header)]
                out.writelines(head if again == 0 else ())
                for line in lines:
                    out.write(line)
                    written += 1
    return place / sample.path.name, written


def _rows(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


def read_rate(sample: Sample, folder: Path, identifiers: Sequence[Path]) -> dict[str, Any]:
    """Rows a CPU second of a reader, and its peak memory on the file and on five times its rows."""
    once, rows = times_over(sample, max(1, 60_000 // _rows(sample.path)), folder)
    five, more = times_over(Sample(sample.source, once, sample.header), 5, folder / "five")
    first = in_process(READ, sample.source, str(once), identifiers=identifiers)
    second = in_process(READ, sample.source, str(five), identifiers=identifiers)
    return {
        "reader": sample.source,
        "rows": rows,
        "rows_a_cpu_s": round(max(rows / first["cpu_s"], more / second["cpu_s"])),
        "records_refused": first["refused"],
        "peak_mb": first["peak_mb"],
        "peak_mb_of_five": second["peak_mb"],
    }


def real_samples(folder: Path) -> list[Sample]:
    """The real files, those that are there."""
    found = [Sample(name, folder / "relations" / file) for name, file in REAL.items()]
    return [sample for sample in found if sample.path.is_file()]


def generated_samples(folder: Path, rows: int) -> list[Sample]:
    """Edge tables over the genes of the shipped table of identifiers."""
    table = REPOSITORY / "kg" / "sources" / "mappings" / "identifiers.tsv"
    genes = [line.split("\t")[1] for line in table.read_text("utf-8").splitlines() if line.startswith("HGNC:")]
    words = {"biogrid": "phosphorylation", "reactome_fi": "activate", "signor": "inhibit"}
    return [Sample(name, _edges(folder / f"{name}.tsv", genes, word, rows)) for name, word in words.items()]


def _edges(path: Path, genes: Sequence[str], word: str, rows: int) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.write("source\ttarget\tinteractionType\tdatabaseSource\tpubmedId\n")
        for row in range(rows):
            one, other = genes[row % len(genes)], genes[(row // len(genes) + row + 1) % len(genes)]
            out.write(f"{one}\t{other}\t{word}\tgenerated\t{1000 + row % 997}\n")
    return path


def built(name: str, folder: Path, samples: Sequence[Sample], identifiers: Sequence[Path] = ()) -> dict[str, Any]:
    """Build a graph twice; the two must have the same sorted quads."""
    inputs = json.dumps([(sample.source, str(sample.path)) for sample in samples])
    first, second = (
        in_process(BUILD, str(folder / f"{name}-{number}"), inputs, identifiers=identifiers) for number in (1, 2)
    )
    assert first.pop("sha256") == second["sha256"], f"two builds of {name} differ"
    cpu = min(first.pop("cpu_s"), second["cpu_s"])
    return {"build": name, **first, "cpu_s": cpu, "wall_s": min(first["wall_s"], second["wall_s"]), "same_twice": True}


def smoke(folder: Path) -> Iterator[dict[str, Any]]:
    """Small and quick: flat memory, and the same graph twice."""
    samples = generated_samples(folder, 20_000)
    record = read_rate(samples[0], folder, ())
    yield record
    assert record["records_refused"] == 0, record
    assert record["peak_mb_of_five"] < 1.1 * record["peak_mb"] + 5, record
    record = built("generated", folder, [Sample(s.source, _head(s.path, 2000)) for s in samples])
    yield record
    assert record["relations"] > 1000, record


def _head(path: Path, rows: int) -> Path:
    short = path.with_name(f"short-{path.name}")
    short.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[: rows + 1]), encoding="utf-8")
    return short


def whole(folder: Path, *, only_large: bool) -> Iterator[dict[str, Any]]:
    """All measurements."""
    tables = [path for name in TABLES if (path := SHARED / "ontologies" / name).is_file()]
    samples = real_samples(SHARED) or generated_samples(folder, 60_000)
    if not only_large:
        for sample in samples:
            yield read_rate(sample, folder, tables)
        yield built("default", folder, [])
    yield built("large", folder, [sample for sample in samples if sample.source in LARGE], tables)


def main() -> None:
    """Run what the arguments ask for; one JSON record a line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "five").mkdir()
        for record in smoke(folder) if options.smoke else whole(folder, only_large=options.large):
            sys.stdout.write(json.dumps(record) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
