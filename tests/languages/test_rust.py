"""What a Rust file says, in the words of the common syntax."""

import pytest

from dblint.languages import Vocabulary, read
from dblint.model.syntax import (
    Binding,
    Call,
    Choice,
    Expression,
    Items,
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


def module(source: str, path: str = "src/store.rs", *markers: str) -> Module:
    return read(path, "rust", source, Vocabulary(frozenset({"query", "execute"}), markers or ("",)))


def expression(written: str) -> Expression:
    """The expression that a piece of source stands for."""
    (binding,) = module(f"const X: T = {written};\n").bindings
    assert binding.value is not None
    return binding.value


@pytest.mark.parametrize(
    ("source", "path", "expected"),
    [
        ("use sqlx;", "src/a.rs", [("sqlx", "sqlx", "")]),
        ("use sqlx::PgPool;", "src/a.rs", [("PgPool", "sqlx", "PgPool")]),
        ("use a::b::{C, d::E as F, self};", "src/a.rs", [("C", "a.b", "C"), ("F", "a.b.d", "E"), ("b", "a", "b")]),
        ("use crate::models::User;", "src/a.rs", [("User", "models", "User")]),
        ("use crate::{orders, Pool};", "src/db/a.rs", [("orders", "..", "orders")]),
        ("use super::cake::Entity as Cake;", "src/entities/prelude.rs", [("Cake", ".cake", "Entity")]),
        ("use super::cake::Entity;", "src/entities/mod.rs", [("Entity", "..cake", "Entity")]),
        ("use self::cake::Entity;", "src/entities/mod.rs", [("Entity", ".cake", "Entity")]),
        ("use diesel::prelude::*;", "src/a.rs", [("*", "diesel.prelude", "*")]),
        ("use crate::schema::orders::dsl::*;", "src/a.rs", [("orders", "schema", "orders")]),
        ("pub(crate) use a::B;", "src/a.rs", [("B", "a", "B")]),
    ],
)
@pytest.mark.parametrize("rest", ["", '\nconst Q: &str = "select 1 from t";\n'], ids=["skimmed", "parsed"])
def test_a_use_tree_binds_names(source: str, path: str, expected: list[tuple[str, str, str]], rest: str) -> None:
    found = module(source + rest, path, "diesel!")
    written = [(each.name, each.module, each.member) for each in found.imports]
    assert written[: len(expected)] == expected


def test_a_crate_that_is_named_in_a_path_needs_no_import() -> None:
    found = module('fn f() {\n    sqlx::query("select 1 from t");\n}\n')
    assert [(each.name, each.module) for each in found.imports] == [("sqlx", "sqlx")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"a\\n\\u{41}\\x42\\"b"', Text('a\nAB"b', 1)),
        ('"a \\\n    b"', Text("a b", 1, (2,))),
        ('r#"a"b\\n\nc"#', Text('a"b\\n\nc', 1, (6,))),
        ("12_000u64", Literal(12000, 1)),
        ("true", Literal(True, 1)),
        ("a.b", Member(Name("a", 1), "b", 1)),
        ("&mut *a", Name("a", 1)),
        ("a.await?", Name("a", 1)),
        ("a.clone().to_string()", Name("a", 1)),
        ('String::from("a")', Text("a", 1)),
        ("Some(a)", Name("a", 1)),
        ("sqlx::AssertSqlSafe(a)", Name("a", 1)),
        ("(a, b)", Items((Name("a", 1), Name("b", 1)), 1)),
        ('"a".to_owned() + b', Operation("+", Text("a", 1), Name("b", 1), 1)),
        ('concat!("a", "b")', Template((Text("a", 1), Text("b", 1)), 1)),
        ('const_format::concatcp!(HEAD, "b")', Template((Name("HEAD", 1), Text("b", 1)), 1)),
        (
            'format!("a {} {t} {{}}", x)',
            Template((Text("a ", 1), Name("x", 1), Text(" ", 1), Name("t", 1), Text(" ", 1), Text("{", 1), Text("}", 1)), 1),
        ),
        ('format!("{0:?}", self.table)', Template((Member(Name("self", 1), "table", 1),), 1)),
        ("vec![a, b]", Items((Name("a", 1), Name("b", 1)), 1)),
        ('include_str!("q.sql")', Call(Member(Text("q.sql", 1), "read_text", 1), (), (), 1)),
        ('println!("select")', Opaque(1)),
        ("orders::table", Name("orders", 1)),
        ("schema::orders::dsl::orders", Member(Name("schema", 1), "orders", 1)),
        ("User { name: a, age }", Call(Name("User", 1), (), (("name", Name("a", 1)), ("age", Name("age", 1))), 1)),
        ("f::<User>(a)", Call(Name("f", 1), (Name("a", 1),), (("<>", Name("User", 1)),), 1)),
        ('if a { "x" } else { "y" }', Choice((Text("x", 1), Text("y", 1)), 1)),
        ('match a { 1 => "x", _ => { f(); "y" } }', Choice((Text("x", 1), Text("y", 1)), 1)),
    ],
)
def test_an_expression_in_the_words_of_the_common_syntax(written: str, expected: Expression) -> None:
    assert expression(written) == expected


