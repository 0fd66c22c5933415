"""What a graph is asked about paths: best paths, loops, mechanisms, discoveries, and how measurements fit.

Each method names things as people do and leaves the work to a module of ``kg.analysis``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from kg.analysis.asked import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path as FilePath

    import pandas as pd

    from kg.analysis.agreement import Agreement
    from kg.analysis.discovery import Chain
    from kg.analysis.ends import Ends
    from kg.analysis.found import Comparison
    from kg.analysis.mechanisms import Mechanism
    from kg.analysis.moves import State
    from kg.analysis.network import Network
    from kg.analysis.paths import Path, PathResult
    from kg.analysis.table import Table
    from kg.grounding import NameIndex
    from kg.profile import Profile
    from kg.store.content import Content


class Walks:
    """What a :class:`kg.KnowledgeGraph` can be asked about paths."""

    if TYPE_CHECKING:

        @property
        def profile(self) -> Profile: ...  # noqa: D102 - what the class that takes this in has
        @property
        def names(self) -> NameIndex: ...  # noqa: D102
        @property
        def content(self) -> Content: ...  # noqa: D102
        def states(  # noqa: D102
            self,
            *,
            min_belief: float = 0.0,
            summaries: bool = False,
            include_retracted: bool = False,
            definitions: bool = True,
            closed: bool = False,
            kinds: bool = False,
        ) -> Network: ...

    @cached_property
    def ends(self) -> Ends:
        """Reads names, classes and the outcome into states of a network."""
        from kg.analysis.ends import Ends

        return Ends(self.names, self.profile, self.content.entities)

    def states_of(self, text: str, network: Network, *, kinds: bool = False) -> tuple[str, tuple[State, ...]]:
        """What a text means in a network: its canonical form, and its states there; none if it is on no step.

        Parameters
        ----------
        text
            CURIE, label or synonym with an optional ``@site``, or the name of a class of the profile.
        network
            Of :meth:`kg.KnowledgeGraph.states`.
        kinds
            Take in the states of narrower kinds.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.

        Examples
        --------
        >>> name, states = g.states_of("IL-8@extracellular", g.states())
        >>> name, len(states)
        ('HGNC:6025@extracellular', 1)
        """
        end = self.ends.read(text, network, kinds=kinds)
        return end.name, end.states

    def paths(
        self,
        source: str | Iterable[str],
        target: str | Iterable[str],
        *,
        k: int = 10,
        sign: str = "+",
        max_steps: int | None = None,
        avoid: str | Iterable[str] = (),
        through: str | Iterable[str] = (),
        min_belief: float = 0.0,
        summaries: bool = False,
        include_retracted: bool = False,
        definitions: bool = True,
        kinds: bool = False,
    ) -> PathResult:
        """The k best paths from one thing to another, in order of cost.

        Parameters
        ----------
        source, target
            CURIE, label or synonym with an optional ``@site``, or several of these. The name of a class of the profile
            ("microenvironment factor", in the singular or plural) stands for all its members. The outcome of the
            profile ("leukaemia survival") as target gathers its readouts with their signs: a path then ends with a step
            by definition from the readout it is read off, so that its sign is its effect on the outcome.
        k
            How many paths, at least 1.
        sign
            ``+``, ``-`` or ``any``; only ``any`` walks steps without a causal sign.
        max_steps
            Longest path in steps; the step from a readout to the outcome is not counted.
        avoid, through
            A name or several: no path visits the former (nor their narrower kinds), every path visits each of the
            latter.
        min_belief
            Relations believed less are left out; in [0, 1].
        summaries
            Walk effects from inside one cell to the inside of another, marked as such.
        include_retracted
            Count retracted papers as if they stood.
        definitions
            Walk edges that hold by definition.
        kinds
            Let a relation on a family, complex, cell type or drug class serve for its members, marked as such; and let
            these stand for their members as source, as target and in ``through``.

        Returns
        -------
        PathResult
            The paths, best first. Without any it has a ``hint``: which condition stands in the way, and how far one
            gets from both sides.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            k or max_steps that is no whole number of at least 1, another sign, source and target the same.

        Notes
        -----
        Exact k shortest paths [1]_ [2]_ over states and signs: O(m + n log n) for a new target, then about O(k L d)
        for L steps of out-degree d. Ties go by fewer steps, then by the names of the states.

        References
        ----------
        .. [1] J. Y. Yen, Finding the K shortest loopless paths in a network, Management Science 17 (1971) 712.
        .. [2] E. L. Lawler, A procedure for computing the K best solutions to discrete optimization problems,
           Management Science 18 (1972) 401.

        Examples
        --------
        >>> best = g.paths("CML exosome", "cell survival@cml_cell", k=1)[0]
        >>> [step.predicates for step in best.steps]
        [('increases_secretion_of',), ('is_secreted',), ('promotes',)]
        >>> drivers = g.paths("microenvironment factors", "leukemia survival", k=3)
        >>> [(path.sign, drivers.readout(path)) for path in drivers]
        [(1, 'GO:0008283'), (1, 'GO:0008283'), (1, 'MESH:D002470')]
        """
        from kg.analysis.answers import answer
        from kg.analysis.question import Asked

        asked = Asked.of(source, target, avoid=avoid, through=through, k=k, sign=sign, max_steps=max_steps, kinds=kinds)
        network = partial(
            self.states,
            min_belief=min_belief,
            include_retracted=include_retracted,
            definitions=definitions,
            kinds=kinds,
        )
        wider = None if summaries else partial(network, summaries=True)
        return answer(asked, self.ends, network(summaries=summaries), wider)

    def simple_paths(
        self,
        source: str | Iterable[str],
        target: str | Iterable[str],
        *,
        max_steps: int,
        sign: str = "any",
        avoid: str | Iterable[str] = (),
        through: str | Iterable[str] = (),
        most: int = 10_000,
        kinds: bool = False,
    ) -> PathResult:
        """Every path of at most so many steps from one thing to another, in order of cost.

        Parameters
        ----------
        source, target, avoid, through, kinds
            As in :meth:`paths`.
        max_steps
            Longest path in steps.
        sign
            ``+``, ``-`` or ``any``.
        most
            So many paths are enough; where there may be more, ``complete`` is False.

        Returns
        -------
        PathResult
            All of them where ``complete``.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            max_steps or most that is no whole number of at least 1, another sign, source and target the same.

        Notes
        -----
        The number of simple paths grows exponentially with their length.

        Examples
        --------
        >>> found = g.simple_paths("SB225002", "cell survival@cml_cell", max_steps=2)
        >>> found.complete, max(len(path.steps) for path in found)
        (True, 2)
        """
        from kg.analysis.answers import answer
        from kg.analysis.question import Asked

        asked = Asked.of(
            source,
            target,
            avoid=avoid,
            through=through,
            k=whole("most", most),
            sign=sign,
            max_steps=whole("max-steps", max_steps),
            kinds=kinds,
        )
        found = answer(asked, self.ends, self.states(kinds=kinds), partial(self.states, kinds=kinds, summaries=True))
        return replace(found, complete=found.complete and len(found) < most)

    def compare(self, one: Path, other: Path) -> Comparison:
        """What makes one path better than another: the steps they share, and what each pays for the rest.

        Parameters
        ----------
        one, other
            Of :meth:`paths` of this graph, in any order.

        Returns
        -------
        Comparison
            The cheaper one, by how much, and the rows of both ledgers.

        Raises
        ------
        UsageError
            Something that is no path.

        Notes
        -----
        Linear in the number of steps; also ``kg.compare``.

        Examples
        --------
        >>> one, other = g.paths("CML exosome", "cell survival@cml_cell", k=2)
        >>> found = g.compare(other, one)
        >>> found.better.rank, round(found.difference, 3) == round(other.cost - one.cost, 3)
        (1, True)
        """
        from kg.analysis.found import compare

        return compare(one, other)

    def loops(
        self, node: str | Iterable[str], *, k: int = 10, sign: str = "any", max_steps: int | None = None
    ) -> PathResult:
        """The k best feedback loops through a node (any state of an entity, or one state), as paths back to it.

        What sustains a cell sustains what it does: here each readout of the profile's outcome leads back to its cell,
        by definition, so that a loop may close through survival.

        Parameters
        ----------
        node
            CURIE, label or synonym with an optional ``@site``, a class, or several of these.
        k
            How many different loops; a loop through two states of the node is one.
        sign
            ``+`` (reinforcing), ``-`` (damping) or ``any``.
        max_steps
            Longest loop in steps.

        Returns
        -------
        PathResult
            Loops in order of cost; ``complete`` says whether a work cap ended the search.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            k or max_steps that is no whole number of at least 1, another sign.

        Notes
        -----
        A loop is a path from a state to a copy of it; see :func:`kg.analysis.loops.feedback_loops`, which takes any
        network and cites the method. One search for each state of the node.

        Examples
        --------
        >>> loops = g.loops("CXCL8@bm_stromal_cell", k=1)
        >>> [state.name for state in loops[0].states][1:4]
        ['HGNC:6025@extracellular', 'MESH:D002470@cml_cell', 'exil8:cml_cell@cml_cell']
        """
        from kg.analysis.asked import sign_of
        from kg.analysis.loops import best_loops
        from kg.analysis.paths import Path, PathResult

        network, wanted = self.states(closed=True), sign_of(sign)
        end = self.ends.read(node, network)
        longest = None if max_steps is None else whole("max-steps", max_steps)
        starts = [network.number[state] for state in end.states]
        found, complete = best_loops(network.index, starts, whole("k", k), sign=wanted, max_steps=longest)
        paths = tuple(
            Path(rank, tuple(network.steps[e] for e in loop.edges), loop.sign, loop.cost, network)
            for rank, loop in enumerate(found, 1)
        )
        hint = "" if paths else f"no loop passes through {end.name}"
        return PathResult(end.name, end.name, sign, complete, paths, network, hint)

    def mechanisms(self, *, k: int = 3) -> Table[Mechanism]:
        """For each summary across cells, the mechanistic paths that would explain it, or none.

        A summary is what a paper states of the inside of one cell acting on the inside of another: evidence for a
        mechanism that the paper does not name.

        Parameters
        ----------
        k
            How many paths for each summary.

        Returns
        -------
        Table of Mechanism
            The explained ones first, by the cost of their best path.

        Raises
        ------
        UsageError
            k that is no whole number of at least 1.

        Notes
        -----
        One search for k best paths a summary; the project's own method.

        Examples
        --------
        >>> found = g.mechanisms(k=1)
        >>> any(not mechanism.paths.paths for mechanism in found)
        True
        """
        from kg.analysis import mechanisms

        return mechanisms.explain(self.states(), k=k)

    def discover(
        self,
        source: str | Iterable[str],
        target: str | Iterable[str],
        *,
        k: int = 20,
        sign: str = "any",
        by: str = "belief",
    ) -> Table[Chain]:
        """Chains of two findings of different papers between two things that no paper joins.

        Parameters
        ----------
        source, target
            CURIE, label or synonym with an optional ``@site``, a class, the outcome, or several names.
        k
            How many chains.
        sign
            ``+``, ``-`` or ``any``.
        by
            Rank by ``belief`` or by ``p_value``; every chain says its place by both.

        Returns
        -------
        Table of Chain
            Every link with its papers; a note says what was left out, or why there is no chain.

        Raises
        ------
        UnknownNameError
            A name that matches nothing, or several entities.
        UsageError
            k that is no whole number of at least 1, another sign or order, source and target the same.

        Notes
        -----
        Literature-based discovery [1]_; p-values of the configuration model. All paths of at most five steps.

        References
        ----------
        .. [1] D. R. Swanson, Fish oil, Raynaud's syndrome, and undiscovered public knowledge, Perspectives in Biology
           and Medicine 30 (1986) 7.

        Examples
        --------
        >>> chain = g.discover("CML exosome", "drug resistance", k=1)[0]
        >>> set(chain.first.publications).isdisjoint(chain.second.publications)
        True
        """
        from kg.analysis import discovery
        from kg.analysis.question import Asked, put

        asked = put(Asked.of(source, target, k=k, sign=sign), self.ends, self.states())
        return discovery.chains(asked.network, asked.source.states, asked.target.states, k=k, sign=sign, by=by)

    def score(
        self, paths: Iterable[Path], measured: str | FilePath | pd.DataFrame | Mapping[str, int]
    ) -> Table[Agreement]:
        """Paths held against a user's measurements, the best agreement first.

        Parameters
        ----------
        paths
            Of :meth:`paths`.
        measured
            TSV file or DataFrame with columns ``entity`` and ``sign``, or a mapping of names to signs; see
            :func:`kg.own_data.measured`.

        Returns
        -------
        Table of Agreement
            For each path which measurements agree and which contradict.

        Raises
        ------
        SourceError
            An unknown entity, or a sign that is none.

        Examples
        --------
        >>> scored = g.score(g.paths("CML exosome", "cell survival@cml_cell", k=2), {"IL-8": 1})
        >>> scored[0].score
        1.0
        """
        from kg import own_data
        from kg.analysis import agreement

        return agreement.score(paths, own_data.measured(measured, self.names))
