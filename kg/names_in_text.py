"""Names of entities in running text: titles, keywords, abstracts.

A name is found at word boundaries, in the usual ways to write it: with a hyphen, a slash, a space or nothing
between letters and digits ("IL-8", "IL8", "IL 8"), Greek letters by sign or by name, British or American,
singular or plural. Symbols keep their case, since "set", "kit" and "all" are words. Of two names at one place
the longer counts, so that BCR-ABL is never BCR or ABL1. What must not be found, or only as written, stands in
``ontologies/mention_rules.tsv``; a name that two entities bear is not found at all.

The names are a tree of tokens (letters, digits, or one Greek letter each), so that a text costs one look-up a
token, whatever the number of names; most texts end at the first check, that none of their tokens starts a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kg.further_names import shipped_spellings
from kg.name_keys import tolerant_key
from kg.name_rules import cues, shipped_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.further_names import Spelling
    from kg.model import Entity
    from kg.name_rules import Rule

_TOKEN = re.compile(r"[^\W\d_α-ωß]+|\d+|[α-ωß]")  # of lower-case text
_GREEK = {c: unicodedata.name(c).removeprefix("GREEK SMALL LETTER ").lower() for c in "αβγδεζηθικλμνξοπρστυφχψω"}
_GREEK["ß"] = "beta"  # stands for it in many a title
_GREEK_NAMES = frozenset(_GREEK.values())
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_GAPS = frozenset(["", " ", "\u00a0", "\u2009", "/", ":", "::", "·", *_HYPHENS, *(f"{h} " for h in _HYPHENS)])
"""What may stand between two tokens of one name."""
_SLASHES = frozenset(["/", *(f"/{h}" for h in _HYPHENS)])
_BRITISH = (
    ("leukemi", "leukaemi"),
    ("tumor", "tumour"),
    ("hemat", "haemat"),
    ("hemo", "haemo"),
    ("signaling", "signalling"),
    ("ization", "isation"),
    ("izing", "ising"),
    ("ized", "ised"),
)
_ANTISENSE = re.compile(rf"(?: |[{_HYPHENS}])(?:AS\d|antisense RNA)")
"""What makes of a gene's name that of another gene, the RNA of the other strand: HIF1A-AS2."""
_SHOUTED = 4
"""From this many words on, a text all in capitals says nothing by them."""
_SINGULAR = frozenset(["gene_product", "mirna"])
"""Types without a plural: HGFs are gingival fibroblasts, not growth factors."""
_LEAST = 3
"""Letters and digits a name has at least."""


@dataclass(frozen=True, slots=True)
class Span:
    """An entity and the place in a text where it is named."""

    start: int
    end: int
    entity: str


@dataclass(frozen=True, slots=True)
class _Name:
    """How one name may be written: for each token its forms (None: any), closed up and before a space."""

    entity: str
    closed: tuple[frozenset[str] | None, ...]
    spaced: tuple[frozenset[str] | None, ...]
    exact: bool


