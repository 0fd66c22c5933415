"""What papers say of each other: notices about a paper, and versions of one paper.

NLM types these links, so they are taken at their word: a live notice that says it retracts a paper retracts it,
before the paper's own record is issued again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.model import Publication

NOTICES: Mapping[str, Status] = {
    "RetractionOf": Status.RETRACTED,
    "ExpressionOfConcernFor": Status.CONCERN,
    "ErratumFor": Status.CORRECTED,
}
"""What a link of a notice makes of the paper it names."""
STATED: Mapping[str, Status] = {
    "RetractionIn": Status.RETRACTED,
    "RetractedandRepublishedIn": Status.RETRACTED,
    "ExpressionOfConcernIn": Status.CONCERN,
    "ErratumIn": Status.CORRECTED,
    "CorrectedandRepublishedIn": Status.CORRECTED,
}
"""What a link of a paper's own record says of the paper."""


def noticed(papers: Iterable[Publication]) -> dict[str, Status]:
    """Where notices put the papers they name, by CURIE; the gravest of several.

    A notice that was deleted or retracted, by its own record or by another notice, says nothing any more.

    >>> from kg.model import Publication, PublicationLink
    >>> link = PublicationLink(type="RetractionOf", target="PMID:1")
    >>> noticed([Publication(id="PMID:2", links=(link,))])
    {'PMID:1': <Status.RETRACTED: 'retracted'>}
    >>> noticed([Publication(id="PMID:2", links=(link,), status=Status.DELETED)])
    {}
    """
    said = [
        (paper.id, link.target, NOTICES[link.type])
        for paper in papers
        if paper.status.live
        for link in paper.links
        if link.type in NOTICES and link.target
    ]
    undone = {target for _, target, status in said if status is Status.RETRACTED}
    found: dict[str, Status] = {}
    for notice, target, status in said:
        if notice not in undone:
            found[target] = gravest(status, found.get(target, status))
    return found


def derived(papers: Iterable[Publication]) -> dict[str, Status]:
    """What others make of papers, by CURIE: notices, and for preprints their published versions.

    A preprint and its published version are one paper, so the retraction of the one is that of the other.
    """
    known = {paper.id: paper for paper in papers}
    found = noticed(known.values())
    for preprint, published in published_versions(known.values()).items():
        fate = gravest(known[published].status, found.get(published, Status.CURRENT))
        said = Status.RETRACTED if fate is Status.RETRACTED else Status.SUPERSEDED
        found[preprint] = gravest(said, found.get(preprint, said))
    return found


def stated(paper: Publication) -> Status:
    """What the links and types of a paper say of itself.

    >>> from kg.model import Publication
    >>> stated(Publication(id="PMID:1", types=("Retracted Publication",))).value
    'retracted'
    """
    withdrawn = any(name.lower().startswith("retracted") for name in paper.types)
    said = [STATED[link.type] for link in paper.links if link.type in STATED]
    return gravest(Status.RETRACTED if withdrawn else Status.CURRENT, *said)


def gravest(*statuses: Status) -> Status:
    """The status that weighs most.

    >>> gravest(Status.CORRECTED, Status.CONCERN, Status.CURRENT).value
    'under concern'
    """
    return max(statuses, key=lambda status: status.severity)


def published_versions(papers: Iterable[Publication]) -> dict[str, str]:
    """The published version of each preprint that has one among the papers, by CURIE.

    NLM links the two by ``UpdateIn`` on the preprint, by ``UpdateOf`` on the published version, or by both. The
    same links join a review and its later editions, which are papers of their own: only preprints are followed.

    >>> from kg.model import Publication, PublicationLink
    >>> link = PublicationLink(type="UpdateIn", target="PMID:2")
    >>> early = Publication(id="PMID:1", types=("Preprint",), links=(link,))
    >>> published_versions([early, Publication(id="PMID:2")])
    {'PMID:1': 'PMID:2'}
    """
    known = {paper.id: paper for paper in papers}
    preprints = {key for key, paper in known.items() if "preprint" in map(str.lower, paper.types)}
    later: dict[str, set[str]] = {}
    for paper in known.values():
        for link in paper.links:
            if link.type == "UpdateIn" and paper.id in preprints and link.target in known:
                later.setdefault(paper.id, set()).add(link.target)
            elif link.type == "UpdateOf" and link.target in preprints:
                later.setdefault(link.target, set()).add(paper.id)
    return {key: last for key in sorted(later) if (last := _last(key, later, preprints)) != key}


def _last(first: str, later: Mapping[str, set[str]], preprints: set[str]) -> str:
    """Follow a preprint to its last version, a published one before another preprint; a ring has none."""
    key, seen = first, {first}
    while onward := later.get(key, set()) - seen:
        key = min(onward, key=lambda other: (other in preprints, other))
        seen.add(key)
    return first if key in later else key
