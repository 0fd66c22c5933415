"""A process of its own for queries from outside, so that one that runs too long can be killed.

Protocol on the pipes: the process says that it has opened the graph by a first reply; then a request is
one byte (1 where the query names its graphs), the length of the query (8 bytes) and the query, a reply one
byte (``+`` or ``-``), the length (8 bytes), and the result or the message of the error.

The process has no network where the system lets it give that up, cannot take more than its share of
memory, and ends when its parent does: whatever slips past the guard finds no way out.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import struct
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING

from kg.errors import QueryError

if TYPE_CHECKING:
    from pathlib import Path

    import pyoxigraph as ox

_LENGTH, _REQUEST = struct.Struct(">Q"), struct.Struct(">?Q")
_OPENING_SECONDS = 60.0
_MEMORY_BYTES = 2 << 30
"""What a query may take at least; half of the machine's memory where that is more."""
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET of Linux


class QueryWorker:
    """Runs queries over one finished graph in a process that is killed at the time limit."""

    def __init__(self, triples: Path) -> None:
        self._triples = triples
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def run(self, query: str, *, seconds: float, names_graphs: bool = False) -> bytes:
        """Serialised result of a query that the guard has let through; ``names_graphs`` as in `evaluate`.

        Raises
        ------
        QueryError
            The engine refuses the query, or it did not end within ``seconds``.
        """
        with self._lock:
            try:
                mark, body = self._asked(query, seconds, names_graphs)
            except TimeoutError:
                self._kill()
                raise QueryError(
                    f"the query ran past its limit of {seconds:g} s and was stopped; narrow it, or raise --timeout"
                ) from None
            except (EOFError, BrokenPipeError):
                self._kill()
                raise QueryError("the query process died (out of memory?); narrow the query") from None
            except BaseException:
                self._kill()
                raise
        if mark == b"-":
            raise QueryError(body.decode())
        return body

    def _asked(self, query: str, seconds: float, names_graphs: bool) -> tuple[bytes, bytes]:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        data = query.encode(errors="replace")
        deadline = time.monotonic() + seconds
        process.stdin.write(_REQUEST.pack(names_graphs, len(data)) + data)
        process.stdin.flush()
        return self._reply(process.stdout, deadline)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._kill()
        # A traceback of this process is of no use to a person: what went wrong is told from here.
        command = [sys.executable, "-m", "kg.store.worker", str(self._triples), str(os.getpid())]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._process = process
        assert process.stdout is not None
        mark, body = self._reply(process.stdout, time.monotonic() + _OPENING_SECONDS)
        if mark == b"-":
            raise QueryError(f"the query process cannot open the graph: {body.decode()}")
        return process

    def _reply(self, stream: IO[bytes], deadline: float) -> tuple[bytes, bytes]:
        head = self._read(stream, 1 + _LENGTH.size, deadline)
        return head[:1], self._read(stream, _LENGTH.unpack(head[1:])[0], deadline)

    @staticmethod
    def _read(stream: IO[bytes], size: int, deadline: float) -> bytes:
        handle, parts, missing = stream.fileno(), list[bytes](), size
        while missing:
            ready, _, _ = select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            part = os.read(handle, min(missing, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._kill()


def evaluate(store: ox.Store, query: str, *, names_graphs: bool = False) -> tuple[str, bytes]:
    """Run a query in this process.

    Parameters
    ----------
    names_graphs
        Whether the query says by FROM which graphs it reads: the engine would read the union all the same.

    Returns
    -------
    tuple
        The form (``select``, ``ask``, or ``construct`` for anything that gives triples), and the result
        as SPARQL JSON or N-Triples.

    Raises
    ------
    QueryError
        The engine refuses it.
    """
    import pyoxigraph as ox

    try:
        result = store.query(query, use_default_graph_as_union=not names_graphs)
        if isinstance(result, ox.QueryTriples):
            return "construct", bytes(result.serialize(format=ox.RdfFormat.N_TRIPLES) or b"")
        form = "ask" if isinstance(result, ox.QueryBoolean) else "select"
        return form, bytes(result.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        raise QueryError(f"the query is refused by the engine: {str(error).splitlines()[0]}") from None


def _serve(triples: str) -> None:
    import pyoxigraph as ox

    source, sink = sys.stdin.buffer, sys.stdout.buffer

    def reply(mark: bytes, body: bytes) -> None:
        sink.write(mark + _LENGTH.pack(len(body)) + body)
        sink.flush()

    try:
        store = ox.Store.read_only(triples)
    except (OSError, RuntimeError, ValueError) as error:
        reply(b"-", str(error).encode())
        return
    reply(b"+", b"")
    while len(head := source.read(_REQUEST.size)) == _REQUEST.size:
        names_graphs, size = _REQUEST.unpack(head)
        query = source.read(size).decode()
        try:
            mark, body = b"+", evaluate(store, query, names_graphs=names_graphs)[1]
        except QueryError as error:
            mark, body = b"-", str(error).encode()
        reply(mark, body)


def _give_up_network() -> None:
    """Leave the network behind, where the system is Linux and allows it (no error elsewhere)."""
    with contextlib.suppress(OSError, AttributeError):
        unshare = ctypes.CDLL(None).unshare
        if unshare(_NEW_NETWORK) != 0:
            unshare(_NEW_USER | _NEW_NETWORK)


def _limit_memory() -> None:
    with contextlib.suppress(OSError, ValueError):
        half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (max(_MEMORY_BYTES, half), hard))


def _end_with(parent: int) -> None:
    """End this process soon after its parent, even in the middle of a query (the engine lets threads run)."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


if __name__ == "__main__":
    _give_up_network()  # before any thread starts: a user namespace cannot be made after
    _limit_memory()
    threading.Thread(target=_end_with, args=(int(sys.argv[2]),), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        _serve(sys.argv[1])
