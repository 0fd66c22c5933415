"""From what people type to an entity and a site: ``IL-8@extracellular``, ``TGF-β``, ``survival@CML cell``.

A name is looked for in this order, and the first step that knows it decides: CURIE; label; synonym of the
entity or spelling of ``ontologies/spellings.tsv``; official name of the slices. Each step takes the name as
written (case apart) before it takes it tolerantly: without spaces, hyphens and other marks, Greek letters
by name, British spelling as American. Nothing else is tolerated in silence: a plural or a missing "cell"
only earns the name a place among the candidates of the error.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph

from kg import resources
from kg.errors import CurieError, SourceError, UnknownNameError, UsageError
from kg.vocabulary import check_curie, compress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from kg.model import Entity, Site

_SHOWN = 8
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_NAMES = (_SKOS + "prefLabel", _SKOS + "altLabel")
_BROADER = (_SKOS + "broader", "http://www.w3.org/2000/01/rdf-schema#subClassOf")
_AMERICAN = (
    (re.compile("leukaemi"), "leukemi"),
    (re.compile("tumour"), "tumor"),
    (re.compile("haem(?=at|o)"), "hem"),
    (re.compile("signalling"), "signaling"),
    (re.compile("is(?=ation|ed|ing)"), "iz"),
)
_LOOSE = re.compile(r"\b(?:cells?|derived|human|the|of|from)\b|s\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One line of ``spellings.tsv``: a further name of an entity or a site, with the reason.

    An empty ``target`` withdraws the name: it says too little to mean any one thing.
    """

    name: str
    target: str
    reason: str


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


def tolerant_key(name: str) -> str:
    """Key under which names that differ in marks, case, Greek or British spelling are one.

    >>> tolerant_key("NF-κB") == tolerant_key("nf kappa b"), tolerant_key("Bcr/Abl")
    (True, 'bcrabl')
    >>> tolerant_key("leukaemia"), tolerant_key("TGF-ß1")
    ('leukemia', 'tgfbeta1')
    """
    return _american(re.sub(r"[\W_]", "", _folded(name)))


def _folded(name: str) -> str:
    # Sharp s stands for beta in many a file; it must go before case folding makes "ss" of it.
    folded = unicodedata.normalize("NFKC", name.replace("ß", "beta")).casefold()
    return "".join(_greek(c) for c in folded)


def _american(text: str) -> str:
    for pattern, american in _AMERICAN:
        text = pattern.sub(american, text)
    return text


def _greek(character: str) -> str:
    if "\u0370" <= character <= "\u03ff":
        return unicodedata.name(character, "").removeprefix("GREEK SMALL LETTER ").split(" ")[0].lower()
    return character


def _loose_key(name: str) -> str:
    return tolerant_key(_LOOSE.sub(" ", re.sub(r"[\W_]+", " ", _folded(name))))


def _plain_key(name: str) -> str:
    return " ".join(name.casefold().split())


