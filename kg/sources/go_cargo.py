"""Gene Ontology annotations to extracellular vesicles: what an exosome carries (GAF 2.x, and a plain table).

A generic vesicle (GO:0070062) carries the gene product; which cell it comes from is not stated, and it is never
merged with the vesicles of a cell.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from kg.errors import SourceError
from kg.model import Entity, Grade, Method, Polarity, Refusal, SourceInfo
from kg.sources.files import read_chunks, read_lines
from kg.sources.identifiers import HUMAN, Ungrounded
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import EXTRACELLULAR, Reading
from kg.sources.tables import has_control_characters, other_delimiter, read_table

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
_FEWEST: Final = 15
_VERSIONS: Final = ("2", "2.0", "2.1", "2.2")
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
        The file is neither, or a GAF that tells no version, or another than 2.0 to 2.2.
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
    if next(read_lines(path)).startswith("!"):
        return _gaf_rows(path)
    return read_table(path, required=["gene_id", "symbol", "go_id", "evidence"], source=INFO.name)


def _gaf_rows(path: str | Path) -> Iterator[tuple[int, Mapping[str, str]] | Refusal]:
    """Rows of a GAF; a line of another number of columns is refused, an unknown version is an error."""
    version = read_any = False
    for first, lines, controls in read_chunks(path):
        for line, text in enumerate(lines, first):
            if text.startswith("!"):
                version = _is_version(path, line, text) or version
                continue
            if not text:
                continue
            if not version:
                raise SourceError(path, line, "no line !gaf-version before the first row", "GAF 2.0 to 2.2 can be read")
            cells = text.split("\t")
            if not read_any and (other := other_delimiter(text, _FEWEST)):
                raise SourceError(path, line, f"the columns are separated by {other}, not tabs", "a GAF has tabs")
            read_any = True
            if not _FEWEST <= len(cells) <= len(_GAF):
                what = f"{len(cells)} columns where a GAF has {_FEWEST} to {len(_GAF)}"
                yield Refusal(source=INFO.name, file=str(path), line=line, what=what)
            elif controls and has_control_characters(text):
                yield Refusal(source=INFO.name, file=str(path), line=line, what="control character in the row")
            else:
                yield line, dict(zip_longest(_GAF, cells, fillvalue=""))


def _is_version(path: str | Path, line: int, text: str) -> bool:
    """Whether a comment tells the version; one that is not known here is an error."""
    key, _, version = text[1:].partition(":")
    if key.strip() != "gaf-version":
        return False
    if version.strip() not in _VERSIONS:
        raise SourceError(
            path, line, f"gaf-version {version.strip()!r} is not known here", "GAF 2.0 to 2.2 can be read"
        )
    return True


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
    gene = reading.xref(curie, cells["symbol"])
    if isinstance(gene, Ungrounded):
        yield reading.refuse(line, *gene)
        return
    vesicle = reading.ids.get(cells["go_id"]) or Entity(
        id=cells["go_id"], label=_VESICLES[cells["go_id"]], type="vesicle"
    )
    yield from reading.tell(vesicle, gene)
    relation = new_relation(
        subject=vesicle.id,
        subject_site=EXTRACELLULAR,
        predicate="carries",
        object=gene.id,
        object_site="vesicle",
        polarity=Polarity.POSITIVE,
    )
    papers, broken = _publications(reading, line, cells)
    yield from broken
    for publication in papers or [""]:
        evidence = new_evidence(
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
        yield new_statement(relation=relation, evidence=evidence)


def _gene(cells: Mapping[str, str]) -> str:
    prefix = _GAF_PREFIXES.get(cells["db"]) if "db" in cells else "NCBIGene"
    number = cells["gene_id"].removeprefix("HGNC:").partition(":")[0]
    return f"{prefix}:{number}" if prefix and number else ""


def _publications(reading: Reading, line: int, cells: Mapping[str, str]) -> tuple[list[str], list[Refusal]]:
    """Papers of a row; other references, as those of GO itself, are no papers and no faults."""
    parts = cells.get("reference", "").split("|")
    return reading.papers(line, ";".join(part.removeprefix("PMID:") for part in parts if part.startswith("PMID:")))


def _taxa(cells: Mapping[str, str]) -> tuple[str, ...]:
    given = cells.get("taxon", "").partition("|")[0].removeprefix("taxon:")
    return (f"NCBITaxon:{given}",) if given.isdecimal() and given[0] != "0" else (HUMAN,)
