"""Parameters on the command line: with a site, of an export, and what is said when they lead to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


def test_an_export_of_a_query_takes_its_parameters(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "found.tsv"
    asked = ["--param", "subject=IL-8@extracellular", "--param", "object=CXCR2@cml_cell"]
    told = run("export", file, "--query", "evidence_for", *asked)
    assert told.status == 0
    edges = file.read_text(encoding="utf-8").splitlines()
    assert len(edges) == 2
    assert edges[1].startswith("CXCL8\tactivates, binds\tCXCR2\t")


def test_parameters_without_a_query_are_an_error(run: Run, tmp_path: Path) -> None:
    told = run("export", tmp_path / "x.tsv", "--param", "entity=IL-8")
    assert (told.status, told.line) == (2, "--param goes with --query")
    told = run("export", tmp_path / "x.tsv", "--query", "neighbours")
    assert told.line == "query neighbours needs --param entity=... (entity)"
    assert list(tmp_path.iterdir()) == []


def test_a_site_where_the_entity_never_acts_gives_no_rows_and_says_why(run: Run) -> None:
    told = run("query", "effects_of", "--param", "entity=CML exosome@endothelium")
    assert told.status == 0
    assert told.out.count("\n") == 1, "the head of the table"
    assert told.err == "no rows; NAME@SITE asks for NAME at that site alone\n"
    assert run("query", "SELECT ?x { ?x a exil8:Nothing }").err == "no rows\n"
    assert run("query", "SELECT ?x { ?x a exil8:Nothing }", "--format", "csv").err == ""


def test_a_site_where_a_query_takes_none_is_an_error(run: Run) -> None:
    told = run("query", "members_of", "--param", "entity=TKI@cml_cell")
    assert told.status == 2
    assert told.line == "query members_of takes no site: write entity=tyrosine kinase inhibitor"


def test_the_list_of_queries_shows_what_each_asks(run: Run) -> None:
    listed = run("query", "list").out
    assert "Which receptors does IL-8 (CXCL8) bind or activate" in listed
    assert "Where do papers say opposite things" in listed
