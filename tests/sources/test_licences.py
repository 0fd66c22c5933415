"""Which licences may go into an open graph."""

from __future__ import annotations

import pytest

from kg.sources.licences import LicenceClass, is_open, licence_class, most_open


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("CC0-1.0", LicenceClass.OPEN),
        ("https://creativecommons.org/publicdomain/zero/1.0/", LicenceClass.OPEN),
        ("CC BY 4.0", LicenceClass.OPEN),
        ("cc_by_4.0", LicenceClass.OPEN),
        ("https://creativecommons.org/licenses/by/4.0/", LicenceClass.OPEN),
        ("https://creativecommons.org/licenses/by-nc/4.0/", LicenceClass.NON_COMMERCIAL),
        ("Creative Commons Attribution-NonCommercial 4.0", LicenceClass.NON_COMMERCIAL),
        ("CC-BY-SA-4.0", LicenceClass.OPEN),
        ("CC-BY-NC-SA-3.0", LicenceClass.NON_COMMERCIAL),
        ("CC-BY-ND-3.0", LicenceClass.NON_COMMERCIAL),
        ("MIT", LicenceClass.OPEN),
        ("The MIT License", LicenceClass.OPEN),
        ("BSD-2-Clause", LicenceClass.OPEN),
        ("Apache-2.0", LicenceClass.OPEN),
        ("GPL-3.0-only", LicenceClass.OPEN),
        ("academic use only", LicenceClass.NON_COMMERCIAL),
        ("Public domain", LicenceClass.OPEN),
        ("", LicenceClass.UNKNOWN),
        ("unknown", LicenceClass.UNKNOWN),
        ("WTF License", LicenceClass.UNKNOWN),
        ("CC", LicenceClass.UNKNOWN),
    ],
)
def test_classes(licence: str, expected: LicenceClass) -> None:
    assert licence_class(licence) is expected
    assert is_open(licence) is (expected is LicenceClass.OPEN)


def test_the_same_paper_from_two_resources_takes_the_more_open_licence() -> None:
    assert most_open(["unknown", "CC-BY-NC-4.0"]) == "CC-BY-NC-4.0"
    assert most_open(["unknown", "CC-BY-4.0", "CC-BY-NC-4.0"]) == "CC-BY-4.0"
    assert most_open([]) == ""
