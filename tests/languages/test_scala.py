"""Scala source as common syntax facts."""

import pytest

from dblint.languages import Vocabulary, read
from dblint.model.syntax import (
    Call,
    Choice,
    Each,
    Expression,
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

_CALLS = frozenset({"filter", "result", "+=", "column", "TableQuery", "sql", "fr", "run", "execute", "withTransaction"})
VOCABULARY = Vocabulary(_CALLS, ("",))
SPARSE = Vocabulary(_CALLS, ("slick",))


def module(source: str) -> Module:
    return read("app/A.scala", "scala", source, VOCABULARY)


def expression(source: str) -> Expression:
    (found,) = [each for each in module(f"object O {{ val x = {source} }}\n").bindings if each.target == "x"]
    assert found.value is not None
    return found.value


def _call(receiver: str, name: str, *arguments: Expression) -> Call:
    return Call(Member(Name(receiver, 1), name, 1), arguments, (), 1)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f(1)", Call(Name("f", 1), (Literal(1, 1),), (), 1)),
        ("f(a)(b)", Call(Name("f", 1), (Name("a", 1), Name("b", 1)), (), 1)),
        ("f(a = 1)", Call(Name("f", 1), (), (("a", Literal(1, 1)),), 1)),
        (
            "users.filter(_.id === y)",
            _call("users", "filter", Lambda(("_1",), Operation("===", Member(Name("_1", 1), "id", 1), Name("y", 1), 1), 1)),
        ),
        ("users.filter(u => u.id)", _call("users", "filter", Lambda(("u",), Member(Name("u", 1), "id", 1), 1))),
        ("users.filter { u => u.id }", _call("users", "filter", Lambda(("u",), Member(Name("u", 1), "id", 1), 1))),
        ("users.filter { case (u, o) => o }", _call("users", "filter", Lambda(("u", "o"), Name("o", 1), 1))),
        ("users.result", _call("users", "result")),
        ("users.name", Member(Name("users", 1), "name", 1)),
        ("this.users", Member(Name("self", 1), "users", 1)),
        ("users += user", _call("users", "+=", Name("user", 1))),
        ("users join orders", _call("users", "join", Name("orders", 1))),
        (
            "users join orders on (_.id === _.userId)",
            Call(
                Member(_call("users", "join", Name("orders", 1)), "on", 1),
                (
                    Lambda(
                        ("_1", "_2"), Operation("===", Member(Name("_1", 1), "id", 1), Member(Name("_2", 1), "userId", 1), 1), 1
                    ),
                ),
                (),
                1,
            ),
        ),
        ("TableQuery[Users]", Call(Name("TableQuery", 1), (), (("<>", Name("Users", 1)),), 1)),
        (
            "a.as[(Int, String)]",
            Call(Member(Name("a", 1), "as", 1), (), (("<>", Items((Name("Int", 1), Name("String", 1)), 1)),), 1),
        ),
        ("new Users(tag)", Call(Name("Users", 1), (Name("tag", 1),), (), 1)),
        ("new Repo[User](db)", Call(Name("Repo", 1), (Name("db", 1),), (("<>", Name("User", 1)),), 1)),
        ("Some(1)", Literal(1, 1)),
        ("if (c) a else b", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("c match { case 1 => a; case _ => b }", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("try { a } catch { case e: Exception => b }", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("{ f(); a }", Name("a", 1)),
        ("(a, b)", Items((Name("a", 1), Name("b", 1)), 1)),
        ("a -> b", Items((Name("a", 1), Name("b", 1)), 1)),
        ("a + b", Operation("+", Name("a", 1), Name("b", 1), 1)),
        ("a && b", Operation("and", Name("a", 1), Name("b", 1), 1)),
        ("!a", Operation("not", Opaque(1), Name("a", 1), 1)),
        ("-1L", Literal(-1, 1)),
        ("1.5", Literal(1.5, 1)),
        ("true", Literal(True, 1)),
        ("null", Literal(None, 1)),
        ("'c'", Text("c", 1)),
        ('"a\\n\\u0041"', Text("a\nA", 1)),
        ('"""a\\n"""', Text("a\\n", 1)),
        ('s"a $b ${c.d}"', Template((Text("a ", 1), Name("b", 1), Text(" ", 1), Member(Name("c", 1), "d", 1)), 1)),
        ('s"$$1"', Text("$1", 1)),
        (
            'sql"select $id"',
            Call(Name("sql", 1), (Template((Text("select ", 1), Call(Name("$", 1), (Name("id", 1),), (), 1)), 1),), (), 1),
        ),
        ('sql"from #$table"', Call(Name("sql", 1), (Template((Text("from ", 1), Name("table", 1)), 1),), (), 1)),
        ('fr"a" ++ fr"b"', Call(Name("fr", 1), (Operation("+", Text("a ", 1), Text("b ", 1), 1),), (), 1)),
        ('fr"a" ++ where', Call(Name("fr", 1), (Operation("+", Text("a ", 1), Name("where", 1), 1),), (), 1)),
        ("for (u <- users) yield u.id", Each(Member(Name("u", 1), "id", 1), ((Name("u", 1), Name("users", 1)),), (), 1)),
        ("(a: Int)", Name("a", 1)),
    ],
)
def test_an_expression_means(source: str, expected: Expression) -> None:
    assert expression(source) == expected


def test_a_comprehension_has_its_loops_and_conditions() -> None:
    source = "for { u <- users if u.old; o <- orders; if o.userId == u.id } yield o"
    assert expression(source) == Each(
        Name("o", 1),
        ((Name("u", 1), Name("users", 1)), (Name("o", 1), Name("orders", 1))),
        (Member(Name("u", 1), "old", 1), Operation("==", Member(Name("o", 1), "userId", 1), Member(Name("u", 1), "id", 1), 1)),
        1,
    )


def test_the_margin_of_a_text_is_no_part_of_it_and_lines_keep_their_numbers() -> None:
    assert expression('"""select *\n  |from a\n  |where $x""".stripMargin') == Text("select *\nfrom a\nwhere $x", 1, (9, 16))
    assert expression('sql"""select *\n  |from $t\n  |where a = 1""".stripMargin') == Call(
        Name("sql", 1),
        (
            Template(
                (Text("select *\nfrom ", 1, (9,)), Call(Name("$", 2), (Name("t", 2),), (), 2), Text("\nwhere a = 1", 2, (1,))),
                1,
            ),
        ),
        (),
        1,
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b.C", [("C", "a.b", "C")]),
        ("import a.b.{C, D => E, F => _}", [("C", "a.b", "C"), ("E", "a.b", "D")]),
        ("import a.b.{C as D, *}", [("D", "a.b", "C"), ("*", "a.b", "*")]),
        ("import a.b._", [("*", "a.b", "*")]),
        ("import a.b.*", [("*", "a.b", "*")]),
        ("import a._, b.C", [("*", "a", "*"), ("C", "b", "C")]),
        ("import slick.jdbc.PostgresProfile.api._", [("*", "slick.profile.api", "*")]),
        ("import dbConfig.profile.api._", [("*", "slick.profile.api", "*")]),
    ],
)
def test_an_import_binds(source: str, expected: list[tuple[str, str, str]]) -> None:
    found: tuple[Import, ...] = module(f"{source}\nobject A {{ val x = 1 }}\n").imports
    assert [(each.name, each.module, each.member) for each in found] == expected
    skimmed = read("app/A.scala", "scala", f"{source}\n", Vocabulary(frozenset(), ("nothing",)))
    assert skimmed.imports == found


def test_a_class_has_what_its_superclass_is_given_and_its_fields() -> None:
    found = module(
        """package shop
@Entity(name = "x") class Users(tag: Tag) extends Table[User](tag, Some("crm"), "users") with Auditing {
  def id = column[Long]("id")
}
case class User(id: Long, name: Option[String] = None)
"""
    )
    users, user = found.classes
    assert users.bases == (Item(Name("Table", 2), Name("User", 2), 2), Name("Auditing", 2))
    assert users.keywords == (("0", Name("tag", 2)), ("1", Text("crm", 2)), ("2", Text("users", 2)))
    assert users.decorators == (Call(Name("Entity", 2), (), (("name", Text("x", 2)),), 2),)
    assert user.bases == ()
    assert [(each.scope, each.target, each.annotation, each.decorators) for each in found.bindings] == [
        ("Users", "tag", Name("Tag", 2), (Name("transient", 2),)),
        ("User", "id", Name("Long", 5), ()),
        ("User", "name", Item(Name("Option", 5), Name("String", 5), 5), ()),
    ]
    (id_,) = [each for each in found.functions if each.name == "id"]
    assert id_.parameters == (Parameter("self"),)
    assert id_.returns == (Call(Name("column", 3), (Text("id", 3),), (("<>", Name("Long", 3)),), 3),)


def test_an_object_says_of_its_class_what_that_says() -> None:
    source = """class Users(tag: Tag) extends Table[U](tag, "users")
object Users extends TableQuery(new Users(_)) {
  def all = filter(x)
}
"""
    found = module(source)
    (users,) = found.classes
    assert [getattr(base, "name", getattr(getattr(base, "value", None), "name", "")) for base in users.bases] == [
        "Table",
        "TableQuery",
    ]
    assert [each.parameters for each in found.functions if each.name == "all"] == [(Parameter("cls"),)]


def test_functions_give_the_last_expression_of_every_branch() -> None:
    found = module(
        """class A(db: Db) {
  def f(id: Long)(implicit ec: EC): Future[Int] = {
    val q = users.filter(_.id === id)
    if (id > 1) db.run(q.result) else {
      db.execute("x")
      other
    }
  }
}
"""
    )
    (f,) = [each for each in found.functions if each.name == "f"]
    assert [each.name for each in f.parameters] == ["self", "id", "ec"]
    result = Call(Member(Name("q", 4), "result", 4), (), (), 4)
    assert f.returns == (Call(Member(Name("db", 4), "run", 4), (result,), (), 4), Name("other", 6))
    assert [each.line for each in found.evaluations] == [5]


def test_python_like_blocks_of_scala_3_are_read() -> None:
    found = module("object A:\n  def f(x: Int): Int =\n    val y = 1\n    db.run(x)\n")
    assert not found.broken
    assert found.functions[0].returns == (Call(Member(Name("db", 4), "run", 4), (Name("x", 4),), (), 4),)


def test_the_lines_of_a_function_that_is_passed_are_governed_by_the_call() -> None:
    (block,) = module("object A {\n  db.withTransaction { implicit c =>\n    run(a)\n    run(b)\n  }\n}\n").blocks
    assert (block.call, block.line, block.end) == (Call(Member(Name("db", 2), "withTransaction", 2), (), (), 2), 2, 5)


@pytest.mark.parametrize(
    "source",
    [
        "object O { def f(t: String) = sql(text).bindByName('type -> t, 'limit -> 1) }",
        "object O { def f[E <: Enumeration](enum: E): Names[E] = new Names[E](enum) }",
        "enum Colour { case Red, Green }\nenum Other:\n  case One\n",
        "object O { val c = 'c'; val s = \"'type is not here\" }",
    ],
)
def test_keywords_of_another_version_are_names(source: str) -> None:
    assert not module(source).broken


def test_what_did_not_parse_is_told() -> None:
    assert module("object A { def f( = 1 }\nclass {\n").broken


def test_a_file_that_cannot_matter_is_only_skimmed() -> None:
    assert read("A.scala", "scala", "package a\nobject A { def f(x: Int) = x + 1 }\n", SPARSE) == Module("A.scala", "scala")
