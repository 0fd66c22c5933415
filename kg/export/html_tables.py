"""The tables of the page: paths, edges with their papers, nodes. An equal view of the figure, not an extra.

Every row has the id of its element, so ``#e7`` in an address leads to it with and without JavaScript.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from kg.export import style
from kg.export.attributes import SIGNS
from kg.export.links import entity_url, paper_url
from kg.export.svg import edge_title, node_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.export.view import Edge, Node, View

_SIGN_WORDS = {"positive": "+ raises", "negative": "− lowers", "neutral": "no sign"}


def paper_links(curies: Iterable[str]) -> str:
    """Links to publications; what has no address stands as text.

    >>> paper_links(["PMID:24657661", "<b>"])
    '<a href="https://pubmed.ncbi.nlm.nih.gov/24657661/" rel="noreferrer">PMID:24657661</a>, &lt;b&gt;'
    """
    return ", ".join(_link(paper_url(curie), curie) for curie in curies)


def _link(address: str, text: str) -> str:
    if not address.startswith(("https://", "http://")):
        return escape(text)
    return f'<a href="{escape(address)}" rel="noreferrer">{escape(text)}</a>'


def _to_node(node: Node) -> str:
    site = f' <span class="site">{escape(node.site_label)}</span>' if node.site_label else ""
    return f'<a href="#n{node.id}">{escape(node.label)}</a>{site}'


def _table(kind: str, caption: str, heads: Sequence[str], rows: Iterable[str]) -> Iterator[str]:
    yield f'<div class="scroll"><table class="{kind}"><caption>{escape(caption)}</caption>'
    cells = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    yield f"<thead><tr>{cells}</tr></thead><tbody>"
    yield from rows
    yield "</tbody></table></div>"


def edge_table(view: View) -> Iterator[str]:
    """Table of edges, each with the papers for and against."""
    nodes = {node.key: node for node in view.nodes}
    names = {node.key: f"{node.label} ({node.site_label})" for node in view.nodes}
    heads = ("No.", "Subject", "Relation", "Object", "Sign", "Belief", "Papers", "Against", "Assumed", "Status")
    caption = f"{len(view.edges)} edges; a dashed line in the figure has papers against it."
    yield from _table("edges", caption, heads, (_edge_row(edge, nodes, names) for edge in view.edges))


def _edge_row(edge: Edge, nodes: Mapping[str, Node], names: Mapping[str, str]) -> str:
    sign = SIGNS[(edge.sign > 0) - (edge.sign < 0)]
    cells = (
        f'<td class="number"><a href="#e{edge.id}">{edge.id}</a></td>',
        f"<td>{_to_node(nodes[edge.source])}</td>",
        f"<td>{escape(edge.label or edge.kind)}{' (by definition)' if edge.kind == 'definition' else ''}</td>",
        f"<td>{_to_node(nodes[edge.target])}</td>",
        f'<td class="sign-{sign}">{_SIGN_WORDS[sign]}</td>',
        f'<td class="number">{"" if edge.belief is None else f"{edge.belief:.2f}"}</td>',
        f"<td>{paper_links(edge.publications)}</td>",
        f"<td>{paper_links(edge.against)}</td>",
        f"<td>{escape('; '.join(edge.assumptions))}</td>",
        f"<td>{escape(edge.status)}</td>",
    )
    title = escape(edge_title(edge, dict(names)).partition(": ")[0])
    return f'<tr id="e{edge.id}" data-title="{title}">{"".join(cells)}</tr>'


def node_table(view: View) -> Iterator[str]:
    """Table of nodes."""
    labels = {column.id: column.label for column in view.columns}
    heads = ("Name", "Kind", "Column", "Site", "Identifier", "Other names", "Edges")
    yield from _table("nodes", f"{len(view.nodes)} nodes.", heads, (_node_row(node, labels) for node in view.nodes))


def _node_row(node: Node, labels: Mapping[str, str]) -> str:
    cells = (
        f'<td><a href="#n{node.id}">{escape(node.label)}</a></td>',
        f"<td>{escape(style.node_style(node.role).legend)}</td>",
        f"<td>{escape(labels[node.column])}</td>",
        f"<td>{escape(node.site_label)}</td>",
        f"<td>{_link(entity_url(node.entity), node.entity)}</td>",
        f"<td>{escape(', '.join(node.synonyms))}</td>",
        f'<td class="number">{node.degree}</td>',
    )
    return f'<tr id="n{node.id}" data-title="{escape(node_title(node))}">{"".join(cells)}</tr>'


@dataclass(frozen=True, slots=True)
class Places:
    """Finds the node that an end of a step means: by entity, site and, where it is told, what it is within."""

    exact: Mapping[tuple[str, str, str], Node]
    loose: Mapping[tuple[str, str], Node]

    @classmethod
    def of(cls, view: View) -> Places:
        """Index the nodes of a view."""
        backwards = tuple(reversed(view.nodes))
        return cls({(n.entity, n.site, n.within): n for n in backwards}, {(n.entity, n.site): n for n in backwards})

    def node(self, step: Mapping[str, Any], end: str) -> Node | None:
        """Node at an end (``subject`` or ``object``) of a step, None when the view does not hold it."""
        entity, site = str(step.get(end)), str(step.get(f"{end}_site"))
        if f"{end}_within" in step:
            return self.exact.get((entity, site, str(step[f"{end}_within"])))
        return self.loose.get((entity, site))


def path_members(view: View, path: Mapping[str, Any]) -> list[str]:
    """Ids of the nodes and edges of the view that a path of ``kg paths --json`` walks over."""
    places = Places.of(view)
    found: list[str] = []
    for step in path.get("steps", ()):
        ends = [places.node(step, end) for end in ("subject", "object")]
        found += [f"n{node.id}" for node in ends if node is not None]
        found += [f"e{edge.id}" for edge in view.edges if _is_step(edge, ends, step)]
    return list(dict.fromkeys(found))


def _is_step(edge: Edge, ends: Sequence[Node | None], step: Mapping[str, Any]) -> bool:
    source, target = ends
    if source is None or target is None or (edge.source, edge.target) != (source.key, target.key):
        return False
    stated = set(str(step.get("predicate", "")).split("|"))
    return not edge.predicate or bool(stated & set(edge.predicate.split("|")))


def path_list(view: View, paths: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Paths, best first, each as a table of its steps."""
    places = Places.of(view)
    for number, path in enumerate(paths, start=1):
        steps = list(path.get("steps", ()))
        title = f"Path {path.get('rank', number)}"
        yield f'<section class="path" id="p{number}" data-title="{escape(title)}">'
        yield f'<h3><a href="#p{number}">{escape(title)}</a></h3>'
        yield f"<p>{escape(_summary(path))}</p><p>{_route(steps)}</p>"
        heads = ("Subject", "Relation", "Object", "Belief", "Papers", "Assumed")
        yield from _table("steps", f"{len(steps)} steps", heads, (_step_row(step, places) for step in steps))
        yield "</section>"


