"""Search and literature as people ask for them: command line, graph object, named queries."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from kg import cli
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

CXCL8 = "HGNC:6025"


def test_graph_search_is_a_frame(shipped: KnowledgeGraph) -> None:
    frame = shipped.search("IL-8", limit=5)
    assert list(frame.columns) == ["id", "kind", "text", "score"]
    assert frame["id"].tolist()[0] == CXCL8
    assert len(frame) == 5
    assert shipped.search("zzzz").empty
    assert shipped.search("Philadelphia chromosome")["id"].tolist()[0] == "MESH:D016044"
    assert set(shipped.search("imatinib", kinds=["publication"])["kind"]) == {"publication"}
    with pytest.raises(UsageError):
        shipped.search("")


def test_command_line(shipped: KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--store", str(shipped.store.place.root)]
    assert cli.run(["search", "IL-8", "--limit", "2", *store]) == 0
    assert "CXCL8" in capsys.readouterr().out
    assert cli.run(["search", "curcumin", "--kind", "entity", "--json", *store]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["id"] == "CHEBI:3962"
    assert set(rows[0]) == {"id", "kind", "text", "score"}
    assert cli.run(["search", "zzzz", "--json", *store]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("arguments", [['"open'], ["x AND"], [""], ["x", "--kind", "cat"], ["x", "--limit", "0"]])
def test_command_line_tells_mistakes_in_one_line(
    shipped: KnowledgeGraph, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.run(["search", *arguments, "--store", str(shipped.store.place.root)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1


def test_bridge_from_the_command_line(shipped: KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    query = 'SELECT ?x { ?x exil8:search "plerixafor" ; a exil8:Chemical }'
    assert cli.run(["query", query, "--format", "csv", "--store", str(shipped.store.place.root)]) == 0
    assert capsys.readouterr().out.split() == ["x", "CHEBI:125354"]


def test_mentions_of(shipped: KnowledgeGraph) -> None:
    columns, rows = shipped.answer("mentions_of", params={"entity": "IL-8"}).rows()
    assert columns == ["publication", "year", "title", "status", "how"]
    by_id = {row[0]: row for row in rows}
    assert len(by_id) == len(rows)
    assert by_id["PMID:33650662"][4] == "keyword|title"
    assert by_id["PMID:27872094"][4] == "title"
    assert all(row[3] == "current" for row in rows)
    told = {p.id for p in shipped.content.publications if "CXCL8" in p.title or "IL-8" in p.title}
    assert len(told - by_id.keys()) <= 2  # receptors and antibodies of IL-8 are not IL-8


def test_co_mentions(shipped: KnowledgeGraph) -> None:
    columns, rows = shipped.answer("co_mentions", params={"entity": "IL-8"}).rows()
    assert columns == ["other", "label", "papers", "weight"]
    found = {str(row[0]): (row[2], row[3]) for row in rows}
    assert CXCL8 not in found
    assert len(found) == len(rows)
    assert found["HGNC:6027"][0] == 6
    weights = [float(str(row[3])) for row in rows]
    assert weights == sorted(weights, reverse=True)
    back = {row[0]: row for row in shipped.answer("co_mentions", params={"entity": "CXCR2"}).rows()[1]}
    assert (back[CXCL8][2], back[CXCL8][3]) == found["HGNC:6027"]


def test_the_readme_s_examples_of_the_bridge_run(shipped: KnowledgeGraph, request: pytest.FixtureRequest) -> None:
    readme = (request.config.rootpath / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^kg query '(SELECT [^']*exil8:search[^']*)'", readme, flags=re.MULTILINE)
    assert len(examples) == 2
    assert all(shipped.answer(example).rows()[1] for example in examples)
