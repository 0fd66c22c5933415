"""Faces of the analyses on the graph object: every result reads and tabulates itself, and what cannot be asked."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import kg
from kg.analysis.table import Readable
from kg.errors import KgError, SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.graph import KnowledgeGraph

EXOSOME, SURVIVAL = "CML exosome", "cell survival@cml_cell"
MEASURED = {"BCL2": 1, "CASP3": -1, "drug resistance": 1, "apoptosis": -1}

RESULTS: dict[str, Callable[[KnowledgeGraph], Readable]] = {
    "paths": lambda g: g.paths(EXOSOME, SURVIVAL, k=3),
    "no paths": lambda g: g.paths(SURVIVAL, "CXCL8"),
    "loops": lambda g: g.loops("IL-8", k=3),
    "mechanisms": lambda g: g.mechanisms(k=1),
    "discover": lambda g: g.discover(EXOSOME, "drug resistance"),
    "no discovery": lambda g: g.discover("SB225002", SURVIVAL),
    "score": lambda g: g.score(g.paths(EXOSOME, SURVIVAL, k=3), {"IL-8": 1}),
    "cuts": lambda g: g.cuts(k=5),
    "knock-out": lambda g: g.knock_out("CXCR2", k=5),
    "near": lambda g: g.near("IL-8"),
    "mediators": lambda g: g.mediators(),
    "balance": lambda g: g.sign_balance(k=5),
    "connect": lambda g: g.connect(["IL-8", "CML cell", "survival"]),
    "null": lambda g: g.path_null("stromal factor", "leukaemia survival", n=9),
    "dwpc": lambda g: g.dwpc("SB225002", "apoptosis", ["targets>gene_product", "suppresses>process"]),
    "factors": lambda g: g.survival_factors(permutations=0),
    "fragility": lambda g: g.fragility(["PMID:24657661", "PMID:24806995"]),
    "controllers": lambda g: g.controllers(MEASURED),
}


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_reads_tabulates_and_shows_itself(shipped: KnowledgeGraph, name: str) -> None:
    result = RESULTS[name](shipped)
    assert isinstance(result, Readable)
    assert (
        result.summary[0].isupper() or result.summary[0].isdigit() or "no path" in result.summary or ":" in str(result)
    )
    assert str(result).strip()
    frame = result.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame.columns) > 2
    assert result._repr_html_().startswith("<p>")
    json.dumps(result.to_dict(), allow_nan=False)
    field = next(iter(result.__dataclass_fields__))  # type: ignore[attr-defined]
    with pytest.raises((FrozenInstanceError, AttributeError)):
        setattr(result, field, None)


# What is refused: one line that says what to write


BAD: list[tuple[Callable[[KnowledgeGraph], object], str]] = [
    (lambda g: g.paths(EXOSOME, SURVIVAL, k=2.5), "k is 2.5: write a whole number"),  # type: ignore[arg-type]
    (lambda g: g.paths(EXOSOME, SURVIVAL, k="3"), "k is '3'"),  # type: ignore[arg-type]
    (lambda g: g.paths(EXOSOME, SURVIVAL, k=True), "k is True"),
    (lambda g: g.paths(EXOSOME, SURVIVAL, k=0), "k is 0"),
    (lambda g: g.paths(EXOSOME, SURVIVAL, max_steps=1.5), "max-steps is 1.5"),  # type: ignore[arg-type]
    (lambda g: g.paths(EXOSOME, SURVIVAL, sign=1), "sign 1: write"),  # type: ignore[arg-type]
    (lambda g: g.paths(EXOSOME, SURVIVAL, avoid=["nosuch"]), "no entity is called 'nosuch'"),
    (lambda g: g.paths(EXOSOME, SURVIVAL, avoid=5), "avoid: write a name or a list"),  # type: ignore[arg-type]
    (lambda g: g.paths("IL-8", "CXCL8"), "source and target are the same"),
    (lambda g: g.paths("IL-8@extracellular", ["CXCL8@extracellular"]), "source and target are the same"),
    (lambda g: g.simple_paths(EXOSOME, SURVIVAL, max_steps=0), "max-steps is 0"),
    (lambda g: g.simple_paths(EXOSOME, SURVIVAL, max_steps=2, most=0), "most is 0"),
    (lambda g: g.loops("IL-8", k=0), "k is 0"),
    (lambda g: g.loops([]), "at least one"),
    (lambda g: g.mechanisms(k=-1), "k is -1"),
    (lambda g: g.cuts("IL-8", "CXCL8"), "are the same"),
    (lambda g: g.cuts(k=1.5), "k is 1.5"),  # type: ignore[arg-type]
    (lambda g: g.cuts(node_cost={"IL-8": -1.0}), "negative"),
    (lambda g: g.cuts(node_cost={"IL-8": float("nan")}), "the cost of removing"),
    (lambda g: g.cuts(within=["nosuch"]), "no entity is called"),
    (lambda g: g.knock_out("CXCR2", "IL-8", "CXCL8"), "are the same"),
    (lambda g: g.knock_out([]), "name at least one entity to knock out"),
    (lambda g: g.knock_out("adipocyte"), "is on no step of the network"),
    (lambda g: g.sign_balance("IL-8", "IL-8"), "are the same"),
    (lambda g: g.mediators("IL-8", "IL-8"), "are the same"),
    (lambda g: g.connect(["IL-8"]), "at least two things"),
    (lambda g: g.connect([]), "at least one terminal"),
    (lambda g: g.path_null("IL-8", "IL-8"), "are the same"),
    (lambda g: g.path_null(n=0), "n is 0"),
    (lambda g: g.path_null(seed=-1), "seed is -1"),
    (lambda g: g.path_null(method="magic"), "method"),
    (lambda g: g.near("IL-8", restart=0), "restart"),
    (lambda g: g.survival_factors("nosuch"), "it has: microenvironment factor, stromal factor"),
    (lambda g: g.fragility("PMID:1"), "no paper of the graph is called 'PMID:1'; did you mean"),
    (lambda g: g.fragility(source="IL-8", target="IL-8"), "are the same"),
    (lambda g: g.controllers(MEASURED, max_steps=0), "max-steps is 0"),
    (lambda g: g.dwpc("IL-8", "apoptosis", []), "at least one step"),
]


@pytest.mark.parametrize(("ask", "says"), BAD, ids=[says for _, says in BAD])
def test_what_cannot_be_asked_is_one_line(shipped: KnowledgeGraph, ask: Callable[[Any], object], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        ask(shipped)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_simple_paths_up_to_a_length(shipped: KnowledgeGraph) -> None:
    every = shipped.simple_paths("SB225002", SURVIVAL, max_steps=3)
    assert every.complete
    best = shipped.paths("SB225002", SURVIVAL, sign="any", k=1000, max_steps=3)
    assert [str(path) for path in every] == [str(path) for path in best]
    few = shipped.simple_paths("SB225002", SURVIVAL, max_steps=3, most=4)
    assert (len(few), few.complete) == (4, False)
    assert "no path" in shipped.simple_paths(SURVIVAL, "SB225002", max_steps=2).hint


def test_paths_are_compared_as_kg_compare_does(shipped: KnowledgeGraph) -> None:
    one, other = shipped.paths(EXOSOME, SURVIVAL, k=2)
    assert str(shipped.compare(other, one)) == str(kg.compare(one, other))


def test_numbers_of_numpy_are_whole_numbers(shipped: KnowledgeGraph) -> None:
    import numpy as np

    assert len(shipped.paths(EXOSOME, SURVIVAL, k=np.int64(2))) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [float("nan"), 0.0, 1.5, -0.1, "x"])
def test_a_belief_of_a_frame_that_is_none_is_an_error(shipped: KnowledgeGraph, value: object) -> None:
    row = {"subject": "CXCL1@extracellular", "predicate": "promotes", "object": SURVIVAL}
    with pytest.raises(SourceError, match=r"table:1: belief .* is not a number above 0 and at most 1"):
        shipped.joined(pd.DataFrame([row | {"belief": value}]))
    assert shipped.joined(pd.DataFrame([row | {"belief": ""}])).paths("CXCL1", SURVIVAL, max_steps=1).paths


def test_other_gaps_of_a_frame_are_left_empty(shipped: KnowledgeGraph) -> None:
    row = {"subject": "CXCL1@extracellular", "predicate": "promotes", "object": SURVIVAL, "publication": float("nan")}
    assert shipped.joined(pd.DataFrame([row])).paths("CXCL1", SURVIVAL, max_steps=1).paths


# Own relations reach every analysis


def test_own_relations_reach_the_analyses(shipped: KnowledgeGraph) -> None:
    own = pd.DataFrame(
        [
            {
                "subject": "CML exosome@extracellular",
                "predicate": "promotes",
                "object": SURVIVAL,
                "publication": "PMID:1",
            },
            {"subject": "CSF2@extracellular", "predicate": "promotes", "object": SURVIVAL, "publication": "PMID:2"},
        ]
    )
    joined = shipped.joined(own)
    assert joined.sign_balance().plus.best_cost != shipped.sign_balance().plus.best_cost
    assert not joined.cuts(k=1).possible
    assert "PMID:1" in {role.publication for role in joined.fragility()}
    before, after = ({f.entity for f in g.survival_factors(permutations=0)} for g in (shipped, joined))
    assert "HGNC:2434" in after - before


def test_a_joined_graph_outlives_its_base() -> None:
    base = kg.build()
    joined = base.joined(pd.DataFrame([{"subject": "CXCL1", "predicate": "promotes", "object": "survival"}]))
    del base
    assert len(joined.query("receptors_of_il8")) == 2


# A profile that asks nothing


def test_a_profile_without_a_question_says_what_to_name(tiny: Path, tmp_path: Path) -> None:
    text = (tiny / "profile.toml").read_text()
    start, end = text.index("[flagship]"), text.index("# What the axis is about")
    (tiny / "profile.toml").write_text(text[:start] + text[end:])
    graph = kg.build(tmp_path / "tiny.kg", profile=tiny)
    with pytest.raises(UsageError, match="the profile asks no flagship question"):
        graph.cuts()
    assert graph.cuts("TNF", "cell adhesion").entities[0].entity == "HGNC:12663"
    assert len(graph.fragility()) == 1
    graph.close()


def test_controllers_take_their_measurements_in_any_form(shipped: KnowledgeGraph, tmp_path: Path) -> None:
    file = tmp_path / "measured.tsv"
    file.write_text("entity\tsign\nBCL2\t+\nCASP3\t-\ndrug resistance\tup\napoptosis\t-2.5\n")
    frame = pd.DataFrame({"entity": list(MEASURED), "sign": list(MEASURED.values())})
    tables = [shipped.controllers(form).rows for form in (MEASURED, file, frame)]
    assert tables[0] == tables[1] == tables[2]
    best = {row.entity: row for row in tables[0]}["exil8:stromal_exosome"]
    assert (best.direction, best.correct) == (1, 4)
    with pytest.raises(KgError):
        shipped.controllers({"nosuchthing": 1})
