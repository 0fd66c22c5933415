"""Sources that others write: what they get wrong is refused and counted, and order leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import kg
from kg import pipeline, sources
from kg.errors import SourceError
from kg.model import Entity, Evidence, Polarity, Publication, Relation, SourceInfo, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.graph import KnowledgeGraph
    from kg.model import Record

    Lines = Callable[..., list[str]]


class Fake:
    """A source made of a list of records."""

    def __init__(self, name: str, *records: Record, reliability: float = 0.5) -> None:
        self.records = records
        self.INFO = SourceInfo(
            name=name, title=name, licence="CC0-1.0", homepage="", citation="x", reliability=reliability, formats=("x",)
        )

    def read(self, _: Path, /) -> Iterator[Record]:
        yield from self.records


def statement(**changes: Any) -> Statement:
    relation = {
        "subject": "HGNC:11892",
        "subject_site": "extracellular",
        "predicate": "increases_expression_of",
        "object": "HGNC:5344",
        "object_site": "endothelial_cell",
        "polarity": Polarity.POSITIVE,
    }
    evidence = {"publication": "PMID:1", "source": "fake", "record": "row 1"}
    relation |= {k: v for k, v in changes.items() if k in Relation.__dataclass_fields__}
    evidence |= {k: v for k, v in changes.items() if k in Evidence.__dataclass_fields__}
    return Statement(relation=Relation(**relation), evidence=Evidence(**evidence))  # type: ignore[arg-type]


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Fake]:
    found: dict[str, Fake] = {}
    load = sources.load
    monkeypatch.setattr(sources, "load", lambda name: found.get(name) or load(name))
    return found


def build_with(tiny: Path, tmp_path: Path, *names: str) -> KnowledgeGraph:
    file = tmp_path / "input.x"
    file.write_text("x")
    return kg.build(tmp_path / "fake.kg", profile=tiny, sources=[("curated", tiny), *((n, file) for n in names)])


WRONG: list[tuple[Record, str]] = [
    (statement(predicate="likes"), "unknown predicate 'likes'"),
    (statement(predicate="is_secreted"), "unknown predicate 'is_secreted'"),
    (statement(polarity=Polarity.NEGATIVE), "contradicts the predicate"),
    (statement(object_site="moon"), "unknown site 'moon'"),
    (statement(subject="HGCN:1"), "unknown prefix 'HGCN'"),
    (statement(object="HGNC:x y"), "malformed CURIE"),
    (statement(publication="PMID:abc"), "malformed CURIE"),
    (statement(taxa=("NCBITaxon:man",)), "malformed CURIE"),
    (statement(source="other"), "comes from 'other'"),
    (Entity(id="HGNC:1", label="A", type="thing"), "unknown type 'thing'"),
    (Entity(id="1", label="A", type="cell"), "is not a CURIE"),
    (Entity(id="exil8:e", label="A", type="vesicle", origin="moon"), "unknown site 'moon'"),
    (Publication(id="PMID:x", source="fake"), "malformed CURIE"),
]


@pytest.mark.parametrize(("record", "what"), WRONG, ids=[what for _, what in WRONG])
def test_a_record_that_is_wrong_is_refused_and_counted(
    fakes: dict[str, Fake], tiny: Path, tmp_path: Path, record: Record, what: str
) -> None:
    fakes["fake"] = Fake("fake", record, statement())
    graph = build_with(tiny, tmp_path, "fake")
    assert graph.manifest["counts"]["refused"] == 1
    assert what in graph.manifest["refusals"][0]
    assert next(i for i in graph.manifest["inputs"] if i["source"] == "fake")["rows_kept"] == 1
    assert len(graph.content.statements) == 3
    graph.close()


class Broken(Fake):
    """Gives its records and then does what it should not."""

    def read(self, _: Path, /) -> Iterator[Record]:
        yield from self.records
        raise KeyError("column")


@pytest.mark.parametrize(
    ("fake", "said"),
    [
        (
            Broken("fake", statement()),
            r"the source 'fake' broke after 1 records \(KeyError: 'column'\); it is not part",
        ),
        (Fake("fake", {"subject": "HGNC:1"}), r"broke after 1 records \(TypeError: dict is no record\)"),  # type: ignore[arg-type]
    ],
)
def test_a_source_that_breaks_is_named_and_the_graph_stays(
    fakes: dict[str, Fake], tiny: Path, tmp_path: Path, fake: Fake, said: str
) -> None:
    build_with(tiny, tmp_path).close()
    before = (tmp_path / "fake.kg" / "CURRENT").read_text()
    fakes["fake"] = fake
    with pytest.raises(SourceError, match=said) as refused:
        build_with(tiny, tmp_path, "fake")
    assert refused.value.exit_status == 3
    with kg.open(tmp_path / "fake.kg") as graph:
        assert len(graph.content.statements) == 2
    assert (tmp_path / "fake.kg" / "CURRENT").read_text() == before


def test_a_prefix_in_another_spelling_is_the_same_thing(fakes: dict[str, Fake], tiny: Path, tmp_path: Path) -> None:
    fakes["fake"] = Fake("fake", statement(subject="hgnc:11892"), statement())
    graph = build_with(tiny, tmp_path, "fake")
    assert len(graph.content.statements) == 3
    graph.close()


def test_two_sources_that_describe_one_paper_in_either_order(
    fakes: dict[str, Fake], tiny: Path, tmp_path: Path, nquads: Lines
) -> None:
    for name, title in (("one", "The title"), ("two", "the title.")):
        paper = Publication(id="PMID:1", pmid="1", doi="" if name == "one" else "10.1000/x", title=title, source=name)
        fakes[name] = Fake(name, paper, statement(source=name))
    first = build_with(tiny, tmp_path, "one", "two")
    second = kg.build(tmp_path / "b.kg", profile=tiny, sources=[
        ("two", tmp_path / "input.x"), ("one", tmp_path / "input.x"), ("curated", tiny)
    ])  # fmt: skip
    assert nquads(first) == nquads(second)
    assert next(p for p in first.content.publications if p.pmid).doi == "10.1000/x"
    first.close()
    second.close()


def test_an_end_that_nobody_describes_gets_its_name_from_a_later_source(
    fakes: dict[str, Fake], tiny: Path, tmp_path: Path
) -> None:
    fakes["fake"] = Fake("fake", statement())
    fakes["names"] = Fake("names", Entity(id="HGNC:5344", label="ICAM1", type="gene_product"))
    graph = build_with(tiny, tmp_path, "fake")
    assert graph.names.resolve("HGNC:5344").entity.label == "HGNC:5344"
    graph.close()
    pipeline.ingest(tmp_path / "fake.kg", "names", [tmp_path / "input.x"]).close()
    graph = kg.open(tmp_path / "fake.kg")
    assert graph.names.resolve("ICAM1").entity.id == "HGNC:5344"
    graph.close()
