"""Commands for PubMed: search, keep a graph up to date, read bulk files."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.showing import (
    JsonOption,
    QuietOption,
    StoreOption,
    counting,
    opened,
    opened_before,
    refuse,
    say,
    show_json,
    show_rows,
)
from kg.errors import RemoteError, UsageError

if TYPE_CHECKING:
    from kg.retractions import RetractionReport
    from kg.sources.pubmed.bulk import BulkReport
    from kg.sources.pubmed.eutils import Eutils
    from kg.sources.pubmed.sync import SyncReport

pubmed = typer.Typer(
    help="PubMed: search it, keep the graph up to date with it, read its bulk files.", no_args_is_help=True
)


class Form(StrEnum):
    """Forms of the report of what fell."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


FormOption = Annotated[Form, typer.Option("--format", help="Form of the report of what fell.")]
EmailOption = Annotated[
    str, typer.Option("--email", envvar="EXIL8_EMAIL", help="Your address; NCBI asks for one.", show_envvar=True)
]


def eutils(email: str) -> Eutils:
    """A client with the key and the address of the environment; the key is never shown."""
    from kg.sources.pubmed.eutils import Eutils
    from kg.sources.pubmed.http import BASE_URL, Settings

    return Eutils(
        Settings(
            base_url=os.environ.get("EXIL8_EUTILS", BASE_URL),
            email=email,
            api_key=os.environ.get("NCBI_API_KEY", ""),
        )
    )


