"""PubMed kept beside a graph: what is known of its papers, brought up to date and written back into it.

The bibliographic state is one SQLite file in the folder of the store. Whatever order files and answers come
in, the state is the same; the graph is then built again from it, atomically.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from kg.errors import UsageError
from kg.sources.pubmed.queries import read_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg.model import Publication
    from kg.profile import Profile
    from kg.sources.pubmed.eutils import Eutils
    from kg.sources.pubmed.matching import Matches
    from kg.sources.pubmed.state import Asked, State
    from kg.sources.pubmed.sync import SyncReport

    Progress = Callable[[int, int | None], None]

QUERIES = "pubmed_queries.toml"
"""Name of the ready query set in the folder of a profile."""
ASK_AGAIN = timedelta(days=30)
"""After so long a paper without a PMID is asked for again."""
_AT_ONCE = 100
"""Papers asked for between two notes in the state."""


def queries_of(profile: Profile, names: Iterable[str] = ()) -> Mapping[str, str]:
    """The ready queries of a profile by name, all or the named ones.

    Raises
    ------
    UsageError
        The profile has no queries, or none of that name.
    """
    file = profile.folder / QUERIES
    if not file.is_file():
        raise UsageError(f"profile {profile.name} has no {QUERIES}; name a query, or write that file")
    known = {query.name: query.query for query in read_queries(file)}
    for name in names:
        if name not in known:
            raise UsageError(f"the profile has no query {name!r}; it has: {', '.join(known)}")
    return {name: known[name] for name in (names or known)}


def sync(client: Eutils, state: State, queries: Mapping[str, str], *, progress: Progress | None = None) -> SyncReport:
    """Bring the state up to date for some queries; what came before an interruption is kept.

    Raises
    ------
    RemoteError
        The service failed for good; the next call goes on from there.
    """
    from kg.sources.pubmed.sync import sync as bring

    return bring(client, state, queries, progress=progress)


def follow(
    client: Eutils,
    state: State,
    publications: Iterable[Publication],
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress | None = None,
) -> Matches:
    """Find the PMIDs of papers that have none, and fetch every paper of a graph that the state has not seen.

    Only exact matches (DOI, PMC id, or title and year) are taken; the rest are reported. What was found is kept
    in the state, so that the graph joins the two ids, and what was not is asked for again a month later.

    Raises
    ------
    RemoteError
        The service failed for good; what was found is kept.
    """
    from kg.sources.pubmed.eutils import batches
    from kg.sources.pubmed.harvest import store
    from kg.sources.pubmed.matching import Matches, match
    from kg.sources.pubmed.state import Asked

    papers = list(publications)
    today, known = clock().astimezone(UTC).date(), state.asked()
    lacking = {p.id: p for p in papers if not p.pmid}
    told = {key: known[key] for key in lacking if key in known and _holds(known[key], today)}
    asking = [p for key, p in lacking.items() if key not in told]
    for start, batch in enumerate(batches(asking, _AT_ONCE)):
        answer = match(client, batch, progress=_shifted(progress, start * _AT_ONCE, len(asking)))
        told |= {
            p.id: Asked(pmid=answer.found.get(p.id), reason=answer.open.get(p.id, ""), day=today.isoformat())
            for p in batch
        }
        with state.transaction():
            for p in batch:
                state.note_asked(p, told[p.id])
    found = {key: asked.pmid for key, asked in told.items() if asked.pmid}
    unseen = sorted(({p.pmid for p in papers if p.pmid} | set(found.values())) - set(state.followed()), key=int)
    done = len(asking)
    for fetched in store(client, state, unseen):
        done += len(fetched.records) + len(fetched.missing) + len(fetched.refused)
        if progress is not None:
            progress(done, len(asking) + len(unseen))
    return Matches(found=found, open={key: asked.reason for key, asked in told.items() if not asked.pmid})


def _holds(asked: Asked, today: date) -> bool:
    """Whether an earlier answer still stands: a PMID does, that there is none only for a while."""
    return asked.pmid is not None or today - date.fromisoformat(asked.day) < ASK_AGAIN


def _shifted(progress: Progress | None, start: int, total: int) -> Progress | None:
    return None if progress is None else lambda done, _total: progress(start + done, total)
