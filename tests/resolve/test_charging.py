import pytest
from msgspec.structs import replace

from dblint.model.facts import Access, Interpretation, RawStatement
from dblint.model.schema import ForeignKey
from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.resolve.charging import Holders, _Methods, _reached
from tests.resolve.factories import at, create, model, name, owner, service, system, use

A, B = service("a"), service("b")
LIB = service("common", kind="library")


def charged(found: System) -> dict[str, tuple[str, ...]]:
    return {each.service: each.via for each in found.accesses}


def test_a_library_is_charged_to_every_service_that_imports_it() -> None:
    imports = (("a/app.py", "common/db.py", ""), ("b/app.py", "common/db.py", "load"))
    found = system(A, B, service("c"), LIB, uses=(use("t", path="common/db.py", scope="load"),), imports=imports)
    assert charged(found) == {"a": ("common",), "b": ("common",)}


def test_accesses_of_one_statement_have_one_number_for_all_services() -> None:
    imports = (("a/app.py", "common/db.py", ""), ("b/app.py", "common/db.py", ""))
    found = system(A, B, LIB, uses=(use("t", path="common/db.py"), use("u", path="common/db.py", line=2)), imports=imports)
    numbers: dict[str, set[int]] = {}
    for each in found.accesses:
        numbers.setdefault(each.table.name, set()).add(each.statement)
    assert {len(found) for found in numbers.values()} == {1}
    assert numbers["t"] != numbers["u"]


@pytest.mark.parametrize(
    ("member", "scope", "is_charged"),
    [
        ("Repo", "Repo", True),
        ("Repo", "Repo.load", True),
        ("Repo", "Other.load", False),
        ("Repo", "Repository", False),
        ("Repo", "", True),
        ("Repo.load", "Repo", True),
        ("load", "helper", True),
        ("load", "unused", False),
        ("", "unused", True),
    ],
)
def test_only_what_is_reached_from_the_imported_member_is_charged(member: str, scope: str, is_charged: bool) -> None:
    found = system(
        A,
        LIB,
        uses=(use("t", path="common/db.py", scope=scope),),
        imports=(("a/app.py", "common/db.py", member),),
        reaches=(("common/db.py", "load", "common/db.py", "helper"),),
    )
    assert [each.service for each in found.accesses] == ["a" if is_charged else "common"]


def test_a_library_reached_through_another_library_is_charged() -> None:
    imports = (("a/app.py", "common/repo.py", "Repo"), ("common/repo.py", "lib/db.py", "run"))
    found = system(A, LIB, uses=(use("t", path="lib/db.py", scope="run"),), imports=imports)
    assert charged(found) == {"a": ("lib/db.py",)}


def test_known_calls_narrow_what_an_import_between_libraries_reaches() -> None:
    imports = (("a/app.py", "common/repo.py", "load"), ("common/repo.py", "common/db.py", ""))
    reaches = (("common/repo.py", "load", "common/db.py", "read"), ("common/repo.py", "save", "common/db.py", "write"))
    uses = (use("t", path="common/db.py", scope="read"), use("t", "insert", "common/db.py", 2, scope="write"))
    found = system(A, LIB, uses=uses, imports=imports, reaches=reaches)
    assert [(each.service, each.action) for each in found.accesses] == [("a", "select"), ("common", "insert")]


def test_code_that_nobody_uses_is_charged_to_its_own_folder() -> None:
    found = system(A, LIB, uses=(use("t", path="common/db.py"), use("t", path="scripts/fix.py")))
    assert charged(found) == {"common": (), "": ()}


def test_code_that_nobody_mentions_is_charged_to_those_who_take_the_whole_library() -> None:
    api, inner = service("api", takes=("app",)), service("app", kind="library", takes=("common",))
    found = system(api, A, inner, LIB, uses=(use("t", path="common/db.py"), use("u", path="app/handler.py")))
    assert {(each.service, each.table.name, each.via) for each in found.accesses} == {
        ("api", "t", ("common",)),
        ("api", "u", ("app",)),
    }


