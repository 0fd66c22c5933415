"""KGX: graphs in the Biolink model as tables (TSV) or JSON lines, nodes and edges apart.

An edge's predicate, with its direction and aspect qualifiers where it has them, becomes a predicate of the graph by
``mappings/kgx.sssom.tsv``. KGX knows no sites: they are unspecified.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg import vocabulary
from kg.errors import CurieError, SourceError
from kg.model import Evidence, Grade, Method, Refusal, Relation, SourceInfo, Statement
from kg.sources.files import read_lines
from kg.sources.reading import UNSPECIFIED, Reading, kinds, pmid
from kg.sources.tables import has_control_characters, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.model import Entity, Record
    from kg.sources.identifiers import Identifiers
    from kg.sources.reading import Kind

INFO: Final = SourceInfo(
    name="kgx",
    title="A graph in KGX (Biolink model)",
    licence="unknown",
    homepage="https://github.com/biolink/kgx",
    citation="Unni DR, Moxon SAT, Bada M, et al. Clin Transl Sci 2022;15:1848-1855. doi:10.1111/cts.13302",
    reliability=0.5,
    formats=("tsv", "jsonl"),
)

_EDGE: Final = ("subject", "predicate", "object")
_EDGE_MORE: Final = (
    "id", "publications", "negated", "primary_knowledge_source", "aggregator_knowledge_source", "knowledge_source",
    "provided_by", "knowledge_level", "agent_type", "object_aspect_qualifier", "object_direction_qualifier",
    "qualified_predicate", "license", "original_predicate", "subject_context_qualifier", "object_context_qualifier",
)  # fmt: skip
_TYPES: Final = (
    ("MicroRNA", "mirna"), ("Gene", "gene_product"), ("GeneProduct", "gene_product"), ("Protein", "gene_product"),
    ("Polypeptide", "gene_product"), ("Transcript", "gene_product"), ("GeneFamily", "gene_product"),
    ("GeneOrGeneProduct", "gene_product"), ("SmallMolecule", "chemical"), ("ChemicalEntity", "chemical"),
    ("ChemicalSubstance", "chemical"), ("Drug", "chemical"), ("MolecularMixture", "chemical"),
    ("MacromolecularComplex", "complex"), ("MacromolecularComplexMixin", "complex"), ("Cell", "cell"),
    ("CellLine", "cell"), ("BiologicalProcess", "process"), ("Pathway", "process"),
    ("PhysiologicalProcess", "process"), ("MolecularActivity", "process"), ("PathologicalProcess", "process"),
    ("PhenotypicFeature", "phenotype"), ("Disease", "disease"), ("DiseaseOrPhenotypicFeature", "disease"),
)  # fmt: skip
_BACKGROUND: Final = {"prediction", "statistical_association", "not_provided"}
_AGENTS: Final = {
    "text_mining_agent": Method.MACHINE_READ, "data_analysis_pipeline": Method.COMPUTED,
    "computational_model": Method.COMPUTED, "automated_agent": Method.COMPUTED,
}  # fmt: skip


class Nodes:
    """Label and type of each node of a graph in the Biolink model.

    Parameters
    ----------
    reading
        The reading that grounds them.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.known: dict[str, tuple[str, str]] = {}
        self._found: dict[str, Entity | str] = {}

    def add(self, cells: Mapping[str, str], line: int) -> Refusal | None:
        """Take a node; refuse it when it has no id or nothing the graph has a type for."""
        if not cells.get("id"):
            return self.reading.refuse(line, "a node without an id")
        type_ = self.type_of(cells.get("category", ""))
        self.known[cells["id"]] = (cells.get("name", ""), type_)
        if not type_:
            return self.reading.refuse(line, f"no type for the category {cells.get('category', '')!r}")
        return None

    @staticmethod
    def type_of(categories: str) -> str:
        """Type of a node by its Biolink categories, joined by bars; empty when the graph has none.

        >>> Nodes.type_of("biolink:NamedThing|biolink:Gene"), Nodes.type_of("biolink:AnatomicalEntity")
        ('gene_product', '')
        """
        named = set(categories.replace("biolink:", "").split("|"))
        return next((type_ for name, type_ in _TYPES if name in named), "")

    def entity(self, curie: str) -> Entity | str:
        """Entity of a node, or why there is none."""
        found = self._found.get(curie)
        if found is None:
            found = self._found[curie] = self._entity(curie)
        return found

    def _entity(self, curie: str) -> Entity | str:
        label, type_ = self.known.get(curie, ("", _type_of_prefix(curie)))
        canonical = _canonical(curie)
        if not canonical:
            return f"{curie!r} is no CURIE of a known prefix"
        if not type_ and self.reading.ids.by_xref(canonical) is None:
            return f"{curie!r} is no kind of thing the graph has"
        return self.reading.entity(canonical, label, type_)


