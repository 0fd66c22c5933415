"""Every named query against its answer, reckoned from the curated table without the graph.

Each is asked of the shipped graph and of one in which two papers are retracted: what these papers say counts
nowhere, and only queries that show where a paper stands still name them.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

import kg
from kg import mentions, questions, resources
from kg.contradictions import to_frame
from kg.errors import UnknownNameError, UsageError
from kg.model import Disagreement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph import KnowledgeGraph

AXIS = resources.axes() / "cml_il8"
RETRACTED = ("PMID:9345054", "PMID:24657661")
SHOW_STATUS = {"relations", "evidence_for", "publications_of", "publications_by_status", "mentions_of"}
IL8, STROMA, OUTSIDE = "HGNC:6025", "bm_stromal_cell", "extracellular"
NOTHING: set[tuple[Any, ...]] = {(None,) * 5}
VALUES = {"entity": "IL-8", "subject": "CXCL8", "object": "cell survival", "drug": "imatinib"}

Row = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """A graph and the rows of the curated table that count in it."""

    graph: KnowledgeGraph
    rows: list[Row]
    dead: tuple[str, ...]

    def table(self, name: str, **params: str) -> list[dict[str, Any]]:
        columns, rows = self.graph.answer(name, params=params).rows()
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def said(self, *columns: str, **wanted: str) -> set[tuple[str, ...]]:
        """Some columns of the live rows with the wanted values."""
        found = (row for row in self.rows if all(row[name] == value for name, value in wanted.items()))
        return {tuple(row[column] for column in columns) for row in found}


def curated(name: str = "relations.tsv") -> list[Row]:
    with (AXIS / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def named(row: Row, ids: dict[str, str]) -> Row:
    """A row as the graph has it: papers by their canonical id, predicates as CURIEs."""
    paper = row["publication"].lower()
    return row | {"publication": ids.get(paper, row["publication"]), "predicate": f"exil8:{row['predicate']}"}


def asked(graph: KnowledgeGraph, dead: tuple[str, ...] = ()) -> Asked:
    papers = graph.content.publications
    ids = {key.lower(): p.id for p in papers for key in (p.id, f"DOI:{p.doi}", f"PMID:{p.pmid}", f"PMC:{p.pmcid}")}
    return Asked(graph, [named(r, ids) for r in curated() if r["publication"] not in dead], dead)


@pytest.fixture(scope="module")
def fallen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The shipped graph, had two of its papers been retracted."""
    folder = tmp_path_factory.mktemp("fallen")
    for file in AXIS.iterdir():
        if file.suffix in (".tsv", ".toml", ".gz"):
            (folder / file.name).write_bytes(file.read_bytes())
    rows = curated("publications.tsv")
    for row in rows:
        row["status"] = "retracted" if row["id"] in RETRACTED else row["status"]
    text = "\n".join("\t".join(line) for line in ([*rows[0]], *([*row.values()] for row in rows)))
    (folder / "publications.tsv").write_text(text + "\n", encoding="utf-8")
    graph = kg.build(folder / "axis.kg", profile=folder)
    yield graph
    graph.close()


@pytest.fixture(scope="module", params=["shipped", "two papers retracted"])
def g(request: pytest.FixtureRequest, shipped: KnowledgeGraph) -> Asked:
    if request.param == "shipped":
        return asked(shipped)
    return asked(request.getfixturevalue("fallen"), RETRACTED)


def local(rows: list[dict[str, Any]], *columns: str) -> set[tuple[Any, ...]]:
    return {tuple(row[column] for column in columns) for row in rows}


# All of them


@pytest.mark.parametrize("name", sorted({*questions.names()} - SHOW_STATUS))
def test_what_only_a_retracted_paper_says_is_in_no_answer(fallen: KnowledgeGraph, name: str) -> None:
    params = {key: VALUES[key] for key, _ in questions.load(name).parameters}
    cells = [cell for row in fallen.answer(name, params=params).rows()[1] for cell in row]
    assert {part for cell in cells for part in re.split(r"[|;] ?", str(cell))}.isdisjoint(RETRACTED)


