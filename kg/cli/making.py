"""Commands that make and describe graphs: demo, build, init, ingest, status, sources, validate."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.showing import (
    JsonOption,
    QuietOption,
    StoreOption,
    opened,
    opened_before,
    progress,
    refuse,
    say,
    show_json,
    show_rows,
    show_table,
)
from kg.errors import InvalidGraphError, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.graph import KnowledgeGraph


class Licence(StrEnum):
    """Which licences a graph takes in."""

    ANY = "any"
    OPEN = "open"


class Report(StrEnum):
    """Forms of a report."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def _named(sources: list[str]) -> list[tuple[str, Path]] | None:
    if not sources:
        return None
    found = []
    for text in sources:
        name, equals, file = text.partition("=")
        if not (equals and file):
            raise UsageError(f"--source {text!r}: write NAME=FILE, for example --source civic=evidence.tsv")
        found.append((name, Path(file)))
    return found


def _versions(stated: list[str]) -> dict[str, str]:
    found = {}
    for text in stated:
        name, equals, version = text.partition("=")
        if not (equals and version):
            raise UsageError(f"--source-version {text!r}: write NAME=VERSION, for example civic=2026-11-01")
        found[name] = version
    return found


def _count_line(graph: KnowledgeGraph) -> str:
    c = graph.manifest["counts"]
    refused = f"; {c['refused']} records refused (kg status lists them)" if c["refused"] else ""
    return (
        f"{c['entities']} entities, {c['relations']} relations from {c['evidence']} pieces of evidence in "
        f"{c['publications']} publications{refused}"
    )


