"""Strict tables: each way a file can be wrong, and what stands in the way of none."""

from __future__ import annotations

import csv
import gzip
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.model import Refusal
from kg.sources import files
from kg.sources.files import open_bytes, read_lines
from kg.sources.tables import Row, read_table

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.tmpdir import TempPathFactory


def write(folder: Path, content: bytes, name: str = "x.tsv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


GOOD = b"a\tb\n1\t2\n3\t4\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (GOOD, "plain.tsv"),
        (b"\xef\xbb\xbf" + GOOD, "bom.tsv"),
        (GOOD.replace(b"\n", b"\r\n"), "crlf.tsv"),
        (GOOD.rstrip(b"\n"), "no_last_line_end.tsv"),
        (gzip.compress(GOOD), "packed.tsv.gz"),
        (gzip.compress(b"\xef\xbb\xbf" + GOOD), "packed_without_ending.tsv"),
        (b"a\tb\n\n1\t2\n\n3\t4\n\n", "blank_lines.tsv"),
    ],
)
def test_same_rows_however_packed(tmp_path: Path, content: bytes, name: str) -> None:
    rows = list(read_table(write(tmp_path, content, name), required=["a", "b"]))
    assert [row.cells for row in rows if isinstance(row, Row)] == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "x.tsv", "is empty"),
        (b"a,b\n1,2\n", "x.tsv", "separated by commas, not tabs"),
        (b"a\tc\n1\t2\n", "x.tsv", r"x.tsv:1: the header lacks column 'b'; it has 'a', 'c'"),
        (b"a\tb\tb\n", "x.tsv", "repeats column 'b'"),
        (b"a\tb\tc\td\n", "x.tsv", "4 columns where this format has at most 3"),
        (b"\n <!DOCTYPE html><html>", "x.tsv", "web page"),
        (b"<html><body>Service Unavailable", "x.tsv", "web page"),
        (b"<!-- saved from url=(0014)about:internet -->\n<html><body>", "x.tsv", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><!-- b -->\n<!DOCTYPE html PUBLIC>", "x.tsv", "web page"),
        (b"<h1>503 Service Unavailable</h1>", "x.tsv", "web page"),
        (gzip.compress(b"<HTML>"), "x.tsv.gz", "web page"),
        (GOOD, "x.tsv.gz", "is named .gz but is not gzip"),
        (gzip.compress(GOOD * 900)[:-9], "x.tsv.gz", "damaged gzip"),
        (gzip.compress(GOOD)[:-8] + b"12345678", "x.tsv.gz", "damaged gzip"),
        (GOOD.decode().encode("utf-16"), "x.tsv", "is UTF-16; save it as UTF-8"),
        (b"PK\x03\x04rest", "x.tsv", "zip archive"),
        (b"BZh91AY&SY", "x.tsv", "bzip2 archive"),
        (b" \n\t\n", "x.tsv", "is empty"),
        (b"a\tb\r1\t2\r", "x.tsv", "line ends of old Macs"),
        (b"\n\n", "x.tsv", "is empty"),
        (GOOD + b"caf\xe9\t5\n", "x.tsv", r"x.tsv:4: byte 0xe9 at offset 15 is not UTF-8; convert"),
    ],
)
def test_wrong_files_are_errors(tmp_path: Path, content: bytes, name: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        list(read_table(write(tmp_path, content, name), required=["a", "b"], max_columns=3))
    assert "\n" not in str(caught.value)
    assert caught.value.file == str(tmp_path / name)


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be opened"), open_bytes(tmp_path / "absent.tsv"):
        pass


def test_offset_counts_a_byte_order_mark(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"x\.tsv:2: byte 0xff at offset 6"):
        list(read_lines(write(tmp_path, b"\xef\xbb\xbfa\n1\xff\n")))


def test_lines_are_those_of_the_file_however_it_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["a" * n for n in range(40)] + ["\u2028\x0b\x85 é", "", "last"]
    for size in (1, 2, 7, 64):
        monkeypatch.setattr(files, "_CHUNK", size)
        for end in ("\n", "\r\n"):
            assert list(read_lines(write(tmp_path, end.join(lines).encode()))) == lines
            assert list(read_lines(write(tmp_path, end.join([*lines, ""]).encode()))) == lines


def test_a_line_without_end_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST_LINE", 1 << 17)
    path = write(tmp_path, b"a\tb\n" + b"x" * (1 << 18) + b"\n")
    with pytest.raises(SourceError, match=r"x\.tsv:2: has a line of more than 16 MiB"):
        list(read_lines(path))


def test_broken_rows_are_refused_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path, b"a\tb\n1\t2\nonly\n1\t2\t3\nx\x1fy\t2\n5\t6\nx\x01\t2\n")
    records = list(read_table(path, required=["a", "b"], source="test"))
    refused = [r for r in records if isinstance(r, Refusal)]
    assert [(r.line, r.what) for r in refused] == [
        (3, "1 column where the header has 2"),
        (4, "3 columns where the header has 2"),
        (5, "control character in the row"),
        (7, "control character in the row"),
    ]
    assert {r.source for r in refused} == {"test"}
    assert len(records) == 6


