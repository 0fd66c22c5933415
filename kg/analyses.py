"""What a graph is asked beyond paths: cuts, knock-out, ranks, fragility, nulls, and the user's own measurements.

Each method names things as people do and leaves the work to a module of ``kg.analysis``, whose functions also take
any ``networkx.MultiDiGraph`` with the documented attributes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.analysis.asked import FINE, any_number, one_or_more, sign_of, whole
from kg.errors import UsageError
from kg.walks import Walks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path as FilePath

    import networkx as nx
    import pandas as pd

    from kg.analysis.balance import SignBalance
    from kg.analysis.connecting import ConnectingNetwork
    from kg.analysis.cuts import Intervention
    from kg.analysis.dwpc import DegreeWeightedPathCount
    from kg.analysis.ends import End
    from kg.analysis.factors import FactorTable
    from kg.analysis.facts import Facts
    from kg.analysis.fragility import Fragility
    from kg.analysis.indexed import IndexedNetwork
    from kg.analysis.knockout import KnockOut
    from kg.analysis.mediators import Mediator
    from kg.analysis.network import Network
    from kg.analysis.null import PathNull
    from kg.analysis.question import Asked
    from kg.analysis.rcr import Controller
    from kg.analysis.table import Table
    from kg.analysis.walk import Nearness
    from kg.analysis.withdrawal import Withdrawals
    from kg.profile import FactorClass, Outcome

    Names = str | Iterable[str]


class _Between(NamedTuple):
    """Both ends of a question on an indexed network."""

    network: IndexedNetwork
    source: End
    target: End

    @property
    def nodes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(s.name for s in self.source.states), tuple(s.name for s in self.target.states)


class Analyses(Walks):
    """What a :class:`kg.KnowledgeGraph` can be asked beyond queries and paths."""

    if TYPE_CHECKING:

        def facts(self) -> Facts: ...  # noqa: D102 - what the class that takes this in has
        def network(self) -> nx.MultiDiGraph[str]: ...  # noqa: D102

    @cached_property
    def indexed(self) -> IndexedNetwork:
        """The network as a MultiDiGraph with its path index, shared by the analyses."""
        return self._indexed(self.states())

    @cached_property
    def _indexed(self) -> Callable[[Network], IndexedNetwork]:
        from kg.analysis.indexed import IndexedNetwork

        return lru_cache(maxsize=4)(lambda network: IndexedNetwork.of(network.to_networkx()))

    def _asked(self, source: Names | None, target: Names | None) -> tuple[Names, Names]:
        """Both ends, those of the flagship question where none are named."""
        flagship = self.profile.flagship
        if flagship is None and (source is None or target is None):
            raise UsageError("name a source and a target: the profile asks no flagship question")
        return (
            source if source is not None else flagship.source if flagship else "",
            target if target is not None else flagship.target if flagship else "",
        )

    def _between(self, source: Names | None, target: Names | None) -> _Between:
        """Both ends as nodes of the network that holds them."""
        from kg.analysis.question import Asked, put

        asked = put(Asked.of(*self._asked(source, target)), self.ends, self.states())
        for end in (asked.source, asked.target):
            _on_a_step(end)
        return _Between(self._indexed(asked.network), asked.source, asked.target)

    def cuts(
        self,
        source: Names | None = None,
        target: Names | None = None,
        *,
        sign: str = "+",
        k: int = 100,
        node_cost: Mapping[str, float] | None = None,
        within: Names | None = None,
        max_steps: int | None = None,
    ) -> Intervention:
        """The cheapest set of entities that cuts the k best paths, with the drugs that hit each.

        Parameters
        ----------
        source, target
            As in :meth:`paths`; by default those of the flagship question. Themselves never removed.
        sign
            Sign of the paths to cut: ``+``, ``-`` or ``any``.
        k
            How many best paths span the sub-network that is cut.
        node_cost
            Cost of removing an entity, by name, from 0 up; 1 where none is given. Of two sets of one cost the one with
            more entities that some drug of the graph hits is taken.
        within
            Names of what may be removed, classes included; default all.
        max_steps
            Longest path.

        Returns
        -------
        Intervention
            The set with its drugs, its cost and the proven lower bound of the cost.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            k that is no whole number of at least 1, another sign, a negative cost, source and target the same, an end
            on no step.

        Notes
        -----
        Least hitting set of the paths by integer programming, until the sub-network holds no path; see
        :func:`kg.analysis.cuts.minimum_intervention`. NP-hard; some ten milliseconds here.

        Examples
        --------
        >>> cut = g.cuts("CML exosome", "cell survival@cml_cell", k=3)
        >>> cut.possible, cut.cost == cut.bound
        (True, True)
        """
        from kg.analysis.cuts import minimum_intervention

        between = self._between(source, target)
        network = self.states()
        free = None if within is None else self.ends.read(within, network).entities
        costs = {self.names.entity(name).id: cost for name, cost in (node_cost or {}).items()}
        return minimum_intervention(
            between.network,
            *between.nodes,
            sign=sign_of(sign),
            k=whole("k", k),
            node_cost=costs,
            within=free,
            max_steps=None if max_steps is None else whole("max-steps", max_steps),
        )

    def knock_out(
        self,
        entities: Names,
        source: Names | None = None,
        target: Names | None = None,
        *,
        sign: str = "+",
        k: int = 100,
        max_steps: int | None = None,
    ) -> KnockOut:
        """What is left of the k best paths when some entities are gone; by default for the flagship question.

        Parameters
        ----------
        entities
            A name or several; with each goes every narrower kind of it.
        source, target
            As in :meth:`paths`; by default those of the flagship question.
        sign
            ``+``, ``-`` or ``any``.
        k
            How many best paths are looked at, before and after.
        max_steps
            Longest path.

        Returns
        -------
        KnockOut
            Paths lost, costs before and after, and the paths that are left with their papers. A path is marked where a
            ligand of a removed receptor acts on the cell that bears it: that step may itself run over the receptor.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            No entity, one that is on no step, k that is no whole number of at least 1, source and target the same.

        Notes
        -----
        Two searches for k best paths; see :func:`kg.analysis.knockout.knock_out`, which cites the method.

        Examples
        --------
        >>> left = g.knock_out("CXCR2", k=5).remaining[0]
        >>> left.kept, left.note
        (True, 'CXCL8 on cell survival: this step may itself run over CXCR2 (CXCL8 binds it)')
        """
        from kg.analysis.knockout import knock_out

        between, network = self._between(source, target), self.states()
        gone: list[str] = []
        for name in one_or_more("entity to knock out", entities):
            end = self.ends.read(name, network, kinds=True)
            _on_a_step(end)
            gone += [state.name for state in end.states]
        longest = None if max_steps is None else whole("max-steps", max_steps)
        found = knock_out(between.network, gone, *between.nodes, sign=sign_of(sign), k=whole("k", k), max_steps=longest)
        removed = dict.fromkeys(between.network.entity(between.network.number[node]) for node in gone)
        return replace(found, entities=tuple(removed))

    def near(self, seeds: Names, *, restart: float = 0.15) -> Table[Nearness]:
        """All states ranked by a random walk with restart from some seeds.

        Parameters
        ----------
        seeds
            A name or several, classes included.
        restart
            Chance of a jump back at each step, in (0, 1].

        Returns
        -------
        Table of Nearness
            Every state with its share of the time; the shares sum to 1.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            No seed, one on no step, a restart outside (0, 1].

        Notes
        -----
        Power iteration, O(m) a round; see :func:`kg.analysis.walk.random_walk_with_restart`, which cites the method.

        Examples
        --------
        >>> g.near("IL-8@extracellular")[0].label
        'CXCL8'
        """
        from kg.analysis.walk import random_walk_with_restart

        ends = [self.ends.read(name, self.states()) for name in one_or_more("seed", seeds)]
        for end in ends:
            _on_a_step(end)
        nodes = [state.name for end in ends for state in end.states]
        return random_walk_with_restart(self.indexed, nodes, restart=restart)

    def mediators(self, source: Names | None = None, target: Names | None = None) -> Table[Mediator]:
        """Entities ranked by the share of cheapest ways from source to target that pass through them.

        Parameters
        ----------
        source, target
            As in :meth:`paths`; by default those of the flagship question.

        Returns
        -------
        Table of Mediator
            The highest score first.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            Source and target the same, an end on no step.

        Notes
        -----
        Betweenness restricted to the two ends; see :func:`kg.analysis.mediators.mediators`, which cites the method.

        Examples
        --------
        >>> g.mediators("CML exosome", "cell survival@cml_cell")[0].label
        'CXCL8'
        """
        from kg.analysis.mediators import mediators

        between = self._between(source, target)
        return mediators(between.network, *between.nodes)

    def sign_balance(
        self,
        source: Names | None = None,
        target: Names | None = None,
        *,
        k: int = 100,
        max_steps: int | None = None,
    ) -> SignBalance:
        """How much of what the paths say is plus, and how much is minus.

        Parameters
        ----------
        source, target
            As in :meth:`paths`; by default those of the flagship question.
        k
            How many best paths of each sign are weighed.
        max_steps
            Longest path.

        Returns
        -------
        SignBalance
            Paths, weight and papers of each side.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            k that is no whole number of at least 1, source and target the same, an end on no step.

        Notes
        -----
        Two searches for k best paths; see :func:`kg.analysis.balance.sign_balance`, which cites the method.

        Examples
        --------
        >>> 0.5 < g.sign_balance("CML exosome", "cell survival@cml_cell").share <= 1
        True
        """
        from kg.analysis.balance import sign_balance

        between, longest = self._between(source, target), None if max_steps is None else whole("max-steps", max_steps)
        return sign_balance(between.network, *between.nodes, k=whole("k", k), max_steps=longest)

    def connect(self, terminals: Names) -> ConnectingNetwork:
        """The smallest network found that joins some things, each at whichever of its states is cheapest.

        Parameters
        ----------
        terminals
            Two names or more; an entity is joined at one of its states, ``X@site`` at that one.

        Returns
        -------
        ConnectingNetwork
            A tree; it says which states were used.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            Fewer than two names, one on no step, or things that no steps join.

        Notes
        -----
        Group Steiner tree in Mehlhorn's approximation; see :func:`kg.analysis.connecting.connecting_subnetwork`, which
        cites the method. Directions of steps are not looked at.

        Examples
        --------
        >>> tree = g.connect(["IL-8", "bone marrow stromal cell"])
        >>> tree.used["HGNC:6025"], tree.joints
        (('HGNC:6025@extracellular',), ())
        """
        from kg.analysis.connecting import connecting_subnetwork

        ends = [self.ends.read(name, self.states()) for name in one_or_more("terminal", terminals)]
        for end in ends:
            _on_a_step(end)
        return connecting_subnetwork(self.indexed, {end.name: [s.name for s in end.states] for end in ends})

    def path_null(
        self,
        source: Names | None = None,
        target: Names | None = None,
        *,
        sign: str = "+",
        n: int = 1000,
        strata: Sequence[str] = FINE,
        method: str = "stub",
        seed: int = 0,
        workers: int = 1,
    ) -> PathNull:
        """How often a random network with the same degrees has as cheap a way from each source to the target.

        Parameters
        ----------
        source, target
            As in :meth:`paths`; by default those of the flagship question. Each entity of the source gets its own row:
            of a class, every member.
        sign
            ``+``, ``-`` or ``any``.
        n
            Number of random networks.
        strata
            What steps must share to be exchanged: names of attributes of steps, and "site" for both sites. A step in a
            narrow stratum stays nearly as it is, so that p says little of a way of one step.
        method
            ``stub`` (random matching of stubs) or ``xswap`` (swaps of pairs of steps).
        seed
            The same seed gives the same p-values.
        workers
            Processes.

        Returns
        -------
        PathNull
            One row a source, the lowest p first.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            n, seed or workers that is no whole number, another sign or method, source and target the same.

        Notes
        -----
        O(n (m + v log v)); see :func:`kg.analysis.null.path_null`, which cites the method.

        Examples
        --------
        >>> row = g.path_null("CML exosome", "cell survival@cml_cell", n=99).chances[0]
        >>> row.source, 0.01 <= row.p <= 1
        ('exil8:cml_exosome', True)
        """
        from kg.analysis.null import path_null

        between, groups = self._between(source, target), dict[str, list[str]]()
        for state in between.source.states:
            groups.setdefault(state.entity, []).append(state.name)
        return path_null(
            between.network,
            groups,
            between.nodes[1],
            sign=sign_of(sign),
            n=n,
            strata=strata,
            method=method,
            seed=seed,
            workers=workers,
        )

    def dwpc(
        self, source: str, target: str, metapath: str | Sequence[str], *, damping: float = 0.4
    ) -> DegreeWeightedPathCount:
        """Degree-weighted path count: paths of one kind between two entities, hubs counting less.

        Parameters
        ----------
        source, target
            CURIE, label or synonym; sites are not looked at here.
        metapath
            Its steps in order, each ``predicate>type`` as ``inhibits>gene_product``, or ``predicate<type`` for a step
            against the direction of the relation.
        damping
            Exponent from 0 (a plain path count) to 1; 0.4 as published.

        Returns
        -------
        DegreeWeightedPathCount
            The paths with their degrees and weights, and their sum.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            A step that is not written so, or of an unknown predicate or type; a damping outside [0, 1].

        Notes
        -----
        Over relations that some live paper states, as edges between entities; see
        :func:`kg.analysis.dwpc.degree_weighted_path_count`, which cites the method.

        Examples
        --------
        >>> count = g.dwpc("SB225002", "apoptosis", ["targets>gene_product", "suppresses>process"])
        >>> count.paths[0].nodes, round(count.value, 3)
        (('CHEBI:93074', 'HGNC:6027', 'GO:0006915'), 0.257)
        """
        from kg.analysis.dwpc import degree_weighted_path_count, entity_graph, metapath_of

        steps = metapath_of(any_number("metapath", metapath))
        start, end = self.names.entity(source).id, self.names.entity(target).id
        graph = entity_graph(self.facts())
        for name in (start, end):
            if name not in graph:
                raise UsageError(f"{name} is in no relation that a live paper states")
        return degree_weighted_path_count(graph, start, end, steps, damping=damping)

    def _class(self, name: str | None) -> FactorClass:
        classes = self.profile.classes
        found = classes[0] if name is None and classes else next((c for c in classes if c == self._group(name)), None)
        if found is None:
            listed = ", ".join(c.name for c in classes) or "none"
            raise UsageError(f"the profile has no class {name!r}; it has: {listed}")
        return found

    def _group(self, name: str | None) -> object:
        return None if name is None else self.ends.group(name)

    def _class_and_outcome(self, factor_class: str | None) -> tuple[FactorClass, Outcome]:
        outcome = self.profile.outcome
        if outcome is None or not self.profile.classes:
            raise UsageError(f"profile {self.profile.name} names no outcome or no class of factors")
        return self._class(factor_class), outcome

    def survival_factors(
        self,
        factor_class: str | None = None,
        *,
        permutations: int = 199,
        seed: int = 0,
        strata: Sequence[str] = FINE,
    ) -> FactorTable:
        """Every factor of a class with its best path to the profile's outcome, best first.

        Parameters
        ----------
        factor_class
            Name of a class of the profile; by default its first.
        permutations
            Random networks for the p-values; 0 for none.
        seed
            Of the first random network.
        strata
            What steps must share to be exchanged in a random network; see :mod:`kg.analysis.chances`. A factor of one
            step keeps such a step in the narrow strata of the default, so that p says little about it;
            ``("sign", "site_kind")`` exchanges far more.

        Returns
        -------
        FactorTable
            One row a factor: direction, readout, path, cost, belief, papers, p-value, and which other rows are broader
            or narrower kinds of it. Members without a path are counted.

        Raises
        ------
        UsageError
            The profile has no outcome or no such class; permutations or seed that is no whole number from 0 up.

        Notes
        -----
        One search back from the outcome for each direction; p-values by permutation within strata. Tables are kept.

        Examples
        --------
        >>> table = g.survival_factors(permutations=0)
        >>> table.factors[0].effect, table.to_frame().attrs["members"] == len(table) + len(table.without_path)
        (1, True)
        """
        permutations, seed = whole("permutations", permutations, least=0), whole("seed", seed, least=0)
        chosen, _ = self._class_and_outcome(factor_class)
        return self._tables(chosen, permutations, seed, tuple(any_number("strata", strata)))

    @cached_property
    def _tables(self) -> Callable[[FactorClass, int, int, tuple[str, ...]], FactorTable]:
        from kg.analysis import chances, factors

        _, outcome = self._class_and_outcome(None)
        network = self.states()
        ranked = lru_cache(maxsize=8)(lambda chosen: factors.rank(network, chosen, outcome))

        def table(chosen: FactorClass, permutations: int, seed: int, strata: tuple[str, ...]) -> FactorTable:
            plain = ranked(chosen)
            if not permutations:
                return plain
            return chances.with_chances(plain, outcome, n=permutations, seed=seed, strata=strata)

        return lru_cache(maxsize=32)(table)

    @cached_property
    def _withdrawals(self) -> Withdrawals:
        from kg.analysis.withdrawal import Withdrawals

        return Withdrawals(self.facts())

    def fragility(
        self,
        papers: Names = (),
        *,
        factor_class: str | None = None,
        source: Names | None = None,
        target: Names | None = None,
        sign: str | None = None,
        k: int = 10,
        progress: Callable[[int, int], None] | None = None,
    ) -> Fragility:
        """For every paper (or the named ones), the conclusions that fall, turn or weaken if it is withdrawn.

        Conclusions are the factors of the outcome, each with the direction of its best path, and the best paths of a
        question. Papers that only license what others are read to mean are withdrawn too.

        Parameters
        ----------
        papers
            CURIEs, or bare PMIDs; by default every paper that speaks for or against some relation. With a paper goes
            its preprint.
        factor_class
            Name of a class of the profile; by default its first.
        source, target
            The question, as in :meth:`paths`; by default the flagship question.
        sign, k
            Sign of its paths (by default that of the flagship question where that is asked, else ``+``), and how many.
        progress
            Called with how many papers are done and how many there are.

        Returns
        -------
        Fragility
            The gravest paper first; ``rest_on_one`` names the factors that hang on a single paper.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            A paper that the graph does not know (with the nearest), or a question that cannot be asked.

        Notes
        -----
        The network without a paper is made from the whole one and equals what a rebuild would give; some milliseconds
        a paper.

        Examples
        --------
        >>> (role,) = g.fragility("24657661")
        >>> role.answer.lost > 0, "HGNC:6025" in {change.factor for change in role.changes}
        (True, True)
        """
        from kg.analysis import fragility
        from kg.analysis.question import Asked, put

        outcome, classes, flagship = self.profile.outcome, self.profile.classes, self.profile.flagship
        chosen = self._class(factor_class) if classes and outcome else None
        asked = None
        if flagship is not None or (source is not None and target is not None):
            usual = flagship.sign if flagship and source is None and target is None else "+"
            asked = Asked.of(*self._asked(source, target), k=k, sign=usual if sign is None else sign)

        def ask(network: Network) -> fragility.Question:
            there = put(asked, self.ends, network)  # type: ignore[arg-type]
            return there.network, there.question

        named = [self._paper(paper) for paper in any_number("paper", papers)]
        if asked is not None:
            ask(self.states())
        return fragility.assess(
            self._withdrawals,
            chosen,
            outcome,
            papers=named,
            known=[p.id for p in self.content.publications],
            ask=None if asked is None else ask,
            asked=_worded(asked),
            progress=progress,
        )

    def _paper(self, name: str) -> str:
        """CURIE of a paper by any of its identifiers; the name itself where none is known."""
        key = name.strip().casefold()
        for paper in self.content.publications:
            ids = (paper.id, f"PMID:{paper.pmid}", paper.pmid, f"DOI:{paper.doi}", paper.doi, paper.pmcid)
            if key and key in (one.casefold() for one in ids if one):
                return self.content.versions.get(paper.id, paper.id)
        return name

    def controllers(
        self,
        measured: str | FilePath | pd.DataFrame | Mapping[str, int],
        *,
        max_steps: int = 1,
        min_targets: int = 3,
    ) -> Table[Controller]:
        """Upstream controllers that would explain a user's measurements (reverse causal reasoning).

        Parameters
        ----------
        measured
            TSV file or DataFrame with columns ``entity`` and ``sign``, or a mapping of names to signs; see
            :func:`kg.own_data.measured`.
        max_steps
            How far downstream a controller's targets may be.
        min_targets
            Controllers with fewer targets are left out.

        Returns
        -------
        Table of Controller
            Richness and concordance of each, the best explanation first.

        Raises
        ------
        SourceError
            An unknown entity, or a sign that is none.
        UsageError
            max_steps or min_targets that is no whole number of at least 1.

        Notes
        -----
        See :func:`kg.analysis.rcr.reverse_causal_reasoning`, which cites the method.

        Examples
        --------
        >>> best = g.controllers({"BCL2": 1, "CASP3": -1})[0]
        >>> best.entity, best.correct
        ('exil8:stromal_exosome', 2)
        """
        from kg import own_data
        from kg.analysis.rcr import reverse_causal_reasoning

        return reverse_causal_reasoning(
            self.indexed,
            own_data.measured(measured, self.names),
            max_steps=whole("max-steps", max_steps),
            min_targets=whole("min_targets", min_targets),
        )


def _on_a_step(end: End) -> None:
    if not end.states:
        raise UsageError(f"{end.name} is on no step of the network: no relation with a live paper speaks of it there")


def _worded(asked: Asked | None) -> str:
    if asked is None:
        return ""
    return f"from {' | '.join(asked.source)} to {' | '.join(asked.target)} with sign {asked.sign}"
