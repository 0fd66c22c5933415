"""The layer of literature: what stands in its graph, and that nothing else changes by it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import kg
from kg import mentions, pipeline, vocabulary
from kg.analysis import network
from kg.model import Found, Status
from kg.store import rdf_reading
from kg.store.literature import Literature, literature_quads
from kg.store.rdf import content_quads

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import Quad

    from kg.graph import KnowledgeGraph

ANCHOR, CXCL8, EXOSOME = "PMID:24657661", "HGNC:6025", "GO:0070062"
SECRET = "marigold quince"  # words of an abstract that must be nowhere

RECORDS = """<?xml version="1.0"?>
<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">90000001</PMID><Article><Journal/>
<ArticleTitle>Vesicles and a cytokine</ArticleTitle>
<Abstract><AbstractText>{secret}: IL-8 acts on CXCR2 and not on EXOSC3 of the exosome.</AbstractText></Abstract>
</Article><ChemicalList><Chemical><RegistryNumber>0</RegistryNumber>
<NameOfSubstance UI="C508606">CXCL8 protein, human</NameOfSubstance></Chemical></ChemicalList>
<MeshHeadingList><MeshHeading><DescriptorName UI="D055354" MajorTopicYN="N">Exosomes</DescriptorName></MeshHeading>
</MeshHeadingList></MedlineCitation><PubmedData><ReferenceList><Reference><Citation>a</Citation><ArticleIdList>
<ArticleId IdType="pubmed">24657661</ArticleId></ArticleIdList></Reference><Reference><Citation>b</Citation>
<ArticleIdList><ArticleId IdType="pubmed">90000009</ArticleId><ArticleId IdType="doi">10.1/x</ArticleId>
</ArticleIdList></Reference><Reference><Citation>c</Citation><ArticleIdList><ArticleId IdType="pubmed">90000001
</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>
</PubmedArticleSet>
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = tmp_path_factory.mktemp("grown")
    file = folder / "records.xml"
    file.write_text(RECORDS.format(secret=SECRET), encoding="utf-8")
    kg.build(folder / "axis.kg").close()
    pipeline.ingest(folder / "axis.kg", "pubmed", [file]).close()
    return kg.open(folder / "axis.kg")


def rows(graph: KnowledgeGraph, query: str) -> list[list[object]]:
    return graph.answer(query).rows()[1]


def line(quad: Quad) -> tuple[str, str, object]:
    """A quad with its number as one: an engine may write it in another way."""
    value = getattr(quad.object, "value", "")
    number = "co_mention_weight" in quad.predicate.value
    return str(quad.subject), quad.predicate.value, float(value) if number else value


def test_mentions_are_nodes_and_direct_triples(shipped: KnowledgeGraph) -> None:
    query = "SELECT ?e ?h { ?m a exil8:Mention ; exil8:mentioned_in %s ; exil8:mentioned ?e ; exil8:how ?h }"
    assert [EXOSOME, "title"] in rows(shipped, query % ANCHOR) or [CXCL8, "title"] in rows(shipped, query % ANCHOR)
    unmatched = "SELECT ?m { ?m exil8:mentioned_in ?p ; exil8:mentioned ?e FILTER NOT EXISTS { ?p exil8:mentions ?e } }"
    assert rows(shipped, unmatched) == []
    counts = "SELECT (COUNT(*) AS ?n) { GRAPH exil8g:literature { ?p exil8:mentions ?e } }"
    assert rows(shipped, counts) == rows(shipped, "SELECT (COUNT(*) AS ?n) { ?m a exil8:Mention }")


def test_the_graph_holds_what_is_found(shipped: KnowledgeGraph) -> None:
    found = mentions.literature(shipped.content)
    stored = [q for q in shipped.store.quads() if getattr(q.graph_name, "value", "").endswith("/graph/literature")]
    assert {line(q) for q in literature_quads(found)} == {line(q) for q in stored}
    assert len(found.mentions) > 500
    assert len(found.co_mentions) > 300


def test_no_blank_node_and_every_word_is_declared(shipped: KnowledgeGraph) -> None:
    declared = {
        row[0] for row in rows(shipped, "SELECT ?t { GRAPH exil8g:ontology { ?t skos:definition ?d ; rdfs:label ?l } }")
    }
    for quad in literature_quads(mentions.literature(shipped.content)):
        assert type(quad.subject).__name__ == "NamedNode"
        for iri in (quad.predicate.value, getattr(quad.object, "value", "")):
            word = vocabulary.compress(iri)
            if word.startswith("exil8:") and quad.predicate.value.endswith(("type", word.partition(":")[2])):
                assert word in declared


def test_marked_as_literature_evidence(shipped: KnowledgeGraph) -> None:
    kinds = rows(shipped, "SELECT DISTINCT ?c { ?n a ?c . ?c rdfs:subClassOf exil8:LiteratureEvidence } ORDER BY ?c")
    assert kinds == [["exil8:CoMention"], ["exil8:Mention"]]


def test_networks_paths_and_relations_know_nothing_of_it(shipped: KnowledgeGraph, tmp_path: Path) -> None:
    """The same content stored without the layer gives the same network, beliefs and paths."""
    from kg.store import local

    bare_root = tmp_path / "bare.kg"
    local.create(bare_root, shipped.content, shipped.manifest, literature=Literature())
    bare = kg.open(bare_root)
    assert bare.content == shipped.content
    assert rows(bare, "ASK { ?m a exil8:Mention }") == [[False]]
    one, other = shipped.states(), bare.states()
    assert (one.steps, one.states_of) == (other.steps, other.states_of)
    question = ("CML exosome", "cell survival@cml_cell")
    assert [p.to_dict() for p in shipped.paths(*question, k=5)] == [p.to_dict() for p in bare.paths(*question, k=5)]
    assert all(not r.startswith("exil8m:") for step in one.steps for r in step.relations)
    assert isinstance(one, network.Network)
    bare.close()


