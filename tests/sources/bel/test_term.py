"""Terms of BEL: what parses, what does not, and that nothing crashes the parser."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.sources.bel.term import BelSyntaxError, Name, Term, parse_statement


def test_nested_terms() -> None:
    subject, relation, object_ = parse_statement('act(p(HGNC:AKT1, pmod(Ph, Ser, 473)), ma(kin)) => bp(GO:"a, (b)")')
    assert relation == "=>"
    assert object_ == Term("bp", (Name("GO", "a, (b)"),))
    assert subject.terms("p")[0].terms("pmod")[0].names() == [Name("", "Ph"), Name("", "Ser"), Name("", "473")]


def test_long_and_short_forms_are_one() -> None:
    long = parse_statement("kinaseActivity(proteinAbundance(HGNC:ABL1)) increases cellSecretion(p(HGNC:CXCL8))")
    assert long[0] == parse_statement("kin(p(HGNC:ABL1))")[0]
    assert long[2] == parse_statement("sec(p(HGNC:CXCL8))")[0]


def test_statement_about_a_statement_has_no_object() -> None:
    assert parse_statement("p(HGNC:A) -| (a(CHEBI:B) -> bp(GO:C))")[1:] == ("-|", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p(HGNC:A", "expected at column"),
        ("p(HGNC:A))", "expected"),
        ("p(HGNC:A) ->", "a function expected"),
        ("p(HGNC:A) -> p(HGNC:B) -> p(HGNC:C)", "follows the statement"),
        ('p(HGNC:"A) -> p(HGNC:B)', "never closed"),
        ("(" * 5, "a function expected"),
        ("p(" * 80 + "HGNC:A" + ")" * 80, "too many brackets"),
        ("p(,)", "an argument expected"),
    ],
)
def test_broken_terms(text: str, message: str) -> None:
    with pytest.raises(BelSyntaxError, match=message):
        parse_statement(text)


@given(st.text(st.sampled_from('p(act)HGNC:,"->|= \\ab'), max_size=40))
@example("p(HGNC:A) -> ")
@settings(deadline=None, derandomize=True, max_examples=300)
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        subject, _, _ = parse_statement(text)
    except BelSyntaxError:
        return
    assert isinstance(subject, Term)
