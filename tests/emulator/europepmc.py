"""A server on loopback that answers as Europe PMC's search does, its known faults included.

Pages linked by a cursor that repeats on the last one: its documentation. Answers with nothing but the version:
*live* (cyanheads, #159).
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERSION_ONLY = (200, json.dumps({"version": "6.9"}))


class EuropePmc:
    """Pages of results, with a script of answers to give instead.

    Parameters
    ----------
    results
        What every query finds.
    """

    def __init__(self, results: Sequence[Mapping[str, Any]]) -> None:
        self.results = list(results)
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
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/"

    def page(self, form: dict[str, list[str]]) -> str:
        """The page after a cursor."""
        cursor, size = form["cursorMark"][0], int(form["pageSize"][0])
        start = 0 if cursor == "*" else int(cursor)
        page = self.results[start : start + max(size - self.lose, 0)]
        following = cursor if start + size >= len(self.results) else str(start + size)
        found = {"version": "6.9", "hitCount": len(self.results), "nextCursorMark": following}
        return json.dumps({**found, "resultList": {"result": page}})

    def __enter__(self) -> EuropePmc:
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.http.shutdown()
        self.http.server_close()
