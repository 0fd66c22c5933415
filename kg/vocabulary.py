"""The words of the graph, read once from ``ontologies/exil8.ttl``: predicates, types, definitional edges.

Nothing about a predicate is written in code: a sign, an opposite or a mapping is changed in ``exil8.ttl``.
The functions of ``kg.prefixes`` are part of this vocabulary and are passed on from here.
The Turtle is parsed with pyoxigraph, since this module is imported on every start and rdflib alone takes
longer than the whole command line may.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph

from kg import resources
from kg.errors import UsageError
from kg.model import Polarity
from kg.prefixes import check_curie, compress, converter, expand, namespaces

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "EXIL8",
    "Definition",
    "Predicate",
    "TermType",
    "check_curie",
    "class_iri",
    "compress",
    "converter",
    "definitions",
    "expand",
    "namespaces",
    "predicate_iri",
    "predicates",
    "site_iri",
    "types",
]

EXIL8 = "https://w3id.org/exil8/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SYMMETRIC = "http://www.w3.org/2002/07/owl#SymmetricProperty"
_RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_BIOLINK = "https://w3id.org/biolink/vocab/"
_RO = "http://purl.obolibrary.org/obo/RO_"
_MAPPINGS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_SIGNS = {"+": 1, "-": -1, "0": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """A kind of relation, as ``exil8.ttl`` describes it.

    Parameters
    ----------
    name
        Local name, the form used in tables: ``increases_secretion_of``.
    sign
        +1 or -1 when a path keeps or turns its sign here; 0 when the predicate has no causal sign.
    step_kind
        ``effect``, ``transfer``, or ``statement`` (a fact that no path walks).
    polarities
        The polarities a relation with this predicate may have.
    readout
        What is measured when it is stated: ``activity``, ``expression``, ``secretion``, ...
    opposite
        Local name of the contrary predicate; empty when there is none.
    secretes
        Whether a relation with this predicate shows that its object is secreted.
    symmetric
        Whether it holds both ways: an association, which has no direction and makes no claim of a cause.
    derived
        Whether it stands only on steps of a path, never in a source.
    biolink, ro
        CURIEs of the mapped terms, ``ro`` empty where RO has none; the matches say how near they are
        (``exactMatch``, ``closeMatch``, ``broadMatch``, ``narrowMatch``, ``relatedMatch``).
    biolink_aspect, biolink_direction
        Biolink's object qualifiers that complete a broad match; empty where not needed.

    Examples
    --------
    >>> p = predicates()["increases_secretion_of"]
    >>> p.sign, p.step_kind, p.opposite, p.secretes
    (1, 'effect', 'decreases_secretion_of', True)
    >>> p.biolink, p.biolink_match, p.biolink_aspect, p.biolink_direction
    ('biolink:affects', 'broadMatch', 'secretion', 'increased')
    """

    name: str
    curie: str
    label: str
    definition: str
    sign: int
    step_kind: str
    polarities: frozenset[Polarity]
    opposite: str = ""
    readout: str
    secretes: bool = False
    symmetric: bool = False
    derived: bool = False
    biolink: str
    biolink_match: str
    biolink_aspect: str = ""
    biolink_direction: str = ""
    ro: str = ""
    ro_match: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermType:
    """A type of entity: the name used in tables and the class that stands for it in RDF.

    Examples
    --------
    >>> t = types()["gene_product"]
    >>> t.class_name, t.curie, t.biolink
    ('GeneProduct', 'exil8:GeneProduct', 'biolink:GeneOrGeneProduct')
    """

    name: str
    class_name: str
    curie: str
    label: str
    definition: str
    biolink: str
    biolink_match: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """An edge that holds inside one cell by the meaning of its terms; all fields but the texts are CURIEs.

    Examples
    --------
    >>> d = definitions()[0]
    >>> d.subject, d.predicate, d.object, d.reference
    ('GO:0006915', 'exil8:suppresses', 'MESH:D002470', 'GO:0006915')
    """

    id: str
    subject: str
    predicate: str
    object: str
    reference: str
    label: str
    definition: str


_Term = dict[str, list[str]]
_Known = TypeVar("_Known", Predicate, TermType)


@cache
def _ontology() -> Mapping[str, _Term]:
    """Read ``exil8.ttl`` as subject IRI -> predicate IRI -> sorted values."""
    terms: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    path = resources.ontologies() / "exil8.ttl"
    for triple in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE):
        terms[str(getattr(triple.subject, "value", ""))][triple.predicate.value].append(
            str(getattr(triple.object, "value", ""))
        )
    return {subject: {p: sorted(values) for p, values in terms[subject].items()} for subject in sorted(terms)}


def _first(term: _Term, iri: str) -> str:
    return term.get(iri, [""])[0]


def _mapping(term: _Term, namespace: str) -> tuple[str, str]:
    """Nearest mapped term in a namespace and the kind of match; two empty strings when there is none."""
    for match in _MAPPINGS:
        for iri in term.get(_SKOS + match, ()):
            if iri.startswith(namespace):
                return compress(iri), match
    return "", ""


def _instances(class_iri_: str) -> dict[str, _Term]:
    return {iri: term for iri, term in _ontology().items() if class_iri_ in term.get(_RDF + "type", ())}


def _predicate(iri: str, term: _Term) -> Predicate:
    biolink, biolink_match = _mapping(term, _BIOLINK)
    ro, ro_match = _mapping(term, _RO)
    return Predicate(
        name=iri.removeprefix(EXIL8),
        curie=compress(iri),
        label=_first(term, _RDFS_LABEL),
        definition=_first(term, _SKOS + "definition"),
        sign=_SIGNS[_first(term, EXIL8 + "causal_sign")],
        step_kind=_first(term, EXIL8 + "step_kind"),
        polarities=frozenset(Polarity(p) for p in term[EXIL8 + "allowed_polarity"]),
        opposite=_first(term, EXIL8 + "opposite_of").removeprefix(EXIL8),
        readout=_first(term, EXIL8 + "readout"),
        secretes=_first(term, EXIL8 + "secretes") == "true",
        symmetric=_SYMMETRIC in term[_RDF + "type"],
        derived=_first(term, EXIL8 + "derived") == "true",
        biolink=biolink,
        biolink_match=biolink_match,
        biolink_aspect=_first(term, EXIL8 + "biolink_aspect"),
        biolink_direction=_first(term, EXIL8 + "biolink_direction"),
        ro=ro,
        ro_match=ro_match,
    )


@cache
def predicates() -> Mapping[str, Predicate]:
    """All predicates by local name, in alphabetical order; the derived ones included.

    >>> [p.name for p in predicates().values() if p.derived]
    ['enters_with_vesicle', 'is_secreted']
    """
    return MappingProxyType(
        {(p := _predicate(iri, term)).name: p for iri, term in _instances(EXIL8 + "Predicate").items()}
    )


def _type(iri: str, term: _Term) -> TermType:
    biolink, match = _mapping(term, _BIOLINK)
    return TermType(
        name=_first(term, _SKOS + "notation"),
        class_name=iri.removeprefix(EXIL8),
        curie=compress(iri),
        label=_first(term, _RDFS_LABEL),
        definition=_first(term, _SKOS + "definition"),
        biolink=biolink,
        biolink_match=match,
    )


@cache
def types() -> Mapping[str, TermType]:
    """All types of entities by the name used in tables.

    >>> sorted(types())
    ['cell', 'chemical', 'complex', 'disease', 'gene_product', 'mirna', 'phenotype', 'process', 'vesicle']
    """
    sub_class = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
    found = (_type(iri, term) for iri, term in _ontology().items() if EXIL8 + "Entity" in term.get(sub_class, ()))
    return MappingProxyType({t.name: t for t in found})


@cache
def definitions() -> tuple[Definition, ...]:
    """All definitional edges, in order of their identifiers.

    >>> [d.id for d in definitions()]
    ['exil8:definition_apoptosis_survival', 'exil8:definition_exosomal_secretion_exosomes']
    """
    return tuple(
        Definition(
            id=compress(iri),
            subject=compress(_first(term, _RDF + "subject")),
            predicate=compress(_first(term, _RDF + "predicate")),
            object=compress(_first(term, _RDF + "object")),
            reference=compress(_first(term, EXIL8 + "reference")),
            label=_first(term, _RDFS_LABEL),
            definition=_first(term, _SKOS + "definition"),
        )
        for iri, term in _instances(EXIL8 + "Definition").items()
    )


def predicate_iri(name: str) -> str:
    """IRI of a predicate by its local name.

    Raises
    ------
    UsageError
        When the ontology has no such predicate.

    Examples
    --------
    >>> predicate_iri("binds")
    'https://w3id.org/exil8/binds'
    """
    return expand(_known(name, predicates(), "predicate").curie)


def class_iri(type_: str) -> str:
    """IRI of the class of a type of entity.

    Raises
    ------
    UsageError
        When the ontology has no such type.

    Examples
    --------
    >>> class_iri("mirna")
    'https://w3id.org/exil8/MicroRna'
    """
    return expand(_known(type_, types(), "type").curie)


def _known(name: str, table: Mapping[str, _Known], what: str) -> _Known:
    if name not in table:
        near = difflib.get_close_matches(name, table, n=3)
        raise UsageError(
            f"unknown {what} {name!r}; {'did you mean' if near else 'use one of'}: {', '.join(near or table)}"
        )
    return table[name]


def site_iri(site: str) -> str:
    """IRI of a site by its identifier in the profile.

    >>> site_iri("cml_cell")
    'https://w3id.org/exil8/site/cml_cell'
    """
    return expand(f"exil8s:{site}")