@lru_cache(maxsize=65536)
def _canonical(curie: str) -> str:
    try:
        return vocabulary.check_curie(curie)
    except CurieError:
        return ""


def _type_of_prefix(curie: str) -> str:
    prefixes = {"HGNC": "gene_product", "NCBIGene": "gene_product", "UniProtKB": "gene_product", "CHEBI": "chemical"}
    return prefixes.get(curie.partition(":")[0], "")


def read(path: str | Path, *, identifiers: Identifiers | None = None, licence: str = "") -> Iterator[Record]:
    """Read a KGX graph.

    Parameters
    ----------
    path
        A table of edges (its table of nodes is found beside it: ``x_edges.tsv``, ``x_nodes.tsv``) or one of nodes,
        ending in ``.tsv`` or ``.jsonl`` (also ``.gz``).
    identifiers
        What is known of identifiers; the shipped table when None.
    licence
        Licence of the graph, where its edges do not say.

    Yields
    ------
    Record
        The entities that edges use (all of them for a table of nodes), statements, refusals.

    Raises
    ------
    SourceError
        The file is neither a table of edges nor one of nodes.
    """
    reading = Reading(INFO, path, identifiers)
    nodes = Nodes(reading)
    columns = _columns(path)
    if set(_EDGE) <= columns:
        beside = Path(path).with_name(re.sub("edges", "nodes", Path(path).name))
        if beside != Path(path) and beside.is_file():
            for refused in _all_nodes(nodes, beside):
                yield replace(refused, file=str(beside))
        yield from _edges(reading, nodes, path, licence)
    elif {"id", "category"} <= columns:
        yield from _all_nodes(nodes, path)
        for curie, (_, type_) in nodes.known.items():
            entity = nodes.entity(curie) if type_ else ""
            if isinstance(entity, str):
                yield from [reading.refuse(None, entity)] if entity else []
            else:
                yield from reading.tell(entity)
    else:
        hint = "edges need subject, predicate, object"
        raise SourceError(path, 1, "is neither a KGX table of edges nor of nodes", hint)


def _columns(path: str | Path) -> set[str]:
    first = next(read_lines(path)).rstrip("\r\n")
    if first.startswith("{"):
        return set(_object(path, 1, first))
    return set(first.split("\t"))


def _object(path: str | Path, line: int, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(path, line, f"is no JSON ({error.msg})", "one JSON object a line") from error
    if not isinstance(value, dict):
        raise SourceError(path, line, "is no JSON object", "one JSON object a line")
    return value


def _records(path: str | Path, *, required: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]] | Refusal]:
    if Path(path).name.removesuffix(".gz").endswith((".jsonl", ".json")):
        yield from _json_records(path, required)
        return
    optional = (*_EDGE_MORE, "name", "taxon", "in_taxon")
    yield from read_table(path, required=required, optional=optional, source=INFO.name, pad=True)


def _json_records(path: str | Path, required: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]] | Refusal]:
    for line, text in enumerate(read_lines(path), 1):
        if not text.strip():
            continue
        cells = {key: _flat(value) for key, value in _object(path, line, text).items()}
        missing = [key for key in required if not cells.get(key)]
        if missing:
            yield Refusal(source=INFO.name, file=str(path), line=line, what=f"no {', '.join(missing)}")
        elif has_control_characters("".join(cells.values())):
            yield Refusal(source=INFO.name, file=str(path), line=line, what="control character in the record")
        else:
            yield line, cells


