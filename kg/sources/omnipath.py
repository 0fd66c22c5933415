"""OmniPath: ligand-receptor pairs and interactions, as the web service and its exports write them (TSV).

A pair of ligand and receptor puts the ligand in the medium and the receptor in a plasma membrane. Each reference names
the resource it comes from, and the licence of that resource goes with it: several resources that read the same
paper give one piece of evidence under the most open of their licences.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.errors import SourceError
from kg.model import Directness, Evidence, Polarity, Refusal, Relation, SourceInfo, Statement
from kg.sources.identifiers import HUMAN, MAPPINGS
from kg.sources.licences import most_open
from kg.sources.reading import EXTRACELLULAR, PLASMA_MEMBRANE, UNSPECIFIED, Reading, own_id, pmid
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
    "consensus_stimulation", "consensus_inhibition", "category_intercell_source", "category_intercell_target",
    "secreted_intercell_source", "references", "permissive_references", "pmids", "type", "ncbi_tax_id_source",
    "ncbi_tax_id_target", "sources",
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


class _Reference(NamedTuple):
    publication: str
    licence: str
    note: str


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
    known: dict[str, Entity] = {}
    for row in read_table(path, required=_REQUIRED, optional=_OPTIONAL, source=INFO.name):
        if isinstance(row, Refusal):
            yield row
            continue
        cells = row.cells
        if not references.column:
            references.choose(cells, path)
        subject = known.get(cells["source"]) or _entity(reading, cells["source"], cells["source_genesymbol"])
        object_ = known.get(cells["target"]) or _entity(reading, cells["target"], cells["target_genesymbol"])
        if subject is None or object_ is None:
            missing = cells["target"] if object_ is None else cells["source"]
            yield reading.refuse(row.line, f"no identifier in {missing!r}", "use UniProt, miRBase or COMPLEX")
            continue
        relation = _relation(cells, subject.id, object_.id)
        if relation is None:
            yield reading.refuse(row.line, "an interaction without a sign that is no ligand-receptor pair")
            continue
        known[cells["source"]], known[cells["target"]] = subject, object_
        yield from reading.tell(subject, object_)
        yield from _statements(reading, row.line, cells, relation, references)


def _entity(reading: Reading, accession: str, symbol: str) -> Entity | None:
    if accession.startswith("COMPLEX:"):
        return reading.entity(own_id("complex", accession[8:]), symbol, "complex")
    if accession.startswith("MI"):
        return reading.entity(f"MIRBASE:{accession}", symbol, "mirna")
    if 6 <= len(accession) <= 10 and accession.isalnum() and accession.isupper():
        return reading.entity(f"UniProtKB:{accession}", symbol)
    return None


def _relation(cells: Mapping[str, str], subject: str, object_: str) -> Relation | None:
    category = cells.get("category_intercell_source", "")
    sign = _sign(cells)
    if sign is None and not category:
        return None
    predicate, polarity = "binds", Polarity.POSITIVE
    if sign is not None:
        positive, negative = _SIGNED.get(cells.get("type", ""), ("activates", "inhibits"))
        predicate, polarity = (positive, sign) if sign is Polarity.POSITIVE else (negative, sign)
    in_medium = category in _IN_MEDIUM or (category != "" and cells.get("secreted_intercell_source") == "True")
    on_cell = category in _ON_CELL or (not in_medium and cells.get("secreted_intercell_source") == "False")
    return Relation(
        subject=subject,
        subject_site=EXTRACELLULAR if in_medium and category not in _ON_CELL else UNSPECIFIED,
        predicate=predicate,
        object=object_,
        object_site=UNSPECIFIED,
        polarity=polarity,
        subject_compartment=PLASMA_MEMBRANE if on_cell else "",
        object_compartment=PLASMA_MEMBRANE if category else "",
    )


def _sign(cells: Mapping[str, str]) -> Polarity | None:
    """Sign of the consensus; of any resource where there is no consensus; None when both or neither."""
    for kind in ("consensus_", "is_"):
        up, down = cells.get(f"{kind}stimulation", "") in _TRUE, cells.get(f"{kind}inhibition", "") in _TRUE
        if up != down:
            return Polarity.POSITIVE if up else Polarity.NEGATIVE
        if up:
            return None
    return None


class _References:
    """Parsed references, remembered: the same few hundred resources and papers come again and again."""

    def __init__(self) -> None:
        self.column = ""
        self._licences = resource_licences()
        self._known: dict[tuple[str, ...], tuple[str, str]] = {}

    def choose(self, cells: Mapping[str, str], path: str | Path) -> None:
        """Take the first column of references that the table has."""
        for column in ("permissive_references", "references", "pmids"):
            if column in cells:
                self.column = column
                return
        raise SourceError(path, 1, "the header lacks the column 'references'", "ask the service for references")

    def parse(self, text: str) -> tuple[list[_Reference], list[str]]:
        """One reference a paper, and what could not be read."""
        papers: dict[str, tuple[str, ...]] = {}
        broken = []
        for part in text.split(";"):
            resource, _, number = part.rpartition(":")
            publication = pmid(number)
            if publication:
                papers[publication] = (*papers.get(publication, ()), resource)
            elif part:
                broken.append(part)
        known = self._known
        found = [
            _Reference(paper, *(known.get(resources) or self._look_up(resources)))
            for paper, resources in papers.items()
        ]
        return found, broken

    def _look_up(self, resources: tuple[str, ...]) -> tuple[str, str]:
        licence = most_open([self._licences.get(resource, "unknown") for resource in resources])
        found = self._known[resources] = (licence, f"read by {', '.join(sorted(set(resources)))}")
        return found


def _statements(
    reading: Reading, line: int, cells: Mapping[str, str], relation: Relation, references: _References
) -> Iterator[Statement | Refusal]:
    found, broken = references.parse(cells[references.column])
    record = f"{cells['source']}-{cells['target']}"
    taxa = _taxa(cells)
    directness = Directness.DIRECT if relation.object_compartment else Directness.UNKNOWN
    for text in broken:
        yield reading.refuse(line, f"reference {text!r} is no PubMed id")
    if not found:
        if broken:
            return
        found = [_Reference("", "unknown", f"read by {cells.get('sources', '').replace(';', ', ')}")]
    for publication, licence, note in found:
        evidence = Evidence(
            publication=publication,
            source="omnipath",
            record=record,
            directness=directness,
            taxa=taxa,
            note=note,
            licence=licence,
        )
        yield Statement(relation=relation, evidence=evidence)


def _taxa(cells: Mapping[str, str]) -> tuple[str, ...]:
    if "ncbi_tax_id_source" not in cells:
        return (HUMAN,)
    given = {cells.get("ncbi_tax_id_source", ""), cells.get("ncbi_tax_id_target", "")} - {"", "0", "-1"}
    return tuple(sorted(f"NCBITaxon:{taxon}" for taxon in given)) or (HUMAN,)
