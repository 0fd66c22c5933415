"""PubMed: records from bulk files and from the E-utilities, corrections and deletions included.

The parser (:func:`parse_file`) yields every field of the DTD; :func:`read` yields what the graph
wants of it, one :class:`kg.model.Publication` a record.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.model import Kept, Refusal, SourceInfo
from kg.sources.pubmed.bulk import read_files
from kg.sources.pubmed.json_form import to_json
from kg.sources.pubmed.parse import parse_bytes, parse_file
from kg.sources.pubmed.publication import to_publication
from kg.sources.pubmed.record import Article, Deletion
from kg.sources.pubmed.state import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kg.model import Publication, Record
    from kg.sources.pubmed.parts import FileReport

__all__ = [
    "INFO",
    "Article",
    "Deletion",
    "keep",
    "kept",
    "parse_bytes",
    "parse_file",
    "quarantine",
    "read",
    "to_json",
    "to_publication",
]

INFO = SourceInfo(
    name="pubmed",
    title="PubMed",
    licence="NLM Terms and Conditions",
    homepage="https://pubmed.ncbi.nlm.nih.gov/",
    citation="PubMed, U.S. National Library of Medicine; see https://www.nlm.nih.gov/databases/download.html",
    reliability=0.99,
    formats=(".xml", ".xml.gz"),
)


def read(path: Path | str, *, mentions: Callable[[str], tuple[str, ...]] | None = None) -> Iterator[Record]:
    """Read the publications of a PubMed XML file, plain or gzipped.

    Deletions come as publications with the status ``deleted``. A PMID can come more than once, in
    several versions: an older version than one already yielded is left out, so the last one counts.

    Parameters
    ----------
    path
        The file.
    mentions
        Gives the CURIEs of the entities that a text names; it is asked about each abstract, which may be under
        copyright and goes no further.

    Raises
    ------
    SourceError
        The file is not PubMed XML, is cut, or passes the limits of :mod:`kg.sources.pubmed.guard`.

    Examples
    --------
    >>> from pathlib import Path
    >>> sample = Path(__file__).parents[2] / "axes" / "cml_il8" / "pubmed_sample.xml.gz"
    >>> sum(1 for publication in read(sample))
    206
    """
    newest: dict[str, int] = {}
    for record in parse_file(path):
        if isinstance(record, Refusal):
            yield record
        elif record.version >= newest.get(record.pmid, 0):
            newest[record.pmid] = record.version
            found = to_publication(record)
            yield found if mentions is None else replace(found, abstract_entities=mentions(_abstract(record)))


def keep(paths: Sequence[Path], folder: Path) -> list[Kept]:
    """Read files into the state of a store, where it does not matter in which order they come.

    Parameters
    ----------
    folder
        Folder of the store; the state is kept in it.

    Raises
    ------
    SourceError
        Every file is refused; of some, the refusal is among the refusals.
    """
    with state_of(folder) as state:
        return [_kept(file) for file in read_files(paths, state=state).files]


def kept(folder: Path, *, mentions: Callable[[str], tuple[str, ...]]) -> Iterator[Publication]:
    """Yield every paper of the state of a store, as all that was ever read tells it; ``mentions`` as for `read`.

    A paper whose PMID was found by its DOI, PMC id or title comes a second time, under that id and with its PMID:
    the two are one.
    """
    with state_of(folder) as state:
        yield from state.publications(mentions=mentions)
        yield from state.matched()


def quarantine(folder: Path) -> dict[str, str]:
    """The files that were refused, by name, and why."""
    with state_of(folder) as state:
        return state.quarantine()


def _kept(file: FileReport) -> Kept:
    refusals = list(file.refusals)
    if file.error is not None:
        what = file.error.removeprefix(f"{file.path}: ")
        refusals.append(Refusal(source=INFO.name, file=str(file.path), line=None, what=what))
    return Kept(
        path=file.path,
        read=file.records + file.deletions + len(refusals),
        refusals=tuple(refusals),
        skipped=file.skipped,
    )


def _abstract(record: Article | Deletion) -> str:
    return "\n".join(section.text for section in record.abstract) if isinstance(record, Article) else ""
