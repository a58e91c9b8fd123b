"""What a module holds: imports, classes, functions, bindings, evaluations, comments."""

import pytest

from dblint.languages import read
from dblint.model.syntax import (
    Call,
    Choice,
    Each,
    Import,
    Item,
    Items,
    Literal,
    Member,
    Name,
    Opaque,
    Operation,
    Parameter,
    Text,
)
from tests.languages.reading import SPARSE, VOCABULARY, binding, bound, evaluation, module


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a", [("a", "a", "")]),
        ("import a.b", [("a.b", "a.b", "")]),
        ("import a.b as c, d", [("c", "a.b", ""), ("d", "d", "")]),
        ("from a import b", [("b", "a", "b")]),
        ("from a.b import c as d, e", [("d", "a.b", "c"), ("e", "a.b", "e")]),
        ("from . import a", [("a", ".", "a")]),
        ("from .. a import b", [("b", "..a", "b")]),
        ("from .import a", [("a", ".", "a")]),
        ("from ..a.b import c", [("c", "..a.b", "c")]),
        ("from a import *", [("*", "a", "*")]),
        ("from a import (b,  # one, two)\n  c as d,\n)", [("b", "a", "b"), ("d", "a", "c")]),
        ("from a import b, \\\n  c", [("b", "a", "b"), ("c", "a", "c")]),
        ("from important import thing", [("thing", "important", "thing")]),
        ("from __future__ import annotations", [("annotations", "__future__", "annotations")]),
    ],
)
@pytest.mark.parametrize("rest", ["", "\nexecute()\n"], ids=["skimmed", "parsed"])
def test_an_import_binds_names(source: str, expected: list[tuple[str, str, str]], rest: str) -> None:
    found = read("a.py", "python", source + rest, SPARSE)
    assert [(each.name, each.module, each.member) for each in found.imports] == expected


def test_both_ways_of_a_guarded_import_are_kept() -> None:
    found = module("try:\n    import a\nexcept ImportError:\n    import b as a\nexecute()")
    assert found.imports == (Import("a", "a", "", "", 2), Import("a", "b", "", "", 4))


def test_an_import_inside_a_function_has_its_scope() -> None:
    (found,) = module("class A(B):\n    def f(self):\n        import x\n").imports
    assert found == Import("x", "x", "", "A.f", 3)


def test_a_skimmed_file_does_not_take_examples_in_docstrings_for_imports() -> None:
    found = read("a.py", "python", '"""Example:\n\nimport a\n"""\nimport b\n\ndef f():\n    from c import d\n', SPARSE)
    assert [(each.name, each.line) for each in found.imports] == [("b", 5), ("d", 8)]


@pytest.mark.parametrize(
    "source",
    [
        'TABLE = "orders"',
        "Session = make_session",
        "class Order(Entity): pass",
        "class A:\n    table = 'orders'",
        "def table():\n    return 'orders'",
        "run('select * from orders')",
    ],
)
def test_a_file_without_markers_is_read_if_others_may_need_it(source: str) -> None:
    assert read("a.py", "python", source, SPARSE) == read("a.py", "python", source, VOCABULARY)


def test_a_file_that_nobody_needs_is_only_skimmed() -> None:
    source = "import a\n\ndef f(x):\n    return x + 1\n"
    assert read("a.py", "python", source, SPARSE).functions == ()
    assert read("a.py", "python", source, SPARSE).imports == module(source).imports


def test_a_class_has_bases_keywords_decorators_and_lines() -> None:
    (found,) = module("@d\n@e(1)\nclass A(B, m.C, metaclass=M, table=True):\n    x: int\n    y = 1\n\n").classes
    assert (found.name, found.scope, found.line, found.end) == ("A", "", 3, 5)
    assert found.bases == (Name("B", 3), Member(Name("m", 3), "C", 3))
    assert found.keywords == (("metaclass", Name("M", 3)), ("table", Literal(value=True, line=3)))
    assert found.decorators == (Name("d", 1), Call(Name("e", 2), (Literal(1, 2),), (), 2))


def test_nested_definitions_have_dotted_scopes() -> None:
    found = module(
        "class A:\n    class Meta(X):\n        db_table = 't'\n    def f(self):\n        def g():\n            return 'x'\n"
    )
    assert [(each.name, each.scope) for each in found.classes] == [("A", ""), ("Meta", "A")]
    assert [(each.name, each.scope) for each in found.functions] == [("f", "A"), ("g", "A.f")]
    assert found.bindings[0].scope == "A.Meta"