def _summary(path: Mapping[str, Any]) -> str:
    parts = [f"sign {path.get('sign', 'unknown')}"]
    if isinstance(path.get("belief"), int | float):
        parts.append(f"belief {path['belief']:.2g}")
    if isinstance(path.get("cost_nat"), int | float):
        parts.append(f"cost {path['cost_nat']:.2f} nat")
    return ", ".join(parts)


def _route(steps: Sequence[Mapping[str, Any]]) -> str:
    """The path as one line."""
    if not steps:
        return ""
    first = steps[0]
    parts = [f"{first.get('subject_label', '')}@{first.get('subject_site', '')}"]
    for step in steps:
        relation = style.predicate_label(str(step.get("predicate", "")))
        parts.append(f"— {relation} → {step.get('object_label', '')}@{step.get('object_site', '')}")
    return escape(" ".join(parts))


def _step_row(step: Mapping[str, Any], places: Places) -> str:
    belief = step.get("belief")
    cells = (
        f"<td>{_end(step, 'subject', places)}</td>",
        f"<td>{escape(style.predicate_label(str(step.get('predicate', ''))))}</td>",
        f"<td>{_end(step, 'object', places)}</td>",
        f'<td class="number">{f"{belief:.2f}" if isinstance(belief, int | float) else ""}</td>',
        f"<td>{paper_links(map(str, step.get('publications', ())))}</td>",
        f"<td>{escape('; '.join(map(str, step.get('assumptions', ()))))}</td>",
    )
    return f"<tr>{''.join(cells)}</tr>"


def _end(step: Mapping[str, Any], end: str, places: Places) -> str:
    node = places.node(step, end)
    if node is not None:
        return _to_node(node)
    label, site = str(step.get(f"{end}_label") or step.get(end, "")), str(step.get(f"{end}_site", ""))
    return f'{escape(label)} <span class="site">{escape(site)}</span>'
