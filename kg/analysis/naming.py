"""What the states and edges of an index are called, and which states a name stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from kg.errors import UnknownNameError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MANY_NAMES = 50_000
"""Above so many names, only those that begin alike are offered for an unknown one."""


@dataclass(frozen=True, eq=False)
class Names:
    """Names by number.

    Parameters
    ----------
    states
        Name of each state: a node of the graph, or ``entity@site``.
    entities
        Name of each entity.
    entity_of
        Entity number of each state.
    edges
        Name of each edge: the id of its row, or (source, target, key).

    Examples
    --------
    >>> import numpy as np
    >>> names = Names(["IL8@medium", "IL8@stroma", "survival"], ["IL8", "survival"], np.array([0, 0, 1]), range(2))
    >>> names.find("IL8"), names.find(["survival", "IL8@medium"])
    ((0, 1), (0, 2))
    """

    states: Sequence[Hashable]
    entities: Sequence[Hashable]
    entity_of: npt.NDArray[np.int32]
    edges: Sequence[Hashable]

    @cached_property
    def _state(self) -> Mapping[Hashable, int]:
        return {name: number for number, name in enumerate(self.states)}

    @cached_property
    def _states_of(self) -> Mapping[Hashable, tuple[int, ...]]:
        found: dict[Hashable, list[int]] = defaultdict(list)
        for state, entity in enumerate(self.entity_of.tolist()):
            found[self.entities[entity]].append(state)
        return {name: tuple(states) for name, states in found.items()}

    def find(self, wanted: Hashable | Iterable[Hashable]) -> tuple[int, ...]:
        """Numbers of the states meant by a state, an entity (all its states), or several of these.

        Raises
        ------
        UnknownNameError
            A name of neither; carries the three nearest.
        """
        found: set[int] = set()
        for name in self._one_by_one(wanted):
            if name in self._state:
                found.add(self._state[name])
            elif name in self._states_of:
                found.update(self._states_of[name])
            else:
                raise UnknownNameError(str(name), self.nearest(str(name)))
        return tuple(sorted(found))

    def knows(self, name: Hashable) -> bool:
        """Whether a state or an entity is called so."""
        return name in self._state or name in self._states_of

    def _one_by_one(self, wanted: Hashable | Iterable[Hashable]) -> Iterable[Hashable]:
        if isinstance(wanted, str) or not isinstance(wanted, Iterable):
            return (wanted,)
        return (wanted,) if isinstance(wanted, Hashable) and self.knows(wanted) else wanted

    def nearest(self, name: str) -> list[str]:
        """Three names most like this one, best first."""
        known = list(dict.fromkeys(str(one) for one in (*self.entities, *self.states)))
        if len(known) > MANY_NAMES:
            known = [one for one in known if one[:1].casefold() == name[:1].casefold()][:MANY_NAMES]
        return get_close_matches(name, known, n=3, cutoff=0.3)

    def entity(self, state: int) -> Hashable:
        """Entity of a state."""
        return self.entities[int(self.entity_of[state])]
