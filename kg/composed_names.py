"""Names made of two that no table has: K-562 exosomes, CD26 inhibitors, HS-5 cells, survival of CML cells."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kg.model import Entity
    from kg.name_steps import Names

_CELLS = frozenset({"cell"})
_PRODUCTS = frozenset({"complex", "gene_product", "mirna"})
_PATHWAYS = _PRODUCTS | {"process"}
_TAILS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("cell", "line"), _CELLS),
    **dict.fromkeys(
        ("gene", "kinase", "mrna", "mutation", "oncogene", "oncoprotein", "protein", "transcript"), _PRODUCTS
    ),
    **dict.fromkeys(("axis", "cascade", "pathway", "signaling"), _PATHWAYS),
}
"""Words that say of a thing no more than its type: those that stand behind names of these types."""
_MOST_WORDS = 12
"""Words beyond which a text is no name, and not worth taking apart."""
PROCESSES = frozenset({"phenotype", "process"})
"""Types of what a cell does or undergoes, often named by the cell."""


class ComposedNames:
    """Finds the things whose names are put together from names that are known.

    Parameters
    ----------
    entities
        By CURIE.
    names
        The names they are put together from.
    cell_sites
        Sites of the cells that a text names.
    """

    def __init__(self, entities: Mapping[str, Entity], names: Names, cell_sites: Callable[[str], set[str]]) -> None:
        self._entities, self._names, self._cell_sites = entities, names, cell_sites

    def entities(self, said: Sequence[str]) -> set[str]:
        """Entities of a name, given in words (`kg.name_keys.words`)."""
        if len(said) > _MOST_WORDS:
            return set()
        return self._renamed(said) or self.with_tail(said) or self._vesicles(said)

    def processes(self, said: Sequence[str]) -> list[tuple[str, str]]:
        """What a cell does or undergoes, at each site that the cell's name may mean: entity and site."""
        for cell, what in _halves(said) if len(said) <= _MOST_WORDS else ():
            found = sorted(c for c in self._names.find(what) if self._entities[c].type in PROCESSES)
            if found and (sites := self._cell_sites(cell)):
                return [(entity, site) for entity in found for site in sorted(sites)]
        return []

    def _renamed(self, said: Sequence[str]) -> set[str]:
        """Things that are known by this name with another name of the same thing in it: DPP4 inhibitor for CD26's."""
        for first, last in reversed(list(_halves(said))):
            ours, theirs = self._others(first) if _says(last) else (), self._others(last) if _says(first) else ()
            for name in (*(f"{n} {last}" for n in ours), *(f"{first} {n}" for n in theirs)):
                if found := self._names.find(name):
                    return found
        return set()

    def _others(self, name: str) -> Sequence[str]:
        """All names of the one thing of this name."""
        found = self._names.find(name)
        return self._names_of[found.pop()] if len(found) == 1 else ()

    @cached_property
    def _names_of(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name, curies in self._names.all().items():
            for curie in curies:
                found[curie].append(name)
        return found

    def with_tail(self, said: Sequence[str]) -> set[str]:
        """Things behind whose name stand words that say their type: JNK signaling pathway, but no kinase kinase."""
        types = _TAILS.get(said[-1]) if said else None
        kept = said
        while len(kept) > 1 and kept[-2] != kept[-1] and _TAILS.get(kept[-1]) is types is not None:
            kept = kept[:-1]
            if found := {c for c in self._names.find(" ".join(kept)) if self._entities[c].type in types}:
                return found
        return set()

    def _vesicles(self, said: Sequence[str]) -> set[str]:
        """Vesicles of a kind that the cells of a site give off: all that is known of those of a cell line."""
        for cell, what in _halves(said):
            kinds = {c for c in self._names.find(what) if self._entities[c].type == "vesicle"}
            origins = self._cell_sites(cell) if kinds else set()
            found = {e.id for e in self._entities.values() if e.origin in origins and not kinds.isdisjoint(e.parents)}
            if found:
                return found
        return set()


def _says(part: str) -> bool:
    """Whether a part of a name is more than a number or a letter, which tell the members of a family apart."""
    return any(len(word) > 1 and not word.isdigit() for word in part.split())


def _halves(said: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A name split in two at each of its words, the shortest first part first."""
    return ((" ".join(said[:cut]), " ".join(said[cut:])) for cut in range(1, len(said)))
