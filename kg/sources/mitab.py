"""PSI-MITAB 2.5 to 2.8: molecular interactions of IntAct, BioGRID, InnateDB, SIGNOR and others, one a line.

The version is told by the number of columns (15, 36, 42, 46), with or without a header. A causal statement (2.8) comes
before the type of interaction. Which partner acts on which is said by their biological roles, in whatever order the
two stand; a phosphorylation is only taken where they say it, a causal statement without roles is, by the definition of
its terms (MI:2234), the effect of A on B.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.errors import SourceError
from kg.model import Directness, Method, SourceInfo
from kg.sources.files import read_chunks
from kg.sources.identifiers import HUMAN, Ungrounded, both
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import UNSPECIFIED, Reading, doi, is_curie, is_pmid, kinds, pmid, said_of
from kg.sources.signor import own_entity
from kg.sources.tables import has_control_characters, other_delimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kg.model import Entity, Evidence, Record
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
_EXPANSION, _ROLE, _MOLECULE, _HOST, _NEGATIVE, _MECHANISM, _CAUSAL = 15, 16, 20, 28, 35, 44, 45
_PARTNER: Final = (_ID, _ALT, _ALIAS, _TAXON)
_FIELD: Final = re.compile(r'([^:|"]+):(?:"((?:[^"\\]|\\.)*)"|([^|("]*))(?:\(("(?:[^"\\]|\\.)*"|[^|]*?)\))?(?=\||$)')
_MI: Final = re.compile(r"MI:\d{4}")
_PREFIXES: Final = {
    "uniprotkb": "UniProtKB", "entrez gene/locuslink": "NCBIGene", "entrezgene": "NCBIGene", "entrez gene": "NCBIGene",
    "ensembl": "ENSEMBL", "chebi": "CHEBI", "mirbase": "MIRBASE", "hgnc": "HGNC", "complex portal": "COMPLEXPORTAL",
    "drugbank": "DRUGBANK", "pubchem": "PUBCHEM", "chembl": "CHEMBL", "chembl compound": "CHEMBL", "hmdb": "HMDB",
    "go": "GO",
}  # fmt: skip
_TYPES: Final = {
    "MI:0326": "gene_product", "MI:0250": "gene_product", "MI:0327": "gene_product", "MI:0320": "gene_product",
    "MI:0324": "gene_product", "MI:0319": "gene_product", "MI:2204": "mirna", "MI:0328": "chemical",
    "MI:0314": "complex", "MI:2258": "chemical", "MI:2261": "process", "MI:2260": "process",
}  # fmt: skip
_SIGNOR_TYPES: Final = {"gene_product": "proteinfamily", "process": "phenotype"}
"""The word of SIGNOR for what has only a number of SIGNOR."""
_LICENCES: Final = {
    "MI:0469": "CC-BY-4.0", "MI:0471": "CC-BY-4.0", "MI:0463": "MIT", "MI:0486": "CC-BY-4.0", "MI:0917": "CC-BY-4.0",
    "MI:0465": "CC-BY-ND-3.0", "MI:0936": "CC-BY-SA-4.0", "MI:2214": "CC-BY-NC-4.0",
}  # fmt: skip
_ACTING: Final = frozenset({"MI:0501", "MI:2274"})
"""Roles of the one that acts: enzyme, regulator."""
_ACTED_ON: Final = frozenset({"MI:0502", "MI:2275"})
"""Roles of the one it acts on: enzyme target, regulator target."""
_DIRECTED: Final = ("phosphorylates", "regulates")
_DIRECT: Final = "MI:2250"
_INDIRECT: Final = frozenset({"MI:2246", "MI:2247", "MI:2248", "MI:2249"})
_BY_PREFIX: Final = {
    "CHEBI": "chemical", "DRUGBANK": "chemical", "PUBCHEM": "chemical", "CHEMBL": "chemical", "HMDB": "chemical",
    "MIRBASE": "mirna", "COMPLEXPORTAL": "complex", "GO": "process",
}  # fmt: skip
_METHODS: Final = {
    "MI:0110": Method.MACHINE_READ, "MI:0087": Method.MACHINE_READ, "MI:0063": Method.COMPUTED,
}  # fmt: skip
"""Text mining, predictive text mining, interaction prediction."""
_NAMES: Final = (
    "gene name", "display_short", "orf name", "locus name", "gene name synonym", "commercial name", "display_long",
)  # fmt: skip


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
        The number of columns is that of no version, or there is no line.
    """
    reading = Reading(INFO, path, identifiers)
    entity = lru_cache(maxsize=16384)(partial(_entity, reading))
    width = 0
    for first, lines, controls in read_chunks(path):
        for line, text in enumerate(lines, first):
            if not text.strip():
                continue
            cells = text.split("\t")
            width = width or _width(path, line, cells)
            if text.startswith("#"):
                continue
            if len(cells) != width:
                yield reading.refuse(line, f"{len(cells)} columns where MITAB {VERSIONS[width]} has {width}")
            elif controls and has_control_characters(text):
                yield reading.refuse(line, "control character in the row")
            else:
                yield from _interaction(reading, line, cells, entity)
    if not width:
        raise SourceError(path, None, "has not one line of PSI-MITAB", "is this the right file?")


