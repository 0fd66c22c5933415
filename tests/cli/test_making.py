"""init, build, ingest, status, sources, validate, audit, diff; where a graph is kept, and what --quiet leaves."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import kg
from kg import sources

if TYPE_CHECKING:
    import pytest

    from kg.graph import KnowledgeGraph
    from tests.cli.conftest import Run, Start

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "sources"


def curated(folder: Path) -> list[object]:
    return ["--profile", folder, "--source", f"curated={folder}"]


def sizes(run: Run, store: Path) -> dict[str, int]:
    counts = run("status", "--store", store, "--json").json["counts"]
    assert isinstance(counts, dict)
    return counts


# init and build


def test_init_writes_a_profile_that_builds_as_it_stands(run: Run, tmp_path: Path) -> None:
    folder, store = tmp_path / "my axis", tmp_path / "mine.kg"
    told = run("init", folder)
    assert (told.status, told.out) == (0, "")
    *wrote, last = told.err.splitlines()
    assert {*wrote} == {f"wrote {file}" for file in folder.iterdir()}
    assert shlex.split(last) == ["next:", "kg", "build", "--profile", str(folder), "--store", str(folder / "axis.kg")]
    built = run("build", "--profile", folder, "--store", store)
    assert (built.status, built.out) == (0, "")
    assert built.err == (f"built {store}: 3 entities, 2 relations from 2 pieces of evidence in 1 publications\n")
    found = run("paths", "TNF@extracellular", "cell adhesion", "--store", store, "--json").json
    assert [len(path["steps"]) for path in found["paths"]] == [2]


def test_init_never_writes_over_anything(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    told = run("init", tmp_path / "mine")
    assert (told.status, told.line) == (4, f"{tmp_path / 'mine'} is not empty; name a new folder")
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    assert run("init", tmp_path / "mine" / "thesis.txt").status == 4


def test_build_takes_named_sources_instead_of_those_of_the_profile(run: Run, tiny: Path, tmp_path: Path) -> None:
    store = tmp_path / "two.kg"
    arguments = [*curated(tiny), "--source", f"bel={FIXTURES / 'groups.bel'}"]
    told = run("build", *arguments, "--store", store)
    assert told.status == 0
    assert told.err.endswith("; 5 records refused (kg status lists them)\n")
    shown = run("status", "--store", store)
    assert shown.err == ""
    assert shown.out.startswith(f"My axis ({store}, revision ")
    assert shown.out.count("\nrefused: ") == 5
    assert f"refused: {FIXTURES / 'groups.bel'}:39: an effect on a translocation has no predicate" in shown.out
    manifest = run("status", "--store", store, "--json").json
    assert [item["source"] for item in manifest["inputs"]] == ["bel", "curated"]


def test_open_licences_only(run: Run, tiny: Path, tmp_path: Path) -> None:
    closed, store = tmp_path / "closed.bel", tmp_path / "open.kg"
    text = (FIXTURES / "groups.bel").read_text(encoding="utf-8")
    closed.write_text(text.replace('"CC0-1.0"', '"CC BY-NC 4.0"'), encoding="utf-8")
    arguments = ["build", *curated(tiny), "--source", f"bel={closed}", "--store", store]
    assert run(*arguments).status == 0
    everything = sizes(run, store)
    assert run(*arguments, "--licence", "open").status == 0
    left = sizes(run, store)
    assert left["evidence"] == 2
    assert left["refused"] == everything["refused"] + everything["evidence"] - left["evidence"]
    assert "its licence is CC BY-NC 4.0 (non-commercial)" in run("status", "--store", store).out


def test_all_reads_what_else_the_profile_ships(run: Run, tmp_path: Path) -> None:
    assert run("build", "--all", "--store", tmp_path / "all.kg").status == 0
    inputs = run("status", "--store", tmp_path / "all.kg", "--json").json["inputs"]
    assert {"curated", "pubmed", "civic", "omnipath", "go_cargo"} == {item["source"] for item in inputs}


def test_a_build_that_fails_leaves_the_old_graph(run: Run, tiny: Path, tmp_path: Path) -> None:
    store = tmp_path / "x.kg"
    assert run("build", "--profile", tiny, "--store", store).status == 0
    before = run("status", "--store", store).out
    (tiny / "relations.tsv").write_text("nonsense\n")
    told = run("build", "--profile", tiny, "--store", store)
    assert told.status == 3
    assert told.line.startswith(f"{tiny / 'relations.tsv'}:1: ")
    assert run("status", "--store", store).out == before


# Where a graph is kept


def test_the_store_is_the_option_else_the_environment_else_the_folder_of_the_user(
    start: Start, run: Run, tiny: Path, tmp_path: Path
) -> None:
    named = run("build", "--profile", tiny, "--store", tmp_path / "named.kg")
    assert named.status == 0
    by_option = start("status", "--store", tmp_path / "named.kg", EXIL8_STORE=str(tmp_path / "other.kg"))
    by_environment = start("status", EXIL8_STORE=str(tmp_path / "named.kg"))
    nowhere = start("status", EXIL8_STORE="", XDG_DATA_HOME=str(tmp_path), HOME=str(tmp_path))
    assert by_option.communicate(timeout=120)[0].startswith(f"My axis ({tmp_path / 'named.kg'}, ")
    assert by_environment.communicate(timeout=120)[0].startswith(f"My axis ({tmp_path / 'named.kg'}, ")
    assert f"there is no graph at {tmp_path}/" in nowhere.communicate(timeout=120)[1]
    assert nowhere.returncode == 4


def test_each_profile_has_a_default_store_of_its_own(run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tiny.parent))
    monkeypatch.delenv("EXIL8_STORE")
    told = run("build", "--profile", tiny)
    assert told.err.startswith(f"built {tiny.parent}/")
    assert "/my_axis.kg: 3 entities" in told.err


def test_quiet_says_nothing_but_the_result(run: Run, tiny: Path, tmp_path: Path) -> None:
    for arguments in (
        ["init", tmp_path / "p"],
        ["build", "--profile", tmp_path / "p", "--store", tmp_path / "p.kg"],
        ["ingest", "bel", FIXTURES / "groups.bel", "--store", tmp_path / "p.kg"],
        ["export", tmp_path / "p.svg", "--store", tmp_path / "p.kg"],
        ["export", tmp_path / "all.cyjs"],
    ):
        told = run(*arguments, "--quiet")
        assert (told.status, told.out, told.err) == (0, "", "")
    assert (tmp_path / "p.svg").is_file()
    failed = run("build", "--profile", tmp_path / "nowhere", "--quiet")
    assert failed.status == 3
    assert "has no profile.toml" in failed.line


# ingest


def test_ingest_adds_a_source_and_again_changes_nothing(run: Run, tiny: Path, tmp_path: Path) -> None:
    store = tmp_path / "x.kg"
    run("build", "--profile", tiny, "--store", store)
    first = run("ingest", "bel", FIXTURES / "groups.bel", "--store", store)
    assert (first.status, first.out) == (0, "")
    assert first.err.startswith(f"{store} now holds 12 entities, 10 relations")
    revision = run("status", "--store", store, "--json").json["revision"]
    run("ingest", "bel", FIXTURES / "groups.bel", "--store", store)
    again = run("status", "--store", store, "--json").json
    assert again["revision"] == revision
    assert [item["source"] for item in again["inputs"]] == ["bel", "curated"]


def test_ingest_of_a_bad_file_names_it_and_changes_nothing(run: Run, tiny: Path, tmp_path: Path) -> None:
    store, bad = tmp_path / "x.kg", tmp_path / "bad.tsv"
    run("build", "--profile", tiny, "--store", store)
    bad.write_text("a\tb\n1\t2\n")
    before = run("status", "--store", store).out
    told = run("ingest", "civic", bad, "--store", store)
    assert (told.status, told.line.startswith(f"{bad}:1: ")) == (3, True)
    assert run("status", "--store", store).out == before


# status and sources


def test_status_tells_counts_inputs_and_standing_of_papers(run: Run, shipped: KnowledgeGraph) -> None:
    told = run("status")
    assert (told.status, told.err) == (0, "")
    assert f"revision {shipped.store.revision}" in told.out
    assert "retracted  1" in told.out
    manifest = run("status", "--json").json
    assert manifest == json.loads(json.dumps(shipped.manifest))
    assert set(manifest["counts"]) >= {"entities", "relations", "evidence", "publications", "refused"}


def test_status_tells_of_a_graph_whose_state_cannot_be_read(run: Run, tiny: Path, tmp_path: Path) -> None:
    store = tmp_path / "x.kg"
    run("build", "--profile", tiny, "--store", store)
    (store / "pubmed.sqlite").write_text("not a database, and long enough to be looked at " * 40)
    told = run("status", "--store", store)
    assert (told.status, "My axis" in told.out) == (0, True)
    assert "cannot be opened as PubMed state" in told.err
    assert run("build", "--profile", tiny, "--store", store).status == 4


def test_sources_have_a_licence_and_a_citation(run: Run) -> None:
    rows = run("sources", "--json").json
    assert [row["name"] for row in rows] == list(sources.names())
    for row in rows:
        assert row["licence"]
        assert row["citation"]
        assert row["homepage"].startswith("http")
        assert 0.0 < row["reliability"] < 1.0
    table = run("sources").out
    assert all(name in table for name in sources.names())


# validate, audit, diff


def test_a_valid_graph(run: Run, tiny: Path, tmp_path: Path) -> None:
    run("build", "--profile", tiny, "--store", tmp_path / "x.kg")
    told = run("validate", "--store", tmp_path / "x.kg")
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("valid: ")
    assert run("validate", "--store", tmp_path / "x.kg", "--json").json["conforms"] is True


def test_audit_in_three_forms(run: Run) -> None:
    counts = run("audit", "--json").json["counts"]
    assert run("audit", "--format", "json").json["counts"] == counts
    text, markdown = run("audit").out, run("audit", "--format", "markdown").out
    assert markdown.startswith("# Audit\n")
    for check, count in counts.items():
        assert f"{check} (" in text
        assert f"## {check} (" in markdown
        assert f", {count})" in markdown


def test_diff_of_two_graphs(run: Run, shipped: KnowledgeGraph, tiny: Path, tmp_path: Path) -> None:
    one, other = shipped.store.place.root, tmp_path / "tiny.kg"
    assert run("diff", one, one).out == "the two graphs say the same\n"
    run("build", "--profile", tiny, "--store", other)
    relations = tiny / "relations.tsv"
    rows = relations.read_text(encoding="utf-8").splitlines(keepends=True)
    relations.write_text("".join(rows[:-1]), encoding="utf-8")
    run("build", "--profile", tiny, "--store", tmp_path / "less.kg")
    told = run("diff", other, tmp_path / "less.kg")
    assert (told.status, told.err) == (0, "")
    assert "relations removed: 1\n  VCAM1 [endothelial_cell] promotes (+) cell adhesion [endothelial_cell]" in told.out
    found = run("diff", other, tmp_path / "less.kg", "--json").json
    assert len(found["relations_removed"]) == 1
    assert any(shift["after"] is None for shift in found["best_paths"])


def test_a_graph_that_is_read_while_it_is_built_again_stays_open(run: Run, tiny: Path, tmp_path: Path) -> None:
    store = tmp_path / "x.kg"
    run("build", "--profile", tiny, "--store", store)
    graph = kg.open(store)
    run("build", "--profile", tiny, "--store", store)
    assert len(graph.content.statements) == 2
    graph.close()
