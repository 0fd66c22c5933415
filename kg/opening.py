"""How a graph comes into a user's hands: built from sources, or opened where it was built before."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kg import pipeline
from kg import profile as profiles
from kg.errors import StoreError
from kg.graph import KnowledgeGraph
from kg.store.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ENVIRONMENT_STORE = "EXIL8_STORE"


def default_store(profile: str = profiles.DEFAULT_AXIS) -> Path:
    """Where a graph is kept when nobody says: ``$EXIL8_STORE``, else the user's data folder."""
    import platformdirs

    named = os.environ.get(ENVIRONMENT_STORE)
    return Path(named) if named else Path(platformdirs.user_data_dir("exil8", appauthor=False)) / f"{profile}.kg"


def build(
    store: str | Path | None = None,
    *,
    profile: str | Path | None = None,
    sources: Sequence[tuple[str, str | Path]] | None = None,
    versions: Mapping[str, str] | None = None,
    everything: bool = False,
    open_only: bool = False,
    validate: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> KnowledgeGraph:
    """Build a graph and open it.

    Parameters
    ----------
    store
        Folder to keep it in; without one, a temporary folder that goes with the object.
    profile
        Folder of a profile; without one, the shipped axis.
    sources
        Pairs of source name and file; without them, the sources the profile names.
    versions
        Version of the data by source name, where the source itself does not know it.
    everything
        Read the further sources the profile ships as well.
    open_only
        Leave out rows whose licence is not open; they are counted as refused.
    validate
        Check the new graph against its SHACL shapes before it is put in force.

    Raises
    ------
    SourceError
        An input is not what it should be; nothing is changed.
    StoreError
        The folder cannot be written, is locked, or holds something else.
    InvalidGraphError
        The graph breaks a shape; the old one stays in force.
    """
    scratch = Path(tempfile.mkdtemp(prefix="exil8-")) if store is None else None
    root = Path(store) if store is not None else Path(scratch or "") / "graph.kg"
    loaded = profiles.load(Path(profile) if profile is not None else None)
    if sources is not None:
        chosen = [(name, Path(path)) for name, path in sources]
    else:
        chosen = [(s.name, s.path) for s in (*loaded.sources, *(loaded.more_sources if everything else ()))]
    made = pipeline.build(
        root,
        loaded,
        inputs=chosen,
        versions=versions,
        open_only=open_only,
        validate=validate,
        progress=progress,
    )
    return KnowledgeGraph(made, scratch=scratch)


def open_loaded(store: str | Path | None = None) -> KnowledgeGraph:
    """Open a graph that was built before, ready to be asked; without a folder, the default one.

    What queries, paths and analyses need is loaded now, so that the first question is as quick as the next.

    Raises
    ------
    StoreError
        There is no graph there, it is damaged, or of a newer version.
    """
    graph = open_(store)
    graph.load()
    return graph


def open_(store: str | Path | None = None) -> KnowledgeGraph:
    """Open a graph that was built before, and load nothing of it yet; without a folder, the default one.

    Raises
    ------
    StoreError
        There is no graph there, it is damaged, or of a newer version.
    """
    try:
        return KnowledgeGraph(LocalStore(Path(store) if store is not None else default_store()))
    except PermissionError as error:
        raise StoreError(f"{error.filename} may not be read; check its permissions") from error