def build(
    store: StoreOption = None,
    profile: Annotated[
        Path | None, typer.Option("--profile", help="Folder of a profile; else the shipped axis.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="NAME=FILE, instead of the profile's own; may be repeated.")
    ] = None,
    source_version: Annotated[
        list[str] | None, typer.Option("--source-version", help="NAME=VERSION of the data; may be repeated.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Read the further sources the profile ships as well.")] = False,
    licence: Annotated[Licence, typer.Option("--licence", help="Take any licence, or open ones only.")] = Licence.ANY,
    validate: Annotated[bool, typer.Option("--validate", help="Check it against its SHACL shapes first.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Build (or rebuild) a graph; the old one stays in force until the new one is whole."""
    from kg import opening
    from kg import profile as profiles

    place = store or opening.default_store(profiles.load(profile).name)
    with progress(quiet=quiet) as advance:
        made = opening.build(
            place,
            profile=profile,
            sources=_named(source or []),
            versions=_versions(source_version or []),
            everything=all_,
            open_only=licence is Licence.OPEN,
            validate=validate,
            progress=advance,
        )
    say(f"built {place}: {_count_line(made)}", quiet=quiet)


def init(
    folder: Annotated[Path, typer.Argument(help="New folder for the profile.")], quiet: QuietOption = False
) -> None:
    """Write a commented profile for an axis of one's own, which builds as it stands."""
    from kg.profile_template import write

    for file in write(folder):
        say(f"wrote {file}", quiet=quiet)
    say(shlex.join(["next:", "kg", "build", "--profile", str(folder), "--store", str(folder / "axis.kg")]), quiet=quiet)


def ingest(
    name: Annotated[str, typer.Argument(help="Name of the source; kg sources lists them.")],
    files: Annotated[list[Path], typer.Argument(help="Files to read.")],
    version: Annotated[str, typer.Option("--source-version", help="Version of the data.")] = "",
    store: StoreOption = None,
    quiet: QuietOption = False,
) -> None:
    """Add one source to a graph; reading the same file again changes nothing.

    Of several PubMed files, one that is refused is named and the others are read; the exit status is 3 then.
    """
    from kg import opening, pipeline, retractions
    from kg import sources as registry

    place = store or opening.default_store()
    before = opened_before(place) if isinstance(registry.load(name), registry.KeepingSource) else None
    with progress(quiet=quiet) as advance:
        pipeline.ingest(place, name, files, version=version, progress=advance)
    after = opening.open_(place)
    say(f"{place} now holds {_count_line(after)}", quiet=quiet)
    if before is None:
        return
    if told := retractions.report(before, after):
        typer.echo(told.to_text())
    names = {file.name for file in files}
    refused = [f"{name}: {why}" for name, why in pipeline.quarantine(place).items() if name in names]
    for line in refused:
        say(f"refused: {line}")
    refuse(len(refused), len(files))


def status(store: StoreOption = None, json_: JsonOption = False) -> None:
    """Say what is in the graph: counts, inputs, refusals, files in quarantine, publications by status."""
    from kg import pipeline
    from kg.store import refusals

    graph = opened(store)
    manifest = graph.manifest
    try:
        quarantine = pipeline.quarantine(graph.store.place.root)
    except StoreError as error:  # the graph is there all the same
        quarantine = {}
        say(str(error))
    if json_:
        show_json(manifest | ({"quarantine": quarantine} if quarantine else {}))
        return
    typer.echo(f"{manifest['title']} ({graph.store.place.root}, revision {graph.store.revision})")
    typer.echo(_count_line(graph))
    columns = ["source", "name", "version", "licence", "rows_read", "rows_kept", "rows_refused"]
    show_rows(manifest["inputs"], columns, title="inputs")
    show_table(*graph.answer("publications_by_status").rows(), title="publications")
    for line in manifest["refusals"]:
        typer.echo(f"refused: {line}")
    if (more := manifest["counts"]["refused"] - len(manifest["refusals"])) > 0:
        typer.echo(f"refused: {more} more, listed in {graph.store.place.folder / refusals.FILE}")
    for name, why in quarantine.items():
        typer.echo(f"in quarantine: {name}: {why}")


def sources(store: StoreOption = None, json_: JsonOption = False) -> None:
    """List the sources that can be read, with licence and citation; with a graph, what it holds of each."""
    from kg import opening
    from kg import sources as registry

    rows, broken = _described(registry.names())
    place = store or opening.default_store()
    inputs = opened(place).manifest["inputs"] if store is not None or place.is_dir() else []
    for row in rows:
        own = [item for item in inputs if item["source"] == row["name"]]
        row["version"] = "; ".join(dict.fromkeys(item["version"] for item in own if item["version"])) or row["version"]
        row["rows_kept"] = sum(item["rows_kept"] for item in own) if own else None
        row["rows_refused"] = sum(item["rows_refused"] for item in own) if own else None
    if json_:
        show_json([*rows, *({"name": name, "error": error} for name, error in broken.items())])
        return
    for row in rows:
        row["formats"] = ", ".join(row["formats"])
    columns = ["name", "title", "licence", "version", "rows_kept", "rows_refused", "reliability", "formats", "citation"]
    show_rows([*rows, *({"name": name, "title": error} for name, error in broken.items())], columns)


def _described(names: Sequence[str]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """What sources say of themselves, and what is wrong with those that cannot be used."""
    from kg import sources as registry

    found: list[dict[str, Any]] = []
    broken: dict[str, str] = {}
    for name in names:
        try:
            found.append(asdict(registry.load(name).INFO))
        except UsageError as error:
            broken[name] = str(error)
    return found, broken


def validate(store: StoreOption = None, json_: JsonOption = False) -> None:
    """Check the graph against its SHACL shapes; exit status 7 when it breaks one."""
    report = opened(store).validate()
    if json_:
        show_json(asdict(report))
    else:
        typer.echo(str(report))
    if not report.conforms:
        raise InvalidGraphError("the graph breaks its shapes; the findings above say where and what to do")


def audit(
    format_: Annotated[Report, typer.Option("--format", help="Form of the report.")] = Report.TEXT,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Report missing provenance, licences, retracted or doubtful evidence, ungrounded names."""
    found = opened(store).audit()
    if json_ or format_ is Report.JSON:
        show_json(found.to_dict())
    else:
        typer.echo(found.to_markdown() if format_ is Report.MARKDOWN else found.to_text())


def diff(
    old: Annotated[Path, typer.Argument(help="Folder of the older graph.")],
    new: Annotated[Path, typer.Argument(help="Folder of the newer graph.")],
    json_: JsonOption = False,
) -> None:
    """Show what changed between two graphs, down to the best paths."""
    from kg.diff import diff as compare

    found = compare(opened(old), opened(new))
    if json_:
        show_json(found.to_dict())
    else:
        typer.echo(found.to_text())


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for what it writes.")] = Path("exil8-demo"),
    quiet: QuietOption = False,
) -> None:
    """Build the shipped graph offline, answer its main question, and write figures and tables."""
    from kg import demo as demonstration

    with progress(quiet=quiet) as advance:
        told = demonstration.run(out, progress=advance)
    typer.echo(told.text)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (demo, build, init, ingest, status, sources, validate, audit, diff):
        app.command()(command)
