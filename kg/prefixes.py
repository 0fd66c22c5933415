"""CURIEs and IRIs, through the one table ``ontologies/prefixes.json``.

The table is an extended prefix map, which ``curies`` reads too (``converter``). Expansion itself is done
here: it checks the local part against the pattern of its prefix, says which file and line a wrong CURIE
stands in, and needs no import of a fifth of a second.
"""

from __future__ import annotations

import difflib
import json
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote

from kg import resources
from kg.errors import CurieError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import curies

# Every ASCII character that RFC 3987 allows in an IRI, less the percent sign and the ones with a meaning
# of their own (# and ?), so that a DOI such as 10.1002/(SICI)...<1::AID>... survives both ways.
_SAFE = "!$&'()*+,-./:;=@_~"


class _Prefix(NamedTuple):
    name: str
    uri: str
    pattern: re.Pattern[str]


def _records() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((resources.ontologies() / "prefixes.json").read_text("utf-8"))
    return records


@cache
def _prefixes() -> Mapping[str, _Prefix]:
    """Canonical prefixes and their synonyms, each with its compiled pattern."""
    table: dict[str, _Prefix] = {}
    for record in _records():
        entry = _Prefix(record["prefix"], record["uri_prefix"], re.compile(record["pattern"], re.ASCII))
        for name in (record["prefix"], *record.get("prefix_synonyms", ())):
            table[name] = entry
    return table


@cache
def _namespaces() -> Mapping[str, _Prefix]:
    """The namespaces in which the project writes."""
    return {entry.uri: entry for entry in _prefixes().values()}


@cache
def _foreign_namespaces() -> Mapping[str, _Prefix]:
    """Other namespaces of the same identifiers, which are read and never written."""
    table = _prefixes()
    return {uri: table[record["prefix"]] for record in _records() for uri in record.get("uri_prefix_synonyms", ())}


@cache
def _pattern(*, foreign: bool) -> re.Pattern[str]:
    """One pattern over all namespaces, the longest first: exil8s: lies inside exil8:."""
    uris = _foreign_namespaces() if foreign else _namespaces()
    return re.compile("|".join(map(re.escape, sorted(uris, key=len, reverse=True))))


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
        hint = f"what follows {entry.name}: must match {entry.pattern.pattern}"
        raise CurieError(file, line, f"malformed CURIE {curie!r}", hint)
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


@lru_cache(maxsize=16384)
def compress(iri: str) -> str:
    """Give the CURIE of an IRI: the inverse of ``expand``. An IRI outside every namespace comes back as it is.

    Namespaces that others use for the same identifiers are known too: identifiers.org in all its forms, the pages of
    the databases.

    >>> compress("https://w3id.org/exil8/site/cml_cell")
    'exil8s:cml_cell'
    >>> compress("http://identifiers.org/hgnc/HGNC:6025"), compress("https://identifiers.org/ncbigene:3576")
    ('HGNC:6025', 'NCBIGene:3576')
    >>> compress("https://example.org/x")
    'https://example.org/x'
    """
    return _compressed(iri, foreign=False) or _compressed(iri, foreign=True) or iri


def _compressed(iri: str, *, foreign: bool) -> str:
    match = _pattern(foreign=foreign).match(iri)
    if match is None:
        return ""
    entry = (_foreign_namespaces() if foreign else _namespaces())[match.group()]
    local = unquote(iri[match.end() :])
    return f"{entry.name}:{local}" if entry.pattern.fullmatch(local) else ""
