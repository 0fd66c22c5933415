"""Commands that weigh the whole: rank, cuts, knock-out, balance, mediators, connect, null, dwpc, fragility."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.analysis.asked import COARSE, FINE
from kg.cli.showing import JsonOption, OwnOption, StoreOption, counting, opened, show_frame, show_result, show_rows
from kg.errors import UsageError

FromArgument = Annotated[str | None, typer.Argument(metavar="[FROM]", help="By default the profile's question.")]
ToArgument = Annotated[str | None, typer.Argument(metavar="[TO]")]
FromOption = Annotated[str | None, typer.Option("--from", help="By default the profile's question.")]
ToOption = Annotated[str | None, typer.Option("--to", help="The same.")]
SignOption = Annotated[str, typer.Option("--sign", help="+, - or any.")]
TopOption = Annotated[int, typer.Option("--top", min=1, help="Rows to show.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Of the random networks.")]
StepsOption = Annotated[int | None, typer.Option("--max-steps", help="Longest path in steps.")]
CoarseOption = Annotated[
    bool, typer.Option("--coarse", help="Exchange steps of one sign and kind of sites, whatever their predicate.")
]

_RANKED = (
    "rank", "label", "type", "site", "effect", "readout", "steps", "cost_nat", "belief", "papers", "p_value", "kin",
    "path",
)  # fmt: skip


def rank(
    seeds: Annotated[list[str] | None, typer.Argument(metavar="[SEED]...", help="Rank by nearness to these.")] = None,
    factor_class: Annotated[str | None, typer.Option("--class", help="Class of factors of the profile.")] = None,
    top: TopOption = 30,
    permutations: Annotated[int, typer.Option("--permutations", min=0, help="Random networks for the p-values.")] = 199,
    seed: SeedOption = 0,
    coarse: CoarseOption = False,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Rank factors by their best path to the outcome; or, with SEEDs, all states by a walk from them."""
    graph = opened(store, own)
    if seeds:
        show_frame(graph.near(seeds).to_frame(), json_=json_, top=top)
        return
    strata = COARSE if coarse else FINE
    table = graph.survival_factors(factor_class, permutations=permutations, seed=seed, strata=strata)
    if json_:
        show_frame(table.to_frame(), json_=True)
        return
    title = f"{table.factor_class} to {table.outcome}: {table.summary.partition(': ')[2]}"
    show_rows(table.rows()[:top], _RANKED, title=title)


def cuts(
    source: FromArgument = None,
    target: ToArgument = None,
    k: Annotated[int, typer.Option("-k", help="How many best paths to cut.")] = 100,
    sign: SignOption = "+",
    within: Annotated[
        list[str] | None, typer.Option("--within", help="Remove only this, or members of this class; may be repeated.")
    ] = None,
    cost: Annotated[
        list[str] | None, typer.Option("--cost", help="NAME=NUMBER: cost of removing it; else 1. May be repeated.")
    ] = None,
    max_steps: StepsOption = None,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find the cheapest set of entities that cuts the best paths, and the drugs that hit each."""
    found = opened(store, own).cuts(
        source, target, sign=sign, k=k, node_cost=_costs(cost or ()), within=within or None, max_steps=max_steps
    )
    show_result(found, json_=json_)


def _costs(pairs: list[str] | tuple[()]) -> dict[str, float]:
    found = {}
    for pair in pairs:
        name, equals, number = pair.rpartition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise UsageError(f"--cost {pair!r}: write NAME=NUMBER")
    return found


def knock_out(
    entities: Annotated[list[str], typer.Argument(help="Entities to take out.")],
    source: FromOption = None,
    target: ToOption = None,
    k: Annotated[int, typer.Option("-k", help="How many best paths to look at.")] = 100,
    sign: SignOption = "+",
    max_steps: StepsOption = None,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Take entities out and see which of the best paths are lost, and what remains."""
    found = opened(store, own).knock_out(entities, source, target, sign=sign, k=k, max_steps=max_steps)
    show_result(found, json_=json_)


def balance(
    source: FromArgument = None,
    target: ToArgument = None,
    k: Annotated[int, typer.Option("-k", help="How many best paths of each sign.")] = 100,
    max_steps: StepsOption = None,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Weigh how much of what the paths say is plus, and how much is minus."""
    show_result(opened(store, own).sign_balance(source, target, k=k, max_steps=max_steps), json_=json_)


def mediators(
    source: FromArgument = None,
    target: ToArgument = None,
    top: TopOption = 30,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Rank entities by the share of cheapest ways that pass through them."""
    show_frame(opened(store, own).mediators(source, target).to_frame(), json_=json_, top=top)


def connect(
    terminals: Annotated[list[str], typer.Argument(help="Two things or more.")],
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Join some things by the cheapest network found, whatever the direction of its steps."""
    show_result(opened(store, own).connect(terminals), json_=json_)


def null(
    source: FromArgument = None,
    target: ToArgument = None,
    sign: SignOption = "+",
    n: Annotated[int, typer.Option("-n", min=1, help="Random networks.")] = 1000,
    seed: SeedOption = 0,
    method: Annotated[str, typer.Option("--method", help="stub or xswap.")] = "stub",
    coarse: CoarseOption = False,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes.")] = 1,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Ask how often a random network with the same degrees has as cheap a way."""
    found = opened(store, own).path_null(
        source, target, sign=sign, n=n, strata=COARSE if coarse else FINE, method=method, seed=seed, workers=workers
    )
    show_result(found, json_=json_)


def dwpc(
    source: Annotated[str, typer.Argument(metavar="FROM")],
    target: Annotated[str, typer.Argument(metavar="TO")],
    metapath: Annotated[
        list[str], typer.Argument(metavar="STEP...", help="predicate>type, or predicate<type against the direction.")
    ],
    damping: Annotated[float, typer.Option("--damping", help="Exponent w, 0 to 1.")] = 0.4,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Count paths of one kind between two entities, hubs counting less (degree-weighted path count)."""
    show_result(opened(store, own).dwpc(source, target, metapath, damping=damping), json_=json_)


def fragility(
    papers: Annotated[list[str] | None, typer.Argument(help="Papers to withdraw; by default each in turn.")] = None,
    factor_class: Annotated[str | None, typer.Option("--class", help="Class of factors of the profile.")] = None,
    source: FromOption = None,
    target: ToOption = None,
    sign: Annotated[str | None, typer.Option("--sign", help="Of the paths of the question: +, - or any.")] = None,
    k: Annotated[int, typer.Option("-k", help="How many best paths of the question.")] = 10,
    top: TopOption = 30,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Show which conclusions fall, turn or weaken if a paper is withdrawn."""
    with counting("withdrawing papers", quiet=json_) as progress:
        found = opened(store, own).fragility(
            papers or (), factor_class=factor_class, source=source, target=target, sign=sign, k=k, progress=progress
        )
    show_frame(found.to_frame(), json_=json_, top=top, title=found.summary)


def controllers(
    measured: Annotated[Path, typer.Argument(help="TSV with columns entity and sign.")],
    max_steps: Annotated[int, typer.Option("--max-steps", min=1, help="How far downstream to look.")] = 1,
    top: TopOption = 30,
    own: OwnOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Find upstream controllers that would explain measured changes (reverse causal reasoning)."""
    show_frame(opened(store, own).controllers(measured, max_steps=max_steps).to_frame(), json_=json_, top=top)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (rank, cuts, balance, mediators, connect, null, dwpc, fragility, controllers):
        app.command()(command)
    app.command("knock-out")(knock_out)
