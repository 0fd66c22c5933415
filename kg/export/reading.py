"""From a ``networkx.MultiDiGraph`` of states to a ``View``: columns, roles, numbers, places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError
from kg.export import layout, style
from kg.export.links import entity_url
from kg.export.typography import clean, flat
from kg.export.view import Column, Credit, Edge, Node, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import networkx as nx

MEDIUM, CARRIER, CELL = "medium", "carrier", "cell"
_PALETTE = (
    ("#D55E00", "#FBE8DF"),
    ("#0072B2", "#E3EFF8"),
    ("#009E73", "#E2F3EC"),
    ("#AA6F00", "#FBF1DD"),
    ("#7E5A9B", "#EFE8F5"),
)
_GREY = ("#999999", "#F3F3F3")


def view_of(
    graph: nx.MultiDiGraph[Any],
    *,
    title: str | None = None,
    description: str | None = None,
    reference: str = "",
    rights: str = "",
    organism: str = "",
    version: str = "",
    columns: Iterable[Column] = (),
    credited_to: Iterable[Credit] = (),
    readings: Mapping[str, Iterable[tuple[str, str]]] | None = None,
) -> View:
    """Place and dress a network.

    Parameters
    ----------
    graph
        Directed multigraph of states; see ``kg.analysis`` for its attributes, all of which may be missing.
    title, description
        Shown to the reader; the graph's own when not given.
    reference, rights, organism, version
        Said of the network as a whole: a CURIE or a text, a licence, a species, a revision.
    columns
        Compartments from left to right. A state at a site of none of them goes to a last column,
        "other sites"; without any columns each site gets its own.
    credited_to
        Sources and what they ask for; those that nothing in it comes from are left out.
    readings
        Of each relation, the pairs of source and licence that state it.

    Raises
    ------
    UsageError
        When two columns have the same id, or claim the same site.
    """
    states = {clean(str(key)): _texts(graph.nodes[key]) for key in sorted(graph, key=str)}
    every = _columns(tuple(columns), states)
    steps = tuple(_credited(edge, readings or {}) for edge in _edges(graph))
    nodes, frames = _placed(states, steps, every, _homes(every, states))
    used = {node.column for node in nodes}
    named = {source for step in steps for source in step.sources}
    licences = sorted({licence for step in steps for licence in step.licences if licence})
    return View(
        title=clean(flat(str(graph.graph.get("title") or "") if title is None else title)),
        description=clean(str(graph.graph.get("description") or "") if description is None else description),
        reference=clean(reference),
        rights=clean("; ".join(licences) or rights),
        organism=clean(organism),
        version=clean(version),
        columns=tuple(column for column in every if column.id in used),
        frames=frames,
        nodes=nodes,
        edges=steps,
        credited_to=tuple(credit for credit in credited_to if credit.name in named),
    )


def _texts(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: clean(value) if isinstance(value, str) else value for name, value in attributes.items()}


def _strings(value: object) -> tuple[str, ...]:
    """Take a list of texts in whatever form it comes, without its empty ones."""
    if value is None:
        return ()
    given = [value] if isinstance(value, str) else list(value) if hasattr(value, "__iter__") else [value]
    return tuple(clean(str(item)) for item in given if item not in (None, ""))


def _site(key: str, state: Mapping[str, Any]) -> str:
    return str(state.get("site") or key.partition("@")[2].partition("/")[0])


def _columns(named: tuple[Column, ...], states: Mapping[str, Mapping[str, Any]]) -> tuple[Column, ...]:
    """The named columns, or one a site, and the column for all that is left."""
    ids = [column.id for column in named]
    sites = [site for column in named for site in column.sites]
    for what, values in (("id", ids), ("site", sites)):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise UsageError(f"two columns of the figure have the {what} {twice[0]!r}; give it to one of them")
    if not named:
        return _site_columns(states)
    last = "other" if "other" not in ids else "other_sites"
    return (*named, Column(id=last, label="other sites", sites=()))


def _site_columns(states: Mapping[str, Mapping[str, Any]]) -> tuple[Column, ...]:
    found: dict[str, tuple[str, str]] = {}
    for key, state in states.items():
        found.setdefault(_site(key, state), (str(state.get("site_label", "")), str(state.get("site_kind", ""))))
    has_medium = any(kind == MEDIUM for _, kind in found.values())
    columns: list[Column] = []
    for index, (site, (label, kind)) in enumerate(sorted(found.items())):
        if has_medium and kind == CARRIER:
            continue
        colour, fill = _PALETTE[index % len(_PALETTE)] if kind == CELL else _GREY
        columns.append(
            Column(id=site or "other", label=label or site or "other sites", sites=(site,), colour=colour, fill=fill)
        )
    return tuple(columns)


def _homes(columns: tuple[Column, ...], states: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Column (by index) of each state."""
    by_site = {site: index for index, column in enumerate(columns) for site in column.sites}
    media = (by_site.get(_site(key, s)) for key, s in states.items() if s.get("site_kind") == MEDIUM)
    medium = next((index for index in media if index is not None), by_site.get("extracellular"))
    last = len(columns) - 1
    homes: dict[str, int] = {}
    for key, state in states.items():
        home = by_site.get(_site(key, state))
        afloat = state.get("site_kind") == CARRIER or state.get("type") == "vesicle"
        # A vesicle that a cell has taken up is in that cell.
        if afloat and state.get("site_kind") != CELL and medium is not None:
            home = medium
        homes[key] = last if home is None else home
    return homes