def read_spellings(path: Path) -> tuple[Spelling, ...]:
    """Read a table of further names: name, target (CURIE or empty), reason.

    Raises
    ------
    SourceError
        Naming file and line, when a line has not three columns or the target is no CURIE.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines()[1:], start=2):
        cells = line.split("\t")
        if len(cells) != 3 or not cells[0].strip() or not cells[2].strip():
            raise SourceError(path, number, "not a line of name, target, reason", "separate three cells by tabs")
        name, target, reason = (cell.strip() for cell in cells)
        found.append(
            Spelling(name=name, target=check_curie(target, file=path, line=number) if target else "", reason=reason)
        )
    return tuple(found)


@cache
def shipped_spellings() -> tuple[Spelling, ...]:
    """The spellings that come with the package.

    >>> next(s.target for s in shipped_spellings() if s.name == "Gleevec")
    'CHEBI:45783'
    """
    return read_spellings(resources.ontologies() / "spellings.tsv")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialTerm:
    """What the slices say of a term: its official name and exact synonyms, and its broader terms."""

    names: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()


@cache
def official_terms() -> Mapping[str, OfficialTerm]:
    """The terms of the slices by CURIE.

    >>> "chronic myelogenous leukemia" in official_terms()["DOID:8552"].names
    True
    """
    names: defaultdict[str, list[str]] = defaultdict(list)
    broader: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((resources.ontologies() / "slices").glob("*.ttl")):
        for quad in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE):
            curie = compress(str(getattr(quad.subject, "value", "")))
            if quad.predicate.value in _NAMES:
                names[curie].append(str(getattr(quad.object, "value", "")))
            elif quad.predicate.value in _BROADER:
                broader[curie].append(compress(str(getattr(quad.object, "value", ""))))
    return {c: OfficialTerm(names=tuple(names[c]), broader=tuple(sorted(broader[c]))) for c in sorted(names)}


class _Step:
    """One step of the order: names as written and tolerantly, each to the things that bear it."""

    def __init__(self) -> None:
        self.plain: defaultdict[str, set[str]] = defaultdict(set)
        self.tolerant: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, name: str, thing: str) -> None:
        self.plain[_plain_key(name)].add(thing)
        if key := tolerant_key(name):
            self.tolerant[key].add(thing)

    def find(self, name: str) -> set[str]:
        return self.plain.get(_plain_key(name)) or self.tolerant.get(tolerant_key(name)) or set()


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
    official
        Official terms by CURIE: their names are the last to be asked, and their broader terms tell the
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
        official: Mapping[str, OfficialTerm] | None = None,
    ) -> None:
        self._entities = {entity.id: entity for entity in sorted(entities, key=lambda e: e.id)}
        self._sites = {site.id: site for site in sites}
        table = tuple(shipped_spellings() if spellings is None else spellings)
        self._withdrawn = {_plain_key(s.name) for s in table if not s.target}
        self._official = official_terms() if official is None else official
        self._steps = self._entity_steps(table)
        self._site_steps = self._steps_of_sites(table)

    def _entity_steps(self, spellings: Iterable[Spelling]) -> list[_Step]:
        labels, synonyms, others = _Step(), _Step(), _Step()
        for entity in self._entities.values():
            labels.add(entity.label, entity.id)
            for name in entity.synonyms:
                if _plain_key(name) not in self._withdrawn:
                    synonyms.add(name, entity.id)
            for name in self._official.get(entity.id, OfficialTerm()).names:
                others.add(name, entity.id)
        for spelling in spellings:
            if spelling.target in self._entities:
                synonyms.add(spelling.name, spelling.target)
        return [labels, synonyms, others]

    def _steps_of_sites(self, spellings: Iterable[Spelling]) -> list[_Step]:
        ids, labels, synonyms = _Step(), _Step(), _Step()
        for site in self._sites.values():
            ids.add(site.id, site.id)
            labels.add(site.label, site.id)
        for spelling in spellings:
            if spelling.target.removeprefix("exil8s:") in self._sites and spelling.target.startswith("exil8s:"):
                synonyms.add(spelling.name, spelling.target.removeprefix("exil8s:"))
        return [ids, labels, synonyms]

    def resolve(self, text: str) -> Grounded:
        """Give the entity, and the site, that a text means.

        Parameters
        ----------
        text
            CURIE, label or synonym, with an optional ``@site``: an identifier, label or other name of a
            site, or of a cell that is of the site's type; or ``@vesicle/NAME`` for cargo of one vesicle.

        Raises
        ------
        UnknownNameError
            When no entity, or more than one, is called so; it carries candidates.
        UsageError
            When there is no such site.
        """
        name, at, place = text.rpartition("@")
        if not at:
            return Grounded(entity=self.entity(text))
        entity = self.entity(name)
        if not self._find(self._site_steps, place) and "/" in place:
            place, _, vesicle = place.partition("/")
            return Grounded(entity=entity, site=self.site(place).id, within=self.entity(vesicle).id)
        return Grounded(entity=entity, site=self.site(place).id)

    def entity(self, text: str) -> Entity:
        """Give the one entity of this name.

        Raises
        ------
        UnknownNameError
            When no entity, or more than one, is called so.
        """
        name = " ".join(text.split())
        found = {curie} if (curie := _curie(name)) in self._entities else self._find(self._steps, name)
        if len(found) == 1:
            return self._entities[found.pop()]
        if found:
            raise UnknownNameError(text, self._shown(sorted(found)[:_SHOWN]), ambiguous=True)
        raise UnknownNameError(text, self.candidates(name))

    def site(self, text: str) -> Site:
        """Give the one site of this name: its own, or that of a cell of its type.

        Raises
        ------
        UsageError
            When no site is called so.
        """
        found = self._find(self._site_steps, text) or self._sites_of_cell(text)
        if len(found) == 1:
            return self._sites[found.pop()]
        known = sorted(found or self._sites)
        what = "ambiguous" if found else "unknown"
        raise UsageError(f"{what} site {text!r}; write one of: {', '.join(known) or '(this graph has no sites)'}")

    def candidates(self, text: str, n: int = 3) -> tuple[str, ...]:
        """Entities that may have been meant, best first, as ``CURIE (label)``.

        First those whose name differs by a plural, "cell" or "derived"; then those whose name holds the text
        or lies in it; then those with a similar name.
        """
        names = self._all_names()
        loose, key = _loose_key(text), tolerant_key(text)
        if not key:
            return ()
        order = [n for n in names if loose and _loose_key(n) == loose]
        order += sorted((n for n in names if len(key) > 2 and key in tolerant_key(n)), key=lambda n: (len(n), n))
        keys = {tolerant_key(n): n for n in reversed(names)}
        order += [keys[k] for k in difflib.get_close_matches(key, keys, n=3 * n, cutoff=0.7)]
        curies = dict.fromkeys(curie for name in order for curie in sorted(names[name]))
        return self._shown(list(curies)[:n])

    def _all_names(self) -> dict[str, list[str]]:
        """Every name with its entities, the better steps first."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for step in self._steps:
            for name, curies in step.plain.items():
                names[name] += [c for c in sorted(curies) if c not in names[name]]
        return dict(names)

    def _shown(self, curies: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"{curie} ({self._entities[curie].label})" for curie in curies)

    def _find(self, steps: Iterable[_Step], name: str) -> set[str]:
        if _plain_key(name) in self._withdrawn:
            return set()
        return next((set(found) for step in steps if (found := step.find(name))), set())

    def _sites_of_cell(self, text: str) -> set[str]:
        """Sites whose entity is the named one or, failing that, a broader one of it."""
        try:
            level = {self.entity(text).id}
        except UnknownNameError:
            level = {_curie(text)}
        by_entity: defaultdict[str, set[str]] = defaultdict(set)
        for site in self._sites.values():
            by_entity[site.entity].add(site.id)
        seen: set[str] = set()
        while level := {curie for curie in level if curie} - seen:
            if found := {site for curie in level for site in by_entity.get(curie, ())}:
                return found
            seen |= level
            level = {up for curie in level for up in self._broader(curie)}
        return set()

    def _broader(self, curie: str) -> tuple[str, ...]:
        own = self._entities[curie].parents if curie in self._entities else ()
        return own + self._official.get(curie, OfficialTerm()).broader


def _curie(text: str) -> str:
    """Canonical CURIE of a text that is one, whatever the case of its prefix; else the empty string."""
    prefix, colon, local = text.strip().partition(":")
    for spelled in (prefix, prefix.upper()) if colon else ():
        try:
            return check_curie(f"{spelled}:{local}")
        except CurieError:
            continue
    return ""
