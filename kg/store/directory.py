"""The folder a local graph lives in: built aside, then put in place by one atomic rename.

::

    axis.kg/
      CURRENT             name of the folder that is in force; replaced atomically
      .lock               held by the process that builds
      <revision>/         one finished graph
        oxigraph/         the triples
        *.parquet         the same content as columns
        fulltext.sqlite   index of titles, keywords, names and support sentences
        manifest.json     inputs, versions, licences, counts, refusals
        .reader           held (shared) by every process that reads

A build that fails or is killed leaves ``CURRENT`` and what it names as they were; what it left behind
is swept away by the next build. A graph that is replaced while others read it stays until they let go.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import IO

FORMAT = 1
"""Version of the layout; a folder with a higher one was written by a newer program."""

_CURRENT, _LOCK, _MANIFEST, _ASIDE, _READER = "CURRENT", ".lock", "manifest.json", ".building-", ".reader"
_GRAPH = re.compile(r"[0-9a-f]{16}(-\d+)?")
"""Names of finished graphs: nothing else in a store folder is ever named by ``CURRENT``, or removed."""
_BUILDS = itertools.count()
_REQUIRED = {
    "revision": str,
    "version": str,
    "profile": str,
    "profile_toml": str,
    "title": str,
    "inputs": list,
    "sources": dict,
    "counts": dict,
    "refusals": list,
}


@dataclass(frozen=True, slots=True)
class Place:
    """One finished graph inside a store folder."""

    root: Path
    folder: Path

    @property
    def triples(self) -> Path:
        """Folder of the Oxigraph store."""
        return self.folder / "oxigraph"

    @property
    def manifest(self) -> dict[str, Any]:
        """What was read to make this graph."""
        return _read_manifest(self.folder / _MANIFEST)


def _read_manifest(file: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{file} cannot be read ({error}); rebuild the graph with `kg build`") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise StoreError(f"{file} is not a manifest of a graph; rebuild the graph with `kg build`")
    if manifest["format"] > FORMAT:
        raise StoreError(
            f"{file.parent.parent} was written by a newer version (format {manifest['format']}, this one reads "
            f"{FORMAT}); upgrade exil8, or rebuild the graph with `kg build`"
        )
    if lacking := sorted(key for key, kind in _REQUIRED.items() if not isinstance(manifest.get(key), kind)):
        raise StoreError(f"{file} is damaged (no {', '.join(lacking)}); rebuild the graph with `kg build`")
    return manifest


def current(root: Path) -> Place:
    """Find the finished graph of a store folder.

    Raises
    ------
    StoreError
        There is no graph, the path is a file or some other folder, or it is of a newer version.
    """
    if not root.exists():
        raise StoreError(f"there is no graph at {root}; make one with `kg build --store {root}`")
    if not root.is_dir():
        raise StoreError(f"{root} is a file, not the folder of a graph; name another with --store")
    place = _finished(root)
    if place is None:  # a build may have replaced the graph between two looks at it
        place = _finished(root)
    if place is None:
        raise StoreError(f"the graph in {root} is damaged; rebuild it with `kg build --store {root}`")
    _read_manifest(place.folder / _MANIFEST)
    return place


def _finished(root: Path) -> Place | None:
    if not (root / _CURRENT).is_file():
        raise StoreError(f"{root} is a folder without a finished graph; make one with `kg build --store {root}`")
    place = Place(root, root / (_name_in_force(root) or "-"))
    return place if place.triples.is_dir() else None


def opened(root: Path) -> tuple[Place, IO[bytes] | None]:
    """Find the graph in force, and keep it from being removed by a build until the file beside it is closed.

    Returns
    -------
    tuple
        The graph, and the open file that holds it; None where it cannot be held (it was copied without its
        lock file, or the file system has no locks).

    Raises
    ------
    StoreError
        As `current`.
    """
    for _ in range(3):
        place = current(root)
        reader = _hold(place)
        if reader is not None:
            return place, reader
    return place, None


def _hold(place: Place) -> IO[bytes] | None:
    try:
        reader = (place.folder / _READER).open("rb")
    except OSError:
        return None
    try:
        fcntl.flock(reader, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if place.triples.is_dir():
            return reader
    except OSError:
        pass
    reader.close()
    return None


def _check_root(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise StoreError(f"{root} is a file, not a folder; name another place with --store")
    if root.is_dir() and not _name_in_force(root):
        strangers = [p.name for p in root.iterdir() if not _ours(p.name)]
        if strangers:
            raise StoreError(
                f"{root} holds other things ({', '.join(sorted(strangers)[:3])}) and no graph; name an empty or "
                "new folder with --store"
            )


def _ours(name: str) -> bool:
    return name.startswith((_LOCK, _CURRENT, _ASIDE, "pubmed.sqlite")) or _GRAPH.fullmatch(name) is not None


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    with (root / _LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise StoreError(
                f"{root} is locked: another build (process {holder}) is writing it; wait for it, or stop it"
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.seek(0)
            lock.truncate()


def _sweep_aside(root: Path) -> None:
    """Remove what builds that were killed had begun."""
    for entry in root.glob(f"{_ASIDE}*"):
        shutil.rmtree(entry, ignore_errors=True)


def _sweep_replaced(root: Path, keep: str) -> None:
    """Remove finished graphs that are not in force, except those that someone reads."""
    for entry in root.iterdir():
        if entry.name != keep and _GRAPH.fullmatch(entry.name):
            _remove(entry)


def _remove(folder: Path) -> None:
    """Remove a graph, unless someone reads it."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(FileNotFoundError):
            reader = stack.enter_context((folder / _READER).open("rb"))
            try:
                fcntl.flock(reader, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return  # the next build does it
        shutil.rmtree(folder, ignore_errors=True)


def _name_in_force(root: Path) -> str:
    """What ``CURRENT`` names; empty where it is absent or names nothing that a build makes."""
    try:
        name = (root / _CURRENT).read_bytes()[:80].decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if _GRAPH.fullmatch(name) else ""


@contextlib.contextmanager
def building(root: Path, revision: str, manifest: Mapping[str, Any]) -> Iterator[Place]:
    """Give a new folder to fill; when the block ends without an error, put it in force atomically.

    Parameters
    ----------
    root
        Folder of the store; made when absent.
    revision
        Name of the new graph, made from its content.
    manifest
        Written beside it; it may still grow until the block ends.

    Raises
    ------
    StoreError
        The folder cannot be written, is locked by another build, or holds something else.
    """
    _check_root(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _locked(root):
            _sweep_aside(root)
            # Oxigraph may still hold the place of a build that failed in this process: never the same name twice.
            aside = root / f"{_ASIDE}{os.getpid()}-{next(_BUILDS)}"
            aside.mkdir()
            try:
                yield Place(root, aside)
                text = json.dumps({"format": FORMAT, **manifest}, indent=1, ensure_ascii=False, sort_keys=True)
                (aside / _MANIFEST).write_text(text + "\n", encoding="utf-8")
                (aside / _READER).touch()
                _put_in_force(root, aside, revision)
            except BaseException:
                shutil.rmtree(aside, ignore_errors=True)
                raise
    except OSError as error:
        raise StoreError(
            f"{root} cannot be written: {error.strerror or error}; name another place with --store"
        ) from error


def _put_in_force(root: Path, aside: Path, revision: str) -> None:
    numbered = (f"{revision}-{number}" for number in itertools.count(2))
    name = next(name for name in itertools.chain([revision], numbered) if not (root / name).exists())
    aside.rename(root / name)
    pointer = root / f"{_CURRENT}.new"
    with pointer.open("w", encoding="utf-8") as handle:
        handle.write(name + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    pointer.replace(root / _CURRENT)
    _sweep_replaced(root, keep=name)
