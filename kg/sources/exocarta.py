"""ExoCarta and Vesiclepedia: proteins, mRNAs and microRNAs found in extracellular vesicles (TSV).

The table of experiments, where it stands beside the cargo, gives the paper, the sample and the kind of vesicle. Cargo
of a sample whose cell is a site of the profile is carried by the vesicle of that cell; all other by the generic one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.model import Entity, Polarity, Refusal, SourceInfo
from kg.sources.files import read_lines
from kg.sources.identifiers import Ungrounded, normal_name
from kg.sources.makers import new_evidence, new_relation, new_statement
from kg.sources.reading import EXTRACELLULAR, UNSPECIFIED, Context, Reading, contexts, own_id, pmid
from kg.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.model import Record, Statement
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
_MIRNA_ID: Final = "MIRNA ID"
_MIRNA: Final = ("CONTENT ID", "CONTENT TYPE", _MIRNA_ID, "SPECIES", "EXPERIMENT ID", "METHODS")
_ENTREZ: Final = ("ENTREZ GENE ID", "Entrez GENE ID")
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


_NOT_DESCRIBED: Final = _Experiment("", "", "")


def read(
    path: str | Path, *, identifiers: Identifiers | None = None, sites: Mapping[str, Context] | None = None
) -> Iterator[Record]:
    """Read the cargo of vesicles.

    Parameters
    ----------
    path
        The table of proteins and mRNAs (``..._PROTEIN_MRNA_DETAILS_...``) or of microRNAs (``..._MIRNA_DETAILS_...``);
        the table of experiments is found beside it by name (``..._EXPERIMENT_DETAILS_...``).
    identifiers
        What is known of identifiers; the shipped table when None.
    sites
        Which site the cell of a sample means, by name; ``site_names.tsv`` beside the file when None.

    Yields
    ------
    Record
        Vesicles, gene products and microRNAs, one statement a row, refusals.

    Raises
    ------
    SourceError
        The file is no table of cargo.
    """
    reading = Reading(INFO, path, identifiers)
    where = contexts(path) if sites is None else sites
    experiments: dict[str, _Experiment] = {}
    yield from _experiments(reading, Path(path), experiments)
    generic = _EXOSOME if "exocarta" in Path(path).name.casefold() else _VESICLE
    carriers: dict[str, tuple[Entity, ...]] = {}
    columns = _MIRNA if _MIRNA_ID in next(read_lines(path)).split("\t") else _CARGO
    for row in read_table(path, required=columns, optional=_ENTREZ, source=INFO.name, pad=True):
        if isinstance(row, Refusal):
            yield row
            continue
        line, cells = row
        cargo = _cargo(reading, cells)
        if isinstance(cargo, Ungrounded):
            yield reading.refuse(line, *cargo)
            continue
        number = cells["EXPERIMENT ID"]
        experiment = experiments.get(number, _NOT_DESCRIBED)
        carrier = carriers.get(number)
        if carrier is None:
            carrier = carriers[number] = _carrier(reading, experiment, generic, where)
        yield from reading.tell(*carrier, cargo)
        yield _statement(cells, experiment, carrier[-1], cargo)


def _experiments(reading: Reading, path: Path, found: dict[str, _Experiment]) -> Iterator[Refusal]:
    """Learn the experiments of the table beside a table of cargo; yield what in it cannot be read."""
    wanted = re.sub("protein_mrna|mirna", "experiment", path.name.casefold())
    table = next((p for p in sorted(path.parent.iterdir()) if p.name.casefold() == wanted and p != path), None)
    if table is None:
        return
    for row in read_table(table, required=_EXPERIMENTS, optional=_SAMPLES, source=INFO.name, pad=True):
        if isinstance(row, Refusal):
            yield row
            continue
        line, cells = row
        sample = next((cells[c].strip() for c in _SAMPLES[:3] if cells.get(c, "").strip()), "")
        paper = pmid(cells["PUBMED ID"].strip())
        found[cells["EXPERIMENT ID"]] = _Experiment(paper, sample, cells.get("VESICLE TYPE", ""))
        if cells["PUBMED ID"].strip() and not paper:
            refused = reading.refuse(line, f"reference {cells['PUBMED ID']!r} is no PubMed id")
            yield replace(refused, file=str(table))


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


def _cargo(reading: Reading, cells: Mapping[str, str]) -> Entity | Ungrounded:
    """What was found in the vesicle: a gene by its Entrez number, a microRNA by its name first."""
    kind = cells["CONTENT TYPE"].casefold()
    number = next((cells[column] for column in _ENTREZ if cells.get(column)), "")
    if kind in ("protein", "mrna"):
        return reading.xref(f"NCBIGene:{number}", cells.get("GENE SYMBOL", ""))
    name = cells.get(_MIRNA_ID, "")
    if kind != "mirna" or not name:
        return Ungrounded(f"content of the type {cells['CONTENT TYPE']!r} is not read")
    taxon = f"NCBITaxon:{_TAXA.get(cells['SPECIES'].casefold(), '')}"
    named = reading.named(name, taxon=taxon, types=("mirna",))
    return reading.xref(f"NCBIGene:{number}", name, "mirna") if isinstance(named, Ungrounded) and number else named


def _statement(cells: Mapping[str, str], experiment: _Experiment, carrier: Entity, cargo: Entity) -> Statement:
    relation = new_relation(
        subject=carrier.id,
        subject_site=EXTRACELLULAR,
        predicate="carries",
        object=cargo.id,
        object_site="vesicle",
        polarity=Polarity.POSITIVE,
    )
    taxon = _TAXA.get(cells["SPECIES"].casefold(), "")
    evidence = new_evidence(
        publication=experiment.paper,
        source=INFO.name,
        record=f"{cells['CONTENT ID']}/{cells['EXPERIMENT ID']}",
        model_system=experiment.sample,
        assay=_methods(cells["METHODS"]),
        scope="general",
        taxa=(f"NCBITaxon:{taxon}",) if taxon else (),
        note=cells["CONTENT TYPE"].casefold(),
        licence=INFO.licence,
    )
    return new_statement(relation=relation, evidence=evidence)


@lru_cache(maxsize=1024)
def _methods(text: str) -> str:
    """Methods of a finding.

    >>> _methods("[Mass spectrometry]|[Western blotting]"), _methods("[Mass spectrometry|FACS]"), _methods("")
    ('Mass spectrometry, Western blotting', 'Mass spectrometry, FACS', '')
    """
    return ", ".join(filter(None, (part.strip("[] ") for part in text.split("|"))))
