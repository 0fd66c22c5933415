"""Lines of a BEL script and the scopes they set.

An annotation lives as long as the scope it was set in: the document, a statement group, or a citation. It ends with
that scope and never leaks into the next: what was set inside ``SET STATEMENT_GROUP`` is gone after
``UNSET STATEMENT_GROUP`` or the next group, and a new citation ends the evidence and the annotations set under the one
before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.sources.files import read_lines
from kg.sources.tables import without_control_characters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST: Final = 400
"""Lines one quoted text may have; an unclosed quotation mark must not swallow the file."""

_COMMAND: Final = re.compile(r"(?:SET|UNSET|DEFINE)\s")
_SET: Final = re.compile(r'SET\s+(?:DOCUMENT\s+)?"?([\w ]+?)"?\s*=\s*(.*)', re.DOTALL)
_SET_OF: Final = re.compile(r'SET\s+"?(\w+)')
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_DEFINE: Final = re.compile(r"DEFINE\s+(NAMESPACE|ANNOTATION)\s+(\S+)\s+AS\s+(URL|PATTERN|LIST)\b")


class Line(NamedTuple):
    """A logical line: where it starts, its text, and what is wrong with it (empty when nothing is)."""

    number: int
    text: str
    fault: str = ""


def logical_lines(path: str | Path) -> Iterator[Line]:
    r"""Join the lines of quoted texts and of continuations (a backslash at the end); drop comments.

    Control characters, which texts copied from a PDF may have, are left out.

    A command that starts inside a quoted text means that its quotation mark is missing: the text is given with a
    fault, and the command stands.
    """
    held: list[str] = []
    start = 0
    for number, text in enumerate(read_lines(path), 1):
        if held and (_COMMAND.match(text) or len(held) > LONGEST):
            yield Line(start, " ".join(held), "a quotation mark that is never closed")
            held = []
        if not held:
            if not text.strip() or text.lstrip().startswith("#"):
                continue
            start = number
        open_ended = text.endswith("\\")
        held.append(without_control_characters(text.rstrip("\\")).strip())
        joined = " ".join(held)
        if not open_ended and (_quotes(joined) % 2 == 0 or not _COMMAND.match(joined)):
            yield Line(start, joined)
            held = []
    if held:
        yield Line(start, " ".join(held), "a quotation mark that is never closed")


def _quotes(text: str) -> int:
    return text.count('"') - text.count('\\"')


@dataclass(frozen=True, slots=True)
class Scope:
    """What holds for the statements at a place: citation, evidence, annotations."""

    citation: tuple[str, ...] = ()
    evidence: str = ""
    annotations: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outside: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Annotations that were set before any citation of this scope: a new citation keeps them."""


class Scopes:
    """The scope of the document and, inside a statement group, that of the group."""

    def __init__(self) -> None:
        self.document: dict[str, str] = {}
        self.namespaces: set[str] = set()
        self.annotations: set[str] = set()
        self.group = ""
        self.now = Scope()
        self._outer: Scope | None = None

    def command(self, text: str) -> str:
        """Carry out a SET, UNSET or DEFINE; say what is wrong, or nothing."""
        if text.startswith("DEFINE"):
            return self._define(text)
        if text.startswith("UNSET"):
            return self._unset(text[5:].strip())
        matched = _SET.fullmatch(text)
        if matched is None:
            return "a SET that cannot be read"
        key, value = matched[1], _values(matched[2])
        if re.match(r"SET\s+DOCUMENT\s", text):
            self.document[key] = ", ".join(value)
            return ""
        return self._set(key, value)

    def forget(self, text: str) -> None:
        """Let what a SET that cannot be read would have replaced hold no longer: it is not what the script means."""
        matched = _SET_OF.match(text)
        if matched is not None:
            self._unset(matched[1])

    def _define(self, text: str) -> str:
        matched = _DEFINE.match(text)
        if matched is None:
            return "a DEFINE that cannot be read"
        (self.namespaces if matched[1] == "NAMESPACE" else self.annotations).add(matched[2])
        return ""

    def _set(self, key: str, value: tuple[str, ...]) -> str:
        if key.casefold() in ("statement_group", "statementgroup"):
            self._leave_group()
            self._outer, self.group = self.now, " ".join(value)
            self.now = replace(self.now, outside=dict(self.now.annotations), annotations=dict(self.now.annotations))
        elif key == "Citation":
            self.now = Scope(value, "", dict(self.now.outside), self.now.outside)
        elif key in ("Evidence", "SupportingText", "Support"):
            self.now = replace(self.now, evidence=" ".join(" ".join(value).split()))
        elif key in self.annotations:
            kept = {**self.now.annotations, key: value}
            outside = self.now.outside if self.now.citation else {**self.now.outside, key: value}
            self.now = replace(self.now, annotations=kept, outside=outside)
        else:
            return f"annotation {key!r} is not defined"
        return ""

    def _leave_group(self) -> None:
        if self._outer is not None:
            self.now, self._outer, self.group = self._outer, None, ""

    def _unset(self, what: str) -> str:
        keys = [key.strip(' "') for key in what.strip("{}").split(",")]
        for key in keys:
            if key.casefold() in ("statement_group", "statementgroup"):
                self._leave_group()
            elif key == "ALL":
                self.now = Scope()
            elif key == "Citation":
                self.now = Scope((), "", dict(self.now.outside), self.now.outside)
            elif key in ("Evidence", "SupportingText", "Support"):
                self.now = replace(self.now, evidence="")
            else:
                self.now = replace(
                    self.now, annotations=_without(self.now.annotations, key), outside=_without(self.now.outside, key)
                )
        return ""


def _without(annotations: dict[str, tuple[str, ...]], key: str) -> dict[str, tuple[str, ...]]:
    return {k: v for k, v in annotations.items() if k != key}


def _values(text: str) -> tuple[str, ...]:
    found = tuple(value.replace('\\"', '"') for value in _QUOTED.findall(text))
    return found or tuple(part.strip() for part in text.strip("{} ").split(",") if part.strip())
