"""INDRA statements (JSON): what machines read in papers, with text, context and negation kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg.model import Directness, Entity, Evidence, Grade, Method, Relation, SourceInfo, Statement
from kg.sources.identifiers import Ungrounded, normal_name
from kg.sources.json_stream import json_objects
from kg.sources.reading import UNSPECIFIED, Context, Kind, Reading, contexts, kinds, pmid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Record
    from kg.sources.identifiers import Identifiers

INFO: Final = SourceInfo(
    name="indra",
    title="INDRA: statements assembled from text mining and databases",
    licence="BSD-2-Clause",
    homepage="https://indra.bio/",
    citation=(
        "Bachman JA, Gyori BM, Sorger PK. Automated assembly of molecular mechanisms at scale from text mining and "
        "curated databases. Mol Syst Biol 2023;19:e11325. doi:10.15252/msb.202211325"
    ),
    reliability=0.4,
    formats=("json", "jsonl"),
)

_PREFIXES: Final = (
    ("HGNC", "HGNC", "gene_product"), ("UP", "UniProtKB", "gene_product"), ("EGID", "NCBIGene", "gene_product"),
    ("FPLX", "FPLX", "gene_product"), ("MIRBASE", "MIRBASE", "mirna"), ("CHEBI", "CHEBI", "chemical"),
    ("PUBCHEM", "PUBCHEM", "chemical"), ("DRUGBANK", "DRUGBANK", "chemical"), ("GO", "GO", "process"),
    ("DOID", "DOID", "disease"), ("HP", "HP", "phenotype"), ("MESH", "MESH", ""),
)  # fmt: skip
_ROLES: Final = (("subj", "obj"), ("enz", "sub"), ("gef", "ras"), ("gap", "ras"))
_READERS: Final = {
    "reach", "sparser", "trips", "medscan", "rlimsp", "isi", "eidos", "geneways", "tees", "gnbr", "semrep", "evex",
}  # fmt: skip
_ON_PROCESS: Final = {"activates": "promotes", "inhibits": "suppresses", "increases_expression_of": "promotes",
                      "decreases_expression_of": "suppresses"}  # fmt: skip
_CONTEXT: Final = ("cell_line", "cell_type", "organ", "disease", "location")


def read(
    path: str | Path, *, identifiers: Identifiers | None = None, sites: Mapping[str, Context] | None = None
) -> Iterator[Record]:
    """Read statements.

    Parameters
    ----------
    path
        An array of statements, an object with ``statements``, or one statement a line.
    identifiers
        What is known of identifiers; the shipped table when None.
    sites
        Which site a cell line, a cell type or a disease of a context means; ``site_names.tsv`` beside the file when
        None.

    Yields
    ------
    Record
        Entities, one statement a piece of evidence, and a refusal for what has no predicate or no identifier.

    Raises
    ------
    SourceError
        The file is no JSON of statements.
    """
    reading = Reading(INFO, path, identifiers)
    where = contexts(path) if sites is None else sites
    for line, statement in json_objects(path, key="statements"):
        yield from _statement(reading, line, statement, where)


def _statement(
    reading: Reading, line: int, statement: Mapping[str, Any], where: Mapping[str, Context]
) -> Iterator[Record]:
    word = str(statement.get("type", ""))
    kind = kinds("indra").get(word.casefold())
    if kind is None or kind.reason:
        yield reading.refuse_kind(line, word, kind.reason if kind else "")
        return
    agents = _agents(statement)
    if len(agents) != 2:
        yield reading.refuse(line, f"{word} of {len(agents)} agents: it takes two")
        return
    ends = [_entity(reading, agent) for agent in agents]
    for end in ends:
        if isinstance(end, Ungrounded):
            yield reading.refuse(line, *end)
            return
    subject, object_ = (end for end in ends if isinstance(end, Entity))
    yield from reading.tell(subject, object_)
    state = "; ".join(filter(None, map(_state, agents)))
    for evidence in statement.get("evidence") or [{}]:
        context = _context(evidence, where)
        relation = _relation(kind, subject, object_, context.site)
        yield Statement(relation=relation, evidence=_evidence(statement, evidence, context, state))


def _agents(statement: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "members" in statement:
        return [agent for agent in statement["members"] if agent]
    pair = next((pair for pair in _ROLES if pair[0] in statement), ())
    return [statement[role] for role in pair if statement.get(role)]


def _entity(reading: Reading, agent: Mapping[str, Any]) -> Entity | Ungrounded:
    refs = agent.get("db_refs") or {}
    name = str(agent.get("name", ""))
    for database, prefix, type_ in _PREFIXES:
        number = refs.get(database)
        if isinstance(number, list):
            number = number[0] if number else None
        if not number:
            continue
        curie = f"{prefix}:{str(number).removeprefix(prefix + ':')}"
        if type_ or reading.ids.by_xref(curie) is not None:
            return reading.entity(curie, name, type_)
    grounded = reading.named(name)
    return Ungrounded(f"no identifier for {name!r} ({grounded.what})") if isinstance(grounded, Ungrounded) else grounded


def _state(agent: Mapping[str, Any]) -> str:
    """Modifications, mutations and partners of an agent: the relation is then of this state of it."""
    parts = [str(mod.get("mod_type", "")) + str(mod.get("residue") or "") + str(mod.get("position") or "")
             for mod in agent.get("mods") or []]  # fmt: skip
    parts += [f"{m.get('residue_from') or ''}{m.get('position') or ''}{m.get('residue_to') or ''}"
              for m in agent.get("mutations") or []]  # fmt: skip
    parts += [f"bound to {b.get('agent', {}).get('name', '')}" for b in agent.get("bound_conditions") or []]
    return f"{agent.get('name', '')}: {', '.join(parts)}" if parts else ""


def _relation(kind: Kind, subject: Entity, object_: Entity, site: str) -> Relation:
    on_process = object_.type in ("process", "phenotype", "disease")
    return Relation(
        subject=subject.id,
        subject_site=site,
        predicate=_ON_PROCESS.get(kind.predicate, kind.predicate) if on_process else kind.predicate,
        object=object_.id,
        object_site=site,
        polarity=kind.polarity,
    )


def _context(evidence: Mapping[str, Any], where: Mapping[str, Context]) -> Context:
    given = evidence.get("context") or {}
    for key in ("cell_line", "cell_type", "disease"):
        thing = given.get(key) or {}
        names = [str(thing.get("name", "")), *(f"{db}:{i}" for db, i in (thing.get("db_refs") or {}).items())]
        for name in names:
            if name and normal_name(name) in where:
                return where[normal_name(name)]
    return Context(UNSPECIFIED, "")


def _evidence(statement: Mapping[str, Any], evidence: Mapping[str, Any], context: Context, state: str) -> Evidence:
    epistemics = evidence.get("epistemics") or {}
    given = evidence.get("context") or {}
    api = str(evidence.get("source_api", ""))
    paper = pmid(str(evidence.get("pmid") or (evidence.get("text_refs") or {}).get("PMID") or ""))
    reader = f"read by {api}" if api in _READERS else f"from {api}" if api else ""
    taxon = str(((given.get("species") or {}).get("db_refs") or {}).get("TAXONOMY", ""))
    return Evidence(
        publication=paper,
        source=INFO.name,
        record=f"{statement.get('id', '')}/{evidence.get('source_hash', '')}",
        model_system=", ".join(str(given[key].get("name", "")) for key in _CONTEXT if given.get(key)),
        grade=Grade.BACKGROUND if epistemics.get("hypothesis") else Grade.RESULT,
        directness=_directness(epistemics.get("direct")),
        scope=context.scope,
        taxa=(f"NCBITaxon:{taxon}",) if taxon.isdecimal() else (),
        support=str(evidence.get("text") or ""),
        note="; ".join(filter(None, [reader, state])),
        negated=bool(epistemics.get("negated") or epistemics.get("negation")),
        licence=INFO.licence,
        method=Method.MACHINE_READ if api in _READERS else Method.CURATED,
    )


def _directness(direct: object) -> Directness:
    if not isinstance(direct, bool):
        return Directness.UNKNOWN
    return Directness.DIRECT if direct else Directness.INDIRECT
