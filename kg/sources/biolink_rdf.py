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
from kg.errors import SourceError
from kg.model import SourceInfo
from kg.sources.biolink_edges import ENDS, SLOTS, Nodes, edge
from kg.sources.files import open_bytes
from kg.sources.reading import Reading, contexts
from kg.sources.tables import has_control_characters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.model import Record
    from kg.sources.identifiers import Identifiers
    from kg.sources.reading import Context

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
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_Node = ox.NamedNode | ox.BlankNode


def read(
    path: str | Path,
    *,
    identifiers: Identifiers | None = None,
    licence: str = "",
    sites: Mapping[str, Context] | None = None,
) -> Iterator[Record]:
    """Read associations.

    Parameters
    ----------
    path
        A file that ends in ``.nt``, ``.nq``, ``.ttl`` or ``.trig`` (also ``.gz``).
    identifiers
        What is known of identifiers; the shipped table when None.
    licence
        Licence of the graph, where its associations do not say.
    sites
        Which site the cell of a context qualifier means, by name or CURIE; ``site_names.tsv`` beside the file when
        None.

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
    where = contexts(path) if sites is None else sites
    with tempfile.TemporaryDirectory() as folder:
        store = ox.Store(folder)
        _load(store, path, format_)
        found = False
        for node in _associations(store):
            found = True
            yield from _association(reading, store, node, licence, where)
        del store
    if not found:
        raise SourceError(path, None, "has no association of the Biolink model", "is this the right file?")


def _load(store: ox.Store, path: Path, format_: ox.RdfFormat) -> None:
    with open_bytes(path) as stream:
        try:
            store.bulk_load(input=stream, format=format_)
        except SyntaxError as error:
            raise SourceError(path, error.lineno, f"is no {format_.name} ({error.msg})", "download it again") from error


def _associations(store: ox.Store) -> Iterator[_Node]:
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
    reading: Reading, store: ox.Store, node: _Node, licence: str, where: Mapping[str, Context]
) -> Iterator[Record]:
    said = _said(store, node)
    ends = {end: terms[0] for end in ENDS if (terms := said.get(_RDF + end) or said.get(_BIOLINK + end))}
    cells = _slots(said, SLOTS) | {end: _curie(term) for end, term in ends.items()} | {"id": _curie(node)}
    missing = [end for end in ENDS if end not in ends]
    if missing:
        yield reading.refuse(None, f"an association without {' and '.join(missing)}", f"see {cells['id']}")
        return
    if has_control_characters("".join(cells.values())):
        yield reading.refuse(None, "control character in an association", f"see {cells['id']}")
        return
    nodes = Nodes(reading)
    for end in ("subject", "object"):
        described = _described(store, ends[end])
        if described:
            nodes.add({"id": cells[end]} | described, None)
    yield from edge(nodes, None, cells, licence=licence, sites=where)


def _said(store: ox.Store, node: _Node) -> dict[str, list[object]]:
    """What is said of a node: the values of each property in a fixed order, each once."""
    found: dict[str, set[object]] = {}
    for quad in store.quads_for_pattern(node, None, None):
        found.setdefault(quad.predicate.value, set()).add(quad.object)
    return {name: sorted(values, key=str) for name, values in found.items()}


def _slots(said: Mapping[str, list[object]], slots: Iterable[str]) -> dict[str, str]:
    """Slots of the Biolink model: CURIEs where they are IRIs, joined by bars."""
    there = {slot: said[_BIOLINK + slot] for slot in slots if _BIOLINK + slot in said}
    return {slot: "|".join(sorted(set(map(_curie, terms)))) for slot, terms in there.items()}


def _curie(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return vocabulary.compress(term.value)
    return term.value if isinstance(term, ox.Literal | ox.BlankNode) else str(term)


def _described(store: ox.Store, term: object) -> dict[str, str]:
    """Name, category and species of a node, where the file says of what category it is."""
    if not isinstance(term, ox.NamedNode | ox.BlankNode):
        return {}
    said = _said(store, term)
    found = _slots(said, ("category", "name", "in_taxon"))
    category = found.get("category") or "|".join(map(_curie, said.get(_RDF + "type", ())))
    labels = [label.value for label in said.get(_RDFS + "label", ()) if isinstance(label, ox.Literal)]
    name = labels[0] if labels else found.get("name", "")
    return found | {"category": category, "name": name} if category else {}
