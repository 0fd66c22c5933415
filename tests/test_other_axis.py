"""An axis of another disease from its tables to every answer: nothing about leukaemia is in the code."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg
from kg import cli, profile
from kg.export import write as writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.graph import KnowledgeGraph

    Said = Callable[..., str]

LEUKAEMIA = re.compile(
    r"(?<!inter)leuk(?!ocyt)|(?<![a-z])cml|(?<![a-z])bcr|abl1|cxcl8|cxcr[12]|(?<!ex)il-?8(?!\d)|interleukin.?8|imatinib|k562|philadelphia"
    r"|chronic myel",
    re.IGNORECASE,
)

PROFILE = """
name = "myeloma_il6"
title = "Multiple myeloma - IL-6 axis"
description = "Made up for tests."
anchor = "DOI:10.0000/mm1"
organism = "Homo sapiens"
licence = "CC0-1.0"

[flagship]
question = "How does marrow stroma keep myeloma cells alive?"
source = "myeloma cell"
target = "cell survival@mm_cell"

[outcome]
name = "myeloma survival"
site = "mm_cell"
readouts = [{ entity = "MESH:D002470", sign = "+" }, { entity = "GO:0006915", sign = "-" }]

[classes."marrow factor"]
sites = ["stroma", "extracellular"]
types = ["gene_product", "cell"]

[[columns]]
label = "Plasma cell side"
sites = ["mm_cell"]

[[columns]]
label = "Between them"
sites = ["extracellular"]

[[columns]]
label = "Stroma side"
sites = ["stroma"]
colour = "#0072B2"
fill = "#E3EFF8"

