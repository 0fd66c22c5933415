"""The endpoints: ESearch, EPost, EFetch, ESummary, ELink, ECitMatch; ``server.py`` says what rests on what."""

from __future__ import annotations

import itertools
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tests.emulator.query import Query

if TYPE_CHECKING:
    from tests.emulator.index import Entry, Index

WALL = 9_999
PUBMED_DOCTYPE = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
Form = dict[str, list[str]]
Answer = tuple[int, str, str]
XML, JSON, TEXT = "text/xml; charset=UTF-8", "application/json; charset=UTF-8", "text/plain; charset=UTF-8"


def _doctype(root: str, dtd: str) -> str:
    name, _, day = dtd.rpartition(" ")
    where = f"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/{day}/{name.replace(' ', '-')}.dtd"
    return f'<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE {root} PUBLIC "-//NLM//DTD {dtd}//EN" "{where}">\n'


_SEARCH = _doctype("eSearchResult", "esearch 20060628")


@dataclass
class Service:
    """Answers requests from an index."""

    index: Index
    sessions: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    links: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    docsums: dict[str, str] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def answer(self, endpoint: str, form: Form) -> Answer:
        """Answer one call: status, content type, body."""
        if form.get("db", form.get("dbfrom", ["pubmed"])) != ["pubmed"] and endpoint != "elink.fcgi":
            return _wrong_database(endpoint, form["db"][0])
        endpoints = {
            "esearch.fcgi": self.esearch,
            "epost.fcgi": self.epost,
            "efetch.fcgi": self.efetch,
            "esummary.fcgi": self.esummary,
            "elink.fcgi": self.elink,
            "ecitmatch.cgi": self.ecitmatch,
        }
        found = endpoints.get(endpoint)
        return found(form) if found else (404, "text/html", "<html><body>Not found</body></html>")

    def expire(self) -> None:
        """Forget every history."""
        self.sessions.clear()

    def esearch(self, form: Form) -> Answer:
        """Search."""
        start, limit = int(_one(form, "retstart", "0")), min(int(_one(form, "retmax", "20")), 10_000)
        as_json = _one(form, "retmode", "xml") == "json"
        term = _one(form, "term", "")
        if not term:
            return _search_error("Empty term and query_key - nothing todo", as_json=as_json)
        if start > WALL - 1:
            return _search_error(
                "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, "
                "ESearch can only retrieve the first 9,999 records matching the query.",
                as_json=as_json,
            )
        query = Query(term, self.index)
        page = query.hits[: min(len(query.hits), WALL)][start : start + limit]
        stored = self._store(_one(form, "WebEnv", ""), query.hits) if _one(form, "usehistory", "") == "y" else None
        if as_json:
            return 200, JSON, _search_json(query, start, page, stored)
        return 200, XML, _search_xml(query, start, page, stored, term)

    def _store(self, webenv: str, hits: list[int]) -> tuple[str, int]:
        if webenv not in self.sessions:
            webenv = f"MCID_{secrets.token_hex(12)}"
            self.sessions[webenv] = {}
        key = len(self.sessions[webenv]) + 1
        self.sessions[webenv][key] = hits
        return webenv, key

    def epost(self, form: Form) -> Answer:
        """Put ids on the history server."""
        ids = _ids(form)
        doctype = _doctype("ePostResult", "epost 20090526")
        good = [int(i) for i in ids if i.isdecimal() and 0 < int(i) < 2**64]
        if not good:
            told = f"<ERROR>{_INVALID_IDS}</ERROR>" if ids else ""
            errors = f"<ERROR>Empty ID list; Nothing to store</ERROR>\n\t{told}"
            return 200, XML, f"{doctype}<ePostResult>\n\t{errors}</ePostResult>"
        bad = "".join(f"<Id>{escape(i)}</Id>" for i in ids if not i.isdecimal())
        invalid = f"<InvalidIdList>{bad}</InvalidIdList>" if bad else ""
        webenv, key = self._store(_one(form, "WebEnv", ""), good)
        return (
            200,
            XML,
            f"{doctype}<ePostResult>{invalid}\n\t<QueryKey>{key}</QueryKey>\n\t<WebEnv>{webenv}</WebEnv></ePostResult>",
        )

    def efetch(self, form: Form) -> Answer:
        """Fetch records."""
        if "WebEnv" in form:
            hits = self.sessions.get(_one(form, "WebEnv", ""), {}).get(int(_one(form, "query_key", "1")))
            if hits is None:
                key = _one(form, "query_key", "1")
                message = f"Error retrieving query: Unable to obtain query #{key}"
                return 200, XML, f'<?xml version="1.0"?>\n<eFetchResult>\n\t<ERROR>{message}</ERROR>\n</eFetchResult>'
            start, limit = int(_one(form, "retstart", "0")), int(_one(form, "retmax", "10000"))
            wanted = hits[:WALL][start : start + limit]
        else:
            ids = _ids(form)
            wanted = [int(i) for i in ids if i.isdecimal() and int(i) > 0]
            if not wanted:
                return 400, TEXT, "ID list is empty! Possibly it has no correct IDs."
        found = [self.index.entries[n] for n in sorted(set(wanted), reverse=True) if n in self.index.entries]
        return (
            200,
            XML,
            PUBMED_DOCTYPE + "<PubmedArticleSet>\n" + "\n".join(e.xml for e in found) + "</PubmedArticleSet>",
        )

    def esummary(self, form: Form) -> Answer:
        """Short records: of version 1.0 as recorded, of version 2.0 made."""
        if _one(form, "version", "1.0") != "2.0" and _one(form, "retmode", "xml") == "xml":
            found = "\n".join(self.docsums.get(i) or f"<ERROR>UID={i}: {_NO_SUMMARY}</ERROR>" for i in _ids(form))
            return (
                200,
                XML,
                f"{_doctype('eSummaryResult', 'esummary v1 20041029')}<eSummaryResult>{found}</eSummaryResult>",
            )
        entries = [(i, self.index.entries.get(int(i))) for i in _ids(form)]
        if _one(form, "retmode", "xml") == "json":
            result = {i: {"uid": i, "title": e.title} if e else {"uid": i, "error": _NO_SUMMARY} for i, e in entries}
            return 200, JSON, json.dumps({"header": {"type": "esummary"}, "result": {"uids": [*result], **result}})
        body = "".join(_summary(i, e) for i, e in entries)
        return (
            200,
            XML,
            _doctype("eSummaryResult", "esummary_pubmed 20160808")
            + f'<eSummaryResult><DocumentSummarySet status="OK">{body}</DocumentSummarySet></eSummaryResult>',
        )

    def elink(self, form: Form) -> Answer:
        """Linked papers: one LinkSet for each ``id`` parameter, one for all ids inside a parameter."""
        names = form.get("linkname") or sorted({name for name, _ in self.links})
        sets = ""
        for group in form.get("id", []):
            ids = group.split(",")
            asked = "".join(f"<Id>{i}</Id>" for i in ids)
            found = "".join(
                _linked(name, [n for i in ids for n in self.links.get((name, int(i)), [])]) for name in names
            )
            sets += f"<LinkSet><DbFrom>pubmed</DbFrom><IdList>{asked}</IdList>{found}</LinkSet>"
        return 200, XML, _doctype("eLinkResult", "elink 20101123") + f"<eLinkResult>{sets}</eLinkResult>"

    def ecitmatch(self, form: Form) -> Answer:
        """Match citations by journal and year; author decides among several."""
        answers = []
        for line in _one(form, "bdata", "").split("\r"):
            journal, year, _volume, _page, author, key = (line.split("|") + [""] * 6)[:6]
            hits = [
                e.pmid
                for e in self.index.entries.values()
                if e.journal.lower() == journal.lower() and e.dp.startswith(year) and _by(e, author)
            ]
            answer = str(hits[0]) if len(hits) == 1 else f"AMBIGUOUS ({len(hits)} citations)" if hits else "NOT_FOUND"
            answers.append(f"{line.rstrip('|').rpartition('|')[0]}|{key}|{answer}")
        return 200, TEXT, "\n".join(answers) + "\n"