def test_a_service_of_dotnet_runs_nothing_that_its_projects_do_not_refer_to() -> None:
    api, other = service("api", takes=("common",)), service("copies", kind="library")
    imports = (("api/x.cs", "common/Store.cs", ""), ("api/x.cs", "copies/Store.cs", ""))
    uses = (use("t", path="common/Store.cs"), use("u", path="copies/Store.cs"))
    found = system(api, A, LIB, other, uses=uses, imports=imports)
    assert {each.table.name for each in found.accesses if each.service == "api"} == {"t"}


def test_a_service_of_the_jvm_runs_nothing_of_a_library_that_only_others_are_built_with() -> None:
    api, other = service("api", takes=("copies",)), service("other", takes=("common",))
    copies = service("copies", kind="library")
    imports = (("api/X.java", "common/Store.java", ""), ("api/X.java", "copies/Store.java", ""))
    uses = (use("t", path="common/Store.java"), use("u", path="copies/Store.java"))
    found = system(api, other, LIB, copies, uses=uses, imports=imports)
    assert {each.table.name for each in found.accesses if each.service == "api"} == {"u"}


@pytest.mark.parametrize(("services", "expected"), [(("a", "b"), {"a"}), (("a",), {"a", "all"})])
def test_a_module_that_starts_several_services_together_is_not_charged_for_what_they_do(
    services: tuple[str, ...], expected: set[str]
) -> None:
    a, everything = service("a", takes=("common",)), service("all", takes=services)
    imports = (("a/X.java", "common/Store.java", ""), ("all/Main.java", "common/Store.java", ""))
    found = system(a, B, LIB, everything, uses=(use("t", path="common/Store.java"),), imports=imports)
    assert charged(found).keys() == expected


def test_circular_imports_end() -> None:
    imports = (("a/x.py", "common/p.py", "f"), ("common/p.py", "common/q.py", "g"), ("common/q.py", "common/p.py", "f"))
    assert charged(system(A, LIB, uses=(use("t", path="common/q.py", scope="g"),), imports=imports)) == {"a": ("common",)}


def test_a_file_belongs_to_the_innermost_folder() -> None:
    found = system(
        service("root", path="."),
        service("a", path="services/a"),
        uses=(use("t", path="services/a/x.py"), use("t", path="x.py")),
    )
    assert {each.place.path: each.service for each in found.accesses} == {"services/a/x.py": "a", "x.py": "root"}


def test_code_of_a_folder_of_definitions_is_charged_to_the_services_that_call_it_and_what_makes_tables_to_the_folder() -> None:
    imports = (("a/app.py", "db/queries.py", "load"), ("b/app.py", "db/queries.py", "store"))
    uses = (
        use("t", path="db/queries.py", scope="load"),
        use("t", "insert", "db/queries.py", 2, scope="store"),
        use("t", path="db/queries.py", line=3, scope="unused"),
        use("u", "create", "db/queries.py", 4, scope="load"),
    )
    found = system(
        A, B, service("db", kind="schema"), uses=uses, imports=imports, changes=(create("t", "db/schema.sql", tool="sql"),)
    )
    assert {(each.service, each.via, each.place.line) for each in found.accesses} == {
        ("a", ("db",), 1),
        ("b", ("db",), 2),
        ("db", (), 3),
        ("db", (), 4),
    }
    assert (owner(found, "t"), owner(found, "u")) == ("b", "db")


def test_the_only_service_that_calls_a_folder_of_definitions_does_not_answer_for_its_migrations() -> None:
    found = system(
        A,
        service("db", kind="schema"),
        uses=(use("t", path="db/queries.py", scope="load"),),
        imports=(("a/app.py", "db/queries.py", "load"),),
        changes=(create("t", "db/schema.sql", tool="sql"),),
    )
    assert [each.service for each in found.accesses] == ["a"]
    assert owner(found, "t") == "db"


