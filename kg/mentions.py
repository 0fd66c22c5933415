"""Which entities a publication mentions, and which are mentioned together.

Found by MeSH heading (``ontologies/mesh_entities.tsv``; entities that are MeSH terms stand for themselves) and by
name in title, keywords and, while a record is read, abstract. It is evidence of talk, kept apart from relations:
no belief, no path and no direct triple is made from it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from kg import resources
from kg.errors import SourceError
from kg.model import CoMention, Found, Mention
from kg.names_in_text import NamesInText
from kg.store.literature import Literature
from kg.vocabulary import check_curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from kg.model import Entity, Publication
    from kg.store.content import Content


def read_mesh(path: Path) -> dict[str, frozenset[str]]:
    """Read a table of MeSH identifiers: mesh, entity, reason; none for a term that must never stand for one.

    Raises
    ------
    SourceError
        Naming file and line, when a line is not one of the table.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for number, line in enumerate(path.read_text("utf-8").splitlines()[1:], start=2):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3 or not cells[2]:
            raise SourceError(path, number, "not a line of mesh, entity, reason", "separate three cells by tabs")
        check_curie(f"MESH:{cells[0]}", file=path, line=number)
        found[cells[0]] |= {check_curie(cells[1], file=path, line=number)} if cells[1] else set()
    return {ui: frozenset(curies) for ui, curies in found.items()}


@cache
def shipped_mesh() -> Mapping[str, frozenset[str]]:
    """The table that comes with the package.

    >>> sorted(shipped_mesh()["D023063"]), sorted(shipped_mesh()["D063326"])
    (['HGNC:6027'], [])
    """
    return read_mesh(resources.ontologies() / "mesh_entities.tsv")


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
        self._mesh = shipped_mesh()

    def in_text(self, text: str) -> tuple[str, ...]:
        """CURIEs of the entities a text speaks of, sorted."""
        return tuple(sorted(self._names.entities(text)))

    def find(self, publication: Publication) -> tuple[Mention, ...]:
        """Mentions on one publication, sorted by entity."""
        p, keywords = publication, "\n".join(publication.keywords)
        headings = [heading.ui for heading in p.mesh if heading.ui] + list(p.substances)
        meant = {Found.MESH: frozenset(curie for ui in headings for curie in self._of_mesh(ui))}
        meant[Found.TITLE] = self._names.entities(p.title)
        meant[Found.KEYWORD] = self._names.entities(keywords)
        meant[Found.ABSTRACT] = self._ids.intersection(p.abstract_entities)
        if any(meant.values()):
            silent = self._names.blocked(f"{p.title}\n{keywords}")
            silent |= {self._names.heading_cues[ui] for ui in headings if ui in self._names.heading_cues}
            meant = {how: curies if how is Found.MESH else curies - silent for how, curies in meant.items()}
        return tuple(
            Mention(publication=p.id, entity=curie, how=tuple(how for how in Found if curie in meant[how]))
            for curie in sorted(frozenset().union(*meant.values()))
        )

    def _of_mesh(self, ui: str) -> frozenset[str]:
        listed = self._mesh.get(ui)
        found = frozenset([f"MESH:{ui}"]) if listed is None else listed
        return found & self._ids

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
