"""PSI-MITAB 2.5 to 2.8: molecular interactions of IntAct, BioGRID, InnateDB, SIGNOR and others, one a line.

The version is told by the number of columns (15, 36, 42, 46), with or without a header. A phosphorylation is only taken
where the roles say which partner is the enzyme; a causal statement (2.8) comes before the type of interaction.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.errors import SourceError
from kg.model import Directness, Entity, Evidence, Method, Relation, SourceInfo, Statement
from kg.sources.files import read_lines
from kg.sources.identifiers import HUMAN, Ungrounded
from kg.sources.reading import UNSPECIFIED, Reading, doi, kinds, pmid
from kg.sources.tables import has_control_characters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kg.model import Record
    from kg.sources.identifiers import Identifiers
    from kg.sources.reading import Kind

INFO: Final = SourceInfo(
    name="mitab",
    title="Molecular interactions in PSI-MITAB",
    licence="unknown",
    homepage="https://psicquic.github.io/MITAB27Format.html",
    citation="Kerrien S, Orchard S, Montecchi-Palazzi L, et al. BMC Biol 2007;5:44. doi:10.1186/1741-7007-5-44",
    reliability=0.6,
    formats=("mitab", "txt"),
)

VERSIONS: Final = {15: "2.5", 36: "2.6", 42: "2.7", 46: "2.8"}
_ID, _ALT, _ALIAS, _METHOD, _PAPER, _TAXON, _TYPE, _DATABASE, _RECORD = 0, 2, 4, 6, 8, 9, 11, 12, 13
_EXPANSION, _ROLE, _MOLECULE, _HOST, _NEGATIVE, _CAUSAL = 15, 16, 20, 28, 35, 45
_FIELD: Final = re.compile(r'([^:|"]+):(?:"((?:[^"\\]|\\.)*)"|([^|("]*))(?:\(("(?:[^"\\]|\\.)*"|[^|]*?)\))?(?=\||$)')
_MI: Final = re.compile(r"MI:\d{4}")
_PREFIXES: Final = {
    "uniprotkb": "UniProtKB", "entrez gene/locuslink": "NCBIGene", "entrezgene": "NCBIGene", "entrez gene": "NCBIGene",
    "ensembl": "ENSEMBL", "chebi": "CHEBI", "mirbase": "MIRBASE", "hgnc": "HGNC", "complex portal": "COMPLEXPORTAL",
    "drugbank": "DRUGBANK", "pubchem": "PUBCHEM", "chembl": "CHEMBL",
}  # fmt: skip
_TYPES: Final = {
    "MI:0326": "gene_product", "MI:0250": "gene_product", "MI:0327": "gene_product", "MI:0320": "gene_product",
    "MI:0324": "gene_product", "MI:0319": "gene_product", "MI:2204": "mirna", "MI:0328": "chemical",
    "MI:0314": "complex", "MI:2258": "chemical",
}  # fmt: skip
_LICENCES: Final = {
    "MI:0469": "CC-BY-4.0", "MI:0471": "CC-BY-4.0", "MI:0463": "MIT", "MI:0486": "CC-BY-4.0", "MI:0917": "CC-BY-4.0",
    "MI:0465": "CC-BY-ND-3.0", "MI:0936": "CC-BY-SA-4.0", "MI:2214": "CC-BY-NC-4.0",
}  # fmt: skip
_ENZYMES: Final = {"MI:0501", "MI:2274"}
_SUBSTRATES: Final = {"MI:0502", "MI:2275"}
_METHODS: Final = {
    "MI:0110": Method.MACHINE_READ, "MI:0087": Method.MACHINE_READ, "MI:0063": Method.COMPUTED,
}  # fmt: skip
"""Text mining, predictive text mining, interaction prediction."""
_NAMES: Final = ("gene name", "display_short", "gene name synonym", "display_long")


class _Item(NamedTuple):
    database: str
    id: str
    text: str


def read(path: str | Path, *, identifiers: Identifiers | None = None) -> Iterator[Record]:
    """Read interactions.

    Parameters
    ----------
    path
        A MITAB file of any version from 2.5 to 2.8, with or without its header.
    identifiers
        What is known of identifiers; the shipped table when None.

    Yields
    ------
    Record
        Entities, one statement an interaction and paper, and a refusal for each line that is not taken.

    Raises
    ------
    SourceError
        The number of columns is that of no version.
    """
    reading = Reading(INFO, path, identifiers)
    width = 0
    for line, text in enumerate(read_lines(path), 1):
        cells = text.rstrip("\r\n").split("\t")
        if not text.strip():
            continue
        if not width:
            width = _width(path, line, cells)
        if text.startswith("#"):
            continue
        if len(cells) != width or has_control_characters(text):
            what = f"{len(cells)} columns where MITAB {VERSIONS[width]} has {width}"
            yield reading.refuse(line, what if len(cells) != width else "control character in the row")
            continue
        yield from _interaction(reading, line, cells)


def _width(path: str | Path, line: int, cells: Sequence[str]) -> int:
    if len(cells) in VERSIONS:
        return len(cells)
    known = ", ".join(f"{columns} ({version})" for columns, version in VERSIONS.items())
    raise SourceError(path, line, f"{len(cells)} columns are no version of PSI-MITAB", f"it has {known}")


@lru_cache(maxsize=16384)
def _items(field: str) -> tuple[_Item, ...]:
    r"""Parse a field of ``database:id(text)`` parts.

    >>> _items('psi-mi:"MI:0915"(physical association)|chebi:"CHEBI:28304"')[0].text
    'physical association'
    """
    if field in ("-", ""):
        return ()
    return tuple(
        _Item(m[1].strip().casefold(), (m[2] if m[2] is not None else m[3]).strip(), (m[4] or "").strip('"'))
        for m in _FIELD.finditer(field)
    )


@lru_cache(maxsize=4096)
def _term(field: str) -> str:
    """The first PSI-MI term of a field; empty when there is none."""
    found = _MI.search(field)
    return found[0] if found else ""


@lru_cache(maxsize=4096)
def _texts(field: str) -> str:
    return ", ".join(dict.fromkeys(item.text or item.id for item in _items(field)))


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else "-"


def _interaction(reading: Reading, line: int, cells: Sequence[str]) -> Iterator[Record]:
    if "-" in (cells[_ID], cells[_ID + 1]):
        yield reading.refuse(line, "an interaction with one partner")
        return
    causal = _term(_at(cells, _CAUSAL))
    word = causal if causal and causal in kinds_by_term() else _term(cells[_TYPE])
    kind = kinds_by_term().get(word)
    if kind is None or kind.reason:
        yield reading.refuse_kind(line, _texts(cells[_TYPE]), kind.reason if kind else "")
        return
    order = _order(kind, cells)
    if not order:
        yield reading.refuse(line, "a phosphorylation without the roles of enzyme and target")
        return
    ends = [_entity(reading, cells, side) for side in order]
    for end in ends:
        if isinstance(end, Ungrounded):
            yield reading.refuse(line, *end)
            return
    subject, object_ = (end for end in ends if isinstance(end, Entity))
    relation = Relation(
        subject=subject.id,
        subject_site=UNSPECIFIED,
        predicate=kind.predicate,
        object=object_.id,
        object_site=UNSPECIFIED,
        polarity=kind.polarity,
    )
    yield from reading.tell(subject, object_)
    for paper in _papers(cells[_PAPER]):
        yield Statement(relation=relation, evidence=_evidence(cells, kind, paper))


@cache
def kinds_by_term() -> dict[str, Kind]:
    """The mapping of PSI-MI terms, by term.

    >>> kinds_by_term()["MI:0407"].predicate
    'binds'
    """
    return {term.upper(): kind for term, kind in kinds("mitab").items()}


def _order(kind: Kind, cells: Sequence[str]) -> tuple[int, int] | None:
    """Which partner acts on which; None when a directed relation does not say."""
    if kind.predicate != "phosphorylates":
        return (0, 1)
    roles = (_term(_at(cells, _ROLE)), _term(_at(cells, _ROLE + 1)))
    if roles[0] in _ENZYMES or roles[1] in _SUBSTRATES:
        return (0, 1)
    return (1, 0) if roles[1] in _ENZYMES or roles[0] in _SUBSTRATES else None


def _entity(reading: Reading, cells: Sequence[str], side: int) -> Entity | Ungrounded:
    type_ = _TYPES.get(_term(_at(cells, _MOLECULE + side)), "")
    taxon = _taxon(cells[_TAXON + side])
    names = _items(cells[_ALT + side]) + _items(cells[_ALIAS + side])
    fallback = ""
    for item in (*_items(cells[_ID + side]), *names):
        curie = _curie(item)
        if curie and reading.ids.by_xref(curie) is not None:
            return reading.entity(curie, "")
        fallback = fallback or curie
    label = next((i.id for key in _NAMES for i in names if i.text == key), "")
    if fallback:
        type_ = type_ or ("chemical" if fallback.startswith(("CHEBI:", "DRUGBANK:", "PUBCHEM:")) else "gene_product")
        return reading.entity(fallback, label, type_)
    if label and taxon in ("", HUMAN):
        return reading.named(label)
    return Ungrounded(f"no identifier in {cells[_ID + side]!r}", "give a table of identifiers that has it")


@lru_cache(maxsize=16384)
def _curie(item: _Item) -> str:
    prefix = _PREFIXES.get(item.database)
    if prefix is None or item.text in _NAMES:
        return ""
    local = item.id.removeprefix(prefix + ":")
    if prefix == "UniProtKB":
        local = local.partition("-")[0]
        return f"UniProtKB:{local}" if 6 <= len(local) <= 10 and local.isalnum() and local.isupper() else ""
    if prefix in ("NCBIGene", "CHEBI", "HGNC", "PUBCHEM") and not local.isdecimal():
        return ""
    return f"{prefix}:{local}"


@lru_cache(maxsize=4096)
def _taxon(field: str) -> str:
    number = next((item.id for item in _items(field) if item.database == "taxid"), "")
    return f"NCBITaxon:{number}" if number.isdecimal() else ""


def _papers(field: str) -> list[str]:
    items = _items(field)
    numbers = [p for p in (pmid(item.id) for item in items if item.database == "pubmed") if p]
    dois = [d for d in (doi(item.id) for item in items if item.database == "doi") if d]
    return list(dict.fromkeys(numbers)) or dois[:1] or [""]


def _evidence(cells: Sequence[str], kind: Kind, paper: str) -> Evidence:
    expansion = _texts(_at(cells, _EXPANSION))
    taxa = {_taxon(cells[_TAXON]), _taxon(cells[_TAXON + 1])} - {""}
    host = _items(_at(cells, _HOST))
    return Evidence(
        publication=paper,
        source=INFO.name,
        record=_ids(cells[_RECORD]) or f"{cells[_ID]}|{cells[_ID + 1]}",
        model_system=host[0].text if host else "",
        assay=_texts(cells[_METHOD]),
        directness=Directness.UNKNOWN if expansion else kind.directness,
        taxa=tuple(sorted(taxa)),
        note=f"expanded from a complex ({expansion})" if expansion else "",
        negated=_at(cells, _NEGATIVE).strip().casefold() == "true",
        licence=_LICENCES.get(_term(cells[_DATABASE]), INFO.licence),
        method=_METHODS.get(_term(cells[_METHOD]), Method.CURATED),
    )


def _ids(field: str) -> str:
    return "|".join(dict.fromkeys(item.id for item in _items(field)))
