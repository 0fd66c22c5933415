"""Grounding: the names that mislead, one by one, and what a table of identifiers may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg import vocabulary
from kg.errors import SourceError
from kg.model import Entity
from kg.sources.identifier_tables import default_identifiers, load_identifiers, shipped_identifiers
from kg.sources.identifiers import HUMAN, MAPPINGS, Identifiers, Level, Ungrounded
from kg.sources.reading import kinds
from kg.sources.tables import Row, read_table

if TYPE_CHECKING:
    from pathlib import Path

MOUSE = "NCBITaxon:10090"


@pytest.fixture(scope="module")
def ids() -> Identifiers:
    return shipped_identifiers()


@pytest.fixture(scope="module")
def all_ids(shared_data: Path) -> Identifiers:
    """All of HGNC, FamPlex, miRBase and MeSH after the shipped table."""
    folder = shared_data / "ontologies"
    names = ["hgnc_entries.tsv.gz", "mirbase.tsv", "famplex_relations.csv", "famplex_equivalences.csv"]
    tables = [folder / name for name in [*names, "mesh_id_label_mappings.tsv.gz"]]
    return load_identifiers(*tables, into=shipped_identifiers())


TRAPS = [
    ("CML", "DOID:8552"),
    ("ALL", "DOID:9952"),
    ("CMML", "DOID:0080188"),
    ("atypical CML", "DOID:0060597"),
    ("BCR", "HGNC:1014"),
    ("ABL1", "HGNC:76"),
    ("ABL", "HGNC:76"),
    ("BCR-ABL", "MESH:D016044"),
    ("BCR–ABL", "MESH:D016044"),
    ("interleukin-8", "HGNC:6025"),
    ("NF-kB", "MESH:D016328"),
    ("NF-κB", "MESH:D016328"),
    ("BCR/ABL", "MESH:D016044"),
    ("Bcr-Abl", "MESH:D016044"),
    ("BCR::ABL1", "MESH:D016044"),
    ("BCR-ABL1", "MESH:D016044"),
    ("B-cell receptor", "GO:0019815"),
    ("B cell receptor", "GO:0019815"),
    ("exosome", "GO:0070062"),
    ("RNA exosome", "GO:0000178"),
    ("exosome complex", "GO:0000178"),
    ("EXOSC10", "HGNC:9138"),
    ("RRP6", "HGNC:9138"),
    ("IL8", "HGNC:6025"),
    ("IL-8", "HGNC:6025"),
    ("CXCL8", "HGNC:6025"),
    ("miR-126", "HGNC:31508"),
    ("hsa-mir-126", "HGNC:31508"),
    ("MIR126", "HGNC:31508"),
    ("hsa-miR-126-3p", "MIRBASE:MIMAT0000445"),
    ("miR-126-5p", "MIRBASE:MIMAT0000444"),
    ("EGFL7", "HGNC:20594"),
    ("Imatinib Mesylate", "CHEBI:45783"),
]


@pytest.mark.parametrize(("name", "curie"), TRAPS)
def test_names_that_mislead(ids: Identifiers, name: str, curie: str) -> None:
    entity = ids.by_name(name)
    assert isinstance(entity, Entity), entity
    assert entity.id == curie


@pytest.mark.parametrize(("name", "curie"), TRAPS)
def test_names_that_mislead_with_every_table_loaded(all_ids: Identifiers, name: str, curie: str) -> None:
    entity = all_ids.by_name(name)
    assert isinstance(entity, Entity), entity
    assert entity.id == curie


@pytest.mark.parametrize(
    ("xref", "curie"),
    [
        ("UniProtKB:P10145", "HGNC:6025"),
        ("NCBIGene:3576", "HGNC:6025"),
        ("ENSEMBL:ENSG00000169429", "HGNC:6025"),
        ("MESH:D016209", "HGNC:6025"),
        ("MESH:D023063", "HGNC:6027"),
        ("MESH:D063326", "GO:0000178"),
        ("MESH:D055354", "GO:0070062"),
        ("MESH:D015464", "DOID:8552"),
        ("MESH:D015477", "DOID:0080188"),
        ("MESH:D054438", "DOID:0060597"),
        ("MIRBASE:MI0000471", "HGNC:31508"),
        ("MIRBASE:MIMAT0000445", "MIRBASE:MIMAT0000445"),
        ("FPLX:AKT", "MESH:D051057"),
    ],
)
def test_cross_references(ids: Identifiers, xref: str, curie: str) -> None:
    entity = ids.by_xref(xref)
    assert entity is not None
    assert entity.id == curie


def test_a_cross_reference_comes_before_a_name(ids: Identifiers) -> None:
    grounded = ids.ground(["UniProtKB:nothing", "UniProtKB:P25025"], "CXCR1")
    assert isinstance(grounded, Entity)
    assert grounded.label == "CXCR2"


def test_a_protein_that_several_genes_make_is_none_of_them() -> None:
    own = Identifiers()
    for number, symbol in ((1442, "CALM1"), (1445, "CALM2")):
        own.add(Entity(id=f"HGNC:{number}", label=symbol, type="gene_product"), xrefs=["UniProtKB:P62158"])
    assert own.by_xref("UniProtKB:P62158") is None
    own.add(Entity(id="HGNC:1442", label="CALM1", type="gene_product"), xrefs=["NCBIGene:801"])
    own.add(Entity(id="HGNC:1442", label="CALM1", type="gene_product"), xrefs=["NCBIGene:801"])
    assert own.by_xref("NCBIGene:801") is not None


def test_cml_is_never_a_gene(ids: Identifiers) -> None:
    refused = ids.by_name("CML", types=["gene_product"])
    assert isinstance(refused, Ungrounded)
    assert refused.what == "'CML' is DOID:8552 (chronic myeloid leukemia), a disease"


def test_ambiguous_names_are_refused_with_candidates(all_ids: Identifiers) -> None:
    refused = all_ids.by_name("NAP1")
    assert isinstance(refused, Ungrounded)
    assert "ambiguous" in refused.what
    assert "HGNC:6025 (CXCL8)" in refused.what


def test_arm_hairpin_and_host_are_three_things(ids: Identifiers) -> None:
    arm = ids.by_xref("MIRBASE:MIMAT0000445")
    assert arm is not None
    assert arm.parents == ("HGNC:31508",)
    assert len({arm.id, "HGNC:31508", "HGNC:20594"}) == 3


def test_orthologues_are_stated_and_kept_apart(ids: Identifiers) -> None:
    assert ids.orthologue("MGI:87859") == "HGNC:76"
    assert ids.by_xref("MGI:87859") is None
    refused = ids.by_name("Abl1", taxon=MOUSE)
    assert isinstance(refused, Ungrounded)
    assert "not known in NCBITaxon:10090" in refused.what
    assert ids.taxon("HGNC:76") == HUMAN


def test_families_hold_their_members(all_ids: Identifiers) -> None:
    member = all_ids.by_name("AKT2")
    assert isinstance(member, Entity)
    assert member.parents == ("MESH:D051057",)
    assert all_ids.by_xref("FPLX:NFkappaB") is not None


def test_a_current_symbol_hides_an_alias() -> None:
    own = Identifiers()
    own.add(Entity(id="HGNC:1", label="AAA", type="gene_product"), names={Level.ALIAS: ["BBB"]})
    own.add(Entity(id="HGNC:2", label="BBB", type="gene_product"))
    entity = own.by_name("bbb")
    assert isinstance(entity, Entity)
    assert entity.id == "HGNC:2"


def test_hgnc_complete_set(tmp_path: Path) -> None:
    path = tmp_path / "hgnc_complete_set.txt"
    path.write_text(
        "hgnc_id\tsymbol\tname\tlocus_type\tstatus\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id\tuniprot_ids\n"
        'HGNC:6025\tCXCL8\tx\tgene with protein product\tApproved\t"SCYB8|IL-8"\tIL8\t3576\tENSG00000169429\tP10145\n'
        "HGNC:9\tOLD\tx\tunknown\tEntry Withdrawn\t\t\t\t\t\n"
    )
    own = load_identifiers(path)
    assert len(own) == 1
    assert {e.id for e in [own.by_name("SCYB8"), own.by_xref("NCBIGene:3576")] if isinstance(e, Entity)} == {
        "HGNC:6025"
    }


@pytest.mark.parametrize("text", ["a\tb\n1\t2\n", "<html></html>\n"])
def test_unknown_tables_are_errors(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(text)
    with pytest.raises(SourceError):
        load_identifiers(path)


def test_a_broken_table_of_identifiers_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("HGNC ID\tApproved symbol\tStatus\nHGNC:1\n")
    with pytest.raises(SourceError, match=r"x\.tsv:2: 1 column"):
        load_identifiers(path)


def test_the_shipped_table_is_sound(ids: Identifiers) -> None:
    rows = [r for r in read_table(MAPPINGS / "identifiers.tsv", required=["id", "xrefs"]) if isinstance(r, Row)]
    keys = [row.cells["id"] for row in rows]
    assert keys == sorted(set(keys))
    assert len(keys) == len(ids)
    for row in rows:
        assert vocabulary.check_curie(row.cells["id"]) == row.cells["id"]
        assert row.cells["type"] in vocabulary.types()
        for xref in row.cells["xrefs"].split():
            assert vocabulary.check_curie(xref) == xref


@pytest.mark.parametrize("name", sorted(path.name.partition(".")[0] for path in MAPPINGS.glob("*.sssom.tsv")))
def test_mappings_name_predicates_and_say_why_not(name: str) -> None:
    for word, kind in kinds(name).items():
        if kind.reason:
            assert not kind.predicate
        else:
            assert not vocabulary.predicates()[kind.predicate].derived, word
            assert kind.polarity in vocabulary.predicates()[kind.predicate].polarities, word


def test_default_identifiers_take_more_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hgnc.tsv"
    path.write_text("hgnc_id\tsymbol\tstatus\nHGNC:11305\tSRPK2\tApproved\n")
    assert isinstance(default_identifiers().by_name("SRPK2"), Ungrounded)
    monkeypatch.setenv("EXIL8_IDENTIFIERS", str(path))
    assert isinstance(default_identifiers().by_name("SRPK2"), Entity)


@pytest.mark.parametrize(
    "name", ["TSC1", "AR", "C7", "LIG1", "BRF1", "NAP-1", "NAP1", "K60", "NAF", "3-10C", "TSG-1", "LUCT", "p150", "p2"]
)
def test_a_name_that_another_gene_bears_as_well_is_refused_with_its_candidates(ids: Identifiers, name: str) -> None:
    found = ids.by_name(name)
    assert isinstance(found, Ungrounded)
    assert found.what.startswith(f"{name!r} is ambiguous: HGNC:")


def test_no_shipped_name_is_a_name_of_another_gene_in_the_whole_of_hgnc(
    ids: Identifiers, all_ids: Identifiers, shared_data: Path
) -> None:
    hgnc = load_identifiers(shared_data / "ontologies" / "hgnc_entries.tsv.gz")
    curated = {
        row.cells["name"] for row in read_table(MAPPINGS / "names.tsv", required=["name"]) if isinstance(row, Row)
    }
    wrong = []
    for row in read_table(MAPPINGS / "identifiers.tsv", required=["id", "label", "previous", "aliases"]):
        assert isinstance(row, Row)
        names = [row.cells["label"], *row.cells["previous"].split("|"), *row.cells["aliases"].split("|")]
        for name in {*filter(None, names)} - curated:
            here, whole = ids.by_name(name), hgnc.by_name(name)
            if isinstance(here, Entity) and isinstance(whole, Entity) and here.id.startswith("HGNC:"):
                wrong += [(name, here.label, whole.label)] * (here.id != whole.id)
    assert wrong == []


def test_a_symbol_of_hgnc_is_the_gene_where_famplex_has_a_family_of_that_name(all_ids: Identifiers) -> None:
    for symbol in ("SRC", "INSR", "EIF4E", "TXN", "ADA"):
        found = all_ids.by_name(symbol)
        assert isinstance(found, Entity)
        assert found.id.startswith("HGNC:")
