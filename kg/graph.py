"""The one object a user holds: ask a graph, walk it, export it."""

from __future__ import annotations

import shutil
import weakref
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kg import pipeline, questions
from kg import profile as profiles
from kg.analyses import Analyses
from kg.errors import UsageError
from kg.grounding import NameIndex
from kg.store.local import QUERY_SECONDS, LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import networkx as nx
    import pandas as pd
    import rdflib

    from kg.analysis.explain import Told
    from kg.analysis.facts import Facts
    from kg.analysis.network import Network, Step
    from kg.analysis.paths import PathResult
    from kg.audit import Audit
    from kg.export.view import View
    from kg.model import Contradiction
    from kg.store.content import Content
    from kg.store.results import Answer
    from kg.store.shapes import ShapeReport


class KnowledgeGraph(Analyses):
    """A graph opened for reading: SPARQL, paths, contradictions, exports.

    Make one with :func:`kg.build` or :func:`kg.open`.

    Examples
    --------
    >>> import kg
    >>> g = kg.build()
    >>> g.query("receptors_of_il8")["receptor_label"].tolist()
    ['CXCR1', 'CXCR2']
    >>> best = g.paths("CML exosome", "cell survival@cml_cell", k=1)[0]
    >>> [state.name for state in best.states[1:]]
    ['HGNC:6025@bm_stromal_cell', 'HGNC:6025@extracellular', 'MESH:D002470@cml_cell']

    It may be used in a ``with`` block, which closes it:

    >>> with kg.build() as small:
    ...     len(small.query("receptors_of_il8"))
    2
    """

    def __init__(self, store: LocalStore, *, scratch: Path | None = None) -> None:
        self.store = store
        self._base: KnowledgeGraph | None = None
        if scratch is not None:
            weakref.finalize(self, shutil.rmtree, scratch, ignore_errors=True)
        self._network = lru_cache(maxsize=8)(self._build_network)

    def __enter__(self) -> Self:
        """Use the graph in a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it at the end of the block."""
        self.close()

    def __repr__(self) -> str:
        """Say what the graph is about and how large it is."""
        counts = self.manifest["counts"]
        return (
            f"<KnowledgeGraph {self.manifest['title']}: {counts['entities']} entities, "
            f"{counts['relations']} relations, {counts['publications']} publications>"
        )

    # What is in it -------------------------------------------------------------------------------------

    @property
    def manifest(self) -> dict[str, Any]:
        """What was read to make the graph: inputs, versions, licences, counts, refusals."""
        return self.store.manifest

    @cached_property
    def profile(self) -> profiles.Profile:
        """What the graph is about."""
        return pipeline.profile_of(self.manifest)

    @cached_property
    def content(self) -> Content:
        """Everything in the words of the model."""
        return replace(pipeline.content_of(self.store), sources=pipeline.sources_of(self.manifest))

    @cached_property
    def names(self) -> NameIndex:
        """Names of entities and sites."""
        return NameIndex(self.content.entities, self.content.sites)

    @property
    def rdf(self) -> rdflib.Dataset:
        """The graph as an rdflib Dataset, read-only."""
        return self.store.dataset()

    # Questions -----------------------------------------------------------------------------------------

    def answer(self, text: str, *, params: Mapping[str, str] | None = None, seconds: float = QUERY_SECONDS) -> Answer:
        """Run a named query, the text of a query, or a ``.rq`` file, and give the answer as it is.

        Raises
        ------
        QueryError
            The query is refused, malformed, or runs past ``seconds``.
        UsageError
            There is no such named query, or a parameter is missing.
        """
        if text in questions.names():
            question = questions.load(text)
            answer = self.store.query_trusted(self._bound(question, params or {}))
            return replace(answer, local_predicates=("predicate",)) if question.name == "relations" else answer
        if text.endswith(".rq"):
            question = questions.of_file(Path(text))
            return self.store.query(self._bound(question, params or {}), seconds=seconds)
        if not any(mark in text for mark in "{ \n"):
            questions.load(text)
        if params:
            raise UsageError("--param goes with a named query or a .rq file")
        return self.store.query(text, seconds=seconds)

    def _bound(self, question: questions.Question, params: Mapping[str, str]) -> str:
        """The text of a question with its parameters; the name of a class or of the outcome stands for itself."""
        given = dict(params)
        for name, kind in question.parameters:
            if kind == "entity" and name in given and (group := self.ends.group(given[name])) is not None:
                question = question.given(name, group.id)
                del given[name]
        return question.bind(given, lambda: self.names)

    def query(
        self, text: str, *, params: Mapping[str, str] | None = None, seconds: float = QUERY_SECONDS
    ) -> pd.DataFrame | rdflib.Graph:
        """Run a query: a DataFrame with CURIEs for SELECT and ASK, an rdflib Graph for CONSTRUCT and DESCRIBE."""
        answer = self.answer(text, params=params, seconds=seconds)
        return answer.to_rdflib() if answer.is_graph else answer.to_frame()

    def search(self, text: str, *, limit: int = 20, kinds: Sequence[str] = ()) -> pd.DataFrame:
        """Search titles, keywords, names and support sentences for words; columns id, kind, text and score.

        Parameters
        ----------
        text
            Words, all of which must be there; ``"a phrase"``; ``begin*``; ``AND``, ``OR`` and ``NOT`` in capitals.
        kinds
            Of ``entity``, ``publication`` and ``relation``; without any, all.

        Raises
        ------
        UsageError
            There is no word in the text, it cannot be read, or an option has no such value.
        """
        import pandas as pd

        hits = self.store.search(text, limit=limit, kinds=kinds)
        return pd.DataFrame([(h.id, h.kind, h.text, h.score) for h in hits], columns=["id", "kind", "text", "score"])

    # Paths ---------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Load what questions need: content, names, networks and indexes; else this is done when needed."""
        import gc

        import pandas  # noqa: F401 - what every table is made of, and slow to load
        import scipy.optimize  # noqa: F401 - what a cut needs, as slow

        self.states().index.k_best([], [], 1)
        self.ends.group("")
        self.indexed.index.k_best([], [], 1)
        gc.collect()  # after so much that is new a full collection is due: better now than in the first question

    def facts(self, *, min_belief: float = 0.0, include_retracted: bool = False) -> Facts:
        """The relations that may be walked, with their papers.

        Raises
        ------
        UsageError
            ``min_belief`` is not a number from 0 to 1.
        """
        from kg.analysis import facts

        if not 0.0 <= min_belief <= 1.0:
            raise UsageError(f"min_belief is {min_belief}: write a number from 0 to 1")
        return facts.from_content(self.content, min_belief=min_belief, include_retracted=include_retracted)

    def _build_network(
        self, min_belief: float, summaries: bool, include_retracted: bool, definitions: bool, closed: bool, kinds: bool
    ) -> Network:
        from kg.analysis import network

        found = self.facts(min_belief=min_belief, include_retracted=include_retracted)
        outcome = self.profile.outcome
        closures = [(r.entity, r.sign) for r in outcome.readouts] if closed and outcome else []
        made = network.build(found, summaries=summaries, definitions=definitions, closures=closures, kinds=kinds)
        return replace(made, title=self.profile.title, description=self.profile.description)

    def states(
        self,
        *,
        min_belief: float = 0.0,
        summaries: bool = False,
        include_retracted: bool = False,
        definitions: bool = True,
        closed: bool = False,
        kinds: bool = False,
    ) -> Network:
        """The network that paths walk, as states and steps; ``closed`` leads outcomes back to their cells."""
        return self._network(min_belief, summaries, include_retracted, definitions, closed, kinds)

    def network(
        self,
        *,
        min_belief: float = 0.0,
        summaries: bool = False,
        include_retracted: bool = False,
        definitions: bool = True,
    ) -> nx.MultiDiGraph[str]:
        """The network as a plain ``networkx.MultiDiGraph``; attributes in ``kg.analysis.exchange``.

        Parameters
        ----------
        min_belief
            Relations believed less are left out; in [0, 1].
        summaries
            Take in effects from inside one cell to the inside of another, marked as such.
        include_retracted
            Count retracted papers as if they stood.
        definitions
            Take in edges that hold by definition.
        """
        from kg.analysis.exchange import to_networkx

        return to_networkx(
            self.states(
                min_belief=min_belief, summaries=summaries, include_retracted=include_retracted, definitions=definitions
            )
        )

    def joined(self, table: str | Path | pd.DataFrame) -> KnowledgeGraph:
        """Join a user's own relations to the graph for one run: paths and analyses see them, SPARQL does not.

        Parameters
        ----------
        table
            A TSV file or DataFrame with columns subject, predicate, object; see ``kg.own_data``.

        Returns
        -------
        KnowledgeGraph
            A graph over the same store; this one stays as it is.

        Raises
        ------
        SourceError
            A row that is not what it should be, with its line (of a DataFrame, its row from 1).

        Notes
        -----
        Beliefs are reckoned anew over all evidence: linear in the number of pieces of evidence.

        Examples
        --------
        >>> import pandas as pd
        >>> own = pd.DataFrame([{"subject": "CXCL1@extracellular", "predicate": "promotes",
        ...                      "object": "cell survival@cml_cell"}])
        >>> [len(graph.paths("CXCL1", "cell survival@cml_cell", max_steps=1)) for graph in (g, g.joined(own))]
        [0, 1]
        """
        from kg import own_data

        other = KnowledgeGraph(self.store)
        other._base = self  # whose temporary store goes with it
        other.content = own_data.join(self.content, self.names, table, sources=self.content.sources)
        return other

    # Other analyses ------------------------------------------------------------------------------------

    def contradictions(self) -> tuple[Contradiction, ...]:
        """Where papers disagree, each with its class."""
        from kg import contradictions

        return contradictions.find(self.content, reports=self.profile.reports, diseases=self.profile.diseases)

    def explain(self, relation: str) -> Told:
        """All that stands behind one relation, by its CURIE or the record of a source (``exil8:r0521``).

        Raises
        ------
        UsageError
            Nothing has that name.
        """
        from kg.analysis.explain import explain

        return explain(self.content, relation)

    def network_of(self, query: str, *, params: Mapping[str, str] | None = None) -> nx.MultiDiGraph[str]:
        """The steps behind what a query names.

        These are the steps that rest on a relation in a column ``relation`` or ``..._relation``; without such
        columns, those from a ``subject`` to its ``object``; without these, those between two entities of one row.

        Parameters
        ----------
        query, params
            As in `query`.

        Raises
        ------
        UsageError
            The query names no relations and no pairs of entities, or no step rests on what it names.
        """
        from kg.analysis.exchange import to_networkx

        network = self.states()
        behind = _behind(network, *self.answer(query, params=params).rows())
        steps = [step for step in network.steps if behind(step)]
        if not steps:
            raise UsageError(
                "the query names nothing that a path walks: it must give a column relation, columns subject and "
                "object, or two entities a row (kg query shows its answer)"
            )
        return to_networkx(network, steps)

    def audit(self) -> Audit:
        """What a careful reader would hold against the graph: provenance, licences, doubtful papers."""
        from kg.audit import audit

        return audit(self.content, self.manifest)

    def validate(self) -> ShapeReport:
        """Check the graph against its SHACL shapes."""
        from kg.store.shapes import validate_quads

        return validate_quads(self.store.quads())

    # Export --------------------------------------------------------------------------------------------

    @cached_property
    def _readings(self) -> dict[str, set[tuple[str, str]]]:
        """Of each relation, the pairs of source and licence that state it."""
        found: dict[str, set[tuple[str, str]]] = {}
        for s in self.content.statements:
            found.setdefault(s.relation.id, set()).add((s.evidence.source, s.evidence.licence))
        return found

    def view(self, what: PathResult | nx.MultiDiGraph[str] | None = None) -> View:
        """Paths, a network, or the whole network, placed, dressed and credited for export."""
        from kg.analysis.paths import PathResult
        from kg.export.reading import view_of
        from kg.export.view import Column, Credit

        graph = self.network() if what is None else what.to_networkx() if isinstance(what, PathResult) else what
        profile = self.profile
        columns = [
            Column(id=f"c{number}", label=c.label, sites=c.sites, colour=c.colour, fill=c.fill)
            for number, c in enumerate(profile.columns)
        ]
        return view_of(
            graph,
            title=profile.title,
            description=profile.description,
            reference=profile.anchor,
            rights=profile.licence,
            organism=profile.organism,
            version=self.store.revision,
            columns=columns,
            credited_to=[
                Credit(name=s.name, title=s.title, licence=s.licence, citation=s.citation, version=s.version)
                for s in self.content.sources
            ],
            readings=self._readings,
        )

    def export(
        self,
        path: str | Path,
        what: PathResult | nx.MultiDiGraph[str] | None = None,
        *,
        context: bool = False,
        notice: Callable[[str], None] | None = None,
    ) -> tuple[Path, ...]:
        """Write paths, a network, or the whole graph to a file; the format follows its ending.

        Endings: .cx2 .cyjs .graphml .sif .tsv .svg .html .kgx .jsonl for networks; .trig .nq .ttl for all triples.

        Parameters
        ----------
        context
            Draw beside paths the cell that releases their start, and drugs that break them.
        notice
            Called with each thing to know about the file, for example that it is too large for some program.

        Returns
        -------
        tuple of Path
            The files written, the one asked for first.

        Raises
        ------
        UsageError
            An ending that is not known, or triples of something other than the whole graph.
        StoreError
            The file cannot be written.
        """
        from kg.analysis.paths import PathResult
        from kg.export import triples, write

        file = Path(path)
        ending, known = file.suffix.lower(), (*write.FORMATS, *triples.FORMATS)
        if ending not in known:
            raise UsageError(f"{file}: cannot tell the format; end the name with {', '.join(known)}")
        if ending in triples.FORMATS:
            if what is not None:
                raise UsageError(f"{ending} holds the whole graph; for paths use {', '.join(write.FORMATS)}")
            return (triples.write(self.store.quads(), file),)
        told = [p.to_dict() for p in what] if isinstance(what, PathResult) else []
        if context and isinstance(what, PathResult):
            from kg.analysis.surroundings import in_context

            what = in_context(what)
        view = self.view(what)
        written = write.write(view, file, paths=told)
        if notice is not None:
            for text in write.notices(view):
                notice(text)
        return written

    def close(self) -> None:
        """Let go of the store; a temporary one is removed with the object."""
        self.store.close()


def _behind(network: Network, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Callable[[Step], bool]:
    """Whether a step rests on what the rows of an answer name."""
    named = [i for i, column in enumerate(columns) if column == "relation" or column.endswith("_relation")]
    if named:
        relations = {row[i] for row in rows for i in named}
        return lambda step: not relations.isdisjoint(step.relations)
    if {"subject", "object"} <= set(columns):
        pairs = {(row[columns.index("subject")], row[columns.index("object")]) for row in rows}
    else:
        pairs = {pair for row in rows for pair in permutations([c for c in row if c in network.states_of], 2)}
    return lambda step: (step.source.entity, step.target.entity) in pairs
