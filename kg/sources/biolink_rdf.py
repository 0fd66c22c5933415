"""RDF in the Biolink model: association nodes with subject, predicate and object (N-Triples, N-Quads, Turtle, TriG).

The triples of one association may stand anywhere in the file, so it is loaded into a temporary store on disk and read
from there, association by association: memory stays flat.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg import vocabulary
from kg.errors import CurieError, SourceError
from kg.model import SourceInfo
from kg.sources.files import open_bytes
from kg.sources.kgx import Nodes, edge
from kg.sources.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Record
    from kg.sources.identifiers import Identifiers

INFO: Final = SourceInfo(
    name="biolink_rdf",
    title="RDF in the Biolink model",
    licence="unknown",
    homepage="https://biolink.github.io/biolink-model/",
    citation="Unni DR, Moxon SAT, Bada M, et al. Clin Transl Sci 2022;15:1848-1855. doi:10.1111/cts.13302",
    reliability=0.5,
    formats=("nt", "nq", "ttl", "trig"),
)

_BIOLINK: Final = "https://w3id.org/biolink/vocab/"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FORMATS: Final = {
    "nt": ox.RdfFormat.N_TRIPLES, "nq": ox.RdfFormat.N_QUADS, "ttl": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG,
}  # fmt: skip
_ENDS: Final = ("subject", "predicate", "object")
_SLOTS: Final = (
    "publications", "negated", "primary_knowledge_source", "aggregator_knowledge_source", "knowledge_source",
    "knowledge_level", "agent_type", "object_aspect_qualifier", "object_direction_qualifier", "license",
)  # fmt: skip


def read(path: str | Path, *, identifiers: Identifiers | None = None, licence: str = "") -> Iterator[Record]:
    """Read associations.

    Parameters
    ----------
    path
        A file that ends in ``.nt``, ``.nq``, ``.ttl`` or ``.trig`` (also ``.gz``).
    identifiers
        What is known of identifiers; the shipped table when None.
    licence
        Licence of the graph, where its associations do not say.

    Yields
    ------
    Record
        Entities, statements, and a refusal for each association that is not taken, in order of its IRI.

    Raises
    ------
    SourceError
        The file is no RDF, or has no association.
    """
    path = Path(path)
    format_ = _FORMATS.get(path.name.removesuffix(".gz").rpartition(".")[2])
    if format_ is None:
        raise SourceError(path, None, "the ending says no RDF format", f"use one of: {', '.join(_FORMATS)}")
    reading = Reading(INFO, path, identifiers)
    with tempfile.TemporaryDirectory() as folder:
        store = ox.Store(folder)
        _load(store, path, format_)
        found = False
        for node in _associations(store):
            found = True
            yield from _association(reading, store, node, licence)
        del store
    if not found:
        raise SourceError(path, None, "has no association of the Biolink model", "is this the right file?")


def _load(store: ox.Store, path: Path, format_: ox.RdfFormat) -> None:
    with open_bytes(path) as stream:
        try:
            store.bulk_load(input=stream, format=format_)
        except SyntaxError as error:
            raise SourceError(path, error.lineno, f"is no {format_.name} ({error.msg})", "download it again") from error


def _associations(store: ox.Store) -> Iterator[ox.NamedNode | ox.BlankNode]:
    query = (
        f"SELECT DISTINCT ?a WHERE {{ {{ ?a <{_RDF}subject> ?s }} UNION {{ ?a <{_BIOLINK}subject> ?s }} "
        f"UNION {{ GRAPH ?g {{ ?a <{_RDF}subject> ?s }} }} UNION {{ GRAPH ?g {{ ?a <{_BIOLINK}subject> ?s }} }} }} "
        "ORDER BY ?a"
    )
    solutions = store.query(query)
    if isinstance(solutions, ox.QuerySolutions):
        for solution in solutions:
            yield solution["a"]


def _association(
    reading: Reading, store: ox.Store, node: ox.NamedNode | ox.BlankNode, licence: str
) -> Iterator[Record]:
    cells = {slot: value for slot in _ENDS if (value := _value(store, node, slot, _RDF, _BIOLINK))}
    cells |= {slot: value for slot in _SLOTS if (value := _value(store, node, slot, _BIOLINK))}
    cells["id"] = _curie(node)
    missing = [slot for slot in _ENDS if slot not in cells]
    if missing:
        yield reading.refuse(None, f"an association without {' and '.join(missing)}", f"see {cells['id']}")
        return
    nodes = Nodes(reading)
    for end in ("subject", "object"):
        described = _described(store, cells[end])
        if described is not None:
            nodes.known[cells[end]] = described
    yield from edge(reading, nodes, None, cells, licence=licence)


def _value(store: ox.Store, node: ox.NamedNode | ox.BlankNode, slot: str, *spaces: str) -> str:
    """Values of a slot, as CURIEs where they are IRIs, sorted and joined by bars."""
    for space in spaces:
        quads = store.quads_for_pattern(node, ox.NamedNode(space + slot), None)
        values = sorted({_curie(quad.object) for quad in quads})
        if values:
            return "|".join(values)
    return ""


def _curie(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        try:
            return vocabulary.compress(term.value)
        except CurieError:
            return term.value
    return term.value if isinstance(term, ox.Literal | ox.BlankNode) else str(term)


def _described(store: ox.Store, curie: str) -> tuple[str, str] | None:
    """Label and type of a node, where the file says."""
    try:
        node = ox.NamedNode(vocabulary.expand(curie))
    except CurieError:
        return None
    label = next(
        (
            quad.object.value
            for space in ("http://www.w3.org/2000/01/rdf-schema#label", _BIOLINK + "name")
            for quad in store.quads_for_pattern(node, ox.NamedNode(space), None)
            if isinstance(quad.object, ox.Literal)
        ),
        "",
    )
    categories = _value(store, node, "category", _BIOLINK) or _value(store, node, "type", _RDF)
    return (label, Nodes.type_of(categories)) if categories else None
