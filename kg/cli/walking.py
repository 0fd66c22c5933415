"""Commands about paths: paths, loops, mechanisms, discover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.showing import JsonOption, OwnOption, StoreOption, opened, say, show_json
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.analysis.paths import PathResult
    from kg.graph import KnowledgeGraph

ALL_PATHS = 100_000
"""So many paths are all: more are not read by anybody."""


def paths(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="CURIE, label or synonym, with an optional @site; or a class.")
    ],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same; or the outcome of the profile.")],
    more_sources: Annotated[list[str] | None, typer.Option("--from", help="A further source; may be repeated.")] = None,
    more_targets: Annotated[list[str] | None, typer.Option("--to", help="A further target; may be repeated.")] = None,
    k: Annotated[int, typer.Option("-k", help="How many paths.")] = 10,
    sign: Annotated[str, typer.Option("--sign", help="+, - or any.")] = "+",
    max_steps: Annotated[int | None, typer.Option("--max-steps", help="Longest path in steps.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All paths of at most --max-steps steps, however many.")] = False,
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
    own: OwnOption = None,
    measured: Annotated[
        Path | None, typer.Option("--measured", help="TSV of entity and sign, to score the paths.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each step rests on.")] = False,
    compare: Annotated[
        tuple[int, int] | None, typer.Option("--compare", help="RANK RANK: what makes the one better than the other.")
    ] = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find the k best paths from one thing to another, with the evidence of every step."""
    if every and max_steps is None:
        raise UsageError("--all needs --max-steps: how long a path may be")
    graph = opened(store, own)
    result = graph.paths(
        [source, *(more_sources or ())],
        [target, *(more_targets or ())],
        k=ALL_PATHS if every else k,
        sign=sign,
        max_steps=max_steps,
        avoid=avoid or (),
        through=through or (),
        min_belief=min_belief,
        summaries=summaries,
        include_retracted=include_retracted,
        definitions=definitions,
        kinds=kinds,
    )
    if measured is not None:
        scored = graph.score(result, measured)
        show_json(scored.records()) if json_ else typer.echo(str(scored))
    elif compare is not None:
        _show_comparison(graph, result, *compare, json_=json_)
    else:
        _show_paths(result, explain=explain, json_=json_)
    _tell_cap(result)


def _show_comparison(graph: KnowledgeGraph, result: PathResult, one: int, other: int, *, json_: bool) -> None:
    for rank in (one, other):
        if not 1 <= rank <= len(result):
            raise UsageError(f"there is no path {rank}: {len(result)} were found; ask for more with -k")
    found = graph.compare(result[one - 1], result[other - 1])
    if not json_:
        typer.echo(str(found))
        return
    ledgers = {name: list(getattr(found, name)) for name in ("shared", "only_better", "only_worse")}
    show_json({"better": found.better.rank, "worse": found.worse.rank, "difference_nat": found.difference, **ledgers})


def _show_paths(result: PathResult, *, explain: bool, json_: bool) -> None:
    if json_:
        show_json(result.to_dict())
    elif explain:
        typer.echo("\n\n".join(path.explain() for path in result) or result.hint)
    else:
        typer.echo(str(result))


def _tell_cap(result: PathResult) -> None:
    if not result.complete:
        say("kg: the work limit was reached: these are the best, but there may be more")


def loops(
    node: Annotated[str, typer.Argument(help="Entity or state the loops pass through.")],
    k: Annotated[int, typer.Option("-k", help="How many loops.")] = 10,
    sign: Annotated[str, typer.Option("--sign", help="+ (reinforcing), - (damping) or any.")] = "any",
    max_steps: Annotated[int | None, typer.Option("--max-steps", help="Longest loop in steps.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each step rests on.")] = False,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find the best feedback loops through a node."""
    result = opened(store, own).loops(node, k=k, sign=sign, max_steps=max_steps)
    _show_paths(result, explain=explain, json_=json_)
    _tell_cap(result)


def mechanisms(
    k: Annotated[int, typer.Option("-k", help="Paths for each summary.")] = 3,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """For each effect a paper states across cells, show the mechanisms that would explain it."""
    found = opened(store, own).mechanisms(k=k)
    if json_:
        show_json([m.to_dict() for m in found])
    else:
        typer.echo("\n".join([found.summary, *map(str, found)]))


def discover(
    source: Annotated[str, typer.Argument(metavar="FROM")],
    target: Annotated[str, typer.Argument(metavar="TO")],
    k: Annotated[int, typer.Option("-k", help="How many chains.")] = 20,
    sign: Annotated[str, typer.Option("--sign", help="+, - or any.")] = "any",
    by: Annotated[str, typer.Option("--by", help="Rank by belief or by p_value.")] = "belief",
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find chains of two findings of different papers that no single paper states."""
    found = opened(store, own).discover(source, target, k=k, sign=sign, by=by)
    if json_:
        show_json(found.records())
    else:
        typer.echo("\n".join([found.summary, *map(str, found)]))
    if json_ and found.note and not len(found):
        say(f"kg: {found.note}")


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (paths, loops, mechanisms, discover):
        app.command()(command)
