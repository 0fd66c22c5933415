"""Where a paper stands: retracted, a notice, under concern, suspected, a preprint.

Told by identifiers and typed links, not by names: NLM renamed D016440 from "Retraction of
Publication" to "Retraction Notice" and kept the identifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.sources.pubmed.record import Article

RETRACTED_PUBLICATION = "D016441"
RETRACTION_NOTICE = "D016440"
PREPRINT = "D000076942"

_RETRACTED_LINKS = frozenset(("RetractionIn", "RetractedandRepublishedIn"))
_WORD = r"(?:retracted|withdrawn|removed)"
_WORK = r"(?:article|paper|chapter|manuscript|publication|study|preprint)"
_TITLE = re.compile(
    rf"^\W*(?:{_WORK}\s+)?{_WORD}(?:\s+{_WORK})?\s*(?:[\]):.]|\s[–—-]|$)"  # RETRACTED ARTICLE: On exosomes
    r"|^\W*temporar(?:y|ily)\s+(?:removal|removed|withdrawal|withdrawn)\s*[\]):.]"
    rf"|[\[(]\s*{_WORD}(?:\s+{_WORK}\b[^\])]*)?\s*[\])]\W*$"  # On exosomes (Retracted article. See vol. 3)
    rf"|\s[–—-]\s*{_WORD}\W*$",  # On exosomes - RETRACTED
    re.IGNORECASE,
)
_ABSTRACT = re.compile(
    r"\b(?:this|the)\s+(?:above\s+|published\s+)?(?:article|paper|manuscript|study|publication)\s+"
    r"(?:has\s+been|was|is|is\s+being)\s+(?:formally\s+)?(?:retracted|withdrawn)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a record says about its own standing.

    Parameters
    ----------
    retracted
        Publication type D016441, or a link RetractionIn (or RetractedandRepublishedIn).
    notice
        It is a retraction notice: publication type D016440, or a link RetractionOf.
    concern
        A link ExpressionOfConcernIn.
    suspected
        Only its title or abstract says that it was retracted or withdrawn.
    preprint
        Publication type D000076942.
    """

    retracted: bool
    notice: bool
    concern: bool
    suspected: bool
    preprint: bool

    def to_json(self) -> dict[str, bool]:
        """The five answers by name."""
        return {
            "retracted": self.retracted,
            "notice": self.notice,
            "concern": self.concern,
            "suspected": self.suspected,
            "preprint": self.preprint,
        }


def standing(record: Article) -> Standing:
    """Read the standing of a record from its types, links, title and abstract."""
    types = {term.ui for term in record.publication_types}
    links = {link.type for link in record.corrections}
    retracted = RETRACTED_PUBLICATION in types or not links.isdisjoint(_RETRACTED_LINKS)
    notice = RETRACTION_NOTICE in types or "RetractionOf" in links
    return Standing(
        retracted=retracted,
        notice=notice,
        concern="ExpressionOfConcernIn" in links,
        suspected=not retracted and not notice and _says_so(record),
        preprint=PREPRINT in types,
    )


def title_says_retracted(title: str) -> bool:
    """Whether a title begins or ends as those of retracted papers do.

    >>> title_says_retracted("RETRACTED: On exosomes"), title_says_retracted("On exosomes [Retracted]")
    (True, True)
    >>> title_says_retracted("Retracted eyelids in Graves disease")
    False
    """
    return _TITLE.search(title) is not None


def _says_so(record: Article) -> bool:
    if record.title and title_says_retracted(record.title):
        return True
    # A sentence like this in a long abstract is about somebody else's paper.
    return sum(len(s.text) for s in record.abstract) < 1000 and any(_ABSTRACT.search(s.text) for s in record.abstract)
