"""Distances to the targets of a question, kept from one question to the next."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import numpy as np

from kg.analysis.arrays import StepArrays
from kg.analysis.remaining import Question, Remaining, Reverse, reverse_steps

MAX_KEPT = 8
"""Questions whose distances are kept."""
MAX_ASKED = 1000
"""Questions remembered as asked."""


@dataclass(frozen=True, eq=False)
class CachedArrays(StepArrays):
    """Steps that remember what they were asked of late: about 60 bytes a step with everything kept for a query."""

    _kept: OrderedDict[Question, Remaining] = field(default_factory=OrderedDict, repr=False)
    _asked: OrderedDict[Question, int] = field(default_factory=OrderedDict, repr=False)
    _reverse: dict[bool, Reverse] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def remaining(self, question: Question) -> Remaining:
        """Distances to the targets of a question, kept for the last few questions."""
        with self._lock:
            kept = self._kept.get(question)
            if kept is None:
                opposite = self._opposite(question)
                known = None if opposite is None else np.roll(opposite.distance, self.n_states, axis=-1)
                kept = self._kept[question] = Remaining(self, question, self.turned(question), known)
                if len(self._kept) > MAX_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(question)
            return kept

    def _opposite(self, question: Question) -> Remaining | None:
        return self._kept.get(replace(question, sign=-question.sign)) if question.sign else None

    def times_asked(self, question: Question) -> int | None:
        """How often a question came before of late; None when what would answer it is kept."""
        with self._lock:
            times = self._asked.pop(question, 0)
            self._asked[question] = times + 1
            if len(self._asked) > MAX_ASKED:
                self._asked.popitem(last=False)
            kept = question in self._kept or self._opposite(question) is not None
            return None if kept else times

    def turned(self, question: Question) -> Reverse:
        """Steps by where they arrive, with signs or without as the question needs them."""
        return self._turned(signed=question.sign is not None)

    def _turned(self, *, signed: bool) -> Reverse:
        if signed not in self._reverse:
            self._reverse[signed] = reverse_steps(self, signed=signed)
        return self._reverse[signed]


def empty_caches() -> dict[str, Any]:
    """Fields of steps of which nothing is kept yet."""
    return {"_kept": OrderedDict(), "_asked": OrderedDict(), "_lock": Lock()}
