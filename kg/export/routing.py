"""The way of each line: bent around nodes, apart from its parallels, cut at the borders, with a place for its words."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kg.export import style
from kg.export.shapes import Curve, inside
from kg.export.typography import text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kg.export.shapes import Point
    from kg.export.view import Edge, Node, View

    Floats = NDArray[np.float64]

_BENDS = (
    0.0,
    36.0,
    -36.0,
    64.0,
    -64.0,
    100.0,
    -100.0,
    144.0,
    -144.0,
    200.0,
    -200.0,
    270.0,
    -270.0,
    340.0,
    -340.0,
    420.0,
    -420.0,
)
_SPREAD, _PORT = 56.0, 13.0
_FEW_BENDS = (0.0, 56.0, -56.0)
_SAMPLES = np.linspace(0.04, 0.96, 36)
_CLEAR, _NEAR = 6.0, 9.0
_HIT, _OVERLAP, _BEND, _OUTSIDE = 100.0, 5.0, 0.12, 6.0
# Beyond these the search for a free way takes longer than anybody looks.
_AVOIDING, _SEPARATING = 3_000, 400
# Beyond this nobody can read the words on the lines; the tables and the titles of the lines have them.
_LABELLED = 250
_LABEL_ROOM, _LABEL_LINE = 92.0, 11.5
_LABEL_PLACES = (0.5, 0.43, 0.57, 0.36, 0.64, 0.29, 0.71, 0.22, 0.78)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The drawn line of an edge.

    Parameters
    ----------
    edge
        Number of the edge.
    curve
        From border to border; for a self-loop a curve that only gives its outer point.
    bow
        Distance of the curve's control point from the straight line, in pixels; positive to the right of
        the direction of travel (with y downwards).
    loop
        Whether source and target are the same node.
    label
        Lines of text; empty when there is nothing to say.
    label_at
        Centre of the label.
    label_angle
        Degrees, clockwise.
    """

    edge: int
    curve: Curve
    bow: float
    loop: bool
    label: tuple[str, ...]
    label_at: Point
    label_angle: float


def routes(view: View) -> tuple[Route, ...]:
    """Find a way for every edge of a view, in the order of its edges.

    Examples
    --------
    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> g = nx.MultiDiGraph([("a", "b"), ("a", "b")])
    >>> [route.bow for route in routes(view_of(g))]
    [-28.0, 28.0]
    """
    nodes = {node.key: node for node in view.nodes}
    ports = _ports(view.edges, nodes)
    boxes = np.array([(n.x, n.y, n.width / 2, n.height / 2) for n in view.nodes], dtype=np.float64).reshape(-1, 4)
    index = {node.key: i for i, node in enumerate(view.nodes)}
    base = _fan(view.edges)
    taken: list[Floats] = []
    homes = {
        column.id: (frame.x + _CLEAR, frame.x + frame.width - _CLEAR)
        for column, frame in zip(view.columns, view.frames, strict=True)
    }
    careful = len(view.edges) <= _SEPARATING
    bends = _BENDS if careful else _FEW_BENDS if len(view.edges) <= _AVOIDING else ()
    curves: list[tuple[Curve, float]] = []
    for edge in view.edges:
        source, target = nodes[edge.source], nodes[edge.target]
        if edge.source == edge.target:
            curves.append((_loop(source, base[edge.id], _open_side(source, view.edges, nodes)), 0.0))
            continue
        others = np.delete(boxes, [index[edge.source], index[edge.target]], axis=0) if bends else boxes[:0]
        ends = (ports[edge.id, True], ports[edge.id, False])
        home = homes.get(source.column) if source.column == target.column else None
        bow = _free_bow(ends, base[edge.id], others, taken if careful else [], bends, home)
        curve = _bent(*ends, bow)
        if careful:
            taken.append(_points(curve))
        curves.append((_clipped(curve, source, target), bow))
    return tuple(_labelled(view.edges, curves, boxes))


def _fan(edges: Sequence[Edge]) -> dict[int, float]:
    """Bow that keeps edges of one pair apart, whichever way they point; for loops their turn."""
    pairs: defaultdict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        pairs[min(edge.source, edge.target), max(edge.source, edge.target)].append(edge)
    bows = {}
    for (first, _), group in pairs.items():
        for i, edge in enumerate(group):
            bow = (i - (len(group) - 1) / 2) * _SPREAD
            bows[edge.id] = float(i) if edge.source == edge.target else bow if edge.source == first else -bow
    return bows


