"""The parser on real and rare records."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from kg.model import Publication, Refusal, Status
from kg.sources.pubmed import INFO, Article, Deletion, parse_bytes, parse_file, read, to_json, to_publication
from kg.sources.pubmed.identity import Identifier

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def rare(fixtures: Path) -> list[Article | Deletion | Refusal]:
    return list(parse_file(fixtures / "rare.xml"))


@pytest.fixture(scope="module")
def paper(rare: list[Article | Deletion | Refusal]) -> Article:
    assert isinstance(rare[0], Article)
    return rare[0]


@pytest.fixture(scope="module")
def chapter(rare: list[Article | Deletion | Refusal]) -> Article:
    assert isinstance(rare[2], Article)
    return rare[2]


def test_kinds_of_records(rare: list[Article | Deletion | Refusal]) -> None:
    assert [type(r).__name__ for r in rare] == ["Article", "Article", "Article", "Deletion", "Deletion"]
    assert rare[3:] == [Deletion("90000005", 1), Deletion("90000006", 2)]


def test_mixed_text(paper: Article) -> None:
    assert paper.title == "Uptake of BCRT315I vesicles at T1 & CO2 < 5%"
    assert paper.title_markup == (
        "Uptake of <i>BCR<sup>T315I</sup></i> vesicles at "
        '<math><msub><mi mathvariant="normal">T</mi><mn>1</mn></msub></math> &amp; CO<sub>2</sub> &lt; 5%'
    )
    assert [(s.label, s.category, s.text) for s in paper.abstract] == [
        ("AIM", "OBJECTIVE", "First part."),
        ("AIM", "METHODS", "Same label, H2O.x = 1"),
    ]
    assert paper.abstract[1].markup == "Same label, H<sub>2</sub>O.x = 1"
    assert paper.copyright == "© 2024 Nobody."
    assert paper.conflict_of_interest == "None at all."


def test_people(paper: Article) -> None:
    author, wrong, group = paper.authors
    assert (author.last, author.fore, author.initials, author.suffix) == ("Müller", "Anna B", "AB", "2nd")
    assert author.orcid == "0000-0002-1825-0097"
    assert author.equal is True
    assert [a.name for a in author.affiliations] == ["Dept of X, City.", "Second Place."]
    assert author.affiliations[0].ids == (Identifier("ROR", "https://ror.org/03yrm5c26"),)
    assert (wrong.valid, wrong.orcid, wrong.ids[0].value) == (False, None, "0000-0002-1825-0098")
    assert (group.collective, group.investigators) == ("The Group", "inv1")
    assert [p.last for p in paper.investigators] == ["Helper"]
    assert [p.last for p in paper.subjects] == ["Subject"]
    assert paper.authors_complete is False


def test_identity(paper: Article) -> None:
    assert (paper.pmid, paper.version, paper.version_date) == ("90000001", 2, "2024/05/06")
    assert paper.doi == "10.1000/Right"
    assert paper.doi_conflict is False
    assert (paper.pmcid, paper.pmc_version) == ("PMC123456", 4)
    assert to_json(paper)["ids"] == {
        "pubmed": ["90000001"],
        "doi": ["10.1000/right", "10.1000/Right"],
        "pmc": ["PMC123456.4"],
        "pii": ["e77", "e78"],
    }


def test_indexing(paper: Article) -> None:
    exosomes, europe = paper.mesh
    assert (exosomes.major, exosomes.auto, [q.major for q in exosomes.qualifiers]) == (False, True, [True, False])
    assert (europe.major, europe.type) == (True, "Geographic")
    assert [(k.text, k.owner) for k in paper.keywords] == [("exosomes", "NOTNLM"), ("ethics", "KIE")]
    assert paper.keywords[0].markup == "exo<i>somes</i>"
    assert paper.gene_symbols == ("bcr",)
    assert paper.chemicals[0].ui == "D016209"
    assert paper.supplementary_mesh[0].type == "Disease"


def test_the_rest_is_kept(paper: Article) -> None:
    assert len(paper.grants) == 1
    assert paper.databanks[0].accessions == ("GSE1", "GSE2")
    assert paper.languages == ("eng", "fre")
    assert paper.pages is not None
    assert (paper.pages.start, paper.pages.end, paper.pages.medline) == ("S10", "S19", "S10-9")
    assert [r.citation for r in paper.references] == ["Outer CO2.", "Inner."]
    assert paper.references[0].ids == (Identifier("doi", "10.9999/cited"), Identifier("pmc", "PMC42"))
    assert paper.other_abstracts[0].copyright == "© FR"
    assert paper.other_ids[0].value == "PMC999 [Available on 01/01/30]"
    assert paper.space_flight_missions == ("Flight 1",)
    assert paper.general_notes == (Identifier("KIE", "14 fn."),)
    assert paper.objects[0].parameters == (Identifier("value", "axis"),)
    assert paper.history[0].time == "06:00"
    assert paper.article_dates[0].date.start == "1998-11-30"
    assert paper.reference_count == "2"
    assert (paper.revised, paper.completed) == ("2025-02-03", None)


def test_published_is_an_interval(paper: Article) -> None:
    assert to_json(paper)["published"] == {
        "raw": "1998 Dec-1999 Jan",
        "start": "1998-12-01",
        "end": "1999-01-31",
        "precision": "month",
    }


def test_vernacular_title_stands_in(rare: list[Article | Deletion | Refusal]) -> None:
    record = rare[1]
    assert isinstance(record, Article)
    assert (record.title, record.title_markup) == ("Nur deutsch", "Nur <i>deutsch</i>")
    assert record.published.precision == "season"


def test_book(chapter: Article) -> None:
    assert chapter.book is not None
    assert chapter.title == "Chronic Myeloid Leukemia"
    assert (chapter.book.title, chapter.book.title_markup) == ("A Book of Blood", "A Book of <b>Blood</b>")
    assert (chapter.book.publisher, chapter.book.publisher_location) == ("The Press", "Town")
    assert [p.last for p in chapter.authors] == ["Writer"]
    assert [p.last for p in chapter.book.editors] == ["Editor"]
    assert chapter.book.ending is not None
    assert chapter.book.ending.end == "2024-06-30"
    assert (chapter.doi, chapter.contributed, chapter.revised) == ("10.1000/book", "2020-01-02", "2024-05-06")
    assert chapter.contents[0].sections[0].title == "Inner"
    assert chapter.location_labels == ("Chapter 1",)
    assert to_json(chapter)["book"]["editors"][0]["last"] == "Editor"
    assert to_publication(chapter).journal == "A Book of Blood"


def test_retracted_by_type_and_link(paper: Article) -> None:
    publication = to_publication(paper)
    assert publication.status is Status.RETRACTED
    assert [(link.type, link.target) for link in publication.links] == [
        ("RetractionIn", "PMID:90000002"),
        ("ErratumIn", ""),
    ]
    assert (publication.year, publication.published) == (1998, "1998")
    assert publication.mesh[0].major


def record(*, title: str = "T", links: str = "", types: str = "", abstract: str = "") -> Article:
    xml = f"""<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal/>
    <ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText>{abstract}</AbstractText></Abstract>
    <PublicationTypeList>{types}</PublicationTypeList></Article><CommentsCorrectionsList>{links}
    </CommentsCorrectionsList></MedlineCitation></PubmedArticle></PubmedArticleSet>"""
    found = next(parse_bytes(xml.encode()))
    assert isinstance(found, Article)
    return found


def link(kind: str) -> str:
    return f'<CommentsCorrections RefType="{kind}"><RefSource>J</RefSource><PMID>2</PMID></CommentsCorrections>'


def kind(ui: str, name: str) -> str:
    return f'<PublicationType UI="{ui}">{name}</PublicationType>'


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (record(), Status.CURRENT),
        (record(links=link("ErratumIn")), Status.CORRECTED),
        (record(links=link("ErratumFor")), Status.CURRENT),
        (record(links=link("ErratumIn") + link("ExpressionOfConcernIn")), Status.CONCERN),
        (record(links=link("RetractionIn") + link("ExpressionOfConcernIn")), Status.RETRACTED),
        (record(links=link("RetractionOf")), Status.CURRENT),
        (record(links=link("UpdateIn")), Status.CURRENT),
        (record(types=kind("D000076942", "Preprint")), Status.CURRENT),
        (record(links=link("UpdateIn"), types=kind("D000076942", "Preprint")), Status.SUPERSEDED),
        (record(links=link("UpdateIn") + link("ErratumIn"), types=kind("D000076942", "Preprint")), Status.SUPERSEDED),
        (record(title="WITHDRAWN: x", links=link("UpdateIn"), types=kind("D000076942", "Preprint")), Status.SUSPECTED),
        (record(title="RETRACTED: x", links=link("ExpressionOfConcernIn")), Status.SUSPECTED),
        (record(types=kind("D016441", "anything at all")), Status.RETRACTED),
        (record(types=kind("D016440", "Retraction of Publication")), Status.CURRENT),
        (record(title="RETRACTED: a paper"), Status.SUSPECTED),
        (record(title="[Retracted] a paper"), Status.SUSPECTED),
        (record(title="WITHDRAWN: a paper"), Status.SUSPECTED),
        (record(title="RETRACTED: a paper", types=kind("D016441", "Retracted Publication")), Status.RETRACTED),
        (record(title="Retracted eyelids"), Status.CURRENT),
        (record(abstract="This article has been retracted at the request of the editors."), Status.SUSPECTED),
    ],
)
def test_status(found: Article, status: Status) -> None:
    assert to_publication(found).status is status


@pytest.mark.parametrize(
    ("title", "says_so"),
    [
        ("On exosomes [Retracted]", True),
        ("On exosomes (Retracted Article)", True),
        ("On exosomes (Retracted article. See vol. 3, p. 9)", True),
        ("On exosomes. (Withdrawn)", True),
        ("On exosomes – RETRACTED", True),
        ("TEMPORARY REMOVAL: On exosomes", True),
        ("Temporarily removed: on exosomes", True),
        ("Article withdrawn: on exosomes", True),
        ("Retracted - On exosomes", True),
        ("Removed", True),
        ("[Withdrawn]", True),
        ("Retracted eyelids in Graves disease", False),
        ("Retracted-needle catheters", False),
        ("Removed teeth: a study of 100 patients", False),
        ("Withdrawn drugs: a review", False),
        ("Temporary removal of a pacemaker: a case", False),
        ("Retraction: On exosomes", False),
        ("Papers that were retracted (2000-2020)", False),
        ("A study of 100 retracted papers", False),
    ],
)
def test_what_a_title_says(title: str, says_so: bool) -> None:
    assert to_json(record(title=title))["suspected"] is says_so


def test_notice_and_preprint_are_marked() -> None:
    notice = to_json(record(types=kind("D016440", "Retraction Notice")))
    assert (notice["notice"], notice["retracted"], notice["suspected"]) == (True, False, False)
    assert to_json(record(types=kind("D000076942", "Preprint")))["preprint"] is True


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("<PMID></PMID>", "without a PMID"),
        ("", "without a PMID"),
        ("<PMID>x1</PMID>", "'x1'"),
        ("<PMID>0</PMID>", "'0'"),
        ('<PMID Version="two">5</PMID>', "version 'two'"),
    ],
)
def test_a_record_without_a_key_is_refused_and_the_next_one_read(body: str, what: str) -> None:
    xml = (
        f"<PubmedArticleSet><PubmedArticle><MedlineCitation>{body}</MedlineCitation></PubmedArticle><Odd/>"
        "<PubmedArticle><MedlineCitation><PMID>8</PMID></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )
    refused, odd, good = parse_bytes(xml.encode())
    assert isinstance(refused, Refusal)
    assert isinstance(odd, Refusal)
    assert what in refused.what
    assert "record 1" in refused.what
    assert "<Odd>" in odd.what
    assert isinstance(good, Article)


def test_read_yields_publications(fixtures: Path) -> None:
    found = list(read(fixtures / "pubmed21n1298_features_noabstract.xml"))
    assert len(found) == 116
    assert all(isinstance(p, Publication) for p in found)
    assert INFO.name == "pubmed"


def test_read_leaves_older_versions_out(tmp_path: Path) -> None:
    one = "<PubmedArticle><MedlineCitation><PMID Version='{}'>8</PMID></MedlineCitation></PubmedArticle>"
    file = tmp_path / "versions.xml"
    file.write_text(f"<PubmedArticleSet>{one.format(2)}{one.format(1)}{one.format(3)}</PubmedArticleSet>")
    assert len(list(read(file))) == 2


def test_memory_does_not_grow_with_the_file(update_file: Path) -> None:
    tracemalloc.start()
    for number, _ in enumerate(parse_file(update_file)):
        if number == 600:
            break
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10e6


def test_the_collector_is_left_as_it_was(fixtures: Path) -> None:
    for _ in parse_file(fixtures / "rare.xml"):
        assert gc.isenabled()
    assert gc.isenabled()


def test_a_link_without_a_usable_pmid_is_kept_by_its_source() -> None:
    links = "".join(
        f'<CommentsCorrections RefType="CommentIn"><RefSource>J {pmid}</RefSource><PMID>{pmid}</PMID>'
        "</CommentsCorrections>"
        for pmid in ("0", "x7", "", "12")
    )
    found = record(links=links).corrections
    assert [(c.pmid, c.version, c.source) for c in found] == [
        (None, None, "J 0"),
        (None, None, "J x7"),
        (None, None, "J"),
        ("12", 1, "J 12"),
    ]


def test_a_deletion_that_cannot_be_read_leaves_the_others() -> None:
    pmids = "<DeleteCitation><PMID>1</PMID><PMID>bad</PMID><PMID>3</PMID></DeleteCitation>"
    first, bad, third = parse_bytes(f"<PubmedArticleSet>{pmids}</PubmedArticleSet>".encode())
    assert (first, third) == (Deletion("1"), Deletion("3"))
    assert isinstance(bad, Refusal)
    assert "record 1, deletion 2" in bad.what
    assert "'bad'" in bad.what


def located(stated: str, listed: str, *, valid: str = "Y") -> Article:
    xml = f"""<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>5</PMID><Article><Journal/>
    <ELocationID EIdType="doi" ValidYN="{valid}">{stated}</ELocationID></Article></MedlineCitation><PubmedData>
    <ArticleIdList><ArticleId IdType="doi">{listed}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
    </PubmedArticleSet>"""
    found = next(parse_bytes(xml.encode()))
    assert isinstance(found, Article)
    return found


def test_dois_that_disagree_are_told(caplog: pytest.LogCaptureFixture) -> None:
    found = located("10.1/AAA", "10.2/bbb")
    assert found.doi_conflict
    assert found.doi == "10.1/AAA"
    assert found.article_ids == (Identifier("doi", "10.2/bbb"),)
    assert to_json(found)["doi_conflict"] is True
    assert to_json(found)["ids"]["doi"] == ["10.2/bbb", "10.1/AAA"]
    (line,) = [r for r in caplog.records if r.levelname == "WARNING"]
    assert line.getMessage() == "PMID 5 has the DOI 10.1/AAA by its ELocationID and 10.2/bbb by its ArticleIdList"


@pytest.mark.parametrize(
    ("stated", "listed", "valid"), [("10.1/A", "10.1/a", "Y"), ("10.1/A", "10.2/b", "N"), ("", "10.1/a", "Y")]
)
def test_dois_that_agree_are_not(stated: str, listed: str, valid: str, caplog: pytest.LogCaptureFixture) -> None:
    found = located(stated, listed, valid=valid)
    assert not found.doi_conflict
    assert "doi_conflict" not in to_json(found)
    assert not caplog.records


def test_a_group_is_linked_with_its_investigators(paper: Article) -> None:
    *_, group = paper.authors
    assert [p.last for p in paper.members(group)] == ["Helper"]
    assert paper.members(paper.authors[0]) == ()
    told = to_json(paper)
    assert told["authors"][2]["investigators"] == "inv1"
    assert told["investigators"][0]["list"] == "inv1"
    assert "investigators" not in told["authors"][0]


WHOLE_BOOK = """<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID Version="1">90000007</PMID>
<ArticleIdList><ArticleId IdType="bookaccession">NBK7</ArticleId></ArticleIdList>
<Book><Publisher><PublisherName>P</PublisherName></Publisher><BookTitle>All of Blood</BookTitle>
<PubDate><Year>2011</Year></PubDate>
<AuthorList Type="authors"><Author><LastName>Whole</LastName><Initials>W</Initials></Author></AuthorList>
<AuthorList Type="editors"><Author><LastName>Edit</LastName></Author></AuthorList>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/whole</ELocationID></Book>{title}</BookDocument></PubmedBookArticle>
</PubmedArticleSet>"""


def test_the_record_of_a_whole_book_has_its_authors_and_doi() -> None:
    (book,) = parse_bytes(WHOLE_BOOK.format(title="").encode())
    assert isinstance(book, Article)
    assert (book.title, book.doi) == ("All of Blood", "10.1000/whole")
    assert [p.last for p in book.authors] == ["Whole"]
    assert [p.last for p in book.editors] == ["Edit"]
    told = to_json(book)
    assert told["authors"][0]["last"] == "Whole"
    assert told["book"]["authors"][0]["last"] == "Whole"
    assert told["ids"] == {"bookaccession": ["NBK7"], "doi": ["10.1000/whole"]}
    assert to_publication(book).first_author == "Whole W"


def test_a_chapter_has_not_the_authors_and_doi_of_its_book() -> None:
    (chapter,) = parse_bytes(WHOLE_BOOK.format(title="<ArticleTitle>One chapter</ArticleTitle>").encode())
    assert isinstance(chapter, Article)
    assert (chapter.doi, chapter.authors) == (None, ())
    assert to_json(chapter)["book"]["authors"][0]["last"] == "Whole"


def test_a_refusal_names_the_record_where_it_can() -> None:
    xml = '<PubmedArticle><MedlineCitation><PMID Version="two">05</PMID></MedlineCitation></PubmedArticle>'
    (refused,) = parse_bytes(f"<PubmedArticleSet>{xml}</PubmedArticleSet>".encode())
    assert isinstance(refused, Refusal)
    assert refused.record == "PMID:5"
