"""Small PubMed files, written for a test."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from kg.model import Status
    from kg.sources.pubmed.state import State


def article(
    pmid: int, *, version: int = 1, title: str = "T", revised: str = "2026-01-01", extra: str = "", doi: str = ""
) -> str:
    own = f'<PubmedData><ArticleIdList><ArticleId IdType="doi">{doi}</ArticleId></ArticleIdList></PubmedData>'
    year, month, day = revised.split("-")
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="{version}">{pmid}</PMID><DateRevised>'
        f"<Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></DateRevised><Article><Journal/>"
        f"<ArticleTitle>{title}</ArticleTitle></Article>{extra}</MedlineCitation>{own if doi else ''}</PubmedArticle>"
    )


def links(*pairs: tuple[str, int]) -> str:
    inner = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>J</RefSource><PMID>{pmid}</PMID></CommentsCorrections>'
        for kind, pmid in pairs
    )
    return f"<CommentsCorrectionsList>{inner}</CommentsCorrectionsList>"


def delete(*pmids: int) -> str:
    return "<DeleteCitation>" + "".join(f'<PMID Version="1">{p}</PMID>' for p in pmids) + "</DeleteCitation>"


def document(*records: str) -> bytes:
    return ("<PubmedArticleSet>" + "".join(records) + "</PubmedArticleSet>").encode()


def numbered(folder: Path, number: int, *records: str, md5: bool = True) -> Path:
    """A bulk file of NLM's name."""
    file = folder / f"pubmed26n{number:04}.xml.gz"
    file.write_bytes(gzip.compress(document(*records)))
    if md5:
        digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
        file.with_name(file.name + ".md5").write_text(f"MD5({file.name})= {digest}\n")
    return file


def unnumbered(folder: Path, name: str, *records: str) -> Path:
    """A file of any other name."""
    file = folder / name
    file.write_bytes(document(*records))
    return file


def stands(state: State) -> dict[str, tuple[str, Status]]:
    """Title and status of every paper of a state."""
    return {p.pmid: (p.title, p.status) for p in state.publications()}
