r"""The bridge from SPARQL to full text: ``?x exil8:search "words"`` becomes VALUES with what the words find.

It works wherever a triple may stand: beside others, in OPTIONAL, in a branch of UNION, in a sub-query::

    SELECT ?paper ?title {
      ?paper exil8:search "exosome imatinib" .
      ?paper dcterms:title ?title .
    }

The words are those of `kg.store.fulltext`. The rewritten query is checked as any other query from outside.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.errors import QueryError
from kg.store import guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LIMIT = 10_000
"""Hits that one pattern brings in at most, the best first."""

_PREDICATE = r"(?:(?P<prefix>[A-Za-z][\w.-]*|):search(?![\w:%\\-])|<https://w3id\.org/exil8/search>)"
_STRING = r"""(?P<string>\"{3}[^"]*\"{3}|'{3}[^']*'{3}|"[^"]*"|'[^']*')"""
_TRIPLE = re.compile(rf"(?P<subject>[?$]\w+)\s+{_PREDICATE}\s*{_STRING}\s*(?P<next>[;,@]|\^\^)?")
_ANY = re.compile(rf"(?<![\w-]){_PREDICATE}")
_DECLARED = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_HOW = '?x exil8:search "words" must be a triple with a variable and a text in quotation marks'


def rewritten(text: str, find: Callable[[str], Iterable[str]]) -> str:
    """Put what is found in the place of each search in a query; a query without one comes back as it is.

    Parameters
    ----------
    text
        The query, before any check.
    find
        Gives the CURIEs that a text finds.

    Raises
    ------
    QueryError
        The search is not written as it must be.
    UsageError
        The words cannot be searched for.

    Examples
    --------
    >>> rewritten('SELECT ?x { ?x exil8:search "IL-8" . ?x a exil8:GeneProduct }', lambda words: ["HGNC:6025"])
    'SELECT ?x { VALUES ?x { <https://identifiers.org/hgnc/6025> } . ?x a exil8:GeneProduct }'
    """
    if "search" not in text:
        return text
    plain = guard.blanked(text)
    names = {"exil8": vocabulary.EXIL8} | dict(_DECLARED.findall(plain))
    pieces, end = list[str](), 0
    for match in _TRIPLE.finditer(plain):
        if not _is_search(match, names):
            continue
        pieces.append(text[end : match.start()])
        pieces.append(_values(match, _unquoted(text[match.start("string") : match.end("string")]), find))
        end = match.end()
    _check_rest(plain, names)
    return "".join([*pieces, text[end:]])


def _is_search(match: re.Match[str], names: dict[str, str]) -> bool:
    prefix = match.group("prefix")
    return prefix is None or names.get(prefix) == vocabulary.EXIL8


def _values(match: re.Match[str], words: str, find: Callable[[str], Iterable[str]]) -> str:
    after = match.group("next") or ""
    if after not in ("", ";"):
        raise QueryError(f"the query has {after} after the text of exil8:search; {_HOW}")
    subject, blank = match.group("subject"), match.group()[match.end("string") - match.start() :]
    iris = " ".join(f"<{vocabulary.expand(curie)}>" for curie in dict.fromkeys(find(words)))
    # The subject of what follows a semicolon is written out again.
    return f"VALUES {subject} {{ {iris} }}" + (blank.replace(";", f" {subject}") if after else blank)


def _check_rest(plain: str, names: dict[str, str]) -> None:
    """Refuse a search that was not taken: it would find nothing, and nobody would know why."""
    taken = [m.span() for m in _TRIPLE.finditer(plain) if _is_search(m, names)]
    for match in _ANY.finditer(plain):
        before = plain[: match.start()].rstrip()[-1:]
        if not _is_search(match, names) or any(start <= match.start() < end for start, end in taken):
            continue
        if before in ("", "{", ".", "(", "}"):
            continue  # the term itself is asked about
        line = plain.count("\n", 0, match.start()) + 1
        raise QueryError(f"the query searches in a way that is not known at line {line}; {_HOW}")


def _unquoted(token: str) -> str:
    quote = 3 if token[:3] in ('"""', "'''") else 1
    return _ESCAPE.sub(_character, token[quote:-quote])


def _character(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    if code is None:
        return _ESCAPED.get(match.group(3), match.group(3))
    try:
        return chr(int(code, 16))
    except ValueError:
        raise QueryError(f"the query has no such character: {match.group()}") from None
