"""Every word of the vocabulary has a look, and no two kinds of node look the same."""

from __future__ import annotations

import re

import pytest

from kg import vocabulary
from kg.export import style


@pytest.mark.parametrize("name", sorted(vocabulary.predicates()))
def test_every_predicate_has_an_effect(name: str) -> None:
    assert style.PREDICATES[name] in style.EFFECTS


def test_no_look_for_a_predicate_that_does_not_exist() -> None:
    assert set(style.PREDICATES) == set(vocabulary.predicates())


@pytest.mark.parametrize("predicate", vocabulary.predicates().values(), ids=lambda p: p.name)
def test_a_predicate_looks_like_its_sign(predicate: vocabulary.Predicate) -> None:
    effect = style.effect_of(predicate.name, kind=predicate.step_kind, sign=predicate.sign)
    wanted = {1: style.POSITIVE, -1: style.NEGATIVE, 0: style.NEUTRAL}[predicate.sign]
    if predicate.step_kind == "transfer":
        wanted = style.NEUTRAL
    assert style.EFFECTS[effect].colour == wanted


@pytest.mark.parametrize("name", sorted(vocabulary.types()))
def test_every_type_has_a_look(name: str) -> None:
    assert name in style.NODES


def test_kinds_of_nodes_differ_in_fill_and_shape() -> None:
    looks = [(look.fill, look.shape) for look in (*style.NODES.values(), style.OTHER_NODE)]
    assert len(set(looks)) == len(looks)


def test_inhibition_is_not_told_by_colour_alone() -> None:
    assert style.EFFECTS["inhibition"].arrow == "tee"
    assert style.EFFECTS["stimulation"].arrow == "triangle"
    assert style.EFFECTS["binding"].arrow == "circle"


def _contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.1, section 1.4.3."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("role", sorted(style.NODES))
def test_labels_can_be_read_on_their_fill(role: str) -> None:
    assert re.fullmatch("#[0-9A-F]{6}", style.NODES[role].fill)
    assert _contrast(style.INK, style.NODES[role].fill) >= 4.5


@pytest.mark.parametrize(
    ("predicate", "kind", "sign", "polarity", "effect"),
    [
        ("promotes", "effect", 1, "+", "stimulation"),
        ("promotes", "effect", 1, "0", "no effect"),
        ("expresses|releases", "transfer", 1, "+", "movement"),
        ("binds|phosphorylates", "effect", 0, "+", "modification"),
        ("not_in_the_vocabulary", "effect", -1, "-", "inhibition"),
        ("not_in_the_vocabulary", "effect", 1, "+", "stimulation"),
        ("", "effect", 0, "", "containment"),
        ("promotes", "definition", 1, "+", "definition, positive"),
    ],
)
def test_effect(predicate: str, kind: str, sign: int, polarity: str, effect: str) -> None:
    assert style.effect_of(predicate, kind=kind, sign=sign, polarity=polarity) == effect


def test_width_grows_with_papers_up_to_ten() -> None:
    widths = [style.width(papers) for papers in range(1, 13)]
    assert widths == sorted(widths)
    assert (widths[0], widths[9], widths[11]) == (style.MIN_WIDTH, style.MAX_WIDTH, style.MAX_WIDTH)


def test_a_definition_is_thin_and_grey() -> None:
    assert style.width(9, "definition, negative") == style.THIN < style.MIN_WIDTH
    assert style.EFFECTS["definition, negative"].colour == style.FAINT
