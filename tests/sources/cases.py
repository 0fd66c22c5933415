"""A small good file of every format that a reader of relations takes, and how to make it wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from kg.sources import biogrid, exocarta, signor

FIXTURES: Final = Path(__file__).resolve().parents[1] / "fixtures" / "sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One format of one source.

    Parameters
    ----------
    format
        Name of the format, where the source has several.
    file
        Name the file must have; a fixture, unless `text` says what stands in it.
    other_version
        A file of a version that the reader does not know.
    broken
        A broken record, ``{n}`` for its number.
    before, after
        What stands around ten thousand broken records; the first line of the good file when None.
    nonsense
        An identifier of the good file and one that cannot be.
    beside
        Fixtures that belong beside it.
    """

    source: str
    file: str
    other_version: str
    broken: str
    nonsense: tuple[str, str]
    format: str = ""
    text: str = ""
    before: str | None = None
    after: str = ""
    beside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.source}-{self.format}" if self.format else self.source

    @property
    def good(self) -> str:
        """The good file."""
        return self.text or _fixture(self.file)

    @property
    def is_table(self) -> bool:
        return self.source not in ("gpml", "indra", "bel", "biolink_rdf") and not self.file.endswith("jsonl")

    def write(self, folder: Path, content: str | bytes | None = None, *, name: str = "") -> Path:
        """Write the good file, or another content, with what belongs beside it."""
        path = folder / (name or self.file)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(self.good if content is None else content, encoding="utf-8")
        for other in self.beside:
            (folder / other).write_bytes((FIXTURES / other).read_bytes())
        return path


@lru_cache
def _fixture(name: str) -> str:
    return (FIXTURES / name).read_text(encoding="utf-8")


def _table(columns: tuple[str, ...], *rows: dict[str, str]) -> str:
    return "\n".join("\t".join(cells) for cells in [columns, *([r.get(c, "") for c in columns] for r in rows)]) + "\n"


_SIGNOR = {
    "ENTITYA": "CXCL8", "TYPEA": "protein", "IDA": "P10145", "DATABASEA": "UNIPROT", "ENTITYB": "CXCR2",
    "TYPEB": "protein", "IDB": "P25025", "DATABASEB": "UNIPROT", "EFFECT": "up-regulates activity",
    "MECHANISM": "binding", "TAX_ID": "9606", "CELL_DATA": "K-562", "PMID": "1", "DIRECT": "t", "SIGNOR_ID": "S-1",
}  # fmt: skip
_TAB3 = {
    biogrid._ID: "1", "Entrez Gene Interactor A": "25", "Entrez Gene Interactor B": "613",
    "Official Symbol Interactor A": "ABL1", "Official Symbol Interactor B": "BCR", "Experimental System": "Two-hybrid",
    "Experimental System Type": "physical", "Publication Source": "PUBMED:8302582", "Organism ID Interactor A": "9606",
    "Organism ID Interactor B": "9606", "Throughput": "Low Throughput", "Modification": "-",
}  # fmt: skip
_CARGO = {
    "CONTENT ID": "1", "CONTENT TYPE": "protein", "ENTREZ GENE ID": "3576", "GENE SYMBOL": "CXCL8",
    "SPECIES": "Homo sapiens", "EXPERIMENT ID": "11", "METHODS": "[Mass spectrometry]",
}  # fmt: skip
_EDGES = (
    "source\ttarget\tinteractionType\tdatabaseSource\tpubmedId\n"
    "CXCL8\tCXCR2\tactivate|binding\tX\t1\nCXCL8\tCXCR1\tactivate\tX\t2;3\n"
)
_INTERACTIONS = (
    "source\ttarget\tsource_genesymbol\ttarget_genesymbol\tis_directed\tis_stimulation\tis_inhibition"
    "\tconsensus_direction\tconsensus_stimulation\tconsensus_inhibition\tsources\treferences\ttype\n"
    "P10145\tP25025\tCXCL8\tCXCR2\t1\t1\t0\t1\t1\t0\tX\tIntAct:1;HPRD:2\tpost_translational\n"
    "P10145\tP25024\tCXCL8\tCXCR1\t1\t0\t1\t1\t0\t1\tX\tIntAct:3\tpost_translational\n"
)
_GAF = (
    "!gaf-version: 2.2\n!generated-by: GOC\n"
    "UniProtKB\tP10145\tCXCL8\tlocated_in\tGO:0070062\tPMID:1\tHDA\t\tC\tn\ts\tprotein\ttaxon:9606\t20200101\tX\t\t\n"
    "UniProtKB\tP08648\tITGA5\tlocated_in\tGO:0070062\tPMID:2\tIDA\t\tC\tn\ts\tprotein\ttaxon:9606\t20200101\tX\t\t\n"
)
_CAUSAL = ["-"] * 46
for _column, _cell in {
    0: "uniprotkb:P10145", 1: "uniprotkb:P25025", 6: 'psi-mi:"MI:0018"(two hybrid)', 8: "pubmed:1",
    9: "taxid:9606(human)", 10: "taxid:9606(human)", 11: 'psi-mi:"MI:0407"(direct interaction)',
    12: 'psi-mi:"MI:0469"(IntAct)', 13: "intact:EBI-1", 16: 'psi-mi:"MI:2275"(regulator target)',
    17: 'psi-mi:"MI:2274"(regulator)', 45: 'psi-mi:"MI:2235"(up-regulates)',
}.items():  # fmt: skip
    _CAUSAL[_column] = _cell
