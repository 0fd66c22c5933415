"""KGX: graphs in the Biolink model as tables (TSV) or JSON lines, nodes and edges apart or in one file of lines.

What an edge says is worked out by `kg.sources.biolink_edges`; KGX knows no sites, so that they are unspecified where
no qualifier names the cell.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.errors import SourceError
from kg.model import Refusal, SourceInfo
from kg.sources.biolink_edges import ENDS, SLOTS, Nodes, edge
from kg.sources.files import read_lines
from kg.sources.identifiers import Ungrounded
from kg.sources.json_stream import parse_object
from kg.sources.reading import Reading, contexts
from kg.sources.tables import has_control_characters, other_delimiter, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.model import Record
    from kg.sources.identifiers import Identifiers
    from kg.sources.reading import Context

INFO: Final = SourceInfo(
    name="kgx",
    title="A graph in KGX (Biolink model)",
    licence="unknown",
    homepage="https://github.com/biolink/kgx",
    citation="Unni DR, Moxon SAT, Bada M, et al. Clin Transl Sci 2022;15:1848-1855. doi:10.1111/cts.13302",
    reliability=0.5,
    formats=("tsv", "jsonl"),
)

_NODE: Final = ("id", "category")
_PATIENCE: Final = 100
"""Broken lines at the start of a file after which it is no KGX."""
_NODE_MORE: Final = ("name", "taxon", "in_taxon")


def read(
    path: str | Path,
    *,
    identifiers: Identifiers | None = None,
    licence: str = "",
    sites: Mapping[str, Context] | None = None,
) -> Iterator[Record]:
    """Read a KGX graph.

    Parameters
    ----------
    path
        A table of edges (its table of nodes is found beside it: ``x_edges.tsv``, ``x_nodes.tsv``) or one of nodes,
        ending in ``.tsv`` or ``.jsonl`` (also ``.gz``); a file of JSON lines may have both, nodes first.
    identifiers
        What is known of identifiers; the shipped table when None.
    licence
        Licence of the graph, where its edges do not say.
    sites
        Which site the cell of a context qualifier means, by name or CURIE; ``site_names.tsv`` beside the file when
        None.

    Yields
    ------
    Record
        The entities that edges use (all nodes of a file that has nodes), statements, refusals.

    Raises
    ------
    SourceError
        The file has neither edges nor nodes.
    """
    nodes = Nodes(Reading(INFO, path, identifiers))
    where = contexts(path) if sites is None else sites
    yield from _nodes_beside(nodes, Path(path))
    if _is_lines(path):
        yield from _lines(nodes, path, licence, where)
    elif set(ENDS) <= set(_header(path)):
        for record in _table(path, required=ENDS, optional=SLOTS):
            if isinstance(record, Refusal):
                yield record
            else:
                yield from edge(nodes, record[0], record[1], licence=licence, sites=where)
    elif set(_NODE) <= set(_header(path)):
        for record in _table(path, required=_NODE, optional=_NODE_MORE):
            yield from [record] if isinstance(record, Refusal) else _node(nodes, record[0], record[1])
    else:
        raise _no_graph(path)


def _nodes_beside(nodes: Nodes, path: Path) -> Iterator[Refusal]:
    """Learn the nodes of the table that belongs to one of edges."""
    beside = path.with_name(re.sub("edges", "nodes", path.name))
    if beside == path or not beside.is_file():
        return
    for record in _table(beside, required=_NODE, optional=_NODE_MORE):
        refused = record if isinstance(record, Refusal) else nodes.add(record[1], record[0])
        if refused is not None:
            yield replace(refused, file=str(beside))


def _is_lines(path: str | Path) -> bool:
    return Path(path).name.removesuffix(".gz").endswith((".jsonl", ".json", ".ndjson"))


def _header(path: str | Path) -> list[str]:
    return next(read_lines(path)).split("\t")


def _no_graph(path: str | Path) -> SourceError:
    what = "is neither a KGX table of edges nor of nodes"
    other = "" if _is_lines(path) else other_delimiter(next(read_lines(path)), 2)
    if other:
        return SourceError(path, 1, what, f"it seems to be separated by {other}, not tabs")
    return SourceError(path, 1, what, "edges need subject, predicate, object; nodes need id, category")


def _node(nodes: Nodes, line: int, cells: Mapping[str, str]) -> Iterator[Record]:
    """Tell a node, or refuse it."""
    refused = nodes.add(cells, line)
    if refused is not None:
        yield refused
        return
    entity = nodes.entity(cells["id"])
    if isinstance(entity, Ungrounded):
        yield nodes.reading.refuse(line, *entity)
    else:
        yield from nodes.reading.tell(entity)


def _table(
    path: str | Path, *, required: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, Mapping[str, str]] | Refusal]:
    """Records of a file of one kind."""
    if not _is_lines(path):
        yield from read_table(path, required=required, optional=optional, source=INFO.name, pad=True)
        return
    for line, found in _objects(path):
        yield (
            Refusal(source=INFO.name, file=str(path), line=line, what=found)
            if isinstance(found, str)
            else (line, found)
        )


def _lines(nodes: Nodes, path: str | Path, licence: str, where: Mapping[str, Context]) -> Iterator[Record]:
    """Say the edges and tell the nodes of a file of JSON lines; a broken line is refused."""
    refused: list[Refusal] = []
    understood = False
    for line, found in _objects(path):
        fault = found if isinstance(found, str) else _fault(found)
        if fault or isinstance(found, str):
            refused.append(nodes.reading.refuse(line, fault))
            if len(refused) > _PATIENCE and not understood:
                break
        elif "predicate" in found:
            understood = True
            yield from edge(nodes, line, found, licence=licence, sites=where)
        else:
            understood = True
            yield from _node(nodes, line, found)
        if understood:
            yield from refused
            refused = []
    if not understood:
        raise _no_graph(path)


def _fault(cells: Mapping[str, str]) -> str:
    """What an object lacks to be an edge or a node; empty when nothing."""
    required = ENDS if any(cells.get(end) for end in ENDS) else _NODE
    missing = [name for name in required if not cells.get(name)]
    return f"no {', '.join(missing)}" if missing else ""


def _objects(path: str | Path) -> Iterator[tuple[int, Mapping[str, str] | str]]:
    """Line and slots of each object, or what is wrong with it."""
    for line, text in enumerate(read_lines(path), 1):
        if text.strip():
            found = parse_object(text)
            cells = found if isinstance(found, str) else {key: _flat(value) for key, value in found.items()}
            if not isinstance(cells, str) and has_control_characters("".join(cells.values())):
                cells = "control character in the record"
            yield line, cells if isinstance(cells, str) else cells | _origin(found)


def _flat(value: object) -> str:
    if isinstance(value, list):
        return "|".join(_flat(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _origin(found: object) -> dict[str, str]:
    """The primary source of an edge that tells its sources as objects."""
    sources: Any = found.get("sources") if isinstance(found, dict) else None
    for source in sources if isinstance(sources, list) else ():
        if isinstance(source, dict) and source.get("resource_role") == "primary_knowledge_source":
            return {"primary_knowledge_source": str(source.get("resource_id", ""))}
    return {}
