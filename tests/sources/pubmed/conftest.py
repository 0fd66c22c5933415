"""What the tests of the PubMed source share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def fixtures() -> Path:
    return Path(__file__).resolve().parents[2] / "fixtures" / "pubmed"


@pytest.fixture(scope="session")
def sample() -> Path:
    return Path(__file__).resolve().parents[3] / "kg" / "axes" / "cml_il8" / "pubmed_sample.xml.gz"


@pytest.fixture(scope="session")
def update_file(shared_data: Path) -> Path:
    return shared_data / "pubmed" / "pubmed21n1298.xml.gz"
