"""From sources to a stored graph: read, check, join, believe, write aside, put in force.

A build names every input with version, licence, SHA-256 and counts in its manifest, and lists what it
refused. The old graph stays in force until the new one is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
from collections import defaultdict
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kg import belief, mentions, merge, placement, profile, resources, sources, vocabulary
from kg._version import __version__
from kg.errors import CurieError, StoreError
from kg.model import Entity, Polarity, Publication, Refusal, SiteKind, SourceInfo, Statement, Status
from kg.notices import derived, gravest, stated
from kg.sources import curated
from kg.sources.licences import is_open, licence_class
from kg.sources.reading import contexts
from kg.store import local, rdf_reading, tables
from kg.store.content import Content

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    import pyarrow as pa

    from kg.model import Record, Site
    from kg.sources.reading import Context
    from kg.store.local import LocalStore

    Progress = Callable[[str, int], None]

STATE_INPUT = "state"
"""Name, among the inputs, of what a source knew from files and answers of earlier runs."""
REFUSALS_LISTED = 50
"""Refusals that stand in the manifest with their text; all are counted."""


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
class _Gathered:
    """What the sources have given so far."""

    sites: tuple[Site, ...]
    entities: list[tuple[int, Entity]] = field(default_factory=list)
    publications: dict[tuple[str, str], Publication] = field(default_factory=dict)
    known_publications: tuple[Publication, ...] = ()
    statements: list[Statement] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    infos: dict[str, SourceInfo] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)
    contexts: Mapping[str, Context] = field(default_factory=dict)
    open_only: bool = False
    kinds: Mapping[str, SiteKind] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


def _gathering(sites: Sequence[Site], folder: Path, *, open_only: bool) -> _Gathered:
    names = folder / "site_names.tsv"
    return _Gathered(
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


def _rank(name: str) -> int:
    """Which source describes a paper when several do: PubMed knows papers, curators the axis."""
    return {"pubmed": 0, "curated": 2}.get(name, 4)


def _entity_rank(name: str) -> int:
    return 0 if name == "curated" else 1


def _fault(statement: Statement, name: str, gathered: _Gathered) -> tuple[str, str] | None:
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
    relation = replace(r, subject=vocabulary.check_curie(r.subject), object=vocabulary.check_curie(r.object))
    publication = vocabulary.check_curie(e.publication) if e.publication else ""
    taxa = tuple(map(vocabulary.check_curie, e.taxa))
    return Statement(relation=relation, evidence=replace(e, publication=publication, taxa=taxa))


def _checked_statement(statement: Statement, name: str, gathered: _Gathered, file: str) -> Statement | Refusal:
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


def _checked(record: Record, gathered: _Gathered, info: SourceInfo, file: str) -> Record:
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
    licensed = replace(record, evidence=replace(record.evidence, licence=licence))
    return _checked_statement(licensed, info.name, gathered, file)


def _checked_publication(publication: Publication, name: str, file: str) -> Publication | Refusal:
    try:
        return replace(publication, id=vocabulary.check_curie(publication.id))
    except CurieError as error:
        return Refusal(source=name, file=file, line=None, what=error.what, hint=error.hint)


def _records(source: sources.Source, path: Path, gathered: _Gathered) -> Iterator[Record]:
    """Read a source; one that asks is told the names of the sites, or how to find entities in its abstracts."""
    taken, told = signature(source.read).parameters, dict[str, Any]()
    if gathered.contexts and "sites" in taken:
        told["sites"] = gathered.contexts
    if "mentions" in taken:
        told["mentions"] = mentions.MentionFinder(merge.entities(gathered.entities)).in_text
    return source.read(path, **told)


def _reads_abstracts(item: tuple[str, Path]) -> bool:
    return "mentions" in signature(sources.load(item[0]).read).parameters


def _read_one(name: str, path: Path, gathered: _Gathered, progress: Progress | None) -> None:
    source = sources.load(name)
    gathered.infos[name] = source.INFO
    counts: dict[str, int] = defaultdict(int)
    for record in _records(source, path, gathered):
        checked = _checked(record, gathered, source.INFO, str(path))
        counts["read"] += 1
        if isinstance(checked, Refusal):
            counts["refused"] += 1
            gathered.refusals.append(checked)
        elif isinstance(checked, Statement):
            gathered.statements.append(checked)
        elif isinstance(checked, Publication):
            gathered.publications[name, checked.id] = _later(gathered.publications.get((name, checked.id)), checked)
        else:
            gathered.entities.append((_entity_rank(name), checked))
            gathered.types.setdefault(checked.id, checked.type)
        if progress is not None and counts["read"] % 1000 == 0:
            progress(name, counts["read"])
    if progress is not None:
        progress(name, counts["read"])
    gathered.inputs.append(_input(source.INFO, path, counts["read"], counts["refused"]))


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


def _stubs(gathered: _Gathered) -> Iterator[tuple[int, Entity]]:
    """An entity for each end of a relation that no source describes: its CURIE is its label."""
    known = {entity.id for _, entity in gathered.entities}
    for s in gathered.statements:
        for end in (s.relation.subject, s.relation.object):
            if end not in known:
                known.add(end)
                yield 9, Entity(id=end, label=end, type="gene_product")


def _missing_papers(gathered: _Gathered, canonical: Mapping[str, str]) -> Iterator[tuple[int, Publication]]:
    """A publication for each paper that evidence names and no source describes."""
    seen: set[str] = set()
    for s in gathered.statements:
        curie = s.evidence.publication
        if curie and curie not in canonical and curie not in seen:
            seen.add(curie)
            prefix, _, local = curie.partition(":")
            ids = {name: local if name == prefix else "" for name in ("PMID", "DOI", "PMC")}
            yield 9, Publication(id=curie, pmid=ids["PMID"], doi=ids["DOI"], pmcid=ids["PMC"], source=s.evidence.source)


def _known(gathered: _Gathered) -> Iterator[tuple[int, Publication]]:
    """What was known of papers before, to fill what the newest record of the same source leaves empty.

    Where PubMed tells of a paper anew, only the newer of its records says how the paper stands. What a notice
    made of a paper is left out: it is made again, as long as the notice stands.
    """
    told = {p.pmid: p for (name, _), p in gathered.publications.items() if name == "pubmed" and _describes(p)}
    by_others = derived(gathered.known_publications)
    for p in gathered.known_publications:
        anew, noted = told.get(p.pmid) if p.pmid else None, by_others.get(p.id)
        if anew is None or anew.revised == p.revised == "":
            yield _rank(p.source) + 1, replace(p, status=_own(p)) if p.status is noted else p
        elif anew.status is Status.DELETED or anew.revised >= p.revised:
            yield _rank(p.source) + 1, replace(p, status=_claimed(p, noted), links=())
        else:
            del gathered.publications["pubmed", anew.id]
            yield _rank(p.source), p


def _describes(p: Publication) -> bool:
    """Whether it is a record of a paper, and not only the news that two ids are one paper's."""
    return p.id == f"PMID:{p.pmid}"


