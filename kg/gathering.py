"""Records of sources, read and checked one by one: what is wrong is refused with its reason, the rest is gathered."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from inspect import signature
from typing import TYPE_CHECKING, Any, cast

from kg import mentions, merge, placement, sources, vocabulary
from kg.errors import CurieError, KgError, SourceError
from kg.model import Entity, Polarity, Publication, Refusal, SiteKind, SourceInfo, Statement
from kg.sources.licences import is_open, licence_class
from kg.sources.reading import contexts
from kg.store.refusals import RefusalLog

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from kg.model import Record, Site
    from kg.sources.reading import Context

    Progress = Callable[[str, int], None]

STATE_INPUT = "state"
"""Name, among the inputs, of what a source knew from files and answers of earlier runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file or folder that was read, and what came of it."""

    source: str
    name: str
    sha256: str
    licence: str
    version: str
    rows_read: int
    rows_kept: int
    rows_refused: int


@dataclass(slots=True)
class Gathered(AbstractContextManager["Gathered"]):
    """What the sources have given so far; let go of what it has on disk at the end of its block."""

    sites: tuple[Site, ...]
    entities: list[tuple[int, Entity]] = field(default_factory=list)
    closed: list[tuple[int, Entity]] = field(default_factory=list)
    """Entities of sources whose licence is not open, for an open graph: only those that it speaks of join it."""
    publications: dict[tuple[str, str], Publication] = field(default_factory=dict)
    known_publications: tuple[Publication, ...] = ()
    statements: list[Statement] = field(default_factory=list)
    refusals: RefusalLog = field(default_factory=RefusalLog)
    infos: dict[str, SourceInfo] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)
    contexts: Mapping[str, Context] = field(default_factory=dict)
    open_only: bool = False
    kinds: Mapping[str, SiteKind] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the log of refusals."""
        self.refusals.__exit__(kind, error, trace)


def begin(sites: Sequence[Site], folder: Path, *, open_only: bool) -> Gathered:
    """Begin to gather, for the sites of a profile and the names that other sources give them in its folder."""
    names = folder / "site_names.tsv"
    return Gathered(
        sites=merge.sites(sites),
        contexts=contexts(names) if names.is_file() else {},
        open_only=open_only,
        kinds={site.id: site.kind for site in merge.sites(sites)},
    )


def _digest(path: Path) -> str:
    """SHA-256 of a file, or of the tables and settings in a folder."""
    total = hashlib.sha256()
    kept = (".tsv", ".toml")
    files = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.suffix in kept and p.is_file())
    for file in files:
        with file.open("rb") as handle:
            total.update(hashlib.file_digest(handle, "sha256").digest())
    return total.hexdigest()


def _entity_rank(name: str) -> int:
    return 0 if name == "curated" else 1


def _fault(statement: Statement, name: str, gathered: Gathered) -> tuple[str, str] | None:
    """What is wrong with a statement, and what to do; None when nothing is."""
    relation, evidence = statement.relation, statement.evidence
    predicate = vocabulary.predicates().get(relation.predicate)
    if predicate is None or predicate.derived:
        return f"unknown predicate {relation.predicate!r}", "map it to a predicate of ontologies/exil8.ttl"
    if Polarity(relation.polarity) not in predicate.polarities:
        return f"polarity {relation.polarity.value!r} contradicts the predicate {predicate.name}", "mend the row"
    for site in (relation.subject_site, relation.object_site):
        if site not in gathered.kinds:
            return f"unknown site {site!r}", "add it to sites.tsv of the profile"
    if evidence.source != name:
        return f"says that it comes from {evidence.source!r}", f"give it the name of its source, {name}"
    return placement.fault(relation, types=gathered.types, kinds=gathered.kinds)


def _canonical(statement: Statement) -> Statement:
    """The same with the canonical prefixes; raises `CurieError` on a CURIE that is none."""
    r, e = statement.relation, statement.evidence
    subject, object_ = _checked_curie(r.subject), _checked_curie(r.object)
    publication = _checked_curie(e.publication) if e.publication else ""
    taxa = tuple(map(_checked_curie, e.taxa))
    if (subject, object_, publication, taxa) == (r.subject, r.object, e.publication, e.taxa):
        return statement
    relation = replace(r, subject=subject, object=object_)
    return Statement(relation=relation, evidence=replace(e, publication=publication, taxa=taxa))


