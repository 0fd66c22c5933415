"""One built graph for all tests of analyses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import kg

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def graph() -> Iterator[kg.KnowledgeGraph]:
    """The shipped axis, built once in a temporary folder."""
    built = kg.build()
    yield built
    built.close()
