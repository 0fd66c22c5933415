"""WikiPathways: the arrows of pathways in GPML 2013a and 2021.

A pathway is a drawing: a plain arrow is taken as activation, as drawn, and every relation has the grade background. An
arrow from one thing to a group goes to each of its members; one from group to group is only taken as a binding of
alternatives. A paper counts only where it is cited on the arrow itself. Sites are not drawn in a way that can be read:
unspecified.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import SourceError
from kg.model import Entity, Grade, SourceInfo
from kg.sources.gpml_document import Interaction, Node, Pathway, read_pathway
from kg.sources.identifiers import HUMAN, Ungrounded
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import CONCEPTS, UNSPECIFIED, Kind, Reading, kinds, own_id, said_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Record
    from kg.sources.identifiers import Identifiers

INFO: Final = SourceInfo(
    name="gpml",
    title="WikiPathways",
    licence="CC0-1.0",
    homepage="https://www.wikipathways.org/",
    citation=(
        "Agrawal A, Balcı H, Hanspers K, et al. WikiPathways 2024: next generation pathway database. "
        "Nucleic Acids Res 2024;52:D679-D689. doi:10.1093/nar/gkad960"
    ),
    reliability=0.5,
    formats=("gpml",),
)

_PREFIXES: Final = {
    "ensembl": "ENSEMBL", "entrez gene": "NCBIGene", "ncbigene": "NCBIGene", "hgnc accession number": "HGNC",
    "hgnc": "HGNC", "uniprot-trembl": "UniProtKB", "uniprot": "UniProtKB", "uniprot/trembl": "UniProtKB",
    "chebi": "CHEBI", "mirbase": "MIRBASE", "mirbase sequence": "MIRBASE", "mirbase mature sequence": "MIRBASE",
    "pubchem-compound": "PUBCHEM", "pubchem.compound": "PUBCHEM", "complex portal": "COMPLEXPORTAL",
}  # fmt: skip
_TYPES: Final = {
    "GeneProduct": "gene_product", "Protein": "gene_product", "Rna": "gene_product", "RNA": "gene_product",
    "DNA": "gene_product", "Metabolite": "chemical", "Complex": "complex", "Pathway": "process", "Event": "process",
    "Phenotype": "phenotype", "Disease": "disease",
}  # fmt: skip
_TAXA: Final = {
    "Homo sapiens": HUMAN, "Mus musculus": "NCBITaxon:10090", "Rattus norvegicus": "NCBITaxon:10116",
    "Danio rerio": "NCBITaxon:7955", "Bos taurus": "NCBITaxon:9913", "Sus scrofa": "NCBITaxon:9823",
}  # fmt: skip


def read(path: str | Path, *, identifiers: Identifiers | None = None) -> Iterator[Record]:
    """Read one pathway, or all ``.gpml`` files of a folder.

    Parameters
    ----------
    path
        A file of GPML 2013a or 2021, or a folder of them.
    identifiers
        What is known of identifiers; the shipped table when None.

    Yields
    ------
    Record
        Entities, statements, and a refusal for each arrow that is not taken.

    Raises
    ------
    SourceError
        A file is no GPML of these versions, or the folder has none.
    """
    path = Path(path)
    files = sorted(path.glob("*.gpml")) if path.is_dir() else [path]
    if not files:
        raise SourceError(path, None, "has no .gpml files", "check the path")
    reading = Reading(INFO, path, identifiers)
    for file in files:
        pathway = read_pathway(file)
        reading.file = str(file)
        for interaction in pathway.interactions:
            yield from _arrow(reading, pathway, interaction)


def _arrow(reading: Reading, pathway: Pathway, arrow: Interaction) -> Iterator[Record]:
    where = f"see {pathway.id}/{arrow.id}"
    kind = _kind(arrow)
    if isinstance(kind, Ungrounded):
        yield reading.refuse(None, kind.what, where)
        return
    tied = [_things(reading, pathway, arrow.start), _things(reading, pathway, arrow.end)]
    for thing in (thing for things in tied for thing in things):
        if isinstance(thing, Ungrounded):
            yield reading.refuse(None, thing.what, where)
    starts, ends = ([thing for thing in things if isinstance(thing, Entity)] for things in tied)
    if min(len(starts), len(ends)) > 1 and kind.predicate != "binds":
        yield reading.refuse(None, "an arrow between two groups: it says of no pair that one acts on the other", where)
        return
    for subject in starts:
        for object_ in ends:
            if subject.id != object_.id:
                yield from reading.tell(subject, object_)
                yield from _statements(reading, pathway, arrow, kind, (subject, object_), len(starts) * len(ends))


def _kind(arrow: Interaction) -> Kind | Ungrounded:
    if len(arrow.heads) > 1:
        return Ungrounded("an arrow with two heads")
    if not (arrow.start and arrow.end):
        return Ungrounded("an arrow that is not tied to two things")
    word = arrow.heads[0] if arrow.heads else "none"
    kind = kinds("gpml").get(word.casefold())
    if kind is None:
        return Ungrounded(f"unknown kind of relation {word!r}", "add it to gpml.sssom.tsv")
    return Ungrounded(f"kind {word!r}: {kind.reason}") if kind.reason else kind


def _things(reading: Reading, pathway: Pathway, id_: str) -> list[Entity | Ungrounded]:
    """What an arrow is tied to: a node, a complex, or each member of a group."""
    node = pathway.nodes.get(id_)
    if node is not None:
        return [_entity(reading, pathway, node)]
    if id_ not in pathway.groups:
        return [Ungrounded("an arrow that ends on another arrow or on a label")]
    members = [node for node in pathway.nodes.values() if node.group == id_]
    fusion = _fusion(reading, members)
    if fusion is not None:
        return [fusion]
    if not members:
        return [Ungrounded("an arrow on an empty group")]
    if pathway.groups[id_] == "Complex":
        label = " / ".join(sorted(node.label for node in members))
        return [reading.entity(own_id("complex", label), label, "complex")]
    return [_entity(reading, pathway, node) for node in members]


def _fusion(reading: Reading, members: list[Node]) -> Entity | None:
    """The fusion that two members drawn side by side stand for, where that name is known: BCR and ABL1."""
    if len(members) != 2:
        return None
    labels = [node.label for node in members]
    for pair in (labels, labels[::-1]):
        found = reading.named("-".join(pair), types=("gene_product",))
        if isinstance(found, Entity):
            return found
    return None


def _entity(reading: Reading, pathway: Pathway, node: Node) -> Entity | Ungrounded:
    type_ = _TYPES.get(node.type, "")
    taxon = _TAXA.get(pathway.organism, "")
    if type_ in CONCEPTS:
        named = reading.named(node.label, types=CONCEPTS)
        return named if isinstance(named, Entity) else reading.entity(own_id(type_, node.label), node.label, type_)
    curie = _curie(node)
    found = reading.xref(curie, node.label, type_ or "gene_product") if curie else None
    if isinstance(found, Entity):
        return found
    if not node.label:
        return found or Ungrounded("a node without a label")
    if pathway.organism and not taxon:
        return Ungrounded(f"{node.label!r} is a name in {pathway.organism}", "give the node an identifier")
    return reading.named(node.label, taxon=taxon or HUMAN)


def _curie(node: Node) -> str:
    """CURIE of a node's cross-reference; empty when its database is none of genes, chemicals or complexes."""
    prefix = _PREFIXES.get(node.database, "")
    number = node.number.removeprefix(f"{prefix}:")
    return f"{prefix}:{number.partition('-')[0] if prefix == 'UniProtKB' else number}" if prefix and number else ""


def _statements(
    reading: Reading, pathway: Pathway, arrow: Interaction, kind: Kind, ends: tuple[Entity, Entity], drawn: int
) -> Iterator[Record]:
    subject, object_ = ends
    relation = new_relation(
        subject=subject.id,
        subject_site=UNSPECIFIED,
        predicate=said_of(kind.predicate, object_),
        object=object_.id,
        object_site=UNSPECIFIED,
        polarity=kind.polarity,
    )
    taxon = _TAXA.get(pathway.organism, "")
    notes = [f"{pathway.title}: drawn as {arrow.heads[0]}", f"one of {drawn} pairs of a group" * (drawn > 1)]
    papers, broken = reading.papers(None, ";".join(arrow.papers))
    yield from broken
    for paper in papers or [""]:
        evidence = new_evidence(
            publication=paper,
            source=INFO.name,
            record=f"{pathway.id}/{arrow.id}",
            grade=Grade.BACKGROUND,
            directness=kind.directness,
            taxa=(taxon,) if taxon else (),
            note="; ".join(filter(None, notes)),
            licence=INFO.licence,
        )
        yield new_statement(relation=relation, evidence=evidence)