@lru_cache(maxsize=50_000)
def _checked_curie(curie: str) -> str:
    """As `vocabulary.check_curie`, remembered: a source names the same genes and papers in row after row."""
    return vocabulary.check_curie(curie)


def _checked_statement(statement: Statement, name: str, gathered: Gathered, file: str) -> Statement | Refusal:
    try:
        canonical = _canonical(statement)
        fault = _fault(canonical, name, gathered)
        if fault is None:
            return canonical
    except CurieError as error:
        fault = (error.what, error.hint)
    what = f"record {statement.evidence.record}: {fault[0]}"
    return Refusal(source=name, file=file, line=None, what=what, hint=fault[1])


def _checked_entity(entity: Entity, name: str, site_ids: Container[str], file: str) -> Entity | Refusal:
    try:
        parents = tuple(map(vocabulary.check_curie, entity.parents))
        checked = replace(entity, id=vocabulary.check_curie(entity.id), parents=parents)
    except CurieError as error:
        return Refusal(source=name, file=file, line=None, what=error.what, hint=error.hint)
    if entity.type not in vocabulary.types():
        hint = f"use one of: {', '.join(sorted(vocabulary.types()))}"
        return Refusal(source=name, file=file, line=None, what=f"{entity.id}: unknown type {entity.type!r}", hint=hint)
    if entity.origin and entity.origin not in site_ids:
        what = f"{entity.id}: unknown site {entity.origin!r}"
        return Refusal(source=name, file=file, line=None, what=what, hint="add it to sites.tsv of the profile")
    return checked


def _checked(record: Record, gathered: Gathered, info: SourceInfo, file: str) -> Record:
    """The record with canonical prefixes and its licence, or why it is not taken."""
    if isinstance(record, Entity):
        return _checked_entity(record, info.name, gathered.kinds, file)
    if isinstance(record, Publication):
        return _checked_publication(record, info.name, file)
    if isinstance(record, Refusal):
        return record
    licence = record.evidence.licence or info.licence
    if gathered.open_only and not is_open(licence):
        what = f"record {record.evidence.record}: its licence is {licence or 'not stated'} ({licence_class(licence)})"
        return Refusal(
            source=info.name, file=file, line=None, what=what, hint="build without --licence open to take it"
        )
    licensed = (
        record
        if licence == record.evidence.licence
        else Statement(relation=record.relation, evidence=replace(record.evidence, licence=licence))
    )
    return _checked_statement(licensed, info.name, gathered, file)


def _checked_publication(publication: Publication, name: str, file: str) -> Publication | Refusal:
    try:
        return replace(publication, id=vocabulary.check_curie(publication.id))
    except CurieError as error:
        return Refusal(source=name, file=file, line=None, what=error.what, hint=error.hint)


def _records(source: sources.Source, path: Path, gathered: Gathered) -> Iterator[Record]:
    """Read a source; one that asks is told the names of the sites, or how to find entities in its abstracts."""
    taken, told = signature(source.read).parameters, dict[str, Any]()
    if gathered.contexts and "sites" in taken:
        told["sites"] = gathered.contexts
    if "mentions" in taken:
        told["mentions"] = mentions.MentionFinder(merge.entities(gathered.entities)).in_text
    if sources.is_own(source.INFO.name):
        return source.read(path, **told)
    return _of_others(partial(source.read, path, **told), source.INFO.name, path)


def _of_others(read: Callable[[], Iterator[Record]], name: str, path: Path) -> Iterator[Record]:
    """The records of a source that others wrote, whose own faults are told as such."""
    count = 0
    try:
        for record in read():
            count += 1
            if not isinstance(record, (Entity, Publication, Refusal, Statement)):
                raise TypeError(f"{type(record).__name__} is no record")
            yield record
    except (KgError, OSError, MemoryError):
        raise
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        what = f"the source {name!r} broke after {count:,} records ({said})"
        raise SourceError(path, None, what, "it is not part of this program: tell whoever wrote it") from error


