"""The network as a plain ``networkx.MultiDiGraph``, with every attribute documented.

Node key: name of the state. Node attributes: ``entity`` (CURIE), ``label``, ``type``, ``site``,
``site_label``, ``site_kind``, ``within`` (vesicle CURIE, ``readout``, or empty), ``synonyms``.

Edge attributes: ``predicate`` (local names joined by ``|``), ``kind`` (effect, transfer, definition),
``sign`` (+1, -1, 0), ``polarity`` (``+``, ``-``, or empty), ``belief`` in (0, 1], ``cost`` in nat,
``relations``, ``publications``, ``against`` (tuples of CURIEs), ``assumptions`` (tuple of texts) and
``contradicted`` (whether some paper says the opposite), ``retracted`` (whether it rests on retracted papers alone).

Graph attributes: ``title``, ``description``, ``sites``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.analysis.moves import State
    from kg.analysis.network import Network, Step


def _node(network: Network, state: State) -> dict[str, object]:
    entity, site = network.facts.entities.get(state.entity), network.facts.sites[state.site]
    return {
        "entity": state.entity,
        "label": network.label(state.entity),
        "type": entity.type if entity else "",
        "site": state.site,
        "site_label": site.label,
        "site_kind": site.kind.value,
        "within": state.within,
        "synonyms": entity.synonyms if entity else (),
    }


def _edge(step: Step) -> dict[str, object]:
    return {
        "predicate": "|".join(step.predicates),
        "kind": step.kind,
        "sign": step.sign,
        "polarity": {1: "+", -1: "-"}.get(step.sign, ""),
        "belief": step.probability,
        "cost": step.cost,
        "relations": step.relations,
        "publications": step.publications,
        "against": step.against,
        "assumptions": step.remarks,
        "contradicted": bool(step.against),
        "retracted": bool(step.facts) and all(fact.retracted for fact in step.facts),
    }


def to_networkx(network: Network, steps: Iterable[Step] | None = None) -> nx.MultiDiGraph[str]:
    """A network, or some steps of it, as a MultiDiGraph; parallel steps of other sign are parallel edges."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(
        title=network.title, description=network.description, sites=tuple(network.facts.sites)
    )
    for step in network.steps if steps is None else steps:
        for state in (step.source, step.target):
            if state.name not in graph:
                graph.add_node(state.name, **_node(network, state))
        key = f"{'|'.join(step.predicates)} {step.sign:+d}"
        graph.add_edge(step.source.name, step.target.name, key=key, **_edge(step))
    return graph