@pytest.mark.parametrize("name", questions.names())
def test_every_query_has_a_test_of_its_answer(name: str) -> None:
    assert f"test_{name}" in globals()


# The axis


def test_relations(g: Asked) -> None:
    columns = ("subject", "subject_site", "predicate", "object", "object_site", "polarity", "publication", "grade")
    found = g.table("relations")
    predicates = [f"exil8:{row['predicate']}" for row in found]
    shown = {tuple((row | {"predicate": p})[c] for c in columns) for row, p in zip(found, predicates, strict=True)}
    assert shown == asked(g.graph).said(*columns)
    assert len(found) == len(g.graph.content.statements)
    assert {row["source"] for row in found} == {"curated"}
    iris, rows = g.graph.answer("relations").rows(iris=True)
    order = [[row[iris.index(c)] for c in ("subject", "predicate", "object", "relation")] for row in rows]
    assert order == sorted(order)
    unbelieved = {curie for curie, belief in g.graph.content.beliefs.items() if belief.value == 0}
    assert {row["relation"] for row in found if row["belief"] == 0} == unbelieved
    assert bool(unbelieved) is bool(g.dead)


def test_receptors_of_il8(g: Asked) -> None:
    found = {row["receptor_label"]: row for row in g.table("receptors_of_il8")}
    assert list(found) == ["CXCR1", "CXCR2"]
    for label, row in found.items():
        acts = [r for r in g.rows if r["subject"] == IL8 and r["object_label"] == label and r["polarity"] == "+"]
        acts = [r for r in acts if r["predicate"] in ("exil8:binds", "exil8:activates")]
        assert row["papers"] == len({r["publication"] for r in acts})
        assert row["sites"].split("|") == sorted({r["object_site"] for r in acts})
    assert [row["shared_with"] for row in found.values()] == [None, "CXCL1|CXCL5|MIF"]
    assert [row["papers"] for row in found.values()] == ([4, 5] if g.dead else [5, 6])


def test_what_makes_stroma_secrete_il8(g: Asked) -> None:
    found = g.table("what_makes_stroma_secrete_il8")
    stated = g.said("subject", "predicate", "publication", object=IL8, object_site=STROMA)
    changes = re.compile(r"(in|de)creases_(secretion|expression)_of$")
    assert local(found, "subject", "predicate", "publication") == {t for t in stated if changes.search(t[1])}
    assert ("exil8:cml_exosome" in {row["subject"] for row in found}) is not bool(g.dead)


def test_drugs_on_the_axis(g: Asked) -> None:
    columns = ("object", "predicate", "object_site", "polarity", "publication")
    drugs = {row["id"] for row in curated("entities.tsv") if row["type"] == "chemical"}
    expected = {t for t in g.said("subject", *columns) if t[0] in drugs}
    found = g.table("drugs_on_the_axis")
    assert local(found, "drug", *columns) == expected
    assert len(found) == (167 if g.dead else 171)


def test_drugs_against_the_loop(g: Asked) -> None:
    found = g.table("drugs_against_the_loop")
    step = {"1": "GO:1990182", "2": IL8, "3": IL8, "4": "HGNC:602[67]"}
    assert {row["step"][0] for row in found} == step.keys()
    for row in found:
        match = g.said("object", subject=row["drug"], predicate=row["predicate"], publication=row["publication"])
        assert any(re.fullmatch(step[row["step"][0]], t[0]) for t in match)
    drugs = {row["drug_label"] for row in found if row["step"].startswith("4") and row["object_site"] == "cml_cell"}
    assert drugs == {"SB225002"}


def test_exosome_cargo(g: Asked) -> None:
    found = g.table("exosome_cargo")
    carried = g.said("subject", "object", "publication", predicate="exil8:carries", polarity="+")
    assert local(found, "vesicle", "cargo", "publication") == carried
    columns = ("predicate", "object_label", "object_site", "polarity", "subject_site")
    for vesicle, cargo, paper in carried:
        mine = [row for row in found if (row["vesicle"], row["cargo"], row["publication"]) == (vesicle, cargo, paper)]
        effects = local(mine, "effect", "effect_on", "effect_site", "effect_polarity", "cargo_site")
        assert effects == (g.said(*columns, subject=cargo, publication=paper) or NOTHING)


