"""What a person may have meant by a name that nothing bears."""

from __future__ import annotations

import difflib
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.name_keys import loose_key, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PIECE = re.compile(r"[^\W\d_]+|\d+")
_ALIKE = 0.45
"""Share of what two names say that they must say both."""
_LIKE = 0.8
"""Likeness of two names of nearly the same letters."""
_SLIP = 0.9
"""Likeness of two names that differ by a slip of the finger."""
_SYMBOL = 5
"""Letters and digits up to which a key is taken for a symbol: one letter makes another of it."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A name, its words, what they say (a number with the letters before it), and its loose key."""

    name: str
    words: tuple[str, ...]
    pieces: tuple[str, ...]
    key: str


class Suggestions:
    """Offers what may have been meant, best first, as CURIEs.

    Those with a name that differs by "cell", a number or a slip only; those that share the most telling words with
    the text; those with a name that the text ends in or begins with. Where there are none, those with a name of
    nearly the same letters; else those with a name that goes on where the text breaks off. A number is never taken
    for another.

    Parameters
    ----------
    names
        Names with the CURIEs that bear them, the better names first.

    Examples
    --------
    >>> near = Suggestions(
    ...     {"bone marrow fibrosis": ["D055728"], "IL-8": ["6025"], "imatinib": ["45783"], "AREG": ["651"]})
    >>> [near.to(text) for text in ("marrow fibrosis", "imatinb", "IL-9", "Treg")]
    [['D055728'], ['45783'], [], []]
    """

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = names
        self._known = [_said(name) for name in names]
        borne: defaultdict[str, set[str]] = defaultdict(set)
        for said in self._known:
            for piece in said.pieces:
                borne[piece].update(names[said.name])
        every = 1 + len({curie for curies in names.values() for curie in curies})
        self._weight = {piece: math.log(every / len(curies)) for piece, curies in borne.items()}
        # A word that no name has tells of none of them, and so against each by half only.
        self._unknown = math.log(every) / 2

    def to(self, text: str) -> list[str]:
        """CURIEs that may have been meant by a text."""
        wanted = _said(text)
        if not wanted.key:
            return []
        found = self._alike(wanted) or _mistyped(wanted, self._known) or _begun(wanted, self._known)
        return list(dict.fromkeys(curie for name in found for curie in self._names[name]))

    def _alike(self, wanted: _Said) -> list[str]:
        known = self._known
        near = [*_without_cell(wanted, known), *_family(wanted, known), *_mistyped(wanted, known, _SLIP)]
        return [*near, *self._telling(wanted), *_within(wanted, known)]

    def _telling(self, wanted: _Said) -> list[str]:
        """Names that say much of what the text says and little else; a word of many things says little.

        One word of the text is not enough where it stands amid others: by necrosis nobody means tumor necrosis factor.
        """
        scores: dict[str, float] = {}
        for said in self._known:
            shared = {piece for piece in wanted.pieces if piece in said.pieces and len(piece) > 1}
            if len(shared) > 1 or shared.intersection(said.pieces[:1] + said.pieces[-1:]):
                scores[said.name] = self._total(shared) / self._total({*said.pieces, *wanted.pieces})
        return sorted((n for n, score in scores.items() if score >= _ALIKE), key=lambda n: (-scores[n], len(n), n))

    def _total(self, pieces: Iterable[str]) -> float:
        return sum(self._weight.get(piece, self._unknown) for piece in sorted(pieces))


def _said(name: str) -> _Said:
    said = words(name)
    pieces: list[str] = []
    for piece in (piece for word in said for piece in _PIECE.findall(word)):
        if piece.isdigit() and pieces and pieces[-1].isalpha():
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return _Said(name, said, tuple(pieces), loose_key(name))


def _without_cell(wanted: _Said, known: Iterable[_Said]) -> list[str]:
    key = wanted.key.removesuffix("cell")
    return [said.name for said in known if key and said.key.removesuffix("cell") == key]


def _family(wanted: _Said, known: Iterable[_Said]) -> list[str]:
    """Members of a family, whose names have a number or a letter and a number more: cyclin D1."""
    if len(wanted.key) < 3 or not wanted.key.isalpha():
        return []
    member = re.compile(re.escape(wanted.key) + r"[a-z]?\d{1,2}")
    return [said.name for said in known if member.fullmatch(said.key)]


def _within(wanted: _Said, known: Sequence[_Said]) -> list[str]:
    """Names that the text ends in, and so tells their kind; else those that it begins with; the longest first."""
    parts = [s for s in known if len(s.key) >= _SYMBOL and s.words == wanted.words[-len(s.words) :]]
    parts = parts or [s for s in known if s.words and s.words == wanted.words[: len(s.words)]]
    return [said.name for said in sorted(parts, key=lambda s: (-len(s.words), s.name))]


def _mistyped(wanted: _Said, known: Sequence[_Said], cutoff: float = _LIKE) -> list[str]:
    """Names of nearly the same letters, with the same first letter and the same numbers."""
    key = wanted.key
    keys = {said.key: said for said in reversed(known) if said.key[:1] == key[0]}
    near = (keys[k] for k in difflib.get_close_matches(key, keys, n=9, cutoff=cutoff))
    return [said.name for said in near if _numbers(said.key) == _numbers(key) and _may_be_slips(said, wanted)]


def _may_be_slips(one: _Said, other: _Said) -> bool:
    """Whether what differs may be mistyped: a long word, or a symbol with letters out of place."""
    if len(one.words) != len(other.words):
        return min(len(one.key), len(other.key)) > _SYMBOL and _likeness(one.key, other.key) >= _SLIP
    pairs = ((a, b) for a, b in zip(one.words, other.words, strict=True) if a != b)
    return all(_slipped(a, b) or (min(len(a), len(b)) > _SYMBOL and _likeness(a, b) >= _LIKE) for a, b in pairs)


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def _slipped(one: str, other: str) -> bool:
    """Whether two symbols differ by letters that changed places, or by one too many at the end."""
    short, long = sorted((one, other), key=len)
    return sorted(one) == sorted(other) or (long.startswith(short) and len(long) == len(short) + 1)


def _numbers(key: str) -> list[str]:
    return re.findall(r"\d+", key)


def _begun(wanted: _Said, known: Sequence[_Said]) -> list[str]:
    """Names that go on where the text breaks off in a word."""
    last = wanted.words[-1]
    if len(last) < _SYMBOL:
        return []
    going_on = (s for s in known if any(word.startswith(last) and word != last for word in s.words))
    found = [s.name for s in going_on if len(wanted.words) == 1 or s.key.startswith(wanted.key)]
    return sorted(found, key=lambda n: (len(n), n))
