"""From sources to a stored graph: read, check, join, believe, write aside, put in force.

A build names every input with version, licence, SHA-256 and counts in its manifest, and lists what it
refused. The old graph stays in force until the new one is whole.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kg import contradictions, gathering, joining, mentions, profile, resources, sources
from kg._version import __version__
from kg.errors import StoreError
from kg.model import SourceInfo
from kg.sources import curated
from kg.store import local, rdf_reading, refusals, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from kg.store.content import Content
    from kg.store.local import LocalStore

    Progress = Callable[[str, int], None]

_COLLECTION = (100_000, 20, 50)
"""Thresholds of Python's collector while a graph is built: it stays on, for the libraries that need it."""


def _revision(content: Content, profile_: profile.Profile) -> str:
    """Name of a graph, made from all that its triples are made from."""
    total = hashlib.sha256(f"{__version__}\x1f{profile_.name}\x1f{profile_.text}".encode())
    folder = resources.ontologies()
    for file in (*sorted(folder.glob("*.*")), *sorted((folder / "slices").glob("*.ttl"))):
        total.update(file.read_bytes())
    for part in (content.sites, content.entities, content.publications, content.statements, content.sources):
        for item in part:
            total.update(repr(item).encode())
    return total.hexdigest()[:16]


def _manifest(gathered: gathering.Gathered, content: Content, profile_: profile.Profile) -> dict[str, Any]:
    inputs = sorted(gathered.inputs, key=lambda i: (i.source, i.name))
    return {
        "version": __version__,
        "revision": _revision(content, profile_),
        "profile": profile_.name,
        "open_only": gathered.open_only,
        "title": profile_.title,
        "profile_folder": "" if profile_.folder == resources.axes() / profile_.name else str(profile_.folder),
        "profile_toml": profile_.text,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "inputs": [asdict(i) for i in inputs],
        "sources": {name: asdict(info) for name, info in sorted(gathered.infos.items())},
        "counts": {
            "entities": len(content.entities),
            "relations": len(content.relations),
            "evidence": len(content.statements),
            "publications": len(content.publications),
            "live_relations": len(content.live),
            "refused": gathered.refusals.count,
        },
        "refusals": gathered.refusals.first,
    }


def build(
    root: Path,
    profile_: profile.Profile,
    *,
    inputs: Sequence[tuple[str, Path]] | None = None,
    versions: Mapping[str, str] | None = None,
    open_only: bool = False,
    validate: bool = False,
    progress: Progress | None = None,
) -> LocalStore:
    """Build a graph from a profile's default sources, or from the named ones, and put it in force.

    What a source keeps in a state of its own in the folder (PubMed: retractions, for one) goes in as well.

    Parameters
    ----------
    root
        Folder of the store.
    profile_
        What the graph is about.
    inputs
        Pairs of source name and path; without them, the sources the profile names.
    versions
        Version of the data by source name, where the source itself does not know it.
    open_only
        Leave out rows whose licence is not open; they are counted as refused.
    validate
        Check the new graph against its SHACL shapes before it is put in force.
    progress
        Called with the name of the source and the records read so far.

    Raises
    ------
    SourceError
        An input is not what it should be; nothing is changed.
    StoreError
        The folder cannot be written, is locked, or holds something else.
    InvalidGraphError
        The graph breaks a shape; the old one stays in force.
    UsageError
        A source that is not installed.
    """
    chosen = [(s.name, s.path) for s in profile_.sources] if inputs is None else list(inputs)
    begun = gathering.begin(curated.read_sites(profile_.folder), profile_.folder, open_only=open_only)
    with _rare_collection(), begun as gathered:
        for name, path in sorted(chosen, key=gathering.reads_abstracts):  # these last, when all entities are known
            version = (versions or {}).get(name, "") or profile.version_of(profile_, name, path)
            gathering.read_one(name, path, gathered, progress, version=version)
        for name in sources.keeping(root):
            gathering.recall(name, root, gathered, progress)
        return _store(root, gathered, profile_, validate=validate)


