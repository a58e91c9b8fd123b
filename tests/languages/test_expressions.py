"""Every form of expression, one vector each."""

import pytest

from dblint.model.syntax import (
    Call,
    Choice,
    Each,
    Expression,
    Item,
    Items,
    Lambda,
    Literal,
    Mapping,
    Member,
    Name,
    Opaque,
    Operation,
    Spread,
    Template,
    Text,
)
from tests.languages.reading import expression, module

A, B, C, D = (Name(name, 1) for name in "abcd")
NOTHING = Opaque(1)


def number(value: float) -> Literal:
    return Literal(value, 1)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a", A),
        ("a.b", Member(A, "b", 1)),
        ("a.b.c", Member(Member(A, "b", 1), "c", 1)),
        ("(a)", A),
        ("((a))", A),
        ("a()", Call(A, (), (), 1)),
        ("a(b, *c, d=1, **d)", Call(A, (B, Spread(C, 1), Spread(D, 1)), (("d", number(1)),), 1)),
        ("a(b for b in c)", Call(A, (Each(B, ((B, C),), (), 1),), (), 1)),
        ("a()()", Call(Call(A, (), (), 1), (), (), 1)),
        ("a[b]", Item(A, B, 1)),
        ("a[b, c]", Item(A, Items((B, C), 1), 1)),
        ("a[1:2]", Item(A, NOTHING, 1)),
        ("[a, b]", Items((A, B), 1)),
        ("(a, b)", Items((A, B), 1)),
        ("a, b", Items((A, B), 1)),
        ("{a, b}", Items((A, B), 1)),
        ("[]", Items((), 1)),
        ("[a, *b]", Items((A, Spread(B, 1)), 1)),
        ("{}", Mapping((), 1)),
        ("{a: b, **c}", Mapping(((A, B), (Spread(C, 1), NOTHING)), 1)),
        ("a + b", Operation("+", A, B, 1)),
        ("a + b + c", Operation("+", Operation("+", A, B, 1), C, 1)),
        ("a % (b, c)", Operation("%", A, Items((B, C), 1), 1)),
        ("a | b", Operation("|", A, B, 1)),
        ("a == b", Operation("==", A, B, 1)),
        ("a not in b", Operation("not in", A, B, 1)),
        ("a is not b", Operation("is not", A, B, 1)),
        ("a < b < c", Operation("<", Operation("<", A, B, 1), C, 1)),
        ("a and b", Operation("and", A, B, 1)),
        ("a or b", Choice((A, B), 1)),
        ("a or b or c", Choice((A, B, C), 1)),
        ("a if b else c", Choice((A, C), 1)),
        ("a if b else c if b else d", Choice((A, C, D), 1)),
        ("not a", Operation("not", NOTHING, A, 1)),
        ("~a", Operation("~", NOTHING, A, 1)),
        ("-a", Operation("-", NOTHING, A, 1)),
        ("-1", number(-1)),
        ("[a for a in b]", Each(A, ((A, B),), (), 1)),
        ("{a for a in b if c if d}", Each(A, ((A, B),), (C, D), 1)),
        ("{a: b for a, b in c}", Each(Mapping(((A, B),), 1), ((Items((A, B), 1), C),), (), 1)),
        ("[a for b in c for a in b]", Each(A, ((B, C), (A, B)), (), 1)),
        ("[a async for a in b]", Each(A, ((A, B),), (), 1)),
        ("lambda: a", Lambda((), A, 1)),
        ("lambda a, *b, c=1: d", Lambda(("a", "*b", "c"), D, 1)),
        ("await a", A),
        ("(yield a)", A),
        ("(yield from a)", A),
        ("1_000", number(1000)),
        ("0x10", number(16)),
        ("1.5", number(1.5)),
        ("1j", NOTHING),
        ("1e999", NOTHING),
        ("9" * 4400, NOTHING),
        ("True", Literal(value=True, line=1)),
        ("None", Literal(None, 1)),
        ("...", NOTHING),
    ],
)
def test_an_expression_has_its_form(source: str, expected: Expression) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("'a'", "a"),
        ('"it\'s"', "it's"),
        ("''", ""),
        ("''''''", ""),
        (r"'a\tb\n'", "a\tb\n"),
        (r"'\x41\101\u0041\U00000041\N{LATIN CAPITAL LETTER A}'", "AAAAA"),
        (r"'\q\\'", "\\q\\"),
        (r"'\N{NO SUCH THING}'", r"\N{NO SUCH THING}"),
        (r"'\ud800'", r"\ud800"),
        (r"r'\n'", r"\n"),
        (r"R'a\'b'", r"a\'b"),
        ("u'a'", "a"),
        ("f'a'", "a"),
        ("f'{{a}}'", "{a}"),
        ("rf'{{a}}\\n'", "{a}\\n"),
        ("'{{a}}'", "{{a}}"),
        ("'é€😀'", "é€😀"),
    ],
)
def test_a_string_is_decoded(source: str, value: str) -> None:
    assert expression(source) == Text(value, 1)


