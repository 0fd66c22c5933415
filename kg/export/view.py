"""What every exporter writes: a network with its columns, places and looks, fixed once.

A ``View`` is made from a ``networkx.MultiDiGraph`` of states. Order, numbers and positions follow from the
content alone, so the same graph gives the same bytes whatever the order it was put together in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.export.layout import Frame

_GREY = ("#999999", "#F3F3F3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A compartment of the figure: which sites stand in it, and its colours (``#RRGGBB``).

    Examples
    --------
    >>> Column(id="medium", label="Extracellular space", sites=("extracellular", "vesicle")).fill
    '#F3F3F3'
    """

    id: str
    label: str
    sites: tuple[str, ...]
    colour: str = _GREY[0]
    fill: str = _GREY[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A state, placed: centre and size in pixels, y growing downwards.

    Parameters
    ----------
    id
        1-based number, the same for the same graph.
    key
        Key in the network: ``HGNC:6025@extracellular``.
    role
        Key of ``style.NODES``: the type, or a finer word for a gene product.
    lines
        The label as it is set in the figure.
    """

    id: int
    key: str
    entity: str
    label: str
    type: str
    role: str
    site: str
    site_label: str
    site_kind: str
    within: str
    column: str
    url: str
    synonyms: tuple[str, ...]
    degree: int
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A source that something of a view comes from, as its licence asks to be named.

    >>> str(Credit(name="civic", title="CIViC", licence="CC0-1.0", version="2024-05", citation="Griffith 2017"))
    'CIViC, version 2024-05, CC0-1.0: Griffith 2017'
    """

    name: str
    title: str
    licence: str
    citation: str = ""
    version: str = ""

    def __str__(self) -> str:
        """Read it as one line."""
        version = f", version {self.version}" if self.version else ""
        return f"{self.title or self.name}{version}, {self.licence or 'licence not stated'}: {self.citation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A step between two states; ``source`` and ``target`` are keys of nodes, ``effect`` of ``style.EFFECTS``."""

    id: int
    key: str
    source: str
    target: str
    predicate: str
    label: str
    kind: str
    sign: int
    polarity: str
    effect: str
    status: str
    belief: float | None
    cost: float | None
    relations: tuple[str, ...]
    publications: tuple[str, ...]
    against: tuple[str, ...]
    assumptions: tuple[str, ...]
    sources: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()

    @property
    def papers(self) -> int:
        """Number of publications that support it."""
        return len(self.publications)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A network ready to be written.

    Examples
    --------
    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> g = nx.MultiDiGraph(title="A ligand and its receptor")
    >>> g.add_node("HGNC:6025@out", entity="HGNC:6025", label="CXCL8", type="gene_product", site="out")
    >>> g.add_node("HGNC:6027@cell", entity="HGNC:6027", label="CXCR2", type="gene_product", site="cell")
    >>> _ = g.add_edge("HGNC:6025@out", "HGNC:6027@cell", key="e", predicate="binds", kind="effect")
    >>> view = view_of(g, columns=[Column(id="cell", label="Cell", sites=("cell",))])
    >>> [(node.label, node.column) for node in view.nodes], view.edges[0].effect
    ([('CXCL8', 'other'), ('CXCR2', 'cell')], 'binding')
    """

    title: str
    description: str
    reference: str
    rights: str
    organism: str
    version: str
    columns: tuple[Column, ...]
    frames: tuple[Frame, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    credited_to: tuple[Credit, ...] = ()

    @property
    def attribution(self) -> tuple[str, ...]:
        """The sources of what is in it, a line each."""
        return tuple(map(str, self.credited_to))
