"""The legend under the figure: only what the figure holds."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from kg.export import style
from kg.export.arrows import draw_line
from kg.export.outlines import outline
from kg.export.shapes import Curve
from kg.export.typography import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.export.view import View

_SIZE, _ROW, _SWATCH, _GAP = 12.0, 25.0, 40.0, 26.0


def entries(view: View) -> tuple[tuple[str, str, str], ...]:
    """What the legend of a view explains: (``effect``, ``status``, ``papers`` or ``role``; key; words).

    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> g = nx.MultiDiGraph()
    >>> g.add_node("a", type="vesicle")
    >>> _ = g.add_edge("a", "a", predicate="releases", publications=("PMID:1",))
    >>> [words for _, _, words in entries(view_of(g))]
    ['moves to', '1 paper', 'vesicle']
    """
    found: list[tuple[str, str, str]] = []
    effects, statuses = {edge.effect for edge in view.edges}, {edge.status for edge in view.edges}
    found += [("effect", name, look.legend) for name, look in style.EFFECTS.items() if name in effects]
    found += [("status", name, words) for name, words in style.STATUS_LEGEND.items() if name in statuses]
    most = max((edge.papers for edge in view.edges if edge.kind != "definition"), default=0)
    if most:
        found.append(("papers", "1", "1 paper"))
    if most > 1:
        capped = min(most, style.MAX_PAPERS)
        words = f"{capped} papers" + (" or more" if most > style.MAX_PAPERS else "")
        found.append(("papers", str(capped), words))
    roles = {node.role for node in view.nodes}
    found += [("role", role, look.legend) for role, look in style.NODES.items() if role in roles]
    if roles - set(style.NODES):
        found.append(("role", "", style.OTHER_NODE.legend))
    return tuple(found)


def _placed(view: View, width: float) -> Iterator[tuple[float, int, tuple[str, str, str]]]:
    """Entries with their x and row: lines first, then nodes on a row of their own."""
    x, row, before = 0.0, 0, ""
    for entry in entries(view):
        wide = _SWATCH + 8 + text_width(entry[2], _SIZE) + _GAP
        new_part = entry[0] == "role" and before not in ("role", "")
        if x and (x + wide - _GAP > width or new_part):
            x, row = 0.0, row + 1
        yield x, row, entry
        x, before = x + wide, entry[0]


def height(view: View, width: float) -> float:
    """Height in pixels of the legend and the line below it, set in a given width."""
    rows = max((row + 1 for _, row, _ in _placed(view, width)), default=0)
    return rows * _ROW + (22.0 if _footer(view) else 0.0)


def _footer(view: View) -> str:
    parts = (view.organism, view.reference, view.rights, view.version and f"version {view.version}")
    return " · ".join(part for part in parts if part)


def draw(view: View, *, x: float, y: float, width: float) -> Iterator[str]:
    """Draw the legend with its top left corner at (x, y) in the given width."""
    yield '<g class="legend">'
    for dx, row, (kind, name, words) in _placed(view, width):
        middle = y + row * _ROW + _ROW / 2
        yield from _swatch(kind, name, x + dx, middle)
        yield _words(x + dx + _SWATCH + 8, middle + _SIZE * 0.36, words)
    footer = _footer(view)
    if footer:
        yield _words(x, y + height(view, width) - 2, footer, "#666666", 10.5)
    yield "</g>"


def _words(x: float, y: float, text: str, colour: str = "#222222", size: float = _SIZE) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}">{escape(text)}</text>'


def _swatch(kind: str, name: str, x: float, y: float) -> Iterator[str]:
    if kind == "role":
        look = style.node_style(name)
        paint = f'fill="{look.fill}" stroke="{style.BORDER}" stroke-width="1.2"'
        yield outline(look.shape, (x + _SWATCH / 2 + 4, y, 30, 16), paint)
        return
    line = Curve((x, y), (x + _SWATCH / 2, y), (x + _SWATCH, y))
    if kind == "effect":
        look_ = style.EFFECTS[name]
        yield from draw_line(line, look_.arrow, look_.colour, style.width(2, name))
    elif kind == "status":
        yield from draw_line(line, "none", style.NEUTRAL, style.MIN_WIDTH, style.DASHES[name])
    else:
        yield from draw_line(line, "triangle", style.POSITIVE, style.width(int(name)))
