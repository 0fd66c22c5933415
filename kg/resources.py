"""Where the files that belong to the package are: ontologies, queries, profiles.

In a wheel they sit inside the package; in a checkout, ``ontologies/`` and ``queries/`` are at the top.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def ontologies() -> Path:
    """Folder of ``exil8.ttl``, ``prefixes.json``, ``shapes.ttl`` and the slices.

    >>> (ontologies() / "prefixes.json").is_file()
    True
    """
    return _folder("ontologies")


def queries() -> Path:
    """Folder of the named ``.rq`` queries.

    >>> queries().is_dir()
    True
    """
    return _folder("queries")


def axes() -> Path:
    """Folder of the shipped profiles, one sub-folder an axis.

    >>> (axes() / "cml_il8" / "profile.toml").is_file()
    True
    """
    return _PACKAGE / "axes"
