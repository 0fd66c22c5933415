"""From the content of a graph to quads: content-made IRIs, no blank nodes, one place for the layout.

Graphs: ``exil8g:direct`` (direct triples), ``exil8g:source/NAME`` (relation and evidence nodes),
``exil8g:ontology`` (terms, entities, sites), ``exil8g:bibliography``, ``exil8g:provenance``,
``exil8g:literature`` (mentions, see `kg.store.literature`), and ``exil8g:contradictions``
(see `kg.store.contradictions`).
A triple never stands in two graphs, since engines disagree on whether a union counts it twice.
"""

from __future__ import annotations

import json
from dataclasses import astuple
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg import resources, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.model import Entity, Publication, Relation, Site, Statement
    from kg.store.content import Content

_XSD = "http://www.w3.org/2001/XMLSchema#"
_JSON = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON")
_ALT_LABEL = NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
_OFFICIAL = NamedNode("http://www.geneontology.org/formats/oboInOwl#hasExactSynonym")
_DECIMAL, _YEAR, _DATE, _BOOLEAN, _INTEGER = (
    NamedNode(_XSD + n) for n in ("decimal", "gYear", "date", "boolean", "integer")
)

DETAIL_LISTS = ("references", "substances", "abstract_entities", "annotated_entities")
"""Fields of a publication that stand in its bibliographic detail alone, since few papers of a graph need them."""


@lru_cache(maxsize=100_000)
def node(curie: str) -> NamedNode:
    """IRI of a CURIE as a node of the store.

    >>> node("HGNC:6025").value
    'https://identifiers.org/hgnc/6025'
    """
    return NamedNode(vocabulary.expand(curie))


@lru_cache(maxsize=100_000)
def _literal(text: str) -> Literal:
    """A plain text; few of them (licences, grades, methods, notes) stand in most evidence."""
    return Literal(text)


@cache
def _predicate_node(name: str) -> NamedNode:
    return NamedNode(vocabulary.predicate_iri(name))


@lru_cache(maxsize=1000)
def graph(name: str) -> NamedNode:
    """IRI of a named graph, for example ``direct`` or ``source/curated``."""
    return node("exil8g:" + name)


@lru_cache(maxsize=1000)
def site_node(site: str) -> NamedNode:
    """IRI of a site."""
    return node("exil8s:" + site)


@lru_cache(maxsize=10_000)
def _decimal(value: float) -> Literal:
    return Literal(f"{value:.4f}", datatype=_DECIMAL)


class _Writer:
    """Quads about one subject in one graph; empty texts are left out."""

    __slots__ = ("graph", "quads", "subject")

    def __init__(self, subject: NamedNode, graph_: NamedNode) -> None:
        self.subject, self.graph, self.quads = subject, graph_, list[Quad]()

    def add(self, predicate: str, value: NamedNode | Literal) -> _Writer:
        self.quads.append(Quad(self.subject, node(predicate), value, self.graph))
        return self

    def text(self, predicate: str, *values: str) -> _Writer:
        for value in values:
            if value:
                self.quads.append(Quad(self.subject, node(predicate), _literal(value), self.graph))
        return self

    def link(self, predicate: str, *curies: str) -> _Writer:
        for curie in curies:
            if curie:
                self.quads.append(Quad(self.subject, node(predicate), node(curie), self.graph))
        return self


def _site(site: Site, rank: int) -> list[Quad]:
    w = _Writer(site_node(site.id), graph("ontology")).link("rdf:type", "exil8:Site")
    w.text("rdfs:label", site.label).text("dcterms:identifier", site.id).text("exil8:site_kind", site.kind.value)
    w.link("exil8:site_entity", site.entity).add("exil8:site_rank", Literal(str(rank), datatype=_INTEGER))
    if site.parent:
        w.add("exil8:site_parent", site_node(site.parent))
    return w.quads


def _entity(entity: Entity) -> list[Quad]:
    w = _Writer(node(entity.id), graph("ontology")).link("rdf:type", vocabulary.types()[entity.type].curie)
    w.text("rdfs:label", entity.label).text("skos:altLabel", *entity.synonyms).link("exil8:parent", *entity.parents)
    w.link("exil8:of_species", entity.taxon).link("exil8:orthologous_to", entity.orthologue)
    if entity.origin:
        w.add("exil8:origin", site_node(entity.origin))
    return w.quads


