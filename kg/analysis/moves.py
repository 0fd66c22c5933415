"""From one relation to the moves it allows: which step is possible where, and what it takes for granted.

A move leads from one state to another. The rules are those of the model: effects inside one cell, in the
medium or in one vesicle; transfers; effects that start in the medium or on a vesicle; contact across two
membranes; and secretion that a row implies without saying. An effect from inside one cell to the inside
of another is a summary: it is kept apart, as a question for a mechanism.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kg import vocabulary
from kg.analysis.costs import Assumption
from kg.model import SiteKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.analysis.facts import Fact, Facts
    from kg.model import Relation
    from kg.vocabulary import Predicate

EFFECT, TRANSFER, DEFINITION = "effect", "transfer", "definition"
READOUT = "readout"
"""Marks a state that is a landing place only: what was measured in the organism, not a place to act from."""

_OPEN = (SiteKind.ORGANISM, SiteKind.UNSPECIFIED)


class State(NamedTuple):
    """An entity at a site; ``within`` is the vesicle that holds it, or a mark for landing places.

    >>> State("HGNC:6025", "extracellular").name
    'HGNC:6025@extracellular'
    >>> State("HGNC:31508", "vesicle", "exil8:cml_exosome").name
    'HGNC:31508@vesicle/exil8:cml_exosome'
    """

    entity: str
    site: str
    within: str = ""

    @property
    def name(self) -> str:
        """Stable name: entity, site, and what it is within."""
        return f"{self.entity}@{self.site}{f'/{self.within}' if self.within else ''}"


class Move(NamedTuple):
    """One way a relation leads from a state to a state."""

    source: State
    target: State
    kind: str
    sign: int
    predicate: str
    fact: Fact | None
    assumptions: frozenset[Assumption]
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class Setting:
    """What must be known of all relations before one can be read: who is where, who carries and secretes what."""

    facts: Facts
    native: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    within_reach: dict[str, set[str]] = field(default_factory=dict)
    medium: str = ""
    secreted: set[str] = field(default_factory=set)
    secreted_at: dict[tuple[str, str], list[Fact]] = field(default_factory=lambda: defaultdict(list))
    carriers: dict[str, list[tuple[str, Fact]]] = field(default_factory=lambda: defaultdict(list))
    taken_up: list[tuple[str, str]] = field(default_factory=list)
    leads_on: set[tuple[str, str]] = field(default_factory=set)
    cells: tuple[str, ...] = ()

    def is_open(self, site: str) -> bool:
        """Whether the site does not name a place: organism or unspecified."""
        return self.facts.kind(site) in _OPEN

    def is_cell(self, site: str) -> bool:
        """Whether the site is a cell type."""
        return site in self.cells

    def type_of(self, entity: str) -> str:
        """Type of an entity; empty when it is not described."""
        known = self.facts.entities.get(entity)
        return known.type if known else ""

    def homes(self, entity: str) -> list[str]:
        """Cells in which some relation puts the entity, in order."""
        return [cell for cell in self.cells if entity in self.native[cell]]


def setting(facts: Facts) -> Setting:
    """Read all relations once for who is where, who secretes and who carries what."""
    known = Setting(facts)
    known.cells = tuple(sorted(s.id for s in facts.sites.values() if s.kind is SiteKind.CELL))
    known.medium = next((s.id for s in facts.sites.values() if s.kind is SiteKind.MEDIUM), "extracellular")
    predicates = vocabulary.predicates()
    for fact in facts.facts:
        r, predicate = fact.relation, predicates[fact.relation.predicate]
        if predicate.symmetric:
            continue  # that two things are spoken of together puts neither in a cell
        for entity, site in ((r.subject, r.subject_site), (r.object, r.object_site)):
            if known.is_cell(site):
                known.native[site].add(entity)
        if predicate.secretes:
            _note_secretion(known, fact, predicate)
        if r.predicate == "carries":
            known.carriers[r.object].append((r.subject, fact))
        elif predicate.readout == "uptake" and known.is_cell(r.object_site):
            known.taken_up.append((r.subject, r.object_site))
        if predicate.step_kind != "statement":
            known.leads_on.add((r.subject, r.subject_site))
    unplaced = _unplaced(known)
    known.within_reach = {cell: _reach(known, cell, unplaced) for cell in known.cells}
    return known


def _unplaced(known: Setting) -> dict[str, list[tuple[str, str]]]:
    """Effects on something at no named place, as (subject, object) by the site of the subject."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    predicates = vocabulary.predicates()
    for fact in known.facts.facts:
        r = fact.relation
        if known.is_open(r.object_site) and predicates[r.predicate].step_kind == EFFECT:
            found[r.subject_site].append((r.subject, r.object))
    return found


