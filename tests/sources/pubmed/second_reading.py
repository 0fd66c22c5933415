"""A second, independent reading of PubMed records, with minidom and nothing of the parser.

Written from the DTD and the interface alone; slow and plain on purpose.
"""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Any
from xml.dom import Node
from xml.dom.minidom import Element, parseString

KINDS = ("PubmedArticle", "PubmedBookArticle")
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
SEASONS = {"Spring": (3, 5), "Summer": (6, 8), "Autumn": (9, 11), "Fall": (9, 11), "Winter": (1, 12)}
# Year, or years; then a month, season or quarter, or two of them; a year, month or day may stand before the second too.
WORDS = re.compile(
    r"(?P<y1>\d{4})(?:-(?P<y2>\d{4}|\d\d))?(?: (?P<p1>\d\w\w Quart(?:er)?|[A-Z][a-z]+)(?: (?P<d1>\d\d?))?)?"
    r"(?:-(?:(?P<y3>\d{4}) )?(?P<p2>[A-Z][a-z]+)?(?: ?(?P<d2>\d\d?))?)?"
)


def read(xml: bytes) -> list[dict[str, Any]]:
    root = parseString(xml).documentElement
    assert root is not None
    return [one(e) if e.tagName == "PubmedArticle" else book(e) for e in children(root, *KINDS)]


def children(element: Element | None, *names: str) -> list[Element]:
    if element is None:
        return []
    return [c for c in element.childNodes if isinstance(c, Element) and (not names or c.tagName in names)]


def down(element: Element | None, *path: str) -> Element | None:
    for name in path:
        found = children(element, name)
        if not found:
            return None
        element = found[0]
    return element


def raw_text(node: Any) -> str:
    if node.nodeType in (Node.TEXT_NODE, Node.CDATA_SECTION_NODE):
        return str(node.data)
    return "".join(raw_text(c) for c in node.childNodes)


def text(element: Element | None) -> str | None:
    if element is None:
        return None
    return re.sub(r"\s+", " ", raw_text(element)).strip() or None


def attribute(element: Element, name: str) -> str | None:
    return element.getAttribute(name) if element.hasAttribute(name) else None


