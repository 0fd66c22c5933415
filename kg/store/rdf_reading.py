"""From quads back to the content of a graph: the inverse of `kg.store.rdf`.

The tables beside the triples are read where they are there, since that is fast; this is for when they are
not, and the proof that both say the same.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.errors import StoreError
from kg.model import (
    Author,
    Directness,
    Entity,
    Evidence,
    Grade,
    MeshHeading,
    Method,
    Polarity,
    Publication,
    PublicationLink,
    Relation,
    Site,
    SiteKind,
    Statement,
    Status,
)
from kg.store.content import Content
from kg.store.rdf import DETAIL_LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph as ox

_LABEL, _ALT_LABEL = "rdfs:label", "skos:altLabel"
_OFFICIAL = "http://www.geneontology.org/formats/oboInOwl#hasExactSynonym"


class _Node:
    """All that is said of one subject: values by predicate CURIE, IRIs as CURIEs."""

    def __init__(self, curie: str) -> None:
        self.curie = curie
        self.values: defaultdict[str, list[str]] = defaultdict(list)

    def all(self, predicate: str) -> tuple[str, ...]:
        return tuple(sorted(self.values.get(predicate, ())))

    def one(self, predicate: str) -> str:
        return min(self.values.get(predicate, ("",)))

    def local(self, predicate: str) -> str:
        """What follows the prefix, of a value that is a CURIE."""
        return self.one(predicate).partition(":")[2]


def _nodes(quads: Iterable[ox.Quad]) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    names: dict[str, str] = {}

    def name(iri: str) -> str:
        if iri not in names:
            names[iri] = vocabulary.compress(iri)
        return names[iri]

    for quad in quads:
        subject, object_ = name(getattr(quad.subject, "value", "")), quad.object
        node = nodes.get(subject)
        if node is None:
            node = nodes[subject] = _Node(subject)
        is_iri = type(object_).__name__ == "NamedNode"
        value = str(getattr(object_, "value", ""))
        node.values[name(quad.predicate.value)].append(name(value) if is_iri else value)
    return nodes


def _site(n: _Node) -> Site:
    return Site(
        id=n.one("dcterms:identifier"),
        label=n.one(_LABEL),
        kind=SiteKind(n.one("exil8:site_kind")),
        entity=n.one("exil8:site_entity"),
        parent=n.local("exil8:site_parent"),
    )


def _entity(n: _Node, type_: str) -> Entity:
    official = {*n.all(vocabulary.compress(_OFFICIAL))}
    return Entity(
        id=n.curie,
        label=n.one(_LABEL),
        type=type_,
        parents=n.all("exil8:parent"),
        origin=n.local("exil8:origin"),
        synonyms=tuple(s for s in n.all(_ALT_LABEL) if s not in official),
        taxon=n.one("exil8:of_species"),
        orthologue=n.one("exil8:orthologous_to"),
    )


def _publication(n: _Node) -> Publication:
    detail = json.loads(n.one("exil8:bibliographic_detail") or "{}")
    year = n.one("dcterms:issued")
    return Publication(
        id=n.curie,
        pmid=n.one("bibo:pmid"),
        doi=n.one("bibo:doi"),
        pmcid=n.one("exil8:pmcid"),
        title=n.one("dcterms:title"),
        year=int(year) if year else None,
        published=n.one("exil8:published"),
        journal=n.one("exil8:journal"),
        first_author=n.one("exil8:first_author"),
        authors=tuple(Author(**_named(Author, v)) for v in detail.get("authors", ())),
        types=n.all("exil8:publication_type"),
        mesh=tuple(MeshHeading(ui=v[0], name=v[1], major=v[2]) for v in detail.get("mesh", ())),
        keywords=n.all("exil8:keyword"),
        links=tuple(PublicationLink(**_named(PublicationLink, v)) for v in detail.get("links", ())),
        status=Status(n.one("exil8:status")),
        source=n.one("dcterms:source").partition("source/")[2],
        revised=n.one("dcterms:modified"),
        **{name: tuple(detail.get(name, ())) for name in DETAIL_LISTS},
    )


def _named(kind: type[Author | PublicationLink], values: list[str]) -> dict[str, str]:
    return dict(zip(kind.__dataclass_fields__, values, strict=True))


def _relation(n: _Node) -> Relation:
    return Relation(
        subject=n.one("rdf:subject"),
        subject_site=n.local("exil8:subject_site"),
        subject_compartment=n.local("exil8:subject_compartment"),
        predicate=n.local("rdf:predicate"),
        object=n.one("rdf:object"),
        object_site=n.local("exil8:object_site"),
        object_compartment=n.local("exil8:object_compartment"),
        polarity=Polarity(n.one("exil8:polarity")),
    )


def _evidence(n: _Node) -> Evidence:
    return Evidence(
        publication=n.one("exil8:publication"),
        source=n.one("exil8:source").partition("source/")[2],
        record=n.one("exil8:record"),
        model_system=n.one("exil8:model_system"),
        assay=n.one("exil8:assay"),
        grade=Grade(n.one("exil8:grade")),
        directness=Directness(n.one("exil8:directness")),
        scope=n.one("exil8:scope"),
        taxa=n.all("exil8:taxon"),
        support=n.one("exil8:support"),
        note=n.one("exil8:note"),
        negated=n.one("exil8:negated") == "true",
        licence=n.one("dcterms:license"),
        method=Method(n.one("exil8:method")),
    )


def _statements(nodes: dict[str, _Node]) -> Iterator[Statement]:
    for curie, n in nodes.items():
        if curie.startswith("exil8r:"):
            relation = _relation(n)
            for evidence in n.all("exil8:evidence"):
                yield Statement(relation=relation, evidence=_evidence(nodes[evidence]))


def _entities(nodes: dict[str, _Node]) -> Iterator[Entity]:
    types = {t.curie: t.name for t in vocabulary.types().values()}
    for n in nodes.values():
        for type_ in n.values.get("rdf:type", ()):
            if type_ in types:
                yield _entity(n, types[type_])


def _of_class(nodes: dict[str, _Node], class_: str) -> list[_Node]:
    return [n for n in nodes.values() if class_ in n.values.get("rdf:type", ())]


def read(quads: Iterable[ox.Quad]) -> Content:
    """Make the content of a graph again from its quads; beliefs, weights and sources are not in it.

    Parameters
    ----------
    quads
        Of one graph, in any order.

    Raises
    ------
    StoreError
        The quads are not those of a graph that this program wrote.
    """
    nodes = _nodes(quads)
    try:
        sites = sorted(_of_class(nodes, "exil8:Site"), key=lambda n: int(n.one("exil8:site_rank")))
        return Content(
            sites=tuple(_site(n) for n in sites),
            entities=tuple(sorted(_entities(nodes), key=lambda e: e.id)),
            publications=tuple(
                sorted((_publication(n) for n in _of_class(nodes, "fabio:JournalArticle")), key=lambda p: p.id)
            ),
            statements=tuple(sorted(_statements(nodes), key=lambda s: s.id)),
        )
    except (KeyError, ValueError, IndexError) as error:
        raise StoreError(
            f"the triples are not those of a graph written by this version ({error}); rebuild it with `kg build`"
        ) from error
