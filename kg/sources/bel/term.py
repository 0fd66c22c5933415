"""Terms and statements of BEL as trees: ``act(p(HGNC:ABL1), ma(kin)) => p(HGNC:CRKL, pmod(Ph))``."""

from __future__ import annotations

from typing import Final, NamedTuple

DEEPEST: Final = 50
"""Brackets within brackets: deeper is no biology, and would break the parser's own stack."""

_SHORT: Final = {
    "proteinAbundance": "p", "geneAbundance": "g", "rnaAbundance": "r", "microRNAAbundance": "m", "abundance": "a",
    "complexAbundance": "complex", "compositeAbundance": "composite", "biologicalProcess": "bp", "pathology": "path",
    "populationAbundance": "pop", "activity": "act", "molecularActivity": "ma", "translocation": "tloc",
    "cellSecretion": "sec", "cellSurfaceExpression": "surf", "degradation": "deg", "reaction": "rxn",
    "proteinModification": "pmod", "geneModification": "gmod", "variant": "var", "fusion": "fus", "fragment": "frag",
    "location": "loc", "fromLocation": "fromLoc", "toLocation": "toLoc", "substitution": "sub", "truncation": "trunc",
    "kinaseActivity": "kin", "catalyticActivity": "cat", "peptidaseActivity": "pep", "phosphataseActivity": "phos",
    "transcriptionalActivity": "tscript", "transportActivity": "tport", "gtpBoundActivity": "gtp",
    "chaperoneActivity": "chap", "ribosylationActivity": "ribo", "molecularFunction": "act",
}  # fmt: skip


class Name(NamedTuple):
    """A name in a namespace; the namespace is empty for a bare word."""

    namespace: str
    name: str


class Term(NamedTuple):
    """A function of BEL in its short form, with its arguments."""

    function: str
    arguments: tuple[Term | Name, ...]

    def terms(self, *functions: str) -> list[Term]:
        """Arguments that are such functions."""
        return [a for a in self.arguments if isinstance(a, Term) and a.function in functions]

    def names(self) -> list[Name]:
        """Arguments that are names."""
        return [a for a in self.arguments if isinstance(a, Name)]


class BelSyntaxError(ValueError):
    """Text that is no BEL; the message says what was expected where."""


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def space(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def peek(self) -> str:
        self.space()
        return self.text[self.at : self.at + 1]

    def expect(self, character: str) -> None:
        if self.peek() != character:
            found = self.text[self.at : self.at + 12] or "the end"
            raise BelSyntaxError(f"{character!r} expected at column {self.at + 1}, found {found!r}")
        self.at += 1

    def word(self) -> str:
        """A bare word, or one in quotation marks."""
        if self.peek() == '"':
            return self.quoted()
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ' \t,()":':
            self.at += 1
        return self.text[start : self.at]

    def quoted(self) -> str:
        end = self.at + 1
        while end < len(self.text) and self.text[end] != '"':
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise BelSyntaxError(f"a quotation mark at column {self.at + 1} is never closed")
        found = self.text[self.at + 1 : end].replace('\\"', '"')
        self.at = end + 1
        return found


def parse_statement(text: str) -> tuple[Term, str, Term | None]:
    """Parse a statement.

    Parameters
    ----------
    text
        A term, or subject, relation and object.

    Returns
    -------
    tuple
        Subject, relation as it stands, object; the relation is empty and the object None for a term alone, the object
        None for a statement about a statement.

    Raises
    ------
    BelSyntaxError
        The text is no BEL.

    Examples
    --------
    >>> subject, relation, object_ = parse_statement('p(HGNC:CXCL8) -> bp(GO:"neutrophil chemotaxis")')
    >>> subject.function, relation, object_.names()[0].name
    ('p', '->', 'neutrophil chemotaxis')
    """
    scanner = _Scanner(text)
    subject = _term(scanner, 0)
    scanner.space()
    if scanner.at == len(text):
        return subject, "", None
    start = scanner.at
    while scanner.at < len(text) and not text[scanner.at].isspace():
        scanner.at += 1
    relation = text[start : scanner.at]
    if scanner.peek() == "(":
        return subject, relation, None
    object_ = _term(scanner, 0)
    scanner.space()
    if scanner.at != len(text):
        raise BelSyntaxError(f"{text[scanner.at :][:20]!r} follows the statement")
    return subject, relation, object_


def _term(scanner: _Scanner, depth: int) -> Term:
    if depth > DEEPEST:
        raise BelSyntaxError("too many brackets within brackets")
    function = scanner.word()
    if not function:
        raise BelSyntaxError(f"a function expected at column {scanner.at + 1}")
    scanner.expect("(")
    return Term(_SHORT.get(function, function), _arguments(scanner, depth))


def _arguments(scanner: _Scanner, depth: int) -> tuple[Term | Name, ...]:
    found: list[Term | Name] = []
    while scanner.peek() != ")":
        if found:
            scanner.expect(",")
        found.append(_argument(scanner, depth))
    scanner.at += 1
    return tuple(found)


def _argument(scanner: _Scanner, depth: int) -> Term | Name:
    start = scanner.at
    word = scanner.word()
    following = scanner.peek()
    if following == "(":
        scanner.at = start
        return _term(scanner, depth + 1)
    if following == ":":
        scanner.at += 1
        return Name(word, scanner.word())
    if not word:
        raise BelSyntaxError(f"an argument expected at column {scanner.at + 1}")
    return Name("", word)
