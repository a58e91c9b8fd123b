"""JavaScript as common syntax facts: modules, functions with and without a name, objects that are as good as classes."""

import pytest

from dblint.languages import Vocabulary, read
from dblint.model.syntax import (
    Binding,
    Call,
    Choice,
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
    Spread,
    Template,
    Text,
)

CALLS = frozenset({"query", "execute", "findAll", "sql"})
VOCABULARY = Vocabulary(CALLS, ("",))
SPARSE = Vocabulary(CALLS, ("query(",))


def module(source: str, path: str = "a.js") -> Module:
    return read(path, "javascript", source, VOCABULARY)


def expression(source: str) -> Expression:
    (binding,) = module(f"const x = {source};\n").bindings
    assert binding.value is not None
    return binding.value


def bindings(source: str) -> dict[str, Expression | None]:
    return {each.target: each.value for each in module(source).bindings}


def evaluations(source: str) -> list[Evaluation]:
    return list(module(source).evaluations)


def shown(source: str) -> list[tuple[str, str, str]]:
    return [(each.name, each.module, each.member) for each in module(source).imports]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('import A from "./m";', [("A", "./m", "default")]),
        ('import A, { B as C, D } from "m"', [("A", "m", "default"), ("C", "m", "B"), ("D", "m", "D")]),
        ("import * as m from 'x'", [("m", "x", "")]),
        ('import "reflect-metadata"', []),
        ('export * from "./u"', [("*", "./u", "*")]),
        ('export * as ns from "./u"', [("ns", "./u", "")]),
        ('export { X as Y, Z } from "./u"', [("Y", "./u", "X"), ("Z", "./u", "Z")]),
        ('import {\n  a, // one {\n  b,\n} from "@acme/db";', [("a", "@acme/db", "a"), ("b", "@acme/db", "b")]),
    ],
)
@pytest.mark.parametrize("rest", ["", "\nquery();\n"], ids=["skimmed", "parsed"])
def test_an_import_binds_names(source: str, expected: list[tuple[str, str, str]], rest: str) -> None:
    found = read("a.js", "javascript", source + rest, SPARSE)
    assert [(each.name, each.module, each.member) for each in found.imports] == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('const pg = require("pg")', [("pg", "pg", "default")]),
        ('const { Pool, Client: C } = require("pg")', [("Pool", "pg", "Pool"), ("C", "pg", "Client")]),
        ('const Pool = require("pg").Pool', [("Pool", "pg", "Pool")]),
        ('const db = await import("./db")', [("db", "./db", "")]),
        ('const db = require("./db")(config)', [("require(./db)", "./db", "default")]),
        ('module.exports = { ...require("./a") }', [("*", "./a", "*"), ("require(./a)", "./a", "default")]),
    ],
)
def test_require_binds_names_as_an_import_does(source: str, expected: list[tuple[str, str, str]]) -> None:
    assert sorted(shown(source)) == sorted(expected)


def test_what_a_module_exports_has_the_names_by_which_others_know_it() -> None:
    assert bindings("module.exports = { a, b: c }") == {"b": Name("c", 1)}
    assert bindings("module.exports = Order") == {"default": Name("Order", 1)}
    assert bindings("exports.T = 'orders'") == {"T": Text("orders", 1)}
    assert bindings("export { P as R }") == {"R": Name("P", 1)}
    assert bindings("export default class Order extends Model {}") == {"default": Name("Order", 1)}
    (function,) = module("exports.find = async (id) => { return 1 }").functions
    assert (function.qualified, function.parameters[0].name) == ("find", "id")
    assert [each.qualified for each in module("module.exports = (a) => { f(a); return b }").functions] == ["default"]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (r"'a\n\'b\u0041\x42\u{43}'", Text("a\n'bABC", 1)),
        ('"x\\\ny"', Text("xy", 1, (1,))),
        ("`a\n b`", Text("a\n b", 1, (2,))),
        ("`a${b}c`", Template((Text("a", 1), Name("b", 1), Text("c", 1)), 1)),
        ("sql`a ${b}`", Call(Name("sql", 1), (Template((Text("a ", 1), Name("b", 1)), 1),), (), 1)),
        ("a + 'b'", Operation("+", Name("a", 1), Text("b", 1), 1)),
        ("a ? b : c", Choice((Name("b", 1), Name("c", 1)), 1)),
        ("a ?? b || c", Choice((Name("a", 1), Name("b", 1), Name("c", 1)), 1)),
        ("await a?.b", Member(Name("a", 1), "b", 1)),
        ("new A.B", Call(Member(Name("A", 1), "B", 1), (), (), 1)),
        ("this.q", Member(Name("self", 1), "q", 1)),
        ("[1, ...b]", Items((Literal(1, 1), Spread(Name("b", 1), 1)), 1)),
        ("a[0]", Item(Name("a", 1), Literal(0, 1), 1)),
        ("-1.5", Literal(-1.5, 1)),
        ("1_000n", Literal(1000, 1)),
        ("null", Literal(None, 1)),
        ("undefined", Literal(None, 1)),
        ("/x/g", Opaque(1)),
        ("[a => a.b]", Items((Lambda(("a",), Member(Name("a", 1), "b", 1), 1),), 1)),
        ("f(function (a, b) { return a })", Call(Name("f", 1), (Lambda(("a", "b"), Name("a", 1), 1),), (), 1)),
    ],
)
def test_an_expression_is_what_it_says(source: str, value: Expression) -> None:
    assert expression(source) == value


