"""Relations that put things where they cannot be are told while they are read, and never reach a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import kg
from kg import placement
from kg.errors import InvalidGraphError, SourceError
from kg.model import Polarity, Relation, SiteKind
from kg.store import rdf

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"extracellular": SiteKind.MEDIUM, "vesicle": SiteKind.CARRIER, "stroma": SiteKind.CELL}
TYPES = {"HGNC:1": "gene_product", "HGNC:2": "gene_product", "exil8:exosome": "vesicle", "CHEBI:1": "chemical"}


def at(subject: str, predicate: str, object_: str, *, within: str = "") -> Relation:
    (one, here), (other, there) = subject.split("@"), object_.split("@")
    return Relation(
        subject=one,
        subject_site=here,
        predicate=predicate,
        object=other,
        object_site=there,
        polarity=Polarity.POSITIVE,
        object_compartment=within,
    )


@pytest.mark.parametrize(
    ("relation", "says"),
    [
        (at("HGNC:1@stroma", "releases", "HGNC:2@stroma"), "must arrive in the medium"),
        (at("HGNC:1@vesicle", "carries", "HGNC:2@vesicle"), "is no vesicle"),
        (at("exil8:exosome@extracellular", "carries", "HGNC:2@stroma"), "not in a vesicle"),
        (at("HGNC:1@extracellular", "binds", "HGNC:2@stroma"), "inside stroma"),
        (at("HGNC:1@extracellular", "binds", "HGNC:2@extracellular", within="plasma_membrane"), "which has none"),
    ],
)
def test_what_cannot_be_is_told(relation: Relation, says: str) -> None:
    found = placement.fault(relation, types=TYPES, kinds=KINDS)
    assert found is not None
    assert says in found[0]


@pytest.mark.parametrize(
    "relation",
    [
        at("HGNC:1@stroma", "releases", "HGNC:2@extracellular"),
        at("exil8:exosome@extracellular", "carries", "HGNC:2@vesicle"),
        at("HGNC:9@extracellular", "carries", "HGNC:2@vesicle"),  # its type is not known yet
        at("HGNC:1@extracellular", "binds", "HGNC:2@stroma", within="plasma_membrane"),
        at("CHEBI:1@extracellular", "binds", "HGNC:2@stroma"),
        at("HGNC:1@stroma", "binds", "HGNC:2@stroma"),
    ],
)
def test_what_can_be_passes(relation: Relation) -> None:
    assert placement.fault(relation, types=TYPES, kinds=KINDS) is None


def test_a_curated_row_out_of_place_stops_the_build_with_its_line(axis_copy: Path, tmp_path: Path) -> None:
    file = axis_copy / "relations.tsv"
    head, first, *rest = file.read_text(encoding="utf-8").splitlines()
    cells = dict(zip(head.split("\t"), first.split("\t"), strict=True))
    cells |= {"object_site": "extracellular", "object_compartment": "plasma_membrane"}
    file.write_text("\n".join([head, "\t".join(cells.values()), *rest]) + "\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"relations.tsv:2: .* plasma membrane at extracellular"):
        kg.build(tmp_path / "x.kg", profile=axis_copy)
    assert not (tmp_path / "x.kg").exists()


def test_a_build_may_be_held_against_the_shapes_before_it_counts(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kg.build(tmp_path / "x.kg", profile=tiny, validate=True).close()
    before = kg.open(tmp_path / "x.kg")
    whole = rdf.content_quads
    monkeypatch.setattr(
        rdf, "content_quads", lambda content: (q for q in whole(content) if not q.predicate.value.endswith("/belief"))
    )
    with pytest.raises(InvalidGraphError, match="exactly one belief"):
        kg.build(tmp_path / "x.kg", profile=tiny, validate=True)
    with_old = kg.open(tmp_path / "x.kg")
    assert with_old.store.revision == before.store.revision
    assert len(with_old.store) == len(before.store)
    with_old.close()
    before.close()
