"""What the README quotes is what the program prints; what is not known of a paper is told as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import demo
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph
    from kg.model import Publication


def quoted() -> list[str]:
    """Lines of the README's example of ``kg demo``; dots stand for lines left out."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    block = text.split("It prints:\n\n```text\n", 1)[1].split("```", 1)[0]
    return block.splitlines()


def flagship(graph: KnowledgeGraph) -> str:
    asked = graph.profile.flagship
    assert asked is not None
    result = graph.paths(asked.source, asked.target, k=asked.k, sign=asked.sign)
    return f"{asked.question}\n{demo.found(graph, result)}"


def test_the_readme_quotes_the_demo_as_it_is(shipped: KnowledgeGraph) -> None:
    printed = iter(flagship(shipped).splitlines())
    lines = [line for line in quoted() if line.strip() != "..."]
    assert len(lines) >= 6
    assert [line for line in lines if line not in printed] == [], "each line, and in this order"


def test_an_unknown_year_is_left_out(shipped: KnowledgeGraph) -> None:
    undated = {p.id: p.title for p in shipped.content.publications if p.year is None}
    told = flagship(shipped)
    cited = [line.strip() for line in told.splitlines() if line.split()[0] in undated]
    assert cited
    assert all(line.split()[0] + "  " + undated[line.split()[0]] == line for line in cited)
    assert "None" not in told
    statement = next(s for s in shipped.content.statements if s.evidence.publication in undated)
    assert "None" not in str(shipped.explain(statement.id))


def test_papers_of_a_path_have_a_pmid_or_a_doi_where_one_is_known(shipped: KnowledgeGraph) -> None:
    papers: dict[str, Publication] = {p.id: p for p in shipped.content.publications}
    named = {paper for step in shipped.states().steps for paper in step.publications}
    for curie in named:
        prefix, paper = curie.partition(":")[0], papers[curie]
        assert prefix == ("PMID" if paper.pmid else "DOI" if paper.doi else "PMC")
    listed = {p for p in named if p.startswith("PMC:")}
    assert 0 < len(listed) < 10