def _note_secretion(known: Setting, fact: Fact, predicate: Predicate) -> None:
    r = fact.relation
    known.secreted.add(r.object)
    cell = r.subject_site if predicate.step_kind == TRANSFER else r.object_site
    if known.is_cell(cell):
        known.secreted_at[r.object, cell].append(fact)


def _reach(known: Setting, cell: str, unplaced: Mapping[str, Iterable[tuple[str, str]]]) -> set[str]:
    """Entities of a cell, what it takes up, and what relations lead to from these that name no other cell."""
    onward: dict[str, list[str]] = defaultdict(list)
    for site, effects in unplaced.items():
        if site == cell or known.is_open(site):
            for subject, object_ in effects:
                onward[subject].append(object_)
    reached = known.native[cell] | _brought(known, cell)
    waiting = sorted(reached)
    while waiting:
        for entity in onward[waiting.pop()]:
            if entity not in reached:
                reached.add(entity)
                waiting.append(entity)
    return reached


def _brought(known: Setting, cell: str) -> set[str]:
    """What a cell takes up, as itself or inside a vesicle."""
    guests = {entity for entity, to in known.taken_up if to == cell}
    cargo = {entity for entity, loads in known.carriers.items() if any(vesicle in guests for vesicle, _ in loads)}
    return cargo | {entity for entity in guests if known.type_of(entity) != "vesicle"}


def _sign(relation: Relation, known: Setting) -> tuple[int, frozenset[Assumption]]:
    """Causal sign of a relation; a ligand that binds its receptor is taken to activate it."""
    predicate = vocabulary.predicates()[relation.predicate]
    if relation.predicate != "binds":
        return predicate.sign, frozenset()
    ligand = known.type_of(relation.subject) == "gene_product" and relation.subject_site == known.medium
    if ligand and relation.object_compartment == "plasma_membrane":
        return 1, frozenset({Assumption.RECEPTOR})
    return 0, frozenset()


def moves(fact: Fact, known: Setting) -> Iterator[Move]:
    """All moves that one relation allows, summaries included (they carry that assumption)."""
    relation = fact.relation
    predicate = vocabulary.predicates()[relation.predicate]
    if predicate.step_kind == "statement":
        return
    for move in _moves_of_kind(fact, known, predicate):
        extra = set(move.assumptions)
        if fact.background:
            extra.add(Assumption.BACKGROUND)
        if fact.machine:
            extra.add(Assumption.MACHINE)
        if known.type_of(move.target.entity) == "cell" and move.source.entity != move.target.entity:
            extra.add(Assumption.WHOLE_CELL)
        yield move._replace(assumptions=frozenset(extra))


def _moves_of_kind(fact: Fact, known: Setting, predicate: Predicate) -> Iterator[Move]:
    name = fact.relation.predicate
    if name == "carries":
        yield _carries(fact)
    elif name == "releases":
        yield from _releases(fact, known)
    elif predicate.readout == "uptake":
        yield from _uptake(fact, known)
    else:
        yield from _effects(fact, known)
        if predicate.secretes:
            yield from _secretion(fact, known, fact.relation.object_site)


def _carries(fact: Fact) -> Move:
    r = fact.relation
    cargo = State(r.object, r.object_site, r.subject)
    return Move(State(r.subject, r.subject_site), cargo, TRANSFER, 1, r.predicate, fact, frozenset())


def _releases(fact: Fact, known: Setting) -> Iterator[Move]:
    r = fact.relation
    source, target = State(r.subject, r.subject_site), State(r.object, r.object_site)
    yield Move(source, target, TRANSFER, 1, r.predicate, fact, _open_ends(r, known))
    if known.is_cell(r.subject_site) and target.site == known.medium:
        yield from _secretion(fact, known, r.subject_site)


