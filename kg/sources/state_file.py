"""The file in which a source keeps what it was told from one run to the next: one SQLite database."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from kg.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType


class StateFile:
    """A database of one version, made when absent; what is written in a transaction is written whole or not at all.

    Parameters
    ----------
    path
        The SQLite file. ``:memory:`` keeps nothing.

    Raises
    ------
    StoreError
        The file cannot be opened, is no such database, or is of another version.
    """

    OF: ClassVar[str]
    """Whose state it is, for messages."""
    VERSION: ClassVar[int]
    SCHEMA: ClassVar[str]
    """Statements that make the tables, each ended by a semicolon."""

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        try:
            if self.path != ":memory:":
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=60, isolation_level=None, check_same_thread=False)
        except (sqlite3.Error, OSError) as error:
            raise self._unreadable(error) from error
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._prepare()
        except sqlite3.Error as error:
            self.close()
            raise self._unreadable(error) from error
        except StoreError:
            self.close()
            raise

    def _unreadable(self, error: Exception) -> StoreError:
        return StoreError(f"{self.path}: cannot be opened as {self.OF} state: {error}")

    def _prepare(self) -> None:
        with self.transaction():
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in filter(str.strip, self.SCHEMA.split(";")):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {self.VERSION}")
            elif version != self.VERSION:
                raise StoreError(
                    f"{self.path}: {self.OF} state of version {version}, this program reads {self.VERSION}; move it "
                    "away and read the files again"
                )

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
