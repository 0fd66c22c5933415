"""The slices of public vocabularies: complete, small, licensed, and made by the script as they stand."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph
import pytest

from kg import resources, vocabulary

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

SKOS = "http://www.w3.org/2004/02/skos/core#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
BROADER = {RDFS + "subClassOf", RDFS + "subPropertyOf", SKOS + "broader"}
NAMES = ["cl", "doid", "go", "hgnc", "mesh", "ro"]
# In no file at hand: a cell type that the import of GO leaves out, and supplementary concepts of MeSH.
MISSING = {"CL:0002618", "MESH:C000597560", "MESH:C000621806", "MESH:C000709704", "MESH:C548378"}


def path(name: str) -> Path:
    return resources.ontologies() / "slices" / f"{name}.ttl"


def said(name: str) -> dict[str, dict[str, set[str]]]:
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for quad in pyoxigraph.parse(path=str(path(name)), format=pyoxigraph.RdfFormat.TURTLE):
        assert isinstance(quad.subject, pyoxigraph.NamedNode)
        found[quad.subject.value][quad.predicate.value].add(str(quad.object).strip("<>"))
    return {subject: dict(pairs) for subject, pairs in found.items()}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    file = resources.ontologies().parent / "scripts" / "cut_slices.py"
    if not file.is_file():
        pytest.skip("the script is not shipped with an installed package")
    spec = importlib.util.spec_from_file_location("cut_slices", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["cut_slices"] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


def test_all_slices_are_there_and_small() -> None:
    files = sorted((resources.ontologies() / "slices").glob("*"))
    assert [file.stem for file in files] == NAMES
    assert sum(file.stat().st_size for file in files) < 1_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_slice_names_its_origin_version_and_licence(name: str) -> None:
    header = said(name)[vocabulary.expand(f"exil8:slice_{name}")]
    for term in ("http://purl.org/dc/terms/source", "http://purl.org/dc/terms/license"):
        assert next(iter(header[term])).startswith("http")
    assert header["http://www.w3.org/2002/07/owl#versionInfo"]


@pytest.mark.parametrize("name", NAMES)
def test_a_term_has_one_official_name_no_type_and_no_second_label(name: str) -> None:
    terms = said(name)
    del terms[vocabulary.expand(f"exil8:slice_{name}")]
    for iri, pairs in terms.items():
        assert len(pairs[SKOS + "prefLabel"]) == 1, iri
        assert RDFS + "label" not in pairs
        assert RDF_TYPE not in pairs
        assert vocabulary.compress(iri).startswith(name.upper()) or name == "ro"


@pytest.mark.parametrize("name", NAMES)
def test_broader_terms_are_in_the_slice_up_to_the_root(name: str) -> None:
    terms = said(name)
    for pairs in terms.values():
        for relation in BROADER & pairs.keys():
            assert pairs[relation] <= terms.keys()
    roots = [iri for iri, pairs in terms.items() if not BROADER & pairs.keys()]
    assert roots


def test_every_term_in_use_is_in_its_slice(script: ModuleType) -> None:
    wanted = {c for c in script.used_terms() if c.partition(":")[0].lower() in NAMES}
    have = {vocabulary.compress(iri) for name in NAMES for iri in said(name)}
    assert wanted - have == MISSING


def test_survival_and_apoptosis_have_their_official_names() -> None:
    mesh, go = said("mesh"), said("go")
    assert mesh["http://id.nlm.nih.gov/mesh/D002470"][SKOS + "prefLabel"] == {'"Cell Survival"'}
    assert go["http://purl.obolibrary.org/obo/GO_0006915"][SKOS + "prefLabel"] == {'"apoptotic process"'}


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_the_readme_holds_the_digest(name: str) -> None:
    table = (resources.ontologies() / "README.md").read_text("utf-8")
    row = next(line for line in table.splitlines() if line.startswith(f"| slices/{name}.ttl "))
    assert hashlib.sha256(path(name).read_bytes()).hexdigest() in row


def test_cutting_again_gives_the_same_bytes(script: ModuleType, shared_data: Path) -> None:
    used = script.used_terms()
    for vocabulary_ in script.vocabularies():
        wanted = frozenset(c for c in used if c.startswith(vocabulary_.prefix + ":"))
        terms = vocabulary_.read(shared_data, wanted)
        text = script.turtle(vocabulary_, terms, script.with_broader(wanted, terms))
        assert text == path(vocabulary_.prefix.lower()).read_text("utf-8"), "run scripts/cut_slices.py again"


def test_a_missing_folder_is_one_line(script: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"no file go_edges\.tsv\.gz in"):
        script.main([str(tmp_path)])


def test_obo_synonyms_keep_their_scope(script: ModuleType) -> None:
    got = script.obo_synonyms(['"a \\"b\\"" EXACT []', '"c" RELATED ABBREVIATION []', "nonsense"])
    assert got == {"skos:altLabel": ('a "b"',), "oboInOwl:hasRelatedSynonym": ("c",)}