def _open_ends(r: Relation, known: Setting) -> frozenset[Assumption]:
    open_end = known.is_open(r.subject_site) or known.is_open(r.object_site)
    return frozenset({Assumption.SITE}) if open_end else frozenset()


def _secretion(fact: Fact, known: Setting, cell: str) -> Iterator[Move]:
    """The move of a molecule from the cell that makes it to the medium."""
    entity = fact.relation.object
    if known.is_cell(cell) and known.type_of(entity) != "vesicle":
        inside, outside = State(entity, cell), State(entity, known.medium)
        yield Move(inside, outside, TRANSFER, 1, "is_secreted", fact, frozenset())


def _uptake(fact: Fact, known: Setting) -> Iterator[Move]:
    """Vesicle or molecule into a recipient cell: to the cell, and as itself inside it; cargo comes along."""
    r = fact.relation
    source, cell = State(r.subject, r.subject_site), r.object_site
    in_vesicle = known.facts.kind(r.subject_site) is SiteKind.CARRIER
    starts = _held(r.subject, r.subject_site, fact, known) if in_vesicle else [(source, frozenset[Assumption]())]
    for start, assumed in starts:
        whole = assumed | _open_ends(r, known)
        yield Move(start, State(r.object, cell), TRANSFER, 1, r.predicate, fact, whole)
        if known.is_cell(cell) and known.type_of(r.subject) != "vesicle":
            yield Move(start, State(r.subject, cell), TRANSFER, 1, r.predicate, fact, whole)
    if known.is_cell(cell):
        for cargo, carriers in known.carriers.items():
            if any(vesicle == r.subject for vesicle, _ in carriers):
                aboard = State(cargo, "vesicle", r.subject)
                with_it = frozenset({Assumption.CARGO})
                yield Move(aboard, State(cargo, cell), TRANSFER, 1, "enters_with_vesicle", fact, with_it)


def _held(entity: str, site: str, fact: Fact, known: Setting) -> list[tuple[State, frozenset[Assumption]]]:
    """The vesicles a cargo may be meant in: those the same paper loads it into, else all, else one not named."""
    papers = {paper for paper, _ in fact.belief.papers_for}
    carriers = known.carriers.get(entity, [])
    same = {v for v, load in carriers if papers & {paper for paper, _ in load.belief.papers_for}}
    if same:
        return [(State(entity, site, v), frozenset()) for v in sorted(same)]
    others = sorted({v for v, _ in carriers})
    assumed = [(State(entity, site, v), frozenset({Assumption.VESICLE})) for v in others]
    return assumed or [(State(entity, site), frozenset())]


def _starts(fact: Fact, known: Setting) -> Iterable[tuple[State, frozenset[Assumption]]]:
    """States a relation may be walked from: its own, and for an unnamed site the cells that hold its subject."""
    r = fact.relation
    if known.facts.kind(r.subject_site) is SiteKind.CARRIER:
        return _held(r.subject, r.subject_site, fact, known)
    own = [(State(r.subject, r.subject_site), frozenset[Assumption]())]
    if not known.is_open(r.subject_site):
        return own
    assumed = frozenset({Assumption.SITE})
    return own + [(State(r.subject, c), assumed) for c in known.cells if r.subject in known.within_reach[c]]


def _landings(fact: Fact, start: State, known: Setting) -> Iterable[tuple[State, frozenset[Assumption]]]:
    """States a relation may land in from a start."""
    r = fact.relation
    if known.facts.kind(r.object_site) is SiteKind.CARRIER:
        if known.facts.kind(start.site) is SiteKind.CARRIER and start.within:
            return [(State(r.object, r.object_site, start.within), frozenset())]
        return _held(r.object, r.object_site, fact, known)
    stated = State(r.object, r.object_site)
    if not known.is_open(r.object_site):
        return [(stated, frozenset())]
    assumed = frozenset({Assumption.SITE})
    if not known.is_cell(start.site):
        return [(State(r.object, cell), assumed) for cell in known.homes(r.object)] + [(stated, assumed)]
    # From inside a cell the organism is no way into another cell: where something starts there, one only lands.
    if (r.object, r.object_site) in known.leads_on:
        stated = stated._replace(within=READOUT)
    return [(State(r.object, start.site), assumed), (stated, assumed)]


