"""The outlines of nodes as elements of SVG."""

from __future__ import annotations

from kg.export.shapes import corners


def outline(shape: str, box: tuple[float, float, float, float], paint: str) -> str:
    """The element that draws a shape: centre and size in ``box``, attributes in ``paint``.

    >>> outline("ellipse", (0, 0, 4, 2), 'fill="red"')
    '<ellipse cx="0" cy="0" rx="2" ry="1" fill="red"/>'
    """
    x, y, width, height = box
    if shape == "ellipse":
        return f'<ellipse cx="{num(x)}" cy="{num(y)}" rx="{num(width / 2)}" ry="{num(height / 2)}" {paint}/>'
    if shape in ("rectangle", "round-rectangle"):
        corner = 8 if shape == "round-rectangle" else 0
        place = f'x="{num(x - width / 2)}" y="{num(y - height / 2)}" width="{num(width)}" height="{num(height)}"'
        return f'<rect {place} rx="{min(corner, int(height / 3))}" {paint}/>'
    points = " ".join(f"{num(x + dx)},{num(y + dy)}" for dx, dy in corners(shape, width, height))
    return f'<polygon points="{points}" {paint}/>'


def num(value: float) -> str:
    """Write a coordinate shortly and always the same.

    >>> num(3.0), num(-0.04), num(2.25)
    ('3', '0', '2.2')
    """
    return f"{value + 0.0:.1f}".removesuffix(".0").replace("-0.0", "0") if abs(value) >= 0.05 else "0"
