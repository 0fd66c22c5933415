"""Commands that walk the graph: paths, rank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.showing import JsonOption, StoreOption, opened, show_json, show_rows

if TYPE_CHECKING:
    import pandas as pd


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
    kinds: Annotated[bool, typer.Option("--kinds", help="Read what is stated for a family for its members.")] = False,
    own: Annotated[Path | None, typer.Option("--with", help="TSV of own relations, joined for this run.")] = None,
    measured: Annotated[
        Path | None, typer.Option("--measured", help="TSV of entity and sign, to score the paths.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each step rests on.")] = False,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find the k best paths from one thing to another, with the evidence of every step."""
    graph = opened(store)
    if own is not None:
        graph = graph.joined(own)
    result = graph.paths(
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
        kinds=kinds,
    )
    if measured is not None:
        from kg.analysis.agreement import to_frame

        _show(to_frame(graph.score(result, measured)), json_=json_)
    elif json_:
        show_json(result.to_dict())
    elif explain:
        typer.echo("\n\n".join(path.explain() for path in result) or result.hint)
    else:
        typer.echo(str(result))
    if not result.complete:
        typer.echo("kg: the work limit was reached: these paths are the best, but there may be more", err=True)


def rank(
    seeds: Annotated[list[str] | None, typer.Argument(metavar="[SEED]...", help="Rank by nearness to these.")] = None,
    factor_class: Annotated[str | None, typer.Option("--class", help="Class of factors of the profile.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="Rows to show.")] = 30,
    permutations: Annotated[int, typer.Option("--permutations", min=0, help="Random networks for the p-values.")] = 199,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the random networks.")] = 0,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Rank factors by their best path to the outcome; or, with SEEDs, all states by a walk from them."""
    graph = opened(store)
    if seeds:
        near = graph.near(seeds).to_frame()
        _show(near if json_ else near.head(top), json_=json_)
        return
    table = graph.survival_factors(factor_class, permutations=permutations, seed=seed)
    rows = table.rows()
    if json_:
        show_json(rows)
        return
    columns = [
        "rank",
        "label",
        "type",
        "site",
        "effect",
        "readout",
        "steps",
        "cost_nat",
        "belief",
        "papers",
        "p_value",
        "path",
    ]
    show_rows(rows[:top], columns, title=f"{table.factor_class} to {table.outcome}")


def _show(frame: pd.DataFrame, *, json_: bool, title: str = "") -> None:
    """Show a DataFrame as a table or as JSON."""
    from kg.cli.showing import show_table

    columns = [str(c) for c in frame.columns]
    rows = [[_plain(cell) for cell in row] for row in frame.itertuples(index=False)]
    if json_:
        show_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        show_table(columns, rows, title=title)


def _plain(cell: object) -> object:
    if cell is None or cell != cell:
        return None
    if isinstance(cell, tuple):
        return [_plain(part) for part in cell]
    return cell.item() if hasattr(cell, "item") else cell if isinstance(cell, str | int | float) else str(cell)


def loops(
    node: Annotated[str, typer.Argument(help="Entity or state the loops pass through.")],
    k: Annotated[int, typer.Option("-k", help="How many loops.")] = 10,
    sign: Annotated[str, typer.Option("--sign", help="+ (reinforcing), - (damping) or any.")] = "any",
    max_steps: Annotated[int | None, typer.Option("--max-steps", help="Longest loop in steps.")] = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find the best feedback loops through a node."""
    result = opened(store).loops(node, k=k, sign=sign, max_steps=max_steps)
    if json_:
        show_json(result.to_dict())
    else:
        typer.echo(str(result))


def cuts(
    source: Annotated[str | None, typer.Argument(metavar="[FROM]", help="By default the profile's question.")] = None,
    target: Annotated[str | None, typer.Argument(metavar="[TO]")] = None,
    k: Annotated[int, typer.Option("-k", help="How many best paths to cut.")] = 100,
    sign: Annotated[str, typer.Option("--sign", help="+, - or any.")] = "+",
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find the cheapest set of entities that cuts the best paths, and the drugs that hit each."""
    found = opened(store).cuts(source, target, sign=sign, k=k)
    frame = found.entities.to_frame()
    if not json_:
        frame["drugs"] = ["; ".join(drug.label for drug in cell) for cell in frame["drugs"]]
        _show(frame, json_=False, title=str(found).splitlines()[0])
        return
    _show_record(found)


def _show_record(found: object) -> None:
    """Show a result dataclass as JSON."""
    from dataclasses import asdict

    from kg.analysis.table import Table

    def plain(value: object) -> object:
        if isinstance(value, Table):
            return [asdict(row) for row in value]
        return value

    show_json({name: plain(getattr(found, name)) for name in found.__dataclass_fields__})  # type: ignore[attr-defined]


def knock_out(
    entities: Annotated[list[str], typer.Argument(help="Entities to take out.")],
    source: Annotated[str | None, typer.Option("--from", help="By default the profile's question.")] = None,
    target: Annotated[str | None, typer.Option("--to", help="The same.")] = None,
    k: Annotated[int, typer.Option("-k", help="How many best paths to look at.")] = 100,
    sign: Annotated[str, typer.Option("--sign", help="+, - or any.")] = "+",
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Take entities out and see which of the best paths are lost, and what remains."""
    found = opened(store).knock_out(entities, source, target, sign=sign, k=k)
    if json_:
        _show_record(found)
    else:
        typer.echo(str(found))


def mechanisms(
    k: Annotated[int, typer.Option("-k", help="Paths for each summary.")] = 3,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """For each effect a paper states across cells, show the mechanisms that would explain it."""
    found = opened(store).mechanisms(k=k)
    if json_:
        show_json([m.to_dict() for m in found])
    else:
        typer.echo("\n".join(str(m) for m in found))


def fragility(
    papers: Annotated[list[str] | None, typer.Argument(help="Papers to withdraw; by default each in turn.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="Rows to show.")] = 30,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Show which conclusions fall or weaken if a paper is withdrawn."""
    frame = opened(store).fragility(papers or ()).to_frame()
    _show(frame if json_ else frame.head(top), json_=json_)


def discover(
    source: Annotated[str, typer.Argument(metavar="FROM")],
    target: Annotated[str, typer.Argument(metavar="TO")],
    k: Annotated[int, typer.Option("-k", help="How many chains.")] = 20,
    sign: Annotated[str, typer.Option("--sign", help="+, - or any.")] = "any",
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find chains of two findings of different papers that no single paper states."""
    from kg.analysis.discovery import to_frame

    _show(to_frame(opened(store).discover(source, target, k=k, sign=sign)), json_=json_)


def controllers(
    measured: Annotated[Path, typer.Argument(help="TSV with columns entity and sign.")],
    max_steps: Annotated[int, typer.Option("--max-steps", min=1, help="How far downstream to look.")] = 1,
    top: Annotated[int, typer.Option("--top", min=1, help="Rows to show.")] = 30,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find upstream controllers that would explain measured changes (reverse causal reasoning)."""
    frame = opened(store).controllers(measured, max_steps=max_steps).to_frame()
    _show(frame if json_ else frame.head(top), json_=json_)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (paths, rank, loops, cuts, mechanisms, fragility, discover, controllers):
        app.command()(command)
    app.command("knock-out")(knock_out)
