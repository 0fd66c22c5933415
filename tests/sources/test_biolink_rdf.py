"""RDF in the Biolink model."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from kg.errors import SourceError
from kg.sources import biolink_rdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_turtle(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(biolink_rdf.read(fixtures / "biolink.ttl", licence="CC0-1.0"))
    assert found.triples() == {("HGNC:6025", "binds+", "HGNC:6027"), ("HGNC:6025", "suppresses-", "GO:0006915")}
    assert [s.evidence.publication for s in found.statements] == ["PMID:2", "PMID:24657661", ""]
    assert [s.evidence.negated for s in found.statements] == [False, False, True]
    assert {s.evidence.source for s in found.statements} == {"biolink_rdf"}
    assert found.reasons == {
        "kind 'related_to': an association without a causal direction": 1,
        "'UBERON:0002371' is no kind of thing the graph has": 1,
        "an association without predicate": 1,
    }


@pytest.mark.parametrize("ending", ["nt", "nq", "trig", "nt.gz"])
def test_other_formats_and_scattered_triples(
    fixtures: Path, tmp_path: Path, gather: Callable[..., Any], ending: str
) -> None:
    format_ = {"nt": ox.RdfFormat.N_TRIPLES, "nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}[
        ending[:4].split(".")[0]
    ]
    triples = list(ox.parse(path=str(fixtures / "biolink.ttl"), format=ox.RdfFormat.TURTLE))
    graph = ox.NamedNode("https://example.org/g")
    quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples] if ending in ("nq", "trig") else triples
    text = ox.serialize(sorted(quads, key=lambda q: str(q.object)), format=format_)
    assert text is not None
    path = tmp_path / f"x.{ending}"
    path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)
    assert gather(biolink_rdf.read(path)).counts == gather(biolink_rdf.read(fixtures / "biolink.ttl")).counts


PREFIXES = (
    "@prefix biolink: <https://w3id.org/biolink/vocab/> .\n"
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n@prefix ex: <https://example.org/> .\n"
)


@pytest.mark.parametrize(
    ("iri", "curie"),
    [
        ("http://identifiers.org/ncbigene/3576", "HGNC:6025"),
        ("http://identifiers.org/hgnc/6025", "HGNC:6025"),
        ("https://identifiers.org/hgnc:6025", "HGNC:6025"),
        ("http://identifiers.org/uniprot/P10145", "HGNC:6025"),
        ("http://identifiers.org/ncbigene/20309", "NCBIGene:20309"),
    ],
)
def test_identifiers_in_other_namespaces(tmp_path: Path, gather: Callable[..., Any], iri: str, curie: str) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(
        f'{PREFIXES}<{iri}> biolink:category biolink:Gene ; biolink:name "a gene" .\n'
        f"ex:1 rdf:subject <{iri}> ; rdf:predicate biolink:binds ; rdf:object <https://identifiers.org/hgnc:6027> .\n"
    )
    found = gather(biolink_rdf.read(path))
    assert found.triples() == {(curie, "binds+", "HGNC:6027")}
    assert found.entities[curie].label == ("CXCL8" if curie == "HGNC:6025" else "a gene")


def test_text_and_species_are_kept(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(
        f"{PREFIXES}<https://identifiers.org/hgnc:6025> a biolink:Gene ; biolink:in_taxon"
        " <http://purl.obolibrary.org/obo/NCBITaxon_9606> .\n"
        "ex:1 rdf:subject <https://identifiers.org/hgnc:6025> ; rdf:predicate biolink:binds ;"
        ' rdf:object <https://identifiers.org/hgnc:6027> ; biolink:supporting_text "IL-8 binds." .\n'
        "ex:2 rdf:subject <https://identifiers.org/hgnc:6025> ; rdf:predicate biolink:binds ;"
        ' rdf:object <https://identifiers.org/hgnc:6027> ; biolink:supporting_text "IL-8\\u001F" .\n'
    )
    found = gather(biolink_rdf.read(path))
    (statement,) = found.statements
    assert (statement.evidence.support, statement.evidence.taxa) == ("IL-8 binds.", ("NCBITaxon:9606",))
    assert found.reasons == {"control character in an association": 1}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.nt", "<a> <b>\n", r"x\.nt:1: is no N-Triples"),
        ("x.ttl", "<https://a.org/> <https://a.org/b> 1 .\n", "has no association"),
        ("x.csv", "a,b\n", "the ending says no RDF format"),
        ("x.ttl", "<html></html>", "web page"),
    ],
)
def test_wrong_files(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        list(biolink_rdf.read(path))
