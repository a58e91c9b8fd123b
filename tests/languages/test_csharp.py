"""C# as common syntax facts."""

import pytest

from dblint.languages import Vocabulary, read
from dblint.model.syntax import (
    Call,
    Choice,
    Each,
    Evaluation,
    Expression,
    Item,
    Items,
    Lambda,
    Literal,
    Mapping,
    Member,
    Module,
    Name,
    Opaque,
    Operation,
    Parameter,
    Spread,
    Template,
    Text,
)

_CALLS = frozenset({"Query", "Where", "Find", "Entity", "CommandText", "SqlCommand", "Set"})
VOCABULARY = Vocabulary(_CALLS, ("",))
SPARSE = Vocabulary(_CALLS, ("Query(",))

A, B, C, D = (Name(name, 1) for name in "abcd")
NOTHING = Opaque(1)


def module(source: str) -> Module:
    return read("a.cs", "csharp", source, VOCABULARY)


def expression(source: str) -> Expression:
    """The expression that a piece of source stands for."""
    (binding,) = module(f"class K {{ object x = {source}; }}\n").bindings
    assert binding.value is not None
    return binding.value


def method(body: str) -> Module:
    return module(f"class K\n{{\nvoid F()\n{{\n{body}\n}}\n}}\n")


def bound(found: Module) -> list[tuple[str, str, str]]:
    return [(each.scope, each.target, each.operator) for each in found.bindings]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a", A),
        ("this", Name("self", 1)),
        ("this.a", Member(Name("self", 1), "a", 1)),
        ("a.b", Member(A, "b", 1)),
        ("(a)", A),
        ("a!.b", Member(A, "b", 1)),
        ("a?.b", Member(A, "b", 1)),
        ("a?.b.c(d)?.e", Member(Call(Member(Member(A, "b", 1), "c", 1), (D,), (), 1), "e", 1)),
        ("a?[b]", Item(A, B, 1)),
        ("a(b, out e, c: d)", Call(A, (B, Name("e", 1)), (("c", D),), 1)),
        ("a(b: c, d)", Call(A, (C, D), (), 1)),
        ("a(this)", Call(A, (Name("self", 1),), (), 1)),
        ("a.b<c>(d)", Call(Member(A, "b", 1), (D,), (("<>", C),), 1)),
        ("a?.b<c>()", Call(Member(A, "b", 1), (), (("<>", C),), 1)),
        ("b<c, d>()", Call(B, (), (("<>", Items((C, D), 1)),), 1)),
        ("a[b]", Item(A, B, 1)),
        ("a[b, c]", Item(A, Items((B, C), 1), 1)),
        ("await a", A),
        ("(b)a", A),
        ("a as b", A),
        ("a is b", Operation("is", A, NOTHING, 1)),
        ("a ? b : c", Choice((B, C), 1)),
        ("a ?? b ?? c", Choice((A, B, C), 1)),
        ("a switch { 1 => b, _ => c }", Choice((B, C), 1)),
        ("a == b", Operation("==", A, B, 1)),
        ("a + b + c", Operation("+", Operation("+", A, B, 1), C, 1)),
        ("!a", Operation("not", NOTHING, A, 1)),
        ("-1", Literal(-1, 1)),
        ("1_000L", Literal(1000, 1)),
        ("1.5m", Literal(1.5, 1)),
        ("true", Literal(True, 1)),
        ("null", Literal(None, 1)),
        ("default(a)", Literal(None, 1)),
        ("typeof(a)", A),
        ("nameof(a.b)", Text("b", 1)),
        ("new a(b)", Call(A, (B,), (), 1)),
        ("new a(b) { C = d }", Call(A, (B,), (("C", D),), 1)),
        ("new a<b>(c)", Call(A, (C,), (("<>", B),), 1)),
        ("new() { C = d }", Call(Name("object", 1), (), (("C", D),), 1)),
        ("new List<a> { b, c }", Items((B, C), 1)),
        ("new[] { a, b }", Items((A, B), 1)),
        ("new a[] { b }", Items((B,), 1)),
        ("[a, ..b]", Items((A, Spread(B, 1)), 1)),
        ('new Dictionary<a, b> { ["c"] = d }', Mapping(((Text("c", 1), D),), 1)),
        ("new Dictionary<a, b> { { c, d } }", Mapping(((C, D),), 1)),
        ("new { a.b, C = d }", Mapping(((Text("b", 1), Member(A, "b", 1)), (Text("C", 1), D)), 1)),
        ("(a, b)", Items((A, B), 1)),
        ("a => a.b", Lambda(("a",), Member(A, "b", 1), 1)),
        ("(a, b) => c", Lambda(("a", "b"), C, 1)),
        ("a => { return b; }", Lambda(("a",), B, 1)),
        ("a => { b(); c(); }", Lambda(("a",), Items((Call(B, (), (), 1), Call(C, (), (), 1)), 1), 1)),
        ("delegate { return b; }", Lambda((), B, 1)),
        ('string.Format("x {0}", a)', Call(Member(Text("x {0}", 1), "format", 1), (A,), (), 1)),
        ("string.Join(a, b)", Call(Member(A, "join", 1), (B,), (), 1)),
        ("string.Concat(a, b)", Operation("+", A, B, 1)),
        ("a.Trim()", Call(Member(A, "strip", 1), (), (), 1)),
        ("a.Replace(b, c)", Call(Member(A, "replace", 1), (B, C), (), 1)),
    ],
)
def test_an_expression_says_what_it_is_made_of(source: str, expected: Expression) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"a\\t\\u0041\\x42"', Text("a\tAB", 1)),
        ('@"a\\b ""c"""', Text('a\\b "c"', 1)),
        ('@"a\nb"', Text("a\nb", 1, (2,))),
        ('"""a "b" c"""', Text('a "b" c', 1)),
        ('"""\n    a\n      b\n    """', Text("a\n  b", 2, (2,))),
        ("'a'", Text("a", 1)),
        ('$"a{b}c{{}}"', Template((Text("a", 1), B, Text("c{}", 1)), 1)),
        ('$"{a:N2}"', Template((A,), 1)),
        ('$"a"', Text("a", 1)),
        ('$@"a ""{b}"" \\n"', Template((Text('a "', 1), B, Text('" \\n', 1)), 1)),
        ('$@"""{b}"""', Template((Text('"', 1), B, Text('"', 1)), 1)),
        ('@$"a ""{b}"""', Template((Text('a "', 1), B, Text('"', 1)), 1)),
        ('$@"a\n{b}\nc"', Template((Text("a\n", 1, (2,)), Name("b", 2), Text("\nc", 2, (1,))), 1)),
        ('$"""\n  a {b}\n  c\n  """', Template((Text("a ", 2), Name("b", 2), Text("\nc", 2, (1,))), 1)),
        ('$$"""a {b} {{c}}"""', Template((Text("a {b} ", 1), C), 1)),
    ],
)
def test_a_string_of_any_form_is_decoded(source: str, expected: Expression) -> None:
    assert expression(source) == expected


