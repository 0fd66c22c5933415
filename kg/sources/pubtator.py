"""PubTator3 (BioC-JSON): what a machine finds named in a paper, and which relations it reads there.

Machine-read relations carry the evidence source ``pubtator3`` and its low reliability; they are never taken for curated
ones. Types without a direction of effect (association, correlation) have no predicate and are refused one by one.
Names found in the text come from :func:`mentions`; they are no relations at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kg.model import Directness, Entity, Evidence, Grade, Relation, SourceInfo, Statement
from kg.sources.identifiers import Ungrounded
from kg.sources.json_stream import json_objects
from kg.sources.reading import UNSPECIFIED, Kind, Reading, kinds, pmid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Record
    from kg.sources.identifiers import Identifiers

INFO: Final = SourceInfo(
    name="pubtator3",
    title="PubTator3: entities and relations read by machine in PubMed and PMC",
    licence="NLM Terms and Conditions",
    homepage="https://www.ncbi.nlm.nih.gov/research/pubtator3/",
    citation=(
        "Wei CH, Allot A, Lai PT, et al. PubTator 3.0: an AI-powered literature resource for unlocking biomedical "
        "knowledge. Nucleic Acids Res 2024;52:W540-W546. doi:10.1093/nar/gkae235"
    ),
    reliability=0.3,
    formats=("json", "jsonl"),
)

_TYPES: Final = {"gene": "gene_product", "chemical": "chemical", "disease": "disease"}
_ON_PROCESS: Final = {"activates": "promotes", "inhibits": "suppresses"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entity named in a paper, and how often."""

    publication: str
    entity: Entity
    count: int


def read(path: str | Path, *, identifiers: Identifiers | None = None, least: float = 0.0) -> Iterator[Record]:
    """Read the relations of PubTator3 documents.

    Parameters
    ----------
    path
        The answer of ``publications/export/biocjson``: an object with ``PubTator3``, one document, or one a line.
    identifiers
        What is known of identifiers; the shipped table when None.
    least
        Score below which a relation is refused.

    Yields
    ------
    Record
        Entities, one statement a relation, and a refusal for what has no predicate, no identifier or too low a score.

    Raises
    ------
    SourceError
        The file is no JSON of documents.
    """
    reading = Reading(INFO, path, identifiers)
    for line, document in json_objects(path, key="PubTator3"):
        if "passages" not in document:
            yield reading.refuse(line, "an object without passages", "expected BioC-JSON of PubTator3")
            continue
        for relation in document.get("relations") or ():
            yield from _statement(reading, line, document, relation, least)


def mentions(path: str | Path, *, identifiers: Identifiers | None = None) -> Iterator[Mention]:
    """Read which entities each paper names: genes, chemicals, diseases; once for every paper and entity."""
    reading = Reading(INFO, path, identifiers)
    for _, document in json_objects(path, key="PubTator3"):
        counts: Counter[str] = Counter()
        entities: dict[str, Entity] = {}
        for passage in document.get("passages") or ():
            for annotation in passage.get("annotations") or ():
                found = _entity(reading, annotation.get("infons") or {})
                if isinstance(found, Entity):
                    entities[found.id] = found
                    counts[found.id] += len(annotation.get("locations") or ()) or 1
        for curie, count in counts.items():
            yield Mention(publication=_publication(document), entity=entities[curie], count=count)


def _statement(
    reading: Reading, line: int, document: Mapping[str, Any], relation: Mapping[str, Any], least: float
) -> Iterator[Record]:
    infons = relation.get("infons") or {}
    word, score = str(infons.get("type", "")), _score(infons.get("score"))
    kind = kinds("pubtator3").get(word.casefold())
    if kind is None or kind.reason:
        yield reading.refuse_kind(line, word, kind.reason if kind else "")
        return
    if score < least:
        yield reading.refuse(line, f"{word} with the score {score:g}, below {least:g}")
        return
    ends = [_entity(reading, infons.get(role) or {}) for role in ("role1", "role2")]
    for end in ends:
        if isinstance(end, Ungrounded):
            yield reading.refuse(line, *end)
            return
    subject, object_ = (end for end in ends if isinstance(end, Entity))
    yield from reading.tell(subject, object_)
    yield Statement(relation=_relation(kind, subject, object_), evidence=_evidence(document, relation, score))


def _entity(reading: Reading, infons: Mapping[str, Any]) -> Entity | Ungrounded:
    biotype, name = str(infons.get("biotype", "")), str(infons.get("name") or "")
    type_ = _TYPES.get(biotype)
    if type_ is None:
        return Ungrounded(f"{name or 'an entity'!r} is a {biotype or 'thing of no type'}")
    number = str(infons.get("normalized_id") or "")
    if not number or number == "None":
        return Ungrounded(f"no identifier for {name!r}")
    curie = number if ":" in number else f"{'NCBIGene' if biotype == 'gene' else 'MESH'}:{number}"
    return reading.entity(curie, name, type_)


def _relation(kind: Kind, subject: Entity, object_: Entity) -> Relation:
    on_process = object_.type in ("process", "phenotype", "disease")
    return Relation(
        subject=subject.id,
        subject_site=UNSPECIFIED,
        predicate=_ON_PROCESS.get(kind.predicate, kind.predicate) if on_process else kind.predicate,
        object=object_.id,
        object_site=UNSPECIFIED,
        polarity=kind.polarity,
    )


def _evidence(document: Mapping[str, Any], relation: Mapping[str, Any], score: float) -> Evidence:
    return Evidence(
        publication=_publication(document),
        source=INFO.name,
        record=f"{document.get('pmid') or document.get('id', '')}/{relation.get('id', '')}",
        grade=Grade.BACKGROUND,
        directness=Directness.UNKNOWN,
        note=f"read by PubTator3 (machine), score {score:g}",
        licence=INFO.licence,
    )


def _publication(document: Mapping[str, Any]) -> str:
    return pmid(str(document.get("pmid") or "")) or pmid(str(document.get("id") or ""))


def _score(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return 0.0
