"""Why there is no path: which condition stands in the way, and how far one gets from both sides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.analysis.asked import sign_of
from kg.analysis.paths import PathQuestion, place, search
from kg.analysis.table import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.analysis.ends import End
    from kg.analysis.moves import State
    from kg.analysis.network import Network, Step
    from kg.analysis.question import Put

NEAREST = 3
"""States named on each side."""
LOOKED_AT = 60
"""Paths read to find the nearest different states."""


def why_none(asked: Put, wider: Put | None = None) -> str:
    """Say why a question has no path.

    Each condition is lifted by itself, and those that then let a path through are named. After that come the nearest
    states by cost on both sides, under the conditions that were asked for.

    Parameters
    ----------
    wider
        The same question where effects across cells without a mechanism are walked; None where they are already.
    """
    reasons = list(_missing_ends(asked))
    if wider is not None:
        reasons += _summaries(asked, wider)
    if asked.source.states and asked.target.states:
        reasons += _lifted(asked)
    reasons += _nearest(asked)
    return f"no path with sign {asked.question.sign}: {'; '.join(reasons)}"


def _missing_ends(asked: Put) -> Iterator[str]:
    for side, end in (("source", asked.source), ("target", asked.target)):
        if not end.states:
            yield f"the {side} {end.name} is on no step (no relation with a live paper speaks of it there)"
    for name, states in asked.passed.items():
        if not states:
            yield f"{name}, which is to be passed, is on no step"


def _lifted(asked: Put) -> Iterator[str]:
    """The conditions that, lifted one at a time, let a path through."""
    network, q = asked.network, asked.question
    for sign in ("+", "-", "any"):
        if sign != q.sign and q.sign != "any" and _exists(network, replace(q, sign=sign)):
            yield f"a path exists with sign {sign}"
            break
    if q.max_steps is not None and (shortest := _shortest(network, q)):
        yield f"max_steps: the shortest has {counted(shortest - bool(asked.outcome), 'step')}"
    for name, states in asked.avoided.items():
        others = (group for other, group in asked.avoided.items() if other != name)
        if asked.source.states and states.issuperset(asked.source.states):
            yield f"avoid: {name} takes in the source"
        elif states.issuperset(asked.target.states):
            yield f"avoid: {name} takes in the target"
        elif states and _exists(network, replace(q, avoid=frozenset(s for group in others for s in group))):
            yield f"avoid: a path exists over {name}"
    for name, states in asked.passed.items():
        if _exists(network, replace(q, through=tuple(group for group in q.through if group != states))):
            yield f"through: a path exists that does not pass {name}"


def _exists(network: Network, question: PathQuestion) -> bool:
    return bool(search(network, question, 1).paths)


def _shortest(network: Network, question: PathQuestion) -> int | None:
    """Steps of the shortest path without a limit of steps; None where there is none."""
    cheapest = search(network, replace(question, max_steps=None), 1).paths
    if not cheapest or question.max_steps is None:
        return None
    longest = len(cheapest[0].edges)
    for steps in range(question.max_steps + 1, longest):
        if _exists(network, replace(question, max_steps=steps)):
            return steps
    return longest


def _summaries(asked: Put, wider: Put) -> Iterator[str]:
    """What papers state between the two across cells, or whether a path exists with such statements."""
    papers = {p for step in asked.network.summaries if _joins(step, asked) for p in step.publications}
    if papers:
        said = f"{counted(len(papers), 'paper')} {'states' if len(papers) == 1 else 'state'} it"
        yield f"{said} across cells without a mechanism; try --summaries or `kg mechanisms`"
    elif _exists(wider.network, wider.question):
        yield "a path exists over effects that papers state across cells without a mechanism; try --summaries"


def _joins(step: Step, asked: Put) -> bool:
    sign = sign_of(asked.question.sign)
    return (
        step.source.entity in asked.source.entities
        and step.target.entity in asked.target.entities
        and asked.source.is_at(step.source)
        and asked.target.is_at(step.target)
        and sign in (None, step.sign)
    )


def _nearest(asked: Put) -> Iterator[str]:
    q = asked.question
    if q.sources:
        yield f"from the source one reaches {_places(asked, replace(q, targets=_others(asked, asked.source)), -1)}"
    if q.targets:
        yield f"the target is reached from {_places(asked, replace(q, sources=_others(asked, asked.target)), 0)}"


def _others(asked: Put, end: End) -> list[State]:
    own = {asked.outcome, *end.entities}
    return [s for s in asked.network.states if s.entity not in own and s not in asked.question.avoid]


def _places(asked: Put, question: PathQuestion, at: int) -> str:
    """The nearest different states at one end of the paths of either sign, the cheapest first."""
    network, free = asked.network, replace(question, through=())
    signs = ("any",) if question.sign == "any" else ("+", "-")
    found = [path for sign in signs for path in search(network, replace(free, sign=sign), LOOKED_AT).paths]
    found.sort(key=lambda path: (path.cost, len(path.edges)))
    states = dict.fromkeys(network.states[path.states[at]] for path in found)
    named = [place(network, state) for state in states][:NEAREST]
    return ", ".join(named) if named else "nothing"
