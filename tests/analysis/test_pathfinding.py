"""Best paths by name: over an index, a table or any networkx graph, and what is refused."""

from __future__ import annotations

import math
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import kg
from kg.analysis.balance import sign_balance
from kg.analysis.graphs import network_from_rows
from kg.analysis.index import PathIndex
from kg.analysis.indexed import IndexedNetwork
from kg.errors import UnknownNameError, UsageError
from tests.analysis.brute import SmallGraph, all_paths, random_graph

ROWS = [
    ("IL8@stroma", "IL8@medium", "+", 0.9), ("IL8@medium", "survival@CML", "+", 0.8),
    ("miR@CML", "IL8@medium", "-", 0.7), ("miR@CML", "survival@CML", "-", 0.4),
    ("exosome@medium", "IL8@stroma", "+", 0.95),
]  # fmt: skip


def table_of(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    ends = [(*row[0].split("@"), *row[1].split("@")) for row in rows]
    table = pd.DataFrame(ends, columns=["subject", "subject_site", "object", "object_site"])
    return table.assign(polarity=[row[2] for row in rows], belief=[row[3] for row in rows])


def named_table(graph: SmallGraph) -> pd.DataFrame:
    """A small graph as a table: keys as entities, so that states of one entity are apart."""
    return pd.DataFrame(
        {
            "subject": [f"e{graph.entity[state]}" for state in graph.src],
            "subject_site": [graph.key[state] for state in graph.src],
            "object": [f"e{graph.entity[state]}" for state in graph.dst],
            "object_site": [graph.key[state] for state in graph.dst],
            "sign": graph.sign,
            "cost": graph.cost,
            "id": [f"r{place}" for place in range(len(graph.src))],
        }
    )


def answers(found: kg.FoundPaths) -> list[tuple[object, ...]]:
    return [(path.nodes, path.sign, round(path.cost, 6), tuple(step.edges for step in path.steps)) for path in found]


@pytest.mark.parametrize("seed", range(60))
def test_a_table_and_a_graph_answer_as_brute_force_does(seed: int) -> None:
    small = random_graph(seed)
    table = named_table(small)
    index = PathIndex.from_table(table)
    names = [f"e{small.entity[state]}@{small.key[state]}" for state in range(small.n_states)]
    source, target = names[small.src[0]], names[small.dst[-1]]
    if source == target or target not in names:
        return
    renamed = SmallGraph(small.entity, small.src, small.dst, small.sign, small.cost, names)
    for sign in (None, 1):
        expected = all_paths(renamed, {small.src[0]}, {small.dst[-1]}, sign=sign)
        found = kg.k_best_paths(index, source, target, 1000, sign=sign)
        assert [(round(p.cost * 1e6), len(p.steps), p.nodes, p.sign) for p in found] == [
            (cost, steps, keys, product) for cost, steps, keys, _, product in expected
        ]
        assert found.complete
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for state, name in enumerate(names):
            graph.add_node(name, entity=f"e{small.entity[state]}")
        for number, ends in enumerate(zip(small.src, small.dst, strict=True)):
            graph.add_edge(
                names[ends[0]], names[ends[1]], key=f"r{number}", sign=small.sign[number], cost=small.cost[number]
            )
        again = kg.k_best_paths(graph, source, target, 1000, sign=sign)
        assert [row[:3] for row in answers(again)] == [row[:3] for row in answers(found)]


@pytest.mark.parametrize("seed", range(30))
def test_shuffled_rows_answer_the_same(seed: int) -> None:
    table = named_table(random_graph(seed))
    shuffled = table.sample(frac=1, random_state=seed)
    source, target = f"{table.subject[0]}@{table.subject_site[0]}", f"{table.object[1]}@{table.object_site[1]}"
    if source == target:
        return
    one, other = (kg.k_best_paths(PathIndex.from_table(t), source, target, 50) for t in (table, shuffled))
    assert answers(one) == answers(other)
    assert one.expanded == other.expanded


def test_all_parallel_edges_stand_behind_a_step() -> None:
    table = pd.DataFrame(
        {"subject": ["A"] * 4, "object": ["B"] * 4, "polarity": ["+", "-", "+", "+"], "belief": [0.5, 0.9, 0.9, 0.9]}
    )
    plus = kg.k_best_paths(PathIndex.from_table(table), "A", "B", sign="+")
    assert answers(plus) == [(("A", "B"), 1, 0.105361, ((0, 2, 3),))]


@pytest.mark.parametrize("papers", [("P1", "P2"), ("P2", "P1")])
def test_evidence_of_parallel_edges_is_whole_in_any_order(papers: tuple[str, str]) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for paper in papers:
        graph.add_edge("A", "B", belief=0.5, polarity="+", publications=(paper,))
    graph.add_edge("A", "B", belief=0.25, polarity="+", publications=("P3",))
    graph.add_edge("A", "B", belief=0.25, polarity="-", publications=("P4",))
    balance = sign_balance(graph, "A", "B")
    assert balance.plus.publications == ("P1", "P2", "P3")
    assert balance.minus.publications == ("P4",)


def test_pandas_arrow_and_other_column_names_are_one() -> None:
    table = table_of(ROWS)
    mine = table.rename(columns={"subject": "from", "belief": "score"})
    found = [
        answers(kg.k_best_paths(index, "exosome", "survival"))
        for index in (
            PathIndex.from_table(table),
            PathIndex.from_table(pa.Table.from_pandas(table)),
            PathIndex.from_table(mine, columns={"subject": "from", "belief": "score"}),
            PathIndex.from_table(table.astype({"subject": "category"})),
        )
    ]
    assert found[0] == found[1] == found[2] == found[3]
    assert found[0][0][0] == ("exosome@medium", "IL8@stroma", "IL8@medium", "survival@CML")


def test_ends_may_be_states_entities_or_several() -> None:
    index = PathIndex.from_table(table_of(ROWS))
    assert {path.nodes[0] for path in kg.k_best_paths(index, "IL8", "survival")} == {"IL8@stroma", "IL8@medium"}
    assert {path.nodes[0] for path in kg.k_best_paths(index, "IL8@medium", "survival")} == {"IL8@medium"}
    both = kg.k_best_paths(index, {"exosome", "miR"}, ["survival@CML"])
    assert {path.entities[0] for path in both} == {"exosome", "miR"}
    assert not kg.k_best_paths(index, "survival", "miR").paths


def test_filters_by_name() -> None:
    index = PathIndex.from_table(table_of(ROWS))
    assert [p.nodes for p in kg.k_best_paths(index, "miR", "survival", avoid="IL8")] == [("miR@CML", "survival@CML")]
    through = kg.k_best_paths(index, "miR", "survival", through=["IL8"])
    assert [path.nodes for path in through] == [("miR@CML", "IL8@medium", "survival@CML")]
    assert kg.k_best_paths(index, "miR", "survival", through=[["IL8", "miR"]]).paths == (
        kg.k_best_paths(index, "miR", "survival").paths
    )
    assert len(kg.k_best_paths(index, "miR", "survival", max_cost=0.6)) == 1
    assert [path.nodes for path in kg.simple_paths(index, "miR", "survival", 1)] == [("miR@CML", "survival@CML")]


def test_a_path_in_states_may_pass_an_entity_with_both_signs() -> None:
    rows = [("A@x", "B@x", "+", 0.9), ("B@x", "C@x", "-", 0.9), ("C@x", "B@y", "+", 0.9), ("B@y", "D@x", "+", 0.9)]
    index = PathIndex.from_table(table_of(rows))
    assert not kg.k_best_paths(index, "A", "D").paths
    assert len(kg.k_best_paths(index, "A", "D", loopless="state")) == 1


def test_a_stream_is_lazy_and_says_complete_at_its_end() -> None:
    index = PathIndex.from_table(table_of(ROWS))
    stream = kg.iter_paths(index, "miR", "survival")
    assert (next(stream).rank, stream.complete) == (1, None)
    assert ([path.rank for path in stream], stream.complete) == ([2], True)
    capped = kg.iter_paths(index, "miR", "survival", max_expanded=1)
    assert (len(list(islice(capped, 5))) < 2, capped.complete) == (True, False)
    cut = kg.k_best_paths(index, "miR", "survival", max_expanded=1)
    assert not cut.complete
    assert "work cap" in str(cut)


def test_results_read_as_text_table_and_graph() -> None:
    found = kg.k_best_paths(PathIndex.from_table(table_of(ROWS)), "miR", "survival")
    assert str(found).splitlines()[0] == "  1. [-]  0.580 nat  miR@CML --(-)--> IL8@medium --(+)--> survival@CML"
    assert found.to_frame()[["rank", "from", "edges"]].values.tolist() == [
        [1, "miR@CML", [2]], [1, "IL8@medium", [1]], [2, "miR@CML", [3]],
    ]  # fmt: skip
    assert "edges: 2" in found[0].explain()
    assert "<td>0.580</td>" in found._repr_html_()
    graph = kg.to_networkx(found)
    assert graph.number_of_edges() == 3
    assert [row[:3] for row in answers(kg.k_best_paths(graph, "miR", "survival"))] == [
        row[:3] for row in answers(found)
    ]
    assert kg.k_best_paths(graph, "survival", "miR").to_frame().empty


def test_comparing_names_what_each_path_pays(graph: kg.KnowledgeGraph) -> None:
    one, other = graph.paths("CML exosome", "cell survival@cml_cell", k=2)
    comparison = kg.compare(other, one)
    assert (comparison.better, comparison.worse) == (one, other)
    apart = [sum(row["cost_nat"] for row in rows) for rows in (comparison.only_worse, comparison.only_better)]
    assert comparison.difference == pytest.approx(apart[0] - apart[1], abs=1e-5)
    assert "is cheaper than" in str(comparison)
    with pytest.raises(UsageError, match="two paths of one kind"):
        kg.compare(one, "path 2")  # type: ignore[arg-type]


def test_the_network_of_the_project_is_taken(graph: kg.KnowledgeGraph) -> None:
    found = kg.k_best_paths(graph.network(), "HGNC:6025@extracellular", "HGNC:6027", 3)
    assert found.complete
    assert found[0].entities[-1] == "HGNC:6027"


@pytest.mark.parametrize("kind", [nx.DiGraph, nx.MultiDiGraph, nx.Graph, nx.MultiGraph])
def test_any_networkx_graph_with_any_nodes_is_taken(kind: type[nx.Graph[Any]]) -> None:
    graph = kind()
    graph.add_edge(0, 1, belief=0.5, polarity="positive")
    graph.add_edge(1, (2, "x"), belief=1, polarity="negative")
    path = kg.k_best_paths(graph, 0, (2, "x"))[0]
    assert (path.nodes, path.sign) == ((0, 1, (2, "x")), -1)
    assert len(kg.k_best_paths(graph, (2, "x"), 0)) == (not graph.is_directed())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 0}, "k must be at least 1, not 0"),
        ({"k": 2.5}, "k must be a whole number, not 2.5"),
        ({"k": "3"}, "k must be a whole number, not '3'"),
        ({"k": True}, "k must be a whole number, not True"),
        ({"sign": "positive-ish"}, "sign is 'positive-ish'"),
        ({"sign": 2}, "sign is 2"),
        ({"loopless": "edge"}, "loopless is 'edge'"),
        ({"max_steps": 0}, "max_steps must be at least 1"),
        ({"max_cost": -1}, "max_cost must be a number of nat"),
        ({"max_expanded": 0}, "max_expanded must be at least 1"),
        ({"target": "miR@CML"}, "source and target are the same state"),
    ],
)
def test_questions_that_cannot_be_meant(options: dict[str, object], message: str) -> None:
    question: dict[str, object] = {"source": "miR@CML", "target": "survival"} | options
    with pytest.raises(UsageError, match=message):
        kg.k_best_paths(PathIndex.from_table(table_of(ROWS)), **question)  # type: ignore[arg-type]


