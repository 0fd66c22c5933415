"""The server: HTTP, rate limit, faults, journal, and the tree of bulk files.

What rests on what. [D] is documentation of NLM and NCBI: NBK25499 "The E-utilities In-Depth", NBK25497, PubMed Help,
NLM Technical Bulletin, the DTDs. [L] is behaviour of the live service that others recorded: Biopython's Tests/Entrez
(the files in tests/fixtures/eutils), and threads and notes of the projects named. [R] is public source code. [M] is
measured on real files. [A] is assumed, for want of a source.

======================================================================================== ===============================
behaviour                                                                                rests on
======================================================================================== ===============================
endpoints and their parameters; retmax 20 by default; ``tool`` and ``email`` expected    [D] NBK25499, NBK25497
shape and DOCTYPE of the XML answers of ESearch, EPost, ELink, ESummary 1.0              [L] Biopython, held by a test
shape of ESummary 2.0                                                                    [D] DTD name; [R] its readers
JSON answers of ESearch and ESummary                                                     [L] cyanheads, metapub
query language: fields, ranges, AND OR NOT from left to right, no punctuation            [D] PubMed Help
unknown field or phrase: ErrorList, WarningList, and the hits of the rest                [D] DTD esearch 20060628, [L]
a PMC id without a field finds its paper                                                 [A]
hits newest first; ``crdt`` is the entrez date of the history                            [L] Biopython; [D] nd08
publications known by year alone stand at 1 January                                      [L] bmlib
``retstart`` past 9,998 refused; a page over the wall of 9,999 cut without a word        [L] cyanheads #95, bmlib
history: ``MCID_`` names, query keys that count, sessions that expire                    [L] Biopython; [D] NBK25499
wording for a lost history ("Unable to obtain query #1")                                 [A]
EPost: InvalidIdList; errors for no id and for a wrong database                          [D]; [L] Biopython
EFetch: unknown ids dropped, duplicates once, ``007`` is 7, none known an empty set      [L] factlog
EFetch: ``id=0`` is a 400 that says the list is empty                                    [L] cyanheads #155
EFetch: order is not as asked (here: falling)                                            [A] order; [L] that it is free
EFetch: book records come mixed in; the DOCTYPE is that of 250101 over https             [R] EDirect; [L]
ESummary: one ``error`` element for an unknown id, and status OK                         [L] cyanheads
ELink: a LinkSet for each ``id`` parameter, one for all ids inside one parameter         [L] Biopython; [D] NBK25499
ECitMatch: lines with the PMID, NOT_FOUND or AMBIGUOUS                                   [D] NBK25499
3 requests a second for an address, 10 for a key                                         [D] NBK25497
the 429: Retry-After, X-RateLimit headers, its JSON                                      [L] factlog, primerTree #33
the limit as a window that slides over one second                                        [A]
GET of more than 2,000 characters: 414 and HTML                                          [L] cyanheads
faults: ``<ERROR>`` with 200; a 502 inside a 400; control characters; "Unable to route"  [L] metapub #73, cyanheads
                                                                                         #153 #155, paperscraper #40,
                                                                                         ARTbio #425
faults: cut, drip, hang, reset, wrong length, gzip transfer                              what HTTP allows any server
no DTD is served, and asking for one is counted                                          a rule of these tests
``/pubmed/baseline``, ``/pubmed/updatefiles``: names, numbers that run on                [D] NLM download page
``.md5`` of the form ``MD5(name)= hex``                                                  [M] on a real file
index pages: a row a file with date and rounded size                                     [R] readers of that page
Range requests (206, 416), files that are late or never come                             what HTTP allows any server
a deleted record is just absent                                                          [L] factlog
======================================================================================== ===============================
"""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.emulator import recorded
from tests.emulator.faults import FILE_PAGES, PAGES, Fault, Script
from tests.emulator.index import Index
from tests.emulator.service import Answer, Form, Service, moment

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True)
class Call:
    """One request as it came in."""

    time: float
    method: str
    path: str
    endpoint: str
    form: Form
    status: int


