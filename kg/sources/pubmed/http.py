"""Requests to NCBI: spaced, patient, bounded, and silent about the key.

Two layers retry. urllib3's ``Retry`` takes what it can see (no connection, 429, 5xx with Retry-After);
its waits pass through the spacing too. The loop here takes what only the body tells: an error with
status 200, a page of HTML, XML that is cut, a body shorter than announced. One deadline binds both:
no wait and no attempt is begun that would end after it, and the error names what was last the matter.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, MaxRetryError, ResponseError
from urllib3.util.retry import Retry
from urllib3.util.timeout import Timeout

from kg.errors import RemoteError, SourceError
from kg.sources.pubmed.classify import Kind, classify
from kg.sources.pubmed.limiter import RATE, RATE_WITH_KEY, Spacing, shared_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    from urllib3 import BaseHTTPResponse
    from urllib3.connectionpool import ConnectionPool

T = TypeVar("T")
BASE_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
_LONG = 1000
_REPEATED = frozenset((429, 500, 502, 503, 504))
_LARGEST = 512 << 20


class HistoryLostError(RemoteError):
    """The server no longer knows a WebEnv: the search has to be made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to talk to the E-utilities.

    Parameters
    ----------
    tool, email
        Who asks; NCBI wants both, and writes to the address before it blocks anybody.
    api_key
        Raises the allowed rate from 3 to 10 requests a second. Never shown.
    rate
        Requests a second; by default a little under what is allowed.
    lock
        File through which processes share the spacing; by default one for each user and service.
    connect, read, total
        Seconds to wait for a connection, for the next byte, for a whole call with its repetitions.
    tries
        How often a call is made before it counts as failed.
    backoff
        Seconds before the first repetition; doubled each time, with a random part.
    retry_after
        The longest wait taken from a Retry-After header.
    """

    base_url: str = BASE_URL
    tool: str = "exil8"
    email: str = ""
    api_key: str = field(default="", repr=False)
    rate: float | None = None
    lock: Path | None = None
    connect: float = 10.0
    read: float = 60.0
    total: float = 180.0
    tries: int = 5
    backoff: float = 1.0
    retry_after: float = 120.0


class Http:
    """One session to the E-utilities; safe to share between threads."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        rate = self.settings.rate or (RATE_WITH_KEY if self.settings.api_key else RATE)
        self.spacing = Spacing(rate=rate, path=self.settings.lock or shared_file(self.settings.base_url))
        self._deadline = _Deadline()
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"{self.settings.tool} (requests)"
        retry = _SpacedRetry.of(self.spacing, self._deadline, self.settings)
        adapter = HTTPAdapter(pool_maxsize=16, max_retries=retry)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def call(self, endpoint: str, parameters: Mapping[str, Any], read: Callable[[bytes], T]) -> T:
        """Call an endpoint until its answer is good, and read it.

        Parameters
        ----------
        read
            Turns the body into a value; a SourceError from it counts as a cut answer.

        Raises
        ------
        HistoryLostError
            The WebEnv is gone.
        RemoteError
            The service refused for good, or did not recover within the tries or the time.
        """
        said = ""
        self._deadline.begin(self.settings.total)
        for turn in range(self.settings.tries):
            if turn and not self._pause(turn):
                break
            try:
                status, body = self._send(endpoint, parameters)
                verdict = classify(status, body)
                if verdict.kind is Kind.GOOD:
                    return read(body)
                said = self.redact(verdict.message)
                self._refused(endpoint, verdict.kind, said)
                if status in _REPEATED:  # urllib3 has already had its tries
                    break
            except (requests.RequestException, HTTPError) as error:
                given_up = error.args[0] if error.args and isinstance(error.args[0], MaxRetryError) else None
                cause = error if given_up is None else given_up.reason
                said = self.redact(f"{type(cause).__name__}: {cause}")
                if given_up is not None:
                    break
            except SourceError as error:
                said = f"an answer that is not whole: {error.what}"
        raise RemoteError(f"{endpoint} does not answer as it should: {said[:300]}; try again later")

    def _pause(self, turn: int) -> bool:
        """Wait before a repetition; False, at once, where the time left does not allow it."""
        jitter = random.uniform(0.75, 1.25)  # noqa: S311 - no secret
        wait = self.settings.backoff * 2 ** (turn - 1) * jitter
        if wait >= self._deadline.left():
            return False
        time.sleep(wait)
        return True

    @staticmethod
    def _refused(endpoint: str, kind: Kind, said: str) -> None:
        if kind is Kind.HISTORY_LOST:
            raise HistoryLostError(f"{endpoint}: {said}")
        if kind is Kind.PERMANENT:
            raise RemoteError(f"{endpoint} refused: {said}")

    def redact(self, text: str) -> str:
        """Take the key and the address out of a text."""
        for secret in (self.settings.api_key, self.settings.email):
            if secret:
                text = text.replace(secret, "***").replace(urlencode({"": secret})[1:], "***")
        return " ".join(text.split())

    def _send(self, endpoint: str, parameters: Mapping[str, Any]) -> tuple[int, bytes]:
        settings = self.settings
        form = {key: value for key, value in parameters.items() if value is not None}
        form |= {"tool": settings.tool} | ({"email": settings.email} if settings.email else {})
        form |= {"api_key": settings.api_key} if settings.api_key else {}
        # With a key everything is posted: what stands in a URL ends up in the logs of every library.
        post = bool(settings.api_key) or len(urlencode(form, doseq=True)) > _LONG
        self.spacing.wait()
        with self._session.request(
            "POST" if post else "GET",
            settings.base_url + endpoint,
            data=form if post else None,
            params=None if post else form,
            timeout=_TimeLeft(settings.connect, settings.read, self._deadline),  # type: ignore[arg-type]
            stream=True,
            allow_redirects=False,
        ) as response:
            return response.status_code, _body(response, self._deadline)


