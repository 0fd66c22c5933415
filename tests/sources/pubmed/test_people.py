"""ORCIDs: one canonical form, and only with the right check digit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.sources.pubmed.people import check_digit, orcid

DIGITS = st.text(alphabet="0123456789", min_size=15, max_size=15)


def luhn_like(digits: str) -> str:
    """ISO 7064 MOD 11-2 by its polynomial: the sum of digit * 2**k is 1 modulo 11 with the check digit."""
    return next(
        c
        for v, c in enumerate("0123456789X")
        if (sum(int(d) * 2 ** (15 - i) for i, d in enumerate(digits)) + v) % 11 == 1
    )


@settings(deadline=None, derandomize=True, max_examples=200)
@given(DIGITS)
def test_every_spelling_gives_the_same(digits: str) -> None:
    check = luhn_like(digits)
    assert check_digit(digits) == check
    bare = digits + check
    canonical = "-".join(bare[i : i + 4] for i in (0, 4, 8, 12))
    for spelling in (
        bare,
        canonical,
        f"https://orcid.org/{canonical}",
        f"http://orcid.org/{bare.lower()}",
        f" {bare} ",
        *(canonical.replace("-", dash) for dash in "\u2010\u2011\u2012\u2013\u2014\u2212\u00ad\uff0d"),
    ):
        assert orcid(spelling) == canonical


@settings(deadline=None, derandomize=True, max_examples=200)
@given(DIGITS, st.integers(1, 10))
def test_a_wrong_check_digit_is_no_orcid(digits: str, shift: int) -> None:
    wrong = "0123456789X"[("0123456789X".index(luhn_like(digits)) + shift) % 11]
    assert orcid(digits + wrong) is None


def test_not_an_orcid() -> None:
    assert orcid("") is None
    assert orcid("0000-0002") is None
    assert orcid("00000002182500970") is None


def test_more_than_sixteen_digits_are_no_orcid() -> None:
    assert orcid("90000000218250097") is None
    assert orcid("90000-0002-1825-0097") is None
    assert orcid("0000-0002-1825-0097X") is None


def test_digits_of_other_scripts_are_no_orcid() -> None:
    assert orcid("0000-0002-1825-0097".translate({ord(d): 0x0660 + int(d) for d in "0123456789"})) is None
