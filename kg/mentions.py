"""Which entities a publication mentions, and which are mentioned together.

Found by MeSH heading (``ontologies/mesh_entities.tsv``; entities that are MeSH terms stand for themselves), by name
in title, keywords and, while a record is read, abstract, and by what PubTator3 annotates. It is evidence of talk,
kept apart from relations: no belief, no path and no direct triple is made from it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from kg.mesh import entities_of
from kg.model import CoMention, Found, Mention
from kg.names_in_text import NamesInText
from kg.store.literature import Literature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Entity, Publication
    from kg.store.content import Content


class MentionFinder:
    """Finds the entities of a graph on its publications.

    Parameters
    ----------
    entities
        The entities of the graph.
    names
        How they are found in text; by default by their labels, synonyms and the shipped spellings.

    Examples
    --------
    >>> from kg.model import Entity, MeshHeading, Publication
    >>> finder = MentionFinder([Entity(id="HGNC:6025", label="CXCL8", type="gene_product", synonyms=("IL-8",))])
    >>> paper = Publication(id="PMID:1", title="IL8 in serum", mesh=(MeshHeading(ui="D016209", name="Interleukin-8"),))
    >>> [(m.entity, [h.value for h in m.how]) for m in finder.find(paper)]
    [('HGNC:6025', ['mesh', 'title'])]
    """

    def __init__(self, entities: Iterable[Entity], *, names: NamesInText | None = None) -> None:
        known = {entity.id: entity for entity in entities}
        self._ids = frozenset(known)
        self._names = NamesInText(known.values()) if names is None else names

    def in_text(self, text: str) -> tuple[str, ...]:
        """CURIEs of the entities a text speaks of, sorted."""
        return tuple(sorted(self._names.entities(text)))

    def find(self, publication: Publication) -> tuple[Mention, ...]:
        """Mentions on one publication, sorted by entity."""
        p, keywords = publication, "\n".join(publication.keywords)
        headings = [heading.ui for heading in p.mesh if heading.ui] + list(p.substances)
        meant = {Found.MESH: self._ids.intersection(curie for ui in headings for curie in entities_of(ui))}
        meant[Found.TITLE] = self._names.entities(p.title)
        meant[Found.KEYWORD] = self._names.entities(keywords)
        meant[Found.ABSTRACT] = self._ids.intersection(p.abstract_entities)
        meant[Found.PUBTATOR3] = self._ids.intersection(p.annotated_entities)
        if any(meant.values()):
            silent = self._names.blocked(f"{p.title}\n{keywords}")
            silent |= {self._names.heading_cues[ui] for ui in headings if ui in self._names.heading_cues}
            meant = {how: curies if how is Found.MESH else curies - silent for how, curies in meant.items()}
        return tuple(
            Mention(publication=p.id, entity=curie, how=tuple(how for how in Found if curie in meant[how]))
            for curie in sorted(frozenset().union(*meant.values()))
        )

    def find_all(self, publications: Iterable[Publication]) -> tuple[Mention, ...]:
        """Mentions on all publications, in their order."""
        return tuple(mention for p in publications for mention in self.find(p))


def co_mentions(mentions: Iterable[Mention], *, live: frozenset[str] | None = None) -> tuple[CoMention, ...]:
    """Pairs of entities that papers mention together, sorted.

    Parameters
    ----------
    mentions
        Mentions of papers.
    live
        CURIEs of the papers that count; a retracted one counts for nothing. By default all.

    Notes
    -----
    A paper with n entities gives each of its n (n - 1) / 2 pairs the weight 1 / (n - 1): two entities alone on a
    paper count 1, two among a hundred and one count 0.01 (M. E. J. Newman, Scientific collaboration networks II,
    Phys. Rev. E 64:016132, 2001).

    Examples
    --------
    >>> made = [Mention(publication="PMID:1", entity=e, how=(Found.TITLE,)) for e in ("GO:1", "GO:2", "GO:3")]
    >>> [(c.one, c.other, c.papers, c.weight) for c in co_mentions(made)]
    [('GO:1', 'GO:2', 1, 0.5), ('GO:1', 'GO:3', 1, 0.5), ('GO:2', 'GO:3', 1, 0.5)]
    """
    on: defaultdict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        if live is None or mention.publication in live:
            on[mention.publication].add(mention.entity)
    weights: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for entities in on.values():
        for pair in combinations(sorted(entities), 2):
            weights[pair].append(1.0 / (len(entities) - 1))
    return tuple(
        CoMention(one=one, other=other, papers=len(found), weight=round(math.fsum(found), 4))
        for (one, other), found in sorted(weights.items())
    )


def literature(content: Content) -> Literature:
    """Mentions on all papers of a graph, and co-mentions on those that stand."""
    finder = MentionFinder(content.entities)
    found = finder.find_all(content.publications)
    live = frozenset(p.id for p in content.publications if p.status.live)
    return Literature(found, co_mentions(found, live=live))
