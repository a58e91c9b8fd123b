"""Java as common syntax facts: the table of docs/howto/add-a-language.md, row by row."""

import pytest

from dblint.languages import Vocabulary, read
from dblint.model.syntax import (
    Binding,
    Call,
    Choice,
    Class,
    Comment,
    Evaluation,
    Expression,
    Function,
    Import,
    Item,
    Items,
    Lambda,
    Literal,
    Member,
    Module,
    Name,
    Opaque,
    Operation,
    Parameter,
    Text,
)

_CALLS = frozenset({"execute", "query", "findAll", "Query"})
_MARKED = Vocabulary(_CALLS, ("",))
_SPARSE = Vocabulary(_CALLS, ("execute(",))


def module(source: str) -> Module:
    return read("A.java", "java", source, _MARKED)


def expression(source: str) -> Expression:
    """What a field of a class is set to."""
    (found,) = module(f"class A {{ Object x = {source}; }}").bindings
    assert found.value is not None
    return found.value


def kind(source: str) -> Expression | None:
    """The type of a field."""
    (found,) = module(f"class A {{ {source} x; }}").bindings
    return found.annotation


def body(source: str) -> Module:
    """A method with some statements."""
    return module("class A {\n  void f(String p) {\n" + source + "\n  }\n}")


def evaluations(source: str) -> list[Evaluation]:
    return list(body(source).evaluations)


def bound(source: str) -> list[tuple[str, str, Expression | None]]:
    return [(each.target, each.operator, each.value) for each in body(source).bindings]


def cls(source: str) -> Class:
    return module(source).classes[0]


def function(source: str) -> Function:
    (found,) = module(source).functions
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b.C;", Import("C", "a.b", "C", "", 1)),
        ("import a.b.*;", Import("*", "a.b", "*", "", 1)),
        ("import static a.b.C.D;", Import("D", "a.b.C", "D", "", 1)),
        ("import a . /* x */ b.C ;", Import("C", "a.b", "C", "", 1)),
    ],
)
@pytest.mark.parametrize("rest", ["", "\nclass A { void f() { execute(); } }"], ids=["skimmed", "parsed"])
def test_an_import_binds_a_name(source: str, expected: Import, rest: str) -> None:
    assert read("A.java", "java", source + rest, _SPARSE).imports == (expected,)


def test_a_class_has_its_superclass_first_and_its_annotations() -> None:
    found = cls('@Entity @Table(name = "x", indexes = {@Index("a")})\nclass A<T> extends B<Long> implements C, d.D {}')
    assert found.bases == (Item(Name("B", 2), Name("Long", 2), 2), Name("C", 2), Member(Name("d", 2), "D", 2))
    assert found.decorators == (
        Name("Entity", 1),
        Call(
            Name("Table", 1),
            (),
            (("name", Text("x", 1)), ("indexes", Items((Call(Name("Index", 1), (Text("a", 1),), (), 1),), 1))),
            1,
        ),
    )


def test_interfaces_enumerations_and_records_are_classes() -> None:
    found = module("interface A extends B<U, Long> {} enum C { D } record E(@Id int f) {} class G { class H {} }")
    assert [each.qualified for each in found.classes] == ["A", "C", "E", "G", "G.H"]
    assert found.classes[0].bases == (Item(Name("B", 1), Items((Name("U", 1), Name("Long", 1)), 1), 1),)


def test_the_components_of_a_record_and_the_constants_of_an_enumeration_are_its_fields() -> None:
    found = module('record E(@Id int f) {}\nenum C { D("d"); }').bindings
    assert found == (
        Binding("f", "E", ":", None, 1, Name("int", 1), (Name("Id", 1),)),
        Binding("D", "C", "=", Call(Name("C", 2), (Text("d", 2),), (), 2), 2),
    )


def test_a_field_has_its_type_and_its_annotations() -> None:
    (found,) = module('class A {\n  @Id @Column(name = "x")\n  private Long id;\n}').bindings
    column = Call(Name("Column", 2), (), (("name", Text("x", 2)),), 2)
    assert found == Binding("id", "A", ":", None, 3, Name("Long", 3), (Name("Id", 2), column))


