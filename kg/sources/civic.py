"""CIViC clinical evidence (TSV): variants of genes that make a disease resist a drug or answer to it.

A variant is an entity of its own, with its gene as parent: what is known of T315I is not known of the wild type. A
drug makes an outcome of its own too ("resistance to dasatinib"), so that resistance to one drug never argues
against sensitivity to another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kg.model import Entity, Evidence, Grade, Polarity, Refusal, Relation, SourceInfo, Statement
from kg.sources.identifiers import HUMAN, Ungrounded, normal_name
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
    "A": "validated association", "B": "clinical evidence", "C": "case study", "D": "preclinical evidence",
    "E": "inferential association",
}  # fmt: skip
_PREDICATES: Final = {
    ("Predictive", "Resistance"): ("promotes", Polarity.POSITIVE),
    ("Predictive", "Reduced Sensitivity"): ("promotes", Polarity.POSITIVE),
    ("Predictive", "Sensitivity/Response"): ("suppresses", Polarity.NEGATIVE),
    ("Prognostic", "Poor Outcome"): ("promotes", Polarity.POSITIVE),
    ("Prognostic", "Better Outcome"): ("suppresses", Polarity.NEGATIVE),
    ("Predisposing", "Pathogenic"): ("promotes", Polarity.POSITIVE),
    ("Predisposing", "Likely Pathogenic"): ("promotes", Polarity.POSITIVE),
}
_POOR_OUTCOME: Final = Entity(id="exil8:poor_clinical_outcome", label="poor clinical outcome", type="phenotype")


class _Claim(NamedTuple):
    """What the rows of one subject say of one object."""

    object: Entity
    object_site: str
    drug: str


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
    reading = Reading(INFO, path, identifiers)
    where = contexts(path) if sites is None else sites
    for row in read_table(path, required=_REQUIRED, optional=(), source=INFO.name):
        if isinstance(row, Refusal):
            yield row
            continue
        yield from _evidence(reading, row.line, row.cells, where)


def _evidence(reading: Reading, line: int, cells: Mapping[str, str], where: Mapping[str, Context]) -> Iterator[Record]:
    unusable = _unusable(cells)
    gene = Ungrounded(unusable) if unusable else _gene(reading, cells)
    if isinstance(gene, Ungrounded):
        yield reading.refuse(line, gene.what, gene.hint)
        return
    context = _context(cells, where)
    variant = Entity(
        id=f"exil8:civic_variant_{cells['variant_id']}",
        label=_variant_label(gene, cells["variant"]),
        type="gene_product",
        parents=(gene.id,),
    )
    predicate, polarity = _PREDICATES[cells["evidence_type"], cells["clinical_significance"]]
    if cells["evidence_direction"] == "Does Not Support":
        polarity = Polarity.NONE
    yield from reading.tell(gene, variant)
    for claim in _claims(reading, cells, context):
        yield from reading.tell(*_parents(reading, claim.object), claim.object)
        relation = Relation(
            subject=variant.id,
            subject_site=context.site,
            predicate=predicate,
            object=claim.object.id,
            object_site=claim.object_site,
            polarity=polarity,
        )
        yield Statement(relation=relation, evidence=_of_row(cells, claim, context))


def _unusable(cells: Mapping[str, str]) -> str:
    """Why a row says nothing the graph can hold; empty when it does."""
    type_, significance = cells["evidence_type"], cells["clinical_significance"]
    if (type_, significance) not in _PREDICATES:
        return f"{type_} evidence of {significance or 'nothing'!r} has no predicate"
    if cells["evidence_direction"] not in ("Supports", "Does Not Support"):
        return "evidence without a direction"
    if type_ == "Predictive" and not cells["drugs"]:
        return "predictive evidence without a drug"
    return "" if cells["variant_id"].isdecimal() else "no variant id"


def _gene(reading: Reading, cells: Mapping[str, str]) -> Entity | Ungrounded:
    """The fusion where the variant names it: BCR-ABL comes before ABL1."""
    variant = cells["variant"]
    for separator in ("::", "-"):
        left, found, right = variant.partition(" ")[0].partition(separator)
        if (found and cells["gene"] in (left, right)) or (found and right and cells["gene"].startswith(right)):
            fusion = reading.named(f"{left}-{right}", types=("gene_product",))
            if isinstance(fusion, Entity):
                return fusion
    if not cells["entrez_id"].isdecimal():
        return Ungrounded(f"no Entrez id for {cells['gene']!r}")
    return reading.entity(f"NCBIGene:{cells['entrez_id']}", cells["gene"])


def _variant_label(gene: Entity, variant: str) -> str:
    return variant if normal_name(variant).startswith(normal_name(gene.label)[:6]) else f"{gene.label} {variant}"


def _context(cells: Mapping[str, str], where: Mapping[str, Context]) -> Context:
    """Site of the disease's cells for a somatic variant; its scope for any."""
    disease = cells["disease"]
    known = where.get(normal_name(f"DOID:{cells['doid']}")) or where.get(normal_name(disease))
    scope = known.scope if known else "other" if disease else "general"
    return Context(known.site if known and cells["variant_origin"] == "Somatic" else UNSPECIFIED, scope)


def _claims(reading: Reading, cells: Mapping[str, str], context: Context) -> Iterator[_Claim]:
    if cells["evidence_type"] == "Prognostic":
        yield _Claim(_POOR_OUTCOME, "organism", "")
    elif cells["evidence_type"] == "Predisposing":
        curie = f"DOID:{cells['doid']}" if cells["doid"] else own_id("disease", cells["disease"].casefold())
        yield _Claim(reading.entity(curie, cells["disease"], "disease"), "organism", "")
    else:
        drugs = sorted({_drug(reading, name) for name in cells["drugs"].split(",")})
        together = cells["drug_interaction_type"] in ("Combination", "Sequential")
        for name in [" + ".join(drugs)] if together else drugs:
            label = f"resistance to {name}"
            outcome = Entity(id=own_id(label.casefold()), label=label, type="phenotype", parents=(_RESISTANCE,))
            yield _Claim(outcome, context.site, name)


def _drug(reading: Reading, name: str) -> str:
    found = reading.named(name.strip(), types=("chemical",))
    return found.label if isinstance(found, Entity) else name.strip().casefold()


def _parents(reading: Reading, outcome: Entity) -> Iterator[Entity]:
    for parent in outcome.parents:
        yield reading.entity(parent, parent, outcome.type)


def _of_row(cells: Mapping[str, str], claim: _Claim, context: Context) -> Evidence:
    level = cells["evidence_level"]
    return Evidence(
        publication=pmid(cells["citation_id"]) if cells["source_type"] == "PubMed" else "",
        source=INFO.name,
        record=f"EID{cells['evidence_id']}",
        model_system=f"{cells['disease']}, {cells['variant_origin'].casefold()} variant" if cells["disease"] else "",
        assay=f"{_LEVELS.get(level, level)} (level {level})",
        grade=Grade.BACKGROUND if level == "E" else Grade.RESULT,
        scope=context.scope,
        taxa=(HUMAN,),
        support=cells["evidence_statement"],
        note="; ".join(filter(None, [f"rating {cells['rating']}" * bool(cells["rating"]), claim.drug])),
        licence=INFO.licence,
    )