_LINE = json.dumps({"id": "e", "subject": "HGNC:6025", "predicate": "biolink:binds", "object": "HGNC:6027"}) + "\n"
_ASSOCIATION = "<https://a.org/{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> <https://a.org/x> .\n"

CASES: Final = (
    Case(source="omnipath", format="pairs", file="omnipath_ligrec.tsv", broken="x\ty\n",
         other_version="ligand\treceptor\nCXCL8\tCXCR2\n", nonsense=("P61073", "NOTHING")),
    Case(source="omnipath", format="interactions", file="interactions.tsv", text=_INTERACTIONS,
         other_version="source\ttarget\tis_directed\nP10145\tP25025\t1\n", broken="x\ty\n",
         nonsense=("P25025", "P2502")),
    Case(source="civic", file="civic.tsv", other_version="molecular_profile\ttherapies\tsignificance\nx\ty\tz\n",
         broken="x\ty\n", nonsense=("JAK2\t3717\t", "JAK2\t0\t")),
    Case(source="go_cargo", format="table", file="go_exosome_cargo.tsv", other_version="gene\tterm\n1\tGO:0070062\n",
         broken="x\ty\n", nonsense=("\n1203\t", "\n0\t")),
    Case(source="go_cargo", format="gaf", file="goa.gaf", text=_GAF, other_version="!gaf-version: 3.0\n" + _GAF[18:],
         broken="x\ty\n", before=_GAF[:18], nonsense=("P10145", "CXCL8_HUMAN")),
    Case(source="cellphonedb", file="cpdb_interactions.csv", other_version="id_interaction,unity_a\n1,2\n",
         broken="x,y\n", nonsense=("O00548,P46531,DLL1_HUMAN", "O00548X,P46531,DLL1_HUMAN"),
         beside=("cpdb_proteins.csv", "cpdb_complexes.csv")),
    Case(source="kgx", format="tsv", file="graph_edges.tsv", other_version="source\ttype\ttarget\nx\ty\tz\n",
         broken="\t" * 20 + "\n", nonsense=("HGNC:6027", "HGNC:CXCR2"), beside=("graph_nodes.tsv",)),
    Case(source="kgx", format="jsonl", file="edges.jsonl", text=_LINE * 2, other_version='{"source": "x"}\n',
         broken='{"subject": \n', before=_LINE, nonsense=("HGNC:6027", "HGNC:CXCR2")),
    Case(source="biogrid", format="edges", file="biogrid_edges.tsv", other_version="a\tb\tinteractionType\nx\ty\tz\n",
         broken="x\ty\n", nonsense=("LYN", "HMDB12")),
    Case(source="biogrid", format="tab3", file="BIOGRID-ALL.tab3.txt", text=_table(biogrid._TAB3, _TAB3, _TAB3),
         other_version="#BioGRID Interaction ID\tPubmed ID\n1\t2\n", broken="x\ty\n", nonsense=("\t613\t", "\t-\t")),
    Case(source="reactome_fi", file="fi.tsv", text=_EDGES, other_version="Gene1\tGene2\tAnnotation\nx\ty\tz\n",
         broken="x\ty\n", nonsense=("CXCR1", "NOTHING1")),
    Case(source="signor", format="download", file="all_data.tsv", text=_table(signor._DOWNLOAD, _SIGNOR, _SIGNOR),
         other_version="ENTITYA\tTYPEA\tIDA\nx\ty\tz\n", broken="x\ty\n", nonsense=("P25025", "CXCR2_HUMAN")),
    Case(source="signor", format="edges", file="edges.tsv", text=_EDGES, broken="x\ty\n",
         other_version="a\tb\tinteractionType\nx\ty\tz\n", nonsense=("CXCR1", "NOTHING1")),
    Case(source="exocarta", file="EXOCARTA_PROTEIN_MRNA_DETAILS_5.txt", text=_table(exocarta._CARGO, _CARGO, _CARGO),
         other_version="ID\tGENE\n1\tCXCL8\n", broken="x\ty\n", nonsense=("3576", "CXCL8")),
    Case(source="mitab", format="2.7", file="mitab_27.txt", other_version="\t".join("x" * 50) + "\n", broken="x\ty\n",
         nonsense=("ensembl:ENSG00000136869", "ensembl:ENSG1")),
    Case(source="mitab", format="2.8", file="causal.txt", text=("\t".join(_CAUSAL) + "\n") * 2,
         other_version="\t".join("x" * 17) + "\n", broken="x\ty\n", nonsense=("P10145", "NOTHING")),
    Case(source="gpml", format="2013a", file="WP3640.gpml",
         other_version="<Pathway xmlns='http://genmapp.org/GPML/2010a'/>", broken="<Interaction GraphId='i'/>\n",
         before="<Pathway xmlns='http://pathvisio.org/GPML/2013a'>", after="</Pathway>",
         nonsense=('"ENSG00000157404"', '"ENSG1"')),
    Case(source="gpml", format="2021", file="made_2021.gpml",
         other_version="<Pathway xmlns='http://pathvisio.org/GPML/2099'/>", broken="<Interaction elementId='i'/>\n",
         before="<Pathway xmlns='http://pathvisio.org/GPML/2021'><Interactions>", after="</Interactions></Pathway>",
         nonsense=('textLabel="CXCR2" type="Protein"><Xref identifier="P25025"',
                   'textLabel="CXCR2x" type="Protein"><Xref identifier="NOTHING"')),
    Case(source="indra", file="indra.json", other_version='"version 2"', broken='{"type": "Nope"},\n', before="[",
         after='{"type": "Nope"}]', nonsense=('"HGNC": "646"', '"HGNC": "ARAF"')),
    Case(source="bel", file="groups.bel", other_version="<bel version='3'/>\n", broken="p(HGNC:\n",
         before='SET DOCUMENT Name = "x"\n', nonsense=("p(HGNC:CXCL8)", "p(HGNC:NOTHING1)")),
    Case(source="biolink_rdf", file="biolink.ttl", other_version="@prefix x: <https://x.org/> .\nx:a x:b x:c .\n",
         broken=_ASSOCIATION, before="\n", nonsense=("hgnc:6027", "hgnc:CXCR2")),
)  # fmt: skip