@pytest.mark.parametrize("record", ["r0533", "r0534", "r0535", "r0034"])
def test_cargo_acts_in_the_cell_that_took_it_up(g: Asked, record: str) -> None:
    row = next(r for r in g.rows if r["id"] == f"exil8:{record}")
    found = [r for r in g.table("exosome_cargo") if r["cargo"] == row["subject"]]
    assert (row["object_label"], row["polarity"], row["subject_site"], row["publication"]) in local(
        found, "effect_on", "effect_polarity", "cargo_site", "publication"
    )


def test_stromal_factors(g: Asked) -> None:
    found = g.table("stromal_factors")
    releases = g.said("object", "publication", predicate="exil8:releases", subject_site=STROMA, polarity="+")
    secretion = "exil8:increases_secretion_of"
    raised = g.said("object", "publication", predicate=secretion, object_site=STROMA, polarity="+")
    assert local(found, "factor", "publication") == releases | raised
    acts = g.said("subject", "predicate", "object_label", "object_site", "publication", subject_site=OUTSIDE)
    on_leukaemia = {t for t in acts if t[3] in ("cml_cell", "leukemia_cell_other")}
    factors = {row["factor"] for row in found}
    stated = local([r for r in found if r["effect"]], "factor", "effect", "on_label", "on_site", "effect_publication")
    assert stated == {t for t in on_leukaemia if t[0] in factors}
    assert len(found) == (50 if g.dead else 82)


def test_survival_factors(g: Asked) -> None:
    signs = {"MESH:D002470": "+", "GO:0006915": "-"} | dict.fromkeys(
        ("GO:0008283", "MESH:D019008", "MESH:D003114", "MESH:D047368"), "+"
    )
    columns = ("subject", "subject_site", "predicate", "object_site", "polarity")
    expected: dict[tuple[str, ...], set[str]] = {}
    for row in g.rows:
        if row["object"] in signs:
            effect = "none" if row["polarity"] == "0" else "+" if row["polarity"] == signs[row["object"]] else "-"
            key = (*(row[c] for c in columns), row["object_label"], effect)
            expected.setdefault(key, set()).add(row["publication"])
    names = (
        "factor",
        "factor_site",
        "predicate",
        "outcome_site",
        "polarity",
        "outcome",
        "effect_on_survival",
        "papers",
    )
    assert local(g.table("survival_factors"), *names) == {(*key, len(papers)) for key, papers in expected.items()}


def test_tested_and_not_found(g: Asked) -> None:
    columns = ("subject_label", "subject_site", "predicate", "object_label", "object_site", "publication")
    assert local(g.table("tested_and_not_found"), *columns) == g.said(*columns, polarity="0")


def test_contradictions(g: Asked) -> None:
    frame = to_frame(g.graph.contradictions(), g.graph.content)
    by_command = frame.drop(columns=["one_support", "other_support"]).to_dict("records")
    found = g.table("contradictions")
    relations = [(row.pop("one_relation"), row.pop("other_relation")) for row in found]
    assert sorted(map(repr, found)) == sorted(map(repr, by_command))
    assert set(relations) == {(c.one[0].relation.id, c.other[0].relation.id) for c in g.graph.contradictions()}
    assert len(found) == (9 if g.dead else 11)
    assert found[0]["class"] == Disagreement.CONFLICT


