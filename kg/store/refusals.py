"""What a build refused: counted, the first ones at hand, and every one in a file beside the graph.

``refusals.tsv`` in the folder of a graph has the columns source, file, line, what and hint.
"""

from __future__ import annotations

import csv
import io
import tempfile
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from kg.model import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

FILE = "refusals.tsv"
FIRST = 50
"""Refusals that stand in the manifest with their text."""
_COLUMNS = ("source", "file", "line", "what", "hint")


class RefusalLog(AbstractContextManager["RefusalLog"]):
    """Refusals as they come; only the first ones are held in memory.

    Examples
    --------
    >>> with RefusalLog() as log:
    ...     log.add(Refusal(source="civic", file="a.tsv", line=7, what="no PMID", hint="add one"))
    ...     log.count, log.first
    (1, ['a.tsv:7: no PMID; add one'])
    """

    def __init__(self) -> None:
        self.count = 0
        self.first: list[str] = []
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - closed on exit
        self._rows = csv.writer(self._file, delimiter="\t", lineterminator="\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of what is on disk."""
        self._file.close()

    def add(self, refusal: Refusal) -> None:
        """Take one more."""
        r = refusal
        self.count += 1
        if len(self.first) < FIRST:
            self.first.append(str(r))
        cells = (r.source, r.file, "" if r.line is None else r.line, r.what, r.hint)
        self._rows.writerow([str(cell).replace("\t", " ").replace("\n", " ") for cell in cells])

    def extend(self, refusals: Iterable[Refusal]) -> None:
        """Take several more."""
        for refusal in refusals:
            self.add(refusal)

    def write(self, folder: Path) -> None:
        """Write all of them into the folder of a graph; no file where there is none."""
        if not self.count:
            return
        self._file.seek(0)
        with (folder / FILE).open("w", encoding="utf-8", newline="") as out:
            out.write("\t".join(_COLUMNS) + "\n")
            while text := self._file.read(io.DEFAULT_BUFFER_SIZE):
                out.write(text)
        self._file.seek(0, io.SEEK_END)


def read(folder: Path, *, without: Collection[tuple[str, str]] = ()) -> Iterator[Refusal]:
    """Read what a graph has refused, but for files that were read anew (pairs of source and name)."""
    if not (folder / FILE).is_file():
        return
    with (folder / FILE).open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            name = row["file"].replace("\\", "/").rpartition("/")[2]
            if (row["source"], name) not in without:
                line = int(row["line"]) if row["line"] else None
                yield Refusal(source=row["source"], file=row["file"], line=line, what=row["what"], hint=row["hint"])
