"""Lines and their ends, drawn as plain shapes: markers look different in every program."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kg.export import style
from kg.export.shapes import Curve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.export.routing import Route
    from kg.export.shapes import Point
    from kg.export.view import Edge

_DASH = {"solid": "", "dashed": "7 5", "dotted": "1.5 3.5"}


def draw_edge(edge: Edge, way: Route) -> Iterator[str]:
    """Draw the line of an edge and what stands at its end."""
    look = style.EFFECTS[edge.effect]
    wide = style.width(edge.papers, edge.effect)
    dash = style.DASHES[edge.status]
    if way.loop:
        yield from _loop(way.curve, look.arrow, look.colour, wide, dash)
    else:
        yield from draw_line(way.curve, look.arrow, look.colour, wide, dash)


def draw_line(curve: Curve, arrow: str, colour: str, width: float, dash: str = "solid") -> Iterator[str]:
    """Draw a curve that ends in an arrow.

    Parameters
    ----------
    curve
        From border to border, pixels.
    arrow
        ``triangle``, ``tee``, ``circle``, ``diamond`` or ``none``.
    colour, width, dash
        Look of the line; ``dash`` is ``solid``, ``dashed`` or ``dotted``.
    """
    end = curve.end
    back = arrow_length(arrow, width) * (0.8 if arrow in ("triangle", "diamond") else 1.0)
    cut = curve.first(lambda p: math.dist(p, end) <= back, 0.0, 1.0) if back else 1.0
    body = curve.part(0.0, max(cut, 0.02))
    path = f"M{_p(body.start)}Q{_p(body.control)} {_p(body.end)}"
    yield _stroke(path, colour, width, dash)
    aim = (end[0] - body.end[0], end[1] - body.end[1])
    length = math.hypot(*aim)
    direction = (aim[0] / length, aim[1] / length) if length > 1e-6 else curve.direction(1.0)
    yield from _head(arrow, end, direction, colour, width)


def arrow_length(arrow: str, width: float) -> float:
    """How far an arrow reaches back from the border, in pixels.

    >>> arrow_length("none", 3), arrow_length("triangle", 1.5) < arrow_length("triangle", 6)
    (0.0, True)
    """
    return {"triangle": 8 + 1.3 * width, "tee": 2.5, "circle": 7 + width, "diamond": 9 + 1.3 * width}.get(arrow, 0.0)


def _stroke(path: str, colour: str, width: float, dash: str) -> str:
    dots = f' stroke-dasharray="{_DASH[dash]}"' if _DASH[dash] else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dots}/>'


def _head(arrow: str, tip: Point, direction: Point, colour: str, width: float) -> Iterator[str]:
    length = arrow_length(arrow, width)
    half = 3.6 + 0.75 * width

    def at(back: float, aside: float) -> str:
        x = tip[0] - direction[0] * back - direction[1] * aside
        y = tip[1] - direction[1] * back + direction[0] * aside
        return _p((x, y))

    if arrow == "triangle":
        yield f'<path d="M{at(0, 0)}L{at(length, half)}L{at(length, -half)}Z" fill="{colour}"/>'
    elif arrow == "diamond":
        middle = length / 2
        yield f'<path d="M{at(0, 0)}L{at(middle, half)}L{at(length, 0)}L{at(middle, -half)}Z" fill="{colour}"/>'
    elif arrow == "tee":
        bar = 5.5 + 0.7 * width
        yield f'<path d="M{at(2.2, bar)}L{at(2.2, -bar)}" stroke="{colour}" stroke-width="{max(2.4, 0.7 * width):g}"/>'
    elif arrow == "circle":
        x, y = at(length / 2, 0).split()
        yield f'<circle cx="{x}" cy="{y}" r="{length / 2:.1f}" fill="{colour}"/>'


def _loop(curve: Curve, arrow: str, colour: str, width: float, dash: str) -> Iterator[str]:
    """Two arcs out to the far point and back, the second one with the arrow."""
    (x0, y0), (far, middle), (x1, y1) = curve.start, curve.control, curve.end
    reach = abs(far - x0) * 0.62
    high, low = middle - reach, middle + reach
    yield _stroke(f"M{_p((x0, y0))}Q{_p((far, high))} {_p((far, middle))}", colour, width, dash)
    yield from draw_line(Curve((far, middle), (far, low), (x1, y1)), arrow, colour, width, dash)


def _p(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}".replace("-0.0", "0.0")
