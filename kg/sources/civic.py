"""CIViC clinical evidence (TSV): variants of genes that make a disease resist a drug or answer to it.

A variant is an entity of its own, with its gene as parent: what is known of T315I is not known of the wild type. A
drug makes an outcome of its own too ("resistance to dasatinib"), so that resistance to one drug never argues
against sensitivity to another.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.model import Entity, Evidence, Grade, Polarity, Refusal, SourceInfo
from kg.sources.identifiers import HUMAN, Ungrounded, normal_name
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import UNSPECIFIED, Context, Reading, contexts, own_id, pmid
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Record
    from kg.sources.identifiers import Identifiers

INFO: Final = SourceInfo(
    name="civic",
    title="CIViC: clinical interpretation of variants in cancer",
    licence="CC0-1.0",
    homepage="https://civicdb.org/",
    citation=(
        "Griffith M, Spies NC, Krysiak K, et al. CIViC is a community knowledgebase for expert crowdsourcing the "
        "clinical interpretation of variants in cancer. Nat Genet 2017;49:170-174. doi:10.1038/ng.3774"
    ),
    reliability=0.8,
    formats=("tsv",),
)

_REQUIRED: Final = (
    "gene", "entrez_id", "variant", "disease", "doid", "drugs", "drug_interaction_type", "evidence_type",
    "evidence_direction", "evidence_level", "clinical_significance", "evidence_statement", "citation_id",
    "source_type", "rating", "evidence_status", "evidence_id", "variant_id", "variant_origin",
)  # fmt: skip
_RESISTANCE: Final = "MESH:D019008"
_LEVELS: Final = {
    "A": "validated association (level A)", "B": "clinical evidence (level B)", "C": "case study (level C)",
    "D": "preclinical evidence (level D)", "E": "inferential association (level E)",
}  # fmt: skip
_GRADES: Final = {"E": Grade.BACKGROUND}
_TAXA: Final = (HUMAN,)
_PREDICATES: Final = {
    ("Predictive", "Resistance"): ("promotes", Polarity.POSITIVE),
    ("Predictive", "Reduced Sensitivity"): ("promotes", Polarity.POSITIVE),
    ("Predictive", "Sensitivity/Response"): ("suppresses", Polarity.NEGATIVE),
    ("Prognostic", "Poor Outcome"): ("promotes", Polarity.POSITIVE),
    ("Prognostic", "Better Outcome"): ("suppresses", Polarity.NEGATIVE),
    ("Predisposing", "Pathogenic"): ("promotes", Polarity.POSITIVE),
    ("Predisposing", "Likely Pathogenic"): ("promotes", Polarity.POSITIVE),
}
_of_variant: Final = itemgetter("variant_id", "gene", "entrez_id", "variant")
_of_context: Final = itemgetter("doid", "disease", "variant_origin")
_of_claims: Final = itemgetter("evidence_type", "disease", "doid", "drugs", "drug_interaction_type")
_MUTATION: Final = re.compile(r"^\S+ ([A-Z]\d+[A-Z])$")
_POOR_OUTCOME: Final = Entity(id="exil8:poor_clinical_outcome", label="poor clinical outcome", type="phenotype")


class _Claim(NamedTuple):
    """What the rows of one subject say of one object, whose broader kinds come before it."""

    objects: tuple[Entity, ...]
    object_site: str
    drug: str


class _Known:
    """What was made of the cells of earlier rows: some thousand variants and drugs come again and again."""

    def __init__(self, reading: Reading, where: Mapping[str, Context]) -> None:
        self.reading = reading
        self._where = where
        self._variants: dict[tuple[str, ...], tuple[Entity, Entity] | Ungrounded] = {}
        self._contexts: dict[tuple[str, ...], Context] = {}
        self._claims: dict[tuple[str, ...], tuple[_Claim, ...] | Ungrounded] = {}

    def variant(self, cells: Mapping[str, str]) -> tuple[Entity, Entity] | Ungrounded:
        """Gene and variant of a row."""
        key = _of_variant(cells)
        found = self._variants.get(key)
        if found is None:
            found = self._variants[key] = _variant(self.reading, cells)
        return found

    def context(self, cells: Mapping[str, str]) -> Context:
        """Site and scope of a row."""
        key = _of_context(cells)
        found = self._contexts.get(key)
        if found is None:
            found = self._contexts[key] = _context(cells, self._where)
        return found

    def claims(self, cells: Mapping[str, str], context: Context) -> tuple[_Claim, ...] | Ungrounded:
        """What a row says its variant does."""
        key = (*_of_claims(cells), context.site)
        found = self._claims.get(key)
        if found is None:
            found = self._claims[key] = _claims(self.reading, cells, context)
        return found


def read(
    path: str | Path, *, identifiers: Identifiers | None = None, sites: Mapping[str, Context] | None = None
) -> Iterator[Record]:
    """Read clinical evidence.

    Parameters
    ----------
    path
        Evidence summaries of CIViC (one variant a row, unquoted).
    identifiers
        What is known of identifiers; the shipped table when None.
    sites
        Where a somatic variant of a disease acts, by name or DOID as `normal_name` writes it; the table
        ``site_names.tsv`` beside the file when None. Without one, sites are unspecified.

    Yields
    ------
    Record
        Genes, variants, outcomes; statements; a refusal for each row that says nothing the graph can hold.

    Raises
    ------
    SourceError
        The file is no table of CIViC, or one of the later form with molecular profiles.
    """
    known = _Known(Reading(INFO, path, identifiers), contexts(path) if sites is None else sites)
    for row in read_table(path, required=_REQUIRED, optional=(), source=INFO.name):
        if isinstance(row, Refusal):
            yield row
        else:
            yield from _evidence(known, row.line, row.cells)


def _evidence(known: _Known, line: int, cells: Mapping[str, str]) -> Iterator[Record]:
    reading = known.reading
    unusable = _unusable(cells)
    ends = Ungrounded(unusable) if unusable else known.variant(cells)
    if isinstance(ends, Ungrounded):
        yield reading.refuse(line, *ends)
        return
    gene, variant = ends
    context = known.context(cells)
    claims = known.claims(cells, context)
    if isinstance(claims, Ungrounded):
        yield reading.refuse(line, *claims)
        return
    predicate, polarity = _PREDICATES[cells["evidence_type"], cells["clinical_significance"]]
    if cells["evidence_direction"] == "Does Not Support":
        polarity = Polarity.NONE
    yield from reading.tell(gene, variant)
    for claim in claims:
        yield from reading.tell(*claim.objects)
        relation = new_relation(
            subject=variant.id,
            subject_site=context.site,
            predicate=predicate,
            object=claim.objects[-1].id,
            object_site=claim.object_site,
            polarity=polarity,
        )
        yield new_statement(relation=relation, evidence=_of_row(cells, claim, context))


def _unusable(cells: Mapping[str, str]) -> str:
    """Why a row says nothing the graph can hold; empty when it does."""
    type_, significance = cells["evidence_type"], cells["clinical_significance"]
    if (type_, significance) not in _PREDICATES:
        return f"{type_} evidence of {significance or 'nothing'!r} has no predicate"
    if cells["evidence_status"] != "accepted":
        return f"evidence that is {cells['evidence_status'] or 'nothing'!r}, not accepted"
    if cells["evidence_direction"] not in ("Supports", "Does Not Support"):
        return "evidence without a direction"
    if type_ == "Predictive" and not cells["drugs"]:
        return "predictive evidence without a drug"
    return "" if cells["variant_id"].isdecimal() else "no variant id"


def _variant(reading: Reading, cells: Mapping[str, str]) -> tuple[Entity, Entity] | Ungrounded:
    """Its gene, and the variant, which its one mutation names as well; a fusion without a mutation is itself."""
    gene = _gene(reading, cells)
    if isinstance(gene, Ungrounded):
        return gene
    if reading.named(cells["variant"], types=("gene_product",)) == gene:
        return gene, gene
    label = _variant_label(gene, cells["variant"])
    variant = Entity(
        id=f"exil8:civic_variant_{cells['variant_id']}",
        label=label,
        type="gene_product",
        parents=(gene.id,),
        synonyms=tuple(_MUTATION.findall(label)),
    )
    return gene, variant


def _gene(reading: Reading, cells: Mapping[str, str]) -> Entity | Ungrounded:
    """The fusion where the variant names it: BCR-ABL comes before ABL1."""
    variant = cells["variant"]
    for separator in ("::", "-"):
        left, found, right = variant.partition(" ")[0].partition(separator)
        if (found and cells["gene"] in (left, right)) or (found and right and cells["gene"].startswith(right)):
            fusion = reading.named(f"{left}-{right}", types=("gene_product",))
            if isinstance(fusion, Entity):
                return fusion
    return reading.xref(f"NCBIGene:{cells['entrez_id']}", cells["gene"])


def _variant_label(gene: Entity, variant: str) -> str:
    return variant if normal_name(variant).startswith(normal_name(gene.label)[:6]) else f"{gene.label} {variant}"


def _context(cells: Mapping[str, str], where: Mapping[str, Context]) -> Context:
    """Site of the disease's cells for a somatic variant; its scope for any."""
    disease = cells["disease"]
    known = where.get(normal_name(f"DOID:{cells['doid']}")) or where.get(normal_name(disease))
    scope = known.scope if known else "other" if disease else "general"
    return Context(known.site if known and cells["variant_origin"] == "Somatic" else UNSPECIFIED, scope)


