"""From sources to a stored graph: read, check, join, believe, write aside, put in force.

A build names every input with version, licence, SHA-256 and counts in its manifest, and lists what it
refused. The old graph stays in force until the new one is whole.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kg import belief, merge, profile, resources, sources, vocabulary
from kg._version import __version__
from kg.errors import CurieError, StoreError
from kg.model import Entity, Polarity, Publication, Refusal, SourceInfo, Statement
from kg.sources import curated
from kg.store import local, tables
from kg.store.content import Content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.model import Record, Relation, Site
    from kg.store.local import LocalStore

    Progress = Callable[[str, int], None]

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
    publications: dict[tuple[int, str], Publication] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    infos: dict[str, SourceInfo] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)

    @property
    def site_ids(self) -> frozenset[str]:
        return frozenset(site.id for site in self.sites)


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
    """Which source describes an entity or a paper when several do: PubMed knows papers, curators the axis."""
    return {"pubmed": 0, "curated": 1}.get(name, 2)


def _entity_rank(name: str) -> int:
    return 0 if name == "curated" else 1


def _fault(relation: Relation, site_ids: frozenset[str]) -> tuple[str, str] | None:
    """What is wrong with a relation, and what to do; None when nothing is."""
    predicate = vocabulary.predicates().get(relation.predicate)
    if predicate is None or predicate.derived:
        return f"unknown predicate {relation.predicate!r}", "map it to a predicate of ontologies/exil8.ttl"
    if Polarity(relation.polarity) not in predicate.polarities:
        return f"polarity {relation.polarity.value!r} contradicts the predicate {predicate.name}", "mend the row"
    for site in (relation.subject_site, relation.object_site):
        if site not in site_ids:
            return f"unknown site {site!r}", "add it to sites.tsv of the profile"
    for curie in (relation.subject, relation.object):
        vocabulary.check_curie(curie)
    return None


def _checked(statement: Statement, site_ids: frozenset[str], file: str) -> Statement | Refusal:
    try:
        fault = _fault(statement.relation, site_ids)
    except CurieError as error:
        fault = (error.what, error.hint)
    if fault is None:
        return statement
    e = statement.evidence
    return Refusal(source=e.source, file=file, line=None, what=f"record {e.record}: {fault[0]}", hint=fault[1])


def _read_one(name: str, path: Path, gathered: _Gathered, progress: Progress | None) -> None:
    source = sources.load(name)
    gathered.infos[name] = source.INFO
    counts: dict[str, int] = defaultdict(int)
    site_ids = gathered.site_ids
    for record in source.read(path):
        checked: Record = _checked(record, site_ids, str(path)) if isinstance(record, Statement) else record
        counts["read"] += 1
        if isinstance(checked, Refusal):
            counts["refused"] += 1
            gathered.refusals.append(checked)
        elif isinstance(checked, Statement):
            gathered.statements.append(checked)
        elif isinstance(checked, Publication):
            gathered.publications[_rank(name), checked.id] = checked  # of one source, the later record counts
        else:
            gathered.entities.append((_entity_rank(name), checked))
        if progress is not None and counts["read"] % 1000 == 0:
            progress(name, counts["read"])
    if progress is not None:
        progress(name, counts["read"])
    gathered.inputs.append(
        Input(
            source=name,
            name=path.name,
            sha256=_digest(path),
            licence=source.INFO.licence,
            version=source.INFO.version,
            rows_read=counts["read"],
            rows_kept=counts["read"] - counts["refused"],
            rows_refused=counts["refused"],
        )
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


def _content(gathered: _Gathered) -> Content:
    gathered.entities += list(_stubs(gathered))
    described = [(rank, p) for (rank, _), p in gathered.publications.items()]
    _, canonical = merge.publications(described)
    publications, canonical = merge.publications([*described, *_missing_papers(gathered, canonical)])
    statements = merge.statements(gathered.statements, canonical)
    status = {p.id: p.status for p in publications}
    reliability = {name: info.reliability for name, info in gathered.infos.items()}
    found, weights = belief.beliefs(statements, status=status, reliability=reliability)
    return Content(
        sites=merge.sites(gathered.sites),
        entities=merge.entities(gathered.entities),
        publications=publications,
        statements=statements,
        beliefs=found,
        weights=weights,
        sources=tuple(gathered.infos[name] for name in sorted(gathered.infos)),
    )


def _revision(inputs: Iterable[Input], profile_: profile.Profile) -> str:
    total = hashlib.sha256(f"{__version__}\x1f{profile_.name}".encode())
    folder = resources.ontologies()
    for file in (*sorted(folder.glob("*.*")), *sorted((folder / "slices").glob("*.ttl"))):
        total.update(file.read_bytes())
    for item in sorted(f"{i.source}\x1f{i.name}\x1f{i.sha256}" for i in inputs):
        total.update(item.encode())
    return total.hexdigest()[:16]


def _manifest(gathered: _Gathered, content: Content, profile_: profile.Profile) -> dict[str, Any]:
    inputs = sorted(gathered.inputs, key=lambda i: (i.source, i.name))
    return {
        "version": __version__,
        "revision": _revision(inputs, profile_),
        "profile": profile_.name,
        "title": profile_.title,
        "profile_folder": "" if profile_.folder == resources.axes() / profile_.name else str(profile_.folder),
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
    progress: Progress | None = None,
) -> LocalStore:
    """Build a graph from a profile's default sources, or from the named ones, and put it in force.

    Parameters
    ----------
    root
        Folder of the store.
    profile_
        What the graph is about.
    inputs
        Pairs of source name and path; without them, the sources the profile names.
    progress
        Called with the name of the source and the records read so far.

    Raises
    ------
    SourceError
        An input is not what it should be; nothing is changed.
    StoreError
        The folder cannot be written, is locked, or holds something else.
    UsageError
        A source that is not installed.
    """
    chosen = [(s.name, s.path) for s in profile_.sources] if inputs is None else list(inputs)
    gathered = _Gathered(merge.sites(curated.read_sites(profile_.folder)))
    for name, path in chosen:
        _read_one(name, path, gathered, progress)
    return _store(root, gathered, profile_)


def _store(root: Path, gathered: _Gathered, profile_: profile.Profile) -> LocalStore:
    content = _content(gathered)
    local.create(root, content, _manifest(gathered, content, profile_))
    return local.LocalStore(root)


def ingest(root: Path, name: str, paths: Sequence[Path], *, progress: Progress | None = None) -> LocalStore:
    """Add one source to a graph that is there; reading the same file again changes nothing.

    Raises
    ------
    SourceError
        A file is not what it should be; the graph is as it was.
    StoreError
        There is no graph, or it cannot be written.
    """
    store = local.LocalStore(root)
    old, manifest = content_of(store), store.manifest
    gathered = _Gathered(old.sites)
    gathered.infos = {info.name: info for info in sources_of(manifest)}
    gathered.inputs = [Input(**item) for item in manifest["inputs"]]
    gathered.entities = [(0, entity) for entity in old.entities]
    gathered.publications = {(_rank(p.source), p.id): p for p in old.publications}
    gathered.statements = list(old.statements)
    for path in paths:
        _read_one(name, path, gathered, progress)
    unique = {(i.source, i.name, i.sha256): i for i in gathered.inputs}
    gathered.inputs = list(unique.values())
    store.close()
    return _store(root, gathered, profile_of(manifest))


def sources_of(manifest: Mapping[str, Any]) -> tuple[SourceInfo, ...]:
    """The sources a graph was built from, as its manifest describes them."""
    described = (dict(value) for value in manifest["sources"].values())
    return tuple(SourceInfo(**(value | {"formats": tuple(value["formats"])})) for value in described)


def profile_of(manifest: Mapping[str, Any]) -> profile.Profile:
    """The profile a graph was built from: the shipped one by name, or that of its folder."""
    from pathlib import Path

    folder = manifest["profile_folder"]
    return profile.load(Path(folder) if folder else resources.axes() / manifest["profile"])


def content_of(store: LocalStore) -> Content:
    """The content of a stored graph, from its tables.

    Raises
    ------
    StoreError
        A table is absent or of another revision.
    """
    found = {name: store.table(name) for name in tables.NAMES}
    missing = sorted(name for name, table in found.items() if table is None)
    if missing:
        raise StoreError(
            f"{store.place.folder}: {', '.join(missing)} is missing or stale; rebuild the graph with `kg build`"
        )
    return tables.to_content({name: table for name, table in found.items() if table is not None})
