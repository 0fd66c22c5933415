"""The page without a browser: self-contained, escaped, complete."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from kg.export import html
from kg.export.html_tables import paper_links, path_members

if TYPE_CHECKING:
    from kg.export.view import View

PATHS = [
    {
        "rank": 1,
        "sign": "+",
        "cost_nat": 0.77,
        "belief": 0.63,
        "steps": [
            {
                "subject": "exil8:cml_exosome",
                "subject_label": "CML exosome",
                "subject_site": "extracellular",
                "predicate": "increases_secretion_of",
                "object": "HGNC:6025",
                "object_label": "CXCL8",
                "object_site": "extracellular",
                "kind": "effect",
                "polarity": "+",
                "belief": 0.8,
                "publications": ["PMID:24657661"],
                "relations": [],
                "assumptions": ["<site> assumed"],
            },
            {
                "subject": "HGNC:6025",
                "subject_label": "CXCL8",
                "subject_site": "extracellular",
                "predicate": "promotes",
                "object": "MESH:D000001",
                "object_label": "not in the view",
                "object_site": "cml_cell",
                "kind": "effect",
                "polarity": "+",
                "belief": 0.8,
                "publications": ["DOI:10.1/x"],
                "relations": [],
                "assumptions": [],
            },
        ],
    }
]


class _Page(HTMLParser):
    """Collects tags, attributes and ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)
        self.ids = [value for name, value in self.attributes if name == "id"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def test_nothing_is_fetched(view: View) -> None:
    page = _Page(html.render(view, paths=PATHS))
    sources = [value for name, value in page.attributes if name in ("src", "srcset", "action", "data", "poster")]
    assert sources == []
    assert page.tags.count("link") == 1
    assert ("href", "data:,") in page.attributes
    assert not {"iframe", "object", "embed", "img"} & set(page.tags)


def test_labels_cannot_break_out(hard: View) -> None:
    page = _Page(html.render(hard, paths=PATHS))
    assert page.tags.count("script") == 3
    assert "img" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_data_is_json_that_ends_where_it_should(hard: View) -> None:
    text = html.render(hard)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data = json.loads(found.group(1))
    assert len(data["elements"]["nodes"]) == len(hard.nodes)
    assert {n["data"]["name"] for n in data["elements"]["nodes"]} == {node.label for node in hard.nodes}


def test_ids_are_unique(any_view: View) -> None:
    ids = _Page(html.render(any_view, paths=PATHS)).ids
    assert len(set(ids)) == len(ids)
    assert {f"n{node.id}" for node in any_view.nodes} | {f"e{edge.id}" for edge in any_view.edges} <= set(ids)


def test_every_paper_is_linked(view: View) -> None:
    page = _Page(html.render(view))
    links = {value for name, value in page.attributes if name == "href"}
    for edge in view.edges:
        assert {f"https://pubmed.ncbi.nlm.nih.gov/{paper[5:]}/" for paper in edge.publications} <= links


def test_the_figure_stands_in_the_page(view: View) -> None:
    page = _Page(html.render(view))
    assert "figure" in page.tags
    assert page.tags.count("table") == 2
    assert ("lang", "en") in page.attributes


def test_paths(view: View) -> None:
    text = html.render(view, paths=PATHS)
    assert 'id="p1"' in text
    assert "sign +, belief 0.63, cost 0.77 nat" in text
    assert "&lt;site&gt; assumed" in text
    assert "not in the view" in text
    members = path_members(view, PATHS[0])
    labels = [node.label for node in view.nodes if f"n{node.id}" in members]
    edges = [edge.predicate for edge in view.edges if f"e{edge.id}" in members]
    assert (sorted(labels), edges) == (["CML exosome", "CXCL8"], ["increases_secretion_of"])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x"])
def test_no_other_address_is_linked(url: str) -> None:
    assert "href" not in paper_links([url])


def test_the_same_graph_gives_the_same_page(view: View) -> None:
    assert html.render(view, paths=PATHS) == html.render(view, paths=PATHS)
