"""What a Go file says, in the words of the common syntax."""

import pytest

from dblint.languages import Vocabulary, read
from dblint.model.syntax import (
    Binding,
    Call,
    Expression,
    Import,
    Item,
    Items,
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

_CALLS = frozenset({"Exec", "Query", "Find"})


def module(source: str, *markers: str) -> Module:
    return read("a.go", "go", source, Vocabulary(_CALLS, markers or ("",)))


def expression(written: str) -> Expression:
    """The expression that a piece of source stands for."""
    (binding,) = module(f"package a\nvar x = {written}\n").bindings
    assert binding.value is not None
    return binding.value


def inside(statements: str) -> Module:
    return module(f"package a\nfunc (r *Repo) f(q string) error {{\n{statements}\n}}\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('import "database/sql"', [("sql", "database/sql")]),
        ('import db "database/sql"', [("db", "database/sql")]),
        ('import (\n\t"fmt"\n\t_ "github.com/lib/pq"\n)', [("fmt", "fmt"), ("_", "github.com/lib/pq")]),
        ('import . "github.com/onsi/gomega"', [("*", "github.com/onsi/gomega")]),
        ('import "github.com/jackc/pgx/v5"', [("pgx", "github.com/jackc/pgx/v5")]),
        ('import "gopkg.in/gorp.v2"', [("gorp", "gopkg.in/gorp.v2")]),
    ],
)
@pytest.mark.parametrize("rest", ["", "\nvar query = `select 1 from t`\n"], ids=["skimmed", "parsed"])
def test_an_import_binds_the_name_of_its_package(source: str, expected: list[tuple[str, str]], rest: str) -> None:
    found = module(f"package a\n\n{source}\n{rest}", "gorm.io")
    assert [(each.name, each.module) for each in found.imports] == expected


def test_a_package_whose_path_is_no_identifier_may_have_several_names() -> None:
    found = module('package a\nimport "github.com/acme/order-service"\n')
    assert {each.name for each in found.imports} == {"orderservice", "order_service", "service"}


def test_the_lines_of_imports_are_those_of_the_file() -> None:
    source = 'package a\n\nimport (\n\t"fmt"\n\n\t"os"\n)\n\nfunc f() {}\n'
    assert module(source, "gorm.io").imports == (Import("fmt", "fmt", "", "", 4), Import("os", "os", "", "", 6))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"a\\tb\\u0041\\x42\\103"', Text("a\tbABC", 2)),
        ("`a\\n\nb`", Text("a\\n\nb", 2, (4,))),
        ("12", Literal(12, 2)),
        ("-0x10", Literal(-16, 2)),
        ("0644", Literal(420, 2)),
        ("true", Literal(True, 2)),
        ("nil", Literal(None, 2)),
        ("a", Name("a", 2)),
        ("a.b", Member(Name("a", 2), "b", 2)),
        ("(a)", Name("a", 2)),
        ("&a", Name("a", 2)),
        ("*a", Name("a", 2)),
        ("a.(*User)", Name("a", 2)),
        ("a[1:2]", Name("a", 2)),
        ("a[1]", Item(Name("a", 2), Literal(1, 2), 2)),
        ("string(a)", Name("a", 2)),
        ("[]byte(a)", Name("a", 2)),
        ("!a", Operation("!", Opaque(2), Name("a", 2), 2)),
        ('"a" + b', Operation("+", Text("a", 2), Name("b", 2), 2)),
        ("f(a, b...)", Call(Name("f", 2), (Name("a", 2), Spread(Name("b", 2), 2)), (), 2)),
        ("f(ctx, a)", Call(Name("f", 2), (Name("a", 2),), (), 2)),
        ("f(context.Background())", Call(Name("f", 2), (), (), 2)),
        ("f(r.Context(), a)", Call(Name("f", 2), (Name("a", 2),), (), 2)),
        ("f[User](a)", Call(Name("f", 2), (Name("a", 2),), (("<>", Name("User", 2)),), 2)),
        (
            "f[User, int](a, b)",
            Call(Name("f", 2), (Name("a", 2), Name("b", 2)), (("<>", Items((Name("User", 2), Name("int", 2)), 2)),), 2),
        ),
        ("(*User)(nil)", Call(Name("User", 2), (Literal(None, 2),), (), 2)),
        ("new(db.User)", Call(Member(Name("db", 2), "User", 2), (), (), 2)),
        ("make([]User, 0, 3)", Call(Name("User", 2), (), (), 2)),
        ("&User{Name: a}", Call(Name("User", 2), (), (("Name", Name("a", 2)),), 2)),
        ("User{a}", Call(Name("User", 2), (Name("a", 2),), (), 2)),
        ('pgx.Identifier{"s", "t"}', Call(Member(Name("pgx", 2), "Identifier", 2), (Text("s", 2), Text("t", 2)), (), 2)),
        ("[]User{}", Call(Name("User", 2), (), (), 2)),
        ("[]string{}", Items((), 2)),
        ('[]string{"a"}', Items((Text("a", 2),), 2)),
        ("[]*User{{Name: a}}", Items((Call(Name("User", 2), (), (("Name", Name("a", 2)),), 2),), 2)),
        ('map[string]any{"a": 1}', Mapping(((Text("a", 2), Literal(1, 2)),), 2)),
        ('map[string]T{"a": {b}}', Mapping(((Text("a", 2), Call(Name("T", 2), (Name("b", 2),), (), 2)),), 2)),
        ('bson.M{"a": 1}', Mapping(((Text("a", 2), Literal(1, 2)),), 2)),
        ("func() {}", Opaque(2)),
        ("1.5i", Opaque(2)),
    ],
)
def test_an_expression_in_the_words_of_the_common_syntax(written: str, expected: Expression) -> None:
    assert expression(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('fmt.Sprintf("a %s b%%", x)', Template((Text("a ", 2), Name("x", 2), Text(" b", 2), Text("%", 2)), 2)),
        ('fmt.Sprintf("%[2]s %[1]d", x, y)', Template((Name("y", 2), Text(" ", 2), Name("x", 2)), 2)),
        ('fmt.Sprintf("%s")', Template((Opaque(2),), 2)),
        ("fmt.Sprintf(`a\nb %v\nc`, x)", Template((Text("a\nb ", 2, (2,)), Name("x", 4), Text("\nc", 3, (1,))), 2)),
        ("fmt.Sprintf(f, x)", Operation("%", Name("f", 2), Items((Name("x", 2),), 2), 2)),
        ('strings.Join(a, ", ")', Call(Member(Text(", ", 2), "join", 2), (Name("a", 2),), (), 2)),
        ("strings.TrimSpace(a)", Name("a", 2)),
        ('strings.ReplaceAll(a, "x", b)', Call(Member(Name("a", 2), "replace", 2), (Text("x", 2), Name("b", 2)), (), 2)),
        ("b.String()", Name("b", 2)),
    ],
)
def test_the_library_puts_texts_together(written: str, expected: Expression) -> None:
    assert expression(written) == expected


