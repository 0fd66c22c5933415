"""Europe PMC against a server on loopback that has its known faults."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kg.errors import RemoteError
from kg.model import Publication, Refusal, Status
from kg.sources import europepmc
from kg.sources.europepmc import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPTY = {"version": "6.9"}


class Server:
    """Pages of made-up results, with a script of answers to give instead."""

    def __init__(self) -> None:
        self.results = [{"id": str(n), "source": "MED", "pmid": str(n), "title": f"T{n}"} for n in range(1, 26)]
        self.script: list[tuple[int, str]] = []
        self.calls: list[dict[str, list[str]]] = []
        self.lose = 0
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_arguments: Any) -> None:
                """Say nothing."""

            def do_GET(self) -> None:
                form = parse_qs(urlsplit(self.path).query)
                owner.calls.append(form)
                status, text = owner.script.pop(0) if owner.script else (200, owner.page(form))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.settings = Settings(
            base_url=f"http://127.0.0.1:{self.http.server_address[1]}/",
            page=10,
            rate=1000,
            backoff=0.001,
            email="a@b.c",
        )

    def page(self, form: dict[str, list[str]]) -> str:
        cursor = form["cursorMark"][0]
        start = 0 if cursor == "*" else int(cursor)
        size = int(form["pageSize"][0])
        page = self.results[start : start + size - self.lose]
        following = cursor if start + size >= len(self.results) else str(start + size)
        found = {"version": "6.9", "hitCount": len(self.results), "nextCursorMark": following}
        return json.dumps({**found, "resultList": {"result": page}})


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    thread = threading.Thread(target=found.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found
    found.http.shutdown()
    found.http.server_close()


def test_all_pages(server: Server) -> None:
    calls: list[tuple[int, int | None]] = []
    found = list(europepmc.search("CML", settings=server.settings, progress=lambda *c: calls.append(c)))
    assert [p.pmid for p in found if isinstance(p, Publication)] == [str(n) for n in range(1, 26)]
    assert calls == [(10, 25), (20, 25), (25, 25)]


def test_an_answer_of_nothing_but_the_version_is_asked_again(server: Server) -> None:
    server.script = [(200, json.dumps(EMPTY)), (503, ""), (200, "{"), (200, json.dumps(EMPTY))]
    assert len(list(europepmc.search("CML", settings=server.settings))) == 25


def test_in_the_end_it_is_an_error(server: Server) -> None:
    server.script = [(200, json.dumps(EMPTY))] * 50
    with pytest.raises(RemoteError, match="without results"):
        list(europepmc.search("CML", settings=server.settings))
    assert len(server.calls) == 6


def test_a_refusal_is_not_repeated(server: Server) -> None:
    server.script = [(400, "bad query")] * 5
    with pytest.raises(RemoteError, match="status 400: bad query"):
        list(europepmc.search("((", settings=server.settings))
    assert len(server.calls) == 1


def test_results_that_go_missing_are_an_error(server: Server) -> None:
    server.lose = 1
    with pytest.raises(RemoteError, match="counts 25 results and gave 23"):
        list(europepmc.search("CML", settings=server.settings))


def test_publication() -> None:
    found = europepmc.publication(
        {
            "id": "1",
            "source": "MED",
            "pmid": "1",
            "doi": "10.1/x",
            "title": "A  title",
            "pubYear": "2020",
            "firstPublicationDate": "2020-05-06",
            "journalInfo": {"journal": {"isoabbreviation": "J X"}},
            "authorList": {
                "author": [
                    {"lastName": "Doe", "initials": "J", "authorId": {"type": "ORCID", "value": "0000-0002-1825-0097"}}
                ]
            },
            "pubTypeList": {"pubType": ["Journal Article"]},
            "meshHeadingList": {"meshHeading": [{"majorTopic_YN": "Y", "descriptorName": "Exosomes"}]},
            "commentCorrectionList": {"commentCorrection": [{"id": "2", "source": "MED", "type": "Retraction in"}]},
        }
    )
    assert isinstance(found, Publication)
    assert (found.id, found.title, found.first_author, found.status) == ("PMID:1", "A title", "Doe J", Status.RETRACTED)
    assert found.authors[0].orcid == "0000-0002-1825-0097"
    assert found.mesh[0].major
    assert (found.links[0].type, found.links[0].target) == ("RetractionIn", "PMID:2")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"title": "RETRACTED: x"}, Status.SUSPECTED),
        ({"pubTypeList": {"pubType": ["Retracted Publication"]}}, Status.RETRACTED),
        ({"commentCorrectionList": {"commentCorrection": [{"id": "2", "type": "Erratum in"}]}}, Status.CORRECTED),
        ({}, Status.CURRENT),
    ],
)
def test_status(fields: dict[str, Any], status: Status) -> None:
    found = europepmc.publication({"id": "5", "pmid": "5", **fields})
    assert isinstance(found, Publication)
    assert found.status is status


def test_a_result_without_any_identifier_is_refused() -> None:
    found = europepmc.publication({"id": "5", "title": "T"})
    assert isinstance(found, Refusal)
    assert "'5'" in found.what