def test_models_of_a_library_are_mappings_of_its_users() -> None:
    imports = (("a/app.py", "common/models.py", "T"), ("b/app.py", "common/models.py", "U"))
    models = (model("t", "common/models.py", name="T"), model("u", "common/models.py", 9, name="U"))
    found = system(A, B, LIB, models=models, imports=imports)
    assert [(each.service, each.table.name) for each in found.mappings] == [("a", "t"), ("b", "u")]


@pytest.mark.parametrize(
    ("users", "declared", "expected"),
    [("a", False, "a"), ("ab", False, None), ("ab", True, "common"), ("", False, None)],
)
def test_a_model_of_a_library_speaks_for_its_only_user(users: str, declared: bool, expected: str | None) -> None:
    imports = tuple((f"{user}/app.py", "common/models.py", "T") for user in users)
    library = service("common", kind="library", declared=declared)
    assert owner(system(A, B, library, models=(model("t", "common/models.py"),), imports=imports), "t") == expected


def test_migrations_of_a_library_speak_for_its_only_user() -> None:
    imports = (("a/app.py", "common/models.py", ""),)
    found = system(A, B, LIB, changes=(create("t", "common/migrations/1.sql"),), imports=imports)
    assert owner(found, "t") == "a"
    assert [each.service for each in found.changes] == ["a"]


def test_rows_that_a_library_inserts_count_for_each_service_that_reaches_it() -> None:
    imports = (("a/app.py", "common/db.py", "save"), ("b/app.py", "common/db.py", "load"))
    uses = (use("t", "insert", "common/db.py", scope="save"), use("t", path="common/db.py", line=2, scope="load"))
    found = system(A, B, LIB, service("db", kind="schema"), changes=(create("t", "db/1.sql"),), uses=uses, imports=imports)
    assert owner(found, "t") == "a"
    reads: list[Access] = [each for each in found.accesses if each.mode == "read"]
    assert [each.service for each in reads] == ["b"]


def test_of_a_type_of_go_the_methods_are_charged_that_a_service_selects() -> None:
    reaches = (
        ("a/main.go", "main", "common/store.go", "Store?"),
        ("a/main.go", "main", "", ".AddOrder"),
        ("b/main.go", "main", "common/store.go", "Store?"),
        ("b/main.go", "main", "", ".AddUser"),
    )
    uses = (
        use("orders", path="common/store.go", scope="Store.AddOrder"),
        use("users", path="common/store.go", line=9, scope="Store.AddUser"),
        use("served", path="common/store.go", line=18, scope="Store.ServeHTTP"),
    )
    found = system(A, B, LIB, uses=uses, reaches=reaches)
    by_table: dict[str, set[str]] = {}
    for each in found.accesses:
        by_table.setdefault(each.table.name, set()).add(each.service)
    # what nobody selects is called by a framework: whoever has the type runs it
    assert by_table == {"orders": {"a"}, "users": {"b"}, "served": {"a", "b"}}


def test_a_hook_of_a_library_is_charged_to_those_that_use_its_file_and_not_to_those_that_only_load_it() -> None:
    imports = (("a/app.js", "common/account.js", "Account"), ("b/app.js", "common/account.js", "=loaded"))
    found = system(A, B, LIB, uses=(use("t", path="common/account.js", scope="@12_4"),), imports=imports)
    assert charged(found) == {"a": ("common",)}


def test_of_all_names_that_are_selected_only_methods_that_do_something_are_followed() -> None:
    types = [f"T{number}" for number in range(40)]
    selected = [f".m{number}" for number in range(40)]
    reaches = [("a/main.go", "main", "common/store.go", f"{name}?") for name in types]
    reaches += [("a/main.go", "main", "", name) for name in selected]
    interpretation = Interpretation((use("t", path="common/store.go", scope="T7.m3"),), reaches=tuple(reaches))
    reached = _reached(Holders(Tree("/tree", (A, LIB), (), (), ())), interpretation, _Methods(interpretation))
    assert {scope for scope in reached["common/store.go"]["a"] if "." in scope} == {"T7.m3"}


