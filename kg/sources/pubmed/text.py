"""Text out of mixed content: plain, and with its markup kept.

NLM mixes ``b i sup sub u`` (nested), MathML and ``DispFormula`` into titles, abstracts, keywords,
affiliations and citations. Joining only ``.text`` loses what stands inside; joining with spaces
tears ``CO<sub>2</sub>`` apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import SourceError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_DEPTH = 64
"""Deepest nesting taken; real records stay under 20."""

_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_KEPT = {tag: (f"<{tag}>", f"</{tag}>") for tag in ("b", "i", "sup", "sub", "u")}


def collapse(text: str) -> str:
    r"""Strip the text and make one space of every run of white space.

    >>> collapse("  a\n b\u2009c ")
    'a b c'
    """
    # Most text needs nothing, and asking is cheaper than splitting: XML has no other ASCII white
    # space than these, and isprintable is False for every white space but U+0020.
    if text.isascii():
        messy = "\n" in text or "  " in text or "\t" in text or "\r" in text
    else:
        messy = "  " in text or not text.isprintable()
    return " ".join(text.split()) if messy else text.strip()


def clean(text: str | None) -> str | None:
    """Collapse white space; None for nothing.

    >>> clean(None) is None, clean("  "), clean(" x ")
    (True, None, 'x')
    """
    return (collapse(text) or None) if text else None


def plain(element: Element) -> str:
    """All the text inside an element, in order, without markup.

    >>> from xml.etree.ElementTree import fromstring
    >>> plain(fromstring("<t>CO<sub>2</sub> and <i>H<sub>2</sub></i>O</t>"))
    'CO2 and H2O'
    """
    text = "".join(element.itertext()) if len(element) else element.text
    if not text:
        return ""
    # collapse, without the call: these are the hottest lines of the parser
    if text.isascii():
        messy = "\n" in text or "  " in text or "\t" in text or "\r" in text
    else:
        messy = "  " in text or not text.isprintable()
    return " ".join(text.split()) if messy else text.strip()


def plain_or_none(element: Element | None) -> str | None:
    """All the text inside an element; None when there is no element or no text."""
    return None if element is None else (plain(element) or None)


def plain_and_markup(element: Element) -> tuple[str, str]:
    """Both forms of a mixed text, for the price of one where it has no markup."""
    text = plain(element)
    return text, markup(element) if len(element) else escape(text)


def markup(element: Element) -> str:
    """Text with its markup as HTML: ``b i sup sub u`` and MathML kept, everything else escaped.

    >>> from xml.etree.ElementTree import fromstring
    >>> markup(fromstring("<t>p &lt; 0.1 in CO<sub>2</sub></t>"))
    'p &lt; 0.1 in CO<sub>2</sub>'
    """
    if len(element):
        pieces: list[str] = []
        _gather(element, pieces, 0)
        return collapse("".join(pieces))
    return escape(collapse(element.text)) if element.text else ""


def escape(text: str) -> str:
    """Escape ``& < >`` for HTML.

    >>> escape("A & B")
    'A &amp; B'
    """
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _gather(element: Element, pieces: list[str], depth: int) -> None:
    """Add the inside of an element to the pieces of its markup."""
    if depth > MAX_DEPTH:
        raise SourceError(None, None, f"markup nested deeper than {MAX_DEPTH} levels", "this is not a PubMed record")
    if text := element.text:
        pieces.append(escape(text))
    for child in element:
        opening, closing = _KEPT.get(child.tag) or _tags(child)
        pieces.append(opening)
        if len(child):
            _gather(child, pieces, depth + 1)
        elif text := child.text:
            pieces.append(escape(text))
        pieces.append(closing)
        if text := child.tail:
            pieces.append(escape(text))


def _tags(element: Element) -> tuple[str, str]:
    tag = element.tag
    if tag.startswith(_MATHML):
        name = tag[len(_MATHML) :]
        attributes = "".join(
            f' {key}="{escape(value).replace(chr(34), "&quot;")}"'
            for key, value in element.items()
            if not key.startswith("{")
        )
        return f"<{name}{attributes}>", f"</{name}>"
    return "", ""