def test_the_arguments_of_a_macro_are_texts_names_and_paths() -> None:
    found = expression('sqlx::query_as!(User, "select a " + "from t", self.id, f(x))')
    texts = Template((Text("select a ", 1), Text("from t", 1)), 1)
    path = Member(Name("self", 1), "id", 1)
    assert found == Call(Member(Name("sqlx", 1), "query_as", 1), (Name("User", 1), texts, path, Opaque(1)), (), 1)


def test_a_struct_keeps_its_attributes_and_those_of_its_fields() -> None:
    found = module(
        "#[derive(Debug, Queryable)]\n"
        "#[diesel(table_name = orders)]\n"
        "pub struct Order {\n"
        '    #[x(c = "d")]\n'
        "    pub id: Option<i32>,\n"
        "    name: Vec<Item>,\n"
        "}\n"
    )
    (order,) = found.classes
    assert (order.name, order.line, order.end) == ("Order", 3, 7)
    assert set(order.decorators) == {
        Name("Debug", 1),
        Name("Queryable", 1),
        Call(Name("diesel", 2), (), (("table_name", Name("orders", 2)),), 2),
    }
    mark = Call(Name("x", 4), (), (("c", Text("d", 4)),), 4)
    assert found.bindings == (
        Binding("id", "Order", ":", None, 5, Opaque(5), (mark,)),
        Binding("name", "Order", ":", None, 6, Name("Item", 6), ()),
    )


def test_methods_have_their_type_as_scope() -> None:
    found = module(
        "impl<T> Store<T> {\n"
        '    const Q: &\'static str = "x";\n'
        "    pub fn new(pool: PgPool) -> Self { Self { pool } }\n"
        "    async fn get(&self, id: i32) -> Result<User, E> { self.pool.execute(id) }\n"
        "}\n"
    )
    new, get = found.functions
    assert (new.scope, new.parameters) == ("Store", (Parameter("cls", Name("Store", 3)), Parameter("pool", Name("PgPool", 3))))
    assert new.annotation == Name("Store", 3)
    assert (get.scope, get.parameters[0], get.annotation) == ("Store", Parameter("self", Name("Store", 4)), Name("User", 4))
    assert get.returns == (Call(Member(Member(Name("self", 4), "pool", 4), "execute", 4), (Name("id", 4),), (), 4),)
    assert [(each.target, each.scope) for each in found.bindings] == [("Q", "Store")]


@pytest.mark.parametrize(
    "statement",
    [
        "db.execute(q);",
        "let _x = db.execute(q);",
        "if db.execute(q).is_ok() { }",
        "if let Some(x) = db.execute(q) { }",
        "match db.execute(q) { _ => () }",
        "match q { _ => db.execute(q), };",
        "run(|tx| { tx.execute(q) });",
        "loop { db.execute(q) }",
        "return db.execute(q);",
        "db.execute(q)",
    ],
)
def test_a_call_that_matters_is_kept_wherever_it_is_evaluated(statement: str) -> None:
    found = module(f"fn f(q: &str) {{\n    {statement}\n}}\n")
    kept = [each.expression for each in found.evaluations] + [each.value for each in found.bindings]
    kept += [each for function in found.functions for each in function.returns]
    assert sum("execute" in repr(each) for each in kept) == 1


def test_a_text_grows_by_what_is_pushed() -> None:
    found = module('fn f() {\n    let mut q = String::from("select 1");\n    q.push_str(" from t");\n    db.execute(&q);\n}\n')
    assert [(each.target, each.operator) for each in found.bindings] == [("q", "="), ("q", "+=")]


def test_a_table_of_diesel_is_a_declaration() -> None:
    (found,) = module(
        "diesel::table! {\n"
        '    #[sql_name = "o"]\n'
        "    shop.orders (id) {\n"
        "        id -> Int4,\n"
        "        note -> Nullable<Text>,\n"
        "    }\n"
        "}\n"
    ).bindings
    assert found.target == "orders"
    assert isinstance(found.value, Call)
    name, *columns = found.value.arguments
    assert name == Text("shop.o", 1)
    assert [(each.arguments[0], each.line) for each in columns if isinstance(each, Call)] == [
        (Text("id", 4), 4),
        (Text("note", 5), 5),
    ]


def test_what_did_not_parse_is_told() -> None:
    found = module('const A: &str = "x";\nfn f( {\n}}\n')
    assert found.broken
    assert found.bindings[0].target == "A"


def test_comments_that_speak_to_dblint_are_kept() -> None:
    found = module("// dblint: ignore[DBL101] why\nconst A: i32 = 1;\n")
    assert [(each.text, each.line, each.own_line) for each in found.comments] == [("dblint: ignore[DBL101] why", 1, True)]


def test_a_file_that_nobody_needs_is_only_skimmed() -> None:
    source = "use std::fmt;\n\nfn f(x: i32) -> i32 {\n    x + 1\n}\n"
    assert module(source, "src/a.rs", "diesel!").functions == ()
    assert module(source).functions != ()
