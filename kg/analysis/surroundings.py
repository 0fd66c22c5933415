"""What a reader wants to see beside some paths: the cell that releases their start, and the drugs that break them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.analysis.exchange import to_networkx
from kg.analysis.moves import TRANSFER

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

    from kg.analysis.moves import State
    from kg.analysis.network import Network, Step
    from kg.analysis.paths import PathResult

DRUGS = 6
"""Drugs drawn beside paths, unless told otherwise."""


def in_context(result: PathResult, *, drugs: int = DRUGS) -> nx.MultiDiGraph[str]:
    """The steps of some paths with those around them: releases of their sources, and drugs against their states.

    A drug is drawn where it acts, with sign minus, on a state from which some path goes on with the sign of the
    whole: taking that state away takes something from the outcome. Of each state the cheapest drug counts; those
    against the states of the better paths come first.

    Parameters
    ----------
    drugs
        How many drugs at most.

    Examples
    --------
    >>> import kg
    >>> g = kg.build()
    >>> drawn = in_context(g.paths("CML exosome", "cell survival@cml_cell", k=3))
    >>> sorted(data["label"] for _, data in drawn.nodes(data=True) if data["type"] == "chemical")
    ['HuMax-IL8', 'SB225002', 'anti-AREG neutralising antibody', 'imatinib']
    """
    network = result.network
    steps = dict.fromkeys(step for path in result for step in path.steps)
    steps |= dict.fromkeys(_releases(network, {path.steps[0].source for path in result}))
    steps |= dict.fromkeys(_drugs(network, _supports(result), drugs))
    return to_networkx(network, steps)


def _releases(network: Network, starts: set[State]) -> Iterator[Step]:
    """Steps by which the cell of a site, as a whole, gives off a start."""
    for step in network.steps:
        cell = network.facts.sites[step.source.site].entity
        if step.target in starts and step.kind == TRANSFER and step.source.entity == cell:
            yield step


def _supports(result: PathResult) -> list[State]:
    """States inside the paths that act on the target in the direction of the path, in order of the paths."""
    found: dict[State, None] = {}
    for path in result:
        here = 1
        for step in path.steps[:-1]:
            here *= step.sign
            if here > 0:
                found[step.target] = None
    return list(found)


def _drugs(network: Network, states: list[State], most: int) -> list[Step]:
    """The cheapest step of a chemical against each state, in order of the states, until there are enough drugs."""
    best: dict[State, Step] = {}
    for step in network.steps:
        chemical = network.facts.entities.get(step.source.entity)
        if step.sign < 0 and chemical is not None and chemical.type == "chemical":
            known = best.get(step.target)
            if known is None or (step.cost, step.source) < (known.cost, known.source):
                best[step.target] = step
    chosen: list[Step] = []
    for step in (best[state] for state in states if state in best):
        if len({s.source.entity for s in (*chosen, step)}) <= most:
            chosen.append(step)
    return chosen
