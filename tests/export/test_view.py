"""What a view takes from a network."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest

from kg.errors import UsageError
from kg.export.reading import view_of
from kg.export.view import Column, View


def _column_of(view: View) -> dict[str, str]:
    return {node.label: node.column for node in view.nodes}


def test_counts_and_numbers(view: View) -> None:
    assert (len(view.nodes), len(view.edges)) == (14, 18)
    assert [node.id for node in view.nodes] == list(range(1, 15))
    assert [edge.id for edge in view.edges] == list(range(1, 19))
    assert [node.key for node in view.nodes] == sorted(node.key for node in view.nodes)


def test_columns(view: View, hard: View) -> None:
    assert [column.label for column in view.columns] == ["CML cell", "Extracellular space", "BM stromal cell"]
    assert _column_of(view)["CML exosome"] == "medium"
    homes = _column_of(hard)
    assert homes["miR-126 ]]>"] == "medium"
    assert homes["naïve “T cell” – 細胞"] == "other"
    assert hard.columns[-1].label == "other sites"


def test_cargo_and_vesicles_go_to_the_medium_even_where_no_column_names_them() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("a@out", site="out", site_kind="medium", type="gene_product")
    graph.add_node("b@vesicle/v", site="vesicle", site_kind="carrier", type="mirna", within="exil8:v")
    graph.add_node("v@unspecified", site="unspecified", site_kind="unspecified", type="vesicle")
    graph.add_node("v@cell", site="cell", site_kind="cell", type="vesicle")
    columns = [Column(id="m", label="Medium", sites=("out",)), Column(id="c", label="Cell", sites=("cell",))]
    view = view_of(graph, columns=columns)
    assert {node.key: node.column for node in view.nodes} == {
        "a@out": "m",
        "b@vesicle/v": "m",
        "v@unspecified": "m",
        "v@cell": "c",
    }


def test_without_columns_each_site_has_its_own(axis: nx.MultiDiGraph[str]) -> None:
    view = view_of(axis)
    assert {column.id for column in view.columns} == {"cml_cell", "extracellular", "bm_stromal_cell"}
    assert view.title == "CML exosome – IL-8 (CXCL8) axis"


def test_roles(view: View) -> None:
    roles = {node.label: node.role for node in view.nodes}
    assert roles["CXCL8"] == "secreted_protein"
    assert roles["CXCR1"] == roles["CXCR2"] == "receptor"
    assert roles["EGFR"] == "gene_product"
    assert roles["imatinib"] == "chemical"


def test_status(view: View) -> None:
    states = {edge.status for edge in view.edges}
    assert states == {"supported", "contradicted", "retracted"}


def test_parallel_edges_and_loops_are_kept(hard: View) -> None:
    assert len(hard.edges) == 7
    assert sum(edge.source == edge.target for edge in hard.edges) == 1


def test_what_no_file_can_hold_is_replaced(hard: View) -> None:
    odd = next(node for node in hard.nodes if node.entity == "exil8:odd")
    assert odd.label == "\ufffd\ufffdodd\ufffd"


def test_no_infinite_numbers(hard: View) -> None:
    assert all(edge.cost is None or edge.cost < 100 for edge in hard.edges)


@pytest.mark.parametrize(
    "columns",
    [
        [Column(id="a", label="A", sites=("x",)), Column(id="a", label="B", sites=("y",))],
        [Column(id="a", label="A", sites=("x",)), Column(id="b", label="B", sites=("x",))],
    ],
)
def test_columns_that_contradict_each_other_are_refused(columns: list[Column]) -> None:
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    with pytest.raises(UsageError, match="two columns"):
        view_of(graph, columns=columns)


def test_urls(view: View) -> None:
    urls = {node.label: node.url for node in view.nodes}
    assert urls["CXCL8"] == "https://identifiers.org/hgnc/6025"
    assert urls["CML exosome"] == ""
