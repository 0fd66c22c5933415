"""The table of prefixes: one meaning each, standard namespaces, both ways without loss."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import prefixes, resources
from kg.errors import CurieError

TABLE: list[dict[str, Any]] = json.loads((resources.ontologies() / "prefixes.json").read_text(encoding="utf-8"))
NAMES = [record["prefix"] for record in TABLE]


def locals_of(record: dict[str, Any]) -> st.SearchStrategy[str]:
    """Local parts that fit a prefix, of characters that a CURIE may have."""
    pattern = record["pattern"].replace(r"\S", "[!-~]")
    return st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True).filter(lambda local: local.isascii())


def test_every_name_means_one_prefix() -> None:
    every = [name for record in TABLE for name in (record["prefix"], *record.get("prefix_synonyms", ()))]
    assert len(every) == len(set(every))
    assert len({record["uri_prefix"] for record in TABLE}) == len(TABLE)
    for record in TABLE:
        assert set(record) <= {"prefix", "uri_prefix", "pattern", "prefix_synonyms", "uri_prefix_synonyms"}
        assert record["pattern"].startswith("^")
        assert record["pattern"].endswith("$")
        assert re.fullmatch(r"https?://\S+[/#_]", record["uri_prefix"])


@pytest.mark.parametrize(
    ("curie", "iri"),
    [
        ("GO:0070062", "http://purl.obolibrary.org/obo/GO_0070062"),
        ("CL:0010001", "http://purl.obolibrary.org/obo/CL_0010001"),
        ("DOID:8552", "http://purl.obolibrary.org/obo/DOID_8552"),
        ("CHEBI:45783", "http://purl.obolibrary.org/obo/CHEBI_45783"),
        ("NCBITaxon:9606", "http://purl.obolibrary.org/obo/NCBITaxon_9606"),
        ("HGNC:6025", "https://identifiers.org/hgnc/6025"),
        ("MESH:D002470", "http://id.nlm.nih.gov/mesh/D002470"),
        ("PMID:24657661", "http://www.ncbi.nlm.nih.gov/pubmed/24657661"),
        ("Cellosaurus:CVCL_0004", "https://web.expasy.org/cellosaurus/CVCL_0004"),
        ("DOI:10.3389/fonc.2019.00188", "https://doi.org/10.3389/fonc.2019.00188"),
        ("UniProtKB:P10145", "http://purl.uniprot.org/uniprot/P10145"),
        ("exil8s:cml_cell", "https://w3id.org/exil8/site/cml_cell"),
        ("biolink:Association", "https://w3id.org/biolink/vocab/Association"),
        ("prov:Activity", "http://www.w3.org/ns/prov#Activity"),
    ],
)
def test_namespaces_are_the_usual_ones(curie: str, iri: str) -> None:
    assert prefixes.expand(curie) == iri
    assert prefixes.compress(iri) == curie


@pytest.mark.parametrize("record", TABLE, ids=NAMES)
def test_every_local_part_that_fits_goes_both_ways(record: dict[str, Any]) -> None:
    @settings(max_examples=15, deadline=None, derandomize=True)
    @given(locals_of(record))
    def both_ways(local: str) -> None:
        curie = f"{record['prefix']}:{local}"
        iri = prefixes.expand(curie)
        assert prefixes.compress(iri) == curie
        assert prefixes.check_curie(curie) == curie
        assert prefixes.converter().expand(curie) is not None
        assert f"<{iri}>" == str(ox.NamedNode(iri))

    both_ways()


@pytest.mark.parametrize("record", [r for r in TABLE if "prefix_synonyms" in r], ids=lambda r: r["prefix"])
def test_synonyms_of_a_prefix_mean_the_same(record: dict[str, Any]) -> None:
    for name in record["prefix_synonyms"]:
        assert prefixes.converter().standardize_prefix(name) == record["prefix"]
        with pytest.raises(CurieError, match=f"what follows {record['prefix']}: must match"):
            prefixes.check_curie(f"{name}: ")


def test_of_two_namespaces_one_inside_the_other_the_longer_counts() -> None:
    nested = [(a, b) for a, b in combinations(prefixes.namespaces().items(), 2) if b[1].startswith(a[1])]
    assert ("exil8", "exil8s") in {(a[0], b[0]) for a, b in nested}
    assert prefixes.compress("https://w3id.org/exil8/site/cml_cell") == "exil8s:cml_cell"
    assert prefixes.compress("https://w3id.org/exil8/cml_exosome") == "exil8:cml_exosome"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=20))
def test_any_text_is_a_curie_or_an_error_of_one_line(text: str) -> None:
    for curie in (text, f"HGNC:{text}", f"DOI:10.1000/{text}"):
        try:
            iri = prefixes.expand(curie)
        except CurieError as error:
            assert "\n" not in str(error)  # noqa: PT017 - what is not refused must not fail
        else:
            assert f"<{iri}>" == str(ox.NamedNode(iri))
            assert prefixes.compress(iri) == prefixes.check_curie(curie)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=20))
def test_any_iri_is_compressed_or_left_as_it_is(text: str) -> None:
    for iri in (text, f"https://identifiers.org/hgnc/{text}", f"https://w3id.org/exil8/{text}"):
        short = prefixes.compress(iri)
        assert short == iri or prefixes.check_curie(short) == short
