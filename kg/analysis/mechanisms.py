"""Summaries and their mechanisms: which paths would explain an effect that a paper states across cells.

A summary relation says that something inside one cell acts on the inside of another. It is evidence for a
mechanism that the row does not name. For each one this module asks the network for paths of the same sign
between the same ends, through release, carriage, uptake, ligand and receptor, or contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.analysis.paths import PathQuestion, PathResult, find, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from kg.analysis.moves import State
    from kg.analysis.network import Network, Step


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A summary and the paths that would explain it, best first; none when the graph has none.

    Parameters
    ----------
    summary
        The step across cells, with its papers.
    read_as
        Cell types whose relations were used in place of the summary's own subject (broader or narrower).
    """

    summary: Step
    read_as: tuple[str, ...]
    paths: PathResult

    def to_dict(self) -> dict[str, Any]:
        """Plain values: both ends, sign, papers, and the paths."""
        s, network = self.summary, self.paths.network
        return {
            "summary": f"{place(network, s.source)} {'|'.join(s.predicates)} {place(network, s.target)}",
            "sign": "+" if s.sign > 0 else "-",
            "relations": list(s.relations),
            "publications": list(s.publications),
            "read_as": list(self.read_as),
            "explained": bool(self.paths.paths),
            "paths": [path.to_dict() for path in self.paths],
        }

    def __str__(self) -> str:
        """Read the summary and its mechanisms as text."""
        d = self.to_dict()
        head = f"{d['summary']} ({d['sign']}; {', '.join(d['publications'])})"
        if not self.paths.paths:
            return f"{head}\n  none in the graph"
        return "\n".join([head, *(f"  {line}" for line in str(self.paths).splitlines())])


def _relatives(network: Network, entity: str) -> tuple[str, ...]:
    """The entity, then its broader and narrower kinds."""
    entities = network.facts.entities
    found, waiting = [entity], [entity]
    while waiting:
        known = entities.get(waiting.pop())
        for parent in known.parents if known else ():
            if parent not in found:
                found.append(parent)
                waiting.append(parent)
    narrower = sorted(e.id for e in entities.values() if entity in e.parents and e.id not in found)
    return (*found, *narrower)


def _starts(network: Network, state: State) -> tuple[tuple[str, ...], tuple[State, ...]]:
    """States a mechanism may start from: the subject itself, or a broader or narrower cell at the same site."""
    own = tuple(s for s in network.states_of.get(state.entity, ()) if s.site == state.site)
    known = network.facts.entities.get(state.entity)
    if known is None or known.type != "cell":
        return (), own
    relatives = _relatives(network, state.entity)
    states = tuple(s for e in relatives for s in network.states_of.get(e, ()) if s.site == state.site)
    return tuple(dict.fromkeys(network.label(s.entity) for s in states if s.entity != state.entity)), states


def explain(network: Network, *, k: int = 3, only: Iterable[str] = ()) -> tuple[Mechanism, ...]:
    """Look for mechanisms of the summaries of a network that was built without them.

    Parameters
    ----------
    k
        How many paths for each summary.
    only
        CURIEs of relations: only their summaries.

    Returns
    -------
    tuple of Mechanism
        The explained ones first, by the cost of their best path; then those without a mechanism.
    """
    wanted = set(only)
    found = [_one(network, s, k) for s in network.summaries if not wanted or wanted.intersection(s.relations)]
    return tuple(
        sorted(found, key=lambda m: (not m.paths.paths, m.paths[0].cost if m.paths.paths else 0.0, m.summary.source))
    )


def _one(network: Network, summary: Step, k: int) -> Mechanism:
    read_as, starts = _starts(network, summary.source)
    sign = {1: "+", -1: "-"}.get(summary.sign, "any")
    ends: Sequence[State] = [summary.target] if summary.target in network.number else []
    question = PathQuestion(sources=starts, targets=ends, k=k, sign=sign)
    return Mechanism(summary, read_as, find(network, question, source=summary.source.name, target=summary.target.name))


def to_frame(found: Iterable[Mechanism]) -> pd.DataFrame:
    """One row a summary: what it says, its papers, its best mechanism with cost and belief."""
    import pandas as pd

    rows = []
    for m in found:
        d = m.to_dict()
        best = m.paths[0] if m.paths.paths else None
        rows.append(
            {
                "summary": d["summary"],
                "sign": d["sign"],
                "publications": "; ".join(d["publications"]),
                "mechanisms": len(m.paths),
                "best": str(best) if best else "none in the graph",
                "cost_nat": round(best.cost, 6) if best else None,
                "belief": best.belief if best else None,
            }
        )
    return pd.DataFrame(rows, columns=["summary", "sign", "publications", "mechanisms", "best", "cost_nat", "belief"])
