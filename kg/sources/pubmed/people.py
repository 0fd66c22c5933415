"""People of a record: authors, investigators, groups, their affiliations and ORCIDs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.sources.pubmed.identity import Identifier
from kg.sources.pubmed.record import Affiliation, InvestigatorList, Person
from kg.sources.pubmed.text import plain

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DASH = r"[-\s\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]?"  # hyphens as word processors and typesetters make them
_ORCID = re.compile(
    rf"(?<![0-9])([0-9]{{4}}){_DASH}([0-9]{{4}}){_DASH}([0-9]{{4}}){_DASH}([0-9]{{3}}[0-9Xx])(?![0-9Xx])"
)
_new = tuple.__new__  # what a named tuple's class calls, from a function in Python that costs as much again
_NAMES = {"LastName": 0, "ForeName": 1, "Initials": 2, "Suffix": 3, "CollectiveName": 4}


@lru_cache(maxsize=4096)
def orcid(text: str) -> str | None:
    """Read an ORCID in any of its spellings; None unless it has 16 digits and its check digit is right.

    The check digit is ISO 7064 MOD 11-2 (ORCID, "Structure of the ORCID Identifier").

    >>> orcid("https://orcid.org/0000-0002-1825-0097"), orcid("0000000218250097"), orcid("0000-0002-1825-0098")
    ('0000-0002-1825-0097', '0000-0002-1825-0097', None)
    """
    match = _ORCID.search(text)
    if match is None:
        return None
    digits = "".join(match.groups()).upper()
    return "-".join(match.groups()).upper() if check_digit(digits[:15]) == digits[15] else None


def check_digit(digits: str) -> str:
    """Check digit of 15 digits by ISO 7064 MOD 11-2.

    >>> check_digit("000000021825009")
    '7'
    """
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    value = (12 - total % 11) % 11
    return "X" if value == 10 else str(value)


def person(element: Element) -> Person:
    """Read an ``Author``, ``Investigator`` or ``PersonalNameSubject`` element."""
    names: list[str | None] = [None] * 5
    affiliations: list[Affiliation] = []
    ids: tuple[Identifier, ...] = ()
    investigators = None
    for child in element:
        tag = child.tag
        slot = _NAMES.get(tag)
        if slot is not None:
            text = child.text
            names[slot] = text if text and text.isalnum() and not len(child) else (plain(child) or None)
            if slot == 4:
                investigators = child.get("Investigators")
        elif tag == "AffiliationInfo":
            affiliations.append(_new(Affiliation, (plain(child[0]), ())) if len(child) == 1 else affiliation(child))
        elif tag == "Identifier":
            ids += (identifier(child),)
        elif tag == "Affiliation":  # before 2015 an author had at most one, without a wrapper
            affiliations.append(Affiliation(plain(child)))
    equal = element.get("EqualContrib")
    return _new(
        Person,
        (
            *names,
            _first_orcid(ids) if ids else None,
            tuple(affiliations),
            ids,
            element.get("ValidYN") != "N",
            None if equal is None else equal == "Y",
            investigators,
        ),
    )


def affiliation(element: Element) -> Affiliation:
    """Read an ``AffiliationInfo`` element."""
    name = element.find("Affiliation")
    return Affiliation(
        "" if name is None else plain(name), tuple(identifier(child) for child in element.findall("Identifier"))
    )


def identifier(element: Element) -> Identifier:
    """Read an ``Identifier`` element with its ``Source``."""
    return Identifier(element.get("Source", ""), plain(element))


def people(parent: Element | None) -> tuple[Person, ...]:
    """Read every author or investigator of a list."""
    return () if parent is None else tuple([person(child) for child in parent])


def investigator_lists(parent: Element) -> tuple[InvestigatorList, ...]:
    """Read every ``InvestigatorList`` of a record, with the ID its group refers to."""
    return tuple([InvestigatorList(group.get("ID"), people(group)) for group in parent.findall("InvestigatorList")])


def _first_orcid(ids: tuple[Identifier, ...]) -> str | None:
    for entry in ids:
        if entry.kind.upper() == "ORCID" and (found := orcid(entry.value)):
            return found
    return None
