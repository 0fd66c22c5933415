"""The records the emulator knows, and how they change with time."""

from __future__ import annotations

import gzip
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: f"{number:02}" for number, name in enumerate(_NAMES, start=1)}


@dataclass
class Entry:
    """A record as the emulator indexes it; dates are ``YYYY/MM/DD``."""

    pmid: int
    title: str = "Title"
    text: str = ""
    types: set[str] = field(default_factory=lambda: {"journal article"})
    mesh: set[str] = field(default_factory=set)
    dp: str = "2026/01/01"
    crdt: str = "2026/01/01"
    mdat: str = "2026/01/01"
    doi: str = ""
    pmcid: str = ""
    journal: str = "J Example"
    authors: tuple[str, ...] = ("Doe J",)
    links: list[tuple[str, int]] = field(default_factory=list)
    version: int = 1
    element: ET.Element | None = None
    book: bool = False

    @property
    def xml(self) -> str:
        """The record as EFetch gives it."""
        if self.element is not None:
            return ET.tostring(self.element, encoding="unicode")
        return _BOOK.format(e=self) if self.book else self._article()

    def _article(self) -> str:
        year, month, day = self.mdat.split("/")
        types = "".join(
            f'<PublicationType UI="{_UIS.get(t, "D016428")}">{t}</PublicationType>' for t in sorted(self.types)
        )
        links = "".join(
            f'<CommentsCorrections RefType="{kind}"><RefSource>J</RefSource><PMID Version="1">{pmid}</PMID>'
            "</CommentsCorrections>"
            for kind, pmid in self.links
        )
        entrez = "".join(f"<{n}>{v}</{n}>" for n, v in zip(("Year", "Month", "Day"), self.crdt.split("/"), strict=True))
        doi = f'<ArticleId IdType="doi">{self.doi}</ArticleId>' if self.doi else ""
        doi += f'<ArticleId IdType="pmc">{self.pmcid}</ArticleId>' if self.pmcid else ""
        last, _, initials = self.authors[0].partition(" ")
        return (
            f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="{self.version}">{self.pmid}'
            f"</PMID><DateRevised><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></DateRevised><Article>"
            f"<Journal><JournalIssue><PubDate><Year>{self.dp[:4]}</Year></PubDate></JournalIssue><Title>{self.journal}"
            f"</Title><ISOAbbreviation>{self.journal}</ISOAbbreviation></Journal><ArticleTitle>{self.title}"
            f"</ArticleTitle><AuthorList><Author><LastName>{last}</LastName><Initials>{initials}</Initials></Author>"
            f"</AuthorList><PublicationTypeList>{types}</PublicationTypeList></Article><CommentsCorrectionsList>{links}"
            f'</CommentsCorrectionsList></MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="entrez">'
            f'{entrez}</PubMedPubDate></History><ArticleIdList><ArticleId IdType="pubmed">{self.pmid}</ArticleId>{doi}'
            "</ArticleIdList></PubmedData></PubmedArticle>"
        )


_UIS = {"retracted publication": "D016441", "retraction notice": "D016440", "review": "D016454"}
_BOOK = (
    '<PubmedBookArticle><BookDocument><PMID Version="1">{e.pmid}</PMID><ArticleIdList/><Book><Publisher>'
    "<PublisherName>P</PublisherName></Publisher><BookTitle>B</BookTitle><PubDate><Year>2020</Year></PubDate></Book>"
    "<ArticleTitle>{e.title}</ArticleTitle></BookDocument></PubmedBookArticle>"
)


class Index:
    """All records, by PMID."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}

    def load(self, path: Path) -> None:
        """Add the real records of a file."""
        data = path.read_bytes()
        root = ET.fromstring(gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data)
        for element in root.findall("PubmedArticle"):
            self.add(_entry(element))

    def copy(self) -> Index:
        """The same records, to be changed apart."""
        made = Index()
        for entry in self.entries.values():
            made.add(replace(entry, types=set(entry.types), links=list(entry.links)))
        return made

    def add(self, entry: Entry) -> Entry:
        """Add or replace a record."""
        self.entries[entry.pmid] = entry
        return entry

    def grow(self, numbers: range, **fields: str) -> None:
        """Add made-up records in numbers."""
        for number in numbers:
            self.add(Entry(number, **fields))  # type: ignore[arg-type]

    def retract(self, pmid: int, day: str, notice: int) -> None:
        """A notice appears, and the paper is issued again with the mark of retraction."""
        entry = self.entries[pmid]
        entry.types.add("retracted publication")
        entry.links.append(("RetractionIn", notice))
        entry.mdat = day
        self.announce(pmid, day, notice)

    def announce(self, pmid: int, day: str, notice: int) -> None:
        """Only the notice appears; the paper is not issued again yet."""
        self.add(
            Entry(
                notice,
                title="Retraction",
                types={"retraction notice"},
                links=[("RetractionOf", pmid)],
                crdt=day,
                mdat=day,
            )
        )

    def delete(self, pmid: int) -> None:
        """Take a record out; nothing says that it was there."""
        del self.entries[pmid]


def _entry(element: ET.Element) -> Entry:
    def date(path: str) -> str:
        found = element.find(path)
        if found is None:
            return "1900/01/01"
        month = found.findtext("Month") or "1"
        return "/".join(
            (
                found.findtext("Year") or "1900",
                _MONTHS.get(month, month.zfill(2)),
                (found.findtext("Day") or "1").zfill(2),
            )
        )

    title = "".join(t for e in element.iter("ArticleTitle") for t in e.itertext())
    pmid = element.find("MedlineCitation/PMID")
    assert pmid is not None
    return Entry(
        pmid=int(pmid.text or 0),
        title=title,
        text=" ".join(t for e in element.iter("AbstractText") for t in e.itertext()),
        types={(e.text or "").lower() for e in element.iter("PublicationType")},
        mesh={(e.text or "").lower() for e in element.iter("DescriptorName")},
        dp=date("MedlineCitation/Article/Journal/JournalIssue/PubDate"),
        crdt=date("PubmedData/History/PubMedPubDate[@PubStatus='entrez']"),
        mdat=date("MedlineCitation/DateRevised"),
        doi=next((e.text or "" for e in element.findall("PubmedData/ArticleIdList/ArticleId[@IdType='doi']")), ""),
        pmcid=next((e.text or "" for e in element.findall("PubmedData/ArticleIdList/ArticleId[@IdType='pmc']")), ""),
        journal=element.findtext("MedlineCitation/MedlineJournalInfo/MedlineTA") or "",
        authors=tuple(
            f"{e.findtext('LastName')} {e.findtext('Initials')}"
            for e in element.iter("Author")
            if e.find("LastName") is not None
        ),
        links=[(e.get("RefType", ""), int(e.findtext("PMID") or 0)) for e in element.iter("CommentsCorrections")],
        element=element,
    )
