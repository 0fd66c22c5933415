"""Names in the order in which they are asked, and the keys by which each step knows them."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from kg.name_keys import loose_key, plain_key, tolerant_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


class Step:
    """Names of one standing, each with the things that bear it.

    Parameters
    ----------
    without
        Tolerant keys of names to leave out.

    Examples
    --------
    >>> labels = Step([("CXCL8", "HGNC:6025"), ("extracellular exosome", "GO:0070062")])
    >>> labels.strictly("cxcl-8"), labels.strictly("extracellular exosomes"), labels.loosely("extracellular exosomes")
    ({'HGNC:6025'}, set(), {'GO:0070062'})
    """

    def __init__(self, named: Iterable[tuple[str, str]] = (), *, without: frozenset[str] = frozenset()) -> None:
        self.names: list[tuple[str, str]] = []
        self._plain: defaultdict[str, set[str]] = defaultdict(set)
        self._tolerant: defaultdict[str, set[str]] = defaultdict(set)
        for name, thing in named:
            key = tolerant_key(name)
            if key not in without:
                self.names.append((name, thing))
                self._plain[plain_key(name)].add(thing)
                self._tolerant[key].add(thing)

    def strictly(self, name: str) -> set[str]:
        """Things of this name as written, case apart; else of this name without its marks."""
        if found := self._plain.get(plain_key(name)):
            return set(found)
        key = tolerant_key(name)
        return set(self._tolerant.get(key, ())) if key else set()

    def loosely(self, name: str) -> set[str]:
        """Things of this name, whatever its number and the order of its words."""
        return set(self._loose.get(loose_key(name), ()))

    @cached_property
    def _loose(self) -> Mapping[str, set[str]]:
        """Made when it is first asked: most names are found without it."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name, thing in self.names:
            if key := loose_key(name):
                found[key].add(thing)
        return found


class Names:
    """Steps in order; the first that knows a name decides.

    Parameters
    ----------
    steps
        All are asked strictly before any is asked loosely; the first of them are labels.
    typed
        Makes the last step, which is asked when those have no answer.
    withdrawn
        Tolerant keys of names that mean nothing, save as a label.
    """

    def __init__(self, steps: Sequence[Step], typed: Callable[[], Step], withdrawn: frozenset[str]) -> None:
        self._steps, self._make_typed, self._withdrawn = steps, typed, withdrawn

    @cached_property
    def _typed(self) -> Step:
        return self._make_typed()

    def find(self, name: str) -> set[str]:
        """What bears a name: nothing, one thing or, where it is ambiguous, several."""
        return next((found for found in self._answers(name) if found), set())

    def _answers(self, name: str) -> Iterator[set[str]]:
        yield self._steps[0].strictly(name)
        if tolerant_key(name) in self._withdrawn:
            return
        yield from (step.strictly(name) for step in self._steps[1:])
        yield from (step.loosely(name) for step in self._steps)
        yield self._typed.strictly(name)
        yield self._typed.loosely(name)

    def all(self, *, typed: bool = True) -> dict[str, list[str]]:
        """Every name with the things that bear it, the better steps first; with ``typed``, the last step too."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for step in (*self._steps, *([self._typed] if typed else ())):
            for name, thing in sorted(step.names):
                if thing not in names[name]:
                    names[name].append(thing)
        return dict(names)