def ids(pairs: list[tuple[str | None, str | None]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, value in pairs:
        if value and value not in found.setdefault(str(kind), []):
            found[str(kind)].append(value)
    return found


def orcid(values: list[str]) -> str | None:
    for value in values:
        digits = re.sub(r"[^0-9Xx]", "", value.rsplit("/", 1)[-1]).upper()
        if len(digits) != 16:
            continue
        m = 0
        for d in digits[:15]:
            m = (m + int(d)) * 2 % 11
        if digits[15] == "0123456789X"[(12 - m) % 11]:
            return "-".join(digits[i : i + 4] for i in (0, 4, 8, 12))
    return None


def person(e: Element) -> dict[str, Any]:
    group = down(e, "CollectiveName")
    linked = attribute(group, "Investigators") if group is not None else None
    return ({"investigators": linked} if linked else {}) | {
        "last": text(down(e, "LastName")),
        "fore": text(down(e, "ForeName")),
        "initials": text(down(e, "Initials")),
        "suffix": text(down(e, "Suffix")),
        "collective": text(down(e, "CollectiveName")),
        "orcid": orcid([text(i) or "" for i in children(e, "Identifier") if attribute(i, "Source") == "ORCID"]),
        "affiliations": [
            {
                "name": text(down(a, "Affiliation")) or "",
                "ids": ids([(attribute(i, "Source"), text(i)) for i in children(a, "Identifier")]),
            }
            for a in children(e, "AffiliationInfo")
        ],
    }


def section(e: Element) -> dict[str, Any]:
    label = attribute(e, "Label")
    return {
        "label": re.sub(r"\s+", " ", label).strip() if label else None,
        "category": attribute(e, "NlmCategory"),
        "text": text(e),
    }


def sections(parent: Element | None) -> list[dict[str, Any]]:
    return [section(e) for e in children(parent, "AbstractText") if text(e)]


def stretch(name: str | None) -> tuple[int, int, str]:
    """First and last month of a month, a season, a quarter or a year, and which of them it is."""
    if name is None:
        return 1, 12, "year"
    if name in SEASONS:
        return (*SEASONS[name], "season")
    if name[0].isdigit():
        return 3 * int(name[0]) - 2, 3 * int(name[0]), "season"
    return MONTHS[name[:3]], MONTHS[name[:3]], "month"


def in_words(raw: str) -> dict[str, Any]:
    """A date in words, by one pattern for all shapes; a shape that is none of them fails the test."""
    m = WORDS.fullmatch(raw)
    assert m is not None, raw
    y1 = int(m["y1"])
    y2 = None if m["y2"] is None else y1 + (int(m["y2"][-2:]) - y1) % 100
    p1, p2, d1, d2 = m["p1"], m["p2"], m["d1"], m["d2"]
    if y2 is not None and p2 is None:  # 1979-1980 Fall: what stands behind the second year is its own
        p1, p2 = None, p1
    same = p2 is None and y2 is None and m["y3"] is None
    low, _, first = stretch(p1)
    _, high, last = stretch(p1 if same else p2)
    crossed = y2 is None and m["y3"] is None and high < low
    y_end = int(m["y3"]) if m["y3"] else (y2 or y1) + crossed
    if same and d1 and d2 is None:
        d2 = d1
    day_low, day_high = int(d1 or 1), int(d2 or monthrange(y_end, high)[1])
    ranks = ("day", "month", "season", "year")
    units = ("day" if d1 and first == "month" else first, "day" if d2 and last == "month" else last)
    return {
        "raw": raw,
        "start": f"{y1}-{low:02}-{day_low:02}",
        "end": f"{y_end}-{high:02}-{day_high:02}",
        "precision": max(units, key=ranks.index),
    }


def published(e: Element | None) -> dict[str, Any]:
    if e is None:
        return {"raw": None, "start": None, "end": None, "precision": "unknown"}
    if words := text(down(e, "MedlineDate")):
        return in_words(words)
    if season := text(down(e, "Season")):
        return in_words(f"{text(down(e, 'Year'))} {season}")
    year, month, day = (text(down(e, n)) for n in ("Year", "Month", "Day"))
    raw = " ".join(p for p in (year, month, day) if p)
    assert year is not None
    y = int(year)
    if month is None:
        return {"raw": raw, "start": f"{y}-01-01", "end": f"{y}-12-31", "precision": "year"}
    m = int(month) if month.isdigit() else MONTHS[month]
    if day is None:
        return {
            "raw": raw,
            "start": f"{y}-{m:02}-01",
            "end": f"{y}-{m:02}-{monthrange(y, m)[1]}",
            "precision": "month",
        }
    iso = f"{y}-{m:02}-{int(day):02}"
    return {"raw": raw, "start": iso, "end": iso, "precision": "day"}


def own_doi(article: Element | None, listed: list[Element]) -> str | None:
    stated = [
        text(e)
        for e in children(article, "ELocationID")
        if attribute(e, "EIdType") == "doi" and attribute(e, "ValidYN") != "N"
    ]
    return next(
        (d for d in stated if d), next((text(e) for e in listed if attribute(e, "IdType") == "doi" and text(e)), None)
    )


def by_role(e: Element | None, role: str) -> list[dict[str, Any]]:
    lists = [g for g in children(e, "AuthorList") if (attribute(g, "Type") == "editors") == (role == "editors")]
    return [person(p) for g in lists for p in children(g, "Author")]


def journal(element: Element | None, info: Element | None) -> dict[str, Any]:
    issn = down(element, "ISSN")
    return {
        "title": text(down(element, "Title")),
        "iso_abbreviation": text(down(element, "ISOAbbreviation")),
        "medline_ta": text(down(info, "MedlineTA")),
        "nlm_id": text(down(info, "NlmUniqueID")),
        "issn": text(issn),
        "issn_type": None if issn is None else attribute(issn, "IssnType"),
        "issn_linking": text(down(info, "ISSNLinking")),
        "country": text(down(info, "Country")),
        "volume": text(down(element, "JournalIssue", "Volume")),
        "issue": text(down(element, "JournalIssue", "Issue")),
    }


def publication_types(elements: list[Element]) -> list[dict[str, Any]]:
    return [{"ui": attribute(t, "UI"), "name": text(t)} for t in elements]


def keyword_texts(e: Element) -> list[str | None]:
    return [text(k) for g in children(e, "KeywordList") for k in children(g, "Keyword") if text(k)]


def grant_list(e: Element | None) -> list[dict[str, Any]]:
    names = {"id": "GrantID", "acronym": "Acronym", "agency": "Agency", "country": "Country"}
    found = [{key: text(down(g, name)) for key, name in names.items()} for g in children(e, "Grant")]
    return unique(found)


def cited(e: Element | None) -> list[dict[str, Any]]:
    return [
        {
            "citation": text(down(r, "Citation")) or "",
            "ids": ids([(attribute(i, "IdType"), text(i)) for i in children(down(r, "ArticleIdList"), "ArticleId")]),
        }
        for r in all_references(e)
    ]


def investigators(e: Element | None) -> list[dict[str, Any]]:
    return [
        person(p) | ({"list": attribute(g, "ID")} if attribute(g, "ID") else {})
        for g in children(e, "InvestigatorList")
        for p in children(g, "Investigator")
    ]


def pmc_of(listed: list[Element]) -> tuple[str | None, int | None]:
    pmcs = [text(x) or "" for x in listed if attribute(x, "IdType") == "pmc"]
    pmc = re.fullmatch(r"(PMC\d+)(?:\.(\d+))?", pmcs[0]) if pmcs else None
    return (pmc[1] if pmc else None), (int(pmc[2]) if pmc and pmc[2] else None)


def book(e: Element) -> dict[str, Any]:
    document = down(e, "BookDocument")
    inside = down(document, "Book")
    assert document is not None
    assert inside is not None
    number, own_title, book_title = (
        down(document, "PMID"),
        text(down(document, "ArticleTitle")),
        down(inside, "BookTitle"),
    )
    assert number is not None
    whole = own_title is None
    listed = [
        x
        for parent in (document, down(e, "PubmedBookData"))
        for x in children(down(parent, "ArticleIdList"), "ArticleId")
    ]
    located = [x for x in children(inside, "ELocationID") if whole and attribute(x, "ValidYN") != "N"]
    pmcid, pmc_version = pmc_of(listed)
    return {
        "pmid": text(number),
        "version": int(attribute(number, "Version") or 1),
        "nlm_status": None,
        "title": own_title or text(book_title),
        "vernacular_title": text(down(document, "VernacularTitle")),
        "abstract": sections(down(document, "Abstract")),
        "other_abstracts": [],
        "authors": by_role(document, "authors") or (by_role(inside, "authors") if whole else []),
        "investigators": investigators(document),
        "journal": None,
        "published": published(down(inside, "PubDate")),
        "doi": own_doi(inside if whole else None, listed),
        "pmcid": pmcid,
        "pmc_version": pmc_version,
        "ids": ids(
            [(attribute(x, "IdType"), text(x)) for x in listed] + [(attribute(x, "EIdType"), text(x)) for x in located]
        ),
        "book": {
            "title": text(book_title),
            "publisher": text(down(inside, "Publisher", "PublisherName")),
            "publisher_location": text(down(inside, "Publisher", "PublisherLocation")),
            "authors": by_role(inside, "authors"),
            "editors": by_role(inside, "editors"),
            "edition": text(down(inside, "Edition")),
            "volume": text(down(inside, "Volume")),
            "isbn": [text(x) for x in children(inside, "Isbn")],
        },
        "languages": [text(x) for x in children(document, "Language")],
        "publication_types": publication_types(children(document, "PublicationType")),
        "mesh": [],
        "supplementary_mesh": [],
        "keywords": keyword_texts(document),
        "chemicals": [],
        "grants": grant_list(down(document, "GrantList")),
        "databanks": [],
        "corrections": [],
        "references": cited(document),
        "retracted": False,
        "notice": False,
        "concern": False,
        "preprint": False,
    }


def all_references(e: Element | None) -> list[Element]:
    return [r for group in children(e, "ReferenceList") for r in children(group, "Reference") + all_references(group)]


def one(e: Element) -> dict[str, Any]:
    c = down(e, "MedlineCitation")
    assert c is not None
    a, data = down(c, "Article"), down(e, "PubmedData")
    number = down(c, "PMID")
    assert number is not None
    listed = children(down(data, "ArticleIdList"), "ArticleId")
    located = [x for x in children(a, "ELocationID") if attribute(x, "ValidYN") != "N"]
    pmcid, pmc_version = pmc_of(listed)
    types = children(down(a, "PublicationTypeList"), "PublicationType")
    links = children(down(c, "CommentsCorrectionsList"), "CommentsCorrections")
    uis, kinds = {attribute(t, "UI") for t in types}, {attribute(x, "RefType") for x in links}
    return {
        "pmid": text(number),
        "version": int(attribute(number, "Version") or 1),
        "nlm_status": attribute(c, "Status"),
        "title": text(down(a, "ArticleTitle")),
        "vernacular_title": text(down(a, "VernacularTitle")),
        "abstract": sections(down(a, "Abstract")),
        "other_abstracts": [
            {"type": attribute(o, "Type"), "language": attribute(o, "Language"), "sections": sections(o)}
            for o in children(c, "OtherAbstract")
        ],
        "authors": [person(p) for p in children(down(a, "AuthorList"), "Author")],
        "investigators": investigators(c),
        "journal": journal(down(a, "Journal"), down(c, "MedlineJournalInfo")),
        "published": published(down(a, "Journal", "JournalIssue", "PubDate")),
        "doi": own_doi(a, listed),
        "pmcid": pmcid,
        "pmc_version": pmc_version,
        "ids": ids(
            [(attribute(x, "IdType"), text(x)) for x in listed] + [(attribute(x, "EIdType"), text(x)) for x in located]
        ),
        "languages": [text(x) for x in children(a, "Language")],
        "publication_types": publication_types(types),
        "mesh": [
            {
                "ui": attribute(d, "UI"),
                "name": text(d),
                "major": attribute(d, "MajorTopicYN") == "Y",
                "qualifiers": [
                    {"ui": attribute(q, "UI"), "name": text(q), "major": attribute(q, "MajorTopicYN") == "Y"}
                    for q in children(h, "QualifierName")
                ],
            }
            for h in children(down(c, "MeshHeadingList"), "MeshHeading")
            for d in children(h, "DescriptorName")
        ],
        "supplementary_mesh": [
            {"ui": attribute(s, "UI"), "name": text(s), "type": attribute(s, "Type")}
            for s in children(down(c, "SupplMeshList"), "SupplMeshName")
        ],
        "keywords": keyword_texts(c),
        "chemicals": [
            {
                "ui": attribute(n, "UI"),
                "name": text(n),
                "registry": text(down(s, "RegistryNumber")),
            }
            for s in children(down(c, "ChemicalList"), "Chemical")
            for n in children(s, "NameOfSubstance")
        ],
        "grants": grant_list(down(a, "GrantList")),
        "databanks": [
            {
                "name": text(down(b, "DataBankName")),
                "accessions": [text(n) for n in children(down(b, "AccessionNumberList"), "AccessionNumber")],
            }
            for b in children(down(a, "DataBankList"), "DataBank")
        ],
        "corrections": [
            {"type": attribute(x, "RefType"), "pmid": text(down(x, "PMID")), "source": text(down(x, "RefSource"))}
            for x in links
        ],
        "references": cited(data),
        "retracted": "D016441" in uis or "RetractionIn" in kinds,
        "notice": "D016440" in uis or "RetractionOf" in kinds,
        "concern": "ExpressionOfConcernIn" in kinds,
        "preprint": "D000076942" in uis,
    }


def unique(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found
