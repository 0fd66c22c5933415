"""Questions that a haematologist would ask of the graph, each with the rows of the curated table that answer it.

The answers were looked up by hand in ``relations.tsv``; a test names their rows and asks the graph through its
public face.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import kg
from kg import resources
from kg.cli import run
from kg.errors import UnknownNameError
from kg.model import Disagreement

if TYPE_CHECKING:
    from collections.abc import Iterator


ANCHOR = "PMID:24657661"
EXOSOME, SURVIVAL = "CML exosome", "cell survival@cml_cell"


@pytest.fixture(scope="module")
def g(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kg.KnowledgeGraph]:
    folder = tmp_path_factory.mktemp("haematologist") / "axis.kg"
    built = kg.build(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXIL8_STORE", str(folder))
        yield built
    built.close()


@pytest.fixture(scope="module")
def curated() -> dict[str, dict[str, str]]:
    """Rows of the curated table by their number: ``curated["r0521"]``."""
    file = resources.axes() / "cml_il8" / "relations.tsv"
    with file.open(encoding="utf-8", newline="") as text:
        return {row["id"].removeprefix("exil8:"): row for row in csv.DictReader(text, delimiter="\t")}


def column(rows: dict[str, dict[str, str]], numbers: str, name: str) -> set[str]:
    """One column of some rows of the curated table, named as ``r0001 r0002``."""
    return {rows[number][name] for number in numbers.split()}


def triples(rows: dict[str, dict[str, str]], numbers: str) -> set[tuple[str, str, str]]:
    return {(rows[n]["subject_label"], rows[n]["predicate"], rows[n]["object_label"]) for n in numbers.split()}


def table(g: kg.KnowledgeGraph, name: str, **params: str) -> pd.DataFrame:
    answer = g.query(name, params=params)
    assert isinstance(answer, pd.DataFrame)
    return answer


def local(values: Any) -> list[str]:
    """Local names of predicates."""
    return [str(value).removeprefix("exil8:") for value in values]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command line prints of the graph of this module."""
    assert run(arguments) == 0
    return capsys.readouterr().out


# The loop ----------------------------------------------------------------------------------------------------


