"""A second, independent reading of PubMed records, with minidom and nothing of the parser.

Written from the DTD and the interface alone; slow and plain on purpose.
"""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Any
from xml.dom import Node
from xml.dom.minidom import Element, parseString

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}


def read(xml: bytes) -> list[dict[str, Any]]:
    root = parseString(xml).documentElement
    assert root is not None
    return [one(e) for e in children(root, "PubmedArticle")]


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
    return {
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


def published(e: Element | None) -> dict[str, Any]:
    """Only the shapes a table of months can tell; the words of MedlineDate are left to other tests."""
    if e is None or down(e, "MedlineDate") is not None or down(e, "Season") is not None:
        return {}
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


def all_references(e: Element | None) -> list[Element]:
    return [r for group in children(e, "ReferenceList") for r in children(group, "Reference") + all_references(group)]


def one(e: Element) -> dict[str, Any]:
    c = down(e, "MedlineCitation")
    assert c is not None
    a, data = down(c, "Article"), down(e, "PubmedData")
    number = down(c, "PMID")
    assert number is not None
    listed = children(down(data, "ArticleIdList"), "ArticleId")
    journal, info = down(a, "Journal"), down(c, "MedlineJournalInfo")
    issn = down(journal, "ISSN")
    located = [x for x in children(a, "ELocationID") if attribute(x, "ValidYN") != "N"]
    pmcs = [text(x) or "" for x in listed if attribute(x, "IdType") == "pmc"]
    pmc = re.fullmatch(r"(PMC\d+)(?:\.(\d+))?", pmcs[0]) if pmcs else None
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
        "investigators": [person(p) for g in children(c, "InvestigatorList") for p in children(g, "Investigator")],
        "journal": {
            "title": text(down(journal, "Title")),
            "iso_abbreviation": text(down(journal, "ISOAbbreviation")),
            "medline_ta": text(down(info, "MedlineTA")),
            "nlm_id": text(down(info, "NlmUniqueID")),
            "issn": text(issn),
            "issn_type": None if issn is None else attribute(issn, "IssnType"),
            "issn_linking": text(down(info, "ISSNLinking")),
            "country": text(down(info, "Country")),
            "volume": text(down(journal, "JournalIssue", "Volume")),
            "issue": text(down(journal, "JournalIssue", "Issue")),
        },
        "published": published(down(journal, "JournalIssue", "PubDate")),
        "doi": own_doi(a, listed),
        "pmcid": pmc[1] if pmc else None,
        "pmc_version": int(pmc[2]) if pmc and pmc[2] else None,
        "ids": ids(
            [(attribute(x, "IdType"), text(x)) for x in listed] + [(attribute(x, "EIdType"), text(x)) for x in located]
        ),
        "languages": [text(x) for x in children(a, "Language")],
        "publication_types": [{"ui": attribute(t, "UI"), "name": text(t)} for t in types],
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
        "keywords": [text(k) for g in children(c, "KeywordList") for k in children(g, "Keyword") if text(k)],
        "chemicals": [
            {
                "ui": attribute(n, "UI"),
                "name": text(n),
                "registry": text(down(s, "RegistryNumber")),
            }
            for s in children(down(c, "ChemicalList"), "Chemical")
            for n in children(s, "NameOfSubstance")
        ],
        "grants": unique(
            [
                {
                    "id": text(down(g, "GrantID")),
                    "acronym": text(down(g, "Acronym")),
                    "agency": text(down(g, "Agency")),
                    "country": text(down(g, "Country")),
                }
                for g in children(down(a, "GrantList"), "Grant")
            ]
        ),
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
        "references": [
            {
                "citation": text(down(r, "Citation")) or "",
                "ids": ids(
                    [(attribute(i, "IdType"), text(i)) for i in children(down(r, "ArticleIdList"), "ArticleId")]
                ),
            }
            for r in all_references(data)
        ],
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
