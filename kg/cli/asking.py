"""Commands that ask the graph: query, search, explain, contradictions, export."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.showing import JsonOption, QuietOption, StoreOption, opened, say, show_json, show_rows, show_table
from kg.errors import UsageError

ParamOption = Annotated[
    list[str] | None, typer.Option("--param", help="name=value, for a query; may be repeated. A site goes with an @.")
]


class Format(StrEnum):
    """Forms of an answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    TTL = "ttl"


def _parameters(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"--param {pair!r}: write name=value")
        found[name.strip()] = value.strip()
    return found


def query(
    text: Annotated[str, typer.Argument(help="A named query, a .rq file, or SPARQL; 'list' names the shipped ones.")],
    param: ParamOption = None,
    format_: Annotated[Format, typer.Option("--format", help="Form of the answer.")] = Format.TABLE,
    iris: Annotated[bool, typer.Option("--iris", help="Full IRIs instead of CURIEs.")] = False,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds a query may run.")] = 30.0,
    json_: Annotated[bool, typer.Option("--json", help="Same as --format json.")] = False,
    store: StoreOption = None,
) -> None:
    """Ask by SPARQL: a named query, a file, or the text of a query."""
    if text == "list":
        _list_queries(json_=json_ or format_ is Format.JSON)
        return
    answer = opened(store).answer(text, params=_parameters(param or []), seconds=timeout)
    form = Format.JSON if json_ else format_
    if form is Format.TTL and not answer.is_graph:
        raise UsageError("--format ttl goes with CONSTRUCT and DESCRIBE; use table, csv or json")
    if form in (Format.TTL, Format.JSON):
        typer.echo(answer.serialize(form.value).decode().removesuffix("\n"))
        return
    columns, rows = answer.rows(iris=iris)
    if form is Format.CSV:
        _show_csv(columns, rows)
        return
    show_table(columns, rows)
    if not rows:
        say("no rows" + ("; NAME@SITE asks for NAME at that site alone" if "@" in "".join(param or []) else ""))


def _show_csv(columns: list[str], rows: list[list[object]]) -> None:
    import csv
    import sys

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def _list_queries(*, json_: bool) -> None:
    from kg import questions

    found = [questions.load(name) for name in questions.names()]
    rows = [
        {"name": q.name, "parameters": ", ".join(name for name, _ in q.parameters), "question": q.question}
        for q in found
    ]
    if json_:
        show_json(rows)
    else:
        show_rows(rows, ["name", "parameters", "question"])


def search(
    text: Annotated[str, typer.Argument(help='Words; "a phrase"; begin*; AND, OR and NOT in capitals.')],
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="entity, publication or relation; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many hits at most.")] = 20,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Search titles, keywords, names and support sentences for words."""
    hits = opened(store).store.search(text, limit=limit, kinds=tuple(kind or ()))
    rows = [asdict(hit) for hit in hits]
    if json_:
        show_json(rows)
    else:
        show_rows(rows, ["id", "kind", "score", "text"])


def explain(
    relation: Annotated[str, typer.Argument(help="CURIE of a relation, or of a curated row (exil8:r0521).")],
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Show all that stands behind one relation: belief, papers for and against, their systems and words."""
    told = opened(store).explain(relation)
    if json_:
        show_json(told.to_dict())
    else:
        typer.echo(str(told))


def contradictions(json_: JsonOption = False, store: StoreOption = None) -> None:
    """Show where papers disagree, and what kind of disagreement it is."""
    from kg.contradictions import to_frame

    graph = opened(store)
    frame = to_frame(graph.contradictions(), graph.content)
    rows = [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]
    if json_:
        show_json(rows)
        return
    columns = ["class", "subject_label", "why", "one_says", "one_publications", "other_says", "other_publications"]
    show_rows(rows, columns)


def export(
    file: Annotated[Path, typer.Argument(help="File to write; its ending names the format.")],
    paths: Annotated[
        tuple[str, str] | None, typer.Option("--paths", help="FROM TO: the best paths between the two.")
    ] = None,
    query_: Annotated[
        str | None, typer.Option("--query", help="A query with a column relation, or subject and object.")
    ] = None,
    param: ParamOption = None,
    all_: Annotated[bool, typer.Option("--all", help="The whole network.")] = False,
    context: Annotated[
        bool, typer.Option("--context", help="With --paths: also the cell that releases their start, and drugs.")
    ] = False,
    k: Annotated[int, typer.Option("-k", help="How many paths.")] = 10,
    sign: Annotated[str, typer.Option("--sign", help="+, - or any.")] = "+",
    store: StoreOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write a file for Cytoscape, a browser, or other programs; the format follows its ending."""
    graph, notice = opened(store), partial(say, quiet=quiet)
    if sum((paths is not None, query_ is not None, all_)) > 1:
        raise UsageError("choose one of --paths, --query and --all")
    if param and query_ is None:
        raise UsageError("--param goes with --query")
    if paths is not None:
        found = graph.paths(*paths, k=k, sign=sign)
        if not found.paths:
            raise UsageError(found.hint)
        written = graph.export(file, found, context=context, notice=notice)
    else:
        asked = graph.network_of(query_, params=_parameters(param or [])) if query_ is not None else None
        written = graph.export(file, asked, notice=notice)
    for path in written:
        say(f"wrote {path}", quiet=quiet)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (query, search, explain, contradictions, export):
        app.command()(command)