def test_a_function_has_parameters_returns_and_lines() -> None:
    head = "@d\nasync def f(a, /, b: int, *args, c=1, e: str = 'x', **kw) -> R:\n"
    source = head + "    if a: return a, b\n    return\n    return execute(c)\n"
    (found,) = module(source).functions
    assert (found.line, found.end, found.annotation, found.decorators) == (2, 5, Name("R", 2), (Name("d", 1),))
    assert found.parameters == (
        Parameter("a"),
        Parameter("b", Name("int", 2)),
        Parameter("*args"),
        Parameter("c", None, Literal(1, 2)),
        Parameter("e", Name("str", 2), Text("x", 2)),
        Parameter("**kw"),
    )
    assert found.returns == (
        Items((Name("a", 3), Name("b", 3)), 3),
        Call(Name("execute", 5), (Name("c", 5),), (), 5),
    )
    assert module(source).evaluations == ()


def test_what_a_nested_function_returns_is_its_own() -> None:
    outer, inner = module("def f():\n    def g():\n        return 'a'\n    return 'b'\n").functions
    assert (outer.returns, inner.returns) == ((Text("b", 4),), (Text("a", 3),))


@pytest.mark.parametrize(
    ("source", "target", "operator"),
    [
        ("x = 1", "x", "="),
        ("x += 1", "x", "+="),
        ("x: int = 1", "x", "="),
        ("x: int", "x", ":"),
        ("x.y = 1", "x.y", "="),
        ("with open(p) as x: pass", "x", "with"),
        ("with (a() as x, b() as y): pass", "x", "with"),
        ("with (a() as x, b() as y): pass", "y", "with"),
        ("async def f():\n    async with execute() as x: pass", "x", "with"),
        ("for x in y: pass", "x", "for"),
        ("print(x := 1)", "x", "="),
        ("if (x := a()): pass", "x", "="),
    ],
)
def test_a_name_is_bound_by(source: str, target: str, operator: str) -> None:
    assert binding(source, target).operator == operator


def test_an_annotation_belongs_to_its_binding() -> None:
    source = "class A(B):\n    x: Mapped[int | None] = mapped_column()\n    y: 'Other'\n"
    optional = Operation("|", Name("int", 2), Literal(None, 2), 2)
    assert binding(source, "x").annotation == Item(Name("Mapped", 2), optional, 2)
    assert binding(source, "y").annotation == Text("Other", 3)
    assert binding(source, "y").value is None


@pytest.mark.parametrize("source", ["x = d[k] = execute(a)", "d[k] = x = execute(a)"])
def test_a_chain_holds_its_call_once(source: str) -> None:
    found = module(source)
    assert [each.target for each in found.bindings] == ["x"]


def test_a_chain_of_names_shares_the_value() -> None:
    assert binding("x = y = execute(a)", "y").value == Call(Name("execute", 1), (Name("a", 1),), (), 1)
    assert binding("x = y = execute(a)", "x").value == Name("y", 1)


def test_a_display_is_shared_out_to_a_tuple_of_targets() -> None:
    found = module("a, (b, c) = 'x', ('y', 'z')")
    assert [(each.target, each.value) for each in found.bindings] == [
        ("a", Text("x", 1)),
        ("b", Text("y", 1)),
        ("c", Text("z", 1)),
    ]


def test_rows_are_shared_out_to_the_targets_of_a_loop() -> None:
    found = module("for a, b in [('x', 1), ('y', 2)]: pass")
    assert [(each.target, each.operator, each.value) for each in found.bindings] == [
        ("a", "for", Items((Text("x", 1), Text("y", 1)), 1)),
        ("b", "for", Items((Literal(1, 1), Literal(2, 1)), 1)),
    ]


def test_one_call_for_a_tuple_of_targets_stands_once() -> None:
    found = module("a, *b, c = execute(s)")
    whole = Name("a, *b, c", 1)
    assert [(each.target, each.value) for each in found.bindings] == [
        ("a, *b, c", Call(Name("execute", 1), (Name("s", 1),), (), 1)),
        ("a", Item(whole, Literal(0, 1), 1)),
        ("b", Opaque(1)),
        ("c", Item(whole, Literal(-1, 1), 1)),
    ]


def test_a_subscript_target_leaves_an_evaluation() -> None:
    found = module("d['k'] = execute(a)\nd['j'] = 1\n")
    assert found.bindings == ()
    assert [each.line for each in found.evaluations] == [1]


@pytest.mark.parametrize(
    "source",
    [
        "execute(a)",
        "conn.execute(a)",
        "await conn.execute(a)",
        "print(conn.execute(a))",
        "log('SELECT 1')",
        "log('''\n  -- note\n  (select a from b)''')",
        "if execute(a): pass",
        "if x: pass\nelif execute(a): pass",
        "while execute(a): pass",
        "assert x, execute(a)",
        "with execute(a): pass",
        "raise X(execute(a))",
        "yield_ = 1\nexecute(a)",
        "def f():\n    yield execute(a)",
        "def f(x=Depends(y)): pass",
        "@listens_for(x)\ndef f(): pass",
        "call(lambda: execute(a))",
        "[execute(x) for x in y]",
        "match execute(a):\n    case _: pass",
        "match x:\n    case _ if execute(a): pass",
        "a if execute(a) else b",
        "del execute(a)[0]",
        "a, execute(b)",
    ],
)
def test_is_evaluated(source: str) -> None:
    assert evaluation(source).scope in {"", "f"}


