"""What a graph is asked of its conclusions: factors of the outcome, what hangs on a paper, what explains measurements.

Each method names things as people do and leaves the work to a module of ``kg.analysis``.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from kg.analysis.asked import FINE, any_number, whole
from kg.errors import UsageError
from kg.ways import Ways

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path as FilePath

    import pandas as pd

    from kg.analysis.factors import FactorTable
    from kg.analysis.fragility import Fragility
    from kg.analysis.network import Network
    from kg.analysis.question import Asked
    from kg.analysis.rcr import Controller
    from kg.analysis.table import Table
    from kg.analysis.withdrawal import Withdrawals
    from kg.profile import FactorClass, Outcome

    Names = str | Iterable[str]


class Analyses(Ways):
    """What a :class:`kg.KnowledgeGraph` can be asked beyond queries and paths."""

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
            asked="" if asked is None else self._worded(asked),
            progress=progress,
        )

    def _worded(self, asked: Asked) -> str:
        from kg.analysis.paths import end_in_words

        source, target = (
            " or ".join(end_in_words(self.states(), n) for n in end) for end in (asked.source, asked.target)
        )
        return f"from {source} to {target} with sign {asked.sign}"

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
