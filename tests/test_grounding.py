"""Names that people type, and the entities and sites they mean."""

from __future__ import annotations

import csv
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import grounding, resources
from kg.errors import CurieError, SourceError, UnknownNameError, UsageError
from kg.grounding import NameIndex, OfficialTerm, Spelling
from kg.model import Entity, Site, SiteKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AXIS = resources.axes() / "cml_il8"


def rows(name: str) -> Iterator[dict[str, str]]:
    with (AXIS / name).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)


def parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def shipped_entities() -> list[Entity]:
    return [
        Entity(id=r["id"], label=r["label"], type=r["type"], parents=parts(r["parent"]), synonyms=parts(r["synonyms"]))
        for r in rows("entities.tsv")
    ]


def shipped_sites() -> list[Site]:
    return [
        Site(id=r["id"], label=r["label"], kind=SiteKind(r["kind"]), entity=r["entity"], parent=r["parent"])
        for r in rows("sites.tsv")
    ]


INDEX = NameIndex(shipped_entities(), shipped_sites())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("HGNC:6025", "HGNC:6025"),
        ("hgnc:6025", "HGNC:6025"),
        ("mesh:D002470", "MESH:D002470"),
        ("go:0006915", "GO:0006915"),
        ("CXCL8", "HGNC:6025"),
        ("cxcl8", "HGNC:6025"),
        ("  CXCL8 ", "HGNC:6025"),
        ("IL-8", "HGNC:6025"),
        ("IL8", "HGNC:6025"),
        ("il 8", "HGNC:6025"),
        ("IL‑8", "HGNC:6025"),
        ("interleukin 8", "HGNC:6025"),
        ("Interleukin-8", "HGNC:6025"),
        ("IL8RB", "HGNC:6027"),
        ("NF-κB", "MESH:D016328"),
        ("NFkB", "MESH:D016328"),
        ("nf_kappa_b", "MESH:D016328"),
        ("TGF-β", "MESH:D016212"),
        ("TGF-ß", "MESH:D016212"),
        ("TGF-β1", "HGNC:11766"),
        ("TGF-beta1", "HGNC:11766"),
        ("TNFα", "HGNC:11892"),
        ("β-catenin", "HGNC:2514"),
        ("HIF-1α", "HGNC:4910"),
        ("SDF-1", "HGNC:10672"),
        ("VEGF", "HGNC:12680"),
        ("PlGF", "HGNC:8893"),
        ("P-gp", "HGNC:40"),
        ("survivin", "HGNC:593"),
        ("miR-21", "HGNC:31586"),
        ("hsa-miR-21", "HGNC:31586"),
        ("BCR-ABL", "MESH:D016044"),
        ("BCR-ABL1", "MESH:D016044"),
        ("BCR/ABL", "MESH:D016044"),
        ("BCR/ABL1", "MESH:D016044"),
        ("BCR:ABL1", "MESH:D016044"),
        ("BCR::ABL1", "MESH:D016044"),
        ("BCR ABL", "MESH:D016044"),
        ("BCR–ABL1", "MESH:D016044"),
        ("BCRABL", "MESH:D016044"),
        ("Bcr/Abl", "MESH:D016044"),
        ("imatinib", "CHEBI:45783"),
        ("Gleevec", "CHEBI:45783"),
        ("Glivec", "CHEBI:45783"),
        ("STI-571", "CHEBI:45783"),
        ("TKI", "MESH:D000092004"),
        ("AMD3100", "CHEBI:125354"),
        ("survival", "MESH:D002470"),
        ("cell survival", "MESH:D002470"),
        ("apoptosis", "GO:0006915"),
        ("CML", "DOID:8552"),
        ("chronic myelogenous leukaemia", "DOID:8552"),
        ("CML cell", "exil8:cml_cell"),
        ("CML exosome", "exil8:cml_exosome"),
        ("CML-cell-derived exosome", "exil8:cml_exosome"),
        ("AML exosome", "exil8:aml_exosome"),
        ("exosome", "GO:0070062"),
        ("leukaemia cell", "exil8:leukemia_cell"),
        ("tumor invasion", "MESH:D009361"),
        ("m1 macrophage polarization", "exil8:m1_macrophage_polarisation"),
        ("stroma", "CL:0010001"),
        ("MSC", "CL:0002540"),
        ("HUVEC", "CL:0002618"),
        ("K562", "Cellosaurus:CVCL_0004"),
    ],
)
def test_a_name_means(typed: str, meant: str) -> None:
    assert INDEX.resolve(typed).entity.id == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("IL-8@extracellular", "HGNC:6025@extracellular"),
        ("IL-8@Extracellular Space", "HGNC:6025@extracellular"),
        ("IL-8@medium", "HGNC:6025@extracellular"),
        ("CXCL8 @ stroma", "HGNC:6025@bm_stromal_cell"),
        ("CXCL8@CL:0010001", "HGNC:6025@bm_stromal_cell"),
        ("CXCL8@MSC", "HGNC:6025@bm_stromal_cell"),
        ("survival@cml cell", "MESH:D002470@cml_cell"),
        ("cell survival@K562", "MESH:D002470@cml_cell"),
        ("cell survival@AML blast", "MESH:D002470@leukemia_cell_other"),
        ("CXCR2@neutrophil", "HGNC:6027@other_immune_cell"),
        ("CXCR2@macrophage", "HGNC:6027@macrophage"),
        ("CXCR1@HUVEC", "HGNC:6026@endothelial_cell"),
        ("miR-126@vesicle", "HGNC:31508@vesicle"),
        ("miR-126@vesicle/CML exosome", "HGNC:31508@vesicle/exil8:cml_exosome"),
    ],
)
def test_a_name_at_a_site_means_a_state(typed: str, meant: str) -> None:
    state = INDEX.resolve(typed)
    assert str(state) == meant
    assert INDEX.resolve(str(state)) == state


