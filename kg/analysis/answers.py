"""The answer to a question: its best paths, or why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.analysis.hints import why_none
from kg.analysis.question import put

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.analysis.ends import Ends
    from kg.analysis.network import Network
    from kg.analysis.paths import PathResult
    from kg.analysis.question import Asked


def answer(asked: Asked, ends: Ends, network: Network, wider: Callable[[], Network] | None = None) -> PathResult:
    """The best paths; without any, with a hint.

    Parameters
    ----------
    wider
        Gives the network in which effects across cells without a mechanism are walked as well.
    """
    asked_here = put(asked, ends, network)
    result = asked_here.found()
    if result.paths:
        return result
    return replace(result, hint=why_none(asked_here, None if wider is None else put(asked, ends, wider())))