def _edges(graph: nx.MultiDiGraph[Any]) -> tuple[Edge, ...]:
    found = (
        (clean(str(u)), clean(str(v)), clean(str(k)), _texts(d)) for u, v, k, d in graph.edges(keys=True, data=True)
    )
    ordered = sorted(found, key=lambda e: (e[0], e[1], str(e[3].get("predicate", "")), e[2]))
    return tuple(_edge(i, *step) for i, step in enumerate(ordered, start=1))


def _edge(number: int, source: str, target: str, key: str, data: Mapping[str, Any]) -> Edge:
    predicate, kind = str(data.get("predicate", "")), str(data.get("kind", "effect"))
    sign, polarity = int(data.get("sign") or 0), str(data.get("polarity", ""))
    return Edge(
        id=number,
        key=key,
        source=source,
        target=target,
        predicate=predicate,
        label=style.predicate_label(predicate),
        kind=kind,
        sign=sign,
        polarity=polarity,
        effect=style.effect_of(predicate, kind=kind, sign=sign, polarity=polarity),
        status="retracted" if data.get("retracted") else "contradicted" if data.get("contradicted") else "supported",
        belief=_number(data.get("belief")),
        cost=_number(data.get("cost")),
        relations=_strings(data.get("relations")),
        publications=_strings(data.get("publications")),
        against=_strings(data.get("against")),
        assumptions=_strings(data.get("assumptions")),
    )


def _credited(edge: Edge, readings: Mapping[str, Iterable[tuple[str, str]]]) -> Edge:
    """The edge with the sources and licences of its relations."""
    read = {pair for relation in edge.relations for pair in readings.get(relation, ())}
    sources, licences = ({clean(pair[i]) for pair in read if pair[i]} for i in (0, 1))
    return replace(edge, sources=tuple(sorted(sources)), licences=tuple(sorted(licences))) if read else edge


def _number(value: object) -> float | None:
    """A finite number, or nothing: JSON has no infinity."""
    if value is None or not isinstance(value, int | float):
        return None
    number = float(value)
    return number if abs(number) < float("inf") else None


def _receptors(states: Mapping[str, Mapping[str, Any]], steps: Sequence[Edge]) -> set[str]:
    """Keys of what a molecule in the medium binds on a cell."""
    return {
        step.target
        for step in steps
        if "binds" in step.predicate.split("|")
        and states[step.source].get("site_kind") == MEDIUM
        and states[step.source].get("type") == "gene_product"
        and states[step.target].get("site_kind") == CELL
    }


def _role(state: Mapping[str, Any], *, receptor: bool) -> str:
    kind = str(state.get("type", ""))
    if kind != "gene_product":
        return kind
    if receptor:
        return "receptor"
    return "secreted_protein" if state.get("site_kind") == MEDIUM else kind


def _placed(
    states: Mapping[str, Mapping[str, Any]], steps: Sequence[Edge], columns: tuple[Column, ...], home: Mapping[str, int]
) -> tuple[tuple[Node, ...], tuple[layout.Frame, ...]]:
    receptors = _receptors(states, steps)
    numbers = {key: i for i, key in enumerate(states)}
    boxes = [
        layout.box(
            str(state.get("label") or key),
            role=_role(state, receptor=key in receptors),
            column=home[key],
            drug=state.get("type") == style.DRUG,
            outcome=state.get("type") in style.OUTCOMES,
        )
        for key, state in states.items()
    ]
    links = [(numbers[step.source], numbers[step.target]) for step in steps]
    placement = layout.place(boxes, links, headers=[flat(column.label) for column in columns])
    degrees = [0] * len(boxes)
    for source, target in links:
        degrees[source] += 1
        degrees[target] += 1
    nodes = tuple(
        Node(
            id=i + 1,
            key=key,
            entity=str(state.get("entity") or key.partition("@")[0]),
            label=str(state.get("label") or key),
            type=str(state.get("type", "")),
            role=boxes[i].role,
            site=_site(key, state),
            site_label=str(state.get("site_label") or _site(key, state)),
            site_kind=str(state.get("site_kind", "")),
            within=str(state.get("within", "")),
            column=columns[home[key]].id,
            url=entity_url(str(state.get("entity") or key.partition("@")[0])),
            synonyms=_strings(state.get("synonyms")),
            degree=degrees[i],
            x=placement.centres[i][0],
            y=placement.centres[i][1],
            width=boxes[i].width,
            height=boxes[i].height,
            lines=boxes[i].lines,
        )
        for i, (key, state) in enumerate(states.items())
    )
    return nodes, placement.frames
