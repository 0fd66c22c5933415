"""Names that people type, and the entities and sites they mean."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import further_names, resources
from kg.errors import CurieError, SourceError, UnknownNameError, UsageError
from kg.grounding import NameIndex, OfficialTerm, Spelling
from kg.model import Entity, Site, SiteKind

if TYPE_CHECKING:
    from collections.abc import Iterator

AXIS = resources.axes() / "cml_il8"
FIXTURES = Path(__file__).parent / "fixtures"


def table(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)


def rows(name: str) -> Iterator[dict[str, str]]:
    return table(AXIS / name)


def parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def shipped_entities() -> list[Entity]:
    return [
        Entity(
            id=r["id"],
            label=r["label"],
            type=r["type"],
            parents=parts(r["parent"]),
            origin=r["origin"],
            synonyms=parts(r["synonyms"]),
        )
        for r in rows("entities.tsv")
    ]


def shipped_sites() -> list[Site]:
    return [
        Site(id=r["id"], label=r["label"], kind=SiteKind(r["kind"]), entity=r["entity"], parent=r["parent"])
        for r in rows("sites.tsv")
    ]


INDEX = NameIndex(shipped_entities(), shipped_sites())


def names_by_meaning() -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in table(FIXTURES / "names.tsv"):
        found[row["means"]].append(row["typed"])
    return dict(found)


NAMES = names_by_meaning()


def answer(typed: str) -> str:
    try:
        return str(INDEX.resolve(typed))
    except UsageError as error:
        return str(error)


@pytest.mark.parametrize("meant", list(NAMES))
def test_all_that_people_type_for_a_thing_means_it(meant: str) -> None:
    assert {typed: answer(typed) for typed in NAMES[meant]} == dict.fromkeys(NAMES[meant], meant)


def test_the_table_of_names_covers_every_entity() -> None:
    assert {entity.id for entity in shipped_entities()} <= NAMES.keys()
    assert sum(map(len, NAMES.values())) > 1800


@pytest.mark.parametrize("row", list(table(FIXTURES / "refused_names.tsv")), ids=lambda row: row["typed"])
def test_a_name_that_means_nothing_or_too_much_lists_what_was_meant(row: dict[str, str]) -> None:
    with pytest.raises(UnknownNameError) as caught:
        INDEX.resolve(row["typed"])
    assert caught.value.ambiguous == (row["answer"] == "ambiguous")
    assert [c.split(" ")[0] for c in caught.value.candidates] == row["candidates"].split()
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("HGNC:6025", "HGNC:6025"),
        ("hgnc:6025", "HGNC:6025"),
        ("mesh:D002470", "MESH:D002470"),
        ("go:0006915", "GO:0006915"),
        ("  CXCL8 ", "HGNC:6025"),
        ("IL8RB", "HGNC:6027"),
        ("nf_kappa_b", "MESH:D016328"),
        ("TGF-ß", "MESH:D016212"),
        ("BCR:ABL1", "MESH:D016044"),
        ("Exosomes from the K562 cell line", "exil8:cml_exosome"),
        ("neutralising antibodies against interleukin-8", "MESH:C000709704"),
        ("inhibitor of CD26", "MESH:D054873"),
        ("microRNA‑126", "HGNC:31508"),
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
        ("miR-126@CML exosomes", "HGNC:31508@vesicle/exil8:cml_exosome"),
        ("IL-10@T cells", "HGNC:5962@other_immune_cell"),
        ("survival of CML cells", "MESH:D002470@cml_cell"),
        ("HUVEC migration", "GO:0016477@endothelial_cell"),
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
    spellings = (*further_names.shipped_spellings(), *further_names.typed_names())
    assert len(spellings) == len({(s.name.casefold(), s.target) for s in spellings})
    for spelling in spellings:
        site = spelling.target.removeprefix("exil8s:")
        assert spelling.target in entities or site in sites or not spelling.target, spelling
        if spelling.means and site in sites:
            assert INDEX.site(spelling.name).id == site, spelling
        elif spelling.means:
            assert spelling.target in meanings(spelling.name), spelling
        else:
            assert not meanings(spelling.name), spelling


def test_cml_is_the_disease_even_where_the_gene_bcr_is_known() -> None:
    bcr = Entity(id="HGNC:1014", label="BCR", type="gene_product")
    cml = Entity(id="DOID:8552", label="chronic myeloid leukemia", type="disease")
    index = NameIndex([bcr, cml], official={"HGNC:1014": OfficialTerm(names=("CML", "ALL"))})
    assert index.entity("CML") is cml
    assert index.entity("bcr") is bcr


def test_an_ambiguous_name_says_what_to_write() -> None:
    with pytest.raises(UnknownNameError, match=r"'BMSC' is ambiguous: write one of CL:0002540 \(mesenchymal stem cell"):
        INDEX.resolve("BMSC")
    with pytest.raises(UnknownNameError, match=r"write one of GO:0006915@cml_cell \(apoptotic process\), GO:"):
        INDEX.resolve("leukaemia cell apoptosis")


def test_an_unknown_name_is_told_why_where_that_is_known() -> None:
    with pytest.raises(UnknownNameError) as caught:
        INDEX.resolve("Philadelphia chromosome")
    assert str(caught.value) == (
        "no entity is called 'Philadelphia chromosome' (a chromosome; the fusion on it is BCR-ABL1); "
        "did you mean MESH:D016044 (BCR-ABL1)?"
    )


def test_an_unknown_name_at_a_site_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        INDEX.resolve("CXCL8x@nowhere")
    assert caught.value.candidates == ("HGNC:6025 (CXCL8)",)


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


def test_what_people_type_comes_after_all_that_is_written() -> None:
    drug = Entity(id="exil8:resistance_to_imatinib", label="resistance to imatinib", type="phenotype")
    broad = Entity(id="MESH:D019008", label="drug resistance", type="phenotype")
    typed = [Spelling(name="imatinib resistance", target=broad.id, reason="resistance to a drug")]
    assert NameIndex([broad], spellings=(), typed=typed).entity("imatinib resistance") is broad
    assert NameIndex([broad, drug], spellings=(), typed=typed).entity("imatinib resistance") is drug


def test_what_may_be_looked_at_instead_is_never_meant() -> None:
    fusion = Entity(id="exil8:a", label="fusion", type="gene_product")
    table = [Spelling(name="chromosome", target="exil8:a", reason="it lies there", see=True)]
    index = NameIndex([fusion], spellings=(), typed=table, official={})
    with pytest.raises(UnknownNameError, match=r"\(it lies there\); did you mean exil8:a"):
        index.entity("Chromosomes")
    with pytest.raises(UnknownNameError, match=r"called 'chromosome'$"):
        NameIndex([], spellings=(), typed=table, official={}).entity("chromosome")


def test_a_number_or_a_letter_is_no_part_to_rename_by() -> None:
    family = Entity(id="exil8:f", label="sphingomyelinase", type="gene_product", synonyms=("nSMase",))
    second = Entity(id="exil8:s", label="nSMase 2", type="gene_product")
    index = NameIndex([family, second], spellings=(), official={})
    assert index.entity("sphingomyelinase protein") is family
    with pytest.raises(UnknownNameError):
        index.entity("sphingomyelinase 2")


def test_words_that_say_the_type_are_taken_off_once() -> None:
    kinase = Entity(id="exil8:k", label="MAP kinase", type="gene_product")
    index = NameIndex([kinase], spellings=(), official={})
    assert index.entity("MAP kinase signalling pathway") is kinase
    with pytest.raises(UnknownNameError):
        index.entity("MAP kinase kinase")


def test_vesicles_of_a_site_without_vesicles_are_unknown() -> None:
    with pytest.raises(UnknownNameError) as caught:
        INDEX.resolve("exosomes of HUVECs")
    assert "GO:0070062 (extracellular exosome)" in caught.value.candidates


@pytest.mark.parametrize("text", ["exosome " * 300, "of " * 2000, "survival of " * 200, "CML exosome from " * 100])
def test_a_long_text_is_an_unknown_name(text: str) -> None:
    with pytest.raises(UnknownNameError):
        INDEX.resolve(text)


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
        further_names.read_spellings(file)
    file.write_text("name\ttarget\treason\nGleevec\tCHEBY:45783\ttrade name\n", "utf-8")
    with pytest.raises(CurieError, match=r"spellings\.tsv:2: unknown prefix 'CHEBY'"):
        further_names.read_spellings(file)
    file.write_bytes("\ufeffname\ttarget\treason\r\nGleevec\tCHEBI:45783\ttrade name\r\n".encode())
    assert further_names.read_spellings(file)[0].target == "CHEBI:45783"
    file.write_text("name\ttarget\treason\nTKI\tsee CHEBI:45783\tone of them\nmarrow\t\tan organ\n", "utf-8")
    see, withdrawn = further_names.read_spellings(file)
    assert (see.target, see.see, see.means, withdrawn.means) == ("CHEBI:45783", True, False, False)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.text(max_size=30))
def test_any_text_is_resolved_or_refused_in_one_line(text: str) -> None:
    said = ""
    try:
        INDEX.resolve(text)
    except UsageError as error:
        said = str(error)
    assert "\n" not in said


def test_one_of_ten_thousand_entities_is_found() -> None:
    entities = [Entity(id=f"HGNC:{i}", label=f"GENE{i}", type="gene_product") for i in range(1, 10_001)]
    index = NameIndex(entities, spellings=(), official={})
    assert index.entity("gene-777").id == "HGNC:777"
    with pytest.raises(UnknownNameError):
        index.entity("GENX77")
