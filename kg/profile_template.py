"""The commented profile that ``kg init`` writes: a small axis that builds as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

_PROFILE = """\
# A profile: everything that makes a graph about one axis. `kg build --profile .` builds it.
# Replace the example (TNF makes endothelium express VCAM1, which lets leukocytes adhere) with your own.

name = "my_axis"
title = "My axis"
description = "One sentence that stands under the figure."
anchor = "DOI:10.0000/example"          # the paper it starts from
organism = "Homo sapiens"
licence = "CC-BY-4.0"            # licence of your tables

# The question kg asks first. A node is a CURIE or a name, with an optional @site.
[flagship]
question = "How does TNF make leukocytes adhere?"
source = "TNF@extracellular"
target = "cell adhesion@endothelial_cell"
sign = "+"                       # +, - or any
k = 5

# What the axis is about in the end; each readout with the sign it has for it.
[outcome]
name = "adhesion"
site = "endothelial_cell"
readouts = [{ entity = "GO:0007155", sign = "+" }]

# Classes of factors that `kg rank` ranks: entities of these types that act at these sites.
[classes."soluble factor"]
sites = ["extracellular"]
types = ["gene_product", "chemical"]

# Columns of the figure, left to right.
[[columns]]
label = "Outside"
sites = ["extracellular", "vesicle"]
colour = "#999999"
fill = "#F3F3F3"

[[columns]]
label = "Endothelial cell"
sites = ["endothelial_cell"]
colour = "#009E73"
fill = "#E2F3EC"

# Sources: NAME = file in this folder. `kg sources` lists the names.
[sources]
curated = "."
"""

_SITES = (
    "id|entity|label|kind|parent",
    "endothelial_cell|CL:0000115|endothelial cell|cell|",
    "extracellular|GO:0005615|extracellular space|medium|",
    "organism||whole organism or in vivo readout|organism|",
    "unspecified||not stated|unspecified|",
)

# Synonyms are joined by a bar in the file; here a semicolon stands for it.
_ENTITIES = (
    "id|label|type|parent|origin|synonyms",
    "HGNC:11892|TNF|gene_product|||TNF-alpha;tumor necrosis factor",
    "HGNC:12663|VCAM1|gene_product|||CD106",
    "GO:0007155|cell adhesion|process|||adhesion",
)

_PUBLICATIONS = (
    "id|pmid|doi|title|year|journal|first_author|type|status",
    "DOI:10.0000/example||10.0000/example|Replace this row with the papers of your axis|||||",
)

_RELATIONS = (
    "id|subject|subject_label|subject_site|subject_compartment|predicate|object|object_label|object_site|"
    "object_compartment|polarity|directness|grade|scope|taxon|model_system|assay|publication|support|note",
    "exil8:my0001|HGNC:11892|TNF|extracellular||increases_expression_of|HGNC:12663|VCAM1|endothelial_cell|"
    "plasma_membrane|+|direct|background|general|NCBITaxon:9606|example row||DOI:10.0000/example|"
    "TNF raises VCAM1 on endothelial cells (an example: replace it).|",
    "exil8:my0002|HGNC:12663|VCAM1|endothelial_cell|plasma_membrane|promotes|GO:0007155|cell adhesion|"
    "endothelial_cell||+|direct|background|general|NCBITaxon:9606|example row||DOI:10.0000/example|"
    "VCAM1 lets leukocytes adhere (an example: replace it).|",
)


def _table(rows: tuple[str, ...]) -> str:
    return "".join(row.replace("|", "\t").replace(";", "|") + "\n" for row in rows)


def files() -> dict[str, str]:
    """Name and text of each file of the template.

    >>> sorted(files())
    ['entities.tsv', 'profile.toml', 'publications.tsv', 'relations.tsv', 'sites.tsv']
    """
    return {
        "profile.toml": _PROFILE,
        "sites.tsv": _table(_SITES),
        "entities.tsv": _table(_ENTITIES),
        "publications.tsv": _table(_PUBLICATIONS),
        "relations.tsv": _table(_RELATIONS),
    }


def write(folder: Path) -> tuple[Path, ...]:
    """Write the template into a new or empty folder.

    Raises
    ------
    StoreError
        The folder holds something already, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StoreError(f"{folder} is not empty; name a new folder")
        for name, text in files().items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror or error}") from error
    return tuple(folder / name for name in files())
