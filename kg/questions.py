"""The named queries: one ``.rq`` file a question, with its title, parameters and columns in its first lines.

A parameter stands in the query as ``VALUES ?name { UNDEF }``, so that every file is valid SPARQL as it is;
a value takes the place of ``UNDEF``. There are three kinds: ``entity``, one entity by any of its names; ``names``,
one entity too, of which the query gets all names, to look for them in texts; ``text``, as it is.

A site written with an entity (``IL-8@extracellular``) goes into ``VALUES ?name_at { UNDEF }``. A query that has no
such line takes no site.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg import resources, vocabulary
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from kg.grounding import Grounded, NameIndex

_HEAD = re.compile(r"^#\s*(title|question|parameters|columns)\s*:\s*(.*)$")
_PARAMETER = re.compile(r"(\w+)\s*\((\w+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A named query.

    Parameters
    ----------
    parameters
        Pairs of name and kind (``entity``, ``names`` or ``text``).
    columns
        What each row of the answer holds.
    """

    name: str
    title: str
    question: str
    parameters: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    text: str

    def bind(self, values: Mapping[str, str], names: Callable[[], NameIndex]) -> str:
        """The SPARQL text with its parameters filled in.

        Parameters
        ----------
        values
            By parameter name; for an entity any of its names, with an optional ``@site``.
        names
            Gives the names of the graph; called only when a parameter is an entity.

        Raises
        ------
        UsageError
            A parameter is missing or unknown, or has a site where the query takes none.
        """
        known = dict(self.parameters)
        if unknown := sorted(values.keys() - known.keys()):
            listed = ", ".join(known) or "none"
            raise UsageError(f"query {self.name} has no parameter {unknown[0]!r}; it has: {listed}")
        text = self.text
        for name, kind in self.parameters:
            if name not in values:
                raise UsageError(f"query {self.name} needs --param {name}=... ({kind})")
            if kind == "text":
                text = self._filled(text, name, [_literal(values[name])])
                continue
            found = names().resolve(values[name])
            entity = found.entity.id
            terms = map(_literal, names().names_of(entity)) if kind == "names" else [f"<{vocabulary.expand(entity)}>"]
            text = self._at_site(self._filled(text, name, terms), name, found)
        return text

    def given(self, name: str, curie: str) -> Question:
        """The question with one of its parameters filled in, by something that has a CURIE and is no entity."""
        left = tuple(parameter for parameter in self.parameters if parameter[0] != name)
        text = self._filled(self.text, name, [f"<{vocabulary.expand(curie)}>"])
        return replace(self, parameters=left, text=text)

    def _filled(self, text: str, name: str, terms: Iterable[str]) -> str:
        line = f"VALUES ?{name} {{ {' '.join(terms)} }}"
        filled, count = _place(name).subn(lambda _: line, text)
        if count == 0:
            raise UsageError(f"query {self.name} has nowhere to put {name}: write VALUES ?{name} {{ UNDEF }} in it")
        return filled

    def _at_site(self, text: str, name: str, found: Grounded) -> str:
        if found.within:
            written = f"{found.entity.label}@{found.site}"
            raise UsageError(f"query {self.name} takes a site, but not one vesicle: write {name}={written}")
        # A line of VALUES with nothing but UNDEF would cost a join.
        line = f"VALUES ?{name}_at {{ <{vocabulary.site_iri(found.site)}> }}" if found.site else ""
        filled, count = _place(f"{name}_at").subn(line, text)
        if found.site and count == 0:
            raise UsageError(f"query {self.name} takes no site: write {name}={found.entity.label}")
        return filled


def _place(name: str) -> re.Pattern[str]:
    return re.compile(rf"VALUES\s+\?{name}\s*\{{\s*UNDEF\s*\}}", re.IGNORECASE)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def parse(name: str, text: str) -> Question:
    r"""Read a query with its first comment lines.

    >>> q = parse("x", "# title: T\n# parameters: entity (entity)\n# columns: a, b\nSELECT ?a ?b {}")
    >>> q.parameters, q.columns
    ((('entity', 'entity'),), ('a', 'b'))
    """
    head = {m.group(1): m.group(2).strip() for line in text.splitlines() if (m := _HEAD.match(line))}
    return Question(
        name=name,
        title=head.get("title", name),
        question=head.get("question", ""),
        parameters=tuple(_PARAMETER.findall(head.get("parameters", ""))),
        columns=tuple(c.strip() for c in head.get("columns", "").split(",") if c.strip()),
        text=text,
    )


def of_file(file: Path) -> Question:
    """Read a query of a user's own.

    Raises
    ------
    UsageError
        There is no such file, or it is no text.
    """
    try:
        return parse(file.stem, file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(f"there is no file {file}; named queries are written without .rq") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read as a query: {error}") from None


def _files() -> dict[str, Path]:
    return {file.stem: file for file in sorted(resources.queries().glob("*.rq"))}


def names() -> tuple[str, ...]:
    """Names of the shipped queries, sorted.

    >>> "receptors_of_il8" in names()
    True
    """
    return tuple(_files())


def load(name: str) -> Question:
    """Load a shipped query by name.

    Raises
    ------
    UsageError
        There is none of that name; the message names the nearest.
    """
    files = _files()
    if name not in files:
        near = difflib.get_close_matches(name, files, n=3) or list(files)
        raise UsageError(f"no query is called {name!r}; there are: {', '.join(near)}")
    return parse(name, files[name].read_text(encoding="utf-8"))