def reads_abstracts(item: tuple[str, Path]) -> bool:
    """Whether a source (the first of the pair) asks which entities a text names."""
    return "mentions" in signature(sources.load(item[0]).read).parameters


def read_one(name: str, path: Path, gathered: Gathered, progress: Progress | None, *, version: str = "") -> str:
    """Read one file of a source, of the version that is stated; gives the name of the file."""
    source = sources.load(name)
    gathered.infos[name] = replace(source.INFO, version=version or source.INFO.version)
    closed = gathered.open_only and not is_open(source.INFO.licence)
    counts: dict[str, int] = defaultdict(int)
    for record in _records(source, path, gathered):
        checked = _checked(record, gathered, source.INFO, str(path))
        counts["read"] += 1
        if isinstance(checked, Refusal):
            counts["refused"] += 1
            gathered.refusals.add(checked)
        elif isinstance(checked, Statement):
            gathered.statements.append(checked)
        elif isinstance(checked, Publication):
            gathered.publications[name, checked.id] = _later(gathered.publications.get((name, checked.id)), checked)
        else:
            (gathered.closed if closed else gathered.entities).append((_entity_rank(name), checked))
            gathered.types.setdefault(checked.id, checked.type)
        if progress is not None and counts["read"] % 1000 == 0:
            progress(name, counts["read"])
    if progress is not None:
        progress(name, counts["read"])
    gathered.inputs.append(_input(gathered.infos[name], path, counts["read"], counts["refused"]))
    return path.name


def _later(before: Publication | None, now: Publication) -> Publication:
    """Of one source the later record of a paper counts; what it annotates in the parts of a paper adds up."""
    if before is None or not before.annotated_entities:
        return now
    return replace(now, annotated_entities=(*before.annotated_entities, *now.annotated_entities))


def _input(info: SourceInfo, path: Path, read: int, refused: int) -> Input:
    return Input(
        source=info.name,
        name=path.name,
        sha256=_digest(path),
        licence=info.licence,
        version=info.version,
        rows_read=read,
        rows_kept=read - refused,
        rows_refused=refused,
    )


def recall(name: str, root: Path, gathered: Gathered, progress: Progress | None) -> None:
    """Take in what a source knows from before, beside what this build read of it."""
    read = {key: p for key, p in gathered.publications.items() if key[0] == name}
    for key in read:
        del gathered.publications[key]
    gathered.known_publications += tuple(read.values())
    keep(cast("sources.KeepingSource", sources.load(name)), (), root, gathered, progress)


def keep(
    source: sources.KeepingSource,
    paths: Sequence[Path],
    root: Path,
    gathered: Gathered,
    progress: Progress | None,
    *,
    version: str = "",
) -> set[str]:
    """Read files into the state of a source, gather all it then knows, and give the names of files not read before."""
    known = gathered.infos.get(source.INFO.name, source.INFO)
    info = replace(source.INFO, version=version or known.version)
    gathered.infos[info.name] = info
    anew = set()
    for file in source.keep(paths, root) if paths else ():
        gathered.refusals.extend(file.refusals)
        if not file.skipped:
            anew.add(file.path.name)
            gathered.inputs.append(_input(info, file.path, file.read, len(file.refusals)))
    count, total = 0, hashlib.sha256()
    finder = mentions.MentionFinder(merge.entities(gathered.entities))
    for count, publication in enumerate(source.kept(root, mentions=finder.in_text), start=1):
        gathered.publications[info.name, publication.id] = publication
        total.update(repr(replace(publication, abstract_entities=())).encode())
        if progress is not None and count % 1000 == 0:
            progress(info.name, count)
    if progress is not None:
        progress(info.name, count)
    others = [i for i in gathered.inputs if (i.source, i.name) != (info.name, STATE_INPUT)]
    if count and (not paths or len(others) < len(gathered.inputs)):  # more stands behind it than the files listed
        others.append(
            Input(
                source=info.name,
                name=STATE_INPUT,
                sha256=total.hexdigest(),
                licence=info.licence,
                version=info.version,
                rows_read=count,
                rows_kept=count,
                rows_refused=0,
            )
        )
    gathered.inputs = others
    return anew
