"""One bulk file into its part: checked, read, and written aside as JSON lines, a process a file."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import SourceError, StoreError
from kg.model import Refusal
from kg.sources.pubmed.files import verify
from kg.sources.pubmed.json_form import to_json
from kg.sources.pubmed.parse import collector_paused, parse_file
from kg.sources.pubmed.record import Deletion
from kg.sources.pubmed.unmet import entries, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from kg.sources.pubmed.selection import Selection
    from kg.sources.pubmed.unmet import Note

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file.

    Parameters
    ----------
    records, kept, deletions
        Records in the file, those the selection kept, and PMIDs of its DeleteCitation.
    as_of
        The latest DateRevised in the file (ISO): the day it speaks for.
    verified
        Whether an ``.md5`` file stood beside it (and agreed).
    error
        Why the file is in quarantine; None when it was read.
    skipped
        True when an earlier run had read it already.
    """

    path: Path
    records: int = 0
    kept: int = 0
    deletions: int = 0
    as_of: str = ""
    verified: bool = False
    refusals: tuple[Refusal, ...] = ()
    error: str | None = None
    skipped: bool = False


def make_part(
    path: Path, part: Path, selection: Selection, dated: bool, watch: Callable[[int], object] | None = None
) -> FileReport:
    """Check and read one file into its part; what is wrong with the file stands in the report.

    A part of JSON lines; when ``dated``, each begins with its number in the file and the DateRevised, for the
    state, and what a filter left out is packed in a file beside it. A part that stands already is taken as it is.

    Raises
    ------
    StoreError
        The part cannot be written.
    """
    sidecar = part.with_suffix(".report")
    try:
        if part.is_file() and sidecar.is_file():
            return _report_of(path, json.loads(sidecar.read_text()))
        return _make(path, part, sidecar, selection, dated, watch)
    except SourceError as error:
        part.with_suffix(".draft").unlink(missing_ok=True)
        return FileReport(path=path, error=str(error))
    except OSError as error:  # the parser gives SourceError for the file it reads: this one is the part
        raise StoreError(f"{part}: cannot be written: {error.strerror or error}") from error


def _make(
    path: Path, part: Path, sidecar: Path, selection: Selection, dated: bool, watch: Callable[[int], object] | None
) -> FileReport:
    verified, draft = verify(path) is not None, part.with_suffix(".draft")
    records, kept, deletions, as_of = 0, 0, 0, ""
    refusals: list[Refusal] = []
    unmet: list[Note] = []
    with draft.open("w", encoding="utf-8") as out, collector_paused():
        for number, record in enumerate(parse_file(path, watch=watch), start=1):
            revised = ""
            if isinstance(record, Refusal):
                refusals.append(record)
                continue
            if isinstance(record, Deletion):
                deletions += 1
            else:
                records += 1
                revised = record.revised or ""
                as_of = max(as_of, revised)
                if not selection.keeps(record):
                    if dated:
                        unmet += entries(record)
                    continue
                kept += 1
            text = _encode(to_json(record))
            out.write(f"{number}\t{revised}\t{text}\n" if dated else f"{text}\n")
    facts: dict[str, object] = {"records": records, "kept": kept, "deletions": deletions, "as_of": as_of}
    facts["verified"] = verified
    if unmet:
        part.with_suffix(".unmet").write_bytes(pack(unmet))
    if not refusals:
        sidecar.write_text(json.dumps(facts))
    draft.replace(part)
    return _report_of(path, facts, refusals)


_work = make_part


def _report_of(path: Path, facts: dict[str, object], refusals: Iterable[Refusal] = ()) -> FileReport:
    return FileReport(path=path, refusals=tuple(refusals), **facts)  # type: ignore[arg-type]


def make_parts(
    todo: dict[Path, Path],
    selection: Selection,
    *,
    processes: int,
    dated: bool,
    watch: Callable[[int], object] | None = None,
) -> Iterator[FileReport]:
    """Read files into their parts, several at the same time; reports come as files are done.

    Parameters
    ----------
    watch
        Called with the bytes read of the file at hand; only where files are read one after another.
    """
    if processes == 1 or len(todo) < 2:
        for path, part in todo.items():
            yield _work(path, part, selection, dated, watch)
        return
    left = dict(todo)
    for report in _in_pool(left, selection, min(processes, len(todo)), dated=dated):
        del left[report.path]
        yield report
    for path, part in left.items():  # a process was ended from outside: find out which file did it
        ended = f"{path}: the process that read it was ended from outside; out of memory?"
        yield next(_in_pool({path: part}, selection, 1, dated=dated), FileReport(path=path, error=ended))


def _in_pool(todo: dict[Path, Path], selection: Selection, processes: int, *, dated: bool) -> Iterator[FileReport]:
    """Read files in processes of their own; files whose process dies are not yielded."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        pending: set[Future[FileReport]] = {pool.submit(_work, *item, selection, dated) for item in todo.items()}
        try:
            while pending:
                finished, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    try:
                        yield future.result()
                    except BrokenProcessPool:
                        continue
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
