"""profile.toml: what it may say, and what is told of one that says it wrongly; the template of ``kg init``."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg import profile, profile_template, resources, vocabulary
from kg.errors import SourceError, StoreError
from kg.sources import curated

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph

SMALLEST = 'name = "x"\ntitle = "X"\n[sources]\ncurated = "."\n'
FOLDER = Path("/profiles/x")


def parsed(text: str) -> profile.Profile:
    return profile.parse(text, FOLDER)


def refusal(text: str) -> str:
    with pytest.raises(SourceError) as caught:
        parsed(text)
    told = str(caught.value)
    assert caught.value.exit_status == 3
    assert "\n" not in told
    assert told.startswith(f"{FOLDER / 'profile.toml'}:")
    return told.removeprefix(f"{FOLDER / 'profile.toml'}:").lstrip()


# What it may say


def test_the_smallest_profile() -> None:
    found = parsed(SMALLEST)
    assert (found.name, found.title, found.folder) == ("x", "X", FOLDER)
    assert found.sources == (profile.SourceSpec(name="curated", path=FOLDER),)
    assert (found.flagship, found.outcome, found.classes, found.columns) == (None, None, (), ())
    assert (found.more_sources, found.reports, found.diseases, found.description) == ((), (), (), "")


def test_the_shipped_profile_says_everything() -> None:
    found = profile.load()
    assert found.name == profile.DEFAULT_AXIS
    for part in fields(found):
        assert getattr(found, part.name), part.name
    assert found.text == (resources.axes() / found.name / "profile.toml").read_text(encoding="utf-8")
    assert all(source.path.exists() for source in (*found.sources, *found.more_sources))


def test_what_the_shipped_profile_names_is_in_its_graph(shipped: KnowledgeGraph) -> None:
    named, sites = shipped.profile, {site.id for site in shipped.content.sites}
    entities = {entity.id for entity in shipped.content.entities}
    assert named.outcome is not None
    assert {r.entity for r in named.outcome.readouts} <= entities
    assert named.outcome.site in sites
    assert {site for column in named.columns for site in column.sites} <= sites
    assert {site for factors in named.classes for site in factors.sites} <= sites
    assert {kind for c in named.classes for kind in c.types} <= vocabulary.types().keys()
    assert {entity for r in named.reports for entity in r.entities} <= entities
    assert named.anchor in shipped.content.status
    assert named.flagship is not None
    assert len(shipped.paths(named.flagship.source, named.flagship.target, k=named.flagship.k)) == named.flagship.k


def test_each_part() -> None:
    found = parsed(
        SMALLEST
        + """
        extra = "more.tsv"
        [flagship]
        question = "Why?"
        source = "A"
        target = "B@b"
        sign = "any"
        k = 3
        [outcome]
        name = "death"
        site = "b"
        readouts = [{ entity = "GO:0006915", sign = "-" }]
        [classes."one kind"]
        sites = ["a"]
        types = ["cell"]
        [[columns]]
        label = "A"
        sites = ["a"]
        [[reports]]
        name = "growth"
        entities = ["GO:0008283"]
        [diseases]
        ALL = ["Nalm-6"]
        [more_sources]
        civic = "civic.tsv"
        """
    )
    assert found.flagship == profile.Flagship(question="Why?", source="A", target="B@b", sign="any", k=3)
    assert found.outcome is not None
    assert found.outcome.readouts == (profile.Readout(entity="GO:0006915", sign=-1),)
    assert found.classes == (profile.FactorClass(name="one kind", sites=("a",), types=("cell",)),)
    assert found.columns == (profile.ColumnSpec(label="A", sites=("a",), colour="#999999", fill="#F3F3F3"),)
    assert found.reports == (profile.Reports(name="growth", kind="readout", entities=("GO:0008283",)),)
    assert found.diseases == (profile.Disease(name="ALL", words=("Nalm-6",)),)
    assert [source.path for source in found.sources] == [FOLDER, FOLDER / "more.tsv"]
    assert found.more_sources[0].path == FOLDER / "civic.tsv"


# What is wrong


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", 'name: is missing or not a text; write name = "..."'),
        ('name = "x"\n', "title: is missing or not a text"),
        ('name = 7\ntitle = "X"\n', "name: is missing or not a text"),
        ('name = "a/b"\ntitle = "X"\n', "name: is 'a/b'; write letters, digits"),
        ('name = "../x"\ntitle = "X"\n', "name: is '../x'"),
        ('name = ""\ntitle = "X"\n', "name: is ''"),
        ('name = "x"\ntitle = "X"\n', "sources: is missing or empty; write [sources] with at least curated"),
        ('name = "x"\ntitle = "X"\n[sources]\n', "sources: is missing or empty"),
        ('name = "x"\ntitle = "X"\nsources = "."\n', "sources: is not a table; write [sources]"),
        ('name = "x"\ntitle = "X"\n[sources]\ncurated = 7\n', "sources.curated: is missing or not a text"),
        (SMALLEST + "[flagship]\n", "flagship.question: is missing or not a text"),
        (SMALLEST + '[flagship]\nquestion = "Q"\nsource = "a"\n', "flagship.target: is missing"),
        (SMALLEST + '[flagship]\nquestion = "Q"\nsign = "up"\n', "flagship.sign: is 'up'; write"),
        (SMALLEST + "[flagship]\nk = 0\n", "flagship.k: is 0; write a whole number above 0"),
        (SMALLEST + "[flagship]\nk = true\n", "flagship.k: is True"),
        (SMALLEST + "[flagship]\nk = 1.5\n", "flagship.k: is 1.5"),
        (SMALLEST + '[outcome]\nname = "o"\n', "outcome.site: is missing"),
        (SMALLEST + '[outcome]\nname = "o"\nsite = "s"\nreadouts = ["GO:1"]\n', "outcome.readouts: is not a list of"),
        (
            SMALLEST + '[outcome]\nname = "o"\nsite = "s"\nreadouts = [{ entity = "GO:1" }]\n',
            "outcome.readouts[0].sign",
        ),
        (
            SMALLEST + '[outcome]\nname = "o"\nsite = "s"\nreadouts = [{ entity = "GO:1", sign = "0" }]\n',
            "outcome.readouts[0].sign: is '0'; write",
        ),
        (SMALLEST + "[classes.a]\nsites = 'x'\n", "classes.a.sites: is not a list of texts"),
        (SMALLEST + "[classes.a]\ntypes = [1]\n", "classes.a.types: is not a list of texts"),
        (SMALLEST + "[classes]\na = 1\n", "classes.a: is not a table"),
        (SMALLEST + "[columns]\nlabel = 'x'\n", "columns: is not a list of tables; write [[columns]]"),
        (SMALLEST + "[[columns]]\nsites = ['a']\n", "columns[0].label: is missing"),
        (
            SMALLEST + "[[columns]]\nlabel = 'a'\n[[columns]]\nlabel = 'b'\nsites = 1\n",
            "columns[1].sites: ",
        ),
        (SMALLEST + "[[reports]]\nname = 'r'\nkind = 'x'\n", "reports[0].kind: is 'x'; write"),
        (SMALLEST + "[diseases]\nCML = 'x'\n", "diseases.CML: is not a list of texts"),
        ("name = \n", "1: is not valid TOML"),
        ('name = "x"\ntitle = "open\n', "2: is not valid TOML"),
        ('name = "x"\nname = "y"\n', "is not valid TOML"),
    ],
)
def test_a_wrong_entry_is_one_line_with_its_file_and_key(text: str, says: str) -> None:
    assert says in refusal(text)


def test_a_folder_that_is_no_profile(tmp_path: Path) -> None:
    cases = {tmp_path: "has no profile.toml; `kg init DIR` writes one", tmp_path / "none": "has no profile.toml"}
    (tmp_path / "file").write_text("")
    cases[tmp_path / "file"] = "is not a folder; name the folder that holds profile.toml"
    for folder, says in cases.items():
        with pytest.raises(SourceError, match=says) as caught:
            profile.load(folder)
        assert str(folder) in str(caught.value)


def test_a_profile_that_is_no_utf_8_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "profile.toml").write_bytes(b'name = "x"\ntitle = "\xe9"\n')
    with pytest.raises(SourceError, match=r"profile\.toml:2: byte 0xe9 is not UTF-8; save it as UTF-8"):
        profile.load(tmp_path)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "profile.toml").write_bytes(b"\xef\xbb\xbf" + SMALLEST.encode())
    assert profile.load(tmp_path).name == "x"


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.dictionaries(
        st.sampled_from(
            ["name", "title", "flagship", "outcome", "classes", "columns", "sources", "reports", "diseases", "anchor"]
        ),
        st.sampled_from(['"x"', "7", "true", "[]", "[1]", '["x"]', "{}", '{ a = "x" }', "[{}]", "1979-05-27", "inf"]),
    )
)
def test_any_values_are_read_or_refused_in_one_line(values: dict[str, str]) -> None:
    text = "".join(f"{key} = {value}\n" for key, value in values.items())
    tomllib.loads(text)
    try:
        parsed(text)
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017 - what is not refused must not fail


# A profile that is not what its tables are


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("relations.tsv", "increases_expression_of", "likes", "relations.tsv:2: unknown predicate 'likes'"),
        (
            "relations.tsv",
            "\tendothelial_cell\tplasma",
            "\tmoon\tplasma",
            "relations.tsv:2: unknown object_site",
        ),
        ("relations.tsv", "plasma_membrane\t+", "plasma_membrane\t-", "relations.tsv:2: polarity '-' contradicts"),
        ("relations.tsv", "HGNC:11892", "HGCN:11892", "relations.tsv:2: unknown prefix 'HGCN'"),
        ("relations.tsv", "exil8:my0002", "exil8:my0001", "relations.tsv:3: id 'exil8:my0001' stands on line 2"),
        ("entities.tsv", "gene_product", "gene", "entities.tsv:2: unknown type 'gene'"),
        ("sites.tsv", "\tcell\t", "\troom\t", "sites.tsv:2: unknown kind 'room'"),
        ("publications.tsv", "axis\t\t", "axis\tsoon\t", "publications.tsv:2: "),
        ("entities.tsv", "id\tlabel", "id\tname", "entities.tsv:1: "),
    ],
)
def test_a_wrong_row_stops_the_build_with_its_file_and_line(
    tiny: Path, tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    text = (tiny / file).read_text(encoding="utf-8")
    assert old in text
    (tiny / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        kg.build(tmp_path / "x.kg", profile=tiny)
    assert str(tiny / says) in str(caught.value)
    assert not (tmp_path / "x.kg").exists()


@pytest.mark.parametrize("name", ["sites", "entities", "publications", "relations"])
def test_a_table_that_is_not_there(tiny: Path, tmp_path: Path, name: str) -> None:
    (tiny / f"{name}.tsv").unlink()
    with pytest.raises(SourceError, match=rf"{name}\.tsv: is not there"):
        kg.build(tmp_path / "x.kg", profile=tiny)


def test_a_source_that_is_not_there(tiny: Path, tmp_path: Path) -> None:
    with (tiny / "profile.toml").open("a", encoding="utf-8") as file:
        file.write('civic = "nowhere.tsv"\n')
    with pytest.raises(SourceError, match=r"nowhere\.tsv: "):
        kg.build(tmp_path / "x.kg", profile=tiny)


# The template


def test_the_template_is_read_without_a_word_missing(tiny: Path) -> None:
    found = profile.load(tiny)
    assert found.name == "my_axis"
    assert found.flagship is not None
    assert found.outcome is not None
    assert [c.name for c in found.classes] == ["soluble factor"]
    assert [c.label for c in found.columns] == ["Outside", "Endothelial cell"]
    assert [s.id for s in curated.read_sites(tiny)] == ["endothelial_cell", "extracellular", "organism", "unspecified"]


def test_the_template_explains_each_of_its_parts() -> None:
    lines = profile_template.files()["profile.toml"].splitlines()
    for number, line in enumerate(lines):
        if line.startswith("[") and line != lines[number - 1] and not line.startswith("[[columns"):
            assert lines[number - 1].startswith("# "), line


def test_the_graph_of_the_template_answers_its_questions(tiny: Path, tmp_path: Path) -> None:
    graph = kg.build(tmp_path / "x.kg", profile=tiny)
    asked = graph.profile.flagship
    assert asked is not None
    (path,) = graph.paths(asked.source, asked.target, k=asked.k, sign=asked.sign)
    assert [state.name for state in path.states] == [
        "HGNC:11892@extracellular", "HGNC:12663@endothelial_cell", "GO:0007155@endothelial_cell"
    ]  # fmt: skip
    assert graph.validate().conforms
    assert [row["label"] for row in graph.survival_factors(permutations=0).rows()] == ["TNF"]
    assert graph.export(tmp_path / "axis.svg", graph.paths("TNF", "VCAM1"))
    graph.close()


def test_the_template_is_the_same_every_time_and_never_written_over(tmp_path: Path) -> None:
    written = profile_template.write(tmp_path / "a")
    assert {p.name: p.read_text(encoding="utf-8") for p in written} == profile_template.files()
    with pytest.raises(StoreError, match="is not empty; name a new folder"):
        profile_template.write(tmp_path / "a")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        profile_template.write(tmp_path / "file")
