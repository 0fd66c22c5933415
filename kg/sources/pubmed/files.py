"""NLM's bulk files on disk: their names, their order, gaps in their numbers, their checksums."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = re.compile(r"pubmed(\d\d)n(\d{4,6})\.xml(?:\.gz)?")
_NLM_FORM = re.compile(r"MD5\s*\((?P<name>[^)]+)\)\s*=\s*(?P<digest>[0-9a-fA-F]{32})")


def numbered(name: str) -> tuple[int, int] | None:
    """Edition and number of a bulk file; None for any other name.

    >>> numbered("pubmed26n1335.xml.gz"), numbered("mine.xml")
    ((26, 1335), None)
    """
    match = _NAME.fullmatch(name)
    return (int(match[1]), int(match[2])) if match else None


def named(edition: int, number: int) -> str:
    """Name of a bulk file.

    >>> named(26, 7)
    'pubmed26n0007.xml.gz'
    """
    return f"pubmed{edition:02}n{number:04}.xml.gz"


def in_order(paths: Iterable[Path | str]) -> list[Path]:
    """Files by edition and number (baseline and updates run on), unnumbered ones first, each once.

    A folder stands for the ``.xml`` and ``.xml.gz`` files in it.

    Raises
    ------
    SourceError
        There is no such file in a folder.

    Examples
    --------
    >>> [p.name for p in in_order(["pubmed26n0010.xml.gz", "pubmed26n0009.xml.gz", "x.xml"])]
    ['x.xml', 'pubmed26n0009.xml.gz', 'pubmed26n0010.xml.gz']
    """
    unique = {file: None for path in paths for file in _files(Path(path))}
    return sorted(unique, key=lambda path: (numbered(path.name) or (-1, -1), str(path)))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = [file for file in path.iterdir() if file.is_file() and file.name.endswith((".xml", ".xml.gz"))]
    if not found:
        raise SourceError(path, None, "no .xml or .xml.gz file in this folder", "fetch some: kg pubmed mirror")
    return found


def missing(names: Iterable[str]) -> list[str]:
    """Names of files absent between the first and the last number of each edition.

    >>> missing(["pubmed26n1335.xml.gz", "pubmed26n1338.xml.gz"])
    ['pubmed26n1336.xml.gz', 'pubmed26n1337.xml.gz']
    """
    places = sorted({place for name in names if (place := numbered(name))})
    return [
        named(edition, number)
        for (edition, low), (following, high) in pairwise(places)
        if edition == following
        for number in range(low + 1, high)
    ]


def checksum(path: Path) -> str:
    """MD5 of a file as NLM publishes it (hexadecimal)."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def verify(path: Path) -> str | None:
    """Compare a file with the ``.md5`` beside it; None where there is none.

    Both NLM's form ``MD5(NAME)= HEX`` and that of md5sum are read.

    Raises
    ------
    SourceError
        The checksum is another, or the ``.md5`` file is not one.
    """
    beside = path.with_name(path.name + ".md5")
    if not beside.is_file():
        return None
    try:
        expected, found = stated(beside.read_text(encoding="ascii", errors="replace"), path.name), checksum(path)
    except OSError as error:
        raise SourceError(path, None, f"cannot be read: {error.strerror or error}") from error
    if expected is None:
        raise SourceError(beside, 1, "not an MD5 line", f"expected 'MD5({path.name})= ...'; fetch it again")
    if found != expected:
        raise SourceError(path, None, f"MD5 is {found}, {beside.name} says {expected}", "fetch the file again")
    return found


def stated(text: str, name: str) -> str | None:
    """The checksum a ``.md5`` text states for a file.

    >>> stated("MD5(pubmed26n1335.xml.gz)= 0123456789abcdef0123456789abcdef", "pubmed26n1335.xml.gz")
    '0123456789abcdef0123456789abcdef'
    """
    if match := _NLM_FORM.search(text):
        return match["digest"].lower() if match["name"] == name else None
    words = text.split()
    if len(words) == 2 and re.fullmatch(r"[0-9a-fA-F]{32}", words[0]) and words[1].lstrip("*") == name:
        return words[0].lower()
    return None