@pytest.mark.parametrize("entity", shipped_entities(), ids=lambda e: e.id)
def test_every_curie_and_label_means_its_entity(entity: Entity) -> None:
    assert INDEX.entity(entity.id) is not None
    assert INDEX.entity(entity.label).id == entity.id
    assert INDEX.entity(entity.label.upper()).id == entity.id


@pytest.mark.parametrize("site", shipped_sites(), ids=lambda s: s.id)
def test_every_site_is_known_by_its_own_names(site: Site) -> None:
    assert INDEX.site(site.id) == site
    assert INDEX.site(site.label) == site


def meanings(name: str) -> set[str]:
    try:
        return {INDEX.entity(name).id}
    except UnknownNameError as error:
        return {c.split(" ")[0] for c in error.candidates} if error.ambiguous else set()


def test_every_shipped_spelling_is_used_and_says_what_it_means() -> None:
    entities, sites = {e.id for e in shipped_entities()}, {s.id for s in shipped_sites()}
    table = grounding.shipped_spellings()
    assert len(table) == len({(s.name.casefold(), s.target) for s in table})
    for spelling in table:
        assert spelling.target in entities or spelling.target.removeprefix("exil8s:") in sites or not spelling.target
        if spelling.target in entities:
            assert spelling.target in meanings(spelling.name), spelling
        if not spelling.target:
            assert not meanings(spelling.name), spelling


def test_cml_is_the_disease_even_where_the_gene_bcr_is_known() -> None:
    bcr = Entity(id="HGNC:1014", label="BCR", type="gene_product")
    cml = Entity(id="DOID:8552", label="chronic myeloid leukemia", type="disease")
    index = NameIndex([bcr, cml], official={"HGNC:1014": OfficialTerm(names=("CML", "ALL"))})
    assert index.entity("CML") is cml
    assert index.entity("bcr") is bcr


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("BMSC", {"CL:0002540 (mesenchymal stem cell of the bone marrow)", "CL:0010001 (stromal cell of bone marrow)"}),
        ("leukemia stem cell", {"exil8:cml_stem_cell (CML stem/progenitor cell)",
                                "exil8:mds_aml_stem_cell (MDS/AML stem/progenitor cell)"}),
    ],
)  # fmt: skip
def test_an_ambiguous_name_lists_what_it_may_mean(typed: str, candidates: set[str]) -> None:
    with pytest.raises(UnknownNameError, match="is ambiguous: write one of") as caught:
        INDEX.resolve(typed)
    assert caught.value.ambiguous
    assert set(caught.value.candidates) == candidates
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("IL8x", "HGNC:6025 (CXCL8)"),
        ("imatinb", "CHEBI:45783 (imatinib)"),
        ("megakariocyte", "CL:0000556 (megakaryocyte)"),
        ("bone marrow", "CL:0010001 (stromal cell of bone marrow)"),
        ("fibrosis", "MESH:D055728 (bone marrow fibrosis)"),
        ("multiple myeloma", "exil8:myeloma_cell (multiple myeloma cell)"),
        ("CXCL8x@nowhere", "HGNC:6025 (CXCL8)"),
    ],
)
def test_an_unknown_name_names_the_nearest(typed: str, first: str) -> None:
    with pytest.raises(UnknownNameError, match="no entity is called") as caught:
        INDEX.resolve(typed)
    assert not caught.value.ambiguous
    assert caught.value.candidates[0] == first
    assert len(caught.value.candidates) <= 3


@pytest.mark.parametrize("typed", ["", "   ", "@cml_cell", "---", "HGNC:999999", "zzzzqqqq", "\x00", "HGNC:"])
def test_nonsense_is_an_unknown_name(typed: str) -> None:
    with pytest.raises(UnknownNameError):
        INDEX.resolve(typed)


