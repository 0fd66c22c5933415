"""Commands for what stands beside PubMed's records: Europe PMC, and papers that are linked with one another."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.literature import EmailOption, eutils, pubmed
from kg.cli.showing import (
    JsonOption,
    QuietOption,
    StoreOption,
    counting,
    opened,
    opened_before,
    say,
    show_json,
    show_rows,
)
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Publication
    from kg.sources.europepmc import Settings
    from kg.sources.pubmed.answers import Summary

europepmc = typer.Typer(
    help="Europe PMC, a second source of papers: preprints above all, with their published versions.",
    no_args_is_help=True,
)

PreprintsOption = Annotated[bool, typer.Option("--preprints", help="Preprints only.")]
EuropePmcQuery = Annotated[str, typer.Argument(help="A query in Europe PMC's language.")]


class Linked(StrEnum):
    """Which papers are linked with one."""

    CITED_BY = "cited_by"
    REFERENCES = "references"
    SIMILAR = "similar"


@pubmed.command()
def links(
    pmid: Annotated[list[str], typer.Argument(metavar="PMID...", help="Papers, by their PubMed numbers.")],
    kind: Annotated[Linked, typer.Option("--kind", help="Papers that cite it, that it cites, or like it.")] = (
        Linked.CITED_BY
    ),
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many of each to show; --json gives all.")] = 20,
    email: EmailOption = "",
    json_: JsonOption = False,
) -> None:
    """Show the papers that PubMed links with one: what cites it, what it cites, what is like it."""
    numbers = [_number(text) for text in pmid]
    with eutils(email) as service:
        found = service.links(numbers, kind.value)
        if json_:
            show_json([{"pmid": one, "kind": kind.value, "linked": list(others)} for one, others in found.items()])
            return
        shown = {one: others[:limit] for one, others in found.items()}
        summaries = service.summaries(sorted({other for others in shown.values() for other in others}, key=int))
    rows = [_linked(one, summaries.get(other), other) for one, others in shown.items() for other in others]
    counts = ", ".join(f"{len(others)} of {one}" for one, others in found.items())
    show_rows(rows, ["pmid", "linked", "year", "journal", "title"], title=f"{kind.value}: {counts}")


def _number(text: str) -> str:
    number = text.upper().removeprefix("PMID:")
    if not (number.isascii() and number.isdecimal() and 0 < len(number) < 10 and int(number)):
        raise UsageError(f"{text!r} is no PMID; write a number such as 24657661")
    return str(int(number))


def _linked(pmid: str, summary: Summary | None, linked: str) -> dict[str, Any]:
    told = (
        {"year": summary.year, "journal": summary.journal, "title": summary.title or summary.error} if summary else {}
    )
    return {"pmid": pmid, "linked": linked, **told}


def _settings(email: str, **more: int) -> Settings:
    from kg.sources.europepmc import Settings
    from kg.sources.europepmc.client import BASE_URL

    return Settings(base_url=os.environ.get("EXIL8_EUROPEPMC", BASE_URL), email=email, **more)


@europepmc.command()
def search(
    query: EuropePmcQuery,
    preprints: PreprintsOption = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many hits to show.")] = 20,
    email: EmailOption = "",
    json_: JsonOption = False,
) -> None:
    """Search Europe PMC and show the first hits, each with where it stands and its published version."""
    from kg.model import Refusal
    from kg.sources import europepmc as source

    text = source.preprints(query) if preprints else query
    page = next(source.pages(text, settings=_settings(email, page=limit)))
    found = [source.publication(result) for result in page.results[:limit]]
    for refusal in found:
        if isinstance(refusal, Refusal):
            say(f"refused: {refusal}")
    papers = [paper for paper in found if not isinstance(paper, Refusal)]
    rows = [_row(paper) for paper in papers]
    if json_:
        show_json({"count": page.count, "records": rows})
    else:
        show_rows(rows, ["id", "year", "types", "title", "status", "published_as"], title=f"{page.count} hits")


def _row(paper: Publication) -> dict[str, Any]:
    return {
        "id": paper.id,
        "pmid": paper.pmid,
        "doi": paper.doi,
        "pmcid": paper.pmcid,
        "title": paper.title,
        "year": paper.year,
        "published": paper.published,
        "journal": paper.journal,
        "first_author": paper.first_author,
        "types": list(paper.types),
        "status": paper.status.value,
        "published_as": _versions(paper, "UpdateIn"),
        "preprint": _versions(paper, "UpdateOf"),
    }


def _versions(paper: Publication, kind: str) -> Sequence[str]:
    return [link.target or link.citation for link in paper.links if link.type == kind]


@europepmc.command()
def sync(
    query: EuropePmcQuery,
    preprints: PreprintsOption = False,
    email: EmailOption = "",
    store: StoreOption = None,
    quiet: QuietOption = False,
) -> None:
    """Fetch all that a query finds in Europe PMC into the graph, and say what fell in it."""
    from kg import pipeline, retractions
    from kg.sources import europepmc as source

    graph = opened_before(store)
    root = graph.store.place.root
    text = source.preprints(query) if preprints else query
    with source.state_of(root) as state, counting("fetching", quiet=quiet) as advance:
        count = state.add(source.search(text, settings=_settings(email), progress=advance))
    pipeline.refresh(root, source.INFO.name)
    say(f"{count} results fetched", quiet=quiet)
    typer.echo(retractions.report(graph, opened(root)).to_text())


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(europepmc, name="europepmc")
