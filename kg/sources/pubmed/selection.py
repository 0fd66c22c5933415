"""Which records of a bulk file to keep, told while streaming: by PMID, or by cues in their text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kg.notices import NOTICES

if TYPE_CHECKING:
    from kg.sources.pubmed.record import Article

_HYPHENS = "\u2010\u2011\u2012\u2013-"  # the plain one last: it means itself in a class


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Keep a record whose PMID is asked for, or that holds enough different cues.

    Parameters
    ----------
    pmids
        Kept whatever they say.
    cues
        Words or phrases looked for in title, abstract, keywords and MeSH names, at word
        boundaries, without regard to case; a hyphen, a space or nothing between parts is one; a
        final ``*`` matches any ending.
    at_least
        How many different cues a record must hold. Two domain cues keep about 0.3 % of PubMed.
    followed
        PMIDs that are known already: kept whatever they say, and with them the notices about them.

    Examples
    --------
    >>> Selection(cues=("IL-8", "exosome*"), at_least=2).cue_count("Exosomal IL 8 in exosomes")
    2
    >>> Selection(cues=("CML",)).cue_count("CMML only")
    0
    """

    pmids: frozenset[str] = field(default=frozenset(), repr=False)
    cues: tuple[str, ...] = ()
    at_least: int = 1
    followed: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def filters(self) -> bool:
        """Whether anything can be left out; an empty selection wants all."""
        return bool(self.pmids or self.cues)

    def keeps(self, record: Article) -> bool:
        """Whether the record is wanted."""
        if not self.filters or record.pmid in self.pmids or record.pmid in self.followed:
            return True
        if any(link.type in NOTICES and link.pmid in self.followed for link in record.corrections):
            return True
        return bool(self.cues) and self.cue_count(_text(record)) >= self.at_least

    def cue_count(self, text: str) -> int:
        """How many different cues a text holds."""
        if self._any.search(text) is None:
            return 0
        return sum(pattern.search(text) is not None for pattern in self._each)

    @cached_property
    def _each(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_pattern(cue), re.IGNORECASE) for cue in self.cues)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_pattern, self.cues)), re.IGNORECASE)


def _pattern(cue: str) -> str:
    stem = cue.removesuffix("*")
    parts = [re.escape(part) for part in re.split(rf"[\s{_HYPHENS}]+", stem) if part]
    ending = r"\w*" if cue.endswith("*") else r"(?!\w)"
    return r"(?<!\w)" + rf"[\s{_HYPHENS}]?".join(parts) + ending


def _text(record: Article) -> str:
    parts = [record.title or "", record.vernacular_title or ""]
    parts += [section.text for section in record.abstract]
    parts += [keyword.text for keyword in record.keywords]
    parts += [heading.name for heading in record.mesh]
    return "\n".join(parts)
