"""Ranking of factors against the best path of each, asked one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.analysis import factors
from kg.analysis.network import build
from kg.analysis.outcome import readout_states
from kg.errors import UsageError
from kg.profile import FactorClass, Outcome, Readout
from tests.analysis.tables import fact, facts

if TYPE_CHECKING:
    import kg

CLASS = FactorClass(name="factor", sites=("extracellular", "stroma"), types=("gene_product", "vesicle"))
OUTCOME = Outcome(
    name="life", site="tumour", readouts=(Readout(entity="MESH:D002470", sign=1), Readout(entity="GO:0006915", sign=-1))
)


def ranked(*rows: str) -> dict[str, tuple[int, int, str]]:
    table = factors.rank(build(facts(*rows)), CLASS, OUTCOME)
    return {f.entity: (f.rank, f.effect, f.readout) for f in table}


def test_what_lowers_death_raises_life() -> None:
    found = ranked("L@extracellular suppresses GO:0006915@tumour", "M@extracellular promotes GO:0006915@tumour")
    assert {entity: effect for entity, (_, effect, _) in found.items()} == {"L": 1, "M": -1}


def test_drugs_cells_and_other_sites_are_no_factors() -> None:
    found = ranked(
        "Drug@extracellular promotes MESH:D002470@tumour", "K@tumour promotes MESH:D002470@tumour",
        "L@extracellular promotes MESH:D002470@tumour",
    )  # fmt: skip
    assert set(found) == {"L"}


def test_the_outcome_is_that_of_its_own_cell() -> None:
    assert ranked("L@extracellular promotes MESH:D002470@vessel") == {}


def test_ties_are_broken_by_curie() -> None:
    rows = [f"{name}@extracellular promotes MESH:D002470@tumour" for name in "CAB"]
    assert list(ranked(*rows)) == ["A", "B", "C"]
    assert ranked(*rows) == ranked(*reversed(rows))


def test_of_equal_factors_the_one_with_more_papers_comes_first() -> None:
    rows = [
        fact("A@extracellular promotes MESH:D002470@tumour", "PMID:1", weight=0.8),
        fact("B@extracellular promotes MESH:D002470@tumour", "PMID:2", "PMID:3", weight=1 - 0.2**0.5),
        fact("C@extracellular promotes MESH:D002470@tumour", "PMID:4", weight=0.8),
    ]
    table = factors.rank(build(facts(*rows)), CLASS, OUTCOME)
    assert len({f.path.cost for f in table}) == 1
    assert [f.entity for f in table] == ["B", "A", "C"]


def test_members_without_a_path_are_counted() -> None:
    network = build(facts("L@extracellular promotes MESH:D002470@tumour", "M@extracellular activates N@stroma"))
    table = factors.rank(network, CLASS, OUTCOME)
    assert table.without_path == ("M", "N")
    assert str(table).startswith("factor: 1 raise life by their best path, 0 lower it; 2 of 3 members have no path.\n")
    attrs = table.to_frame().attrs
    assert (attrs["members"], attrs["without_path"]) == (3, ["M", "N"])
    empty = factors.rank(build(facts("M@extracellular activates N@stroma")), CLASS, OUTCOME)
    assert len(empty) == 0
    assert list(empty.to_frame().columns) == list(table.to_frame().columns)


def test_a_family_and_its_member_are_flagged(graph: kg.KnowledgeGraph) -> None:
    rows = {row["label"]: row for row in graph.survival_factors(permutations=0).rows()}
    assert rows["TGFB1"]["kin"] == "TGF-beta"
    assert "TGFB1" in rows["TGF-beta"]["kin"]
    assert rows["CXCL1"]["kin"] == ""


def test_a_subclass_ranks_a_part(graph: kg.KnowledgeGraph) -> None:
    whole = {f.entity for f in graph.survival_factors(permutations=0)}
    stromal = graph.survival_factors("stromal factors", permutations=0)
    assert stromal.factor_class == "stromal factor"
    assert {f.path.states[0].site for f in stromal} == {"bm_stromal_cell"}
    assert {f.entity for f in stromal} <= whole


def test_both_directions_are_told() -> None:
    table = factors.rank(
        build(facts("L@extracellular promotes MESH:D002470@tumour", "L@extracellular suppresses MESH:D002470@tumour")),
        CLASS, OUTCOME,
    )  # fmt: skip
    (factor,) = table
    assert factor.effect == 1
    assert factor.opposite_cost == pytest.approx(factor.path.cost)


def test_il8_is_among_the_best_factors_of_survival(graph: kg.KnowledgeGraph) -> None:
    table = graph.survival_factors()
    rows = {row["label"]: row for row in table.rows()}
    il8 = rows["CXCL8"]
    assert (il8["effect"], il8["readout"], il8["steps"]) == ("+", "cell survival", 1)
    assert il8["publications"] == "PMID:24657661"
    assert il8["rank"] <= 5
    assert rows["miR-15a"]["effect"] == "-"


def test_each_rank_is_the_best_path_over_the_readouts(graph: kg.KnowledgeGraph) -> None:
    outcome, network = graph.profile.outcome, graph.states()
    assert outcome is not None
    costs = []
    for factor in list(graph.survival_factors())[:12]:
        sources = [s for s in network.states_of[factor.entity] if s.site in graph.profile.classes[0].sites]
        best = []
        for readout in outcome.readouts:
            ends = [s for s in readout_states(network, readout, outcome) if s not in sources]
            numbers = [network.number[s] for s in sources], [network.number[s] for s in ends]
            found = network.index.k_best(*numbers, 1, sign=factor.effect * readout.sign)
            best += [path.cost for path in found.paths]
        assert factor.path.cost == pytest.approx(min(best))
        costs.append(factor.path.cost)
    assert costs == sorted(costs)


def test_the_table(graph: kg.KnowledgeGraph) -> None:
    frame = graph.survival_factors().to_frame()
    assert frame["rank"].tolist() == list(range(1, len(frame) + 1))
    assert set(frame["effect"]) == {"+", "-"}
    assert "chemical" not in set(frame["type"])


def test_a_class_that_is_not_there(graph: kg.KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="microenvironment factor"):
        graph.survival_factors("no such class")
