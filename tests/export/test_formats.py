"""cyjs, GraphML, SIF with tables, and KGX, read back with networkx, igraph, csv and json."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import igraph
import networkx as nx
import pytest

from kg import vocabulary
from kg.export import cyjs, graphml, kgx, sif
from kg.export.attributes import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, Names, edge_values, flat_value, node_values
from kg.export.reading import view_of
from kg.export.typography import flat

if TYPE_CHECKING:
    from pathlib import Path

    from kg.export.view import View


def _expected_nodes(view: View) -> dict[str, dict[str, Any]]:
    names = Names.of(view)
    return {f"n{node.id}": node_values(node, names) for node in view.nodes}


def _expected_edges(view: View) -> dict[str, dict[str, Any]]:
    names = Names.of(view)
    return {f"e{edge.id}": edge_values(edge, names) for edge in view.edges}


def _flattened(value: Any) -> Any:
    return flat_value(value) if isinstance(value, list) else value


# cyjs ------------------------------------------------------------------------------------------------------


def test_cyjs_has_what_desktop_wants(any_view: View) -> None:
    document = json.loads("".join(cyjs.chunks(any_view)))
    nodes, edges = document["elements"]["nodes"], document["elements"]["edges"]
    assert (len(nodes), len(edges)) == (len(any_view.nodes), len(any_view.edges))
    ids = {node["data"]["id"] for node in nodes}
    assert all(isinstance(node["data"]["id"], str) and set(node["position"]) == {"x", "y"} for node in nodes)
    assert all({edge["data"]["source"], edge["data"]["target"]} <= ids for edge in edges)
    for part, elements in (("node", nodes), ("edge", edges)):
        stated = {column["columnName"] for column in document["columnTypes"][part]}
        for element in elements:
            assert set(element["data"]) - {"id", "source", "target"} <= stated
            assert all(value is not None and not isinstance(value, dict) for value in element["data"].values())


def test_cyjs_values(any_view: View) -> None:
    elements = json.loads("".join(cyjs.chunks(any_view)))["elements"]
    ends = ("id", "source", "target")
    read = {e["data"]["id"]: {k: v for k, v in e["data"].items() if k not in ends} for e in elements["edges"]}
    assert read == _expected_edges(any_view)
    read = {e["data"]["id"]: {k: v for k, v in e["data"].items() if k != "id"} for e in elements["nodes"]}
    assert read == _expected_nodes(any_view)


# GraphML ---------------------------------------------------------------------------------------------------


def test_graphml_in_networkx(any_view: View) -> None:
    graph = nx.parse_graphml("".join(graphml.chunks(any_view)), force_multigraph=True)
    assert isinstance(graph, nx.MultiDiGraph)
    nodes = {key: {k: v for k, v in data.items() if k not in ("x", "y")} for key, data in graph.nodes(data=True)}
    assert nodes == {key: {k: _flattened(v) for k, v in d.items()} for key, d in _expected_nodes(any_view).items()}
    edges = {key: dict(data) for _, _, key, data in graph.edges(keys=True, data=True)}
    wanted = {key: {k: _flattened(v) for k, v in d.items()} for key, d in _expected_edges(any_view).items()}
    assert [edges[key] for key in sorted(edges)] == [wanted[key] for key in sorted(wanted)]


def test_graphml_in_igraph(any_view: View, tmp_path: Path) -> None:
    path = tmp_path / "axis.graphml"
    path.write_text("".join(graphml.chunks(any_view)), encoding="utf-8")
    graph = igraph.Graph.Read_GraphML(str(path))
    assert (graph.vcount(), graph.ecount()) == (len(any_view.nodes), len(any_view.edges))
    if any_view.nodes:
        assert graph.vs["name"] == [node.label for node in any_view.nodes]
        assert graph.vs["x"] == [node.x for node in any_view.nodes]
    if any_view.edges:
        assert graph.es["evidence_count"] == [edge.papers for edge in any_view.edges]
        assert graph.es["key"] == [edge.key for edge in any_view.edges]


def test_graph_data_comes_first(view: View) -> None:
    text = "".join(graphml.chunks(view))
    assert text.index('<data key="g_name">') < text.index("<node ")
    assert text.count("<graph ") == 1


# SIF and tables --------------------------------------------------------------------------------------------


def _sif(text: str) -> tuple[set[str], list[tuple[str, str, str]]]:
    """Read SIF as Cytoscape does: one tab anywhere makes tabs the separator; empty fields vanish."""
    nodes, edges = set(), []
    separator = "\t" if "\t" in text else " "
    for line in text.splitlines():
        fields = [field for field in line.split(separator) if field]
        nodes.add(fields[0])
        for target in fields[2:]:
            nodes.add(target)
            edges.append((fields[0], fields[1], target))
    return nodes, edges


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_sif_has_every_node_and_edge(any_view: View) -> None:
    nodes, edges = _sif("".join(sif.chunks(any_view)))
    names = sif.unique_names(any_view)
    assert len(set(names.values())) == len(any_view.nodes)
    assert nodes == set(names.values())
    wanted = Counter((names[e.source], flat(e.label) or e.kind, names[e.target]) for e in any_view.edges)
    assert Counter(edges) == wanted


def test_tables_fit_the_sif(any_view: View) -> None:
    nodes, edges = _sif("".join(sif.chunks(any_view)))
    node_rows = _rows("".join(sif.node_table(any_view)))
    edge_rows = _rows("".join(sif.edge_table(any_view)))
    assert {row["name"] for row in node_rows} == nodes
    assert Counter((row["source"], row["interaction"], row["target"]) for row in edge_rows) == Counter(edges)
    assert len({(row["source"], row["target"], row["key"]) for row in edge_rows}) == len(any_view.edges)


def test_tables_have_the_values(any_view: View) -> None:
    expected = list(_expected_edges(any_view).values())
    for row, values in zip(_rows("".join(sif.edge_table(any_view))), expected, strict=True):
        for attribute in EDGE_ATTRIBUTES:
            if attribute.name not in ("name", "interaction"):
                value = values.get(attribute.name)
                assert row[attribute.name] == ("" if value is None else flat(flat_value(value)))
    for row, node in zip(_rows("".join(sif.node_table(any_view))), any_view.nodes, strict=True):
        assert row["label"] == flat(node.label)
        assert (float(row["x"]), float(row["y"])) == (node.x, node.y)
        assert set(row) >= {attribute.name for attribute in NODE_ATTRIBUTES}


# KGX -------------------------------------------------------------------------------------------------------


def test_kgx_tables(any_view: View) -> None:
    nodes, edges = _rows("".join(kgx.node_table(any_view))), _rows("".join(kgx.edge_table(any_view)))
    assert {row["id"] for row in nodes} == {node.entity for node in any_view.nodes}
    assert len(nodes) == len({row["id"] for row in nodes})
    assert len(edges) == len(any_view.edges) == len({row["id"] for row in edges})
    known = {row["id"] for row in nodes}
    assert all(row["subject"] in known and row["object"] in known for row in edges)
    assert all(row["predicate"].startswith("biolink:") and row["category"].startswith("biolink:") for row in edges)
    papers = [flat("|".join(paper.replace("|", " ") for paper in edge.publications)) for edge in any_view.edges]
    assert [row["publications"] for row in edges] == papers


def test_kgx_json_says_the_same(any_view: View) -> None:
    document = json.loads("".join(kgx.json_document(any_view)))
    lines = [json.loads(line) for line in kgx.lines(kgx.edges(any_view))]
    assert document["edges"] == lines
    assert [edge["publications"] for edge in lines if "publications" in edge] == [
        list(edge.publications) for edge in any_view.edges if edge.publications
    ]
    assert document["nodes"] == [json.loads(line) for line in kgx.lines(kgx.nodes(any_view))]


@pytest.mark.parametrize("predicate", vocabulary.predicates().values(), ids=lambda p: p.name)
def test_every_predicate_goes_to_biolink(predicate: vocabulary.Predicate) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("a@x", "b@x", predicate=predicate.name)
    record = next(kgx.edges(view_of(graph)))
    assert record["predicate"] == predicate.biolink
    assert record.get("object_aspect_qualifier", "") == predicate.biolink_aspect
    assert record.get("object_direction_qualifier", "") == predicate.biolink_direction
    assert record["original_predicate"] == f"exil8:{predicate.name}"


@pytest.mark.parametrize("type_", vocabulary.types().values(), ids=lambda t: t.name)
def test_every_type_goes_to_biolink(type_: vocabulary.TermType) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("a@x", type=type_.name)
    assert next(kgx.nodes(view_of(graph)))["category"] == [type_.biolink]


def test_joined_predicates_are_not_told_apart() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("a@x", "b@x", predicate="binds|activates", sign=1)
    record = next(kgx.edges(view_of(graph)))
    assert (record["predicate"], record["original_predicate"]) == ("biolink:related_to", "exil8:binds|exil8:activates")
