"""A question in words, and what it is once it is put to a network."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg.analysis.asked import any_number, one_or_more, sign_of, whole
from kg.analysis.ends import different
from kg.analysis.outcome import toward
from kg.analysis.paths import PathQuestion, find
from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.analysis.ends import End, Ends
    from kg.analysis.moves import State
    from kg.analysis.network import Network
    from kg.analysis.paths import PathResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked, in words; checked when it is made.

    Parameters
    ----------
    source, target
        Names of entities, states or classes, or the name of the outcome as the only target.
    avoid, through
        Names of what no path visits, and of what every path visits.
    kinds
        Whether a family, complex, cell type or drug class stands for its members.

    Raises
    ------
    UsageError
        k or max_steps that is no whole number of at least 1, another sign, no name at an end.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    avoid: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    k: int = 10
    sign: str = "+"
    max_steps: int | None = None
    kinds: bool = False

    @classmethod
    def of(
        cls,
        source: str | Iterable[str],
        target: str | Iterable[str],
        *,
        avoid: str | Iterable[str] = (),
        through: str | Iterable[str] = (),
        k: int = 10,
        sign: str = "+",
        max_steps: int | None = None,
        kinds: bool = False,
    ) -> Asked:
        """Make it of what callers write: one name, or several."""
        sign_of(sign)
        return cls(
            source=one_or_more("source", source),
            target=one_or_more("target", target),
            avoid=any_number("avoid", avoid),
            through=any_number("through", through),
            k=whole("k", k),
            sign=sign,
            max_steps=None if max_steps is None else whole("max-steps", max_steps),
            kinds=kinds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A question put to a network.

    Parameters
    ----------
    network
        The network to search; with the outcome as a state where that is the target.
    avoided, passed
        States by the name they were asked by.
    outcome
        CURIE of the outcome where that is the target; empty otherwise.
    """

    network: Network
    question: PathQuestion
    source: End
    target: End
    avoided: Mapping[str, frozenset[State]] = field(default_factory=dict)
    passed: Mapping[str, frozenset[State]] = field(default_factory=dict)
    outcome: str = ""

    def found(self) -> PathResult:
        """The best paths."""
        result = find(self.network, self.question, source=self.source.name, target=self.target.name)
        return replace(result, outcome=self.outcome)


def network_to(target: tuple[str, ...], ends: Ends, network: Network) -> tuple[Network, str]:
    """The network in which a target is to be looked for, and the CURIE of the outcome where that is the target.

    Raises
    ------
    UsageError
        The outcome beside other targets.
    """
    outcome = ends.outcome_in(target)
    if outcome is None:
        return network, ""
    if len(target) > 1:
        raise UsageError(f"{outcome.name} gathers several readouts: name it alone as the target")
    return toward(network, outcome), outcome.id


def put(asked: Asked, ends: Ends, network: Network) -> Put:
    """Put a question to a network.

    Raises
    ------
    UnknownNameError
        A name that nothing has, or several entities.
    UsageError
        Source and target the same, an unknown site.
    """
    network, outcome = network_to(asked.target, ends, network)
    source = ends.read(asked.source, network, kinds=asked.kinds)
    target = ends.read(asked.target, network, kinds=asked.kinds)
    different(source, target)
    # Who avoids a family avoids its members as well, whatever is read for them.
    avoided = {name: frozenset(ends.read(name, network, kinds=True).states) for name in asked.avoid}
    passed = {name: frozenset(ends.read(name, network, kinds=asked.kinds).states) for name in asked.through}
    question = PathQuestion(
        sources=source.states,
        targets=target.states,
        k=asked.k,
        sign=asked.sign,
        max_steps=None if asked.max_steps is None else asked.max_steps + bool(outcome),
        avoid=frozenset(s for states in avoided.values() for s in states),
        through=tuple(passed.values()),
    )
    return Put(
        network=network,
        question=question,
        source=source,
        target=target,
        avoided=avoided,
        passed=passed,
        outcome=outcome,
    )
