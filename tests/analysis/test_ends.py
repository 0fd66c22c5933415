"""What questions may start from and lead to: classes, several names, kinds, and the outcome with its signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    import kg
    from kg.analysis.paths import PathResult

SURVIVAL = "cell survival@cml_cell"


def starts(result: PathResult) -> set[str]:
    return {path.states[0].entity for path in result}


# The outcome


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("microenvironment factor", "leukaemia survival"),
        ("Microenvironment Factors", "leukemia survival"),
        ("microenvironment factors", "Leukaemia  survival"),
    ],
)
def test_the_flagship_call_has_both_spellings_and_the_plural(
    graph: kg.KnowledgeGraph, source: str, target: str
) -> None:
    result = graph.paths(source, target, k=15)
    assert (result.source, result.target) == ("microenvironment factor", "leukaemia survival")
    assert [path.cost for path in result] == sorted(path.cost for path in result)
    assert len(starts(result)) > 5


@pytest.mark.parametrize("sign", ["+", "-"])
def test_a_path_to_the_outcome_is_the_best_over_its_readouts_with_their_signs(
    graph: kg.KnowledgeGraph, sign: str
) -> None:
    outcome = graph.profile.outcome
    assert outcome is not None
    for source in ("imatinib", "CML exosome", "IL-8"):
        result = graph.paths(source, outcome.name, sign=sign, k=1)
        found: list[tuple[float, str]] = []
        for readout in outcome.readouts:
            asked = sign if readout.sign > 0 else {"+": "-", "-": "+"}[sign]
            for site in (outcome.site, "organism"):
                best = graph.paths(source, f"{readout.entity}@{site}", sign=asked, k=1)
                found += [(path.cost, readout.entity) for path in best]
        assert result[0].cost == pytest.approx(min(found)[0])
        assert result.readout(result[0]) in {e for cost, e in found if cost == pytest.approx(result[0].cost)}


def test_the_result_says_in_which_readout_each_path_ends(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths("imatinib", "leukaemia survival", sign="-", k=30)
    assert {path.sign for path in result} == {-1}
    told, frame = result.to_dict()["paths"], result.to_frame()
    assert {"GO:0006915", "MESH:D002470"} <= {path["readout"] for path in told}
    assert all(path["readout"] == path["steps"][-1]["subject"] for path in told)
    assert all(path["steps"][-1]["kind"] == "definition" for path in told)
    turned = [p for p in result if result.readout(p) == "GO:0006915"]
    assert {path.steps[-1].sign for path in turned} == {-1}
    assert set(frame["readout"]) == {path["readout"] for path in told}


def test_the_step_to_the_outcome_counts_as_none(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths("IL-8@extracellular", "leukaemia survival", max_steps=1)
    assert {len(path.steps) for path in result} == {2}


def test_paths_to_the_outcome_can_be_drawn(graph: kg.KnowledgeGraph, tmp_path) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    result = graph.paths("CML exosome", "leukaemia survival", k=3)
    for ending in (".cx2", ".svg", ".graphml", ".sif", ".kgx"):
        assert graph.export(tmp_path / f"axis{ending}", result)


def test_the_outcome_stands_alone_as_a_target(graph: kg.KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="name it alone"):
        graph.paths("IL-8", ["leukaemia survival", "drug resistance"])
    assert "from the source one reaches" not in graph.paths("leukaemia survival", "IL-8").hint


def test_the_name_of_an_entity_means_the_entity(graph: kg.KnowledgeGraph) -> None:
    assert graph.paths("IL-8", "survival", k=1).target == "MESH:D002470"


# Classes and several names


def test_classes_cover_the_class_they_are_part_of(graph: kg.KnowledgeGraph) -> None:
    network, parts = graph.states(), set()
    whole = set(graph.ends.read("microenvironment factor", network).states)
    for factor_class in graph.profile.classes[1:]:
        assert factor_class.broader == "microenvironment factor"
        states = graph.ends.read(factor_class.name, network).states
        assert states
        parts |= set(states)
    assert parts == whole


def test_a_class_at_a_site(graph: kg.KnowledgeGraph) -> None:
    end = graph.ends.read("microenvironment factor@endothelial_cell", graph.states())
    assert end.name == "microenvironment factor@endothelial_cell"
    assert {state.site for state in end.states} == {"endothelial_cell"}


def test_several_names_are_a_set(graph: kg.KnowledgeGraph) -> None:
    both = graph.paths(["imatinib", "nilotinib"], [SURVIVAL, "apoptosis@cml_cell"], sign="any", k=40)
    assert starts(both) == {"CHEBI:45783", "CHEBI:52172"}
    assert {path.states[-1].entity for path in both} == {"MESH:D002470", "GO:0006915"}
    assert both.source == "CHEBI:45783 | CHEBI:52172"
    costs = sorted(p.cost for drug in ("imatinib", "nilotinib") for p in graph.paths(drug, SURVIVAL, sign="-", k=5))
    joint = graph.paths(("imatinib", "nilotinib"), SURVIVAL, sign="-", k=5)
    assert [p.cost for p in joint] == pytest.approx(costs[:5])


@pytest.mark.parametrize("name", ["microenvironmental factor", "microenvironment facts", "stromal facto"])
def test_a_class_that_is_misspelt_is_among_the_candidates(graph: kg.KnowledgeGraph, name: str) -> None:
    with pytest.raises(UnknownNameError, match="factor"):
        graph.paths(name, SURVIVAL)


@pytest.mark.parametrize(("source", "says"), [([], "at least one source"), ([""], "write a name"), (7, "a list of")])
def test_ends_that_are_no_names_are_refused(graph: kg.KnowledgeGraph, source: object, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        graph.paths(source, SURVIVAL)  # type: ignore[arg-type]


# Kinds


def test_with_kinds_a_drug_class_stands_for_its_members(graph: kg.KnowledgeGraph) -> None:
    assert not graph.paths("TKI", SURVIVAL, sign="-").paths
    result = graph.paths("TKI", SURVIVAL, sign="-", kinds=True)
    assert "CHEBI:45783" in starts(result)
    own = graph.paths("imatinib", SURVIVAL, sign="-", k=1)[0]
    assert any(path.cost <= own.cost + 1e-9 for path in result)
    target = graph.paths("CML-cell microvesicle", "TGF-beta", sign="any", kinds=True, k=20)
    assert "HGNC:11766" in {path.states[-1].entity for path in target}


def test_who_avoids_a_drug_class_avoids_its_members(graph: kg.KnowledgeGraph) -> None:
    for kinds in (False, True):
        assert not graph.paths("imatinib", SURVIVAL, sign="-", avoid="TKI", kinds=kinds).paths
    family = graph.paths("CML cell", SURVIVAL, avoid="TGF-beta", k=60)
    assert not {"HGNC:11766", "MESH:D016212"} & {s.entity for path in family for s in path.states}


def test_a_single_text_is_one_name_to_avoid_or_to_pass(graph: kg.KnowledgeGraph) -> None:
    avoided = [graph.paths("CML exosome", SURVIVAL, avoid=names).paths for names in ("CXCR2", ["CXCR2"])]
    assert avoided[0] == avoided[1]
    passed = [graph.paths("CML exosome", SURVIVAL, through=names).paths for names in ("CXCL8", ["CXCL8"])]
    assert passed[0] == passed[1]
