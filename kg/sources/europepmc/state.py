"""What Europe PMC has told of papers, in one SQLite file beside the graph: of each result the latest form."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from kg.sources.state_file import StateFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

STATE = "europepmc.sqlite"
"""Name of the state in the folder of a store."""
_BATCH = 500
_UPSERT = """
INSERT INTO result VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET revised = excluded.revised, record = excluded.record
WHERE (excluded.revised, excluded.record) > (result.revised, result.record)
"""


class State(StateFile):
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

    OF = "Europe PMC"
    VERSION = 1
    SCHEMA = """
        CREATE TABLE result (key TEXT PRIMARY KEY, revised TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
    """

    def add(self, results: Iterable[dict[str, Any]]) -> int:
        """Add results, and count them; an older form than what is known changes nothing.

        Batches that came before an error are kept.
        """
        count, coming = 0, iter(results)
        while batch := list(islice(coming, _BATCH)):
            with self.transaction():
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
