"""Harvest, sync, sweep and recheck against the emulator, killed runs included."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from kg.errors import RemoteError, SourceError
from kg.model import Publication, Status
from kg.sources.pubmed import harvest as harvesting
from kg.sources.pubmed.eutils import Eutils
from kg.sources.pubmed.harvest import harvest, store
from kg.sources.pubmed.http import Settings
from kg.sources.pubmed.matching import match, same_paper
from kg.sources.pubmed.queries import read_queries
from kg.sources.pubmed.state import State
from kg.sources.pubmed.sync import ImplausibleError, recheck, sweep_retractions, sync
from tests.emulator.faults import Fault
from tests.emulator.index import Entry
from tests.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TERM = "journal article[pt]"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(limit=100_000, retry_after="0") as server:
        server.index.grow(range(1000, 1650), crdt="2026/01/05", mdat="2026/01/05")
        yield server


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Eutils]:
    with Eutils(Settings(base_url=emulator.url, rate=5000, backoff=0.005, read=1.0)) as found:
        yield found


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path / "state.db") as found:
        yield found


def day(number: int, hour: int = 13) -> datetime:
    return datetime(2026, 2, number, hour, tzinfo=UTC)


def test_harvest(client: Eutils, state: State) -> None:
    calls: list[tuple[int, int | None]] = []
    found = harvest(client, state, TERM, progress=lambda *c: calls.append(c))
    assert (found.asked, found.stored, found.missing) == (650, 650, ())
    assert state.pmids() == [str(n) for n in range(1000, 1650)]
    assert calls[-1] == (650, 650)
    assert state.jobs("anything") == {}


def test_records_that_vanish_between_search_and_fetch_are_listed(
    client: Eutils, state: State, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = client.ids

    def listing(term: str, part: object) -> tuple[str, ...]:
        found = ids(term, part)  # type: ignore[arg-type]
        emulator.index.entries.pop(1007, None)
        return found

    monkeypatch.setattr(client, "ids", listing)
    found = harvest(client, state, TERM)
    assert (found.asked, found.stored, found.missing) == (650, 649, ("1007",))
    assert state.absent_since() == ["1007"]
    emulator.index.add(Entry(1007))
    list(store(client, state, ["1007"]))
    assert state.absent_since() == []


def test_a_refused_record_counts_as_refused(client: Eutils, state: State, emulator: Emulator) -> None:
    citation = '<MedlineCitation><PMID Version="two">1007</PMID></MedlineCitation>'
    element = ElementTree.fromstring(f"<PubmedArticle>{citation}</PubmedArticle>")
    emulator.index.add(Entry(1007, crdt="2026/01/05", mdat="2026/01/05", element=element))
    found = harvest(client, state, TERM)
    assert (found.asked, found.stored, found.missing) == (650, 649, ())
    assert [refusal.record for refusal in found.refusals] == ["PMID:1007"]
    assert state.absent_since() == []


def test_an_interrupted_harvest_goes_on(client: Eutils, state: State, emulator: Emulator) -> None:
    emulator.script.plan(Fault("route", "nowhere.fcgi"))
    emulator.index.grow(range(20_000_000, 20_009_500))
    client_faults = Fault("html", "efetch.fcgi", times=0)
    emulator.script.plan(client_faults)
    done = {"batches": 0}

    def stopping(_ready: int, _total: int | None) -> None:
        done["batches"] += 1
        if done["batches"] == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        harvest(client, state, TERM, progress=stopping)
    stored = len(state.pmids())
    assert 0 < stored < 10_150
    before = sum(len(c.form["id"][0].split(",")) for c in emulator.calls("efetch.fcgi"))
    found = harvest(client, state, TERM)
    assert (found.asked, found.stored) == (10_150, 10_150)
    after = sum(len(c.form["id"][0].split(",")) for c in emulator.calls("efetch.fcgi"))
    assert after - before == 10_150 - stored
    assert len(state.pmids()) == 10_150


def test_a_failing_service_leaves_what_came(client: Eutils, state: State, emulator: Emulator) -> None:
    emulator.script.plan(Fault("gzip", "efetch.fcgi"), Fault("html", "efetch.fcgi", times=100))
    with pytest.raises(RemoteError):
        harvest(client, state, TERM, workers=1)
    assert len(state.pmids()) == 200
    emulator.script.faults.clear()
    assert harvest(client, state, TERM).stored == 650


def test_sync_brings_what_is_new_and_what_changed(client: Eutils, state: State, emulator: Emulator) -> None:
    queries = {"all": TERM}
    first = sync(client, state, queries, clock=lambda: day(1))
    assert (first.asked, first.changes) == (650, ())
    emulator.journal.clear()
    emulator.index.grow(range(1650, 1652), crdt="2026/02/01", mdat="2026/02/01")  # came late on a day that was not over
    emulator.index.entries[1001].title = "Changed"
    emulator.index.entries[1001].mdat = "2026/02/02"
    second = sync(client, state, queries, clock=lambda: day(3))
    assert (second.asked, second.stored) == (3, 3)
    record = state.current("1001")
    assert record is not None
    assert record["title"] == "Changed"
    assert len(emulator.calls("efetch.fcgi")) == 1


def test_the_day_is_kept_open_until_it_is_over_everywhere(client: Eutils, state: State, emulator: Emulator) -> None:
    for number in range(1, 7):
        emulator.index.grow(
            range(5000 + number, 5001 + number), crdt=f"2026/02/{number:02}", mdat=f"2026/02/{number:02}"
        )
        sync(client, state, {"all": TERM}, clock=lambda number=number: day(number, 1))  # type: ignore[misc]
    assert len(state.pmids()) == 656


def test_retraction_sweep_and_a_notice_that_comes_first(client: Eutils, state: State, emulator: Emulator) -> None:
    topic = {"few": "1000:1010[UID]"}
    sync(client, state, topic, clock=lambda: day(1))
    emulator.index.announce(1003, "2026/02/02", notice=9003)
    emulator.index.retract(1004, "2026/02/02", notice=9004)
    emulator.index.retract(1400, "2026/02/02", notice=9400)  # not ours
    emulator.index.entries[1004].types.discard("journal article")
    report = sync(client, state, topic, clock=lambda: day(3))
    assert {c.pmid: c.after for c in report.changes} == {"1003": Status.RETRACTED, "1004": Status.RETRACTED}
    assert "9400" not in state.pmids()
    emulator.index.retract(1003, "2026/02/05", notice=9003)
    report = sync(client, state, topic, clock=lambda: day(6))
    assert report.changes == ()
    record = state.current("1003")
    assert record is not None
    assert record["retracted"] is True


def test_sweep_finds_papers_no_query_covers(client: Eutils, state: State, emulator: Emulator) -> None:
    list(store(client, state, ["1100"]))
    sweep_retractions(client, state, clock=lambda: day(1), first=True)
    emulator.index.retract(1100, "2026/02/02", notice=9100)
    assert sweep_retractions(client, state, clock=lambda: day(3)) == ("1100",)
    assert state.statuses()["1100"] is Status.RETRACTED


def test_deleted_records_are_found_by_the_monthly_check(client: Eutils, state: State, emulator: Emulator) -> None:
    topic = {"few": "1000:1010[UID]"}
    sync(client, state, topic, clock=lambda: day(1))
    emulator.index.delete(1005)
    assert sync(client, state, topic, clock=lambda: day(20)).deleted == ()
    report = sync(client, state, topic, clock=lambda: datetime(2026, 3, 20, tzinfo=UTC))
    assert report.deleted == ("1005",)
    assert state.statuses()["1005"] is Status.DELETED
    assert [c.after for c in report.changes] == [Status.DELETED]
    emulator.index.add(Entry(1005, title="Back", crdt="2026/03/21", mdat="2026/03/21"))
    sync(client, state, topic, clock=lambda: datetime(2026, 3, 22, tzinfo=UTC))
    assert state.statuses()["1005"] is Status.CURRENT


def test_a_summary_error_alone_buries_nothing(client: Eutils, state: State, emulator: Emulator) -> None:
    list(store(client, state, ["1000", "1001"]))
    found = client.summaries

    def failing(pmids: list[str]) -> dict[str, object]:
        return {p: s for p, s in found(pmids).items() if p != "1000"}

    client.summaries = failing  # type: ignore[method-assign, assignment]
    assert recheck(client, state, clock=lambda: day(1), force=True) == ()
    assert set(state.statuses().values()) == {Status.CURRENT}
    assert len(emulator.calls("esummary.fcgi")) == 1


def test_a_buried_record_that_exists_again_is_raised(client: Eutils, state: State, emulator: Emulator) -> None:
    topic = {"few": "1000:1010[UID]"}
    sync(client, state, topic, clock=lambda: day(1))
    old = emulator.index.entries[1005]
    emulator.index.delete(1005)
    recheck(client, state, clock=lambda: day(2), force=True)
    assert state.statuses()["1005"] is Status.DELETED
    emulator.index.add(old)  # with its old dates: no window shows it
    with state.transaction():
        state.present(["1005"])
    recheck(client, state, clock=lambda: day(3), force=True)
    assert state.statuses()["1005"] is Status.CURRENT


def test_a_day_on_which_the_service_denies_everything_buries_nothing(
    client: Eutils, state: State, emulator: Emulator
) -> None:
    topic = {"few": "1000:1009[UID]"}
    sync(client, state, topic, clock=lambda: day(1))
    held = dict(emulator.index.entries)
    emulator.index.entries.clear()
    with pytest.raises(ImplausibleError, match="denies 10 of 10"):
        recheck(client, state, clock=lambda: day(2), force=True)
    report = sync(client, state, topic, clock=lambda: datetime(2026, 3, 20, tzinfo=UTC))
    assert report.deleted == ()
    assert ["denies 10 of 10" in doubt for doubt in report.doubts] == [True]
    assert set(state.statuses().values()) == {Status.CURRENT}
    emulator.index.entries.update(held)
    emulator.index.delete(1005)
    report = sync(client, state, topic, clock=lambda: datetime(2026, 3, 21, tzinfo=UTC))
    assert (report.deleted, report.doubts) == (("1005",), ())


def test_what_did_not_come_is_asked_for_again(client: Eutils, state: State, emulator: Emulator) -> None:
    with state.transaction():
        state.absent(["1007", "77"])
    sync(client, state, {"few": "1000:1003[UID]"}, clock=lambda: day(1))
    assert "1007" in state.pmids()
    assert state.absent_since() == ["77"]


def test_a_window_is_final_as_of_the_day_its_run_began(
    client: Eutils, state: State, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in January, changed in February, gone on with in April: the next sync brings the change."""
    topic = {"few": "1000:1010[UID]"}

    def stopping(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(harvesting, "_note", stopping)  # all is fetched, and not yet noted as done
        with pytest.raises(KeyboardInterrupt):
            sync(client, state, topic, clock=lambda: datetime(2026, 1, 10, 13, tzinfo=UTC))
    emulator.index.entries[1004].title = "Changed"
    emulator.index.entries[1004].mdat = "2026/02/15"
    sync(client, state, topic, clock=lambda: datetime(2026, 4, 10, 13, tzinfo=UTC))
    sync(client, state, topic, clock=lambda: datetime(2026, 4, 11, 13, tzinfo=UTC))
    record = state.current("1004")
    assert record is not None
    assert record["title"] == "Changed"


def test_matching_takes_only_what_is_exact(client: Eutils, emulator: Emulator) -> None:
    add = emulator.index.add
    add(Entry(1, title="IL-8 of the stroma.", doi="10.1/A", dp="2014/01/01"))
    add(Entry(2, title="A Title, with β-catenin", dp="2019/06/01", journal="J Two", authors=("Chen X",)))
    add(Entry(3, title="Twice the same", dp="2019/01/01"))
    add(Entry(4, title="Twice the same", dp="2019/01/01"))
    add(Entry(5, title="Another paper of the same author", dp="2012/01/01", journal="J Five", authors=("Lee K",)))
    add(Entry(6, title="Right title wrong year", dp="1999/01/01"))
    wanted = [
        Publication(id="DOI:10.1/a", doi="10.1/a", title="whatever the title"),
        Publication(id="b", title="A title: with β‐Catenin.", year=2018),
        Publication(id="c", title="Twice the same", year=2019),
        Publication(id="d", title="A paper PubMed lacks", year=2012, journal="J Five", first_author="Lee K"),
        Publication(id="e", title="Right title wrong year", year=2015),
        Publication(id="f", pmid="9", title="has one"),
        Publication(id="g", doi="10.1/none"),
    ]
    found = match(client, wanted)
    assert found.found == {"DOI:10.1/a": "1", "b": "2"}
    assert found.open.keys() == {"c", "d", "e", "g"}
    assert "several" in found.open["c"]


def test_a_doi_that_differs_outweighs_a_title_that_agrees(client: Eutils, emulator: Emulator) -> None:
    emulator.index.add(Entry(1, title="Erratum", doi="10.1/a", dp="2014/01/01"))
    (record,) = client.fetch(["1"]).records
    assert not same_paper(Publication(id="x", doi="10.1/b", title="Erratum", year=2014), record)
    assert same_paper(Publication(id="x", title="Erratum", year=2014), record)


def test_ready_queries_run(client: Eutils, sample: Path, emulator: Emulator) -> None:
    queries = read_queries(sample.with_name("pubmed_queries.toml"))
    assert len(queries) >= 4
    emulator.index.load(sample)
    for query in queries:
        assert "\n" not in query.query
        client.search(query.query)


def test_queries_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "q.toml"
    for text, what in (("[a]\ntitle = 'x'\n", "has no query"), ("[a\n", "not TOML"), ("a = 1\n", "has no query")):
        file.write_text(text)
        with pytest.raises(SourceError, match=what):
            read_queries(file)
    with pytest.raises(SourceError, match="cannot be read"):
        read_queries(tmp_path / "none.toml")
