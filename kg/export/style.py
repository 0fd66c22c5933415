"""The look of the figure, decided once: every exporter reads it here.

Blue with a triangle stimulates, red with a bar inhibits, grey is neutral; a node's type shows in fill and in
shape; dashes say that papers disagree, dots that all of them are retracted; width counts papers. Colours are
those of Okabe and Ito (https://jfly.uni-koeln.de/color/) but for the red; no meaning rests on colour alone,
and the ends of the lines follow SBGN (https://doi.org/10.2390/biecoll-jib-2015-265).
"""

from __future__ import annotations

from dataclasses import dataclass

from kg import vocabulary

POSITIVE, NEGATIVE, NEUTRAL, FAINT = "#0072B2", "#B2182B", "#666666", "#AAAAAA"
INK, BORDER, PAPER = "#111111", "#333333", "#FFFFFF"
FONT = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"
NODE_FONT, EDGE_FONT, HEADER_FONT = 12.0, 9.5, 15.0

THIN, MIN_WIDTH, MAX_WIDTH, MAX_PAPERS = 1.0, 1.5, 6.0, 10


@dataclass(frozen=True, slots=True)
class EffectStyle:
    """Look of an edge: line colour, arrow in the words of CX2, and its line in the legend."""

    colour: str
    arrow: str
    legend: str


@dataclass(frozen=True, slots=True)
class NodeStyle:
    """Look of a node: fill, shape in the words of CX2, and its line in the legend."""

    fill: str
    shape: str
    legend: str


EFFECTS: dict[str, EffectStyle] = {
    "stimulation": EffectStyle(POSITIVE, "triangle", "stimulates"),
    "inhibition": EffectStyle(NEGATIVE, "tee", "inhibits"),
    "binding": EffectStyle(NEUTRAL, "circle", "binds"),
    "modification": EffectStyle(NEUTRAL, "diamond", "regulates, sign not stated"),
    "movement": EffectStyle(NEUTRAL, "triangle", "moves to"),
    "containment": EffectStyle(NEUTRAL, "none", "carries, expresses"),
    "association": EffectStyle(NEUTRAL, "none", "goes along with"),
    "no effect": EffectStyle(FAINT, "none", "no effect found"),
    "definition, positive": EffectStyle(FAINT, "triangle", "raises by definition"),
    "definition, negative": EffectStyle(FAINT, "tee", "lowers by definition"),
}
"""What an edge does -> how it looks."""

PREDICATES: dict[str, str] = {
    "activates": "stimulation",
    "associated_with": "association",
    "binds": "binding",
    "carries": "containment",
    "decreases_expression_of": "inhibition",
    "decreases_secretion_of": "inhibition",
    "enters_with_vesicle": "movement",
    "expresses": "containment",
    "increases_expression_of": "stimulation",
    "increases_secretion_of": "stimulation",
    "inhibits": "inhibition",
    "is_secreted": "movement",
    "is_taken_up_by": "movement",
    "negatively_correlated_with": "association",
    "phosphorylates": "modification",
    "positively_correlated_with": "association",
    "promotes": "stimulation",
    "regulates": "modification",
    "regulates_expression_of": "modification",
    "releases": "movement",
    "suppresses": "inhibition",
    "targets": "inhibition",
    "transfers_to": "movement",
}
"""Predicate -> what it does."""

# Where an edge gathers several predicates, the one that says most is drawn.
_PRECEDENCE = ("stimulation", "inhibition", "modification", "binding", "movement", "containment", "association")

NODES: dict[str, NodeStyle] = {
    "gene_product": NodeStyle("#B8D8F0", "round-rectangle", "gene product"),
    "receptor": NodeStyle("#56B4E9", "round-rectangle", "receptor (bound by a ligand)"),
    "secreted_protein": NodeStyle("#E69F00", "round-rectangle", "gene product outside cells"),
    "mirna": NodeStyle("#8FD3BB", "parallelogram", "microRNA"),
    "complex": NodeStyle("#A9C4EB", "octagon", "complex"),
    "chemical": NodeStyle("#CC79A7", "diamond", "drug or chemical"),
    "vesicle": NodeStyle("#F0E442", "ellipse", "vesicle"),
    "cell": NodeStyle("#F4C49A", "rectangle", "cell"),
    "process": NodeStyle("#FFFFFF", "hexagon", "process"),
    "phenotype": NodeStyle("#E6E6E6", "hexagon", "phenotype"),
    "disease": NodeStyle("#DCCBE6", "octagon", "disease"),
}
"""Role of a node (its type, or a finer word for a gene product) -> how it looks."""

OTHER_NODE = NodeStyle("#DDDDDD", "rectangle", "other")

DASHES: dict[str, str] = {"supported": "solid", "contradicted": "dashed", "retracted": "dotted"}
"""Status of an edge -> line style in the words of CX2."""

STATUS_LEGEND: dict[str, str] = {"contradicted": "papers disagree", "retracted": "retracted"}

OUTCOMES = frozenset({"process", "phenotype", "disease"})
DRUG = "chemical"


def node_style(role: str) -> NodeStyle:
    """Look of a node by its role.

    >>> node_style("vesicle").shape, node_style("chemical").shape, node_style("something else").shape
    ('ellipse', 'diamond', 'rectangle')
    """
    return NODES.get(role, OTHER_NODE)


def effect_of(predicate: str, *, kind: str = "effect", sign: int = 0, polarity: str = "") -> str:
    """Say what an edge does, as a key of ``EFFECTS``.

    Parameters
    ----------
    predicate
        Local name, or several joined by ``|``; one that is not known counts by the sign.
    kind
        ``effect``, ``transfer`` or ``definition``.
    sign
        +1, -1, or 0 where no causal sign follows.
    polarity
        ``0`` when the effect was looked for and not found.

    Examples
    --------
    >>> effect_of("binds"), effect_of("binds|activates", sign=1), effect_of("binds", sign=1)
    ('binding', 'stimulation', 'binding')
    >>> effect_of("suppresses", kind="definition", sign=-1)
    'definition, negative'
    >>> effect_of("promotes", polarity="0")
    'no effect'
    """
    if kind == "definition":
        return "definition, negative" if sign < 0 else "definition, positive"
    if polarity == "0":
        return "no effect"
    if sign < 0:
        return "inhibition"
    found = {PREDICATES[name] for name in predicate.split("|") if name in PREDICATES}
    if sign > 0:
        # A known sign outranks the usual reading of the word.
        found.discard("inhibition")
    fallback = "stimulation" if sign > 0 else "containment"
    return next((effect for effect in _PRECEDENCE if effect in found), fallback)


def width(papers: int, effect: str = "stimulation") -> float:
    """Line width in pixels: 1.5 for one paper to 6 for ten, and no wider.

    >>> width(1), width(10), width(900), width(0, "definition, positive")
    (1.5, 6.0, 6.0, 1.0)
    """
    if papers < 1 or effect.startswith("definition"):
        return THIN
    share = (min(papers, MAX_PAPERS) - 1) / (MAX_PAPERS - 1)
    return round(MIN_WIDTH + share * (MAX_WIDTH - MIN_WIDTH), 2)


def predicate_label(predicate: str) -> str:
    """Words for one or several predicates.

    >>> predicate_label("increases_secretion_of"), predicate_label("binds|activates")
    ('increases secretion of', 'binds, activates')
    """
    known = vocabulary.predicates()
    names = [name for name in predicate.split("|") if name]
    return ", ".join(known[name].label if name in known else name.replace("_", " ") for name in names)
