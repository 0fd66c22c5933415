"""Exit statuses: each error has one, and one line on standard error; a person never sees a traceback."""

from __future__ import annotations

import json
import os
import pkgutil
import re
import signal
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg
from kg import errors, placement
from kg.cli import making
from kg.errors import (
    CurieError,
    InvalidGraphError,
    KgError,
    QueryError,
    RemoteError,
    SourceError,
    StoreError,
    UnknownNameError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.graph import KnowledgeGraph
    from tests.cli.conftest import Run, Start

STATUSES: dict[type[KgError], int] = {
    KgError: 1,
    UsageError: 2,
    UnknownNameError: 2,
    SourceError: 3,
    CurieError: 3,
    StoreError: 4,
    RemoteError: 5,
    QueryError: 6,
    InvalidGraphError: 7,
}


def made(kind: type[KgError]) -> KgError:
    if issubclass(kind, UnknownNameError):
        return kind("x", ["HGNC:1 (A)", "HGNC:2 (B)"], ambiguous=True)
    return kind("a.tsv", 7, "is\nwrong", "mend it") if issubclass(kind, SourceError) else kind("is\nwrong")


def subclasses(kind: type[KgError]) -> Iterator[type[KgError]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from subclasses(sub)


def failing(error: BaseException) -> Callable[..., KnowledgeGraph]:
    def fail(*_: object) -> KnowledgeGraph:
        raise error

    return fail


# Every error


def test_the_table_names_every_error() -> None:
    in_module = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, KgError)}
    assert in_module == STATUSES.keys()
    assert {getattr(kg, kind.__name__) for kind in STATUSES} == STATUSES.keys()


def test_every_error_of_the_package_has_the_status_of_its_family() -> None:
    for module in pkgutil.walk_packages(kg.__path__, "kg."):
        import_module(module.name)
    for kind in (found := set(subclasses(KgError))):
        family = [status for known, status in STATUSES.items() if known is not KgError and issubclass(kind, known)]
        assert {kind.exit_status} == set(family), kind
    assert STATUSES.keys() <= {KgError, *found}


@pytest.mark.parametrize(("kind", "status"), STATUSES.items(), ids=lambda v: getattr(v, "__name__", ""))
def test_each_error_is_its_status_and_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, kind: type[KgError], status: int
) -> None:
    monkeypatch.setattr(making, "opened", failing(made(kind)))
    told = run("status")
    assert told.status == status
    assert told.line == " ".join(str(made(kind)).split())


# Each status as it comes about


