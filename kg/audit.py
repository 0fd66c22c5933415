"""What a careful reader would hold against a graph: findings with stable ids, counted and grouped.

A finding is not an error: the graph is valid, but a person should know.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kg import vocabulary
from kg.model import SiteKind, Status, content_id
from kg.sources.licences import LicenceClass, licence_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kg.store.content import Content

STALE_YEARS = 2
"""A source is stale when its version names a year this much older than the build."""


class Severity(StrEnum):
    """How much a finding matters."""

    SERIOUS = "serious"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to know about a graph.

    Parameters
    ----------
    check
        Name of the check, for example ``retracted-evidence``.
    about
        What it is about: a CURIE, a source, a file.
    hint
        What to do.
    """

    check: str
    severity: Severity
    about: str
    what: str
    hint: str

    @property
    def id(self) -> str:
        """Stable id from the check and what it is about: the same finding has the same id in every run."""
        return content_id(self.check, self.about)[:10]


@dataclass(frozen=True, slots=True)
class Audit:
    """All findings, the serious ones first."""

    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        """Count the findings."""
        return len(self.findings)

    def counts(self) -> dict[str, int]:
        """Findings by check."""
        return dict(Counter(f.check for f in self.findings))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, with ids."""
        return {"counts": self.counts(), "findings": [{"id": f.id, **asdict(f)} for f in self.findings]}

    def to_text(self, *, each: int = 10) -> str:
        """Findings grouped by check, some examples of each."""
        lines = []
        for check, group in self._groups():
            lines.append(f"{check} ({group[0].severity}): {len(group)}. {group[0].hint}")
            lines += [f"  {f.id}  {f.what}" for f in group[:each]]
            if len(group) > each:
                lines.append(f"  ... and {len(group) - each} more (kg audit --json lists all)")
        return "\n".join(lines) or "nothing to report"

    def to_markdown(self) -> str:
        """A report with one table a check."""
        lines = ["# Audit", ""]
        for check, group in self._groups():
            lines += [f"## {check} ({group[0].severity}, {len(group)})", "", group[0].hint, ""]
            lines += ["| id | about | finding |", "|---|---|---|"]
            lines += [f"| {f.id} | {_cell(f.about)} | {_cell(f.what)} |" for f in group]
            lines.append("")
        return "\n".join(lines)

    def _groups(self) -> list[tuple[str, list[Finding]]]:
        groups: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            groups[finding.check].append(finding)
        return list(groups.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _cited(content: Content) -> Mapping[str, int]:
    return Counter(s.evidence.publication for s in content.statements if s.evidence.publication)


def _papers(content: Content, _manifest: Mapping[str, Any]) -> Iterator[Finding]:
    cited = _cited(content)
    for p in content.publications:
        if p.id not in cited:
            continue
        count = f"{cited[p.id]} piece{'s' if cited[p.id] != 1 else ''} of evidence"
        if p.status in (Status.RETRACTED, Status.DELETED):
            yield Finding(
                check="retracted-evidence",
                severity=Severity.SERIOUS,
                about=p.id,
                what=f"{p.id} is {p.status.value} and stands behind {count}: {p.title}",
                hint="It counts for nothing already; look at what rested on it with kg fragility.",
            )
        elif p.status is Status.SUPERSEDED:
            yield Finding(
                check="preprint-evidence",
                severity=Severity.NOTE,
                about=p.id,
                what=f"{p.id} is a preprint with a published version and stands behind {count}: {p.title}",
                hint="Cite the published version instead.",
            )
        elif p.status is not Status.CURRENT:
            yield Finding(
                check="doubtful-evidence",
                severity=Severity.WARNING,
                about=p.id,
                what=f"{p.id} is {p.status.value} and stands behind {count}: {p.title}",
                hint="Read the notice; decide whether to keep the rows.",
            )
        if not p.pmid:
            yield Finding(
                check="missing-pmid",
                severity=Severity.NOTE,
                about=p.id,
                what=f"{p.id} has no PMID and stands behind {count}",
                hint="Without a PMID its retraction cannot be seen; kg pubmed sync looks it up.",
            )
        if not p.title:
            yield Finding(
                check="missing-title",
                severity=Severity.NOTE,
                about=p.id,
                what=f"{p.id} has no title",
                hint="Ingest its PubMed record.",
            )


def _licences(content: Content, _manifest: Mapping[str, Any]) -> Iterator[Finding]:
    rows: Counter[tuple[str, str]] = Counter((s.evidence.source, s.evidence.licence) for s in content.statements)
    for (source, licence), count in sorted(rows.items()):
        if licence_class(licence) is not LicenceClass.OPEN:
            kind = licence_class(licence)
            yield Finding(
                check=f"{kind}-licence",
                severity=Severity.WARNING,
                about=f"{source} {licence}",
                what=f"{count} rows of {source} are under {licence or 'no stated licence'} ({kind})",
                hint="Build with --licence open to leave them out.",
            )


def _entities(content: Content, _manifest: Mapping[str, Any]) -> Iterator[Finding]:
    for e in content.entities:
        if e.label == e.id:
            yield Finding(
                check="ungrounded-name",
                severity=Severity.WARNING,
                about=e.id,
                what=f"{e.id} has no label: no source describes it",
                hint="Add it to entities.tsv, or ingest a source that describes it.",
            )
        elif e.id.startswith("exil8:") and not e.parents and e.type in ("gene_product", "mirna", "chemical", "process"):
            yield Finding(
                check="own-identifier",
                severity=Severity.NOTE,
                about=e.id,
                what=f"{e.label} ({e.id}) has no identifier of a public vocabulary",
                hint="Look for one in HGNC, CHEBI, MeSH or GO.",
            )


def _receptors(content: Content, _manifest: Mapping[str, Any]) -> Iterator[Finding]:
    types = {e.id: e.type for e in content.entities}
    kinds = {s.id: s.kind for s in content.sites}
    membrane = {r.object for r in content.relations.values() if r.object_compartment == "plasma_membrane"}
    seen: set[str] = set()
    for key, r in content.relations.items():
        ligand = types.get(r.subject) == "gene_product" and kinds[r.subject_site] is SiteKind.MEDIUM
        bare = r.object in membrane and not r.object_compartment and kinds[r.object_site] is SiteKind.CELL
        if ligand and bare and r.predicate in ("binds", "activates") and key not in seen:
            seen.add(key)
            yield Finding(
                check="receptor-outside-membrane",
                severity=Severity.WARNING,
                about=key,
                what=f"{r.subject} {r.predicate} {r.object} at {r.object_site} names no membrane, other rows do",
                hint="Write plasma_membrane as the object's compartment.",
            )


def _contrary(content: Content, _manifest: Mapping[str, Any]) -> Iterator[Finding]:
    for key, belief in content.beliefs.items():
        relation = content.relations[key]
        if belief.papers_against and vocabulary.predicates()[relation.predicate].sign:
            yield Finding(
                check="contested-relation",
                severity=Severity.NOTE,
                about=key,
                what=f"{relation.subject} {relation.predicate} {relation.object} at {relation.object_site}: "
                f"{len(belief.papers_for)} for, {len(belief.papers_against)} against",
                hint="kg explain shows both sides.",
            )


def _year(version: str) -> int | None:
    """The latest year that a version names."""
    years = [int(found) for found in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", version)]
    return max(years, default=None)


def _inputs(_content: Content, manifest: Mapping[str, Any]) -> Iterator[Finding]:
    built = int(str(manifest["built"])[:4])
    for item in manifest["inputs"]:
        if not item["version"] and item["source"] != "curated":
            yield Finding(
                check="no-version",
                severity=Severity.NOTE,
                about=f"{item['source']} {item['name']}",
                what=f"{item['name']} ({item['source']}) states no version",
                hint="State it in profile.toml, or with --source-version; its SHA-256 is in the manifest.",
            )
        if (year := _year(item["version"])) and built - year >= STALE_YEARS:
            yield Finding(
                check="stale-version",
                severity=Severity.NOTE,
                about=f"{item['source']} {item['name']}",
                what=f"{item['name']} ({item['source']}) is of {year}, read in {built}: {item['version']}",
                hint="Read a newer release of the source.",
            )
        if item["rows_refused"]:
            yield Finding(
                check="refused-records",
                severity=Severity.NOTE,
                about=f"{item['source']} {item['name']}",
                what=f"{item['rows_refused']} of {item['rows_read']} records of {item['name']} were refused",
                hint="kg status lists them with their reasons; all stand in refusals.tsv beside the graph.",
            )


_CHECKS: tuple[Callable[[Content, Mapping[str, Any]], Iterable[Finding]], ...] = (
    _papers,
    _licences,
    _entities,
    _receptors,
    _contrary,
    _inputs,
)


def audit(content: Content, manifest: Mapping[str, Any]) -> Audit:
    """Run all checks over a graph.

    Returns
    -------
    Audit
        Findings sorted by severity, check and what they are about: the same graph gives the same report.
    """
    order = {severity: rank for rank, severity in enumerate(Severity)}
    found = [finding for check in _CHECKS for finding in check(content, manifest)]
    return Audit(tuple(sorted(found, key=lambda f: (order[f.severity], f.check, f.about))))
