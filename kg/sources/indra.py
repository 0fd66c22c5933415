"""INDRA statements (JSON): what machines read in papers, with text, context and negation kept.

INDRA gathers what others read: a piece of evidence has the licence of the reader or database it is from
(``mappings/indra_licences.tsv``), and is of unknown licence where nobody looked that up. The licence of INDRA's
software (BSD-2-Clause) says nothing of it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from kg.model import Directness, Entity, Grade, Method, Refusal, SourceInfo
from kg.sources.identifiers import MAPPINGS, Ungrounded, both, normal_name
from kg.sources.json_shape import FLAG, NUMBER, TEXT, Each, Leaf, Values, misfit
from kg.sources.json_stream import json_objects
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import UNSPECIFIED, Context, Reading, contexts, is_curie, is_pmid, kinds, pmid, said_of
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Evidence, Record, Relation
    from kg.sources.identifiers import Identifiers
    from kg.sources.json_shape import Shape
    from kg.sources.reading import Kind

INFO: Final = SourceInfo(
    name="indra",
    title="INDRA: statements assembled from text mining and databases",
    licence="mixed",
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
_CONTEXT: Final = ("cell_line", "cell_type", "organ", "disease", "location")
_ANYTHING: Final = Leaf((str, int, float, list))
_AGENT: Final[Shape] = {
    "name": TEXT,
    "db_refs": Values(_ANYTHING),
    "mods": Each({"mod_type": TEXT, "residue": TEXT, "position": NUMBER, "is_modified": FLAG}),
    "mutations": Each({"residue_from": TEXT, "position": NUMBER, "residue_to": TEXT}),
    "bound_conditions": Each({"agent": {"name": TEXT}, "is_bound": FLAG}),
    "activity": {"is_active": FLAG},
}
_STATEMENT: Final[Shape] = {
    "type": TEXT, "id": TEXT, "evidence": Each(Leaf((dict, list, str, int, float, bool))), "members": Each(_AGENT),
    **{role: _AGENT for pair in _ROLES for role in pair},
}  # fmt: skip
_EVIDENCE: Final[Shape] = {
    "source_api": TEXT, "pmid": NUMBER, "text": TEXT, "source_hash": NUMBER, "text_refs": {"PMID": NUMBER},
    "epistemics": {"direct": FLAG, "negated": FLAG, "negation": FLAG, "hypothesis": FLAG},
    "context": {**{key: {"name": TEXT, "db_refs": Values(NUMBER)} for key in (*_CONTEXT, "species")}},
}  # fmt: skip


@cache
def licences() -> Mapping[str, str]:
    """Licence of each reader and database that INDRA gathers, by its ``source_api``.

    >>> licences()["biogrid"], licences()["signor"]
    ('MIT', 'unknown')
    """
    rows = read_table(MAPPINGS / "indra_licences.tsv", required=["source_api", "licence", "reason"])
    return {row.cells["source_api"]: row.cells["licence"] for row in rows if not isinstance(row, Refusal)}


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
        fault = misfit(statement, _STATEMENT)
        if fault:
            yield reading.refuse(line, f"no statement of INDRA: {fault}")
        else:
            yield from _statement(reading, line, statement, where)


def _statement(
    reading: Reading, line: int, statement: Mapping[str, Any], where: Mapping[str, Context]
) -> Iterator[Record]:
    word = statement.get("type") or ""
    kind = kinds("indra").get(word.casefold())
    if kind is None or kind.reason:
        yield reading.refuse_kind(line, word, kind.reason if kind else "")
        return
    agents = _agents(statement)
    if len(agents) != 2:
        yield reading.refuse(line, f"{word} of {len(agents)} agents: it takes two")
        return
    if (agents[0].get("activity") or {}).get("is_active") is False:
        yield reading.refuse(line, f"what {agents[0].get('name', '')!r} does while it is inactive")
        return
    ends = both(*(_entity(reading, agent) for agent in agents))
    if isinstance(ends, Ungrounded):
        yield reading.refuse(line, *ends)
        return
    subject, object_ = ends
    yield from reading.tell(subject, object_)
    said = "; ".join(filter(None, [word.lower() if kind.predicate == "regulates" else "", *map(_state, agents)]))
    for evidence in statement.get("evidence") or [{}]:
        fault = misfit(evidence, _EVIDENCE, "evidence")
        if fault:
            yield reading.refuse(line, f"no evidence of INDRA: {fault}")
            continue
        number = _paper(evidence)
        if number and not is_pmid(number):
            yield reading.refuse(line, f"reference {number!r} is no PubMed id")
        context = _context(evidence, where)
        relation = _relation(kind, subject, object_, context.site)
        yield new_statement(relation=relation, evidence=_evidence(statement, evidence, context, said))


def _agents(statement: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "members" in statement:
        return [agent for agent in statement["members"] or () if agent]
    pair = next((pair for pair in _ROLES if pair[0] in statement), ())
    return [statement[role] for role in pair if statement.get(role)]


def _entity(reading: Reading, agent: Mapping[str, Any]) -> Entity | Ungrounded:
    refs = agent.get("db_refs") or {}
    name = agent.get("name") or ""
    unfit: Ungrounded | None = None
    for database, prefix, type_ in _PREFIXES:
        number = _first(refs.get(database))
        if not number:
            continue
        curie = f"{prefix}:{number.removeprefix(prefix + ':')}"
        if type_ or reading.ids.by_xref(curie) is not None:
            found = reading.xref(curie, name, type_)
            if isinstance(found, Entity):
                return found
            unfit = unfit or found
    if unfit is not None:
        return unfit
    grounded = reading.named(name)
    return Ungrounded(f"no identifier for {name!r} ({grounded.what})") if isinstance(grounded, Ungrounded) else grounded


def _first(number: object) -> str:
    """An identifier; the first, which is the best, of a list of them, with or without scores."""
    while isinstance(number, list):
        number = number[0] if number else None
    return "" if number is None else str(number)


def _state(agent: Mapping[str, Any]) -> str:
    """Modifications, mutations and partners of an agent: the relation is then of this state of it."""
    parts = [
        f"{'not ' if mod.get('is_modified') is False else ''}{_joined(mod, 'mod_type', 'residue', 'position')}"
        for mod in agent.get("mods") or ()
    ]
    parts += [_joined(m, "residue_from", "position", "residue_to") for m in agent.get("mutations") or ()]
    parts += [
        f"{'not ' if bound.get('is_bound') is False else ''}bound to {(bound.get('agent') or {}).get('name') or ''}"
        for bound in agent.get("bound_conditions") or ()
    ]
    return f"{agent.get('name') or ''}: {', '.join(parts)}" if parts else ""


def _joined(cells: Mapping[str, Any], *keys: str) -> str:
    return "".join(str(cells.get(key) or "") for key in keys)


def _relation(kind: Kind, subject: Entity, object_: Entity, site: str) -> Relation:
    return new_relation(
        subject=subject.id,
        subject_site=site,
        predicate=said_of(kind.predicate, object_),
        object=object_.id,
        object_site=site,
        polarity=kind.polarity,
    )


def _paper(evidence: Mapping[str, Any]) -> str:
    return str(evidence.get("pmid") or (evidence.get("text_refs") or {}).get("PMID") or "")


def _context(evidence: Mapping[str, Any], where: Mapping[str, Context]) -> Context:
    given = evidence.get("context") or {}
    for key in ("cell_line", "cell_type", "disease"):
        thing = given.get(key) or {}
        names = [thing.get("name") or "", *(f"{db}:{i}" for db, i in (thing.get("db_refs") or {}).items())]
        for name in names:
            if name and normal_name(name) in where:
                return where[normal_name(name)]
    return Context(UNSPECIFIED, "")


def _evidence(statement: Mapping[str, Any], evidence: Mapping[str, Any], context: Context, said: str) -> Evidence:
    epistemics = evidence.get("epistemics") or {}
    given = evidence.get("context") or {}
    api = evidence.get("source_api") or ""
    reader = f"read by {api}" if api in _READERS else f"from {api}" if api else ""
    taxon = str(((given.get("species") or {}).get("db_refs") or {}).get("TAXONOMY") or "")
    return new_evidence(
        publication=pmid(_paper(evidence)),
        source=INFO.name,
        record=f"{statement.get('id') or ''}/{evidence.get('source_hash') or ''}",
        model_system=", ".join(filter(None, ((given.get(key) or {}).get("name") or "" for key in _CONTEXT))),
        grade=Grade.BACKGROUND if epistemics.get("hypothesis") else Grade.RESULT,
        directness=_directness(epistemics.get("direct")),
        scope=context.scope,
        taxa=(f"NCBITaxon:{taxon}",) if is_curie(f"NCBITaxon:{taxon}") else (),
        support=evidence.get("text") or "",
        note="; ".join(filter(None, [reader, said])),
        negated=bool(epistemics.get("negated") or epistemics.get("negation")),
        licence=licences().get(api, "unknown"),
        method=Method.MACHINE_READ if api in _READERS else Method.CURATED,
    )


def _directness(direct: object) -> Directness:
    if not isinstance(direct, bool):
        return Directness.UNKNOWN
    return Directness.DIRECT if direct else Directness.INDIRECT
