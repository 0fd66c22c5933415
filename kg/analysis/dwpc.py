"""Degree-weighted path count: paths of one kind between two entities, hubs counting less."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.analysis.table import Readable, Table, counted
from kg.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import networkx as nx
    import pandas as pd

    from kg.analysis.facts import Facts


@dataclass(frozen=True, slots=True)
class MetaStep:
    """One step of a metapath.

    Attributes
    ----------
    predicate
        Edge attribute ``predicate`` (one of several joined by ``|``).
    target_type
        Node attribute ``type`` of the node it reaches.
    backward
        Walk the edge against its direction.
    """

    predicate: str
    target_type: str
    backward: bool = False


@dataclass(frozen=True, slots=True)
class WeightedPath:
    """One path of a metapath.

    Attributes
    ----------
    nodes
        Source to target, all distinct.
    degrees
        Two a step: how many edges of that kind leave its first node and reach its second.
    weight
        Product of the degrees to the power of minus the damping.
    """

    nodes: tuple[str, ...]
    degrees: tuple[int, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class DegreeWeightedPathCount(Readable):
    """Paths of a metapath between two nodes, heaviest first.

    Attributes
    ----------
    paths
        The paths.
    damping
        Exponent w.
    """

    paths: tuple[WeightedPath, ...]
    damping: float

    @property
    def count(self) -> int:
        """Number of paths."""
        return len(self.paths)

    @property
    def value(self) -> float:
        """Sum of the paths' weights: the DWPC."""
        return sum(path.weight for path in self.paths)

    @property
    def summary(self) -> str:
        """Number of paths and their weight."""
        return (
            f"{counted(self.count, 'path')} of this kind; degree-weighted count {self.value:.6g} (w = {self.damping:g})"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a path: nodes, degrees, weight."""
        return Table(self.summary, WeightedPath, self.paths).to_frame()

    def __str__(self) -> str:
        """Read the count and its paths."""
        return str(Table(self.summary, WeightedPath, self.paths))


def entity_graph(facts: Facts) -> nx.MultiDiGraph[str]:
    """Relations as edges between entities, sites left aside; nodes have ``type`` and ``label``, edges ``predicate``.

    Examples
    --------
    >>> import kg
    >>> graph = entity_graph(kg.build().facts())
    >>> graph.nodes["HGNC:6025"]["type"]
    'gene_product'
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for fact in facts.facts:
        r = fact.relation
        for end in (r.subject, r.object):
            known = facts.entities.get(end)
            graph.add_node(end, type=known.type if known else "", label=known.label if known else end)
        graph.add_edge(r.subject, r.object, key=fact.id, predicate=r.predicate)
    return graph


def metapath_of(steps: Sequence[str]) -> tuple[MetaStep, ...]:
    """Read a metapath as people write it.

    Raises
    ------
    UsageError
        A step that is not ``predicate>type`` or ``predicate<type``, or an unknown predicate or type.

    Examples
    --------
    >>> metapath_of(["inhibits>gene_product", "promotes<gene_product"])[1]
    MetaStep(predicate='promotes', target_type='gene_product', backward=True)
    """
    return tuple(map(_meta_step, steps))


def _meta_step(text: str) -> MetaStep:
    read = re.fullmatch(r"\s*(\w+)\s*([<>])\s*(\w+)\s*", text)
    if read is None:
        raise UsageError(f"step {text!r} of a metapath: write predicate>type, or predicate<type against the direction")
    predicate, way, kind = read.groups()
    for name, known in ((predicate, vocabulary.predicates()), (kind, vocabulary.types())):
        if name not in known:
            raise UsageError(f"step {text!r} of a metapath: unknown {name!r}; write one of {', '.join(sorted(known))}")
    return MetaStep(predicate, kind, backward=way == "<")


def degree_weighted_path_count(
    graph: nx.MultiDiGraph[str], source: str, target: str, metapath: Sequence[MetaStep], *, damping: float = 0.4
) -> DegreeWeightedPathCount:
    """Count the paths that follow a metapath, each weighted down by the degrees along it [1]_.

    Parameters
    ----------
    graph
        A network with node attribute ``type`` and edge attribute ``predicate``; several edges of a kind between two
        nodes count once.
    source, target
        Nodes.
    metapath
        The kinds of the steps in order.
    damping
        Exponent w from 0 (a plain path count) to 1; 0.4 as published.

    Returns
    -------
    DegreeWeightedPathCount
        The paths, heaviest first, and their sum.

    Raises
    ------
    UsageError
        A node that is not there, an empty metapath, a damping outside [0, 1].

    Notes
    -----
    Every path is listed: time and memory grow with their number.

    References
    ----------
    .. [1] D. S. Himmelstein, S. E. Baranzini, Heterogeneous network edge prediction: a data integration approach to
       prioritize disease-associated genes, PLoS Computational Biology 11 (2015) e1004259.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_nodes_from([("imatinib", {"type": "chemical"}), ("ABL1", {"type": "gene"}), ("KIT", {"type": "gene"}),
    ...                       ("CML", {"type": "disease"})])
    >>> _ = graph.add_edge("imatinib", "ABL1", predicate="inhibits")
    >>> _ = graph.add_edge("imatinib", "KIT", predicate="inhibits")
    >>> _ = graph.add_edge("ABL1", "CML", predicate="promotes")
    >>> metapath = [MetaStep("inhibits", "gene"), MetaStep("promotes", "disease")]
    >>> result = degree_weighted_path_count(graph, "imatinib", "CML", metapath, damping=0.5)
    >>> result.count, round(result.value, 4)
    (1, 0.7071)
    """
    for node in (source, target):
        if node not in graph:
            raise UnknownNameError(node)
    if not metapath or not 0 <= damping <= 1:
        msg = "a metapath has at least one step, and damping lies between 0 and 1"
        raise UsageError(msg)
    kinds = _kinds(graph, source, metapath)
    links = [_links(graph, kind, step) for kind, step in zip(kinds, metapath, strict=True)]
    reached = [Counter(after for ends in onward.values() for after in ends) for onward in links]
    paths = []
    for nodes in _walks(links, (source,), target):
        degrees = tuple(
            degree
            for onward, arriving, before, after in zip(links, reached, nodes, nodes[1:], strict=False)
            for degree in (len(onward[before]), arriving[after])
        )
        weight = 1.0
        for degree in degrees:
            weight *= degree**-damping
        paths.append(WeightedPath(nodes, degrees, weight))
    return DegreeWeightedPathCount(tuple(sorted(paths, key=lambda path: (-path.weight, path.nodes))), damping)


def _kinds(graph: nx.MultiDiGraph[str], source: str, metapath: Sequence[MetaStep]) -> list[str]:
    """Type of the node each step starts from."""
    return [str(graph.nodes[source].get("type", "")), *(step.target_type for step in metapath[:-1])]


def _links(graph: nx.MultiDiGraph[str], kind: str, step: MetaStep) -> dict[str, tuple[str, ...]]:
    """Who a step of one kind leads to, from every node of its source type."""
    found: dict[str, set[str]] = {}
    for source, target, predicate in graph.edges(data="predicate", default=""):
        if step.predicate in str(predicate).split("|"):
            before, after = (target, source) if step.backward else (source, target)
            if graph.nodes[before].get("type", "") == kind and graph.nodes[after].get("type", "") == step.target_type:
                found.setdefault(before, set()).add(after)
    return {before: tuple(sorted(ends)) for before, ends in found.items()}


def _walks(
    links: Sequence[dict[str, tuple[str, ...]]], nodes: tuple[str, ...], target: str
) -> Iterator[tuple[str, ...]]:
    if not links:
        if nodes[-1] == target:
            yield nodes
        return
    for after in links[0].get(nodes[-1], ()):
        if after not in nodes and (len(links) > 1 or after == target):
            yield from _walks(links[1:], (*nodes, after), target)