def _own(p: Publication) -> Status:
    """Where a paper stands without what others make of it."""
    from kg.sources.pubmed.standing import title_says_retracted

    return gravest(stated(p), Status.SUSPECTED if title_says_retracted(p.title) else Status.CURRENT)


def _claimed(p: Publication, noted: Status | None) -> Status:
    """What neither the old record of a paper nor a notice explains: curators said so, and go on saying it."""
    explained = gravest(stated(p), noted or Status.CURRENT)
    claims = (Status.CORRECTED, Status.CONCERN, Status.RETRACTED)
    return p.status if p.status in claims and p.status.severity > explained.severity else Status.CURRENT


def _content(gathered: _Gathered) -> Content:
    gathered.entities += list(_stubs(gathered))
    known = list(_known(gathered))
    described = [*known, *((_rank(name), p) for (name, _), p in gathered.publications.items())]
    _, canonical = merge.publications(described)
    publications, canonical = merge.publications([*described, *_missing_papers(gathered, canonical)])
    return _believed(
        Content(
            sites=merge.sites(gathered.sites),
            entities=merge.entities(gathered.entities),
            publications=publications,
            statements=merge.statements(gathered.statements, canonical),
            sources=tuple(gathered.infos[name] for name in sorted(gathered.infos)),
        )
    )


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


