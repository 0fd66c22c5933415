"""The layer of literature in RDF: which publication mentions what, and what is mentioned together.

All of it stands in one graph, ``exil8g:literature``, so that it can be told from relations and left out: it is
evidence that people write of two things together, not that one acts on the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from kg.store.rdf import graph, node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import CoMention, Mention

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGER, _DECIMAL = NamedNode(_XSD + "integer"), NamedNode(_XSD + "decimal")


@dataclass(frozen=True, slots=True)
class Literature:
    """Mentions and co-mentions of a graph, each sorted."""

    mentions: tuple[Mention, ...] = ()
    co_mentions: tuple[CoMention, ...] = ()


def _mention(mention: Mention, home: NamedNode) -> Iterator[Quad]:
    here, publication, entity = node(mention.id), node(mention.publication), node(mention.entity)
    yield Quad(publication, node("exil8:mentions"), entity, home)
    yield Quad(here, node("rdf:type"), node("exil8:Mention"), home)
    yield Quad(here, node("exil8:mentioned_in"), publication, home)
    yield Quad(here, node("exil8:mentioned"), entity, home)
    for how in mention.how:
        yield Quad(here, node("exil8:how"), Literal(how.value), home)


def _co_mention(pair: CoMention, home: NamedNode) -> Iterator[Quad]:
    here = node(pair.id)
    yield Quad(here, node("rdf:type"), node("exil8:CoMention"), home)
    yield Quad(here, node("exil8:mentioned"), node(pair.one), home)
    yield Quad(here, node("exil8:mentioned"), node(pair.other), home)
    yield Quad(here, node("exil8:papers"), Literal(str(pair.papers), datatype=_INTEGER), home)
    yield Quad(here, node("exil8:co_mention_weight"), Literal(f"{pair.weight:.4f}", datatype=_DECIMAL), home)


def literature_quads(literature: Literature) -> Iterator[Quad]:
    """Quads of the mentions and co-mentions."""
    home = graph("literature")
    for mention in literature.mentions:
        yield from _mention(mention, home)
    for pair in literature.co_mentions:
        yield from _co_mention(pair, home)
