"""Names in text and MeSH headings: what is found, and above all what is not."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import mesh, name_rules, resources
from kg.errors import SourceError
from kg.mentions import MentionFinder, co_mentions
from kg.model import Entity, Found, Mention, MeshHeading, Publication
from kg.names_in_text import NamesInText
from kg.sources import curated
from kg.sources.pubmed import Article, parse_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

AXIS = tuple(r for r in curated.read(resources.axes() / "cml_il8") if isinstance(r, Entity))
NAMES = NamesInText(AXIS)
FINDER = MentionFinder(AXIS, names=NAMES)
CXCL8, CXCR1, CXCR2, EXOSOME, FUSION = "HGNC:6025", "HGNC:6026", "HGNC:6027", "GO:0070062", "MESH:D016044"
CML, TNF, ABL1, MIR21 = "DOID:8552", "HGNC:11892", "HGNC:76", "HGNC:31586"


def found(text: str) -> set[str]:
    return set(NAMES.entities(text))


def paper(
    title: str = "",
    *mesh: str,
    keywords: tuple[str, ...] = (),
    substances: tuple[str, ...] = (),
    abstract_entities: tuple[str, ...] = (),
) -> Publication:
    return Publication(
        id="PMID:1",
        title=title,
        mesh=tuple(MeshHeading(ui=ui, name="") for ui in mesh),
        keywords=keywords,
        substances=substances,
        abstract_entities=abstract_entities,
    )


def on(publication: Publication) -> dict[str, list[str]]:
    return {m.entity: [how.value for how in m.how] for m in FINDER.find(publication)}


# What is found


@pytest.mark.parametrize(
    ("texts", "entity"),
    [
        (["IL-8", "IL8", "IL 8", "CXCL8", "Cxcl8", "il-8", "IL\u20118", "interleukin-8", "Interleukin 8"], CXCL8),
        (["BCR-ABL", "BCR/ABL1", "BCR::ABL1", "Bcr/Abl", "bcr-abl", "BCR–ABL1", "BCR ABL1", "p210 BCR-ABL"], FUSION),
        (["TNF-α", "TNFα", "TNF alpha", "TNF-alpha", "TNFalpha", "tumour necrosis factor", "TNF"], TNF),
        (["NF-κB", "NFκB", "NF-kB", "NF-kappaB", "NFkappaB", "nuclear factor kappa B"], "MESH:D016328"),
        (["TGF-β1", "TGFβ1", "TGF-ß1", "TGF-beta1", "transforming growth factor beta 1"], "HGNC:11766"),
        (["exosome", "exosomes", "Exosomes", "EXOSOMES", "exosomal"], EXOSOME),
        (["CML", "chronic myeloid leukaemia", "Chronic Myelogenous Leukemia"], CML),
        (["miR-21", "miR21", "hsa-miR-21-5p", "microRNA-21", "MIR21", "mir-21"], MIR21),
        (["ABL1", "c-Abl kinase", "Abl"], ABL1),
        (["CXCR2", "CXCR1/2", "Cxcr2", "IL-8RB"], CXCR2),
        (["K562 cells", "K-562"], "Cellosaurus:CVCL_0004"),
    ],
)
def test_ways_to_write_a_name(texts: list[str], entity: str) -> None:
    for text in texts:
        assert entity in found(f"Role of {text} in patients"), text


def test_fusion_is_neither_of_its_genes() -> None:
    for text in ("BCR-ABL1", "Bcr/Abl", "BCR::ABL1", "BCR-ABL"):
        assert found(f"{text} in the marrow") == {FUSION}
    assert found("BCR-ABL1 and ABL1") == {FUSION, ABL1}


def test_the_longest_name_counts() -> None:
    assert found("chronic myeloid leukemia cells") == {"exil8:cml_cell"}
    assert found("CML-derived exosomes") == {"exil8:cml_exosome"}
    assert found("extracellular signals, and exosomes") == {EXOSOME}


def test_second_of_two_numbers_after_a_slash() -> None:
    assert found("CXCR1/2 blockade") == {CXCR1, CXCR2}
    assert found("MMP-2/-9") == {"HGNC:7166", "HGNC:7176"}
    assert found("ERK1/2") == {"MESH:D048049"}
    assert found("CXCR1/20") == {CXCR1}


def test_spans_are_places_in_the_text() -> None:
    text = "TNFα‑induced IL‑8"
    assert [(text[s.start : s.end], s.entity) for s in NAMES.spans(text)] == [("TNFα", TNF), ("IL‑8", CXCL8)]


def test_a_letter_that_grows_when_made_small() -> None:
    text = "İİİ IL-8"
    assert [text[s.start : s.end] for s in NAMES.spans(text)] == ["IL-8"]


# What is not found


@pytest.mark.parametrize(
    "text",
    [
        "miR-210 and miR-211 and miR-21a",
        "IL-18, IL-8R, IL-80, XIL-8",
        "a set of kits fit for all; ras, fos, mif, met and bad luck",
        "All patients; ALL in children; acute lymphoblastic leukemia (ALL)",
        "SET processes, RAS inhibitors, FAP families, PGF levels, CBD stones, GLS",
        "CI 95%, CT, MRI, HR, SD, OS, CO2, CAT, spatial",
        "K60, NAF, 3-10C, NAP-1, NAP1, TSG-1, LUCT, p150, p2, p3, p4",
        "CMML and chronic myelomonocytic leukaemia",
        "atypical CML, atypical chronic myeloid leukaemia, juvenile CML, CML-like disorders, non-CML",
        "BCR-ABL-negative neoplasms",
        "B-cell receptor (BCR) signalling in lymphoma",
        "The RNA exosome; the exosome complex; nuclear exosomes",
        "Mutations of EXOSC3 in the exosome",
        "Exosome and Rrp6; DIS3 of the exosome; exosome-mediated mRNA decay",
        "overall survival, migration of birds, invasion of weeds, adhesion of paint",
        "a cell in a medium; bone marrow; electric vehicles (EV)",
        "IL-1β, VEGF-C, VEGFR2, IL-6 receptor, TNF-related, tumor necrosis factor receptor 2",
        "MCP: monocyte chemoattractant protein; neutrophil-to-lymphocyte ratio; M-CSF",
        "lncRNA HIF1A-AS2, GAS6 antisense RNA 1",
        "SRC-3, MIF-1, human epidermal growth factor receptor 2",
        "adipose mesenchymal stem cells (MSCs)",
        "il 8 to 12, p 53, ap 1, iso 1, ep 4",
        "",
        "–/–",
    ],
)
def test_what_must_not_be_found(text: str) -> None:
    assert found(text) == set()


def test_a_title_in_capitals_says_nothing_of_case() -> None:
    assert found("KIT in mast cells") == {"HGNC:6342"}
    assert found("A TEST KIT FOR ALL PATIENTS") == set()
    assert found("TREATMENT OF CML WITH IMATINIB") == {CML, "CHEBI:45783"}


def test_a_name_of_two_entities_is_not_found() -> None:
    two = [Entity(id=f"HGNC:{n}", label=f"GEN{n}X", type="gene_product", synonyms=("SHARED",)) for n in (1, 2)]
    names = NamesInText(two, spellings=(), rules=())
    assert names.entities("SHARED and GEN1X") == {"HGNC:1"}
    assert found("leukemia stem cell") == set()


def test_withdrawn_spellings_are_not_found() -> None:
    adipocyte = next(e for e in AXIS if e.id == "CL:0000136")
    assert "bone marrow" in adipocyte.synonyms
    assert found("bone marrow") == set()


def test_every_label_of_the_axis_finds_its_entity_or_is_ruled_out() -> None:
    ruled = {r.text.casefold() for r in name_rules.shipped_rules() if r.rule in ("never", "mask")}
    for entity in AXIS:
        got = {s.entity for s in NAMES.spans(entity.label)}
        plain = all(c.isalnum() or c in " -/" for c in entity.label)
        assert entity.id in got or not plain or entity.label.casefold() in ruled, entity


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=60), st.sampled_from(["IL-8", "exosomes", "BCR-ABL1", "TNF-α"]), st.text(max_size=60))
def test_any_text_is_read(before: str, name: str, after: str) -> None:
    text = f"{before} {name} {after}"
    spans = NAMES.spans(text)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert spans == NAMES.spans(text)


# Publications


@pytest.mark.parametrize("ui", ["D063326", "D054438", "D015477", "D002477"])
def test_headings_that_never_match(ui: str) -> None:
    assert on(paper("", ui)) == {}


@pytest.mark.parametrize(
    ("ui", "entity"),
    [
        ("D055354", EXOSOME),
        ("D000067128", "GO:1903561"),
        ("D016209", CXCL8),
        ("D023062", CXCR1),
        ("D023063", CXCR2),
        ("D016044", FUSION),
        ("D015464", CML),
        ("D017209", "GO:0006915"),
        ("D002470", "MESH:D002470"),
        ("D000068877", "CHEBI:45783"),
    ],
)
def test_headings_that_match(ui: str, entity: str) -> None:
    assert on(paper("", ui)) == {entity: ["mesh"]}


def test_substances_count_as_headings() -> None:
    assert on(paper(substances=("C508606", "C000629781"))) == {CXCL8: ["mesh"], CXCR2: ["mesh"]}


def test_where_an_entity_was_found_is_told() -> None:
    full = paper("IL8 in CML", "D016209", keywords=("CXCL8",), abstract_entities=(CXCL8, CML, "HGNC:999999"))
    assert on(full) == {CXCL8: ["mesh", "title", "keyword", "abstract"], CML: ["title", "abstract"]}


def test_keywords_are_read_one_by_one() -> None:
    assert on(paper(keywords=("CML", "cell count"))) == {CML: ["keyword"]}


def test_rna_exosome_is_told_by_the_whole_record() -> None:
    assert on(paper("Structure of the exosome", keywords=("EXOSC10",))) == {}
    assert on(paper("Structure of the exosome", "D063326")) == {}
    assert on(paper("Structure of the exosome", keywords=("RNA decay",), abstract_entities=(EXOSOME,))) == {}
    assert on(paper("Exosomes and RNA decay", "D055354")) == {EXOSOME: ["mesh"]}
    assert on(paper("Structure of the exosome")) == {EXOSOME: ["title"]}


def reasons() -> dict[str, str]:
    lines = (resources.ontologies() / "mesh_entities.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {ui: reason for ui, _, reason in (line.split("\t") for line in lines)}


def test_mesh_table_names_entities_of_the_axis_once() -> None:
    known = {e.id for e in AXIS}
    without = {ui for ui, reason in reasons().items() if ": no entity of the axis (" in reason}
    table = mesh.shipped_mesh()
    assert {ui for ui, curies in table.items() if not curies <= known} <= without
    assert [ui for ui in without if table[ui] & known] == []
    assert [ui for ui, curies in table.items() if len(curies) > 1] == []


# The headings and supplementary concepts of MeSH that bear on the axis.
BEARING = """
D055354 D000067128 D016209 D023062 D023063 D016044 D015464 D059630 D017154 D059016 D002470 D017209 D019008 D000068877
D053700 D054387 D015465 D015466 D001752 D010677 D016315 D020014 D001853 D001854 D006412 D014411 D055153 D002450 D019899
D055252 D009389 D000096482 D002465 D019010 D035683 D047428 D000092004 D000069439 D059470 D051057 D019869 D050799 D054360
D054377 D018932 C508606 C629781 C000629781 C581634 C498826 C545373 C000621806 C490707 C112019 C581951 D063326 D054438
D015477
"""


@pytest.mark.parametrize("ui", BEARING.split())
def test_every_term_that_bears_on_the_axis_has_an_entity_or_a_reason(ui: str) -> None:
    known = {e.id for e in AXIS}
    assert mesh.entities_of(ui) & known or reasons()[ui]


@pytest.mark.parametrize(
    ("ui", "entity"),
    [("D055252", "GO:1990742"), ("D009389", "GO:0001525"), ("D001752", CML), ("D000096482", "GO:0001525")],
)
def test_other_words_of_mesh_for_an_entity(ui: str, entity: str) -> None:
    assert on(paper("", ui)) == {entity: ["mesh"]}


def test_a_term_without_an_entity_counts_in_a_graph_that_has_one() -> None:
    assert on(paper("", "D018932", "D059630", "D001853")) == {}
    others = [Entity(id="HGNC:10618", label="CCL2", type="gene_product"),
              Entity(id="MESH:D001853", label="marrow", type="phenotype")]  # fmt: skip
    found = MentionFinder(others).find(paper("", "D018932", "D059630", "D001853"))
    assert [m.entity for m in found] == ["HGNC:10618", "MESH:D001853"]


# Co-mentions


def mentioned(publication: str, entities: Iterable[str]) -> list[Mention]:
    return [Mention(publication=publication, entity=e, how=(Found.TITLE,)) for e in entities]


def test_a_hub_paper_counts_little() -> None:
    hub = [f"HGNC:{n}" for n in range(1, 102)]
    pairs = {
        (c.one, c.other): c for c in co_mentions(mentioned("PMID:1", hub) + mentioned("PMID:2", ["HGNC:1", "HGNC:2"]))
    }
    assert len(pairs) == 101 * 100 // 2
    assert (pairs["HGNC:1", "HGNC:2"].papers, pairs["HGNC:1", "HGNC:2"].weight) == (2, 1.01)
    assert (pairs["HGNC:1", "HGNC:3"].papers, pairs["HGNC:1", "HGNC:3"].weight) == (1, 0.01)


def test_order_of_mentions_leaves_no_trace() -> None:
    made = mentioned("PMID:1", ["a", "b", "c"]) + mentioned("PMID:2", ["b", "a"])
    assert co_mentions(made) == co_mentions(made[::-1])


def test_only_live_papers_count() -> None:
    made = mentioned("PMID:1", ["a", "b"]) + mentioned("PMID:2", ["a", "b"])
    assert [c.papers for c in co_mentions(made, live=frozenset(["PMID:2"]))] == [1]
    assert co_mentions(made, live=frozenset()) == ()


# Tables


@pytest.mark.parametrize(
    "row",
    [
        "IL-8\tnever",
        "x\tsometimes\t\twhy",
        "x\tnever\tHGNC:1\twhy",
        "x\tcue\t\twhy",
        "x\tnever\t\t",
        "x\talso\tXX:1\twhy",
    ],
)
def test_a_bad_rule_is_told_with_its_line(tmp_path: Path, row: str) -> None:
    file = tmp_path / "rules.tsv"
    file.write_text(f"text\trule\ttarget\treason\n{row}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"rules\.tsv:2"):
        name_rules.read_rules(file)


@pytest.mark.parametrize("row", ["D016209\tHGNC:6025", "16209\tHGNC:6025\twhy", "D016209\tHGCN:6025\twhy"])
def test_a_bad_row_of_mesh_is_told_with_its_line(tmp_path: Path, row: str) -> None:
    file = tmp_path / "mesh.tsv"
    file.write_text(f"mesh\tentity\treason\n{row}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"mesh\.tsv:2"):
        mesh.read_mesh(file)


def test_rules_do_not_repeat_or_contradict_themselves() -> None:
    rules = [(r.text, r.rule, r.target) for r in name_rules.shipped_rules()]
    assert len(rules) == len(set(rules))
    kinds = [r.text for r in name_rules.shipped_rules() if r.rule in ("never", "exact", "fold", "mask")]
    assert len(kinds) == len(set(kinds))


# Real titles


def test_speed_on_the_titles_of_an_update_file(shared_data: Path) -> None:
    titles = []
    for record in parse_file(shared_data / "pubmed" / "pubmed21n1298.xml.gz"):
        if isinstance(record, Article) and record.title:
            titles.append(record.title)
        if len(titles) == 4000:
            break
    start = time.process_time()
    hits = sum(bool(NAMES.entities(title)) for title in titles)
    rate = len(titles) / (time.process_time() - start)
    assert 0 < hits < len(titles) / 5
    assert rate > 5000
