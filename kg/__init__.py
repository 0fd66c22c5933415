"""exil8: a knowledge graph of how leukaemia cells and the bone marrow talk.

>>> import kg
>>> g = kg.build()
>>> r = g.paths("CML exosome", "cell survival@cml_cell", k=1)
>>> print(r[0])
CML-cell exosome [extracellular space] --increases_secretion_of--> CXCL8 [stromal cell of bone marrow]
--is_secreted--> CXCL8 [extracellular space] --promotes--> cell survival [chronic myeloid leukemia cell]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kg._version import __version__

if TYPE_CHECKING:
    from kg.analysis.balance import sign_balance
    from kg.analysis.connecting import connecting_subnetwork
    from kg.analysis.cuts import minimum_intervention
    from kg.analysis.dwpc import degree_weighted_path_count
    from kg.analysis.found import Comparison, FoundPath, FoundPaths, FoundStep, compare, to_networkx
    from kg.analysis.index import PathIndex
    from kg.analysis.knockout import knock_out
    from kg.analysis.loops import feedback_loops
    from kg.analysis.mediators import mediators
    from kg.analysis.null import path_null
    from kg.analysis.pathfinding import PathStream, iter_paths, k_best_paths, simple_paths
    from kg.analysis.paths import Path, PathResult
    from kg.analysis.random_walk import random_walk_with_restart
    from kg.analysis.rcr import reverse_causal_reasoning
    from kg.errors import (
        CurieError,
        InvalidGraphError,
        KgError,
        QueryError,
        RemoteError,
        SourceError,
        StoreError,
        UnknownNameError,
        UsageError,
    )
    from kg.graph import KnowledgeGraph
    from kg.model import Entity, Evidence, Publication, Relation, Site, SourceInfo, Statement
    from kg.opening import build
    from kg.opening import open_loaded as open  # noqa: A004 - kg.open("axis.kg") reads as it should

_HOMES = {
    "KnowledgeGraph": "kg.graph",
    "build": "kg.opening",
    "open": "kg.opening",
    "Path": "kg.analysis.paths",
    "PathResult": "kg.analysis.paths",
    "PathIndex": "kg.analysis.index",
    "connecting_subnetwork": "kg.analysis.connecting",
    "degree_weighted_path_count": "kg.analysis.dwpc",
    "feedback_loops": "kg.analysis.loops",
    "knock_out": "kg.analysis.knockout",
    "mediators": "kg.analysis.mediators",
    "minimum_intervention": "kg.analysis.cuts",
    "path_null": "kg.analysis.null",
    "random_walk_with_restart": "kg.analysis.random_walk",
    "reverse_causal_reasoning": "kg.analysis.rcr",
    "sign_balance": "kg.analysis.balance",
    **dict.fromkeys(("PathStream", "iter_paths", "k_best_paths", "simple_paths"), "kg.analysis.pathfinding"),
    **dict.fromkeys(
        ("Comparison", "FoundPath", "FoundPaths", "FoundStep", "compare", "to_networkx"), "kg.analysis.found"
    ),
    **dict.fromkeys(("Entity", "Evidence", "Publication", "Relation", "Site", "SourceInfo", "Statement"), "kg.model"),
    **dict.fromkeys(
        (
            "CurieError",
            "InvalidGraphError",
            "KgError",
            "QueryError",
            "RemoteError",
            "SourceError",
            "StoreError",
            "UnknownNameError",
            "UsageError",
        ),
        "kg.errors",
    ),
}

__all__ = [
    "Comparison",
    "CurieError",
    "Entity",
    "Evidence",
    "FoundPath",
    "FoundPaths",
    "FoundStep",
    "InvalidGraphError",
    "KgError",
    "KnowledgeGraph",
    "Path",
    "PathIndex",
    "PathResult",
    "PathStream",
    "Publication",
    "QueryError",
    "Relation",
    "RemoteError",
    "Site",
    "SourceError",
    "SourceInfo",
    "Statement",
    "StoreError",
    "UnknownNameError",
    "UsageError",
    "__version__",
    "build",
    "compare",
    "connecting_subnetwork",
    "degree_weighted_path_count",
    "feedback_loops",
    "iter_paths",
    "k_best_paths",
    "knock_out",
    "mediators",
    "minimum_intervention",
    "open",
    "path_null",
    "random_walk_with_restart",
    "reverse_causal_reasoning",
    "sign_balance",
    "simple_paths",
    "to_networkx",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, so that ``import kg`` stays fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), "open_loaded" if name == "open" else name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
