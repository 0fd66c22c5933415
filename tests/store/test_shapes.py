"""The shapes: a tiny valid graph, every rule broken once, and the real graph."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
from rdflib import RDF, SH, Graph, URIRef

import kg
from kg import resources
from kg.errors import InvalidGraphError
from kg.store import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIXES = """
PREFIX exil8: <https://w3id.org/exil8/>
PREFIX : <https://example.org/WORLD/>
PREFIX site: <https://example.org/WORLD/site/>
PREFIX r: <https://example.org/WORLD/relation/>
PREFIX e: <https://example.org/WORLD/evidence/>
PREFIX hgnc: <https://example.org/WORLD/hgnc/>
PREFIX pubmed: <https://example.org/WORLD/pubmed/>
PREFIX biolink: <https://w3id.org/biolink/vocab/>
PREFIX bibo: <http://purl.org/ontology/bibo/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX fabio: <http://purl.org/spar/fabio/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""

# A CML cell releases an exosome, which carries a microRNA; CXCL8 of stroma, released, binds CXCR2 and makes
# the CML cell survive.
VALID = (
    PREFIXES
    + """
site:cml a exil8:Site ; rdfs:label "CML cell" ; exil8:site_kind "cell" .
site:stroma a exil8:Site ; rdfs:label "stroma" ; exil8:site_kind "cell" .
site:medium a exil8:Site ; rdfs:label "medium" ; exil8:site_kind "medium" .
site:vesicle a exil8:Site ; rdfs:label "vesicle" ; exil8:site_kind "carrier" .
hgnc:6025 a exil8:GeneProduct ; rdfs:label "CXCL8" .
hgnc:6027 a exil8:GeneProduct ; rdfs:label "CXCR2" .
hgnc:31508 a exil8:MicroRna ; rdfs:label "miR-126" .
:stromal_cell a exil8:Cell ; rdfs:label "stromal cell" .
:exosome a exil8:Vesicle ; rdfs:label "exosome" ; exil8:origin site:cml .
:survival a exil8:Phenotype ; rdfs:label "survival" .
r:1 a biolink:Association ; rdf:subject :stromal_cell ; rdf:predicate exil8:releases ; rdf:object hgnc:6025 ;
    exil8:subject_site site:stroma ; exil8:object_site site:medium ; exil8:polarity "+" ; exil8:belief 0.9 ;
    exil8:evidence e:1 .
r:2 a biolink:Association ; rdf:subject hgnc:6025 ; rdf:predicate exil8:binds ; rdf:object hgnc:6027 ;
    exil8:subject_site site:medium ; exil8:object_site site:cml ; exil8:polarity "+" ; exil8:belief 0.9 ;
    exil8:object_compartment exil8:plasma_membrane ; exil8:evidence e:2 .
r:3 a biolink:Association ; rdf:subject hgnc:6025 ; rdf:predicate exil8:promotes ; rdf:object :survival ;
    exil8:subject_site site:stroma ; exil8:object_site site:cml ; exil8:polarity "+" ; exil8:belief 0.9 ;
    exil8:evidence e:3 .
r:4 a biolink:Association ; rdf:subject :exosome ; rdf:predicate exil8:carries ; rdf:object hgnc:31508 ;
    exil8:subject_site site:medium ; exil8:object_site site:vesicle ; exil8:polarity "0" ; exil8:belief 0.0 ;
    exil8:evidence e:4 .
e:1 a exil8:Evidence ; exil8:publication pubmed:1 ; exil8:source :s ; exil8:grade "result" ;
    exil8:directness "direct" ; exil8:method "curated" ; exil8:record "row 1" ; dcterms:license "MIT" .
e:2 a exil8:Evidence ; exil8:publication pubmed:2 ; exil8:source :s ; exil8:grade "result" ;
    exil8:directness "direct" ; exil8:method "curated" ; dcterms:license "MIT" .
e:3 a exil8:Evidence ; exil8:record "row 3" ; exil8:source :s ; exil8:grade "background" ;
    exil8:directness "unknown" ; exil8:method "curated" ; dcterms:license "MIT" .
e:4 a exil8:Evidence ; exil8:publication pubmed:1 ; exil8:source :s ; exil8:grade "result" ;
    exil8:directness "direct" ; exil8:method "curated" ; dcterms:license "MIT" .
:dispute a exil8:Contradiction ; exil8:one_side r:3 ; exil8:other_side r:4 ; exil8:disagreement "other site" ;
    exil8:disagreement_reason "stroma against medium" .
pubmed:1 a fabio:JournalArticle ; dcterms:title "One" ; bibo:pmid "1" ; exil8:status "current" .
pubmed:2 a fabio:JournalArticle ; bibo:doi "10.1/x" ; exil8:status "under concern" .
:stromal_cell exil8:releases hgnc:6025 .
hgnc:6025 exil8:binds hgnc:6027 ; exil8:promotes :survival .
"""
)


