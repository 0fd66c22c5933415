"""The figure as a page of its own: cytoscape.js with the same positions, and tables that say the same.

Nothing is fetched: script, style and data stand in the file. Without JavaScript the page shows the SVG figure
and the tables.
"""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.export import cyjs, legend, style
from kg.export.html_tables import edge_table, node_table, paper_links, path_list, path_members
from kg.export.routing import routes
from kg.export.svg import bounds, columns, header_room, render_figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.export.routing import Route
    from kg.export.view import View

_HERE = Path(__file__).resolve().parent
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
# The one shape that cytoscape.js calls by another name.
_SHAPES = {"parallelogram": "rhomboid"}
_HELP = (
    "<p>Click a node or an edge, or follow a link in the tables, to see what is known about it, and from which "
    "papers.</p>"
    "<p><kbd>/</kbd> search, <kbd>Enter</kbd> next match. In the figure: arrow keys walk along edges, <kbd>Enter</kbd> "
    "goes to the evidence, <kbd>Esc</kbd> clears, <kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> zoom.</p>"
)


def render(view: View, *, paths: Sequence[Mapping[str, Any]] = ()) -> str:
    """Write the page.

    Parameters
    ----------
    view
        What to show.
    paths
        The list ``paths`` of ``kg paths --json``; each is shown as a table and can be picked in the figure.

    Examples
    --------
    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> page = render(view_of(nx.MultiDiGraph([("a", "b")]), title="</script>"))
    >>> page.startswith("<!DOCTYPE html>"), "<h1>&lt;/script&gt;</h1>" in page
    (True, True)
    """
    return "\n".join(_page(view, paths)) + "\n"


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _page(view: View, paths: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    ways = routes(view)
    title = escape(view.title or "Network")
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<link rel="icon" href="data:,">\n<title>{title}</title>'
    yield f"<style>\n{_asset('page/explorer.css')}</style>\n</head>"
    yield '<body>\n<a class="skip" href="#relations">Skip the figure</a>'
    yield f"<header><h1>{title}</h1>"
    if view.description:
        yield f"<p>{escape(view.description)}</p>"
    yield "</header>\n<main>"
    yield from _tools()
    yield from _stage(view)
    yield f'<figure id="static" class="static">\n{render_figure(view, ways)}</figure>'
    if paths:
        yield '<section id="paths"><h2>Paths</h2>'
        yield from path_list(view, paths)
        yield "</section>"
    yield '<section id="relations"><h2>Relations and their papers</h2>'
    yield from edge_table(view)
    yield '</section>\n<section id="entities"><h2>Nodes</h2>'
    yield from node_table(view)
    yield f"</section>\n</main>\n<footer>{_footer(view)}</footer>"
    yield f'<script type="application/json" id="data">{_data(view, ways, paths)}</script>'
    yield f"<script>{_asset('vendor/cytoscape.min.js')}</script>"
    yield f"<script>{_asset('page/explorer.js')}</script>\n</body>\n</html>"


def _tools() -> Iterator[str]:
    yield (
        '<div class="tools" role="search" data-needs-script hidden><label for="search">Search</label>'
        '<input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="name, site, PMID …">'
        '<span id="found" class="found" role="status"></span>'
        '<button type="button" id="zoom-in" aria-label="Zoom in">+</button>'
        '<button type="button" id="zoom-out" aria-label="Zoom out">−</button>'
        '<button type="button" id="zoom-fit">Whole figure</button>'
        '<button type="button" id="clear">Clear selection</button></div>'
    )


def _stage(view: View) -> Iterator[str]:
    """The place of the interactive figure, with the columns drawn beneath it, and of the details."""
    label = f"Network of {len(view.nodes)} nodes and {len(view.edges)} edges; the tables below say the same."
    yield '<div class="stage" data-needs-script hidden>'
    yield f'<div class="canvas" id="canvas" tabindex="0" role="application" aria-label="{escape(label)}">'
    font = f'font-family="{escape(style.FONT)}"'
    yield f'<svg class="columns" id="columns" width="1" height="1" aria-hidden="true" {font}>'
    yield from columns(view)
    yield f'</svg><div class="graph" id="graph" role="img" aria-label="{escape(label)}"></div></div>'
    yield f'<div class="detail" id="detail" role="region" aria-label="Selection" aria-live="polite">{_HELP}</div></div>'
    width = 1150.0
    height = legend.height(view, width)
    if height:
        yield (
            f'<div class="legend" data-needs-script hidden><svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="img" aria-label="Legend" {font}>'
        )
        yield from legend.draw(view, x=0, y=0, width=width)
        yield "</svg></div>"


def _footer(view: View) -> str:
    reference = paper_links([view.reference]) if view.reference else ""
    parts = (escape(view.organism), reference, escape(view.rights), escape(view.version))
    names = ("Organism", "Reference", "Rights", "Version")
    said = [f"{name}: {part}" for name, part in zip(names, parts, strict=True) if part]
    said += [escape(line) for line in view.attribution]
    return ". ".join([*said, "Figure drawn with cytoscape.js (MIT licence, © The Cytoscape Consortium)."])


def _data(view: View, ways: Sequence[Route], paths: Sequence[Mapping[str, Any]]) -> str:
    """Elements, style and bounds as JSON that no text in it can end."""
    area = bounds(view, ways)
    room = header_room(view)
    content = {
        "elements": {"nodes": list(_nodes(view)), "edges": list(_edges(view, ways))},
        "style": stylesheet(),
        "bounds": {
            "x": area.left - 16,
            "y": area.top - room - 16,
            "width": area.right - area.left + 32,
            "height": area.bottom - area.top + room + 32,
        },
        "paths": {f"p{i}": path_members(view, path) for i, path in enumerate(paths, start=1)},
    }
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _nodes(view: View) -> Iterator[dict[str, object]]:
    for node, element in zip(view.nodes, cyjs.node_elements(view), strict=True):
        look = style.node_style(node.role)
        more = {
            "text": "\n".join(node.lines),
            "width": node.width,
            "height": node.height,
            "fill": look.fill,
            "shape": _SHAPES.get(look.shape, look.shape),
        }
        yield {**element, "data": {**_data_of(element), **more}}


def _edges(view: View, ways: Sequence[Route]) -> Iterator[dict[str, object]]:
    for edge, way, element in zip(view.edges, ways, cyjs.edge_elements(view), strict=True):
        look = style.EFFECTS[edge.effect]
        middle = way.curve.control if way.loop else way.curve.at(0.5)
        more = {
            "text": "\n".join(way.label),
            "width": style.width(edge.papers, edge.effect),
            "colour": look.colour,
            "arrow": look.arrow,
            "line": style.DASHES[edge.status],
            "bow": way.bow,
            "turn": f"{way.label_angle:g}deg",
            "dx": round(way.label_at[0] - middle[0], 1),
            "dy": round(way.label_at[1] - middle[1], 1),
        }
        yield {"data": {**_data_of(element), **more}}


def _data_of(element: Mapping[str, object]) -> dict[str, object]:
    found = element["data"]
    return dict(found) if isinstance(found, dict) else {}


def stylesheet() -> list[dict[str, object]]:
    """Style for cytoscape.js: looks come with the elements, so that ``kg.export.style`` decides them."""
    node = {
        "label": "data(text)",
        "shape": "data(shape)",
        "width": "data(width)",
        "height": "data(height)",
        "background-color": "data(fill)",
        "border-width": 1.4,
        "border-color": style.BORDER,
        "color": style.INK,
        "font-family": style.FONT,
        "font-size": style.NODE_FONT,
        "text-valign": "center",
        "text-halign": "center",
        "text-wrap": "wrap",
        "line-height": 1.15,
    }
    edge = {
        "label": "data(text)",
        "width": "data(width)",
        "line-color": "data(colour)",
        "line-style": "data(line)",
        "target-arrow-color": "data(colour)",
        "target-arrow-shape": "data(arrow)",
        "arrow-scale": 1.1,
        "curve-style": "unbundled-bezier",
        "control-point-distances": "data(bow)",
        "control-point-weights": 0.5,
        "edge-distances": "node-position",
        "font-family": style.FONT,
        "font-size": style.EDGE_FONT,
        "color": "#3A3A3A",
        "text-wrap": "wrap",
        "text-rotation": "data(turn)",
        "text-margin-x": "data(dx)",
        "text-margin-y": "data(dy)",
        "text-background-color": style.PAPER,
        "text-background-opacity": 0.88,
        "text-background-padding": 2,
    }
    picked = {"underlay-color": "#F0C000", "underlay-opacity": 0.6, "underlay-padding": 5}
    return [
        {"selector": "node", "style": node},
        {"selector": "edge", "style": edge},
        {"selector": "edge:loop", "style": {"curve-style": "bezier", "loop-direction": "90deg"}},
        {"selector": ".faded", "style": {"opacity": 0.18}},
        {"selector": "node.match", "style": {"border-width": 4, "border-color": "#009E73", "opacity": 1}},
        {"selector": "node.picked", "style": {"border-width": 4, "border-color": "#111111"}},
        {"selector": "edge.picked", "style": picked},
    ]
