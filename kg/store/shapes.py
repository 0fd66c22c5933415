"""Whether a graph is what ``ontologies/shapes.ttl`` says a graph must be (SHACL, run by pyshacl).

The report is for people: one finding a broken rule, with its count, what to do, and a few examples in words.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyshacl
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef

from kg import resources
from kg.errors import InvalidGraphError
from kg.vocabulary import EXIL8, compress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad
    from rdflib.term import Node

EXAMPLES = 5
"""Examples that stand in a finding, unless told otherwise."""

_SEVERITIES = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
_TITLE = URIRef("http://purl.org/dc/terms/title")
_EVIDENCE, _RECORD = URIRef(EXIL8 + "evidence"), URIRef(EXIL8 + "record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One place where a rule is broken.

    Parameters
    ----------
    focus
        CURIE of the node that breaks the rule.
    value
        CURIE or text of the value that is wrong; empty where one is missing.
    text
        The node in words, for example ``CXCL8 activates CXCR1 (exil8:r0514)``.
    """

    focus: str
    value: str = ""
    text: str = ""

    def __str__(self) -> str:
        """Show the node, its words, and the value."""
        return " ".join(part for part in (self.focus, self.text and f"[{self.text}]", self.value) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that is broken, how often, and what to do.

    Parameters
    ----------
    shape
        CURIE of the rule in ``shapes.ttl``.
    severity
        ``violation``, ``warning`` or ``info``.
    count
        How many times it is broken; ``examples`` are the first few, in order of their CURIEs.
    """

    shape: str
    severity: str
    message: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeReport:
    """What a validation found.

    Parameters
    ----------
    conforms
        Whether there is no violation; warnings do not count.
    findings
        Violations first, then by rule.

    Examples
    --------
    >>> report = validate(Graph())
    >>> report.conforms, report.findings, str(report)
    (True, (), 'valid: no findings')
    """

    conforms: bool
    findings: tuple[Finding, ...]

    @property
    def violations(self) -> int:
        """How many times a rule of severity violation is broken."""
        return sum(f.count for f in self.findings if f.severity == "violation")

    @property
    def warnings(self) -> int:
        """How many times a rule of severity warning is broken."""
        return sum(f.count for f in self.findings if f.severity == "warning")

    def check(self) -> None:
        """Raise when the graph is not valid.

        Raises
        ------
        InvalidGraphError
            Naming the first broken rule and a place where it is broken.
        """
        if not self.conforms:
            first = self.findings[0]
            raise InvalidGraphError(
                f"{self.violations} violations of the shapes; first, {first.count} times: {first.message}"
                f" (for example {first.examples[0]})"
            )

    def __str__(self) -> str:
        """Show each finding on one line and its examples below."""
        lines = [self._head()]
        for f in self.findings:
            lines.append(f"{f.severity}, {f.count} times: {f.message} ({f.shape})")
            lines += [f"    {example}" for example in f.examples]
        return "\n".join(lines)

    def _head(self) -> str:
        if not self.findings:
            return "valid: no findings"
        return f"{'valid' if self.conforms else 'not valid'}: {self.violations} violations, {self.warnings} warnings"


@cache
def shapes() -> Graph:
    """The shapes of ``ontologies/shapes.ttl``."""
    return Graph().parse(resources.ontologies() / "shapes.ttl", format="turtle")


def validate(graph: Graph, *, examples: int = EXAMPLES) -> ShapeReport:
    """Check a graph against the shapes.

    Parameters
    ----------
    graph
        The union of all named graphs, the ontology included; it is not changed. About 4 s for 30,000
        triples.
    examples
        How many examples a finding shows.

    Returns
    -------
    ShapeReport
        The findings, grouped by rule.
    """
    _, results, _ = pyshacl.validate(
        graph,
        shacl_graph=shapes(),
        advanced=True,  # the targets are SPARQL queries
        inplace=True,  # no rules and no inference: nothing is written, and a copy would cost a second
        allow_warnings=True,
        do_owl_imports=False,
    )
    groups: defaultdict[tuple[str, str], list[Example]] = defaultdict(list)
    for result in results.subjects(RDF.type, SH.ValidationResult):
        rule = results.value(result, SH.sourceConstraint) or results.value(result, SH.sourceShape)
        severity = _SEVERITIES[URIRef(str(results.value(result, SH.resultSeverity)))]
        groups[severity, str(rule)].append(_example(graph, results, result))
    order = list(_SEVERITIES.values())
    findings = tuple(
        _finding(rule, severity, groups[severity, rule], examples)
        for severity, rule in sorted(groups, key=lambda key: (order.index(key[0]), key[1]))
    )
    return ShapeReport(conforms=not any(f.severity == "violation" for f in findings), findings=findings)


def validate_quads(quads: Iterable[Quad]) -> ShapeReport:
    """Check the union of the named graphs of a store against the shapes."""
    text = b"\n".join(f"{q.subject} {q.predicate} {q.object} .".encode() for q in quads)
    return validate(Graph().parse(data=text, format="nt"))


def _finding(rule: str, severity: str, places: Iterable[Example], examples: int) -> Finding:
    ordered = sorted(places, key=lambda place: (place.focus, place.value))
    return Finding(
        shape=compress(rule),
        severity=severity,
        message=str(shapes().value(URIRef(rule), SH.message)),
        count=len(ordered),
        examples=tuple(ordered[:examples]),
    )


def _example(graph: Graph, results: Graph, result: Node) -> Example:
    focus, value = (results.value(result, part) for part in (SH.focusNode, SH.value))
    text = (value and _in_words(graph, value)) or (focus and _in_words(graph, focus))
    return Example(focus=_shown(focus), value=_shown(value), text=text or "")


def _shown(node: Node | None) -> str:
    """CURIE of a node; of a literal its text, with any IRI in it as a CURIE."""
    return " ".join(compress(part) for part in str("" if node is None else node).split())


def _in_words(graph: Graph, node: Node) -> str:
    """A relation as a sentence with its records, anything else by its label or title."""
    ends = [graph.value(node, part) for part in (RDF.subject, RDF.predicate, RDF.object)]
    if all(end is None for end in ends):
        name = graph.value(node, RDFS.label) or graph.value(node, _TITLE)
        return str(name) if isinstance(name, Literal) else ""
    sentence = " ".join("?" if end is None else _label(graph, end) for end in ends)
    records = sorted(str(r) for e in graph.objects(node, _EVIDENCE) for r in graph.objects(e, _RECORD))
    return f"{sentence} ({', '.join(records)})" if records else sentence


def _label(graph: Graph, node: Node) -> str:
    return str(graph.value(node, RDFS.label) or _shown(node))