def test_unknown_names_come_with_the_three_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        kg.k_best_paths(PathIndex.from_table(table_of(ROWS)), "IL9", "survival")
    assert caught.value.candidates[0] == "IL8"
    assert len(caught.value.candidates) == 3


@pytest.mark.parametrize(
    ("edge", "message"),
    [
        ({"belief": 0}, "A -> B: the belief is 0;"),
        ({"belief": 1.01}, "A -> B: the belief is 1.01"),
        ({"belief": math.nan}, "A -> B: the belief is nan"),
        ({"belief": None}, "A -> B: the belief is None"),
        ({"belief": "x"}, "A -> B: the belief is 'x'"),
        ({"cost": None}, "A -> B costs None"),
        ({"cost": -1}, "A -> B costs -1"),
        ({"cost": math.inf}, "A -> B costs inf"),
        ({"belief": 0.5, "polarity": "activates"}, "A -> B: the polarity is 'activates'"),
        ({"belief": 0.5, "sign": 3}, "A -> B: the sign is 3"),
        ({"belief": 0.5, "sign": math.nan}, "A -> B: the sign is nan"),
        ({}, "A -> B has neither 'cost' nor 'belief'"),
    ],
)
def test_edges_that_cannot_be_meant(edge: dict[str, object], message: str) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("B", "C", belief=0.5)
    graph.add_edge("A", "B", **edge)
    with pytest.raises(UsageError, match=message):
        kg.k_best_paths(graph, "A", "C")


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("belief", 0.0, r"row 1 \(IL8 -> survival\): the belief is 0"),
        ("belief", math.nan, "row 1 .*: the belief is nan"),
        ("belief", "x", "row 1 .*: the belief is 'x'"),
        ("polarity", "activates", "row 1 .*: the polarity is 'activates'"),
        ("subject", None, "row 1 .*: the subject is missing"),
        ("object", "", "row 1 .*: the object is missing"),
    ],
)
def test_rows_that_cannot_be_meant(column: str, value: object, message: str) -> None:
    table = table_of(ROWS).astype(object)
    values: list[Any] = table[column].tolist()
    values[1] = value
    table = table.assign(**{column: values})
    with pytest.raises(UsageError, match=message):
        PathIndex.from_table(table)


