"""The page and the cyjs file in a real browser."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.export import cyjs, html
from kg.export.write import write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from kg.export.view import View

pytestmark = pytest.mark.service

_CHROMIUM = Path(os.environ.get("EXIL8_CHROMIUM", "/usr/bin/chromium"))
_PATHS = [
    {
        "rank": 1,
        "sign": "+",
        "cost_nat": 0.5,
        "belief": 0.6,
        "steps": [
            {
                "subject": "HGNC:6025",
                "subject_label": "CXCL8",
                "subject_site": "extracellular",
                "predicate": "binds",
                "object": "HGNC:6027",
                "object_label": "CXCR2",
                "object_site": "cml_cell",
                "belief": 0.9,
                "publications": ["PMID:24657661"],
                "assumptions": [],
            }
        ],
    }
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, or a reason why not."""
    if not _CHROMIUM.is_file():
        if os.environ.get("EXIL8_REQUIRE_SERVICES"):
            pytest.fail(f"no Chromium at {_CHROMIUM} (set EXIL8_CHROMIUM)")
        pytest.skip(f"no Chromium at {_CHROMIUM} (set EXIL8_CHROMIUM)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Said:
    """What the page said and asked for."""

    def __init__(self, page: Page) -> None:
        self.lines: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.lines.append(message.text))
        page.on("pageerror", lambda error: self.lines.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that must stay silent and ask nobody for anything."""
    context = browser.new_context(viewport={"width": 1400, "height": 950}, reduced_motion="reduce")
    page = context.new_page()
    said = Said(page)
    yield page
    context.close()
    assert said.lines == []
    assert all(url.startswith(("file:", "about:", "data:")) for url in said.requests)


def _open(page: Page, view: View, folder: Path, mark: str = "") -> None:
    (path,) = write(view, folder / "axis.html", paths=_PATHS)
    page.goto(path.as_uri() + mark)


def _picked(page: Page) -> list[str]:
    found: list[str] = page.evaluate("explorer.elements('.picked').map(e => e.data('name') || e.id())")
    return sorted(found)


def _number(view: View, label: str) -> int:
    return next(node.id for node in view.nodes if node.label == label)


def test_counts_and_positions(page: Page, view: View, tmp_path: Path) -> None:
    _open(page, view, tmp_path)
    assert page.evaluate("[explorer.nodes().length, explorer.edges().length]") == [14, 18]
    places: dict[str, dict[str, float]] = page.evaluate(
        "Object.fromEntries(explorer.nodes().map(n => [n.id(), n.position()]))"
    )
    assert places == {f"n{node.id}": {"x": node.x, "y": node.y} for node in view.nodes}
    assert page.locator("#static").is_hidden()
    assert page.locator("table.edges tbody tr").count() == 18


def test_every_network_opens(page: Page, any_view: View, tmp_path: Path) -> None:
    _open(page, any_view, tmp_path)
    counts = page.evaluate("[explorer.nodes().length, explorer.edges().length]")
    assert counts == [len(any_view.nodes), len(any_view.edges)]
    assert page.evaluate("window.xss === undefined && document.images.length === 0")


def test_the_figure_fits(page: Page, view: View, tmp_path: Path) -> None:
    _open(page, view, tmp_path)
    box = page.evaluate("explorer.nodes().renderedBoundingBox()")
    size = page.evaluate("[explorer.width(), explorer.height()]")
    assert box["x1"] > 0
    assert box["y1"] > 0
    assert box["x2"] < size[0]
    assert box["y2"] < size[1]


def test_selection_from_table_and_address(page: Page, view: View, tmp_path: Path) -> None:
    number = _number(view, "CXCL8")
    _open(page, view, tmp_path, f"#n{number}")
    assert _picked(page) == ["CXCL8"]
    assert "CXCL8 at extracellular space" in page.locator("#detail").inner_text()
    page.locator("table.edges tbody tr").first.locator("td").first.locator("a").click()
    assert page.url.endswith("#e1")
    assert page.locator("#e1").get_attribute("class") == "picked"
    assert len(_picked(page)) == 1
    page.keyboard.press("Escape")
    assert _picked(page) == []
    assert "#" not in page.url


def test_selection_in_the_figure(page: Page, view: View, tmp_path: Path) -> None:
    _open(page, view, tmp_path)
    at = page.evaluate(f"explorer.getElementById('n{_number(view, 'EGFR')}').renderedPosition()")
    frame = page.locator("#graph").bounding_box()
    assert frame is not None
    page.mouse.click(frame["x"] + at["x"], frame["y"] + at["y"])
    assert _picked(page) == ["EGFR"]
    assert page.url.endswith(f"#n{_number(view, 'EGFR')}")
    assert page.locator(f"#n{_number(view, 'EGFR')}").get_attribute("class") == "picked"


def test_a_path_is_shown(page: Page, view: View, tmp_path: Path) -> None:
    _open(page, view, tmp_path, "#p1")
    assert _picked(page) == ["CXCL8", "CXCL8 (binds) CXCR2", "CXCR2"]
    assert "PMID:24657661" in page.locator("#detail").inner_text()


def test_search(page: Page, view: View, tmp_path: Path) -> None:
    _open(page, view, tmp_path)
    page.keyboard.press("/")
    page.keyboard.type("cxcr2")
    assert page.locator("#found").inner_text() == "1 node, 3 edges"
    assert page.locator("table.edges tbody tr:visible").count() == 3
    page.keyboard.press("Enter")
    assert _picked(page) == ["CXCR2"]
    page.keyboard.press("Escape")
    assert page.locator("table.edges tbody tr:visible").count() == 18
    assert page.evaluate("document.activeElement.id") == "canvas"


def test_keyboard(page: Page, view: View, tmp_path: Path) -> None:
    _open(page, view, tmp_path, f"#n{_number(view, 'CXCR2')}")
    page.locator("#canvas").focus()
    page.keyboard.press("ArrowRight")
    assert _picked(page) == ["CXCL8"]
    before = page.evaluate("explorer.zoom()")
    page.keyboard.press("+")
    assert page.evaluate("explorer.zoom()") > before
    page.keyboard.press("0")
    assert page.evaluate("explorer.zoom()") == before
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == f"n{_number(view, 'CXCL8')}"


def test_without_javascript(browser: Browser, view: View, tmp_path: Path) -> None:
    (path,) = write(view, tmp_path / "axis.html", paths=_PATHS)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri() + "#e3")
    assert page.locator("#static svg").is_visible()
    assert page.locator("#canvas").is_hidden()
    assert page.locator("table.edges tbody tr").count() == 18
    context.close()


def test_labels_are_harmless(page: Page, hard: View, tmp_path: Path) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"the page ran {dialog.message}"))
    _open(page, hard, tmp_path, "#n1")
    assert page.locator("script").count() == 3
    names: list[str] = page.evaluate("explorer.nodes().map(n => n.data('name'))")
    assert sorted(names) == sorted(node.label for node in hard.nodes)


@pytest.mark.parametrize("name", ["view", "hard"])
def test_cyjs_in_cytoscape_js(page: Page, name: str, request: pytest.FixtureRequest) -> None:
    script = (Path(html.__file__).parent / "vendor" / "cytoscape.min.js").read_text("utf-8")
    document = json.loads("".join(cyjs.chunks(request.getfixturevalue(name))))
    page.set_content("<div id='cy' style='width:400px;height:300px'></div>")
    page.add_script_tag(content=script)
    read: dict[str, Any] = page.evaluate(
        """(elements) => {
            const cy = cytoscape({container: document.getElementById('cy'), elements, layout: {name: 'preset'}});
            const plain = (e) => e.data();
            return {nodes: cy.nodes().map(plain), edges: cy.edges().map(plain)};
        }""",
        document["elements"],
    )
    assert read["nodes"] == [node["data"] for node in document["elements"]["nodes"]]
    assert read["edges"] == [edge["data"] for edge in document["elements"]["edges"]]
