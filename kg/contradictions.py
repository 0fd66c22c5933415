"""Where papers disagree, and why: each contradiction is classified before it is shown.

Two relations between the same two entities with opposite polarity (or an effect against "tested and not
found") are a contradiction. The first of these that holds is its class: the sites differ; one is in vitro
and the other in vivo; the taxa differ; the diseases differ; the readouts differ; or none of these, a true
conflict. Only where sites and readout agree does the one lower the belief in the other.

A build writes them into the graph too (`kg.store.contradictions`), so that a query can ask for them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.model import Contradiction, Disagreement, Polarity, SiteKind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from kg.model import Relation, Site, Statement
    from kg.profile import Disease, Reports
    from kg.store.content import Content


_IN_VIVO = re.compile(
    r"\b(in vivo|mice|mouse|xenograft\w*|patients?|monkeys?|volunteers?|zebrafish|transplant\w*)\b", re.I
)
_CLASSES = tuple(Disagreement)
_SPECIES = {"NCBITaxon:9606": "human", "NCBITaxon:10090": "mouse", "NCBITaxon:10116": "rat"}


@dataclass(slots=True)
class _Ground:
    """What entities and sites mean when findings are compared."""

    same: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    sites: Mapping[str, Site] = field(default_factory=dict)
    diseases: Sequence[tuple[str, re.Pattern[str]]] = ()
    secreted: set[str] = field(default_factory=set)
    equal: set[str] = field(default_factory=set)

    def thing(self, entity: str) -> str:
        return self.same.get(entity, entity)

    def label(self, entity: str) -> str:
        return self.labels.get(entity, entity)


def _ground(content: Content, reports: Iterable[Reports], diseases: Iterable[Disease]) -> _Ground:
    ground = _Ground(labels={e.id: e.label for e in content.entities}, sites={s.id: s for s in content.sites})
    for group in reports:
        ground.same.update(dict.fromkeys(group.entities, group.name))
        if group.kind == "same":
            ground.equal.update(group.entities)
    ground.diseases = [
        (d.name, re.compile(r"(?<!\w)(" + "|".join(map(re.escape, d.words)) + r")(?!\w)")) for d in diseases if d.words
    ]
    predicates = vocabulary.predicates()
    live = (content.relations[key] for key in content.live)
    ground.secreted = {r.object for r in live if predicates[r.predicate].secretes}
    return ground


def _stance(relation: Relation) -> tuple[int, bool]:
    """Direction a relation speaks of (+1, -1; 0 for one without a causal sign), and whether it denies it."""
    return vocabulary.predicates()[relation.predicate].sign, relation.polarity is Polarity.NONE


def _opposed(one: Relation, other: Relation) -> bool:
    (sign, denies), (sign2, denies2) = _stance(one), _stance(other)
    readout, readout2 = (vocabulary.predicates()[r.predicate].readout for r in (one, other))
    if denies or denies2:
        return sign == sign2 and denies != denies2 and readout == readout2
    return sign * sign2 < 0


def _pairs(relations: Sequence[Relation]) -> Iterator[tuple[Relation, Relation]]:
    """Opposed pairs, the positive or affirming side first."""
    for i, one in enumerate(relations):
        for other in relations[i + 1 :]:
            if _opposed(one, other):
                first = sorted((one, other), key=lambda r: (_stance(r)[1], -_stance(r)[0]))
                yield first[0], first[1]


def find(
    content: Content, *, reports: Iterable[Reports] = (), diseases: Iterable[Disease] = ()
) -> tuple[Contradiction, ...]:
    """All contradictions of a graph, classified; true conflicts first, then by subject and object.

    Parameters
    ----------
    reports
        Groups of entities whose findings are compared with each other.
    diseases
        Words that tell disease scopes apart.
    """
    ground = _ground(content, reports, diseases)
    stated: dict[str, list[Statement]] = defaultdict(list)
    for s in content.statements:
        if content.status.get(s.evidence.publication, Status.CURRENT).live and not s.evidence.negated:
            stated[s.relation.id].append(s)
    between: dict[tuple[str, str], list[Relation]] = defaultdict(list)
    for key, relation in content.relations.items():
        if key in stated:
            between[relation.subject, ground.thing(relation.object)].append(relation)
    found = [
        _classified(stated[one.id], stated[other.id], ground)
        for relations in between.values()
        for one, other in _pairs(relations)
    ]
    order = {kind: rank for rank, kind in enumerate(reversed(_CLASSES))}
    return tuple(sorted(found, key=lambda c: (order[c.kind], c.subject, c.object, c.one[0].id, c.other[0].id)))


def _classified(one: Sequence[Statement], other: Sequence[Statement], ground: _Ground) -> Contradiction:
    """The class of the pair of statements that agree most: the hardest one to explain away."""
    best = max((_class(a, b, ground) for a, b in product(one, other)), key=lambda found: _CLASSES.index(found[0]))
    return Contradiction(kind=best[0], why=best[1], one=tuple(one), other=tuple(other))


def _class(a: Statement, b: Statement, ground: _Ground) -> tuple[Disagreement, str]:
    if sites := _site_difference(a.relation, b.relation, ground):
        return Disagreement.SITE, sites
    vivo, vivo2 = _in_vivo(a, ground), _in_vivo(b, ground)
    if vivo != vivo2:
        return Disagreement.VIVO, f"{_system(a)} ({'in vivo' if vivo else 'in vitro'}) against {_system(b)}"
    taxa, taxa2 = set(a.evidence.taxa), set(b.evidence.taxa)
    if taxa and taxa2 and not taxa & taxa2:
        return Disagreement.TAXON, f"{_species(taxa)} against {_species(taxa2)}"
    disease, disease2 = _disease(a, ground), _disease(b, ground)
    if disease and disease2 and not disease & disease2:
        return Disagreement.DISEASE, f"{', '.join(sorted(disease))} against {', '.join(sorted(disease2))}"
    if readout := _readout_difference(a.relation, b.relation, ground):
        return Disagreement.READOUT, readout
    return Disagreement.CONFLICT, f"same sites, taxon, disease and readout; {_system(a)} against {_system(b)}"


def _species(taxa: Iterable[str]) -> str:
    return ", ".join(_SPECIES.get(taxon, taxon) for taxon in sorted(taxa))


def _system(s: Statement) -> str:
    e = s.evidence
    return f"{e.model_system or 'system not stated'}{f' ({e.assay})' if e.assay else ''}"


def _acting_from(r: Relation, ground: _Ground) -> str:
    """Where the subject acts: a secreted molecule that acts on another cell does so from the medium."""
    kinds = (ground.sites[r.subject_site].kind, ground.sites[r.object_site].kind)
    leaves = kinds == (SiteKind.CELL, SiteKind.CELL) and r.subject_site != r.object_site
    return "extracellular" if leaves and r.subject in ground.secreted else r.subject_site


def _site_difference(a: Relation, b: Relation, ground: _Ground) -> str:
    ends = ((_acting_from(a, ground), _acting_from(b, ground)), (a.object_site, b.object_site))
    open_kinds = (SiteKind.ORGANISM, SiteKind.UNSPECIFIED)
    for one, other in ends:
        if one != other and not {ground.sites[one].kind, ground.sites[other].kind} & set(open_kinds):
            return f"{ground.sites[one].label} against {ground.sites[other].label}"
    return ""


def _in_vivo(s: Statement, ground: _Ground) -> bool:
    r, e = s.relation, s.evidence
    in_organism = SiteKind.ORGANISM in (ground.sites[r.subject_site].kind, ground.sites[r.object_site].kind)
    text = f"{e.model_system} {e.assay}"
    return in_organism or ("in vitro" not in text and bool(_IN_VIVO.search(text)))


def _disease(s: Statement, ground: _Ground) -> set[str]:
    text = f"{s.evidence.model_system} {s.evidence.support}"
    named = {name for name, words in ground.diseases if words.search(text)}
    return named or ({s.evidence.scope} - {"general", "other", ""})


def _readout_difference(a: Relation, b: Relation, ground: _Ground) -> str:
    if a.object != b.object and not {a.object, b.object} <= ground.equal:
        return f"{ground.label(a.object)} against {ground.label(b.object)}"
    readout, readout2 = (vocabulary.predicates()[r.predicate].readout for r in (a, b))
    return f"{readout} against {readout2}" if readout != readout2 and a.object == b.object else ""


def to_frame(found: Iterable[Contradiction], content: Content) -> pd.DataFrame:
    """One row a contradiction: class, reason, both sides with predicate, polarity, sites, papers and support."""
    import pandas as pd

    labels = {e.id: e.label for e in content.entities}
    rows = [
        {
            "class": c.kind.value,
            "subject": c.subject,
            "subject_label": labels.get(c.subject, c.subject),
            "object": c.object,
            "object_label": labels.get(c.object, c.object),
            "why": c.why,
            **_side("one", c.one, labels),
            **_side("other", c.other, labels),
        }
        for c in found
    ]
    columns = ["class", "subject", "subject_label", "object", "object_label", "why"]
    sides = [f"{side}_{name}" for side in ("one", "other") for name in ("says", "publications", "support")]
    return pd.DataFrame(rows, columns=columns + sides)


def _side(name: str, statements: Sequence[Statement], labels: Mapping[str, str]) -> dict[str, str]:
    r = statements[0].relation
    says = f"{r.predicate} ({r.polarity.value}) {labels.get(r.object, r.object)} [{r.subject_site} to {r.object_site}]"
    return {
        f"{name}_says": says,
        f"{name}_publications": "; ".join(sorted({s.evidence.publication for s in statements})),
        f"{name}_support": " / ".join(sorted({s.evidence.support for s in statements if s.evidence.support})),
    }
