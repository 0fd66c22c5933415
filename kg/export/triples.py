"""The whole graph as RDF text: N-Quads and TriG with named graphs, Turtle without."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import vocabulary
from kg.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMATS = {".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG, ".ttl": ox.RdfFormat.TURTLE}
"""Endings and the syntax each stands for."""


def _in_order(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    yield from sorted(quads, key=lambda q: (str(q.graph_name), str(q.subject), str(q.predicate), str(q.object)))


def write(quads: Iterable[ox.Quad], path: Path) -> Path:
    """Write quads in sorted order, so that one graph gives one file, byte for byte.

    Raises
    ------
    StoreError
        The file cannot be written; what was there before is left alone.
    """
    form = FORMATS[path.suffix.lower()]
    ordered = _in_order(quads)
    rows = (ox.Triple(q.subject, q.predicate, q.object) for q in ordered) if form is ox.RdfFormat.TURTLE else ordered
    prefixes = None if form is ox.RdfFormat.N_QUADS else dict(vocabulary.namespaces())
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent or Path(), delete=False, suffix=path.suffix) as handle:
            ox.serialize(rows, output=handle, format=form, prefixes=prefixes)
        os.chmod(handle.name, 0o644)  # noqa: PTH101 - a temporary file is private by default; an export is not
        Path(handle.name).replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
    return path
