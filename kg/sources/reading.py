"""What every reader of a foreign source needs: entities told once, refusals with their place, kinds looked up."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kg import vocabulary
from kg.errors import CurieError, SourceError
from kg.model import Directness, Entity, Polarity, Refusal
from kg.sources.identifier_tables import default_identifiers
from kg.sources.identifiers import HUMAN, MAPPINGS, Identifiers, Ungrounded, normal_name
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.model import SourceInfo

UNSPECIFIED: Final = "unspecified"
EXTRACELLULAR: Final = "extracellular"
PLASMA_MEMBRANE: Final = "plasma_membrane"
NOT_MAPPED: Final = "sssom:NoTermFound"
"""The SSSOM term that says: looked for, and there is none."""

CONCEPTS: Final = ("process", "phenotype", "disease")
"""Types of what happens, of which nothing is activated, expressed or inhibited."""
_ON_CONCEPTS: Final = {
    "activates": "promotes", "increases_expression_of": "promotes",
    "inhibits": "suppresses", "decreases_expression_of": "suppresses",
    "regulates_expression_of": "regulates",
}  # fmt: skip
_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")
is_pmid: Final = re.compile(r"[1-9]\d{0,8}", re.ASCII).fullmatch
"""Whether a text is a PubMed number."""


class Kind(NamedTuple):
    """How a source's kind of relation is said in the graph; ``reason`` is set when it is not."""

    predicate: str
    polarity: Polarity
    directness: Directness
    reverse: bool
    reason: str


class Context(NamedTuple):
    """Where a cell, a tissue or a disease of a source is in the profile."""

    site: str
    scope: str


@cache
def kinds(name: str) -> Mapping[str, Kind]:
    """Read the mapping of a source's kinds of relations: ``mappings/NAME.sssom.tsv``.

    Returns
    -------
    Mapping of str to Kind
        By the source's own word, in lower case.

    Examples
    --------
    >>> kinds("biogrid")["phosphorylation"].predicate
    'phosphorylates'
    >>> kinds("biogrid")["ubiquitination"].predicate
    'regulates'
    >>> kinds("signor")["form complex"].reason
    'membership of a complex is no relation of the graph'
    """
    path = MAPPINGS / f"{name}.sssom.tsv"
    required = ["subject_label", "object_id", "polarity", "directness", "reverse", "comment"]
    found: dict[str, Kind] = {}
    for row in read_table(path, required=required, comment="#"):
        if isinstance(row, Refusal):
            raise SourceError(path, row.line, row.what, "mend the mapping")
        cells = row.cells
        mapped = cells["object_id"] != NOT_MAPPED
        found[cells["subject_label"].casefold()] = Kind(
            predicate=cells["object_id"].removeprefix("exil8:") if mapped else "",
            polarity=Polarity(cells["polarity"]) if mapped else Polarity.NONE,
            directness=Directness(cells["directness"] or "unknown"),
            reverse=cells["reverse"] == "true",
            reason="" if mapped else cells["comment"],
        )
    return found


def contexts(path: str | Path) -> Mapping[str, Context]:
    """Read ``site_names.tsv`` beside a file of data: which site of the profile a cell or a disease means.

    Parameters
    ----------
    path
        The file of data. Without a table beside it every cell is `UNSPECIFIED`: sites are never guessed.

    Returns
    -------
    Mapping of str to Context
        By name as `kg.sources.identifiers.normal_name` writes it.
    """
    table = Path(path).parent / "site_names.tsv"
    if not table.is_file():
        return {}
    found: dict[str, Context] = {}
    for row in read_table(table, required=["name", "site", "scope"]):
        if isinstance(row, Refusal):
            raise SourceError(table, row.line, row.what, "mend the table")
        found[normal_name(row.cells["name"])] = Context(row.cells["site"] or UNSPECIFIED, row.cells["scope"])
    return found


@lru_cache(maxsize=65536)
def pmid(text: str) -> str:
    """CURIE of a PubMed number; empty when the text is none.

    >>> pmid("24657661"), pmid("api46"), pmid("012")
    ('PMID:24657661', '', '')
    """
    return f"PMID:{text}" if is_pmid(text) else ""


def doi(text: str) -> str:
    """CURIE of a DOI; empty when the text is none.

    >>> doi("10.1002/pro.3978"), doi("10.1/x"), doi("unassigned1304")
    ('DOI:10.1002/pro.3978', '', '')
    """
    return f"DOI:{text}" if _DOI.fullmatch(text) else ""


