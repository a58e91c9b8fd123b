"""Kotlin as common syntax facts: the table of docs/howto/add-a-language.md, row by row."""

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
    Template,
    Text,
)

_CALLS = frozenset({"execute", "query", "findAll", "Query", "insert"})
_MARKED = Vocabulary(_CALLS, ("",))
_SPARSE = Vocabulary(_CALLS, ("execute(",))


def module(source: str) -> Module:
    return read("A.kt", "kotlin", source, _MARKED)


def expression(source: str) -> Expression:
    (found,) = module(f"val x = {source}\n").bindings
    assert found.value is not None
    return found.value


def body(source: str) -> Module:
    return module("class A {\n    fun f(p: String) {\n" + source + "\n    }\n}\n")


def cls(source: str) -> Class:
    return module(source).classes[0]


def functions(source: str) -> dict[str, Function]:
    return {each.qualified: each for each in module(source).functions}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b.C", Import("C", "a.b", "C", "", 1)),
        ("import a.b.C as D", Import("D", "a.b", "C", "", 1)),
        ("import a.b.*", Import("*", "a.b", "*", "", 1)),
    ],
)
@pytest.mark.parametrize("rest", ["\n", "\nfun f() { execute() }\n"], ids=["skimmed", "parsed"])
def test_an_import_binds_a_name(source: str, expected: Import, rest: str) -> None:
    assert read("A.kt", "kotlin", source + rest, _SPARSE).imports == (expected,)


def test_a_class_has_its_supertypes_and_what_the_first_is_made_with() -> None:
    found = cls('@Table(name = "x")\nclass A : B<Long>("t", 1), C {\n}\n')
    assert found.bases == (Item(Name("B", 2), Name("Long", 2), 2), Name("C", 2))
    assert found.keywords == (("0", Text("t", 2)), ("1", Literal(1, 2)))
    assert found.decorators == (Call(Name("Table", 1), (), (("name", Text("x", 1)),), 1),)


def test_annotations_that_the_grammar_takes_for_an_expression_are_those_of_their_class() -> None:
    source = (
        '@Table(name = "a")\n@IdClass(Key::class)\nclass A(\n    val x: B\n)\n'
        "class Key(\n) : S {\n    override fun equals(other: Any?): Boolean {\n    }\n}\n"
    )
    first, second = module(source).classes
    assert first.decorators == (
        Call(Name("Table", 1), (), (("name", Text("a", 1)),), 1),
        Call(Name("IdClass", 2), (Name("Key", 2),), (), 2),
    )
    assert not second.decorators


def test_objects_interfaces_and_enumerations_are_classes() -> None:
    found = module('interface A : B<U, Long> {\n}\nobject C : T("c") {\n}\nenum class D(val v: Int) {\n    E(1), F(2)\n}\n')
    assert [each.qualified for each in found.classes] == ["A", "C", "D"]
    assert found.classes[0].bases == (Item(Name("B", 1), Items((Name("U", 1), Name("Long", 1)), 1), 1),)
    assert Binding("E", "D", "=", Call(Name("D", 6), (Literal(1, 6),), (), 6), 6) in found.bindings


def test_the_properties_of_a_constructor_are_fields_and_its_other_parameters_are_not_stored() -> None:
    found = module('class A(\n    @Id @field:Column(name = "x") val id: Long? = null,\n    b: B\n)\n').bindings
    column = Call(Name("Column", 2), (), (("name", Text("x", 2)),), 2)
    assert found == (
        Binding("id", "A", ":", None, 2, Name("Long", 2), (Name("Id", 2), column)),
        Binding("b", "A", ":", None, 3, Name("B", 3), (Name("transient", 3),)),
    )


def test_a_companions_members_are_named_like_the_classes_own() -> None:
    source = 'class A {\n    companion object : Entities<A>(T) {\n        const val B = "b"\n        fun f() = 1\n    }\n}\n'
    assert cls(source).keywords == (("companion", Name("T", 2)),)
    assert module(source).bindings == (Binding("B", "A", "=", Text("b", 3), 3),)
    assert functions(source)["A.f"].parameters == (Parameter("cls"),)


