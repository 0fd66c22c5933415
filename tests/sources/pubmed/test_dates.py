"""Dates in parts and in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.sources.pubmed.dates import medline_date, ymd

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@pytest.mark.parametrize(
    ("raw", "start", "end", "precision"),
    [
        ("2018 Jul-Aug", "2018-07-01", "2018-08-31", "month"),
        ("1998 Dec-1999 Jan", "1998-12-01", "1999-01-31", "month"),
        ("1998 Dec-Jan", "1998-12-01", "1999-01-31", "month"),
        ("1976-1977", "1976-01-01", "1977-12-31", "year"),
        ("1976-77", "1976-01-01", "1977-12-31", "year"),
        ("1999-00", "1999-01-01", "2000-12-31", "year"),
        ("1979-1980 Fall-Winter", "1979-09-01", "1980-12-31", "season"),
        ("1979-1980 Fall", "1979-01-01", "1980-11-30", "year"),
        ("1985-86 Winter", "1985-01-01", "1986-12-31", "year"),
        ("1985-86 Fall-Winter", "1985-09-01", "1986-12-31", "season"),
        ("1998 Dec-99 Jan", "1998-12-01", "1999-01-31", "month"),
        ("1978-12", "1978-01-01", "1978-12-31", "year"),
        ("1977 Fall-Winter", "1977-09-01", "1977-12-31", "season"),
        ("2021 Apr-Jun 01", "2021-04-01", "2021-06-01", "month"),
        ("2000 Spring", "2000-03-01", "2000-05-31", "season"),
        ("2000 Spring-Summer", "2000-03-01", "2000-08-31", "season"),
        ("Fall 1999", "1999-09-01", "1999-11-30", "season"),
        ("2001 Winter", "2001-01-01", "2001-12-31", "season"),
        ("1983 1st Quart", "1983-01-01", "1983-03-31", "season"),
        ("1978 May 15-Jun 1", "1978-05-15", "1978-06-01", "day"),
        ("1999 Jan 5-12", "1999-01-05", "1999-01-12", "day"),
        ("1999 Dec 28-2000 Jan 3", "1999-12-28", "2000-01-03", "day"),
        ("2017 Nov/Dec", "2017-11-01", "2017-12-31", "month"),
        ("2001 May 7-May 2", "2001-01-01", "2001-12-31", "year"),
        ("2001 Feb 30", "2001-02-01", "2001-02-28", "month"),
        ("[2004]", "2004-01-01", "2004-12-31", "year"),
        ("no date", None, None, "unknown"),
        ("", None, None, "unknown"),
    ],
)
def test_words(raw: str, start: str | None, end: str | None, precision: str) -> None:
    found = medline_date(raw)
    assert (found.start, found.end, found.precision) == (start, end, precision)
    assert found.raw == raw


@pytest.mark.parametrize(
    ("parts", "start", "end", "precision"),
    [
        (("2020", "02", "29"), "2020-02-29", "2020-02-29", "day"),
        (("2020", "2", None), "2020-02-01", "2020-02-29", "month"),
        (("2020", None, None), "2020-01-01", "2020-12-31", "year"),
        (("2020", None, "5"), "2020-01-01", "2020-12-31", "year"),
        (("2020", "13", "5"), "2020-01-01", "2020-12-31", "year"),
        (("2019", "Feb", "31"), "2019-02-01", "2019-02-28", "month"),
        (("0000", None, None), None, None, "unknown"),
        ((None, "Feb", None), None, None, "unknown"),
        (("MMXX", None, None), None, None, "unknown"),
    ],
)
def test_parts(
    parts: tuple[str | None, str | None, str | None], start: str | None, end: str | None, precision: str
) -> None:
    found = ymd(*parts)
    assert (found.start, found.end, found.precision) == (start, end, precision)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.dates(date(1700, 1, 1), date(2099, 12, 31)), st.dates(date(1700, 1, 1), date(2099, 12, 31)))
def test_any_range_of_days_is_read_back(one: date, other: date) -> None:
    first, last = sorted((one, other))
    raw = f"{first.year} {MONTHS[first.month - 1]} {first.day}-{last.year} {MONTHS[last.month - 1]} {last.day}"
    found = medline_date(raw)
    assert (found.start, found.end, found.precision) == (first.isoformat(), last.isoformat(), "day")


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    st.text(max_size=30) | st.from_regex(r"[12][0-9]{3}[- ](Jan|Dec|Spring|9)?[ -]?[0-9A-Za-z ]{0,12}", fullmatch=True)
)
def test_no_text_breaks_it(raw: str) -> None:
    found = medline_date(raw)
    assert (found.start is None) == (found.end is None) == (found.precision == "unknown")
    if found.start is not None and found.end is not None:
        assert date.fromisoformat(found.start) <= date.fromisoformat(found.end)
