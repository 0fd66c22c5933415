"""OmniPath: ligand-receptor pairs and interactions, as the web service and its exports write them (TSV).

A pair of ligand and receptor puts the ligand in the medium and the receptor in a plasma membrane. Each reference names
the resource it comes from, and the licence of that resource goes with it: several resources that read the same
paper give one piece of evidence under the most open of their licences.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.errors import SourceError
from kg.model import Directness, Polarity, Refusal, Relation, SourceInfo, Statement
from kg.sources.identifiers import HUMAN, MAPPINGS, Ungrounded, both
from kg.sources.licences import most_open
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import EXTRACELLULAR, PLASMA_MEMBRANE, UNSPECIFIED, Reading, is_pmid, own_id
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Entity, Record
    from kg.sources.identifiers import Identifiers

INFO: Final = SourceInfo(
    name="omnipath",
    title="OmniPath: ligand-receptor pairs and interactions",
    licence="mixed",
    homepage="https://omnipathdb.org/",
    citation=(
        "Türei D, Valdeolivas A, Gul L, et al. Integrated intra- and intercellular signaling knowledge for "
        "multicellular omics analysis. Mol Syst Biol 2021;17:e9923. doi:10.15252/msb.20209923"
    ),
    reliability=0.6,
    formats=("tsv",),
)

_REQUIRED: Final = ("source", "target", "source_genesymbol", "target_genesymbol", "is_stimulation", "is_inhibition")
_OPTIONAL: Final = (
    "consensus_stimulation", "consensus_inhibition", "is_directed", "category_intercell_source",
    "category_intercell_target", "secreted_intercell_source", "references", "permissive_references", "pmids", "type",
    "ncbi_tax_id_source", "ncbi_tax_id_target", "sources",
)  # fmt: skip
_SAYING: Final = (
    "category_intercell_source", "secreted_intercell_source", "type", "consensus_stimulation", "consensus_inhibition",
    "is_stimulation", "is_inhibition", "is_directed", "ncbi_tax_id_source", "ncbi_tax_id_target",
)  # fmt: skip
_IN_MEDIUM: Final = {"ligand", "ecm", "ecm_regulator", "secreted_enzyme", "secreted_receptor"}
_ON_CELL: Final = {"cell_surface_ligand", "cell_surface_enzyme"}
_TRUE: Final = {"1", "1.0", "true", "True", "TRUE"}
_SIGNED: Final = {
    "transcriptional": ("increases_expression_of", "decreases_expression_of"),
    "mirna_transcriptional": ("increases_expression_of", "decreases_expression_of"),
    "tf_mirna_transcriptional": ("increases_expression_of", "decreases_expression_of"),
    "post_transcriptional": ("increases_expression_of", "targets"),
    "mirna_post_transcriptional": ("increases_expression_of", "targets"),
    "lncrna_post_transcriptional": ("increases_expression_of", "targets"),
}
"""Predicates of a stimulation and of an inhibition by the type of interaction; all others activate and inhibit."""


@cache
def resource_licences() -> Mapping[str, str]:
    """Licence of each resource that OmniPath gathers, as far as somebody looked it up.

    >>> resource_licences()["BioGRID"], resource_licences().get("talklr", "unknown")
    ('MIT', 'unknown')
    """
    path = MAPPINGS / "omnipath_licences.tsv"
    rows = read_table(path, required=["resource", "licence", "note"])
    return {row.cells["resource"]: row.cells["licence"] for row in rows if not isinstance(row, Refusal)}


def read(path: str | Path, *, identifiers: Identifiers | None = None) -> Iterator[Record]:
    """Read a table of OmniPath.

    Parameters
    ----------
    path
        Ligand-receptor pairs (with ``category_intercell_source``) or interactions; references as
        ``Resource:PMID`` in ``references`` or ``permissive_references``, or bare in ``pmids``.
    identifiers
        What is known of identifiers; the shipped table when None. An unknown UniProt accession stays as it is.

    Yields
    ------
    Record
        Entities, one statement a row and paper, and a refusal for a row or a reference that is not taken.

    Raises
    ------
    SourceError
        The file is no table of OmniPath.
    """
    reading = Reading(INFO, path, identifiers)
    references = _References()
    told: dict[str, str] = {}
    for row in read_table(path, required=_REQUIRED, optional=_OPTIONAL, source=INFO.name):
        if isinstance(row, Refusal):
            yield row
            continue
        line, cells = row
        if not references.column:
            references.choose(cells, path)
        how = _how(*map(cells.get, _SAYING))
        if how is None:
            yield reading.refuse(line, "an interaction without sign or direction that is no ligand-receptor pair")
            continue
        source, target = cells["source"], cells["target"]
        if source not in told or target not in told:
            ends = _ends(reading, cells)
            if isinstance(ends, Ungrounded):
                yield reading.refuse(line, *ends)
                continue
            yield from reading.tell(*ends)
            told[source], told[target] = ends[0].id, ends[1].id
        relation = _relation(how, told[source], told[target])
        yield from _statements(reading, line, cells, references, how, relation)


def _ends(reading: Reading, cells: Mapping[str, str]) -> tuple[Entity, Entity] | Ungrounded:
    return both(*(_entity(reading, cells[end], cells[f"{end}_genesymbol"]) for end in ("source", "target")))


def _entity(reading: Reading, accession: str, symbol: str) -> Entity | Ungrounded:
    if accession.startswith("COMPLEX:"):
        for member in accession[8:].split("_"):
            part = _entity(reading, member, "")
            if isinstance(part, Ungrounded):
                return part
        return reading.entity(own_id("complex", accession[8:]), symbol, "complex")
    if accession.startswith("MI"):
        return reading.xref(f"MIRBASE:{accession}", symbol, "mirna")
    return reading.xref(f"UniProtKB:{accession}", symbol)


class _How(NamedTuple):
    """All that a row says in its few words: it is the same for thousands of rows."""

    predicate: str
    polarity: Polarity
    subject_site: str
    subject_compartment: str
    object_compartment: str
    directness: Directness
    taxa: tuple[str, ...]


def _relation(how: _How, subject: str, object_: str) -> Relation:
    return new_relation(
        subject=subject,
        subject_site=how.subject_site,
        predicate=how.predicate,
        object=object_,
        object_site=UNSPECIFIED,
        polarity=how.polarity,
        subject_compartment=how.subject_compartment,
        object_compartment=how.object_compartment,
    )


@lru_cache(maxsize=4096)
def _how(category: str | None, secreted: str | None, type_: str | None, *more: str | None) -> _How | None:
    """How a row is to be said; None when it has neither sign nor direction and is no pair of ligand and receptor."""
    sign, directed = _sign(*more[:4]), more[4] in _TRUE
    if sign is None and not category and not directed:
        return None
    predicate, polarity = "binds", Polarity.POSITIVE
    if sign is None and not category:
        predicate = "regulates_expression_of" if type_ in _SIGNED else "regulates"
    elif sign is not None:
        positive, negative = _SIGNED.get(type_ or "", ("activates", "inhibits"))
        predicate, polarity = (positive, sign) if sign is Polarity.POSITIVE else (negative, sign)
    on_cell, directness = (PLASMA_MEMBRANE, Directness.DIRECT) if category else ("", Directness.UNKNOWN)
    return _How(predicate, polarity, *_place(category, secreted), on_cell, directness, _taxa(*more[5:]))


def _place(category: str | None, secreted: str | None) -> tuple[str, str]:
    """Site and compartment of a source: the medium only for what is a ligand there.

    Many proteins of the categories of adhesion are secreted as well as membrane proteins (MET, CD44, VCAM1), others are
    only one of the two: what is not said is not guessed.

    >>> _place("ligand", "True"), _place("adhesion", "True"), _place("adhesion", "False")
    (('extracellular', ''), ('unspecified', ''), ('unspecified', 'plasma_membrane'))
    """
    if not category:
        return UNSPECIFIED, ""
    if category in _ON_CELL or secreted == "False":
        return UNSPECIFIED, PLASMA_MEMBRANE
    return (EXTRACELLULAR, "") if category in _IN_MEDIUM else (UNSPECIFIED, "")


def _sign(*signs: str | None) -> Polarity | None:
    """Sign of the consensus; of any resource where there is no consensus; None when both or neither."""
    for up, down in ((signs[0] in _TRUE, signs[1] in _TRUE), (signs[2] in _TRUE, signs[3] in _TRUE)):
        if up != down:
            return Polarity.POSITIVE if up else Polarity.NEGATIVE
        if up:
            return None
    return None


def _taxa(*numbers: str | None) -> tuple[str, ...]:
    """Species of both ends; the human one, OmniPath's own, where the table does not say."""
    given = {number.removesuffix(".0") for number in numbers if number}
    return tuple(sorted(f"NCBITaxon:{taxon}" for taxon in given if taxon.isdecimal() and taxon[0] != "0")) or (HUMAN,)