@dataclass
class Emulator:
    """An E-utilities server on loopback; use it as a context manager.

    Parameters
    ----------
    limit, key_limit
        Requests a second allowed to an address, and to a key.
    retry_after
        Seconds in the Retry-After header of a 429.
    ranges
        Whether the file server minds Range headers.
    """

    limit: int = 3
    key_limit: int = 10
    retry_after: str = "1"
    index: Index = field(default_factory=Index)
    script: Script = field(default_factory=Script)
    journal: list[Call] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    over_limit: int = 0
    without_tool: int = 0
    without_email: int = 0
    dtd_requests: int = 0

    def __post_init__(self) -> None:
        self.service = Service(self.index)
        recorded.serve(self.service)
        self.lock = threading.Lock()
        self._recent: dict[str, deque[float]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"emulator": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def root(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    @property
    def url(self) -> str:
        """Address of the E-utilities."""
        return self.root + "entrez/eutils/"

    def __enter__(self) -> Emulator:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add_file(self, path: str, data: bytes, *, checksum: str | None = None) -> None:
        """Put a file and its ``.md5`` into the tree."""
        name = path.rpartition("/")[2]
        digest = checksum or md5(data, usedforsecurity=False).hexdigest()
        self.files[path] = data
        self.files[path + ".md5"] = f"MD5({name})= {digest}\n".encode()

    def worst_second(self) -> int:
        """The most requests in any second of the journal."""
        times = sorted(call.time for call in self.journal)
        return max((sum(1 for t in times[i:] if t < start + 1.0) for i, start in enumerate(times)), default=0)

    def calls(self, endpoint: str) -> list[Call]:
        """Calls of one endpoint."""
        return [call for call in self.journal if call.endpoint == endpoint]

    def admitted(self, who: str, *, keyed: bool) -> tuple[bool, int, int]:
        """Whether a request is within the limit of the last second; the limit; what is left."""
        limit = self.key_limit if keyed else self.limit
        with self.lock:
            recent = self._recent.setdefault(who, deque())
            now = moment()
            while recent and recent[0] <= now - 1.0:
                recent.popleft()
            if len(recent) >= limit:
                self.over_limit += 1
                return False, limit, 0
            recent.append(now)
            return True, limit, limit - len(recent)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    emulator: Emulator

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/entrez/eutils/"):
            self._eutils(parse_qs(parts.query, keep_blank_values=True), too_long=len(self.path) > 2000)
        elif parts.path.endswith(".dtd"):
            self.emulator.dtd_requests += 1
            self._send(404, "text/html", b"no DTD here")
        else:
            self._file(parts.path)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._eutils(parse_qs(body.decode(), keep_blank_values=True), too_long=False)

    def _eutils(self, form: Form, *, too_long: bool) -> None:
        emulator = self.emulator
        endpoint = urlsplit(self.path).path.rpartition("/")[2]
        emulator.without_tool += "tool" not in form
        emulator.without_email += "email" not in form
        key = form.get("api_key", [""])[0]
        allowed, limit, left = emulator.admitted(key or self.client_address[0], keyed=bool(key))
        fault = emulator.script.take(endpoint) if allowed else None
        headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left)}
        if not allowed or (fault and fault.kind == "limit"):
            who = key or self.client_address[0]
            body = json.dumps(
                {"error": "API rate limit exceeded", "api-key": who, "count": str(limit + 1), "limit": str(limit)}
            )
            status, kind, text = 429, "application/json", body
            headers["Retry-After"] = emulator.retry_after
        elif too_long:
            status, kind, text = 414, "text/html", "<html><body>Submitted URI too large!</body></html>"
        elif fault and fault.kind in PAGES:
            status, text = PAGES[fault.kind]
            kind = "text/html"
        else:
            status, kind, text = self._answer(endpoint, form, fault)
        with emulator.lock:
            emulator.journal.append(Call(moment(), self.command, self.path, endpoint, form, status))
        self._deliver(status, kind, text.encode(), headers, fault)

    def _answer(self, endpoint: str, form: Form, fault: Fault | None) -> Answer:
        with self.emulator.lock:
            if fault and fault.kind == "drop":
                form = {**form, "id": [",".join(form["id"][0].split(",")[: -fault.size])]}
            return self.emulator.service.answer(endpoint, form)

    def _deliver(self, status: int, kind: str, body: bytes, headers: dict[str, str], fault: Fault | None) -> None:
        how = fault.kind if fault else ""
        if how == "hang":
            time.sleep(fault.seconds if fault else 0)
        if how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        if how == "snip":
            body = body[: fault.size if fault else 0]
        if how == "gzip":
            body, headers = gzip.compress(body), {**headers, "Content-Encoding": "gzip"}
        size = fault.size if fault else 0
        length = size if how == "short" else len(body)
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(length), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self._write(body, how, fault)
        except OSError:
            self.close_connection = True

    def _write(self, body: bytes, how: str, fault: Fault | None) -> None:
        if how == "cut" and fault:
            self.wfile.write(body[: fault.size])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif how == "short" and fault:
            self.wfile.write(body[: fault.size])
            self.close_connection = True
        elif how == "drip" and fault:
            for start in range(0, len(body), max(1, len(body) // 8)):
                self.wfile.write(body[start : start + max(1, len(body) // 8)])
                self.wfile.flush()
                time.sleep(fault.seconds)
        else:
            self.wfile.write(body)

    def _file(self, path: str) -> None:
        """A file of the tree or the page of a folder; faults are planned by the name of the file."""
        name = path.rpartition("/")[2]
        fault = self.emulator.script.take(name) if name else None
        status, kind, body, headers = self._tree(path)
        if fault and fault.kind in FILE_PAGES:
            status, text = FILE_PAGES[fault.kind]
            kind, body, headers = "text/html", text.encode(), {}
        asked = {"Range": [self.headers["Range"]]} if "Range" in self.headers else {}
        with self.emulator.lock:
            self.emulator.journal.append(Call(moment(), self.command, path, name, asked, status))
        self._deliver(status, kind, body, headers, fault)

    def _tree(self, path: str) -> tuple[int, str, bytes, dict[str, str]]:
        if path.endswith("/"):
            return 200, "text/html", self._page(path).encode(), {}
        data = self.emulator.files.get(path)
        if data is None:
            return 404, "text/html", b"<html>not found</html>", {}
        asked = self.headers.get("Range", "")
        if not (asked.startswith("bytes=") and self.emulator.ranges):
            return 200, "application/x-gzip", data, {"Accept-Ranges": "bytes"}
        start = int(asked[6:].split("-")[0])
        if start >= len(data):
            return 416, "text/html", b"", {"Content-Range": f"bytes */{len(data)}"}
        where = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
        return 206, "application/x-gzip", data[start:], where

    def _page(self, path: str) -> str:
        names = sorted(n[len(path) :] for n in self.emulator.files if n.startswith(path))
        rows = "".join(f'<a href="{n}">{n}</a>{" " * (40 - len(n))}2026-01-12 14:05   19M  \n' for n in names)
        head = f'<a href="{path.rstrip("/").rpartition("/")[0]}/">Parent Directory</a>{" " * 24}-   \n'
        rule = "Name                                    Last modified      Size  <hr>"
        return f"<html><head><title>Index of {path}</title></head><body><pre>{rule}{head}{rows}<hr></pre></body></html>"

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