def _flat(value: object) -> str:
    if isinstance(value, list):
        return "|".join(str(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _all_nodes(nodes: Nodes, path: str | Path) -> Iterator[Refusal]:
    for row in _records(path, required=("id", "category")):
        if isinstance(row, Refusal):
            yield row
            continue
        line, cells = row
        refused = nodes.add(cells, line)
        if refused is not None:
            yield refused


def _edges(reading: Reading, nodes: Nodes, path: str | Path, licence: str) -> Iterator[Record]:
    for row in _records(path, required=_EDGE):
        if isinstance(row, Refusal):
            yield row
        else:
            yield from edge(reading, nodes, row[0], row[1], licence=licence)


def edge(
    reading: Reading, nodes: Nodes, line: int | None, cells: Mapping[str, str], *, licence: str = ""
) -> Iterator[Record]:
    """Say one edge of the Biolink model in the words of the graph.

    Parameters
    ----------
    reading
        The reading it belongs to; its source is the evidence's source.
    nodes
        What is known of the ends.
    line
        Where the edge stands.
    cells
        Slots of the edge by their Biolink names, lists joined by bars.
    licence
        Licence of the graph, where the edge does not say.
    """
    subject, object_ = nodes.entity(cells["subject"]), nodes.entity(cells["object"])
    for word in _words(cells):
        kind = kinds("kgx").get(word.casefold())
        if kind is None or kind.reason:
            yield reading.refuse_kind(line, word, kind.reason if kind else "")
        elif isinstance(subject, str) or isinstance(object_, str):
            yield reading.refuse(line, subject if isinstance(subject, str) else str(object_))
        else:
            yield from reading.tell(subject, object_)
            relation = _relation(cells, kind, subject, object_)
            for publication in _publications(cells.get("publications", "")) or [""]:
                yield Statement(relation=relation, evidence=_evidence(reading.source, cells, publication, licence))


def _relation(cells: Mapping[str, str], kind: Kind, subject: Entity, object_: Entity) -> Relation:
    sites = (_site(cells.get("subject_context_qualifier", "")), _site(cells.get("object_context_qualifier", "")))
    if kind.reverse:
        subject, object_, sites = object_, subject, sites[::-1]
    return Relation(
        subject=subject.id,
        subject_site=sites[0],
        predicate=kind.predicate,
        object=object_.id,
        object_site=sites[1],
        polarity=kind.polarity,
    )


def _site(context: str) -> str:
    """Site of a context qualifier, where it is one of a profile: other contexts are not guessed at."""
    return context[7:] if context.startswith("exil8s:") and len(context) > 7 else UNSPECIFIED


def _words(cells: Mapping[str, str]) -> list[str]:
    """The graph's own predicates where an export of it says so; else the one of the edge."""
    own = [word[6:] for word in cells.get("original_predicate", "").split("|") if word.startswith("exil8:")]
    return own or [_word(cells)]


def _word(cells: Mapping[str, str]) -> str:
    """The predicate; with aspect and direction where the edge is qualified."""
    predicate = cells["predicate"].removeprefix("biolink:").removeprefix("exil8:")
    direction = cells.get("object_direction_qualifier", "")
    if not direction:
        return predicate
    aspect = cells.get("object_aspect_qualifier", "") or "activity"
    return f"{predicate} {direction} {aspect}"


def _publications(text: str) -> list[str]:
    return [curie for curie in (_paper(part.strip()) for part in text.split("|") if part) if curie]


def _paper(text: str) -> str:
    if text.startswith("PMID:"):
        return pmid(text[5:])
    curie = _canonical(text)
    return curie if curie.startswith(("DOI:", "PMC:", "PMID:")) else ""


def _evidence(source: str, cells: Mapping[str, str], publication: str, licence: str) -> Evidence:
    columns = ("primary_knowledge_source", "knowledge_source", "provided_by", "aggregator_knowledge_source")
    origin = next((cells[c] for c in columns if cells.get(c)), "")
    agent = cells.get("agent_type", "")
    notes = [f"from {origin}" if origin else "", f"by {agent}" if agent in _AGENTS else ""]
    return Evidence(
        publication=publication,
        source=source,
        record=cells.get("id") or f"{cells['subject']}|{cells['predicate']}|{cells['object']}",
        grade=Grade.BACKGROUND if cells.get("knowledge_level", "") in _BACKGROUND else Grade.RESULT,
        note="; ".join(note for note in notes if note),
        negated=cells.get("negated", "").casefold() == "true",
        licence=cells.get("license") or licence or INFO.licence,
        method=_AGENTS.get(agent, Method.CURATED),
    )
