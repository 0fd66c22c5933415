"""Tables of identifiers: the compact one that is shipped, and the downloads a user may have.

Each table is known by its header: the project's own, HGNC (complete set, or a custom download), miRBase
cross-references, MeSH names, and FamPlex (relations, equivalences).
"""

from __future__ import annotations

import csv
import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.errors import SourceError
from kg.model import Entity, Refusal
from kg.sources.files import read_lines
from kg.sources.identifiers import HUMAN, MAPPINGS, Identifiers, Level
from kg.sources.tables import Row, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

_LIST: Final = re.compile(r"[|,]\s*")

_HGNC_CUSTOM: Final = {
    "id": "HGNC ID", "symbol": "Approved symbol", "name": "Approved name", "status": "Status",
    "locus": "Locus type", "previous": "Previous symbols", "alias": "Alias symbols",
    "entrez": "NCBI Gene ID(supplied by NCBI)", "uniprot": "UniProt ID(supplied by UniProt)",
    "ensembl": "Ensembl gene ID", "mgi": "Mouse genome database ID(supplied by MGI)",
    "rgd": "Rat genome database ID(supplied by RGD)",
}  # fmt: skip
_HGNC_COMPLETE: Final = {
    "id": "hgnc_id", "symbol": "symbol", "name": "name", "status": "status", "locus": "locus_type",
    "previous": "prev_symbol", "alias": "alias_symbol", "entrez": "entrez_id", "uniprot": "uniprot_ids",
    "ensembl": "ensembl_gene_id", "mgi": "mgd_id", "rgd": "rgd_id",
}  # fmt: skip
_FAMPLEX_PREFIXES: Final = {"MESH": "MESH", "GO": "GO", "COMPLEXPORTAL": "COMPLEXPORTAL"}
_MESH_TREES: Final = {
    "D08": "gene_product", "D12": "gene_product", "D": "chemical", "C": "disease", "G": "process", "A11": "cell",
}  # fmt: skip
"""Type of a MeSH term by the first branch it stands in (enzymes and proteins are D08 and D12)."""


def shipped_identifiers() -> Identifiers:
    """Read what the package ships: the genes, drugs and families of its own sources, and the names that mislead.

    Examples
    --------
    >>> ids = shipped_identifiers()
    >>> [ids.by_name(n).label for n in ("IL8", "BCR-ABL", "CML")]
    ['CXCL8', 'BCR-ABL1', 'chronic myeloid leukemia']
    """
    return load_identifiers(*(MAPPINGS / f"{name}.tsv" for name in ("identifiers", "names", "misleading_names")))


def default_identifiers() -> Identifiers:
    """Read the shipped table, and the ones that ``EXIL8_IDENTIFIERS`` names (paths, as in ``PATH``).

    A download of HGNC there lets readers ground every human gene, by any of its names. It is read once and shared by
    all readers: load others `into` `shipped_identifiers`, not into this.
    """
    return _with_tables(os.environ.get("EXIL8_IDENTIFIERS", ""))


@lru_cache(maxsize=2)
def _with_tables(paths: str) -> Identifiers:
    return load_identifiers(*filter(None, paths.split(os.pathsep)), into=shipped_identifiers())


def load_identifiers(*paths: str | Path, into: Identifiers | None = None) -> Identifiers:
    """Read tables of identifiers, in order: what an earlier one says of an id stays.

    Parameters
    ----------
    paths
        Tables; the format of each is taken from its header.
    into
        Identifiers to add to; new ones when None.

    Raises
    ------
    SourceError
        A file that cannot be read, or that is none of the formats known here.
    """
    ids = Identifiers() if into is None else into
    for path in paths:
        _reader(path)(ids, path)
    return ids


def _reader(path: str | Path) -> Callable[[Identifiers, str | Path], None]:
    first = next(read_lines(path)).rstrip("\r\n")
    tabs, commas = set(first.split("\t")), first.split(",")
    if {"id", "label", "type", "xrefs"} <= tabs:
        return _add_own
    if {"name", "id", "reason"} <= tabs:
        return _add_curated_names
    if {"name", "candidates"} <= tabs:
        return _add_misleading_names
    for columns in (_HGNC_CUSTOM, _HGNC_COMPLETE):
        if {columns["id"], columns["symbol"]} <= tabs:
            return lambda ids, file: _add_hgnc(ids, file, columns)
    if {"mirbase_id", "mirbase_name"} <= tabs:
        return _add_mirbase
    if len(commas) == 5 and commas[2] in ("isa", "partof"):
        return _add_famplex_members
    if len(commas) == 3 and "\t" not in first:
        return _add_famplex_equivalents
    if len(tabs) > 1 and re.match(r"[CD]\d{6,9}\t", first):
        return _add_mesh
    raise SourceError(path, 1, "is no table of identifiers known here", "use HGNC, FamPlex, miRBase or MeSH tables")


def _rows(path: str | Path, required: Sequence[str], **options: object) -> Iterator[Row]:
    for row in read_table(path, required=required, **options):  # type: ignore[arg-type]
        if isinstance(row, Refusal):
            raise SourceError(path, row.line, row.what, "a table of identifiers must be whole")
        yield row


def _split(text: str) -> list[str]:
    return _LIST.split(text.strip('"')) if text else []


