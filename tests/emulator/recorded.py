"""Recorded answers of the live service, which the emulator serves again (tests/fixtures/eutils)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.emulator.service import Service

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "eutils"


def serve(service: Service) -> None:
    """Let a service answer with the recorded links and short records."""
    for group in ET.parse(FOLDER / "elink1.xml").getroot().findall("LinkSet"):
        asked = int(group.findtext("IdList/Id") or 0)
        for links in group.findall("LinkSetDb"):
            numbers = [int(e.text or 0) for e in links.findall("Link/Id")]
            service.links[(links.findtext("LinkName") or "", asked)] = numbers
    for summary in ET.parse(FOLDER / "esummary1.xml").getroot().findall("DocSum"):
        service.docsums[summary.findtext("Id") or ""] = ET.tostring(summary, encoding="unicode")


def answer(name: str) -> bytes:
    """The bytes of a recorded answer."""
    return (FOLDER / f"{name}.xml").read_bytes()
