"""From what people type to an entity and a site: ``IL-8@extracellular``, ``TGF-β``, ``CML cell survival``.

A name is looked for in this order, and the first step that knows it decides:

1. CURIE; label; synonym of the entity or spelling of ``ontologies/spellings.tsv``; official name of the slices:
   each as written (case apart), then without marks, Greek letters by name, British spelling as American;
2. the same, whatever the number of the words and their order around "of" or "from";
3. what people type (``ontologies/typed_names.tsv``), in the same ways;
4. a name made of two (`kg.composed_names`): CD26 inhibitors, HS-5 cells, K-562 exosomes and, where a site may be
   told, what goes on in a cell: survival of CML cells.

A name that means nothing here, or more than one thing, is an error that lists candidates.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kg.composed_names import PROCESSES, ComposedNames
from kg.errors import CurieError, UnknownNameError, UsageError
from kg.further_names import OfficialTerm, Spelling, official_terms, read_spellings, shipped_spellings, typed_names
from kg.model import SiteKind
from kg.name_keys import loose_key, tolerant_key, words
from kg.name_steps import Names, Step
from kg.suggestions import Suggestions
from kg.vocabulary import check_curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.model import Entity, Site

__all__ = [
    "Grounded",
    "NameIndex",
    "OfficialTerm",
    "Spelling",
    "official_terms",
    "read_spellings",
    "shipped_spellings",
    "tolerant_key",
    "typed_names",
]

_SHOWN = 8
_SITE = "exil8s:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What a text means: an entity, and the site where one was written.

    Parameters
    ----------
    entity
        The entity.
    site
        Identifier of the site; empty for "at any site".
    within
        CURIE of the vesicle for ``X@vesicle/VESICLE``; empty otherwise.

    Examples
    --------
    >>> from kg.model import Entity
    >>> il8 = Entity(id="HGNC:6025", label="CXCL8", type="gene_product")
    >>> str(Grounded(entity=il8, site="extracellular")), str(Grounded(entity=il8))
    ('HGNC:6025@extracellular', 'HGNC:6025')
    """

    entity: Entity
    site: str = ""
    within: str = ""

    def __str__(self) -> str:
        """Write it so that it resolves to itself: the key of a node of the network."""
        place = f"{self.site}/{self.within}" if self.within else self.site
        return f"{self.entity.id}@{place}" if place else self.entity.id