def test_bytes_are_no_text() -> None:
    assert expression('"a"u8') == NOTHING


def test_a_query_expression_is_a_comprehension() -> None:
    source = "from a in b join c in d on a.X equals c.Y into e where a.Z let f = c.W orderby c.V select a"
    parts = (Member(A, "X", 1), Member(C, "Y", 1), Member(A, "Z", 1), Member(C, "W", 1), Member(C, "V", 1))
    expected = Each(A, ((A, B), (C, D), (Name("e", 1), D)), parts, 1)
    assert expression(source) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("int", Name("int", 1)),
        ("a?", A),
        ("a[]", A),
        ("Task<a>", A),
        ("ValueTask<List<a>>", Item(Name("List", 1), A, 1)),
        ("DbSet<a>", Item(Name("DbSet", 1), A, 1)),
        ("Dictionary<a, b>", Item(Name("Dictionary", 1), Items((A, B), 1), 1)),
        ("a.b", Member(A, "b", 1)),
        ("global::a", A),
        ("(a, b)", Items((A, B), 1)),
    ],
)
def test_a_type_is_what_it_holds(written: str, expected: Expression) -> None:
    (binding,) = module(f"class K {{ {written} x; }}\n").bindings
    assert binding.annotation == expected


def test_using_directives_bring_in_namespaces_aliases_and_static_members() -> None:
    source = "global using A.B;\nusing C.D;\nusing static E.F;\nusing G = H.I;\n"
    source += "class K { void F() { using var x = y; using (z) { } } }\n"
    found = [(each.name, each.module, each.member, each.scope, each.line) for each in module(source).imports]
    assert found == [
        ("*", "A.B", "*", "global", 1),
        ("*", "C.D", "*", "", 2),
        ("*", "E.F", "*", "", 3),
        ("F", "E", "F", "", 3),
        ("G", "H", "I", "", 4),
    ]


