"""TypeScript as common syntax facts: types, decorators, fields that a constructor declares, tagged templates with types."""

import pytest

from dblint.languages import Vocabulary, read
from dblint.model.syntax import Call, Expression, Item, Items, Member, Module, Name, Operation, Template, Text

VOCABULARY = Vocabulary(frozenset({"query", "$queryRaw", "find"}), ("",))


def module(source: str, path: str = "a.ts") -> Module:
    return read(path, "typescript", source, VOCABULARY)


def annotation(source: str) -> Expression | None:
    (binding,) = module(f"let x: {source};").bindings
    return binding.annotation


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("User", Name("User", 1)),
        ("User[]", Name("User", 1)),
        ("User | null | undefined", Name("User", 1)),
        ("Promise<User[]>", Name("User", 1)),
        ("readonly User[]", Name("User", 1)),
        ("Repository<User>", Item(Name("Repository", 1), Name("User", 1), 1)),
        ("Map<A, B>", Item(Name("Map", 1), Items((Name("A", 1), Name("B", 1)), 1), 1)),
        ("ns.Pool", Member(Name("ns", 1), "Pool", 1)),
        ("A | B", Operation("|", Name("A", 1), Name("B", 1), 1)),
        ("typeof User", Item(Name("typeof", 1), Name("User", 1), 1)),
    ],
)
def test_a_type_is_what_it_holds(source: str, value: Expression) -> None:
    assert annotation(source) == value


def test_a_tagged_template_may_have_types() -> None:
    """tree-sitter-typescript takes them for comparisons."""
    source = "const a = prisma.$queryRaw<{ n: (x: Y<Z>) => T; m: U }[]>`SELECT ${x} FROM t`;"
    (found,) = module(source).bindings
    expected = Template((Text("SELECT ", 1), Name("x", 1), Text(" FROM t", 1)), 1)
    assert found.value == Call(Member(Name("prisma", 1), "$queryRaw", 1), (expected,), (), 1)


@pytest.mark.parametrize(
    "source", ["const a = b > `x`;", "const a = (b < c && d > `x`);", "const a = `<p>`;", "const a = `x<b>`;"]
)
def test_what_only_looks_like_types_before_a_template_stays(source: str) -> None:
    (found,) = module(source).bindings
    assert "x" in repr(found.value) or "<p>" in repr(found.value)
    assert not isinstance(found.value, Call)


def test_what_a_call_gives_may_be_a_tag_with_types() -> None:
    (found,) = module("const a = styled(Text)<{ on?: boolean }>`x: ${y}`;").bindings
    assert isinstance(found.value, Call)


@pytest.mark.parametrize(
    "source",
    [
        "const a = <p>Graph &\n REST {query(x)}</p>;",
        'const a = <a href="https://x.com?u=a&utm_medium=b" t="c">x</a>;',
        "class A { ready: (string) => boolean;\n x = 1 }",
    ],
)
def test_what_the_grammar_does_not_know_and_hides_nothing_is_not_told(source: str) -> None:
    assert not module(source, "a.tsx").broken


def test_types_over_several_lines_move_no_line() -> None:
    (found,) = module("const a = sql<\n  Row\n>`select 1`;\n").bindings
    assert found.value == Call(Name("sql", 1), (Text("select 1", 3),), (), 1)


def test_a_call_keeps_its_types() -> None:
    (found,) = module("const a = m.getRepository<User>();").bindings
    assert found.value == Call(Member(Name("m", 1), "getRepository", 1), (), (("<>", Name("User", 1)),), 1)


def test_type_assertions_are_what_they_are_applied_to() -> None:
    values = [
        each.value for each in module("const a = b as C; const d = e!; const f = <G>h; const i = j satisfies K;").bindings
    ]
    assert values == [Name("b", 1), Name("e", 1), Name("h", 1), Name("j", 1)]


def test_a_file_with_elements_has_its_own_grammar() -> None:
    found = module("const a = <T,>(x: T) => <b>{query(x)}</b>;", "a.tsx")
    assert not found.broken
    assert [each.name for each in found.functions] == ["a"]


def test_a_class_has_decorators_types_and_fields() -> None:
    source = """
        @Entity("users") @Index(["a"])
        export class User extends Base<Row> implements Named {
          @PrimaryColumn() id!: number;
          @Column({ name: "n" })
          private name?: string;
          @OneToMany(() => Order, (o) => o.user) orders: Order[];
        }"""
    found = module(source)
    (user,) = found.classes
    assert user.bases == (Item(Name("Base", 3), Name("Row", 3), 3), Name("Named", 3))
    assert [getattr(each, "function", None) for each in user.decorators] == [Name("Entity", 2), Name("Index", 2)]
    fields = {each.target: (each.operator, each.annotation, len(each.decorators)) for each in found.bindings}
    assert fields == {
        "id": (":", Name("number", 4), 1),
        "name": (":", Name("string", 6), 1),
        "orders": (":", Name("Order", 7), 1),
    }


def test_a_constructor_declares_fields_by_its_parameters() -> None:
    source = "class A { constructor(@InjectRepository(User) private readonly repo: Repository<User>, plain: B) {} }"
    found = module(source)
    (field,) = found.bindings
    assert (field.target, field.scope, field.operator) == ("self.repo", "A.constructor", ":")
    assert field.annotation == Item(Name("Repository", 1), Name("User", 1), 1)
    assert field.decorators == (Call(Name("InjectRepository", 1), (Name("User", 1),), (), 1),)
    assert [each.name for each in found.functions[0].parameters] == ["self", "repo", "plain"]


def test_an_interface_is_a_class_of_types() -> None:
    found = module("export interface Ctx extends Base { pool: Pool | null; run(): void }\ntype DB = { users: UserTable };")
    assert [(each.name, len(each.bases)) for each in found.classes] == [("Ctx", 1), ("DB", 0)]
    assert [(each.scope, each.target, each.annotation) for each in found.bindings] == [
        ("Ctx", "pool", Name("Pool", 1)),
        ("DB", "users", Name("UserTable", 2)),
    ]


def test_an_enum_holds_texts() -> None:
    (found,) = module('export enum Tables { Users = "users" }').bindings
    assert (found.scope, found.target, found.value) == ("Tables", "Users", Text("users", 1))


def test_decorators_of_a_method_and_those_of_a_class_that_say_something_are_kept() -> None:
    found = module("@Module({ imports: [query()] })\nexport class M {\n  @Get('x') find() { return this.a.find() }\n}")
    (function,) = found.functions
    assert function.decorators == (Call(Name("Get", 3), (Text("x", 3),), (), 3),)
    assert len(found.evaluations) == 1


@pytest.mark.parametrize(
    "source",
    [
        'export type * from "./rows";',
        'export type * as rows from "./rows";',
        "export interface Box<out T = unknown, in out U> { a: T }",
        "export class Box<in T> extends Other<T> {}",
        "type Keys<T> = { [K in keyof T]: T[K] };",
    ],
)
def test_words_of_newer_typescript_hide_nothing(source: str) -> None:
    found = module(f'{source}\nconst rows = query("select 1");\n')
    assert not found.broken
    assert found.bindings[-1].target == "rows"


def test_another_name_of_a_type_is_bound_to_it() -> None:
    (binding,) = module("type Database = Kysely<Schema>;").bindings
    assert (binding.target, binding.annotation) == ("Database", Item(Name("Kysely", 1), Name("Schema", 1), 1))