def _claims(reading: Reading, cells: Mapping[str, str], context: Context) -> tuple[_Claim, ...] | Ungrounded:
    if cells["evidence_type"] == "Prognostic":
        return (_Claim((_POOR_OUTCOME,), "organism", ""),)
    if cells["evidence_type"] == "Predisposing":
        disease = _disease(reading, cells["doid"], cells["disease"])
        return disease if isinstance(disease, Ungrounded) else (_Claim((disease,), "organism", ""),)
    drugs = sorted({_drug(reading, name) for name in cells["drugs"].split(",")})
    together = cells["drug_interaction_type"] in ("Combination", "Sequential")
    return tuple(_resistance(reading, name, context.site) for name in ([" + ".join(drugs)] if together else drugs))


def _resistance(reading: Reading, drug: str, site: str) -> _Claim:
    label = f"resistance to {drug}"
    broader = reading.entity(_RESISTANCE, "drug resistance", "phenotype")
    outcome = Entity(id=own_id(label.casefold()), label=label, type="phenotype", parents=(broader.id,))
    return _Claim((broader, outcome), site, drug)


def _disease(reading: Reading, doid: str, name: str) -> Entity | Ungrounded:
    if doid:
        return reading.xref(f"DOID:{doid}", name, "disease")
    if not name:
        return Ungrounded("predisposing evidence without a disease")
    return reading.entity(own_id("disease", name.casefold()), name, "disease")


