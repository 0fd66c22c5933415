"""Records of many sources become one content: duplicates joined, papers told apart by any of their ids.

The outcome does not depend on the order of the records.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.model import Entity, Grade, Method, Publication, Relation, Site, SiteKind, Statement
from kg.notices import derived, gravest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COMMON_SITES: tuple[Site, ...] = (
    Site(id="extracellular", label="extracellular space", kind=SiteKind.MEDIUM, entity="GO:0005615"),
    Site(id="vesicle", label="inside or on an extracellular vesicle", kind=SiteKind.CARRIER, entity="GO:1903561"),
    Site(id="organism", label="whole organism or in vivo readout", kind=SiteKind.ORGANISM),
    Site(id="unspecified", label="not stated", kind=SiteKind.UNSPECIFIED),
)
"""Sites every graph has, since sources speak of them."""


def sites(own: Sequence[Site]) -> tuple[Site, ...]:
    """The profile's sites in their order, and the common ones it does not list."""
    listed = {site.id for site in own}
    return (*own, *(site for site in COMMON_SITES if site.id not in listed))


def entities(found: Iterable[tuple[int, Entity]]) -> tuple[Entity, ...]:
    """One entity an id: label and type of the source of lowest rank, synonyms and parents of all.

    Parameters
    ----------
    found
        Pairs of source rank and entity.
    """
    groups: dict[str, list[tuple[int, str, Entity]]] = defaultdict(list)
    for rank, entity in found:
        groups[entity.id].append((rank, repr(entity), entity))
    return tuple(_one_entity([e for _, _, e in sorted(groups[key])]) for key in sorted(groups))


def _one_entity(same: Sequence[Entity]) -> Entity:
    first = same[0]
    synonyms = {name for e in same for name in (*e.synonyms, e.label) if name} - {first.label}
    parents = {parent for e in same for parent in e.parents} - {first.id}
    origin = next((e.origin for e in same if e.origin), "")
    return replace(
        first,
        synonyms=tuple(sorted(synonyms)),
        parents=tuple(sorted(parents)),
        origin=origin,
        taxon=next((e.taxon for e in same if e.taxon), ""),
        orthologue=next((e.orthologue for e in same if e.orthologue), ""),
    )


class _Papers:
    """Groups of publication records that are one paper, joined by any shared id."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def find(self, key: str) -> str:
        self.parent.setdefault(key, key)
        while self.parent[key] != key:
            self.parent[key] = self.parent[self.parent[key]]
            key = self.parent[key]
        return key

    def join(self, keys: Sequence[str]) -> None:
        roots = sorted({self.find(key) for key in keys})
        for root in roots[1:]:
            self.parent[root] = roots[0]


def ids_of(p: Publication) -> list[str]:
    """Every CURIE by which a publication is known, its own first; a DOI in small letters.

    >>> ids_of(Publication(id="PMID:1", pmid="1", doi="10.1/A"))
    ['PMID:1', 'DOI:10.1/a']
    """
    keys = [_folded(p.id)]
    keys += [f"PMID:{p.pmid}"] if p.pmid else []
    keys += [f"DOI:{p.doi.lower()}"] if p.doi else []
    keys += [f"PMC:{p.pmcid}"] if p.pmcid else []
    return list(dict.fromkeys(keys))


def _owners(records: Iterable[Publication]) -> Mapping[str, str]:
    """The PMID that each DOI and PMC id goes with: the first, since a notice may bear the DOI of its paper."""
    owners: dict[str, str] = {}
    for p in records:
        for key in ids_of(p) if p.pmid else ():
            owners[key] = min(owners.get(key, p.pmid), p.pmid, key=lambda pmid: (len(pmid), pmid))
    return owners


def _own_keys(p: Publication, owners: Mapping[str, str]) -> list[str]:
    """Ids that tell a record's paper; of two records with PMIDs of their own, one alone has the DOI they share."""
    if not p.pmid:
        return ids_of(p)
    return [f"PMID:{p.pmid}", *(key for key in ids_of(p) if owners[key] == p.pmid)]


def _folded(curie: str) -> str:
    return curie.lower().replace("doi:", "DOI:", 1) if curie.startswith("DOI:") else curie


