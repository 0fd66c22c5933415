"""Identifier lists, and the cited works that have them by the dozen: the busiest part of the parser.

``tuple.__new__`` makes a named tuple in half the time that its class takes, which calls just that
from a function in Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import SourceError
from kg.sources.pubmed.identity import Identifier
from kg.sources.pubmed.record import Reference
from kg.sources.pubmed.text import MAX_DEPTH, collapse, plain

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_new = tuple.__new__


def article_ids(element: Element | None) -> tuple[Identifier, ...]:
    """Read the direct ``ArticleId`` children of a list; one inside a reference is never its child."""
    if element is None:
        return ()
    found = []
    for child in element:
        text = child.text
        if text:
            if " " in text or not text.isprintable():
                text = collapse(text)
            found.append(_new(Identifier, (child.get("IdType", "pubmed"), text)))
    return tuple(found)


def references(parent: Element | None, depth: int = 0) -> tuple[Reference, ...]:
    """Read the references of every list; those of nested lists come after their parent's own."""
    if parent is None:
        return ()
    if depth > MAX_DEPTH:
        raise SourceError(None, None, f"reference lists nested deeper than {MAX_DEPTH} levels")
    found: list[Reference] = []
    for group in parent.findall("ReferenceList"):
        found += [reference(child) for child in group.findall("Reference")]
        found += references(group, depth + 1)
    return tuple(found)


def reference(element: Element) -> Reference:
    """Read one ``Reference``."""
    citation = element.find("Citation")
    return _new(Reference, ("" if citation is None else plain(citation), article_ids(element.find("ArticleIdList"))))
