"""What the examples of docstrings may use: ``g`` is the shipped graph, built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from _pytest.doctest import DoctestItem

import kg

if TYPE_CHECKING:
    from collections.abc import Iterator

WITH_GRAPH = ("kg.walks", "kg.ways", "kg.analyses", "kg.graph")
"""Modules whose examples ask the shipped graph."""


@pytest.fixture(scope="session")
def graph_of_examples() -> Iterator[kg.KnowledgeGraph]:
    """The shipped graph, in a temporary folder."""
    built = kg.build()
    yield built
    built.close()


@pytest.fixture(autouse=True)
def _give_graph(request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]) -> None:
    if isinstance(request.node, DoctestItem) and request.node.name.startswith(WITH_GRAPH):
        doctest_namespace["g"] = request.getfixturevalue("graph_of_examples")