def _width(path: str | Path, line: int, cells: Sequence[str]) -> int:
    if len(cells) in VERSIONS:
        return len(cells)
    other = other_delimiter(cells[0], min(VERSIONS)) if len(cells) == 1 else ""
    if other:
        raise SourceError(path, line, f"the columns are separated by {other}, not tabs", "PSI-MITAB has tabs")
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


def _interaction(
    reading: Reading, line: int, cells: Sequence[str], entity: Callable[..., Entity | Ungrounded]
) -> Iterator[Record]:
    if "-" in (cells[_ID], cells[_ID + 1]):
        yield reading.refuse(line, "an interaction with one partner")
        return
    causal = _term(_at(cells, _CAUSAL))
    is_causal = causal in kinds_by_term()
    kind = kinds_by_term().get(causal if is_causal else _term(cells[_TYPE]))
    if kind is None or kind.reason:
        yield reading.refuse_kind(line, _texts(cells[_TYPE]), kind.reason if kind else "")
        return
    order = _order(_at(cells, _ROLE), _at(cells, _ROLE + 1), kind.predicate, is_causal)
    if isinstance(order, Ungrounded):
        yield reading.refuse(line, *order)
        return
    ends = both(
        *(entity(*(cells[column + side] for column in _PARTNER), _at(cells, _MOLECULE + side)) for side in order)
    )
    if isinstance(ends, Ungrounded):
        yield reading.refuse(line, *ends)
        return
    subject, object_ = ends
    relation = new_relation(
        subject=subject.id,
        subject_site=UNSPECIFIED,
        predicate=said_of(kind.predicate, object_),
        object=object_.id,
        object_site=UNSPECIFIED,
        polarity=kind.polarity,
    )
    yield from reading.tell(subject, object_)
    directness = _directness(_at(cells, _MECHANISM)) if is_causal else kind.directness
    said = _texts(cells[_TYPE]) if kind.predicate == "regulates" else ""
    papers, broken = _papers(cells[_PAPER])
    for text in broken:
        yield reading.refuse(line, f"reference {text!r} is no PubMed id")
    for paper in papers:
        yield new_statement(relation=relation, evidence=_evidence(cells, directness, said, paper))


@cache
def kinds_by_term() -> dict[str, Kind]:
    """The mapping of PSI-MI terms, by term.

    >>> kinds_by_term()["MI:0407"].predicate
    'binds'
    """
    return {term.upper(): kind for term, kind in kinds("mitab").items()}


@lru_cache(maxsize=1024)
def _order(role_a: str, role_b: str, predicate: str, causal: bool) -> tuple[int, int] | Ungrounded:
    """Which partner acts on which, or why that is not known."""
    if not causal and predicate not in _DIRECTED:
        return (0, 1)
    roles = set(_MI.findall(role_a)), set(_MI.findall(role_b))
    forwards = bool(roles[0] & _ACTING or roles[1] & _ACTED_ON)
    backwards = bool(roles[1] & _ACTING or roles[0] & _ACTED_ON)
    if forwards and backwards:
        return Ungrounded("roles that contradict each other")
    if not forwards and not backwards and not causal:
        return Ungrounded("a modification without the roles of enzyme and target")
    return (1, 0) if backwards else (0, 1)


