"""Baseline and update files: checked, read one process a file, written out or into the state.

Each file becomes a *part*: its kept records as JSON lines, written aside and renamed when the file
is read to its end. A file that is refused leaves no part and goes into quarantine; the others go on.
A run that is killed finds its finished parts (or the notes in the state) and goes on.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import tempfile
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KgError, SourceError
from kg.model import Refusal
from kg.sources.pubmed.files import in_order, missing, verify
from kg.sources.pubmed.json_form import to_json
from kg.sources.pubmed.parse import collector_paused, parse_file
from kg.sources.pubmed.record import Deletion
from kg.sources.pubmed.selection import Selection
from kg.sources.pubmed.sightings import BULK, Sighting, bulk_stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from kg.sources.pubmed.state import State

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


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReport:
    """What became of a run: its files in order, and the numbers missing between them."""

    files: tuple[FileReport, ...]
    missing: tuple[str, ...] = field(default=())

    @property
    def quarantined(self) -> tuple[FileReport, ...]:
        """Files that were refused."""
        return tuple(report for report in self.files if report.error is not None)


def read_files(
    paths: Iterable[Path | str],
    *,
    state: State | None = None,
    jsonl: Path | str | None = None,
    selection: Selection | None = None,
    processes: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> BulkReport:
    """Read bulk files into the state, or out to a file of JSON lines, or both.

    Parameters
    ----------
    paths
        Files of NLM or of EFetch, in any order; they are taken by number.
    state
        Gets every kept record and every deletion; files it has are skipped. A record already
        known stays followed even when a newer form no longer meets the selection.
    jsonl
        Gets one JSON object a line, files by number, records in file order; appears when all is done.
    processes
        Files read at the same time; the number of processors by default.
    progress
        Called with the bytes of the files done so far and of all.

    Raises
    ------
    SourceError
        Every file was refused. Single refused files are in the report.
    """
    files = in_order(paths)
    chosen = selection or Selection()
    if state is not None and (chosen.pmids or chosen.cues):
        chosen = Selection(pmids=chosen.pmids.union(state.pmids()), cues=chosen.cues, at_least=chosen.at_least)
    reports: dict[Path, FileReport] = {}
    with _parts_folder(None if jsonl is None else Path(jsonl)) as folder:
        todo = {}
        for path in files:
            known = (
                state is not None
                and jsonl is None
                and _fingerprint(path, selection) == state.file_fingerprint(path.name)
            )
            if known:
                reports[path] = FileReport(path=path, skipped=True)
            else:
                todo[path] = folder / f"{path.name}.{_fingerprint(path, selection)}{'d' if state else ''}.part"
        total, done = sum(_size(path) for path in files), sum(_size(path) for path in reports)
        for report in _make_parts(todo, chosen, processes or os.cpu_count() or 1, dated=state is not None):
            reports[report.path] = report
            if state is not None:
                _load(state, report, todo[report.path], _fingerprint(report.path, selection))
            done += _size(report.path)
            if progress is not None:
                progress(done, total)
        ordered = tuple(reports[path] for path in files)
        if jsonl is not None:
            _join(
                [todo[report.path] for report in ordered if report.error is None], Path(jsonl), dated=state is not None
            )
    if ordered and all(report.error is not None for report in ordered):
        raise SourceError(None, None, "; ".join(str(report.error) for report in ordered))
    return BulkReport(files=ordered, missing=tuple(missing(path.name for path in files)))


def make_part(path: Path, part: Path, selection: Selection, dated: bool) -> FileReport:
    """Check and read one file into its part; never raises for what is wrong with the file.

    A part of JSON lines; when ``dated``, each begins with the DateRevised and a tab, for the state.
    """
    sidecar = part.with_suffix(".report")
    if part.is_file() and sidecar.is_file():
        return _report_of(path, json.loads(sidecar.read_text()))
    counts = {"records": 0, "kept": 0, "deletions": 0}
    refusals: list[Refusal] = []
    as_of, draft = "", part.with_suffix(".draft")
    try:
        verified = verify(path) is not None
        with draft.open("w", encoding="utf-8") as out, collector_paused():
            for record in parse_file(path):
                if isinstance(record, Refusal):
                    refusals.append(record)
                    continue
                revised = ""
                if isinstance(record, Deletion):
                    counts["deletions"] += 1
                else:
                    counts["records"] += 1
                    revised = record.revised or ""
                    as_of = max(as_of, revised)
                    if not selection.keeps(record):
                        continue
                    counts["kept"] += 1
                out.write(f"{revised}\t{_encode(to_json(record))}\n" if dated else f"{_encode(to_json(record))}\n")
    except (KgError, OSError) as error:
        draft.unlink(missing_ok=True)
        return FileReport(path=path, error=str(error), refusals=tuple(refusals))
    facts = {**counts, "as_of": as_of, "verified": verified}
    if not refusals:
        sidecar.write_text(json.dumps(facts))
    draft.replace(part)
    return _report_of(path, facts, refusals)


_work = make_part


def _report_of(path: Path, facts: dict[str, object], refusals: Iterable[Refusal] = ()) -> FileReport:
    return FileReport(path=path, refusals=tuple(refusals), **facts)  # type: ignore[arg-type]


def _make_parts(todo: dict[Path, Path], selection: Selection, processes: int, *, dated: bool) -> Iterator[FileReport]:
    if processes == 1 or len(todo) == 1:
        for path, part in todo.items():
            yield _work(path, part, selection, dated)
        return
    left = dict(todo)
    for report in _in_pool(left, selection, min(processes, len(todo)), dated=dated):
        del left[report.path]
        yield report
    for path, part in left.items():  # a process was ended from outside: find out which file did it
        found = list(_in_pool({path: part}, selection, 1, dated=dated))
        yield (
            found[0]
            if found
            else FileReport(path=path, error=f"{path}: the process that read it was ended from outside; out of memory?")
        )


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


def _load(state: State, report: FileReport, part: Path, fingerprint: str) -> None:
    """Write a part and the note that the file is done in one transaction."""
    with state.transaction():
        if report.error is None:
            state.add(_sightings(report, part))
        state.file_done(
            report.path.name,
            fingerprint,
            records=report.records,
            kept=report.kept,
            deletions=report.deletions,
            error=report.error,
        )


def _sightings(report: FileReport, part: Path) -> Iterator[tuple[str, Sighting]]:
    name = report.path.name
    with part.open(encoding="utf-8") as lines:
        for position, line in enumerate(lines, start=1):
            revised, _, text = line.partition("\t")
            record = json.loads(text)
            gone = bool(record.get("deleted"))
            yield (
                record["pmid"],
                Sighting(
                    version=record["version"],
                    channel=BULK,
                    stamp=bulk_stamp(name, position),
                    as_of=report.as_of if gone else revised,
                    revised=revised,
                    record=None if gone else record,
                ),
            )


@contextmanager
def _parts_folder(jsonl: Path | None) -> Iterator[Path]:
    """Where parts go: beside the output, kept until it stands; or a folder that is gone afterwards."""
    if jsonl is None:
        with tempfile.TemporaryDirectory(prefix="pubmed-parts-") as name:
            yield Path(name)
        return
    folder = jsonl.with_name(jsonl.name + ".parts")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError(jsonl, None, f"cannot be written: {error.strerror or error}") from error
    yield folder
    for entry in folder.iterdir():
        entry.unlink()
    folder.rmdir()


def _join(parts: Iterable[Path], out: Path, *, dated: bool) -> None:
    """Join parts to one file of JSON lines that appears whole or not at all."""
    draft = out.with_name(out.name + ".draft")
    with draft.open("wb") as target:
        for part in parts:
            with part.open("rb") as lines:
                if dated:
                    target.writelines(line.partition(b"\t")[2] for line in lines)
                else:
                    shutil.copyfileobj(lines, target, 1 << 20)
    draft.replace(out)


def _fingerprint(path: Path, selection: Selection | None) -> str:
    """Tells whether the same file was read for the same selection."""
    chosen = selection or Selection()
    try:
        status = path.stat()
        facts = f"{status.st_size} {status.st_mtime_ns}"
    except OSError:
        facts = "absent"
    wanted = f"{sorted(chosen.pmids)} {chosen.cues} {chosen.at_least}"
    return sha256(f"{facts} {wanted}".encode()).hexdigest()[:16]


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
