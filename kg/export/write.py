"""Write a view to files, the format chosen by the file's ending."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import StoreError, UsageError
from kg.export import cx2, cyjs, graphml, html, kgx, sif, svg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.export.view import View

    Paths = Sequence[Mapping[str, Any]]
    Files = dict[Path, Iterable[str]]

FORMATS: dict[str, str] = {
    ".cx2": "CX2 with positions and style, for Cytoscape Desktop, Cytoscape Web and NDEx",
    ".cyjs": "JSON for cytoscape.js and Cytoscape Desktop",
    ".graphml": "GraphML for networkx, igraph, yEd and Gephi",
    ".html": "page that works without a network: figure, search, tables with links to the papers",
    ".jsonl": "KGX JSON Lines; also NAME_nodes.jsonl, NAME_edges.jsonl and NAME.sources.tsv",
    ".kgx": "KGX JSON; also NAME_nodes.tsv, NAME_edges.tsv and NAME.sources.tsv",
    ".sif": "SIF; also NAME.nodes.tsv, NAME.edges.tsv and NAME.sources.tsv",
    ".svg": "figure",
    ".tsv": "table of edges; also NAME.nodes.tsv and NAME.sources.tsv",
}
"""Ending -> what is written. The file that was asked for always exists afterwards."""

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LARGE, _EDGES_WEB, _ELEMENTS_WEB, _ELEMENTS_DESKTOP = 400, 20_000, 26_000, 200_000


def write(view: View, path: str | Path, *, paths: Paths = ()) -> tuple[Path, ...]:
    """Write a view in the format of the file's ending.

    All or nothing: the files are written aside and renamed when every one is complete.

    Parameters
    ----------
    view
        What to write.
    path
        File to write; an existing one is replaced. Formats of several files add to its name, see ``FORMATS``.
    paths
        For ``.html``: the list ``paths`` of ``kg paths --json``.

    Returns
    -------
    tuple of Path
        The files written, the one asked for first.

    Raises
    ------
    UsageError
        On an ending that is none of ``FORMATS``.
    StoreError
        When the file cannot be written.

    Examples
    --------
    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> write(view_of(nx.MultiDiGraph()), "axis.docx")
    Traceback (most recent call last):
    kg.errors.UsageError: axis.docx: cannot tell the format; end the name with .cx2, .cyjs, ...
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(f"{target}: cannot tell the format; end the name with {known}")
    return replace(_files(view, target, ending, paths))


def _files(view: View, target: Path, ending: str, paths: Paths) -> Files:
    def beside(more: str) -> Path:
        return target.with_name(target.stem + more)

    credited = {beside(".sources.tsv"): sif.source_table(view)} if view.credited_to else {}
    if ending == ".sif":
        return {
            target: sif.chunks(view),
            beside(".nodes.tsv"): sif.node_table(view),
            beside(".edges.tsv"): sif.edge_table(view),
            **credited,
        }
    if ending == ".tsv":
        return {target: sif.edge_table(view), beside(".nodes.tsv"): sif.node_table(view), **credited}
    if ending == ".kgx":
        return {
            target: kgx.json_document(view),
            beside("_nodes.tsv"): kgx.node_table(view),
            beside("_edges.tsv"): kgx.edge_table(view),
            **credited,
        }
    if ending == ".jsonl":
        return {
            target: [*kgx.lines(kgx.nodes(view)), *kgx.lines(kgx.edges(view))],
            beside("_nodes.jsonl"): kgx.lines(kgx.nodes(view)),
            beside("_edges.jsonl"): kgx.lines(kgx.edges(view)),
            **credited,
        }
    if ending == ".html":
        return {target: [html.render(view, paths=paths)]}
    if ending == ".svg":
        return {target: [_XML, svg.render(view)]}
    return {target: {".cx2": cx2.chunks, ".cyjs": cyjs.chunks, ".graphml": graphml.chunks}[ending](view)}


def replace(files: Files) -> tuple[Path, ...]:
    """Write every file aside, then rename them all; what is there stays until then.

    Parameters
    ----------
    files
        The text of each file, in pieces.

    Returns
    -------
    tuple of Path
        The files, in their order.

    Raises
    ------
    StoreError
        When one of them cannot be written; nothing is left behind.
    """
    aside: dict[Path, Path] = {}
    place = next(iter(files))
    try:
        for place, chunks in files.items():
            if place.exists() and not place.is_file() and not place.is_dir():
                # A device or a pipe takes the bytes; renaming over it would destroy it.
                _fill(place, chunks, os.O_WRONLY)
                continue
            aside[place] = place.with_name(f".{secrets.token_hex(6)}.tmp")
            _fill(aside[place], chunks, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        for place, temporary in aside.items():
            temporary.replace(place)
    except OSError as error:
        raise StoreError(
            f"cannot write {place}: {error.strerror or error}; choose a file in a folder that exists and is writable"
        ) from error
    finally:
        for temporary in aside.values():
            temporary.unlink(missing_ok=True)
    return tuple(files)


def _fill(path: Path, chunks: Iterable[str], flags: int) -> None:
    with os.fdopen(os.open(path, flags, 0o666), "w", encoding="utf-8", newline="\n") as file:
        file.writelines(chunks)


def notices(view: View) -> tuple[str, ...]:
    """What a reader of the files should know when a view is very large.

    >>> import networkx as nx
    >>> from kg.export.reading import view_of
    >>> notices(view_of(nx.MultiDiGraph()))
    ()
    """
    edges, elements = len(view.edges), len(view.nodes) + len(view.edges)
    found = []
    if elements > _ELEMENTS_DESKTOP:
        found.append(f"{elements} elements: Cytoscape Desktop shows no picture above {_ELEMENTS_DESKTOP}")
    if edges > _EDGES_WEB or elements > _ELEMENTS_WEB:
        found.append(f"{edges} edges: Cytoscape Web is slow or refuses above {_EDGES_WEB}; export paths or a query")
    elif elements > _LARGE:
        found.append(f"{elements} elements make a crowded figure; export paths or a query for one to read")
    return tuple(found)


def slug(title: str) -> str:
    """Name for a file made from a title.

    >>> slug("CML exosome – IL-8 (CXCL8) axis"), slug("…")
    ('cml-exosome-il-8-cxcl8-axis', 'network')
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "network"