class _Deadline(threading.local):
    """When the call of this thread has to be over."""

    moment = float("inf")

    def begin(self, seconds: float) -> None:
        self.moment = time.monotonic() + seconds

    def left(self) -> float:
        return self.moment - time.monotonic()


def _body(response: requests.Response, deadline: _Deadline) -> bytes:
    """Read a body within its time and a size that no answer has."""
    parts, size = [], 0
    # read1 gives what has come, where others wait until so much of it is there: a drip would take for ever.
    while part := response.raw.read1(1 << 16, decode_content=True):
        parts.append(part)
        size += len(part)
        if deadline.left() < 0:
            raise requests.Timeout("the answer came too slowly")
        if size > _LARGEST:
            raise requests.RequestException(f"an answer of more than {_LARGEST:,} bytes")
    return b"".join(parts)


class _TimeLeft(Timeout):
    """Timeouts of each attempt, cut to the time left; urllib3 makes one for every attempt by ``clone``."""

    def __init__(self, connect: float, read: float, deadline: _Deadline) -> None:
        super().__init__(connect=connect, read=read)
        self._most, self._until = (connect, read), deadline

    def clone(self) -> Timeout:
        connect, read = (max(min(most, self._until.left()), 0.001) for most in self._most)
        return Timeout(connect=connect, read=read)


class _SpacedRetry(Retry):
    """urllib3's Retry: its repetitions spaced like any other request, its waits capped and within the deadline."""

    spacing: Spacing
    deadline: _Deadline
    longest: float

    @classmethod
    def of(cls, spacing: Spacing, deadline: _Deadline, settings: Settings) -> _SpacedRetry:
        made = cls(
            total=settings.tries - 1,
            connect=settings.tries - 1,
            read=settings.tries - 1,
            redirect=0,
            status_forcelist=_REPEATED,
            allowed_methods=None,  # POST only asks here, it changes nothing
            backoff_factor=settings.backoff,
            backoff_jitter=settings.backoff / 2,
            raise_on_status=False,
            respect_retry_after_header=True,
        )
        made.spacing, made.deadline, made.longest = spacing, deadline, settings.retry_after
        return made

    def new(self, **changes: Any) -> _SpacedRetry:  # noqa: ANN401 - as in the base class
        made = super().new(**changes)
        made.spacing, made.deadline, made.longest = self.spacing, self.deadline, self.longest
        return made

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> _SpacedRetry:
        """Count an attempt; the last one, where the wait for the next would not end before the deadline."""
        made = super().increment(method, url, response, error, _pool, _stacktrace)
        asked = self.get_retry_after(response) if response is not None else None
        if (asked or made.get_backoff_time()) >= self.deadline.left():
            reason = error or ResponseError(ResponseError.GENERIC_ERROR)
            raise MaxRetryError(_pool, url, reason) from reason  # type: ignore[arg-type]
        return made

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        wanted = super().get_retry_after(response)
        return None if wanted is None else min(wanted, self.longest)

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        super().sleep(response)
        self.spacing.wait()
