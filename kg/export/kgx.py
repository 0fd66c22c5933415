"""KGX: the exchange form of Biolink knowledge graphs, as TSV, JSON Lines and JSON.

By https://github.com/biolink/kgx/blob/master/specification/kgx-format.md. A KGX node is an entity, not a
state: the site goes to the context qualifiers of the edge. An edge that gathers several predicates gets the
Biolink predicate they share, or ``biolink:related_to``; the project's own stand in ``original_predicate``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kg import vocabulary
from kg.analysis.costs import Assumption
from kg.export.typography import flat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.export.view import Edge, Node, View

Record = dict[str, Any]
NODE_COLUMNS = ("id", "category", "name", "synonym", "provided_by")
EDGE_COLUMNS = (
    "id",
    "subject",
    "predicate",
    "object",
    "category",
    "qualified_predicate",
    "object_aspect_qualifier",
    "object_direction_qualifier",
    "subject_context_qualifier",
    "object_context_qualifier",
    "original_predicate",
    "negated",
    "knowledge_level",
    "agent_type",
    "primary_knowledge_source",
    "publications",
    "has_confidence_score",
    "provided_by",
    "license",
)
_SOURCE = "infores:exil8"


def nodes(view: View) -> Iterator[Record]:
    """Entities of a view in the order of their CURIEs, absent values left out."""
    found: dict[str, Node] = {}
    for node in view.nodes:
        found.setdefault(node.entity, node)
    for curie in sorted(found):
        node = found[curie]
        known = vocabulary.types().get(node.type)
        yield _present(
            {
                "id": curie,
                "category": [known.biolink if known else "biolink:NamedThing"],
                "name": node.label,
                "synonym": list(node.synonyms),
                "provided_by": [_SOURCE],
            }
        )


def edges(view: View) -> Iterator[Record]:
    """Edges of a view in its order, absent values left out.

    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> g = nx.MultiDiGraph()
    >>> _ = g.add_edge("HGNC:1@cell", "HGNC:2@cell", predicate="activates", sign=1)
    >>> record = next(edges(view_of(g)))
    >>> record["subject"], record["predicate"], record["object_direction_qualifier"]
    ('HGNC:1', 'biolink:affects', 'increased')
    """
    nodes_ = {node.key: node for node in view.nodes}
    return (_edge(edge, nodes_[edge.source], nodes_[edge.target]) for edge in view.edges)


def _edge(edge: Edge, source: Node, target: Node) -> Record:
    names = [name for name in edge.predicate.split("|") if name]
    known = [vocabulary.predicates()[name] for name in names if name in vocabulary.predicates()]
    shared = len({(p.biolink, p.biolink_aspect, p.biolink_direction) for p in known}) == 1 and len(known) == len(names)
    predicates = {p.biolink for p in known} if len(known) == len(names) else set()
    direction = known[0].biolink_direction if shared else ""
    return _present(
        {
            "id": f"exil8:edge/{edge.id}",
            "subject": source.entity,
            "predicate": predicates.pop() if len(predicates) == 1 else "biolink:related_to",
            "object": target.entity,
            "category": ["biolink:Association"],
            "qualified_predicate": "biolink:causes" if direction else "",
            "object_aspect_qualifier": known[0].biolink_aspect if shared else "",
            "object_direction_qualifier": direction,
            "subject_context_qualifier": _context(source),
            "object_context_qualifier": _context(target),
            "original_predicate": "|".join(f"exil8:{name}" for name in names),
            "negated": True if edge.polarity == "0" else None,
            "knowledge_level": "knowledge_assertion",
            "agent_type": "automated_agent" if Assumption.MACHINE in edge.assumptions else "not_provided",
            "primary_knowledge_source": _SOURCE,
            "publications": list(edge.publications),
            "has_confidence_score": None if edge.belief is None else round(edge.belief, 6),
            "provided_by": list(edge.sources),
            "license": "; ".join(edge.licences),
        }
    )


def _context(node: Node) -> str:
    return node.within if ":" in node.within else f"exil8s:{node.site}" if node.site else ""


def _present(record: Record) -> Record:
    return {name: value for name, value in record.items() if value is not None and value != "" and value != []}


def node_table(view: View) -> Iterator[str]:
    """Write ``*_nodes.tsv``."""
    return _table(NODE_COLUMNS, nodes(view))


def edge_table(view: View) -> Iterator[str]:
    """Write ``*_edges.tsv``."""
    return _table(EDGE_COLUMNS, edges(view))


def _table(columns: Sequence[str], records: Iterable[Record]) -> Iterator[str]:
    yield "\t".join(columns) + "\n"
    for record in records:
        yield "\t".join(_cell(record.get(column)) for column in columns) + "\n"


def _cell(value: object) -> str:
    """One cell: lists joined by the bar, which therefore no item may hold."""
    if isinstance(value, list):
        return "|".join(flat(str(item).replace("|", " ")) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else flat(str(value))


def lines(records: Iterable[Record]) -> Iterator[str]:
    """Write records as JSON Lines."""
    return (json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n" for record in records)


def json_document(view: View) -> Iterator[str]:
    """Write both kinds of records as one JSON document."""
    yield '{"nodes": ['
    yield from _joined(nodes(view))
    yield '\n],\n"edges": ['
    yield from _joined(edges(view))
    yield "\n]}\n"


def _joined(records: Iterable[Record]) -> Iterator[str]:
    for i, line in enumerate(lines(records)):
        yield (",\n" if i else "\n") + line.rstrip("\n")