def test_a_table_whose_name_a_caller_passes_is_charged_to_the_services_that_run_the_caller() -> None:
    imports = (("a/app.py", "common/db.py", "insert"), ("b/app.py", "common/db.py", "insert"))
    helped = (given("orders", "a/app.py", "add"), given("users", "b/app.py", "add"))
    found = system(A, B, LIB, uses=helped, imports=imports)
    assert {(each.service, each.table.name, each.via) for each in found.accesses} == {
        ("a", "orders", ("common",)),
        ("b", "users", ("common",)),
    }


def test_a_caller_that_is_shared_too_is_run_by_those_that_reach_it() -> None:
    reaches = (
        ("a/main.go", "main", "common/store.go", "Store?"),
        ("a/main.go", "main", "", ".AddOrder"),
        ("b/main.go", "main", "common/store.go", "Store?"),
        ("b/main.go", "main", "", ".AddUser"),
        ("common/store.go", "Store.AddOrder", "common/sql.go", "insert"),
        ("common/store.go", "Store.AddUser", "common/sql.go", "insert"),
    )
    uses = tuple(
        given(table, "common/store.go", scope, path="common/sql.go", by="common/sql.go")
        for table, scope in (("orders", "Store.AddOrder"), ("users", "Store.AddUser"))
    )
    found = system(A, B, LIB, uses=uses, reaches=reaches)
    assert {(each.service, each.table.name) for each in found.accesses} == {("a", "orders"), ("b", "users")}


def test_a_text_is_charged_to_the_code_that_hands_it_over_and_not_to_the_file_it_stands_in() -> None:
    imports = (("a/app.py", "common/db.py", "load"), ("a/app.py", "common/texts.py", ""), ("b/app.py", "common/texts.py", ""))
    handed = replace(use("orders", path="common/texts.py", scope="load"), file="common/db.py")
    assert charged(system(A, B, LIB, uses=(handed,), imports=imports)) == {"a": ("common",)}


def test_a_caller_of_which_nobody_knows_who_runs_it_leaves_the_only_service() -> None:
    imports = (("a/app.py", "common/db.py", "insert"),)
    found = system(A, LIB, uses=(given("orders", "common/jobs.py", "nightly"),), imports=imports)
    assert charged(found) == {"a": ("common",)}


def given(table: str, file: str, scope: str, *, path: str = "common/db.py", by: str = "") -> RawStatement:
    """An insert by a helper function whose caller gives the name of the table."""
    return replace(use(table, "insert", path, scope="insert"), file=by, givers=((file, scope),))


def test_the_code_of_one_service_is_not_charged_for_a_name_that_another_service_passes_to_something_else() -> None:
    found = system(A, B, uses=(given("orders", "b/app.py", "add", path="a/db.py"),))
    assert charged(found) == {}


def test_what_no_service_imports_of_a_module_of_typescript_is_nobodys_where_its_library_is_used() -> None:
    imports = (("a/app.ts", "common/db.ts", "load"),)
    uses = (use("t", path="common/db.ts", scope="load"), use("u", path="common/old.ts", scope="load"))
    assert [(each.service, each.table.name) for each in system(A, LIB, uses=uses, imports=imports).accesses] == [("a", "t")]


def test_code_of_a_service_is_not_charged_for_a_text_of_shared_code_that_it_does_not_reach() -> None:
    imports = (("b/app.py", "common/db.py", "add"),)
    found = system(A, B, LIB, uses=(given("orders", "common/db.py", "add", path="a/http.py"),), imports=imports)
    assert charged(found) == {}
    both = (*imports, ("a/http.py", "common/db.py", "add"))
    assert charged(system(A, B, LIB, uses=(given("orders", "common/db.py", "add", path="a/http.py"),), imports=both)) == {
        "a": ()
    }


