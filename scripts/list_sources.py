"""Write SOURCES.md of the shipped profile: file, source, version, licence, citation, SHA-256.

python scripts/list_sources.py
"""

from __future__ import annotations

import hashlib
from pathlib import Path

AXIS = Path(__file__).resolve().parents[1] / "kg" / "axes" / "cml_il8"
AUTHORS = "The exil8 authors"

FILES = [
    ("relations.tsv", "curated", "first edition", "CC-BY-4.0", f"{AUTHORS}: relations read from abstracts by hand"),
    ("entities.tsv", "curated", "first edition", "CC-BY-4.0", AUTHORS),
    ("sites.tsv", "curated", "first edition", "CC-BY-4.0", AUTHORS),
    ("publications.tsv", "curated", "first edition", "CC-BY-4.0", f"{AUTHORS}; bibliographic data of NLM"),
    ("hierarchy.tsv", "(families and kinds of this profile)", "first edition", "CC-BY-4.0", AUTHORS),
    ("site_names.tsv", "(names of cells and diseases to sites of this profile)", "first edition", "CC0-1.0", AUTHORS),
    (
        "civic_cml.tsv",
        "civic",
        "nightly clinical evidence summaries as published with civic-server: rows of chronic myeloid leukemia or ABL1",
        "CC0-1.0",
        "Griffith M, et al. Nat Genet 2017;49:170-174. doi:10.1038/ng.3774",
    ),
    (
        "omnipath_axis.tsv",
        "omnipath",
        "ligand-receptor table of the liana package: rows of the axis, references of permissive resources only",
        "CC-BY-4.0, CC-BY-2.5, CC-BY-2.0, MIT: by reference, see kg/sources/mappings/omnipath_licences.tsv",
        "Türei D, et al. Mol Syst Biol 2021;17:e9923. doi:10.15252/msb.20209923; Dimitrov D, et al. Nat Commun "
        "2022;13:3224. doi:10.1038/s41467-022-30755-0; and the resources named in the table",
    ),
    (
        "go_exosome_cargo.tsv",
        "go_cargo",
        "org.Hs.eg.db 3.16.0: annotations of genes of the axis to GO:0070062 and GO:1903561",
        "CC-BY-4.0",
        "The Gene Ontology Consortium. Genetics 2023;224:iyad031. doi:10.1093/genetics/iyad031",
    ),
    (
        "pubmed_sample.xml.gz",
        "pubmed",
        "206 records of the update file pubmed21n1298 (2021), without abstracts, affiliations and references",
        "NLM Terms and Conditions",
        "Courtesy of the U.S. National Library of Medicine; may not show the most current data",
    ),
]

MAPPINGS = AXIS.parents[1] / "sources" / "mappings"
MADE = {
    "identifiers.tsv": ("names and cross-references, by `scripts/make_identifiers.py`",
                        "HGNC and FamPlex CC0-1.0, miRBase public domain"),
    "misleading_names.tsv": ("names that several genes bear, by the same script", "HGNC CC0-1.0"),
}  # fmt: skip
"""What is not wholly the project's own."""

HEAD = """# What this profile ships

Each file is read by the source named; the licence of each row goes into the graph with its evidence. Written by
`scripts/list_sources.py`.

| file | source | version | licence | citation | SHA-256 |
|---|---|---|---|---|---|
"""

TAIL = """
Beside it, in `kg/sources/mappings/`, stand tables that readers use:

| file | what it is | licence | SHA-256 |
|---|---|---|---|
"""


def main() -> None:
    """Write the table."""
    rows, tables = [], []
    for name, *cells in FILES:
        digest = hashlib.sha256((AXIS / name).read_bytes()).hexdigest()
        rows.append(f"| {' | '.join([name, *cells, digest])} |\n")
    for file in sorted(MAPPINGS.iterdir()):
        what, licence = MADE.get(file.name, ("written by the authors", "MIT"))
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        tables.append(f"| {file.name} | {what} | {licence} | {digest} |\n")
    (AXIS / "SOURCES.md").write_text(HEAD + "".join(rows) + TAIL + "".join(tables), encoding="utf-8")


if __name__ == "__main__":
    main()