def test_a_class_has_bases_type_parameters_and_attributes() -> None:
    source = '[Table("t", Schema = "s")]\n[Serializable]\npublic class K<T>(Db db) : Base<T>(db), IK where T : class\n{\n}\n'
    (found,) = module(source).classes
    assert (found.name, found.scope, found.line, found.end) == ("K", "", 3, 5)
    assert found.bases == (Item(Name("Base", 3), Name("T", 3), 3), Name("IK", 3))
    assert found.keywords == (("<>", Items((Name("T", 3),), 3)),)
    assert found.decorators == (
        Call(Name("Table", 1), (Text("t", 1),), (("Schema", Text("s", 1)),), 1),
        Name("Serializable", 2),
    )


def test_a_record_has_its_parameters_as_properties() -> None:
    found = module('record R(int Id, [Column("n")] string Name);\n')
    assert [(each.scope, each.target, len(each.decorators)) for each in found.bindings] == [("R", "Id", 0), ("R", "Name", 1)]


def test_an_interface_says_that_it_is_one_and_its_methods_have_no_body() -> None:
    found = module("interface I : J { Task<a> F(int x = 1); }\n")
    assert dict(found.classes[0].keywords) == {"interface": Literal(True, 1)}
    (function,) = found.functions
    assert function.abstract
    assert function.annotation == A
    assert function.parameters == (Parameter("self"), Parameter("x", Name("int", 1), Literal(1, 1)))


def test_members_say_what_no_row_holds() -> None:
    source = """class K {
        public int A { get; set; }
        [Column("b")] public int? B { get; private set; } = 1;
        public int C { get; }
        public int D => A;
        internal int E { get; set; }
        public static int F { get; set; }
        int g;
        const int H = 1;
        public int I { get; init; }
    }"""
    names = {each.target: [getattr(item, "name", "") for item in each.decorators] for each in module(source).bindings}
    assert names == {
        "A": [], "B": [""], "C": ["transient"], "D": ["transient"], "E": ["transient"], "F": ["static"],
        "g": ["transient"], "H": ["const", "transient"], "I": [],
    }  # fmt: skip


def test_methods_have_receivers_and_give_back_values() -> None:
    source = """class K(Db db) {
        public K(int a) : base(a) { }
        static int F(params string[] rest) => 1;
        IQ<T> IK.G([FromBody] T x) { int H() => 2; return x; }
        int P { get { return a; } }
    }"""
    found = {each.qualified: each for each in module(source).functions}
    assert list(found) == ["K.__init__", "K.F", "K.G", "K.G.H", "K.get_P"]
    assert [each.name for each in found["K.F"].parameters] == ["cls", "*rest"]
    assert [each.name for each in found["K.G"].parameters] == ["self", "x"]
    assert found["K.G"].returns == (Name("x", 4),)
    assert found["K.G.H"].returns == (Literal(2, 4),)
    assert found["K.get_P"].returns == (Name("a", 5),)


def test_a_name_that_no_function_declares_is_a_member() -> None:
    source = """class K {
        Db _db; string _sql;
        K(Db db, string x) { _db = db; this._sql = x; x = "select 1"; int y; y = 1; }
    }"""
    found = [each for each in bound(module(source)) if each[0] == "K.__init__"]
    assert found == [("K.__init__", "self._db", "="), ("K.__init__", "self._sql", "="), ("K.__init__", "x", "=")]


def test_top_level_statements_are_the_entry_of_the_program() -> None:
    found = module('using A;\nvar a = Query("x");\nint F() => 1;\nQuery(a);\nclass K { int b = 1; }\n')
    assert [each.qualified for each in found.functions] == ["Main", "Main.F"]
    assert bound(found) == [("Main", "a", "="), ("K", "b", "=")]
    assert [each.scope for each in found.evaluations] == ["Main"]


