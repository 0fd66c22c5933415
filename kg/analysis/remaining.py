"""How far every state is from the targets: exact reverse distances, and the steps of a state best first.

The search walks a product graph whose nodes are (layer, running sign, state). A layer counts what is still owed: the
groups not yet passed and the steps still allowed; a plain query has one layer. A node is one integer,
``(layer * n_signs + sign_code) * n_states + state`` with sign codes 0 (+), 1 (-), 2 (unknown).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from kg.analysis import rows
from kg.analysis.arrays import FAR

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from kg.analysis.arrays import StepArrays

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

END = 1 << 62
"""The hop from a target to the end of the path; larger than every node."""
UNKNOWN = 2
"""Sign code of a walk that took a step without causal sign."""
NO_CODE = -4
"""Label of a visit whose running sign is unknown (and of the end): it clashes with nothing that is ever walked."""
MAX_HOPS = 200_000
"""Hops kept a question (some 60 MB) before they are thrown away and made anew."""

Hop = tuple[float, float, int, int, int, int]
"""Distance to the targets over this hop, its weight, next node, position of the step, state, (entity, sign) label."""


def code_of(entity: int, sign_code: int) -> int:
    """Label of an entity with a sign: -5, -6 for entity 0 with + and -, and so on down; never a state number.

    >>> code_of(0, 0), code_of(0, 1), code_of(1, 0)
    (-5, -6, -7)
    """
    return -5 - 2 * entity - sign_code


def clash(label: int) -> int:
    """Label of the same entity with the other sign.

    >>> clash(-5), clash(-6), clash(clash(-7))
    (-6, -5, -7)
    """
    return -1 - (-1 - label ^ 1)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the targets' side; equal questions share one :class:`Remaining`."""

    targets: tuple[int, ...]
    sign: int | None
    avoid: tuple[int, ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()
    max_steps: int | None = None


@dataclass(frozen=True, slots=True)
class Reverse:
    """Steps of the product graph by where they arrive, as compressed rows."""

    indptr: Ints
    origin: Ints
    weight: Floats

    @property
    def n_nodes(self) -> int:
        """Number of product nodes."""
        return len(self.indptr) - 1


def reverse_steps(index: StepArrays, *, signed: bool) -> Reverse:
    """Turn the index round; with signs, node ``n + v`` is state v with a minus still to be walked."""
    weight, dst, indptr = index.weight, index.dst, index.indptr
    if signed:
        causal = index.sign != 0
        if not causal.all():
            indptr = np.append(np.int32(0), np.cumsum(causal, dtype=np.int32))[indptr]
        weight, dst = (weight * index.sign)[causal], dst[causal]
    shape = (index.n_states, index.n_states)
    turned = csr_array((weight, dst, indptr), shape=shape).tocsc()
    origin, pointer = turned.indices.astype(np.int32, copy=False), turned.indptr.astype(np.int32, copy=False)
    if not signed:
        return Reverse(pointer, origin, turned.data)
    flips = turned.data < 0
    both = np.concatenate([origin + flips * np.int32(index.n_states), origin + ~flips * np.int32(index.n_states)])
    return Reverse(np.concatenate([pointer, pointer[-1] + pointer[1:]]), both, np.tile(np.abs(turned.data), 2))


class Remaining:
    """Distances to the targets of one question, and each node's hops best first (made when first asked for).

    Parameters
    ----------
    index
        The steps.
    question
        Targets, sign and filters.
    reverse
        The same steps turned round.
    distance
        Distances to the targets where they are known already, shape (masks, budgets, nodes), by the sign walked so far.
    """

    def __init__(self, index: StepArrays, question: Question, reverse: Reverse, distance: Floats | None = None) -> None:
        self.index, self.question, self.reverse = index, question, reverse
        self.n_signs = 3 if question.sign is None else 2
        self.layer_size = self.n_signs * index.n_states
        self.bits = np.zeros(index.n_states, dtype=np.int64)
        for number, group in enumerate(question.groups):
            self.bits[list(group)] |= 1 << number
        self.n_masks = 1 << len(question.groups)
        self.barred = barred_nodes(index, question, reverse.n_nodes) | _wrong_ends(index, question, reverse.n_nodes)
        if distance is None:
            distance = _walking_order(self._distances(), index.n_states, question.sign)
        self.distance = distance
        self._rows: dict[int, tuple[Hop, ...]] = {}
        self._n_hops = 0
        self.too_far = False
        plain = self.n_masks == 1 and question.max_steps is None
        self._kernel = rows.compiled() if plain and index.n_steps >= rows.FROM_STEPS else None

    @property
    def n_depths(self) -> int:
        """Number of step budgets that differ; 1 without a limit of steps."""
        return int(self.distance.shape[1])

    def start(self, state: int) -> int:
        """Node of a path that begins in this state."""
        mask = (self.n_masks - 1) & ~int(self.bits[state])
        return self._layer(mask, self.question.max_steps or 0) * self.layer_size + state

    def _layer(self, mask: int, budget: int) -> int:
        return mask * ((self.question.max_steps or 0) + 1) + budget

    def code(self, node: int) -> int:
        """Sign code of a node."""
        return node % self.layer_size // self.index.n_states

    def hops(self, node: int) -> tuple[Hop, ...]:
        """Hops from a node that lead to a target, best first, then by key of the next state and its sign."""
        found = self._rows.get(node)
        if found is None:
            found = self._hops(node)
            self._n_hops += len(found)
            if self._n_hops > MAX_HOPS:
                self._rows, self._n_hops = {}, len(found)
            self._rows[node] = found
        return found

    def walled_in(self, walls: Collection[int], touched: Iterable[int], budget: int) -> bool:
        """Whether a look back from the targets, of so many nodes, proves that walls keep all touched nodes away."""
        n_states = self.index.n_states
        size = n_states if self.question.sign is None else self.layer_size
        shift = n_states if self.question.sign == -1 else 0
        goal = {(node % size + shift) % size for node in touched}
        reached = {target for target in self.question.targets if not self._stands_in(walls, target)}
        waiting = list(reached)
        while waiting:
            node = waiting.pop()
            if node in goal or not budget:
                return False
            budget -= 1
            for before in self.reverse.origin[self.reverse.indptr[node] : self.reverse.indptr[node + 1]].tolist():
                if before not in reached and not self._stands_in(walls, before):
                    reached.add(before)
                    waiting.append(before)
        return True

    def _stands_in(self, walls: Collection[int], place: int) -> bool:
        """Whether a node of the reverse graph is one of the walls."""
        owing, state = divmod(place, self.index.n_states)
        if state in walls or self.barred[place]:
            return True
        if self.question.sign is None:
            return False
        return code_of(int(self.index.entity[state]), owing ^ (self.question.sign < 0)) in walls

    def _hops(self, node: int) -> tuple[Hop, ...]:
        index, n_states = self.index, self.index.n_states
        layer, rest = divmod(node, self.layer_size)
        code, state = divmod(rest, n_states)
        mask, budget = divmod(layer, (self.question.max_steps or 0) + 1)
        ends = self._is_end(mask, code, state)
        if self.question.max_steps is not None and budget == 0:
            return ends
        begin, stop = index.indptr[state], index.indptr[state + 1]
        if self._kernel is not None and stop - begin <= rows.MOST_STEPS:
            return (*ends, *self._hops_compiled(self._kernel, int(begin), int(stop), code))
        to, weight = index.dst[begin:stop], index.weight[begin:stop]
        codes = self._codes_after(code, index.sign[begin:stop])
        place = to if self.question.sign is None else codes * n_states + to
        after = max(budget - 1, 0)
        masks = mask & ~self.bits[to] if mask else 0
        value = weight + self.distance[masks, min(after, self.n_depths - 1), place]
        order = np.lexsort((codes, index.rank[to], value))
        reaches = value[order] < FAR
        if not reaches.all():
            self.too_far = self.too_far or bool(np.isfinite(value[order][~reaches]).any())
            order = order[reaches]
        if code != UNKNOWN and self.question.sign is not None:
            order = order[index.sign[begin:stop][order] != 0]
        node_after = ((masks * ((self.question.max_steps or 0) + 1) + after) * self.n_signs + codes) * n_states + to
        own = np.where(codes == UNKNOWN, NO_CODE, -5 - 2 * index.entity[to].astype(np.int64) - codes)
        columns = (value, weight, node_after, np.arange(begin, stop), to, own)
        return (*ends, *zip(*(column[order].tolist() for column in columns), strict=True))

    def _hops_compiled(self, kernel: Callable[..., rows.Row], begin: int, stop: int, code: int) -> Iterator[Hop]:
        index, signed = self.index, self.question.sign is not None
        *columns, too_far = kernel(
            begin, stop, index.dst, index.weight, index.sign, index.rank, index.entity, self.distance[0, 0], code,
            signed, index.n_states, FAR,
        )  # fmt: skip
        self.too_far = self.too_far or bool(too_far)
        return zip(*(column.tolist() for column in columns), strict=True)

    def _is_end(self, mask: int, code: int, state: int) -> tuple[Hop, ...]:
        right_sign = self.question.sign is None or code == (self.question.sign < 0)
        if mask == 0 and right_sign and state in self.question.targets:
            return ((0.0, 0.0, END, -1, -1, NO_CODE),)
        return ()

    def _codes_after(self, code: int, signs: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
        turned = np.where(signs < 0, 1 - code, code) if code != UNKNOWN else np.full(len(signs), UNKNOWN)
        return np.where(signs == 0, UNKNOWN, turned) if self.question.sign is None else turned

    def _distances(self) -> Floats:
        """Shape (masks, budgets, nodes of the reverse graph), by what is still to be walked."""
        if self.question.max_steps is not None:
            return self._by_budget(self.question.max_steps)
        layers: list[Floats] = []
        for mask in range(self.n_masks):
            layers.append(self._owing(mask, layers))
        return np.stack(layers)[:, np.newaxis, :]

    def _owing(self, mask: int, cheaper: list[Floats]) -> Floats:
        """Distances while the groups in ``mask`` are still owed, from the layers that owe less."""
        if mask == 0:
            return distances_back(self.reverse, np.array(self.question.targets), None, self.barred)
        n_states, bits = self.index.n_states, np.tile(self.bits, self.reverse.n_nodes // self.index.n_states)
        gates = np.flatnonzero(bits & mask)
        seeds, costs = [], []
        for gate in gates.tolist():
            begin, stop = self.reverse.indptr[gate], self.reverse.indptr[gate + 1]
            seeds.append(self.reverse.origin[begin:stop])
            costs.append(self.reverse.weight[begin:stop] + cheaper[mask & ~int(self.bits[gate % n_states])][gate])
        if not seeds:
            return np.full(self.reverse.n_nodes, np.inf)
        return distances_back(
            self.reverse, np.concatenate(seeds), np.concatenate(costs), self.barred | ((bits & mask) != 0)
        )

    def _by_budget(self, max_steps: int) -> Floats:
        """Bellman's recursion over the number of steps left, until one more step changes nothing."""
        at_target = np.full((self.n_masks, self.reverse.n_nodes), np.inf)
        at_target[0, list(self.question.targets)] = 0.0
        at_target[:, self.barred] = np.inf
        budgets, changed = [at_target], np.isfinite(at_target)
        for _ in range(max_steps):
            longer = self._one_more_step(budgets[-1], changed)
            longer[:, self.barred] = np.inf
            changed = longer < budgets[-1]
            if not changed.any():
                break
            budgets.append(longer)
        return np.stack(budgets, axis=1)

    def _one_more_step(self, shorter: Floats, changed: npt.NDArray[np.bool_]) -> Floats:
        """Distances with one more step allowed: only steps into what has just come nearer can bring anything nearer."""
        indptr, origin, weight = self.reverse.indptr, self.reverse.origin, self.reverse.weight
        longer = shorter.copy()
        owed = np.tile(self.bits, self.reverse.n_nodes // max(self.index.n_states, 1))
        for mask in range(self.n_masks):
            nearer = np.flatnonzero(changed[mask & ~owed, np.arange(len(owed))]) if mask else np.flatnonzero(changed[0])
            size = np.diff(indptr)[nearer]
            first = indptr[nearer] - np.append(0, np.cumsum(size)[:-1]) if len(nearer) else indptr[:0]
            steps = np.arange(size.sum()) + np.repeat(first, size)
            value = np.repeat(shorter[mask & ~owed[nearer], nearer], size) + weight[steps]
            np.minimum.at(longer[mask], origin[steps], value)
        return longer


def barred_nodes(index: StepArrays, question: Question, n_nodes: int) -> npt.NDArray[np.bool_]:
    """Nodes of the reverse graph that stand for avoided states."""
    barred = np.zeros(n_nodes, dtype=bool)
    for begin in range(0, n_nodes, max(index.n_states, 1)):
        barred[begin + np.array(question.avoid, dtype=np.int64)] = True
    return barred


def _wrong_ends(index: StepArrays, question: Question, n_nodes: int) -> npt.NDArray[np.bool_]:
    """Nodes of the one target entity, where there is one, with the sign its paths may not end on."""
    wrong = np.zeros(n_nodes, dtype=bool)
    entities = {int(index.entity[target]) for target in question.targets}
    if question.sign is not None and len(entities) == 1:
        wrong[index.n_states + np.flatnonzero(index.entity == entities.pop())] = True
    return wrong


def distances_back(
    reverse: Reverse,
    seeds: npt.NDArray[np.int64],
    costs: Floats | None,
    barred: npt.NDArray[np.bool_],
    *,
    limit: float = np.inf,
) -> Floats:
    """Distances from seeds (at their costs, else 0) over the reverse steps, never through a barred node.

    Infinite beyond the limit.
    """
    indptr, origin, weight = reverse.indptr, reverse.origin, reverse.weight
    closed = np.flatnonzero(barred)
    closed = closed[indptr[closed] < indptr[closed + 1]]
    if len(closed):
        weight = weight.copy()
        for node in closed.tolist():
            weight[indptr[node] : indptr[node + 1]] = np.inf
    if costs is not None:
        indptr = np.append(indptr, np.int32(indptr[-1] + len(seeds)))
        origin, weight = np.append(origin, seeds.astype(np.int32)), np.append(weight, costs)
        seeds = np.array([len(indptr) - 2])
    n_nodes = len(indptr) - 1
    graph = csr_array((weight, origin, indptr), shape=(n_nodes, n_nodes))
    distance: Floats = dijkstra(graph, indices=seeds, min_only=True, limit=limit)[: reverse.n_nodes]
    distance[barred] = np.inf
    return distance


def _walking_order(distance: Floats, n_states: int, sign: int | None) -> Floats:
    """From "sign still to be walked" to "sign walked so far": the two halves swap when a minus is asked for."""
    return np.roll(distance, n_states, axis=-1) if sign == -1 else distance