def _ports(edges: Sequence[Edge], nodes: dict[str, Node]) -> dict[tuple[int, bool], Point]:
    """Where each edge aims at inside its nodes, so that several on one side do not end in one point."""
    sides: defaultdict[tuple[str, str], list[tuple[float, int, bool]]] = defaultdict(list)
    for edge in edges:
        if edge.source == edge.target:
            continue
        for here, there, outgoing in ((edge.source, edge.target, True), (edge.target, edge.source, False)):
            a, b = nodes[here], nodes[there]
            dx, dy = b.x - a.x, b.y - a.y
            level = abs(dx) * a.height > abs(dy) * a.width
            side = ("right" if dx > 0 else "left") if level else ("below" if dy > 0 else "above")
            slope = dy / abs(dx) if level else dx / abs(dy)
            sides[here, side].append((round(slope, 6), edge.id, outgoing))
    ports = {}
    for (key, side), ends in sides.items():
        node, level = nodes[key], side in ("left", "right")
        step = min(_PORT, 0.55 * (node.height if level else node.width) / len(ends))
        for i, (_, number, outgoing) in enumerate(sorted(ends)):
            shift = (i - (len(ends) - 1) / 2) * step
            ports[number, outgoing] = (node.x, node.y + shift) if level else (node.x + shift, node.y)
    return ports


def _bent(start: Point, end: Point, bow: float) -> Curve:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    middle = ((start[0] + end[0]) / 2 - dy / length * bow, (start[1] + end[1]) / 2 + dx / length * bow)
    return Curve(start, middle, end)


def _points(curve: Curve) -> Floats:
    t = _SAMPLES[:, None]
    start, control, end = (np.array(p) for p in (curve.start, curve.control, curve.end))
    points: Floats = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
    return points


def _free_bow(
    ends: tuple[Point, Point],
    base: float,
    others: Floats,
    taken: list[Floats],
    bends: Sequence[float],
    home: tuple[float, float] | None,
) -> float:
    """Bow that keeps clear of nodes and earlier lines, and inside the column (left, right) of both ends."""
    if not bends:
        return base
    others = _within_reach(ends, others, max(abs(base + bend) for bend in bends))
    before = np.concatenate(taken) if taken else np.empty((0, 2))
    if before.size:
        # Lines that share an end are bound to be close there.
        near_ends = [np.hypot(*(before - np.array(end)).T) < 46 for end in ends]
        before = before[~(near_ends[0] | near_ends[1])]
    best, least = base, math.inf
    for bend in bends:
        points = _points(_bent(*ends, base + bend))
        cost = _HIT * _hits(points, others) + _BEND * abs(base + bend) + _OVERLAP * _crowding(points, before)
        cost += _OUTSIDE * _leaving(points, home)
        if cost < least - 1e-9:
            best, least = base + bend, cost
        if least <= _BEND * abs(base):
            break
    return best


def _within_reach(ends: tuple[Point, Point], boxes: Floats, bow: float) -> Floats:
    """Boxes that a line between the ends may meet at all."""
    reach = abs(bow) / 2 + _CLEAR
    low, high = np.minimum(*map(np.array, ends)) - reach, np.maximum(*map(np.array, ends)) + reach
    far = (boxes[:, :2] + boxes[:, 2:] < low) | (boxes[:, :2] - boxes[:, 2:] > high)
    near: Floats = boxes[~far.any(axis=1)]
    return near


def _hits(points: Floats, boxes: Floats) -> int:
    """In how many boxes the line enters."""
    gap = np.abs(points[:, None, :] - boxes[None, :, :2]) - boxes[None, :, 2:]
    entered = (gap < _CLEAR).all(axis=2)
    return int(np.count_nonzero(np.any(entered, axis=0)))


def _leaving(points: Floats, home: tuple[float, float] | None) -> int:
    """How many sample points lie beside the column that both ends stand in."""
    if home is None:
        return 0
    return int(np.count_nonzero((points[:, 0] < home[0]) | (points[:, 0] > home[1])))


def _crowding(points: Floats, before: Floats) -> float:
    """How many sample points run along an earlier line; a plain crossing counts as nothing."""
    if not before.size:
        return 0.0
    close = (np.abs(points[:, None, :] - before[None, :, :]) < _NEAR).all(axis=2)
    return max(0.0, float(np.count_nonzero(np.any(close, axis=1))) - 3)


def _open_side(node: Node, edges: Sequence[Edge], nodes: dict[str, Node]) -> int:
    """+1 when fewer lines leave a node to the right, else -1."""
    ends = [(e.source, e.target) for e in edges if node.key in (e.source, e.target)]
    away = [nodes[b if a == node.key else a].x - node.x for a, b in ends]
    return 1 if sum(dx > 1 for dx in away) <= sum(dx < -1 for dx in away) else -1