@pytest.mark.parametrize(
    ("status", "arguments", "says"),
    [
        (2, ["nosuch"], "No such command 'nosuch'"),
        (2, ["paths", "CXCL8"], "Missing argument 'TO'"),
        (2, ["status", "--nosuch"], "No such option: --nosuch"),
        (2, ["paths", "CXCL8", "nosuchthing"], "no entity is called 'nosuchthing'"),
        (2, ["paths", "CXCL8", "IL-8"], "are the same (HGNC:6025)"),
        (2, ["paths", "CXCL8@moon", "survival"], "unknown site 'moon'; write one of: bm_stromal_cell, cml_cell"),
        (2, ["paths", "CXCL8", "survival", "--sign", "x"], "sign 'x': write +, - or any"),
        (2, ["paths", "CXCL8", "survival", "-k", "0"], "k is 0"),
        (2, ["paths", "CXCL8", "survival", "--max-steps", "0"], "max-steps is 0"),
        (2, ["paths", "CXCL8", "survival", "--min-belief", "2"], "min_belief is 2.0"),
        (2, ["query", "nosuch"], "no query is called 'nosuch'"),
        (2, ["query", "relation"], "there are: relations"),
        (2, ["query", "nowhere.rq"], "there is no file nowhere.rq"),
        (2, ["query", "relations", "--param", "x"], "write name=value"),
        (2, ["query", "relations", "--param", "x=1"], "has no parameter 'x'; it has: none"),
        (2, ["query", "neighbours"], "needs --param entity=... (entity)"),
        (2, ["query", "ASK {}", "--param", "x=1"], "--param goes with a named query"),
        (2, ["query", "receptors_of_il8", "--format", "ttl"], "--format ttl goes with CONSTRUCT and DESCRIBE"),
        (2, ["query", "receptors_of_il8", "--format", "xml"], "'--format'"),
        (2, ["explain", "nosuch"], "no relation is called 'nosuch'"),
        (2, ["rank", "--class", "nosuch"], "it has: microenvironment factor"),
        (2, ["rank", "nosuchthing"], "no entity is called 'nosuchthing'"),
        (2, ["loops", "nosuchthing"], "no entity is called 'nosuchthing'"),
        (2, ["cuts", "CXCL8", "survival", "--sign", "?"], "sign '?': write +, - or any"),
        (2, ["knock-out", "nosuchthing"], "no entity is called 'nosuchthing'"),
        (2, ["mechanisms", "-k", "0"], "k is 0"),
        (2, ["export", "x.docx"], "cannot tell the format; end the name with .cx2"),
        (2, ["export", "x.svg", "--all", "--query", "relations"], "choose one of --paths, --query and --all"),
        (2, ["export", "x.ttl", "--paths", "CXCL8", "survival"], ".ttl holds the whole graph"),
        (2, ["export", "x.svg", "--query", "publications_by_status"], "must give a column relation"),
        (2, ["export", "x.svg", "--paths", "survival", "CML exosome"], "no path with sign +"),
        (2, ["build", "--source", "civic"], "write NAME=FILE, for example"),
        (2, ["build", "--source", "nosuch=x", "--store", "nowhere.kg"], "no source is called 'nosuch'"),
        (2, ["ingest", "nosuch", "x"], "no source is called 'nosuch'"),
        (2, ["pubmed", "files", "x.xml", "--no-store"], "--no-store without --jsonl"),
        (3, ["build", "--source", "civic=nowhere.tsv", "--store", "nowhere.kg"], "nowhere.tsv: cannot be opened"),
        (3, ["build", "--profile", "nowhere"], "nowhere: has no profile.toml"),
        (3, ["paths", "CXCL8", "survival", "--with", "nowhere.tsv"], "nowhere.tsv: cannot be opened"),
        (3, ["controllers", "nowhere.tsv"], "nowhere.tsv: cannot be opened"),
        (4, ["status", "--store", "nowhere.kg"], "there is no graph at nowhere.kg; make one with `kg build"),
        (4, ["diff", "nowhere.kg", "nowhere.kg"], "there is no graph at nowhere.kg"),
        (4, ["export", "nowhere/x.svg"], "cannot write nowhere/x.svg: No such file or directory"),
        (4, ["export", "nowhere/x.trig"], "cannot write nowhere/x.trig: No such file or directory"),
        (4, ["init", "/proc/nowhere"], "/proc/nowhere cannot be written"),
        (4, ["demo", "--out", "/proc/nowhere"], "name another folder with --out"),
        (6, ["query", "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"], "SERVICE is refused"),
        (6, ["query", "SELECT ?s\nWHERE { ?s ?p }"], "syntax error at line 2"),
        (6, ["query", "DELETE WHERE { ?s ?p ?o }"], "updates are refused"),
    ],
    ids=lambda v: " ".join(v)[:40] if isinstance(v, list) else None,
)
def test_what_goes_wrong_is_one_line_and_its_status(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run(*arguments)
    assert told.status == status, told.err
    assert says in told.line
    assert list(tmp_path.iterdir()) == []


def test_a_query_that_takes_too_long_is_stopped(run: Run) -> None:
    told = run("query", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--timeout", "0.3")
    assert told.status == 6
    assert "ran past its limit of 0.3 s" in told.line


def test_a_service_that_does_not_answer_is_status_5(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.sources.pubmed.http.time.sleep", lambda _: None)
    monkeypatch.setenv("EXIL8_EUTILS", "http://127.0.0.1:9/")  # the port "discard": nobody listens
    told = run("pubmed", "search", "exosome")
    assert told.status == 5
    assert "127.0.0.1" in told.line


def test_a_graph_that_breaks_its_shapes_is_status_7(
    run: Run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placement, "fault", lambda *_, **__: None)  # as if written before rows were held to this
    file = tiny / "relations.tsv"
    text = file.read_text(encoding="utf-8").replace("increases_expression_of", "binds")
    file.write_text(text.replace("\tendothelial_cell\tplasma_membrane\t+", "\tendothelial_cell\t\t+"), encoding="utf-8")
    store = tmp_path / "broken.kg"
    assert run("build", "--profile", tiny, "--store", store).status == 0
    told = run("validate", "--store", store)
    assert told.status == 7
    assert told.out.startswith("not valid: 1 violation")
    assert "TNF binds VCAM1 (exil8:my0001)" in told.out
    assert told.err == "kg: the graph breaks its shapes; the findings above say where and what to do\n"
    shown = run("validate", "--store", store, "--json")
    assert (shown.status, json.loads(shown.out)["conforms"]) == (7, False)


# Names


def test_an_ambiguous_name_lists_what_it_may_mean(run: Run) -> None:
    told = run("paths", "BMSC", "survival")
    assert told.status == 2
    assert re.fullmatch(r"'BMSC' is ambiguous: write one of \S+ \(.+\), \S+ \(.+\)", told.line)


def test_an_unknown_name_lists_the_nearest(run: Run) -> None:
    told = run("paths", "CML exosme", "survival")
    assert told.status == 2
    assert told.line.startswith("no entity is called 'CML exosme'; did you mean exil8:cml_exosome (CML-cell exosome)")


# A defect of the program


def test_a_defect_is_one_line_and_a_log_with_the_traceback(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(making, "opened", failing(RuntimeError("first\nsecond")))
    told = run("status")
    assert told.status == 1
    found = re.fullmatch(
        r"a defect of the program \(RuntimeError: first second\); please report it with (\S+)", told.line
    )
    assert found is not None
    log = Path(found[1])
    assert log.parent == tmp_path
    text = log.read_text(encoding="utf-8")
    assert text.startswith("Traceback")
    assert "RuntimeError: first\nsecond" in text


def test_a_defect_where_no_log_can_be_written_is_still_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc/nowhere")
    monkeypatch.setattr(making, "opened", failing(ZeroDivisionError()))
    told = run("status")
    assert told.status == 1
    assert told.line == "a defect of the program (ZeroDivisionError: ); please report it"


# Ctrl-C, closed pipes, full disks


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """A file that a build waits for."""
    os.mkfifo(tmp_path / "papers.xml")
    return tmp_path / "papers.xml"


def test_ctrl_c_is_130_and_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "opened", failing(KeyboardInterrupt()))
    told = run("status")
    assert told.status == 130
    assert told.line == "interrupted; what was there before is as it was"


def test_ctrl_c_in_the_middle_of_a_build_leaves_the_old_graph(
    start: Start, fifo: Path, shipped: KnowledgeGraph, shipped_copy: Path
) -> None:
    process = start("build", "--store", shipped_copy, "--source", f"pubmed={fifo}")
    with fifo.open("wb"):  # opens when the build has opened the other end
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, "")
    assert err == "kg: interrupted; what was there before is as it was\n"
    graph = kg.open(shipped_copy)
    assert graph.store.revision == shipped.store.revision
    assert len(graph.store) == len(shipped.store)
    graph.close()
    assert [p.name for p in shipped_copy.glob(".building-*")] == []


@pytest.mark.parametrize("arguments", [["query", "relations", "--format", "csv"], ["sources"]])
def test_a_reader_that_goes_away_is_no_error(start: Start, arguments: list[str]) -> None:
    read, write = os.pipe()
    process = start(*arguments, stdout=write)
    os.close(read)
    os.close(write)
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", [["query", "relations", "--format", "csv"], ["sources"]])
def test_a_full_disk_under_the_output_is_no_defect(start: Start, arguments: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = start(*arguments, stdout=full.fileno())
        _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (4, "kg: the output cannot be written: No space left on device\n")


def test_bytes_that_are_no_text_are_told_as_they_are(start: Start) -> None:
    process = start("status", "--store", "zzzz\udc80qqqq")
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err.count("\n")) == (4, "", 1)
    assert err.startswith("kg: there is no graph at zzzz\\udc80qqqq; ")


def test_a_terminal_without_unicode_is_no_reason_to_fail(start: Start) -> None:
    process = start("contradictions", PYTHONIOENCODING="ascii", LC_ALL="C")
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert out.isascii()


# Starting


def test_help_and_version_load_nothing_heavy() -> None:
    heavy = ("pandas", "numpy", "scipy", "networkx", "pyoxigraph", "rdflib", "pyarrow", "requests", "curies", "pyshacl")
    code = (
        "import sys; from kg import cli; "
        "assert cli.run(sys.argv[2:]) == 0; "
        "sys.exit(' '.join(m for m in sys.argv[1].split() if m in sys.modules))"
    )
    for arguments in (["--help"], ["paths", "--help"], ["--version"]):
        command = [sys.executable, "-c", code, " ".join(heavy), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.stderr.strip() == ""
        assert done.stdout


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    told = run()
    assert told.status == 2
    assert told.out == ""
    assert told.err.startswith("Usage: kg")


def test_the_version_is_that_of_the_package(run: Run) -> None:
    told = run("--version")
    assert (told.status, told.out) == (0, f"{kg.__version__}\n")


def test_every_command_has_help_of_one_line_and_more(run: Run) -> None:
    names = re.findall(r"^  ([a-z-]+)  ", run("--help").out.partition("Commands:")[2], re.MULTILINE)
    assert len(names) >= 24
    for name in names:
        told = run(name, "--help")
        assert (told.status, told.err) == (0, "")
        assert told.out.startswith(f"Usage: kg {name}")
