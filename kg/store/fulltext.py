"""Full text of a graph: titles, keywords, names of entities and support sentences, in an FTS5 index of SQLite.

One file, ``fulltext.sqlite``, stands beside the triples; it is made by the same build and made again where it is
absent, stale or damaged. No abstract is in it. What is indexed is folded as names are (`kg.name_keys`): letters
and digits apart, Greek letters by name, British spelling as American, word forms by their stem, so that "IL-8"
finds "IL8", and "tumour exosomes" finds "tumor exosome".
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import QueryError, StoreError, UsageError
from kg.further_names import OfficialTerm, official_terms, shipped_spellings, typed_names
from kg.name_keys import tolerant_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kg.store.content import Content

NAME = "fulltext.sqlite"
KINDS = ("entity", "publication", "relation")
"""What a hit may be; of a relation its support sentences are searched."""

_PART = re.compile(r"[^\W\d_\u0370-\u03ffß]+|\d+|[\u0370-\u03ffß]")
_PIECE = re.compile(r'"([^"]*)"(\*?)|([^\s"]+)')
_BREAK = " ǁ "
"""A letter of no language here, between names: no phrase runs from one into the next."""
_OPERATORS = ("AND", "OR", "NOT")
_TABLES = """
CREATE TABLE about (revision TEXT NOT NULL);
CREATE VIRTUAL TABLE texts USING fts5
  (id UNINDEXED, kind UNINDEXED, text UNINDEXED, names UNINDEXED, head, body, tokenize = 'porter unicode61');
