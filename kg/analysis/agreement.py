"""Whether measurements agree with a path: what it predicts for each entity, held against what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

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


def score(paths: Iterable[Path], measured: Mapping[str, int]) -> tuple[Agreement, ...]:
    """Score paths by a user's measurements, the best agreement first, then by rank.

    Parameters
    ----------
    measured
        Entity CURIE to +1 or -1.
    """
    found = [_one(path, measured) for path in paths]
    return tuple(sorted(found, key=lambda a: (-(a.score if a.score is not None else -2.0), a.path.rank)))


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


def to_frame(found: Iterable[Agreement]) -> pd.DataFrame:
    """One row a path: rank, score, what agrees, what contradicts, how many are not measured."""
    import pandas as pd

    rows = [
        {
            "rank": a.path.rank,
            "score": a.score,
            "agree": "; ".join(a.path.network.label(e) for e in a.agree),
            "contradict": "; ".join(a.path.network.label(e) for e in a.contradict),
            "unmeasured": a.unmeasured,
            "cost_nat": round(a.path.cost, 6),
            "path": str(a.path),
        }
        for a in found
    ]
    return pd.DataFrame(rows, columns=["rank", "score", "agree", "contradict", "unmeasured", "cost_nat", "path"])
