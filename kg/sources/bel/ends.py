"""What the subject or the object of a BEL statement is: an entity, and in which respect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kg.model import Entity
from kg.sources.bel.term import Name, Term
from kg.sources.identifiers import Ungrounded, normal_name, taxon_of
from kg.sources.reading import EXTRACELLULAR, own_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from kg.sources.reading import Reading

_ACTIVITIES: Final = {"act", "kin", "cat", "pep", "phos", "tscript", "tport", "gtp", "chap", "ribo"}
_TYPES: Final = {
    "p": ("gene_product",), "g": ("gene_product",), "r": ("gene_product",), "m": ("mirna",), "a": ("chemical",),
    "complex": ("complex",), "bp": ("process",), "path": ("disease", "phenotype", "process"), "pop": ("cell",),
}  # fmt: skip
_GENES: Final = {"HGNC", "MGI", "RGD", "EGID", "NCBIGENE", "SP", "UNIPROT"}
_CURIES: Final = {"HGNC": "HGNC", "EGID": "NCBIGene", "NCBIGENE": "NCBIGene", "SP": "UniProtKB", "UNIPROT": "UniProtKB",
                  "FPLX": "FPLX", "PUBCHEM": "PUBCHEM", "MIRBASE": "MIRBASE"}  # fmt: skip
_SURFACE: Final = {"cellsurface", "plasmamembrane", "cellmembrane"}
_MOLECULES: Final = ("gene_product", "mirna")
_OUTSIDE: Final = {"extracellularspace", "extracellularregion", "extracellular", "extracellularmatrix"}


class End(NamedTuple):
    """An entity as a statement speaks of it."""

    entity: Entity
    respect: str
    """"abundance", "activity", "secretion", "surface", "degradation", "phosphorylation" or "translocation"."""
    site: str
    note: str
    parents: tuple[Entity, ...]


def end_of(reading: Reading, term: Term, namespaces: Collection[str]) -> End | Ungrounded:
    """Ground one end of a statement.

    Parameters
    ----------
    reading
        What is known of identifiers.
    term
        The subject or the object.
    namespaces
        Namespaces that the script defines; a name of another one is refused.
    """
    if term.function in _ACTIVITIES:
        return _inner(reading, term, namespaces, "activity")
    if term.function in ("sec", "surf", "deg"):
        respect = {"sec": "secretion", "surf": "surface", "deg": "degradation"}[term.function]
        return _inner(reading, term, namespaces, respect)
    if term.function == "tloc":
        return _translocated(reading, term, namespaces)
    if term.function in ("composite", "rxn", "list"):
        return Ungrounded(f"{term.function}() is no one thing")
    return _abundance(reading, term, namespaces)


def _inner(reading: Reading, term: Term, namespaces: Collection[str], respect: str) -> End | Ungrounded:
    inner = [argument for argument in term.arguments if isinstance(argument, Term)]
    if not inner:
        return Ungrounded(f"{term.function}() of nothing")
    found = end_of(reading, inner[0], namespaces)
    return found if isinstance(found, Ungrounded) else found._replace(respect=respect)


def _translocated(reading: Reading, term: Term, namespaces: Collection[str]) -> End | Ungrounded:
    target = term.terms("toLoc")
    names = target[0].names() if target else term.names()[1:2]
    if not names:
        return Ungrounded("a translocation that does not say where to")
    to = normal_name(names[0].name)
    respect = "secretion" if to in _OUTSIDE else "surface" if to in _SURFACE else "translocation"
    found = _inner(reading, term, namespaces, respect)
    return found if isinstance(found, Ungrounded) else found._replace(note=f"moved to {names[0].name}")


def _abundance(reading: Reading, term: Term, namespaces: Collection[str]) -> End | Ungrounded:
    types = _TYPES.get(term.function)
    if types is None:
        return Ungrounded(f"unknown function {term.function}()")
    entity = _entity(reading, term, types, namespaces)
    if isinstance(entity, Ungrounded):
        return entity
    location = next((normal_name(n.name) for loc in term.terms("loc") for n in loc.names()), "")
    changed = [_text(t) for t in term.terms("var", "sub", "trunc", "frag", "gmod")]
    mods = [t.names()[0].name for t in term.terms("pmod") if t.names()]
    respect = "abundance"
    parents: tuple[Entity, ...] = ()
    if changed:
        variant = f"{entity.label} {' '.join(changed)}"
        parents = (entity,)
        entity = Entity(id=own_id("variant", variant), label=variant, type=entity.type, parents=(entity.id,))
    if mods:
        respect = "phosphorylation" if mods[0] in ("P", "Ph", "PhosRes") else "modification"
    note = " ".join(_text(t) for t in term.terms("pmod"))
    return End(entity, respect, EXTRACELLULAR if location in _OUTSIDE else "", note, parents)


def _entity(reading: Reading, term: Term, types: tuple[str, ...], namespaces: Collection[str]) -> Entity | Ungrounded:
    fusion = term.terms("fus")
    if fusion:
        return _fusion(reading, term, fusion[0], namespaces)
    if term.names():
        return _named(reading, term.names()[0], types, namespaces)
    if term.function == "complex":
        return _complex(reading, term, namespaces)
    return Ungrounded(f"{term.function}() without a name")


def _named(reading: Reading, name: Name, types: tuple[str, ...], namespaces: Collection[str]) -> Entity | Ungrounded:
    if not name.namespace:
        return Ungrounded(f"a name without a namespace: {name.name!r}")
    if name.namespace not in namespaces:
        return Ungrounded(f"namespace {name.namespace!r} is not defined in the script")
    space = name.namespace.upper()
    if space in _GENES and types[0] not in ("gene_product", "mirna"):
        return Ungrounded(f"{name.namespace}:{name.name} is a gene, not a {types[0]}")
    prefix = _CURIES.get(space, "")
    if prefix and (name.name.isdecimal() or prefix in ("FPLX", "UniProtKB", "MIRBASE")):
        return reading.xref(f"{prefix}:{name.name}", "" if name.name.isdecimal() else name.name, types[0])
    if space in ("MGI", "RGD"):
        return _foreign(reading, name, space)
    grounded = reading.named(name.name, types=_MOLECULES if types[0] in _MOLECULES else types)
    if isinstance(grounded, Entity) or space in _GENES:
        return grounded
    return reading.entity(own_id(space.casefold(), name.name), name.name, types[0])


def _foreign(reading: Reading, name: Name, space: str) -> Entity | Ungrounded:
    """A gene of mouse or rat, by its number or, where a table has that species, by its name; never the human gene."""
    curie = f"{space}:{name.name}"
    if name.name.isdecimal() and (reading.ids.orthologue(curie) or reading.ids.by_xref(curie)):
        return reading.entity(curie, curie)
    taxon = taxon_of(curie)
    found = reading.named(name.name, taxon=taxon, types=_MOLECULES)
    if isinstance(found, Entity) and reading.ids.taxon(found.id) == taxon:
        return found
    return Ungrounded(
        f"{name.namespace}:{name.name} is a gene of another species",
        "name it by its number, with a table that has it in EXIL8_IDENTIFIERS",
    )


def _fusion(reading: Reading, term: Term, fusion: Term, namespaces: Collection[str]) -> Entity | Ungrounded:
    """The fusion of two genes, before either of them: both ways of writing it."""
    names = [n for n in (*term.names(), *fusion.names()) if n.namespace]
    if len(names) < 2:
        return Ungrounded("a fusion of one gene")
    label = f"{names[0].name}-{names[1].name}"
    known = reading.named(label, types=("gene_product",))
    if isinstance(known, Entity):
        return known
    for name in names[:2]:
        part = _named(reading, name, ("gene_product",), namespaces)
        if isinstance(part, Ungrounded):
            return part
    return reading.entity(own_id("fusion", label), label)


def _complex(reading: Reading, term: Term, namespaces: Collection[str]) -> Entity | Ungrounded:
    members = [end_of(reading, argument, namespaces) for argument in term.arguments if isinstance(argument, Term)]
    labels = []
    for member in members:
        if isinstance(member, Ungrounded):
            return member
        labels.append(member.entity.label)
    if not labels:
        return Ungrounded("a complex of nothing")
    label = " / ".join(sorted(labels))
    return reading.entity(own_id("complex", label), label, "complex")


def _text(term: Term) -> str:
    inside = (_text(a) if isinstance(a, Term) else a.name for a in term.arguments)
    return f"{term.function}({', '.join(inside)})"
