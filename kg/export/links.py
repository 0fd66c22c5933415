"""Web addresses of publications and entities."""

from __future__ import annotations

from kg import vocabulary
from kg.errors import CurieError


def paper_url(curie: str) -> str:
    """Address of a publication; empty when the CURIE is of no kind that has one.

    >>> paper_url("PMID:24657661")
    'https://pubmed.ncbi.nlm.nih.gov/24657661/'
    >>> paper_url("DOI:10.1006/cyto.2002.1994"), paper_url("nonsense")
    ('https://doi.org/10.1006/cyto.2002.1994', '')
    """
    if curie.startswith("PMID:") and curie[5:].isdecimal():
        return f"https://pubmed.ncbi.nlm.nih.gov/{curie[5:]}/"
    if curie.startswith("PMC:"):
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{curie[4:]}/"
    return entity_url(curie)


def entity_url(curie: str) -> str:
    """IRI of a CURIE as a web address; empty where there is no page, as for the project's own terms.

    >>> entity_url("HGNC:6025"), entity_url("exil8:cml_exosome"), entity_url("Hgnc 6025")
    ('https://identifiers.org/hgnc/6025', '', '')
    """
    try:
        iri = vocabulary.expand(curie)
    except CurieError:
        return ""
    if iri.startswith(vocabulary.EXIL8) or not iri.startswith(("http://", "https://")):
        return ""
    return iri