def _manifest(gathered: _Gathered, content: Content, profile_: profile.Profile) -> dict[str, Any]:
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
            "refused": len(gathered.refusals),
        },
        "refusals": [str(r) for r in itertools.islice(gathered.refusals, REFUSALS_LISTED)],
    }


def build(
    root: Path,
    profile_: profile.Profile,
    *,
    inputs: Sequence[tuple[str, Path]] | None = None,
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
    gathered = _gathering(curated.read_sites(profile_.folder), profile_.folder, open_only=open_only)
    for name, path in sorted(chosen, key=_reads_abstracts):  # these last, when all entities are known
        _read_one(name, path, gathered, progress)
    for name in sources.keeping(root):
        _recall(name, root, gathered, progress)
    return _store(root, gathered, profile_, validate=validate)


def _store(root: Path, gathered: _Gathered, profile_: profile.Profile, *, validate: bool = False) -> LocalStore:
    content = _content(gathered)
    talk = mentions.literature(content)
    local.create(root, content, _manifest(gathered, content, profile_), literature=talk, validate=validate)
    return local.LocalStore(root)


def ingest(root: Path, name: str, paths: Sequence[Path], *, progress: Progress | None = None) -> LocalStore:
    """Add one source to a graph that is there; reading the same file again changes nothing.

    A source that keeps a state beside the graph (PubMed) gives the same graph in whatever order its files come.

    Raises
    ------
    SourceError
        A file is not what it should be; the graph is as it was.
    StoreError
        There is no graph, or it cannot be written.
    """
    store = local.LocalStore(root)
    gathered, profile_ = _regathered(store)
    source = sources.load(name)
    if isinstance(source, sources.KeepingSource):
        _keep(source, paths, root, gathered, progress)
    else:
        for path in paths:
            _read_one(name, path, gathered, progress)
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


def _recall(name: str, root: Path, gathered: _Gathered, progress: Progress | None) -> None:
    """Take in what a source knows from before, beside what this build read of it."""
    read = {key: p for key, p in gathered.publications.items() if key[0] == name}
    for key in read:
        del gathered.publications[key]
    gathered.known_publications += tuple(read.values())
    _keep(cast("sources.KeepingSource", sources.load(name)), (), root, gathered, progress)


def quarantine(root: Path) -> dict[str, str]:
    """The files that were refused by sources with a state of their own, by name, and why."""
    found: dict[str, str] = {}
    for name in sources.keeping(root):
        found |= cast("sources.KeepingSource", sources.load(name)).quarantine(root)
    return found


def _keep(
    source: sources.KeepingSource, paths: Sequence[Path], root: Path, gathered: _Gathered, progress: Progress | None
) -> None:
    info = source.INFO
    gathered.infos[info.name] = info
    for file in source.keep(paths, root) if paths else ():
        gathered.refusals += file.refusals
        if not file.skipped:
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


def _regathered(store: LocalStore) -> tuple[_Gathered, profile.Profile]:
    """What a graph was made from, to be added to."""
    old, manifest = content_of(store), store.manifest
    profile_ = profile_of(manifest)
    gathered = _gathering(old.sites, profile_.folder, open_only=bool(manifest["open_only"]))
    gathered.infos = {info.name: info for info in old.sources}
    gathered.inputs = [Input(**item) for item in manifest["inputs"]]
    gathered.entities = [(0, entity) for entity in old.entities if entity.label != entity.id]
    gathered.types = {entity.id: entity.type for _, entity in gathered.entities}
    gathered.known_publications = old.publications
    gathered.statements = list(old.statements)
    return gathered, profile_


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
    content = _believed(replace(rdf_reading.read(store.quads()), sources=read_from))
    with contextlib.suppress(OSError):
        tables.write(content, store.place.folder, store.revision)
    return content


def _table(store: LocalStore, name: str) -> pa.Table | None:
    try:
        return store.table(name)
    except StoreError:
        return None  # the triples say the same


def _believed(content: Content) -> Content:
    reliability = {info.name: info.reliability for info in content.sources}
    found, weights = belief.beliefs(
        content.statements, status=content.status, reliability=reliability, versions=content.versions
    )
    return replace(content, beliefs=found, weights=weights)