def _loop(node: Node, turn: float, side: int) -> Curve:
    """Start, outermost point and end of a self-loop beside its node; each further one is wider."""
    reach, spread = 44.0 + 16.0 * turn, 8.0 + 3.0 * turn
    border = node.x + side * node.width / 2
    return Curve((border, node.y - spread), (border + side * reach, node.y), (border, node.y + spread))


def _clipped(curve: Curve, source: Node, target: Node) -> Curve:
    """Cut a curve where it leaves its source and where it enters its target."""
    first = curve.first(lambda p: not inside(source, p), 0.0, 0.5)
    last = curve.first(lambda p: inside(target, p), 0.5, 1.0)
    return curve.part(first, last)


def _labelled(edges: Sequence[Edge], curves: Sequence[tuple[Curve, float]], boxes: Floats) -> list[Route]:
    """Give each label a place that touches no node and no other label, as far as there is one."""
    lines = [_points(curve) for curve, _ in curves] if len(edges) <= _LABELLED else []
    used = np.empty((0, 3))
    found = []
    for i, (edge, (curve, bow)) in enumerate(zip(edges, curves, strict=True)):
        loop = edge.source == edge.target
        text = wrap(edge.label, _LABEL_ROOM, style.EDGE_FONT, lines=3) if len(edges) <= _LABELLED else ()
        size = label_size(text)
        if loop:
            at, angle = ((curve.start[0] + 3 * curve.control[0]) / 4, curve.control[1]), 90.0
        elif not text:
            at, angle = curve.at(0.5), 0.0
        else:
            foreign = [points for j, points in enumerate(lines) if j != i]
            others = np.concatenate(foreign) if foreign else np.empty((0, 2))
            at, angle = _label_place(curve, size, boxes, used, others)
        if text:
            used = np.concatenate([used, _discs(at, angle, size)])
        found.append(
            Route(edge=edge.id, curve=curve, bow=round(bow, 1), loop=loop, label=text, label_at=at, label_angle=angle)
        )
    return found


def label_size(lines: Sequence[str]) -> tuple[float, float]:
    """Width and height of a label with its white ground, in pixels."""
    if not lines:
        return (0.0, 0.0)
    return (max(text_width(line, style.EDGE_FONT) for line in lines) + 4, _LABEL_LINE * len(lines) + 2)


def _label_place(
    curve: Curve, size: tuple[float, float], boxes: Floats, used: Floats, others: Floats
) -> tuple[Point, float]:
    best, least = (curve.at(0.5), 0.0), math.inf
    for t in _LABEL_PLACES:
        dx, dy = curve.direction(t)
        along = (math.degrees(math.atan2(dy, dx)) + 90) % 180 - 90
        steep = abs(along) > 50
        beside = size[0] / 2 + 4
        # Words on a steep line read best level; beside the line they leave it free.
        tries = ((0.0, 0.0, 0.0), (0.0, beside, 2.5), (0.0, -beside, 2.5), (along, 0.0, 4.0))
        for angle, aside, price in tries if steep else ((along, 0.0, 0.0),):
            x, y = curve.at(t)
            discs = _discs((x + aside, y), angle, size)
            cost = price + 8 * abs(t - 0.5) + 40 * _touching_boxes(discs, boxes) + 30 * _touching_discs(discs, used)
            cost += 2.0 * _covered(discs, others)
            if cost < least - 1e-9:
                best, least = ((x + aside, y), round(angle, 1)), cost
    return best


def _discs(at: Point, angle: float, size: tuple[float, float]) -> Floats:
    """A label as a row of discs (x, y, radius): easy to turn, easy to test."""
    width, height = size
    radius = height / 2
    reach = max(0.0, width / 2 - radius)
    steps = np.linspace(-reach, reach, max(2, math.ceil(width / max(height, 1)) + 2))
    turn = math.radians(angle)
    return np.stack(
        [at[0] + steps * math.cos(turn), at[1] + steps * math.sin(turn), np.full(steps.shape, radius)], axis=1
    )


def _touching_boxes(discs: Floats, boxes: Floats) -> int:
    gap = np.maximum(np.abs(discs[:, None, :2] - boxes[None, :, :2]) - boxes[None, :, 2:], 0.0)
    return int((np.hypot(gap[..., 0], gap[..., 1]) < discs[:, None, 2] + 1.5).sum())


def _touching_discs(discs: Floats, used: Floats) -> int:
    gap = np.hypot(*(discs[:, None, :2] - used[None, :, :2]).transpose(2, 0, 1))
    return int((gap < discs[:, None, 2] + used[None, :, 2] + 1.0).sum())


def _covered(discs: Floats, points: Floats) -> int:
    """How many points of other lines the label would hide."""
    gap = np.hypot(*(discs[:, None, :2] - points[None, :, :]).transpose(2, 0, 1))
    return int((gap < discs[:, None, 2]).any(axis=0).sum())