def test_an_object_has_text_keys() -> None:
    found = expression("{ a: 1, 'b-c': 2, d, [e]: 3, ...f }")
    assert isinstance(found, Mapping)
    assert [key for key, _ in found.pairs] == [
        Text("a", 1),
        Text("b-c", 1),
        Text("d", 1),
        Name("e", 1),
        Spread(Name("f", 1), 1),
    ]


def test_a_chain_keeps_its_lines() -> None:
    (found,) = evaluations("db\n  .select()\n  .execute()")
    call = found.expression
    assert isinstance(call, Call)
    assert call.line == 3
    assert isinstance(call.function, Member)
    assert isinstance(call.function.value, Call)
    assert call.function.value.line == 2


def test_a_pattern_binds_members_and_the_call_only_once() -> None:
    assert bindings("const { rows, n: [m = 1] } = await query()") == {
        "{ rows, n: [m = 1] }": Call(Name("query", 1), (), (), 1),
        "rows": Member(Name("{ rows, n: [m = 1] }", 1), "rows", 1),
        "m": Choice((Item(Member(Name("{ rows, n: [m = 1] }", 1), "n", 1), Literal(0, 1), 1), Literal(1, 1)), 1),
    }
    assert bindings("const { User } = db") == {"User": Member(Name("db", 1), "User", 1)}
    assert bindings("const [a, b] = [1, 2]") == {"a": Literal(1, 1), "b": Literal(2, 1)}


def test_statements_of_an_anonymous_function_stand_in_a_scope_of_their_own() -> None:
    source = "app.get('/', (req, res) => {\n  const s = 'select 1'\n  pool.query(s)\n})"
    found = module(source)
    assert [(each.qualified, each.parameters[0].name) for each in found.functions] == [("@1_13", "req")]
    assert found.bindings[-1] == Binding("s", "@1_13", "=", Text("select 1", 2), 2)
    assert found.evaluations[-1] == Evaluation(Call(Member(Name("pool", 3), "query", 3), (Name("s", 3),), (), 3), "@1_13", 3)
    call = found.evaluations[0].expression
    assert isinstance(call, Call)
    assert call.arguments == (Text("/", 1), Name("@1_13", 1))


def test_a_function_gets_the_elements_or_the_result_of_what_it_is_passed_to() -> None:
    found = module("rows.forEach((r) => { query(r); f() })\ndb.transaction(async (err, tx) => { query(tx); f() })").bindings
    assert found == (
        Binding("r", "@1_13", "each", Name("rows", 1), 1),
        Binding("tx", "@2_15", "block", Call(Member(Name("db", 2), "transaction", 2), (), (), 2), 2),
    )


def test_an_anonymous_function_of_one_statement_is_read_once() -> None:
    (found,) = evaluations("app.get('/', (req) => { pool.query('select 1') })")
    call = found.expression
    assert isinstance(call, Call)
    assert isinstance(call.arguments[1], Lambda)


def test_a_function_has_the_name_of_the_variable_or_property_that_it_is_assigned_to() -> None:
    source = (
        "const a = () => 1\nOrder.prototype.b = function () { f(); g() }\nfunction c() {}\nOrder.d = async () => { f(); g() }"
    )
    assert [each.qualified for each in module(source).functions] == ["a", "Order.b", "c", "Order.d"]


