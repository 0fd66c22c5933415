"""Files made to harm, and files that are merely broken: refused by name, place and PMID."""

from __future__ import annotations

import gzip
import resource
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

import pytest

from kg.errors import SourceError
from kg.sources.pubmed import Article, answers, parse_bytes, parse_file
from kg.sources.pubmed.guard import Limits, Prologue
from kg.sources.pubmed.parse import parse_chunks

if TYPE_CHECKING:
    from pathlib import Path

    from kg.sources.pubmed.parse import PubmedRecord

NLM = (
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
)


def document(title: bytes = b"T", *, doctype: bytes = NLM, declaration: bytes = b'<?xml version="1.0"?>') -> bytes:
    return (
        declaration
        + doctype
        + b"<PubmedArticleSet>"
        + b"<PubmedArticle><MedlineCitation><PMID>11</PMID></MedlineCitation></PubmedArticle>"
        + b"<PubmedArticle><MedlineCitation><PMID>12</PMID><Article><ArticleTitle>"
        + title
        + b"</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )


LAUGHS = b'<!DOCTYPE PubmedArticleSet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
QUADRATIC = b'<!DOCTYPE PubmedArticleSet [<!ENTITY a "' + b"A" * 50_000 + b'">]>'
FILE = b'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
PARAMETER = b'<!DOCTYPE PubmedArticleSet [<!ENTITY % p SYSTEM "http://127.0.0.1:1/evil.dtd"> %p;]>'
PADDED = b"<!--" + b"x" * 5000 + b"-->" + LAUGHS

ATTACKS = {
    "billion laughs": (document(b"&c;", doctype=LAUGHS), "document type"),
    "quadratic blowup": (document(b"&a;" * 1000, doctype=QUADRATIC), "document type"),
    "external entity": (document(b"&x;", doctype=FILE), "document type"),
    "parameter entity": (document(doctype=PARAMETER), "document type"),
    "behind a long comment": (document(b"&c;", doctype=PADDED), "document type"),
    "empty internal subset": (document(doctype=b"<!DOCTYPE PubmedArticleSet []>"), "document type"),
    "no root in sight": (b"<!--" + b"x" * 200_000 + b"-->" + document(), "first"),
    "undefined entity": (document(b"a&nbsp;b"), "undefined entity"),
    "depth": (document(b"<i>" * 200_000 + b"</i>" * 200_000), "nested deeper"),
    "depth inside a chunk": (document(b"<i>" * 3000 + b"</i>" * 3000), "nested deeper"),
    "huge text": (document(b"x" * 12_000_000), "more than 8,388,608 bytes"),
    "control character": (document(b"a\x07b"), "not well-formed"),
    "bad UTF-8": (document(b"a\xff\xfeb"), "not well-formed"),
    "bare ampersand": (document(b"A & B"), "not well-formed"),
    "cut": (document()[:-40], "not well-formed"),
    "trailing garbage": (document() + b"<more/>", "not well-formed"),
    "UTF-16": (document(declaration=b"").decode().encode("utf-16"), "UTF-8"),
    "another encoding": (document(declaration=b'<?xml version="1.0" encoding="UTF-7"?>'), "encoding"),
    "not PubMed": (b"<html><body>Service unavailable</body></html>", "root element is <html>"),
    "not XML": (b"PMID- 12345\n", "not XML"),
    "white space": (b"  \n ", "no element found"),
    "empty": (b"", "empty"),
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("packed", [False, True])
def test_refused(name: str, packed: bool, tmp_path: Path) -> None:
    data, what = ATTACKS[name]
    file = tmp_path / "attack.xml"
    file.write_bytes(gzip.compress(data) if packed and data else data)
    records: list[PubmedRecord] = []
    with pytest.raises(SourceError) as caught:
        records.extend(parse_file(file, limits=Limits(ratio=1e9)))  # the ratio has a test of its own
    message = str(caught.value)
    assert what in message
    assert "attack.xml" in message
    assert "\n" not in message
    assert len(message) < 400
    if what in ("not well-formed", "nested deeper", "undefined entity") and name != "trailing garbage":
        assert "PMID 1" in message
        assert isinstance(records[0], Article)
        assert records[0].pmid == "11"


@pytest.mark.parametrize("name", ["depth", "huge text"])
def test_a_bomb_is_placed(name: str, tmp_path: Path) -> None:
    file = tmp_path / "attack.xml"
    file.write_bytes(ATTACKS[name][0])
    with pytest.raises(SourceError, match=r"near byte [\d,]+ of the XML, in or after the record of PMID 12"):
        list(parse_file(file))


def test_the_normal_document_type_passes_and_nothing_is_fetched() -> None:
    assert len(list(parse_bytes(document()))) == 2


def labelled(doctype: bytes) -> bytes:
    section = b'T</ArticleTitle><Abstract><AbstractText Label="A&nbsp;B">x</AbstractText></Abstract><ArticleTitle>'
    return document(section, doctype=doctype)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1 << 16])