@lru_cache(maxsize=8192)
def own_id(*parts: str) -> str:
    """CURIE of the project for a thing that no one else has an identifier for, made from what names it.

    >>> own_id("complex", "integrin_a2b1 / x"), own_id("TGF-β")
    ('exil8:complex_integrin_a2b1_x', 'exil8:TGF-u3b2')
    """
    text = "_".join(parts)
    cleaned = "".join((c if c.isalnum() or c in ".-" else "_") if c.isascii() else f"u{ord(c):x}" for c in text)
    return "exil8:" + "_".join(part for part in cleaned.split("_") if part)


def said_of(predicate: str, object_: Entity) -> str:
    """Predicate of an effect on a thing: one on a process is said with another word than one on a molecule.

    >>> said_of("inhibits", Entity(id="GO:0006915", label="apoptotic process", type="process"))
    'suppresses'
    """
    return _ON_CONCEPTS.get(predicate, predicate) if object_.type in CONCEPTS else predicate


@lru_cache(maxsize=65536)
def _checked(curie: str) -> str | Ungrounded:
    try:
        return vocabulary.check_curie(curie)
    except CurieError as error:
        return Ungrounded(error.what.replace("malformed CURIE", "no identifier of its kind:"), error.hint)


def is_curie(text: str) -> bool:
    """Whether a text is a CURIE of a known prefix, and of the form its prefix asks for.

    >>> is_curie("UniProtKB:P10145"), is_curie("UniProtKB:IL8_HUMAN"), is_curie("x:1")
    (True, False, False)
    """
    return isinstance(_checked(text), str)


class Reading:
    """One reading of one file: which entities were told already, and where a refusal belongs.

    Parameters
    ----------
    info
        The source.
    path
        The file that is read.
    identifiers
        What is known of identifiers; `default_identifiers` when None.
    """

    def __init__(self, info: SourceInfo, path: str | Path, identifiers: Identifiers | None = None) -> None:
        self.source = info.name
        self.file = str(path)
        self.ids = default_identifiers() if identifiers is None else identifiers
        self._grounded: dict[str, Entity] = {}
        self._named: dict[tuple[str, ...], Entity] = {}
        self._told: set[str] = set()

    def entity(self, curie: str, label: str, type_: str = "gene_product") -> Entity:
        """Entity of a cross-reference; one of its own, with the label given, when nothing is known of it."""
        found = self._grounded.get(curie)
        if found is None:
            found = self.ids.by_xref(curie) or Entity(id=curie, label=label or curie, type=type_)
            self._grounded[curie] = found
        return found

    def xref(self, curie: str, label: str, type_: str = "gene_product") -> Entity | Ungrounded:
        """Entity of an identifier that a source gives, or why it is none of its kind: see ``ontologies/prefixes.json``.

        An identifier of the right form of which nothing is known stands as it is, with the label given.
        """
        found = self._grounded.get(curie)
        if found is not None:
            return found
        checked = _checked(curie)
        return checked if isinstance(checked, Ungrounded) else self.entity(checked, label, type_)

    def named(self, name: str, *, taxon: str = HUMAN, types: tuple[str, ...] = ()) -> Entity | Ungrounded:
        """Entity of a name, or why it has none."""
        key = (name, taxon, *types)
        found = self._named.get(key)
        if found is not None:
            return found
        grounded = self.ids.by_name(name, taxon=taxon, types=types)
        if isinstance(grounded, Entity):
            self._named[key] = grounded
        return grounded

    def papers(self, line: int | None, text: str, *, separator: str = ";") -> tuple[list[str], list[Refusal]]:
        """PubMed ids of a cell as CURIEs, each once, and a refusal for each part that is none."""
        parts = [part.strip() for part in text.split(separator)]
        found = dict.fromkeys(curie for curie in map(pmid, parts) if curie)
        broken = [part for part in parts if part and not is_pmid(part)]
        return list(found), [self.refuse(line, f"reference {part!r} is no PubMed id") for part in broken]

    def tell(self, *entities: Entity) -> list[Entity]:
        """Give the entities that were not told before."""
        told, new = self._told, []
        for entity in entities:
            if entity.id not in told:
                told.add(entity.id)
                new.append(entity)
        return new

    def refuse(self, line: int | None, what: str, hint: str = "") -> Refusal:
        """Say that a record is not taken."""
        return Refusal(source=self.source, file=self.file, line=line, what=what, hint=hint)

    def refuse_kind(self, line: int | None, kind: str, reason: str = "") -> Refusal:
        """Say that a kind of relation has no predicate."""
        if reason:
            return self.refuse(line, f"kind {kind!r}: {reason}")
        return self.refuse(line, f"unknown kind of relation {kind!r}", "add it to the mapping of the source")


CSV_QUOTES: Final = csv.QUOTE_MINIMAL
"""Quoting of tables that follow RFC 4180."""
