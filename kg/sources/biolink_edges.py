"""Nodes and edges of the Biolink model in the words of the graph, whatever file they come from.

An edge's predicate, with its direction and aspect qualifiers where it has them, becomes a predicate of the graph by
``mappings/kgx.sssom.tsv``. Its other qualifiers, its text, its level of knowledge and its source go with the evidence;
a qualifier that would turn the meaning round refuses the edge.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from kg import vocabulary
from kg.model import Entity, Grade, Method
from kg.sources.identifiers import Ungrounded, both, normal_name
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import UNSPECIFIED, Context, is_curie, kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.model import Evidence, Record, Refusal, Relation
    from kg.sources.reading import Kind, Reading

ENDS: Final = ("subject", "predicate", "object")
_SOURCES: Final = (
    "primary_knowledge_source", "knowledge_source", "provided_by", "aggregator_knowledge_source",
)  # fmt: skip
_NOTED: Final = (
    "causal_mechanism_qualifier", "subject_aspect_qualifier", "subject_direction_qualifier",
    "subject_form_or_variant_qualifier", "subject_part_qualifier", "subject_derivative_qualifier",
    "object_form_or_variant_qualifier", "object_part_qualifier", "object_derivative_qualifier",
    "disease_context_qualifier", "population_context_qualifier", "temporal_context_qualifier", "qualifiers",
    "has_confidence_score", "evidence_count", "p_value",
)  # fmt: skip
"""Slots that no field of evidence is for: they stand in its note."""
_PLACES: Final = ("anatomical_context_qualifier", "subject_context_qualifier", "object_context_qualifier")
_TAXA: Final = ("species_context_qualifier", "in_taxon", "taxon")
SLOTS: Final = (
    "id", "publications", "negated", *_SOURCES, "knowledge_level", "agent_type", "object_aspect_qualifier",
    "object_direction_qualifier", "qualified_predicate", "license", "original_predicate", *_PLACES,
    "supporting_text", "has_evidence_of_type", "has_evidence", *_TAXA, *_NOTED,
)  # fmt: skip
"""Slots of an edge that are read beside its ends."""
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
_TYPES_BY_PREFIX: Final = {
    "HGNC": "gene_product", "NCBIGene": "gene_product", "UniProtKB": "gene_product", "CHEBI": "chemical",
}  # fmt: skip
_BACKGROUND: Final = {"prediction", "statistical_association", "not_provided"}
_AGENTS: Final = {
    "text_mining_agent": Method.MACHINE_READ, "data_analysis_pipeline": Method.COMPUTED,
    "computational_model": Method.COMPUTED, "automated_agent": Method.COMPUTED,
}  # fmt: skip
_TURNED: Final = {
    "subject_direction_qualifier": {"decreased", "downregulated"},
    "subject_form_or_variant_qualifier": {"loss_of_function_variant_form"},
}
"""Qualifiers that make the effect of a subject one of its absence."""
_CAUSING: Final = ("", "causes", "contributes_to")


class Node(NamedTuple):
    """What a file says of a node."""

    label: str
    type: str
    taxa: tuple[str, ...]


class Nodes:
    """What is known of each node of a graph in the Biolink model.

    Parameters
    ----------
    reading
        The reading that grounds them.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.known: dict[str, Node] = {}
        self._found: dict[str, Entity | Ungrounded] = {}

    def add(self, cells: Mapping[str, str], line: int | None) -> Refusal | None:
        """Take a node; refuse it when it has no id or nothing the graph has a type for."""
        if not cells.get("id"):
            return self.reading.refuse(line, "a node without an id")
        category = cells.get("category", "")
        node = Node(cells.get("name", ""), type_of(category), _taxa(cells))
        self.known[cells["id"]] = node
        return None if node.type else self.reading.refuse(line, f"no type for the category {category!r}")

    def entity(self, curie: str) -> Entity | Ungrounded:
        """Entity of a node, or why there is none."""
        found = self._found.get(curie)
        if found is None:
            found = self._found[curie] = self._entity(curie)
        return found

    def taxa(self, *curies: str) -> tuple[str, ...]:
        """Species of nodes, as far as the file says."""
        return tuple(sorted({taxon for curie in curies if curie in self.known for taxon in self.known[curie].taxa}))

    def _entity(self, curie: str) -> Entity | Ungrounded:
        label, type_, _ = self.known.get(curie) or Node("", _TYPES_BY_PREFIX.get(curie.partition(":")[0], ""), ())
        found = self.reading.xref(curie, label, type_)
        if isinstance(found, Entity) and not found.type:
            return Ungrounded(f"{curie!r} is no kind of thing the graph has")
        return found


