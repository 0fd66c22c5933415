"""A path of any network in words: as one line, and in the form ``kg paths --json`` prints."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kg.analysis.graphs import belief_of, cost_of, sign_of
from kg.analysis.table import listed

if TYPE_CHECKING:
    from kg.analysis.arrays import IndexedPath
    from kg.analysis.indexed import IndexedNetwork

_SYMBOLS = {1: "+", -1: "-", 0: "unknown"}


def place_of(network: IndexedNetwork, node: str) -> str:
    """A node by its label and where it is.

    >>> from kg.analysis.graphs import network_from_rows
    >>> from kg.analysis.indexed import IndexedNetwork
    >>> network = IndexedNetwork.of(network_from_rows([("IL8", "survival", "+", 0.9)]))
    >>> place_of(network, "IL8")
    'IL8'
    """
    data = network.graph.nodes[node]
    label, within = str(data.get("label") or data.get("entity") or node), str(data.get("within") or "")
    held = within in network.states_of
    where = network.label(within) if held else str(data.get("site_label") or "").partition(" (")[0]
    return f"{label} [{where}]" if where and where != label else label


def path_text(network: IndexedNetwork, path: IndexedPath) -> str:
    """The path as one line.

    >>> from kg.analysis.graphs import network_from_rows
    >>> from kg.analysis.indexed import IndexedNetwork
    >>> network = IndexedNetwork.of(network_from_rows([("drug", "IL8", "-", 0.9), ("IL8", "survival", "+", 0.9)]))
    >>> path_text(network, network.index.k_best(network.states("drug"), network.states("survival"), 1).paths[0])
    'drug --acts on (-)--> IL8 --acts on--> survival'
    """
    parts = [place_of(network, network.names[path.states[0]])]
    for edge in path.edges:
        _, target, _ = network.edges[edge]
        step = step_of(network, edge)
        turn = " (-)" if step["polarity"] == "-" else ""
        parts.append(f"--{step['predicate'] or 'acts on'}{turn}--> {place_of(network, target)}")
    return " ".join(parts)


def papers_of(network: IndexedNetwork, path: IndexedPath) -> tuple[str, ...]:
    """Distinct papers behind a path, sorted."""
    return tuple(sorted({paper for edge in path.edges for paper in listed(network.data(edge).get("publications"))}))


def belief_in(network: IndexedNetwork, path: IndexedPath) -> float:
    """Product of the steps' beliefs."""
    return round(math.prod(float(step_of(network, edge)["belief"]) for edge in path.edges), 6)


def path_dict(network: IndexedNetwork, path: IndexedPath, rank: int) -> dict[str, Any]:
    """The path in the form ``kg paths --json`` prints."""
    return {
        "rank": rank,
        "sign": _SYMBOLS[path.sign],
        "cost_nat": round(path.cost, 6),
        "belief": belief_in(network, path),
        "steps": [step_of(network, edge) for edge in path.edges],
    }


def step_of(network: IndexedNetwork, edge: int) -> dict[str, Any]:
    """A step in the form ``kg paths --json`` prints; what the graph does not say is left empty."""
    source, target, key = network.edges[edge]
    data = dict(network.data(edge))
    whole = (source, target, key, data)
    ends: dict[str, str] = {}
    for side, node in (("subject", source), ("object", target)):
        place = network.graph.nodes[node]
        entity = network.entity(network.number[node])
        ends |= {side: entity, f"{side}_label": network.label(entity), f"{side}_site": str(place.get("site") or "")}
    return {
        **{name: ends[name] for name in ("subject", "subject_label", "subject_site")},
        "predicate": str(data.get("predicate") or ""),
        **{name: ends[name] for name in ("object", "object_label", "object_site")},
        "kind": str(data.get("kind") or "effect"),
        "polarity": {1: "+", -1: "-"}.get(sign_of(whole), "0"),
        "belief": round(belief_of(whole), 6),
        "publications": list(listed(data.get("publications"))),
        "relations": list(listed(data.get("relations"))),
        "assumptions": list(listed(data.get("assumptions"))),
        "cost_nat": round(cost_of(whole), 6),
    }