def _publication(publication: Publication) -> list[Quad]:
    p = publication
    w = _Writer(node(p.id), graph("bibliography")).link("rdf:type", "fabio:JournalArticle")
    w.text("dcterms:title", p.title).text("bibo:pmid", p.pmid).text("bibo:doi", p.doi).text("exil8:pmcid", p.pmcid)
    w.text("exil8:journal", p.journal).text("exil8:first_author", p.first_author).text("exil8:status", p.status.value)
    w.text("exil8:publication_type", *p.types).text("exil8:keyword", *p.keywords).text("exil8:published", p.published)
    if p.year is not None:
        w.add("dcterms:issued", Literal(f"{p.year:04d}", datatype=_YEAR))
    if p.revised:
        w.add("dcterms:modified", Literal(p.revised, datatype=_DATE))
    for heading in p.mesh:
        w.link("exil8:mesh", "MESH:" + heading.ui)
    for author in p.authors:
        w.text("exil8:author", author.collective or f"{author.last} {author.initials}".strip())
        w.link("exil8:author_orcid", "ORCID:" + author.orcid if author.orcid else "")
    for link in p.links:
        if link.target:
            w.link("exil8:link_" + link.type, link.target)
    if p.source:
        w.add("dcterms:source", graph("source/" + p.source))
    if p.authors or p.mesh or p.links or any(getattr(p, name) for name in DETAIL_LISTS):
        w.add("exil8:bibliographic_detail", Literal(_detail(p), datatype=_JSON))
    return w.quads


def _detail(p: Publication) -> str:
    """What no plain triple holds: the order of authors, parts of their names, major headings, cited forms."""
    parts = {
        "authors": [astuple(author) for author in p.authors],
        "mesh": [astuple(heading) for heading in p.mesh],
        "links": [astuple(link) for link in p.links],
        **{name: list(found) for name in DETAIL_LISTS if (found := getattr(p, name))},
    }
    return json.dumps(parts, ensure_ascii=False)


def _relation(relation: Relation, belief: float, home: NamedNode) -> list[Quad]:
    r = relation
    w = _Writer(node(r.id), home).link("rdf:type", "biolink:Association")
    w.link("rdf:subject", r.subject).link("rdf:object", r.object)
    w.add("rdf:predicate", _predicate_node(r.predicate))
    w.add("exil8:subject_site", site_node(r.subject_site)).add("exil8:object_site", site_node(r.object_site))
    for end, compartment in (("subject", r.subject_compartment), ("object", r.object_compartment)):
        w.link(f"exil8:{end}_compartment", f"exil8:{compartment}" if compartment else "")
    return w.text("exil8:polarity", r.polarity.value).add("exil8:belief", _decimal(belief)).quads


def _evidence(statement: Statement, weight: float) -> list[Quad]:
    e, home = statement.evidence, graph("source/" + statement.evidence.source)
    w = _Writer(node(statement.id), home).link("rdf:type", "exil8:Evidence").link("exil8:publication", e.publication)
    w.add("exil8:source", home).text("exil8:record", e.record).text("exil8:model_system", e.model_system)
    w.text("exil8:assay", e.assay).text("exil8:grade", e.grade.value).text("exil8:directness", e.directness.value)
    w.text("exil8:method", e.method.value).text("exil8:scope", e.scope).text("exil8:support", e.support).text(
        "exil8:note", e.note
    )
    w.link("exil8:taxon", *e.taxa).text("dcterms:license", e.licence).add("exil8:weight", _decimal(weight))
    if e.negated:
        w.add("exil8:negated", Literal("true", datatype=_BOOLEAN))
    w.quads.append(Quad(node(statement.relation.id), node("exil8:evidence"), w.subject, home))
    return w.quads


def _source_homes(content: Content) -> Mapping[str, str]:
    """The graph a relation's own triples stand in: that of the first source by name that states it."""
    homes: dict[str, str] = {}
    for s in content.statements:
        homes[s.relation.id] = min(homes.get(s.relation.id, s.evidence.source), s.evidence.source)
    return homes


def _direct(content: Content) -> Iterator[Quad]:
    triples = {(r.subject, r.predicate, r.object) for key, r in content.relations.items() if key in content.live}
    home = graph("direct")
    for subject, predicate, object_ in sorted(triples):
        yield Quad(node(subject), _predicate_node(predicate), node(object_), home)


