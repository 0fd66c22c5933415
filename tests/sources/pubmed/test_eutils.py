"""The client against the emulator: answers, the wall of 9,999, faults, the rate, and the key."""

from __future__ import annotations

import logging
import re
import threading
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
import requests

from kg.errors import RemoteError
from kg.sources.pubmed.answers import Search
from kg.sources.pubmed.classify import Kind, classify
from kg.sources.pubmed.eutils import LINKS, WALL, Eutils, Part, in_range
from kg.sources.pubmed.http import Http, Settings
from kg.sources.pubmed.limiter import Spacing
from tests.emulator import recorded
from tests.emulator.faults import PAGES, Fault
from tests.emulator.index import Entry, Index
from tests.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def real_records(fixtures: Path) -> Index:
    index = Index()
    index.load(fixtures / "pubmed21n1298_features_noabstract.xml")
    return index


@pytest.fixture
def emulator(real_records: Index) -> Iterator[Emulator]:
    with Emulator(index=real_records.copy(), limit=100_000, key_limit=100_000, retry_after="0") as server:
        yield server
        assert server.dtd_requests == 0
        assert server.without_tool == 0
        assert server.without_email == 0


def settings(emulator: Emulator, **changes: object) -> Settings:
    values: dict[str, object] = {
        "base_url": emulator.url,
        "email": "me@example.org",
        "rate": 5000.0,
        "backoff": 0.005,
        "read": 0.5,
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Eutils]:
    with Eutils(settings(emulator)) as found:
        yield found


def test_search(client: Eutils) -> None:
    found = client.search("retracted publication[pt] NOT 1:100[UID]", history=True)
    assert found.count == len(found.ids) == 4
    assert found.ids == tuple(sorted(found.ids, key=int, reverse=True))
    assert found.webenv.startswith("MCID_")
    assert found.query_key == "1"


def test_what_pubmed_does_not_know_is_told(client: Eutils) -> None:
    found = client.search('retracted publication[pt] AND zzyzx AND "no such words" AND thing[nosuchfield]')
    assert found.count == 4
    assert found.not_understood == (
        "phrase not found: zzyzx",
        "field not found: nosuchfield",
        'quoted phrase not found: "no such words"',
    )


