"""What no single paper says: chains of two findings from different papers (literature-based discovery).

After Swanson (1986): A acts on B in one paper, B acts on C in another, and no paper joins A and C. A chain
here has two effects and the transfers between them. The p-value of a chain is the chance that its middle
would join its ends if every step kept its number of ways in and out and nothing else (a Poisson count of
the configuration model): a middle that everything touches explains little.

References
----------
.. [1] Swanson DR. Fish oil, Raynaud's syndrome, and undiscovered public knowledge. Perspect Biol Med 1986.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from kg.analysis.asked import sign_of, whole
from kg.analysis.moves import DEFINITION, EFFECT
from kg.analysis.paths import Path, place
from kg.analysis.table import Table, counted, signed
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.analysis.moves import State
    from kg.analysis.network import Key, Network, Step

LONGEST = 5
"""Steps of a chain at most: two effects, and the transfers before, between and after them."""
MOST_WALKS = 500_000
"""Steps tried before the search gives up and says so."""
ORDERS = ("belief", "p_value")
"""What chains may be ranked by; the other one breaks ties."""

Trail = tuple["Step", ...]
Pair = tuple["Key", "Key"]
"""Two findings, by the keys of their steps."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Two findings of different papers that together say what no paper says.

    Parameters
    ----------
    path
        All links, from the one end to the other.
    middle
        CURIE of the entity that joins the two.
    p_value
        Chance of such a join in the configuration model, in (0, 1].
    by_belief, by_chance
        Place of the chain among all, by belief and by p-value; 1 is the best.
    """

    columns: ClassVar = (
        "by_belief", "by_chance", "middle", "middle_label", "sign", "belief", "cost_nat", "p_value", "papers",
        "first_papers", "second_papers", "links", "chain",
    )  # fmt: skip

    path: Path
    middle: str
    p_value: float
    by_belief: int = 0
    by_chance: int = 0

    @property
    def first(self) -> Step:
        """The first effect."""
        return next(step for step in self.path.steps if step.kind == EFFECT)

    @property
    def second(self) -> Step:
        """The second effect."""
        return next(step for step in reversed(self.path.steps) if step.kind == EFFECT)

    @property
    def middle_label(self) -> str:
        """Label of the middle."""
        return self.path.network.label(self.middle)

    @property
    def sign(self) -> str:
        """Sign of the whole."""
        return signed(self.path.sign)

    @property
    def belief(self) -> float:
        """Product of the links' beliefs."""
        return self.path.belief

    @property
    def cost_nat(self) -> float:
        """Cost of the whole."""
        return round(self.path.cost, 6)

    @property
    def papers(self) -> int:
        """How many papers stand behind all links, the transfers included."""
        return len(self.path.publications)

    @property
    def first_papers(self) -> str:
        """Papers of the first finding."""
        return "; ".join(self.first.publications)

    @property
    def second_papers(self) -> str:
        """Papers of the second finding."""
        return "; ".join(self.second.publications)

    @property
    def links(self) -> str:
        """Every link with its papers."""
        return " | ".join(_link(self.path.network, step) for step in self.path.steps)

    @property
    def chain(self) -> str:
        """The chain as one line."""
        return str(self.path)

    def __str__(self) -> str:
        """Read the chain and the papers of each link."""
        head = f"{self.by_belief:>3}. [{self.sign}] belief {self.belief:.3f}, p {self.p_value:.2g}: {self.path}"
        return "\n".join([head, *(f"     {_link(self.path.network, step)}" for step in self.path.steps)])


def _link(network: Network, step: Step) -> str:
    papers = ", ".join(step.publications) or "by definition"
    return f"{place(network, step.source)} {'|'.join(step.predicates)} {place(network, step.target)}: {papers}"


def chains(
    network: Network,
    sources: Sequence[State],
    targets: Sequence[State],
    *,
    k: int = 20,
    sign: str = "any",
    by: str = "belief",
) -> Table[Chain]:
    """Two-paper chains from sources to targets that no single paper states, ranked by belief or by p-value.

    Every path of at most five steps with two effects is looked at, and the cheapest is kept for each pair of findings,
    so that a transfer more makes no further chain. Left out are chains whose two findings share a paper, and ends that
    some relation joins directly.

    Parameters
    ----------
    sources, targets
        States of the two ends.
    k
        How many chains.
    sign
        ``+``, ``-`` or ``any``.
    by
        ``belief`` (the higher first, then by p-value) or ``p_value`` (the lower first, then by belief).

    Returns
    -------
    Table of Chain
        With a note that says why there are none, or how many were left out.

    Raises
    ------
    UsageError
        k below 1, another sign or order.

    Notes
    -----
    Depth-first with the steps still needed to the targets as a bound: in the embedded graph some thousand steps.
    """
    k, wanted = whole("k", k), sign_of(sign)
    if by not in ORDERS:
        raise UsageError(f"by is {by!r}: write {' or '.join(ORDERS)}")
    walks = _Walks(network, targets, wanted)
    tally = _Tally(network)
    for trail in walks.from_each(sources):
        tally.add(trail)
    found = sorted(tally.kept.values(), key=lambda c: (-c.belief, c.p_value, c.cost_nat, c.chain))
    by_chance = {id(c): n for n, c in enumerate(sorted(found, key=lambda c: (c.p_value, -c.belief, c.chain)), 1)}
    ranked = [replace(c, by_belief=n, by_chance=by_chance[id(c)]) for n, c in enumerate(found, 1)]
    if by == "p_value":
        ranked.sort(key=lambda c: c.by_chance)
    title = f"{counted(len(ranked), 'chain')} of two findings that no single paper states, by {by.replace('_', '-')}"
    note = tally.note(sources, targets) if not ranked else tally.left_out()
    return Table(title, Chain, tuple(ranked[:k]), note=note, complete=not walks.capped)