@pytest.mark.parametrize(
    ("subject", "papers", "kind"),
    [
        ("CML-cell exosome", {"DOI:10.18632/oncotarget.8483", "PMID:25015105"}, Disagreement.CONFLICT),
        ("CXCL8", {"PMID:27872094", "PMID:26674118"}, Disagreement.READOUT),
        ("bone marrow stromal exosome", {"DOI:10.1155/2020/8890201"}, Disagreement.VIVO),
        ("CXCR2", {"PMID:34146540", "PMID:38045173"}, Disagreement.CONFLICT),
        ("plerixafor", {"PMID:22182920", "PMID:22889761"}, Disagreement.CONFLICT),
    ],
    ids=["VCAM1 in HUVEC", "IL-8 and AML", "stromal exosomes", "CXCR2 and PI3K", "plerixafor"],
)
def test_the_five_known_contradictions(g: Asked, subject: str, papers: set[str], kind: Disagreement) -> None:
    found = [row for row in g.table("contradictions") if row["subject_label"] == subject]
    classes = {r["class"] for r in found if {r["one_publications"], r["other_publications"]} == papers}
    assert classes == {kind}


# Of one entity


def test_evidence_for(g: Asked) -> None:
    columns = ("predicate", "subject_site", "object_site", "polarity", "publication", "grade", "model_system")
    found = g.table("evidence_for", subject="CXCL8", object="cell survival")
    everything = asked(g.graph)
    assert local(found, *columns) == everything.said(*columns, subject=IL8, object="MESH:D002470")
    statuses = {row["publication"]: row["status"] for row in found}
    assert statuses["PMID:24657661"] == ("retracted" if g.dead else "current")


def test_effects_of(g: Asked) -> None:
    columns = ("object_site", "object", "predicate", "polarity", "subject_site", "publication", "model_system")
    assert local(g.table("effects_of", entity="CML exosome"), *columns) == g.said(*columns, subject="exil8:cml_exosome")


def test_neighbours(g: Asked) -> None:
    found = g.table("neighbours", entity="IL-8")
    columns = ("neighbour", "neighbour_site", "entity_site", "predicate", "polarity", "publication")
    for direction, here, there in (("out", "subject", "object"), ("in", "object", "subject")):
        names = (there, f"{there}_site", f"{here}_site", "predicate", "polarity", "publication")
        stated = g.said(*names, **{here: IL8})
        mine = [row for row in found if row["direction"] == direction]
        assert local(mine, *columns[:-1]) == {t[:-1] for t in stated}
        for row in mine:
            papers = {t[-1] for t in stated if t[:-1] == tuple(row[c] for c in columns[:-1])}
            assert row["papers"] == len(papers)
    assert {row["direction"] for row in found} == {"in", "out"}


def test_one_paper_only(g: Asked) -> None:
    columns = ("subject_label", "subject_site", "predicate", "object_label", "object_site", "polarity")
    papers: dict[tuple[str, ...], set[str]] = {}
    for row in g.rows:
        if IL8 in (row["subject"], row["object"]):
            papers.setdefault(tuple(row[c] for c in columns), set()).add(row["publication"])
    alone = {(*key, *found) for key, found in papers.items() if len(found) == 1}
    assert local(g.table("one_paper_only", entity="IL-8"), *columns, "publication") == alone


def test_publications_of(g: Asked) -> None:
    everything = asked(g.graph)
    stated: dict[str, set[tuple[str, ...]]] = {}
    for row in everything.rows:
        if IL8 in (row["subject"], row["object"]):
            key = tuple(row[c] for c in ("subject", "subject_site", "predicate", "object", "object_site", "polarity"))
            stated.setdefault(row["publication"], set()).add(key)
    found = g.table("publications_of", entity="IL-8")
    assert local(found, "publication", "relations") == {(paper, len(keys)) for paper, keys in stated.items()}
    assert {row["status"] for row in found if row["publication"] in RETRACTED} == {"retracted" if g.dead else "current"}


def test_publications_by_status(g: Asked) -> None:
    found = {row["status"]: row["count"] for row in g.table("publications_by_status")}
    counts: dict[str, int] = {}
    for paper in g.graph.content.publications:
        counts[paper.status] = counts.get(paper.status, 0) + 1
    assert found == counts
    assert found["retracted"] == 1 + len(g.dead)


