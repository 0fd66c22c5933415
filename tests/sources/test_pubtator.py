"""PubTator3: machine-read relations in an evidence class of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import SourceError
from kg.model import Refusal, Statement
from kg.sources import pubtator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def thing(biotype: str, number: object, name: str) -> dict[str, object]:
    return {"biotype": biotype, "normalized_id": number, "name": name, "type": biotype.title()}


CXCL8, CXCR2 = thing("gene", 3576, "CXCL8"), thing("gene", 3579, "CXCR2")
APOPTOSIS_DISEASE = thing("disease", "D015464", "CML")
SPECIES = thing("species", 9606, "9606")


def document(*relations: tuple[str, dict[str, object], dict[str, object], str], pmid: int = 77) -> dict[str, object]:
    annotations = [{"infons": CXCL8, "locations": [{"offset": 0}, {"offset": 9}]}, {"infons": SPECIES, "locations": []}]
    return {
        "_id": f"{pmid}|None",
        "id": str(pmid),
        "pmid": pmid,
        "passages": [{"annotations": annotations}, {"annotations": annotations[:1]}],
        "relations": [
            {"id": f"R{n}", "infons": {"type": kind, "role1": a, "role2": b, "score": score}}
            for n, (kind, a, b, score) in enumerate(relations, start=1)
        ],
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "answer.json"
    first = document(
        ("Bind", CXCL8, CXCR2, "0.98"),
        ("Stimulate", CXCL8, APOPTOSIS_DISEASE, "0.7"),
        ("Inhibit", CXCL8, CXCR2, "0.2"),
        ("Association", CXCL8, CXCR2, "0.99"),
        ("Bind", CXCL8, SPECIES, "0.9"),
        ("Bind", CXCL8, thing("gene", None, "odd"), "0.9"),
        ("Sing", CXCL8, CXCR2, "x"),
    )
    path.write_text(json.dumps({"PubTator3": [first, document(pmid=78)]}))
    return path


def test_relations(file: Path, gather: Callable[..., Any]) -> None:
    found = gather(pubtator.read(file))
    assert found.triples() == {
        ("HGNC:6025", "binds+", "HGNC:6027"),
        ("HGNC:6025", "promotes+", "DOID:8552"),
        ("HGNC:6025", "inhibits-", "HGNC:6027"),
    }
    first = found.statements[0]
    assert (first.evidence.source, first.evidence.publication) == ("pubtator3", "PMID:77")
    assert "score 0.98" in first.evidence.note
    assert len(found.refusals) == 4


def test_a_least_score(file: Path) -> None:
    records = list(pubtator.read(file, least=0.5))
    assert sum(isinstance(r, Statement) for r in records) == 2
    assert any("below 0.5" in r.what for r in records if isinstance(r, Refusal))


def test_mentions_are_counted_for_each_paper(file: Path) -> None:
    found = [(m.publication, m.entity.label, m.count) for m in pubtator.mentions(file)]
    assert found == [("PMID:77", "CXCL8", 4), ("PMID:78", "CXCL8", 4)]


def test_reliability_is_low_and_the_name_its_own() -> None:
    assert pubtator.INFO.name == "pubtator3"
    assert pubtator.INFO.reliability < 0.5


def test_the_recorded_documents(shared_data: Path, gather: Callable[..., Any]) -> None:
    relations = 0
    for path in sorted((shared_data / "pubmed" / "pubtator3").glob("*.json")):
        found = gather(pubtator.read(path))
        relations += len(found.statements) + len(found.refusals)
        assert list(pubtator.mentions(path))
    assert relations == 34


def test_not_bioc(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"PubTator3": [{"a": 1}]}')
    (refused,) = pubtator.read(path)
    assert isinstance(refused, Refusal)
    path.write_text('{"PubTator3": [{"a": 1')
    with pytest.raises(SourceError):
        list(pubtator.read(path))