def test_what_pubmed_does_not_know_of_a_whole_harvest_is_logged(
    client: Eutils, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(list(client.parts("retracted publication[pt] AND thing[nosuchfield]"))) == 1
    (line,) = [record.getMessage() for record in caplog.records if record.name == "kg.sources.pubmed.eutils"]
    assert line.endswith("field not found: nosuchfield")


def refused(pmid: int, number: str) -> Entry:
    """A record nobody can read: its version is no number, or its PMID is none."""
    citation = f"<MedlineCitation>{number}</MedlineCitation>"
    return Entry(pmid, element=ElementTree.fromstring(f"<PubmedArticle>{citation}</PubmedArticle>"))


@pytest.mark.parametrize("number", ['<PMID Version="two">77</PMID>', "<PMID>none</PMID>", ""])
def test_a_refused_record_is_refused_and_not_missing(client: Eutils, emulator: Emulator, number: str) -> None:
    emulator.index.add(refused(77, number))
    have = [str(n) for n in list(emulator.index.entries)[:4]]
    got = client.fetch([*have, "77", "999999999"])
    assert [r.pmid for r in got.records] == have
    assert (got.refused, got.missing) == (("77",), ("999999999",))
    assert len(got.refusals) == 1


def test_fetch_says_what_is_missing(client: Eutils, emulator: Emulator) -> None:
    have = [str(n) for n in list(emulator.index.entries)[:5]]
    got = client.fetch([*have, have[0], "00" + have[1], "999999999"])
    assert [r.pmid for r in got.records] == have
    assert got.missing == ("999999999",)


def test_none_of_them_exists(client: Eutils) -> None:
    assert client.fetch(["999999998", "999999999"]).missing == ("999999998", "999999999")
    assert client.fetch([]).missing == ()


def test_an_answer_that_leaves_records_out_is_asked_again(client: Eutils, emulator: Emulator) -> None:
    have = [str(n) for n in emulator.index.entries]
    emulator.script.plan(Fault("drop", size=7))
    got = client.fetch(have)
    assert len(got.records) == len(have)
    assert got.missing == ()


def test_books_come_mixed_in(client: Eutils, emulator: Emulator) -> None:
    emulator.index.add(Entry(20301, title="A chapter", book=True))
    (book,) = client.fetch(["20301"]).records
    assert book.book is not None


def test_long_id_lists_are_posted(client: Eutils, emulator: Emulator) -> None:
    emulator.index.grow(range(1000, 1450))
    assert len(client.fetch([str(n) for n in range(1000, 1450)]).records) == 450
    assert [c.method for c in emulator.calls("efetch.fcgi")] == ["POST", "POST", "GET"]
    assert requests.get(emulator.url + "efetch.fcgi?tool=x&email=x&id=" + "1," * 1100, timeout=5).status_code == 414


def test_history(client: Eutils, emulator: Emulator) -> None:
    posted = client.post(["1", "2", "x"])
    assert posted.invalid == ("x",)
    emulator.index.grow(range(500_000, 500_450))
    pages = client.stream("500000:500449[UID]", size=100)
    first = [next(pages).pmid for _ in range(150)]
    emulator.service.expire()
    rest = [record.pmid for record in pages]
    assert sorted(first + rest) == [str(n) for n in range(500_000, 500_450)]


def test_history_of_another_size_is_an_error(client: Eutils, emulator: Emulator) -> None:
    emulator.index.grow(range(500_000, 500_300))
    pages = client.stream("500000:500999[UID]", size=100)
    next(pages)
    emulator.service.expire()
    emulator.index.grow(range(500_300, 500_301))
    with pytest.raises(RemoteError, match="had 300 hits and now has 301"):
        list(pages)


def test_summaries_links_and_matches(client: Eutils, emulator: Emulator) -> None:
    emulator.index.add(Entry(77, title="Seven", journal="J Seven", dp="2014/01/01", doi="10.1/7", authors=("Chen X",)))
    emulator.service.links[("pubmed_pubmed_citedin", 77)] = [5, 6]
    summaries = client.summaries(["77", "78"])
    assert (summaries["77"].title, summaries["77"].doi, summaries["77"].year) == ("Seven", "10.1/7", "2014")
    assert "cannot get" in summaries["78"].error
    assert client.links(["77", "78"], "cited_by") == {"77": ("5", "6"), "78": ()}
    matches = client.match(
        {
            "a": ("J Seven", "2014", "", "", "Chen"),
            "b": ("J None", "2014", "", "", ""),
            "c": ("J Seven", "2014", "", "", "Q"),
        }
    )
    assert matches == {"a": "77"}


def test_recorded_answers_are_read(shared_data: Path) -> None:
    from kg.sources.pubmed import answers

    folder = shared_data / "pubmed" / "eutils"
    assert answers.search((folder / "esearch2.xml").read_bytes()).count == 42249
    assert answers.search((folder / "esearch3.xml").read_bytes()).translation.startswith('"proc natl')
    assert answers.posted((folder / "epost1.xml").read_bytes()).query_key == "1"
    linked = answers.links((folder / "elink1.xml").read_bytes())
    assert len(linked["9298984"]["pubmed_pubmed"]) > 100
    assert classify(200, (folder / "epost2.xml").read_bytes()).kind is Kind.PERMANENT
    assert classify(200, (folder / "espell.xml").read_bytes()).kind is Kind.GOOD
    assert classify(200, (folder / "pubmed3.html").read_bytes()).kind is Kind.TRANSIENT
    assert classify(200, (folder / "pubmed4.xml").read_bytes()).kind is Kind.GOOD


def test_the_wall(client: Eutils, emulator: Emulator) -> None:
    emulator.index.entries.clear()
    # A crowd, as the numbers of one day are, and stragglers far away from it on both sides.
    emulator.index.grow(range(30_000_000, 30_022_000))
    emulator.index.grow(range(5, 4_000_000, 40_000))
    emulator.index.grow(range((1 << 26) + 1, (1 << 26) + 4))
    with pytest.raises(RemoteError, match="retstart"):
        client.search("journal article[pt]", start=WALL)
    assert len(client.search("journal article[pt]", start=9000, limit=5000).ids) == 999  # cut without a word
    parts = list(client.parts("journal article[pt]"))
    assert all(0 < part.count <= WALL for part in parts)
    assert all(a.high < b.low for a, b in pairwise(parts))
    ids = [pmid for part in parts for pmid in client.ids("journal article[pt]", part)]
    assert sorted(map(int, ids)) == sorted(emulator.index.entries)


def test_a_part_that_grows_past_the_wall_is_cut_again(client: Eutils, emulator: Emulator) -> None:
    emulator.index.entries.clear()
    emulator.index.grow(range(1_000, 10_990))
    (part,) = client.parts("journal article[pt]")
    emulator.index.grow(range(20_000, 20_100))
    ids = client.ids("journal article[pt]", part)
    assert len(ids) == 10_090
    assert list(map(int, ids)) == sorted(emulator.index.entries)


def test_more_hits_than_numbers_are_an_error(client: Eutils, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "search", lambda *_args, **_options: Search(count=WALL + 1, ids=("7",)))
    with pytest.raises(RemoteError, match="of the one PMID 7"):
        client.ids("x", Part(7, 7, 1))


def test_range_of_a_query() -> None:
    assert in_range("a OR b", 3, 7) == "(a OR b) AND 3:7[UID]"


@pytest.mark.parametrize("kind", [*sorted(PAGES), "cut", "short", "snip", "reset", "gzip", "limit", "hang"])
def test_a_passing_fault_is_waited_out(kind: str, client: Eutils, emulator: Emulator) -> None:
    emulator.script.plan(Fault(kind, times=2, seconds=0.7))
    found = client.search("retracted publication[pt]", limit=10)
    assert len(found.ids) == 4
    assert emulator.script.happened == [kind] * (1 if kind == "gzip" else 2)


@pytest.mark.parametrize("kind", ["cut", "short", "snip"])
def test_records_cut_in_mid_answer(kind: str, client: Eutils, emulator: Emulator) -> None:
    have = [str(n) for n in list(emulator.index.entries)[:30]]
    emulator.script.plan(*(Fault(kind, size=size) for size in (30_000, 700, 120)))
    assert len(client.fetch(have).records) == 30


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_a_lasting_fault_is_one_error_line(kind: str, client: Eutils, emulator: Emulator) -> None:
    emulator.script.plan(Fault(kind, times=1000))
    with pytest.raises(RemoteError) as caught:
        client.search("x[pt]")
    assert "esearch.fcgi does not answer" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(emulator.journal) <= 5


def test_a_slow_drip_ends_with_the_total(emulator: Emulator) -> None:
    emulator.script.plan(Fault("drip", times=100, seconds=0.1))
    with (
        Eutils(settings(emulator, total=0.2, tries=2)) as client,
        pytest.raises(RemoteError, match="too slowly"),
    ):
        client.search("x[pt]")


def test_a_retry_after_past_the_deadline_is_not_waited_out(emulator: Emulator) -> None:
    emulator.retry_after = "3"
    emulator.script.plan(Fault("limit", times=100))
    with (
        Eutils(settings(emulator, total=2.0)) as client,
        pytest.raises(RemoteError, match=r"status 429: .*API rate limit exceeded"),
    ):
        client.search("x[pt]")
    assert len(emulator.journal) == 1


def test_a_retry_after_before_the_deadline_is_waited_out(emulator: Emulator) -> None:
    emulator.retry_after = "1"
    emulator.script.plan(Fault("limit", times=1))
    with Eutils(settings(emulator, total=60.0)) as client:
        assert client.search("retracted publication[pt]").count == 4


def test_the_own_waits_end_before_the_deadline_too(emulator: Emulator) -> None:
    emulator.script.plan(Fault("html", times=100))
    with (
        Eutils(settings(emulator, total=2.0, backoff=30.0)) as client,
        pytest.raises(RemoteError, match="a page instead of an answer"),
    ):
        client.search("x[pt]")
    assert len(emulator.journal) == 1


def test_an_attempt_gets_no_more_than_the_time_left(emulator: Emulator) -> None:
    emulator.script.plan(Fault("hang", times=100, seconds=2.0))
    with (
        Eutils(settings(emulator, total=0.4, read=60.0)) as client,
        pytest.raises(RemoteError, match=r"Read timed out\. \(read timeout=0\.[0-4]"),
    ):
        client.search("x[pt]")
    assert len(emulator.journal) == 1


def test_no_server_at_all() -> None:
    with (
        Eutils(Settings(base_url="http://127.0.0.1:9/", rate=1000, backoff=0.001, tries=2)) as client,
        pytest.raises(RemoteError, match="does not answer"),
    ):
        client.search("x")


def test_an_answer_that_declares_entities_is_refused() -> None:
    from kg.errors import SourceError
    from kg.sources.pubmed import answers

    body = b'<!DOCTYPE eSearchResult [<!ENTITY a "b">]><eSearchResult><Count>1</Count></eSearchResult>'
    with pytest.raises(SourceError, match="document type"):
        answers.search(body)


def test_permanent_errors_are_not_repeated(client: Eutils, emulator: Emulator) -> None:
    with pytest.raises(RemoteError, match="Empty term"):
        client.search("")
    assert len(emulator.journal) == 1


def test_eight_threads_never_go_over_the_limit(real_records: Index) -> None:
    with Emulator(index=real_records.copy(), limit=3) as emulator:
        client = Eutils(Settings(base_url=emulator.url, email="me@example.org"))
        threads = [threading.Thread(target=lambda: client.search("x[pt]")) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        client.close()
        assert emulator.over_limit == 0
        assert len(emulator.journal) == 8
        assert emulator.worst_second() <= 3


def test_repetitions_are_spaced_too(emulator: Emulator) -> None:
    emulator.limit = 20
    emulator.script.plan(Fault("503", times=2), Fault("html", times=2))
    with Eutils(settings(emulator, rate=18.0, backoff=0.0)) as client:
        for _ in range(6):
            client.search("x[pt]")
    times = [call.time for call in emulator.journal]
    assert len(times) == 10
    assert min(b - a for a, b in pairwise(times)) > 0.03
    assert emulator.over_limit == 0


def test_two_processes_share_the_spacing(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = (
        "import sys, time\nfrom pathlib import Path\nfrom kg.sources.pubmed.limiter import Spacing\n"
        "s = Spacing(rate=50, path=Path(sys.argv[1]))\n"
        "for _ in range(15):\n    s.wait(); print(time.monotonic())\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "moment")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    times = sorted(float(line) for one in running for line in one.communicate()[0].split())
    assert len(times) == 30
    assert times[-1] - times[0] >= 29 / 50 - 0.01


def test_all_clients_of_a_service_share_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXIL8_CACHE", str(tmp_path))
    waits: list[float] = []
    for _ in range(2):
        with Eutils(Settings(base_url="http://127.0.0.1:9/eutils/", rate=1, backoff=0, tries=1)) as client:
            monkeypatch.setattr(client._http.spacing, "_sleep", waits.append)
            with pytest.raises(RemoteError):
                client.search("x")
    assert [file.name for file in tmp_path.iterdir()] == ["127.0.0.1-9.moment"]
    assert len(waits) == 1
    assert 0 < waits[0] <= 1


def test_a_folder_that_cannot_be_written_leaves_the_spacing_of_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    waits: list[float] = []
    spacing = Spacing(rate=1, path=tmp_path / "file" / "moment", clock=lambda: 100.0, sleep=waits.append)
    spacing.wait()
    spacing.wait()
    assert waits == [1.0]
    assert len(caplog.records) == 1


def test_a_stale_or_damaged_moment_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "moment"
    for text in ("99999999999.0", "nonsense", ""):
        path.write_text(text)
        waits: list[float] = []
        Spacing(rate=1, path=path, clock=lambda: 100.0, sleep=waits.append).wait()
        assert waits == []


SECRET = "0123456789abcdef+secret/key"


def test_the_key_is_never_shown(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    chosen = settings(emulator, api_key=SECRET, tries=2)
    assert SECRET not in repr(chosen)
    emulator.script.plan(Fault("limit", times=1), Fault("reset", times=1), Fault("html", times=50))
    with Eutils(chosen) as client, pytest.raises(RemoteError) as caught:
        client.search("x[pt]")
    shown = caplog.text + str(caught.value)
    for form in (SECRET, "0123456789abcdef"):
        assert form not in shown
        assert all(form not in call.path for call in emulator.journal)
    assert all(call.form["api_key"] == [SECRET] for call in emulator.journal)


def test_redaction_covers_encoded_forms() -> None:
    http = Http(Settings(api_key=SECRET, email="a@b.c"))
    assert http.redact(f"x?api_key={SECRET}&email=a%40b.c a@b.c 0123456789abcdef%2Bsecret%2Fkey") == (
        "x?api_key=***&email=*** *** ***"
    )
    http.close()


FORMS = {
    "esearch2": ("esearch.fcgi", {"term": "journal article[pt]", "usehistory": "y", "retmax": "100"}),
    "esearch3": ("esearch.fcgi", {"term": "journal article[pt]", "retstart": "6", "retmax": "6"}),
    "epost1": ("epost.fcgi", {"id": "11237011"}),
    "epost2": ("epost.fcgi", {"db": "nothing"}),
    "epost3": ("epost.fcgi", {"id": "99999999999999999999999999"}),
    "esummary1": ("esummary.fcgi", {"id": "11850928,11482001"}),
    "elink1": ("elink.fcgi", {"dbfrom": "pubmed", "id": "9298984"}),
}


def form_of(body: bytes) -> tuple[bytes, set[str]]:
    """The document type of an answer, and every path of elements in it."""
    paths: set[str] = set()

    def walk(element: ElementTree.Element, above: str) -> None:
        path = f"{above}/{element.tag}"
        paths.add(path)
        for child in element:
            walk(child, path)

    walk(ElementTree.fromstring(body), "")
    return re.findall(rb"<!DOCTYPE[^>]*>", body)[0], paths


@pytest.mark.parametrize("name", FORMS)
def test_answers_of_the_emulator_have_the_form_of_recorded_ones(emulator: Emulator, name: str) -> None:
    endpoint, form = FORMS[name]
    asked = {"db": "pubmed", "tool": "t", "email": "e", **form}
    doctype, paths = form_of(requests.get(emulator.url + endpoint, params=asked, timeout=5).content)
    expected, known = form_of(recorded.answer(name))
    translated = {path for path in known if "/TranslationSet/" in path}  # the emulator translates nothing
    assert (doctype, paths) == (expected, known - translated)


def words(body: bytes) -> list[tuple[str, dict[str, str], str]]:
    return [(e.tag, e.attrib, (e.text or "").strip()) for e in ElementTree.fromstring(body).iter()]


@pytest.mark.parametrize("name", ["elink1", "esummary1", "epost2", "epost3"])
def test_recorded_answers_are_served_again(emulator: Emulator, name: str) -> None:
    endpoint, form = FORMS[name]
    asked = {"db": "pubmed", "tool": "t", "email": "e", **form}
    assert words(requests.get(emulator.url + endpoint, params=asked, timeout=5).content) == words(recorded.answer(name))


def test_recorded_links(client: Eutils) -> None:
    for kind in LINKS:
        linked = client.links(["9298984", "5"], kind)
        assert len(linked["9298984"]) > 30
        assert linked["5"] == ()


def test_calls_without_an_address_are_counted() -> None:
    with Emulator(limit=1000) as emulator, Eutils(Settings(base_url=emulator.url, rate=500)) as client:
        client.search("journal article[pt]")
        assert (emulator.without_tool, emulator.without_email) == (0, 1)


def test_bulk_tree_of_the_emulator(emulator: Emulator) -> None:
    emulator.add_file("/pubmed/updatefiles/pubmed26n1335.xml.gz", b"0123456789")
    root = emulator.root + "pubmed/updatefiles/"
    assert "pubmed26n1335.xml.gz.md5" in requests.get(root, timeout=5).text
    part = requests.get(root + "pubmed26n1335.xml.gz", headers={"Range": "bytes=4-"}, timeout=5)
    assert (part.status_code, part.content) == (206, b"456789")
    assert requests.get(root + "pubmed26n1336.xml.gz", timeout=5).status_code == 404


def test_json_faces_of_the_emulator(emulator: Emulator) -> None:
    form = {"db": "pubmed", "term": "retracted publication[pt]", "retmode": "json", "tool": "t", "email": "e"}
    answer = requests.get(emulator.url + "esearch.fcgi", params=form, timeout=5).json()
    assert answer["esearchresult"]["count"] == "4"
    answer = requests.get(emulator.url + "esearch.fcgi", params={**form, "retstart": "9999"}, timeout=5).json()
    assert "retstart" in answer["esearchresult"]["ERROR"]
