"""Grounding of foreign identifiers: by cross-reference first, by curated name next, never by guess.

A source names things in its own way (UniProt accessions, Entrez numbers, symbols of ten years ago). `Identifiers` holds
what the project knows of them and answers with an entity, or says why it cannot.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.model import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable

HUMAN: Final = "NCBITaxon:9606"

MOUSE: Final = "NCBITaxon:10090"
RAT: Final = "NCBITaxon:10116"
_DATABASES: Final = {"HGNC": HUMAN, "MGI": MOUSE, "RGD": RAT}

MAPPINGS: Final = Path(__file__).resolve().parent / "mappings"
"""Folder of the mapping tables of all sources."""

_DROPPED: Final = str.maketrans("", "", " -_/:.,()'\"\t\u00a0\u2010\u2011\u2012\u2013\u2014\u2212")
_GREEK: Final = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "κ": "kappa", "λ": "lambda",
    "µ": "mu", "μ": "mu", "ω": "omega",
}  # fmt: skip


def taxon_of(curie: str) -> str:
    """Species of a gene, where its database is of one species; else empty.

    >>> taxon_of("MGI:87859"), taxon_of("UniProtKB:P10145")
    ('NCBITaxon:10090', '')
    """
    return _DATABASES.get(curie.partition(":")[0], "")


class Ungrounded(NamedTuple):
    """Why a name or an identifier was not taken."""

    what: str
    hint: str = ""


def both(subject: Entity | Ungrounded, object_: Entity | Ungrounded) -> tuple[Entity, Entity] | Ungrounded:
    """Both ends of a relation; or, where one was not taken, why: the subject's reason first.

    >>> both(Entity(id="HGNC:6025", label="CXCL8", type="gene_product"), Ungrounded("unknown name 'X'")).what
    "unknown name 'X'"
    """
    if isinstance(subject, Ungrounded):
        return subject
    return object_ if isinstance(object_, Ungrounded) else (subject, object_)


_HINT: Final = "name a table that has it in EXIL8_IDENTIFIERS: see README"

_SHARED: Final = ""
"""Owner of a cross-reference that several entities claim."""


class Level:
    """How official a name is; a name of an earlier level hides the same name at a later one."""

    CURATED: Final = 0
    CURRENT: Final = 1
    PREVIOUS: Final = 2
    ALIAS: Final = 3


@lru_cache(maxsize=8192)
def normal_name(name: str) -> str:
    """Write a name without case, hyphens, spaces and Greek letters, for comparison only.

    >>> normal_name("IL-8") == normal_name("il8"), normal_name("NF-κB"), normal_name("BCR\u2013ABL1")
    (True, 'nfkappab', 'bcrabl1')
    """
    text = name.casefold().translate(_DROPPED)
    if text.isascii():
        return text
    for letter, spelled in _GREEK.items():
        text = text.replace(letter, spelled)
    return text


class Identifiers:
    """What is known of identifiers and names: entities, cross-references, names by level, orthologues.

    Examples
    --------
    >>> ids = Identifiers()
    >>> ids.add(Entity(id="HGNC:6025", label="CXCL8", type="gene_product"), xrefs=["UniProtKB:P10145"],
    ...         names={Level.PREVIOUS: ["IL8"]})
    >>> ids.by_xref("UniProtKB:P10145").id, ids.by_name("IL-8").id
    ('HGNC:6025', 'HGNC:6025')
    >>> ids.by_name("IL9")
    Ungrounded(what="unknown name 'IL9'", hint='name a table that has it in EXIL8_IDENTIFIERS: see README')
    """

    def __init__(self) -> None:
        self._entities: dict[str, Entity] = {}
        self._taxa: dict[str, str] = {}
        self._xrefs: dict[str, str] = {}
        self._names: dict[str, dict[str, int]] = {}
        self._human: dict[str, str] = {}
        self._misleading: dict[str, str] = {}

    def __len__(self) -> int:
        """Count the entities."""
        return len(self._entities)

    def add(
        self,
        entity: Entity,
        *,
        taxon: str = "",
        xrefs: Iterable[str] = (),
        names: dict[int, Iterable[str]] | None = None,
        level: int = Level.CURRENT,
    ) -> None:
        """Add an entity, or cross-references and names to one that is already there.

        Parameters
        ----------
        entity
            The entity; the first description of an id stays.
        taxon
            CURIE of its species; empty where none applies. A name is only found for its own species.
        xrefs
            CURIEs of the same thing elsewhere. One that several entities claim (a protein that several genes make)
            stands for none of them.
        names
            Further names by level.
        level
            Level of its label as a name.
        """
        kept = self._entities.setdefault(entity.id, entity)
        if taxon:
            self._taxa.setdefault(entity.id, taxon)
        for xref in xrefs:
            if self._xrefs.setdefault(xref, kept.id) != kept.id:
                self._xrefs[xref] = _SHARED
        self.add_name(kept.id, entity.label, level)
        for rank, group in (names or {}).items():
            for name in group:
                self.add_name(kept.id, name, rank)

    def add_name(self, entity: str, name: str, level: int) -> None:
        """Let a name stand for an entity that is already there, at a level of `Level`."""
        owners = self._names.setdefault(normal_name(name), {})
        owners[entity] = min(level, owners.get(entity, level))

    def add_misleading(self, name: str, candidates: str) -> None:
        """Let a name that nothing here owns be refused with what it may mean, and not as unknown."""
        self._misleading.setdefault(normal_name(name), candidates)

    def add_parent(self, entity: str, parent: str) -> None:
        """State that an entity is a member of a broader one; nothing happens for unknown entities."""
        known = self._entities.get(entity)
        if known is not None and parent not in known.parents:
            parents = (*known.parents, parent)
            self._entities[entity] = Entity(
                id=known.id, label=known.label, type=known.type, parents=parents, origin=known.origin,
                synonyms=known.synonyms,
            )  # fmt: skip

    def add_orthologue(self, foreign: str, human: str) -> None:
        """State that a gene of another species is the orthologue of a human one; the two stay apart."""
        self._human.setdefault(foreign, human)

    def orthologue(self, foreign: str) -> str:
        """CURIE of the human gene that this gene of another species corresponds to; empty when not known."""
        return self._human.get(foreign, "")

    def get(self, curie: str) -> Entity | None:
        """Entity of an own CURIE."""
        return self._entities.get(curie)

    def taxon(self, curie: str) -> str:
        """CURIE of the species of an entity; empty where none applies."""
        return self._taxa.get(curie, "")

    def by_xref(self, curie: str) -> Entity | None:
        """Entity of an own or foreign CURIE; None when nothing is known of it, or several entities claim it."""
        return self._entities.get(self._xrefs.get(curie, curie))

    def by_name(self, name: str, *, taxon: str = HUMAN, types: Iterable[str] = ()) -> Entity | Ungrounded:
        """Ground a name; refuse it when it is unknown or stands for several things.

        Parameters
        ----------
        name
            As the source writes it.
        taxon
            Species of the statement: genes of other species are not candidates.
        types
            Types that can be meant; all when empty.

        Returns
        -------
        Entity or Ungrounded
            The reason names the candidates of an ambiguous name.
        """
        owners = self._names.get(normal_name(name))
        if not owners and (candidates := self._misleading.get(normal_name(name))):
            return Ungrounded(f"{name!r} is ambiguous: {candidates}", "use an identifier, or give a table of HGNC")
        if not owners:
            return Ungrounded(f"unknown name {name!r}", _HINT)
        of_species = [e for e in owners if self._taxa.get(e, taxon) == taxon]
        level = min((owners[e] for e in of_species), default=Level.CURATED)
        best = [e for e in of_species if owners[e] == level]
        if not best:
            return Ungrounded(f"{name!r} is not known in {taxon}", _HINT)
        return self._one_of(name, best, set(types))

    def _one_of(self, name: str, ids: list[str], types: set[str]) -> Entity | Ungrounded:
        fit = [self._entities[i] for i in ids if not types or self._entities[i].type in types]
        if len(fit) == 1:
            return fit[0]
        if fit:
            shown = ", ".join(f"{e.id} ({e.label})" for e in sorted(fit, key=lambda e: e.id))
            return Ungrounded(f"{name!r} is ambiguous: {shown}", "use an identifier")
        other = self._entities[ids[0]]
        return Ungrounded(
            f"{name!r} is {other.id} ({other.label}), a {other.type}", f"not a {' or '.join(sorted(types))}"
        )

    def ground(
        self, curies: Iterable[str], name: str, *, taxon: str = HUMAN, types: Iterable[str] = ()
    ) -> Entity | Ungrounded:
        """Ground by the first cross-reference that is known, else by name.

        Parameters
        ----------
        curies
            Cross-references, best first.
        name, taxon, types
            As in `by_name`.
        """
        for curie in curies:
            entity = self.by_xref(curie)
            if entity is not None:
                return entity
        if name:
            return self.by_name(name, taxon=taxon, types=types)
        return Ungrounded("no known identifier and no name", _HINT)
