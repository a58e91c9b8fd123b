"""PHP source as common syntax facts."""

import pytest

from dblint.languages import Vocabulary, read
from dblint.model.syntax import (
    Binding,
    Call,
    Choice,
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

_CALLS = frozenset({"query", "where", "find", "save", "create", "each"})
VOCABULARY = Vocabulary(_CALLS, ("",))
SPARSE = Vocabulary(_CALLS, ("Illuminate", "query("))


def module(source: str) -> Module:
    return read("src/a.php", "php", f"<?php\n{source}", VOCABULARY)


def expression(source: str) -> Expression:
    (binding,) = [each for each in module(f"$x = {source};\n").bindings if each.target == "x"]
    assert binding.value is not None
    return binding.value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$a->b->c()", Call(Member(Member(Name("a", 2), "b", 2), "c", 2), (), (), 2)),
        ("$a?->b", Member(Name("a", 2), "b", 2)),
        ("$this->repo", Member(Name("self", 2), "repo", 2)),
        ("User::find(1)", Call(Member(Name("User", 2), "find", 2), (Literal(1, 2),), (), 2)),
        ("static::query()", Call(Member(Name("cls", 2), "query", 2), (), (), 2)),
        ("self::TABLE", Member(Name("cls", 2), "TABLE", 2)),
        ("User::class", Name("User", 2)),
        ("new User(a: 1)", Call(Name("User", 2), (), (("a", Literal(1, 2)),), 2)),
        ("f(...$a)", Call(Name("f", 2), (Spread(Name("a", 2), 2),), (), 2)),
        ("['a' => 1, 'b' => $c]", Mapping(((Text("a", 2), Literal(1, 2)), (Text("b", 2), Name("c", 2))), 2)),
        ("[1, 2]", Items((Literal(1, 2), Literal(2, 2)), 2)),
        ("array(1)", Items((Literal(1, 2),), 2)),
        ("'it\\'s \\n'", Text("it's \\n", 2)),
        ('"a\\n\\u{41}"', Text("a\nA", 2)),
        (
            '"a {$b->c} $d[0] ${e}"',
            Template(
                (
                    Text("a ", 2),
                    Member(Name("b", 2), "c", 2),
                    Text(" ", 2),
                    Item(Name("d", 2), Literal(0, 2), 2),
                    Text(" ", 2),
                    Opaque(2),
                ),
                2,
            ),
        ),
        ("'a' . $b . 'c'", Operation("+", Operation("+", Text("a", 2), Name("b", 2), 2), Text("c", 2), 2)),
        ("$a ?? $b", Choice((Name("a", 2), Name("b", 2)), 2)),
        ("$a ?: $b", Choice((Name("a", 2), Name("b", 2)), 2)),
        ("$c ? $a : $b", Choice((Name("a", 2), Name("b", 2)), 2)),
        ("match($c) { 1 => $a, default => $b }", Choice((Name("a", 2), Name("b", 2)), 2)),
        ("fn($q) => $q", Lambda(("q",), Name("q", 2), 2)),
        ("function ($q) { return $q; }", Lambda(("q",), Name("q", 2), 2)),
        ("function () { a(); b(); }", Lambda((), Opaque(2), 2)),
        ("(int) $a", Name("a", 2)),
        ("@$a", Name("a", 2)),
        ("$a['k']", Item(Name("a", 2), Text("k", 2), 2)),
        ("null", Literal(None, 2)),
        ("-1_000", Literal(-1000, 2)),
        ("010", Literal(8, 2)),
        ("$a->$b", Opaque(2)),
    ],
)
def test_an_expression_reads_as(source: str, expected: Expression) -> None:
    assert expression(source) == expected


def test_heredocs_and_nowdocs_know_their_lines() -> None:
    found = expression("<<<SQL\n  SELECT a\n  FROM t\n  SQL")
    assert found == Text("  SELECT a\n  FROM t", 3, (11,))
    assert expression("<<<'X'\nraw $a \\n\nX") == Text("raw $a \\n", 3)


