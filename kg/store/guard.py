"""What a query from outside may do: read the graph, and nothing else.

No engine has a switch against SERVICE, LOAD or remote FROM, so every such query is parsed first and
refused when it holds one of them. Two parsers that differ over where a string or a comment ends would be a
way past that: so what stands in strings and comments is blanked out before the check, and escapes that one
parser undoes before it reads and the other after are refused outside of strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORMS = {"SelectQuery": "select", "AskQuery": "ask", "ConstructQuery": "construct", "DescribeQuery": "describe"}
# Tokens that hide what is in them: comment, IRI, long and short strings (SPARQL 1.1, section 19.8).
_OPAQUE = re.compile(
    r"""(?P<comment>\#[^\n\r]*)|(?P<iri><[^<>"{}|^`\x00-\x20]*>)"""
    r"""|(?P<text>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}"""
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')""",
    re.DOTALL,
)
_NOT_A_BREAK = re.compile(r"[^\n\r]")
_ESCAPE = re.compile(r"\\[uU]")
# FROM as a keyword: not the end of a variable or a prefixed name, and a graph comes after it.
_FROM = re.compile(r"(?<![\w?$:.-])from(?=\s*<|\s+named\b|\s+[\w.-]*:)", re.IGNORECASE)
_UPDATE = re.compile(r"\b(insert|delete|load|clear|drop|create|add|move|copy|with)\b", re.IGNORECASE)


def _parts(node: object) -> Iterator[tuple[str, object]]:
    """Walk a parsed query: (name of the construct, the construct)."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        yield node.name, node
        for value in node.values():
            yield from _parts(value)
    elif isinstance(node, dict):
        for value in node.values():
            yield from _parts(value)
    elif not isinstance(node, str) and hasattr(node, "__iter__"):
        for value in node:
            yield from _parts(value)


def blanked(text: str) -> str:
    """The query with nothing in its strings and comments, each character where it was."""

    def blank(match: re.Match[str]) -> str:
        token = match.group()
        if match.lastgroup == "comment":
            return " " * len(token)
        if match.lastgroup == "iri":
            if "'" in token or "\\" in token:
                raise QueryError(f"the query has an IRI with a quote or a backslash: {token[:60]}; percent-encode it")
            return token
        quote = token[: 3 if token[:3] in ('"""', "'''") else 1]
        return quote + _NOT_A_BREAK.sub("x", token[len(quote) : -len(quote)]) + quote

    plain = _OPAQUE.sub(blank, text)
    if escape := _ESCAPE.search(plain):
        line = plain.count("\n", 0, escape.start()) + 1
        raise QueryError(
            f"the query has an escape {escape.group()}... outside of a string at line {line}; write the character"
        )
    return plain


def _syntax_error(text: str, error: Exception) -> QueryError:
    line, column = getattr(error, "lineno", None), getattr(error, "column", None)
    first = text[getattr(error, "loc", 0) :].split("\n", 1)[0].strip()[:40]
    at = f" at line {line}, column {column}" if line else ""
    near = f", near {first!r}" if first else ", at its end"
    return QueryError(f"the query has a syntax error{at}{near}")


def says_from(text: str) -> bool:
    """Tell whether a query that nobody has checked names the graphs it reads.

    >>> says_from("SELECT * FROM exil8g:direct { ?s ?p ?o }"), says_from("SELECT ?from { ?from a ?x } # FROM <x>")
    (True, False)
    """
    return _FROM.search(_OPAQUE.sub(lambda token: "<>" if token.lastgroup == "iri" else " ", text)) is not None


def prologue() -> str:
    """PREFIX declarations for every prefix of the graph, on one line, so that a query need not repeat them.

    >>> "PREFIX HGNC: <https://identifiers.org/hgnc/>" in prologue()
    True
    """
    return "".join(f"PREFIX {name}: <{uri}> " for name, uri in vocabulary.namespaces().items())


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a query that is allowed.

    Parameters
    ----------
    form
        ``select``, ``ask``, ``construct`` or ``describe``.
    names_graphs
        Whether it says by FROM which graphs it reads; else it reads the union of all.
    """

    form: str
    names_graphs: bool


def check(text: str) -> str:
    """Tell the form of a query that is allowed; see `examine`.

    Examples
    --------
    >>> check("SELECT ?s WHERE { ?s ?p ?o }")
    'select'
    """
    return examine(text).form


def examine(text: str) -> Checked:
    """Check that a query only reads this graph.

    Raises
    ------
    QueryError
        A syntax error (with line and column), an update, SERVICE, or FROM outside the graph's own IRIs.

    Examples
    --------
    >>> examine("ASK FROM exil8g:direct { ?s ?p ?o }")
    Checked(form='ask', names_graphs=True)
    >>> examine("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    kg.errors.QueryError: SERVICE is refused: a query here may read this graph only
    """
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    plain = blanked(text)
    try:
        parsed = parseQuery(plain)
    except ParseBaseException as error:
        if _UPDATE.search(plain) and _is_update(plain):
            raise QueryError(
                "updates are refused: this graph is read-only to queries; add data with `kg ingest`"
            ) from None
        raise _syntax_error(text, error) from None
    except RecursionError:
        raise QueryError("the query is nested too deeply; write it flatter") from None
    except Exception as error:  # noqa: BLE001 - the parser leaks many kinds; each means a malformed query
        raise QueryError(
            f"the query cannot be read: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
        ) from None
    form, names_graphs, prefixes = "", False, _declared(parsed)
    for name, part in _parts(parsed):
        form = form or _FORMS.get(name, "")
        if name == "ServiceGraphPattern":
            raise QueryError("SERVICE is refused: a query here may read this graph only")
        if name == "DatasetClause":
            _check_dataset(part, prefixes)
            names_graphs = True
    return Checked(form, names_graphs)


def _is_update(text: str) -> bool:
    from rdflib.plugins.sparql.parser import parseUpdate

    try:
        parseUpdate(text)
    except Exception:  # noqa: BLE001 - whatever it is, it is not an update
        return False
    return True


def _declared(parsed: object) -> dict[str, str]:
    """Prefixes that hold in the query, those of the graph included: FROM may name a graph by one."""
    return dict(vocabulary.namespaces()) | {
        str(part.get("prefix", "")): str(part["iri"])  # type: ignore[attr-defined, index]
        for name, part in _parts(parsed)
        if name == "PrefixDecl"
    }


def _check_dataset(clause: object, prefixes: dict[str, str]) -> None:
    own = vocabulary.expand("exil8g:direct").removesuffix("direct")
    for key in ("default", "named"):
        if not isinstance(clause, dict) or key not in clause:
            continue
        named = clause[key]
        if getattr(named, "name", "") == "pname":
            iri = prefixes.get(str(named.get("prefix", "")), "") + str(named.get("localname", ""))
        else:
            iri = str(named)
        if not iri.startswith(own) or ":" in iri.removeprefix(own):
            raise QueryError(f"FROM <{iri}> is refused: it is not a graph of this store ({own}...)")
