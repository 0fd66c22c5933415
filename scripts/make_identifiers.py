"""Write kg/sources/mappings/identifiers.tsv and misleading_names.tsv from downloads of HGNC and miRBase.

    python scripts/make_identifiers.py HGNC.tsv.gz MIRBASE.tsv GENE_LIST...

Each GENE_LIST is any text; every HGNC symbol, UniProt accession or Ensembl id in it is kept. The entities of the
shipped axis and the look-alikes below are always kept. A former symbol or alias that is a symbol, former symbol or
alias of another gene of HGNC, or that is banned below, is no name of its gene here: it goes to misleading_names.tsv, by
which readers refuse it with its candidates.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

from kg.sources.files import read_lines
from kg.sources.identifiers import normal_name
from kg.sources.tables import Row, read_table

AXIS = Path(__file__).resolve().parents[1] / "kg" / "axes" / "cml_il8"
TARGET = Path(__file__).resolve().parents[1] / "kg" / "sources" / "mappings" / "identifiers.tsv"
MISLEADING = TARGET.with_name("misleading_names.tsv")
COLUMNS = ["id", "label", "type", "taxon", "parents", "xrefs", "previous", "aliases", "orthologues"]

BANNED = {
    "CXCL8": ["K60", "NAF", "3-10C", "NAP-1", "NAP1", "TSG-1", "LUCT", "GCP-1", "MDNCF"], "ABL1": ["p150"],
    "EXOSC10": ["p2", "p3", "p4"], "NDUFB6": ["CI"],
}  # fmt: skip
"""Aliases that in text and tables nearly always mean something else."""

ALWAYS = ["BCR", "ABL1", "EGFL7", "CXCL8", "CXCR1", "CXCR2", "EXOSC1", "EXOSC2", "EXOSC3", "EXOSC4", "EXOSC5",
          "EXOSC6", "EXOSC7", "EXOSC8", "EXOSC9", "EXOSC10", "DIS3", "AKT1", "AKT2", "AKT3", "SETBP1", "SYK", "BTK",
          "CD79A", "CD79B"]  # fmt: skip

LOOK_ALIKES = [
    ("MIRBASE:MIMAT0000445", "hsa-miR-126-3p", "mirna", "NCBITaxon:9606", "HGNC:31508", "", "hsa-miR-126",
     "miR-126-3p"),
    ("MIRBASE:MIMAT0000444", "hsa-miR-126-5p", "mirna", "NCBITaxon:9606", "HGNC:31508", "", "hsa-miR-126*",
     "miR-126-5p|miR-126*"),
    ("GO:0000178", "exosome (RNase complex)", "complex", "", "", "MESH:D063326", "",
     "RNA exosome|Exosome Multienzyme Ribonuclease Complex|exosome complex"),
    ("GO:0019815", "B cell receptor complex", "complex", "", "", "MESH:D011947", "",
     "B-cell receptor|B cell receptor|B cell antigen receptor|Receptors, Antigen, B-Cell"),
    ("DOID:9952", "acute lymphoblastic leukemia", "disease", "", "", "MESH:D054198", "",
     "ALL|acute lymphocytic leukemia"),
    ("DOID:0080188", "chronic myelomonocytic leukemia", "disease", "", "", "MESH:D015477", "", "CMML"),
    ("DOID:0060597", "atypical chronic myeloid leukemia", "disease", "", "", "MESH:D054438", "", "atypical CML"),
]  # fmt: skip

XREFS = {
    "DOID:8552": "MESH:D015464", "GO:0070062": "MESH:D055354", "GO:1903561": "MESH:D000067128",
    "GO:0006915": "MESH:D017209", "HGNC:6025": "MESH:D016209", "HGNC:6026": "MESH:D023062", "HGNC:6027": "MESH:D023063",
    "CHEBI:45783": "CHEBI:31690 MESH:D000068877 DRUGBANK:DB00619", "CHEBI:52172": "MESH:C498826 DRUGBANK:DB04868",
    "CHEBI:49375": "MESH:D000069439 DRUGBANK:DB01254", "CHEBI:78543": "MESH:C545373 DRUGBANK:DB08901",
    "CHEBI:39112": "DRUGBANK:DB06616", "MESH:D000077784": "DRUGBANK:DB06626",
    "MESH:D007375": "FPLX:IL1", "MESH:D010739": "FPLX:PLD", "MESH:D016212": "FPLX:TGFB",
    "MESH:D016328": "FPLX:NFkappaB",
    "MESH:D016898": "FPLX:IFNA", "MESH:D017468": "FPLX:FGFR", "MESH:D017479": "FPLX:PDGFR", "MESH:D018631": "FPLX:RAS",
    "MESH:D018808": "FPLX:AP1", "MESH:D048031": "FPLX:JNK", "MESH:D048049": "FPLX:ERK", "MESH:D048051": "FPLX:p38",
    "MESH:D050799": "FPLX:STAT5", "MESH:D051057": "FPLX:AKT", "MESH:D051153": "FPLX:Wnt", "MESH:D019869": "FPLX:PI3K",
    "MESH:D054648": "FPLX:PPP2",
}  # fmt: skip

NAMES = {
    "CHEBI:45783": "imatinib mesylate|STI571|Gleevec|Glivec", "DOID:8552": "CML|chronic myelogenous leukemia",
    "MESH:D016044": "BCR-ABL|BCR-ABL1 fusion protein|BCR::ABL1", "DOID:9119": "AML",
}  # fmt: skip

PARENTS = {"HGNC:391": "MESH:D051057", "HGNC:392": "MESH:D051057", "HGNC:393": "MESH:D051057",
           "HGNC:11366": "MESH:D050799", "HGNC:11367": "MESH:D050799"}  # fmt: skip


def hgnc_row(cells: dict[str, str]) -> dict[str, str]:
    """One approved HGNC entry in the columns of the shipped table."""
    xrefs = [f"UniProtKB:{a}" for a in cells["UniProt ID(supplied by UniProt)"].replace(" ", "").split(",") if a]
    xrefs += [f"NCBIGene:{g}" for g in [cells["NCBI Gene ID(supplied by NCBI)"]] if g]
    xrefs += [f"ENSEMBL:{g}" for g in [cells["Ensembl gene ID"]] if g]
    orthologues = (
        cells["Mouse genome database ID(supplied by MGI)"] + "," + cells["Rat genome database ID(supplied by RGD)"]
    )
    return {
        "id": cells["HGNC ID"], "label": cells["Approved symbol"],
        "type": "mirna" if cells["Locus type"] == "RNA, micro" else "gene_product", "taxon": "NCBITaxon:9606",
        "parents": PARENTS.get(cells["HGNC ID"], ""), "xrefs": " ".join(xrefs),
        "previous": bars(cells["Previous symbols"]), "aliases": bars(cells["Alias symbols"]),
        "orthologues": " ".join(o.strip() for o in orthologues.split(",") if o.strip()),
    }  # fmt: skip


def bars(text: str) -> str:
    """A list of HGNC (commas, quotation marks) with bars."""
    return "|".join(part.strip() for part in text.strip('"').split(",") if part.strip())


def rows(path: str | Path, *required: str) -> list[dict[str, str]]:
    """All rows of a table that must be whole."""
    return [row.cells for row in read_table(path, required=required) if isinstance(row, Row)]


Owners = dict[str, dict[str, tuple[int, str]]]


def owners_of_names(genes: list[dict[str, str]]) -> Owners:
    """Each name of an approved gene, in its normal form, with the genes that bear it: HGNC id to level and symbol."""
    found: Owners = {}
    for cells in genes:
        row = hgnc_row(cells)
        groups = ([row["label"]], row["previous"].split("|"), row["aliases"].split("|"))
        for level, names in enumerate(groups):
            for name in filter(None, names):
                found.setdefault(normal_name(name), {}).setdefault(row["id"], (level, row["label"]))
    return found


def set_apart(row: dict[str, str], owners: Owners, misleading: dict[str, str]) -> None:
    """Take out of a row the names that are another gene's as well, no less officially."""
    for level, column in enumerate(("previous", "aliases"), start=1):
        kept = []
        for name in filter(None, row[column].split("|")):
            bearers = owners[normal_name(name)]
            shared = any(rank <= level for curie, (rank, _) in bearers.items() if curie != row["id"])
            if shared or name in BANNED.get(row["label"], ()):
                shown = sorted(bearers.items())
                misleading[name] = ", ".join(f"{curie} ({symbol})" for curie, (_, symbol) in shown)
            else:
                kept.append(name)
        row[column] = "|".join(kept)


