"""The rules of ``ontologies/mention_rules.tsv``: what must not be found in a text, or only as written."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg import resources
from kg.errors import SourceError
from kg.vocabulary import check_curie

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

RULES = ("also", "cue", "exact", "fold", "mask", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of ``mention_rules.tsv``.

    Parameters
    ----------
    rule
        ``never``: the name stands for nothing in a text; ``exact``: it is found only as written; ``fold``: it is
        found in any case; ``also``: a name that is found in texts only; ``mask``: where this stands, no
        shorter name is found; ``cue``: a text (or a MeSH heading) with this does not speak of the target.
    target
        CURIE for ``also`` and ``cue``; else empty.
    """

    text: str
    rule: str
    target: str
    reason: str


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Read a table of rules: text, rule, target, reason.

    Raises
    ------
    SourceError
        Naming file and line, when a line is not one of the table.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines()[1:], start=2):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 4 or not cells[0] or cells[1] not in RULES or not cells[3]:
            hint = f"separate four cells by tabs; the rule is one of: {', '.join(RULES)}"
            raise SourceError(path, number, "not a line of text, rule, target, reason", hint)
        text, rule, target, reason = cells
        if bool(target) != (rule in ("also", "cue")):
            raise SourceError(
                path, number, f"rule {rule!r} with target {target!r}", "also and cue have one, others none"
            )
        curie = check_curie(target, file=path, line=number) if target else ""
        found.append(Rule(text=text, rule=rule, target=curie, reason=reason))
    return tuple(found)


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """The rules that come with the package.

    >>> next(r.reason for r in shipped_rules() if r.text == "RAS")
    'renin-angiotensin system'
    """
    return read_rules(resources.ontologies() / "mention_rules.tsv")


def cues(rules: Iterable[Rule]) -> dict[str, re.Pattern[str]]:
    """What in a text says that it does not speak of an entity, by its CURIE."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for rule in rules:
        if rule.rule == "cue" and not rule.text.startswith("MESH:"):
            words = re.split(r"[\s-]+", rule.text.removesuffix("*"))
            texts[rule.target].append(r"[\s-]?".join(map(re.escape, words)) + (r"\w*" if rule.text[-1] == "*" else ""))
    return {
        target: re.compile(rf"(?<!\w)(?:{'|'.join(sorted(found))})s?(?!\w)", re.IGNORECASE)
        for target, found in texts.items()
    }