def test_a_function_has_its_receiver_first_and_gives_what_stands_behind_the_sign() -> None:
    found = functions("interface A {\n    @Query(1) suspend fun f(u: U, n: Int = 1): List<U>?\n    fun g() = h()\n}\n")
    assert found["A.f"].parameters == (
        Parameter("self"),
        Parameter("u", Name("U", 2)),
        Parameter("n", Name("Int", 2), Literal(1, 2)),
    )
    assert found["A.f"].annotation == Item(Name("List", 2), Name("U", 2), 2)
    assert found["A.f"].abstract
    assert found["A.g"].returns == (Call(Name("h", 3), (), (), 3),)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("this.a?.b", Member(Member(Name("self", 1), "a", 1), "b", 1)),
        ("a.b(1, c = 2)", Call(Member(Name("a", 1), "b", 1), (Literal(1, 1),), (("c", Literal(2, 1)),), 1)),
        ("a.b<U>()", Call(Member(Name("a", 1), "b", 1), (), (("<>", Name("U", 1)),), 1)),
        ("U(n = x)", Call(Name("U", 1), (), (("n", Name("x", 1)),), 1)),
        ("a { it.b }", Call(Name("a", 1), (Lambda(("it",), Member(Name("it", 1), "b", 1), 1),), (), 1)),
        ("a(1) { x -> x }", Call(Name("a", 1), (Literal(1, 1), Lambda(("x",), Name("x", 1), 1)), (), 1)),
        ("{ a()\n b() }", Lambda(("it",), Opaque(1), 1)),
        ("U::class", Name("U", 1)),
        ("f(U::class)", Call(Name("f", 1), (Name("U", 1),), (), 1)),
        ("U::class.java", Name("U", 1)),
        ("U::name", Member(Name("U", 1), "name", 1)),
        ("dao::execute", Lambda(("it",), Call(Member(Name("dao", 1), "execute", 1), (Name("it", 1),), (), 1), 1)),
        ("a eq 1", Call(Member(Name("a", 1), "eq", 1), (Literal(1, 1),), (), 1)),
        ("a + b", Operation("+", Name("a", 1), Name("b", 1), 1)),
        ("a && b", Operation("and", Name("a", 1), Name("b", 1), 1)),
        ("a ?: b", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("if (c) a else b", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("when (c) { 1 -> a\n else -> { b } }", Choice((Name("a", 1), Name("b", 2)), 1)),
        ("try { a } catch (e: E) { null }", Name("a", 1)),
        ("a!! as B", Name("a", 1)),
        ("(a)", Name("a", 1)),
        ("a[1]", Item(Name("a", 1), Literal(1, 1), 1)),
        ("-1_000L", Literal(-1000, 1)),
        ("0x1F", Literal(31, 1)),
        ("1.5f", Literal(1.5, 1)),
        ("null", Literal(None, 1)),
        ("true", Literal(True, 1)),
        ('"a\\t\\$b"', Text("a\t$b", 1)),
        ('"a $b c ${d.e}"', Template((Text("a ", 1), Name("b", 1), Text(" c ", 1), Member(Name("d", 1), "e", 1)), 1)),
        ('"""a\n  b $c"""', Template((Text("a\n  b ", 1, (2,)), Name("c", 2)), 1)),
        ('StringBuilder("a").append(b)', Operation("+", Text("a", 1), Name("b", 1), 1)),
    ],
)
def test_an_expression_says_the_same_as_in_any_language(source: str, expected: Expression) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('val q = "select 1"\nexecute(q)', [("q", "=", Text("select 1", 3))]),
        ('var q = "a"\nq += p\nexecute(q)', [("q", "=", Text("a", 3)), ("q", "+=", Name("p", 4))]),
        ("for (u in findAll()) {}", [("u", "for", Call(Name("findAll", 3), (), (), 3))]),
        ("this.a = findAll()", [("self.a", "=", Call(Name("findAll", 3), (), (), 3))]),
        ("val a by lazy { findAll() }", [("a", "=", Call(Name("findAll", 3), (), (), 3))]),
        ("val unused = 1\nexecute()", []),
    ],
)
def test_a_statement_binds_names(source: str, expected: list[tuple[str, str, Expression | None]]) -> None:
    assert [(each.target, each.operator, each.value) for each in body(source).bindings] == expected


