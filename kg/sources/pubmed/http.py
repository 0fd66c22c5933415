"""Requests to NCBI: spaced, patient, bounded, and silent about the key.

Two layers retry. urllib3's ``Retry`` takes what it can see (no connection, 429, 5xx with Retry-After);
its waits pass through the spacing too. The loop here takes what only the body tells: an error with
status 200, a page of HTML, XML that is cut, a body shorter than announced.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError
from urllib3.util.retry import Retry

from kg.errors import RemoteError, SourceError
from kg.sources.pubmed.classify import Kind, classify
from kg.sources.pubmed.limiter import RATE, RATE_WITH_KEY, Spacing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from urllib3.response import BaseHTTPResponse

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
        File through which processes share the spacing.
    connect, read, total
        Seconds to wait for a connection, for the next byte, for a whole call.
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
        self.spacing = Spacing(rate=rate, path=self.settings.lock)
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"{self.settings.tool} (requests)"
        adapter = HTTPAdapter(pool_maxsize=16, max_retries=_SpacedRetry.of(self.spacing, self.settings))
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
            The service refused for good, or did not recover within the tries.
        """
        said = ""
        begun = time.monotonic()
        for turn in range(self.settings.tries):
            if turn:
                jitter = random.uniform(0.75, 1.25)  # noqa: S311 - no secret
                time.sleep(self.settings.backoff * 2 ** (turn - 1) * jitter)
            try:
                status, body = self._send(endpoint, parameters)
                verdict = classify(status, body)
                if verdict.kind is Kind.GOOD:
                    return read(body)
                said = self.redact(verdict.message)
                self._refused(endpoint, verdict.kind, said)
                if status in _REPEATED:  # urllib3 has already had its tries
                    break
            except requests.RequestException as error:
                said = self.redact(f"{type(error).__name__}: {error}")
                if error.args and isinstance(error.args[0], MaxRetryError):
                    break
            except SourceError as error:
                said = f"an answer that is not whole: {error.what}"
            if time.monotonic() - begun > self.settings.total:
                break
        raise RemoteError(f"{endpoint} does not answer as it should: {said[:300]}; try again later")

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
        deadline = time.monotonic() + settings.total
        with self._session.request(
            "POST" if post else "GET",
            settings.base_url + endpoint,
            data=form if post else None,
            params=None if post else form,
            timeout=(settings.connect, settings.read),
            stream=True,
            allow_redirects=False,
        ) as response:
            return response.status_code, _body(response, deadline)


def _body(response: requests.Response, deadline: float) -> bytes:
    """Read a body within its time and a size that no answer has."""
    parts, size = [], 0
    for part in response.iter_content(1 << 16):
        parts.append(part)
        size += len(part)
        if time.monotonic() > deadline:
            raise requests.Timeout("the answer came too slowly")
        if size > _LARGEST:
            raise requests.RequestException(f"an answer of more than {_LARGEST:,} bytes")
    return b"".join(parts)


class _SpacedRetry(Retry):
    """urllib3's Retry, its repetitions spaced like any other request and its waits capped."""

    spacing: Spacing
    longest: float

    @classmethod
    def of(cls, spacing: Spacing, settings: Settings) -> _SpacedRetry:
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
        made.spacing, made.longest = spacing, settings.retry_after
        return made

    def new(self, **changes: Any) -> _SpacedRetry:  # noqa: ANN401 - as in the base class
        made = super().new(**changes)
        made.spacing, made.longest = self.spacing, self.longest
        return made

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        wanted = super().get_retry_after(response)
        return None if wanted is None else min(wanted, self.longest)

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        super().sleep(response)
        self.spacing.wait()
