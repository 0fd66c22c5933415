"""Paths as people read them: sentences, tables, and a ledger of what each step rests on."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.analysis.asked import sign_of, whole
from kg.analysis.network import is_landing
from kg.analysis.table import Readable, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import networkx as nx
    import pandas as pd

    from kg.analysis.index import SearchResult
    from kg.analysis.moves import State
    from kg.analysis.network import Network, Step

_SYMBOLS = {1: "+", -1: "-", 0: "unknown"}


@dataclass(frozen=True, slots=True)
class Path:
    """One path: its steps from source to target, its sign and its cost.

    Parameters
    ----------
    rank
        1 for the best.
    steps
        At least one.
    sign
        Product of the steps' signs; 0 when a step has none.
    cost
        In nat.
    """

    rank: int
    steps: tuple[Step, ...]
    sign: int
    cost: float
    network: Network = field(repr=False, compare=False)

    @property
    def belief(self) -> float:
        """Product of the steps' beliefs: in [0, 1], without penalties."""
        product = 1.0
        for step in self.steps:
            product *= step.probability
        return round(product, 6)

    @property
    def states(self) -> tuple[State, ...]:
        """States from source to target."""
        return (self.steps[0].source, *(step.target for step in self.steps))

    @property
    def publications(self) -> tuple[str, ...]:
        """Distinct papers behind the path, sorted."""
        return tuple(sorted({paper for step in self.steps for paper in step.publications}))

    def __str__(self) -> str:
        """Read the path as one line."""
        parts = [self._place(self.steps[0].source)]
        parts += [f"--{_verb(step)}--> {self._place(step.target)}" for step in self.steps]
        return " ".join(parts)

    def _place(self, state: State) -> str:
        return place(self.network, state)

    def to_dict(self) -> dict[str, Any]:
        """The path in the form ``kg paths --json`` prints."""
        return {
            "rank": self.rank,
            "sign": _SYMBOLS[self.sign],
            "cost_nat": round(self.cost, 6),
            "belief": self.belief,
            "steps": [step_dict(self.network, step) for step in self.steps],
        }

    def ledger(self) -> list[dict[str, Any]]:
        """What each step rests on: belief, papers for and against, penalties and cost in nat."""
        return [
            {
                "step": number,
                "from": self._place(step.source),
                "predicate": "|".join(step.predicates),
                "to": self._place(step.target),
                "sign": _SYMBOLS[step.sign],
                "belief": round(step.probability, 4),
                "papers_for": list(step.publications),
                "papers_against": list(step.against),
                "assumptions": list(step.remarks),
                "penalties": step.penalties,
                "cost_nat": round(step.cost, 6),
            }
            for number, step in enumerate(self.steps, 1)
        ]

    def explain(self) -> str:
        """The ledger as text: per step the papers on both sides, the belief and every penalty."""
        lines = [f"Path {self.rank}: sign {_SYMBOLS[self.sign]}, belief {self.belief:.3f}, cost {self.cost:.3f} nat"]
        for row in self.ledger():
            lines.append(f"  {row['step']}. {row['from']} --{row['predicate']}--> {row['to']}")
            lines.append(f"     belief {row['belief']:.3f}; for: {', '.join(row['papers_for']) or 'by definition'}")
            if row["papers_against"]:
                lines.append(f"     against: {', '.join(row['papers_against'])}")
            lines += [f"     {text}" for text in row["assumptions"]]
            if row["penalties"]:
                named = ", ".join(f"{name} {value:.2f}" for name, value in row["penalties"].items())
                lines.append(f"     penalties (nat): {named}")
        return "\n".join(lines)


def place(network: Network, state: State) -> str:
    """An entity and where it is, for people."""
    site = network.facts.sites[state.site]
    where = site.label.partition(" (")[0] if not state.within or is_landing(state) else network.label(state.within)
    label = network.label(state.entity)
    return label if site.entity == state.entity else f"{label} [{where}]"


def end_in_words(network: Network, name: str) -> str:
    """The end of a question for people: labels instead of the CURIEs of an entity, of several, and of a site."""
    told = []
    for part in name.split(" | "):
        entity, _, site = part.partition("@")
        known = network.facts.sites.get(site)
        where = known.label.partition(" (")[0] if known else site
        told.append(f"{network.label(entity)} [{where}]" if site else network.label(entity))
    return " or ".join(told)


