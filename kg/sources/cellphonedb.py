"""CellPhoneDB v5: interactions of ligands, receptors and their complexes (CSV).

The tables of proteins and complexes, where they stand beside the interactions, tell which partner is secreted and
which sits in the plasma membrane. A small molecule that the database gives by its enzymes is taken as the molecule.

Which partner of an inhibitory interaction is the antagonist was seen in the 135 such rows of version 5:

- 123 of two ligands: the antagonist is always the second (120 of WNTs with CER1, SFRPs, FRZB and WIF1; three of
  hedgehogs with HHIP), and inhibits the first;
- 11 of a ligand and a receptor: the ligand is the antagonist (AGRP, IL1RN, LEFTY1 and 2, DKK1 and 2), and inhibits
  its receptor;
- one of PVR and KIR2DL5A, the only one without a classification: there the receptor inhibits its own cell when it is
  bound. Without a word on what is inhibited, the pair binds.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.model import Directness, Evidence, Polarity, Refusal, SourceInfo
from kg.sources.identifiers import HUMAN, Ungrounded, both
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import CSV_QUOTES, EXTRACELLULAR, PLASMA_MEMBRANE, UNSPECIFIED, Reading, own_id, pmid
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.model import Entity, Record
    from kg.sources.identifiers import Identifiers

INFO: Final = SourceInfo(
    name="cellphonedb",
    title="CellPhoneDB: ligands, receptors and their complexes",
    licence="MIT",
    homepage="https://www.cellphonedb.org/",
    citation=(
        "Troulé K, Petryszak R, Cakir B, et al. CellPhoneDB v5: inferring cell-cell communication from single-cell "
        "multiomics data. Nat Protoc 2025. doi:10.1038/s41596-024-01137-1"
    ),
    reliability=0.7,
    formats=("csv",),
    version="5",
)

_REQUIRED: Final = (
    "id_cp_interaction", "partner_a", "partner_b", "protein_name_a", "protein_name_b", "source", "is_ppi",
    "interactors", "classification", "directionality", "modulatory_effect",
)  # fmt: skip
_PAPER: Final = re.compile(r"PMID[:_\s]*(\d+)|(PMC\d+)")
_INHIBITORY: Final = "Inhibitory"


class _Partner(NamedTuple):
    secreted: bool
    in_membrane: bool


def read(path: str | Path, *, identifiers: Identifiers | None = None) -> Iterator[Record]:
    """Read interactions.

    Parameters
    ----------
    path
        The table of interactions; those of proteins and complexes are found beside it by name.
    identifiers
        What is known of identifiers; the shipped table when None.

    Yields
    ------
    Record
        Entities, one statement an interaction and paper, refusals.

    Raises
    ------
    SourceError
        The file is no table of interactions of CellPhoneDB v5.
    """
    reading = Reading(INFO, path, identifiers)
    partners = dict(_partners(Path(path)))
    table = read_table(path, required=_REQUIRED, optional=(), source=INFO.name, delimiter=",", quoting=CSV_QUOTES)
    for row in table:
        if isinstance(row, Refusal):
            yield row
            continue
        yield from _interaction(reading, row.line, row.cells, partners)


def _partners(path: Path) -> Iterator[tuple[str, _Partner]]:
    for name, column in (("protein", "uniprot"), ("complex", "complex_name")):
        for plural in (name + ("s" if name == "protein" else "es"), name):
            table = path.with_name(re.sub("interactions?", plural, path.name))
            if table != path and table.is_file():
                required = [column, "secreted", "transmembrane", "receptor"]
                for row in read_table(table, required=required, optional=(), delimiter=",", quoting=CSV_QUOTES):
                    if not isinstance(row, Refusal):
                        yes = {key for key, value in row.cells.items() if value.casefold() == "true"}
                        yield row.cells[column], _Partner("secreted" in yes, "transmembrane" in yes)
                break


def _interaction(
    reading: Reading, line: int, cells: Mapping[str, str], partners: Mapping[str, _Partner]
) -> Iterator[Record]:
    kind = cells["directionality"]
    if kind not in ("Ligand-Receptor", "Ligand-Ligand", "Adhesion-Adhesion", "Receptor-Receptor", "Gap-Gap"):
        yield reading.refuse_kind(line, kind)
        return
    if not (cells["partner_a"] and cells["partner_b"]):
        yield reading.refuse(line, "an interaction with one partner")
        return
    subject, given_by = _entity(reading, cells["partner_a"], cells["protein_name_a"])
    object_, _ = _entity(reading, cells["partner_b"], cells["protein_name_b"])
    ends = both(subject, object_)
    if isinstance(ends, Ungrounded):
        yield reading.refuse(line, *ends)
        return
    yield from _pair(reading, line, cells, partners, (*ends, given_by))


def _pair(
    reading: Reading,
    line: int,
    cells: Mapping[str, str],
    partners: Mapping[str, _Partner],
    ends: tuple[Entity, Entity, str],
) -> Iterator[Record]:
    subject, object_, given_by = ends
    roles = cells["directionality"].split("-")
    subject_place = _place(roles[0], partners.get(cells["partner_a"]), given_by != "")
    object_place = _place(roles[1], partners.get(cells["partner_b"]), chemical=False)
    inhibitory = cells["modulatory_effect"] == _INHIBITORY and cells["classification"].strip() != ""
    if inhibitory and roles[1] == "Ligand":
        subject, subject_place, object_, object_place = object_, object_place, subject, subject_place
    relation = new_relation(
        subject=subject.id,
        subject_site=subject_place[0],
        predicate="inhibits" if inhibitory else "binds",
        object=object_.id,
        object_site=object_place[0],
        polarity=Polarity.NEGATIVE if inhibitory else Polarity.POSITIVE,
        subject_compartment=subject_place[1],
        object_compartment=object_place[1],
    )
    yield from reading.tell(subject, object_)
    papers, broken = _papers(cells["source"])
    for number in broken:
        yield reading.refuse(line, f"reference {number!r} is no PubMed id")
    for publication in papers or [""] * (not broken):
        yield new_statement(relation=relation, evidence=_evidence(cells, publication, given_by))


def _entity(reading: Reading, partner: str, protein: str) -> tuple[Entity | Ungrounded, str]:
    """The partner, and the enzymes that stand for it when it is a small molecule."""
    by_accession = reading.xref(f"UniProtKB:{partner}", protein.removesuffix("_HUMAN"))
    if not isinstance(by_accession, Ungrounded):
        return by_accession, ""
    if protein:
        return reading.named(partner, types=("gene_product",)), ""
    molecule, by, enzymes = partner.partition("_by")
    if by:
        named = reading.named(molecule, types=("chemical",))
        if isinstance(named, Ungrounded):
            named = reading.entity(own_id("molecule", molecule.casefold()), molecule, "chemical")
        return named, enzymes.replace("_", " ")
    return reading.entity(own_id("complex", partner), partner.replace("_", " "), "complex"), ""


def _place(role: str, partner: _Partner | None, chemical: bool) -> tuple[str, str]:
    """Site and compartment: ligands in the medium unless the table says they stay in the membrane."""
    if role == "Ligand":
        stays = partner is not None and partner.in_membrane and not partner.secreted and not chemical
        return (UNSPECIFIED, PLASMA_MEMBRANE) if stays else (EXTRACELLULAR, "")
    if role == "Receptor":
        elsewhere = partner is not None and not partner.in_membrane
        return UNSPECIFIED, "" if elsewhere else PLASMA_MEMBRANE
    return UNSPECIFIED, PLASMA_MEMBRANE if partner is not None and partner.in_membrane else ""


def _papers(source: str) -> tuple[list[str], list[str]]:
    """Papers named in the free text of a source, and numbers that are no PubMed ids."""
    if "PM" not in source:
        return [], []
    named = _PAPER.findall(source)
    numbers = {number: pmid(number) for number, _ in named if number}
    papers = {f"PMC:{pmc}" for _, pmc in named if pmc}.union(filter(None, numbers.values()))
    return sorted(papers), [number for number, curie in numbers.items() if not curie]


def _evidence(cells: Mapping[str, str], publication: str, given_by: str) -> Evidence:
    effect = cells["modulatory_effect"]
    notes = [cells["classification"].strip() or effect.casefold(), f"made by {given_by}" if given_by else ""]
    return new_evidence(
        publication=publication,
        source=INFO.name,
        record=cells["id_cp_interaction"] or f"{cells['partner_a']}-{cells['partner_b']}",
        assay="" if publication else f"curated from {cells['source']}" if cells["source"] else "curated",
        directness=Directness.DIRECT,
        scope="general",
        taxa=(HUMAN,),
        note="; ".join(note for note in notes if note),
        licence=INFO.licence,
    )
