"""What may have been meant by a name that nothing bears."""

from __future__ import annotations

import pytest

from kg.suggestions import Suggestions

NAMES = {
    "CXCL8": ["il8"],
    "IL-8": ["il8"],
    "amphiregulin": ["areg"],
    "AREG": ["areg"],
    "nuclear factor of activated T cells 3": ["nfatc3"],
    "adipocyte": ["adipocyte"],
    "macrophage": ["macrophage"],
    "imatinib": ["imatinib"],
    "miR-126": ["mir126"],
    "CML exosome": ["cml_exosome"],
    "AML exosome": ["aml_exosome"],
    "extracellular exosome": ["exosome"],
    "anti-IL-6 antibody": ["anti_il6"],
    "anti-IL-8 antibody": ["humax"],
    "multiple myeloma cell": ["myeloma"],
    "MMAC1": ["pten"],
    "caspase 3": ["casp3"],
    "cyclin D1": ["ccnd1"],
    "tumor necrosis factor": ["tnf"],
    "CD27": ["cd27"],
    "MIF inhibitor": ["iso1"],
}
NEAR = Suggestions(NAMES)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("imatinb", ["imatinib"]),
        ("macrophag", ["macrophage"]),
        ("multiple myeloma", ["myeloma"]),
        ("caspase", ["casp3"]),
        ("cyclin", ["ccnd1"]),
        ("CXLC8", ["il8"]),
        ("IL8x", ["il8"]),
        ("IL-8 expression", ["il8"]),
        ("tumour-associated macrophages", ["macrophage"]),
    ],
)
def test_the_nearest_is_found(text: str, meant: list[str]) -> None:
    assert NEAR.to(text) == meant


def test_the_best_comes_first() -> None:
    assert NEAR.to("IL-8 trapping antibody")[0] == "humax"
    assert NEAR.to("CML exosme")[0] == "cml_exosome"


@pytest.mark.parametrize(
    "text", ["", "---", "Treg", "NK", "CXCL9", "IL-9", "miR-127", "Mac-1", "zzzz", "CD2", "necrosis", "MEK inhibitor"]
)
def test_nothing_absurd_is_found(text: str) -> None:
    assert NEAR.to(text) == []


def test_no_names_no_suggestions() -> None:
    assert Suggestions({}).to("CXCL8") == []
