"""Every reader against every way an input can be wrong: one clear line, or counted refusals, never a crash."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from kg.errors import SourceError
from kg.model import Entity, Publication, Refusal, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.model import Record


class Case(NamedTuple):
    """A source: a good small file, one of a version it does not know, and how to break ten thousand rows of it."""

    source: str
    good: str
    other_version: str
    broken: str
    before: str = ""
    after: str = ""


ASSOCIATION = "<https://a.org/{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> <https://a.org/x> .\n"
CASES = [
    Case("omnipath", "omnipath_ligrec.tsv", "ligand\treceptor\nCXCL8\tCXCR2\n", "x\ty\n"),
    Case("civic", "civic.tsv", "molecular_profile\ttherapies\tsignificance\nx\ty\tz\n", "x\ty\n"),
    Case("go_cargo", "go_exosome_cargo.tsv", "!gaf-version: 3.0\nx\n", "x\ty\n"),
    Case("cellphonedb", "cpdb_interactions.csv", "id_interaction,unity_a\n1,2\n", "x,y\n"),
    Case("kgx", "graph_edges.tsv", "source\ttype\ttarget\nx\ty\tz\n", "\t" * 20 + "\n"),
    Case("biogrid", "biogrid_edges.tsv", "#BioGRID Interaction ID\tPubmed ID\n1\t2\n", "x\ty\n"),
    Case("mitab", "mitab_27.txt", "\t".join("x" * 50) + "\n", "x\ty\n"),
    Case("gpml", "WP3640.gpml", "<Pathway xmlns='http://genmapp.org/GPML/2010a'/>", "<Interaction GraphId='i'/>\n",
         "<Pathway xmlns='http://pathvisio.org/GPML/2013a'>", "</Pathway>"),
    Case("indra", "indra.json", '"version 2"', '{"type": "Nope"},\n', "[", '{"type": "Nope"}]'),
    Case("bel", "groups.bel", "<bel version='3'/>\n", "p(HGNC:\n", 'SET DOCUMENT Name = "x"\n'),
    Case("biolink_rdf", "biolink.ttl", "@prefix x: <https://x.org/> .\nx:a x:b x:c .\n", ASSOCIATION, "\n"),
]  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda case: case.source)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


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


def test_good_file(case: Case, fixtures: Path) -> None:
    kinds = {type(record) for record in read(case, fixtures / case.good)}
    assert {Statement, Entity} <= kinds <= {Statement, Entity, Refusal, Publication}


def test_reading_twice_gives_the_same(case: Case, fixtures: Path) -> None:
    assert list(read(case, fixtures / case.good)) == list(read(case, fixtures / case.good))


def test_packed_with_a_byte_order_mark_and_windows_line_ends(case: Case, fixtures: Path, tmp_path: Path) -> None:
    content = (fixtures / case.good).read_bytes()
    path = tmp_path / f"{case.good}.gz"
    if case.source != "gpml":
        content = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")
    path.write_bytes(gzip.compress(content))
    for name in ("cpdb_proteins.csv", "cpdb_complexes.csv", "graph_nodes.tsv"):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress((fixtures / name).read_bytes()))
    ours = [r for r in read(case, path) if isinstance(r, Statement)]
    theirs = [r for r in read(case, fixtures / case.good) if isinstance(r, Statement)]
    assert [s.id for s in ours] == [s.id for s in theirs]


def test_empty(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.good
    path.write_bytes(b"")
    assert "is empty" in refuse(case, path)


def test_html(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.good
    path.write_text("<!DOCTYPE html>\n<html><body>503 Service Unavailable</body></html>\n")
    assert "web page" in refuse(case, path)


def test_gz_that_is_not(case: Case, fixtures: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{case.good}.gz"
    path.write_bytes((fixtures / case.good).read_bytes())
    assert "is not gzip" in refuse(case, path)


def test_gz_cut_short(case: Case, fixtures: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{case.good}.gz"
    path.write_bytes(gzip.compress((fixtures / case.good).read_bytes())[:-12])
    assert "damaged gzip" in refuse(case, path) or case.source == "biolink_rdf"


def test_mixed_encodings(case: Case, fixtures: Path, tmp_path: Path) -> None:
    path = tmp_path / case.good
    content = (fixtures / case.good).read_bytes()
    middle = content.rindex(b"\n", 0, len(content) - 2)
    path.write_bytes(content[:middle] + b" caf\xe9" + content[middle:])
    message = refuse(case, path)
    assert "0xe9" in message or case.source in ("gpml", "biolink_rdf")


def test_wrong_columns(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.good
    path.write_text("alpha\tbeta\n1\t2\n")
    refuse(case, path)


def test_wrong_delimiter(case: Case, fixtures: Path, tmp_path: Path) -> None:
    if not case.good.endswith((".tsv", ".csv", ".txt")):
        pytest.skip("no table")
    path = tmp_path / case.good
    text = (fixtures / case.good).read_text(encoding="utf-8")
    path.write_text(text.replace("\t", ";") if case.good != "cpdb_interactions.csv" else text.replace(",", "\t"))
    message = refuse(case, path)
    assert "separated by" in message or case.source in ("mitab", "kgx", "go_cargo", "civic")


def test_unknown_version(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.good
    path.write_text(case.other_version)
    refuse(case, path)


def test_ten_thousand_broken_rows_are_counted_and_cost_no_memory(case: Case, fixtures: Path, tmp_path: Path) -> None:
    path = tmp_path / case.good
    before = case.before or (fixtures / case.good).read_text(encoding="utf-8").split("\n", 1)[0] + "\n"
    rows = "".join(case.broken.replace("{n}", str(n)) for n in range(10_000))
    path.write_text(before + rows + case.after, encoding="utf-8")
    count, statements = 0, 0
    tracemalloc.start()
    try:
        for record in read(case, path):
            count += isinstance(record, Refusal)
            statements += isinstance(record, Statement)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert statements == 0
    assert 10_000 <= count <= 10_001
    assert peak < (20_000_000 if case.source == "gpml" else 6_000_000), "a drawing is held in memory"


def test_identifiers_that_do_not_exist(tmp_path: Path) -> None:
    statement = {
        "type": "Activation",
        "subj": {"name": "NOPE1", "db_refs": {"TEXT": "NOPE1"}},
        "obj": {"name": "CXCL8", "db_refs": {"HGNC": "6025"}},
        "evidence": [],
    }
    path = tmp_path / "x.json"
    path.write_text(json.dumps([statement]))
    (record,) = read(Case("indra", "", "", ""), path)
    assert isinstance(record, Refusal)
    assert record.what == "no identifier for 'NOPE1' (unknown name 'NOPE1')"


@pytest.mark.parametrize("source", [case.source for case in CASES] + ["signor", "exocarta"])
def test_every_source_says_what_it_is(source: str) -> None:
    info = import_module(f"kg.sources.{source}").INFO
    assert info.name == source
    assert info.licence
    assert info.citation
    assert info.homepage.startswith("http")
    assert 0 < info.reliability < 1
    assert info.formats