@pytest.mark.parametrize(
    "source",
    [
        "x = execute(a)",
        "def f():\n    return execute(a)",
        "for x in execute(a): pass",
        "with execute(a) as x: pass",
        "if (x := execute(a)): pass",
        "'SELECT 1'",
        "def f():\n    '''SELECT a FROM b'''\n    execute",
        "log('selected')",
        "other(a)",
        "# execute(a)\n",
        "print('execute(a)')",
    ],
)
def test_is_not_evaluated(source: str) -> None:
    assert module(source).evaluations == ()


def test_only_the_outermost_expression_is_an_evaluation() -> None:
    found = evaluation("a(execute(lambda x=execute(b): x, [select(c) for c in d]))")
    assert isinstance(found.expression, Call)


def test_an_evaluation_in_a_conditional_expression_is_not_lost() -> None:
    found = module("x = a if execute(b) else c")
    assert found.bindings[0].value == Choice((Name("a", 1), Name("c", 1)), 1)
    assert [each.expression for each in found.evaluations] == [Call(Name("execute", 1), (Name("b", 1),), (), 1)]


def test_only_local_names_that_matter_are_kept() -> None:
    source = """
def f(conn, p):
    unused = p
    prefix = p
    table = prefix + "x"
    sql = "SELECT * FROM " + table
    for row in conn.things(): print(row)
    with conn.begin() as tx: tx.go()
    conn.execute(sql)
"""
    assert bound(source) == {"prefix", "table", "sql"}


def test_every_name_of_a_local_chain_is_kept() -> None:
    assert bound("def f():\n    a = b = 'x'\n    return a\n") == {"a", "b"}


def test_a_member_or_keyword_of_the_same_name_is_no_use() -> None:
    assert bound("def f(c):\n    a = 'x'\n    return c.a(a=1)\n") == set()
    assert bound("def f(c):\n    a = 'x'\n    return c.b(a=a)\n") == {"a"}
    assert bound("def f(c):\n    a = 'x'\n    return f'{a=}'\n") == {"a"}


def test_a_local_name_that_a_nested_function_uses_is_kept() -> None:
    assert bound("def f(c):\n    t = 'x'\n    def g():\n        c.execute(t)\n") == {"t"}


def test_a_local_name_that_is_returned_is_kept() -> None:
    assert bound("def f():\n    a = 'x'\n    b = 'y'\n    return a\n") == {"a"}


def test_a_local_call_that_matters_is_kept_unused() -> None:
    assert bound("def f(c):\n    rows = c.execute(q)\n") == {"rows"}
    assert bound("def f(c):\n    sql = 'select 1'\n") == {"sql"}


def test_names_of_another_function_do_not_count_as_used() -> None:
    assert bound("def f():\n    a = 'x'\n\ndef g(c, a):\n    c.execute(a)\n") == set()


def test_attributes_of_self_are_kept() -> None:
    assert bound("class A:\n    def f(self, t):\n        self.t = t\n", "A.f") == {"self.t"}


def test_all_names_of_modules_and_classes_are_kept() -> None:
    source = "a = b\nif x:\n    c = d\nclass A(B):\n    e = f\n    if y:\n        g = h\n"
    assert bound(source, "") == {"a", "c"}
    assert bound(source, "A") == {"e", "g"}


def test_a_global_name_belongs_to_the_module() -> None:
    assert bound("def f():\n    global t\n    t = 'x'\n", "") == {"t"}


def test_a_nonlocal_name_belongs_to_the_function_around() -> None:
    assert bound("def f():\n    def g():\n        nonlocal t\n        t = 'x'\n") == {"t"}


def test_only_comments_that_speak_to_dblint_are_kept() -> None:
    found = module("x = 1  # dblint: ignore[a] why\n# other\n  # dblint: tables=a\ny = '# dblint: no'\n").comments
    assert [(each.text, each.line, each.own_line) for each in found] == [
        ("dblint: ignore[a] why", 1, False),
        ("dblint: tables=a", 3, True),
    ]


def test_a_loop_in_a_comprehension_stays_in_it() -> None:
    found = module("x = [execute(a) for a in b]")
    assert [each.target for each in found.bindings] == ["x"]
    assert isinstance(found.bindings[0].value, Each)
