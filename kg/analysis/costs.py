"""What a step costs: the one place where beliefs and assumptions become nats.

Cost of a step = -ln(belief) + penalties. A penalty of p nat makes a step as dear as one believed
``exp(-p)`` times as much: 0.5 nat is a factor of 0.61.
"""

from __future__ import annotations

import math
from enum import StrEnum


class Assumption(StrEnum):
    """What a step takes for granted; the text stands on the step, the penalty in :data:`PENALTIES`."""

    SITE = "site assumed"
    SECRETION = "secretion assumed"
    BACKGROUND = "background only"
    RECEPTOR = "ligand activates its receptor"
    CARGO = "cargo enters with its vesicle"
    VESICLE = "vesicle assumed"
    WHOLE_CELL = "cell as a whole"
    CONTACT = "contact"
    SUMMARY = "summary"
    KIND = "stated for a broader kind"
    MACHINE = "read by machine only"


PENALTIES: dict[Assumption, float] = {
    Assumption.SITE: 0.5,
    Assumption.SECRETION: 0.5,
    Assumption.BACKGROUND: 0.25,
    Assumption.RECEPTOR: 0.25,
    Assumption.CARGO: 0.5,
    Assumption.VESICLE: 0.5,
    Assumption.WHOLE_CELL: 2.0,
    Assumption.CONTACT: 0.0,
    Assumption.SUMMARY: 1.0,
    Assumption.KIND: 0.5,
    Assumption.MACHINE: 0.0,  # its belief is low already
}
"""Penalty in nat for each assumption: the project's own scale, chosen so that a path with one assumption
ranks below the same path without it, and above one that rests on a paper half as reliable."""

HUB_DEGREE = 30
"""Steps that may leave a state before walking through it counts as unspecific."""


def hub_penalty(out_degree: int) -> float:
    """Penalty in nat for stepping into a state with many ways out: the log of the excess.

    >>> hub_penalty(30), round(hub_penalty(60), 3)
    (0.0, 0.693)
    """
    return math.log(out_degree / HUB_DEGREE) if out_degree > HUB_DEGREE else 0.0


def penalty(assumptions: frozenset[Assumption]) -> float:
    """Sum of the penalties of a step's assumptions, in nat.

    >>> penalty(frozenset({Assumption.SITE, Assumption.BACKGROUND}))
    0.75
    """
    return math.fsum(PENALTIES[a] for a in assumptions)


def step_cost(belief: float, penalties: float) -> float:
    """Cost in nat of a step with a belief in (0, 1].

    >>> round(step_cost(0.72, 0.5), 4)
    0.8285
    """
    return -math.log(belief) + penalties