_NO_SUMMARY = "cannot get document summary"
_INVALID_IDS = "Some IDs have invalid value and were omitted. Maximum ID value 18446744073709551615"
_POSTS_TO = {"epost.fcgi": ("ePostResult", "epost 20090526"), "esearch.fcgi": ("eSearchResult", "esearch 20060628")}


def _wrong_database(endpoint: str, name: str) -> Answer:
    root, dtd = _POSTS_TO.get(endpoint, ("eResult", "eresult 20000101"))
    return 200, XML, f"{_doctype(root, dtd)}<{root}><ERROR>Invalid db name specified: {escape(name)}</ERROR></{root}>"


def _linked(name: str, numbers: list[int]) -> str:
    inner = "".join(f"<Link><Id>{n}</Id></Link>" for n in numbers)
    return f"<LinkSetDb><DbTo>pubmed</DbTo><LinkName>{name}</LinkName>{inner}</LinkSetDb>" if numbers else ""


def _by(entry: Entry, author: str) -> bool:
    return not author or any(a.lower().startswith(author.lower().split(" ")[0]) for a in entry.authors)


def _summary(asked: str, entry: Entry | None) -> str:
    if entry is None:
        return f'<DocumentSummary uid="{asked}"><error>{_NO_SUMMARY}</error></DocumentSummary>'
    authors = "".join(f"<Author><Name>{escape(a)}</Name><AuthType>Author</AuthType></Author>" for a in entry.authors)
    doi = f"<ArticleId><IdType>doi</IdType><IdTypeN>3</IdTypeN><Value>{escape(entry.doi)}</Value></ArticleId>"
    return (
        f'<DocumentSummary uid="{entry.pmid}"><PubDate>{entry.dp[:4]}</PubDate><Source>{escape(entry.journal)}</Source>'
        f"<Authors>{authors}</Authors><Title>{escape(entry.title)}</Title><ArticleIds>{doi if entry.doi else ''}"
        "</ArticleIds></DocumentSummary>"
    )


