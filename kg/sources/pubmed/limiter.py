"""Spacing between requests, shared by threads and by processes.

NCBI allows 3 requests a second (10 with a key) and punishes bursts, so this is no bucket that
refills: each request takes the next free moment, a fixed distance after the one before. The moment
is kept in a small file under a lock, so that several processes on one machine keep the distance too.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RATE = 2.9
RATE_WITH_KEY = 9.5
_STALE = 60.0  # a moment further ahead than this is left over from before a restart


class Spacing:
    """Hands out moments at a fixed distance.

    Parameters
    ----------
    rate
        Requests a second; a little under the allowed number leaves room for the way to the server.
    path
        File that processes share; None keeps the moment in this object alone.

    Examples
    --------
    >>> moments = iter([0.0, 0.1, 5.0])
    >>> waits = []
    >>> spacing = Spacing(rate=2.0, clock=lambda: next(moments), sleep=waits.append)
    >>> for _ in range(3): spacing.wait()
    >>> waits
    [0.4]
    """

    def __init__(
        self,
        *,
        rate: float = RATE,
        path: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._distance = 1.0 / rate
        self._path, self._clock, self._sleep = path, clock, sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Wait until the next free moment, and take it."""
        with self._lock, self._shared() as file:
            now = self._clock()
            ready = self._next if file is None else _read(file)
            if ready > now + _STALE:
                ready = now
            moment = max(now, ready)
            self._next = moment + self._distance
            if file is not None:
                _write(file, self._next)
        if moment > now:
            self._sleep(round(moment - now, 6))

    @contextlib.contextmanager
    def _shared(self) -> Iterator[IO[str] | None]:
        if self._path is None:
            yield None
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+", encoding="ascii") as file:
            _lock(file)
            try:
                yield file
            finally:
                _unlock(file)


def _read(file: IO[str]) -> float:
    file.seek(0)
    try:
        return float(file.read() or 0.0)
    except ValueError:
        return 0.0


def _write(file: IO[str], moment: float) -> None:
    file.seek(0)
    file.truncate()
    file.write(repr(moment))
    file.flush()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def _unlock(file: IO[str]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