@pytest.mark.parametrize("typed", ["CXCL8@", "CXCL8@nowhere", "CXCL8@plerixafor", "miR-126@nowhere/CML exosome"])
def test_an_unknown_site_lists_the_sites(typed: str) -> None:
    with pytest.raises(UsageError, match=r"unknown site .* bm_stromal_cell, cml_cell"):
        INDEX.resolve(typed)


def test_the_cargo_of_an_unknown_vesicle_is_an_unknown_name() -> None:
    with pytest.raises(UnknownNameError, match="'no such vesicle'"):
        INDEX.resolve("miR-126@vesicle/no such vesicle")


def test_a_label_wins_over_the_synonym_of_another() -> None:
    one = Entity(id="exil8:a", label="alpha", type="chemical")
    two = Entity(id="exil8:b", label="beta", type="chemical", synonyms=("Alpha", "gamma"))
    three = Entity(id="exil8:c", label="delta", type="chemical", synonyms=("GAMMA",))
    index = NameIndex([three, two, one], spellings=(), official={"exil8:a": OfficialTerm(names=("gamma", "omega"))})
    assert index.entity("ALPHA") is one
    assert index.entity("omega") is one
    with pytest.raises(UnknownNameError) as caught:
        index.entity("gamma")
    assert caught.value.candidates == ("exil8:b (beta)", "exil8:c (delta)")


def test_the_written_form_wins_over_the_tolerant_one() -> None:
    one = Entity(id="exil8:a", label="P-38", type="chemical")
    two = Entity(id="exil8:b", label="p38", type="chemical")
    index = NameIndex([one, two], spellings=(), official={})
    assert index.entity("p-38") is one
    assert index.entity("P38") is two
    with pytest.raises(UnknownNameError) as caught:
        index.entity("p 38")
    assert caught.value.ambiguous


def test_a_withdrawn_name_is_never_resolved() -> None:
    entity = Entity(id="exil8:a", label="adipocyte", type="cell", synonyms=("bone marrow", "fat cell"))
    index = NameIndex([entity], spellings=[Spelling(name="Bone Marrow", target="", reason="an organ")], official={})
    assert index.entity("fat cell") is entity
    with pytest.raises(UnknownNameError):
        index.entity("bone marrow")


def test_the_order_of_entities_does_not_matter() -> None:
    backwards = NameIndex(reversed(shipped_entities()), reversed(shipped_sites()))
    for typed in ("IL8x", "stromal", "bone marrow", "exosom", "receptor"):
        assert backwards.candidates(typed) == INDEX.candidates(typed)


def test_an_index_of_nothing() -> None:
    index = NameIndex([])
    with pytest.raises(UnknownNameError):
        index.resolve("CXCL8")
    with pytest.raises(UsageError, match="has no sites"):
        index.site("cml_cell")


def test_spellings_name_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "spellings.tsv"
    file.write_text("name\ttarget\treason\nGleevec\tCHEBI:45783\n", "utf-8")
    with pytest.raises(SourceError, match=r"spellings\.tsv:2: not a line of name, target, reason"):
        grounding.read_spellings(file)
    file.write_text("name\ttarget\treason\nGleevec\tCHEBY:45783\ttrade name\n", "utf-8")
    with pytest.raises(CurieError, match=r"spellings\.tsv:2: unknown prefix 'CHEBY'"):
        grounding.read_spellings(file)
    file.write_bytes("\ufeffname\ttarget\treason\r\nGleevec\tCHEBI:45783\ttrade name\r\n".encode())
    assert grounding.read_spellings(file)[0].target == "CHEBI:45783"


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.text(max_size=30))
def test_any_text_is_resolved_or_refused_in_one_line(text: str) -> None:
    said = ""
    try:
        INDEX.resolve(text)
    except UsageError as error:
        said = str(error)
    assert "\n" not in said


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.text(alphabet="aehimotrsuknglKB18αβκΓ -/_:", max_size=20))
def test_marks_and_case_never_change_the_key(text: str) -> None:
    key = grounding.tolerant_key(text)
    assert grounding.tolerant_key(key) == key
    assert grounding.tolerant_key(text.upper()) == key
    assert grounding.tolerant_key(" - ".join(text)) == key


def test_ten_thousand_entities_answer_at_once() -> None:
    entities = [Entity(id=f"HGNC:{i}", label=f"GENE{i}", type="gene_product") for i in range(1, 10_001)]
    index = NameIndex(entities, spellings=(), official={})
    start = time.perf_counter()
    assert index.entity("gene-777").id == "HGNC:777"
    with pytest.raises(UnknownNameError):
        index.entity("GENX77")
    assert time.perf_counter() - start < 5