@lru_cache(maxsize=1024)
def _directness(mechanism: str) -> Directness:
    """Whether the one partner of a causal statement is immediately upstream of the other."""
    terms = set(_MI.findall(mechanism))
    if terms & _INDIRECT:
        return Directness.INDIRECT
    return Directness.DIRECT if _DIRECT in terms else Directness.UNKNOWN


def _entity(reading: Reading, id_: str, other: str, alias: str, taxon: str, molecule: str) -> Entity | Ungrounded:
    """A partner by the cells that tell of it."""
    type_ = _TYPES.get(_term(molecule), "")
    ids, others, aliases = _items(id_), _items(other), _items(alias)
    curies = [curie for curie in map(_curie, (*ids, *others)) if curie]
    for curie in (*curies, *map(_curie, aliases)):
        if curie and reading.ids.by_xref(curie) is not None:
            return reading.entity(curie, "")
    label = _label(others + aliases)
    if curies:
        return reading.entity(curies[0], label, type_ or _BY_PREFIX.get(curies[0].partition(":")[0], "gene_product"))
    own = next((item for item in ids if item.database == "signor"), None)
    if own is not None:
        return own_entity(reading, own.id, label or own.id, _SIGNOR_TYPES.get(type_, type_))
    if label and _taxon(taxon) in ("", HUMAN):
        return reading.named(label)
    return Ungrounded(f"no identifier in {id_!r}", "give a table of identifiers that has it")


def _label(names: Sequence[_Item]) -> str:
    return next((item.id for kind in _NAMES for item in names if item.text == kind), "")


@lru_cache(maxsize=16384)
def _curie(item: _Item) -> str:
    """CURIE of an item; empty when it is of no known database, a name, or of the wrong form."""
    prefix = _PREFIXES.get(item.database)
    if prefix is None or item.text in _NAMES:
        return ""
    local = item.id.removeprefix(prefix + ":")
    if prefix == "UniProtKB":
        local = local.partition("_PRO_")[0].partition("-")[0].partition(":")[0]
    curie = f"{prefix}:{local}"
    return curie if is_curie(curie) else ""


@lru_cache(maxsize=4096)
def _taxon(field: str) -> str:
    number = next((item.id for item in _items(field) if item.database == "taxid"), "")
    return f"NCBITaxon:{number}" if number.isdecimal() else ""


@lru_cache(maxsize=16384)
def _papers(field: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The papers of a field, DOIs only where there is no PMID (one empty when there is none), and what is no paper."""
    items = _items(field)
    numbers = [item.id for item in items if item.database == "pubmed"]
    found = tuple(dict.fromkeys(curie for curie in map(pmid, numbers) if curie))
    broken = tuple(number for number in numbers if not is_pmid(number) and not number.startswith("unassigned"))
    dois = tuple(curie for item in items if item.database == "doi" and (curie := doi(item.id)))
    return found or dois[:1] or ("",), broken


def _evidence(cells: Sequence[str], directness: Directness, said: str, paper: str) -> Evidence:
    expansion = _texts(_at(cells, _EXPANSION))
    taxa = {_taxon(cells[_TAXON]), _taxon(cells[_TAXON + 1])} - {""}
    host = _items(_at(cells, _HOST))
    return new_evidence(
        publication=paper,
        source=INFO.name,
        record=_ids(cells[_RECORD]) or f"{cells[_ID]}|{cells[_ID + 1]}",
        model_system=host[0].text if host else "",
        assay=_texts(cells[_METHOD]),
        directness=Directness.UNKNOWN if expansion else directness,
        taxa=tuple(sorted(taxa)),
        note="; ".join(filter(None, [said, f"expanded from a complex ({expansion})" if expansion else ""])),
        negated=_at(cells, _NEGATIVE).strip().casefold() == "true",
        licence=_LICENCES.get(_term(cells[_DATABASE]), INFO.licence),
        method=_METHODS.get(_term(cells[_METHOD]), Method.CURATED),
    )


def _ids(field: str) -> str:
    return "|".join(dict.fromkeys(item.id for item in _items(field)))
