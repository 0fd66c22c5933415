r"""How far a relation is to be believed: papers are counted, not sentences.

For a relation and each direction d in {for, against}

.. math:: p_d = 1 - \prod_i (1 - r_i)

over the independent live publications i, with r_i the best of what was read in publication i:
reliability of the source, at most that of the method (what a program read counts less than what a person
read), times a factor for grade, times a factor for directness. "For" is the evidence of the relation
itself: what another predicate says of the same two entities stands behind that one, and the two meet on a
step of a path, where each paper counts once. "Against" collects what denies the relation and the evidence
of opposite relations between the same two entities at the same sites, by the same kind of readout. The
belief is ``p_for * (1 - p_against)``. Retracted and deleted publications count for neither side. A preprint
and its published version are one publication.

Worked example: a relation is found by one paper (reliability 0.8, a direct result) and stated as
background by a second (0.8 * 0.5); a third looked for it and found nothing (0.8, directness unknown:
0.8 * 0.8).

>>> from kg.model import noisy_or
>>> p_for, p_against = noisy_or([0.8, 0.4]), noisy_or([0.64])
>>> round(p_for, 2), round(p_against, 2), round(p_for * (1 - p_against), 4)
(0.88, 0.64, 0.3168)

When the third paper is retracted, it no longer speaks against: the belief is 0.88 again. When the
first is retracted as well, only the background statement is left: 0.4.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.model import Belief, Directness, Grade, Method, Polarity, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import Relation, Statement

GRADE_FACTOR: Mapping[Grade, float] = {Grade.RESULT: 1.0, Grade.BACKGROUND: 0.5}
"""A paper that states a relation as known did not test it: half (MODEL section 4)."""

DIRECTNESS_FACTOR: Mapping[Directness, float] = {
    Directness.DIRECT: 1.0,
    Directness.INDIRECT: 0.9,
    Directness.UNKNOWN: 0.8,
}
"""The project's own scale: an effect through unknown intermediates, or of unknown directness, counts a little less."""

METHOD_RELIABILITY: Mapping[Method, float] = {Method.CURATED: 1.0, Method.MACHINE_READ: 0.4, Method.COMPUTED: 0.4}
"""The most that evidence of a method counts for, whatever its source: the project's own scale, below every source
that people read (0.5 and more), since a program that reads takes a sentence for a finding."""

BULK_FACTOR = 0.5
"""For a paper that one source reads into 50 relations or more (bulk), or that all sources together read into
relations of more than 100 entities (hub): a screen, not a test of each relation."""
BULK_ROWS = 50
HUB_ENTITIES = 100

_NO_VERSIONS: Mapping[str, str] = MappingProxyType({})


def weight(statement: Statement, reliability: float, *, bulk: bool = False) -> float:
    """Reliability of what one publication says, after the factors for grade, directness and bulk.

    >>> from kg.model import Evidence, Relation, Statement
    >>> relation = Relation(subject="HGNC:6025", subject_site="extracellular", predicate="binds", object="HGNC:6027",
    ...                     object_site="cml_cell", polarity=Polarity.POSITIVE)
    >>> read = Evidence(publication="PMID:1", source="s", directness=Directness.DIRECT, method=Method.MACHINE_READ)
    >>> weight(Statement(relation=relation, evidence=read), 0.8)
    0.4
    """
    evidence = statement.evidence
    factor = GRADE_FACTOR[evidence.grade] * DIRECTNESS_FACTOR[evidence.directness]
    return min(reliability, METHOD_RELIABILITY[evidence.method]) * factor * (BULK_FACTOR if bulk else 1.0)


@dataclass(frozen=True, slots=True)
class _Voice:
    """What one piece of evidence says about the effect of one state on another."""

    predicate: str
    readout: str
    sign: int
    denies: bool
    publication: str
    weight: float


def _signed(relation: Relation) -> tuple[str, int]:
    predicate = vocabulary.predicates()[relation.predicate]
    return predicate.readout, predicate.sign


def _voice(statement: Statement, weight_: float, versions: Mapping[str, str]) -> _Voice:
    relation, evidence = statement.relation, statement.evidence
    readout, sign = _signed(relation)
    denies = evidence.negated or relation.polarity is Polarity.NONE
    paper = versions.get(evidence.publication, evidence.publication)
    return _Voice(relation.predicate, readout, sign, denies, paper or evidence.record, weight_)


def _sides(relation: Relation, voices: Sequence[_Voice]) -> tuple[dict[str, float], dict[str, float]]:
    """Best weight of each publication for and against a relation, among the voices at its two states."""
    readout, sign = _signed(relation)
    denied = relation.polarity is Polarity.NONE
    pro: dict[str, float] = {}
    contra: dict[str, float] = {}
    for voice in voices:
        if voice.readout != readout:
            continue
        if voice.sign == sign and voice.denies != denied:
            side = contra
        elif voice.predicate == relation.predicate:
            side = pro
        elif voice.sign != sign and not voice.denies and not denied:
            side = contra
        else:
            continue
        side[voice.publication] = max(side.get(voice.publication, 0.0), voice.weight)
    return pro, contra


def _bulk_papers(statements: Iterable[Statement]) -> set[tuple[str, str]]:
    """Pairs of source and publication whose rows count less."""
    rows: dict[tuple[str, str], int] = defaultdict(int)
    named: dict[str, set[str]] = defaultdict(set)
    for s in statements:
        rows[s.evidence.source, s.evidence.publication] += 1
        named[s.evidence.publication].update((s.relation.subject, s.relation.object))
    hubs = {paper for paper, entities in named.items() if len(entities) > HUB_ENTITIES}
    return {key for key, count in rows.items() if key[1] and (count >= BULK_ROWS or key[1] in hubs)}


def beliefs(
    statements: Sequence[Statement],
    *,
    status: Mapping[str, Status],
    reliability: Mapping[str, float],
    versions: Mapping[str, str] = _NO_VERSIONS,
) -> tuple[dict[str, Belief], dict[str, float]]:
    """Belief of every relation by its CURIE, and weight of every piece of evidence by its own.

    Parameters
    ----------
    statements
        All evidence of the graph, in any order.
    status
        Status by publication CURIE; a publication that is not listed is current.
    reliability
        Reliability in (0, 1) by source name.
    versions
        The published version of a preprint, by CURIE: what the preprint says counts as said by that.

    Returns
    -------
    tuple
        Beliefs; and weights in [0, 1], 0 for evidence of a retracted or deleted publication.

    Notes
    -----
    A publication that speaks both for and against a relation (two experiments) counts on both sides.
    Complexity: linear in the number of statements that share their two states.
    """
    bulk = _bulk_papers(statements)
    at: dict[tuple[str, str, str, str], list[_Voice]] = defaultdict(list)
    relations: dict[str, Relation] = {}
    weights: dict[str, float] = {}
    for s in statements:
        r, e = s.relation, s.evidence
        relations[r.id] = r
        live = status.get(e.publication, Status.CURRENT).live
        weights[s.id] = weight(s, reliability[e.source], bulk=(e.source, e.publication) in bulk) if live else 0.0
        if live:
            at[r.subject, r.subject_site, r.object, r.object_site].append(_voice(s, weights[s.id], versions))
    found = {}
    for identifier, r in relations.items():
        pro, contra = _sides(r, at[r.subject, r.subject_site, r.object, r.object_site])
        found[identifier] = Belief(papers_for=tuple(sorted(pro.items())), papers_against=tuple(sorted(contra.items())))
    return found, weights
