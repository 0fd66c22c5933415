"""CX2: the acceptance list, the strict checker, and the round trip through ndex2."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from ndex2.cx2 import RawCX2NetworkFactory

from kg.export import check, cx2
from kg.export.reading import view_of
from kg.export.view import Column, View

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import networkx as nx

Document = list[dict[str, Any]]


def text_of(view: View) -> str:
    return "".join(cx2.chunks(view))


def block(document: Document, name: str) -> list[Any]:
    found: list[Any] = next(part[name] for part in document if name in part)
    return found


def test_the_checker_takes_every_network(any_view: View) -> None:
    assert check.problems(text_of(any_view).encode()) == ()


def test_the_same_graph_gives_the_same_bytes(
    axis: nx.MultiDiGraph[str], other_order: nx.MultiDiGraph[str], columns: tuple[Column, ...]
) -> None:
    one, two = (text_of(view_of(graph, columns=columns)) for graph in (axis, other_order))
    assert one == two


def test_order_and_counts(view: View) -> None:
    document = json.loads(text_of(view))
    assert [next(iter(part)) for part in document] == [
        "CXVersion",
        "metaData",
        "attributeDeclarations",
        "networkAttributes",
        "nodes",
        "edges",
        "visualProperties",
        "visualEditorProperties",
        "status",
    ]
    counts = {entry["name"]: entry["elementCount"] for entry in block(document, "metaData")}
    assert (counts["nodes"], counts["edges"]) == (14, 18)


def test_network_attributes(view: View) -> None:
    attributes = block(json.loads(text_of(view)), "networkAttributes")[0]
    assert attributes["name"] == "CML exosome – IL-8 (CXCL8) axis"
    assert attributes["description"] == "<p>Test data, not curated: “NF-κB”, naïve, &lt;tag&gt; &amp; more.</p>"
    assert attributes["reference"] == '<a href="https://pubmed.ncbi.nlm.nih.gov/24657661/">PMID:24657661</a>'
    assert (attributes["rights"], attributes["organism"]) == ("CC-BY-4.0", "Homo sapiens")


def test_papers(view: View) -> None:
    edges = block(json.loads(text_of(view)), "edges")
    edge = next(e["v"] for e in edges if e["v"]["name"] == "NF-κB (increases expression of) CXCL8")
    assert edge["pmids"] == ["24657661", "99990400"]
    assert edge["pubmed_urls"][0] == "https://pubmed.ncbi.nlm.nih.gov/24657661/"
    assert edge["evidence_count"] == 2
    assert edge["is_contested"] is False


def test_text_survives(hard: View) -> None:
    nodes = block(json.loads(text_of(hard)), "nodes")
    names = {node["v"]["name"] for node in nodes}
    assert 'IL-8 </script><img src=x onerror=alert(1)> & "κ" | a=b\tc\nd' in names
    assert next(n["v"] for n in nodes if "alias" in n["v"])["alias"] == ["a|b", "c;d", "e\tf"]


def test_annotations_hold_their_nodes(view: View) -> None:
    document = json.loads(text_of(view))
    annotations = block(document, "networkAttributes")[0]["__Annotations"]
    parsed = [dict(part.split("=") for part in text.split("|")) for text in annotations]
    boxes = {a["name"]: a for a in parsed if a["type"].endswith("ShapeAnnotation")}
    for node in block(document, "nodes"):
        box = boxes[node["v"]["compartment"]]
        width, height = (float(part) for part in node["v"]["size"].split(" x "))
        assert float(box["x"]) < node["x"] - width / 2
        assert node["x"] + width / 2 < float(box["x"]) + float(box["width"])
        assert float(box["y"]) < node["y"] - height / 2
        assert node["y"] + height / 2 < float(box["y"]) + float(box["height"])
    assert len({a["uuid"] for a in parsed}) == len(parsed)
    assert {a["text"] for a in parsed if "text" in a} >= {"CML cell"}


def test_separators_leave_annotations(axis: nx.MultiDiGraph[str]) -> None:
    column = Column(id="c", label="a|b=c\td", sites=("cml_cell",))
    view = view_of(axis, columns=[column])
    assert check.problems(text_of(view)) == ()


def test_labels_of_edges_only_where_they_are_few(view: View, hard: View) -> None:
    def mapped(shown: View) -> bool:
        return "EDGE_LABEL" in block(json.loads(text_of(shown)), "visualProperties")[0]["edgeMapping"]

    assert len(view.edges) > cx2.MOST_LABELS >= len(hard.edges)
    assert (mapped(view), mapped(hard)) == (False, True)


def test_ndex2_round_trip(any_view: View) -> None:
    network = RawCX2NetworkFactory().get_cx2network(json.loads(text_of(any_view)))
    assert len(network.get_nodes()) == len(any_view.nodes)
    assert len(network.get_edges()) == len(any_view.edges)
    document = json.loads(text_of(any_view))
    for node in block(document, "nodes"):
        assert network.get_node(node["id"])["v"] == node["v"]
        assert (network.get_node(node["id"])["x"], network.get_node(node["id"])["y"]) == (node["x"], node["y"])
    for edge in block(document, "edges"):
        read = network.get_edge(edge["id"])
        assert (read["s"], read["t"], read["v"]) == (edge["s"], edge["t"], edge["v"])
    again = network.to_cx2()
    assert block(again, "nodes") == block(document, "nodes")
    assert block(again, "edges") == block(document, "edges")
    assert block(again, "visualProperties") == block(document, "visualProperties")


def _first(document: Document, name: str) -> dict[str, Any]:
    found: dict[str, Any] = block(document, name)[0]
    return found


def _set(name: str, *path: str, value: object) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        place = _first(document, name)
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def _drop(name: str, *path: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        place = _first(document, name)
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


def _without(name: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document[:] = [part for part in document if name not in part]

    return change


def _late(name: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        part = next(part for part in document if name in part)
        document.remove(part)
        document.insert(-1, part)

    return change


def _annotate(change: Callable[[str], str]) -> Callable[[Document], None]:
    def apply(document: Document) -> None:
        texts = _first(document, "networkAttributes")["__Annotations"]
        texts[0] = change(texts[0])

    return apply


def _twice(name: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        elements = block(document, name)
        elements[1]["id"] = elements[0]["id"]

    return change


def _map(
    name: str, change: Callable[[dict[str, Any]], object], part: str = "edgeMapping"
) -> Callable[[Document], None]:
    def apply(document: Document) -> None:
        change(_first(document, "visualProperties")[part][name])

    return apply


DEFECTS: dict[str, Callable[[Document], object]] = {
    "undeclared attribute": _set("nodes", "v", "surprise", value="x"),
    "boolean as text": _set("edges", "v", "is_contested", value="true"),
    "number in a text column": _set("nodes", "v", "name", value=7),
    "scalar in a list column": _set("edges", "v", "pmids", value="24657661"),
    "numbers in a list of texts": _set("edges", "v", "pmids", value=[24657661]),
    "fraction in an integer column": _set("edges", "v", "evidence_count", value=3.7),
    "integer out of range": _set("edges", "v", "evidence_count", value=2**31),
    "truth value in a number column": _set("edges", "v", "confidence", value=True),
    "null": _set("nodes", "v", "url", value=None),
    "empty text": _set("nodes", "v", "url", value=""),
    "empty list": _set("edges", "v", "pmids", value=[]),
    "nested value": _set("nodes", "v", "url", value={"a": "b"}),
    "no declarations": _without("attributeDeclarations"),
    "empty declarations": lambda d: block(d, "attributeDeclarations").__setitem__(0, {}),
    "declarations after nodes": _late("attributeDeclarations"),
    "unknown type": _set("attributeDeclarations", "nodes", "url", value={"d": "text"}),
    "alias in a declaration": _set("attributeDeclarations", "nodes", "url", value={"d": "string", "a": "u"}),
    "column called id": _set("attributeDeclarations", "nodes", "id", value={"d": "string"}),
    "column called SUID": _set("attributeDeclarations", "edges", "SUID", value={"d": "long"}),
    "column called shared name": _set("attributeDeclarations", "nodes", "shared name", value={"d": "string"}),
    "column called selected": _set("attributeDeclarations", "edges", "selected", value={"d": "boolean"}),
    "node column called source": _set("attributeDeclarations", "nodes", "source", value={"d": "string"}),
    "name of another type": _set("attributeDeclarations", "nodes", "name", value={"d": "integer"}),
    "no name on a node": _drop("nodes", "v", "name"),
    "no interaction on an edge": _drop("edges", "v", "interaction"),
    "no name of the network": _drop("networkAttributes", "name"),
    "no status": lambda d: d.pop(),
    "failed status": lambda d: d.__setitem__(-1, {"status": [{"success": False}]}),
    "no descriptor": lambda d: d.pop(0),
    "fragments": lambda d: d.__setitem__(0, {"CXVersion": "2.0", "hasFragments": True}),
    "no metaData": _without("metaData"),
    "wrong count": _set("metaData", "elementCount", value=99),
    "two keys in a block": lambda d: d[2].update(more=[]),
    "a block that is no list": lambda d: d.insert(2, {"nodeBypasses": {}}),
    "unknown aspect": lambda d: d.insert(-1, {"myData": [{}]}),
    "no nodes": _without("nodes"),
    "id as text": _set("nodes", "id", value="1"),
    "id of zero": _set("nodes", "id", value=0),
    "id twice": _twice("nodes"),
    "id of an edge twice": _twice("edges"),
    "edge to nowhere": _set("edges", "t", value=999),
    "position of one node missing": _drop("nodes", "x"),
    "position of text": _set("nodes", "x", value="0"),
    "unknown key of a node": _set("nodes", "w", value=1),
    "font face as text": _set("visualProperties", "default", "node", "NODE_LABEL_FONT_FACE", value="Arial"),
    "unknown shape": _set("visualProperties", "default", "node", "NODE_SHAPE", value="star"),
    "unknown arrow": _set("visualProperties", "default", "edge", "EDGE_TARGET_ARROW_SHAPE", value="delta"),
    "unknown line": _set("visualProperties", "default", "edge", "EDGE_LINE_STYLE", value="wavy"),
    "colour by name": _set("visualProperties", "default", "node", "NODE_BACKGROUND_COLOR", value="red"),
    "opacity of 255": _set("visualProperties", "default", "node", "NODE_BACKGROUND_OPACITY", value=255),
    "property of the wrong part": _set("visualProperties", "default", "node", "EDGE_WIDTH", value=1.0),
    "definition without type": _map("EDGE_LINE_COLOR", lambda m: m["definition"].pop("type")),
    "definition of another type": _map("EDGE_LINE_COLOR", lambda m: m["definition"].update(type="integer")),
    "mapping of an undeclared attribute": _map("EDGE_LINE_COLOR", lambda m: m["definition"].update(attribute="no")),
    "mapping of an unknown kind": _map("EDGE_LINE_COLOR", lambda m: m.update(type="RANDOM")),
    "value without a look": _map("NODE_SHAPE", lambda m: m["definition"]["map"].clear(), "nodeMapping"),
    "one value without a look": _map("NODE_SHAPE", lambda m: m["definition"]["map"].pop(0), "nodeMapping"),
    "range without include": _map("EDGE_WIDTH", lambda m: m["definition"]["map"][0].pop("includeMin")),
    "include as text": _map("EDGE_WIDTH", lambda m: m["definition"]["map"][0].update(includeMin="no")),
    "gap between ranges": _map("EDGE_WIDTH", lambda m: m["definition"]["map"][1].update(min=2)),
    "ranges over a text": _map("EDGE_WIDTH", lambda m: m["definition"].update(attribute="name", type="string")),
    "editor properties unwrapped": lambda d: block(d, "visualEditorProperties").__setitem__(
        0, {"nodeSizeLocked": False}
    ),
    "size locked": _set("visualEditorProperties", "properties", "nodeSizeLocked", value=True),
    "centre given": _set("visualEditorProperties", "properties", "NETWORK_CENTER_X_LOCATION", value=0),
    "no editor properties": _without("visualEditorProperties"),
    "annotation of an unknown type": _annotate(lambda t: t.replace("ShapeAnnotation", "Shape")),
    "annotation with a stray separator": _annotate(lambda t: t + "|stray"),
    "annotation colour as text": _annotate(lambda t: t.replace("fillColor=", "fillColor=#")),
    "annotation without place": _annotate(lambda t: t.replace("|x=", "|q=")),
    "annotation twice": lambda d: _first(d, "networkAttributes")["__Annotations"].append(
        _first(d, "networkAttributes")["__Annotations"][0]
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_refused(view: View, defect: str) -> None:
    document = copy.deepcopy(json.loads(text_of(view)))
    # A node or edge that has every column, so that each defect meets its rule.
    block(document, "nodes").sort(key=lambda node: -len(node["v"]))
    block(document, "edges").sort(key=lambda edge: -len(edge["v"]))
    assert check.problems(json.dumps(document)) == ()
    DEFECTS[defect](document)
    assert check.problems(json.dumps(document)) != ()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe[", "not UTF-8"),
        (b"{", "not JSON"),
        (b"{}", "not an array"),
        (b"[]", "empty"),
        (b'[{"CXVersion": Infinity}]', "not JSON"),
        (b'[{"a": 1, "a": 2}]', "stands twice"),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, message: str) -> None:
    assert message in check.problems(data)[0]


def test_a_file_that_cytoscape_desktop_read_is_accepted(shared_data: Path) -> None:
    golden = shared_data.parent / "examples" / "cytoscape" / "axis.cx2"
    if not golden.is_file():
        pytest.skip("the example file is not here")
    assert check.problems(golden.read_bytes()) == ()