def publications(
    found: Iterable[tuple[int, Publication]],
) -> tuple[tuple[Publication, ...], dict[str, str]]:
    """One publication a paper, and the canonical CURIE of every id that was used for it.

    The canonical id is the PMID where one is known, else the DOI, else the PMC id. A record of lower rank
    fills what one of higher rank leaves empty; the gravest status holds; a live retraction notice retracts its
    target even before the target itself comes again; a preprint goes with its published version.
    """
    papers, records = _Papers(), sorted(((rank, repr(p), p) for rank, p in found), key=lambda item: item[:2])
    owners = _owners([p for _, _, p in records])
    keys = {id(p): _own_keys(p, owners) for _, _, p in records}
    for _, _, p in records:
        papers.join(keys[id(p)])
    groups: dict[str, list[Publication]] = defaultdict(list)
    for _, _, p in records:
        groups[papers.find(keys[id(p)][0])].append(p)
    merged = {root: _one_publication(same) for root, same in groups.items()}
    canonical = {key: merged[papers.find(key)].id for key in papers.parent}
    canonical |= {p.id: merged[papers.find(keys[id(p)][0])].id for _, _, p in records}
    noted = _with_notices({p.id: p for p in merged.values()}, canonical)
    return tuple(noted[key] for key in sorted(noted)), canonical


def _one_publication(same: Sequence[Publication]) -> Publication:
    values: dict[str, object] = {}
    for name in Publication.__dataclass_fields__:
        values[name] = next((v for p in same if (v := getattr(p, name))), getattr(same[0], name))
    pmid, doi = str(values["pmid"]), str(values["doi"])
    identifier = f"PMID:{pmid}" if pmid else f"DOI:{doi}" if doi else same[0].id
    status = gravest(*(p.status for p in same))
    links = tuple(sorted({link for p in same for link in p.links}, key=repr))
    merged = Publication(**(values | {"id": identifier, "status": status, "links": links}))  # type: ignore[arg-type]
    return replace(
        merged,
        types=tuple(sorted(set(merged.types))),
        references=tuple(sorted(set(merged.references))),
        substances=tuple(sorted(set(merged.substances))),
        abstract_entities=tuple(sorted(set(merged.abstract_entities))),
        annotated_entities=tuple(sorted({e for p in same for e in p.annotated_entities})),  # of all files, in any order
        keywords=tuple(sorted(set(merged.keywords))),
        mesh=tuple(sorted(set(merged.mesh), key=lambda heading: (heading.ui, heading.name, heading.major))),
    )


def _with_notices(by_id: Mapping[str, Publication], canonical: Mapping[str, str]) -> dict[str, Publication]:
    out = dict(by_id)
    for named, status in derived(by_id.values()).items():
        target = canonical.get(_folded(named), named)
        if target in out:
            out[target] = replace(out[target], status=gravest(out[target].status, status))
    return out


def _directed(statement: Statement) -> Statement:
    """A relation that holds both ways is one relation: its ends are put in order."""
    r = statement.relation
    if not vocabulary.predicates()[r.predicate].symmetric:
        return statement
    one = (r.subject, r.subject_site, r.subject_compartment)
    other = (r.object, r.object_site, r.object_compartment)
    if one <= other:
        return statement
    turned = Relation(
        subject=r.object,
        subject_site=r.object_site,
        subject_compartment=r.object_compartment,
        predicate=r.predicate,
        object=r.subject,
        object_site=r.subject_site,
        object_compartment=r.subject_compartment,
        polarity=r.polarity,
    )
    return replace(statement, relation=turned)


_METHODS = {method: rank for rank, method in enumerate(Method)}


def _preference(statement: Statement) -> tuple[int, bool, str]:
    """Of two readings of one paper by one source, what a person read comes first, then what the paper tested."""
    e = statement.evidence
    return _METHODS[e.method], e.grade is not Grade.RESULT, repr(statement)


TEXTS = " // "
"""Between the sentences of one paper that are one piece of evidence."""


def statements(found: Iterable[Statement], canonical: Mapping[str, str]) -> tuple[Statement, ...]:
    """One statement an id, with the canonical CURIE of its paper, sorted; an association stands in one direction.

    Of several sentences of a paper that say the same the preferred one gives the record; their texts are kept.
    """
    kept: dict[str, Statement] = {}
    texts: dict[tuple[str, Method], set[str]] = {}
    for s in map(_directed, found):
        paper = canonical.get(s.evidence.publication, s.evidence.publication)
        taxa = tuple(sorted(set(s.evidence.taxa)))
        one = (
            s
            if paper == s.evidence.publication and taxa == s.evidence.taxa
            else Statement(relation=s.relation, evidence=replace(s.evidence, publication=paper, taxa=taxa))
        )
        known = kept.get(one.id)
        if known is None:
            kept[one.id] = one
        elif known != one:
            for same in (known, one):
                texts.setdefault((one.id, same.evidence.method), set()).update(same.evidence.support.split(TEXTS))
            kept[one.id] = min(known, one, key=_preference)
    for (key, method), said in texts.items():
        if kept[key].evidence.method is method:
            evidence = replace(kept[key].evidence, support=TEXTS.join(sorted(filter(None, said))))
            kept[key] = Statement(relation=kept[key].relation, evidence=evidence)
    return tuple(kept[key] for key in sorted(kept))
