"""Spacing between requests, shared by threads and by processes.

NCBI allows 3 requests a second (10 with a key) and punishes bursts, so this is no bucket that
refills: each request takes the next free moment, a fixed distance after the one before. The moment
is kept in a small file under a lock, so that several processes on one machine keep the distance too:
one file for each user and service, whatever command or graph the process works for.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_log = logging.getLogger(__name__)
RATE = 2.75  # four requests take 1.09 s: a jitter of 90 ms on the way brings none of them over three a second
RATE_WITH_KEY = 9.5
_STALE = 60.0  # a moment further ahead than this is left over from before a restart


def shared_file(url: str) -> Path:
    """The file through which all processes of a user space their requests to a service.

    It stands in ``$EXIL8_CACHE``, else in the user's cache folder, and is named after host and port.

    >>> shared_file("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/").name
    'eutils.ncbi.nlm.nih.gov.moment'
    """
    folder = os.environ.get("EXIL8_CACHE") or platformdirs.user_cache_dir("exil8", appauthor=False)
    return Path(folder) / f"{urlsplit(url).netloc.replace(':', '-')}.moment"


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
    >>> moments = iter([0.0, 0.1, 0.5, 5.0])
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
        """Wait until the next free moment, and take it.

        The lock is held while waiting: whoever comes next keeps the distance from when this one
        really went, which on a busy machine is later than planned.
        """
        with self._lock, self._shared() as file:
            now = self._clock()
            ready = self._next if file is None else _read(file)
            if now < ready <= now + _STALE:
                self._sleep(round(ready - now, 6))
                now = max(ready, self._clock())
            self._next = now + self._distance
            if file is not None:
                _write(file, self._next)

    @contextlib.contextmanager
    def _shared(self) -> Iterator[IO[str] | None]:
        file = None if self._path is None else self._opened(self._path)
        if file is None:
            yield None
            return
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed, or the process ends
            yield file

    def _opened(self, path: Path) -> IO[str] | None:
        """Open the file; where that is not allowed, this process keeps its distance by itself."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.open("a+", encoding="ascii")
        except OSError as error:
            reason = error.strerror or error
            _log.warning("%s cannot be written (%s): requests of other processes are not minded", path, reason)
            self._path = None
            return None


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