@pytest.mark.parametrize("source", ["b'SELECT 1'", "rb'x'", "Rb'x'"])
def test_bytes_are_opaque(source: str) -> None:
    assert expression(source) == NOTHING


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("f'{a}'", (A,)),
        ("f'x{a}y{b.c}'", (Text("x", 1), A, Text("y", 1), Member(B, "c", 1))),
        ("f'{a!r:>{b}}z'", (A, Text("z", 1))),
        ("f'{a=}'", (A,)),
        ("f'{{{a}}}'", (Text("{", 1), A, Text("}", 1))),
        ("""f'{a["b"]}'""", (Item(A, Text("b", 1), 1),)),
        ("""f'{f'{a}'}'""", (Template((A,), 1),)),
        ("t'x{a}'", (Text("x", 1), A)),
        ("rf'\\d{a}'", (Text("\\d", 1), A)),
        ("'x' 'y'", (Text("x", 1), Text("y", 1))),
        ("'x' f'{a}y' r'\\z'", (Text("x", 1), A, Text("y", 1), Text("\\z", 1))),
    ],
)
def test_a_template_has_its_parts_in_order(source: str, parts: tuple[Expression, ...]) -> None:
    assert expression(source) == Template(parts, 1)


@pytest.mark.parametrize(
    ("source", "value", "breaks"),
    [
        ('"""a\nb\n\nc"""', "a\nb\n\nc", (2, 4, 5)),
        ('"""\n\\n\nb"""', "\n\n\nb", (1, 3)),
        ('"""a\\\nb"""', "ab", (1,)),
        ("'a\\\nb'", "ab", (1,)),
        ('r"""a\\\nb"""', "a\\\nb", (3,)),
        ('"""\\x41\n\\x42\nc"""', "A\nB\nc", (2, 4)),
    ],
)
def test_breaks_are_where_source_lines_begin(source: str, value: str, breaks: tuple[int, ...]) -> None:
    assert expression(source) == Text(value, 1, breaks)


def test_each_text_of_a_long_template_has_its_own_line() -> None:
    found = expression('f"""one\n{a}two\n{b\n}three\nfour"""')
    assert found == Template(
        (Text("one\n", 1, (4,)), Name("a", 2), Text("two\n", 2, (4,)), Name("b", 3), Text("three\nfour", 4, (6,))), 1
    )


def test_adjacent_texts_keep_their_lines() -> None:
    assert expression("('a'\n  'b'  # comment\n  'c')") == Template((Text("a", 1), Text("b", 2), Text("c", 3)), 1)


def test_a_call_stands_on_the_line_of_the_called_name() -> None:
    found = expression("(\n  session\n  .query(User)\n  # comment\n  .filter(\n    a)\n)")
    assert isinstance(found, Call)
    assert (found.line, found.arguments[0].line) == (5, 6)
    assert isinstance(found.function, Member)
    inner = found.function.value
    assert isinstance(inner, Call)
    assert (inner.line, inner.function.line) == (3, 3)


def test_comments_inside_an_expression_are_no_part_of_it() -> None:
    assert expression("[a,  # one\n  b]") == Items((A, Name("b", 2)), 1)
    assert expression("{a:  # one\n  b}") == Mapping(((A, Name("b", 2)),), 1)
    assert expression("a(  # one\n  b)") == Call(A, (Name("b", 2),), (), 1)


def test_a_walrus_is_its_value() -> None:
    found = module("print(execute(a := b))").evaluations[0].expression
    assert isinstance(found, Call)
    assert found.arguments == (Call(Name("execute", 1), (B,), (), 1),)


@pytest.mark.parametrize("term", ["\n+ a", "\n.f(1)", "\nor a", "\n[0]", "\nif a else b"])
def test_a_long_chain_ends_in_opaque_instead_of_the_stack(term: str) -> None:
    for length in (150, 450):
        found = module(f"x = (a{term * length})")
        assert found.problem == ""
        assert len(found.bindings) == 1


@pytest.mark.parametrize("source", ["a" + "\n+ a" * 3000, "a" + "\n.f(1)" * 3000, "not\n" * 3000 + "a"])
def test_a_chain_of_thousands_is_too_deep(source: str) -> None:
    assert module(f"x = ({source})").problem == "too-deep"
