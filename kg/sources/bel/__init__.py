"""BEL scripts: causal statements with citation, evidence, cells and species, scoped as the script says.

`script` reads the lines and keeps the scopes, `term` parses terms, `ends` grounds them; this module says which
predicate a statement has: an effect on an activity, on an amount, on secretion, on a process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg import vocabulary
from kg.errors import SourceError
from kg.model import Directness, Evidence, Polarity, Refusal, Relation, SourceInfo, Statement
from kg.sources.bel.ends import End, end_of
from kg.sources.bel.script import Scope, Scopes, logical_lines
from kg.sources.bel.term import BelSyntaxError, Term, parse_statement
from kg.sources.identifiers import Ungrounded, normal_name
from kg.sources.reading import EXTRACELLULAR, PLASMA_MEMBRANE, UNSPECIFIED, Context, Reading, contexts, doi, kinds, pmid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.model import Record
    from kg.sources.identifiers import Identifiers
    from kg.sources.reading import Kind

INFO: Final = SourceInfo(
    name="bel",
    title="Biological Expression Language scripts",
    licence="unknown",
    homepage="https://language.bel.bio/",
    citation="Slater T. Recent advances in modeling languages for pathway maps and computable biological networks. "
    "Drug Discov Today 2014;19:193-198. doi:10.1016/j.drudis.2013.12.011",
    reliability=0.7,
    formats=("bel",),
)

_SPECIES: Final = {"human": "9606", "homosapiens": "9606", "mouse": "10090", "musmusculus": "10090", "rat": "10116"}
_CELLS: Final = ("CellLine", "Cell", "Tissue", "MeSHAnatomy", "Anatomy", "CellStructure", "Organ")
_DISEASES: Final = ("Disease", "MeSHDisease")
_EFFECTS: Final = {
    "activity": ("activates", "inhibits"),
    "secretion": ("increases_secretion_of", "decreases_secretion_of"),
    "surface": ("increases_expression_of", "decreases_expression_of"),
    "abundance": ("increases_expression_of", "decreases_expression_of"),
    "degradation": ("decreases_expression_of", "increases_expression_of"),
}
_AMOUNTS: Final = ("surface", "abundance", "degradation")
_ON_CONCEPTS: Final = ("promotes", "suppresses")
_SAID_OF_GENES: Final = ("gene_product", "mirna", "complex")


def read(
    path: str | Path, *, identifiers: Identifiers | None = None, sites: Mapping[str, Context] | None = None
) -> Iterator[Record]:
    """Read a BEL script.

    Parameters
    ----------
    path
        A script of BEL 1.0 or 2.0.
    identifiers
        What is known of identifiers; the shipped table when None.
    sites
        Which site a cell line or a cell means, by name; ``site_names.tsv`` beside the file when None.

    Yields
    ------
    Record
        Entities, statements, and a refusal for each line that is not taken.

    Raises
    ------
    SourceError
        The file has not one line of BEL.
    """
    reading = Reading(INFO, path, identifiers)
    where = contexts(path) if sites is None else sites
    scopes = Scopes()
    understood = False
    refused: list[Refusal] = []
    for line in logical_lines(path):
        command = line.text.startswith(("SET ", "UNSET ", "DEFINE ", "SET\t"))
        fault = line.fault or (scopes.command(line.text) if command else "")
        if fault:
            scopes.forget(line.text)
            out: Iterator[Record] = iter([reading.refuse(line.number, fault)])
        else:
            out = iter(()) if command else _statement(reading, line.number, line.text, scopes, where)
        for record in out:
            if understood or not isinstance(record, Refusal):
                yield record
            else:
                refused.append(record)
        understood = understood or (command and not fault)
        if understood or len(refused) > 100:
            yield from refused
            refused = []
            if not understood:
                break
    if not understood:
        raise SourceError(path, None, "has no SET or DEFINE line of BEL", "is this a BEL script?")


def _statement(
    reading: Reading, line: int, text: str, scopes: Scopes, where: Mapping[str, Context]
) -> Iterator[Record]:
    try:
        subject, word, object_ = parse_statement(text)
    except BelSyntaxError as error:
        yield reading.refuse(line, f"no BEL: {error}")
        return
    unusable = _unusable(scopes.now, word, object_, subject)
    if unusable:
        yield reading.refuse(line, unusable)
        return
    kind = kinds("bel").get(word.casefold()) if word else None
    if word and (kind is None or kind.reason):
        yield reading.refuse_kind(line, word, kind.reason if kind else "")
        return
    terms = (subject, object_) if object_ is not None else _members(subject)
    ends = [end_of(reading, term, scopes.namespaces) for term in terms]
    for end in ends:
        if isinstance(end, Ungrounded):
            yield reading.refuse(line, *end)
            return
    first, second = (end for end in ends if isinstance(end, End))
    yield from _said(reading, line, (first, kind, second), scopes, where)


def _unusable(scope: Scope, word: str, object_: Term | None, subject: Term) -> str:
    if not _publication(scope.citation):
        return "a statement without a citation" if not scope.citation else "a citation that cannot be read"
    if not scope.evidence:
        return "a statement without evidence"
    if word and object_ is None:
        return "a statement about a statement"
    if not word and len(_members(subject)) != 2:
        return "a term alone is no relation"
    return ""


def _members(term: Term) -> tuple[Term, ...]:
    """The two partners of a complex that is stated alone: they bind."""
    if term.function != "complex":
        return ()
    return tuple(argument for argument in term.arguments if isinstance(argument, Term))


def _said(
    reading: Reading,
    line: int,
    said: tuple[End, Kind | None, End],
    scopes: Scopes,
    where: Mapping[str, Context],
) -> Iterator[Record]:
    subject, kind, object_ = said
    predicate = _predicate(subject, kind, object_)
    if isinstance(predicate, Ungrounded):
        yield reading.refuse(line, *predicate)
        return
    context = _context(scopes.now, where)
    name, polarity = predicate
    relation = Relation(
        subject=subject.entity.id,
        subject_site=subject.site or (EXTRACELLULAR if subject.respect == "secretion" else context.site),
        predicate=name,
        object=object_.entity.id,
        object_site=object_.site or context.site,
        polarity=polarity,
        subject_compartment=PLASMA_MEMBRANE if subject.respect == "surface" else "",
        object_compartment=PLASMA_MEMBRANE if object_.respect == "surface" else "",
    )
    yield from reading.tell(*subject.parents, subject.entity, *object_.parents, object_.entity)
    yield Statement(relation=relation, evidence=_evidence(line, said, scopes, context))


def _predicate(subject: End, kind: Kind | None, object_: End) -> tuple[str, Polarity] | Ungrounded:
    if kind is None:
        return "binds", Polarity.POSITIVE
    down = kind.polarity is Polarity.NEGATIVE
    if subject.respect == "degradation":
        return Ungrounded("an effect of a degradation has no predicate")
    if vocabulary.predicates()[kind.predicate].symmetric:
        if "degradation" in (subject.respect, object_.respect):
            return Ungrounded("an association with a degradation has no predicate")
        return kind.predicate, kind.polarity
    if object_.respect == "translocation":
        return Ungrounded("an effect on a translocation has no predicate")
    if object_.respect == "phosphorylation" and not down and kind.predicate != "regulates":
        return "phosphorylates", kind.polarity
    if kind.predicate == "regulates" or object_.respect in ("modification", "phosphorylation"):
        expression = object_.respect in _AMOUNTS and object_.entity.type in _SAID_OF_GENES
        stated = Polarity.NONE if kind.polarity is Polarity.NONE else Polarity.POSITIVE
        return "regulates_expression_of" if expression else "regulates", stated
    if object_.entity.type not in _SAID_OF_GENES:
        return _ON_CONCEPTS[down], kind.polarity
    if object_.respect == "abundance" and down and subject.entity.type == "mirna" and kind.directness == "direct":
        return "targets", Polarity.NEGATIVE
    names = _EFFECTS[object_.respect]
    name = names[down]
    if kind.polarity is Polarity.NONE:
        return name, Polarity.NONE
    return name, Polarity.NEGATIVE if name.startswith(("inhibits", "decreases")) else Polarity.POSITIVE


def _publication(citation: tuple[str, ...]) -> str:
    if len(citation) < 2:
        return ""
    type_ = citation[0].casefold().replace(" ", "")
    numbers = [*citation[2:3], citation[1]]
    if type_ == "pubmed":
        return next((curie for curie in (pmid(number.strip()) for number in numbers if number.strip()) if curie), "")
    return next((curie for curie in map(doi, numbers) if curie), "") if type_ in ("doi", "onlineresource") else ""


def _context(scope: Scope, where: Mapping[str, Context]) -> Context:
    """Site of the cells, where they all mean one; scope of the disease."""
    found = {where.get(normal_name(v)) for key in _CELLS[:2] for v in scope.annotations.get(key, ())}
    cell = found.pop() if len(found) == 1 else None
    diseases = [where.get(normal_name(v)) for key in _DISEASES for v in scope.annotations.get(key, ())]
    disease = next((d for d in diseases if d is not None), None)
    said = "other" if diseases else ""
    scope_of_cell = cell.scope if cell else ""
    return Context(cell.site if cell else UNSPECIFIED, disease.scope if disease else said or scope_of_cell)


def _evidence(line: int, said: tuple[End, Kind | None, End], scopes: Scopes, context: Context) -> Evidence:
    subject, kind, object_ = said
    scope = scopes.now
    cells = [value for key in _CELLS for value in scope.annotations.get(key, ())]
    species = [_SPECIES.get(normal_name(v), v) for v in scope.annotations.get("Species", ())]
    others = [
        f"{key}: {', '.join(values)}"
        for key, values in sorted(scope.annotations.items())
        if key not in (*_CELLS, "Species")
    ]
    states = [f"{end.entity.label}: {end.note}" for end in (subject, object_) if end.note]
    acting = ["subject acts by its activity"] if subject.respect == "activity" else []
    group = [f"group: {scopes.group}"] if scopes.group else []
    return Evidence(
        publication=_publication(scope.citation),
        source=INFO.name,
        record=f"line {line}",
        model_system=", ".join(cells),
        directness=kind.directness if kind is not None else Directness.DIRECT,
        scope=context.scope,
        taxa=tuple(sorted({f"NCBITaxon:{number}" for number in species if number.isdecimal()})),
        support=scope.evidence,
        note="; ".join([*states, *acting, *others, *group]),
        licence=scopes.document.get("Licenses", "") or INFO.licence,
    )