"""
_SELECT = """
SELECT id, kind, text, -bm25(texts, 0, 0, 0, 0, 4.0, 1.0) AS score FROM texts
WHERE texts MATCH ? AND kind IN ({marks}) ORDER BY instr(names, ?) > 0 DESC, score DESC, id, text LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found.

    Parameters
    ----------
    id
        CURIE of the entity, publication or relation.
    kind
        One of `KINDS`.
    text
        Label of an entity, title of a publication, support sentence of a relation.
    score
        The higher the better (BM25; a match in a label or title counts four times one in synonyms or keywords).
        An entity whose name is just what was searched for stands before all others, whatever its score.
    """

    id: str
    kind: str
    text: str
    score: float


def _folded(text: str) -> str:
    """The words as they are indexed.

    >>> _folded("TGF-β1 of tumour cells; IL8")
    'tgf beta 1 of tumor cells il 8'
    """
    parts = _PART.findall(unicodedata.normalize("NFKC", text))
    return " ".join(key for part in parts if (key := tolerant_key(part)))


def _rows(content: Content) -> Iterator[tuple[str, str, str, str, str, str]]:
    official, spelled = official_terms(), defaultdict[str, list[str]](list)
    for spelling in (*shipped_spellings(), *typed_names()):
        spelled[spelling.target].append(spelling.name)
    for e in content.entities:
        every = (*e.synonyms, *spelled.get(e.id, ()), *official.get(e.id, OfficialTerm()).names)
        names = list(dict.fromkeys(map(_folded, every)))
        label = _folded(e.label)
        yield e.id, "entity", e.label, f"|{'|'.join((label, *names))}|", label, _BREAK.join(names)
    for p in content.publications:
        yield p.id, "publication", p.title, "", _folded(p.title), _BREAK.join(map(_folded, p.keywords))
    sentences = {(s.relation.id, s.evidence.support) for s in content.statements if s.evidence.support}
    for relation, support in sorted(sentences):
        yield relation, "relation", support, "", _folded(support), ""


def _fill(connection: sqlite3.Connection, content: Content, revision: str) -> None:
    connection.executescript(_TABLES)
    connection.execute("INSERT INTO about VALUES (?)", (revision,))
    connection.executemany("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?)", _rows(content))
    connection.commit()


def write(content: Content, folder: Path, revision: str) -> None:
    """Write the index of a graph into its folder, in place of one that is there.

    Raises
    ------
    StoreError
        The file cannot be written, or this Python has an SQLite without FTS5.
    """
    aside = folder / f".{NAME}-{os.getpid()}"  # readers beside us never see half an index
    aside.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(aside)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            _fill(connection, content, revision)
        aside.replace(folder / NAME)
    except sqlite3.Error as error:
        aside.unlink(missing_ok=True)
        raise StoreError(f"the full-text index in {folder} cannot be written: {error}") from error


def _opened(folder: Path, revision: str) -> sqlite3.Connection | None:
    """The index, opened for reading; None where it is absent, stale or damaged."""
    file = folder / NAME
    if not file.is_file():
        return None
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        if connection.execute("SELECT revision FROM about").fetchall() == [(revision,)]:
            return connection
    except sqlite3.Error:
        pass
    connection.close()
    return None


def _ready(folder: Path, revision: str, content: Callable[[], Content]) -> sqlite3.Connection:
    """The index, made again where it is not there: in its folder or, where that may not be written, in memory."""
    connection = _opened(folder, revision)
    if connection is None:
        whole = content()
        with contextlib.suppress(StoreError, OSError):
            write(whole, folder, revision)
            connection = _opened(folder, revision)
        if connection is None:
            connection = sqlite3.connect(":memory:")
            _fill(connection, whole, revision)
    return connection


def search(
    text: str,
    *,
    folder: Path,
    revision: str,
    content: Callable[[], Content],
    limit: int = 20,
    kinds: Sequence[str] = (),
) -> list[Hit]:
    """Search the index of a graph.

    Parameters
    ----------
    text
        Words, all of which must be there; ``"a phrase"``; ``begin*``; ``AND``, ``OR`` and ``NOT`` in capitals.
    folder, revision
        Of the graph.
    content
        Gives the content of the graph where the index must be made again.
    limit
        How many hits at most, the best first.
    kinds
        Of `KINDS`; without any, all.

    Raises
    ------
    UsageError
        There is no word in the text, it cannot be read, or an option has no such value.
    QueryError
        The index refuses it.
    """
    if unknown := sorted(set(kinds) - {*KINDS}):
        raise UsageError(f"there is no kind {unknown[0]!r}; use: {', '.join(KINDS)}")
    if limit < 1:
        raise UsageError(f"the limit is {limit}: write a number from 1")
    words, wanted = expression(text), tuple(kinds) or KINDS
    statement = _SELECT.format(marks=", ".join("?" * len(wanted)))
    try:
        with contextlib.closing(_ready(folder, revision, content)) as connection:
            return [
                Hit(id_, kind, shown, round(score, 4))
                for id_, kind, shown, score in connection.execute(
                    statement, (words, *wanted, f"|{_folded(text)}|", limit)
                )
            ]
    except sqlite3.Error as error:
        raise QueryError(f"the full-text index refuses {text!r}: {error}") from error


def expression(text: str) -> str:
    """What a person types as an expression of FTS5, every word in quotation marks.

    Raises
    ------
    UsageError
        There is no word in it, a quotation mark is not closed, or an operator has nothing to stand between.

    Examples
    --------
    >>> expression('IL-8 exo* OR "marrow stroma"')
    '"il 8" AND "exo" * OR "marrow stroma"'
    >>> expression("NOT exosomes")
    Traceback (most recent call last):
    kg.errors.UsageError: cannot search for 'NOT exosomes': NOT must stand between two words
    """
    if text.count('"') % 2:
        raise UsageError(f"cannot search for {text!r}: a quotation mark is not closed")
    parts: list[str] = []
    for phrase, star, word in _PIECE.findall(text):
        if word in _OPERATORS:
            if not parts or parts[-1] in _OPERATORS:
                raise UsageError(f"cannot search for {text!r}: {word} must stand between two words")
            parts.append(word)
        elif folded := _folded(phrase or word):
            if parts and parts[-1] not in _OPERATORS:
                parts.append("AND")
            parts.append(f'"{folded}" *' if star or word.endswith("*") else f'"{folded}"')
    if not parts:
        raise UsageError(f"cannot search for {text!r}: there is no word in it")
    if parts[-1] in _OPERATORS:
        raise UsageError(f"cannot search for {text!r}: {parts[-1]} must stand between two words")
    return " ".join(parts)
