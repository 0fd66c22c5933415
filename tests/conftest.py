"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the big real files; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("EXIL8_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the folder of large real files is not here: {folder} (set EXIL8_SHARED_DATA)")
    return folder


@pytest.fixture(scope="session")
def require_services() -> bool:
    """True where a missing browser or server is a failure and not a skip."""
    return bool(os.environ.get("EXIL8_REQUIRE_SERVICES"))