def _search_error(message: str, *, as_json: bool) -> Answer:
    if as_json:
        return 200, JSON, json.dumps({"header": {"type": "esearch"}, "esearchresult": {"ERROR": message}})
    return (
        200,
        XML,
        _SEARCH + f"<eSearchResult><ERROR>{escape(message)}</ERROR></eSearchResult>",
    )


def _search_json(query: Query, start: int, page: list[int], stored: tuple[str, int] | None) -> str:
    result: dict[str, object] = {
        "count": str(len(query.hits)),
        "retmax": str(len(page)),
        "retstart": str(start),
        "idlist": [str(n) for n in page],
    }
    if stored:
        result |= {"webenv": stored[0], "querykey": str(stored[1])}
    return json.dumps({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result})


def _search_xml(query: Query, start: int, page: list[int], stored: tuple[str, int] | None, term: str) -> str:
    history = f"<QueryKey>{stored[1]}</QueryKey><WebEnv>{stored[0]}</WebEnv>" if stored else ""
    lists = "".join(f"<PhraseNotFound>{escape(p)}</PhraseNotFound>" for p in query.phrases_not_found)
    lists += "".join(f"<FieldNotFound>{escape(p)}</FieldNotFound>" for p in query.fields_not_found)
    ids = "".join(f"<Id>{n}</Id>\n" for n in page)
    warnings = "".join(f"<QuotedPhraseNotFound>{escape(p)}</QuotedPhraseNotFound>" for p in query.quotes_not_found)
    warnings += "" if query.hits else "<OutputMessage>No items found.</OutputMessage>"
    return (
        f"{_SEARCH}<eSearchResult><Count>{len(query.hits)}</Count><RetMax>{len(page)}"
        f"</RetMax><RetStart>{start}</RetStart>{history}<IdList>\n{ids}</IdList><TranslationSet/><QueryTranslation>"
        f"{escape(term)}</QueryTranslation>{f'<ErrorList>{lists}</ErrorList>' if lists else ''}"
        f"{f'<WarningList>{warnings}</WarningList>' if warnings else ''}</eSearchResult>"
    )


def _one(form: Form, name: str, default: str) -> str:
    return form.get(name, [default])[0]


def _ids(form: Form) -> list[str]:
    return [i.strip() for group in form.get("id", []) for i in group.split(",") if i.strip()]


def moment() -> float:
    """Time for the journal and the rate limit."""
    return time.monotonic()