def wanted_tokens(paths: list[str]) -> set[str]:
    """Every word of the gene lists."""
    return {word for path in paths for line in read_lines(path) for word in re.findall(r"[A-Za-z0-9-]+", line)}


def main(hgnc: str, mirbase: str, gene_lists: list[str]) -> None:
    """Write the table."""
    axis = rows(AXIS / "entities.tsv", "id", "label", "type")
    words = wanted_tokens(gene_lists) | set(ALWAYS)
    keep = {e["id"] for e in axis}
    table: dict[str, dict[str, str]] = {}
    genes = [cells for cells in rows(hgnc, "HGNC ID", "Status") if cells["Status"] == "Approved"]
    owners, misleading = owners_of_names(genes), dict[str, str]()
    for cells in genes:
        row = hgnc_row(cells)
        accessions = {x.partition(":")[2] for x in row["xrefs"].split() if not x.startswith("NCBIGene:")}
        known = row["id"] in keep or row["label"] in words or accessions & words
        if known:
            set_apart(row, owners, misleading)
            table[row["id"]] = row
    for cells in rows(mirbase, "mirbase_id", "database"):
        if cells["database"] == "HGNC" and f"HGNC:{cells['identifier']}" in table:
            row = table[f"HGNC:{cells['identifier']}"]
            row["xrefs"] = f"{row['xrefs']} MIRBASE:{cells['mirbase_id']}".strip()
    for cells in axis:
        row = table.setdefault(cells["id"], dict.fromkeys(COLUMNS, "") | {"id": cells["id"]})
        if cells["type"] in (
            "gene_product",
            "mirna",
            "chemical",
            "complex",
            "disease",
            "vesicle",
            "process",
            "phenotype",
        ):
            add_axis(row, cells)
        else:
            del table[cells["id"]]
    for values in LOOK_ALIKES:
        table[values[0]] = dict(zip(COLUMNS, [*values, ""], strict=True))
    for curie, more in XREFS.items():
        table[curie]["xrefs"] = f"{table[curie]['xrefs']} {more}".strip()
    for curie, more in NAMES.items():
        table[curie]["aliases"] = "|".join(filter(None, [table[curie]["aliases"], more]))
    with TARGET.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n", quotechar=None)
        writer.writerow(COLUMNS)
        writer.writerows([table[key][c] for c in COLUMNS] for key in sorted(table))

    with MISLEADING.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n", quotechar=None)
        writer.writerow(["name", "candidates"])
        writer.writerows(sorted(misleading.items()))


def add_axis(row: dict[str, str], cells: dict[str, str]) -> None:
    """Let the axis' own label and synonyms lead; the symbol of HGNC stays a name."""
    names = [row["label"], *row["aliases"].split("|"), *cells["synonyms"].split("|")]
    row["label"], row["type"], row["parents"] = cells["label"], cells["type"], row["parents"] or cells["parent"]
    row["aliases"] = "|".join(
        dict.fromkeys(n for n in names if n and n != cells["label"] and n != "central nervous system")
    )
    if cells["id"].startswith("HGNC:"):
        row["taxon"] = "NCBITaxon:9606"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
