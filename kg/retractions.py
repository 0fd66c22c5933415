"""What fell when papers fell: a report between two states of a graph.

For every paper whose standing changed it names the relations that lost their only support, those that are
believed less (or more), and the best paths that lost a step, with the step.
"""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kg.merge import ids_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.analysis.network import Step
    from kg.analysis.paths import Path
    from kg.graph import KnowledgeGraph
    from kg.model import Status


@dataclass(frozen=True, slots=True)
class PaperChange:
    """A paper whose standing changed."""

    publication: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RelationChange:
    """A relation that such a paper stands behind (or against); ``after`` is 0 where nothing is left."""

    relation: str
    says: str
    publications: tuple[str, ...]
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class PathChange:
    """A best path of the flagship question that is gone or dearer, and the step that did it."""

    path: str
    cost_before: float
    cost_after: float | None
    step: str
    publications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetractionReport:
    """What changed between two graphs because papers did."""

    papers: tuple[PaperChange, ...]
    relations: tuple[RelationChange, ...]
    paths: tuple[PathChange, ...]

    def __bool__(self) -> bool:
        """Whether any paper changed its standing."""
        return bool(self.papers)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def to_csv(self) -> str:
        """One row a change: kind, what, before, after, papers."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["kind", "about", "what", "before", "after", "publications"])
        for p in self.papers:
            writer.writerow(["paper", p.publication, p.title, p.before, p.after, p.publication])
        for r in self.relations:
            writer.writerow(["relation", r.relation, r.says, r.before, r.after, "; ".join(r.publications)])
        for w in self.paths:
            after = "" if w.cost_after is None else w.cost_after
            writer.writerow(["path", w.step, w.path, w.cost_before, after, "; ".join(w.publications)])
        return out.getvalue()

    def to_text(self) -> str:
        """Read it as text."""
        if not self:
            return "no paper of the graph changed its standing"
        lines = [f"{p.publication} is {p.after} (was {p.before}): {p.title}" for p in self.papers]
        for r in self.relations:
            fate = "fell: nothing is left" if r.after <= 0 else f"belief {r.before:.3f} -> {r.after:.3f}"
            lines.append(f"  {r.says}: {fate}")
        for w in self.paths:
            fate = (
                f"lost its only support on {w.step}"
                if w.cost_after is None
                else f"costs {w.cost_after:.3f} nat instead of {w.cost_before:.3f}, for {w.step}"
            )
            lines.append(f"  path {w.path}: {fate}")
        return "\n".join(lines)


def report(old: KnowledgeGraph, new: KnowledgeGraph) -> RetractionReport:
    """Compare two states of a graph for what papers did to it."""
    papers = _papers(old, new)
    touched = {p.publication for p in papers}
    names = {key for p in new.content.publications if p.id in touched for key in (p.id, *ids_of(p))}
    former = {p.id for p in old.content.publications if not names.isdisjoint(ids_of(p))}
    return RetractionReport(papers, _relations(old, new, touched | former), _paths(old, new) if papers else ())


def _papers(old: KnowledgeGraph, new: KnowledgeGraph) -> tuple[PaperChange, ...]:
    """Cited papers with another standing, by the id they have now: one known by DOI may have got its PMID."""
    after = {p.id: p for p in new.content.publications}
    cited_before, cited = ({s.evidence.publication for s in g.content.statements} for g in (old, new))
    now = {key: p.id for p in new.content.publications for key in ids_of(p)}
    before: dict[str, Status] = {}
    for p in sorted(old.content.publications, key=lambda p: p.id in cited_before):  # what was cited counts
        key = next((now[key] for key in ids_of(p) if key in now), None)
        if key is not None:
            before[key] = p.status
    return tuple(
        PaperChange(key, after[key].title, before[key].value, after[key].status.value)
        for key in sorted(before.keys() & cited)
        if before[key] is not after[key].status
    )


def _relations(old: KnowledgeGraph, new: KnowledgeGraph, touched: set[str]) -> tuple[RelationChange, ...]:
    labels = {e.id: e.label for e in new.content.entities}
    found = []
    for key in sorted(old.content.beliefs.keys() & new.content.beliefs.keys()):
        was, now = old.content.beliefs[key], new.content.beliefs[key]
        papers = {p for b in (was, now) for side in (b.papers_for, b.papers_against) for p, _ in side} & touched
        if papers and was.value != now.value:
            r = new.content.relations[key]
            says = (
                f"{labels.get(r.subject, r.subject)} [{r.subject_site}] {r.predicate} "
                f"{labels.get(r.object, r.object)} [{r.object_site}]"
            )
            found.append(RelationChange(key, says, tuple(sorted(papers)), was.value, now.value))
    return tuple(sorted(found, key=lambda c: (c.after - c.before, c.relation)))


def _paths(old: KnowledgeGraph, new: KnowledgeGraph) -> tuple[PathChange, ...]:
    asked = old.profile.flagship
    if asked is None:
        return ()
    now = {(s.source, s.target, s.sign): s for s in new.states().steps}
    changes = (_path(path, now) for path in old.paths(asked.source, asked.target, k=asked.k, sign=asked.sign))
    return tuple(change for change in changes if change is not None)


def _path(path: Path, now: dict[Any, Step]) -> PathChange | None:
    left: Sequence[Step | None] = [now.get((s.source, s.target, s.sign)) for s in path.steps]
    for step, after in zip(path.steps, left, strict=True):
        if after is None:
            return PathChange(str(path), round(path.cost, 6), None, _words(path, step), step.publications)
    cost = sum(step.cost for step in left if step is not None)
    if abs(cost - path.cost) <= 1e-4:
        return None
    worst = max(zip(path.steps, left, strict=True), key=lambda pair: (pair[1].cost if pair[1] else 0) - pair[0].cost)[0]
    return PathChange(str(path), round(path.cost, 6), round(cost, 6), _words(path, worst), worst.publications)


def _words(path: Path, step: Step) -> str:
    label = path.network.label
    return f"{label(step.source.entity)} {'|'.join(step.predicates)} {label(step.target.entity)}"