def small_world(name: str = "w", *updates: str) -> Graph:
    """The valid graph under a name of its own, with updates."""
    graph = Graph().parse(data=VALID.replace("WORLD", name), format="turtle")
    for update in updates:
        graph.update((PREFIXES + update).replace("WORLD", name))
    return graph


def checked(*worlds: Graph, examples: int = 10_000) -> shapes.ShapeReport:
    union = Graph().parse(resources.ontologies() / "exil8.ttl")
    for world in worlds:
        union += world
    return shapes.validate(union, examples=examples)


# Each row: the rule that must be the one that is broken, and the update that breaks it.
BROKEN = [
    ("relation_subject", "DELETE DATA { r:3 rdf:subject hgnc:6025 }"),
    ("relation_subject", "INSERT DATA { r:3 rdf:subject hgnc:6027 }"),
    ("relation_predicate", "DELETE DATA { r:3 rdf:predicate exil8:promotes }"),
    ("relation_object", "DELETE DATA { r:3 rdf:object :survival }"),
    ("relation_known_predicate", "DELETE DATA { r:3 rdf:predicate exil8:promotes };"
                                 "INSERT DATA { r:3 rdf:predicate exil8:likes }"),
    ("relation_subject_site", "DELETE DATA { r:3 exil8:subject_site site:stroma }"),
    ("relation_subject_site", "INSERT DATA { r:3 exil8:subject_site site:cml }"),
    ("relation_object_site", "DELETE DATA { r:3 exil8:object_site site:cml };"
                             "INSERT DATA { r:3 exil8:object_site site:nowhere }"),
    ("relation_object_compartment", "INSERT DATA { r:3 exil8:object_compartment :nucleus }"),
    ("relation_subject_compartment", "INSERT DATA { r:3 exil8:subject_compartment :nucleus }"),
    ("relation_polarity", "DELETE DATA { r:3 exil8:polarity '+' }; INSERT DATA { r:3 exil8:polarity 'up' }"),
    ("relation_belief", "DELETE DATA { r:3 exil8:belief 0.9 }; INSERT DATA { r:3 exil8:belief 1.5 }"),
    ("relation_belief", "DELETE DATA { r:3 exil8:belief 0.9 }; INSERT DATA { r:3 exil8:belief 'high' }"),
    ("relation_evidence", "DELETE DATA { r:3 exil8:evidence e:3 }"),
    ("polarity_allowed", "DELETE DATA { r:3 exil8:polarity '+' }; INSERT DATA { r:3 exil8:polarity '-' }"),
    ("derived_not_stated", "DELETE DATA { r:3 rdf:predicate exil8:promotes };"
                           "INSERT DATA { r:3 rdf:predicate exil8:is_secreted }"),
    ("direct_backed", "INSERT DATA { hgnc:6027 exil8:promotes :survival }"),
    ("direct_backed", "DELETE DATA { r:3 exil8:polarity '+' }; INSERT DATA { r:3 exil8:polarity '0' }"),
    ("direct_backed", "INSERT DATA { e:3 exil8:negated true }"),
    ("direct_backed", "DELETE DATA { pubmed:2 exil8:status 'under concern' };"
                      "INSERT DATA { pubmed:2 exil8:status 'retracted' }"),
    ("direct_backed", "DELETE DATA { pubmed:2 exil8:status 'under concern' };"
                      "INSERT DATA { pubmed:2 exil8:status 'deleted' }"),
    ("dead_evidence_belief", "DELETE DATA { pubmed:2 exil8:status 'under concern' };"
                             "INSERT DATA { pubmed:2 exil8:status 'retracted' }"),
    ("bound_receptor_membrane", "DELETE DATA { r:2 exil8:object_compartment exil8:plasma_membrane }"),
    ("membrane_site_kind", "INSERT DATA { r:2 exil8:subject_compartment exil8:plasma_membrane }"),
    ("release_medium", "DELETE DATA { r:1 exil8:object_site site:medium };"
                       "INSERT DATA { r:1 exil8:object_site site:stroma }"),
    ("cargo_vesicle", "DELETE DATA { r:4 rdf:subject :exosome };"
                      "INSERT DATA { r:4 rdf:subject :stromal_cell }"),
    ("cargo_site", "DELETE DATA { r:4 exil8:object_site site:vesicle };"
                   "INSERT DATA { r:4 exil8:object_site site:medium }"),
    ("evidence_stated", "DELETE DATA { e:3 exil8:record 'row 3' }"),
    ("evidence_publication", "INSERT DATA { e:3 exil8:publication pubmed:99 }"),
    ("evidence_source", "DELETE DATA { e:3 exil8:source :s }"),
    ("evidence_grade", "DELETE DATA { e:3 exil8:grade 'background' }; INSERT DATA { e:3 exil8:grade 'sure' }"),
    ("evidence_directness", "DELETE DATA { e:3 exil8:directness 'unknown' }"),
    ("evidence_method", "DELETE DATA { e:3 exil8:method 'curated' }; INSERT DATA { e:3 exil8:method 'dreamt' }"),
    ("evidence_used", "INSERT DATA { r:2 exil8:evidence e:3 }"),
    ("contradiction_one", "DELETE DATA { :dispute exil8:one_side r:3 }"),
    ("contradiction_one", "DELETE DATA { :dispute exil8:one_side r:3 }; INSERT DATA { :dispute exil8:one_side e:3 }"),
    ("contradiction_other", "INSERT DATA { :dispute exil8:other_side r:2 }"),
    ("contradiction_class", "INSERT DATA { :dispute exil8:disagreement 'quarrel' }"),
    ("contradiction_reason", "DELETE DATA { :dispute exil8:disagreement_reason 'stroma against medium' }"),
    ("entity_label", "DELETE DATA { :survival rdfs:label 'survival' }"),
    ("entity_label", "INSERT DATA { :survival rdfs:label 'Cell Survival' }"),
    ("entity_type", "DELETE DATA { :survival a exil8:Phenotype }"),
    ("site_label", "DELETE DATA { site:stroma rdfs:label 'stroma' }"),
    ("site_kind", "DELETE DATA { site:vesicle exil8:site_kind 'carrier' };"
                  "INSERT DATA { site:vesicle exil8:site_kind 'bag' }"),
    ("publication_known", "DELETE DATA { pubmed:2 bibo:doi '10.1/x' }"),
    ("publication_status", "DELETE DATA { pubmed:2 exil8:status 'under concern' };"
                           "INSERT DATA { pubmed:2 exil8:status 'gone' }"),
    ("publication_pmid", "INSERT DATA { pubmed:2 bibo:pmid '0123' }"),
]  # fmt: skip

