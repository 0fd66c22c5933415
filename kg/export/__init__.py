"""Files that others open: one view, many writers.

``View.from_network`` places and dresses a network once; ``write`` puts it into the format of the file's ending.
"""

from __future__ import annotations

from kg.export.view import Column, View

__all__ = ["Column", "View"]
