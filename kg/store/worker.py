"""A process of its own for queries from outside, so that one that runs too long can be killed.

Protocol on the pipes: a request is the length of the query (8 bytes) and the query; a reply is one byte
(``+`` or ``-``), the length (8 bytes), and the result or the message of the error.
"""

from __future__ import annotations

import contextlib
import os
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

_LENGTH = struct.Struct(">Q")


class QueryWorker:
    """Runs queries over one finished graph in a process that is killed at the time limit."""

    def __init__(self, triples: Path) -> None:
        self._triples = triples
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def run(self, query: str, *, seconds: float) -> bytes:
        """Serialised result of a query that the guard has let through.

        Raises
        ------
        QueryError
            The engine refuses the query, or it did not end within ``seconds``.
        """
        with self._lock:
            process = self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            data = query.encode()
            deadline = time.monotonic() + seconds
            try:
                process.stdin.write(_LENGTH.pack(len(data)) + data)
                process.stdin.flush()
                head = self._read(process.stdout, 1 + _LENGTH.size, deadline)
                body = self._read(process.stdout, _LENGTH.unpack(head[1:])[0], deadline)
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
        if head[:1] == b"-":
            raise QueryError(body.decode())
        return body

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "kg.store.worker", str(self._triples)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._process

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


def evaluate(store: ox.Store, query: str) -> tuple[str, bytes]:
    """Run a query in this process.

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
        result = store.query(query, use_default_graph_as_union=True)
        if isinstance(result, ox.QueryTriples):
            return "construct", bytes(result.serialize(format=ox.RdfFormat.N_TRIPLES) or b"")
        form = "ask" if isinstance(result, ox.QueryBoolean) else "select"
        return form, bytes(result.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        raise QueryError(f"the query is refused by the engine: {str(error).splitlines()[0]}") from None


def _serve(triples: str) -> None:
    import pyoxigraph as ox

    store = ox.Store.read_only(triples)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(_LENGTH.size)) == _LENGTH.size:
        query = source.read(_LENGTH.unpack(head)[0]).decode()
        try:
            mark, body = b"+", evaluate(store, query)[1]
        except QueryError as error:
            mark, body = b"-", str(error).encode()
        sink.write(mark + _LENGTH.pack(len(body)) + body)
        sink.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        _serve(sys.argv[1])
