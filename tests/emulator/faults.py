"""Faults by script: what goes wrong, where, and how often."""

from __future__ import annotations

from dataclasses import dataclass

OUTAGE = "<eSearchResult><ERROR>Search Backend failed: Database is not supported: pubmed</ERROR></eSearchResult>"
PAGES = {
    "500": (500, "Internal Server Error"),
    "502": (502, "<html><body>502 Bad Gateway</body></html>"),
    "503": (503, "Service Unavailable"),
    "proxy": (400, "CEFetchPApplication::proxy_stream(): <html><body><h1>502 Bad Gateway</h1></body></html>"),
    "pubone": (400, "Failed to connect to PubOne service."),
    "viewer": (400, "External viewer error, Status: Timeout"),
    "error": (200, OUTAGE),
    "html": (200, "<!DOCTYPE html><html><body>NCBI - WWW Error Blocked Diagnostic</body></html>"),
    "prolog": (200, '<?xml version="1.0" encoding="UTF-8"?>\n'),
    "route": (200, "Unable to route request!"),
    "empty": (200, ""),
    "control": (200, '{"esearchresult": {"querytranslation": "a\nb\x01"}}'),
}
"""Faults that are one fixed answer."""
FILE_PAGES = {**PAGES, "gone": (404, "<html><body>404 Not Found</body></html>")}
"""The same for files of the tree, which can also be listed and not there."""


@dataclass
class Fault:
    """One fault of the script.

    Parameters
    ----------
    kind
        A key of PAGES (or FILE_PAGES), or: ``cut`` (body ends after ``size`` bytes, length stated in full), ``short``
        (length stated as ``size``), ``snip`` (XML cut, length right), ``drip`` (``seconds`` between pieces),
        ``hang`` (no answer for ``seconds``), ``reset`` (connection reset), ``gzip`` (compressed transfer,
        which is no fault), ``drop`` (records left out of EFetch), ``limit`` (a 429).
    endpoint
        Only there (an endpoint, or a file of the tree by its name); anywhere when empty.
    times
        How often.
    """

    kind: str
    endpoint: str = ""
    times: int = 1
    size: int = 300
    seconds: float = 0.2


class Script:
    """Faults in order; each call takes the first that fits."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.happened: list[str] = []

    def plan(self, *faults: Fault) -> None:
        """Add faults."""
        self.faults.extend(faults)

    def take(self, endpoint: str) -> Fault | None:
        """The fault for this call, if any."""
        for fault in self.faults:
            if fault.times > 0 and fault.endpoint in ("", endpoint):
                fault.times -= 1
                self.happened.append(fault.kind)
                return fault
        return None
