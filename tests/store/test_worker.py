"""Queries run in a process that can be killed: at the time limit, by the system, or with its parent."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.errors import QueryError
from kg.store.local import LocalStore
from kg.store.worker import QueryWorker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph import KnowledgeGraph

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
QUICK = "ASK { ?s ?p ?o }"


@pytest.fixture(scope="module")
def store(shipped: KnowledgeGraph) -> Iterator[LocalStore]:
    opened = LocalStore(shipped.store.place.root)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def worker(shipped: KnowledgeGraph) -> Iterator[QueryWorker]:
    made = QueryWorker(shipped.store.place.triples)
    yield made
    made.close()


def process_of(worker: QueryWorker) -> subprocess.Popen[bytes]:
    process = worker._process
    assert process is not None
    return process


def gone(pid: int) -> bool:
    """Whether a process ends within five seconds (a zombie has ended)."""
    for _ in range(100):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text():
                time.sleep(0.05)
                continue
        return True
    return False


def test_a_query_past_its_limit_is_killed_and_the_next_is_answered(store: LocalStore) -> None:
    assert store.query(QUICK).rows()[1] == [[True]]
    process, start = process_of(store._worker), time.monotonic()
    with pytest.raises(QueryError, match=r"ran past its limit of 0\.3 s") as caught:
        store.query(ENDLESS, seconds=0.3)
    assert time.monotonic() - start < 5.0
    assert caught.value.exit_status == 6
    assert process.poll() == -signal.SIGKILL
    assert store.query(QUICK).rows()[1] == [[True]]


def test_an_error_of_the_engine_leaves_the_process_as_it_is(worker: QueryWorker) -> None:
    worker.run(QUICK, seconds=30)
    process = process_of(worker)
    with pytest.raises(QueryError, match="refused by the engine"):
        worker.run("SELECT nonsense", seconds=30)
    assert worker.run(QUICK, seconds=30) == b'{"head":{},"boolean":true}'
    assert process_of(worker) is process


def test_a_process_that_the_system_kills_is_told_and_replaced(worker: QueryWorker) -> None:
    worker.run(QUICK, seconds=30)
    process = process_of(worker)
    timer = threading.Timer(0.3, process.kill)
    timer.start()
    with pytest.raises(QueryError, match="process died"):
        worker.run(ENDLESS, seconds=30)
    timer.join()
    assert worker.run(QUICK, seconds=30)
    process_of(worker).kill()
    process_of(worker).wait()
    assert worker.run(QUICK, seconds=30)  # one that died between two queries is no error


def test_an_interrupted_query_leaves_no_process(worker: QueryWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    worker.run(QUICK, seconds=30)
    process = process_of(worker)

    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(QueryWorker, "_read", staticmethod(interrupted))
        with pytest.raises(KeyboardInterrupt):
            worker.run(ENDLESS, seconds=30)
    assert process.poll() is not None
    assert worker.run(QUICK, seconds=30)


def test_threads_take_turns_and_each_gets_its_own_answer(worker: QueryWorker) -> None:
    found: dict[int, bytes] = {}

    def ask(number: int) -> None:
        found[number] = worker.run(f"SELECT ?x {{ VALUES ?x {{ {number} }} }}", seconds=30)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f'"{number}"'.encode() in body for number, body in found.items())
    assert len(found) == 8


def test_large_queries_and_large_answers_go_through_the_pipes(worker: QueryWorker) -> None:
    values = " ".join(f'"{number}"' for number in range(50_000))
    body = worker.run(f"SELECT ?x {{ VALUES ?x {{ {values} }} }}", seconds=60)
    assert body.count(b'"value"') == 50_000


def test_text_beyond_ascii_comes_back(store: LocalStore) -> None:
    text = "Zoë – naïve NF-κB 🧬"
    assert store.query(f'SELECT ?x {{ VALUES ?x {{ "{text}" }} }}').rows()[1] == [[text]]


def test_closing_ends_the_process_and_may_be_done_twice(shipped: KnowledgeGraph) -> None:
    store = LocalStore(shipped.store.place.root)
    store.query(QUICK)
    process = process_of(store._worker)
    store.close()
    store.close()
    assert process.poll() is not None


def test_a_folder_that_is_no_graph_is_told(tmp_path: Path) -> None:
    worker = QueryWorker(tmp_path / "nowhere")
    with pytest.raises(QueryError, match="the query process cannot open the graph"):
        worker.run(QUICK, seconds=30)
    worker.close()


ORPHAN = """
import os, sys, threading
from pathlib import Path
from kg.errors import QueryError
from kg.store.worker import QueryWorker
worker = QueryWorker(Path(sys.argv[1]))
worker.run(sys.argv[2], seconds=30)
print(worker._process.pid, flush=True)
worker.run(sys.argv[3], seconds=30)
"""


def test_the_process_ends_with_its_parent_even_in_the_middle_of_a_query(shipped: KnowledgeGraph) -> None:
    command = [sys.executable, "-c", ORPHAN, str(shipped.store.place.triples), QUICK, ENDLESS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.2)
        parent.kill()
    assert gone(child)


def test_the_process_may_not_take_all_memory(worker: QueryWorker) -> None:
    worker.run(QUICK, seconds=30)
    limits = Path(f"/proc/{process_of(worker).pid}/limits").read_text()
    address_space = next(line for line in limits.splitlines() if line.startswith("Max address space"))
    assert "unlimited" not in address_space.split("bytes")[0].split()[3]


@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare here")
def test_the_process_has_no_network_where_the_system_allows_that(worker: QueryWorker) -> None:
    worker.run(QUICK, seconds=30)
    theirs = Path(f"/proc/{process_of(worker).pid}/ns/net").readlink()
    allowed = subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, check=False).returncode == 0
    assert (theirs != Path(f"/proc/{os.getpid()}/ns/net").readlink()) or not allowed
