"""What a graph is asked of the ways between things: cuts, knock-out, mediators, sign balance, nulls, joining trees.

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

    from kg.analysis.balance import SignBalance
    from kg.analysis.connecting import ConnectingNetwork
    from kg.analysis.cuts import Intervention
    from kg.analysis.dwpc import DegreeWeightedPathCount
    from kg.analysis.ends import End
    from kg.analysis.facts import Facts
    from kg.analysis.indexed import IndexedNetwork
    from kg.analysis.knockout import KnockOut
    from kg.analysis.mediators import Mediator
    from kg.analysis.network import Network
    from kg.analysis.null import PathNull
    from kg.analysis.random_walk import Nearness
    from kg.analysis.table import Table

    Names = str | Iterable[str]


class _Between(NamedTuple):
    """Both ends of a question on an indexed network."""

    network: IndexedNetwork
    source: End
    target: End

    @property
    def nodes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(s.name for s in self.source.states), tuple(s.name for s in self.target.states)


class Ways(Walks):
    """What a :class:`kg.KnowledgeGraph` can be asked of the ways from one thing to another, beyond the paths."""

    if TYPE_CHECKING:

        def facts(self) -> Facts: ...  # noqa: D102 - what the class that takes this in has

    @cached_property
    def indexed(self) -> IndexedNetwork:
        """The network as a MultiDiGraph with its path index, shared by the analyses."""
        return self._indexed(self.states())

    @cached_property
    def _indexed(self) -> Callable[[Network], IndexedNetwork]:
        from kg.analysis.exchange import to_networkx
        from kg.analysis.indexed import IndexedNetwork

        return lru_cache(maxsize=4)(lambda network: IndexedNetwork.of(to_networkx(network)))

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
        Power iteration, O(m) a round; :func:`kg.analysis.random_walk.random_walk_with_restart` cites the method.

        Examples
        --------
        >>> g.near("IL-8@extracellular")[0].label
        'CXCL8'
        """
        from kg.analysis.random_walk import random_walk_with_restart

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


def _on_a_step(end: End) -> None:
    if not end.states:
        raise UsageError(f"{end.name} is on no step of the network: no relation with a live paper speaks of it there")
