"""States and signed steps as compressed rows of arrays: what a path search reads.

A state is a number (an entity at a site), a step an edge with a sign and a cost. Nothing here knows names, RDF or
biology.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.analysis.naming import Names

Ints = npt.NDArray[np.int32]
Signs = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]

UNITS_PER_NAT = 1_000_000
"""Costs are counted in whole millionths of a nat."""
MOST_STEP_BITS = 20
"""Bits below the cost that count the steps of a path, so that equal costs prefer fewer steps; fewer on fewer states."""
FAR = float(1 << 53)
"""Whole numbers are exact in float64 below this; a search that leaves out dearer paths says it is not complete."""


@dataclass(frozen=True, slots=True)
class IndexedPath:
    """One path by numbers.

    Attributes
    ----------
    states
        State numbers from source to target, all distinct; at least two.
    edges
        Edge numbers (rows of the arrays given to :meth:`PathIndex.from_arrays`), one a step.
    sign
        Product of the steps' signs; 0 when a step without causal sign was walked.
    cost
        Sum of the steps' costs in nat, exact to 1e-6 a step.
    steps
        Places of the steps in the rows of the index; :meth:`PathIndex.edges_of` gives the parallel edges of each.
    """

    states: tuple[int, ...]
    edges: tuple[int, ...]
    sign: int
    cost: float
    steps: tuple[int, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, eq=False)
class StepArrays:
    """States and steps; steps that start in state ``u`` are ``indptr[u]:indptr[u + 1]``, by target and sign.

    Attributes
    ----------
    n_states
        Number of states n.
    entity, rank
        Entity number of each state, and its place in the order that decides among equal paths, shape (n,).
    indptr
        Shape (n + 1,).
    dst, sign, weight, edge
        Where each step leads, its sign, its cost (millionths of a nat, above the bits that count steps) and the
        cheapest of the edges it stands for, shape (m,).
    rows, begins
        All edges by step, and where those of each step begin; None where every step is one edge.
    step_bits
        Bits below the cost.
    names
        What states and edges are called.
    """

    n_states: int
    entity: Ints
    rank: Ints
    indptr: Ints
    dst: Ints
    sign: Signs
    weight: Floats
    edge: Ints
    rows: Ints
    begins: Ints | None = None
    step_bits: int = MOST_STEP_BITS
    names: Names | None = field(default=None, repr=False)

    @property
    def n_steps(self) -> int:
        """Steps kept for search (parallel ones merged, loops dropped).

        >>> from kg.analysis.index import PathIndex
        >>> PathIndex.from_arrays(2, [0, 1], [0, 0], [1, 1], [1, 1], [0.2, 0.1]).n_steps
        1
        """
        return len(self.dst)

    def cost_of_step(self, step: int) -> float:
        """Cost in nat of a step by its place in the rows."""
        return int(self.weight[step]) // (1 << self.step_bits) / UNITS_PER_NAT

    def edges_of(self, step: int) -> tuple[int, ...]:
        """All parallel edges that one step stands for, the cheapest first.

        >>> from kg.analysis.index import PathIndex
        >>> index = PathIndex.from_arrays(2, [0, 1], [0, 0], [1, 1], [1, 1], [0.2, 0.1])
        >>> index.edges_of(0)
        (1, 0)
        """
        if self.begins is None:
            return (int(self.edge[step]),)
        return tuple(self.rows[self.begins[step] : self.begins[step + 1]].tolist())

    @property
    def most_cost(self) -> float:
        """Cost in nat up to which paths are found; it is large, and smaller the more states there are.

        >>> from kg.analysis.index import PathIndex
        >>> int(PathIndex.from_arrays(1_000, range(1_000), [0], [1], [1], [0.2]).most_cost)
        8796093
        """
        return FAR / (1 << self.step_bits) / UNITS_PER_NAT

    def weight_of(self, cost: float) -> float:
        """Largest weight a path of at most this cost in nat can have."""
        if not cost >= 0:
            msg = f"max_cost must be a number of nat from 0 up, not {cost}"
            raise UsageError(msg)
        return float(min((np.rint(cost * UNITS_PER_NAT) + 1) * (1 << self.step_bits) - 1, FAR))