@pubmed.command()
def search(
    query: Annotated[str, typer.Argument(help="A query in PubMed's language, or the name of a ready one.")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many of the newest hits to show.")] = 20,
    email: EmailOption = "",
    json_: JsonOption = False,
) -> None:
    """Search PubMed and show the newest hits, each with where it stands."""
    from kg.sources.pubmed import to_json, to_publication

    with eutils(email) as client:
        hits = client.search(_ready(query), limit=limit)
        fetched = client.fetch(hits.ids)
    records = fetched.records
    for told in (*hits.not_understood, *(f"refused: {refusal}" for refusal in fetched.refusals)):
        say(f"PubMed: {told}")
    if json_:
        show_json({"count": hits.count, "records": [to_json(record) for record in records]})
        return
    papers = [to_publication(record) for record in records]
    rows = [
        {"pmid": p.pmid, "year": p.year, "journal": p.journal, "title": p.title, "status": p.status.value}
        for p in papers
    ]
    show_rows(rows, ["pmid", "year", "journal", "title", "status"], title=f"{hits.count} hits")


def _ready(query: str) -> str:
    """The text of a ready query of the shipped profile, where one has this name."""
    from kg import bibliography, profile

    try:
        return bibliography.queries_of(profile.load(), [query])[query]
    except UsageError:
        return query


@pubmed.command()
def sync(
    query: Annotated[list[str] | None, typer.Option("--query", help="Ready query by name; by default all.")] = None,
    form: FormOption = Form.TEXT,
    email: EmailOption = "",
    store: StoreOption = None,
    quiet: QuietOption = False,
) -> None:
    """Fetch what is new or changed, look for retractions, and say what fell in the graph."""
    from kg import bibliography, pipeline, retractions
    from kg.sources.pubmed.state import state_of

    graph = opened_before(store)
    root = graph.store.place.root
    with eutils(email) as client, state_of(root) as state:
        with counting("fetching", quiet=quiet) as advance:
            brought = bibliography.sync(
                client, state, bibliography.queries_of(graph.profile, query or ()), progress=advance
            )
        with counting("looking up papers", quiet=quiet) as advance:
            matches = bibliography.follow(client, state, graph.content.publications, progress=advance)
    pipeline.refresh(root, "pubmed")
    say(
        f"{brought.asked} papers asked for, {brought.stored} stored, {len(brought.missing)} missing; "
        f"{len(matches.found)} papers got their PMID, {len(matches.open)} have none",
        quiet=quiet,
    )
    _tell(brought, quiet=quiet)
    for key, reason in sorted(matches.open.items()):
        say(f"no PMID: {key} ({reason})", quiet=quiet)
    _show_report(retractions.report(graph, opened(root)), form)


def _tell(brought: SyncReport, *, quiet: bool) -> None:
    """Name what a sync did not bring, and what PubMed took out; what was not believed is told in any case."""
    for refusal in brought.refusals:
        say(f"refused: {refusal}", quiet=quiet)
    for what, pmids in (("not given", brought.missing), ("deleted", brought.deleted)):
        if pmids:
            say(f"{what}: {', '.join(f'PMID:{pmid}' for pmid in pmids)}", quiet=quiet)
    for doubt in brought.doubts:
        say(f"not believed: {doubt}")


def _show_report(told: RetractionReport, form: Form) -> None:
    if form is Form.JSON:
        show_json(told.to_dict())
    else:
        typer.echo(told.to_csv() if form is Form.CSV else told.to_text(), nl=form is Form.TEXT)


@pubmed.command()
def files(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Bulk files of PubMed, .xml or .xml.gz, or a folder of them."),
    ],
    jsonl: Annotated[Path | None, typer.Option("--jsonl", help="Write one JSON object a record to this file.")] = None,
    no_store: Annotated[bool, typer.Option("--no-store", help="Leave the graph alone; goes with --jsonl.")] = False,
    cue: Annotated[list[str] | None, typer.Option("--cue", help="Keep records that hold such words.")] = None,
    at_least: Annotated[int, typer.Option("--at-least", min=1, help="Different cues a record must hold.")] = 1,
    pmid: Annotated[list[str] | None, typer.Option("--pmid", help="Keep this record.")] = None,
    processes: Annotated[int | None, typer.Option("--processes", min=1, help="Files read at the same time.")] = None,
    form: FormOption = Form.TEXT,
    store: StoreOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read PubMed baseline and update files: into the graph, out to JSON lines, or both.

    A file that is refused is named, and the others are read; the exit status is 3 then.
    """
    from kg import pipeline, retractions
    from kg.sources.pubmed.bulk import read_files
    from kg.sources.pubmed.selection import Selection
    from kg.sources.pubmed.state import state_of

    if no_store and jsonl is None:
        raise UsageError("--no-store without --jsonl leaves nothing to do")
    selection = Selection(pmids=frozenset(pmid or ()), cues=tuple(cue or ()), at_least=at_least)
    with counting("reading", quiet=quiet) as advance:
        if no_store:
            report = read_files(paths, jsonl=jsonl, selection=selection, processes=processes, progress=advance)
        else:
            graph = opened_before(store)
            root = graph.store.place.root
            with state_of(root) as state:
                report = read_files(
                    paths, state=state, jsonl=jsonl, selection=selection, processes=processes, progress=advance
                )
            pipeline.refresh(root, "pubmed")
    _tell_files(report, quiet=quiet)
    if not no_store:
        _show_report(retractions.report(graph, opened(root)), form)
    refuse(len(report.quarantined), len(report.files) + len(report.again))


def _tell_files(report: BulkReport, *, quiet: bool) -> None:
    """Say what became of each file; a refused one is told in any case."""
    for one in report.files:
        fate = "read before" if one.skipped else f"{one.records} records, {one.kept} kept"
        if one.error is None:
            say(f"{one.path.name}: {fate}{f', {one.deletions} deletions' if one.deletions else ''}", quiet=quiet)
        for refusal in one.refusals:
            say(f"refused: {refusal}", quiet=quiet)
    for one in report.again:
        if one.error is None:
            say(f"{one.path.name}: read again, {one.kept} records about papers kept elsewhere", quiet=quiet)
    for one in report.quarantined:
        say(f"refused: {one.error}")
    for name in report.missing:
        say(f"missing: {name}", quiet=quiet)
    for name in report.unread:
        say(f"read again: {name} is not where it was, and tells more of papers that are kept since")


@pubmed.command()
def mirror(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to keep the files in.")],
    updates: Annotated[bool, typer.Option("--updates", help="The update files instead of the baseline.")] = False,
    first: Annotated[int | None, typer.Option("--from", min=1, help="Number of the first file wanted.")] = None,
    last: Annotated[int | None, typer.Option("--to", min=1, help="Number of the last file wanted.")] = None,
    quiet: QuietOption = False,
) -> None:
    """Fetch the baseline or update files of PubMed that a folder lacks, checked; goes on where it was stopped."""
    from kg.sources.pubmed.mirror import BASE_URL, Settings
    from kg.sources.pubmed.mirror import mirror as bring

    if first is not None and last is not None and last < first:
        raise UsageError(f"--to {last} stands before --from {first}")
    settings = Settings(base_url=os.environ.get("EXIL8_PUBMED_FILES", BASE_URL))
    with counting("fetching files", quiet=quiet) as advance:
        report = bring(folder, updates=updates, first=first, last=last, settings=settings, progress=advance)
    say(f"{len(report.fetched)} files fetched, {len(report.present)} there before", quiet=quiet)
    for name in report.missing:
        say(f"missing: {name}", quiet=quiet)
    for name, reason in report.failed.items():
        say(f"failed: {name}: {reason}")
    if report.failed:
        raise RemoteError(f"{len(report.failed)} files could not be had; the same command goes on from here")


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(pubmed, name="pubmed")
