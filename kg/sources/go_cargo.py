"""Gene Ontology annotations to extracellular vesicles: what an exosome carries (GAF 2.x, and a plain table).

A generic vesicle (GO:0070062) carries the gene product; which cell it comes from is not stated, and it is never
merged with the vesicles of a cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.errors import SourceError
from kg.model import Entity, Evidence, Grade, Method, Polarity, Refusal, Relation, SourceInfo, Statement
from kg.sources.files import read_lines
from kg.sources.identifiers import HUMAN
from kg.sources.reading import EXTRACELLULAR, Reading, pmid
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Record
    from kg.sources.identifiers import Identifiers

INFO: Final = SourceInfo(
    name="go_cargo",
    title="Gene Ontology: annotations to extracellular vesicles",
    licence="CC-BY-4.0",
    homepage="https://geneontology.org/",
    citation=(
        "The Gene Ontology Consortium. The Gene Ontology knowledgebase in 2023. Genetics 2023;224:iyad031. "
        "doi:10.1093/genetics/iyad031"
    ),
    reliability=0.5,
    formats=("tsv", "gaf"),
)

_VESICLES: Final = {
    "GO:0070062": "extracellular exosome",
    "GO:1903561": "extracellular vesicle",
    "GO:1990742": "microvesicle",
}
_ASSAYS: Final = {
    "EXP": "experiment", "IDA": "direct assay", "IPI": "physical interaction", "IMP": "mutant phenotype",
    "IGI": "genetic interaction", "IEP": "expression pattern", "HTP": "high-throughput experiment",
    "HDA": "high-throughput direct assay", "HMP": "high-throughput mutant phenotype",
    "HGI": "high-throughput genetic interaction", "HEP": "high-throughput expression pattern",
}  # fmt: skip
_INFERRED: Final = {
    "ISS": "sequence similarity", "ISO": "orthology", "ISA": "sequence alignment", "ISM": "sequence model",
    "IGC": "genomic context", "IBA": "biological ancestor", "IBD": "biological descendant", "IKR": "key residues",
    "IRD": "rapid divergence", "RCA": "computational analysis", "TAS": "traceable author statement",
    "NAS": "non-traceable author statement", "IC": "inferred by curator", "IEA": "electronic annotation",
}  # fmt: skip
_COMPUTED: Final = {"IEA", "RCA"}
"""Codes of annotations that no curator looked at, or that an analysis gave."""
_GAF: Final = (
    "db", "gene_id", "symbol", "qualifier", "go_id", "reference", "evidence", "with", "aspect", "name", "synonym",
    "type", "taxon", "date", "assigned_by", "extension", "product_form",
)  # fmt: skip
_GAF_PREFIXES: Final = {"UniProtKB": "UniProtKB", "NCBIGene": "NCBIGene", "EntrezGene": "NCBIGene", "HGNC": "HGNC"}


def read(path: str | Path, *, identifiers: Identifiers | None = None) -> Iterator[Record]:
    """Read annotations.

    Parameters
    ----------
    path
        A GAF 2.x file, or a table with the columns ``gene_id`` (Entrez), ``symbol``, ``go_id``, ``evidence``.
    identifiers
        What is known of identifiers; the shipped table when None.

    Yields
    ------
    Record
        Vesicles and gene products, one statement an annotation to an extracellular vesicle, refusals; annotations to
        all other terms are counted in one refusal at the end.

    Raises
    ------
    SourceError
        The file is neither, or a GAF of another version than 2.
    """
    reading = Reading(INFO, path, identifiers)
    others = 0
    for row in _rows(path):
        if isinstance(row, Refusal):
            yield row
            continue
        line, cells = row
        if cells["go_id"] not in _VESICLES:
            others += 1
            continue
        yield from _annotation(reading, line, cells)
    if others:
        yield reading.refuse(None, f"{others} annotations to other terms than extracellular vesicles")


def _rows(path: str | Path) -> Iterator[tuple[int, Mapping[str, str]] | Refusal]:
    first = next(read_lines(path)).rstrip("\r\n")
    if not first.startswith("!"):
        yield from read_table(path, required=["gene_id", "symbol", "go_id", "evidence"], source=INFO.name)
        return
    if first.startswith("!gaf-version:") and not first.removeprefix("!gaf-version:").strip().startswith("2."):
        raise SourceError(path, 1, f"{first[1:]} is not known here", "GAF 2.0 to 2.2 can be read")
    yield from read_table(path, required=_GAF, header=_GAF, comment="!", source=INFO.name, pad=True)


def _annotation(reading: Reading, line: int, cells: Mapping[str, str]) -> Iterator[Record]:
    code = cells["evidence"]
    assay = _ASSAYS.get(code) or _INFERRED.get(code)
    if assay is None:
        yield reading.refuse(line, f"evidence code {code!r} says nothing or is not known")
        return
    curie = _gene(cells)
    if not curie:
        yield reading.refuse(line, f"no identifier in {cells['gene_id']!r}", "use Entrez, UniProt or HGNC")
        return
    gene = reading.entity(curie, cells["symbol"])
    vesicle = reading.ids.get(cells["go_id"]) or Entity(
        id=cells["go_id"], label=_VESICLES[cells["go_id"]], type="vesicle"
    )
    yield from reading.tell(vesicle, gene)
    relation = Relation(
        subject=vesicle.id,
        subject_site=EXTRACELLULAR,
        predicate="carries",
        object=gene.id,
        object_site="vesicle",
        polarity=Polarity.POSITIVE,
    )
    for publication in _publications(cells) or [""]:
        evidence = Evidence(
            publication=publication,
            source=INFO.name,
            record=f"{vesicle.id}/{curie}/{code}",
            assay=f"{assay} ({code})",
            grade=Grade.RESULT if code in _ASSAYS else Grade.BACKGROUND,
            scope="general",
            taxa=_taxa(cells),
            negated="NOT" in cells.get("qualifier", "").split("|"),
            licence=INFO.licence,
            method=Method.COMPUTED if code in _COMPUTED else Method.CURATED,
        )
        yield Statement(relation=relation, evidence=evidence)


def _gene(cells: Mapping[str, str]) -> str:
    number = cells["gene_id"]
    if "db" not in cells:
        return f"NCBIGene:{number}" if number.isdecimal() else ""
    prefix = _GAF_PREFIXES.get(cells["db"])
    return f"{prefix}:{number.removeprefix('HGNC:').partition(':')[0]}" if prefix and number else ""


def _publications(cells: Mapping[str, str]) -> list[str]:
    parts = cells.get("reference", "").split("|")
    return [p for p in (pmid(part.removeprefix("PMID:")) for part in parts) if p]


def _taxa(cells: Mapping[str, str]) -> tuple[str, ...]:
    given = cells.get("taxon", "").partition("|")[0].removeprefix("taxon:")
    return (f"NCBITaxon:{given}",) if given.isdecimal() else (HUMAN,)