def test_a_struct_is_a_class_and_what_it_embeds_are_its_bases() -> None:
    found = module(
        'package a\ntype User struct {\n\tgorm.Model `x:"y"`\n\t*Base\n\tA, B []*pkg.T `gorm:"column:c" json:"a"`\n}\n'
    )
    (user,) = found.classes
    assert (user.name, user.line, user.end) == ("User", 2, 6)
    assert user.bases == (Member(Name("gorm", 3), "Model", 3), Name("Base", 4))
    assert user.decorators == (Call(Name("x", 3), (Text("y", 3),), (), 3),)
    tag = Call(Name("gorm", 5), (Text("column:c", 5),), (("column", Text("c", 5)),), 5)
    kind = Member(Name("pkg", 5), "T", 5)
    assert found.bindings == (
        Binding("A", "User", ":", None, 5, kind, (tag,)),
        Binding("B", "User", ":", None, 5, kind, (tag,)),
    )


@pytest.mark.parametrize(
    ("tag", "arguments", "keywords"),
    [
        ('bun:"table:orders,alias:o"', [""], {"table": "orders", "alias": "o"}),
        ('bun:"id,pk,autoincrement"', ["id"], {"primary_key": True, "autoincrement": True}),
        ('db:"-"', ["-"], {}),
        ('bson:"_id,omitempty"', ["_id"], {"omitempty": True}),
        (
            'gorm:"primaryKey;foreignKey:UserID"',
            ["primaryKey;foreignKey:UserID"],
            {"primary_key": True, "foreignkey": "UserID"},
        ),
        ("xorm:\"'user_id' pk notnull\"", ["user_id"], {"primary_key": True, "notnull": True}),
        ('orm:"column(id);pk"', ["column(id);pk"], {"column": "id", "primary_key": True}),
    ],
)
def test_a_tag_is_a_call_with_its_options_as_keywords(tag: str, arguments: list[str], keywords: dict[str, object]) -> None:
    (field,) = module(f"package a\ntype T struct {{\n\tA int `{tag}`\n}}\n").bindings
    (found,) = field.decorators
    assert isinstance(found, Call)
    assert [getattr(each, "value", None) for each in found.arguments] == arguments
    assert {name: getattr(each, "value", None) for name, each in found.keywords} == keywords


def test_a_method_has_the_type_of_its_receiver_as_scope_and_self_as_its_name() -> None:
    found = module(
        "package a\n"
        "func (repo *Repo[T]) Get(ctx context.Context, id int, more ...string) (*User, error) {\n"
        "\treturn repo.db.Find(id), nil\n}\n"
    )
    (get,) = found.functions
    assert (get.name, get.scope, get.line, get.end) == ("Get", "Repo", 2, 4)
    assert get.parameters == (
        Parameter("self", Name("Repo", 2)),
        Parameter("id", Name("int", 2)),
        Parameter("*more", Name("string", 2)),
    )
    assert get.annotation == Items((Name("User", 2), Name("error", 2)), 2)
    call = Call(Member(Member(Name("self", 3), "db", 3), "Find", 3), (Name("id", 3),), (), 3)
    assert get.returns == (Items((call, Literal(None, 3)), 3),)