def test_members_of(g: Asked) -> None:
    broader: dict[str, set[str]] = {}
    for row in curated("hierarchy.tsv"):
        broader.setdefault(row["broader"], set()).add(row["member"])
    for row in curated("entities.tsv"):
        for parent in filter(None, row["parent"].split("|")):
            broader.setdefault(parent, set()).add(row["id"])
    level, members = {"MESH:D000092004"}, set[str]()
    while level := {m for b in level for m in broader.get(b, ())} - members:
        members |= level
    found = g.table("members_of", entity="TKI")
    assert {row["member"] for row in found} == members
    assert "CHEBI:45783" in members
    assert g.table("members_of", entity="imatinib") == []


def test_mentions_of(g: Asked) -> None:
    talk = mentions.literature(g.graph.content).mentions
    status = {p.id: p.status for p in g.graph.content.publications}
    expected = {(m.publication, "|".join(sorted(m.how)), status[m.publication]) for m in talk if m.entity == IL8}
    found = g.table("mentions_of", entity="IL-8")
    assert local(found, "publication", "how", "status") == expected
    assert len(found) == len(expected) > 20


def test_co_mentions(g: Asked) -> None:
    pairs = mentions.literature(g.graph.content).co_mentions
    other = {p.other if p.one == IL8 else p.one: p for p in pairs if IL8 in (p.one, p.other)}
    found = g.table("co_mentions", entity="IL-8")
    assert {row["other"]: row["papers"] for row in found} == {curie: p.papers for curie, p in other.items()}
    for row in found:
        assert row["weight"] == pytest.approx(other[row["other"]].weight, abs=1e-4)
    assert [row["weight"] for row in found] == sorted((row["weight"] for row in found), reverse=True)


def test_preprints(g: Asked) -> None:
    expected = {(p.id, p.title, p.status) for p in g.graph.content.publications if "Preprint" in p.types}
    assert local(g.table("preprints"), "publication", "title", "status") == expected
    assert expected


def test_citations(g: Asked) -> None:
    """The records that are shipped come without their references; those that have some are in tests/store."""
    assert g.table("citations") == []
    assert not any(p.references for p in g.graph.content.publications)


# What protects from a drug: any name of it, wherever a study writes one


def test_protects_from(g: Asked) -> None:
    outcomes = {("MESH:D019008", "+"), ("MESH:D002470", "+"), ("GO:0006915", "-")}
    titles = {p.id: p.title for p in g.graph.content.publications}
    speaks = re.compile(r"(?<!\w)(imatinib|gleevec|sti-?571)(?!\w)", re.IGNORECASE)
    expected = {
        (r["subject"], r["predicate"], r["object_label"], r["publication"], r["support"])
        for r in g.rows
        if (r["object"], r["polarity"]) in outcomes
        and r["object_site"] == "cml_cell"
        and speaks.search(f"{r['model_system']} {r['support']} {titles[r['publication']]}")
    }
    found = g.table("protects_from", drug="imatinib")
    assert local(found, "factor", "predicate", "outcome", "publication", "support") == expected
    assert len(found) > 20
    for name in ("Gleevec", "glivec", "STI571", "CHEBI:45783", " Imatinib "):
        assert g.table("protects_from", drug=name) == found


def test_a_drug_that_is_none_is_an_error_and_not_an_empty_table(shipped: KnowledgeGraph) -> None:
    with pytest.raises(UnknownNameError, match="no entity is called 'imatnib'; did you mean CHEBI:45783"):
        shipped.answer("protects_from", params={"drug": "imatnib"})


# A site with an entity


@pytest.mark.parametrize(("name", "column"), [("effects_of", "subject_site"), ("neighbours", "entity_site")])
def test_an_entity_may_have_a_site(shipped: KnowledgeGraph, name: str, column: str) -> None:
    ask = asked(shipped).table
    found, everywhere = ask(name, entity="IL-8@extracellular"), ask(name, entity="IL-8")
    assert 0 < len(found) < len(everywhere)
    assert found == [row for row in everywhere if row[column] == OUTSIDE]
    assert ask(name, entity="HGNC:6025@Extracellular Space") == found


