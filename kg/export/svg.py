"""The figure as SVG: columns with headers, nodes by shape, lines with SBGN-like ends, legend, title.

Plain SVG 1.1 without script, style sheet or outside reference, so that it prints, opens in Inkscape and
Illustrator, and shows inside a page or a notebook.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from kg.export import legend, style
from kg.export.arrows import draw_edge
from kg.export.outlines import num, outline
from kg.export.routing import label_size, routes
from kg.export.typography import wrap
from kg.model import content_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.export.layout import Frame
    from kg.export.routing import Route
    from kg.export.view import Column, Edge, Node, View

MARGIN = 32.0
_TITLE, _SUBTITLE, _HEADER, _HEADER_GAP = 20.0, 13.0, 19.0, 10.0
_LEAST_WIDTH = 620.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """The part of the plane that a figure takes, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


def bounds(view: View, ways: Sequence[Route]) -> Bounds:
    """Bounds of columns, lines and labels, without title and legend."""
    xs = [x for frame in view.frames for x in (frame.x, frame.x + frame.width)] or [0.0]
    ys = [y for frame in view.frames for y in (frame.y, frame.y + frame.height)] or [0.0]
    for way in ways:
        middle = way.curve.at(0.5) if not way.loop else way.curve.control
        half = max(label_size(way.label)) / 2 if way.label else 0.0
        xs += [middle[0], way.label_at[0] - half, way.label_at[0] + half]
        ys += [middle[1], way.label_at[1] - half, way.label_at[1] + half]
    return Bounds(min(xs), min(ys), max(xs), max(ys))


def render(view: View) -> str:
    """Draw a view.

    Parameters
    ----------
    view
        What to draw; an empty one gives a figure that says so.

    Returns
    -------
    str
        One ``<svg>`` element, without an XML declaration so that it can stand in a page.

    Examples
    --------
    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> text = render(view_of(nx.MultiDiGraph([("a", "b")]), title="A & B"))
    >>> text.count('class="node"'), text.count('class="edge"'), "A &amp; B" in text
    (2, 1, True)
    """
    return render_figure(view, routes(view))


def render_figure(view: View, ways: Sequence[Route]) -> str:
    """Draw a view whose lines have their way already."""
    return "\n".join(_figure(view, ways)) + "\n"


def _figure(view: View, ways: Sequence[Route]) -> Iterator[str]:
    area = bounds(view, ways)
    width = max(_LEAST_WIDTH, area.right - area.left) + 2 * MARGIN
    left = area.left - MARGIN - max(0.0, _LEAST_WIDTH - (area.right - area.left)) / 2
    head = list(_head(view, left + MARGIN, width - 2 * MARGIN))
    top = area.top - header_room(view) - head_height(head) - MARGIN
    key = list(legend.draw(view, x=left + MARGIN, y=area.bottom + 34, width=width - 2 * MARGIN))
    bottom = area.bottom + 34 + legend.height(view, width - 2 * MARGIN) + MARGIN / 2
    yield from _opening(view, (left, top, width, bottom - top))
    yield from (_text(x, top + MARGIN + y, size, line, bold=bold) for x, y, size, line, bold in head)
    if not view.nodes:
        yield _text(left + MARGIN, area.top + 20, 13, "There is nothing to show.")
    yield from columns(view)
    yield '<g class="edges">'
    pairs = list(zip(view.edges, ways, strict=True))
    names = {node.key: f"{node.label} ({node.site_label})" for node in view.nodes}
    for edge, way in sorted(pairs, key=lambda pair: pair[0].kind != "definition"):
        yield f'<g class="edge" data-id="e{edge.id}"><title>{escape(edge_title(edge, names))}</title>'
        yield from draw_edge(edge, way)
        yield "</g>"
    yield "</g>"
    yield '<g class="edge-labels">'
    yield from (_edge_label(edge, way) for edge, way in pairs if way.label)
    yield "</g>"
    yield '<g class="nodes">'
    for node in view.nodes:
        yield from _node(node)
    yield "</g>"
    yield from key
    yield "</svg>"


def _opening(view: View, box: tuple[float, float, float, float]) -> Iterator[str]:
    x, y, width, height = box
    # Ids must not meet those of another figure in the same notebook.
    mark = "kg" + content_id(view.title, *(n.key for n in view.nodes), *(e.key for e in view.edges))[:10]
    title = view.title or "Network"
    counts = f"{len(view.nodes)} nodes in {len(view.columns)} columns, {len(view.edges)} edges."
    where = "; ".join(
        f"{column.label}: {', '.join(node.label for node in view.nodes if node.column == column.id)}"
        for column in view.columns
    )
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{num(x)} {num(y)} {num(width)} {num(height)}" '
        f'width="{num(width)}" height="{num(height)}" role="img" aria-labelledby="{mark}-t {mark}-d" '
        f"font-family={quoteattr(style.FONT)}>"
    )
    yield f'<title id="{mark}-t">{escape(title)}</title>'
    yield f'<desc id="{mark}-d">{escape(" ".join(filter(None, (view.description, counts, where))))}</desc>'
    yield f'<rect x="{num(x)}" y="{num(y)}" width="{num(width)}" height="{num(height)}" fill="{style.PAPER}"/>'


