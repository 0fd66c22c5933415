"""The ready PubMed queries of a profile: one TOML table a query."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from kg.errors import SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedQuery:
    """A named query in PubMed's language."""

    name: str
    title: str
    query: str


def read_queries(path: Path | str) -> tuple[SavedQuery, ...]:
    """Read the queries of a file.

    Raises
    ------
    SourceError
        The file is missing, is not TOML, or a table has no ``query``.

    Examples
    --------
    >>> folder = Path(__file__).parents[2] / "axes" / "cml_il8"
    >>> [q.name for q in read_queries(folder / "pubmed_queries.toml")][:2]
    ['cml_vesicles', 'cml_il8']
    """
    file = Path(path)
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(file, None, f"cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(file, None, f"not TOML: {error}") from error
    return tuple(_query(file, name, table) for name, table in tables.items())


def _query(file: Path, name: str, table: object) -> SavedQuery:
    query = table.get("query") if isinstance(table, dict) else None
    if not isinstance(query, str) or not query.strip():
        raise SourceError(file, None, f"[{name}] has no query", "write query = '...' in PubMed's language")
    title = table.get("title", name) if isinstance(table, dict) else name
    return SavedQuery(name=name, title=str(title), query=" ".join(query.split()))
