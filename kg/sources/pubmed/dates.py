"""Dates as PubMed writes them: three elements, a season, or free text (MedlineDate).

A date becomes an interval of days and the precision it was given in. Nothing is invented: a date
without a month stays a year. Spring, summer and autumn are the northern ones (March to May and so
on); winter may be either end of its year, so it spans the year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.sources.pubmed.record import HistoryDate, PartialDate
from kg.sources.pubmed.text import collapse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (1, 12)}
_LONGEST_MONTH = 31
_LONGEST_RANGE = 20  # years; "1978-12" is a month
_RANKS = ("day", "month", "season", "year")
_TOKEN = re.compile(
    r"(?P<year>\b(?:1[5-9]|20)\d\d\b)"
    r"|(?P<quarter>\b[1-4](?:st|nd|rd|th)\s+quart(?:er)?)"
    r"|(?P<month>\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)"
    r"|(?P<season>\b(?:spring|summer|autumn|fall|winter))"
    r"|(?P<day>\b\d{1,2}\b)"
    r"|(?P<dash>[-–—/&]|\bto\b)",
    re.IGNORECASE,
)


class _Side(NamedTuple):
    """One end of a date as written."""

    year: int | None = None
    months: tuple[int, int] | None = None
    day: int | None = None

    @property
    def precision(self) -> str:
        if self.months is None:
            return "year"
        if self.months[0] != self.months[1]:
            return "season"
        return "month" if self.day is None else "day"


@lru_cache(maxsize=16384)
def ymd(year: str | None, month: str | None, day: str | None) -> PartialDate:
    """Read a date of separate parts; the month is a number or an English name.

    >>> ymd("2000", "Feb", None)
    PartialDate(raw='2000 Feb', start='2000-02-01', end='2000-02-29', precision='month')
    """
    raw = " ".join(part for part in (year, month, day) if part)
    number = _month(month)
    if year is None or not year.isdecimal() or not 0 < int(year) < 10000:
        return PartialDate(raw, None, None, "unknown")
    months = None if number is None else (number, number)
    side = _Side(int(year), months, int(day) if day and day.isdecimal() and months else None)
    return _interval(raw, side, side)


@lru_cache(maxsize=4096)
def medline_date(raw: str) -> PartialDate:
    """Read a date in words: ranges of years, months, days, seasons and quarters.

    >>> medline_date("1998 Dec-1999 Jan")
    PartialDate(raw='1998 Dec-1999 Jan', start='1998-12-01', end='1999-01-31', precision='month')
    >>> medline_date("1978 May 15-Jun 1").end, medline_date("1976-77").end
    ('1978-06-01', '1977-12-31')
    >>> medline_date("1979-1980 Fall-Winter")
    PartialDate(raw='1979-1980 Fall-Winter', start='1979-09-01', end='1980-12-31', precision='season')
    >>> medline_date("in press").precision
    'unknown'
    """
    sides = _sides(raw)
    first, last = _ends(sides)
    if first.year is None or last.year is None:
        return PartialDate(raw, None, None, "unknown")
    return _interval(raw, first, last)


def published(element: Element | None) -> PartialDate:
    """Read a ``PubDate``-like element: parts, a season, or ``MedlineDate``."""
    if element is None:
        return PartialDate("", None, None, "unknown")
    parts = {child.tag: collapse(child.text or "") for child in element}
    if text := parts.get("MedlineDate"):
        return medline_date(text)
    if season := parts.get("Season"):
        return medline_date(f"{parts.get('Year', '')} {season}".strip())
    return ymd(parts.get("Year"), parts.get("Month"), parts.get("Day"))


def optional(element: Element | None) -> PartialDate | None:
    """Read a date element; None where there is none."""
    return None if element is None else published(element)


def iso(element: Element | None) -> str | None:
    """Day of an administrative date (created, completed, revised) in ISO form."""
    return None if element is None else published(element).start


def history(element: Element) -> HistoryDate:
    """Read one ``PubMedPubDate`` or ``ArticleDate``."""
    attributes, part = element.attrib, element.findtext
    return _history(
        attributes.get("PubStatus") or attributes.get("DateType") or "",
        part("Year"),
        part("Month"),
        part("Day"),
        part("Hour"),
        part("Minute"),
        part("Second"),
    )


@lru_cache(maxsize=16384)
def _history(status: str, year: str | None, month: str | None, day: str | None, *clock: str | None) -> HistoryDate:
    time = ":".join(part.zfill(2) for part in clock if part)
    return HistoryDate(status, ymd(year, month, day), time or None)


def _month(text: str | None) -> int | None:
    if not text:
        return None
    number = int(text) if text.isdecimal() else _MONTHS.get(text[:3].lower(), 0)
    return number if 1 <= number <= 12 else None


def _sides(raw: str) -> list[_Side]:
    sides = [_Side()]
    for match in _TOKEN.finditer(raw):
        kind, text = match.lastgroup, match[0]
        side = sides[-1]
        if kind == "dash":
            sides.append(_Side())
        elif kind == "year":
            sides[-1] = side._replace(year=side.year or int(text))
        elif kind == "day":
            sides[-1] = side._replace(day=side.day or int(text))
        elif side.months is None:
            sides[-1] = side._replace(months=_months(str(kind), text.lower()))
    return [side for side in sides if side != _Side()] or sides[:1]


def _months(kind: str, text: str) -> tuple[int, int]:
    if kind == "season":
        return _SEASONS[text]
    if kind == "quarter":
        quarter = int(text[0])
        return 3 * quarter - 2, 3 * quarter
    month = _MONTHS[text[:3]]
    return month, month


def _ends(sides: list[_Side]) -> tuple[_Side, _Side]:
    """First and last side, each filled with what only the others say, so that they cover all of them."""
    sides = _years_in_full(sides)
    first, last = sides[0], sides[-1]
    years = [side.year for side in sides if side.year is not None]
    if first.year is None and years:
        first = first._replace(year=years[0])
    if len(sides) > 2 and first.months is None:  # 1979-1980 Fall-Winter
        first = first._replace(months=next((side.months for side in sides if side.months), None))
    if last.year is None and years:
        if last.months is None:
            last = last._replace(months=first.months)
        wraps = bool(len(years) == 1 and first.months and last.months and last.months[1] < first.months[0])
        last = last._replace(year=years[-1] + wraps)
    if first.months is None and first.day is not None:
        first = first._replace(months=last.months)
    return first, last


def _years_in_full(sides: list[_Side]) -> list[_Side]:
    """Read a number after a bare year, or one that no month has, as a year cut short: 1985-86, 1999-00."""
    full = sides[:1]
    for side in sides[1:]:
        before = full[-1]
        if side.year is None and side.day is not None and before.year is not None:
            short = before.year // 100 * 100 + side.day
            year = short if short > before.year else short + 100
            if side.day > _LONGEST_MONTH or (before == _Side(before.year) and year - before.year <= _LONGEST_RANGE):
                side = side._replace(year=year, day=None)
        full.append(side)
    return full


def _interval(raw: str, first: _Side, last: _Side) -> PartialDate:
    precision = max(first.precision, last.precision, key=_RANKS.index)
    start, end = _day(first, start=True), _day(last, start=False)
    if end < start:  # a misprint such as "2001 Mar-Jan 2001": only the years are sure
        start, end, precision = date(min(start, end).year, 1, 1), date(max(start, end).year, 12, 31), "year"
    if precision == "day" and (first.day != start.day or last.day != end.day):
        precision = "month"
    return PartialDate(raw, start.isoformat(), end.isoformat(), precision)


def _day(side: _Side, *, start: bool) -> date:
    """First or last day of one end; a day the month does not have counts as no day."""
    year = side.year or 1
    low, high = side.months or (1, 12)
    length = monthrange(year, high)[1]
    if side.day and low == high and side.day <= length:
        return date(year, low, side.day)
    return date(year, low, 1) if start else date(year, high, length)
