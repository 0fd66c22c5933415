"""Keys under which two ways to write a name are one.

Three of them, each more tolerant than the one before: ``plain_key`` knows no case, ``tolerant_key`` no marks,
Greek letters or British spelling, and ``loose_key`` no plural and no order of words around "of" or "from".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BRITISH = {"aem": "em", "is": "iz", "leuc": "leuk", "signalling": "signaling", "tumour": "tumor"}
_AMERICAN = re.compile("(?<!a)aem(?=at|i|o)|tumour|leuc(?=ocyt)|signalling|is(?=ation|ed|ing)")
_WORD = re.compile(r"[^\W_]+")
_ABBREVIATIONS = re.compile(r"\b([a-z]?[A-Z][A-Z\d-]*[A-Z\d])s\b")
"""A plural whose singular is all capitals, and so short that its s could be anything in small letters: EVs."""
_TURNS = frozenset({"against", "by", "for", "from", "in", "of", "on", "to"})
"""What stands between the things that English also names the other way round: exosomes from K562, K562 exosomes."""
_IDLE = frozenset({"derived", "human", "phospho", "recombinant", "released", "secreted", "shed", "the"})
_SAME = {"mab": "antibody", "microrna": "mirna"}
_AGAINST = frozenset({"anti", "blocking", "monoclonal", "neutralizing"})
"""Words that say of an antibody no more than that it is one."""
_MICRORNA = re.compile(r"(?:hsa)?mi(?:rna|r)(?=\d)")


def plain_key(name: str) -> str:
    """Key under which names that differ in case and runs of white space are one.

    >>> plain_key(" Bcr  ABL ")
    'bcr abl'
    """
    return " ".join(name.casefold().split())


def tolerant_key(name: str) -> str:
    """Key under which names that differ in marks, case, Greek or British spelling are one.

    >>> tolerant_key("NF-κB") == tolerant_key("nf kappa b"), tolerant_key("Bcr/Abl")
    (True, 'bcrabl')
    >>> tolerant_key("leukaemia"), tolerant_key("TGF-ß1")
    ('leukemia', 'tgfbeta1')
    """
    return _american(re.sub(r"[\W_]", "", _folded(name)))


def loose_key(name: str) -> str:
    """Key under which names that also differ in number, in idle words, or in order around an "of" are one.

    >>> loose_key("exosomes derived from K-562 cells") == loose_key("K562 cell exosome")
    True
    >>> loose_key("hsa-miR-126"), loose_key("microRNA 126"), loose_key("TKIs")
    ('mir126', 'mir126', 'tki')
    >>> loose_key("anti-IL-8"), loose_key("neutralising antibodies against IL-8")
    ('il8antibody', 'il8antibody')
    """
    said = list(words(name))
    if said[:1] == ["anti"] and "antibody" not in said:
        said.append("antibody")
    idle = _AGAINST if "antibody" in said else frozenset()
    kept = [word for place, word in enumerate(said) if word not in idle and not _is_idle_cell(said, place)]
    return _MICRORNA.sub("mir", "".join(kept))


def _is_idle_cell(said: list[str], place: int) -> bool:
    """Whether a word is "cell" and says nothing there: it does at the end, and where cells meet cells."""
    return said[place] == "cell" and place + 1 < len(said) and "cell" not in (said[place - 1], said[place + 1])


@lru_cache(maxsize=16384)
def words(name: str) -> tuple[str, ...]:
    """Words of a name, folded and in the singular, what stands behind "of" or "from" first, idle words left out.

    >>> words("inhibitors of the IL-8 receptors")
    ('il', '8', 'receptor', 'inhibitor')
    """
    parts: list[list[str]] = [[]]
    for word in _WORD.findall(_folded(_ABBREVIATIONS.sub(r"\1", name))):
        if word in _TURNS and parts[-1]:
            parts.append([])
        elif word not in _IDLE:
            said = _american(_singular(word))
            parts[-1].append(_SAME.get(said, said))
    return tuple(word for part in reversed(parts) for word in part)


def _folded(name: str) -> str:
    if name.isascii():
        return name.casefold()
    # Sharp s stands for beta in many a file; it must go before case folding makes "ss" of it.
    folded = unicodedata.normalize("NFKC", name.replace("ß", "beta")).casefold()
    return "".join(_greek(c) for c in folded)


def _greek(character: str) -> str:
    if "\u0370" <= character <= "\u03ff":
        return unicodedata.name(character, "").removeprefix("GREEK SMALL LETTER ").split(" ")[0].lower()
    return character


def _american(text: str) -> str:
    return _AMERICAN.sub(lambda found: _BRITISH[found.group()], text)


def _singular(word: str) -> str:
    if len(word) < 5 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
