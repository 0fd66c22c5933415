"""kg export: the format by the ending, of paths, of a query, of everything."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.export import triples, write
from kg.store import rdf
from tests.store.made_up import content

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph import KnowledgeGraph
    from tests.cli.conftest import Run

ENDS = ("CML exosome", "cell survival@cml_cell")
ENDINGS = {".cx2", ".cyjs", ".graphml", ".sif", ".tsv", ".svg", ".html", ".kgx", ".jsonl", ".trig", ".nq", ".ttl"}


def test_every_ending_that_is_promised_is_there() -> None:
    assert {*write.FORMATS, *triples.FORMATS} == ENDINGS


@pytest.mark.parametrize("ending", write.FORMATS)
def test_paths_in_every_format_of_networks(run: Run, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"axis{ending}"
    told = run("export", file, "--paths", *ENDS, "-k", 3)
    assert (told.status, told.out) == (0, "")
    written = [line.removeprefix("wrote ") for line in told.err.splitlines()]
    assert written[0] == str(file)
    assert sorted(written) == sorted(str(p) for p in tmp_path.iterdir())
    assert "CXCL8" in file.read_text(encoding="utf-8")


def test_the_whole_graph_as_triples(run: Run, shipped: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "axis.NQ"
    assert run("export", file).err == f"wrote {file}\n"
    lines = file.read_text(encoding="utf-8").splitlines()
    assert sorted(lines) == sorted(f"{quad} ." for quad in shipped.store.quads())


@pytest.mark.parametrize("ending", triples.FORMATS)
def test_triples_of_a_small_graph(tmp_path: Path, ending: str) -> None:
    quads = list(rdf.content_quads(content()))
    file = triples.write(quads, tmp_path / f"axis{ending}")
    read = list(ox.parse(path=str(file), format=triples.FORMATS[ending]))
    assert {(q.subject, q.predicate, q.object) for q in read} == {(q.subject, q.predicate, q.object) for q in quads}
    assert ({q.graph_name for q in read} == {q.graph_name for q in quads}) is (ending != ".ttl")
    first = file.read_bytes()
    assert triples.write(reversed(quads), file).read_bytes() == first


def test_the_figure_has_the_columns_of_the_profile(run: Run, shipped: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "axis.svg"
    run("export", file, "--paths", *ENDS, "-k", 3)
    texts = " ".join("".join(e.itertext()) for e in ET.parse(file).iter())
    assert all(column.label in texts for column in shipped.profile.columns[:3])


def test_all_is_what_is_written_where_nothing_is_chosen(run: Run, tmp_path: Path) -> None:
    for name, arguments in (("one.cyjs", []), ("two.cyjs", ["--all"])):
        told = run("export", tmp_path / name, *arguments)
        assert told.status == 0
        assert told.err.splitlines()[0].endswith(
            "elements make a crowded figure; export paths or a query for one to read"
        )
    assert (tmp_path / "one.cyjs").read_bytes() == (tmp_path / "two.cyjs").read_bytes()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?relation { ?relation rdf:object HGNC:6025 ; exil8:object_site exil8s:bm_stromal_cell }",
        "SELECT ?subject ?object { ?subject exil8:increases_secretion_of ?object FILTER(?object = HGNC:6025) }",
    ],
)
def test_what_a_query_names(run: Run, tmp_path: Path, query: str) -> None:
    file = tmp_path / "axis.cyjs"
    assert run("export", file, "--query", query).status == 0
    edges = json.loads(file.read_text(encoding="utf-8"))["elements"]["edges"]
    assert 0 < len(edges) < 60


def test_sign_and_number_of_paths(run: Run, tmp_path: Path) -> None:
    for name, arguments in (("few.tsv", ["-k", 1]), ("many.tsv", ["-k", 20]), ("minus.tsv", ["--sign", "-"])):
        assert run("export", tmp_path / name, "--paths", *ENDS, *arguments, "-q").status == 0
    few, many = ((tmp_path / name).read_text(encoding="utf-8") for name in ("few.tsv", "many.tsv"))
    assert few.count("\n") == 1 + 3
    assert many.count("\n") > few.count("\n")


def test_a_failed_export_leaves_the_old_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "axis.svg"
    file.write_text("precious")
    assert run("export", file, "--paths", "PGF", "PTGER4", "--sign", "-").status == 2
    assert run("export", file, "--query", "publications_by_status").status == 2
    assert file.read_text() == "precious"
    assert [p.name for p in tmp_path.iterdir()] == ["axis.svg"]
