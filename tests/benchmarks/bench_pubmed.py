"""PubMed parsing beside its peers, in one run, with ratios.

    python tests/benchmarks/bench_pubmed.py [FILE.xml.gz] [--repeat N]

Every variant reads the same file in a process of its own; reported are CPU seconds (best of N),
records per CPU second, and peak memory. Peers that are not installed are left out. The default
file is pubmed21n1298.xml.gz: 20,788 records, 20,783 PMIDs, 20 deletions.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT = (
    Path(os.environ.get("EXIL8_SHARED_DATA", REPOSITORY.parent / "shared" / "data")) / "pubmed" / "pubmed21n1298.xml.gz"
)

VARIANTS = {
    "expat floor": """
import gzip
from xml.parsers import expat
parser = expat.ParserCreate()
n = 0
with gzip.open(path, "rb") as stream:
    while chunk := stream.read(1 << 16):
        n += chunk.count(b"</PubmedArticle>")
        parser.Parse(chunk)
""",
    "exil8": """
from kg.sources.pubmed import Article, parse_file
pmids, n, deleted = set(), 0, 0
for record in parse_file(path):
    if isinstance(record, Article):
        n += 1
        pmids.add(record.pmid)
    else:
        deleted += 1
facts = {"pmids": len(pmids), "deleted": deleted}
""",
    "exil8 to JSON lines": """
import tempfile
from pathlib import Path
from kg.sources.pubmed.bulk import read_files
with tempfile.TemporaryDirectory() as folder:
    report = read_files([path], jsonl=Path(folder) / "out.jsonl", processes=1)
n = report.files[0].records
""",
    "pubmed_parser": """
import pubmed_parser
n = sum(not r["delete"] for r in pubmed_parser.parse_medline_xml(path, author_list=True, reference_list=True))
""",
    "Biopython Entrez.read": """
import gzip
from Bio import Entrez
with gzip.open(path, "rb") as stream:
    n = len(Entrez.read(stream)["PubmedArticle"])
""",
}

FRAME = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
path, facts = sys.argv[1], {{}}
before = time.process_time()
{body}
cpu = time.process_time() - before
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({{"records": n, "cpu": cpu, "rss": rss, **facts}}))
"""


def run(body: str, file: Path) -> dict[str, float] | None:
    """Run a variant in a process of its own; None where its library is missing."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", FRAME.format(body=body), str(file)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if "ModuleNotFoundError" in done.stderr:
        return None
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def two_against_one(file: Path) -> float:
    """How many times faster two copies of the file are read by two processes than by one."""
    from kg.sources.pubmed.bulk import read_files

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies = [folder / f"pubmed21n{number}.xml.gz" for number in (1298, 1299)]
        for copy in copies:
            copy.symlink_to(file.resolve())
        times = []
        for processes in (1, 2):
            begun = time.perf_counter()
            read_files(copies, jsonl=folder / f"{processes}.jsonl", processes=processes)
            times.append(time.perf_counter() - begun)
    return times[0] / times[1]


def main() -> None:
    """Run all variants and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", nargs="?", type=Path, default=DEFAULT)
    arguments.add_argument("--repeat", type=int, default=3)
    chosen = arguments.parse_args()
    best: dict[str, dict[str, float]] = {}
    for _ in range(chosen.repeat):  # interleaved, so that a busy moment of the machine hits all alike
        for name, body in VARIANTS.items():
            found = run(body, chosen.file)
            if found is not None and found["cpu"] < best.get(name, {"cpu": float("inf")})["cpu"]:
                best[name] = found
    ours = best["exil8"]
    sys.stdout.write(f"{'variant':24}{'CPU s':>8}{'records/CPU s':>15}{'peak MB':>9}{'ours is':>9}\n")
    for name, found in best.items():
        ratio = found["cpu"] / ours["cpu"]
        rate = found["records"] / found["cpu"]
        sys.stdout.write(f"{name:24}{found['cpu']:8.2f}{rate:15,.0f}{found['rss']:9.0f}{ratio:8.2f}x\n")
    sys.stdout.write(f"counts: {ours['records']:,} records, {ours['pmids']:,} PMIDs, {ours['deleted']} deletions\n")
    sys.stdout.write(f"two processes against one: {two_against_one(chosen.file):.2f}x\n")


if __name__ == "__main__":
    main()
