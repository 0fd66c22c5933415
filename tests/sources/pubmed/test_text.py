"""Text out of mixed content, against the definition: all text, white space collapsed."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.sources.pubmed.text import collapse, markup, plain

WORDS = st.text(alphabet="aé <>&\n\t\u2009\xa0\u3000\u200bΩ", max_size=12)
TAGS = st.sampled_from(["b", "i", "sup", "sub", "u", "DispFormula"])
TREES = st.recursive(
    st.tuples(TAGS, WORDS, st.just(()), WORDS),
    lambda inner: st.tuples(TAGS, WORDS, st.lists(inner, max_size=3).map(tuple), WORDS),
    max_leaves=8,
)


def grow(parent: Element, tree: tuple[str, str, tuple[object, ...], str]) -> None:
    tag, text, inner, tail = tree
    element = SubElement(parent, tag)
    element.text, element.tail = text, tail
    for child in inner:
        grow(element, child)  # type: ignore[arg-type]


@settings(deadline=None, derandomize=True, max_examples=150)
@given(text=WORDS, trees=st.lists(TREES, max_size=3))
def test_plain_is_all_text_and_markup_adds_only_tags(
    text: str, trees: list[tuple[str, str, tuple[object, ...], str]]
) -> None:
    root = Element("t")
    root.text = text
    for tree in trees:
        grow(root, tree)
    again = fromstring(tostring(root))
    expected = re.sub(r"\s+", " ", "".join(again.itertext())).strip()
    assert plain(again) == expected
    bare = html.unescape(re.sub(r"</?(?:b|i|sup|sub|u)>", "", markup(again)))
    assert re.sub(r"\s+", " ", bare).strip() == expected


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(max_size=40).filter(lambda s: not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x85]", s)))
def test_collapse(text: str) -> None:
    assert collapse(text) == re.sub(r"\s+", " ", text).strip()


def test_too_deep() -> None:
    xml = "<t>" + "<i>" * 80 + "x" + "</i>" * 80 + "</t>"
    with pytest.raises(SourceError, match="deeper than 64"):
        markup(fromstring(xml))
