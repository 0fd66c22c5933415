"""Whether a relation puts its two ends where such things can be: receptors, cargo, what is released.

The rules are those of ``ontologies/shapes.ttl`` that make a violation; here they are held against each row
while it is read, so that what is wrong is told with its file and never reaches a graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import SiteKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.model import Relation

MEMBRANE = "plasma_membrane"
_NO_MEMBRANE = (SiteKind.MEDIUM, SiteKind.CARRIER)


def fault(relation: Relation, *, types: Mapping[str, str], kinds: Mapping[str, SiteKind]) -> tuple[str, str] | None:
    """What is wrong with the places of a relation, and what to do; None when nothing is.

    Parameters
    ----------
    types
        Type by CURIE of the entities known so far; a rule about the type of an entity that is not among them
        waits for ``kg validate``.
    kinds
        Kind of each site.

    Examples
    --------
    >>> from kg.model import Polarity, Relation
    >>> kinds = {"extracellular": SiteKind.MEDIUM, "stroma": SiteKind.CELL}
    >>> r = Relation(subject="CL:1", subject_site="stroma", predicate="releases", object="HGNC:1",
    ...              object_site="stroma", polarity=Polarity.POSITIVE)
    >>> fault(r, types={}, kinds=kinds)
    ('what is released must arrive in the medium, not at stroma', 'set the object site to a site of kind medium')
    """
    r = relation
    ends = ((r.subject, r.subject_site, r.subject_compartment), (r.object, r.object_site, r.object_compartment))
    for entity, site, compartment in ends:
        if compartment == MEMBRANE and kinds[site] in _NO_MEMBRANE:
            return f"{entity} is put in a plasma membrane at {site}, which has none", "name its cell, or no compartment"
    if r.predicate == "releases" and kinds[r.object_site] is not SiteKind.MEDIUM:
        what = f"what is released must arrive in the medium, not at {r.object_site}"
        return what, "set the object site to a site of kind medium"
    if r.predicate == "carries":
        return _cargo(r, types=types, kinds=kinds)
    if r.predicate == "binds" and _receptor_inside(r, types=types, kinds=kinds):
        what = f"{r.subject} of the medium binds {r.object} inside {r.object_site}"
        return what, f"set the object compartment to {MEMBRANE}, or name the receptor between them"
    return None


def _cargo(r: Relation, *, types: Mapping[str, str], kinds: Mapping[str, SiteKind]) -> tuple[str, str] | None:
    if types.get(r.subject, "vesicle") != "vesicle":
        return f"{r.subject} carries cargo and is no vesicle", "give it the type vesicle, or use another predicate"
    if kinds[r.object_site] is not SiteKind.CARRIER:
        return f"cargo stands at {r.object_site}, not in a vesicle", "set the object site to a site of kind carrier"
    return None


def _receptor_inside(r: Relation, *, types: Mapping[str, str], kinds: Mapping[str, SiteKind]) -> bool:
    """Whether a gene product of the medium meets one of a cell that is not in its membrane."""
    met = kinds[r.subject_site] is SiteKind.MEDIUM and kinds[r.object_site] is SiteKind.CELL
    known = types.get(r.subject) == types.get(r.object) == "gene_product"
    return met and known and r.object_compartment != MEMBRANE
