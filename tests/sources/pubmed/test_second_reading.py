"""Every field of the interface against an independent reading of the same bytes."""

from __future__ import annotations

import gzip
import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from kg.sources.pubmed import Article, parse_bytes, to_json
from tests.sources.pubmed.second_reading import read

if TYPE_CHECKING:
    from pathlib import Path

RECORD = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
EXTRA = {"title_markup", "suspected"}
"""Fields that only one reading has: tested elsewhere."""


def compare(xml: bytes) -> int:
    """Compare all articles and books of a document; return how many there were."""
    ours = [to_json(r) for r in parse_bytes(xml) if isinstance(r, Article)]
    theirs = read(xml)
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        differences = {k: (mine[k], other[k]) for k in other if k in mine and not same(k, mine, other)}
        assert not differences, (mine["pmid"], differences)
        assert mine.keys() - other.keys() == EXTRA
        assert other.keys() <= mine.keys()
    return len(ours)


def same(field: str, mine: dict[str, Any], other: dict[str, Any]) -> bool:
    if field == "title" and other["title"] in (None, "[Not Available]."):
        return bool(mine["title"] == (other["vernacular_title"] or other["title"]))
    return bool(mine[field] == other[field])


def test_every_record_with_a_rare_element(fixtures: Path) -> None:
    assert compare((fixtures / "pubmed21n1298_features_noabstract.xml").read_bytes()) == 96


def test_books_and_chapters(fixtures: Path) -> None:
    assert compare((fixtures / "books.xml").read_bytes()) == 3


def test_made_up_records_with_everything(fixtures: Path) -> None:
    assert compare((fixtures / "rare.xml").read_bytes()) == 3


def test_the_shipped_sample(sample: Path) -> None:
    assert compare(gzip.decompress(sample.read_bytes())) == 206


@pytest.mark.parametrize("number", [1, 2, 4, 5, 6, 7])
def test_recorded_answers_of_efetch(shared_data: Path, number: int) -> None:
    assert compare((shared_data / "pubmed" / "eutils" / f"pubmed{number}.xml").read_bytes()) >= 1


DATE = re.compile(rb"<PubDate>.*?</PubDate>", re.DOTALL)


@pytest.mark.parametrize("name", ["pubmed20n0014", "pubmed21n1298"])
def test_every_date_in_words(shared_data: Path, name: str) -> None:
    with gzip.open(shared_data / "pubmed" / f"{name}.xml.gz") as stream:
        dates = {d for d in DATE.findall(stream.read()) if b"MedlineDate" in d or b"Season" in d}
    record = (
        b"<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><JournalIssue>%b</JournalIssue></Journal>"
    )
    record += b"</Article></MedlineCitation></PubmedArticle>"
    xml = b"<PubmedArticleSet>" + b"".join(record % date for date in sorted(dates)) + b"</PubmedArticleSet>"
    assert compare(xml) == len(dates) > 20


def test_two_hundred_random_records(update_file: Path) -> None:
    with gzip.open(update_file) as stream:
        data = stream.read()
    found = random.Random(20260101).sample(RECORD.findall(data), 200)
    xml = b"<PubmedArticleSet>" + b"".join(found) + b"</PubmedArticleSet>"
    assert compare(xml) == 200