def type_of(categories: str) -> str:
    """Type of a node by its Biolink categories, joined by bars; empty when the graph has none.

    >>> type_of("biolink:NamedThing|biolink:Gene"), type_of("biolink:AnatomicalEntity")
    ('gene_product', '')
    """
    named = set(categories.replace("biolink:", "").split("|"))
    return next((type_ for name, type_ in _TYPES if name in named), "")


def edge(
    nodes: Nodes,
    line: int | None,
    cells: Mapping[str, str],
    *,
    licence: str = "",
    sites: Mapping[str, Context] | None = None,
) -> Iterator[Record]:
    """Say one edge of the Biolink model in the words of the graph.

    Parameters
    ----------
    nodes
        What is known of the ends, and the reading they belong to.
    line
        Where the edge stands.
    cells
        Slots of the edge by their Biolink names, lists joined by bars.
    licence
        Licence of the graph, where the edge does not say.
    sites
        Which site the cell of a context qualifier means, by name or CURIE.
    """
    reading = nodes.reading
    unusable = _unusable(cells)
    if unusable:
        yield reading.refuse(line, unusable)
        return
    ends = both(nodes.entity(cells["subject"]), nodes.entity(cells["object"]))
    papers, broken = _papers(cells.get("publications", ""))
    for text in broken:
        yield reading.refuse(line, f"reference {text!r} is no paper")
    for word in _words(cells):
        kind = kinds("kgx").get(word.casefold())
        if kind is None or kind.reason:
            yield reading.refuse_kind(line, word, kind.reason if kind else "")
        elif isinstance(ends, Ungrounded):
            yield reading.refuse(line, *ends)
        else:
            yield from reading.tell(*ends)
            relation = _relation(cells, kind, *ends, sites or {})
            taxa = _taxa(cells) or nodes.taxa(cells["subject"], cells["object"])
            for paper in papers or ("",):
                yield new_statement(relation=relation, evidence=_evidence(reading.source, cells, paper, licence, taxa))


def _unusable(cells: Mapping[str, str]) -> str:
    for slot, values in _TURNED.items():
        if cells.get(slot, "") in values:
            return f"an edge whose subject is qualified as {cells[slot]!r}"
    qualified = cells.get("qualified_predicate", "").removeprefix("biolink:")
    return "" if qualified in _CAUSING else f"an edge qualified as {qualified!r}"


def _relation(
    cells: Mapping[str, str], kind: Kind, subject: Entity, object_: Entity, where: Mapping[str, Context]
) -> Relation:
    everywhere = cells.get("anatomical_context_qualifier", "")
    sites = [_site(cells.get(f"{end}_context_qualifier", "") or everywhere, where) for end in ("subject", "object")]
    if kind.reverse:
        subject, object_, sites = object_, subject, sites[::-1]
    return new_relation(
        subject=subject.id,
        subject_site=sites[0],
        predicate=kind.predicate,
        object=object_.id,
        object_site=sites[1],
        polarity=kind.polarity,
    )


def _site(context: str, where: Mapping[str, Context]) -> str:
    """Site of a context qualifier, where it is one of a profile or a cell that one is named for; else not guessed."""
    if context.startswith("exil8s:") and len(context) > 7:
        return context[7:]
    known = where.get(normal_name(context)) if context else None
    return known.site if known else UNSPECIFIED