def _verb(step: Step) -> str:
    return "|".join(step.predicates) + ("" if step.sign >= 0 else " (-)")


def step_dict(network: Network, step: Step) -> dict[str, Any]:
    """A step in the form ``kg paths --json`` prints.

    Publications are ``PMID:...``, ``DOI:...`` where there is no PMID, and ``PMC:...`` for the few papers of which
    neither is known; a source that names no paper stands there by its own record.
    """
    return {
        "subject": step.source.entity,
        "subject_label": network.label(step.source.entity),
        "subject_site": step.source.site,
        "predicate": "|".join(step.predicates),
        "object": step.target.entity,
        "object_label": network.label(step.target.entity),
        "object_site": step.target.site,
        "kind": step.kind,
        "polarity": {1: "+", -1: "-"}.get(step.sign, "0"),
        "belief": round(step.probability, 6),
        "publications": list(step.publications),
        "relations": list(step.relations),
        "assumptions": list(step.remarks),
        "against": list(step.against),
        "cost_nat": round(step.cost, 6),
        "subject_within": step.source.within,
        "object_within": step.target.within,
    }


@dataclass(frozen=True, slots=True)
class PathResult(Readable):
    """The best paths between two questions, best first.

    Parameters
    ----------
    source, target
        What was asked for, as CURIEs with sites where given, or names of classes.
    sign
        ``+``, ``-`` or ``any``.
    complete
        True when these are proven to be the k best (or all there are).
    hint
        When nothing was found: which condition stands in the way, and how far one gets from both sides.
    outcome
        CURIE of the outcome, where that is the target: each path then ends with a step from the readout it is
        read off (:meth:`readout`), so that its sign is its effect on the outcome.
    """

    source: str
    target: str
    sign: str
    complete: bool
    paths: tuple[Path, ...]
    network: Network = field(repr=False, compare=False)
    hint: str = ""
    outcome: str = ""

    def __len__(self) -> int:
        """Count the paths."""
        return len(self.paths)

    def __iter__(self) -> Iterator[Path]:
        """Go through the paths, best first."""
        return iter(self.paths)

    def __getitem__(self, place_: int) -> Path:
        """Get one path; 0 is the best."""
        return self.paths[place_]

    def readout(self, path: Path) -> str:
        """CURIE of the readout in which a path to the outcome ends; empty where the target is something else."""
        return path.steps[-1].source.entity if self.outcome else ""

    def to_dict(self) -> dict[str, Any]:
        """The object ``kg paths --json`` prints."""
        return {
            "source": self.source,
            "target": self.target,
            "sign": self.sign,
            "complete": self.complete,
            "paths": [path.to_dict() | self._read_off(path) for path in self.paths],
            **({"hint": self.hint} if self.hint else {}),
        }

    def _read_off(self, path: Path) -> dict[str, str]:
        readout = self.readout(path)
        return {"readout": readout, "readout_label": self.network.label(readout)} if readout else {}

    def to_frame(self) -> pd.DataFrame:
        """One row a step: rank, step, both ends, predicate, sign, belief, cost, papers, assumptions."""
        import pandas as pd

        columns = [
            "rank",
            "path_sign",
            "path_belief",
            "path_cost_nat",
            "step",
            "subject",
            "subject_label",
            "subject_site",
            "predicate",
            "object",
            "object_label",
            "object_site",
            "kind",
            "polarity",
            "belief",
            "publications",
            "relations",
            "assumptions",
            "against",
            *(("readout", "readout_label") if self.outcome else ()),
        ]
        rows = []
        for path in self.paths:
            head = {"rank": path.rank, "path_sign": _SYMBOLS[path.sign], "path_belief": path.belief}
            head |= self._read_off(path)
            for number, step in enumerate(path.steps, 1):
                row = step_dict(self.network, step)
                texts = {name: "; ".join(value) for name, value in row.items() if isinstance(value, list)}
                rows.append(row | texts | head | {"step": number, "path_cost_nat": round(path.cost, 6)})
        return pd.DataFrame(rows, columns=columns)

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """The steps of all paths as a MultiDiGraph with documented attributes (``kg.analysis.exchange``)."""
        from kg.analysis.exchange import to_networkx

        steps = dict.fromkeys(step for path in self.paths for step in path.steps)
        return to_networkx(self.network, steps)

    @property
    def summary(self) -> str:
        """What was asked, and how many paths there are."""
        if not self.paths:
            return self.hint or "no path"
        more = "" if self.complete else "; the work limit was reached: there may be more"
        source, target = (end_in_words(self.network, end) for end in (self.source, self.target))
        return f"{counted(len(self), 'path')} from {source} to {target} with sign {self.sign}{more}"

    def __str__(self) -> str:
        """List the paths, one a line."""
        if not self.paths:
            return self.summary
        return "\n".join(f"{p.rank:>3}. [{_SYMBOLS[p.sign]}] {p.cost:6.3f} nat  {p}" for p in self.paths)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{p.rank}</td><td>{_SYMBOLS[p.sign]}</td><td>{p.belief:.3f}</td><td>{p.cost:.3f}</td>"
            f"<td>{html.escape(str(p))}</td></tr>"
            for p in self.paths
        )
        head = "<tr><th>rank</th><th>sign</th><th>belief</th><th>cost (nat)</th><th>path</th></tr>"
        return f"<p>{html.escape(self.summary)}</p><table>{head}{rows}</table>"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathQuestion:
    """What is asked of a network: from which states to which, and under which conditions.

    Parameters
    ----------
    k
        How many paths, at least 1.
    sign
        ``+``, ``-`` or ``any``; only ``any`` walks steps without a causal sign.
    max_steps
        Longest path in steps.
    avoid
        States no path may visit.
    through
        Groups of states; a path must visit at least one of each.
    """

    sources: Sequence[State]
    targets: Sequence[State]
    k: int = 10
    sign: str = "+"
    max_steps: int | None = None
    max_cost: float | None = None
    avoid: frozenset[State] = frozenset()
    through: tuple[frozenset[State], ...] = ()

    def __post_init__(self) -> None:
        whole("k", self.k)
        sign_of(self.sign)
        if self.max_steps is not None:
            whole("max-steps", self.max_steps)


