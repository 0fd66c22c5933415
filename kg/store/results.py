"""What a query gives back: a table of terms, a yes or no, or triples."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import rdflib

_MEDIA = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
_GRAPH_MEDIA = {"json": ox.RdfFormat.JSON_LD, "nt": ox.RdfFormat.N_TRIPLES, "ttl": ox.RdfFormat.TURTLE}
_INTEGERS = frozenset(("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "gYear"))
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
        result = json.loads(self.body)
        if "boolean" in result:
            return ["answer"], [[result["boolean"]]]
        names, bindings = result["head"]["vars"], result["results"]["bindings"]
        columns = [[_of_json(row.get(name), iris=iris) for row in bindings] for name in names]
        short = [not iris and name in self.local_predicates for name in names]
        shown = [map(_local, column) if local else column for column, local in zip(columns, short, strict=True)]
        return names, [list(row) for row in zip(*shown, strict=True)]

    def to_frame(self, *, iris: bool = False) -> pd.DataFrame:
        """The rows as a pandas DataFrame; unbound variables are None."""
        import pandas as pd

        names, rows = self.rows(iris=iris)
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        # Only where no cell is empty: pandas would make 2014 and None into 2014.0 and NaN.
        series = [pd.Series(c, dtype=None if c and None not in c else object) for c in columns]
        return pd.DataFrame(dict(enumerate(series))).set_axis(names, axis="columns")

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


def _of_json(term: Mapping[str, Any] | None, *, iris: bool) -> object:
    """Value of a term as SPARQL JSON writes it."""
    if term is None:
        return None
    kind, value = term["type"], term["value"]
    if kind == "uri":
        return value if iris else vocabulary.compress(value)
    if kind == "literal":
        return _value(value, term.get("datatype", ""))
    return f"_:{value}" if kind == "bnode" else str(_quoted(value))


def _quoted(triple: Mapping[str, Any]) -> ox.Triple:
    """A triple that is itself a term, as SPARQL JSON writes it."""
    return ox.Triple(_term(triple["subject"]), _term(triple["predicate"]), _term(triple["object"]))


def _term(term: Mapping[str, Any]) -> Any:  # noqa: ANN401 - each place in a triple takes other kinds of terms
    kind, value = term["type"], term["value"]
    if kind == "triple":
        return _quoted(value)
    if kind == "literal":
        datatype = ox.NamedNode(term["datatype"]) if "datatype" in term else None
        return ox.Literal(value, datatype=datatype, language=term.get("xml:lang"))
    return ox.BlankNode(value) if kind == "bnode" else ox.NamedNode(value)


def _cell(term: object, *, iris: bool) -> object:
    if isinstance(term, ox.NamedNode):
        return term.value if iris else vocabulary.compress(term.value)
    if isinstance(term, ox.Literal):
        return _value(term.value, term.datatype.value)
    return str(term)


def _value(text: str, datatype: str) -> object:
    """Number, yes or no, or text that a literal stands for."""
    kind = datatype.removeprefix(_XSD)
    try:
        if kind in _INTEGERS:
            return int(text)
        if kind in _FLOATS:
            number = float(text)
            return number if math.isfinite(number) else text  # JSON has no INF and no NaN
    except ValueError:
        return text
    return text == "true" if kind == "boolean" else text
