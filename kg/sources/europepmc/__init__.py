"""Europe PMC: an optional second source of papers, for preprints above all.

Its results are kept in a state of their own beside the graph, whatever their order; each becomes a publication, and a
preprint is linked to its published version where Europe PMC states it. MeSH headings come without identifiers and are
left to PubMed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from kg.model import Kept, Refusal, SourceInfo
from kg.sources.europepmc.client import Settings, pages, preprints, search
from kg.sources.europepmc.publication import SOURCE, abstract_text, publication
from kg.sources.europepmc.state import State, state_of
from kg.sources.json_stream import json_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kg.model import Publication, Record

    Mentions = Callable[[str], tuple[str, ...]]

__all__ = [
    "INFO",
    "Settings",
    "State",
    "keep",
    "kept",
    "pages",
    "preprints",
    "publication",
    "quarantine",
    "read",
    "search",
    "state_of",
]

INFO: Final = SourceInfo(
    name=SOURCE,
    title="Europe PMC",
    licence="Europe PMC terms of use",
    homepage="https://europepmc.org/",
    citation=(
        "Rosonovski S, Levchenko M, Bhatnagar R, et al. Europe PMC in 2023. Nucleic Acids Res 2024;52:D1668-D1676. "
        "doi:10.1093/nar/gkad1085"
    ),
    reliability=0.95,
    formats=("json", "jsonl"),
)


def read(path: Path | str, *, mentions: Mentions | None = None) -> Iterator[Record]:
    """Read the publications of an answer of Europe PMC.

    Parameters
    ----------
    path
        An answer of its search with ``resultType=core``, a list of its results, or one result a line.
    mentions
        Gives the CURIEs of the entities that a text names; it is asked about each abstract, which goes no further.

    Raises
    ------
    SourceError
        The file is no such JSON.
    """
    for result in _results(path):
        yield result if isinstance(result, Refusal) else _publication(result, mentions)


def keep(paths: Sequence[Path], folder: Path) -> list[Kept]:
    """Read answers into the state of a store, where it does not matter in which order they come.

    Raises
    ------
    SourceError
        One of the files is no answer; nothing of any of them is kept.
    """
    read_ = [(path, list(_results(path))) for path in paths]
    with state_of(folder) as state:
        state.add(result for _, results in read_ for result in results if not isinstance(result, Refusal))
    return [
        Kept(path=path, read=len(results), refusals=tuple(r for r in results if isinstance(r, Refusal)))
        for path, results in read_
    ]


def kept(folder: Path, *, mentions: Mentions) -> Iterator[Publication]:
    """Yield every paper of the state of a store; ``mentions`` as for `read`."""
    with state_of(folder) as state:
        for result in state.results():
            found = _publication(result, mentions)
            if not isinstance(found, Refusal):
                yield found


def quarantine(_folder: Path) -> dict[str, str]:
    """No file: one that cannot be read is an error at once."""
    return {}


def _results(path: Path | str) -> Iterator[dict[str, Any] | Refusal]:
    for line, result in json_objects(path, key="result"):
        found = publication(result)
        yield replace(found, file=str(path), line=line) if isinstance(found, Refusal) else result


def _publication(result: dict[str, Any], mentions: Mentions | None) -> Publication | Refusal:
    found = publication(result)
    if mentions is None or isinstance(found, Refusal):
        return found
    return replace(found, abstract_entities=mentions(abstract_text(result)))
