"""The words of the graph, read once from ``ontologies/``: predicates, types, definitional edges, CURIEs.

Nothing about a predicate or a prefix is written in code: a sign, an opposite or a mapping is changed in
``exil8.ttl``, a prefix in ``prefixes.json``. The Turtle is parsed with pyoxigraph, since this module is
imported on every start and rdflib alone takes longer than the whole command line may.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import quote, unquote

import pyoxigraph

from kg import resources
from kg.errors import CurieError, UsageError
from kg.model import Polarity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import curies

EXIL8 = "https://w3id.org/exil8/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_BIOLINK = "https://w3id.org/biolink/vocab/"
_RO = "http://purl.obolibrary.org/obo/RO_"
_MAPPINGS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_SIGNS = {"+": 1, "-": -1, "0": 0}
# Every ASCII character that RFC 3987 allows in an IRI, less the percent sign and the ones with a meaning
# of their own (# and ?), so that a DOI such as 10.1002/(SICI)...<1::AID>... survives both ways.
_SAFE = "!$&'()*+,-./:;=@_~"


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


class _Prefix(NamedTuple):
    name: str
    uri: str
    pattern: re.Pattern[str]


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
    ['exil8:definition_apoptosis_survival']
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


@cache
def _prefixes() -> Mapping[str, _Prefix]:
    """Canonical prefixes and their synonyms, each with its compiled pattern."""
    table: dict[str, _Prefix] = {}
    for record in json.loads((resources.ontologies() / "prefixes.json").read_text("utf-8")):
        entry = _Prefix(record["prefix"], record["uri_prefix"], re.compile(record["pattern"], re.ASCII))
        for name in (record["prefix"], *record.get("prefix_synonyms", ())):
            table[name] = entry
    return table


@cache
def _namespaces() -> tuple[re.Pattern[str], Mapping[str, _Prefix]]:
    """One pattern over all namespaces, the longest first: exil8s: lies inside exil8:."""
    by_uri = {entry.uri: entry for entry in _prefixes().values()}
    return re.compile("|".join(map(re.escape, sorted(by_uri, key=len, reverse=True)))), by_uri


def namespaces() -> Mapping[str, str]:
    """Canonical prefixes and what they stand for.

    >>> namespaces()["HGNC"]
    'https://identifiers.org/hgnc/'
    """
    return {entry.name: entry.uri for entry in _prefixes().values()}


@cache
def converter() -> curies.Converter:
    """The prefix table as a ``curies.Converter``, for those who need more than ``expand`` and ``compress``.

    >>> converter().standardize_prefix("mesh")
    'MESH'
    """
    import curies  # a fifth of a second, and few callers need it

    return curies.Converter.from_extended_prefix_map(resources.ontologies() / "prefixes.json")


def _near(prefix: str) -> str:
    folded = {name.lower(): entry.name for name, entry in _prefixes().items()}
    near = dict.fromkeys(folded[n] for n in difflib.get_close_matches(prefix.lower(), folded, n=3, cutoff=0.5))
    return f"did you mean {' or '.join(near)}?" if near else "see ontologies/prefixes.json for the known prefixes"


def _split(curie: str, file: str | Path | None, line: int | None) -> tuple[_Prefix, str]:
    prefix, colon, local = curie.partition(":")
    if not colon:
        raise CurieError(file, line, f"{curie!r} is not a CURIE", "write PREFIX:ID, for example HGNC:6025")
    entry = _prefixes().get(prefix)
    if entry is None:
        raise CurieError(file, line, f"unknown prefix {prefix!r} in {curie!r}", _near(prefix))
    # fullmatch, since a pattern's $ would let a line break through.
    if entry.pattern.fullmatch(local) is None:
        raise CurieError(
            file,
            line,
            f"malformed CURIE {curie!r}",
            f"what follows {entry.name}: must match {entry.pattern.pattern}",
        )
    return entry, local


def check_curie(curie: str, *, file: str | Path | None = None, line: int | None = None) -> str:
    """Check a CURIE and give it its canonical prefix.

    Parameters
    ----------
    curie
        For example ``HGNC:6025`` or ``mesh:D002470``.
    file, line
        Where it stands, for the message.

    Returns
    -------
    str
        The CURIE with the canonical prefix.

    Raises
    ------
    CurieError
        On an unknown prefix or a malformed local part.

    Examples
    --------
    >>> check_curie("mesh:D002470")
    'MESH:D002470'
    >>> check_curie("HGCN:6025", file="entities.tsv", line=7)
    Traceback (most recent call last):
    kg.errors.CurieError: entities.tsv:7: unknown prefix 'HGCN' in 'HGCN:6025'; did you mean HGNC?
    """
    entry, local = _split(curie, file, line)
    return f"{entry.name}:{local}"


def expand(curie: str, *, file: str | Path | None = None, line: int | None = None) -> str:
    r"""Expand a CURIE to its IRI; characters that no IRI may hold are percent-encoded.

    Parameters
    ----------
    curie
        For example ``GO:0005886``; synonyms of prefixes (``mesh:``) are known.
    file, line
        Where it stands, for the message.

    Raises
    ------
    CurieError
        On an unknown prefix or a malformed local part.

    Examples
    --------
    >>> expand("GO:0005886")
    'http://purl.obolibrary.org/obo/GO_0005886'
    >>> expand("GO:5886", file="relations.tsv", line=3)
    Traceback (most recent call last):
    kg.errors.CurieError: relations.tsv:3: malformed CURIE 'GO:5886'; what follows GO: must match ^\d{7}$
    >>> expand("DOI:10.1002/(SICI)1097<1345::AID>3.0.CO;2-X")
    'https://doi.org/10.1002/(SICI)1097%3C1345::AID%3E3.0.CO;2-X'
    """
    entry, local = _split(curie, file, line)
    return entry.uri + (local if local.isalnum() and local.isascii() else quote(local, safe=_SAFE))


def compress(iri: str) -> str:
    """Give the CURIE of an IRI: the inverse of ``expand``. An IRI outside every namespace comes back as it is.

    >>> compress("https://w3id.org/exil8/site/cml_cell")
    'exil8s:cml_cell'
    >>> compress("https://example.org/x")
    'https://example.org/x'
    """
    pattern, by_uri = _namespaces()
    match = pattern.match(iri)
    if match is None:
        return iri
    entry, local = by_uri[match.group()], unquote(iri[match.end() :])
    return f"{entry.name}:{local}" if entry.pattern.fullmatch(local) else iri


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
