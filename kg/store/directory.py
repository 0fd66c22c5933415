"""The folder a local graph lives in: built aside, then put in place by one atomic rename.

::

    axis.kg/
      CURRENT             name of the folder that is in force; replaced atomically
      .lock               held by the process that builds
      <revision>/         one finished graph
        oxigraph/         the triples
        *.parquet         the same content as columns
        manifest.json     inputs, versions, licences, counts, refusals

A build that fails or is killed leaves ``CURRENT`` and what it names as they were; what it left behind
is swept away by the next build.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FORMAT = 1
"""Version of the layout; a folder with a higher one was written by a newer program."""

_CURRENT, _LOCK, _MANIFEST, _ASIDE = "CURRENT", ".lock", "manifest.json", ".building-"


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
    try:
        name = (root / _CURRENT).read_text(encoding="utf-8").strip()
    except OSError:
        raise StoreError(
            f"{root} is a folder without a finished graph; make one with `kg build --store {root}`"
        ) from None
    place = Place(root, root / name)
    if not name or not place.triples.is_dir():
        raise StoreError(f"the graph in {root} is damaged; rebuild it with `kg build --store {root}`")
    _read_manifest(place.folder / _MANIFEST)
    return place


def _check_root(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise StoreError(f"{root} is a file, not a folder; name another place with --store")
    if root.is_dir() and not (root / _CURRENT).exists():
        strangers = [p.name for p in root.iterdir() if p.name != _LOCK and not p.name.startswith(_ASIDE)]
        if strangers:
            raise StoreError(
                f"{root} holds other things ({', '.join(sorted(strangers)[:3])}) and no graph; name an empty or "
                "new folder with --store"
            )


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


def _sweep(root: Path, keep: str) -> None:
    """Remove what earlier builds left behind, except the graph in force."""
    for entry in root.iterdir():
        if entry.is_dir() and entry.name != keep:
            shutil.rmtree(entry, ignore_errors=True)


def _name_in_force(root: Path) -> str:
    with contextlib.suppress(OSError):
        return (root / _CURRENT).read_text(encoding="utf-8").strip()
    return ""


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
            _sweep(root, keep=_name_in_force(root))
            aside = root / f"{_ASIDE}{os.getpid()}"
            aside.mkdir()
            try:
                yield Place(root, aside)
                text = json.dumps({"format": FORMAT, **manifest}, indent=1, ensure_ascii=False, sort_keys=True)
                (aside / _MANIFEST).write_text(text + "\n", encoding="utf-8")
                _put_in_force(root, aside, revision)
            except BaseException:
                shutil.rmtree(aside, ignore_errors=True)
                raise
    except OSError as error:
        raise StoreError(
            f"{root} cannot be written: {error.strerror or error}; name another place with --store"
        ) from error


def _put_in_force(root: Path, aside: Path, revision: str) -> None:
    old = _name_in_force(root)
    name = revision if revision != old and not (root / revision).exists() else f"{revision}-{os.getpid()}"
    aside.rename(root / name)
    pointer = root / f"{_CURRENT}.new"
    pointer.write_text(name + "\n", encoding="utf-8")
    with pointer.open("rb") as handle:
        os.fsync(handle.fileno())
    pointer.replace(root / _CURRENT)
    if old:
        shutil.rmtree(root / old, ignore_errors=True)
