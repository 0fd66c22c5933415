"""ExoCarta and Vesiclepedia: proteins and mRNAs found in extracellular vesicles (TSV).

The table of experiments, where it stands beside the cargo, gives the paper, the sample and the kind of vesicle. Cargo
of a sample whose cell is a site of the profile is carried by the vesicle of that cell; all other by the generic one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.model import Entity, Evidence, Polarity, Refusal, Relation, SourceInfo, Statement
from kg.sources.identifiers import normal_name
from kg.sources.reading import EXTRACELLULAR, UNSPECIFIED, Context, Reading, contexts, own_id, pmid
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.model import Record
    from kg.sources.identifiers import Identifiers

INFO: Final = SourceInfo(
    name="exocarta",
    title="ExoCarta and Vesiclepedia: cargo of extracellular vesicles",
    licence="unknown",
    homepage="http://www.exocarta.org/",
    citation=(
        "Keerthikumar S, Chisanga D, Ariyaratne D, et al. ExoCarta: a web-based compendium of exosomal cargo. "
        "J Mol Biol 2016;428:688-692. doi:10.1016/j.jmb.2015.09.019"
    ),
    reliability=0.5,
    formats=("txt", "tsv"),
)

_CARGO: Final = (
    "CONTENT ID", "CONTENT TYPE", "ENTREZ GENE ID", "GENE SYMBOL", "SPECIES", "EXPERIMENT ID", "METHODS",
)  # fmt: skip
_EXPERIMENTS: Final = ("EXPERIMENT ID", "PUBMED ID")
_SAMPLES: Final = ("SAMPLE NAME", "SAMPLE SOURCE", "SAMPLE", "VESICLE TYPE", "ISOLATION METHOD")
_TAXA: Final = {
    "homo sapiens": "9606", "mus musculus": "10090", "rattus norvegicus": "10116", "bos taurus": "9913",
    "sus scrofa": "9823", "ovis aries": "9940", "canis familiaris": "9615", "equus caballus": "9796",
}  # fmt: skip
_EXOSOME: Final = ("GO:0070062", "extracellular exosome")
_MICROVESICLE: Final = ("GO:1990742", "microvesicle")
_VESICLE: Final = ("GO:1903561", "extracellular vesicle")


class _Experiment(NamedTuple):
    paper: str
    sample: str
    vesicle: str


def read(
    path: str | Path, *, identifiers: Identifiers | None = None, sites: Mapping[str, Context] | None = None
) -> Iterator[Record]:
    """Read the cargo of vesicles.

    Parameters
    ----------
    path
        The table of proteins and mRNAs (``..._PROTEIN_MRNA_DETAILS_...``); the table of experiments is found beside it
        by name (``..._EXPERIMENT_DETAILS_...``).
    identifiers
        What is known of identifiers; the shipped table when None.
    sites
        Which site the cell of a sample means, by name; ``site_names.tsv`` beside the file when None.

    Yields
    ------
    Record
        Vesicles and gene products, one statement a row, refusals.

    Raises
    ------
    SourceError
        The file is no table of cargo.
    """
    reading = Reading(INFO, path, identifiers)
    where = contexts(path) if sites is None else sites
    experiments = _experiments(Path(path))
    generic = _EXOSOME if "exocarta" in Path(path).name.casefold() else _VESICLE
    for row in read_table(path, required=_CARGO, optional=(), source=INFO.name, pad=True):
        if isinstance(row, Refusal):
            yield row
            continue
        cells = row.cells
        if cells["CONTENT TYPE"].casefold() not in ("protein", "mrna"):
            yield reading.refuse(row.line, f"content of the type {cells['CONTENT TYPE']!r} is not read")
        elif not cells["ENTREZ GENE ID"].isdecimal() or cells["ENTREZ GENE ID"] == "0":
            yield reading.refuse(row.line, f"no Entrez number for {cells['GENE SYMBOL']!r}")
        else:
            experiment = experiments.get(cells["EXPERIMENT ID"], _Experiment("", "", ""))
            yield from _cargo(reading, cells, experiment, _carrier(reading, experiment, generic, where))


def _experiments(path: Path) -> dict[str, _Experiment]:
    wanted = re.sub("protein_mrna", "experiment", path.name.casefold())
    tables = [p for p in sorted(path.parent.iterdir()) if p.name.casefold() == wanted and p != path]
    if not tables:
        return {}
    found = {}
    for row in read_table(tables[0], required=_EXPERIMENTS, optional=_SAMPLES, pad=True):
        if not isinstance(row, Refusal):
            cells = row.cells
            sample = next((cells[c].strip() for c in _SAMPLES[:3] if cells.get(c, "").strip()), "")
            found[cells["EXPERIMENT ID"]] = _Experiment(pmid(cells["PUBMED ID"]), sample, cells.get("VESICLE TYPE", ""))
    return found


def _carrier(
    reading: Reading, experiment: _Experiment, generic: tuple[str, str], where: Mapping[str, Context]
) -> tuple[Entity, ...]:
    """The vesicle, last, after its broader kinds."""
    kind = experiment.vesicle.casefold()
    curie, label = generic
    if "exosome" in kind:
        curie, label = _EXOSOME
    elif "microvesicle" in kind or "ectosome" in kind:
        curie, label = _MICROVESICLE
    broad = reading.ids.get(curie) or Entity(id=curie, label=label, type="vesicle")
    context = where.get(normal_name(experiment.sample)) if experiment.sample else None
    if context is None or context.site == UNSPECIFIED:
        return (broad,)
    name = f"{label} of {experiment.sample}"
    own = Entity(id=own_id(name), label=name, type="vesicle", parents=(broad.id,), origin=context.site)
    return (broad, own)


def _cargo(
    reading: Reading, cells: Mapping[str, str], experiment: _Experiment, carriers: tuple[Entity, ...]
) -> Iterator[Record]:
    gene = reading.entity(f"NCBIGene:{cells['ENTREZ GENE ID']}", cells["GENE SYMBOL"])
    yield from reading.tell(*carriers, gene)
    relation = Relation(
        subject=carriers[-1].id,
        subject_site=EXTRACELLULAR,
        predicate="carries",
        object=gene.id,
        object_site="vesicle",
        polarity=Polarity.POSITIVE,
    )
    taxon = _TAXA.get(cells["SPECIES"].casefold(), "")
    evidence = Evidence(
        publication=experiment.paper,
        source=INFO.name,
        record=f"{cells['CONTENT ID']}/{cells['EXPERIMENT ID']}",
        model_system=experiment.sample,
        assay=cells["METHODS"].strip("[]").replace("|", ", "),
        scope="general",
        taxa=(f"NCBITaxon:{taxon}",) if taxon else (),
        note=cells["CONTENT TYPE"].casefold(),
        licence=INFO.licence,
    )
    yield Statement(relation=relation, evidence=evidence)
