"""What a query gives back: a table of terms, a yes or no, or triples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import vocabulary

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

_MEDIA = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
_GRAPH_MEDIA = {"json": ox.RdfFormat.JSON_LD, "nt": ox.RdfFormat.N_TRIPLES, "ttl": ox.RdfFormat.TURTLE}
_INTEGERS = ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "gYear")
_FLOATS = ("decimal", "double", "float")
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Answer:
    """Result of a query in SPARQL 1.1 JSON (SELECT, ASK) or N-Triples (CONSTRUCT, DESCRIBE).

    Parameters
    ----------
    form
        ``select``, ``ask``, ``construct`` or ``describe``.
    body
        The serialised result, UTF-8.
    local_predicates
        Columns whose IRIs are shown by local name instead of CURIE.
    """

    form: str
    body: bytes
    local_predicates: tuple[str, ...] = ()

    @property
    def is_graph(self) -> bool:
        """Whether the answer is triples."""
        return self.form in ("construct", "describe")

    def rows(self, *, iris: bool = False) -> tuple[list[str], list[list[object]]]:
        """Columns and rows of a SELECT, with CURIEs for IRIs (unless ``iris``) and Python values.

        An ASK has one column, ``answer``; triples have ``subject``, ``predicate`` and ``object``.
        """
        if self.is_graph:
            triples = ox.parse(self.body, format=ox.RdfFormat.N_TRIPLES)
            terms = ((t.subject, t.predicate, t.object) for t in triples)
            return ["subject", "predicate", "object"], [[_cell(t, iris=iris) for t in triple] for triple in terms]
        result = ox.parse_query_results(self.body, ox.QueryResultsFormat.JSON)
        if isinstance(result, ox.QueryBoolean):
            return ["answer"], [[bool(result)]]
        names = [variable.value for variable in result.variables]
        local = [not iris and name in self.local_predicates for name in names]
        rows = [
            [
                _local(cell) if short else cell
                for cell, short in zip((_cell(t, iris=iris) for t in row), local, strict=True)
            ]
            for row in result
        ]
        return names, rows

    def to_frame(self, *, iris: bool = False) -> pd.DataFrame:
        """The rows as a pandas DataFrame; unbound variables are None."""
        import pandas as pd

        names, rows = self.rows(iris=iris)
        frame = pd.DataFrame(rows, columns=names, dtype=object)
        # Only where no cell is empty: pandas would make 2014 and None into 2014.0 and NaN.
        return frame.astype({name: frame[name].infer_objects().dtype for name in names if frame[name].notna().all()})

    def to_rdflib(self) -> rdflib.Graph:
        """The triples of a CONSTRUCT or DESCRIBE as an rdflib Graph."""
        import rdflib

        return rdflib.Graph().parse(data=self.body.decode(), format="nt")

    def serialize(self, format_: str) -> bytes:
        """The answer in a standard form, with full IRIs: json, csv, tsv, xml; for triples json (JSON-LD), ttl, nt."""
        if self.is_graph:
            triples = ox.parse(self.body, format=ox.RdfFormat.N_TRIPLES)
            ordered = sorted(triples, key=lambda t: (str(t.subject), str(t.predicate), str(t.object)))
            return ox.serialize(ordered, format=_GRAPH_MEDIA[format_], prefixes=self._prefixes()) or b""
        parsed = ox.parse_query_results(self.body, ox.QueryResultsFormat.JSON)
        return parsed.serialize(format=_MEDIA[format_]) or b""

    def _prefixes(self) -> dict[str, str] | None:
        text = self.body.decode()
        return {name: uri for name, uri in vocabulary.namespaces().items() if f"<{uri}" in text}


def _local(cell: object) -> object:
    return cell.rpartition(":")[2] if isinstance(cell, str) else cell


def _cell(term: object, *, iris: bool) -> object:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return term.value if iris else vocabulary.compress(term.value)
    if isinstance(term, ox.Literal):
        return _value(term)
    return str(term)


def _value(literal: ox.Literal) -> object:
    kind = literal.datatype.value.removeprefix(_XSD)
    try:
        if kind in _INTEGERS:
            return int(literal.value)
        if kind in _FLOATS:
            number = float(literal.value)
            return number if math.isfinite(number) else literal.value  # JSON has no INF and no NaN
    except ValueError:
        return literal.value
    return literal.value == "true" if kind == "boolean" else literal.value
