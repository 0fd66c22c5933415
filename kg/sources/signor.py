"""SIGNOR: signed, directed interactions, as the public download (28 columns) and as a plain edge table.

The licence is stated as CC-BY-4.0 in some registries and as CC-BY-NC-4.0 in others: the stricter one holds here, and
the sentences that SIGNOR quotes are not copied.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.model import Directness, Entity, Polarity, Refusal, SourceInfo
from kg.sources.edge_table import COLUMNS, edge_row, is_edge_table
from kg.sources.files import read_lines
from kg.sources.identifiers import Ungrounded, both, normal_name
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import UNSPECIFIED, Context, Reading, contexts, kinds, own_id, said_of
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Evidence, Record, Relation
    from kg.sources.identifiers import Identifiers
    from kg.sources.reading import Kind

INFO: Final = SourceInfo(
    name="signor",
    title="SIGNOR: signaling network of causal interactions",
    licence="CC-BY-NC-4.0",
    homepage="https://signor.uniroma2.it/",
    citation=(
        "Lo Surdo P, Iannuccelli M, Contino S, et al. SIGNOR 3.0, the SIGnaling network open resource 3.0: 2022 "
        "update. Nucleic Acids Res 2023;51:D631-D637. doi:10.1093/nar/gkac883"
    ),
    reliability=0.7,
    formats=("tsv",),
)

_DOWNLOAD: Final = (
    "ENTITYA", "TYPEA", "IDA", "DATABASEA", "ENTITYB", "TYPEB", "IDB", "DATABASEB", "EFFECT", "MECHANISM", "RESIDUE",
    "TAX_ID", "CELL_DATA", "TISSUE_DATA", "PMID", "DIRECT", "SIGNOR_ID",
)  # fmt: skip
_END: Final = ("ID", "DATABASE", "TYPE", "ENTITY")
"""Columns of one end, each followed by its letter."""
_DATABASES: Final = {
    "uniprot": "UniProtKB", "mirbase": "MIRBASE", "drugbank": "DRUGBANK", "entrez": "NCBIGene", "ensembl": "ENSEMBL",
    "chebi": "CHEBI", "pubchem": "PUBCHEM", "complexportal": "COMPLEXPORTAL",
}  # fmt: skip
_TYPES: Final = {
    "protein": "gene_product", "proteinfamily": "gene_product", "fusion protein": "gene_product",
    "ncrna": "gene_product",
    "mirna": "mirna", "chemical": "chemical", "smallmolecule": "chemical", "antibody": "chemical", "complex": "complex",
    "phenotype": "process", "stimulus": "process",
}  # fmt: skip
_CAN_BE: Final = {"process": ("process", "phenotype", "disease"), "complex": ("complex", "gene_product")}
"""Types that a thing of SIGNOR may have in the tables of identifiers, where that is more than its own."""
_MANY: Final = ("proteinfamily", "fusion protein", "complex")
_GENES: Final = ("HGNC:", "NCBIGene:", "UniProtKB:", "ENSEMBL:")


def read(
    path: str | Path, *, identifiers: Identifiers | None = None, sites: Mapping[str, Context] | None = None
) -> Iterator[Record]:
    """Read interactions.

    Parameters
    ----------
    path
        The public download with its header, or a table with ``source``, ``target``, ``interactionType``.
    identifiers
        What is known of identifiers; the shipped table when None.
    sites
        Which site a cell of ``CELL_DATA`` means, by name; ``site_names.tsv`` beside the file when None.

    Yields
    ------
    Record
        Entities, statements, and a refusal for each row that is not taken.

    Raises
    ------
    SourceError
        The file is neither.
    """
    reading = Reading(INFO, path, identifiers)
    where = contexts(path) if sites is None else sites
    edges = is_edge_table(next(read_lines(path)))
    for row in read_table(path, required=COLUMNS if edges else _DOWNLOAD, optional=(), source=INFO.name):
        if isinstance(row, Refusal):
            yield row
        elif edges:
            yield from edge_row(reading, row.line, row.cells, licence=INFO.licence)
        else:
            yield from _download_row(reading, row.line, row.cells, where)


def _download_row(
    reading: Reading, line: int, cells: Mapping[str, str], where: Mapping[str, Context]
) -> Iterator[Record]:
    word = cells["EFFECT"] if cells["EFFECT"] not in ("", "unknown") else cells["MECHANISM"]
    kind = kinds("signor").get(word.casefold())
    if kind is None or kind.reason:
        yield reading.refuse_kind(line, word, kind.reason if kind else "")
        return
    ends = both(*(_entity(reading, *(cells[f"{column}{side}"] for column in _END)) for side in "AB"))
    if isinstance(ends, Ungrounded):
        yield reading.refuse(line, *ends)
        return
    subject, object_ = ends
    yield from reading.tell(subject, object_)
    cell = cells["CELL_DATA"] or cells["TISSUE_DATA"]
    context = _context(cell, where)
    relation = _relation(kind, subject, object_, context.site)
    papers, broken = reading.papers(line, cells["PMID"])
    yield from broken
    for paper in papers or [""]:
        yield new_statement(relation=relation, evidence=_evidence(cells, cell, context, paper))


def _evidence(cells: Mapping[str, str], cell: str, context: Context, paper: str) -> Evidence:
    mechanism = " ".join(part for part in (cells["MECHANISM"], cells["RESIDUE"]) if part)
    chains = [f"{cells[f'ENTITY{side}']} as {chain}" for side in "AB" if (chain := _chain(cells[f"ID{side}"]))]
    taxon = cells["TAX_ID"]
    return new_evidence(
        publication=paper,
        source=INFO.name,
        record=cells["SIGNOR_ID"],
        model_system=cell.replace(";", ", "),
        directness=_directness(cells["DIRECT"]),
        scope=context.scope,
        taxa=(f"NCBITaxon:{taxon}",) if taxon.isdecimal() else (),
        note="; ".join([*([f"mechanism: {mechanism}"] if mechanism else []), *chains]),
        licence=INFO.licence,
    )


def _relation(kind: Kind, subject: Entity, object_: Entity, site: str) -> Relation:
    return new_relation(
        subject=subject.id,
        subject_site=site,
        predicate=said_of(kind.predicate, object_),
        object=object_.id,
        object_site=site,
        polarity=Polarity(kind.polarity),
    )


def _entity(reading: Reading, number: str, database: str, type_: str, name: str) -> Entity | Ungrounded:
    kind = _TYPES.get(type_.casefold())
    if kind is None:
        return Ungrounded(f"{name!r} is a {type_ or 'thing without a type'}, which the graph has no type for")
    database = database.casefold()
    if database == "signor" or number.startswith("SID:"):
        return own_entity(reading, number, name, type_)
    prefix = _DATABASES.get(database)
    if prefix is None:
        return Ungrounded(f"{name!r} has its identifier in {database!r}, which is not known here")
    return reading.xref(f"{prefix}:{_bare(number)}", name, kind)


def own_entity(reading: Reading, number: str, name: str, type_: str) -> Entity | Ungrounded:
    """Entity of a thing to which SIGNOR gives a number of its own: a family, a complex, a fusion, a phenotype.

    Parameters
    ----------
    reading
        What is known of identifiers. The name comes first, so that BCR-ABL is the fusion everywhere; but a family or
        a complex is never one of its genes, although a gene may have its name as an alias.
    number
        ``SIGNOR-FP6``, or a substance of PubChem, which may be many compounds.
    name, type_
        As SIGNOR writes them.
    """
    kind = _TYPES.get(type_.casefold(), "")
    if not number or not kind:
        return Ungrounded(f"no identifier for {name!r}", "give a table of identifiers that has it")
    named = reading.named(name.replace("_", " "), types=_CAN_BE.get(kind, (kind,)))
    one_gene = isinstance(named, Entity) and named.id.startswith(_GENES)
    if isinstance(named, Entity) and not (one_gene and type_.casefold() in _MANY):
        return named
    return reading.entity(own_id(number), name, kind)


@lru_cache(maxsize=16384)
def _bare(number: str) -> str:
    """Identifier without its prefix, its isoform and its chain.

    >>> _bare("CHEBI:45783"), _bare("CID:5291"), _bare("P10145-1"), _bare("P01137_PRO_0000033762")
    ('45783', '5291', 'P10145', 'P01137')
    """
    return number.rpartition(":")[2].partition("_PRO_")[0].partition("-")[0]


def _chain(number: str) -> str:
    """The chain of a protein that a number names.

    >>> _chain("P01137_PRO_0000033762"), _chain("P10145")
    ('PRO_0000033762', '')
    """
    return "".join(number.partition("PRO_")[1:])


def _context(cell: str, where: Mapping[str, Context]) -> Context:
    """Site of the cells, where they all mean the same one."""
    found = {where.get(normal_name(part)) for part in cell.split(";") if part}
    known = found.pop() if len(found) == 1 else None
    return known or Context(UNSPECIFIED, "")


def _directness(text: str) -> Directness:
    answers = {"t": Directness.DIRECT, "yes": Directness.DIRECT, "f": Directness.INDIRECT, "no": Directness.INDIRECT}
    return answers.get(text.casefold(), Directness.UNKNOWN)