def test_papers_of_an_entity_at_a_site(shipped: KnowledgeGraph) -> None:
    here = asked(shipped)
    acts, acted_on = ({f"{end}": IL8, f"{end}_site": STROMA} for end in ("subject", "object"))
    papers = here.said("publication", **acts) | here.said("publication", **acted_on)
    assert local(here.table("publications_of", entity=f"IL-8@{STROMA}"), "publication") == papers
    assert len(papers) < len(here.table("publications_of", entity="IL-8"))


def test_both_ends_may_have_a_site(shipped: KnowledgeGraph) -> None:
    ask = asked(shipped).table
    found = ask("evidence_for", subject="IL-8@extracellular", object="cell survival@CML cell")
    assert local(found, "subject_site", "object_site", "publication") == {(OUTSIDE, "cml_cell", "PMID:24657661")}
    everywhere = ask("evidence_for", subject="IL-8", object="cell survival")
    assert found == [r for r in everywhere if (r["subject_site"], r["object_site"]) == (OUTSIDE, "cml_cell")]
    assert ask("evidence_for", subject="IL-8", object="cell survival@endothelium") == []


def test_either_end_of_what_rests_on_one_paper_may_be_at_the_site(shipped: KnowledgeGraph) -> None:
    found = asked(shipped).table("one_paper_only", entity=f"IL-8@{STROMA}")
    assert found
    for row in found:
        assert ("CXCL8", STROMA) in {(row[f"{end}_label"], row[f"{end}_site"]) for end in ("subject", "object")}


@pytest.mark.parametrize("name", ["members_of", "mentions_of", "co_mentions", "protects_from"])
def test_a_query_without_sites_says_so(shipped: KnowledgeGraph, name: str) -> None:
    parameter = questions.load(name).parameters[0][0]
    with pytest.raises(UsageError, match=f"^query {name} takes no site: write {parameter}=imatinib$"):
        shipped.answer(name, params={parameter: "Gleevec@cml_cell"})


def test_cargo_of_one_vesicle_is_no_site(shipped: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match=r"takes a site, but not one vesicle: write entity=miR-126@vesicle$"):
        shipped.answer("effects_of", params={"entity": "miR-126@vesicle/CML exosome"})


def test_an_unknown_site_lists_the_known_ones(shipped: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="unknown site 'moon'; write one of: bm_stromal_cell"):
        shipped.answer("effects_of", params={"entity": "IL-8@moon"})


# What a query names, as a network


@pytest.mark.parametrize("name", ["receptors_of_il8", "drugs_on_the_axis", "what_makes_stroma_secrete_il8"])
def test_the_network_of_a_query_rests_on_its_relations(shipped: KnowledgeGraph, name: str) -> None:
    network = shipped.network_of(name)
    rows = asked(shipped).table(name)
    if name == "receptors_of_il8":
        ends = {(IL8, row["receptor"]) for row in rows}
        assert {(a.partition("@")[0], b.partition("@")[0]) for a, b in network.edges()} == ends
        return
    wanted = {row["relation"] for row in rows}
    behind = [data["relations"] for _, _, data in network.edges(data=True)]
    assert behind
    assert not any(wanted.isdisjoint(relations) for relations in behind)


def test_the_network_of_a_query_with_parameters(shipped: KnowledgeGraph) -> None:
    network = shipped.network_of("evidence_for", params={"subject": "IL-8@extracellular", "object": "CXCR2@cml_cell"})
    assert list(network.edges()) == [("HGNC:6025@extracellular", "HGNC:6027@cml_cell")]


@pytest.mark.parametrize("name", questions.names())
def test_every_query_gives_a_network_or_says_why_not(shipped: KnowledgeGraph, name: str) -> None:
    params = {key: VALUES[key] for key, _ in questions.load(name).parameters}
    names_relations = any(column.endswith("relation") for column in questions.load(name).columns)
    if (names_relations or name == "receptors_of_il8") and name != "tested_and_not_found":
        assert shipped.network_of(name, params=params).number_of_edges() > 0
    else:
        with pytest.raises(UsageError, match="names nothing that a path walks"):
            shipped.network_of(name, params=params)
