"""What changed between two graphs: entities, relations, evidence, beliefs, papers, and best paths."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from kg.graph import KnowledgeGraph
    from kg.store.content import Content

SHIFT = 0.0005
"""Beliefs that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A value that changed."""

    about: str
    label: str
    before: float | str | None
    after: float | str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that is not the same in two graphs; CURIEs sorted."""

    entities_added: tuple[str, ...]
    entities_removed: tuple[str, ...]
    relations_added: tuple[str, ...]
    relations_removed: tuple[str, ...]
    evidence_added: tuple[str, ...]
    evidence_removed: tuple[str, ...]
    beliefs: tuple[Shift, ...]
    papers: tuple[Shift, ...]
    best_paths: tuple[Shift, ...]
    factors: tuple[Shift, ...]

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return any(getattr(self, name) for name in self.__dataclass_fields__)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def to_text(self, *, each: int = 10) -> str:
        """Read it as text, some examples of each kind of change."""
        if not self:
            return "the two graphs say the same"
        lines = []
        for name in self.__dataclass_fields__:
            items = getattr(self, name)
            if items:
                lines.append(f"{name.replace('_', ' ')}: {len(items)}")
                lines += [f"  {_line(item)}" for item in items[:each]]
                if len(items) > each:
                    lines.append(f"  ... and {len(items) - each} more (kg diff --json lists all)")
        return "\n".join(lines)


def _line(item: Shift | str) -> str:
    if isinstance(item, str):
        return item
    return f"{item.label or item.about}: {_value(item.before)} -> {_value(item.after)}"


def _value(value: float | str | None) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else f"{value:.4g}"


def _sides(old: Set[str], new: Set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(sorted(new - old)), tuple(sorted(old - new))


def _relation_label(content: Content, key: str) -> str:
    labels = {e.id: e.label for e in content.entities}
    r = content.relations[key]
    return (
        f"{labels.get(r.subject, r.subject)} [{r.subject_site}] {r.predicate} ({r.polarity.value}) "
        f"{labels.get(r.object, r.object)} [{r.object_site}]"
    )


def _beliefs(old: Content, new: Content) -> tuple[Shift, ...]:
    found = []
    for key in sorted(old.beliefs.keys() & new.beliefs.keys()):
        before, after = old.beliefs[key].value, new.beliefs[key].value
        if abs(before - after) > SHIFT:
            found.append(Shift(key, _relation_label(new, key), before, after))
    return tuple(sorted(found, key=lambda s: (-abs(float(s.after or 0) - float(s.before or 0)), s.about)))


def _papers(old: Content, new: Content) -> tuple[Shift, ...]:
    titles = {p.id: p.title for p in new.publications}
    return tuple(
        Shift(key, f"{key} {titles[key]}", old.status[key].value, status.value)
        for key, status in sorted(new.status.items())
        if key in old.status and old.status[key] is not status
    )


def _best_paths(old: KnowledgeGraph, new: KnowledgeGraph) -> tuple[Shift, ...]:
    """Paths of the flagship question that came, went, or changed their cost."""
    asked = new.profile.flagship
    if asked is None:
        return ()
    costs = [
        {str(p): round(p.cost, 6) for p in g.paths(asked.source, asked.target, k=asked.k, sign=asked.sign)}
        for g in (old, new)
    ]
    return _changed(*costs, labels={})


def _factors(old: KnowledgeGraph, new: KnowledgeGraph) -> tuple[Shift, ...]:
    if new.profile.outcome is None or not new.profile.classes:
        return ()
    tables = [g.survival_factors(permutations=0) for g in (old, new)]
    costs = [{f"{f.entity} {'+' if f.effect > 0 else '-'}": round(f.path.cost, 6) for f in table} for table in tables]
    labels = {f"{f.entity} {s}": f"{t.network.label(f.entity)} ({s})" for t in tables for f in t for s in "+-"}
    return _changed(*costs, labels=labels)


def _changed(
    before: Mapping[str, float], after: Mapping[str, float], *, labels: Mapping[str, str]
) -> tuple[Shift, ...]:
    keys = sorted(before.keys() | after.keys())
    return tuple(
        Shift(key, labels.get(key, key), before.get(key), after.get(key))
        for key in keys
        if before.get(key) != after.get(key)
    )


def diff(old: KnowledgeGraph, new: KnowledgeGraph) -> Difference:
    """Compare two graphs, down to the best paths of the flagship question and the factors of the outcome."""
    a, b = old.content, new.content
    entities_added, entities_removed = _sides({e.id for e in a.entities}, {e.id for e in b.entities})
    relations_added, relations_removed = _sides(a.relations.keys(), b.relations.keys())
    evidence_added, evidence_removed = _sides({s.id for s in a.statements}, {s.id for s in b.statements})
    return Difference(
        entities_added=entities_added,
        entities_removed=entities_removed,
        relations_added=tuple(_relation_label(b, key) for key in relations_added),
        relations_removed=tuple(_relation_label(a, key) for key in relations_removed),
        evidence_added=evidence_added,
        evidence_removed=evidence_removed,
        beliefs=_beliefs(a, b),
        papers=_papers(a, b),
        best_paths=_best_paths(old, new),
        factors=_factors(old, new),
    )
