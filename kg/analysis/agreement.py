"""Whether measurements agree with a path: what it predicts for each entity, held against what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kg.analysis.table import Table, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.analysis.paths import Path


@dataclass(frozen=True, slots=True)
class Agreement:
    """One path against the measurements.

    Parameters
    ----------
    agree, contradict
        Entities that moved as the path predicts, and those that moved the other way.
    unmeasured
        How many entities of the path were not measured.
    """

    columns: ClassVar = ("rank", "score", "agree", "contradict", "unmeasured", "cost_nat", "path")

    path: Path
    agree: tuple[str, ...]
    contradict: tuple[str, ...]
    unmeasured: int

    @property
    def score(self) -> float | None:
        """(agree - contradict) / measured, in [-1, 1]; None when nothing was measured.

        The source takes the direction in which it was measured, or up; so a path whose source went down
        predicts every sign turned round.
        """
        count = len(self.agree) + len(self.contradict)
        return (len(self.agree) - len(self.contradict)) / count if count else None

    def cells(self) -> dict[str, Any]:
        """The row of a table: labels in place of CURIEs."""
        label = self.path.network.label
        return {
            "rank": self.path.rank,
            "score": self.score,
            "agree": "; ".join(label(e) for e in self.agree),
            "contradict": "; ".join(label(e) for e in self.contradict),
            "unmeasured": self.unmeasured,
            "cost_nat": round(self.path.cost, 6),
            "path": str(self.path),
        }

    def __str__(self) -> str:
        """Read it as a sentence."""
        row = self.cells()
        if self.score is None:
            return f"Path {self.path.rank}: nothing on it was measured. {self.path}"
        sides = [f"{word} {row[word]}" for word in ("agree", "contradict") if row[word]]
        return f"Path {self.path.rank} scores {self.score:+.2f} ({'; '.join(sides)}). {self.path}"


def score(paths: Iterable[Path], measured: Mapping[str, int]) -> Table[Agreement]:
    """Score paths by a user's measurements, the best agreement first, then by rank.

    A path predicts the direction of each entity on it from that of its source; a measurement agrees or contradicts.

    Parameters
    ----------
    paths
        Paths of one network.
    measured
        Entity CURIE to +1 or -1.

    Returns
    -------
    Table of Agreement
        Paths on which nothing was measured come last.
    """
    found = [_one(path, measured) for path in paths]
    found.sort(key=lambda a: (-(a.score if a.score is not None else -2.0), a.path.rank))
    told = sum(a.score is not None for a in found)
    title = f"{told} of {counted(len(found), 'path')} hold something that was measured"
    return Table(title, Agreement, tuple(found))


def _one(path: Path, measured: Mapping[str, int]) -> Agreement:
    source = path.steps[0].source.entity
    predicted = {source: measured.get(source, 1)}
    sign = predicted[source]
    for step in path.steps:
        sign *= step.sign
        predicted.setdefault(step.target.entity, sign)
    told = {e: p for e, p in predicted.items() if e in measured and p}
    agree = tuple(e for e, p in told.items() if measured[e] == p)
    contradict = tuple(e for e, p in told.items() if measured[e] != p)
    return Agreement(path, agree, contradict, len(predicted) - len(told))
