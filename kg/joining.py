"""What sources have given becomes one content: entities, papers and statements joined, relations believed.

The outcome does not depend on the order in which the sources were read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg import belief, merge
from kg.model import Entity, Publication, Status
from kg.notices import derived, gravest, stated
from kg.sources.identifier_tables import default_identifiers
from kg.sources.identifiers import taxon_of
from kg.store.content import Content

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.gathering import Gathered


def _rank(name: str) -> int:
    """Which source describes a paper when several do: PubMed knows papers, curators the axis."""
    return {"pubmed": 0, "curated": 2}.get(name, 4)


def _stubs(gathered: Gathered) -> Iterator[tuple[int, Entity]]:
    """An entity for each end of a relation that no source describes: its CURIE is its label."""
    known = {entity.id for _, entity in gathered.entities}
    for s in gathered.statements:
        for end in (s.relation.subject, s.relation.object):
            if end not in known:
                known.add(end)
                yield 9, Entity(id=end, label=end, type="gene_product")


def _broader(gathered: Gathered) -> Iterator[tuple[int, Entity]]:
    """The families and complexes above what is told, up to the top, and the human genes that others correspond to.

    They are as the tables of identifiers have them. A parent that neither a source nor such a table describes is left
    to the slices of the ontology.
    """
    ids = default_identifiers()
    known = {entity.id for _, entity in gathered.entities}
    asked = [parent for _, entity in gathered.entities for parent in entity.parents]
    asked += filter(None, map(ids.orthologue, known))
    while asked:
        curie = asked.pop()
        if curie in known:
            continue
        known.add(curie)
        entity = ids.get(curie)
        if entity is not None:
            asked += entity.parents
            yield 9, entity


def _with_orthology(entity: Entity) -> Entity:
    """A gene of another species with the human gene it corresponds to, as far as the tables of identifiers know."""
    ids = default_identifiers()
    human = ids.orthologue(entity.id)
    if not human:
        return entity
    return replace(entity, taxon=ids.taxon(entity.id) or taxon_of(entity.id), orthologue=human)


def _missing_papers(gathered: Gathered, canonical: Mapping[str, str]) -> Iterator[tuple[int, Publication]]:
    """A publication for each paper that evidence names and no source describes."""
    seen: set[str] = set()
    for s in gathered.statements:
        curie = s.evidence.publication
        if curie and curie not in canonical and curie not in seen:
            seen.add(curie)
            prefix, _, local = curie.partition(":")
            ids = {name: local if name == prefix else "" for name in ("PMID", "DOI", "PMC")}
            yield 9, Publication(id=curie, pmid=ids["PMID"], doi=ids["DOI"], pmcid=ids["PMC"], source=s.evidence.source)


def _known(gathered: Gathered) -> Iterator[tuple[int, Publication]]:
    """What was known of papers before, to fill what the newest record of the same source leaves empty.

    Where PubMed tells of a paper anew, only the newer of its records says how the paper stands. What a notice
    made of a paper is left out: it is made again, as long as the notice stands.
    """
    told = {p.pmid: p for (name, _), p in gathered.publications.items() if name == "pubmed" and _describes(p)}
    by_others = derived(gathered.known_publications)
    for p in gathered.known_publications:
        anew, noted = told.get(p.pmid) if p.pmid else None, by_others.get(p.id)
        alone = replace(p, status=_own(p)) if p.status is noted else p
        if anew is None or anew.revised == p.revised == "":
            yield _rank(p.source) + 1, alone
        elif anew.status is Status.DELETED or anew.revised >= p.revised:
            yield _rank(p.source) + 1, replace(p, status=_claimed(p, noted), links=())
        else:
            del gathered.publications["pubmed", anew.id]
            yield _rank(p.source), alone


def _describes(p: Publication) -> bool:
    """Whether it is a record of a paper, and not only the news that two ids are one paper's."""
    return p.id == f"PMID:{p.pmid}"


def _rank_of(name: str, p: Publication) -> int:
    return _rank(name) if name != "pubmed" or _describes(p) else 3


def _own(p: Publication) -> Status:
    """Where a paper stands without what others make of it."""
    from kg.sources.pubmed.standing import title_says_retracted

    return gravest(stated(p), Status.SUSPECTED if title_says_retracted(p.title) else Status.CURRENT)


def _claimed(p: Publication, noted: Status | None) -> Status:
    """What neither the old record of a paper nor a notice explains: curators said so, and go on saying it."""
    explained = gravest(stated(p), noted or Status.CURRENT)
    claims = (Status.CORRECTED, Status.CONCERN, Status.RETRACTED)
    return p.status if p.status in claims and p.status.severity > explained.severity else Status.CURRENT


def content(gathered: Gathered) -> Content:
    """Join all that was gathered."""
    ends = {end for s in gathered.statements for end in (s.relation.subject, s.relation.object)}
    gathered.entities += [(rank, entity) for rank, entity in gathered.closed if entity.id in ends]
    gathered.entities += list(_stubs(gathered))
    gathered.entities += list(_broader(gathered))
    known = list(_known(gathered))
    described = [*known, *((_rank_of(name, p), p) for (name, _), p in gathered.publications.items())]
    _, canonical = merge.publications(described)
    publications, canonical = merge.publications([*described, *_missing_papers(gathered, canonical)])
    return believed(
        Content(
            sites=merge.sites(gathered.sites),
            entities=tuple(map(_with_orthology, merge.entities(gathered.entities))),
            publications=publications,
            statements=merge.statements(gathered.statements, canonical),
            sources=tuple(gathered.infos[name] for name in sorted(gathered.infos)),
        )
    )


def believed(content: Content) -> Content:
    """The content with the belief of each relation and the weight of each piece of evidence."""
    reliability = {info.name: info.reliability for info in content.sources}
    found, weights = belief.beliefs(
        content.statements, status=content.status, reliability=reliability, versions=content.versions
    )
    return replace(content, beliefs=found, weights=weights)
