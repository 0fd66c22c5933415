"""The columns that every table of nodes and edges has: name, type and value, once for all formats.

Absent values are left out (``None``); lists are never empty; numbers are finite. No column is called ``id``,
``SUID``, ``selected``, ``shared name`` or ``shared interaction``: Cytoscape makes those itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from kg.export.links import paper_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.export.view import Edge, Node, View

Value = str | int | float | bool | list[str]
_Item = TypeVar("_Item")

STRING, INTEGER, DOUBLE, BOOLEAN, LIST = "string", "integer", "double", "boolean", "list_of_string"
SIGNS = {1: "positive", 0: "neutral", -1: "negative"}


@dataclass(frozen=True, slots=True)
class Attribute(Generic[_Item]):
    """A column: its name, its type in the words of CX2, what it says, and how to get its value."""

    name: str
    type: str
    meaning: str
    get: Callable[[_Item, Names], Value | None]

    def value(self, item: _Item, names: Names) -> Value | None:
        """Value for an item, or None when there is nothing to write."""
        found = self.get(item, names)
        return None if found is None or found == "" or found == [] else found


@dataclass(frozen=True, slots=True)
class Names:
    """What values are built from beside the item itself: labels of nodes and of columns."""

    node: Mapping[str, str]
    column: Mapping[str, str]

    @classmethod
    def of(cls, view: View) -> Names:
        """Collect the names of a view."""
        return cls({n.key: n.label for n in view.nodes}, {c.id: c.label for c in view.columns})


def size_name(node: Node) -> str:
    """Size of a node as a word, which a discrete mapping can take.

    Desktop and Web both map a word to a number; a size for each node would need a bypass.
    """
    return f"{node.width:g} x {node.height:g}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _pmids(edge: Edge) -> list[str]:
    return [paper[5:] for paper in edge.publications if paper.startswith("PMID:")]


def _urls(edge: Edge, *, pubmed: bool) -> list[str]:
    papers = (paper for paper in edge.publications if paper.startswith("PMID:") == pubmed)
    return [url for url in map(paper_url, papers) if url]


NODE_ATTRIBUTES: tuple[Attribute[Node], ...] = (
    Attribute("name", STRING, "label", lambda n, _: n.label),
    Attribute("represents", STRING, "CURIE of the entity", lambda n, _: n.entity),
    Attribute("alias", LIST, "other names", lambda n, _: list(n.synonyms)),
    Attribute("state", STRING, "key of the state: entity at site", lambda n, _: n.key),
    Attribute("type", STRING, "type of the entity", lambda n, _: n.type),
    Attribute("role", STRING, "type, finer for gene products; sets colour and shape", lambda n, _: n.role),
    Attribute("compartment", STRING, "column of the figure", lambda n, names: names.column[n.column]),
    Attribute("site", STRING, "identifier of the site", lambda n, _: n.site),
    Attribute("site_label", STRING, "name of the site", lambda n, _: n.site_label),
    Attribute("site_kind", STRING, "cell, medium, carrier, organism or unspecified", lambda n, _: n.site_kind),
    Attribute("within", STRING, "vesicle that carries it", lambda n, _: n.within),
    Attribute("url", STRING, "page of the entity", lambda n, _: n.url),
    Attribute("degree", INTEGER, "edges in and out", lambda n, _: n.degree),
    Attribute("size", STRING, "width x height in the figure", lambda n, _: size_name(n)),
)
"""Columns of nodes."""

EDGE_ATTRIBUTES: tuple[Attribute[Edge], ...] = (
    Attribute(
        "name",
        STRING,
        "source (interaction) target",
        lambda e, names: f"{names.node[e.source]} ({e.label or e.kind}) {names.node[e.target]}",
    ),
    Attribute("interaction", STRING, "predicates in words", lambda e, _: e.label or e.kind),
    Attribute("key", STRING, "key of the edge in the network", lambda e, _: e.key),
    Attribute("predicate", STRING, "predicates by local name", lambda e, _: e.predicate),
    Attribute("kind", STRING, "effect, transfer or definition", lambda e, _: e.kind),
    Attribute("effect", STRING, "what it does; sets colour and arrow", lambda e, _: e.effect),
    Attribute("sign", STRING, "positive, negative or neutral", lambda e, _: SIGNS[(e.sign > 0) - (e.sign < 0)]),
    Attribute("evidence_count", INTEGER, "publications for it", lambda e, _: e.papers),
    Attribute("confidence", DOUBLE, "belief, 0 to 1", lambda e, _: _rounded(e.belief)),
    Attribute("cost", DOUBLE, "cost of the step in nat", lambda e, _: _rounded(e.cost)),
    Attribute("status", STRING, "supported, contradicted or retracted", lambda e, _: e.status),
    Attribute("is_contested", BOOLEAN, "some paper says the opposite", lambda e, _: bool(e.against)),
    Attribute("publications", LIST, "CURIEs of publications", lambda e, _: list(e.publications)),
    Attribute("pmids", LIST, "PubMed numbers", lambda e, _: _pmids(e)),
    Attribute("pubmed_urls", LIST, "pages at PubMed", lambda e, _: _urls(e, pubmed=True)),
    Attribute("paper_urls", LIST, "pages of papers not in PubMed", lambda e, _: _urls(e, pubmed=False)),
    Attribute("against", LIST, "CURIEs of publications that say the opposite", lambda e, _: list(e.against)),
    Attribute("assumptions", LIST, "what was assumed", lambda e, _: list(e.assumptions)),
    Attribute("relations", LIST, "CURIEs of relations", lambda e, _: list(e.relations)),
    Attribute("sources", LIST, "who read the relations", lambda e, _: list(e.sources)),
    Attribute("licences", LIST, "licences of what they read", lambda e, _: list(e.licences)),
)
"""Columns of edges."""


def node_values(node: Node, names: Names) -> dict[str, Value]:
    """Values of a node by column, absent ones left out."""
    found = ((a.name, a.value(node, names)) for a in NODE_ATTRIBUTES)
    return {name: value for name, value in found if value is not None}


def edge_values(edge: Edge, names: Names) -> dict[str, Value]:
    """Values of an edge by column, absent ones left out."""
    found = ((a.name, a.value(edge, names)) for a in EDGE_ATTRIBUTES)
    return {name: value for name, value in found if value is not None}


def flat_value(value: Value) -> str:
    """Write a value into one cell of a table: lists joined by ``; ``, booleans in small letters.

    >>> flat_value(["a", "b"]), flat_value(True), flat_value(0.5)
    ('a; b', 'true', '0.5')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(value) if isinstance(value, list) else str(value)
