"""NLM's folders of bulk files, copied into a folder of one's own: checked, resumed, gaps named.

``baseline/`` holds the whole of PubMed as it was in December, ``updatefiles/`` what came since; their
numbers run on. Beside every file stands its MD5. A file is fetched as ``NAME.part``, gone on with where
an earlier run left off (Range), and gets its name when the checksum agrees: a file that has its name is
whole.
"""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

import requests
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from kg.errors import RemoteError, SourceError, StoreError
from kg.sources.pubmed.files import checksum, named, numbered, stated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

T = TypeVar("T")
BASE_URL = "https://ftp.ncbi.nlm.nih.gov/pubmed/"
_LINK = re.compile(r'href="(pubmed\d\dn\d{4,6}\.xml\.gz)"')
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_STRIDE = 1 << 20  # an attempt that brought so much was worth it: the count of tries begins anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to talk to the file server.

    Parameters
    ----------
    connect, read
        Seconds to wait for a connection, and for the next byte.
    slowest
        Bytes a second under which an attempt is given up, once ``read`` seconds have passed.
    tries
        Attempts that bring nothing before a file counts as failed.
    backoff
        Seconds before the first repetition; doubled each time, with a random part.
    retry_after
        The longest wait taken from a Retry-After header.
    """

    base_url: str = BASE_URL
    tool: str = "exil8"
    connect: float = 10.0
    read: float = 60.0
    slowest: float = 1000.0
    tries: int = 5
    backoff: float = 1.0
    retry_after: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorReport:
    """What became of a run.

    Parameters
    ----------
    fetched, present
        Names of files that came, and of those that stood in the folder already.
    missing
        Names the numbers ask for and the server does not have (yet).
    failed
        Name to the reason why a file could not be had.
    """

    fetched: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)


def mirror(
    folder: Path | str,
    *,
    updates: bool = False,
    first: int | None = None,
    last: int | None = None,
    settings: Settings | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> MirrorReport:
    """Fetch the bulk files that a folder lacks, one after another.

    Parameters
    ----------
    updates
        The update files instead of the baseline.
    first, last
        Numbers of the first and last file wanted; by default all the server has.
    progress
        Called with the files done and the files wanted.

    Raises
    ------
    RemoteError
        The server does not list its files. What is wrong with one file stands in the report.
    StoreError
        The folder cannot be written.
    """
    chosen, place = settings or Settings(), Path(folder)
    url = chosen.base_url + ("updatefiles/" if updates else "baseline/")
    try:
        place.mkdir(parents=True, exist_ok=True)
        with _Server(chosen) as server:
            there = server.ask(url, _listed)
            wanted = expected(there, first=first or (None if updates else 1), last=last)
            return _bring_all(server, url, place, [n for n in wanted if n in there], wanted, progress)
    except OSError as error:
        raise StoreError(f"{place}: cannot be written: {error.strerror or error}") from error


def expected(there: list[str], *, first: int | None, last: int | None) -> list[str]:
    """Names from one number to another, by default those of the first and last file of the newest edition.

    >>> expected(["pubmed26n1335.xml.gz", "pubmed26n1337.xml.gz"], first=None, last=None)
    ['pubmed26n1335.xml.gz', 'pubmed26n1336.xml.gz', 'pubmed26n1337.xml.gz']
    """
    places = [place for name in there if (place := numbered(name))]
    edition = max(edition for edition, _ in places)
    numbers = [number for of, number in places if of == edition]
    low, high = first or min(numbers), last or max(numbers)
    return [named(edition, number) for number in range(low, high + 1)]


def _bring_all(
    server: _Server,
    url: str,
    folder: Path,
    names: list[str],
    wanted: list[str],
    progress: Callable[[int, int | None], None] | None,
) -> MirrorReport:
    fetched, present, failed = list[str](), list[str](), dict[str, str]()
    for number, name in enumerate(names, start=1):
        try:
            (fetched if _bring(server, url, folder, name) else present).append(name)
        except (RemoteError, SourceError) as error:
            failed[name] = str(error)
        if progress is not None:
            progress(number, len(names))
    missing = tuple(name for name in wanted if name not in set(names))
    return MirrorReport(fetched=tuple(fetched), present=tuple(present), missing=missing, failed=failed)


def _bring(server: _Server, url: str, folder: Path, name: str) -> bool:
    """Fetch one file, unless it stands already; tell whether it was fetched."""
    target, part, beside = folder / name, folder / f"{name}.part", folder / f"{name}.md5"
    digest = server.ask(f"{url}{name}.md5", lambda text: _digest(text, name))
    line = f"MD5({name})= {digest}\n"
    if target.is_file() and (_text(beside) == line or checksum(target) == digest):
        beside.write_text(line, encoding="ascii")
        return False
    server.download(url + name, part)
    if checksum(part) != digest:  # what an earlier run left was of another file, or something broke on the way
        part.unlink()
        server.download(url + name, part)
    found = checksum(part)
    if found != digest:
        part.unlink()
        raise SourceError(name, None, f"its MD5 is {found}, NLM states {digest}", "try again later")
    part.replace(target)
    beside.write_text(line, encoding="ascii")
    return True


def _listed(text: str) -> list[str]:
    names = list(dict.fromkeys(_LINK.findall(text)))
    if not names:
        raise SourceError(None, None, "a page that lists no PubMed files")
    return names


def _digest(text: str, name: str) -> str:
    digest = stated(text, name)
    if digest is None:
        raise SourceError(None, None, f"{name}.md5 is not an MD5 line")
    return digest


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii", errors="replace") if path.is_file() else ""


class _PassingError(Exception):
    """An answer that may be another one in a while, and the seconds it asks to wait."""

    def __init__(self, said: str, wait: float = 0.0) -> None:
        super().__init__(said)
        self.wait = wait


class _Server:
    """One session to the file server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session = requests.Session()
        # Files as they are: the checksum is that of the packed form.
        self._session.headers.update({"User-Agent": f"{settings.tool} (requests)", "Accept-Encoding": "identity"})

    def __enter__(self) -> _Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def ask(self, url: str, read: Callable[[str], T]) -> T:
        """Read a small text; a SourceError of ``read`` counts as an answer that may be another one later."""

        def once() -> T:
            with self._get(url) as response:
                return read(response.text)

        return self._patiently(url, once)

    def download(self, url: str, part: Path) -> None:
        """Fetch a file, from where an earlier attempt left off."""
        self._patiently(url, lambda: self._append(url, part), lambda: _size(part))

    def _patiently(self, url: str, once: Callable[[], T], size: Callable[[], int] = lambda: 0) -> T:
        """Try until it works, or until so many attempts in a row have brought nothing."""
        vain = 0
        while True:
            before, wait = size(), 0.0
            try:
                return once()
            except _PassingError as error:
                said, wait = str(error), error.wait
            except (requests.RequestException, HTTPError) as error:
                said = f"{type(error).__name__}: {error}"
            except SourceError as error:
                said = error.what
            vain = 1 if size() >= before + _STRIDE else vain + 1
            if vain >= self._settings.tries:
                raise RemoteError(f"{url} does not come as it should: {said[:300]}; try again later")
            jitter = random.uniform(0.75, 1.25)  # noqa: S311 - no secret
            time.sleep(max(wait, self._settings.backoff * 2 ** (vain - 1) * jitter))

    def _append(self, url: str, part: Path) -> None:
        have = _size(part)
        with self._get(url, have) as response:
            if response.status_code == 416:  # all of it is there, or more than it has: the checksum will tell
                return
            goes_on = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            with part.open("ab" if response.status_code == 206 and goes_on else "wb") as out:
                self._copy(response, out)

    def _copy(self, response: requests.Response, out: IO[bytes]) -> None:
        begun, size = time.monotonic(), 0
        while piece := response.raw.read1(1 << 16):
            out.write(piece)
            size += len(piece)
            elapsed = time.monotonic() - begun
            if elapsed > self._settings.read and size < self._settings.slowest * elapsed:
                raise _PassingError(f"only {size:,} bytes came in {elapsed:.0f} seconds")

    def _get(self, url: str, start: int = 0) -> requests.Response:
        response = self._session.get(
            url,
            headers={"Range": f"bytes={start}-"} if start else {},
            timeout=(self._settings.connect, self._settings.read),
            stream=True,
            allow_redirects=False,
        )
        status = response.status_code
        if status in (200, 206) or (status == 416 and start):
            return response
        response.close()
        if status in _PASSING:
            wait = Retry().parse_retry_after(response.headers.get("Retry-After", "0"))
            raise _PassingError(f"status {status}", min(wait, self._settings.retry_after))
        raise RemoteError(f"{url}: status {status}" + ("; it is listed and not there yet" if status == 404 else ""))


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
