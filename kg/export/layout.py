"""Where everything stands: x by compartment, y by rank, drugs at the ends, outcomes at the bottom.

Computed once in Python, so that the same positions stand in every file and on the page. A general layout
(dagre, elk, fcose, cola, klay) mixes the compartments or runs lines through nodes more often than this.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.export import refine, style
from kg.export.layering import ranks
from kg.export.typography import text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LINE = 14.5
_MIN_GAP, _PITCH, _PITCH_LARGE = 34.0, 110.0, 78.0
_SIDE_GAP, _PAD, _ALLEY = 26.0, 24.0, 104.0
_ROOM, _MOST_ROOM = 11.0, 66.0
"""More padding for each line inside a column, so that the lines that bend round its nodes stay in it."""
_HEADER_LINE, _HEADER_MIN = 19.0, 9.0
# Above this a figure is for zooming, and the search for a better place takes too long.
_REFINED_NODES, _REFINED_LINKS = 90, 220


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node before it has a place: its size in pixels, its column, and whether it belongs to an end."""

    role: str
    column: int
    width: float
    height: float
    lines: tuple[str, ...]
    drug: bool = False
    outcome: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The rectangle of a column (``x``, ``y`` of its top left corner) and its header inside the nodes' bounds."""

    column: int
    x: float
    y: float
    width: float
    height: float
    header: tuple[str, ...]
    header_x: float
    header_y: float
    header_size: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Centres of the boxes in their order, and frames from left to right."""

    centres: tuple[tuple[float, float], ...]
    frames: tuple[Frame, ...]


def box(label: str, *, role: str, column: int, drug: bool = False, outcome: bool = False) -> Box:
    """Size a node so that its label fits inside its shape.

    >>> b = box("CXCL8", role="gene_product", column=0)
    >>> b.lines, b.width, b.height
    (('CXCL8',), 116.0, 36.0)
    >>> box("exosome of imatinib-resistant CML cells", role="vesicle", column=0).lines
    ('exosome of', 'imatinib-resistant', 'CML cells')
    """
    shape = style.node_style(role).shape
    lines, width, height = _diamond(label) if shape == "diamond" else _plain(label, shape)
    return Box(role=role, column=column, width=width, height=height, lines=lines, drug=drug, outcome=outcome)


def _plain(label: str, shape: str) -> tuple[tuple[str, ...], float, float]:
    width, room, least = {
        "ellipse": (140.0, 118.0, 52.0),
        "hexagon": (136.0, 104.0, 42.0),
        "parallelogram": (128.0, 94.0, 36.0),
        "octagon": (116.0, 100.0, 38.0),
    }.get(shape, (116.0, 104.0, 36.0))
    lines = wrap(label, room, style.NODE_FONT)
    more = LINE * (len(lines) - 1)
    return lines, width, max(least, (44.0 if shape == "ellipse" else 24.0) + more)


def _diamond(label: str) -> tuple[tuple[str, ...], float, float]:
    """The smallest diamond that holds the label: a text w x h fits W x H when w/W + h/H <= 1."""
    for width in (116.0, 132.0, 148.0, 164.0, 180.0):
        lines = wrap(label, 0.66 * width, style.NODE_FONT)
        used = max((text_width(line, style.NODE_FONT) for line in lines), default=0.0)
        height = max(50.0, (LINE * len(lines) + 2) / (1 - used / width))
        whole = not any(line.endswith("…") for line in lines)
        if whole and height <= 82:
            return lines, width, math.ceil(height / 2) * 2.0
    return wrap(label, 110.0, style.NODE_FONT), 180.0, 96.0


def place(boxes: Sequence[Box], links: Sequence[tuple[int, int]], *, headers: Sequence[str]) -> Placement:
    """Place boxes and columns.

    Parameters
    ----------
    boxes
        Nodes in a fixed order; the result depends on it only to break ties.
    links
        Pairs of indices (from, to).
    headers
        Label of each column, left to right. A column without nodes takes no room.

    Returns
    -------
    Placement
        Pixels, y downwards; no two boxes overlap.

    Examples
    --------
    >>> a, b = (box(name, role="gene_product", column=0) for name in "ab")
    >>> place([a, b], [(0, 1)], headers=["Cell"]).centres
    ((0.0, 0.0), (0.0, 110.0))
    """
    if not boxes:
        return Placement((), ())
    grid = _grid(boxes, sorted(set(links)))
    return _coordinates(boxes, links, grid, headers)


def _lanes(boxes: Sequence[Box]) -> dict[int, int]:
    """How many sub-columns each column has: two when crowded, more only in a graph too big for one look."""
    count: dict[int, int] = {}
    for item in boxes:
        count[item.column] = count.get(item.column, 0) + 1
    return {c: 1 if n < 4 else 2 if n <= 40 else min(8, math.ceil(math.sqrt(n / 5))) for c, n in sorted(count.items())}


def _grid(boxes: Sequence[Box], links: Sequence[tuple[int, int]]) -> refine.Grid:
    lanes = _lanes(boxes)
    grid = refine.Grid(columns=[item.column for item in boxes], lanes=lanes)
    ends = _outcomes(boxes, links)
    drugs = _drugs(boxes, links) - ends
    core = [i for i in range(len(boxes)) if i not in ends and i not in drugs]
    bottom = _stack(grid, core, links, start=0)
    _place_drugs(grid, sorted(drugs), links)
    lowest = max((grid.rows[i] for i in drugs), default=bottom - 1)
    _stack(grid, sorted(ends), links, start=max(bottom, lowest + 1))
    _reserve_header_row(grid, drugs, {target for _, target in links})
    if len(boxes) <= _REFINED_NODES and len(links) <= _REFINED_LINKS:
        zones = [
            refine.OUTCOMES if i in ends else refine.DRUGS if i in drugs else refine.CORE for i in range(len(boxes))
        ]
        refine.improve(grid, [(item.width, item.height) for item in boxes], links, zones)
        _reserve_header_row(grid, drugs, {target for _, target in links})
    return grid


def _outcomes(boxes: Sequence[Box], links: Sequence[tuple[int, int]]) -> set[int]:
    """Outcomes from which nothing but outcomes follows; a process in mid-chain keeps its rank."""
    ends = {i for i, item in enumerate(boxes) if item.outcome}
    while True:
        inner = {source for source, target in links if source in ends and target not in ends}
        if not inner:
            return ends
        ends -= inner


def _drugs(boxes: Sequence[Box], links: Sequence[tuple[int, int]]) -> set[int]:
    """Chemicals that nothing acts on; one that a cell makes is part of the chain."""
    reached = {target for source, target in links if source != target}
    return {i for i, item in enumerate(boxes) if item.drug and i not in reached}


def _stack(grid: refine.Grid, members: Sequence[int], links: Sequence[tuple[int, int]], *, start: int) -> int:
    """Put members into rows from ``start`` on by rank and barycentre; return the first free row."""
    number = {node: i for i, node in enumerate(members)}
    inner = [(number[u], number[v]) for u, v in links if u in number and v in number]
    rank = ranks([grid.columns[node] for node in members], inner)
    buckets: dict[int, dict[int, list[int]]] = {}
    for node, level in zip(members, rank, strict=True):
        buckets.setdefault(level, {}).setdefault(grid.columns[node], []).append(node)
    near = grid.neighbours(links)
    free = start
    for _ in range(4):
        free = start
        for level in sorted(buckets):
            tallest = 0
            for column, nodes in sorted(buckets[level].items()):
                nodes.sort(key=lambda node: (grid.mean_row(near[node], grid.rows[node]), node))
                grid.fill(nodes, free, near)
                tallest = max(tallest, math.ceil(len(nodes) / grid.lanes[column]))
            free += tallest
    return free


def _place_drugs(grid: refine.Grid, drugs: Sequence[int], links: Sequence[tuple[int, int]]) -> None:
    """Stack drugs above or below the chain of their column, whichever is nearer to what they act on."""
    near = grid.neighbours(links)
    placed = [i for i in range(len(grid.columns)) if i not in set(drugs)]
    for column in sorted({grid.columns[drug] for drug in drugs}):
        own = [grid.rows[i] for i in placed if grid.columns[i] == column and grid.placed[i]]
        first, last = (min(own), max(own)) if own else (0, -1)
        above: list[int] = []
        below: list[int] = []
        for drug in (d for d in drugs if grid.columns[d] == column):
            target = grid.mean_row([n for n in near[drug] if grid.placed[n]], 0)
            (below if own and target > (first + last) / 2 else above).append(drug)
        height = math.ceil(len(above) / grid.lanes[column])
        grid.fill(above, first - height, near)
        grid.fill(below, last + 1, near)


def _reserve_header_row(grid: refine.Grid, drugs: set[int], reached: set[int]) -> None:
    """Leave the top row to a single column: one with drugs there, else one where a chain starts.

    Cytoscape Web fits the nodes only, so a header above the top node is cut off: the headers of the other
    columns stand level with the top row, and that of the top row's column below it.
    """
    grid.close_gaps()
    top = [i for i, row in enumerate(grid.rows) if row == 0]
    columns = sorted({grid.columns[i] for i in top})
    if len(columns) == 1:
        return

    def price(column: int) -> tuple[int, int, int, int]:
        own = [i for i in top if grid.columns[i] == column]
        return (sum(i not in drugs for i in own), sum(i in reached for i in own), len(own), column)

    carrier = min(columns, key=price)
    grid.rows = [row + (row > 0 or grid.columns[i] != carrier) for i, row in enumerate(grid.rows)]


def _paddings(boxes: Sequence[Box], links: Sequence[tuple[int, int]], grid: refine.Grid) -> dict[int, float]:
    """Room beside the nodes of each column, more where many lines leap over a row inside it."""
    leaps = dict.fromkeys(grid.lanes, 0)
    for i, j in set(links):
        if boxes[i].column == boxes[j].column and abs(grid.rows[i] - grid.rows[j]) > 1:
            leaps[boxes[i].column] += 1
    return {column: _PAD + min(_MOST_ROOM, _ROOM * count) for column, count in leaps.items()}


def _coordinates(
    boxes: Sequence[Box], links: Sequence[tuple[int, int]], grid: refine.Grid, headers: Sequence[str]
) -> Placement:
    pitch, wide = _pitches(boxes, grid)
    pads = _paddings(boxes, links, grid)
    left = 0.0
    lefts: dict[int, float] = {}
    inner: dict[int, float] = {}
    for column in grid.lanes:
        inner[column] = wide[column] + (grid.lanes[column] - 1) * pitch[column]
        longest = max(text_width(line, style.HEADER_FONT, bold=True) for line in _header(headers[column], 150.0)[0])
        inner[column] = max(inner[column], longest)
        lefts[column] = left + pads[column]
        left += inner[column] + 2 * pads[column] + _ALLEY
    first = min(grid.lanes)
    origin = lefts[first] + inner[first] / 2
    heights = _row_heights(boxes, headers, grid)
    centres = []
    for i, item in enumerate(boxes):
        middle = lefts[item.column] + inner[item.column] / 2
        offset = (grid.slots[i] / 2 - (grid.lanes[item.column] - 1) / 2) * pitch[item.column]
        centres.append((round(middle + offset - origin, 1), round(heights[grid.rows[i]], 1)))
    spans = {c: (lefts[c] - origin - pads[c], inner[c] + 2 * pads[c]) for c in grid.lanes}
    return Placement(tuple(centres), tuple(_frames(boxes, centres, spans, headers, grid.rows)))


def _pitches(boxes: Sequence[Box], grid: refine.Grid) -> tuple[dict[int, float], dict[int, float]]:
    """Distance of sub-columns, and width of the widest node, by column."""
    wide = dict.fromkeys(grid.lanes, 0.0)
    for item in boxes:
        wide[item.column] = max(wide[item.column], item.width)
    return {column: width + _SIDE_GAP for column, width in wide.items()}, wide


def _row_heights(boxes: Sequence[Box], headers: Sequence[str], grid: refine.Grid) -> list[float]:
    """Height of the middle of each row."""
    half = [0.0] * (max(grid.rows) + 1)
    for item, row in zip(boxes, grid.rows, strict=True):
        half[row] = max(half[row], item.height / 2)
    pitch = _PITCH if len(boxes) <= _REFINED_NODES else _PITCH_LARGE
    middles = [0.0]
    for row in range(1, len(half)):
        gap = _MIN_GAP
        if row == 1:
            gap = max(gap, 22 + _HEADER_LINE * max(len(_header(headers[c], 150.0)[0]) for c in grid.lanes))
        middles.append(middles[-1] + max(pitch, half[row - 1] + half[row] + gap))
    return middles


def _header(label: str, room: float) -> tuple[tuple[str, ...], float]:
    """Header lines and the size at which the longest word fits."""
    size = style.HEADER_FONT
    longest = max((text_width(word, size, bold=True) for word in label.split()), default=0.0)
    if longest > room:
        size = max(_HEADER_MIN, math.floor(size * room / longest))
    return wrap(label, room, size, lines=2, bold=True) or ("",), size


def _frames(
    boxes: Sequence[Box],
    centres: Sequence[tuple[float, float]],
    spans: dict[int, tuple[float, float]],
    headers: Sequence[str],
    rows: Sequence[int],
) -> Iterable[Frame]:
    top = min(y - item.height / 2 for item, (_, y) in zip(boxes, centres, strict=True))
    bottom = max(y + item.height / 2 for item, (_, y) in zip(boxes, centres, strict=True))
    for column, (x, width) in spans.items():
        own = [(item, *centre) for item, centre in zip(boxes, centres, strict=True) if item.column == column]
        left = min(cx - item.width / 2 for item, cx, _ in own)
        right = max(cx + item.width / 2 for item, cx, _ in own)
        lines, size = _header(headers[column], max(right - left, 100.0))
        wide = max(text_width(line, size, bold=True) for line in lines)
        first = [
            item.height / 2 + cy
            for i, (item, (_, cy)) in enumerate(zip(boxes, centres, strict=True))
            if item.column == column and rows[i] == 0
        ]
        header_y = max(first) + 8 if first else top + 2
        if len(set(rows)) == 1:
            header_y = top - _HEADER_LINE * len(lines) - 6
        yield Frame(
            column=column,
            x=round(x, 1),
            y=round(top - _PAD - 6, 1),
            width=round(width, 1),
            height=round(bottom - top + 2 * _PAD + 12, 1),
            header=lines,
            header_x=round(min(max((left + right - wide) / 2, left), right), 1),
            header_y=round(header_y, 1),
            header_size=size,
        )
