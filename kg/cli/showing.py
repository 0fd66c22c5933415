"""How the command line shows things: tables for people, JSON for programs, progress on a terminal only."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

    from kg.analysis.table import Readable
    from kg.graph import KnowledgeGraph

StoreOption = Annotated[
    Path | None, typer.Option("--store", help="Folder of the graph; else $EXIL8_STORE, else the user's data folder.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but the result.")]

OwnOption = Annotated[Path | None, typer.Option("--with", help="TSV of own relations, joined for this run.")]

_PIPE_WIDTH = 240


def opened(store: Path | None, own: Path | None = None) -> KnowledgeGraph:
    """Open the graph of a ``--store`` option, with the relations of a ``--with`` option joined."""
    from kg import opening

    found = opening.open_(store)
    return found if own is None else found.joined(own)


def opened_before(store: Path | None) -> KnowledgeGraph:
    """Open a graph that the command is about to replace, all of it read now, to be compared with what comes after."""
    found = opened(store)
    _ = found.content
    return found


def say(text: str, *, quiet: bool = False) -> None:
    """Print a line of news to standard error, so that results can be piped."""
    if not quiet:
        typer.echo(text, err=True)


def refuse(refused: int, files: int) -> None:
    """End with the status of bad input when some of several files were refused."""
    from kg.errors import SourceError

    if refused:
        raise SourceError(
            None,
            None,
            f"{refused} of {files} files refused, the others were read",
            "mend or fetch them, and read them again",
        )


def show_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print JSON to standard output."""
    typer.echo(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))


def _text(cell: object) -> str:
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return "; ".join(map(str, cell)) if isinstance(cell, list | tuple) else str(cell)


def show_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """Print a table to standard output: ruled on a terminal, aligned in a pipe."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    console = Console() if sys.stdout.isatty() else Console(width=_PIPE_WIDTH, color_system=None)
    table = Table(box=None, title=escape(title) or None, title_justify="left", header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_text(cell)) for cell in row))
    console.print(table)


def show_rows(rows: Sequence[dict[str, Any]], columns: Sequence[str], *, title: str = "") -> None:
    """Print some columns of a list of dicts as a table."""
    show_table(columns, [[row.get(column) for column in columns] for row in rows], title=title)


def show_frame(frame: pd.DataFrame, *, json_: bool, top: int | None = None, title: str = "") -> None:
    """Show a DataFrame as a table, its first rows where a number is given, or all of it as JSON."""
    columns = [str(c) for c in frame.columns]
    rows = [[_cell(cell) for cell in row] for row in frame.itertuples(index=False)]
    if json_:
        show_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        show_table(columns, rows[:top], title=title)


def _cell(cell: object) -> object:
    if cell is None or cell != cell:
        return None
    if isinstance(cell, tuple):
        return [_cell(part) for part in cell]
    return cell.item() if hasattr(cell, "item") else cell if isinstance(cell, str | int | float) else str(cell)


def show_result(result: Readable, *, json_: bool) -> None:
    """Show a result of an analysis as it reads, or as JSON."""
    if json_:
        show_json(result.to_dict())
    else:
        typer.echo(str(result))


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int], None] | None]:
    """A progress line for each source, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f} records"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, Any] = {}

    def advance(name: str, count: int) -> None:
        if name not in tasks:
            tasks[name] = bar.add_task(f"reading {name}", total=None)
        bar.update(tasks[name], completed=count)

    with bar:
        yield advance


@contextlib.contextmanager
def counting(what: str, *, quiet: bool) -> Iterator[Callable[[int, int | None], None] | None]:
    """A progress bar with rate and time left, on a terminal only; called with what is done and the whole."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.fields[whole]}"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(what, total=None, whole="?", rate="")

    def advance(done: int, total: int | None) -> None:
        bar.update(task, completed=done, total=total, whole="?" if total is None else f"{total:,}")
        speed = bar.tasks[0].finished_speed or bar.tasks[0].speed
        bar.update(task, rate="" if speed is None else f"{speed:,.0f}/s" if speed >= 10 else f"{speed:.1f}/s")

    with bar:
        yield advance