def _numbers(network: Network, states: Iterable[State]) -> list[int]:
    return [network.number[state] for state in states if state in network.number]


def search(network: Network, question: PathQuestion, k: int) -> SearchResult:
    """The k best paths of a question by numbers, whatever its own k is."""
    q = question
    return network.index.k_best(
        _numbers(network, q.sources),
        _numbers(network, q.targets),
        k,
        sign=sign_of(q.sign),
        max_cost=q.max_cost,
        max_steps=q.max_steps,
        avoid=_numbers(network, q.avoid),
        through=tuple(tuple(_numbers(network, group)) for group in q.through),
    )


def find(network: Network, question: PathQuestion, *, source: str, target: str) -> PathResult:
    """The k best paths of a question, in order of cost.

    Two readings of one chain of relations that differ only in an assumed site count as one path: the
    better one is kept.

    Notes
    -----
    Exact k shortest paths (Yen 1971; Lawler 1972) over states and signs; see ``kg.analysis.search``.
    """
    want = question.k
    while True:
        found = search(network, question, want)
        kept = _distinct(network, found)
        if len(kept) >= question.k or len(found.paths) < want or not found.complete:
            break
        want *= 2
    return PathResult(source, target, question.sign, found.complete, tuple(kept[: question.k]), network)


def _distinct(network: Network, found: SearchResult) -> list[Path]:
    kept, seen = list[Path](), set[tuple[Any, ...]]()
    for indexed in found.paths:
        steps = tuple(network.steps[edge] for edge in indexed.edges)
        key = _chain(steps)
        if key not in seen:
            seen.add(key)
            kept.append(Path(len(kept) + 1, steps, indexed.sign, indexed.cost, network))
    return kept


def _chain(steps: Sequence[Step]) -> tuple[Any, ...]:
    """What a path says, whatever cells its assumptions read into it."""
    entities = (steps[0].source.entity, *(step.target.entity for step in steps))
    return (entities, tuple((step.sign, step.relations or step.predicates) for step in steps))