def _add_own(ids: Identifiers, path: str | Path) -> None:
    columns = ["id", "label", "type", "taxon", "parents", "xrefs", "previous", "aliases", "orthologues"]
    for _, cells in _rows(path, columns):
        entity = Entity(
            id=cells["id"], label=cells["label"], type=cells["type"], parents=tuple(cells["parents"].split())
        )
        names = {Level.PREVIOUS: _bars(cells["previous"]), Level.ALIAS: _bars(cells["aliases"])}
        ids.add(entity, taxon=cells["taxon"], xrefs=cells["xrefs"].split(), names=dict(names))
        for foreign in cells["orthologues"].split():
            ids.add_orthologue(foreign, entity.id)


def _bars(text: str) -> list[str]:
    return text.split("|") if text else []


def _add_curated_names(ids: Identifiers, path: str | Path) -> None:
    for line, cells in _rows(path, ["name", "id", "reason"]):
        if ids.get(cells["id"]) is None:
            raise SourceError(path, line, f"{cells['id']} is not in the table of identifiers", "add it there")
        ids.add_name(cells["id"], cells["name"], Level.CURATED)


def _add_misleading_names(ids: Identifiers, path: str | Path) -> None:
    for _, cells in _rows(path, ["name", "candidates"]):
        ids.add_misleading(cells["name"], cells["candidates"])


def _add_hgnc(ids: Identifiers, path: str | Path, columns: Mapping[str, str]) -> None:
    optional = [columns[c] for c in ("alias", "previous", "mgi", "rgd", "ensembl", "entrez", "uniprot", "locus")]
    required = [columns[c] for c in ("id", "symbol", "status")]
    for _, named in _rows(path, required, optional=optional, quoting=csv.QUOTE_NONE):
        cells = {short: named.get(long, "") for short, long in columns.items()}
        if cells["status"] != "Approved":
            continue
        micro = cells["locus"] == "RNA, micro"
        entity = Entity(id=cells["id"], label=cells["symbol"], type="mirna" if micro else "gene_product")
        xrefs = [f"UniProtKB:{a}" for a in _split(cells["uniprot"])]
        xrefs += [f"NCBIGene:{cells['entrez']}"] * bool(cells["entrez"])
        xrefs += [f"ENSEMBL:{cells['ensembl']}"] * bool(cells["ensembl"])
        names = {Level.PREVIOUS: _split(cells["previous"]), Level.ALIAS: _split(cells["alias"])}
        ids.add(entity, taxon=HUMAN, xrefs=xrefs, names=dict(names))
        for foreign in _split(cells["mgi"]) + _split(cells["rgd"]):
            ids.add_orthologue(foreign, entity.id)


def _add_mirbase(ids: Identifiers, path: str | Path) -> None:
    for _, cells in _rows(path, ["mirbase_id", "mirbase_name", "database", "identifier"]):
        if cells["database"] != "HGNC":
            continue
        gene = ids.get(f"HGNC:{cells['identifier']}")
        if gene is not None:
            ids.add(gene, xrefs=[f"MIRBASE:{cells['mirbase_id']}"], names={Level.ALIAS: [cells["mirbase_name"]]})


def _add_mesh(ids: Identifiers, path: str | Path) -> None:
    header = ["ui", "name", "entries", "trees", "mapped"]
    for _, cells in _rows(path, ["ui"], header=header, pad=True):
        type_ = next((t for prefix, t in _MESH_TREES.items() if cells["trees"].startswith(prefix)), None)
        if type_ is not None and ids.by_xref(f"MESH:{cells['ui']}") is None:
            entity = Entity(id=f"MESH:{cells['ui']}", label=cells["name"], type=type_)
            ids.add(entity, names={Level.ALIAS: _bars(cells["entries"])})


def _add_famplex_members(ids: Identifiers, path: str | Path) -> None:
    header = ["child_db", "child", "relation", "parent_db", "parent"]
    rows = [cells for _, cells in _rows(path, header, header=header, delimiter=",", quoting=csv.QUOTE_MINIMAL)]
    complexes = {cells["parent"] for cells in rows if cells["relation"] == "partof"}
    for name in sorted({cells["parent"] for cells in rows}):
        type_ = "complex" if name in complexes else "gene_product"
        curie = f"FPLX:{name}"
        if ids.by_xref(curie) is None:  # a symbol of HGNC is the gene: SRC, TXN, ADA name a family too
            ids.add(Entity(id=curie, label=name, type=type_), level=Level.ALIAS)
    for cells in rows:
        child = ids.by_name(cells["child"]) if cells["child_db"] == "HGNC" else ids.by_xref(f"FPLX:{cells['child']}")
        parent = ids.by_xref(f"FPLX:{cells['parent']}")
        if isinstance(child, Entity) and parent is not None and child.id != parent.id:
            ids.add_parent(child.id, parent.id)


def _add_famplex_equivalents(ids: Identifiers, path: str | Path) -> None:
    header = ["db", "id", "family"]
    for _, cells in _rows(path, header, header=header, delimiter=",", quoting=csv.QUOTE_MINIMAL):
        family = ids.by_xref(f"FPLX:{cells['family']}")
        if family is None:
            continue
        prefix = _FAMPLEX_PREFIXES.get(cells["db"])
        if prefix is not None:
            curie = f"{prefix}:{cells['id'].removeprefix(prefix + ':')}"
            ids.add(family, xrefs=[curie], level=Level.ALIAS)
        elif cells["db"] == "BEL":
            ids.add_name(family.id, cells["id"], Level.ALIAS)
