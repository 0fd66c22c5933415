"""Every error the package raises on purpose, and the exit status each one has on the command line.

::

    KgError (1)
    ├── UsageError (2)          a name, an option or a combination that cannot be meant
    │   └── UnknownNameError    an unknown or ambiguous entity name; carries candidates
    ├── SourceError (3)         bad input: file, line, what is wrong, what to do
    │   └── CurieError (3)      an unknown prefix or a malformed CURIE
    ├── StoreError (4)          the store is missing, locked, damaged or of another version
    ├── RemoteError (5)         a remote service failed or answered nonsense
    ├── QueryError (6)          SPARQL that is refused, wrong, or ran out of time
    └── InvalidGraphError (7)   the graph breaks its own shapes

The message of each is one line that a person can act on. Ctrl-C is no error: it has a status and a line too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

INTERRUPTED = 130
"""Exit status after Ctrl-C."""


def interrupted() -> str:
    """What to say after Ctrl-C; graphs are built aside and put in force whole.

    >>> interrupted()
    'kg: interrupted; what was there before is as it was'
    """
    return "kg: interrupted; what was there before is as it was"


class KgError(Exception):
    """Base of all errors of this package.

    >>> KgError("something to say").exit_status
    1
    """

    exit_status: int = 1


class UsageError(KgError):
    """The caller asked for something that cannot be meant (exit status 2)."""

    exit_status = 2


class UnknownNameError(UsageError):
    """A name that matches no entity, or more than one.

    Parameters
    ----------
    name
        What was asked for.
    candidates
        CURIEs with labels that were meant, best first; may be empty.
    ambiguous
        True when the name matched several entities, False when it matched none.
    reason
        Why the name stands for nothing, where that is known.

    Examples
    --------
    >>> str(UnknownNameError("IL8x", ["HGNC:6025 (CXCL8)"]))
    "no entity is called 'IL8x'; did you mean HGNC:6025 (CXCL8)?"
    >>> str(UnknownNameError("RNA exosome", reason="an enzyme complex"))
    "no entity is called 'RNA exosome' (an enzyme complex)"
    """

    def __init__(self, name: str, candidates: Sequence[str] = (), *, ambiguous: bool = False, reason: str = "") -> None:
        self.name = name
        self.candidates = tuple(candidates)
        self.ambiguous = ambiguous
        if ambiguous:
            text = f"{name!r} is ambiguous: write one of {', '.join(self.candidates)}"
        else:
            why = f" ({reason})" if reason else ""
            meant = f"; did you mean {', '.join(self.candidates)}?" if self.candidates else ""
            text = f"no entity is called {name!r}{why}{meant}"
        super().__init__(text)


class SourceError(KgError):
    """Input that cannot be read as what it claims to be (exit status 3).

    Parameters
    ----------
    file
        The file, or None for input that has none (a table in memory, an answer of a service).
    line
        1-based line (or record) number, or None where there is none.
    what
        What is wrong.
    hint
        What to do about it.

    Examples
    --------
    >>> print(SourceError("relations.tsv", 7, "unknown predicate 'likes'", "use one of: binds, inhibits"))
    relations.tsv:7: unknown predicate 'likes'; use one of: binds, inhibits
    """

    exit_status = 3

    def __init__(self, file: str | Path | None, line: int | None, what: str, hint: str = "") -> None:
        self.file = None if file is None else str(file)
        self.line = line
        self.what = what
        self.hint = hint
        place = "" if self.file is None else (f"{self.file}: " if line is None else f"{self.file}:{line}: ")
        super().__init__(f"{place}{what}{f'; {hint}' if hint else ''}")


class CurieError(SourceError):
    """A CURIE with an unknown prefix or a malformed local part."""


class StoreError(KgError):
    """The store cannot be opened, read or written (exit status 4)."""

    exit_status = 4


class RemoteError(KgError):
    """A remote service failed, or its answer makes no sense (exit status 5)."""

    exit_status = 5


class QueryError(KgError):
    """A query that is refused, malformed, or ran past its time limit (exit status 6)."""

    exit_status = 6


class InvalidGraphError(KgError):
    """The graph breaks its SHACL shapes (exit status 7)."""

    exit_status = 7