class NameIndex:
    """All names of the entities and sites of a graph.

    Parameters
    ----------
    entities
        The entities; a name in another graph is no concern of this one.
    sites
        The sites, for names with ``@site``.
    spellings
        Further names; those of entities that are not here are passed over. By default the shipped ones.
    typed
        Names for what people type, asked last. By default the shipped ones, or none beside own spellings.
    official
        Official terms by CURIE: their names come after the spellings, and their broader terms tell the
        site of a cell. By default those of the slices.

    Examples
    --------
    >>> from kg.model import Entity, Site, SiteKind
    >>> index = NameIndex(
    ...     [Entity(id="HGNC:6025", label="CXCL8", type="gene_product", synonyms=("IL-8",))],
    ...     [Site(id="extracellular", label="extracellular space", kind=SiteKind.MEDIUM)])
    >>> str(index.resolve("il 8@Extracellular Space"))
    'HGNC:6025@extracellular'
    >>> index.resolve("IL8x")
    Traceback (most recent call last):
    kg.errors.UnknownNameError: no entity is called 'IL8x'; did you mean HGNC:6025 (CXCL8)?
    """

    def __init__(
        self,
        entities: Iterable[Entity],
        sites: Iterable[Site] = (),
        *,
        spellings: Iterable[Spelling] | None = None,
        typed: Iterable[Spelling] | None = None,
        official: Mapping[str, OfficialTerm] | None = None,
    ) -> None:
        self._entities = {entity.id: entity for entity in sorted(entities, key=lambda e: e.id)}
        self._sites = {site.id: site for site in sites}
        self._spellings = tuple(shipped_spellings() if spellings is None else spellings)
        self._given_typed = None if typed is None and spellings is None else tuple(typed or ())
        self._official = official_terms() if official is None else official
        withdrawn = frozenset(tolerant_key(s.name) for s in self._spellings if not s.target)
        self._names = Names(self._entity_steps(withdrawn), lambda: Step(self._of_entities(self._typed)), withdrawn)
        self._composed = ComposedNames(self._entities, self._names, self._cell_sites)
        self._site_names = Names(self._site_steps(), lambda: Step(self._of_sites(self._typed)), withdrawn)

    @cached_property
    def _typed(self) -> tuple[Spelling, ...]:
        """Read when a name is first not found without them."""
        return typed_names() if self._given_typed is None else self._given_typed

    def _entity_steps(self, withdrawn: frozenset[str]) -> list[Step]:
        labels, synonyms, others = list[tuple[str, str]](), list[tuple[str, str]](), list[tuple[str, str]]()
        for entity in self._entities.values():
            labels.append((entity.label, entity.id))
            synonyms += [(name, entity.id) for name in entity.synonyms]
            if known := self._official.get(entity.id):
                others += [(name, entity.id) for name in known.names]
        synonyms += self._of_entities(self._spellings)
        return [Step(labels), Step(synonyms, without=withdrawn), Step(others)]

    def _site_steps(self) -> list[Step]:
        sites = self._sites.values()
        ids, labels = Step((s.id, s.id) for s in sites), Step((s.label, s.id) for s in sites)
        return [ids, labels, Step(self._of_sites(self._spellings))]

    def _of_entities(self, table: Iterable[Spelling]) -> Iterator[tuple[str, str]]:
        return ((s.name, s.target) for s in table if s.means and s.target in self._entities)

    def _of_sites(self, table: Iterable[Spelling]) -> Iterator[tuple[str, str]]:
        named = ((s.name, s.target.removeprefix(_SITE)) for s in table if s.means and s.target.startswith(_SITE))
        return ((name, site) for name, site in named if site in self._sites)

    # What a text means ---------------------------------------------------------------------------------

    def resolve(self, text: str) -> Grounded:
        """Give the entity, and the site, that a text means.

        Parameters
        ----------
        text
            CURIE, label or synonym, with an optional ``@site``: an identifier, label or other name of a
            site, or of a cell that is of the site's type; ``@VESICLE`` or ``@vesicle/VESICLE`` for cargo of one
            vesicle. A process may be named by its cell: "survival of CML cells".

        Raises
        ------
        UnknownNameError
            When no entity, or more than one, is called so; it carries candidates.
        UsageError
            When there is no such site.
        """
        name, at, place = text.rpartition("@")
        if at:
            entity = self.entity(name)
            site, within = self._place(place)
            return Grounded(entity=entity, site=site, within=within)
        found = self._called(text)
        composed = [] if found or self._remarks_on(text) else self._composed.processes(words(text))
        states = [Grounded(entity=self._entities[curie], site=site) for curie, site in composed]
        if len(states) > 1:
            raise UnknownNameError(text, [f"{state} ({state.entity.label})" for state in states], ambiguous=True)
        return states[0] if states else Grounded(entity=self._one(text, found))

    def entity(self, text: str) -> Entity:
        """Give the one entity of this name.

        Raises
        ------
        UnknownNameError
            When no entity, or more than one, is called so.
        """
        return self._one(text, self._called(text))

    def site(self, text: str) -> Site:
        """Give the one site of this name: its own, or that of a cell of its type.

        Raises
        ------
        UsageError
            When no site is called so.
        """
        found = self._sites_called(text)
        if len(found) == 1:
            return self._sites[found.pop()]
        known = sorted(found or self._sites)
        what = "ambiguous" if found else "unknown"
        raise UsageError(f"{what} site {text!r}; write one of: {', '.join(known) or '(this graph has no sites)'}")

    def candidates(self, text: str, n: int = 3) -> tuple[str, ...]:
        """Entities that may have been meant, best first, as ``CURIE (label)``.

        What the tables of names say may be looked at in its stead and nothing else; else, for the name of a site,
        its cell and what goes on in cells of like names; else names like it (`kg.suggestions`).
        """
        if remarks := self._remarks_on(text):
            return self._shown([s.target for s in remarks if s.target])
        near = self._suggestions.to(text)
        cells = [self._sites[site].entity for site in sorted(self._site_names.find(text))]
        if cells := [cell for cell in cells if cell in self._entities]:
            near = [*cells, *(curie for curie in near if self._entities[curie].type in PROCESSES)]
        return self._shown(list(dict.fromkeys(near))[:n])

    def names_of(self, curie: str) -> tuple[str, ...]:
        """All names by which texts may call an entity: label, synonyms, spellings, official names; sorted.

        >>> from kg.model import Entity
        >>> NameIndex([Entity(id="CHEBI:45783", label="Imatinib", type="chemical")]).names_of("CHEBI:45783")[:2]
        ('CGP57148B', 'Gleevec')
        """
        return tuple(sorted(name for name, curies in self._names.all(typed=False).items() if curie in curies))

    # How it is found -----------------------------------------------------------------------------------

    def _called(self, text: str) -> set[str]:
        """Entities of this name."""
        name = " ".join(text.split())
        if (curie := _curie(name)) in self._entities:
            return {curie}
        if (found := self._names.find(name)) or self._remarks_on(name):
            return found
        return self._composed.entities(words(name))

    def _one(self, text: str, found: set[str]) -> Entity:
        if len(found) == 1:
            return self._entities[found.pop()]
        if found:
            raise UnknownNameError(text, self._shown(sorted(found)[:_SHOWN]), ambiguous=True)
        remarks = self._remarks_on(text)
        raise UnknownNameError(text, self.candidates(text), reason=remarks[0].reason if remarks else "")

    def _cell_sites(self, text: str) -> set[str]:
        """Sites of a cell and, where its name takes in the cells of further sites, those."""
        named = self._names.find(text) or self._composed.with_tail(words(text))
        sites = self._site_names.find(text) or self._sites_of(named)
        wide = {self._sites[site].entity for site in sites} & named
        sites |= {s.id for s in self._sites.values() if wide & self._above(s.entity)}
        return {site for site in sites if self._sites[site].kind is SiteKind.CELL}

    def _place(self, text: str) -> tuple[str, str]:
        """Site, and the vesicle of a site that is one."""
        if self._site_names.find(text):
            return self.site(text).id, ""
        head, slash, vesicle = text.partition("/")
        if slash:
            return self.site(head).id, self.entity(vesicle).id
        site = self.site(text)
        return site.id, self.entity(text).id if site.kind is SiteKind.CARRIER and site.entity != _curie(text) else ""

    def _sites_called(self, text: str) -> set[str]:
        """Sites of this name or, failing that, of the entities of this name."""
        return self._site_names.find(text) or self._sites_of(self._called(text) or {_curie(text)})

    def _sites_of(self, entities: set[str]) -> set[str]:
        """Sites whose entity is one of these or, failing that, a broader one of them."""
        by_entity: defaultdict[str, set[str]] = defaultdict(set)
        for site in self._sites.values():
            by_entity[site.entity].add(site.id)
        level, seen = entities, set[str]()
        while level := {curie for curie in level if curie} - seen:
            if found := {site for curie in level for site in by_entity.get(curie, ())}:
                return found
            seen |= level
            level = {up for curie in level for up in self._broader(curie)}
        return set()

    def _broader(self, curie: str) -> tuple[str, ...]:
        own = self._entities[curie].parents if curie in self._entities else ()
        return own + self._official.get(curie, OfficialTerm()).broader

    def _above(self, curie: str) -> set[str]:
        found, level = set[str](), {curie}
        while level := {up for one in level for up in self._broader(one)} - found:
            found |= level
        return found

    @cached_property
    def _remarks(self) -> Mapping[str, list[Spelling]]:
        """What the tables say of names that mean nothing, by loose key."""
        found: defaultdict[str, list[Spelling]] = defaultdict(list)
        for spelling in (*self._spellings, *self._typed):
            if not spelling.target or (spelling.see and spelling.target in self._entities):
                found[loose_key(spelling.name)].append(spelling)
        return found

    def _remarks_on(self, text: str) -> Sequence[Spelling]:
        return self._remarks.get(loose_key(text), ())

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(self._names.all())

    def _shown(self, curies: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"{curie} ({self._entities[curie].label})" for curie in curies)


def _curie(text: str) -> str:
    """Canonical CURIE of a text that is one, whatever the case of its prefix; else the empty string."""
    prefix, colon, local = text.strip().partition(":")
    for spelled in (prefix, prefix.upper()) if colon else ():
        try:
            return check_curie(f"{spelled}:{local}")
        except CurieError:
            continue
    return ""