def _drug(reading: Reading, name: str) -> str:
    found = reading.named(name.strip(), types=("chemical",))
    return found.label if isinstance(found, Entity) else name.strip().casefold()


@lru_cache(maxsize=4096)
def _patients(disease: str, origin: str) -> str:
    """Whose variants were looked at.

    >>> _patients("Melanoma", "Somatic"), _patients("Melanoma", "N/A"), _patients("", "Somatic")
    ('Melanoma, somatic variant', 'Melanoma', '')
    """
    known = origin not in ("", "N/A", "Unknown")
    return f"{disease}, {origin.casefold()} variant" if disease and known else disease


def _of_row(cells: Mapping[str, str], claim: _Claim, context: Context) -> Evidence:
    level, rating = cells["evidence_level"], cells["rating"]
    rated = f"rating {rating}" if rating else ""
    return new_evidence(
        publication=pmid(cells["citation_id"]) if cells["source_type"] == "PubMed" else "",
        source="civic",
        record=f"EID{cells['evidence_id']}",
        model_system=_patients(cells["disease"], cells["variant_origin"]),
        assay=_LEVELS.get(level, f"level {level}"),
        grade=_GRADES.get(level, Grade.RESULT),
        scope=context.scope,
        taxa=_TAXA,
        support=cells["evidence_statement"],
        note=f"{rated}; {claim.drug}" if rated and claim.drug else rated or claim.drug,
        licence="CC0-1.0",
    )
