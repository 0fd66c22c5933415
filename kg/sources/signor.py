"""SIGNOR: signed, directed interactions, as the public download (28 columns) and as a plain edge table.

The licence is stated as CC-BY-4.0 in some registries and as CC-BY-NC-4.0 in others: the stricter one holds here, and
the sentences that SIGNOR quotes are not copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import Directness, Evidence, Polarity, Refusal, Relation, SourceInfo, Statement
from kg.sources.edge_table import COLUMNS, edge_row, is_edge_table
from kg.sources.files import read_lines
from kg.sources.identifiers import normal_name
from kg.sources.reading import UNSPECIFIED, Context, Kind, Reading, contexts, kinds, own_id, pmid
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Entity, Record
    from kg.sources.identifiers import Identifiers

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
_DATABASES: Final = {
    "uniprot": "UniProtKB", "mirbase": "MIRBASE", "drugbank": "DRUGBANK", "entrez": "NCBIGene", "ensembl": "ENSEMBL",
}  # fmt: skip
_TYPES: Final = {
    "protein": "gene_product", "proteinfamily": "gene_product", "fusion protein": "gene_product",
    "ncrna": "gene_product",
    "mirna": "mirna", "chemical": "chemical", "smallmolecule": "chemical", "antibody": "chemical", "complex": "complex",
    "phenotype": "process", "stimulus": "chemical",
}  # fmt: skip
_ON_PROCESS: Final = {"activates": "promotes", "inhibits": "suppresses"}
"""An effect on a process is said with another predicate than one on a molecule."""


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
    subject = _entity(reading, cells["IDA"], cells["DATABASEA"], cells["TYPEA"], cells["ENTITYA"])
    object_ = _entity(reading, cells["IDB"], cells["DATABASEB"], cells["TYPEB"], cells["ENTITYB"])
    if subject is None or object_ is None:
        name = cells["ENTITYA"] if subject is None else cells["ENTITYB"]
        yield reading.refuse(line, f"no identifier for {name!r}", "give a table of identifiers that has it")
        return
    cell = cells["CELL_DATA"] or cells["TISSUE_DATA"]
    context = _context(cell, where)
    mechanism = " ".join(part for part in (cells["MECHANISM"], cells["RESIDUE"]) if part)
    taxon = cells["TAX_ID"]
    evidence = Evidence(
        publication=pmid(cells["PMID"]),
        source=INFO.name,
        record=cells["SIGNOR_ID"],
        model_system=cell.replace(";", ", "),
        directness=_directness(cells["DIRECT"]),
        scope=context.scope,
        taxa=(f"NCBITaxon:{taxon}",) if taxon.isdecimal() else (),
        note=f"mechanism: {mechanism}" if mechanism else "",
        licence=INFO.licence,
    )
    yield from reading.tell(subject, object_)
    yield Statement(relation=_relation(kind, subject, object_, context.site), evidence=evidence)


def _relation(kind: Kind, subject: Entity, object_: Entity, site: str) -> Relation:
    on_process = object_.type in ("process", "phenotype")
    return Relation(
        subject=subject.id,
        subject_site=site,
        predicate=_ON_PROCESS.get(kind.predicate, kind.predicate) if on_process else kind.predicate,
        object=object_.id,
        object_site=site,
        polarity=Polarity(kind.polarity),
    )


def _entity(reading: Reading, number: str, database: str, type_: str, name: str) -> Entity | None:
    kind = _TYPES.get(type_.casefold())
    if kind is None or not number:
        return None
    database = database.casefold()
    if database == "signor":
        return reading.entity(own_id(number), name, kind)
    if database in ("chebi", "pubchem"):
        local = number.rpartition(":")[2]
        return reading.entity(f"{'CHEBI' if database == 'chebi' else 'PUBCHEM'}:{local}", name, kind)
    prefix = _DATABASES.get(database)
    return reading.entity(f"{prefix}:{number.partition('-')[0]}", name, kind) if prefix else None


def _context(cell: str, where: Mapping[str, Context]) -> Context:
    """Site of the cells, where they all mean the same one."""
    found = {where.get(normal_name(part)) for part in cell.split(";") if part}
    known = found.pop() if len(found) == 1 else None
    return known or Context(UNSPECIFIED, "")


def _directness(text: str) -> Directness:
    answers = {"t": Directness.DIRECT, "yes": Directness.DIRECT, "f": Directness.INDIRECT, "no": Directness.INDIRECT}
    return answers.get(text.casefold(), Directness.UNKNOWN)
