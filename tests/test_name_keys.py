"""Keys of names: what is tolerated, and what still tells two names apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.name_keys import loose_key, plain_key, tolerant_key, words


@pytest.mark.parametrize(
    "same",
    [
        ("TGF-β1", "TGF-ß1", "tgf beta 1", "TGFbeta1"),
        ("IL‑8", "IL–8", "il 8", "IL8"),
        ("leukaemia", "Leukemia"),
        ("haematopoiesis", "hematopoiesis"),
        ("leukaemogenesis", "leukemogenesis"),
        ("leucocyte", "leukocyte"),
        ("mobilisation", "mobilization"),
        ("tumour signalling", "tumor signaling"),
    ],
)
def test_marks_greek_and_spelling_make_no_difference(same: tuple[str, ...]) -> None:
    assert len({tolerant_key(name) for name in same}) == 1


@pytest.mark.parametrize(
    "same",
    [
        ("exosomes of K-562", "K562 exosome", "exosomes derived from K562 cells", "K-562-cell-derived exosomes"),
        ("neutralising antibody against IL-8", "anti-IL-8 mAb", "IL-8-blocking antibodies", "anti-IL-8"),
        ("miR-126", "hsa-miR-126", "microRNA 126", "miRNA-126", "MIR126"),
        ("release of exosomes by cells", "cells exosome release"),
        ("TKIs", "TKI"),
        ("sEVs", "sEV"),
        ("autophagy inhibitors", "inhibitor of autophagy"),
    ],
)
def test_number_order_and_idle_words_make_no_difference(same: tuple[str, ...]) -> None:
    assert len({loose_key(name) for name in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CML", "CML cell"),
        ("CML", "CMML"),
        ("miR-126", "miR-126-5p"),
        ("miR-126", "anti-miR-126"),
        ("IL-8", "anti-IL-8"),
        ("AML", "ALL"),
        ("RAS", "RA"),
        ("GLS", "GL"),
        ("Mets", "MET"),
        ("apoptosis", "apoptosi"),
        ("cell-cell adhesion", "cell adhesion"),
        ("IL-1A", "IL-1"),
    ],
)
def test_what_tells_two_names_apart_stays(one: str, other: str) -> None:
    assert loose_key(one) != loose_key(other)


def test_words_are_folded_singular_and_turned_around_of() -> None:
    assert words("Survival of the leukaemic cells in mice") == ("mice", "leukemic", "cell", "survival")
    assert words("of") == ("of",)
    assert words("---") == ()


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.text(alphabet="aehimotrsuknglKB18αβκΓ -/_:", max_size=20))
def test_marks_and_case_never_change_the_key(text: str) -> None:
    key = tolerant_key(text)
    assert tolerant_key(key) == key
    assert tolerant_key(text.upper()) == key
    assert tolerant_key(" - ".join(text)) == key
    assert plain_key(text.upper()) == plain_key(text)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.text(max_size=40))
def test_any_text_has_keys(text: str) -> None:
    assert loose_key(text) == loose_key(f"  {text} ")
    assert all(words(text)) or not words(text)
