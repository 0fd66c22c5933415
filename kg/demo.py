"""The main job on embedded data, offline: build, answer the main question, write figures and tables."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import opening
from kg.contradictions import to_frame
from kg.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from kg.analysis.factors import FactorTable
    from kg.analysis.paths import PathResult
    from kg.graph import KnowledgeGraph

FIGURES = ("axis.cx2", "axis.svg", "axis.html")
FACTORS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demonstration found, as text, and the files it wrote."""

    text: str
    files: tuple[Path, ...]


def found(g: KnowledgeGraph, result: PathResult) -> str:
    """The best path with what each step rests on, and the papers it names.

    Parameters
    ----------
    result
        Paths of the graph, at least one.
    """
    best = result[0]
    titles = {p.id: f"{p.title} ({p.year})" if p.year else p.title for p in g.content.publications}
    lines = [f"  {line}" for line in best.explain().splitlines()]
    papers = [f"    {paper}  {titles.get(paper, '')}" for paper in best.publications]
    return "\n".join(["Best path:", *lines, "  Papers:", *papers])


def _factors(table: FactorTable) -> list[str]:
    lines = [f"What acts on {table.outcome} from the {table.factor_class}s, best path first:"]
    lines += [f" {table.sentence(factor)}" for factor in table.factors[:FACTORS_SHOWN]]
    if len(table) > FACTORS_SHOWN:
        lines.append(f"  ... and {len(table) - FACTORS_SHOWN} more in factors.csv")
    return lines


def _write_csv(frame: pd.DataFrame, file: Path) -> Path:
    try:
        frame.to_csv(file, index=False, lineterminator="\n")
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written: {error.strerror or error}; name another folder with --out"
        ) from error
    return file


def run(out: Path, *, progress: Callable[[str, int], None] | None = None) -> Demonstration:
    """Build the shipped graph in a folder and write ``axis.cx2``, ``axis.svg``, ``axis.html`` and the tables.

    Raises
    ------
    StoreError
        The folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{out} cannot be made: {error.strerror}; name another folder with --out") from error
    g = opening.build(out / "axis.kg", progress=progress)
    asked = g.profile.flagship
    if asked is None:
        raise StoreError(f"profile {g.profile.name} asks no flagship question")
    result = g.paths(asked.source, asked.target, k=asked.k, sign=asked.sign)
    files = [file for name in FIGURES for file in g.export(out / name, result, context=True)]
    table = g.survival_factors()
    frames = {
        "paths.csv": result.to_frame(),
        "factors.csv": table.to_frame(),
        "contradictions.csv": to_frame(g.contradictions(), g.content),
    }
    files += [_write_csv(frame, out / name) for name, frame in frames.items()]
    counts, store = g.manifest["counts"], shlex.quote(str(out / "axis.kg"))
    ends = f"{shlex.quote(asked.source)} {shlex.quote(asked.target)}"
    lines = [
        g.profile.title,
        f"{counts['relations']} relations from {counts['evidence']} pieces of evidence in "
        f"{counts['publications']} publications",
        "",
        asked.question,
        found(g, result),
        "",
        *_factors(table),
        "",
        f"Wrote to {out}: {', '.join(file.name for file in files)}",
        f"Next: open {out / 'axis.html'} in a browser, or {out / 'axis.cx2'} in Cytoscape; then try",
        f"  kg paths {ends} --sign {asked.sign} --store {store} --explain",
        f"  kg query list; kg query relations --store {store}",
    ]
    g.close()
    return Demonstration("\n".join(lines), tuple(files))