def test_static_and_transient_fields_say_so() -> None:
    found = module("class A { static final int B = 1; transient int c; }").bindings
    assert [each.decorators for each in found] == [(Name("static", 1),), (Name("transient", 1),)]


def test_a_method_has_its_receiver_first() -> None:
    found = function("class A {\n  @Query(1) List<U> f(@Param U u, int... n) { return g(u); }\n}")
    parameters = (Parameter("self"), Parameter("u", Name("U", 2)), Parameter("*n", Name("int", 2)))
    assert (found.qualified, found.parameters) == ("A.f", parameters)
    assert found.annotation == Item(Name("List", 2), Name("U", 2), 2)
    assert found.returns == (Call(Name("g", 2), (Name("u", 2),), (), 2),)
    assert not found.abstract


def test_a_static_method_belongs_to_the_class() -> None:
    assert function("class A { static void f() {} }").parameters == (Parameter("cls"),)


def test_a_constructor_is_called_init() -> None:
    found = module("class A { A(B b) { this.b = b; } }")
    assert found.functions[0].qualified == "A.__init__"
    assert found.bindings == (Binding("self.b", "A.__init__", "=", Name("b", 1), 1),)


def test_a_method_without_a_body_is_abstract() -> None:
    assert function("interface A { U findByName(String n); }").abstract


def test_a_reference_to_a_method_that_matters_is_enough_to_keep_what_it_is_handed_to() -> None:
    found = body("rows.forEach(dao::execute); rows.forEach(Row::execute); rows.forEach(dao::idle);")
    assert [each.expression.arguments for each in found.evaluations if isinstance(each.expression, Call)] == [
        (Lambda(("it",), Call(Member(Name("dao", 3), "execute", 3), (Name("it", 3),), (), 3), 3),)
    ]


def test_what_a_lambda_returns_is_not_what_the_method_returns() -> None:
    found = body("run(x -> { return execute(x); });")
    assert found.functions[0].returns == ()
    assert [each.expression for each in found.evaluations] == [Call(Name("execute", 3), (Name("x", 3),), (), 3)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("this.a.b", Member(Member(Name("self", 1), "a", 1), "b", 1)),
        ("A.this.b", Member(Name("self", 1), "b", 1)),
        ("a.b(1)", Call(Member(Name("a", 1), "b", 1), (Literal(1, 1),), (), 1)),
        ("a.<U>b()", Call(Member(Name("a", 1), "b", 1), (), (("<>", Name("U", 1)),), 1)),
        ("new U(1)", Call(Name("U", 1), (Literal(1, 1),), (), 1)),
        ("new L<U>()", Call(Name("L", 1), (), (("<>", Name("U", 1)),), 1)),
        ("new L<>()", Call(Name("L", 1), (), (), 1)),
        ("new String[] {x}", Items((Name("x", 1),), 1)),
        ("U.class", Name("U", 1)),
        ("a.U.class", Member(Name("a", 1), "U", 1)),
        ("U::getName", Member(Name("U", 1), "getName", 1)),
        ("U::execute", Member(Name("U", 1), "execute", 1)),
        ("dao::execute", Lambda(("it",), Call(Member(Name("dao", 1), "execute", 1), (Name("it", 1),), (), 1), 1)),
        ("x -> f(x)", Lambda(("x",), Call(Name("f", 1), (Name("x", 1),), (), 1), 1)),
        ("(x, y) -> y", Lambda(("x", "y"), Name("y", 1), 1)),
        ("() -> { f(); }", Lambda((), Opaque(1), 1)),
        ("(String) x", Name("x", 1)),
        ("(x)", Name("x", 1)),
        ("a[1]", Item(Name("a", 1), Literal(1, 1), 1)),
        ("c ? a : b", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("switch (c) { case 1 -> a; default -> b; }", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("a + b", Operation("+", Name("a", 1), Name("b", 1), 1)),
        ("a && b", Operation("and", Name("a", 1), Name("b", 1), 1)),
        ("!a", Operation("not", Opaque(1), Name("a", 1), 1)),
        ("-1_000L", Literal(-1000, 1)),
        ("0x1F", Literal(31, 1)),
        ("1.5f", Literal(1.5, 1)),
        ("null", Literal(None, 1)),
        ("true", Literal(True, 1)),
        ("'c'", Text("c", 1)),
        ("new StringBuilder()", Text("", 1)),
        ('new StringBuilder("a").append(b)', Operation("+", Text("a", 1), Name("b", 1), 1)),
    ],
)
def test_an_expression_says_the_same_as_in_any_language(source: str, expected: Expression) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("U", Name("U", 1)),
        ("U[]", Name("U", 1)),
        ("a.U", Member(Name("a", 1), "U", 1)),
        ("List<? extends U>", Item(Name("List", 1), Name("U", 1), 1)),
        ("Map<String, U>", Item(Name("Map", 1), Items((Name("String", 1), Name("U", 1)), 1), 1)),
    ],
)
def test_a_type_is_what_it_holds(source: str, expected: Expression) -> None:
    assert kind(source) == expected


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r'"a\tb\"c\\"', 'a\tb"c\\'),
        (r'"\u0041\101\s"', "AA "),
        (r'"\ud800"', r"\ud800"),
    ],
)
def test_escapes_are_decoded(written: str, value: str) -> None:
    assert expression(written) == Text(value, 1)


