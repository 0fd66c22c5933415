"""What Europe PMC has told of papers, in one SQLite file beside the graph: of each result the latest form."""

from __future__ import annotations

import json
import sqlite3
from itertools import islice
from typing import TYPE_CHECKING, Any

from kg.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

STATE = "europepmc.sqlite"
"""Name of the state in the folder of a store."""
VERSION = 1
_BATCH = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS result
  (key TEXT PRIMARY KEY, revised TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID
"""
_UPSERT = """
INSERT INTO result VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET revised = excluded.revised, record = excluded.record
WHERE (excluded.revised, excluded.record) > (result.revised, result.record)
"""


class State:
    """Results of Europe PMC by their own key, for example ``PPR/PPR1``; the same in whatever order they came.

    Parameters
    ----------
    path
        The SQLite file; made when absent. ``:memory:`` keeps nothing.

    Examples
    --------
    >>> with State(":memory:") as state:
    ...     state.add([{"source": "PPR", "id": "PPR1", "title": "A", "dateOfRevision": "2024-01-02"},
    ...                {"source": "PPR", "id": "PPR1", "title": "B", "dateOfRevision": "2024-01-01"}])
    ...     [result["title"] for result in state.results()]
    2
    ['A']
    """

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        try:
            self._db = sqlite3.connect(self.path, timeout=60)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self.close()
            raise self._unreadable(error) from error
        except StoreError:
            self.close()
            raise

    def _unreadable(self, error: sqlite3.Error) -> StoreError:
        return StoreError(f"{self.path}: cannot be opened as the state of Europe PMC: {error}")

    def _prepare(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise StoreError(f"{self.path}: state of version {version}, this program reads {VERSION}")
        with self._db:
            self._db.execute(_SCHEMA)
            self._db.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __enter__(self) -> State:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, results: Iterable[dict[str, Any]]) -> int:
        """Add results, and count them; an older form than what is known changes nothing.

        Batches that came before an error are kept.
        """
        count, coming = 0, iter(results)
        while batch := list(islice(coming, _BATCH)):
            with self._db:
                self._db.executemany(_UPSERT, map(_row, batch))
            count += len(batch)
        return count

    def results(self) -> Iterator[dict[str, Any]]:
        """Every result, sorted by its key."""
        for (record,) in self._db.execute("SELECT record FROM result ORDER BY key"):
            yield json.loads(record)


def state_of(folder: Path) -> State:
    """Open the state of a store; made when absent."""
    return State(folder / STATE)


def _row(result: dict[str, Any]) -> tuple[str, str, str]:
    key = f"{result.get('source', '')}/{result.get('id', '')}"
    return key, str(result.get("dateOfRevision") or ""), json.dumps(result, ensure_ascii=False, sort_keys=True)
