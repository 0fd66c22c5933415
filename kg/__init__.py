"""exil8: a knowledge graph of how leukaemia cells and the bone marrow talk."""

from __future__ import annotations

from kg._version import __version__

__all__ = ["__version__"]
