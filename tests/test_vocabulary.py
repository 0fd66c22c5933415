"""The words of the graph: complete, mapped, and the same in every place that names them."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import model, resources, vocabulary
from kg.errors import CurieError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXIL8 = "https://w3id.org/exil8/"
AXIS = resources.axes() / "cml_il8"

# Every property and class of the RDF layout that this project mints.
LAYOUT = [
    "subject_site",
    "object_site",
    "subject_compartment",
    "object_compartment",
    "polarity",
    "belief",
    "evidence",
    "publication",
    "source",
    "record",
    "model_system",
    "assay",
    "grade",
    "directness",
    "method",
    "scope",
    "support",
    "note",
    "taxon",
    "negated",
    "pmcid",
    "journal",
    "first_author",
    "status",
    "publication_type",
    "mesh",
    "keyword",
    "parent",
    "origin",
    "site_kind",
    "site_entity",
    "site_parent",
    "plasma_membrane",
    "Evidence",
    "Site",
    "GeneProduct",
    "MicroRna",
    "Chemical",
    "Cell",
    "Vesicle",
    "Process",
    "Phenotype",
    "Disease",
    "Complex",
]

CURATED = [
    "activates",
    "associated_with",
    "binds",
    "carries",
    "decreases_expression_of",
    "decreases_secretion_of",
    "expresses",
    "increases_expression_of",
    "increases_secretion_of",
    "inhibits",
    "is_taken_up_by",
    "negatively_correlated_with",
    "phosphorylates",
    "positively_correlated_with",
    "promotes",
    "regulates",
    "regulates_expression_of",
    "releases",
    "suppresses",
    "targets",
    "transfers_to",
]


def rows(name: str) -> Iterator[dict[str, str]]:
    with (AXIS / name).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)


def triples() -> list[tuple[str, str, str]]:
    path = resources.ontologies() / "exil8.ttl"
    quads = pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    return [(str(q.subject), q.predicate.value, str(q.object)) for q in quads]


@pytest.mark.parametrize("name", sorted(vocabulary.predicates()))
def test_every_predicate_is_complete(name: str) -> None:
    predicate = vocabulary.predicates()[name]
    assert predicate.curie == f"exil8:{name}"
    assert predicate.label == name.replace("_", " ")
    assert len(predicate.definition) > 30
    assert predicate.biolink.startswith("biolink:")
    assert predicate.biolink_match in {"exactMatch", "closeMatch", "broadMatch"}
    assert predicate.ro.startswith("RO:")
    assert predicate.ro_match
    assert predicate.sign in {1, -1, 0}
    assert predicate.step_kind in {"effect", "transfer", "statement"}
    assert predicate.readout


@pytest.mark.parametrize("name", sorted(vocabulary.predicates()))
def test_polarities_follow_the_sign(name: str) -> None:
    predicate = vocabulary.predicates()[name]
    report = model.Polarity.NEGATIVE if predicate.sign < 0 else model.Polarity.POSITIVE
    wanted = {report} if predicate.derived else {report, model.Polarity.NONE}
    assert predicate.polarities == wanted


@pytest.mark.parametrize("name", sorted(vocabulary.predicates()))
def test_opposites_are_mutual_and_turn_the_sign(name: str) -> None:
    predicate = vocabulary.predicates()[name]
    if predicate.opposite:
        other = vocabulary.predicates()[predicate.opposite]
        assert other.opposite == name
        assert other.sign == -predicate.sign
        assert other.readout == predicate.readout
        assert (other.biolink, other.biolink_aspect) == (predicate.biolink, predicate.biolink_aspect)


def test_signs_and_kinds_as_decided() -> None:
    table = vocabulary.predicates()
    assert sorted(n for n, p in table.items() if not p.derived) == sorted(CURATED)
    associations = {"associated_with", "positively_correlated_with", "negatively_correlated_with"}
    assert {n for n, p in table.items() if p.symmetric} == associations
    assert {n for n, p in table.items() if p.sign == 0} == associations | {
        "binds", "phosphorylates", "expresses", "regulates", "regulates_expression_of",
    }  # fmt: skip
    assert {n for n, p in table.items() if p.sign == -1} == {
        "inhibits", "suppresses", "targets", "decreases_expression_of", "decreases_secretion_of",
    }  # fmt: skip
    assert {n for n, p in table.items() if p.step_kind == "transfer"} == {
        "releases", "carries", "is_taken_up_by", "transfers_to", "is_secreted", "enters_with_vesicle",
    }  # fmt: skip
    assert {n for n, p in table.items() if p.step_kind == "statement"} == {"expresses"} | associations
    assert {n for n, p in table.items() if p.secretes} == {
        "releases", "increases_secretion_of", "decreases_secretion_of",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(vocabulary.types()))
def test_every_type_is_complete(name: str) -> None:
    term = vocabulary.types()[name]
    assert term.curie == f"exil8:{term.class_name}"
    assert term.biolink.startswith("biolink:")
    assert term.definition
    assert vocabulary.class_iri(name) == EXIL8 + term.class_name
    assert term.class_name == "".join(part.capitalize() for part in name.replace("mirna", "micro_rna").split("_"))


def test_the_curated_table_speaks_these_words() -> None:
    table = vocabulary.predicates()
    for row in rows("relations.tsv"):
        assert model.Polarity(row["polarity"]) in table[row["predicate"]].polarities, row["id"]
    assert {row["type"] for row in rows("entities.tsv")} <= set(vocabulary.types())
    assert notations("site_kind_") == {kind.value for kind in model.SiteKind}


def notations(prefix: str) -> set[str]:
    return {o.strip('"') for s, p, o in triples() if s.startswith(f"<{EXIL8}{prefix}") and p.endswith("notation")}


def test_controlled_values_equal_the_model() -> None:
    assert notations("status_") == {s.value for s in model.Status}
    assert notations("polarity_") == {p.value for p in model.Polarity}


@pytest.mark.parametrize("name", LAYOUT)
def test_every_minted_term_has_label_and_definition(name: str) -> None:
    said = {p.rsplit("#", 1)[-1] for s, p, _ in triples() if s == f"<{EXIL8}{name}>"}
    assert {"label", "definition", "type"} <= said


def test_the_ontology_has_no_blank_nodes() -> None:
    assert not [t for t in triples() if t[0].startswith("_:") or t[2].startswith("_:")]


def test_mapped_terms_exist_where_they_come_from(shared_data: Path) -> None:
    model_text = (shared_data / "ontologies" / "biolink-model.yaml").read_text("utf-8")
    named = {line[2:-1] for line in re.findall(r"^  [A-Za-z][A-Za-z ]*:", model_text, flags=re.MULTILINE)}
    slots = {n.replace(" ", "_") for n in named}
    classes = {"".join(word[0].upper() + word[1:] for word in n.split()) for n in named}
    relations = (shared_data / "ontologies" / "ro-base.obo").read_text("utf-8")
    for _, _, found in triples():
        iri = found.strip("<>")
        if iri.startswith("https://w3id.org/biolink/vocab/"):
            assert iri.rsplit("/", 1)[1] in slots | classes, iri
        if "/obo/RO_" in iri:
            stanza = relations.split(f"id: RO:{iri[-7:]}\n")[1].split("\n\n")[0]
            assert "is_obsolete: true" not in stanza, iri


def test_definition_names_only_known_words() -> None:
    ids = {row["id"] for row in rows("entities.tsv")}
    for definition in vocabulary.definitions():
        assert definition.predicate.removeprefix("exil8:") in vocabulary.predicates()
        assert {definition.subject, definition.object} <= ids


@pytest.mark.parametrize(
    ("name", "column"), [("entities.tsv", "id"), ("publications.tsv", "id"), ("relations.tsv", "id")]
)
def test_curated_curies_go_both_ways_and_agree_with_curies(name: str, column: str) -> None:
    converter = vocabulary.converter()
    for row in rows(name):
        iri = vocabulary.expand(row[column])
        assert vocabulary.compress(iri) == row[column]
        assert converter.expand(row[column]) == iri
        pyoxigraph.NamedNode(iri)


def test_prefix_synonyms_become_canonical() -> None:
    assert vocabulary.expand("mesh:D002470") == vocabulary.expand("MESH:D002470")
    assert vocabulary.check_curie("PubMed:24657661") == "PMID:24657661"


@pytest.mark.parametrize(
    ("curie", "said"),
    [
        ("HGCN:6025", "unknown prefix 'HGCN'"),
        ("HGCN:6025", "did you mean HGNC?"),
        ("zzzzzz:1", "see ontologies/prefixes.json"),
        ("6025", "is not a CURIE"),
        ("", "is not a CURIE"),
        ("GO:123", r"must match ^\d{7}$"),
        ("GO:0006915\n", "malformed CURIE"),
        ("GO:٠٠٠٦٩١٥", "malformed CURIE"),
        ("PMID:0", "malformed CURIE"),
        ("exil8s:CML cell", "malformed CURIE"),
    ],
)
def test_a_bad_curie_names_file_and_line(curie: str, said: str) -> None:
    with pytest.raises(CurieError) as caught:
        vocabulary.expand(curie, file="relations.tsv", line=12)
    assert str(caught.value).startswith("relations.tsv:12: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (caught.value.file, caught.value.line, caught.value.exit_status) == ("relations.tsv", 12, 3)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.from_regex(r"10\.[0-9]{4}/[!-~]{1,30}", fullmatch=True))
def test_any_doi_makes_a_valid_iri_and_comes_back(doi: str) -> None:
    iri = vocabulary.expand(f"DOI:{doi}")
    assert vocabulary.compress(iri) == f"DOI:{doi}"
    assert f"<{iri}>" == str(pyoxigraph.NamedNode(iri))
    quad = next(iter(pyoxigraph.parse(f"<{iri}> <{iri}> <{iri}> .", format=pyoxigraph.RdfFormat.N_TRIPLES)))
    assert quad.predicate.value == iri


@pytest.mark.parametrize(
    ("iri", "curie"),
    [
        ("http://identifiers.org/ncbigene/3576", "NCBIGene:3576"),
        ("https://identifiers.org/ncbigene:3576", "NCBIGene:3576"),
        ("http://identifiers.org/hgnc/6025", "HGNC:6025"),
        ("http://identifiers.org/hgnc/HGNC:6025", "HGNC:6025"),
        ("https://identifiers.org/hgnc:6025", "HGNC:6025"),
        ("https://identifiers.org/HGNC:6025", "HGNC:6025"),
        ("https://bioregistry.io/hgnc:6025", "HGNC:6025"),
        ("http://identifiers.org/uniprot/P10145", "UniProtKB:P10145"),
        ("https://www.uniprot.org/uniprot/P10145", "UniProtKB:P10145"),
        ("https://identifiers.org/CHEBI:45783", "CHEBI:45783"),
        ("https://pubmed.ncbi.nlm.nih.gov/24657661", "PMID:24657661"),
        ("http://dx.doi.org/10.1000/x", "DOI:10.1000/x"),
        ("https://identifiers.org/hgnc:CXCL8", "https://identifiers.org/hgnc:CXCL8"),
    ],
)
def test_other_namespaces_of_the_same_identifiers_are_read(iri: str, curie: str) -> None:
    assert vocabulary.compress(iri) == curie


def test_every_namespace_agrees_with_curies() -> None:
    converter = vocabulary.converter()
    for record in json.loads((resources.ontologies() / "prefixes.json").read_text(encoding="utf-8")):
        for name in record.get("prefix_synonyms", ()):
            assert converter.standardize_prefix(name) == record["prefix"]
        for uri in record.get("uri_prefix_synonyms", ()):
            assert converter.compress(f"{uri}1") == f"{record['prefix']}:1"


@pytest.mark.parametrize(
    ("prefix", "good", "bad"),
    [
        ("UniProtKB", ["P10145", "A0A024R161", "Q9NQ76-2"], ["NOTHING", "P1014", "ABCDEF", "P10145-", "A0A024R16"]),
        ("HGNC", ["6025", "1"], ["0", "06025", "1234567", "CXCL8"]),
        ("NCBIGene", ["3576"], ["0", "-", "03"]),
        ("CHEBI", ["45783"], ["CHEBI:45783", "0"]),
        ("MESH", ["D016044", "C000597560"], ["D01604", "D0160444", "X016044"]),
        ("HMDB", ["HMDB0014764", "HMDB14764"], ["HMDB147", "14764"]),
        ("ENSEMBL", ["ENSG00000169429", "ENSMUSG00000023078"], ["ENSG1", "IL8"]),
        ("MIRBASE", ["MI0000471", "MIMAT0000445"], ["MIMAT445", "hsa-mir-126"]),
    ],
)
def test_identifiers_that_cannot_be_are_malformed(prefix: str, good: list[str], bad: list[str]) -> None:
    for local in good:
        assert vocabulary.check_curie(f"{prefix}:{local}") == f"{prefix}:{local}"
    for local in bad:
        with pytest.raises(CurieError, match="malformed CURIE"):
            vocabulary.check_curie(f"{prefix}:{local}")


def test_compress_leaves_foreign_and_broken_iris() -> None:
    assert vocabulary.compress("https://example.org/a") == "https://example.org/a"
    assert vocabulary.compress(EXIL8 + "no/such/place") == EXIL8 + "no/such/place"


def test_iris_of_words() -> None:
    assert vocabulary.predicate_iri("binds") == EXIL8 + "binds"
    assert vocabulary.site_iri("cml_cell") == EXIL8 + "site/cml_cell"
    with pytest.raises(UsageError, match="did you mean: binds"):
        vocabulary.predicate_iri("bind")
    with pytest.raises(UsageError, match="use one of: cell, chemical"):
        vocabulary.class_iri("qqq")
