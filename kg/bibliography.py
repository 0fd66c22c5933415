"""PubMed kept beside a graph: what is known of its papers, brought up to date and written back into it.

The bibliographic state is one SQLite file in the folder of the store. Whatever order files and answers come
in, the state is the same; the graph is then built again from it, atomically.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import UsageError
from kg.sources.pubmed.queries import read_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg.model import Publication
    from kg.profile import Profile
    from kg.sources.pubmed.eutils import Eutils
    from kg.sources.pubmed.matching import Matches
    from kg.sources.pubmed.state import State
    from kg.sources.pubmed.sync import SyncReport

    Progress = Callable[[int, int | None], None]

QUERIES = "pubmed_queries.toml"
"""Name of the ready query set in the folder of a profile."""


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


def follow(client: Eutils, state: State, publications: Iterable[Publication]) -> Matches:
    """Find the PMIDs of papers that have none, and fetch every paper of a graph that the state has not seen.

    Only exact matches (DOI, or title and year) are taken; the rest are reported.
    """
    from kg.sources.pubmed.harvest import store
    from kg.sources.pubmed.matching import match

    papers = list(publications)
    found = match(client, papers)
    wanted = {p.pmid for p in papers if p.pmid} | set(found.found.values())
    unseen = sorted(wanted - set(state.pmids()), key=int)
    for _ in store(client, state, unseen):
        pass
    return found