def test_imports_have_namespaces_with_dots() -> None:
    source = "namespace App;\nuse A\\B\\C;\nuse A\\D as E;\nuse A\\{F, G\\H as I};\nuse PDO;\nuse function A\\j;\n"
    found = [(each.name, each.module, each.member) for each in module(source).imports]
    assert found == [
        ("C", "A.B", "C"),
        ("E", "A", "D"),
        ("F", "A", "F"),
        ("I", "A.G", "H"),
        ("PDO", "PDO", ""),
        ("j", "A", "j"),
    ]


def test_a_qualified_name_is_its_last_part_and_an_import() -> None:
    found = module("use Doctrine\\ORM\\Mapping as ORM;\n#[ORM\\Entity]\nclass A extends \\Lib\\Base {}\n$x = \\PDO::class;\n")
    (definition,) = found.classes
    assert (definition.bases, definition.decorators) == ((Name("Base", 4),), (Name("Entity", 3),))
    assert ("Entity", "Doctrine.ORM.Mapping", "Entity") in [(each.name, each.module, each.member) for each in found.imports]
    assert ("Base", "Lib", "Base") in [(each.name, each.module, each.member) for each in found.imports]


def test_attributes_and_annotations_describe_classes_and_properties() -> None:
    source = """use Doctrine\\ORM\\Mapping as ORM;
/**
 * Says something. Mail me@example.org
 * @ORM\\Table(name="users", indexes={@ORM\\Index(columns={"a", "b"})})
 */
#[ORM\\Entity(repositoryClass: R::class)]
class User {
    /** @ORM\\Column(name="e_mail", nullable=true) */
    private $email;
    #[ORM\\Column(name: 'n')]
    #[ORM\\Id]
    private ?string $name = null;
}
"""
    found = module(source)
    (definition,) = found.classes
    index = Call(Name("Index", 5), (), (("columns", Items((Text("a", 5), Text("b", 5)), 5)),), 5)
    assert definition.decorators == (
        Call(Name("Entity", 7), (), (("repositoryClass", Name("R", 7)),), 7),
        Call(Name("Table", 5), (), (("name", Text("users", 5)), ("indexes", Items((index,), 5))), 5),
    )
    first, second = found.bindings
    assert first.decorators == (Call(Name("Column", 9), (), (("name", Text("e_mail", 9)), ("nullable", Literal(True, 9))), 9),)
    assert second == Binding(
        "name",
        "User",
        "=",
        Literal(None, 13),
        13,
        Name("string", 13),
        (Call(Name("Column", 11), (), (("name", Text("n", 11)),), 11), Name("Id", 12)),
    )


def test_classes_have_parents_interfaces_and_traits_as_bases() -> None:
    source = """abstract class A extends B implements C { use D, E; }
interface F extends G {}
return new class extends H { function up() {} };
"""
    found = module(source)
    assert {each.name: [getattr(base, "name", "") for base in each.bases] for each in found.classes} == {
        "A": ["B", "C", "D", "E"],
        "F": ["G"],
        "class@4": ["H"],
    }
    assert [each.qualified for each in found.functions] == ["class@4.up"]


def test_methods_have_their_receiver_as_first_parameter_and_say_what_they_return() -> None:
    source = """class A {
  public function __construct(private Repo $repo, int $n = 3) { $this->n = $n; }
  public static function b(?User $u, ...$rest): ?User { return User::find(1); }
  abstract function c();
}
"""
    found = module(source)
    constructor, static, abstract = found.functions
    assert constructor.parameters[:2] == (Parameter("self"), Parameter("repo", Name("Repo", 3)))
    assert [each.name for each in static.parameters] == ["cls", "u", "*rest"]
    assert static.annotation == Name("User", 4)
    assert static.returns == (Call(Member(Name("User", 4), "find", 4), (Literal(1, 4),), (), 4),)
    assert abstract.abstract
    assert [(each.scope, each.target) for each in found.bindings] == [("A", "repo"), ("A.__construct", "self.n")]