def content_quads(content: Content) -> Iterator[Quad]:
    """Quads of sites, entities, publications, relations, evidence and direct triples."""
    for rank, site in enumerate(content.sites):
        yield from _site(site, rank)
    for entity in content.entities:
        yield from _entity(entity)
    for publication in content.publications:
        yield from _publication(publication)
    homes = _source_homes(content)
    for key, relation in content.relations.items():
        yield from _relation(relation, content.beliefs[key].value, graph("source/" + homes[key]))
    for statement in content.statements:
        yield from _evidence(statement, content.weights[statement.id])
    yield from _direct(content)
    yield from _citations(content)


def _citations(content: Content) -> Iterator[Quad]:
    """Which paper of the graph cites which other one of it."""
    by_pmid = {f"PMID:{p.pmid}": p.id for p in content.publications if p.pmid}
    for p in content.publications:
        for cited in dict.fromkeys(by_pmid.get(reference, "") for reference in p.references):
            if cited and cited != p.id:
                yield Quad(node(p.id), node("cito:cites"), node(cited), graph("bibliography"))


def ontology_quads(known: Sequence[Entity]) -> Iterator[Quad]:
    """Quads of the ontology and the slices.

    Parameters
    ----------
    known
        Entities the content describes itself. Their labels in a slice are left out, so that an entity has
        one label, the one people use; synonyms of a slice that are not the entity's own are marked as
        official (``oboInOwl:hasExactSynonym``), so that each can be told from the other.
    """
    own = {node(e.id): {*e.synonyms} for e in known}
    label, home = node("rdfs:label"), graph("ontology")
    folder = resources.ontologies()
    for file in (folder / "exil8.ttl", *sorted((folder / "slices").glob("*.ttl"))):
        for q in parse(path=str(file), format=RdfFormat.TURTLE):
            known_synonyms = own.get(q.subject) if isinstance(q.subject, NamedNode) else None
            if known_synonyms is not None and q.predicate == label:
                continue
            if known_synonyms is not None and q.predicate == _ALT_LABEL and _text_of(q.object) not in known_synonyms:
                yield Quad(q.subject, _OFFICIAL, q.object, home)
            yield Quad(q.subject, q.predicate, q.object, home)


def _text_of(term: object) -> str:
    return term.value if isinstance(term, Literal) else ""


def _source(target: NamedNode, manifest: Mapping[str, Any], name: str, home: NamedNode) -> list[Quad]:
    """What the graph of a source is: title, licence, and how to cite it."""
    info = manifest["sources"].get(name, {})
    w = _Writer(target, home)
    for predicate, key in (("title", "title"), ("license", "licence"), ("bibliographicCitation", "citation")):
        w.text(f"dcterms:{predicate}", info.get(key, ""))
    return w.quads


def provenance_quads(manifest: Mapping[str, Any]) -> Iterator[Quad]:
    """PROV-O of the build: the activity, each input with licence, digest and counts, and the graphs made from it.

    No time of day is in it, so that two builds of the same input are the same bytes; the manifest beside
    the store has the time.
    """
    home = graph("provenance")
    build = _Writer(node(f"exil8:build-{manifest['revision']}"), home).link("rdf:type", "prov:Activity")
    build.text("exil8:version", str(manifest["version"])).text("rdfs:label", f"build of {manifest['profile']}")
    inputs = manifest["inputs"]
    for item in inputs if isinstance(inputs, list) else []:
        w = _Writer(node(f"exil8:input-{item['sha256'][:20]}"), home).link("rdf:type", "prov:Entity")
        w.text("rdfs:label", item["name"]).text("exil8:sha256", item["sha256"]).text("dcterms:license", item["licence"])
        for count in ("rows_read", "rows_kept", "rows_refused"):
            w.add("exil8:" + count, Literal(str(item[count]), datatype=_INTEGER))
        build.quads += w.quads
        build.link("prov:used", f"exil8:input-{item['sha256'][:20]}")
        target = graph("source/" + item["source"])
        build.quads += _source(target, manifest, str(item["source"]), home)
        build.quads.append(Quad(target, node("prov:wasDerivedFrom"), w.subject, home))
        build.quads.append(Quad(target, node("prov:wasGeneratedBy"), build.subject, home))
    yield from dict.fromkeys(build.quads)