def test_a_field_of_the_receiver_is_set_on_self() -> None:
    (found,) = inside("r.db, r.n = q, 1").bindings[:1]
    assert (found.target, found.scope) == ("self.db", "Repo.f")


def test_a_call_with_several_results_is_bound_once() -> None:
    whole, rows = inside('rows, err := r.db.Query("select 1 from t")\nr.db.Exec(rows)').bindings[:2]
    assert whole.target == "rows, err"
    assert isinstance(whole.value, Call)
    assert (rows.target, rows.value) == ("rows", Item(Name("rows, err", 3), Literal(0, 3), 3))


def test_only_locals_that_something_kept_uses_are_kept() -> None:
    found = inside("a, z := q, 2\nb := q\nvar c string = q\nvar d User\nfor _, e := range q {\n\tr.db.Exec(a, c, d, e)\n}")
    assert [(each.target, each.operator) for each in found.bindings] == [
        ("a", "="),
        ("z", "="),
        ("c", "="),
        ("d", ":"),
        ("e", "for"),
    ]


def test_what_is_appended_to_a_list_leaves_it_what_it_is() -> None:
    found = inside('var a []User\nb := []string{"x"}\na = append(a, u)\nb = append(b, "y = 1")\nr.db.Exec(a, b)')
    assert [(each.target, each.operator) for each in found.bindings] == [("a", ":"), ("b", "=")]
    (appended, _) = [each.expression for each in found.evaluations]
    assert appended == Call(Member(Name("b", 6), "append", 6), (Text("y = 1", 6),), (), 6)


def test_a_builder_grows() -> None:
    source = 'var b strings.Builder\nb.WriteString("select 1")\nfmt.Fprintf(&b, " from %s", q)\nr.db.Exec(b.String())'
    assert [(each.target, each.operator) for each in inside(source).bindings] == [("b", "="), ("b", "+="), ("b", "+=")]


def test_the_statements_of_a_closure_stand_in_the_scope_around_it() -> None:
    found = inside(
        "return r.db.Transaction(func(tx *gorm.DB) error {\n"
        "\tif err := tx.Exec(q); err != nil {\n\t\treturn err\n\t}\n\treturn tx.Find(q)\n})"
    )
    (method,) = found.functions
    assert len(method.returns) == 1
    assert [(each.target, each.line) for each in found.bindings] == [("tx", 3), ("err", 4)]
    assert [(each.scope, each.line) for each in found.evaluations] == [("Repo.f", 7)]


@pytest.mark.parametrize(
    "statement",
    [
        "r.db.Exec(q)",
        "go r.db.Exec(q)",
        "defer r.db.Exec(q)",
        "if r.db.Exec(q) != nil {\n}",
        "for r.db.Find(q) {\n}",
        "switch r.db.Find(q) {\n}",
        "switch {\ncase r.db.Find(q):\n}",
        "c <- r.db.Find(q)",
        "_ = r.db.Find(q)",
        'm["a"] = r.db.Find(q)',
    ],
)
def test_a_call_that_matters_is_kept_wherever_it_is_evaluated(statement: str) -> None:
    found = inside(statement)
    assert len(found.evaluations) + len(found.bindings) == 1


def test_an_embedded_file_is_read() -> None:
    (found,) = module("package a\n\n//go:embed sql/q.sql\nvar q string\n").bindings
    assert found.value == Call(Member(Text("sql/q.sql", 4), "read_text", 4), (), (), 4)


def test_constants_and_aliases_are_kept() -> None:
    found = module('package a\nconst (\n\tA, B = "x", `y`\n\tC = iota\n)\ntype D = pkg.E\n').bindings
    assert [(each.target, each.value) for each in found] == [
        ("A", Text("x", 3)),
        ("B", Text("y", 3)),
        ("C", Opaque(4)),
        ("D", Member(Name("pkg", 6), "E", 6)),
    ]


def test_what_did_not_parse_is_told_and_the_rest_is_read() -> None:
    found = module('package a\nvar A = "x"\nfunc f( {\n}}\nfunc g() {\n\tdb.Exec("select 1 from t")\n}\n')
    assert found.broken
    assert found.bindings[0].target == "A"


def test_comments_that_speak_to_dblint_are_kept() -> None:
    found = module("package a\n\n// dblint: ignore[DBL101] why\nvar a = 1 /* dblint: ignore[DBL102] */\n")
    assert [(each.text, each.line, each.own_line) for each in found.comments] == [
        ("dblint: ignore[DBL101] why", 3, True),
        ("dblint: ignore[DBL102]", 4, False),
    ]


def test_a_file_that_nobody_needs_is_only_skimmed() -> None:
    source = 'package a\n\nimport "fmt"\n\nfunc f(x int) int {\n\treturn x + 1\n}\n'
    assert module(source, "gorm.io").functions == ()
    assert module(source).functions != ()
