"""Contradictions in RDF: nodes that join two relations that say opposite things, with what kind it is and why.

All of them stand in one graph, ``exil8g:contradictions``: they follow from the relations, and no source states them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, Quad

from kg.store.rdf import graph, node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.model import Contradiction


def contradiction_quads(found: Iterable[Contradiction]) -> Iterator[Quad]:
    """Quads of the contradictions; the affirming side of each is the first."""
    home = graph("contradictions")
    for c in found:
        here = node(c.id)
        yield Quad(here, node("rdf:type"), node("exil8:Contradiction"), home)
        yield Quad(here, node("exil8:one_side"), node(c.one[0].relation.id), home)
        yield Quad(here, node("exil8:other_side"), node(c.other[0].relation.id), home)
        yield Quad(here, node("exil8:disagreement"), Literal(c.kind.value), home)
        yield Quad(here, node("exil8:disagreement_reason"), Literal(c.why), home)
