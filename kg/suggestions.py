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
_SLIP = 0.9
"""Likeness of two names that differ by a slip of the finger."""
_SYMBOL = 5
"""Letters and digits up to which a key is taken for a symbol: one letter makes another of it."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A name, its words, what they say (a number with the letters before it), and what bears the name."""

    name: str
    words: tuple[str, ...]
    pieces: frozenset[str]
    bearers: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        return loose_key(self.name)


def suggest(text: str, names: Mapping[str, Iterable[str]]) -> list[str]:
    """CURIEs that may have been meant by a text, best first.

    Those with a name that differs by "cell" or a slip only; those that share the most telling words with the text;
    those with a name that the text ends in or begins with. Where there are none, those with a name of nearly the
    same letters; else those with a name that begins so. A number is never taken for another.

    Parameters
    ----------
    names
        Names with the CURIEs that bear them, the better names first.

    Examples
    --------
    >>> names = {"bone marrow fibrosis": ["D055728"], "IL-8": ["6025"], "imatinib": ["45783"], "AREG": ["651"]}
    >>> [suggest(text, names) for text in ("marrow fibrosis", "imatinb", "IL-9", "Treg")]
    [['D055728'], ['45783'], [], []]
    """
    wanted = _said(text)
    if not wanted.key:
        return []
    known = [_said(name, bearers) for name, bearers in names.items()]
    ways = (_alike, _mistyped, _begun)
    found = next((near for way in ways if (near := way(wanted, known))), [])
    return list(dict.fromkeys(curie for name in found for curie in names[name]))


def _said(name: str, bearers: Iterable[str] = ()) -> _Said:
    said = words(name)
    pieces: list[str] = []
    for piece in (piece for word in said for piece in _PIECE.findall(word)):
        if piece.isdigit() and pieces and pieces[-1].isalpha():
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return _Said(name, said, frozenset(pieces), frozenset(bearers))


def _alike(wanted: _Said, known: Sequence[_Said]) -> list[str]:
    near = [*_without_cell(wanted, known), *_mistyped(wanted, known, _SLIP), *_telling(wanted, known)]
    return [*near, *_within(wanted, known)]


def _without_cell(wanted: _Said, known: Iterable[_Said]) -> list[str]:
    key = wanted.key.removesuffix("cell")
    return [said.name for said in known if key and said.key.removesuffix("cell") == key]


def _telling(wanted: _Said, known: Sequence[_Said]) -> list[str]:
    """Names that say much of what the text says and little else; a word of many things says little."""
    borne: defaultdict[str, set[str]] = defaultdict(set)
    for said in known:
        for piece in said.pieces:
            borne[piece] |= said.bearers
    every = 1 + len({bearer for bearers in borne.values() for bearer in bearers})
    weight = {piece: math.log(every / len(bearers)) for piece, bearers in borne.items()}
    scores: dict[str, float] = {}
    for said in known:
        if shared := [piece for piece in sorted(said.pieces & wanted.pieces) if len(piece) > 1]:
            # A word that no name has tells of none of them, and so against each by half only.
            total = sum(weight.get(piece, math.log(every) / 2) for piece in sorted(said.pieces | wanted.pieces))
            scores[said.name] = sum(weight[piece] for piece in shared) / total
    return sorted((n for n, score in scores.items() if score >= _ALIKE), key=lambda n: (-scores[n], len(n), n))


def _within(wanted: _Said, known: Sequence[_Said]) -> list[str]:
    """Names that the text ends in, and so tells their kind; then those that it begins with; the longest first."""
    parts = [s for s in known if len(s.key) >= _SYMBOL and s.words == wanted.words[-len(s.words) :]]
    parts = parts or [s for s in known if s.words and s.words == wanted.words[: len(s.words)]]
    return [said.name for said in sorted(parts, key=lambda s: (-len(s.words), s.name))]


def _mistyped(wanted: _Said, known: Sequence[_Said], cutoff: float = 0.8) -> list[str]:
    """Names of nearly the same letters, with the same first letter and the same numbers."""
    key = wanted.key
    keys = {said.key: said.name for said in reversed(known) if said.key[:1] == key[0]}
    near = difflib.get_close_matches(key, keys, n=9, cutoff=cutoff)
    return [keys[k] for k in near if _numbers(k) == _numbers(key) and (len(key) > _SYMBOL or _slipped(k, key))]


def _slipped(one: str, other: str) -> bool:
    """Whether two symbols differ by letters that changed places, or by one too many at the end."""
    short, long = sorted((one, other), key=len)
    return sorted(one) == sorted(other) or (long.startswith(short) and len(long) == len(short) + 1)


def _numbers(key: str) -> list[str]:
    return re.findall(r"\d+", key)


def _begun(wanted: _Said, known: Sequence[_Said]) -> list[str]:
    """Names that begin with the text, or one of whose words does, as when it is not typed to its end."""
    key = wanted.key
    if len(key) < _SYMBOL:
        return []
    found = [s.name for s in known if s.key.startswith(key) or any(word.startswith(key) for word in s.words)]
    return sorted(found, key=lambda n: (len(n), n))
