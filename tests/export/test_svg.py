"""The figure as XML: everything is there, nothing from outside, words beside each other."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
import pytest

from kg.export import legend, style
from kg.export.reading import view_of
from kg.export.routing import label_size, routes
from kg.export.shapes import inside
from kg.export.svg import render

if TYPE_CHECKING:
    from kg.export.view import Column, View

_SVG = "{http://www.w3.org/2000/svg}"


def _parsed(view: View) -> ET.Element:
    return ET.fromstring(render(view))


def _texts(root: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter(f"{_SVG}text")]


def test_everything_is_drawn(any_view: View) -> None:
    root = _parsed(any_view)
    groups = [group.get("class") for group in root.iter(f"{_SVG}g")]
    assert groups.count("node") == len(any_view.nodes)
    assert groups.count("edge") == len(any_view.edges)
    assert sum(rect.get("class") == "column" for rect in root.iter(f"{_SVG}rect")) == len(any_view.columns)


def test_it_says_what_it_is(view: View) -> None:
    root = _parsed(view)
    named = dict.fromkeys((root.get("aria-labelledby") or "").split())
    assert root.get("role") == "img"
    title, description = root.find(f"{_SVG}title"), root.find(f"{_SVG}desc")
    assert title is not None
    assert description is not None
    assert {title.get("id"), description.get("id")} == set(named)
    assert title.text == view.title
    assert "14 nodes in 3 columns, 18 edges." in (description.text or "")


def test_no_script_and_nothing_from_outside(hard: View) -> None:
    text = render(hard)
    root = ET.fromstring(text)
    assert not list(root.iter(f"{_SVG}script"))
    assert not [name for element in root.iter() for name in element.attrib if "href" in name or name.startswith("on")]
    assert text.count("http") == 1


def test_headers_and_labels(view: View) -> None:
    texts = _texts(_parsed(view))
    assert {"CML cell", "Extracellular space", "BM stromal cell", "CXCL8", "NF-κB"} <= set(texts)
    assert "CML cellsurvival" in texts
    assert texts.count("binds") == 3  # two edges and the legend


def test_two_figures_do_not_share_ids(view: View, hard: View) -> None:
    first, second = ({e.get("id") for e in _parsed(v).iter() if e.get("id")} for v in (view, hard))
    assert len(first) == 2
    assert not first & second


def test_the_same_graph_gives_the_same_figure(
    axis: nx.MultiDiGraph[str], other_order: nx.MultiDiGraph[str], columns: tuple[Column, ...]
) -> None:
    one, two = (render(view_of(graph, columns=columns)) for graph in (axis, other_order))
    assert one == two


def test_no_line_runs_through_a_node(view: View) -> None:
    for edge, way in zip(view.edges, routes(view), strict=True):
        others = [node for node in view.nodes if node.key not in (edge.source, edge.target)]
        points = [way.curve.at(i / 40) for i in range(41)]
        assert not [node.label for node in others for point in points if inside(node, point)]


def test_lines_end_at_the_borders(view: View) -> None:
    nodes = {node.key: node for node in view.nodes}
    for edge, way in zip(view.edges, routes(view), strict=True):
        for node, at, outward in ((nodes[edge.source], 0.0, 0.02), (nodes[edge.target], 1.0, 0.98)):
            assert not inside(node, way.curve.at(outward))
            near = way.curve.at(at)
            towards = (near[0] + (node.x - near[0]) * 0.05, near[1] + (node.y - near[1]) * 0.05)
            assert inside(node, towards)


def test_words_touch_neither_each_other_nor_a_node(view: View) -> None:
    places = []
    for way in routes(view):
        width, height = label_size(way.label)
        turn = math.radians(way.label_angle)
        half = max(0.0, width - height) / 2
        steps = [way_step * half for way_step in (-1.0, -0.5, 0.0, 0.5, 1.0)]
        x, y = way.label_at
        places.append([(x + s * math.cos(turn), y + s * math.sin(turn), height / 2) for s in steps])
    for one, other in combinations(places, 2):
        assert all(math.hypot(a[0] - b[0], a[1] - b[1]) >= (a[2] + b[2]) * 0.9 for a in one for b in other)
    assert not [n.label for n in view.nodes for place in places for disc in place if inside(n, disc[:2])]


def test_parallel_lines_are_apart(view: View) -> None:
    ways = {way.edge: way for way in routes(view)}
    pair = [e for e in view.edges if e.source.startswith("exil8:cml_exosome") and e.target.startswith("HGNC:6025")]
    one, other = (ways[edge.id].curve.at(0.5) for edge in pair)
    assert math.dist(one, other) > 20


def test_dashes_and_widths(view: View) -> None:
    text = render(view)
    assert 'stroke-dasharray="7 5"' in text
    assert 'stroke-dasharray="1.5 3.5"' in text
    assert f'stroke-width="{style.width(9):g}"' in text


def test_definitions_are_thin_and_grey(hard: View) -> None:
    text = render(hard)
    assert f'stroke="{style.FAINT}" stroke-width="1"' in text


@pytest.mark.parametrize("words", ["stimulates", "inhibits", "papers disagree", "retracted", "9 papers", "vesicle"])
def test_legend_explains_what_is_shown(view: View, words: str) -> None:
    assert words in [entry[2] for entry in legend.entries(view)]


def test_legend_explains_nothing_else(view: View) -> None:
    shown = {entry[1] for entry in legend.entries(view)}
    assert not shown & {"mirna", "disease", "definition, positive", "modification"}


def test_nothing_to_show() -> None:
    assert "There is nothing to show." in _texts(_parsed(view_of(nx.MultiDiGraph())))
