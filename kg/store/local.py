"""A finished graph on this machine: Oxigraph for SPARQL, Parquet for everything that reads it whole."""

from __future__ import annotations

import weakref
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store import directory, fulltext, guard, rdf, rdf_reading, search_words, tables
from kg.store.classes import class_quads
from kg.store.contradictions import contradiction_quads
from kg.store.literature import Literature, literature_quads
from kg.store.results import Answer
from kg.store.worker import QueryWorker, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import IO

    import pyarrow as pa
    import rdflib

    from kg.model import Contradiction
    from kg.profile import Profile
    from kg.store.content import Content
    from kg.store.fulltext import Hit
    from kg.store.refusals import RefusalLog

_CHUNK = 200_000
"""Quads given to the bulk loader at a time: it holds and sorts them in memory."""

QUERY_SECONDS = 30.0
"""How long a query from outside may run, unless told otherwise."""


class LocalStore:
    """A graph opened for reading.

    Many processes may read one graph at the same time; a build beside them makes a new folder and
    leaves theirs alone until they let go of it.

    Parameters
    ----------
    root
        Folder of the store.

    Raises
    ------
    StoreError
        There is no graph there, it is damaged, or of a newer version.
    """

    def __init__(self, root: Path) -> None:
        self.place, self._reader = directory.opened(root)
        try:
            self.manifest: dict[str, Any] = self.place.manifest
            self._triples = _triples(self.place)
        except StoreError:
            if self._reader is not None:
                self._reader.close()
            raise
        self._worker = QueryWorker(self.place.triples)
        self._closer = weakref.finalize(self, _let_go, self._worker, self._reader)

    @property
    def revision(self) -> str:
        """Name of the content, made from its inputs."""
        return str(self.manifest["revision"])

    def query(self, text: str, *, seconds: float = QUERY_SECONDS) -> Answer:
        """Run a query from outside: parsed and checked first, then in a process that can be killed.

        The pattern ``?x exil8:search "words"`` stands for what `search` finds.

        Raises
        ------
        QueryError
            A syntax error, something other than reading this graph, or past the time limit.
        """
        text = search_words.rewritten(text, self._found)
        checked = guard.examine(text)
        query = guard.prologue() + text
        return Answer(checked.form, self._worker.run(query, seconds=seconds, names_graphs=checked.names_graphs))

    def query_trusted(self, text: str) -> Answer:
        """Run one of the project's own queries, in this process."""
        return Answer(*evaluate(self._triples, guard.prologue() + text))

    def search(self, text: str, *, limit: int = 20, kinds: Sequence[str] = ()) -> list[Hit]:
        """Full-text search over titles, keywords, names and support sentences; see `kg.store.fulltext`.

        Raises
        ------
        UsageError
            There is no word in the text, it cannot be read, or an option has no such value.
        """
        place, revision = self.place.folder, self.revision
        return fulltext.search(
            text,
            folder=place,
            revision=revision,
            content=lambda: rdf_reading.read(self.quads()),
            limit=limit,
            kinds=kinds,
        )

    def _found(self, words: str) -> Iterator[str]:
        return (hit.id for hit in self.search(words, limit=search_words.LIMIT))

    def table(self, name: str) -> pa.Table | None:
        """One of the tables beside the triples; None when it is absent or stale."""
        return tables.read(self.place.folder, name, self.revision)

    def quads(self) -> Iterator[ox.Quad]:
        """All quads, in no order."""
        yield from self._triples

    def __len__(self) -> int:
        """Count the quads."""
        return len(self._triples)

    def dataset(self) -> rdflib.Dataset:
        """The graph through rdflib's API, read-only; the default graph is the union of all unless a query says FROM."""
        from kg.store.dataset import dataset

        return dataset(self._triples)

    def close(self) -> None:
        """End the query process, and let go of the folder: a build may remove it when it is replaced."""
        self._closer()


def _triples(place: directory.Place) -> ox.Store:
    try:
        return ox.Store.read_only(str(place.triples))
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(
            f"the triples in {place.root} cannot be opened ({str(error).splitlines()[0]}); rebuild with `kg build`"
        ) from error


def _let_go(worker: QueryWorker, reader: IO[bytes] | None) -> None:
    worker.close()
    if reader is not None:
        reader.close()


def create(
    root: Path,
    content: Content,
    manifest: Mapping[str, Any],
    *,
    literature: Literature | None = None,
    contradictions: Iterable[Contradiction] = (),
    refusals: RefusalLog | None = None,
    profile: Profile | None = None,
    validate: bool = False,
) -> directory.Place:
    """Write a graph aside and put it in force atomically, its full-text index with it.

    Parameters
    ----------
    profile
        Its classes are written with their members, and its outcome.

    Raises
    ------
    StoreError
        The folder cannot be written, is locked, or holds something else.
    InvalidGraphError
        With ``validate``, when it breaks a SHACL shape; the old graph stays in force.
    """
    revision = str(manifest["revision"])
    with directory.building(root, revision, manifest) as place:
        store = ox.Store(str(place.triples))
        quads = chain(
            rdf.content_quads(content),
            rdf.ontology_quads(content.entities),
            rdf.provenance_quads(manifest),
            literature_quads(literature or Literature()),
            contradiction_quads(contradictions),
            class_quads(profile, content) if profile is not None else (),
        )
        while chunk := list(islice(quads, _CHUNK)):
            store.bulk_extend(chunk)
        store.flush()
        del store
        if validate:
            from kg.store.shapes import validate_quads

            validate_quads(ox.Store.read_only(str(place.triples))).check()
        tables.write(content, place.folder, revision)
        fulltext.write(content, place.folder, revision)
        if refusals is not None:
            refusals.write(place.folder)
    return directory.current(root)