class _Walks:
    """Simple walks of at most five steps with two effects, the second of which is needed to reach the targets."""

    def __init__(self, network: Network, targets: Iterable[State], sign: int | None) -> None:
        self.targets, self.sign = frozenset(targets), sign
        self.onward: dict[State, list[Step]] = defaultdict(list)
        back: dict[State, list[State]] = defaultdict(list)
        for step in network.steps:
            if step.sign or sign is None:
                self.onward[step.source].append(step)
                back[step.target].append(step.source)
        self.needs = dict.fromkeys(self.targets, 0)
        layer = list(self.targets)
        for number in range(1, LONGEST + 1):
            layer = [s for t in layer for s in back[t] if self.needs.setdefault(s, number) == number]
            layer = list(dict.fromkeys(layer))
        self.tried = 0

    @property
    def capped(self) -> bool:
        """Whether the search gave up."""
        return self.tried > MOST_WALKS

    def from_each(self, sources: Iterable[State]) -> Iterator[Trail]:
        """All walks from some states."""
        for source in sources:
            yield from self._on((), source, {source.entity: {1}}, {source}, 1, 0)

    def _on(
        self, trail: Trail, here: State, signs: dict[str, set[int]], seen: set[State], sign: int, effects: int
    ) -> Iterator[Trail]:
        if here in self.targets and effects == 2 and self.sign in (None, sign):
            yield trail
        for step in self.onward[here]:
            self.tried += 1
            more, after = effects + (step.kind == EFFECT), step.target
            if more > 2 or after in seen or len(trail) + 1 + self.needs.get(after, LONGEST) > LONGEST or self.capped:
                continue
            turned = sign * step.sign
            if turned and -turned in signs.get(after.entity, ()):
                continue
            passed = {**signs, after.entity: signs.get(after.entity, set()) | {turned}}
            yield from self._on((*trail, step), after, passed, seen | {after}, turned, more)


@dataclass(slots=True)
class _Tally:
    """Chains kept, the cheapest for each pair of findings, and how many were left out and why."""

    network: Network
    kept: dict[Pair, Chain] = field(default_factory=dict)
    one_paper: set[Pair] = field(default_factory=set)
    joined: set[Pair] = field(default_factory=set)
    stated: dict[tuple[str, str], list[str]] = field(init=False)
    ways_out: Counter[State] = field(init=False)
    ways_in: Counter[State] = field(init=False)
    n_effects: int = field(init=False)

    def __post_init__(self) -> None:
        effects = [step for step in self.network.steps if step.kind == EFFECT]
        self.ways_out, self.ways_in = Counter(s.source for s in effects), Counter(s.target for s in effects)
        self.n_effects = len(effects)
        self.stated = defaultdict(list)
        for fact in self.network.facts.facts:
            ends = fact.relation.subject, fact.relation.object
            self.stated[ends] += [paper for paper, _ in fact.belief.papers_for]

    def add(self, trail: Trail) -> None:
        """Take a walk in, or note why it is left out."""
        first, second = (step for step in trail if step.kind == EFFECT)
        pair, last = (first.key, second.key), trail[-1]
        ends = {last.target.entity, last.source.entity} if last.kind == DEFINITION else {last.target.entity}
        if any((trail[0].source.entity, end) in self.stated for end in ends):
            self.joined.add(pair)
        elif set(first.publications) & set(second.publications):
            self.one_paper.add(pair)
        else:
            self._keep(trail, first, second)

    def _keep(self, trail: Trail, first: Step, second: Step) -> None:
        cost = math.fsum(step.cost for step in trail)
        known = self.kept.get((first.key, second.key))
        if known is not None and (known.path.cost, len(known.path.steps)) <= (cost, len(trail)):
            return
        sign = math.prod(step.sign for step in trail)
        path = Path(0, trail, sign, cost, self.network)
        self.kept[first.key, second.key] = Chain(path, second.source.entity, self._chance(first, second))

    def _chance(self, first: Step, second: Step) -> float:
        ways = [self.ways_out[s.source] * self.ways_in[s.target] / self.n_effects for s in (first, second)]
        return -math.expm1(-ways[0] * ways[1])

    def left_out(self) -> str:
        """How many pairs of findings were left out."""
        told = [
            f"{len(self.one_paper)} left out since one paper states both findings" if self.one_paper else "",
            f"{len(self.joined)} left out since a paper joins their ends" if self.joined else "",
        ]
        return "; ".join(text for text in told if text)

    def note(self, sources: Sequence[State], targets: Sequence[State]) -> str:
        """Why there are no chains."""
        for side, states in (("source", sources), ("target", targets)):
            if not states:
                return f"the {side} is on no step: no relation with a live paper speaks of it there"
        papers = {p for s in sources for t in targets for p in self.stated.get((s.entity, t.entity), ())}
        if papers:
            named = ", ".join(sorted(papers)[:3]) + (" and more" if len(papers) > 3 else "")
            return f"papers join the two directly ({named}), so that there is nothing to discover; see kg paths"
        return self.left_out() or f"no path of at most {LONGEST} steps holds two effects; see kg paths"
