"""PubTator3 (BioC-JSON): what a machine finds named in a paper, and which relations it reads there.

Relations are machine-read evidence: a class of its own, never taken for curated. Most of their types are associations
or correlations, which name no cause: they become relations that no path walks. What a paper names goes with the paper,
as literature evidence (``kg.mentions``). No text of a passage is kept but the title.

Types and their meaning: table 2 of https://www.ncbi.nlm.nih.gov/research/pubtator3/tutorial, in
``mappings/pubtator3.sssom.tsv``.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from kg import mesh, vocabulary
from kg.model import Directness, Entity, Evidence, Grade, Method, Publication, Relation, SourceInfo, Statement
from kg.sources.identifiers import Ungrounded
from kg.sources.json_stream import json_objects
from kg.sources.reading import UNSPECIFIED, Kind, Reading, kinds, pmid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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

_TYPES: Final = {"gene": "gene_product", "chemical": "chemical", "disease": "disease", "cellline": "cell"}
_MAPPED_TYPES: Final = {"CL": "cell", "Cellosaurus": "cell", "GO": "process", "HGNC": "gene_product"}
_NUMBERS: Final = {
    "gene": (re.compile(r"(\d+)"), "NCBIGene:"),
    "chemical": (re.compile(r"(?:MESH:)?([CD]\d{6,9})"), "MESH:"),
    "disease": (re.compile(r"(?:MESH:)?([CD]\d{6,9})"), "MESH:"),
    "cellline": (re.compile(r"(?:Cellosaurus:)?CVCL[:_]([A-Z0-9]{4})"), "Cellosaurus:CVCL_"),
}
"""How an annotation of each kind gives its identifier, and what stands before it in a CURIE."""


def read(path: str | Path, *, identifiers: Identifiers | None = None) -> Iterator[Record]:
    """Read PubTator3 documents.

    Parameters
    ----------
    path
        The answer of ``publications/export/biocjson``: an object with ``PubTator3``, one document, or one a line.
    identifiers
        What is known of identifiers; the shipped table when None.

    Yields
    ------
    Record
        A publication a document, with the entities named in it; entities and one statement a relation; and a refusal
        for each relation whose type says nothing the graph can hold, or an end of which has no identifier.

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
        if _paper(document):
            yield _publication(reading, document)
        for relation, shown in zip_longest(_items(document, "relations"), _items(document, "relations_display")):
            if relation is not None:
                yield from _statement(reading, line, document, relation, shown or {})


def _items(thing: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    return thing.get(name) or ()


def _paper(document: Mapping[str, Any]) -> str:
    return pmid(str(document.get("pmid") or "")) or pmid(str(document.get("id") or ""))


def _publication(reading: Reading, document: Mapping[str, Any]) -> Publication:
    passages = _items(document, "passages")
    title = next((p for p in passages if (p.get("infons") or {}).get("type") in ("title", "front")), {})
    named = (_entity(reading, a.get("infons") or {}) for p in passages for a in _items(p, "annotations"))
    date, authors = str(document.get("date") or "")[:10], document.get("authors") or [""]
    return Publication(
        id=_paper(document),
        pmid=_paper(document).removeprefix("PMID:"),
        title=" ".join(str(title.get("text") or "").split()),
        year=int(date[:4]) if date[:4].isdecimal() else None,
        published=date,
        journal=str(document.get("journal") or ""),
        first_author=str(authors[0]),
        annotated_entities=tuple(sorted({found.id for found in named if isinstance(found, Entity)})),
        source=INFO.name,
    )


def _statement(
    reading: Reading, line: int, document: Mapping[str, Any], relation: Mapping[str, Any], shown: Mapping[str, Any]
) -> Iterator[Record]:
    infons = relation.get("infons") or {}
    roles = [infons.get(role) or {} for role in ("role1", "role2")]
    word = _word(infons, roles, shown)
    kind = kinds(INFO.name).get(word.casefold())
    if kind is None or kind.reason:
        yield reading.refuse_kind(line, word, kind.reason if kind else "")
        return
    if not vocabulary.predicates()[kind.predicate].symmetric:
        roles.sort(key=lambda role: role.get("biotype") == "disease")  # what acts on a disease comes first
    found = [_entity(reading, role) for role in roles]
    ends = [end for end in found if isinstance(end, Entity)]
    fault = next((end for end in found if isinstance(end, Ungrounded)), None) or _unfit(kind, ends)
    if fault is not None:
        yield reading.refuse(line, *fault)
        return
    yield from reading.tell(*ends)
    yield Statement(relation=_relation(kind, ends), evidence=_evidence(document, relation, roles))


def _word(infons: Mapping[str, Any], roles: Sequence[Mapping[str, Any]], shown: Mapping[str, Any]) -> str:
    """The type of a relation as the site shows it, which says more; else the coarse one of the model."""
    word, *ends = str(shown.get("name") or "").split("|")
    return word if ends == [str(role.get("accession")) for role in roles] else str(infons.get("type", ""))


def _unfit(kind: Kind, ends: Sequence[Entity]) -> Ungrounded | None:
    subject, object_ = ends
    if subject.id == object_.id:
        return Ungrounded(f"both ends are {subject.label} ({subject.id})")
    if kind.predicate in ("promotes", "suppresses") and object_.type not in ("disease", "process", "phenotype"):
        return Ungrounded(f"{subject.label} {kind.predicate} {object_.label}, which is no disease")
    return None


def _entity(reading: Reading, infons: Mapping[str, Any]) -> Entity | Ungrounded:
    biotype, name = str(infons.get("biotype", "")), str(infons.get("name") or "")
    if biotype not in _TYPES:
        return Ungrounded(f"{name or 'an entity'!r} is a {biotype or 'thing of no type'}")
    form, prefix = _NUMBERS[biotype]
    number = form.fullmatch(str(infons.get("normalized_id") or ""))
    if number is None:
        return Ungrounded(f"no identifier for {name!r}")
    return _grounded(reading, prefix + number[1], name, _TYPES[biotype])


def _grounded(reading: Reading, curie: str, name: str, type_: str) -> Entity:
    """Entity of a cross-reference; of a MeSH term, what it stands for."""
    if curie.startswith("MESH:") and reading.ids.by_xref(curie) is None:
        meant = mesh.entities_of(curie.removeprefix("MESH:"))
        if len(meant) == 1:
            (curie,) = meant
            type_ = _MAPPED_TYPES.get(curie.partition(":")[0], type_)
    return reading.entity(curie, name, type_)


def _relation(kind: Kind, ends: Sequence[Entity]) -> Relation:
    subject, object_ = ends
    return Relation(
        subject=subject.id,
        subject_site=UNSPECIFIED,
        predicate=kind.predicate,
        object=object_.id,
        object_site=UNSPECIFIED,
        polarity=kind.polarity,
    )


def _evidence(document: Mapping[str, Any], relation: Mapping[str, Any], roles: Sequence[Mapping[str, Any]]) -> Evidence:
    named = " and ".join(f"{role.get('name')} ({role.get('normalized_id')})" for role in roles)
    return Evidence(
        publication=_paper(document),
        source=INFO.name,
        record=f"{document.get('pmid') or document.get('id', '')}/{relation.get('id', '')}",
        grade=Grade.BACKGROUND,
        directness=Directness.UNKNOWN,
        note=f"of {named}, score {(relation.get('infons') or {}).get('score')}",
        licence=INFO.licence,
        method=Method.MACHINE_READ,
    )
