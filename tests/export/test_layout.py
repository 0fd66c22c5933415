"""Nothing overlaps, compartments keep their order, headers stand inside, and the result never changes."""

from __future__ import annotations

import random
from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analysis.surroundings import in_context
from kg.export import layout
from kg.export.layering import acyclic, ranks
from kg.export.reading import view_of
from kg.export.routing import routes
from kg.export.typography import text_width
from kg.export.view import Column, Node, View

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

_SITES = ("left", "medium", "right", "elsewhere")
_COLUMNS = tuple(Column(id=site, label=f"{site} column", sites=(site,)) for site in _SITES[:3])
_TYPES = ("gene_product", "chemical", "process", "vesicle", "mirna", "complex")


def overlaps(nodes: tuple[Node, ...]) -> list[tuple[str, str]]:
    return [
        (a.key, b.key)
        for a, b in combinations(nodes, 2)
        if abs(a.x - b.x) < (a.width + b.width) / 2 and abs(a.y - b.y) < (a.height + b.height) / 2
    ]


def check_frames(view: View) -> None:
    """Boxes hold their nodes, from left to right; headers lie inside the bounds of all nodes."""
    assert [frame.x for frame in view.frames] == sorted(frame.x for frame in view.frames)
    for one, other in combinations(view.frames, 2):
        assert one.x + one.width < other.x or other.x + other.width < one.x
    for column, frame in zip(view.columns, view.frames, strict=True):
        for node in (n for n in view.nodes if n.column == column.id):
            assert frame.x < node.x - node.width / 2
            assert node.x + node.width / 2 < frame.x + frame.width
            assert frame.y < node.y - node.height / 2
            assert node.y + node.height / 2 < frame.y + frame.height
    if len({node.y for node in view.nodes}) < 2:
        return
    left, right = min(n.x - n.width / 2 for n in view.nodes), max(n.x + n.width / 2 for n in view.nodes)
    top, bottom = min(n.y - n.height / 2 for n in view.nodes), max(n.y + n.height / 2 for n in view.nodes)
    for frame in view.frames:
        wide = max(text_width(line, frame.header_size, bold=True) for line in frame.header)
        assert left - 1 <= frame.header_x
        assert frame.header_x + wide <= right + 1
        assert top <= frame.header_y
        assert frame.header_y + 19 * len(frame.header) <= bottom


def headers_on_nodes(view: View) -> list[str]:
    found = []
    for frame in view.frames:
        wide = max(text_width(line, frame.header_size, bold=True) for line in frame.header)
        box = (frame.header_x, frame.header_y, frame.header_x + wide, frame.header_y + 19 * len(frame.header))
        found += [
            node.label
            for node in view.nodes
            if node.x - node.width / 2 < box[2]
            and box[0] < node.x + node.width / 2
            and node.y - node.height / 2 < box[3]
            and box[1] < node.y + node.height / 2
        ]
    return found


def test_axis(view: View) -> None:
    assert overlaps(view.nodes) == []
    assert headers_on_nodes(view) == []
    check_frames(view)


def test_any(any_view: View) -> None:
    assert overlaps(any_view.nodes) == []
    check_frames(any_view)


def test_drugs_stand_at_the_ends_and_outcomes_at_the_bottom(view: View) -> None:
    place = {node.label: node.y for node in view.nodes}
    own = [node.y for node in view.nodes if node.column == "medium" and node.type != "chemical"]
    assert place["imatinib"] < min(own)
    assert place["SB225002"] >= max(own)
    lowest = max(node.y for node in view.nodes if node.type not in ("process", "phenotype"))
    assert place["CML cell survival"] > lowest
    assert place["Stromal adhesion"] > lowest


def test_a_chain_runs_down_its_column(view: View) -> None:
    place = {node.label: node.y for node in view.nodes}
    assert place["CXCR1"] < place["AKT1"] < place["CML cell survival"]
    assert place["CML exosome"] < place["CXCL8"]
    assert place["EGFR"] < place["NF-κB"]


def test_order_of_insertion_does_not_matter(
    axis: nx.MultiDiGraph[str], other_order: nx.MultiDiGraph[str], columns: tuple[Column, ...]
) -> None:
    assert view_of(other_order, columns=columns) == view_of(axis, columns=columns)


@st.composite
def _networks(draw: st.DrawFn) -> nx.MultiDiGraph[str]:
    size = draw(st.integers(1, 24))
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(size):
        site = draw(st.sampled_from(_SITES))
        label = draw(st.sampled_from(("CXCL8", "a long name of a thing / of another", "W" * 30, "x")))
        graph.add_node(f"n{number:02}@{site}", site=site, label=label, type=draw(st.sampled_from(_TYPES)))
    keys = sorted(graph)
    for source, target in draw(st.lists(st.tuples(st.sampled_from(keys), st.sampled_from(keys)), max_size=40)):
        graph.add_edge(source, target, predicate="activates", sign=1)
    return graph


@settings(max_examples=40, deadline=None, derandomize=True)
@given(_networks())
def test_random_networks(graph: nx.MultiDiGraph[str]) -> None:
    view = view_of(graph, columns=_COLUMNS)
    assert overlaps(view.nodes) == []
    assert headers_on_nodes(view) == []
    check_frames(view)


def test_a_large_network_is_placed_without_overlaps() -> None:
    source = random.Random(1)
    boxes = [
        layout.box(f"node {i}", role="gene_product", column=source.randrange(4), drug=i % 9 == 0, outcome=i % 7 == 0)
        for i in range(1500)
    ]
    links = [(source.randrange(1500), source.randrange(1500)) for _ in range(4000)]
    placed = layout.place(boxes, links, headers=["a", "b", "c", "d"])
    cells: dict[tuple[int, int], int] = {}
    for (x, y), item in zip(placed.centres, boxes, strict=True):
        cell = (round(x / (item.width + 26) * 2), round(y))
        assert cell not in cells
        cells[cell] = 1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_cycles_are_broken(links: list[tuple[int, int]]) -> None:
    order, kept = acyclic(10, links)
    assert sorted(order) == list(range(10))
    position = {node: i for i, node in enumerate(order)}
    assert all(position[u] < position[v] for u in range(10) for v in kept[u])
    full: nx.DiGraph[int] = nx.DiGraph([link for link in links if link[0] != link[1]])
    if nx.is_directed_acyclic_graph(full):
        assert {(u, v) for u in range(10) for v in kept[u]} == set(full.edges)


def test_ranks_follow_the_longest_path() -> None:
    assert ranks([0] * 4, [(0, 1), (1, 2), (0, 2), (2, 3)]) == [0, 1, 2, 3]
    assert ranks([0, 0, 0], [(0, 1), (2, 1)]) == [0, 1, 0]


def test_lines_inside_a_cell_stay_inside_it(shipped: KnowledgeGraph) -> None:
    view = shipped.view(in_context(shipped.paths("CML exosome", "cell survival@cml_cell", k=10)))
    column, frames = (
        {n.key: n.column for n in view.nodes},
        {c.id: f for c, f in zip(view.columns, view.frames, strict=True)},
    )
    for edge, route in zip(view.edges, routes(view), strict=True):
        if column[edge.source] == column[edge.target]:
            frame = frames[column[edge.source]]
            points = [route.curve.at(t / 20)[0] for t in range(21)]
            assert frame.x <= min(points) <= max(points) <= frame.x + frame.width, edge.label