def test_tables_that_are_none() -> None:
    table = table_of(ROWS)
    with pytest.raises(UsageError, match="no column 'object'"):
        PathIndex.from_table(table.drop(columns="object"))
    with pytest.raises(UsageError, match="neither a column 'cost' nor 'belief'"):
        PathIndex.from_table(table.drop(columns="belief"))
    with pytest.raises(UsageError, match="no column means 'weight'"):
        PathIndex.from_table(table, columns={"weight": "belief"})
    with pytest.raises(UsageError, match="not list"):
        PathIndex.from_table([("A", "B")])  # type: ignore[arg-type]
    assert PathIndex.from_table(table.head(0)).n_steps == 0


def test_a_graph_that_is_none() -> None:
    with pytest.raises(UsageError, match=r"a network is a networkx.MultiDiGraph, not dict"):
        kg.k_best_paths({"A": "B"}, "A", "B")  # type: ignore[arg-type]


def test_an_index_without_names_takes_numbers() -> None:
    index = PathIndex.from_arrays(3, [0, 1, 2], [0, 1, 0], [1, 2, 2], [1, -1, 1], [0.1, 0.2, 0.5])
    assert [path.nodes for path in kg.k_best_paths(index, 0, [2])] == [(0, 1, 2), (0, 2)]
    with pytest.raises(UsageError, match="a whole number, not 'A'"):
        kg.k_best_paths(index, "A", 2)