class _References:
    """Parsed references, remembered: the same few hundred resources and papers come again and again."""

    def __init__(self) -> None:
        self.column = ""
        self._licences = resource_licences()
        self.known: dict[tuple[str, ...], tuple[str, str]] = {}

    def choose(self, cells: Mapping[str, str], path: str | Path) -> None:
        """Take the first column of references that the table has."""
        for column in ("permissive_references", "references", "pmids"):
            if column in cells:
                self.column = column
                return
        raise SourceError(path, 1, "the header lacks the column 'references'", "ask the service for references")

    def parse(self, text: str) -> tuple[dict[str, tuple[str, ...]], list[str]]:
        """The resources that read each paper, by its number, and what is no reference."""
        papers: dict[str, tuple[str, ...]] = {}
        broken: list[str] = []
        for part in text.split(";"):
            resource, _, number = part.rpartition(":")
            if number in papers:
                papers[number] += (resource,)
            elif is_pmid(number):
                papers[number] = (resource,)
            elif part:
                broken.append(part)
        return papers, broken

    def look_up(self, resources: tuple[str, ...]) -> tuple[str, str]:
        """Licence and note of evidence that these resources read: the most open of their licences."""
        licence = most_open([self._licences.get(resource, "unknown") for resource in resources])
        found = self.known[resources] = (licence, f"read by {', '.join(sorted(set(resources)))}")
        return found


def _statements(
    reading: Reading, line: int, cells: Mapping[str, str], references: _References, how: _How, relation: Relation
) -> list[Statement | Refusal]:
    papers, broken = references.parse(cells[references.column])
    if not papers and not broken:
        papers = {"": tuple(filter(None, cells.get("sources", "").split(";")))}
    record = f"{cells['source']}-{cells['target']}"
    said: list[Statement | Refusal] = [reading.refuse(line, f"reference {text!r} is no PubMed id") for text in broken]
    known, look_up = references.known, references.look_up
    for number, resources in papers.items():
        licence, note = known.get(resources) or look_up(resources)
        evidence = new_evidence(
            publication=f"PMID:{number}" if number else "",
            source="omnipath",
            record=record,
            directness=how.directness,
            taxa=how.taxa,
            note=note,
            licence=licence if number else "unknown",
        )
        said.append(new_statement(relation=relation, evidence=evidence))
    return said
