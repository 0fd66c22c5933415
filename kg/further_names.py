"""Names of entities and sites that their own tables do not have: spellings, what people type, official terms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph

from kg import resources
from kg.errors import SourceError
from kg.vocabulary import check_curie, compress

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_NAMES = (_SKOS + "prefLabel", _SKOS + "altLabel")
_BROADER = (_SKOS + "broader", "http://www.w3.org/2000/01/rdf-schema#subClassOf")
_SEE = "see "


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One line of a table of names: a further name of an entity or a site, with the reason.

    Parameters
    ----------
    target
        What the name means; empty for a name that says too little to mean any one thing.
    see
        The name does not mean the target; it is what may be looked at in its stead.
    """

    name: str
    target: str
    reason: str
    see: bool = False

    @property
    def means(self) -> bool:
        """Whether the name may stand for its target."""
        return bool(self.target) and not self.see


def read_spellings(path: Path) -> tuple[Spelling, ...]:
    """Read a table of further names: name, target (CURIE, ``see`` CURIE, or empty), reason.

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
        curie = target.removeprefix(_SEE)
        found.append(
            Spelling(
                name=name,
                target=check_curie(curie, file=path, line=number) if curie else "",
                reason=reason,
                see=target.startswith(_SEE),
            )
        )
    return tuple(found)


@cache
def shipped_spellings() -> tuple[Spelling, ...]:
    """The spellings that come with the package.

    >>> next(s.target for s in shipped_spellings() if s.name == "Gleevec")
    'CHEBI:45783'
    """
    return read_spellings(resources.ontologies() / "spellings.tsv")


@cache
def typed_names() -> tuple[Spelling, ...]:
    """The names that come with the package for what people type; in a text they may mean other things as well.

    >>> next(s.target for s in typed_names() if s.name == "cell death")
    'GO:0006915'
    """
    return read_spellings(resources.ontologies() / "typed_names.tsv")


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
