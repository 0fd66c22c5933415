"""All that stands behind one relation, for a person who wants to judge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg import vocabulary
from kg.errors import UsageError
from kg.model import Polarity, Status

if TYPE_CHECKING:
    from kg.model import Belief, Publication, Relation, Statement
    from kg.store.content import Content

_DOES = {Polarity.POSITIVE: "", Polarity.NEGATIVE: "", Polarity.NONE: " (tested and not found)"}


@dataclass(frozen=True, slots=True)
class Told:
    """One relation with its belief and every piece of evidence.

    Parameters
    ----------
    statements
        Evidence that states the relation itself.
    opposed
        Evidence against it at the same sites: what denies it, and what states the contrary.
    alike
        Evidence of other relations that say the same in other words at the same sites (targets, inhibits);
        its papers stand behind those, and meet this one's on a step of a path.
    """

    relation: Relation
    belief: Belief
    statements: tuple[Statement, ...]
    opposed: tuple[Statement, ...]
    content: Content
    alike: tuple[Statement, ...] = ()

    def _label(self, entity: str) -> str:
        return next((e.label for e in self.content.entities if e.id == entity), entity)

    def _paper(self, curie: str) -> Publication | None:
        return next((p for p in self.content.publications if p.id == curie), None)

    def _evidence(self, s: Statement) -> dict[str, Any]:
        e, paper = s.evidence, self._paper(s.evidence.publication)
        return {
            "publication": e.publication,
            "title": paper.title if paper else "",
            "year": paper.year if paper else None,
            "status": (paper.status if paper else Status.CURRENT).value,
            "weight": self.content.weights[s.id],
            "source": e.source,
            "record": e.record,
            "says": f"{s.relation.predicate} ({s.relation.polarity.value})",
            "grade": e.grade.value,
            "directness": e.directness.value,
            "method": e.method.value,
            "model_system": e.model_system,
            "assay": e.assay,
            "scope": e.scope,
            "taxa": list(e.taxa),
            "support": e.support,
            "note": e.note,
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        r = self.relation
        return {
            "relation": r.id,
            "subject": r.subject,
            "subject_label": self._label(r.subject),
            "subject_site": r.subject_site,
            "predicate": r.predicate,
            "object": r.object,
            "object_label": self._label(r.object),
            "object_site": r.object_site,
            "polarity": r.polarity.value,
            "belief": self.belief.value,
            "p_for": round(self.belief.p_for, 4),
            "p_against": round(self.belief.p_against, 4),
            "evidence": [self._evidence(s) for s in self.statements],
            "alike": [self._evidence(s) for s in self.alike],
            "against": [self._evidence(s) for s in self.opposed],
        }

    def __str__(self) -> str:
        """Read it as text."""
        d = self.to_dict()
        lines = [
            f"{d['subject_label']} [{d['subject_site']}] {d['predicate']} {d['object_label']} [{d['object_site']}]"
            f"{_DOES[self.relation.polarity]}",
            f"{d['relation']}: belief {d['belief']:.3f} = {d['p_for']:.3f} for x (1 - {d['p_against']:.3f} against)",
        ]
        for name, rows in (("for", d["evidence"]), ("said in other words", d["alike"]), ("against", d["against"])):
            for row in rows:
                lines += _evidence_lines(name, row)
        return "\n".join(lines)


def _evidence_lines(side: str, row: dict[str, Any]) -> list[str]:
    year = f" ({row['year']})" if row["year"] else ""
    status = "" if row["status"] == Status.CURRENT else f" [{row['status'].upper()}]"
    return [
        f"  {side}: {row['publication']}{year}{status} {row['title']}",
        f"     {row['support']}",
        f"     {row['model_system']}; {row['assay'] or 'assay not stated'}; {row['grade']}, {row['directness']}, "
        f"{row['method'].replace('_', ' ')}; weight {row['weight']:.2f}; {row['source']} {row['record']}"
        + (f"; {row['note']}" if row["note"] else ""),
    ]


def explain(content: Content, name: str) -> Told:
    """Gather what stands behind a relation.

    Parameters
    ----------
    name
        CURIE of the relation or of a piece of its evidence, or the record of a source (``exil8:r0521``).

    Raises
    ------
    UsageError
        Nothing has that name.
    """
    key = next((s.relation.id for s in content.statements if name in (s.relation.id, s.id, s.evidence.record)), None)
    if key is None:
        raise UsageError(f"no relation is called {name!r}; `kg query relations` lists them")
    relation, belief = content.relations[key], content.beliefs[key]
    own = tuple(s for s in content.statements if s.relation.id == key and not s.evidence.negated)
    near = [s for s in content.statements if _same_readout(s.relation, relation)]
    opposed = tuple(s for s in near if _against(s, relation))
    alike = tuple(s for s in near if s.relation.id != key and _says_same(s, relation))
    return Told(relation, belief, own, opposed, content, alike)


def _same_readout(one: Relation, other: Relation) -> bool:
    """Whether two relations measure the same between the same two states, so that :mod:`kg.belief` counts both."""
    said, asked = (vocabulary.predicates()[r.predicate].readout for r in (one, other))
    return said == asked and _ends(one) == _ends(other)


def _stance(statement: Statement) -> tuple[int, bool]:
    """Sign of what a piece of evidence speaks of, and whether it denies it."""
    r = statement.relation
    denies = statement.evidence.negated or r.polarity is Polarity.NONE
    return vocabulary.predicates()[r.predicate].sign, denies


def _says_same(statement: Statement, relation: Relation) -> bool:
    asked = vocabulary.predicates()[relation.predicate].sign, relation.polarity is Polarity.NONE
    return _stance(statement) == asked


def _against(statement: Statement, relation: Relation) -> bool:
    sign, denies = _stance(statement)
    denied = relation.polarity is Polarity.NONE
    if sign == vocabulary.predicates()[relation.predicate].sign:
        return denies != denied
    return not denies and not denied


def _ends(relation: Relation) -> tuple[str, str, str, str]:
    return relation.subject, relation.subject_site, relation.object, relation.object_site
