"""How wide a text is, where it breaks, and which characters a file may hold.

No font is at hand when a figure is laid out, so widths come from classes of characters, set a little
wider than DejaVu Sans draws them. A box made for these widths holds its text in the usual sans-serif fonts.
"""

from __future__ import annotations

import re
import unicodedata

_CLASSES = (
    ("iIjl.,:;'|!`()[]{} ", 0.36),
    ('frt-/\\"°*', 0.44),
    ("mwMW%@—", 0.95),
    ("ABCDEFGHKNOPQRSTUVXYZ&+=<>#~±", 0.71),
)
_ADVANCE = {character: advance for characters, advance in _CLASSES for character in characters}
_OTHER = 0.61
_WIDE = 1.05
_BOLD = 1.1

# XML 1.0 has no place for these (section 2.2), and lone surrogates have no UTF-8.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A long name may also break after these.
_BREAKS = re.compile(r"(?<=[/\-–])(?=\w)|\s+")


def clean(text: str) -> str:
    r"""Replace what no UTF-8 XML file can hold by U+FFFD; everything else stays as it is.

    >>> clean("a\x00b κ\t<&>") == "a\ufffdb κ\t<&>"
    True
    """
    return _FORBIDDEN.sub("\ufffd", text)


def flat(text: str) -> str:
    r"""Put a text on one line: every run of white space becomes one space.

    >>> flat("NF-κB \t p65\nsubunit")
    'NF-κB p65 subunit'
    """
    return " ".join(text.split())


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimate the width of one line of text.

    Parameters
    ----------
    text
        The line.
    size
        Font size in pixels.
    bold
        Whether it is set in bold.

    Returns
    -------
    float
        Pixels.

    Examples
    --------
    >>> text_width("ill", 10) < text_width("mmm", 10)
    True
    >>> text_width("", 10)
    0.0
    """
    return sum(map(_advance, text), 0.0) * size * (_BOLD if bold else 1.0)


def _advance(character: str) -> float:
    known = _ADVANCE.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0.0
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else _OTHER


def wrap(text: str, room: float, size: float, *, lines: int = 3, bold: bool = False) -> tuple[str, ...]:
    """Break a text into lines that fit, with an ellipsis when it does not fit at all.

    Breaks stand at spaces and after ``/`` and hyphens; a word wider than the room is cut.

    Parameters
    ----------
    text
        What to set; white space is normalised.
    room
        Width of a line in pixels.
    size
        Font size in pixels.
    lines
        At most so many lines.
    bold
        Whether it is set in bold.

    Examples
    --------
    >>> wrap("stromal cell of bone marrow", 90, 12)
    ('stromal cell', 'of bone', 'marrow')
    >>> wrap("CXCL8", 90, 12)
    ('CXCL8',)
    >>> wrap("one two three four five six", 40, 12, lines=2)
    ('one', 'two…')
    """
    filled: list[str] = []
    for word, glue in _words(text):
        joined = f"{filled[-1]}{glue}{word}" if filled else word
        if filled and text_width(joined, size, bold=bold) <= room:
            filled[-1] = joined
        else:
            filled.extend(_cut(word, room, size, bold=bold))
    if len(filled) > lines:
        filled = [*filled[: lines - 1], _ellipsis(filled[lines - 1], room, size, bold=bold)]
    return tuple(filled)


def _words(text: str) -> list[tuple[str, str]]:
    """Split into (word, what stood before it: a space or nothing)."""
    words: list[tuple[str, str]] = []
    for chunk in text.split():
        parts = [part for part in _BREAKS.split(chunk) if part]
        words.extend((part, " " if i == 0 else "") for i, part in enumerate(parts))
    return words


def _cut(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and text_width(pieces[-1] + character, size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _ellipsis(line: str, room: float, size: float, *, bold: bool) -> str:
    while line and text_width(line + "…", size, bold=bold) > room:
        line = line[:-1]
    return line.rstrip() + "…"
