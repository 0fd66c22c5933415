"""Which walks the model allows, by trying every pair of states for every relation: the oracle of the network.

Written from the rules of the model alone; it shares nothing with ``kg.analysis`` but the words for states and
assumptions. Slow, and meant to be.

What the model leaves open is read as follows. A relation at an open site (organism, not stated) may start in any
cell that has its subject: where a relation puts it, where it is taken up, or what open relations make of these. It
lands in the open site itself; from inside a cell also in that cell; from elsewhere also in the cells where some
relation puts its object. From inside a cell, an open site from which something starts is a place to land only.
Cargo acts from the vesicles that the same paper loads it into; where there is none, from all that carry it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from kg import vocabulary
from kg.analysis.costs import PENALTIES, Assumption
from kg.analysis.moves import State
from kg.model import Belief, SiteKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.analysis.facts import Fact, Facts
    from kg.model import Relation

Pair = tuple[State, State, int]
Needs = frozenset[Assumption]
A = Assumption
NOTHING: Needs = frozenset()


class Support(NamedTuple):
    """One relation that allows a step, and what it takes for granted."""

    fact: Fact | None
    predicate: str
    needs: Needs


@dataclass(frozen=True)
class Ground:
    """What a table says of who is where."""

    facts: Facts
    by_cell: dict[str, set[str]]
    present: dict[str, set[str]]
    loads: dict[str, dict[str, set[str]]]
    released: set[str]
    released_at: set[tuple[str, str]]
    acts_from: set[tuple[str, str]]

    def kind(self, site: str) -> SiteKind:
        return self.facts.sites[site].kind

    def is_cell(self, site: str) -> bool:
        return self.kind(site) is SiteKind.CELL

    def is_open(self, site: str) -> bool:
        return self.kind(site) in (SiteKind.ORGANISM, SiteKind.UNSPECIFIED)

    def type_of(self, entity: str) -> str:
        return self.facts.entities[entity].type


def _papers(fact: Fact) -> set[str]:
    return {paper for paper, _ in fact.belief.papers_for}


def _predicate(r: Relation) -> vocabulary.Predicate:
    return vocabulary.predicates()[r.predicate]


def ground(facts: Facts) -> Ground:
    """Read the table once for who is where."""
    g = Ground(facts, defaultdict(set), {}, defaultdict(lambda: defaultdict(set)), set(), set(), set())
    for f in facts.facts:
        r = f.relation
        for entity, site in ((r.subject, r.subject_site), (r.object, r.object_site)):
            if g.is_cell(site):
                g.by_cell[site].add(entity)
        if r.predicate == "carries":
            g.loads[r.object][r.subject] |= _papers(f)
        if r.predicate != "expresses":
            g.acts_from.add((r.subject, r.subject_site))
        if r.predicate in ("releases", "increases_secretion_of", "decreases_secretion_of"):
            g.released.add(r.object)
            g.released_at.add((r.object, r.subject_site if r.predicate == "releases" else r.object_site))
    for cell in (s for s in facts.sites if g.is_cell(s)):
        g.present[cell] = _present(g, cell)
    return g


def _present(g: Ground, cell: str) -> set[str]:
    here = set(g.by_cell[cell])
    for f in g.facts.facts:
        r = f.relation
        if r.predicate in ("is_taken_up_by", "transfers_to") and r.object_site == cell:
            here |= {c for c, vesicles in g.loads.items() if r.subject in vesicles}
            if g.type_of(r.subject) != "vesicle":
                here.add(r.subject)
    while True:
        more = {
            f.relation.object
            for f in g.facts.facts
            if _predicate(f.relation).step_kind == "effect"
            and g.is_open(f.relation.object_site)
            and (f.relation.subject_site == cell or g.is_open(f.relation.subject_site))
            and f.relation.subject in here
        }
        if more <= here:
            return here
        here |= more


def universe(g: Ground) -> dict[str, list[State]]:
    """Every state an entity could have."""
    found: dict[str, list[State]] = {}
    vesicles = sorted({v for loads in g.loads.values() for v in loads})
    for entity in g.facts.entities:
        states = [State(entity, s) for s in g.facts.sites]
        states += [State(entity, "vesicle", v) for v in vesicles]
        states += [State(entity, s, "readout") for s in g.facts.sites if g.is_open(s)]
        found[entity] = states
    return found


def _aboard(g: Ground, entity: str, fact: Fact, state: State) -> Needs | None:
    """Whether cargo that a relation names is the cargo in one vesicle."""
    loads = g.loads.get(entity, {})
    same = {v for v, papers in loads.items() if papers & _papers(fact)}
    if same:
        return NOTHING if state.within in same else None
    if loads:
        return frozenset({A.VESICLE}) if state.within in loads else None
    return NOTHING if not state.within else None


def _start(g: Ground, f: Fact, state: State) -> Needs | None:
    """What must be assumed for an effect to start in a state; None when it cannot."""
    site = f.relation.subject_site
    if state.within == "readout":
        return None
    if g.kind(site) is SiteKind.CARRIER:
        return _aboard(g, state.entity, f, state) if state.site == site else None
    if state.within:
        return None
    if state.site == site:
        return frozenset({A.SITE}) if g.is_open(site) else NOTHING
    if g.is_open(site) and g.is_cell(state.site) and state.entity in g.present[state.site]:
        return frozenset({A.SITE})
    return None


def _land(g: Ground, f: Fact, start: State, state: State) -> Needs | None:
    """What must be assumed for an effect to land in a state; None when it cannot."""
    site = f.relation.object_site
    if g.kind(site) is SiteKind.CARRIER:
        if state.site != site:
            return None
        if g.kind(start.site) is SiteKind.CARRIER and start.within:
            return NOTHING if state.within == start.within else None
        return _aboard(g, state.entity, f, state)
    if not g.is_open(site):
        return NOTHING if state == State(state.entity, site) else None
    assumed = frozenset({A.SITE})
    if state.site == site:
        dead_end = g.is_cell(start.site) and (state.entity, site) in g.acts_from
        return assumed if state.within == ("readout" if dead_end else "") else None
    if not g.is_cell(state.site) or state.within:
        return None
    fits = state.site == start.site if g.is_cell(start.site) else state.entity in g.by_cell[state.site]
    return assumed if fits else None


def _sign(g: Ground, r: Relation) -> tuple[int, Needs]:
    if r.predicate == "binds":
        ligand = g.kind(r.subject_site) is SiteKind.MEDIUM and g.type_of(r.subject) == "gene_product"
        return (1, frozenset({A.RECEPTOR})) if ligand and r.object_compartment == "plasma_membrane" else (0, NOTHING)
    return _predicate(r).sign, NOTHING


def _effects(g: Ground, f: Fact, states: dict[str, list[State]]) -> Iterator[tuple[Pair, str, Needs]]:
    r = f.relation
    sign, read_as = _sign(g, r)
    for start, end in product(states[r.subject], states[r.object]):
        first = _start(g, f, start)
        second = None if first is None else _land(g, f, start, end)
        if first is None or second is None:
            continue
        needs = first | second | read_as
        inside = g.is_cell(start.site)
        if not inside or start.site == end.site or g.is_open(end.site):
            yield (start, end, sign), r.predicate, needs
        elif r.subject_compartment == "plasma_membrane":
            yield (start, end, sign), r.predicate, needs | {A.CONTACT}
        elif not g.is_cell(end.site) and _predicate(r).readout == "secretion":
            yield (start, end, sign), r.predicate, needs
        elif g.is_cell(end.site) and r.subject in g.released:
            outside = State(start.entity, "extracellular")
            if (start.entity, start.site) not in g.released_at:
                yield (start, outside, 1), "is_secreted", needs | {A.SECRETION}
            yield (outside, end, sign), r.predicate, needs | {A.SECRETION}
        else:
            yield (start, end, sign), r.predicate, needs | {A.SUMMARY}


def _secretion(g: Ground, f: Fact, cell: str) -> Iterator[tuple[Pair, str, Needs]]:
    entity = f.relation.object
    if g.is_cell(cell) and g.type_of(entity) != "vesicle":
        yield (State(entity, cell), State(entity, "extracellular"), 1), "is_secreted", NOTHING


def _transfers(g: Ground, f: Fact, states: dict[str, list[State]]) -> Iterator[tuple[Pair, str, Needs]]:
    r = f.relation
    open_end = frozenset({A.SITE}) if g.is_open(r.subject_site) or g.is_open(r.object_site) else NOTHING
    source, target = State(r.subject, r.subject_site), State(r.object, r.object_site)
    if r.predicate == "carries":
        yield (source, State(r.object, r.object_site, r.subject), 1), r.predicate, NOTHING
    elif r.predicate == "releases":
        yield (source, target, 1), r.predicate, open_end
        if g.kind(r.object_site) is SiteKind.MEDIUM:
            yield from _secretion(g, f, r.subject_site)
    else:
        for start in states[r.subject]:
            aboard = _aboard(g, r.subject, f, start) if start.site == "vesicle" == r.subject_site else None
            if aboard is None and (start != source or r.subject_site == "vesicle"):
                continue
            needs = (aboard or NOTHING) | open_end
            yield (start, target, 1), r.predicate, needs
            if g.is_cell(r.object_site) and g.type_of(r.subject) != "vesicle":
                yield (start, State(r.subject, r.object_site), 1), r.predicate, needs
        for cargo, vesicles in g.loads.items():
            if g.is_cell(r.object_site) and r.subject in vesicles:
                inside = State(cargo, "vesicle", r.subject)
                yield (inside, State(cargo, r.object_site), 1), "enters_with_vesicle", frozenset({A.CARGO})


def allowed(facts: Facts, *, summaries: bool = False, definitions: bool = True) -> dict[Pair, list[Support]]:
    """Every step that the model allows, with the relations behind it and what each takes for granted."""
    g = ground(facts)
    states = universe(g)
    found: dict[Pair, list[Support]] = defaultdict(list)
    for f in facts.facts:
        kind = _predicate(f.relation).step_kind
        moves: list[tuple[Pair, str, Needs]] = []
        if kind == "transfer":
            moves += _transfers(g, f, states)
        elif kind == "effect":
            moves += _effects(g, f, states)
            if f.relation.predicate in ("increases_secretion_of", "decreases_secretion_of"):
                moves += _secretion(g, f, f.relation.object_site)
        for pair, predicate, needs in moves:
            whole = g.type_of(pair[1].entity) == "cell" and pair[0].entity != pair[1].entity
            all_needs = needs | ({A.WHOLE_CELL} if whole else NOTHING) | ({A.BACKGROUND} if f.background else NOTHING)
            if summaries or A.SUMMARY not in needs:
                found[pair].append(Support(f, predicate, all_needs))
    if definitions:
        reached = {state for pair in found for state in pair[:2]}
        for state in reached:
            if state.entity == "GO:0006915" and g.is_cell(state.site):
                found[state, State("MESH:D002470", state.site), -1].append(Support(None, "suppresses", NOTHING))
            secretes = state.entity == "GO:1990182" and g.is_cell(state.site)
            for vesicle in facts.entities.values() if secretes else ():
                outside = State(vesicle.id, "extracellular")
                if "GO:0070062" in vesicle.parents and vesicle.origin == state.site and outside in reached:
                    found[state, outside, 1].append(Support(None, "releases", NOTHING))
    signed = {pair[:2] for pair in found if pair[2]}
    return {p: rows for p, rows in found.items() if p[0] != p[1] and (p[2] or p[:2] not in signed)}


def belief(rows: list[Support]) -> float:
    """Belief over the distinct papers of several relations, each paper with its greatest weight."""
    sides: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for row in rows:
        if row.fact is not None:
            for side, papers in zip(sides, (row.fact.belief.papers_for, row.fact.belief.papers_against), strict=True):
                for paper, weight in papers:
                    side[paper] = max(side.get(paper, 0.0), weight)
    return Belief(papers_for=tuple(sides[0].items()), papers_against=tuple(sides[1].items())).value


def behind(rows: list[Support], assumptions: Needs) -> list[Support]:
    """The relations that stand behind a step when it takes this much for granted."""
    return [row for row in rows if row.needs - {A.BACKGROUND} <= assumptions]


def cheapest(rows: list[Support]) -> float:
    """Least cost in nat of a step without its hub penalty, over everything it may take for granted."""
    import math

    if any(row.fact is None for row in rows):
        return 0.0
    atoms = sorted({a for row in rows for a in row.needs} - {A.BACKGROUND})
    costs = []
    for mask in range(1 << len(atoms)):
        chosen = frozenset(a for bit, a in enumerate(atoms) if mask >> bit & 1)
        taken = behind(rows, chosen)
        if taken and (value := belief(taken)) > 0:
            untested = all(A.BACKGROUND in row.needs for row in taken)
            extra = sum(PENALTIES[a] for a in chosen) + (PENALTIES[A.BACKGROUND] if untested else 0.0)
            costs.append(-math.log(value) + extra)
    return min(costs, default=math.inf)


Walk = tuple[tuple[State, ...], tuple[int, ...]]
"""States from source to target, and the signs of the steps between them."""


def walks(
    steps: dict[Pair, list[Support]], sources: set[State], targets: set[State], *, sign: str, most: int
) -> Iterator[Walk]:
    """Every walk of at most ``most`` steps: simple in states, no entity with both signs, the product as asked."""
    onward: dict[State, list[tuple[State, int]]] = defaultdict(list)
    for source, target, turn in steps:
        if turn or sign == "any":
            onward[source].append((target, turn))
    wanted = {"+": (1,), "-": (-1,), "any": (1, -1, 0)}[sign]

    def go(states: tuple[State, ...], turns: tuple[int, ...], running: tuple[int, ...]) -> Iterator[Walk]:
        if turns and states[-1] in targets and running[-1] in wanted:
            yield states, turns
        if len(turns) == most:
            return
        for after, turn in onward[states[-1]]:
            now = running[-1] * turn
            clash = any(s.entity == after.entity and now * r == -1 for s, r in zip(states, running, strict=True))
            if after not in states and not clash:
                yield from go((*states, after), (*turns, turn), (*running, now))

    for source in sources:
        yield from go((source,), (), (1,))
