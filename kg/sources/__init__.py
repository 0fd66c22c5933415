"""Where relations, entities and publications come from: one module a source or format.

A source is a module with ``INFO`` (a :class:`kg.model.SourceInfo`) and ``read(path) -> Iterator[Record]``.
The ones of this package are listed here; others join through the entry-point group ``kg.sources``,
whose names must not be taken already.
"""

from __future__ import annotations

import difflib
from functools import cache
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.model import Kept, Publication, Record, SourceInfo

_OWN = (
    "bel",
    "biogrid",
    "biolink_rdf",
    "cellphonedb",
    "civic",
    "curated",
    "europepmc",
    "exocarta",
    "go_cargo",
    "gpml",
    "indra",
    "kgx",
    "mitab",
    "omnipath",
    "pubmed",
    "pubtator3",
    "reactome_fi",
    "signor",
)


class Source(Protocol):
    """What a source module offers."""

    INFO: SourceInfo

    def read(self, path: Path, /) -> Iterator[Record]:
        """Yield the records of a file or folder, streaming."""
        ...


@runtime_checkable
class KeepingSource(Source, Protocol):
    """A source that keeps what it read in a state of its own: the file ``NAME.sqlite`` in the folder of the store.

    What it then yields is all it knows, so the order in which files came leaves no trace.
    """

    def keep(self, paths: Sequence[Path], folder: Path, /) -> list[Kept]:
        """Read files into the state."""
        ...

    def kept(self, folder: Path, /, *, mentions: Callable[[str], tuple[str, ...]]) -> Iterator[Publication]:
        """Yield all publications of the state; ``mentions`` gives the entities that a text names."""
        ...

    def quarantine(self, folder: Path, /) -> Mapping[str, str]:
        """The files that were refused, by name, and why."""
        ...


@cache
def _modules() -> dict[str, str]:
    found = {name: f"kg.sources.{name}" for name in _OWN}
    for point in metadata.entry_points(group="kg.sources"):
        found.setdefault(point.name, point.value)
    return dict(sorted(found.items()))


def names() -> tuple[str, ...]:
    """Names of all sources that are installed, sorted.

    >>> "curated" in names()
    True
    """
    return tuple(_modules())


@cache
def load(name: str) -> Source:
    """Load a source by name.

    Raises
    ------
    UsageError
        There is no such source, or its module cannot be imported.

    Examples
    --------
    >>> load("curated").INFO.licence
    'CC-BY-4.0'
    """
    modules = _modules()
    if name not in modules:
        near = difflib.get_close_matches(name, modules, n=3)
        listed = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(modules)}"
        raise UsageError(f"no source is called {name!r}; {listed}")
    try:
        return cast("Source", import_module(modules[name]))
    except ImportError as error:
        raise UsageError(f"source {name!r} ({modules[name]}) cannot be imported: {error}") from error


def keeping(folder: Path) -> tuple[str, ...]:
    """Names of the sources that keep a state in the folder of a store, sorted."""
    files = sorted(file.stem for file in folder.glob("*.sqlite") if file.is_file())
    return tuple(name for name in files if name in _modules() and isinstance(load(name), KeepingSource))