def test_no_word_of_literature_is_one_of_relations_and_every_step_rests_on_relations(grown: KnowledgeGraph) -> None:
    relations = {vocabulary.expand(predicate.curie) for predicate in vocabulary.predicates().values()}
    layer = [q for q in grown.store.quads() if getattr(q.graph_name, "value", "").endswith("/graph/literature")]
    assert layer
    assert not relations & {q.predicate.value for q in layer}
    assert vocabulary.expand("cito:cites") not in relations
    for path in grown.paths("CML exosome", "cell survival@cml_cell", k=20, sign="any"):
        for step in path.steps:
            assert step.kind == "definition" or set(step.relations) <= set(grown.content.relations)


def test_triples_give_the_content_back(grown: KnowledgeGraph) -> None:
    read = rdf_reading.read(grown.store.quads())
    assert read.publications == grown.content.publications
    paper = next(p for p in read.publications if p.id == "PMID:90000001")
    assert paper.references == ("PMID:24657661", "PMID:90000001", "PMID:90000009")
    assert paper.substances == ("C508606",)
    assert paper.abstract_entities == (CXCL8, "HGNC:6027")


def test_the_graph_keeps_the_entities_of_an_abstract_and_not_its_text(grown: KnowledgeGraph) -> None:
    query = "SELECT ?e ?h { ?m exil8:mentioned_in PMID:90000001 ; exil8:mentioned ?e ; exil8:how ?h } ORDER BY ?e ?h"
    assert rows(grown, query) == [[EXOSOME, "mesh"], [CXCL8, "abstract"], [CXCL8, "mesh"], ["HGNC:6027", "abstract"]]
    for file in grown.store.place.folder.rglob("*"):
        if file.is_file():
            assert not any(word.encode() in file.read_bytes() for word in SECRET.split()), file


def test_papers_of_the_graph_cite_each_other(grown: KnowledgeGraph) -> None:
    assert rows(grown, "SELECT ?a ?b { ?a cito:cites ?b }") == [["PMID:90000001", ANCHOR]]
    columns, (row,) = grown.answer("citations").rows()
    found = dict(zip(columns, row, strict=True))
    assert (found["citing"], found["citing_title"]) == ("PMID:90000001", "Vesicles and a cytokine")
    assert (found["cited"], found["cited_year"]) == (ANCHOR, 2014)
    assert found["cited_title"]


def test_abstract_entities_survive_a_later_ingest(grown: KnowledgeGraph, tmp_path: Path) -> None:
    import shutil

    root = shutil.copytree(grown.store.place.root, tmp_path / "copy.kg")
    file = tmp_path / "records.xml"
    bare = RECORDS.replace("{secret}: IL-8 acts on CXCR2 and not on EXOSC3 of the exosome.", "").format()
    file.write_text(bare, encoding="utf-8")
    pipeline.ingest(root, "pubmed", [file]).close()
    later = kg.open(root)
    assert next(p for p in later.content.publications if p.id == "PMID:90000001").abstract_entities == (
        CXCL8,
        "HGNC:6027",
    )
    later.close()


def test_a_retracted_paper_mentions_but_does_not_pair(shipped: KnowledgeGraph) -> None:
    content = shipped.content
    before = mentions.literature(content)
    fallen = tuple(replace(p, status=Status.RETRACTED) if p.id == ANCHOR else p for p in content.publications)
    after = mentions.literature(replace(content, publications=fallen))
    assert after.mentions == before.mentions
    assert sum(c.papers for c in after.co_mentions) < sum(c.papers for c in before.co_mentions)


def test_order_of_papers_leaves_no_trace(shipped: KnowledgeGraph) -> None:
    content = shipped.content
    turned = replace(content, publications=content.publications[::-1], entities=content.entities[::-1])
    one, other = mentions.literature(content), mentions.literature(turned)
    assert one.co_mentions == other.co_mentions
    assert set(one.mentions) == set(other.mentions)
    assert {m.how for m in one.mentions} <= {
        tuple(h for h in Found if h in chosen)
        for chosen in ({Found.TITLE}, {Found.KEYWORD}, {Found.TITLE, Found.KEYWORD}, {Found.MESH}, set(Found))
    }


def test_citations_stand_in_the_bibliography(shipped: KnowledgeGraph) -> None:
    content = shipped.content
    two = [p for p in content.publications if p.pmid][:2]
    citing = replace(two[0], references=(f"PMID:{two[1].pmid}", f"PMID:{two[0].pmid}", "PMID:999999999"))
    papers = tuple(citing if p.id == citing.id else p for p in content.publications)
    cites = [q for q in content_quads(replace(content, publications=papers)) if q.predicate.value.endswith("/cites")]
    assert [(q.subject.value, getattr(q.object, "value", "")) for q in cites] == [  # type: ignore[union-attr]
        (vocabulary.expand(two[0].id), vocabulary.expand(two[1].id))
    ]
    assert cites[0].graph_name.value.endswith("/graph/bibliography")  # type: ignore[union-attr]