class _Node:
    __slots__ = ("names", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.names: list[_Name] = []


def _tokens(name: str) -> list[str]:
    """Tokens of a name as written, Greek letters by name; none for a name with other marks in it."""
    matches = list(_TOKEN.finditer(name.lower()))
    if not matches or any(name[a.end() : b.start()] not in _GAPS for a, b in pairwise(matches)):
        return []
    if name[: matches[0].start()].strip() or name[matches[-1].end() :].strip():
        return []
    return [_GREEK.get(m.group(), name[m.start() : m.end()]) for m in matches]


def _key(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(tolerant_key(token) for token in tokens)


def _is_word(token: str) -> bool:
    return (len(token) > 3 and token[1:].islower()) or token in _GREEK_NAMES or token.isdigit()


def _forms(token: str, *, lower: bool) -> frozenset[str] | None:
    """Ways to write a token; None for any: of a word the case says nothing, of a symbol it does."""
    if _is_word(token):
        return None
    forms = {token, token.upper(), token.capitalize()}
    return frozenset(forms | {token.lower()}) if lower else frozenset(forms)


def _name(entity: str, tokens: Sequence[str], rule: str) -> _Name:
    if rule == "fold":
        closed: tuple[frozenset[str] | None, ...] = (None,) * len(tokens)
        return _Name(entity, closed, closed, exact=False)
    if rule == "exact":
        closed = tuple(frozenset([token]) for token in tokens)
        return _Name(entity, closed, closed, exact=True)
    numbered = any(token.isdigit() for token in tokens)
    closed = tuple(_forms(token, lower=numbered) for token in tokens)
    spaced = tuple(_forms(token, lower=False) for token in tokens)
    return _Name(entity, closed, spaced, exact=False)


def _joined(tokens: Sequence[str]) -> list[str]:
    """The tokens with Greek letters, by name, closed up to the letters beside them: TNFalpha, NFkappaB."""
    out: list[str] = []
    for token in tokens:
        after_greek = bool(out) and any(out[-1].endswith(g) and out[-1] != g for g in _GREEK_NAMES)
        if out and out[-1].isalpha() and (token in _GREEK_NAMES or (after_greek and len(token) == 1)):
            out[-1] += token
        else:
            out.append(token)
    return out


def _variants(name: str, *, plural: bool) -> Iterator[list[str]]:
    tokens = _tokens(name)
    if sum(map(len, tokens)) < _LEAST:
        return
    for variant in (tokens, _joined(tokens)) if _joined(tokens) != tokens else (tokens,):
        yield variant
        if plural and variant[-1].isalpha() and not variant[-1].endswith("s"):
            yield [*variant[:-1], variant[-1] + "s"]


def _british(token: str) -> str:
    for american, british in _BRITISH:
        token = token.replace(american, british)
    return token


class NamesInText:
    """Finds the entities of a graph in running text.

    Parameters
    ----------
    entities
        What to look for, by label and synonyms.
    spellings
        Further names; by default the shipped ones.
    rules
        What to look out for; by default the shipped ones.

    Examples
    --------
    >>> from kg.model import Entity
    >>> names = NamesInText([
    ...     Entity(id="HGNC:6025", label="CXCL8", type="gene_product", synonyms=("IL-8",)),
    ...     Entity(id="GO:0070062", label="extracellular exosome", type="vesicle", synonyms=("exosome",))])
    >>> sorted(names.entities("Exosomes make stroma secrete IL8"))
    ['GO:0070062', 'HGNC:6025']
    >>> names.entities("The RNA exosome, and IL-8R")
    frozenset()
    """

    def __init__(
        self,
        entities: Iterable[Entity],
        *,
        spellings: Iterable[Spelling] | None = None,
        rules: Iterable[Rule] | None = None,
    ) -> None:
        known = {entity.id: entity for entity in entities}
        table = tuple(shipped_rules() if rules is None else rules)
        further = tuple(shipped_spellings() if spellings is None else spellings)
        self._root = _Node()
        self._kinds = {_key(_tokens(r.text)): r.rule for r in table if r.rule in ("never", "exact", "fold")}
        for name, entity in _chosen(known, further, table).items():
            self._add(name, entity, plural=known[entity].type not in _SINGULAR)
        for rule in table:
            if rule.rule == "mask":
                self._add(rule.text, "")
        self._alias(self._root)
        greek = {sign for sign, name in _GREEK.items() if name in self._root.next}
        self._starts = frozenset(self._root.next) | greek
        self._cues = cues(table)
        self.heading_cues = {
            r.text.removeprefix("MESH:"): r.target for r in table if r.rule == "cue" and r.text.startswith("MESH:")
        }
        """Entities that a publication under a MeSH identifier does not speak of."""

    def _add(self, name: str, entity: str, *, plural: bool = True) -> None:
        rule = self._kinds.get(_key(_tokens(name)), "")
        if rule == "never" and entity:
            return
        for tokens in _variants(name, plural=plural):
            node = self._root
            for part in _key(tokens):
                node = node.next.setdefault(part, _Node())
            made = _name(entity, tokens, rule if entity else "fold")
            if entity:
                node.names.append(made)
            else:
                node.names = [made]  # a mask, which hides every name that is the same

    def _alias(self, node: _Node) -> None:
        for token, below in list(node.next.items()):
            self._alias(below)
            node.next.setdefault(_british(token), below)

    def spans(self, text: str) -> list[Span]:
        """Names in a text, from left to right, none over another; cues are not asked."""
        low = text.lower()
        if len(low) != len(text):  # a letter whose small form is two, such as a dotted capital I
            low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        if self._starts.isdisjoint(_TOKEN.findall(low)):
            return []
        return list(self._walk(text, [(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(low)]))

    def _walk(self, text: str, tokens: list[tuple[int, int, str]]) -> Iterator[Span]:
        shouted = text.isupper() and len(tokens) >= _SHOUTED
        place, above = 0, self._root.next
        while place < len(tokens):
            start, _, token = tokens[place]
            here = above.get(_GREEK.get(token, token))
            if here is None or (place and tokens[place - 1][1] == start):
                place += 1
                continue
            last, names, parent = self._longest(text, tokens, place, here, shouted=shouted)
            meant = {name.entity for name in names}
            end = tokens[last][1]
            if len(meant) == 1 and (entity := meant.pop()) and not _ANTISENSE.match(text, end):
                yield Span(start, end, entity)
            if names and parent is not None:
                yield from self._also_numbered(text, tokens, last, parent)
            place = last + 1 if names else place + 1

    def _longest(
        self, text: str, tokens: list[tuple[int, int, str]], first: int, node: _Node, *, shouted: bool
    ) -> tuple[int, list[_Name], _Node | None]:
        """The longest name that starts here: its last token, the name, and the node above its last token."""
        best: tuple[int, list[_Name], _Node | None] = (first, [], None)
        here: _Node | None = node
        above: _Node | None = None
        place = first
        while here is not None:
            closed = place + 1 < len(tokens) and tokens[place + 1][0] == tokens[place][1]
            if here.names and not closed:
                names = [n for n in here.names if _written(n, text, tokens, first) and not (shouted and n.exact)]
                best = (place, names, above) if names else best
            if place + 1 == len(tokens) or not _runs_on(text, tokens, first, place):
                break
            place += 1
            above, here = here, here.next.get(_GREEK.get(tokens[place][2], tokens[place][2]))
        return best

    def _also_numbered(self, text: str, tokens: list[tuple[int, int, str]], last: int, parent: _Node) -> Iterator[Span]:
        """The second of two names that share their letters: CXCR2 in "CXCR1/2"."""
        if last + 1 >= len(tokens) or not tokens[last][2].isdigit():
            return
        start, end, token = tokens[last + 1]
        ends = last + 2 == len(tokens) or tokens[last + 2][0] > end
        if token.isdigit() and ends and text[tokens[last][1] : start] in _SLASHES:
            meant = {name.entity for name in parent.next[token].names} if token in parent.next else set()
            if len(meant) == 1 and (entity := meant.pop()):
                yield Span(start, end, entity)

    def blocked(self, text: str) -> frozenset[str]:
        """Entities that a text does not speak of, by its cues, whatever names are in it.

        >>> NamesInText([]).blocked("EXOSC3 mutations")
        frozenset({'GO:0070062'})
        """
        return frozenset(target for target, cue in self._cues.items() if cue.search(text))

    def entities(self, text: str) -> frozenset[str]:
        """CURIEs of the entities a text speaks of."""
        found = frozenset(span.entity for span in self.spans(text))
        return found - self.blocked(text) if found else found


def _runs_on(text: str, tokens: list[tuple[int, int, str]], first: int, place: int) -> bool:
    """Whether the next token may belong to the same name; one letter, a space and a number are not one ("p 53")."""
    gap = text[tokens[place][1] : tokens[place + 1][0]]
    alone = place == first and gap == " " and len(tokens[first][2]) == 1
    return gap in _GAPS and not (alone and tokens[place + 1][2].isdigit())


def _written(name: _Name, text: str, tokens: list[tuple[int, int, str]], first: int) -> bool:
    for number, (closed, spaced) in enumerate(zip(name.closed, name.spaced, strict=True)):
        if closed is None:
            continue
        start, end, _ = tokens[first + number]
        apart = number + 1 < len(name.closed) and text[end : end + 1].isspace()
        if text[start:end] not in ((spaced or closed) if apart else closed):
            return False
    return True


def _chosen(known: dict[str, Entity], spellings: Iterable[Spelling], rules: Iterable[Rule]) -> dict[str, str]:
    """Each name with the one entity that bears it: labels before synonyms and spellings, as when a name is resolved."""
    labels: defaultdict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    others: defaultdict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    withdrawn = {s.name.casefold() for s in spellings if not s.target}
    for entity in known.values():
        labels[_key(_tokens(entity.label))].setdefault(entity.id, entity.label)
        for name in entity.synonyms:
            if name.casefold() not in withdrawn:
                others[_key(_tokens(name))].setdefault(entity.id, name)
    named = [(s.name, s.target) for s in spellings if s.means] + [(r.text, r.target) for r in rules if r.rule == "also"]
    for name, target in named:
        if target in known:
            others[_key(_tokens(name))].setdefault(target, name)
    chosen: dict[str, str] = {}
    for key in sorted(labels.keys() | others.keys()):
        bearers = labels.get(key) or others[key]
        if key and len(bearers) == 1:
            entity_id = next(iter(bearers))
            chosen |= {
                table[key][entity_id]: entity_id for table in (labels, others) if entity_id in table.get(key, {})
            }
    return chosen