WARNED = [
    ("ligand_leaves_membrane", "DELETE DATA { r:1 rdf:object hgnc:6025 }; INSERT DATA { r:1 rdf:object hgnc:6027 };"
                               "DELETE DATA { :stromal_cell exil8:releases hgnc:6025 }"),
    ("ligand_leaves_membrane", "DELETE DATA { r:1 exil8:polarity '+' }; INSERT DATA { r:1 exil8:polarity '0' };"
                               "DELETE DATA { :stromal_cell exil8:releases hgnc:6025 }"),
    ("evidence_licence", "DELETE DATA { e:3 dcterms:license 'MIT' }"),
    ("receptor_membrane_missing", """INSERT DATA {
        r:5 a biolink:Association ; rdf:subject hgnc:6025 ; rdf:predicate exil8:activates ; rdf:object hgnc:6027 ;
            exil8:subject_site site:medium ; exil8:object_site site:stroma ; exil8:polarity "+" ; exil8:belief 0.9 ;
            exil8:evidence e:5 .
        e:5 a exil8:Evidence ; exil8:record "row 5" ; exil8:source :s ; exil8:grade "result" ;
            exil8:directness "unknown" ; exil8:method "curated" ; dcterms:license "MIT" . }"""),
]  # fmt: skip


ALLOWED = [
    # A ligand that sits in the plasma membrane need not be released.
    WARNED[0][1] + "; INSERT DATA { r:3 exil8:subject_compartment exil8:plasma_membrane }",
    # One live paper beside a retracted one is enough.
    """DELETE DATA { pubmed:2 exil8:status 'under concern' } ;
       INSERT DATA { pubmed:2 exil8:status 'retracted' . r:2 exil8:evidence e:6 .
           e:6 a exil8:Evidence ; exil8:record "row 6" ; exil8:source :s ; exil8:grade "result" ;
               exil8:directness "direct" ; exil8:method "curated" ; dcterms:license "MIT" . }""",
    # What others say of a predicate of ours is no direct triple.
    "INSERT DATA { exil8:promotes rdfs:comment 'a remark' }",
]

