"""Where relations, entities and publications come from: one module a source or format.

A source is a module with ``INFO`` (a :class:`kg.model.SourceInfo`) and ``read(path) -> Iterator[Record]``.
The ones of this package are listed here; others join through the entry-point group ``kg.sources``,
whose names must not be taken already.
"""

from __future__ import annotations

import contextlib
import difflib
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from kg.errors import UsageError
from kg.model import SourceInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.model import Kept, Publication, Record

_GROUP = "kg.sources"
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
    """Where each source is: a module, or ``module:name`` of an object in one."""
    found = {name: f"kg.sources.{name}" for name in _OWN}
    for point in _entry_points():
        found.setdefault(point.name, point.value)
    return dict(sorted(found.items()))


def _entry_points() -> Iterator[metadata.EntryPoint]:
    """Entry points of all packages, less those of a package whose list of them is broken."""
    try:
        yield from metadata.entry_points(group=_GROUP)
    except Exception:  # noqa: BLE001 - a broken list of any package, ours or not, makes the call for all fail
        for distribution in metadata.distributions():
            with contextlib.suppress(Exception):
                yield from distribution.entry_points.select(group=_GROUP)


def names() -> tuple[str, ...]:
    """Names of all sources that are installed, sorted.

    >>> "curated" in names()
    True
    """
    return tuple(_modules())


def is_own(name: str) -> bool:
    """Whether a source belongs to this package, and not to another that is installed beside it.

    >>> is_own("curated"), is_own("somebody_elses")
    (True, False)
    """
    return name in _OWN


@cache
def load(name: str) -> Source:
    """Load a source by name.

    Raises
    ------
    UsageError
        There is no such source; its module cannot be imported, whatever goes wrong there; or it is no source.

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
    where = f"source {name!r} ({modules[name]})"
    try:
        found = metadata.EntryPoint(name, modules[name], _GROUP).load()
    except (Exception, SystemExit) as error:  # a module that others wrote may do anything when it is imported
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise UsageError(f"{where} cannot be imported ({said}); mend or uninstall its package") from error
    fault = _fault(found, name)
    if fault:
        raise UsageError(f"{where} is no source: {fault}; see CONTRIBUTING.md")
    return cast("Source", found)


def _fault(found: object, name: str) -> str:
    """What a module lacks to be a source of this name; empty when nothing."""
    info = getattr(found, "INFO", None)
    if not isinstance(info, SourceInfo):
        return "it has no INFO, a kg.model.SourceInfo"
    if info.name != name:
        return f"its INFO is that of {info.name!r}"
    return "" if callable(getattr(found, "read", None)) else "it has no function read(path)"


def keeping(folder: Path) -> tuple[str, ...]:
    """Names of the sources that keep a state in the folder of a store, sorted."""
    files = sorted(file.stem for file in folder.glob("*.sqlite") if file.is_file())
    return tuple(name for name in files if name in _modules() and isinstance(load(name), KeepingSource))