@pytest.mark.parametrize("doctype", [NLM, b"", b'<!-- > <!DOCTYPE a> --><!DOCTYPE PubmedArticleSet SYSTEM "a>b"\n >'])
def test_an_undefined_entity_in_an_attribute_is_refused(doctype: bytes, size: int) -> None:
    data = labelled(doctype)
    with pytest.raises(SourceError, match=r"undefined entity.*PMID 1") as caught:
        list(parse_chunks((data[at : at + size] for at in range(0, len(data), size)), "attack.xml"))
    assert caught.value.line == data[: data.index(b"&nbsp;")].count(b"\n") + 1


def test_an_undefined_entity_in_an_attribute_of_an_answer_is_refused() -> None:
    body = b'<!DOCTYPE eSearchResult SYSTEM "https://x.org/a.dtd"><eSearchResult a="b&nbsp;c"/>'
    with pytest.raises(SourceError, match="undefined entity"):
        answers.search(body)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_what_stands_before_the_root_is_only_blanked(size: int) -> None:
    data = b"\xef\xbb\xbf" + document()
    prologue = Prologue("x")
    passed = [prologue.look(data[at : at + size]) for at in range(0, len(data), size) if not prologue.done]
    seen = b"".join(passed)
    assert seen == data[: len(seen)].replace(NLM, b" " * len(NLM))
    assert b"<PubmedArticleSet>" in seen


def test_gzip_bomb(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xml.gz"
    file.write_bytes(gzip.compress(document(b"x" * 50_000_000), 9))
    with pytest.raises(SourceError, match=r"bomb\.xml\.gz: .*expands more than 50 times"):
        list(parse_file(file))


def test_total_size(tmp_path: Path) -> None:
    file = tmp_path / "long.xml"
    one = b"<PubmedArticle><MedlineCitation><PMID>11</PMID></MedlineCitation></PubmedArticle>\n"
    file.write_bytes(b"<PubmedArticleSet>" + one * 20_000 + b"</PubmedArticleSet>")
    with pytest.raises(SourceError, match="expands past 1,000,000 bytes, in or after the record of PMID 11"):
        list(parse_file(file, limits=Limits(total=1_000_000)))


def test_memory_stays_bounded_under_a_bomb(tmp_path: Path) -> None:
    """500 MB of text inside one record, by a process that may use 300 MB of address space."""
    packer = zlib.compressobj(9, wbits=31)
    with (tmp_path / "bomb.xml.gz").open("wb") as stream:
        stream.write(packer.compress(document().removesuffix(b"</PubmedArticleSet>") + b"<PubmedArticle><i>"))
        for _ in range(50):
            stream.write(packer.compress(b" " * 10_000_000))
        stream.write(packer.flush())
    script = (
        "import sys\nfrom kg.sources.pubmed import parse_file\nfrom kg.errors import SourceError\n"
        "from kg.sources.pubmed.guard import Limits\n"
        "try: list(parse_file(sys.argv[1], limits=Limits(ratio=1e9)))\n"
        "except SourceError as error: sys.exit(0 if 'bytes' in str(error) else 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "bomb.xml.gz")],
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20)),
    )
    assert done.returncode == 0


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_cut_gzip(keep: float, sample: Path, tmp_path: Path) -> None:
    data = sample.read_bytes()
    file = tmp_path / "cut.xml.gz"
    file.write_bytes(data[: int(len(data) * keep)])
    records: list[PubmedRecord] = []
    what = r"ends early at byte [\d,]+, in or after the record of PMID \d+.*fetch it again"
    with pytest.raises(SourceError, match=what):
        records.extend(parse_file(file))
    assert records


def test_damaged_gzip(sample: Path, tmp_path: Path) -> None:
    data = bytearray(sample.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file = tmp_path / "damaged.xml.gz"
    file.write_bytes(data)
    with pytest.raises(SourceError, match=r"damaged gzip|not well-formed"):
        list(parse_file(file))


def test_empty_gzip(tmp_path: Path) -> None:
    file = tmp_path / "empty.xml.gz"
    file.write_bytes(gzip.compress(b""))
    with pytest.raises(SourceError, match="unpacks to nothing"):
        list(parse_file(file))


def test_members_and_padding_are_taken(tmp_path: Path) -> None:
    data = document()
    file = tmp_path / "members.xml.gz"
    file.write_bytes(gzip.compress(data[:100]) + gzip.compress(data[100:]) + b"\0" * 512)
    assert len(list(parse_file(file))) == 2


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.xml: cannot be read: No such file"):
        list(parse_file(tmp_path / "nowhere.xml"))
    with pytest.raises(SourceError, match="cannot be read"):
        list(parse_file(tmp_path))