def test_a_class_has_methods_with_a_receiver() -> None:
    found = module(
        "class A extends B(C) {\n  static t = 'x'\n  #q = 1\n  m(a) { return this.t }\n"
        "  static s() {}\n  h = (b) => { f(); g() }\n}"
    )
    assert [(each.name, len(each.bases)) for each in found.classes] == [("A", 1)]
    assert [(each.qualified, [p.name for p in each.parameters]) for each in found.functions] == [
        ("A.m", ["self", "a"]),
        ("A.s", ["cls"]),
        ("A.h", ["self", "b"]),
    ]
    assert [(each.scope, each.target) for each in found.bindings] == [("A", "t"), ("A", "q")]


def test_an_object_with_functions_is_as_good_as_a_class() -> None:
    found = module("const repo = {\n  table: 't',\n  find(id) { return this.table },\n  all: () => 1,\n}")
    assert [each.qualified for each in found.classes] == ["repo"]
    assert [(each.qualified, each.parameters[0].name) for each in found.functions] == [
        ("repo.find", "cls"),
        ("repo.all", "cls"),
    ]
    assert found.bindings == (Binding("table", "repo", "=", Text("t", 2), 2),)
    assert found.functions[0].returns == (Member(Name("cls", 3), "table", 3),)


def test_the_functions_that_a_module_exports_in_an_object_are_its_own() -> None:
    found = module("module.exports = { find(id) { return 1 }, T: 'x' }")
    assert [each.qualified for each in found.functions] == ["find"]
    assert found.bindings == (Binding("T", "", "=", Text("x", 1), 1),)


def test_a_loop_binds_its_elements() -> None:
    found = module("for (const r of rows) { query(r) }").bindings
    assert found == (Binding("r", "", "for", Name("rows", 1), 1),)


def test_comments_that_speak_to_dblint_lose_their_signs() -> None:
    found = module("query() // dblint: ignore\n/* dblint: file-ignore */").comments
    assert [(each.text, each.own_line) for each in found] == [("dblint: ignore", False), ("dblint: file-ignore", True)]


@pytest.mark.parametrize(
    "element",
    [
        '<i class="spinner" aria-hidden></i>',
        "<label onClick={() => save(1)} for='name' class={style}>Name</label>",
        '<Field.Label\n  id="a"\n  for="name"\n/>',
        "<b>R&D & more</b>",
        "<b>{name} & sons\n  & daughters</b>",
        "<a>&nbsp;&#8212;&</a>",
    ],
)
@pytest.mark.parametrize("language", ["javascript", "typescript"])
def test_elements_of_jsx_are_read_that_the_grammar_stumbles_over(element: str, language: str) -> None:
    found = read("a.tsx", language, f"const view = {element};\ndb.query('SELECT 1');\n", VOCABULARY)
    assert found.broken == ()
    assert [each.line for each in found.evaluations if isinstance(each.expression, Call)] == [element.count("\n") + 2]


def test_what_looks_like_an_attribute_outside_of_an_element_stays_as_it_is() -> None:
    assert expression("\"SELECT id FROM pupils WHERE age < top AND class='5b'\"") == Text(
        "SELECT id FROM pupils WHERE age < top AND class='5b'", 1
    )


def test_elements_of_jsx_hide_nothing() -> None:
    found = module("function Page() { const r = query('select 1'); return <ul>{r.map(x => <li>{x}</li>)}</ul> }")
    assert not found.broken
    assert [each.target for each in found.bindings] == ["r"]


def test_lines_that_did_not_parse_are_told() -> None:
    assert module("const a = 1\nconst = = 3\n").broken == ((2, 2),)


def test_a_file_that_tells_nothing_to_others_is_only_skimmed() -> None:
    found = read("a.js", "javascript", 'const x = require("./m")\nfunction f() {}\n', SPARSE)
    assert [(each.module, each.member) for each in found.imports] == [("./m", "default")]
    assert not found.functions


def test_a_name_that_is_set_without_a_declaration_belongs_to_the_scope_that_declares_it() -> None:
    found = module("let db;\nfunction connect(client) { db = client.db('x'); let y; y = 1; return query(y, db) }").bindings
    assert [(each.target, each.scope, each.inside) for each in found] == [("db", "", "connect"), ("y", "connect", "")]


@pytest.mark.parametrize("head", ["// @flow\n", "/**\n * Orders.\n * @flow strict\n */\n", "\n// Orders\n// @flow\n"])
def test_types_of_flow_are_read_where_the_first_comment_says_that_there_are_some(head: str) -> None:
    found = module(f"{head}export function first(id: ?number): Promise<Row> {{ return query('select 1') }}\n")
    assert not found.broken
    assert [each.name for each in found.functions] == ["first"]
    assert module("const a: ?number = 1\n").broken
