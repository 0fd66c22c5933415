"""SIF with a table of nodes and one of edges, for Cytoscape's import dialogs and for spreadsheets.

SIF has no quoting, so tabs and line breaks become spaces; its names must be unique, so a label that stands
for several states is followed by the site, and by a number where that does not suffice.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kg.export.attributes import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, Names, edge_values, flat_value, node_values
from kg.export.typography import flat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.export.attributes import Value
    from kg.export.view import View


def unique_names(view: View) -> dict[str, str]:
    """Name of each node (by key): its label, with as much added as it takes to tell it apart.

    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> g = nx.MultiDiGraph()
    >>> for site in ("marrow", "blood"):
    ...     g.add_node(f"x@{site}", label="IL-8", site=site)
    >>> unique_names(view_of(g))
    {'x@blood': 'IL-8 [blood]', 'x@marrow': 'IL-8 [marrow]'}
    """
    names = {node.key: flat(node.label) or flat(node.key) for node in view.nodes}
    for more in ({n.key: flat(n.site_label) for n in view.nodes}, {n.key: str(n.id) for n in view.nodes}):
        count = Counter(names.values())
        names = {key: f"{name} [{more[key]}]" if count[name] > 1 else name for key, name in names.items()}
    return names


def chunks(view: View) -> Iterator[str]:
    """Write a view as SIF: source, interaction, target; a node without edges stands alone.

    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> g = nx.MultiDiGraph()
    >>> g.add_node("lonely cell")
    >>> _ = g.add_edge("a", "b", predicate="binds")
    >>> print("".join(chunks(view_of(g))).expandtabs(8))
    a       binds   b
    lonely cell
    """
    names = unique_names(view)
    for edge in view.edges:
        yield f"{names[edge.source]}\t{flat(edge.label) or edge.kind}\t{names[edge.target]}\n"
    # The tab makes tabs the separator even where no edge does, or a name with a space would become two nodes.
    yield from (f"{names[node.key]}\t\n" for node in view.nodes if not node.degree)


def node_table(view: View) -> Iterator[str]:
    """Write the nodes as tab-separated values, keyed by the unique ``name``."""
    names, values = unique_names(view), Names.of(view)
    columns = [attribute.name for attribute in NODE_ATTRIBUTES]
    yield _row(["name", "label", *columns[1:], "x", "y"])
    for node in view.nodes:
        found = node_values(node, values)
        yield _row([names[node.key], *(_cell(found.get(c)) for c in columns), str(node.x), str(node.y)])


def edge_table(view: View) -> Iterator[str]:
    """Write the edges as tab-separated values; ``key`` tells two equal triples apart, ``name`` does not."""
    names, values = unique_names(view), Names.of(view)
    columns = [attribute.name for attribute in EDGE_ATTRIBUTES if attribute.name not in ("name", "interaction")]
    yield _row(["source", "interaction", "target", "name", *columns])
    for edge in view.edges:
        found = edge_values(edge, values)
        source, target = names[edge.source], names[edge.target]
        label = flat(edge.label) or edge.kind
        yield _row([source, label, target, f"{source} ({label}) {target}", *(_cell(found.get(c)) for c in columns)])


def source_table(view: View) -> Iterator[str]:
    """Write the sources of what is in a view, as their licences ask: name, title, version, licence, citation."""
    yield _row(["source", "title", "version", "licence", "citation"])
    for c in view.credited_to:
        yield _row([flat(cell) for cell in (c.name, c.title, c.version, c.licence, c.citation)])


def _cell(value: Value | None) -> str:
    return "" if value is None else flat(flat_value(value))


def _row(cells: Sequence[str]) -> str:
    return "\t".join(cells) + "\n"
