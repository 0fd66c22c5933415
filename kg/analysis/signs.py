"""Words for the causal sign of a relation."""

from __future__ import annotations

from numbers import Real

_WORDS = {
    "+": 1, "+1": 1, "1": 1, "plus": 1, "positive": 1,
    "-": -1, "-1": -1, "minus": -1, "negative": -1,
    "": 0, "0": 0, "none": 0, "unknown": 0,
}  # fmt: skip


def sign_named(word: object) -> int | None:
    """Causal sign that a number or a word stands for; 0 for none, and None for what is no sign.

    >>> [sign_named(word) for word in (1, -1.0, "positive", "-", "", None, 2, "activates")]
    [1, -1, 1, -1, 0, 0, None, None]
    """
    if word is None:
        return 0
    if isinstance(word, str):
        return _WORDS.get(word.strip().casefold())
    if isinstance(word, bool) or not isinstance(word, Real):
        return None
    return next((sign for sign in (1, -1, 0) if word == sign), None)
