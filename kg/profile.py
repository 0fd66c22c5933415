"""A profile: the folder of data that makes the graph about one axis.

Nothing about a disease is in the code. ``profile.toml`` names the flagship question, the outcome with
its signs, classes of factors, the columns of the figure and the default sources; the tables beside it
hold entities, sites, relations and publications.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg import resources
from kg.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEFAULT_AXIS = "cml_il8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagship:
    """The question that ``kg demo`` answers: best paths from ``source`` to ``target``."""

    question: str
    source: str
    target: str
    sign: str = "+"
    k: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Readout:
    """An entity that reports on the outcome, with the sign it has for it."""

    entity: str
    sign: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the axis is about in the end, for example leukaemia survival, as a set of readouts."""

    name: str
    site: str
    readouts: tuple[Readout, ...]

    @property
    def id(self) -> str:
        """CURIE made from the name."""
        return _curie_of(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorClass:
    """A class of starting points: entities of these types that act at these sites.

    Parameters
    ----------
    broader
        Name of the class it is part of; empty where there is none.

    Examples
    --------
    >>> FactorClass(name="soluble factor", sites=("extracellular",), types=("gene_product",)).id
    'exil8:class_soluble_factor'
    """

    name: str
    sites: tuple[str, ...]
    types: tuple[str, ...]
    broader: str = ""

    @property
    def id(self) -> str:
        """CURIE made from the name."""
        return _curie_of(f"class {self.name}")


def _curie_of(name: str) -> str:
    return "exil8:" + re.sub(r"\W+", "_", name.casefold()).strip("_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Entities that report on one thing: two names of it (``same``), or different readouts (``readout``)."""

    name: str
    kind: str
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disease:
    """A disease scope and the words of a model system that tell it."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSpec:
    """A column of the figure: its header, the sites in it, and its colours."""

    label: str
    sites: tuple[str, ...]
    colour: str
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """A source the profile reads by default, where its data is, and which version that is."""

    name: str
    path: Path
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that ``profile.toml`` says, with the folder it stands in and the text itself.

    Examples
    --------
    >>> p = load()
    >>> p.name, p.flagship.target
    ('cml_il8', 'MESH:D002470@cml_cell')
    """

    folder: Path
    name: str
    title: str
    description: str
    anchor: str
    organism: str
    licence: str
    flagship: Flagship | None
    outcome: Outcome | None
    classes: tuple[FactorClass, ...]
    columns: tuple[ColumnSpec, ...]
    sources: tuple[SourceSpec, ...]
    more_sources: tuple[SourceSpec, ...] = ()
    reports: tuple[Reports, ...] = ()
    diseases: tuple[Disease, ...] = ()
    text: str = ""


def version_of(profile: Profile, name: str, path: Path) -> str:
    """Version of a file that the profile ships and states one of; else empty."""
    specs = (*profile.sources, *profile.more_sources)
    return next((s.version for s in specs if s.name == name and s.path == path.resolve()), "")


class _Table:
    """A table of the TOML file that names the key at fault."""

    def __init__(self, file: Path, data: Mapping[str, Any], where: str) -> None:
        self.file, self.data, self.where = file, data, where

    def fail(self, key: str, what: str, hint: str) -> SourceError:
        return SourceError(self.file, None, f"{self.where}{key}: {what}", hint)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise self.fail(key, "is missing or not a text", f'write {key} = "..."')
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, "is not a list of texts", f'write {key} = ["...", "..."]')
        return tuple(value)

    def sign(self, key: str = "sign") -> int:
        value = self.text(key)
        if value not in ("+", "-"):
            raise self.fail(key, f"is {value!r}", 'write "+" or "-"')
        return 1 if value == "+" else -1

    def table(self, key: str) -> _Table | None:
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fail(key, "is not a table", f"write [{key}]")
        return _Table(self.file, value, f"{self.where}{key}.")

    def tables(self, key: str) -> list[_Table]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fail(key, "is not a list of tables", f"write [[{key}]]")
        return [_Table(self.file, item, f"{self.where}{key}[{number}].") for number, item in enumerate(value)]


def _flagship(table: _Table | None) -> Flagship | None:
    if table is None:
        return None
    k = table.data.get("k", 10)
    if not isinstance(k, int) or isinstance(k, bool) or k < 1:
        raise table.fail("k", f"is {k!r}", "write a whole number above 0")
    if (sign := table.text("sign", "+")) not in ("+", "-", "any"):
        raise table.fail("sign", f"is {sign!r}", 'write "+", "-" or "any"')
    return Flagship(
        question=table.text("question"), source=table.text("source"), target=table.text("target"), sign=sign, k=k
    )


def _outcome(table: _Table | None) -> Outcome | None:
    if table is None:
        return None
    readouts = tuple(Readout(entity=item.text("entity"), sign=item.sign()) for item in table.tables("readouts"))
    return Outcome(name=table.text("name"), site=table.text("site"), readouts=readouts)


def _classes(table: _Table | None) -> tuple[FactorClass, ...]:
    found: list[FactorClass] = []
    for name in () if table is None else table.data:
        item = table.table(name) if table is not None else None
        if item is not None:
            broader = item.text("broader", "")
            if broader and broader not in {c.name for c in found}:
                raise item.fail("broader", f"is {broader!r}", "write the name of a class that stands above it")
            found.append(FactorClass(name=name, sites=item.texts("sites"), types=item.texts("types"), broader=broader))
    return tuple(found)


def _columns(root: _Table) -> tuple[ColumnSpec, ...]:
    return tuple(
        ColumnSpec(
            label=item.text("label"),
            sites=item.texts("sites"),
            colour=item.text("colour", "#999999"),
            fill=item.text("fill", "#F3F3F3"),
        )
        for item in root.tables("columns")
    )


def _reports(root: _Table) -> tuple[Reports, ...]:
    found = []
    for item in root.tables("reports"):
        if (kind := item.text("kind", "readout")) not in ("same", "readout"):
            raise item.fail("kind", f"is {kind!r}", 'write "same" or "readout"')
        found.append(Reports(name=item.text("name"), kind=kind, entities=item.texts("entities")))
    return tuple(found)


def _diseases(table: _Table | None) -> tuple[Disease, ...]:
    return () if table is None else tuple(Disease(name=n, words=table.texts(n)) for n in table.data)


def _sources(root: _Table, folder: Path) -> tuple[SourceSpec, ...]:
    table = root.table("sources")
    if table is None or not table.data:
        raise root.fail("sources", "is missing or empty", 'write [sources] with at least curated = "."')
    return _specs(table, folder)


def _specs(table: _Table | None, folder: Path) -> tuple[SourceSpec, ...]:
    if table is None:
        return ()
    return tuple(_spec(table, name, folder) for name in table.data)


def _spec(table: _Table, name: str, folder: Path) -> SourceSpec:
    """A source: ``name = "FILE"``, or ``name = { file = "FILE", version = "..." }``."""
    if not isinstance(table.data[name], dict):
        return SourceSpec(name=name, path=(folder / table.text(name)).resolve())
    item = table.table(name) or table
    return SourceSpec(name=name, path=(folder / item.text("file")).resolve(), version=item.text("version", ""))


def load(folder: Path | None = None) -> Profile:
    """Read a profile from its folder; without one, the shipped axis.

    Raises
    ------
    SourceError
        The folder has no ``profile.toml``, or the file is not what it should be; the message names
        the file and the key (or the line, for malformed TOML).
    """
    folder = resources.axes() / DEFAULT_AXIS if folder is None else folder.resolve()
    file = folder / "profile.toml"
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SourceError(folder, None, "has no profile.toml", "`kg init DIR` writes one to start from") from None
    except NotADirectoryError:
        raise SourceError(folder, None, "is not a folder", "name the folder that holds profile.toml") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SourceError(
            file, line, f"byte 0x{error.object[error.start]:02x} is not UTF-8", "save it as UTF-8"
        ) from None
    except OSError as error:
        raise SourceError(file, None, f"cannot be read ({error.strerror})", "check its permissions") from None
    return parse(text, folder)


def parse(text: str, folder: Path) -> Profile:
    """Make a profile from the text of its ``profile.toml``, and the folder its sources stand in.

    Raises
    ------
    SourceError
        As `load`.
    """
    file = folder / "profile.toml"
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(file, error) from None
    root = _Table(file, data, "")
    return Profile(
        folder=folder,
        name=_name(root),
        title=root.text("title"),
        description=root.text("description", ""),
        anchor=root.text("anchor", ""),
        organism=root.text("organism", ""),
        licence=root.text("licence", ""),
        flagship=_flagship(root.table("flagship")),
        outcome=_outcome(root.table("outcome")),
        classes=_classes(root.table("classes")),
        columns=_columns(root),
        sources=_sources(root, folder),
        more_sources=_specs(root.table("more_sources"), folder),
        reports=_reports(root),
        diseases=_diseases(root.table("diseases")),
        text=text,
    )


def _not_toml(file: Path, error: tomllib.TOMLDecodeError) -> SourceError:
    where = re.search(r" \(at line (\d+), column \d+\)", str(error))
    line = int(where.group(1)) if where else None
    return SourceError(file, line, f"is not valid TOML: {error}", "mend the line it names")


def _name(root: _Table) -> str:
    name = root.text("name")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise root.fail("name", f"is {name!r}", "write letters, digits, _ . - only: it names the default store")
    return name