@pytest.mark.parametrize(
    "source",
    [
        "execute()",
        "if (execute()) {}",
        "if (a) execute() else b()",
        "if (a) { execute() }",
        "while (execute()) {}",
        "when (execute()) { 1 -> a() }",
        "when (a) { 1 -> execute()\n else -> {} }",
        "try { execute() } catch (e: E) {}",
        "throw execute()",
        "run { execute() }",
        "run {\n a()\n execute() }",
        "run { if (a) { b()\n execute() } }",
        "a.let { x -> run { execute(x) } }",
        "val x = if (a) { b()\n execute() } else c",
        "val x = object : T { override fun g() { execute() } }",
        "run { return@run execute() }",
        "return execute()",
        "a ?: execute()",
    ],
)
def test_what_is_called_is_kept_once(source: str) -> None:
    found = body(source)
    kept = [each.expression for each in found.evaluations] + [each.value for each in found.bindings]
    kept += [value for each in found.functions for value in each.returns]
    assert str(kept).count("'execute'") == 1


def test_the_annotation_of_a_method_is_evaluated_where_that_is_called() -> None:
    (found,) = module('interface A {\n    @Query("select u from U u") fun f(): U\n}\n').evaluations
    assert found == Evaluation(Call(Name("Query", 2), (Text("select u from U u", 2),), (), 2), "A.f", 2)


@pytest.mark.parametrize("head", ["for (x in xs)", "while (x)"])
def test_a_loop_is_no_value_though_it_is_all_that_a_lambda_has(head: str) -> None:
    found = module("fun f(): Unit = run(a) {\n    " + head + " {\n        db.execute(1)\n    }\n}\n")
    assert [each.expression.line for each in found.evaluations if isinstance(each.expression, Call)] == [3]


def test_comments_speak_to_dblint() -> None:
    found = module("class A { // dblint: ignore[x]\n}\n").comments
    assert found == (Comment("dblint: ignore[x]", 1, own_line=False),)


def test_a_file_that_nobody_needs_is_only_skimmed() -> None:
    found = read("A.kt", "kotlin", "import a.B\nfun f(x: Int): Int { return x + 1 }\n", _SPARSE)
    assert found == Module("A.kt", "kotlin", imports=(Import("B", "a", "B", "", 1),))


@pytest.mark.parametrize(
    "text",
    [
        "fun f(x: Any) = when (x) {\n    is Paid if x.late -> 1\n    Kind.A if late(x) -> 2\n    else -> 3\n}\n",
        'val filter = $$"select $id"\n',
        "class A {\n    context(session: Session)\n    fun f() = 1\n}\n",
        "object A {\n    val registry: Registry\n        field = Prometheus()\n\n    fun f() = 1\n}\n",
        "class A(\n    val ids: List<\n        @Serializable(with = X::class)\n        UUID,\n        >,\n)\n",
        'fun Route.orders() {\n    val db: Data by inject()\n\n    get("/", {\n        a = 1\n    }) {\n     b()\n    }\n}\n',
        'fun Route.all() {\n    val log = logger("a")\n\n    get {\n        log.info("b")\n    }\n}\n',
        'val engine = create {\n    get("/") {\n        val x = 1\n    }\n}\n',
        "class A\n    @J(mode = J.Mode.D)\n    internal constructor(\n        val x: Int,\n    ) : B(x)\n",
        "class A {\n    val x: Int\n        get() = 1\n}\n",
        'class A : B(c) { override val x get() = "a" }\nclass D : B(c) { val x = "b" }\nfun f() { val y = 1 }\n',
    ],
    ids=[
        "guard",
        "dollars",
        "context",
        "field",
        "annotated type",
        "get after a delegate",
        "get",
        "get inside",
        "constructor",
        "getter",
        "one line",
    ],
)
def test_syntax_that_is_newer_than_the_grammar_is_read_at_its_place(text: str) -> None:
    after = text + 'fun last() { db.execute("drop table orders") }\n'
    module = read("a.kt", "kotlin", after, Vocabulary(frozenset({"execute"}), ("fun", "val", "class")))
    assert not module.broken
    assert [each.line for each in module.evaluations if each.scope == "last"] == [after.count("\n")]
