"""Baseline and update files: checked, read one process a file, written out or into the state.

Each file becomes a *part*: its kept records as JSON lines, written aside and renamed when the file
is read to its end. A file that is refused leaves no part and goes into quarantine; the others go on.
A run that is killed finds its finished parts (or the notes in the state) and goes on. What a filter
left out of a file and turns out to be about a paper that is followed is fetched by a second reading.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import SourceError, StoreError
from kg.sources.pubmed.files import in_order, missing
from kg.sources.pubmed.parts import FileReport, make_parts
from kg.sources.pubmed.selection import Selection
from kg.sources.pubmed.sightings import BULK, Sighting, channel_of, file_stamp
from kg.sources.pubmed.unmet import read_again, without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.sources.pubmed.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReport:
    """What became of a run.

    Parameters
    ----------
    files
        The files in order.
    missing
        Numbers missing between them.
    again
        Filtered files, of this run or an earlier one, that were read once more for papers followed since.
    unread
        Such files that are no longer where they were; their names.
    """

    files: tuple[FileReport, ...]
    missing: tuple[str, ...] = field(default=())
    again: tuple[FileReport, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def quarantined(self) -> tuple[FileReport, ...]:
        """Files that were refused."""
        return tuple(report for report in (*self.files, *self.again) if report.error is not None)


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
        Gets every kept record and every deletion; files it has are skipped. A paper once kept is
        followed: all its forms, and the notices about it, are taken from every file, before or after,
        whether they meet the selection or not.
    jsonl
        Gets one JSON object a line, files by number, records in file order, as the selection keeps them;
        appears when all is done.
    processes
        Files read at the same time; the number of processors by default.
    progress
        Called with the bytes of the files done so far and of all.

    Raises
    ------
    SourceError
        Every file was refused. Single refused files are in the report.
    StoreError
        The output cannot be written.
    """
    files = in_order(paths)
    chosen = selection or Selection()
    if state is not None and chosen.filters:
        chosen = replace(chosen, followed=frozenset(state.followed()))
    reports: dict[Path, FileReport] = {}
    again: list[FileReport] = []
    unread: list[str] = []
    with _parts_folder(None if jsonl is None else Path(jsonl)) as folder:
        todo: dict[Path, Path] = {}
        for path in files:
            fingerprint = _fingerprint(path, selection)
            if state is not None and jsonl is None and fingerprint == state.file_fingerprint(path.name):
                reports[path] = FileReport(path=path, skipped=True)
            else:
                todo[path] = folder / f"{path.name}.{fingerprint}{'d' if state else ''}.part"
        count, dated, done = processes or os.cpu_count() or 1, state is not None, _Done(files, reports, progress)
        for report in make_parts(todo, chosen, processes=count, dated=dated, watch=done.inside):
            reports[report.path] = report
            if state is not None:
                _load(state, report, todo[report.path], _fingerprint(report.path, selection))
            done.file(report.path)
        ordered = tuple(reports[path] for path in files)
        if jsonl is not None:
            _join([todo[report.path] for report in ordered if report.error is None], Path(jsonl), dated=dated)
        if state is not None:
            _note_paths(state, reports.values())
            again, unread = _second_reading(state, folder, processes=count, progress=progress)
    if ordered and all(report.error is not None for report in ordered):
        raise SourceError(None, None, "; ".join(str(report.error) for report in ordered))
    return BulkReport(
        files=ordered,
        missing=tuple(missing(path.name for path in files)),
        again=tuple(again),
        unread=tuple(unread),
    )


def _second_reading(
    state: State, folder: Path, *, processes: int, progress: Callable[[int, int | None], None] | None
) -> tuple[list[FileReport], list[str]]:
    """Read filtered files once more for what they hold about papers that are followed by now."""
    wanted = {file.path: (file, pmids) for file, pmids in read_again(state)}
    unread = [file.name for path, (file, _) in wanted.items() if not path.is_file()]
    todo = {path: folder / f"{path.name}.again.part" for path in wanted if path.is_file()}
    reports = []
    done = _Done(todo, (), progress)
    pmids = frozenset[str]().union(*(found for _, found in wanted.values()))
    for report in make_parts(todo, Selection(pmids=pmids), processes=processes, dated=True, watch=done.inside):
        reports.append(report)
        file, _ = wanted[report.path]
        if report.error is None:
            with state.transaction():
                state.add(_sightings(report, todo[report.path]))
                state.set_unmet(file.name, without(file.unmet, pmids))
        done.file(report.path)
    return sorted(reports, key=lambda report: report.path.name), unread


def _note_paths(state: State, reports: Iterable[FileReport]) -> None:
    """Note where files that were read before are now."""
    with state.transaction():
        for report in reports:
            if report.skipped:
                state.set_path(report.path.name, str(report.path.resolve()))


class _Done:
    """Counts bytes of files for a progress bar."""

    def __init__(
        self, files: Iterable[Path], before: Iterable[Path], progress: Callable[[int, int | None], None] | None
    ) -> None:
        self._total, self._done = sum(map(_size, files)), sum(map(_size, before))
        self._progress = progress

    def inside(self, position: int) -> None:
        """Tell how far the file at hand is."""
        if self._progress is not None:
            self._progress(self._done + position, self._total)

    def file(self, path: Path) -> None:
        """Tell that a file is done."""
        self._done += _size(path)
        self.inside(0)


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
            path=str(report.path.resolve()),
            as_of=report.as_of,
            unmet=_unmet(part),
        )


def _unmet(part: Path) -> bytes | None:
    beside = part.with_suffix(".unmet")
    return beside.read_bytes() if beside.is_file() else None


def _sightings(report: FileReport, part: Path) -> Iterator[tuple[str, Sighting]]:
    name, channel = report.path.name, channel_of(report.path.name)
    with part.open(encoding="utf-8") as lines:
        for line in lines:
            number, revised, text = line.split("\t", 2)
            record = json.loads(text)
            gone = bool(record.get("deleted"))
            yield (
                record["pmid"],
                Sighting(
                    version=record["version"],
                    channel=channel,
                    stamp=file_stamp(name, int(number), None if gone else record, text),
                    as_of=report.as_of if gone or channel == BULK else revised,
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
        raise StoreError(f"{jsonl}: cannot be written: {error.strerror or error}") from error
    yield folder
    for entry in folder.iterdir():
        entry.unlink()
    folder.rmdir()


def _join(parts: Iterable[Path], out: Path, *, dated: bool) -> None:
    """Join parts to one file of JSON lines that appears whole or not at all."""
    parts = list(parts)
    try:
        if len(parts) == 1 and not dated:
            parts[0].replace(out)
            return
        draft = out.with_name(out.name + ".draft")
        with draft.open("wb") as target:
            for part in parts:
                with part.open("rb") as lines:
                    if dated:
                        target.writelines(line.split(b"\t", 2)[2] for line in lines)
                    else:
                        shutil.copyfileobj(lines, target, 1 << 20)
        draft.replace(out)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written: {error.strerror or error}") from error


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
