"""Summaries and their mechanisms: which paths would explain an effect that a paper states across cells.

A summary relation says that something inside one cell acts on the inside of another. It is evidence for a
mechanism that the row does not name. For each one this module asks the network for paths of the same sign
between the same ends, through release, carriage, uptake, ligand and receptor, or contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kg.analysis.asked import whole
from kg.analysis.kinds import broader_kinds
from kg.analysis.paths import PathQuestion, PathResult, find, place
from kg.analysis.table import Table, counted, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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

    columns: ClassVar = ("summary", "sign", "publications", "mechanisms", "best", "cost_nat", "belief")

    summary: Step
    read_as: tuple[str, ...]
    paths: PathResult

    @property
    def says(self) -> str:
        """What the papers state, in words."""
        s, network = self.summary, self.paths.network
        return f"{place(network, s.source)} {'|'.join(s.predicates)} {place(network, s.target)}"

    def cells(self) -> dict[str, Any]:
        """The row of a table."""
        best = self.paths[0] if self.paths.paths else None
        return {
            "summary": self.says,
            "sign": signed(self.summary.sign),
            "publications": "; ".join(self.summary.publications),
            "mechanisms": len(self.paths),
            "best": str(best) if best else "none in the graph",
            "cost_nat": round(best.cost, 6) if best else None,
            "belief": best.belief if best else None,
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain values: both ends, sign, papers, and the paths."""
        return {
            "summary": self.says,
            "sign": signed(self.summary.sign),
            "relations": list(self.summary.relations),
            "publications": list(self.summary.publications),
            "read_as": list(self.read_as),
            "explained": bool(self.paths.paths),
            "paths": [path.to_dict() for path in self.paths],
        }

    def __str__(self) -> str:
        """Read the summary and its mechanisms as text."""
        head = f"{self.says} ({signed(self.summary.sign)}; {', '.join(self.summary.publications)})"
        if not self.paths.paths:
            return f"{head}\n  none in the graph"
        return "\n".join([head, *(f"  {line}" for line in str(self.paths).splitlines())])


def _relatives(network: Network, entity: str) -> tuple[str, ...]:
    """The entity, then its broader kinds and the kinds just below it."""
    entities = network.facts.entities
    broader = sorted(broader_kinds(entities, entity))
    narrower = sorted(e.id for e in entities.values() if entity in e.parents)
    return tuple(dict.fromkeys((entity, *broader, *narrower)))


def _starts(network: Network, state: State) -> tuple[tuple[str, ...], tuple[State, ...]]:
    """States a mechanism may start from: the subject itself, or a broader or narrower cell at the same site."""
    own = tuple(s for s in network.states_of.get(state.entity, ()) if s.site == state.site)
    known = network.facts.entities.get(state.entity)
    if known is None or known.type != "cell":
        return (), own
    relatives = _relatives(network, state.entity)
    states = tuple(s for e in relatives for s in network.states_of.get(e, ()) if s.site == state.site)
    return tuple(dict.fromkeys(network.label(s.entity) for s in states if s.entity != state.entity)), states


def explain(network: Network, *, k: int = 3, only: Iterable[str] = ()) -> Table[Mechanism]:
    """Look for mechanisms of the summaries of a network that was built without them.

    Parameters
    ----------
    k
        How many paths for each summary.
    only
        CURIEs of relations: only their summaries.

    Returns
    -------
    Table of Mechanism
        The explained ones first, by the cost of their best path; then those without a mechanism.

    Raises
    ------
    UsageError
        k below 1.
    """
    k, wanted = whole("k", k), set(only)
    found = [_one(network, s, k) for s in network.summaries if not wanted or wanted.intersection(s.relations)]
    found.sort(key=lambda m: (not m.paths.paths, m.paths[0].cost if m.paths.paths else 0.0, m.summary.source))
    open_ = sum(not m.paths.paths for m in found)
    title = (
        f"{counted(len(found), 'effect')} that papers state across cells: {len(found) - open_} explained by mechanisms "
        f"of the graph, {open_} without one"
    )
    return Table(title, Mechanism, tuple(found), complete=all(m.paths.complete for m in found))


def _one(network: Network, summary: Step, k: int) -> Mechanism:
    read_as, starts = _starts(network, summary.source)
    sign = {1: "+", -1: "-"}.get(summary.sign, "any")
    ends: Sequence[State] = [summary.target] if summary.target in network.number else []
    question = PathQuestion(sources=starts, targets=ends, k=k, sign=sign)
    return Mechanism(summary, read_as, find(network, question, source=summary.source.name, target=summary.target.name))
