"""Ruby source as common syntax facts."""

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

_CALLS = frozenset({"execute", "where", "has_many", "create_table", "string", "find", "save"})
VOCABULARY = Vocabulary(_CALLS, ("",))
SPARSE = Vocabulary(_CALLS, ("ActiveRecord",))


def module(source: str) -> Module:
    return read("app/a.rb", "ruby", source, VOCABULARY)


def expression(source: str) -> Expression:
    (binding,) = module(f"x = {source}\n").bindings
    assert binding.value is not None
    return binding.value


def evaluations(source: str) -> list[Expression]:
    return [each.expression for each in module(source).evaluations]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Post.where(a: 1)", Call(Member(Name("Post", 1), "where", 1), (), (("a", Literal(1, 1)),), 1)),
        ("post.title", Call(Member(Name("post", 1), "title", 1), (), (), 1)),
        ("post&.title", Call(Member(Name("post", 1), "title", 1), (), (), 1)),
        ("find 1", Call(Name("find", 1), (Literal(1, 1),), (), 1)),
        ("A::B", Member(Name("A", 1), "B", 1)),
        ("::B", Name("B", 1)),
        ("@repo", Member(Name("self", 1), "repo", 1)),
        ("self", Name("self", 1)),
        ("Post.new(a: 1)", Call(Name("Post", 1), (), (("a", Literal(1, 1)),), 1)),
        (
            "f('b' => 2, :c => 3, d:)",
            Call(Name("f", 1), (), (("b", Literal(2, 1)), ("c", Literal(3, 1)), ("d", Name("d", 1))), 1),
        ),
        ("f(*a, **b, &c)", Call(Name("f", 1), (Spread(Name("a", 1), 1), Spread(Name("b", 1), 1)), (), 1)),
        ("f({a: 1})", Call(Name("f", 1), (Mapping(((Text("a", 1), Literal(1, 1)),), 1),), (), 1)),
        (":name", Text("name", 1)),
        ('"a#{b}c"', Template((Text("a", 1), Name("b", 1), Text("c", 1)), 1)),
        ("'a#{b}\\n'", Text("a#{b}\\n", 1)),
        ('"a\\n\\u0041"', Text("a\nA", 1)),
        ("%q(it's)", Text("it's", 1)),
        ("%w[a b]", Items((Text("a", 1), Text("b", 1)), 1)),
        ("%i[a b]", Items((Text("a", 1), Text("b", 1)), 1)),
        ("a + b", Operation("+", Name("a", 1), Name("b", 1), 1)),
        ("a || b", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("c ? a : b", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("if c then a else b end", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("case c when 1 then a else b end", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("begin; a; b; end", Name("b", 1)),
        ("DB[:items]", Item(Name("DB", 1), Text("items", 1), 1)),
        ("-> { where }", Lambda((), Name("where", 1), 1)),
        ("->(q) { q }", Lambda(("q",), Name("q", 1), 1)),
        ("lambda { |q| q }", Lambda(("q",), Name("q", 1), 1)),
        ("-> { a; b }", Lambda((), Opaque(1), 1)),
        ("rows << Post.new", Call(Member(Name("rows", 1), "<<", 1), (Call(Name("Post", 1), (), (), 1),), (), 1)),
        ("nil", Literal(None, 1)),
        ("-1_000", Literal(-1000, 1)),
        ("1.5", Literal(1.5, 1)),
        ("/re/", Opaque(1)),
    ],
)
def test_an_expression_reads_as(source: str, expected: Expression) -> None:
    assert expression(source) == expected


def test_a_heredoc_is_a_text_that_knows_its_lines() -> None:
    (found,) = evaluations("db.execute(<<~SQL, 1)\n  SELECT a\n  FROM t\nSQL\n")
    assert isinstance(found, Call)
    assert found.arguments[0] == Text("\n  SELECT a\n  FROM t\n", 1, (1, 12, 21))


def test_a_heredoc_has_holes_and_keeps_the_variables_in_them() -> None:
    found = module('def f\n  t = "x"\n  db.execute <<-SQL.strip\n    DELETE FROM #{t}\n  SQL\n  nil\nend\n')
    assert [each.target for each in found.bindings] == ["t"]
    (evaluation,) = found.evaluations
    assert "Template" in repr(evaluation.expression)


def test_two_heredocs_on_one_line_have_their_own_texts() -> None:
    (found,) = evaluations("execute <<A, <<B\nselect 1\nA\nselect 2\nB\n")
    assert isinstance(found, Call)
    assert [text.value.strip() for text in found.arguments if isinstance(text, Text)] == ["select 1", "select 2"]


def test_classes_stand_in_the_modules_around_them_however_these_are_written() -> None:
    source = "module A\n  class B < C::D\n    include E\n  end\nend\nclass A::F < B; end\nclass G < H[7.1]; end\n"
    found = {each.qualified: each.bases for each in module(source).classes}
    assert found == {
        "A": (),
        "A.B": (Member(Name("C", 2), "D", 2), Name("E", 3)),
        "A.F": (Name("B", 6),),
        "G": (Item(Name("H", 7), Literal(7.1, 7), 7),),
    }


def test_methods_have_their_receiver_as_first_parameter() -> None:
    source = """
class A
  def a(x, y = 1, *r, k:, **o, &b); end
  def self.b; end
  class << self
    def c; end
  end
  private def d = 1
end
def e; end
"""
    found = {each.qualified: [item.name for item in each.parameters] for each in module(source).functions}
    assert found == {
        "A.a": ["self", "x", "y", "*r", "k", "**o"],
        "A.b": ["cls"],
        "A.c": ["cls"],
        "A.d": ["self"],
        "e": [],
    }
    (default,) = [item for each in module(source).functions for item in each.parameters if item.default]
    assert default == Parameter("y", None, Literal(1, 3))


def test_a_method_gives_its_last_expression_of_every_branch_and_what_it_returns() -> None:
    source = "def f\n  return a if b\n  if c\n    d\n  else\n    x\n    y\n  end\nend\ndef g\n  @g ||= h\nend\n"
    first, second = module(source).functions
    assert first.returns == (Name("a", 2), Name("d", 4), Name("y", 7))
    assert second.returns == (Member(Name("self", 11), "g", 11),)


def test_what_is_set_on_the_class_and_on_self_is_bound() -> None:
    source = (
        "class A\n  self.table_name = 't'\n  LIMIT = 3\n  def f\n    @a = 1\n    self.b = 2\n    user.c = find(1)\n  end\nend\n"
    )
    found = [(each.scope, each.target) for each in module(source).bindings]
    assert found == [("A", "table_name"), ("A", "LIMIT"), ("A.f", "self.a"), ("A.f", "self.b"), ("A.f", "user.c")]


def test_what_a_class_says_with_a_symbol_describes_an_attribute() -> None:
    said, found = module("class A\n  has_many :posts, class_name: 'P'\n  other :x\nend\n").bindings
    assert (said.target, said.value) == ("has_many", Text("posts", 2))
    assert (found.target, found.scope, found.line) == ("posts", "A", 2)
    assert found.value == Call(Name("has_many", 2), (Text("posts", 2),), (("class_name", Text("P", 2)),), 2)


def test_the_parameter_of_a_block_is_bound_and_its_statements_stand_in_the_scope_around() -> None:
    source = """def f
  Post.where(a: 1).each do |post|
    post.save
  end
  create_table :t do |t|
    t.string :c
  end
  nil
end
"""
    found = module(source)
    where = Call(Member(Name("Post", 2), "where", 2), (), (("a", Literal(1, 2)),), 2)
    table = Call(Name("create_table", 5), (Text("t", 5),), (), 5)
    assert found.bindings == (Binding("post", "f", "each", where, 2), Binding("t", "f", "block", table, 5))
    assert [each.line for each in found.evaluations] == [2, 3, 5, 6]
    assert {each.scope for each in found.evaluations} == {"f"}


def test_the_directions_of_a_reversible_migration_are_scopes_of_their_own() -> None:
    source = "def change\n  reversible do |dir|\n    dir.up { execute 'a' }\n    dir.down { execute 'b' }\n  end\nend\n"
    assert [each.scope for each in module(source).evaluations] == ["change.up", "change.down"]


def test_text_that_is_appended_is_an_augmented_assignment() -> None:
    source = "def f\n  sql = +'select 1'\n  sql << ' from t' << ' where x'\n  execute(sql)\nend\n"
    found = [(each.operator, each.value) for each in module(source).bindings]
    assert [operator for operator, _ in found] == ["=", "+=", "+="]
    assert found[1][1] == Text(" from t", 3)


def test_several_targets_share_the_values() -> None:
    found = module("a, b = 1, 2\nc, d = find(3)\n").bindings
    assert [each.target for each in found] == ["a", "b", "c, d", "c", "d"]


def test_what_a_file_loads_is_an_import_without_a_name() -> None:
    found = module('require "pg"\nrequire_relative "../models/user"\nrequire "lib/store.rb"\n').imports
    assert [(each.module, each.member) for each in found] == [("pg", ""), ("..models.user", ""), ("lib.store", "")]


def test_values_in_conditions_and_modifiers_are_evaluated() -> None:
    source = (
        "find(1) if find(2)\nwhile find(3)\n  find(4)\nend\nx = 1 unless find(5)\nbegin\n  find(6)\nrescue E\n  find(7)\nend\n"
    )
    lines = [each.line for each in module(source).evaluations]
    assert lines == [1, 1, 2, 3, 5, 7, 9]


def test_a_statement_that_gives_a_value_is_evaluated_once() -> None:
    found = module("def f\n  x = if a then find(1) else find(2) end\n  save(x)\n  nil\nend\n")
    assert [each.line for each in found.evaluations] == [3]


def test_what_does_not_parse_is_told_and_the_rest_is_read() -> None:
    found = module("def f\n  find(1)\nend\n\nfoo(((\n")
    assert found.broken
    assert [each.qualified for each in found.functions] == ["f"]


def test_a_comment_that_speaks_to_dblint_is_kept() -> None:
    (found,) = module("find(1) # dblint: ignore[x] because\n# other\n").comments
    assert (found.text, found.line, found.own_line) == ("dblint: ignore[x] because", 1, False)


def test_a_file_that_nobody_needs_is_not_parsed() -> None:
    source = "class Foo\n  def bar(x)\n    x + (((\n"
    assert read("a.rb", "ruby", source, SPARSE) == Module("a.rb", "ruby")


@pytest.mark.parametrize(
    "source", ["class A < B; end", "LIMIT = 1", "x.find(1)", "x = <<~SQL\nselect 1\nSQL\n", "module M; end"]
)
def test_a_file_is_read_if_others_may_need_it(source: str) -> None:
    assert read("a.rb", "ruby", source, SPARSE) != Module("a.rb", "ruby")