def test_pad_fills_short_rows_only(tmp_path: Path) -> None:
    records = list(read_table(write(tmp_path, b"a\tb\n1\n1\t2\t3\n"), required=["a"], pad=True))
    assert isinstance(records[0], Row)
    assert records[0].cells == {"a": "1", "b": ""}
    assert isinstance(records[1], Refusal)


def test_only_the_columns_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, b"a\tb\tc\n1\t2\t3\n")
    rows = list(read_table(path, required=["c"], optional=["a", "z"]))
    assert rows == [Row(2, {"a": "1", "c": "3"})]
    assert list(read_table(path, required=["b"], optional=())) == [Row(2, {"b": "2"})]


def test_comments_and_given_header(tmp_path: Path) -> None:
    path = write(tmp_path, b"!gaf-version: 2.2\nUniProtKB\tP1\n")
    assert list(read_table(path, required=["db"], header=["db", "id"], comment="!")) == [
        Row(2, {"db": "UniProtKB", "id": "P1"})
    ]


def test_quoted_cells_may_span_lines(tmp_path: Path) -> None:
    path = write(tmp_path, b'a,b\n"1\nx","2 ""q"""\n3,4\n', "x.csv")
    rows = list(read_table(path, required=["a"], delimiter=",", quoting=csv.QUOTE_MINIMAL))
    assert rows == [Row(2, {"a": "1\nx", "b": '2 "q"'}), Row(4, {"a": "3", "b": "4"})]


def test_open_quotation_mark_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, b'a,b\n1,2\n"3,4\n5,6\n', "x.csv")
    with pytest.raises(SourceError, match=r"x\.csv:3: broken quoting"):
        list(read_table(path, required=["a"], delimiter=",", quoting=csv.QUOTE_MINIMAL))


def test_unquoted_tables_take_quotation_marks_as_they_stand(tmp_path: Path) -> None:
    path = write(tmp_path, b'a\tb\n"5\t"x" y\n')
    assert list(read_table(path, required=["a"])) == [Row(2, {"a": '"5', "b": '"x" y'})]


def test_ten_thousand_broken_rows_cost_no_memory(tmp_path: Path) -> None:
    path = write(tmp_path, b"a\tb\n" + b"broken\n" * 10_000)
    tracemalloc.start()
    try:
        count = sum(isinstance(record, Refusal) for record in read_table(path, required=["a", "b"]))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 10_000
    assert peak < 1_000_000


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=8))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_reads_what_csv_writes(tmp_path_factory: TempPathFactory, rows: list[tuple[str, str, str]]) -> None:
    path = tmp_path_factory.mktemp("round") / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([("a", "b", "c"), *rows])
    read = list(read_table(path, required=["a"], delimiter=",", quoting=csv.QUOTE_MINIMAL))
    assert [tuple(row.cells.values()) for row in read if isinstance(row, Row)] == rows
