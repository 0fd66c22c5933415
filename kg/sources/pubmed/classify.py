"""What an answer of the E-utilities really is.

The HTTP status tells little: errors come with 200, passing faults of a backend with 400, and an
outage as a page of HTML. The body decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What to do with an answer."""

    GOOD = "good"
    TRANSIENT = "transient"
    PERMANENT = "permanent"
    HISTORY_LOST = "history lost"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind of an answer, and what it said."""

    kind: Kind
    message: str = ""


GOOD = Verdict(Kind.GOOD)

_BACKEND = re.compile(
    r"proxy_stream|PubOne|External viewer|Status: Timeout|timed? ?out|temporar|try again|Search Backend failed"
    r"|unable to route request|API rate limit|Exception|TXCLIENT|connection|unavailable|Couldn't resolve",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"retstart|database is not supported: (?!pubmed)|ID list is empty|Invalid db|Empty term", re.IGNORECASE
)
_HISTORY = re.compile(r"Unable to obtain query|WebEnv|query_?key|history", re.IGNORECASE)
_ERROR = re.compile(rb"<ERROR>(.*?)</ERROR>|\"(?:ERROR|error)\"\s*:\s*\"(.*?)\"", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ROOT = re.compile(rb"<[A-Za-z]")


def classify(status: int, body: bytes) -> Verdict:
    """Tell what an answer is.

    >>> classify(200, b"<eSearchResult><Count>1</Count></eSearchResult>").kind.value
    'good'
    >>> classify(200, b"<eSearchResult><ERROR>Search Backend failed: Exception</ERROR>").kind.value
    'transient'
    >>> classify(400, b"ID list is empty! Possibly it has no correct IDs.").kind.value
    'permanent'
    """
    start = body[:4096].lstrip().lower()
    said = _said(body)
    if status == 429 or status >= 500:
        return Verdict(Kind.TRANSIENT, f"status {status}{f': {said}' if said else ''}")
    if status >= 400:
        passing = status == 400 and _BACKEND.search(said) and not _SURE.search(said)
        if _HISTORY.search(said):
            return Verdict(Kind.HISTORY_LOST, said)
        return Verdict(Kind.TRANSIENT if passing else Kind.PERMANENT, f"status {status}: {said}")
    if not start:
        return Verdict(Kind.TRANSIENT, "an empty answer")
    if start.startswith((b"<html", b"<!doctype html")) or b"unable to route request" in start:
        return Verdict(Kind.TRANSIENT, f"a page instead of an answer: {said}")
    if error := stated_error(body):
        return _stated(error)
    if start.startswith(b"<") and not _ROOT.search(start):
        return Verdict(Kind.TRANSIENT, "an XML prologue and nothing after it")
    return GOOD


def stated_error(body: bytes) -> str:
    """The text of an ``<ERROR>`` element (or JSON member) near the beginning; empty when there is none."""
    found = (
        next(filter(None, match.groups()), b"")
        for match in _ERROR.finditer(body[:20_000])
        if b"<PubmedArticle>" not in body
    )
    return "; ".join(_text(text) for text in found if text.strip())


def _stated(error: str) -> Verdict:
    if _SURE.search(error):
        return Verdict(Kind.PERMANENT, error)
    if _HISTORY.search(error):
        return Verdict(Kind.HISTORY_LOST, error)
    return Verdict(Kind.TRANSIENT if _BACKEND.search(error) else Kind.PERMANENT, error)


def _said(body: bytes) -> str:
    return _text(body[:4096])[:200]


def _text(body: bytes) -> str:
    return " ".join(_TAG.sub(" ", body.decode("utf-8", "replace")).split())
