"""The part of PubMed's query language that the emulator speaks.

Terms with [pt] [mh] [tiab] [ti] [dp] [crdt] [mdat] [uid] [doi]; ranges with a colon; AND, OR, NOT
from left to right without precedence; parentheses. A field that is not known goes into FieldNotFound,
a phrase without hits into PhraseNotFound (or QuotedPhraseNotFound); they are left out of the query,
which then has the hits of the rest. A PMC id without a field finds its paper.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.index import Entry, Index

_TOKEN = re.compile(
    r"\s*(?P<paren>[()])|\s*(?P<op>AND|OR|NOT)\b"
    r'|\s*"?(?P<low>[\d/]+)"?\s*(?:\[\w+\])?\s*:\s*"?(?P<high>[\d/]+)"?\s*\[(?P<rangefield>\w+)\]'
    r'|\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s()"\[\]]+(?:\s+(?!AND\b|OR\b|NOT\b)[^\s()"\[\]]+)*))\s*(?:\[(?P<field>[^\]]*)\])?'
)
_TAGS = {
    "publication type": "pt",
    "mesh terms": "mh",
    "mesh": "mh",
    "title/abstract": "tiab",
    "title": "ti",
    "date - publication": "dp",
    "crdat": "crdt",
    "date - create": "crdt",
    "date - modification": "mdat",
    "pmid": "uid",
    "aid": "doi",
}


class Query:
    """A query read and answered over an index."""

    def __init__(self, term: str, index: Index) -> None:
        self.fields_not_found: list[str] = []
        self.phrases_not_found: list[str] = []
        self.quotes_not_found: list[str] = []
        self._index = index
        self._tokens = [m.groupdict() for m in _TOKEN.finditer(term) if m[0].strip()]
        self._at = 0
        found = self._expression()
        self.hits = sorted(found or set(), reverse=True)

    def _peek(self, name: str) -> str | None:
        return self._tokens[self._at][name] if self._at < len(self._tokens) else None

    def _expression(self) -> set[int] | None:
        left = self._operand()
        while self._at < len(self._tokens) and self._peek("paren") != ")":
            operator = self._peek("op")
            if operator:
                self._at += 1
            right = self._operand()
            left = _combine(operator or "AND", left, right)
        return left

    def _operand(self) -> set[int] | None:
        if self._peek("paren") == "(":
            self._at += 1
            found = self._expression()
            self._at += 1
            return found
        if self._at >= len(self._tokens):
            return None
        token = self._tokens[self._at]
        self._at += 1
        if token["low"]:
            return self._range(token["low"], token["high"], token["rangefield"].lower())
        quoted = token["quoted"]
        return self._term(quoted or token["bare"] or "", token["field"], quoted=quoted is not None)

    def _range(self, low: str, high: str, tag: str) -> set[int] | None:
        if tag == "uid":
            return {n for n in self._index.entries if int(low) <= n <= int(high)}
        if tag not in ("dp", "crdt", "mdat", "edat"):
            self.fields_not_found.append(tag)
            return None
        tag = "crdt" if tag == "edat" else tag
        return {n for n, e in self._index.entries.items() if _pad(low, "0") <= getattr(e, tag) <= _pad(high, "9")}

    def _term(self, text: str, tag: str | None, *, quoted: bool) -> set[int] | None:
        name = (tag or "all").lower()
        test = _TESTS.get(_TAGS.get(name, name))
        if test is None:
            self.fields_not_found.append(str(tag))
            return None
        found = {n for n, e in self._index.entries.items() if test(e, text.lower())}
        if not found and name != "uid":
            (self.quotes_not_found if quoted else self.phrases_not_found).append(f'"{text}"' if quoted else text)
            return None if tag is None else set()
        return found


def _combine(operator: str, left: set[int] | None, right: set[int] | None) -> set[int] | None:
    if left is None or right is None:
        return left if right is None else right
    return {"AND": left & right, "OR": left | right, "NOT": left - right}[operator]


def _pad(date: str, digit: str) -> str:
    return date + {"0": "/00/00", "9": "/99/99"}[digit] if len(date) == 4 else date


def _bare(text: str) -> str:
    """Words alone: PubMed's index knows no punctuation (PubMed Help)."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _words(entry: Entry, text: str) -> bool:
    body = f"{entry.title} {entry.text}".lower()
    ending = "" if text.endswith("*") else r"(?!\w)"
    return re.search(r"(?<!\w)" + re.escape(text.rstrip("*")) + ending, body) is not None


_TESTS: dict[str, Callable[[Entry, str], bool]] = {
    "pt": lambda e, t: t in e.types,
    "mh": lambda e, t: t in e.mesh,
    "tiab": _words,
    "all": lambda e, t: _words(e, t) or (bool(e.pmcid) and e.pmcid.lower() == t),
    "ti": lambda e, t: f" {_bare(t)} " in f" {_bare(e.title)} ",
    "dp": lambda e, t: e.dp.startswith(t),
    "crdt": lambda e, t: e.crdt.startswith(t),
    "mdat": lambda e, t: e.mdat.startswith(t),
    "uid": lambda e, t: str(e.pmid) == t.lstrip("0"),
    "doi": lambda e, t: e.doi.lower() == t,
}