[sources]
curated = "."
"""

TABLES = {
    "sites": """
        id|entity|label|kind|parent
        mm_cell|exil8:mm_cell|myeloma cell|cell|
        stroma|CL:0010001|marrow stroma|cell|
        extracellular|GO:0005615|extracellular space|medium|
    """,
    "entities": """
        id|label|type|parent|origin|synonyms
        HGNC:6018|IL6|gene_product|||IL-6;interleukin 6
        HGNC:6019|IL6R|gene_product|||CD126
        HGNC:11364|STAT3|gene_product|||
        HGNC:12680|VEGFA|gene_product|||VEGF
        CHEBI:52717|bortezomib|chemical|||
        exil8:mm_cell|myeloma cell|cell|||MM cell
        CL:0010001|marrow stromal cell|cell|||BMSC
        MESH:D002470|cell survival|process|||survival
        GO:0006915|apoptotic process|process|||apoptosis
    """,
    "publications": """
        id|pmid|doi|title|year|journal|first_author|type|status
        DOI:10.0000/mm1||10.0000/mm1|Stroma and myeloma, made up|1996|J Ex|A A||
        DOI:10.0000/mm2||10.0000/mm2|A second paper, made up|1999|J Ex|B B||
        DOI:10.0000/mm3||10.0000/mm3|A retracted paper, made up|2001|J Ex|C C||retracted
    """,
    "relations": """
        id|subject|subject_site|predicate|object|object_site|object_compartment|polarity|publication|support
        mm01|exil8:mm_cell|mm_cell|releases|HGNC:12680|extracellular||+|mm1|Myeloma cells release VEGF.
        mm02|HGNC:12680|extracellular|increases_secretion_of|HGNC:6018|stroma||+|mm1|VEGF makes stroma secrete IL-6.
        mm03|HGNC:6018|extracellular|activates|HGNC:6019|mm_cell|plasma_membrane|+|mm1|IL-6 activates its receptor.
        mm04|HGNC:6019|mm_cell|activates|HGNC:11364|mm_cell||+|mm2|The receptor activates STAT3.
        mm05|HGNC:11364|mm_cell|promotes|MESH:D002470|mm_cell||+|mm2|STAT3 keeps the cells alive.
        mm06|HGNC:6018|extracellular|suppresses|GO:0006915|mm_cell||-|mm2|IL-6 keeps them from apoptosis.
        mm07|HGNC:6018|extracellular|suppresses|GO:0006915|mm_cell||0|mm1|Apoptosis was as before.
        mm08|CHEBI:52717|extracellular|decreases_secretion_of|HGNC:6018|stroma||-|mm2|Bortezomib lowers it.
        mm09|CL:0010001|stroma|promotes|MESH:D002470|mm_cell||+|mm1|Stroma keeps the cells alive.
        mm10|CHEBI:52717|extracellular|suppresses|MESH:D002470|mm_cell||-|mm3|Only a retracted paper says so.
    """,
}
COMMON = {
    "directness": "direct",
    "grade": "result",
    "scope": "myeloma",
    "taxon": "NCBITaxon:9606",
    "model_system": "U266",
}
EMPTY = dict.fromkeys(("subject_label", "object_label", "subject_compartment", "assay", "note"), "")


def table(name: str) -> str:
    """A table as a profile holds it: tabs between cells, bars between synonyms."""
    head, *rows = ([c.replace(";", "|") for c in line.strip().split("|")] for line in TABLES[name].strip().splitlines())
    if name == "relations":
        full = [dict(zip(head, row, strict=True)) | COMMON | EMPTY for row in rows]
        changed = ({"id": f"exil8:{row['id']}", "publication": f"DOI:10.0000/{row['publication']}"} for row in full)
        head, rows = [*full[0]], [[*(row | new).values()] for row, new in zip(full, changed, strict=True)]
    return "".join("\t".join(row) + "\n" for row in (head, *rows))


@pytest.fixture(scope="module")
def axis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("myeloma") / "axis"
    folder.mkdir()
    (folder / "profile.toml").write_text(PROFILE, encoding="utf-8")
    for name in TABLES:
        (folder / f"{name}.tsv").write_text(table(name), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def store(axis: Path) -> Path:
    assert cli.run(["build", "--profile", str(axis), "--store", str(axis.parent / "axis.kg"), "--quiet"]) == 0
    return axis.parent / "axis.kg"


@pytest.fixture(scope="module")
def graph(store: Path) -> Iterator[KnowledgeGraph]:
    opened = kg.open(store)
    yield opened
    opened.close()


@pytest.fixture
def said(store: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """What a command says of this axis, once it is clear that it says nothing of the shipped one."""

    def told(*arguments: object) -> str:
        assert cli.run([*map(str, arguments), "--store", str(store)]) == 0
        out, err = capsys.readouterr()
        assert LEUKAEMIA.findall(out + err) == []
        return out

    return told


# The code


def words_of_code(text: str) -> Iterator[tuple[int, str]]:
    """Names, texts and comments of a module with their lines; not its docstrings."""
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            docstrings.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.OP) and token.start[0] not in docstrings:
            yield token.start[0], token.string


def test_no_word_about_leukaemia_is_in_the_code() -> None:
    stems = re.compile(r"[\"']leuk(a?emi)?[\"']")  # British and American spelling are one
    found = {
        (file.name, word)
        for file in Path(kg.__file__).parent.rglob("*.py")
        for _, word in words_of_code(file.read_text(encoding="utf-8"))
        if LEUKAEMIA.search(word) and not stems.fullmatch(word)
    }
    assert found == {("profile.py", '"cml_il8"')}  # the folder of the shipped axis, which is built by default


def test_what_this_test_looks_for_is_found() -> None:
    for word in ("leukaemia", "CML cell", "cml_cell", "BCR-ABL1", "CXCL8", "IL-8", "il8", "K562"):
        assert LEUKAEMIA.search(word), word
    for word in ("exil8", "EXIL8_STORE", "exil8:r0521", "leukocyte", "interleukin 6", "IL-6", "IL-80", "exil8r"):
        assert not LEUKAEMIA.search(word), word
    assert [w for _, w in words_of_code('"""CML"""\nx = "CML"  # CML\n') if LEUKAEMIA.search(w)] == ['"CML"', "# CML"]


# From its tables to every answer


def test_it_builds_valid(said: Said) -> None:
    assert said("status").startswith("Multiple myeloma - IL-6 axis (")
    assert said("validate").startswith("valid: ")
    counts = json.loads(said("status", "--json"))["counts"]
    assert (counts["relations"], counts["entities"], counts["publications"]) == (10, 9, 3)


def test_its_flagship_question_is_answered(said: Said, graph: KnowledgeGraph) -> None:
    asked = graph.profile.flagship
    assert asked is not None
    (path,) = json.loads(said("paths", asked.source, asked.target, "--avoid", "apoptosis", "--json"))["paths"]
    assert [step["object_label"] for step in path["steps"]] == ["VEGFA", "IL6", "IL6", "IL6R", "STAT3", "cell survival"]
    assert [step["kind"] for step in path["steps"]] == ["transfer", "effect", "transfer", "effect", "effect", "effect"]
    assert {paper for step in path["steps"] for paper in step["publications"]} == {"DOI:10.0000/mm1", "DOI:10.0000/mm2"}
    assert said("paths", asked.source, asked.target, "--explain").startswith("Path 1: sign +, belief ")


def test_names_and_sites_are_its_own(said: Said, capsys: pytest.CaptureFixture[str], store: Path) -> None:
    for name in ("IL-6", "interleukin 6", "HGNC:6018", "il6"):
        assert json.loads(said("paths", f"{name}@extracellular", "survival@mm_cell", "-k", 1, "--json"))["paths"]
    assert cli.run(["paths", "CXCL8", "survival", "--store", str(store)]) == 2
    assert "no entity is called 'CXCL8'" in capsys.readouterr().err
    assert cli.run(["paths", "IL6@cml_cell", "survival", "--store", str(store)]) == 2
    assert "write one of: extracellular, mm_cell, organism, stroma, unspecified, vesicle" in capsys.readouterr().err


def test_sparql_over_it(said: Said) -> None:
    assert said("query", "relations", "--format", "csv").count("\n") == 11
    assert "HGNC:12680" in said("query", "neighbours", "--param", "entity=IL-6", "--format", "csv")
    assert said("query", "ASK { HGNC:6018 exil8:activates HGNC:6019 }", "--format", "csv") == "answer\nTrue\n"
    assert said("query", "ASK { CHEBI:52717 exil8:suppresses ?x }", "--format", "csv") == "answer\nFalse\n"
    assert said("query", "publications_by_status", "--format", "csv") == "status,count\ncurrent,2\nretracted,1\n"
    assert "IL6" in said("search", "interleukin")


def test_every_analysis_of_it(said: Said) -> None:
    ranked = json.loads(said("rank", "--permutations", 3, "--json"))
    assert {row["label"] for row in ranked} >= {"IL6", "VEGFA"}
    said_first = " ".join(said("rank", "--permutations", 0).split())
    assert said_first.startswith("marrow factor to myeloma survival: 2 raise myeloma survival")
    (loop, *_) = json.loads(said("loops", "IL6", "-k", 5, "--json"))["paths"]
    assert "myeloma cell" in {step["subject_label"] for step in loop["steps"]}
    cut = json.loads(said("cuts", "--json"))
    assert {drug["label"] for row in cut["entities"] for drug in row["drugs"]} <= {"bortezomib"}
    assert said("knock-out", "IL6") == "Without IL6: no path is left (2 of 2 lost).\n"
    (mechanism,) = json.loads(said("mechanisms", "--json"))
    assert mechanism["summary"] == "marrow stromal cell promotes cell survival [myeloma cell]"
    (conflict,) = json.loads(said("contradictions", "--json"))
    assert {conflict["one_publications"], conflict["other_publications"]} == {"DOI:10.0000/mm1", "DOI:10.0000/mm2"}
    assert "Stroma keeps the cells alive." in said("explain", "exil8:mm09")
    assert said("fragility")
    assert said("discover", "VEGF", "survival", "--json")
    assert "retracted-evidence" in said("audit")


@pytest.mark.parametrize("ending", writing.FORMATS)
def test_every_format_of_it(said: Said, tmp_path: Path, ending: str) -> None:
    main = tmp_path / f"axis{ending}"
    said("export", main, "--paths", "myeloma cell", "cell survival@mm_cell")
    for file in tmp_path.iterdir():
        page = re.sub(r"<script\b.*?</script>", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert LEUKAEMIA.findall(page) == []
    assert "IL6" in main.read_text(encoding="utf-8")


def test_its_figure_says_what_it_shows(said: Said, tmp_path: Path) -> None:
    said("export", tmp_path / "axis.svg", "--paths", "myeloma cell", "cell survival@mm_cell")
    texts = "".join(ET.parse(tmp_path / "axis.svg").getroot().itertext())
    for label in ("Multiple myeloma - IL-6 axis", "Plasma cell side", "Between them", "Stroma side"):
        assert label in texts


def test_all_triples_of_it_but_the_ontology(graph: KnowledgeGraph) -> None:
    quads = [str(q) for q in graph.store.quads() if not str(q.graph_name).endswith("graph/ontology>")]
    assert len(quads) > 200
    assert [quad for quad in quads if LEUKAEMIA.search(quad)] == []


def test_the_figure_has_its_columns_in_their_order_and_colours(graph: KnowledgeGraph) -> None:
    view = graph.view(graph.paths("myeloma cell", "cell survival@mm_cell"))
    assert [(c.label, c.sites) for c in view.columns] == [
        ("Plasma cell side", ("mm_cell",)), ("Between them", ("extracellular",)), ("Stroma side", ("stroma",))
    ]  # fmt: skip
    assert view.columns[2].colour == "#0072B2"
    assert {profile.DEFAULT_AXIS, "cml_cell"}.isdisjoint({node.column for node in view.nodes})
