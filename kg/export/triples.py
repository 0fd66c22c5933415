"""The whole graph as RDF text: N-Quads and TriG with named graphs, Turtle without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import vocabulary
from kg.export.write import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FORMATS = {".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG, ".ttl": ox.RdfFormat.TURTLE}
"""Endings and the syntax each stands for."""


def _text(quads: Iterable[ox.Quad], form: ox.RdfFormat) -> Iterator[str]:
    ordered = sorted(quads, key=lambda q: (str(q.graph_name), str(q.subject), str(q.predicate), str(q.object)))
    rows = (ox.Triple(q.subject, q.predicate, q.object) for q in ordered) if form is ox.RdfFormat.TURTLE else ordered
    prefixes = None if form is ox.RdfFormat.N_QUADS else dict(vocabulary.namespaces())
    yield (ox.serialize(rows, format=form, prefixes=prefixes) or b"").decode()


def write(quads: Iterable[ox.Quad], path: Path) -> Path:
    """Write quads in sorted order, so that one graph gives one file, byte for byte.

    Raises
    ------
    StoreError
        The file cannot be written; what was there before is left alone.
    """
    return replace({path: _text(quads, FORMATS[path.suffix.lower()])})[0]