CASES = {f"w{i}": case for i, case in enumerate([*BROKEN, *WARNED, *(("", update) for update in ALLOWED)])}


@pytest.fixture(scope="module")
def outcome() -> dict[str, dict[str, str]]:
    """World -> broken rule -> severity: all cases in one graph, since one validation takes as long as fifty."""
    report = checked(*(small_world(name, update) for name, (_, update) in CASES.items()))
    broken: dict[str, dict[str, str]] = {name: {} for name in CASES}
    for finding in report.findings:
        for example in finding.examples:
            place = f"{example.focus} {example.value}".split("https://example.org/")[1]
            broken[place.split("/")[0]][finding.shape.removeprefix("exil8:shape_")] = finding.severity
    return broken


@pytest.mark.parametrize("name", list(CASES), ids=lambda name: f"{name}-{CASES[name][0] or 'allowed'}")
def test_each_case_breaks_its_rule(outcome: dict[str, dict[str, str]], name: str) -> None:
    rule, update = CASES[name]
    if (rule, update) in BROKEN:
        assert outcome[name][rule] == "violation"
    elif (rule, update) in WARNED:
        assert outcome[name] == {rule: "warning"}
    else:
        assert outcome[name] == {}


def test_a_valid_graph_conforms_without_a_warning() -> None:
    report = checked(small_world())
    assert report == shapes.ShapeReport(conforms=True, findings=())
    report.check()


def test_a_warning_does_not_refuse_the_graph() -> None:
    report = checked(small_world("w", "DELETE DATA { e:3 dcterms:license 'MIT' }"))
    assert report.conforms
    assert (report.violations, report.warnings) == (0, 1)
    report.check()


def test_an_activated_receptor_in_another_compartment_is_refused() -> None:
    update = """
        DELETE DATA { r:2 rdf:predicate exil8:binds ; exil8:object_compartment exil8:plasma_membrane .
                      hgnc:6025 exil8:binds hgnc:6027 } ;
        INSERT DATA { r:2 rdf:predicate exil8:activates ; exil8:object_compartment :nucleus .
                      :nucleus a exil8:Compartment }"""
    report = checked(small_world("w", update))
    assert [f.shape for f in report.findings] == ["exil8:shape_bound_receptor_membrane"]