@contextlib.contextmanager
def _rare_collection() -> Iterator[None]:
    """Look for cycles of objects seldom: the records of a build form none, and each look walks all of them."""
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECTION)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _store(
    root: Path, gathered: gathering.Gathered, profile_: profile.Profile, *, validate: bool = False
) -> LocalStore:
    content = joining.content(gathered)
    manifest = _manifest(gathered, content, profile_)
    local.create(
        root,
        content,
        manifest,
        literature=mentions.literature(content),
        contradictions=contradictions.find(content, reports=profile_.reports, diseases=profile_.diseases),
        refusals=gathered.refusals,
        profile=profile_,
        validate=validate,
    )
    return local.LocalStore(root)


def ingest(
    root: Path, name: str, paths: Sequence[Path], *, version: str = "", progress: Progress | None = None
) -> LocalStore:
    """Add one source to a graph that is there; reading the same file again changes nothing.

    A source that keeps a state beside the graph (PubMed) gives the same graph in whatever order its files come.

    Parameters
    ----------
    version
        Version of the data, where the source itself does not know it.

    Raises
    ------
    SourceError
        A file is not what it should be; the graph is as it was.
    StoreError
        There is no graph, or it cannot be written.
    """
    store = local.LocalStore(root)
    profile_, source = profile_of(store.manifest), sources.load(name)
    version = version or next((v for path in paths if (v := profile.version_of(profile_, name, path))), "")
    with _rare_collection(), _regathered(store, profile_) as gathered:
        if isinstance(source, sources.KeepingSource):
            anew = gathering.keep(source, paths, root, gathered, progress, version=version)
        else:
            anew = {gathering.read_one(name, path, gathered, progress, version=version) for path in paths}
        gathered.refusals.extend(refusals.read(store.place.folder, without={(name, file) for file in anew}))
        unique = {(i.source, i.name, i.sha256): i for i in gathered.inputs}
        gathered.inputs = list(unique.values())
        store.close()
        return _store(root, gathered, profile_)


def refresh(root: Path, name: str) -> LocalStore:
    """Write into a graph what a source with a state of its own knows by now.

    Raises
    ------
    StoreError
        There is no graph, or it cannot be written.
    """
    return ingest(root, name, ())


def quarantine(root: Path) -> dict[str, str]:
    """The files that were refused by sources with a state of their own, by name, and why."""
    found: dict[str, str] = {}
    for name in sources.keeping(root):
        found |= cast("sources.KeepingSource", sources.load(name)).quarantine(root)
    return found


def _regathered(store: LocalStore, profile_: profile.Profile) -> gathering.Gathered:
    """What a graph was made from, to be added to."""
    old, manifest = content_of(store), store.manifest
    gathered = gathering.begin(old.sites, profile_.folder, open_only=bool(manifest["open_only"]))
    gathered.infos = {info.name: info for info in old.sources}
    gathered.inputs = [gathering.Input(**item) for item in manifest["inputs"]]
    gathered.entities = [(0, entity) for entity in old.entities if entity.label != entity.id]
    gathered.types = {entity.id: entity.type for _, entity in gathered.entities}
    gathered.known_publications = old.publications
    gathered.statements = list(old.statements)
    return gathered


def sources_of(manifest: Mapping[str, Any]) -> tuple[SourceInfo, ...]:
    """The sources a graph was built from, as its manifest describes them."""
    described = (dict(value) for value in manifest["sources"].values())
    return tuple(SourceInfo(**(value | {"formats": tuple(value["formats"])})) for value in described)


def profile_of(manifest: Mapping[str, Any]) -> profile.Profile:
    """The profile a graph was built from, as it was then; its folder need not be there any more."""
    folder = manifest.get("profile_folder") or resources.axes() / str(manifest["profile"])
    return profile.parse(str(manifest["profile_toml"]), Path(folder))


def content_of(store: LocalStore) -> Content:
    """The content of a stored graph: from its tables, or from its triples where a table is absent or stale.

    Tables that are not there are written again, if the folder may be written.

    Raises
    ------
    StoreError
        Neither the tables nor the triples can be read.
    """
    read_from = sources_of(store.manifest)
    found = {name: _table(store, name) for name in tables.NAMES}
    if all(table is not None for table in found.values()):
        content = tables.to_content({name: table for name, table in found.items() if table is not None})
        return replace(content, sources=read_from)
    content = joining.believed(replace(rdf_reading.read(store.quads()), sources=read_from))
    with contextlib.suppress(OSError):
        tables.write(content, store.place.folder, store.revision)
    return content


def _table(store: LocalStore, name: str) -> pa.Table | None:
    try:
        return store.table(name)
    except StoreError:
        return None  # the triples say the same
