"""The analyses a graph offers beside paths: loops, cuts, knock-out, ranks, mechanisms, fragility, own data.

Each names things as people do and leaves the work to a module of ``kg.analysis``, which also takes any
``networkx.MultiDiGraph`` with the documented attributes.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path as FilePath

    import networkx as nx
    import pandas as pd

    from kg.analysis.agreement import Agreement
    from kg.analysis.balance import SignBalance
    from kg.analysis.connecting import ConnectingNetwork
    from kg.analysis.cuts import Intervention
    from kg.analysis.discovery import Chain
    from kg.analysis.factors import FactorTable
    from kg.analysis.facts import Facts
    from kg.analysis.fragility import Fragility
    from kg.analysis.indexed import IndexedNetwork
    from kg.analysis.knockout import KnockOut
    from kg.analysis.mechanisms import Mechanism
    from kg.analysis.mediators import Mediator
    from kg.analysis.moves import State
    from kg.analysis.network import Network
    from kg.analysis.paths import Path, PathResult
    from kg.analysis.rcr import Controller
    from kg.analysis.table import Table
    from kg.analysis.walk import Nearness
    from kg.grounding import NameIndex
    from kg.profile import FactorClass, Outcome, Profile

_SIGNS = {"+": 1, "-": -1, "any": None}


class Analyses:
    """What a :class:`kg.KnowledgeGraph` can be asked beyond queries and paths."""

    if TYPE_CHECKING:

        @property
        def profile(self) -> Profile: ...  # noqa: D102 - what the class that takes this in has
        @property
        def names(self) -> NameIndex: ...  # noqa: D102
        def states(self, *, closed: bool = False) -> Network: ...  # noqa: D102
        def facts(self) -> Facts: ...  # noqa: D102
        def network(self) -> nx.MultiDiGraph[str]: ...  # noqa: D102
        def states_of(self, text: str, network: Network) -> tuple[str, tuple[State, ...]]: ...  # noqa: D102

    @cached_property
    def indexed(self) -> IndexedNetwork:
        """The network as a MultiDiGraph with its path index, shared by the analyses."""
        from kg.analysis.indexed import IndexedNetwork

        return IndexedNetwork.of(self.network())

    def _nodes(self, text: str) -> tuple[str, ...]:
        name, states = self.states_of(text, self.states())
        if not states:
            raise UsageError(f"{name} is on no step of the network: no relation with a live paper speaks of it there")
        return tuple(state.name for state in states)

    def _sign(self, sign: str) -> int | None:
        if sign not in _SIGNS:
            raise UsageError(f"sign {sign!r}: write +, - or any")
        return _SIGNS[sign]

    def _ends(self, source: str | None, target: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The nodes of both ends; those of the flagship question where none are named."""
        asked = self.profile.flagship
        if asked is None and (source is None or target is None):
            raise UsageError("name a source and a target: the profile asks no flagship question")
        return (
            self._nodes(source or (asked.source if asked else "")),
            self._nodes(target or (asked.target if asked else "")),
        )

    def loops(self, node: str, *, k: int = 10, sign: str = "any", max_steps: int | None = None) -> PathResult:
        """The k best feedback loops through a node (any state of an entity, or one state), as paths back to it.

        What sustains a cell sustains what it does: here the outcome of the profile leads back to its cell, by
        definition, so that a loop may close through survival.
        """
        from kg.analysis.loops import loops_of
        from kg.analysis.paths import Path, PathResult

        network, wanted = self.states(closed=True), self._sign(sign)
        name, states = self.states_of(node, network)
        found, complete = [], True
        for state in states:
            result = loops_of(network.index, network.number[state], k, sign=wanted, max_steps=max_steps)
            complete = complete and result.complete
            found += [(p.cost, p.states, tuple(network.steps[e] for e in p.edges), p.sign) for p in result.paths]
        best = sorted(found, key=lambda loop: loop[:2])[:k]
        paths = tuple(Path(rank, steps, sign_, cost, network) for rank, (cost, _, steps, sign_) in enumerate(best, 1))
        hint = "" if paths else f"no loop passes through {name}"
        return PathResult(name, name, sign, complete, paths, network, hint)

    def cuts(
        self, source: str | None = None, target: str | None = None, *, sign: str = "+", k: int = 100
    ) -> Intervention:
        """The cheapest set of entities that cuts the k best paths, with the drugs that hit each."""
        from kg.analysis.cuts import minimum_intervention

        sources, targets = self._ends(source, target)
        return minimum_intervention(self.indexed, sources, targets, sign=self._sign(sign), k=k)

    def knock_out(
        self,
        entities: Iterable[str],
        source: str | None = None,
        target: str | None = None,
        *,
        sign: str = "+",
        k: int = 100,
    ) -> KnockOut:
        """What is left of the k best paths when some entities are gone; by default for the flagship question."""
        from kg.analysis.knockout import knock_out

        gone = [self.names.entity(name).id for name in entities]
        sources, targets = self._ends(source, target)
        return knock_out(self.indexed, gone, sources, targets, sign=self._sign(sign), k=k)

    def near(self, seeds: Iterable[str], *, restart: float = 0.15) -> Table[Nearness]:
        """All states ranked by a random walk with restart from some seeds."""
        from kg.analysis.walk import random_walk_with_restart

        return random_walk_with_restart(
            self.indexed, [node for seed in seeds for node in self._nodes(seed)], restart=restart
        )

    def mediators(self, source: str | None = None, target: str | None = None) -> Table[Mediator]:
        """Entities ranked by how many cheapest ways from source to target pass through them."""
        from kg.analysis.mediators import mediators

        return mediators(self.indexed, *self._ends(source, target))

    def sign_balance(self, source: str | None = None, target: str | None = None, *, k: int = 100) -> SignBalance:
        """How much evidence says + and how much says -."""
        from kg.analysis.balance import sign_balance

        return sign_balance(self.indexed, *self._ends(source, target), k=k)

    def connect(self, terminals: Iterable[str]) -> ConnectingNetwork:
        """The smallest network found that joins some nodes."""
        from kg.analysis.connecting import connecting_subnetwork

        return connecting_subnetwork(self.indexed, [self._nodes(name)[0] for name in terminals])

    def _class_and_outcome(self, factor_class: str | None) -> tuple[FactorClass, Outcome]:
        outcome, classes = self.profile.outcome, {c.name: c for c in self.profile.classes}
        if outcome is None or not classes:
            raise UsageError(f"profile {self.profile.name} names no outcome or no class of factors")
        name = factor_class or next(iter(classes))
        if name not in classes:
            raise UsageError(f"the profile has no class {name!r}; it has: {', '.join(classes)}")
        return classes[name], outcome

    def survival_factors(
        self, factor_class: str | None = None, *, permutations: int = 199, seed: int = 0
    ) -> FactorTable:
        """Every factor of a class with its best path to the profile's outcome, best first.

        Parameters
        ----------
        factor_class
            Name of a class of the profile; by default its first.
        permutations
            Random networks for the p-values; 0 for none.

        Raises
        ------
        UsageError
            The profile has no outcome or no such class.
        """
        from kg.analysis import factors

        chosen, outcome = self._class_and_outcome(factor_class)
        table = factors.rank(self.states(), chosen, outcome)
        return factors.with_chances(table, outcome, n=permutations, seed=seed) if permutations else table

    def fragility(
        self,
        papers: Iterable[str] = (),
        *,
        factor_class: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Fragility:
        """For every paper (or the named ones), the factors that fall or weaken if it is withdrawn."""
        from kg.analysis import fragility

        chosen, outcome = self._class_and_outcome(factor_class)
        return fragility.assess(self.facts(), chosen, outcome, papers=papers, progress=progress)

    def mechanisms(self, *, k: int = 3) -> tuple[Mechanism, ...]:
        """For each summary across cells, the mechanistic paths that would explain it, or none."""
        from kg.analysis import mechanisms

        return mechanisms.explain(self.states(), k=k)

    def discover(self, source: str, target: str, *, k: int = 20, sign: str = "any") -> tuple[Chain, ...]:
        """Chains of two findings of different papers between two things that no paper joins."""
        from kg.analysis import discovery

        network = self.states()
        starts, ends = self.states_of(source, network)[1], self.states_of(target, network)[1]
        self._sign(sign)
        return discovery.chains(network, starts, ends, k=k, sign=sign)

    def score(
        self, paths: Iterable[Path], measured: str | FilePath | pd.DataFrame | Mapping[str, int]
    ) -> tuple[Agreement, ...]:
        """Paths held against a user's measurements, the best agreement first."""
        from kg import own_data
        from kg.analysis import agreement

        return agreement.score(paths, own_data.measured(measured, self.names))

    def controllers(
        self, measured: str | FilePath | pd.DataFrame | Mapping[str, int], *, max_steps: int = 1
    ) -> Table[Controller]:
        """Upstream controllers that would explain a user's measurements (reverse causal reasoning)."""
        from kg import own_data
        from kg.analysis.rcr import reverse_causal_reasoning

        return reverse_causal_reasoning(self.indexed, own_data.measured(measured, self.names), max_steps=max_steps)