def test_a_finding_counts_all_and_shows_a_few_in_words() -> None:
    many = small_world()
    for i in range(1, 10):
        many.add((URIRef(f"https://identifiers.org/hgnc/{i}"), RDF.type, URIRef("https://w3id.org/exil8/GeneProduct")))
    many.update((PREFIXES + "DELETE DATA { r:1 exil8:belief 0.9 }").replace("WORLD", "w"))
    many.update((PREFIXES + "INSERT DATA { hgnc:6027 exil8:promotes :survival }").replace("WORLD", "w"))
    before = set(many)
    report = checked(many, examples=2)
    assert set(many) == before
    findings = {f.shape.removeprefix("exil8:shape_"): f for f in report.findings}
    assert set(findings) == {"entity_label", "relation_belief", "direct_backed"}
    assert findings["entity_label"].count == 9
    assert [e.focus for e in findings["entity_label"].examples] == ["HGNC:1", "HGNC:2"]
    assert findings["relation_belief"].examples[0].text == "stromal cell releases CXCL8 (row 1)"
    assert findings["direct_backed"].examples[0].value == (
        "https://example.org/w/hgnc/6027 exil8:promotes https://example.org/w/survival"
    )
    assert str(report).splitlines()[0] == "not valid: 11 violations, 0 warnings"
    with pytest.raises(InvalidGraphError, match="11 violations of the shapes; first, 1 times") as caught:
        report.check()
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 7


def rules() -> Iterator[URIRef]:
    yield from (s for s in shapes.shapes().subjects(RDF.type, SH.PropertyShape) if isinstance(s, URIRef))
    yield from (s for s in shapes.shapes().subjects(RDF.type, SH.SPARQLConstraint) if isinstance(s, URIRef))


def test_every_rule_has_a_name_a_message_and_a_severity() -> None:
    graph = shapes.shapes()
    blank = [s for s in graph.subjects(RDF.type, None) if not isinstance(s, URIRef)]
    assert blank == []
    for rule in rules():
        message = str(graph.value(rule, SH.message))
        assert len(message) > 40, rule
        assert "\n" not in message
        holder = rule if graph.value(rule, SH.severity) else graph.value(None, SH.sparql, rule)
        assert graph.value(holder, SH.severity) in {SH.Violation, SH.Warning}, rule


def test_every_rule_is_broken_in_some_test() -> None:
    tested = {rule for rule, _ in (*BROKEN, *WARNED)}
    assert {str(rule).rsplit("/shape_", 1)[1] for rule in rules()} == tested


@pytest.fixture(scope="module")
def built() -> Graph:
    """The shipped graph, all named graphs in one."""
    g = kg.build()
    try:
        text = b"\n".join(f"{q.subject} {q.predicate} {q.object} .".encode() for q in g.store.quads())
    finally:
        g.close()
    return Graph().parse(data=text, format="nt")


def test_the_shipped_graph_is_valid_and_soon_checked(built: Graph) -> None:
    start = time.perf_counter()
    report = shapes.validate(built)
    assert time.perf_counter() - start < 20
    assert report.conforms, str(report)
    warned = {f.shape.removeprefix("exil8:shape_") for f in report.findings}
    assert warned <= {"ligand_leaves_membrane", "receptor_membrane_missing"}


def test_every_word_the_store_writes_is_in_the_ontology(built: Graph) -> None:
    namespace = "https://w3id.org/exil8/"
    written = {str(p) for p in built.predicates() if str(p).startswith(namespace)}
    written |= {str(c) for c in built.objects(None, RDF.type) if str(c).startswith(namespace)}
    path = str(resources.ontologies() / "exil8.ttl")
    known = {str(q.subject).strip("<>") for q in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE)}
    assert written - known == set()