def _effects(fact: Fact, known: Setting) -> Iterator[Move]:
    r = fact.relation
    sign, read_as = _sign(r, known)
    for start, assumed in _starts(fact, known):
        if known.is_open(start.site):
            assumed |= {Assumption.SITE}
        for landing, more in _landings(fact, start, known):
            remarks = _site_remarks(r, start, landing)
            for move in _allowed(fact, start, landing, sign, known):
                yield move._replace(
                    assumptions=move.assumptions | assumed | more | read_as, remarks=move.remarks + remarks
                )


def _site_remarks(r: Relation, start: State, landing: State) -> tuple[str, ...]:
    ends = ((r.subject_site, start), (r.object_site, landing))
    return tuple(f"{Assumption.SITE}: {stated} read as {state.site}" for stated, state in ends if state.site != stated)


def _allowed(fact: Fact, start: State, landing: State, sign: int, known: Setting) -> Iterator[Move]:
    """The move, if the rules let an effect pass from the one site to the other; a summary if they do not."""
    r = fact.relation
    plain = Move(start, landing, EFFECT, sign, r.predicate, fact, frozenset())
    from_cell, to_cell = known.is_cell(start.site), known.is_cell(landing.site)
    if not from_cell or start.site == landing.site or known.is_open(landing.site):
        yield plain
    elif r.subject_compartment == "plasma_membrane":
        yield plain._replace(assumptions=frozenset({Assumption.CONTACT}))
    elif not to_cell and vocabulary.predicates()[r.predicate].readout == "secretion":
        yield plain
    elif to_cell and r.subject in known.secreted:
        yield from _through_medium(plain, known)
    else:
        yield plain._replace(assumptions=frozenset({Assumption.SUMMARY}))


def _through_medium(plain: Move, known: Setting) -> Iterator[Move]:
    """Split an effect of a secreted molecule on another cell into its move to the medium and its effect there."""
    start, outside = plain.source, State(plain.source.entity, known.medium)
    label = known.facts.entities[start.entity].label if start.entity in known.facts.entities else start.entity
    remark = f"{Assumption.SECRETION}: the paper names {label} at {start.site}, the graph shows it released"
    assumed = frozenset({Assumption.SECRETION})
    if not known.secreted_at[start.entity, start.site]:
        yield Move(start, outside, TRANSFER, 1, "is_secreted", plain.fact, assumed, (remark,))
    yield plain._replace(source=outside, assumptions=assumed, remarks=(remark,))


def definitional(states: Iterable[State], known: Setting) -> Iterator[Move]:
    """Edges that hold by definition inside a cell, for every cell whose states have the subject."""
    present = set(states)
    for d in vocabulary.definitions():
        name = d.predicate.partition(":")[2]
        sign, remark = vocabulary.predicates()[name].sign, (f"definition: {d.reference}",)
        for state in sorted(present):
            if state.entity == d.subject and known.is_cell(state.site):
                released = _vesicles_of(state.site, d.object, known) if name == "releases" else None
                targets = [State(d.object, state.site)] if released is None else sorted(present.intersection(released))
                for target in targets:
                    yield Move(state, target, DEFINITION, sign, name, None, frozenset(), remark)


def _vesicles_of(cell: str, kind: str, known: Setting) -> list[State]:
    """The vesicles of a kind that come from a cell, in the medium."""
    entities = known.facts.entities.values()
    return [State(e.id, known.medium) for e in entities if e.origin == cell and kind in e.parents]


def closing(states: Iterable[State], known: Setting, closures: Iterable[tuple[str, int]]) -> Iterator[Move]:
    """Edges from the readouts of a cell back to the cell itself, where both are states."""
    present = set(states)
    for entity, sign in closures:
        for cell in known.cells:
            readout, whole = State(entity, cell), State(known.facts.sites[cell].entity, cell)
            if readout in present and whole in present:
                name = "promotes" if sign > 0 else "suppresses"
                remark = ("definition: what sustains a cell sustains what it does",)
                yield Move(readout, whole, DEFINITION, sign, name, None, frozenset(), remark)
