"""KGX: tables and JSON lines, qualified edges, nodes the graph has no type for."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import SourceError
from kg.model import Grade, Method
from kg.sources import kgx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_table_of_edges(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(kgx.read(fixtures / "graph_edges.tsv"))
    assert found.counts == (5, 4, 6)
    assert found.triples() == {
        ("HGNC:6025", "binds+", "HGNC:6027"),
        ("CHEBI:93074", "inhibits-", "HGNC:6027"),
        ("CHEBI:93074", "increases_expression_of+", "HGNC:6025"),
        ("HGNC:6025", "suppresses-", "GO:0006915"),
    }
    by_record = {s.evidence.record: s.evidence for s in found.statements}
    assert by_record["e4"].negated
    assert by_record["e3"].publication == "DOI:10.1000/x"
    assert by_record["e3"].grade is Grade.BACKGROUND
    assert by_record["e3"].note == "from infores:ctd; by text_mining_agent"
    assert by_record["e3"].method is Method.MACHINE_READ
    assert "'NOPE:1' is no CURIE of a known prefix" in found.reasons
    assert "unknown kind of relation 'likes'" in found.reasons


def test_json_lines(fixtures: Path, gather: Callable[..., Any], tmp_path: Path) -> None:
    found = gather(kgx.read(fixtures / "graph_edges.jsonl", licence="CC0-1.0"))
    assert found.counts == (3, 3, 1)
    assert {s.evidence.licence for s in found.statements} == {"CC0-1.0"}
    packed = tmp_path / "edges.jsonl.gz"
    packed.write_bytes(gzip.compress((fixtures / "graph_edges.jsonl").read_bytes()))
    assert gather(kgx.read(packed)).counts == (3, 3, 1)


def test_table_of_nodes(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(kgx.read(fixtures / "graph_nodes.tsv"))
    assert found.counts == (0, 4, 1)
    assert found.entities["GO:0006915"].type == "process"


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("chebi_kgx_tsv_edges", (0, 0, 18)),
        ("complex_graph_edges", (0, 0, 8)),
        ("graph_edges", (2, 3, 565)),
        ("graph_multi_category_edges", (0, 0, 9)),
        ("graph_nodes", (0, 456, 56)),
        ("invalid_nodes", (0, 0, 3)),
    ],
)
def test_real_files(shared_data: Path, gather: Callable[..., Any], name: str, counts: tuple[int, int, int]) -> None:
    assert gather(kgx.read(shared_data / "relations" / "kgx" / f"{name}.tsv")).counts == counts


def test_nodes_without_ids_are_an_error(shared_data: Path) -> None:
    with pytest.raises(SourceError, match="neither a KGX table of edges nor of nodes"):
        list(kgx.read(shared_data / "relations" / "kgx" / "incomplete_nodes.tsv"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"subject": "a", "predicate": "b", "object": "c"}\n{"subject": "a",\n', r"x\.jsonl:2: is no JSON"),
        ('{"subject": "a", "predicate": "b", "object": "c"}\n[1]\n', r"x\.jsonl:2: is no JSON object"),
        ('{"a": 1}\n', "neither"),
    ],
)
def test_broken_json_lines(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        list(kgx.read(path))


def test_an_export_of_the_graph_comes_back_with_its_sites(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "own_edges.tsv"
    path.write_text(
        "subject\tpredicate\tobject\toriginal_predicate\tsubject_context_qualifier\tobject_context_qualifier\n"
        "HGNC:6025\tbiolink:affects\tHGNC:6027\texil8:activates|exil8:binds\texil8s:extracellular\texil8s:cml_cell\n"
        "HGNC:6025\tbiolink:related_to\tHGNC:6025\texil8:is_secreted\texil8s:cml_cell\texil8s:extracellular\n"
        "HGNC:6025\tbiolink:affects\tHGNC:6027\t\tCL:0000115\t\n"
    )
    found = gather(kgx.read(path))
    assert [(s.relation.predicate, s.relation.subject_site, s.relation.object_site) for s in found.statements] == [
        ("activates", "extracellular", "cml_cell"),
        ("binds", "extracellular", "cml_cell"),
    ]
    assert found.reasons == {
        "kind 'is_secreted': a derived step of a path is no evidence": 1,
        "kind 'affects': an effect without a direction": 1,
    }
