"""The client of Europe PMC.

Its search answers in pages that a cursor links. It is known to answer with nothing but its version
in a share of valid calls, and with the same to a query it cannot read: such an answer is asked for
again, and an error in the end, never an empty result.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import requests

from kg.errors import RemoteError
from kg.sources.pubmed.limiter import Spacing, shared_file
from kg.sources.pubmed.text import collapse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BASE_URL: Final = "https://www.ebi.ac.uk/europepmc/webservices/rest/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to talk to Europe PMC.

    Parameters
    ----------
    page
        Results a page, at most 1,000.
    tries, backoff
        How often a page is asked for, and seconds before the first repetition (doubled each time).
    """

    base_url: str = BASE_URL
    email: str = ""
    page: int = 500
    rate: float = 5.0
    connect: float = 10.0
    read: float = 60.0
    tries: int = 6
    backoff: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """Some results in full (``core``), and how many there are in all."""

    count: int
    results: tuple[dict[str, Any], ...]


def search(
    query: str, *, settings: Settings | None = None, progress: Callable[[int, int | None], None] | None = None
) -> Iterator[dict[str, Any]]:
    """All results that a query finds.

    Parameters
    ----------
    query
        In Europe PMC's language; see `preprints` for those alone.
    progress
        Called with the results so far and the number of hits.

    Raises
    ------
    RemoteError
        The service does not answer as it should, or gives fewer results than it counts.
    """
    count = total = 0
    for page in pages(query, settings=settings):
        yield from page.results
        count, total = count + len(page.results), page.count
        if progress is not None:
            progress(count, total)
    if count < total:
        raise RemoteError(f"Europe PMC counts {total:,} results and gave {count:,}; try again later")


def pages(query: str, *, settings: Settings | None = None) -> Iterator[Page]:
    """Pages of results; after the last one the cursor repeats, or there is nothing on it.

    Raises
    ------
    RemoteError
        The service does not answer as it should.
    """
    chosen = settings or Settings()
    spacing, cursor, seen = Spacing(rate=chosen.rate, path=shared_file(chosen.base_url)), "*", set[str]()
    with requests.Session() as session:
        while cursor not in seen:
            seen.add(cursor)
            answer = _answer(session, spacing, chosen, query, cursor)
            page = Page(answer["hitCount"], tuple(answer["resultList"]["result"]))
            yield page
            cursor = str(answer.get("nextCursorMark", cursor)) if page.results else cursor


def preprints(query: str) -> str:
    """Narrow a query to preprints.

    >>> preprints("CML OR AML")
    '(CML OR AML) AND SRC:PPR'
    """
    return f"({query}) AND SRC:PPR"


def _answer(session: requests.Session, spacing: Spacing, settings: Settings, query: str, cursor: str) -> dict[str, Any]:
    form = {
        "query": query,
        "format": "json",
        "resultType": "core",
        "pageSize": str(settings.page),
        "cursorMark": cursor,
    }
    form |= {"email": settings.email} if settings.email else {}
    said = ""
    for turn in range(settings.tries):
        if turn:
            time.sleep(settings.backoff * 2 ** (turn - 1))
        spacing.wait()
        try:
            answer = session.get(
                settings.base_url + "search",
                params=form,
                timeout=(settings.connect, settings.read),
                allow_redirects=False,
            )
            if 400 <= answer.status_code < 500 and answer.status_code != 429:
                raise RemoteError(f"Europe PMC refused: status {answer.status_code}: {collapse(answer.text)[:200]}")
            if answer.status_code != 200:
                said = f"status {answer.status_code}"
                continue
            found: Any = answer.json()
        except requests.RequestException as error:  # JSON that cannot be read is one of them
            said = f"{type(error).__name__}: {error}"
            continue
        if _has_results(found):
            return dict(found)
        said = "an answer without results"
    shown = said.replace(settings.email, "***") if settings.email else said
    raise RemoteError(f"Europe PMC does not answer as it should: {shown[:300]}; check the query or try again later")


def _has_results(found: Any) -> bool:  # noqa: ANN401 - whatever JSON can hold
    if not (isinstance(found, dict) and isinstance(found.get("hitCount"), int)):
        return False
    results = (found.get("resultList") or {}).get("result")
    return isinstance(results, list) and all(isinstance(result, dict) for result in results)
