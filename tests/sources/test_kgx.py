"""KGX: tables and JSON lines, qualified edges, nodes the graph has no type for."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from kg import vocabulary
from kg.errors import SourceError
from kg.model import Grade, Method
from kg.sources import kgx
from kg.sources.reading import Context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_table_of_edges(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(kgx.read(fixtures / "graph_edges.tsv"))
    assert found.counts == (6, 4, 5)
    assert found.triples() == {
        ("HGNC:6025", "binds+", "HGNC:6027"),
        ("HGNC:6025", "regulates+", "HGNC:6027"),
        ("CHEBI:93074", "inhibits-", "HGNC:6027"),
        ("CHEBI:93074", "increases_expression_of+", "HGNC:6025"),
        ("HGNC:6025", "suppresses-", "GO:0006915"),
    }
    by_record = {s.evidence.record: s.evidence for s in found.statements}
    assert by_record["e4"].negated
    assert by_record["e3"].publication == "DOI:10.1000/x"
    assert by_record["e3"].grade is Grade.BACKGROUND
    assert by_record["e3"].note == "from infores:ctd; by text_mining_agent; prediction"
    assert by_record["e3"].method is Method.MACHINE_READ
    assert "unknown prefix 'NOPE' in 'NOPE:1'" in found.reasons
    assert "unknown kind of relation 'likes'" in found.reasons


def test_json_lines(fixtures: Path, gather: Callable[..., Any], tmp_path: Path) -> None:
    found = gather(kgx.read(fixtures / "graph_edges.jsonl", licence="CC0-1.0"))
    assert found.counts == (3, 3, 1)
    assert {s.evidence.licence for s in found.statements} == {"CC0-1.0"}
    packed = tmp_path / "edges.jsonl.gz"
    packed.write_bytes(gzip.compress((fixtures / "graph_edges.jsonl").read_bytes()))
    assert gather(kgx.read(packed)).counts == (3, 3, 1)


def test_table_of_nodes(fixtures: Path, gather: Callable[..., Any]) -> None:
    found = gather(kgx.read(fixtures / "graph_nodes.tsv"))
    assert found.counts == (0, 4, 1)
    assert found.entities["GO:0006915"].type == "process"


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("chebi_kgx_tsv_edges", (0, 0, 18)),
        ("complex_graph_edges", (5, 6, 3)),
        ("graph_edges", (167, 167, 400)),
        ("graph_multi_category_edges", (4, 5, 5)),
        ("graph_nodes", (0, 480, 32)),
        ("invalid_nodes", (0, 0, 3)),
    ],
)
def test_real_files(shared_data: Path, gather: Callable[..., Any], name: str, counts: tuple[int, int, int]) -> None:
    assert gather(kgx.read(shared_data / "relations" / "kgx" / f"{name}.tsv")).counts == counts


def test_nodes_without_ids_are_an_error(shared_data: Path) -> None:
    with pytest.raises(SourceError, match="neither a KGX table of edges nor of nodes"):
        list(kgx.read(shared_data / "relations" / "kgx" / "incomplete_nodes.tsv"))


EDGE = {"subject": "HGNC:6025", "predicate": "biolink:binds", "object": "HGNC:6027", "publications": ["PMID:1"]}


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ('{"subject": "a",', "broken JSON (Expecting property name enclosed in double quotes)"),
        ("[1]", "no JSON object"),
        ("HGNC:6025\tbinds", "broken JSON (Expecting value)"),
        ('{"subject": ' + "[" * 100_000, "JSON that is nested too deeply, or a number of thousands of digits"),
        ('{"subject": ' + "1" * 9999 + "}", "JSON that is nested too deeply, or a number of thousands of digits"),
        ('{"subject": "HGNC:6025", "object": "HGNC:6027"}', "no predicate"),
        ('{"name": "x"}', "no id, category"),
        ('{"id": "HGNC:6025", "category": "biolink:Gene", "name": "a\\u001fb"}', "control character in the record"),
        ('{"id": "HGNC:6025", "category": "biolink:Gene", "name": "a\\ud800b"}', "control character in the record"),
    ],
)
def test_a_broken_line_is_refused_and_the_others_are_read(
    tmp_path: Path, gather: Callable[..., Any], broken: str, what: str
) -> None:
    path = tmp_path / "x.jsonl"
    for lines in ([broken, json.dumps(EDGE)], [json.dumps(EDGE), broken, json.dumps(EDGE)]):
        path.write_text("\n".join(lines) + "\n")
        found = gather(kgx.read(path))
        assert len(found.statements) == len(lines) - 1
        assert found.reasons == {what: 1}
        assert found.refusals[0].line == lines.index(broken) + 1


@pytest.mark.parametrize("text", ['{"a": 1}\n', "[{}]\n", "x\n" * 500])
def test_lines_without_one_edge_or_node_are_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    with pytest.raises(SourceError, match="is neither a KGX table of edges nor of nodes"):
        list(kgx.read(path))


def test_nodes_and_edges_in_one_file_of_lines(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "x.jsonl"
    node = {"id": "MONDO:0011996", "category": ["biolink:Disease"], "name": "CML"}
    path.write_text(f"{json.dumps(node)}\n{json.dumps(EDGE | {'predicate': 'biolink:causes', 'object': node['id']})}\n")
    found = gather(kgx.read(path))
    assert found.triples() == {("HGNC:6025", "promotes+", "MONDO:0011996")}
    assert found.entities["MONDO:0011996"].label == "CML"


def lines(folder: Path, *edges: dict[str, Any]) -> Path:
    path = folder / "edges.jsonl"
    path.write_text("".join(json.dumps(EDGE | edge) + "\n" for edge in edges))
    return path


def test_what_an_edge_says_beside_its_ends_is_kept(tmp_path: Path, gather: Callable[..., Any]) -> None:
    full = {
        "supporting_text": ["IL-8 binds CXCR2.", "It does."],
        "species_context_qualifier": "NCBITaxon:9606",
        "anatomical_context_qualifier": "CL:0000775",
        "has_evidence_of_type": ["ECO:0000353"],
        "knowledge_level": "statistical_association",
        "agent_type": "text_mining_agent",
        "sources": [{"resource_id": "infores:x", "resource_role": "primary_knowledge_source"}],
        "causal_mechanism_qualifier": "binding",
        "has_confidence_score": 0.9,
        "license": "CC0-1.0",
    }
    (statement,) = gather(
        kgx.read(lines(tmp_path, full), sites={"cl0000775": Context("neutrophil", "general")})
    ).statements
    evidence = statement.evidence
    assert statement.relation.subject_site == statement.relation.object_site == "neutrophil"
    assert evidence.support == "IL-8 binds CXCR2. It does."
    assert evidence.taxa == ("NCBITaxon:9606",)
    assert (evidence.model_system, evidence.assay) == ("CL:0000775", "ECO:0000353")
    assert (evidence.grade, evidence.method, evidence.licence) == (Grade.BACKGROUND, Method.MACHINE_READ, "CC0-1.0")
    assert evidence.note == (
        "from infores:x; by text_mining_agent; statistical association; causal mechanism qualifier: binding; "
        "has confidence score: 0.9"
    )


def test_species_of_the_nodes(tmp_path: Path, gather: Callable[..., Any]) -> None:
    (tmp_path / "g_edges.tsv").write_text("subject\tpredicate\tobject\nHGNC:6025\tbiolink:binds\tNCBIGene:12765\n")
    (tmp_path / "g_nodes.tsv").write_text(
        "id\tcategory\tname\tin_taxon\nHGNC:6025\tbiolink:Gene\tCXCL8\tNCBITaxon:9606\n"
        "NCBIGene:12765\tbiolink:Gene\tCxcr2\tNCBITaxon:10090\n"
    )
    (statement,) = gather(kgx.read(tmp_path / "g_edges.tsv")).statements
    assert statement.evidence.taxa == ("NCBITaxon:10090", "NCBITaxon:9606")


@pytest.mark.parametrize(
    ("qualifier", "what"),
    [
        ({"subject_direction_qualifier": "decreased"}, "an edge whose subject is qualified as 'decreased'"),
        (
            {"subject_form_or_variant_qualifier": "loss_of_function_variant_form"},
            "an edge whose subject is qualified as 'loss_of_function_variant_form'",
        ),
        ({"qualified_predicate": "biolink:caused_by"}, "an edge qualified as 'caused_by'"),
    ],
)
def test_a_qualifier_that_turns_the_meaning_round_is_not_overlooked(
    tmp_path: Path, gather: Callable[..., Any], qualifier: dict[str, str], what: str
) -> None:
    found = gather(kgx.read(lines(tmp_path, qualifier, {})))
    assert len(found.statements) == 1
    assert found.reasons == {what: 1}


def test_papers_in_all_their_forms(tmp_path: Path, gather: Callable[..., Any]) -> None:
    given = [
        "PMID:1",
        "pubmed:2",
        "https://pubmed.ncbi.nlm.nih.gov/3",
        "doi:10.1000/x",
        "PMC:PMC4",
        "NCT0001",
        "PMID:x",
    ]
    found = gather(kgx.read(lines(tmp_path, {"publications": given})))
    assert [s.evidence.publication for s in found.statements] == [
        "PMID:1", "PMID:2", "PMID:3", "DOI:10.1000/x", "PMC:PMC4",
    ]  # fmt: skip
    assert found.reasons == {"reference 'NCT0001' is no paper": 1, "reference 'PMID:x' is no paper": 1}


def test_identifiers_that_cannot_be_are_refused(tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(kgx.read(lines(tmp_path, {"object": "UniProtKB:NOTHING"}, {"subject": "HGNC:0"})))
    assert found.counts == (0, 0, 2)
    assert all("must match" in refusal.hint for refusal in found.refusals)


def test_an_export_of_the_graph_comes_back_with_its_sites(tmp_path: Path, gather: Callable[..., Any]) -> None:
    path = tmp_path / "own_edges.tsv"
    path.write_text(
        "subject\tpredicate\tobject\toriginal_predicate\tsubject_context_qualifier\tobject_context_qualifier\n"
        "HGNC:6025\tbiolink:affects\tHGNC:6027\texil8:activates|exil8:binds\texil8s:extracellular\texil8s:cml_cell\n"
        "HGNC:6025\tbiolink:related_to\tHGNC:6025\texil8:is_secreted\texil8s:cml_cell\texil8s:extracellular\n"
        "HGNC:6025\tbiolink:affects\tHGNC:6027\t\tCL:0000115\t\n"
    )
    found = gather(kgx.read(path))
    assert [(s.relation.predicate, s.relation.subject_site, s.relation.object_site) for s in found.statements] == [
        ("activates", "extracellular", "cml_cell"),
        ("binds", "extracellular", "cml_cell"),
        ("regulates", "unspecified", "unspecified"),
    ]
    assert found.reasons == {"kind 'is_secreted': a derived step of a path is no evidence": 1}


@pytest.mark.parametrize(
    ("edge", "said"),
    [
        ({"predicate": "biolink:affects"}, "regulates+"),
        ({"predicate": "biolink:affects", "object_aspect_qualifier": "expression"}, "regulates_expression_of+"),
        ({"predicate": "biolink:affects", "object_aspect_qualifier": "localization"}, "regulates+"),
        ({"predicate": "biolink:positively_regulates", "object_aspect_qualifier": "activity"}, "activates+"),
        ({"predicate": "biolink:correlated_with"}, "associated_with+"),
        ({"predicate": "biolink:negatively_correlated_with"}, "negatively_correlated_with+"),
    ],
)
def test_edges_without_a_direction_of_effect(
    tmp_path: Path, gather: Callable[..., Any], edge: dict[str, str], said: str
) -> None:
    assert gather(kgx.read(lines(tmp_path, edge))).predicates == {said: 1}


def test_an_edge_that_is_affected_by_another_is_turned(tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(kgx.read(lines(tmp_path, {"predicate": "biolink:affected_by"})))
    assert found.triples() == {(EDGE["object"], "regulates+", EDGE["subject"])}


@pytest.mark.parametrize("name", sorted(name for name, p in vocabulary.predicates().items() if not p.derived))
def test_every_predicate_comes_back_from_an_export(tmp_path: Path, gather: Callable[..., Any], name: str) -> None:
    edge = {"predicate": "biolink:related_to", "original_predicate": f"exil8:{name}"}
    assert [s.relation.predicate for s in gather(kgx.read(lines(tmp_path, edge))).statements] == [name]
