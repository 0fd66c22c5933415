"""GPML documents of WikiPathways, 2013a and 2021, as one small model: nodes, groups, interactions with their papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from kg.errors import SourceError
from kg.sources.files import open_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST: Final = 1 << 26
"""Bytes a pathway may have (64 MiB): it is one drawing, and is held in memory."""

_2013: Final = "{http://pathvisio.org/GPML/2013a}"
_2021: Final = "{http://pathvisio.org/GPML/2021}"
_BP: Final = "{http://www.biopax.org/release/biopax-level3.owl#}"
_RDF_ID: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A thing that is drawn."""

    id: str
    label: str
    type: str
    database: str
    number: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """An arrow: the nodes or groups it starts and ends on (empty when on neither), and its papers."""

    id: str
    start: str
    end: str
    heads: tuple[str, ...]
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """One pathway; ``groups`` has the style of each group by its id."""

    id: str
    title: str
    organism: str
    nodes: dict[str, Node]
    groups: dict[str, str]
    interactions: tuple[Interaction, ...]


def read_pathway(path: str | Path) -> Pathway:
    """Parse a GPML file.

    Parameters
    ----------
    path
        A file of GPML 2013a or 2021.

    Raises
    ------
    SourceError
        The file is no XML, has a document type (entities are a way to attack a parser), is too large, or is no GPML of
        these versions.
    """
    text = bytearray()
    with open_bytes(path) as stream:
        while chunk := stream.read(1 << 20):
            text += chunk
            if len(text) > LARGEST:
                raise SourceError(path, None, "has more than 64 MiB", "is this one pathway?")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise SourceError(path, 1, "declares a document type", "GPML has none: is the file what it seems?")
    try:
        root = ElementTree.fromstring(bytes(text))  # noqa: S314 - no document type, size bounded
    except ElementTree.ParseError as error:
        raise SourceError(path, error.position[0], f"is no XML ({error.msg})", "download it again") from error
    if root.tag == f"{_2013}Pathway":
        return _pathway_2013(root)
    if root.tag == f"{_2021}Pathway":
        return _pathway_2021(root)
    raise SourceError(path, 1, f"the root element is <{root.tag}>", "GPML 2013a and 2021 can be read")


def _pathway_2013(root: ElementTree.Element) -> Pathway:
    papers = dict(_papers_2013(root))
    nodes = {}
    for element in root.iterfind(f"{_2013}DataNode"):
        xref = element.find(f"{_2013}Xref")
        node = _node(element, xref, "GraphId", "TextLabel", "Type", "Database", "ID", "GroupRef")
        nodes[node.id] = node
    groups, styles = {}, {}
    for element in root.iterfind(f"{_2013}Group"):
        groups[element.get("GroupId", "")] = element.get("GraphId", "") or element.get("GroupId", "")
        styles[groups[element.get("GroupId", "")]] = element.get("Style", "")
    regrouped = {key: _in_group(node, groups.get(node.group, "")) for key, node in nodes.items()}
    interactions = tuple(
        _interaction(element, element.findall(f"{_2013}Graphics/{_2013}Point"), "GraphId", "GraphRef", "ArrowHead",
                     [papers.get(ref.text or "", "") for ref in element.iterfind(f"{_2013}BiopaxRef")])
        for element in root.iterfind(f"{_2013}Interaction")
    )  # fmt: skip
    return Pathway(
        id=root.get("Version", "").partition("_")[0], title=root.get("Name", ""), organism=root.get("Organism", ""),
        nodes=regrouped, groups=styles, interactions=interactions,
    )  # fmt: skip


def _papers_2013(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for element in root.iter(f"{_BP}PublicationXref"):
        if (element.findtext(f"{_BP}DB") or "").casefold() == "pubmed":
            yield element.get(_RDF_ID, ""), (element.findtext(f"{_BP}ID") or "").strip()


def _pathway_2021(root: ElementTree.Element) -> Pathway:
    papers = {}
    for element in root.iterfind(f"{_2021}Citations/{_2021}Citation"):
        xref = element.find(f"{_2021}Xref")
        if xref is not None and xref.get("dataSource", "").casefold() == "pubmed":
            papers[element.get("elementId", "")] = xref.get("identifier", "")
    nodes = {}
    for element in root.iterfind(f"{_2021}DataNodes/{_2021}DataNode"):
        xref = element.find(f"{_2021}Xref")
        node = _node(element, xref, "elementId", "textLabel", "type", "dataSource", "identifier", "groupRef")
        nodes[node.id] = node
    groups = {
        element.get("elementId", ""): element.get("type", "")
        for element in root.iterfind(f"{_2021}Groups/{_2021}Group")
    }
    interactions = tuple(
        _interaction(element, element.findall(f"{_2021}Waypoints/{_2021}Point"), "elementId", "elementRef", "arrowHead",
                     [papers.get(ref.get("elementRef", ""), "") for ref in element.iterfind(f"{_2021}CitationRef")])
        for element in root.iterfind(f"{_2021}Interactions/{_2021}Interaction")
    )  # fmt: skip
    xref = root.find(f"{_2021}Xref")
    number = xref.get("identifier", "").partition("_")[0] if xref is not None else ""
    return Pathway(
        id=number, title=root.get("title", ""), organism=root.get("organism", ""), nodes=nodes, groups=groups,
        interactions=interactions,
    )  # fmt: skip


def _node(
    element: ElementTree.Element, xref: ElementTree.Element | None, id_: str, label: str, type_: str, database: str,
    number: str, group: str,
) -> Node:  # fmt: skip
    return Node(
        id=element.get(id_, ""),
        label=" ".join(element.get(label, "").split()),
        type=element.get(type_, ""),
        database="" if xref is None else xref.get(database, "").casefold(),
        number="" if xref is None else xref.get(number, "").strip(),
        group=element.get(group, ""),
    )


def _in_group(node: Node, group: str) -> Node:
    return Node(id=node.id, label=node.label, type=node.type, database=node.database, number=node.number, group=group)


def _interaction(
    element: ElementTree.Element, points: list[ElementTree.Element], id_: str, ref: str, head: str, papers: list[str]
) -> Interaction:
    heads = tuple(h for h in (point.get(head, "") for point in points) if h and h not in ("Line", "Undirected"))
    start, end = (points[0], points[-1]) if points else (None, None)
    if start is not None and end is not None and start.get(head, "") in heads and end.get(head, "") not in heads:
        start, end = end, start
    return Interaction(
        id=element.get(id_, ""),
        start="" if start is None else start.get(ref, ""),
        end="" if end is None else end.get(ref, ""),
        heads=heads,
        papers=tuple(paper for paper in papers if paper),
    )
