"""The outlines of nodes: what is drawn, and where a line meets it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.export import style

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.export.view import Node

Point = tuple[float, float]
_SLANT, _HEXAGON, _OCTAGON = 0.12, 0.17, 0.12


def corners(shape: str, width: float, height: float) -> tuple[Point, ...]:
    """Corners of a shape around the origin, clockwise; empty for an ellipse.

    Parameters
    ----------
    shape
        A node shape in the words of CX2; a rounded rectangle has the corners of the rectangle.
    width, height
        Size in pixels.

    Examples
    --------
    >>> corners("diamond", 4, 2)
    ((0.0, -1.0), (2.0, 0.0), (0.0, 1.0), (-2.0, 0.0))
    """
    w, h = width / 2, height / 2
    if shape == "ellipse":
        return ()
    if shape == "diamond":
        return ((0.0, -h), (w, 0.0), (0.0, h), (-w, 0.0))
    if shape == "hexagon":
        i = w - width * _HEXAGON
        return ((-i, -h), (i, -h), (w, 0.0), (i, h), (-i, h), (-w, 0.0))
    if shape == "octagon":
        i, j = w - width * _OCTAGON, h - min(height * 0.3, width * _OCTAGON)
        return ((-i, -h), (i, -h), (w, -j), (w, j), (i, h), (-i, h), (-w, j), (-w, -j))
    if shape == "parallelogram":
        i = w - width * _SLANT
        return ((-w, -h), (i, -h), (w, h), (-i, h))
    return ((-w, -h), (w, -h), (w, h), (-w, h))


def inside(node: Node, point: Point) -> bool:
    """Whether a point lies in a node."""
    x, y = point[0] - node.x, point[1] - node.y
    outline = corners(style.node_style(node.role).shape, node.width, node.height)
    if not outline:
        return (2 * x / node.width) ** 2 + (2 * y / node.height) ** 2 <= 1
    turns = zip(outline, outline[1:] + outline[:1], strict=True)
    return all((bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0 for (ax, ay), (bx, by) in turns)


@dataclass(frozen=True, slots=True)
class Curve:
    """A quadratic Bézier curve.

    Examples
    --------
    >>> curve = Curve((0.0, 0.0), (5.0, 0.0), (10.0, 0.0))
    >>> curve.at(0.5), curve.part(0.0, 0.5).end, curve.direction(0.5)
    ((5.0, 0.0), (5.0, 0.0), (1.0, 0.0))
    """

    start: Point
    control: Point
    end: Point

    def at(self, t: float) -> Point:
        """Point at ``t`` in [0, 1]."""
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        return (
            a * self.start[0] + b * self.control[0] + c * self.end[0],
            a * self.start[1] + b * self.control[1] + c * self.end[1],
        )

    def direction(self, t: float) -> Point:
        """Unit tangent at ``t``."""
        ahead, back = self.at(min(1.0, t + 1e-3)), self.at(max(0.0, t - 1e-3))
        dx, dy = ahead[0] - back[0], ahead[1] - back[1]
        length = math.hypot(dx, dy) or 1.0
        return (dx / length, dy / length)

    def part(self, first: float, last: float) -> Curve:
        """The piece between two values of ``t``."""
        start, end = self.at(first), self.at(last)
        a, b = 1 - first, first
        mixed = tuple(
            a * ((1 - last) * p + last * q) + b * ((1 - last) * q + last * r)
            for p, q, r in zip(self.start, self.control, self.end, strict=True)
        )
        return Curve(start, (mixed[0], mixed[1]), end)

    def first(self, ready: Callable[[Point], bool], low: float, high: float) -> float:
        """Smallest ``t`` in [low, high] from which a condition holds, by bisection."""
        for _ in range(24):
            middle = (low + high) / 2
            low, high = (low, middle) if ready(self.at(middle)) else (middle, high)
        return high
