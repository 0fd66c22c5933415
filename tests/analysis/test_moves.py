"""Each rule of the model for steps, one tiny table at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kg import vocabulary
from kg.analysis.costs import Assumption
from kg.analysis.moves import State
from kg.analysis.network import Network, Step, build
from kg.analysis.paths import PathQuestion, PathResult, find
from tests.analysis.tables import fact, facts, steps

if TYPE_CHECKING:
    import kg
    from kg.analysis.facts import Fact

A = Assumption
CELLS = ("tumour", "stroma", "vessel")


def network(*rows: str | Fact, summaries: bool = False, definitions: bool = True, **kinds: str) -> Network:
    return build(facts(*rows, kinds=kinds), summaries=summaries, definitions=definitions)


def names(net: Network) -> set[tuple[str, str, int]]:
    return set(steps(net))


def paths(net: Network, source: str, target: str, sign: str = "any", **more: int) -> PathResult:
    by_name = {s.name: s for s in net.states}
    ends = [[by_name[name]] if name in by_name else [] for name in (source, target)]
    question = PathQuestion(sources=ends[0], targets=ends[1], sign=sign, k=100, **more)  # type: ignore[arg-type]
    return find(net, question, source=source, target=target)


def only(net: Network) -> Step:
    (step,) = net.steps
    return step


# 1. Effects at one place ------------------------------------------


@pytest.mark.parametrize("site", [*CELLS, "extracellular"])
def test_an_effect_stays_where_both_ends_are(site: str) -> None:
    step = only(network(f"A@{site} activates B@{site}"))
    assert (step.source.name, step.target.name) == (f"A@{site}", f"B@{site}")
    assert (step.kind, step.sign, step.assumptions) == ("effect", 1, frozenset())


def test_an_effect_within_a_vesicle_stays_in_that_vesicle() -> None:
    net = network(
        "Exo@extracellular carries A@vesicle", "Exo2@extracellular carries B@vesicle", "A@vesicle inhibits B@vesicle"
    )
    assert ("A@vesicle/Exo", "B@vesicle/Exo", -1) in names(net)
    assert not any(end[0].endswith("/Exo") and end[1].endswith("/Exo2") for end in names(net))


@pytest.mark.parametrize(
    ("predicate", "sign"),
    [
        ("activates", 1), ("promotes", 1), ("increases_expression_of", 1), ("increases_secretion_of", 1),
        ("inhibits", -1), ("suppresses", -1), ("decreases_expression_of", -1), ("decreases_secretion_of", -1),
        ("targets", -1), ("binds", 0), ("phosphorylates", 0), ("regulates", 0), ("regulates_expression_of", 0),
    ],
)  # fmt: skip
def test_the_sign_of_a_predicate(predicate: str, sign: int) -> None:
    assert ("A@tumour", "B@tumour", sign) in names(network(f"A@tumour {predicate} B@tumour"))


# 2. Transfers ------------------------------------------


def test_a_cell_releases_a_vesicle_into_the_medium() -> None:
    step = only(network("Tumour@tumour releases Exo@extracellular"))
    assert (step.source.name, step.target.name, step.kind, step.sign) == (
        "Tumour@tumour",
        "Exo@extracellular",
        "transfer",
        1,
    )


def test_release_of_a_molecule_moves_it_from_its_cell_to_the_medium() -> None:
    net = network("Stroma@stroma releases L@extracellular")
    assert names(net) == {("Stroma@stroma", "L@extracellular", 1), ("L@stroma", "L@extracellular", 1)}
    assert steps(net)["L@stroma", "L@extracellular", 1].predicates == ("is_secreted",)


@pytest.mark.parametrize(("predicate", "sign"), [("increases_secretion_of", 1), ("decreases_secretion_of", -1)])
def test_more_or_less_secretion_is_an_effect_and_a_move(predicate: str, sign: int) -> None:
    net = network(f"Exo@extracellular {predicate} L@stroma")
    assert names(net) == {("Exo@extracellular", "L@stroma", sign), ("L@stroma", "L@extracellular", 1)}
    assert steps(net)["L@stroma", "L@extracellular", 1].kind == "transfer"


def test_expression_shows_no_secretion() -> None:
    assert names(network("Exo@extracellular increases_expression_of L@stroma")) == {
        ("Exo@extracellular", "L@stroma", 1)
    }


def test_a_finding_of_no_release_moves_nothing() -> None:
    net = network("Stroma@stroma releases L@extracellular 0", "Exo@extracellular increases_expression_of L@stroma")
    assert names(net) == {("Exo@extracellular", "L@stroma", 1)}


def test_cargo_enters_the_cell_that_takes_its_vesicle_up() -> None:
    net = network(
        "Exo@extracellular carries M@vesicle",
        "Exo@extracellular is_taken_up_by Stroma@stroma",
        "M@stroma inhibits G@stroma",
    )
    step = steps(net)["M@vesicle/Exo", "M@stroma", 1]
    assert (step.kind, step.predicates, step.assumptions) == (
        "transfer",
        ("enters_with_vesicle",),
        frozenset({A.CARGO}),
    )
    (path,) = paths(net, "Exo@extracellular", "G@stroma")
    assert [s.name for s in path.states] == ["Exo@extracellular", "M@vesicle/Exo", "M@stroma", "G@stroma"]
    assert path.sign == -1


def test_a_molecule_that_is_taken_up_is_then_inside_as_itself() -> None:
    found = names(network("L@extracellular is_taken_up_by Tumour@tumour"))
    assert found == {("L@extracellular", "Tumour@tumour", 1), ("L@extracellular", "L@tumour", 1)}


def test_a_molecule_is_transferred_from_cell_to_cell() -> None:
    net = network("M@vessel transfers_to Tumour@tumour", "M@tumour promotes P@tumour")
    assert steps(net)["M@vessel", "M@tumour", 1].kind == "transfer"
    assert len(paths(net, "M@vessel", "P@tumour", "+")) == 1


def test_a_step_into_a_cell_as_a_whole_is_dear() -> None:
    step = only(network("Exo@extracellular is_taken_up_by Stroma@stroma"))
    assert step.assumptions == {A.WHOLE_CELL}


# Identity of vesicles ------------------------------------------


def test_cargo_of_one_vesicle_never_becomes_cargo_of_another() -> None:
    net = network(
        fact("Exo@extracellular carries M@vesicle", "PMID:1"),
        fact("Exo2@extracellular carries M@vesicle", "PMID:2"),
        "Exo2@extracellular is_taken_up_by Stroma@stroma",
        "M@stroma promotes P@stroma",
    )
    assert not paths(net, "Exo@extracellular", "P@stroma")
    assert len(paths(net, "Exo2@extracellular", "P@stroma")) == 1


def test_cargo_acts_from_the_vesicle_that_its_paper_speaks_of() -> None:
    net = network(
        fact("Exo@extracellular carries M@vesicle", "PMID:1"),
        fact("Exo2@extracellular carries M@vesicle", "PMID:2"),
        fact("M@vesicle suppresses P@tumour", "PMID:2"),
    )
    assert not paths(net, "Exo@extracellular", "P@tumour")
    (path,) = paths(net, "Exo2@extracellular", "P@tumour", "-")
    assert path.steps[-1].assumptions == frozenset()


def test_where_no_paper_tells_the_vesicle_it_is_assumed_and_said() -> None:
    net = network(
        fact("Exo@extracellular carries M@vesicle", "PMID:1"), fact("M@vesicle suppresses P@tumour", "PMID:2")
    )
    (path,) = paths(net, "Exo@extracellular", "P@tumour", "-")
    assert path.steps[-1].assumptions == {A.VESICLE}
    taken = network(
        fact("Exo@extracellular carries M@vesicle", "PMID:1"), fact("M@vesicle is_taken_up_by Tumour@tumour", "PMID:2")
    )
    assert steps(taken)["M@vesicle/Exo", "M@tumour", 1].assumptions == {A.VESICLE}


def test_stromal_mir_15a_is_never_on_a_path_of_cml_exosomes(graph: kg.KnowledgeGraph) -> None:
    for kinds in (False, True):
        net = graph.states(summaries=True, kinds=kinds)
        loaded = {
            s.source.entity for s in net.steps if s.target.entity == "exil8:mir_15a" and s.predicates == ("carries",)
        }
        reached = {s.name for s in _reached(net, State("exil8:cml_exosome", "extracellular"))}
        assert loaded <= {"exil8:stromal_exosome"}
        assert "exil8:mir_15a@vesicle/exil8:cml_exosome" not in reached
        assert not any(name.startswith("exil8:mir_15a@vesicle") for name in reached)


def _reached(net: Network, start: State) -> set[State]:
    onward: dict[State, list[State]] = {}
    for step in net.steps:
        onward.setdefault(step.source, []).append(step.target)
    reached, waiting = {start}, [start]
    while waiting:
        for after in onward.get(waiting.pop(), ()):
            if after not in reached:
                reached.add(after)
                waiting.append(after)
    return reached


# 3. From the medium or a vesicle into a cell ------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "L@extracellular activates R@tumour!",
        "Drug@extracellular targets R@tumour",
        "Exo@extracellular promotes P@tumour",
    ],
)
def test_effects_from_the_medium_land_in_a_cell(row: str) -> None:
    assert only(network(row)).assumptions == frozenset()


def test_effects_of_cargo_on_its_vesicle_land_in_a_cell() -> None:
    net = network(fact("Exo@extracellular carries M@vesicle", "PMID:1"), fact("M@vesicle promotes P@tumour", "PMID:1"))
    assert ("M@vesicle/Exo", "P@tumour", 1) in names(net)


# 4. Contact ------------------------------------------


def test_a_protein_of_one_membrane_acts_on_another_cell_by_contact() -> None:
    step = only(network("S@vessel! promotes P@tumour"))
    assert step.assumptions == {A.CONTACT}
    assert "contact" in step.remarks
    assert step.penalties == {}


def test_contact_needs_the_membrane() -> None:
    net = network("S@vessel promotes P@tumour")
    assert not net.steps
    assert [s.assumptions for s in net.summaries] == [{A.SUMMARY}]


# 5. Secretion assumed ------------------------------------------


def test_secretion_that_a_row_leaves_out_is_put_in_and_named() -> None:
    net = network("L@stroma promotes P@tumour", "Stroma@stroma releases L@extracellular")
    (path,) = paths(net, "L@stroma", "P@tumour", "+")
    assert [s.name for s in path.states] == ["L@stroma", "L@extracellular", "P@tumour"]
    assert path.steps[1].assumptions == {A.SECRETION}
    assert any("stroma" in remark and remark.startswith("secretion assumed") for remark in path.steps[1].remarks)
    assert path.steps[1].penalties == {"secretion assumed": 0.5}


def test_release_by_another_cell_is_enough_and_the_move_is_then_assumed_too() -> None:
    net = network("L@stroma promotes P@tumour", "Vessel@vessel releases L@extracellular")
    assert steps(net)["L@stroma", "L@extracellular", 1].assumptions == {A.SECRETION}


def test_without_any_release_it_is_a_summary() -> None:
    net = network("L@stroma promotes P@tumour", "L@extracellular promotes P@vessel")
    assert ("L@stroma", "L@extracellular", 1) not in names(net)
    assert len(net.summaries) == 1


def test_stromal_il8_and_survival_of_aml_cells(graph: kg.KnowledgeGraph) -> None:
    result = graph.paths("CXCL8@bm_stromal_cell", "cell survival@leukemia_cell_other", sign="+", max_steps=2)
    best = result[0]
    assert [s.name for s in best.states][1:] == ["HGNC:6025@extracellular", "MESH:D002470@leukemia_cell_other"]
    assert best.steps[1].publications == ("PMID:27872094",)
    assert any(remark.startswith("secretion assumed") for remark in best.steps[1].remarks)


# Never: from inside one cell into another ------------------------------------------


def test_summaries_are_kept_apart_and_walked_only_when_asked_for() -> None:
    rows = ("Stroma@stroma suppresses GO:0006915@tumour", "Tumour@tumour releases L@extracellular")
    apart, asked = network(*rows), network(*rows, summaries=True)
    assert ("Stroma@stroma", "GO:0006915@tumour", -1) not in names(apart)
    assert [s.source.name for s in apart.summaries] == ["Stroma@stroma"]
    step = steps(asked)["Stroma@stroma", "GO:0006915@tumour", -1]
    assert step.assumptions == {A.SUMMARY}
    assert step.penalties == {"summary": 1.0}
    assert asked.summaries == ()


def test_every_curated_summary_is_a_question_and_none_is_walked(graph: kg.KnowledgeGraph) -> None:
    net = graph.states()
    assert not any(A.SUMMARY in s.assumptions for s in net.steps)
    assert ("CL:0010001@bm_stromal_cell", "GO:0006915@cml_cell") in {
        (s.source.name, s.target.name) for s in net.summaries
    }
    asked = graph.paths("stromal cell of bone marrow", "cell survival@cml_cell", summaries=True, max_steps=2)
    assert any("summary" in step.remarks for path in asked for step in path.steps)


def test_two_effects_inside_two_cells_do_not_join() -> None:
    net = network("A@stroma activates B@stroma", "B@tumour activates C@tumour")
    assert not paths(net, "A@stroma", "C@tumour")


# Open sites ------------------------------------------


def test_an_unnamed_site_is_read_as_the_cell_one_is_in_with_a_penalty() -> None:
    net = network(
        "L@extracellular activates R@tumour!", "R@unspecified promotes P@unspecified", "X@tumour promotes P@tumour"
    )
    step = steps(net)["R@tumour", "P@tumour", 1]
    assert step.assumptions == {A.SITE}
    assert step.penalties == {"site assumed": 0.5}
    assert any(remark == "site assumed: unspecified read as tumour" for remark in step.remarks)


def test_a_chain_of_unnamed_sites_stays_in_one_cell() -> None:
    net = network(
        "L@extracellular activates R@tumour",
        "R@unspecified activates K@unspecified",
        "K@unspecified promotes P@unspecified",
    )
    (path,) = [p for p in paths(net, "L@extracellular", "P@tumour", "+") if p.states[1].site == "tumour"]
    assert {s.site for s in path.states[1:]} == {"tumour"}
    assert not any(s.site in ("stroma", "vessel") for s in net.states)


def test_an_unnamed_site_does_not_lead_from_one_cell_into_another() -> None:
    net = network("R@stroma activates K@unspecified", "K@unspecified promotes P@tumour", "K@stroma activates Z@stroma")
    assert not paths(net, "R@stroma", "P@tumour")


def test_the_organism_is_a_place_to_land_when_one_comes_from_inside_a_cell() -> None:
    rows = ("R@tumour promotes D@organism", "D@organism suppresses P@stroma")
    net = network(*rows)
    assert steps(net)["R@tumour", "D@organism/readout", 1].assumptions == {A.SITE}
    assert not paths(net, "R@tumour", "P@stroma")
    assert len(paths(net, "D@organism", "P@stroma", "-")) == 1


def test_findings_in_the_organism_join_there() -> None:
    net = network(
        "L@extracellular increases_secretion_of M@organism",
        "M@organism promotes P@organism",
        "M@tumour promotes Q@tumour",
    )
    result = paths(net, "L@extracellular", "P@organism", "+")
    assert [s.name for s in result[0].states] == ["L@extracellular", "M@organism", "P@organism"]


def test_a_drug_given_to_the_organism_reaches_its_target_with_a_penalty() -> None:
    assert only(network("Drug@organism targets R@tumour!")).assumptions == {A.SITE}


def test_cargo_that_entered_a_cell_acts_there_as_it_does_in_cells_not_named() -> None:
    net = network(
        "Exo@extracellular carries M@vesicle", "Exo@extracellular is_taken_up_by Stroma@stroma",
        "M@unspecified inhibits G@unspecified",
    )  # fmt: skip
    assert steps(net)["M@stroma", "G@stroma", -1].assumptions == {A.SITE}


# Binding, phosphorylation, findings of nothing ------------------------------------------


def test_a_ligand_that_binds_its_receptor_is_taken_to_activate_it() -> None:
    step = only(network("L@extracellular binds R@tumour!"))
    assert (step.sign, step.assumptions) == (1, frozenset({A.RECEPTOR}))
    assert step.remarks == ("ligand activates its receptor",)


@pytest.mark.parametrize(
    "row",
    [
        "Drug@extracellular binds R@tumour!",
        "L@extracellular binds R@tumour",
        "L@tumour binds R@tumour!",
        "R@tumour! binds L@extracellular",
        "L@extracellular binds R@extracellular",
        "A@tumour phosphorylates B@tumour",
    ],
)
def test_other_binding_and_phosphorylation_have_no_sign(row: str) -> None:
    net = network(row)
    step = only(net)
    assert step.sign == 0
    ends = step.source.name, step.target.name
    assert [len(paths(net, *ends, sign)) for sign in ("+", "-", "any")] == [0, 0, 1]
    assert paths(net, *ends)[0].sign == 0


def test_an_unsigned_relation_is_not_told_twice_beside_a_signed_one() -> None:
    net = network("A@tumour phosphorylates B@tumour", "A@tumour activates B@tumour")
    assert names(net) == {("A@tumour", "B@tumour", 1)}


def test_tested_and_not_found_is_never_walked() -> None:
    assert not network("L@extracellular promotes P@tumour 0").steps


def test_a_cell_that_expresses_something_is_no_step() -> None:
    net = network("Tumour@tumour expresses R@tumour!")
    assert not net.steps
    assert net.set_aside == {"no step: a fact about where something is": 1}


@pytest.mark.parametrize("word", sorted(n for n, p in vocabulary.predicates().items() if p.symmetric))
def test_an_association_is_no_step_and_puts_nothing_in_a_cell(word: str) -> None:
    net = network(f"A@tumour {word} B@tumour", f"B@tumour {word} A@tumour", "B@unspecified activates C@unspecified")
    assert names(net) == names(network("B@unspecified activates C@unspecified"))
    assert [len(paths(net, "A@tumour", "B@tumour", sign)) for sign in ("+", "-", "any")] == [0, 0, 0]
    assert net.set_aside == {"no step: an association, which says nothing of an effect": 2}


# Definitions ------------------------------------------


def test_less_apoptosis_is_survival_by_definition_in_each_cell_that_has_it() -> None:
    net = network("Drug@extracellular suppresses GO:0006915@tumour")
    step = steps(net)["GO:0006915@tumour", "MESH:D002470@tumour", -1]
    assert (step.kind, step.cost, step.probability, step.publications) == ("definition", 0.0, 1.0, ())
    assert step.remarks == ("definition: GO:0006915",)
    (path,) = paths(net, "Drug@extracellular", "MESH:D002470@tumour", "+")
    assert path.cost == pytest.approx(path.steps[0].cost, abs=1e-6)


def test_definitions_can_be_turned_off() -> None:
    net = network("Drug@extracellular suppresses GO:0006915@tumour", definitions=False)
    assert {s.kind for s in net.steps} == {"effect"}


def test_a_definition_holds_in_cells_only() -> None:
    assert not any(s.kind == "definition" for s in network("Drug@organism suppresses GO:0006915@organism").steps)


def test_exosomal_secretion_of_a_cell_releases_the_exosomes_of_that_cell_by_definition() -> None:
    table = facts(
        "Drug@extracellular suppresses GO:1990182@tumour",
        "Exo@extracellular promotes Growth@stroma",
        "Exo2@extracellular promotes Growth@stroma",
    )
    kinds = {"Exo": ("tumour", "GO:0070062"), "Exo2": ("stroma", "GO:0070062")}
    entities = {
        name: replace(e, origin=kinds[name][0], parents=(kinds[name][1],)) if name in kinds else e
        for name, e in table.entities.items()
    }
    net = build(replace(table, entities=entities))
    released = [s for s in net.steps if s.kind == "definition"]
    assert [(s.source.name, s.target.name, s.sign) for s in released] == [("GO:1990182@tumour", "Exo@extracellular", 1)]
    assert released[0].remarks == ("definition: GO:1990182",)