def test_how_cml_exosomes_keep_the_leukaemia_alive(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """How do CML exosomes keep the leukaemia alive?"""
    best = g.paths(EXOSOME, SURVIVAL, sign="+", k=1)[0]
    assert [(s.entity, s.site) for s in best.states] == [
        ("exil8:cml_exosome", "extracellular"),
        ("HGNC:6025", "bm_stromal_cell"),
        ("HGNC:6025", "extracellular"),
        ("MESH:D002470", "cml_cell"),
    ]
    assert column(curated, "r0521 r0512 r0518", "publication") == {ANCHOR}


def test_which_papers_stand_behind_it(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Which papers stand behind exosome -> survival, step by step?"""
    first, move, last = g.paths(EXOSOME, SURVIVAL, sign="+", k=1)[0].steps
    assert set(first.publications) == column(curated, "r0521", "publication")
    assert column(curated, "r0001 r0512 r0621 r0623", "publication") <= set(move.publications)
    assert set(last.publications) == column(curated, "r0518", "publication")
    told = g.explain("exil8:r0518").to_dict()
    assert told["evidence"][0]["year"] == 2014
    assert told["evidence"][0]["support"] == curated["r0518"]["support"]


def test_the_whole_loop_from_the_cell_and_back(g: kg.KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    """Can you show me the loop that starts and ends at the CML cell, as JSON with its papers?"""
    asked = ["paths", "CML cell", SURVIVAL, "--sign", "+", "--through", EXOSOME, "-k", "1", "--json"]
    (path,) = json.loads(said(capsys, *asked))["paths"]
    assert [s["predicate"] for s in path["steps"]] == ["releases", "increases_secretion_of", "is_secreted", "promotes"]
    assert all(ANCHOR in s["publications"] for s in path["steps"])
    assert path["sign"] == "+"


def test_what_rests_on_one_paper_only(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What of the loop rests on one paper only?"""
    alone = table(g, "one_paper_only", entity="CXCL8")
    found = set(zip(alone["subject_label"], local(alone["predicate"]), alone["object_label"], strict=True))
    assert triples(curated, "r0521 r0518 r0593") <= found
    mobilisation = alone[alone["object_label"] == "stem/progenitor cell mobilisation"]
    assert mobilisation.empty
    assert len(column(curated, "r0037 r0173 r0174", "publication")) == 3
    assert [len(step.publications) > 1 for step in g.paths(EXOSOME, SURVIVAL, k=1)[0].steps] == [False, True, False]


# IL-8 and its receptors ----------------------------------------------------------------------------------------


def test_who_are_the_receptors_of_il8(g: kg.KnowledgeGraph) -> None:
    """Who are the receptors of IL-8, and which of them does it share with CXCL1?"""
    answer = table(g, "receptors_of_il8").set_index("receptor_label")
    assert list(answer.index) == ["CXCR1", "CXCR2"]
    assert "CXCL1" in str(answer.loc["CXCR2", "shared_with"])
    assert "CXCL1" not in str(answer.loc["CXCR1", "shared_with"])


def test_who_else_uses_cxcr2(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Who else uses CXCR2?"""
    near = table(g, "neighbours", entity="CXCR2")
    predicates = near["predicate"].isin(["exil8:activates", "exil8:binds"])
    users = near[(near["direction"] == "in") & predicates & (near["polarity"] == "+")]
    assert set(users["neighbour_label"]) == column(curated, "r0515 r0706 r0711 r0434", "subject_label")
    assert set(users["neighbour_label"]) == {"CXCL8", "CXCL5", "CXCL1", "MIF"}


def test_what_makes_stroma_secrete_il8(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What makes marrow stroma secrete IL-8, and what stops it?"""
    answer = table(g, "what_makes_stroma_secrete_il8")
    ups, downs = answer[answer["polarity"] == "+"], answer[answer["polarity"] == "-"]
    assert set(ups["subject_label"]) == column(curated, "r0019 r0521 r0589 r0592 r0593 r0623", "subject_label")
    assert set(downs["subject_label"]) == column(curated, "r0595 r0621", "subject_label")
    assert set(answer["publication"]) == column(curated, "r0019 r0521 r0589 r0623", "publication")


def test_which_cells_release_il8(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Which cells release IL-8, and for which was it looked for in vain?"""
    near = table(g, "neighbours", entity="CXCL8")
    released = near[(near["direction"] == "in") & (near["predicate"] == "exil8:releases")]
    by_polarity = {p: set(rows["neighbour_label"]) for p, rows in released.groupby("polarity")}
    assert by_polarity["+"] == column(curated, "r0001 r0092 r0611", "subject_label")
    assert by_polarity["0"] == column(curated, "r0615", "subject_label")


def test_bcr_abl_and_il8_in_the_leukaemic_cell(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Does BCR-ABL drive IL-8 in the CML cell itself, and do TKIs lower it?"""
    up = table(g, "evidence_for", subject="BCR-ABL1", object="CXCL8")
    assert set(up["publication"]) == column(curated, "r0025", "publication")
    for drug, number in (("dasatinib", "r0020"), ("nilotinib", "r0022")):
        best = g.paths(drug, "CXCL8@cml_cell", sign="-", k=1)[0]
        assert len(best.steps) == 1
        assert set(best.publications) == column(curated, number, "publication")


def test_what_cxcr2_drives_in_cml_cells(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What does CXCR2 drive inside CML cells?"""
    does = table(g, "effects_of", entity="CXCR2")
    inside = does[does["object_site"] == "cml_cell"]
    numbers = "r0698 r0699 r0700 r0701 r0702 r0703 r0704 r0714 r0715 r0735 r0736 r0737"
    assert set(inside["object_label"]) == column(curated, numbers, "object_label")
    lowered = set(inside[inside["polarity"] == "-"]["object_label"])
    assert lowered == column(curated, "r0704 r0737", "object_label")


# Drugs ---------------------------------------------------------------------------------------------------------


def test_which_drugs_break_the_loop_and_where(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Which drugs break the loop, and at which step?"""
    answer = table(g, "drugs_against_the_loop")
    at = {str(step)[0]: set(rows["drug_label"]) for step, rows in answer.groupby("step")}
    assert at["1"] == column(curated, "r0252 r0463 r0467 r0255", "subject_label")
    assert at["2"] == column(curated, "r0595 r0621", "subject_label")
    assert at["3"] == column(curated, "r0649 r0650 r0651 r0410", "subject_label")
    assert at["4"] == column(curated, "r0198 r0341 r0363 r0412 r0696", "subject_label")
    in_cml = answer[(answer["step"].str[0] == "4") & (answer["object_site"] == "cml_cell")]
    assert set(in_cml["drug_label"]) == {"SB225002"}


def test_does_sb225002_kill_cml_cells(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Does the CXCR2 antagonist SB225002 lower survival of CML cells, and by which way?"""
    result = g.paths("SB225002", SURVIVAL, sign="-", k=3)
    assert set(result[0].publications) == column(curated, "r0693", "publication")
    assert [s.entity for s in result[2].states][1:3] == ["HGNC:6027", "GO:0006915"]
    assert set(result[2].steps[0].publications) == column(curated, "r0696", "publication")


def test_what_remains_when_cxcr2_is_blocked(g: kg.KnowledgeGraph) -> None:
    """What remains when CXCR2 is blocked, and what when IL-8 itself is?"""
    without_receptor = g.paths(EXOSOME, SURVIVAL, avoid=["CXCR2"], k=1)[0]
    assert set(without_receptor.publications) >= {ANCHOR}
    assert len(without_receptor.steps) == 3
    without_ligand = g.paths(EXOSOME, SURVIVAL, avoid=["CXCL8", "CXCR1", "CXCR2"])
    assert without_ligand[0].cost > without_receptor.cost + 2
    assert all(any(step.assumptions for step in path.steps) for path in without_ligand)
    other_ways = g.paths(EXOSOME, "cell population proliferation@cml_cell", avoid=["CXCL8"], k=1)[0]
    assert len(other_ways.steps) == 1


def test_tkis_and_the_release_of_exosomes(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Do imatinib and dasatinib change how many exosomes CML cells give off?"""
    drugs = table(g, "drugs_on_the_axis")
    on_release = drugs[(drugs["object_label"] == "exosomal secretion") & (drugs["object_site"] == "cml_cell")]
    assert set(on_release["drug_label"]) == {"imatinib", "dasatinib"}
    assert set(on_release["publication"]) == column(curated, "r0255 r0463 r0467", "publication")
    assert set(on_release["polarity"]) == {"-"}


def test_what_protects_cml_cells_from_imatinib(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Which factors protect CML cells from imatinib?"""
    answer = table(g, "protects_from", drug="imatinib")
    outside = answer[~answer["factor_site"].isin(["cml_cell"])]
    from_outside = column(curated, "r0031 r0033 r0221 r0267 r0388 r0508 r0568 r0647", "subject_label")
    assert set(outside["factor_label"]) == from_outside
    assert set(table(g, "protects_from", drug="nilotinib")["publication"]) == column(
        curated, "r0460 r0643", "publication"
    )
    for name in ("Gleevec", "STI571", "CHEBI:45783"):
        pd.testing.assert_frame_equal(table(g, "protects_from", drug=name), answer)
    with pytest.raises(UnknownNameError, match="aspirin"):
        table(g, "protects_from", drug="aspirin")


# Exosomes --------------------------------------------------------------------------------------------------------


def test_which_cargo_does_what(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Which cargo of which vesicle does what?"""
    cargo = table(g, "exosome_cargo")
    acting = cargo.dropna(subset=["effect"])
    found = set(zip(acting["vesicle_label"], acting["cargo_label"], acting["effect_on"], strict=True))
    for carried, acts in (("r0029", "r0033"), ("r0120", "r0119"), ("r0640", "r0635"), ("r0622", "r0618")):
        expected = curated[carried]["subject_label"], curated[carried]["object_label"], curated[acts]["object_label"]
        assert expected in found
    assert set(cargo["cargo_label"]) >= column(curated, "r0536 r0263 r0264 r0265", "object_label")


def test_what_stromal_exosomes_carry(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What do exosomes of marrow stroma carry, and does CML exosome cargo ever get mixed up with it?"""
    cargo = table(g, "exosome_cargo")
    stroma = cargo[cargo["vesicle"] == "exil8:stromal_exosome"]
    assert set(stroma["cargo_label"]) == column(curated, "r0120 r0554 r0640", "object_label")
    of_cml = cargo[cargo["vesicle"] == "exil8:cml_exosome"]
    assert set(of_cml["cargo_label"]) == column(curated, "r0536", "object_label")
    assert len(g.paths(EXOSOME, SURVIVAL, through=["miR-15a"], sign="any")) == 0


def test_cml_exosomes_and_the_endothelium(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What do CML exosomes do to endothelium?"""
    does = table(g, "effects_of", entity=EXOSOME)
    endothelium = does[does["object_site"] == "endothelial_cell"]
    numbers = "r0212 r0213 r0469 r0470 r0472 r0537 r0538 r0541"
    assert set(
        zip(
            ["CML-cell exosome"] * len(endothelium),
            local(endothelium["predicate"]),
            endothelium["object_label"],
            strict=True,
        )
    ) == triples(curated, numbers)


def test_cml_exosomes_and_t_cells(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What do CML exosomes do to T cells? (the table files them under other leukocytes; the model system tells)"""
    does = table(g, "effects_of", entity=EXOSOME)
    t_cells = does[(does["object_site"] == "other_immune_cell") & does["model_system"].str.contains("T cell")]
    numbers = " ".join(f"r{n:04d}" for n in range(717, 727))
    assert set(t_cells["object_label"]) == column(curated, numbers, "object_label")
    assert set(t_cells["publication"]) == column(curated, numbers, "publication")


def test_cml_exosomes_and_macrophages(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What do CML exosomes do to macrophages? Nothing that this table knows: that is an answer too."""
    assert not any(r["subject"] == "exil8:cml_exosome" and r["object_site"] == "macrophage" for r in curated.values())
    assert "macrophage" not in set(table(g, "effects_of", entity=EXOSOME)["object_site"])


def test_exosomes_of_resistant_cells(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Can resistance to imatinib pass from cell to cell by exosomes, and what carries it?"""
    result = g.paths("exosome of imatinib-resistant CML cells", "drug resistance@cml_cell", sign="+", k=3)
    assert set(result[0].publications) == column(curated, "r0031", "publication")
    assert any("exil8:mir_365" in {s.entity for s in path.states} for path in result)


# The niche ---------------------------------------------------------------------------------------------------------


def test_what_e_selectin_does(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What does E-selectin do, and what blocks it?"""
    adhesion = g.paths("E-selectin", "leukocyte adhesion to vascular endothelial cell@cml_cell", sign="+", k=1)[0]
    assert set(adhesion.publications) == column(curated, "r0234", "publication")
    assert "contact" in adhesion.steps[0].remarks
    blocked = g.paths("GMI-1271", "leukocyte adhesion to vascular endothelial cell@cml_cell", sign="-", k=2)
    assert ["HGNC:10718"] in [[s.entity for s in path.states][1:-1] for path in blocked]
    assert set(blocked[0].publications) == column(curated, "r0240", "publication")


def test_what_tgf_beta1_does(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What does TGF-beta1 do in CML, and what makes stroma secrete it?"""
    does = table(g, "effects_of", entity="TGFB1")
    assert set(zip(does["object_label"], does["object_site"], strict=True)) == {
        (curated[n]["object_label"], curated[n]["object_site"]) for n in ("r0040", "r0300")
    }
    ring = g.paths("CML-cell microvesicle", "cell population proliferation@cml_cell", sign="+", k=1)[0]
    assert column(curated, "r0043 r0040", "publication") == set(ring.publications)
    assert [s.entity for s in ring.states][1:3] == ["HGNC:11766", "HGNC:11766"]


def test_which_factors_of_the_niche_matter_most(
    g: kg.KnowledgeGraph, capsys: pytest.CaptureFixture[str], curated: dict[str, dict[str, str]]
) -> None:
    """Which factors of the microenvironment matter most for the leukaemia, and in which direction?"""
    rows = {row["label"]: row for row in json.loads(said(capsys, "rank", "--json"))}
    for number, effect in (("r0518", "+"), ("r0040", "+"), ("r0712", "+"), ("r0119", "-"), ("r0579", "-")):
        row = rows[curated[number]["subject_label"]]
        assert row["effect"] == effect
        assert row["steps"] == 1
        assert row["rank"] <= 15


def test_what_stroma_does_without_a_known_mechanism(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What does stroma do to CML cells for which no mechanism is stated?"""
    open_questions = {
        (s.source.entity, s.predicates[0], s.target.entity)
        for s in g.states().summaries
        if s.source.site == "bm_stromal_cell" and s.target.site == "cml_cell"
    }
    numbers = "r0099 r0248 r0388 r0460 r0486 r0568 r0710"
    assert open_questions == {
        (curated[n]["subject"], curated[n]["predicate"], curated[n]["object"]) for n in numbers.split()
    }
    assert not g.paths("stromal cell of bone marrow@bm_stromal_cell", "smoothened signaling pathway@cml_cell", k=1)
    assert g.paths(
        "stromal cell of bone marrow@bm_stromal_cell", "smoothened signaling pathway@cml_cell", k=1, summaries=True
    )


# Doubts ------------------------------------------------------------------------------------------------------------


def test_where_studies_disagree(
    g: kg.KnowledgeGraph, capsys: pytest.CaptureFixture[str], curated: dict[str, dict[str, str]]
) -> None:
    """Where do studies disagree, and is it a true conflict?"""
    rows = json.loads(said(capsys, "contradictions", "--json"))
    true = [r for r in rows if r["class"] == Disagreement.CONFLICT]
    pairs = {frozenset((r["one_publications"], r["other_publications"])) for r in true}
    for one, other in (("r0212", "r0538"), ("r0698", "r0737"), ("r0458", "r0484")):
        assert frozenset((curated[one]["publication"], curated[other]["publication"])) in pairs
    in_mice = [r for r in rows if r["subject_label"] == "bone marrow stromal exosome"]
    assert {r["class"] for r in in_mice} == {Disagreement.VIVO}


def test_does_il8_help_aml_cells(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Does IL-8 help AML cells to survive? Papers differ: how, and what was measured?"""
    found = [c for c in g.contradictions() if c.subject == "HGNC:6025"]
    kinds = {
        (c.other[0].evidence.publication, c.kind)
        for c in found
        if c.one[0].evidence.publication == curated["r0590"]["publication"]
    }
    assert kinds == {
        (curated["r0565"]["publication"], Disagreement.READOUT),
        (curated["r0612"]["publication"], Disagreement.DISEASE),
    }
    evidence = table(g, "evidence_for", subject="CXCL8", object="cell survival")
    assert set(evidence["publication"]) == column(curated, "r0518 r0590 r0612", "publication")
    assert set(evidence["polarity"]) == {"+", "0"}


def test_what_was_looked_for_and_not_found(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """What was looked for and not found?"""
    answer = table(g, "tested_and_not_found")
    zeros = [n for n, row in curated.items() if row["polarity"] == "0"]
    found = set(zip(answer["subject_label"], local(answer["predicate"]), answer["object_label"], strict=True))
    assert found == triples(curated, " ".join(zeros))
    assert ("imatinib", "suppresses", "CML stem/progenitor cell") in found


def test_does_anything_rest_on_a_retracted_paper(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Is a paper behind this retracted, and does anything rest on it?"""
    status = table(g, "publications_by_status").set_index("status")["count"]
    assert int(status["retracted"]) == 1
    oroxylin = table(g, "publications_of", entity="oroxylin A")
    assert set(oroxylin["publication"]) == column(curated, "r0567", "publication")
    assert set(oroxylin["status"]) == {"current"}


def test_in_patients_or_in_a_dish(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Was it shown in patients, in mice or in a dish?"""
    evidence = table(g, "evidence_for", subject=EXOSOME, object="tumor burden")
    assert set(evidence["model_system"]) == column(curated, "r0180", "model_system")
    assert "mice" in evidence["model_system"].iloc[0]
    assert set(evidence["grade"]) == {"result"}


def test_do_cml_vesicles_carry_bcr_abl(g: kg.KnowledgeGraph, curated: dict[str, dict[str, str]]) -> None:
    """Do vesicles of CML cells carry BCR-ABL, and what does it do in stroma?"""
    cargo = table(g, "exosome_cargo")
    carriers = cargo[cargo["cargo_label"] == "BCR-ABL1"]
    assert set(carriers["vesicle_label"]) == column(curated, "r0041 r0047", "subject_label")
    way = g.paths("CML-cell microvesicle", "BCR-ABL1@bm_stromal_cell", sign="+", k=1)[0]
    assert set(way.publications) == column(curated, "r0042", "publication")