def test_a_text_block_has_no_common_indent_and_keeps_its_lines() -> None:
    assert expression('"""\n    select a  \n      from b \\\n    where "x" = 1\n    """') == Text(
        'select a\n  from b where "x" = 1\n', 2, (9, 18, 32)
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('var q = "select 1"; execute(q);', [("q", "=", Text("select 1", 3))]),
        ('String q = "a"; q += p; execute(q);', [("q", "=", Text("a", 3)), ("q", "+=", Name("p", 3))]),
        ("for (U u : findAll()) {}", [("u", "for", Call(Name("findAll", 3), (), (), 3))]),
        ("try (var c = findAll()) {}", [("c", "with", Call(Name("findAll", 3), (), (), 3))]),
        (
            "a = b = findAll();",
            [("a", "=", Call(Name("findAll", 3), (), (), 3)), ("b", "=", Call(Name("findAll", 3), (), (), 3))],
        ),
        (
            'var s = new StringBuilder("a"); s.append("b").append(p); execute(s);',
            [("s", "=", Text("a", 3)), ("s", "+=", Operation("+", Text("b", 3), Name("p", 3), 3))],
        ),
        ("int unused = 1; execute();", []),
    ],
)
def test_a_statement_binds_names(source: str, expected: list[tuple[str, str, Expression | None]]) -> None:
    assert sorted(bound(source), key=lambda each: each[0]) == expected


@pytest.mark.parametrize(
    "source",
    [
        "execute();",
        "if (execute()) {}",
        "while (execute()) {}",
        "throw execute();",
        "new T(execute());",
        "run(() -> { execute(); });",
        "x = new T() { void g() { execute(); } };",
        "switch (execute()) { case 1: break; }",
        "for (int i = 0; i < execute(); i++) {}",
    ],
)
def test_what_is_called_is_kept_once(source: str) -> None:
    assert len([each for each in evaluations(source) if "execute" in str(each)]) == 1


def test_the_annotation_of_a_method_is_evaluated_where_that_is_called() -> None:
    (found,) = module('interface A {\n  @Query("select u from U u") U f();\n}').evaluations
    assert found == Evaluation(Call(Name("Query", 2), (Text("select u from U u", 2),), (), 2), "A.f", 2)


def test_comments_speak_to_dblint() -> None:
    found = module("class A { // dblint: ignore[x]\n  /* a\n   * dblint: tables=t:read\n   */\n}").comments
    assert found == (Comment("dblint: ignore[x]", 1, own_line=False), Comment("dblint: tables=t:read", 3, own_line=True))


def test_what_did_not_parse_is_told() -> None:
    found = module("class A {\n  void f() { execute(); }\n  void g( { ]\n}\n")
    assert found.broken
    assert "A.f" in {each.qualified for each in found.functions}


def test_a_file_that_nobody_needs_is_only_skimmed() -> None:
    found = read("A.java", "java", "import a.B;\nclass A { static int f(int x) { return x + 1; } }", _SPARSE)
    assert found == Module("A.java", "java", imports=(Import("B", "a", "B", "", 1),))