def _head(view: View, x: float, room: float) -> Iterator[tuple[float, float, float, str, bool]]:
    """Title and description: (x, baseline below the top, size, line, bold)."""
    y = 0.0
    for line in wrap(view.title, room, _TITLE, lines=2, bold=True):
        y += 24
        yield x, y, _TITLE, line, True
    for line in wrap(view.description, min(room, 1000.0), _SUBTITLE, lines=3):
        y += 18
        yield x, y, _SUBTITLE, line, False


def head_height(head: Sequence[tuple[float, float, float, str, bool]]) -> float:
    """Height of title and description with the space below, in pixels."""
    return head[-1][1] + 26 if head else 0.0


def header_room(view: View) -> float:
    """Height of the headers above the columns, in pixels."""
    return max((len(_header(*pair)) * _HEADER for pair in _pairs(view)), default=0.0) + _HEADER_GAP


def columns(view: View) -> Iterator[str]:
    """Draw the columns with their headers above them."""
    for column, frame in _pairs(view):
        yield (
            f'<rect class="column" x="{num(frame.x)}" y="{num(frame.y)}" width="{num(frame.width)}" '
            f'height="{num(frame.height)}" rx="9" fill={quoteattr(column.fill)} '
            f'stroke={quoteattr(column.colour)} stroke-width="1.5"/>'
        )
        for i, line in enumerate(reversed(_header(column, frame))):
            y = frame.y - _HEADER_GAP - _HEADER * i
            yield _text(frame.x + frame.width / 2, y, style.HEADER_FONT, line, bold=True, anchor="middle")


def _pairs(view: View) -> list[tuple[Column, Frame]]:
    return list(zip(view.columns, view.frames, strict=True))


def _header(column: Column, frame: Frame) -> tuple[str, ...]:
    return wrap(column.label, frame.width, style.HEADER_FONT, lines=2, bold=True)


def _edge_label(edge: Edge, way: Route) -> str:
    width, height = label_size(way.label)
    x, y = way.label_at
    turn = f' transform="rotate({num(way.label_angle)} {num(x)} {num(y)})"' if way.label_angle else ""
    ground = (
        f'<rect x="{num(x - width / 2)}" y="{num(y - height / 2)}" width="{num(width)}" height="{num(height)}" '
        f'rx="2" fill="{style.PAPER}" fill-opacity="0.88"/>'
    )
    colour = "#777777" if edge.kind == "definition" else "#3A3A3A"
    return f"<g{turn}>{ground}{_lines(way.label, x, y, style.EDGE_FONT, 11.5, colour)}</g>"


def _node(node: Node) -> Iterator[str]:
    look = style.node_style(node.role)
    paint = f'fill="{look.fill}" stroke="{style.BORDER}" stroke-width="1.4" stroke-linejoin="round"'
    yield f'<g class="node" data-id="n{node.id}"><title>{escape(node_title(node))}</title>'
    yield outline(look.shape, (node.x, node.y, node.width, node.height), paint)
    yield _lines(node.lines, node.x, node.y, style.NODE_FONT, 14.5, style.INK)
    yield "</g>"


def node_title(node: Node) -> str:
    """One line on a node: what a pointer or a screen reader gets."""
    within = f", in {node.within}" if ":" in node.within else ""
    return f"{node.label} at {node.site_label or 'no stated site'}{within} ({node.type or 'untyped'}, {node.entity})"


def edge_title(edge: Edge, names: dict[str, str]) -> str:
    """One line on an edge, with its papers."""
    papers = ", ".join(edge.publications) or ("by definition" if edge.kind == "definition" else "no paper")
    more = [f"belief {edge.belief:.2f}"] if edge.belief is not None else []
    if edge.against:
        more.append(f"against: {', '.join(edge.against)}")
    if edge.assumptions:
        more.append(f"assumed: {', '.join(edge.assumptions)}")
    said = f"{names[edge.source]} {edge.label or edge.kind} {names[edge.target]}"
    return "; ".join([f"{said}: {papers}", *more, *([edge.status] if edge.status != "supported" else [])])


def _lines(lines: Sequence[str], x: float, y: float, size: float, step: float, colour: str) -> str:
    """Centred lines around a point."""
    first = y - (len(lines) - 1) * step / 2 + size * 0.36
    spans = "".join(
        f'<tspan x="{num(x)}" y="{num(first + i * step)}">{escape(line)}</tspan>' for i, line in enumerate(lines)
    )
    return f'<text font-size="{num(size)}" text-anchor="middle" fill="{colour}">{spans}</text>'


def _text(x: float, y: float, size: float, line: str, *, bold: bool = False, anchor: str = "start") -> str:
    weight = ' font-weight="bold"' if bold else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{num(x)}" y="{num(y)}" font-size="{num(size)}"{weight}{place} fill="#222222">{escape(line)}</text>'
    )
