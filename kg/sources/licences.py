"""What a licence allows, as far as building an open graph goes."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final


class LicenceClass(StrEnum):
    """Three classes: only ``OPEN`` may go into a graph that is given on.

    ``NON_COMMERCIAL`` gathers every licence with a condition that the Open Definition forbids: non-commercial, no
    derivatives, academic use only. ``UNKNOWN`` is everything that nobody has looked up: it is not open.
    """

    OPEN = "open"
    NON_COMMERCIAL = "non-commercial"
    UNKNOWN = "unknown"


_OPEN_STARTS: Final = (
    "cc0", "cc-zero", "cc-by-sa", "cc-by", "mit", "bsd", "apache", "gpl", "agpl", "lgpl", "pddl", "odbl", "odc-by",
    "public-domain", "us-public-domain", "pdm", "isc", "unlicense", "artistic", "mpl", "cddl", "zlib", "epl", "nlm",
)  # fmt: skip
_CLOSED_PARTS: Final = (
    "-nc", "nc-", "non-commercial", "noncommercial", "-nd", "academic", "research-only", "no-derivatives",
    "proprietary", "all-rights-reserved",
)  # fmt: skip


@lru_cache(maxsize=1024)
def licence_class(licence: str) -> LicenceClass:
    """Classify the name of a licence, in SPDX form or as people write it.

    Parameters
    ----------
    licence
        For example ``CC-BY-4.0``, ``CC BY-NC 4.0``, ``MIT``, ``https://creativecommons.org/licenses/by/4.0/``.

    Examples
    --------
    >>> [str(licence_class(x)) for x in ("CC0-1.0", "CC BY-NC-SA 4.0", "CC BY-ND", "", "see website")]
    ['open', 'non-commercial', 'non-commercial', 'unknown', 'unknown']
    """
    name = _short_name(licence)
    if any(part in name for part in _CLOSED_PARTS):
        return LicenceClass.NON_COMMERCIAL
    return LicenceClass.OPEN if name.startswith(_OPEN_STARTS) else LicenceClass.UNKNOWN


def _short_name(licence: str) -> str:
    name = licence.strip().casefold()
    for start in ("https://", "http://", "www."):
        name = name.removeprefix(start)
    name = name.replace("creativecommons.org/publicdomain/zero/", "cc0-").replace(
        "creativecommons.org/licenses/", "cc-"
    )
    name = name.replace("creative commons zero", "cc0").replace("creative commons", "cc")
    name = name.replace("attribution", "by").replace("noncommercial", "nc").replace("sharealike", "sa")
    return "-".join(name.replace("_", " ").replace("/", " ").split()).replace("the-mit", "mit")


def is_open(licence: str) -> bool:
    """Whether a row under this licence may go into an open graph.

    >>> is_open("CC-BY-4.0"), is_open("CC-BY-NC-4.0"), is_open("")
    (True, False, False)
    """
    return licence_class(licence) is LicenceClass.OPEN


def most_open(licences: list[str]) -> str:
    """The licence that allows most among several under which the same statement was given.

    >>> most_open(["", "CC-BY-NC-4.0", "MIT"])
    'MIT'
    """
    rank = list(LicenceClass)
    return min(licences, key=lambda licence: (rank.index(licence_class(licence)), licence), default="")