def test_a_key_of_a_table_that_nobody_owns_is_answered_by_the_only_user_of_its_library() -> None:
    key = (ForeignKey(("user",), name("users"), ("id",)), at("common/models.py", 3))
    models = (model("notes", "common/models.py", foreign_keys=(key,)), model("users", "a/models.py", creates=True))
    found = system(A, LIB, models=models, imports=(("a/app.py", "common/models.py", "Other"),))
    assert [each.service for each in found.references] == ["a"]


def test_a_method_that_nobody_selects_of_a_type_with_a_twin_is_nobodys_of_several_services() -> None:
    reaches = tuple((f"{user}/main.go", "main", "common/sql.go", "Store?") for user in ("a", "b"))
    uses = (use("orders", path="common/sql.go", scope="Store.Purge"), use("o", path="common/redis.go", scope="Cache.Purge"))
    assert "orders" not in {each.table.name for each in system(A, B, LIB, uses=uses, reaches=reaches).accesses}
    assert charged(system(A, LIB, uses=uses, reaches=reaches[:1]))["a"] == ("common",)


def test_of_a_type_that_two_services_have_and_the_tree_calls_nearly_all_what_is_left_over_waits_for_nobody() -> None:
    methods = [f"M{number}" for number in range(4)]
    reaches = tuple((f"{service}/main.go", "main", "common/store.go", "Store?") for service in "ab")
    reaches += tuple(("a/main.go", "main", "", f".{method}") for method in methods)
    uses = tuple(
        use(f"t{method}", path="common/store.go", line=int(method[1:]) + 1, scope=f"Store.{method}") for method in methods
    )
    left = use("left", path="common/store.go", line=9, scope="Store.Left")
    found = system(A, B, LIB, uses=(*uses, left), reaches=reaches)
    assert {(each.table.name, each.service) for each in found.accesses} == {(f"t{method}", "a") for method in methods}


def test_the_package_of_a_program_of_go_is_charged_to_the_other_programs_that_call_it_too() -> None:
    programs = (
        service("orders", path="cmd/orders", paths=("internal/orders",)),
        service("admin", path="cmd/admin", paths=("internal/admin",)),
    )
    path = "internal/orders/store.go"
    reaches = (
        ("cmd/admin/main.go", "main", path, "Store?"),
        ("cmd/admin/main.go", "main", "", ".Add"),
        ("cmd/orders/main.go", "main", path, "Store?"),
        ("cmd/orders/main.go", "main", "", ".Find"),
        (path, "Server.Fetch", "common/more.go", "load"),
        ("internal/admin/more.go", "Simulator.Run", path, "idle"),
    )
    uses = (
        use("added", path=path, scope="Store.Add"),
        use("found", path=path, line=2, scope="Store.Find"),
        use("idle", path=path, line=3, scope="idle"),
        use("loaded", path="common/more.go", scope="load"),
    )
    found = system(*programs, LIB, uses=uses, reaches=reaches)
    charged = {(each.table.name, each.service, each.via) for each in found.accesses}
    # What nobody is seen to call of it is its program's, and runs there: a server calls the handlers that it is given.
    assert charged == {
        ("added", "admin", (path,)),
        ("found", "orders", ()),
        ("idle", "orders", ()),
        ("loaded", "orders", ("common",)),
    }


def test_a_program_that_creates_the_tables_of_another_has_none_of_them() -> None:
    programs = (service("orders", path="cmd/orders", paths=("internal/orders",)), service("setup", path="cmd/setup"))
    path = "internal/orders/store.go"
    made = use("t", path=path, scope="Migrate", action="create")
    found = system(*programs, uses=(made,), reaches=(("cmd/setup/main.go", "main", path, "Migrate"),))
    assert {each.service for each in found.accesses} == {"orders"}