@pytest.mark.parametrize("n_states", [30, 1 << 20])
def test_long_dear_paths_are_found_or_said_to_be_left_out(n_states: int) -> None:
    chain = np.arange(29)
    index = PathIndex.from_arrays(n_states, np.arange(n_states), chain, chain + 1, np.ones(29), np.full(29, 900.0))
    result = index.k_best([0], [29], 1)
    if index.most_cost > 29 * 900:
        assert [path.cost for path in result.paths] == [29 * 900]
        assert result.complete
    else:
        assert (result.paths, result.complete) == ((), False)
    assert index.k_best([0], [9], 2).complete
    assert index.k_best([1], [0], 2).complete


def test_indexed_networks_lead_to_the_same_answers() -> None:
    network = IndexedNetwork.of(network_from_rows(ROWS))
    by_graph = kg.k_best_paths(network, "exosome", "survival")
    by_table = kg.k_best_paths(PathIndex.from_table(table_of(ROWS)), "exosome", "survival")
    assert [row[:3] for row in answers(by_graph)] == [row[:3] for row in answers(by_table)]


def test_importing_the_package_loads_none_of_it() -> None:
    text = "import sys, kg; assert not {'numpy', 'pandas', 'networkx'} & set(sys.modules); kg.k_best_paths"
    subprocess.run([sys.executable, "-c", text], check=True)


def test_the_example_of_the_readme_runs(graph: kg.KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    block = next(part.partition("```")[0] for part in text.split("```python\n") if "PathIndex.from_table" in part)
    names = {"kg": kg, "r": graph.paths("CML exosome", "cell survival@cml_cell", k=2)}
    exec(block, names)
    assert "exosome@medium --(+)--> IL8@stroma --(+)--> IL8@medium --(+)--> survival@CML" in capsys.readouterr().out


def test_every_public_name_is_there_and_said_once() -> None:
    assert len(set(kg.__all__)) == len(kg.__all__)
    for name in kg.__all__:
        assert getattr(kg, name) is not None


def test_the_other_analyses_take_a_plain_graph() -> None:
    graph = network_from_rows([("A", "B", "+", 0.5), ("B", "C", "-", 0.9), ("A", "C", "+", 0.4)])
    assert kg.sign_balance(graph, "A", "C").minus.paths == 1
    assert kg.knock_out(graph, ["B"], "A", "C") is not None
    assert kg.connecting_subnetwork(graph, ["A", "C"]) is not None