def test_constants_and_properties_are_bound_in_their_class() -> None:
    source = """define('T', 'a');
const U = 'b';
class A { const V = 'c'; protected $table = 'd'; }
enum E: string { case F = 'f'; }
"""
    found = module(source)
    assert [(each.scope, each.target) for each in found.bindings] == [
        ("", "T"),
        ("", "U"),
        ("A", "V"),
        ("A", "table"),
        ("E", "F"),
    ]


def test_the_parameter_of_a_closure_is_bound_and_its_statements_stand_in_the_scope_around() -> None:
    source = """function f($users) {
  $users->each(function ($user) use ($x) { $user->save(); return 1; });
  Schema::create('t', function (Blueprint $table) { $table->find(1); $table->find(2); });
}
"""
    found = module(source)
    assert [(each.target, each.operator) for each in found.bindings] == [("user", "each"), ("table", "block")]
    assert found.bindings[0].value == Name("users", 3)
    assert found.bindings[1].annotation == Name("Blueprint", 4)
    assert [each.line for each in found.evaluations] == [3, 3, 4, 4, 4]
    assert found.functions[0].returns == ()


def test_text_that_is_appended_is_an_augmented_assignment() -> None:
    found = module("function f() { $s = 'select 1'; $s .= ' from t'; $d->query($s); }").bindings
    assert [(each.target, each.operator) for each in found] == [("s", "="), ("s", "+=")]


def test_loops_and_lists_bind() -> None:
    found = module("foreach (query() as $k => $row) {}\n[$a, $b] = [1, 2];\nlist($c) = find();\n").bindings
    assert [(each.target, each.operator) for each in found] == [
        ("k", "for"),
        ("row", "for"),
        ("a", "="),
        ("b", "="),
        ("list($c)", "="),
        ("c", "="),
    ]


def test_an_included_file_is_a_star_import() -> None:
    found = module("require_once __DIR__ . '/../db.php';\ninclude 'inc/x.php';\nrequire 'vendor/autoload.php';\n").imports
    assert [(each.name, each.module) for each in found] == [("*", "..db"), ("*", ".inc.x")]


def test_what_conditions_call_is_evaluated_and_bound() -> None:
    found = module("if (!$x && find(1)) {}\nwhile ($row = find(2)) {}\nif ($r = query('select 1')) {}\n")
    assert [each.line for each in found.evaluations] == [2]
    assert [(each.target, each.line) for each in found.bindings] == [("row", 3), ("r", 4)]


def test_html_around_php_is_passed_over() -> None:
    found = read("a.php", "php", "<html>\n<?php $d->query('select 1'); ?>\n<p><?= $d->find(1) ?></p>\n", VOCABULARY)
    assert [each.line for each in found.evaluations] == [2, 3]


def test_a_comment_that_speaks_to_dblint_is_kept() -> None:
    (found,) = module("find(1); // dblint: ignore[x] because\n# other\n").comments
    assert (found.text, found.line, found.own_line) == ("dblint: ignore[x] because", 2, False)


def test_what_does_not_parse_is_told_and_the_rest_is_read() -> None:
    found = module("function f() { find(1); }\n$x = ((;\n")
    assert found.broken
    assert [each.qualified for each in found.functions] == ["f"]


def test_a_file_that_nobody_needs_is_not_parsed() -> None:
    assert read("a.php", "php", "<?php\nfunction f($x) { return ((; }\n", SPARSE) == Module("a.php", "php")


@pytest.mark.parametrize(
    "source",
    [
        "class A extends B {}",
        "const A = 'x';",
        "$d->query($x);",
        "class A { protected $table = 'x'; }",
        "function t() { return 'orders'; }",
    ],
)
def test_a_file_is_read_if_others_may_need_it(source: str) -> None:
    assert read("a.php", "php", f"<?php\n{source}", SPARSE) != Module("a.php", "php")