def test_locals_are_bound_where_they_are_used() -> None:
    found = method(
        """var (a, b) = Query(1);
        using var c = Query(2);
        using (var d = Query(3)) { }
        foreach (var e in Query(4)) Query(e);
        if (x is Order f && Query(f)) { }
        _ = Query(5);
        g.CommandText = "x";
        a += "y"; a ??= "z";
        Query(a);"""
    )
    assert bound(found) == [
        ("K.F", "a, b", "="), ("K.F", "a", "="), ("K.F", "b", "="), ("K.F", "c", "="), ("K.F", "d", "with"),
        ("K.F", "e", "for"), ("K.F", "f", ":"), ("K.F", "g.CommandText", "="), ("K.F", "a", "+="), ("K.F", "a", "="),
    ]  # fmt: skip
    assert Evaluation(Call(Member(Name("g", 11), "CommandText", 11), (Text("x", 11),), (), 11), "K.F", 11) in found.evaluations


def test_a_local_that_is_kept_for_its_use_stays_a_local() -> None:
    found = method("var root = (IQueryable<a>)b.C;\nvar n = root.Where(d);")
    assert bound(found) == [("K.F", "root", "="), ("K.F", "n", "=")]


def test_what_a_builder_appends_is_added_to_its_text() -> None:
    found = method('var s = new StringBuilder("select 1");\ns.Append(" from ").Append(t);\nQuery(s.ToString());')
    added = [each for each in found.bindings if each.operator == "+="]
    assert [each.value for each in added] == [Operation("+", Text(" from ", 6), Name("t", 6), 6)]


def test_statements_of_a_lambda_stand_in_the_scope_around_it() -> None:
    found = method(
        """app.Map("/x", async (Db db, int n) =>
        {
            var rows = db.Where(n);
            return rows;
        });"""
    )
    assert bound(found) == [("K.F", "db", ":"), ("K.F", "n", ":"), ("K.F", "rows", "=")]
    assert found.functions[0].returns == ()


def test_a_lambda_of_expressions_stays_whole() -> None:
    found = method('b.Entity<Order>(e =>\n{\n  e.ToTable("x");\n  e.HasKey(k => k.Id);\n});')
    (evaluation,) = found.evaluations
    assert isinstance(evaluation.expression, Call)
    (built,) = evaluation.expression.arguments
    assert isinstance(built, Lambda)
    assert isinstance(built.body, Items)
    assert len(built.body.values) == 2
    assert evaluation.expression.keywords == (("<>", Name("Order", 5)),)


def test_lines_are_those_of_the_called_names() -> None:
    found = method("_ctx\n  .Orders\n  .Where(x)\n  .Find(y);")
    (evaluation,) = found.evaluations
    call = evaluation.expression
    assert isinstance(call, Call)
    assert call.line == 8
    assert isinstance(call.function, Member)
    assert isinstance(call.function.value, Call)
    assert call.function.value.line == 7


def test_what_did_not_parse_is_told_by_its_lines() -> None:
    found = module("class K {\n  int a = 1;\n  void F( { ] }\n}\nclass L { }\n")
    assert found.broken
    assert "K" in {each.name for each in found.classes}


def test_directives_of_the_preprocessor_hide_nothing() -> None:
    found = module('class K {\n#if DEBUG\n  string A = "select 1";\n#else\n  string B = "select 2";\n#endif\n}\n')
    assert [each.target for each in found.bindings] == ["A", "B"]


def test_a_file_without_types_and_markers_is_only_skimmed() -> None:
    found = read("a.cs", "csharp", "using A.B;\nenum E { X }\n", SPARSE)
    assert [each.module for each in found.imports] == ["A.B"]
    assert not found.classes


def test_a_comment_speaks_to_dblint() -> None:
    found = method("// dblint: ignore[DBL101] -- why\nQuery(1); /* dblint: off */")
    assert [(each.text, each.line, each.own_line) for each in found.comments] == [
        ("dblint: ignore[DBL101] -- why", 5, True),
        ("dblint: off", 6, False),
    ]
