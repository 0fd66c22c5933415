"""Commands that walk the graph: paths, rank."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli.showing import JsonOption, StoreOption, opened, show_json, show_rows


def paths(
    source: Annotated[str, typer.Argument(metavar="FROM", help="CURIE, label or synonym, with an optional @site.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same.")],
    k: Annotated[int, typer.Option("-k", help="How many paths.")] = 10,
    sign: Annotated[str, typer.Option("--sign", help="+, - or any.")] = "+",
    max_steps: Annotated[int | None, typer.Option("--max-steps", help="Longest path in steps.")] = None,
    avoid: Annotated[list[str] | None, typer.Option("--avoid", help="Never visit this; may be repeated.")] = None,
    through: Annotated[list[str] | None, typer.Option("--through", help="Always visit this; may be repeated.")] = None,
    min_belief: Annotated[float, typer.Option("--min-belief", help="Leave out relations believed less.")] = 0.0,
    summaries: Annotated[
        bool, typer.Option("--summaries", help="Walk effects across cells without a mechanism.")
    ] = False,
    include_retracted: Annotated[
        bool, typer.Option("--include-retracted", help="Count retracted papers as if they stood.")
    ] = False,
    definitions: Annotated[
        bool, typer.Option("--definitions/--no-definitions", help="Walk edges that hold by definition.")
    ] = True,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each step rests on.")] = False,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find the k best paths from one thing to another, with the evidence of every step."""
    result = opened(store).paths(
        source,
        target,
        k=k,
        sign=sign,
        max_steps=max_steps,
        avoid=avoid or [],
        through=through or [],
        min_belief=min_belief,
        summaries=summaries,
        include_retracted=include_retracted,
        definitions=definitions,
    )
    if json_:
        show_json(result.to_dict())
    elif explain:
        typer.echo("\n\n".join(path.explain() for path in result) or result.hint)
    else:
        typer.echo(str(result))
    if not result.complete:
        typer.echo("kg: the work limit was reached: these paths are the best, but there may be more", err=True)


def rank(
    factor_class: Annotated[str | None, typer.Option("--class", help="Class of factors of the profile.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="Rows to show.")] = 30,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Rank the factors of a class by their best path to the outcome of the profile."""
    table = opened(store).survival_factors(factor_class)
    rows = table.rows()
    if json_:
        show_json(rows)
        return
    columns = ["rank", "label", "type", "site", "effect", "readout", "steps", "cost_nat", "belief", "papers", "path"]
    show_rows(rows[:top], columns, title=f"{table.factor_class} to {table.outcome}")


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (paths, rank):
        app.command()(command)