def _words(cells: Mapping[str, str]) -> list[str]:
    """The graph's own predicates where an export of it says so; else the one of the edge."""
    own = [word[6:] for word in cells.get("original_predicate", "").split("|") if word.startswith("exil8:")]
    return own or [_word(cells)]


def _word(cells: Mapping[str, str]) -> str:
    """The predicate, with aspect and direction where the edge is qualified, or with an aspect that says more."""
    predicate = cells["predicate"].removeprefix("biolink:").removeprefix("exil8:")
    direction, aspect = cells.get("object_direction_qualifier", ""), cells.get("object_aspect_qualifier", "")
    if direction:
        return f"{predicate} {direction} {aspect or 'activity'}"
    narrower = f"{predicate} {aspect}"
    return narrower if narrower in kinds("kgx") else predicate


@lru_cache(maxsize=16384)
def _papers(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """CURIEs of the papers of a list, and what in it is no paper."""
    found, broken = [], []
    for part in (part.strip() for part in text.split("|")):
        curie = _paper(part)
        if curie:
            found.append(curie)
        elif part:
            broken.append(part)
    return tuple(dict.fromkeys(found)), tuple(broken)


def _paper(text: str) -> str:
    curie = vocabulary.compress(text) if text.startswith("http") else text
    if not is_curie(curie):
        return ""
    canonical = vocabulary.check_curie(curie)
    return canonical if canonical.startswith(("PMID:", "DOI:", "PMC:")) else ""


def _taxa(cells: Mapping[str, str]) -> tuple[str, ...]:
    given = next((cells[slot] for slot in _TAXA if cells.get(slot)), "")
    return _taxa_of(given) if given else ()


@lru_cache(maxsize=1024)
def _taxa_of(text: str) -> tuple[str, ...]:
    curies = (vocabulary.compress(part) if part.startswith("http") else part for part in text.split("|"))
    canonical = (vocabulary.check_curie(curie) for curie in curies if is_curie(curie))
    return tuple(sorted({curie for curie in canonical if curie.startswith("NCBITaxon:")}))


def _evidence(source: str, cells: Mapping[str, str], publication: str, licence: str, taxa: tuple[str, ...]) -> Evidence:
    get = cells.get
    agent = get("agent_type", "")
    return new_evidence(
        publication=publication,
        source=source,
        record=get("id") or f"{cells['subject']}|{cells['predicate']}|{cells['object']}",
        model_system=_joined(cells, _PLACES),
        assay=_joined(cells, ("has_evidence_of_type", "has_evidence")),
        grade=Grade.BACKGROUND if get("knowledge_level", "") in _BACKGROUND else Grade.RESULT,
        taxa=taxa,
        support=get("supporting_text", "").replace("|", " "),
        note=_note(cells, agent),
        negated=get("negated", "").casefold() == "true",
        licence=get("license") or licence or "unknown",
        method=_AGENTS.get(agent, Method.CURATED),
    )


def _joined(cells: Mapping[str, str], slots: Sequence[str]) -> str:
    """Values of slots, each once; the sites of a profile are in the relation already."""
    values = dict.fromkeys(part for slot in slots if cells.get(slot) for part in cells[slot].split("|"))
    return ", ".join(value for value in values if value and not value.startswith("exil8s:"))


def _note(cells: Mapping[str, str], agent: str) -> str:
    origin = next((cells[slot] for slot in _SOURCES if cells.get(slot)), "")
    parts = [f"from {origin.replace('|', ', ')}" if origin else "", f"by {agent}" if agent in _AGENTS else ""]
    level = cells.get("knowledge_level", "")
    parts += [level.replace("_", " ")] if level not in ("", "not_provided", "knowledge_assertion") else []
    parts += [f"{slot.replace('_', ' ')}: {value.replace('|', ', ')}" for slot in _NOTED if (value := cells.get(slot))]
    return "; ".join(part for part in parts if part)
