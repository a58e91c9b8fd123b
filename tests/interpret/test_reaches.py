"""What a function mentions decides which parts of shared code its service answers for."""

from dblint import languages
from dblint.extract.uses import with_uses
from dblint.interpret.tree.mentions import Mentions
from dblint.interpret.tree.program import Program
from dblint.languages import Vocabulary

WORDS = Vocabulary(calls=frozenset({"execute"}), markers=("def", "execute"))


def program(**files: str) -> Mentions:
    paths = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return Mentions(Program(with_uses(languages.read(path, "python", text, WORDS), text) for path, text in paths.items()))


def test_an_attribute_of_an_imported_module_reaches_only_that_function() -> None:
    app = "from common import db as d\ndef run():\n    d.load()\n"
    reached = program(common__db="def load(): pass\ndef save(): pass\n", orders__app=app)
    assert set(reached.reaches()) == {("orders/app.py", "run", "common/db.py", "load")}


def test_an_imported_function_is_reached_by_the_function_that_mentions_it() -> None:
    app = "from common.db import load\ndef run():\n    load()\ndef idle(): pass\n"
    reached = program(common__db="def load(): pass\n", orders__app=app)
    assert set(reached.reaches()) == {("orders/app.py", "run", "common/db.py", "load")}


def test_a_module_passed_on_as_a_whole_is_reached_as_a_whole() -> None:
    app = "import common.db\nhandler(common.db)\ndef run(): pass\n"
    reached = program(common__db="def load(): pass\n", orders__app=app)
    assert set(reached.reaches()) == {("orders/app.py", "", "common/db.py", "*")}


def test_a_function_of_the_same_file_is_reached_too() -> None:
    reached = program(common__db="def load():\n    return _query()\ndef _query(): pass\n")
    assert set(reached.reaches()) == {("common/db.py", "load", "common/db.py", "_query")}


def test_a_comment_between_functions_uses_none_of_them() -> None:
    texts = {
        "store/orders.go": "package store\n\nfunc NewOrders() {}\n\n// deleteUsers deletes users, as Purge does.\n"
        "func deleteUsers() {}\n\n/* Purge deletes\n * deleteUsers\n */\nfunc Purge() {\n\tdeleteUsers()\n}\n"
    }
    words = Vocabulary(calls=frozenset({"Exec"}), markers=("func",))
    units = (with_uses(languages.read(path, "go", text, words), text) for path, text in texts.items())
    reached = {(scope, other) for _, scope, _, other in Mentions(Program(units)).reaches()}
    assert reached == {("Purge", "deleteUsers")}


CRATES = {
    "Cargo.toml": '[workspace]\nmembers = ["libs/*"]\n[package]\nname = "shop"\n',
    "libs/database/Cargo.toml": '[package]\nname = "data-base"\nversion = "1"\n',
    "libs/database/src/lib.rs": "pub mod orders;\npub mod users;\npub use users::*;\n",
    "libs/database/src/orders.rs": "pub fn find() {}\npub fn drop_all() {}\n",
    "libs/database/src/users.rs": 'pub fn load() { execute("select 1 from users"); }\npub fn Context() {}\n',
    "libs/other/Cargo.toml": '[package]\nname = "other"\n',
    "libs/other/src/lib.rs": "use std::task::Context;\nfn run() {\n    Context();\n}\n",
}


def crates(**more: str) -> set[tuple[str, str, str]]:
    files = CRATES | {name.replace("__", "/") + ".rs": text for name, text in more.items()}
    sources = {path: text for path, text in files.items() if path.endswith(".rs")}
    units = (with_uses(languages.read(path, "rust", text, WORDS), text) for path, text in sources.items())
    found = Mentions(Program(units, files=files.get))
    return set(found.edges()) | {(path, other, name) for path, _, other, name in found.reaches()}


def test_a_path_through_a_crate_leads_into_its_folder_whatever_that_is_called() -> None:
    edges = crates(src__main="use data_base::orders::find;\nfn main() { find(); }\n")
    assert ("src/main.rs", "libs/database/src/orders.rs", "find") in edges
    assert ("src/main.rs", "libs/database/src/orders.rs", "drop_all") not in edges


def test_what_a_crate_hands_on_stands_where_it_is_defined_and_its_root_runs_nothing_of_it() -> None:
    edges = crates(src__main="use data_base::load;\nfn main() { load(); }\n")
    assert ("src/main.rs", "libs/database/src/users.rs", "load") in edges
    assert ("libs/database/src/lib.rs", "libs/database/src/users.rs", "") not in edges


def test_a_whole_path_needs_no_import_and_leads_to_what_it_ends_with() -> None:
    edges = crates(src__main="fn main() { data_base::orders::find(); }\n")
    assert ("src/main.rs", "libs/database/src/orders.rs", "find") in edges
    assert not [name for path, other, name in edges if path == "src/main.rs" and name in {"*", "drop_all"}]


def test_a_module_that_is_imported_is_used_as_far_as_paths_through_it_say() -> None:
    edges = crates(src__main="use data_base::orders;\nfn main() { orders::find(); }\n")
    assert ("src/main.rs", "libs/database/src/orders.rs", "find") in edges
    assert not [name for path, other, name in edges if path == "src/main.rs" and name in {"*", "drop_all"}]


def test_a_path_from_the_root_of_a_crate_stays_in_that_crate_whatever_others_are_called() -> None:
    edges = crates(
        src__main="fn main() {}\n",
        src__data_base__orders="pub fn find() {}\n",
        src__jobs__run=("fn run() { crate::data_base::orders::find(); }\n"),
    )
    assert ("src/jobs/run.rs", "src/data_base/orders.rs", "find") in edges
    assert not [other for path, other, _ in edges if path == "src/jobs/run.rs" and other.startswith("libs/")]


def test_a_name_of_another_crate_is_not_meant_without_an_import() -> None:
    assert not any(path == "libs/other/src/lib.rs" and "database" in other for path, other, _ in crates())


def test_of_a_type_of_rust_the_methods_run_that_are_selected_and_those_that_libraries_call() -> None:
    edges = crates(
        src__main="use data_base::stores::Store;\nfn main() { let store = Store::new(); store.load(1); }\n",
        libs__database__src__stores=(
            "use super::kinds::Loading;\npub struct Store { n: i32 }\n"
            "impl Store {\n    pub fn new() -> Store { Store { n: 1 } }\n}\n"
            "impl Loading for Store {\n    fn load(&self) {}\n    fn wipe(&self) {}\n}\n"
            "impl Handler for Store {\n    fn handle(&self) {}\n}\n"
            "use super::plain::Keeping;\nimpl Keeping for Store {\n    fn keep(&self) {}\n}\n"
        ),
        libs__database__src__plain="pub trait Keeping {\n    fn keep(&self);\n}\n",
        libs__database__src__kinds="pub trait Loading {\n    fn first(&self) { self.execute() }\n    fn load(&self);\n}\n",
        libs__database__src__more="use super::stores::Store;\nimpl Store {\n    pub fn purge(&self) {}\n}\n",
    )
    stores, kinds, more = (f"libs/database/src/{name}.rs" for name in ("stores", "kinds", "more"))
    assert {("src/main.rs", stores, "Store?"), ("src/main.rs", "", ".new"), ("src/main.rs", "", ".load")} <= edges
    assert not [name for path, other, name in edges if path == "src/main.rs" and name.startswith("Store.")]
    assert {(stores, stores, "Store.handle"), (stores, kinds, "Loading?"), (stores, more, "Store?")} <= edges
    assert not [name for path, other, name in edges if name in {"Store.wipe", "Store.load", "Store.keep"}]


def test_what_rust_defines_is_no_use_of_it() -> None:
    edges = crates(src__main="pub struct Store {\n    n: i32,\n}\nimpl Store {\n    fn load(&self) {}\n}\nfn main() {}\n")
    assert not [name for path, other, name in edges if path == "src/main.rs" and name == "Store?"]


def test_of_two_copies_of_a_class_the_nearest_adds_its_method() -> None:
    extension = "namespace Tools;\npublic static class Extensions {\n  public static void Clear(this Orders orders) { }\n}\n"
    texts = {
        "one/Extensions.cs": extension,
        "two/Extensions.cs": extension,
        "one/Program.cs": "using Tools;\nclass Program {\n  void Run(Orders orders) { orders.Clear(); }\n}\n",
    }
    words = Vocabulary(calls=frozenset({"Clear"}), markers=("class",))
    units = (with_uses(languages.read(path, "csharp", text, words), text) for path, text in texts.items())
    reached = {(scope, other) for file, scope, other, name in Mentions(Program(units)).reaches() if name == "Extensions.Clear"}
    assert reached == {("Program.Run", "one/Extensions.cs")}


def test_a_type_of_go_stands_in_the_files_of_its_methods_alone_and_its_definition_is_no_use_of_it() -> None:
    texts = {
        "store/orders.go": "package store\n\ntype Orders struct {\n\tn int\n}\n\nfunc (o *Orders) Find() {}\n",
        "store/more.go": "package store\n\nfunc (o *Orders) Drop() {}\n",
        "store/users.go": "package store\n\ntype Users struct {\n\tn int\n}\n\nfunc (u *Users) Find() {}\n",
        "store/main.go": "package store\n\nfunc run() {\n\tuse(Orders{})\n}\n",
    }
    words = Vocabulary(calls=frozenset({"Exec"}), markers=("func",))
    units = (with_uses(languages.read(path, "go", text, words), text) for path, text in texts.items())
    found = [(scope, file, other) for path, scope, file, other in Mentions(Program(units)).reaches() if other.endswith("?")]
    assert {each for each in found if each[0] == "run"} == {
        ("run", f"store/{file}.go", "Orders?") for file in ("orders", "more")
    }
    assert not [each for each in found if each[0] == ""]


DAOS = {
    "BaseDao": "public abstract class BaseDao<E, M> implements Dao<E> {\n  protected M mapper;\n"
    "  public BaseDao(M mapper) { this.mapper = mapper; }\n}\n",
    "Dao": "public interface Dao<E> { E get(); }\n",
    "Orders": "public class Orders extends BaseDao<Order, OrderMapper> {\n"
    "  public Orders(OrderMapper mapper) { super(mapper); }\n"
    "  public int drop() { return mapper.execute(); }\n  public int idle() { return 1; }\n}\n",
    "Users": "public class Users extends BaseDao<User, UserMapper> {\n  public Users(UserMapper mapper) { super(mapper); }\n"
    "  public int add() { return mapper.insert(); }\n}\n",
    "OrderMapper": "public interface OrderMapper { int execute(); int insert(); }\n",
    "UserMapper": "public interface UserMapper { int execute(); int insert(); }\n",
}


def test_a_class_reaches_what_it_extends_and_of_the_fields_that_it_inherits_the_methods_it_calls() -> None:
    words = Vocabulary(calls=frozenset({"execute", "insert"}), markers=("class", "interface"))
    texts = {f"dao/{name}.java": f"package dao;\n{text}" for name, text in DAOS.items()}
    units = (with_uses(languages.read(path, "java", text, words), text) for path, text in texts.items())
    reached = {(path, scope, other, name) for path, scope, other, name in Mentions(Program(units)).reaches() if path != other}
    assert ("dao/Orders.java", "Orders.drop", "dao/OrderMapper.java", "OrderMapper.execute") in reached
    assert ("dao/Orders.java", "", "dao/BaseDao.java", "BaseDao") in reached
    assert {other for path, _, other, _ in reached if path == "dao/Orders.java"} == {"dao/BaseDao.java", "dao/OrderMapper.java"}
    assert {name for path, _, other, name in reached if other == "dao/OrderMapper.java"} == {"", "OrderMapper.execute"}
    assert not [other for path, _, other, _ in reached if path == "dao/BaseDao.java" and other != "dao/Dao.java"]


def test_what_a_framework_calls_runs_wherever_the_class_is_known() -> None:
    text = (
        "package shop;\nimport lib.HandlerInterceptor;\npublic class Guard implements HandlerInterceptor {\n"
        "  @Override\n  public boolean preHandle() { return check(); }\n  private boolean check() { return db.execute(); }\n"
        "  public void idle() { db.execute(); }\n  @Scheduled(fixedRate = 5)\n  public void sweep() { db.execute(); }\n"
        "  @Audited\n  public void told() { db.execute(); }\n  @Query\n  public int asked() { db.execute(); }\n}\n"
    )
    words = Vocabulary(calls=frozenset({"execute"}), markers=("class", "interface"))
    texts = {"shop/Guard.java": text, "shop/Audited.java": "package shop;\npublic @interface Audited {}\n"}
    units = [with_uses(languages.read(path, "java", text, words), text) for path, text in texts.items()]
    reached = {(scope, name) for _, scope, file, name in Mentions(Program(units)).reaches() if file == "shop/Guard.java"}
    assert reached == {("", "Guard.preHandle"), ("", "Guard.sweep"), ("Guard.preHandle", "Guard.check")}


STORE = {
    "Repo": "trait Repo[D[_]] {\n  def get(id: Int): D[Order]\n  def drop(id: Int): D[Unit]\n}\n\n"
    "object Repo {\n  def apply[D[_]: Monad]: Repo[D] = new Live[D](1)\n\n"
    "  final class Live[D[_]: Monad](n: Int) extends Repo[D] {\n"
    "    def get(id: Int): D[Order] =\n      Queries.get(id).unique\n\n"
    "    def drop(id: Int): D[Unit] =\n      Queries.drop(id).run\n  }\n}\n",
    "Queries": 'object Queries {\n  def get(id: Int) =\n    sql"select id from orders where id = $id".query[Order]\n\n'
    '  def drop(id: Int) =\n    sql"delete from orders where id = $id".update\n}\n',
    "Bundle": "case class Bundle[D[_]](orders: Repo[D])\n\nobject Bundle {\n"
    "  def apply[D[_]: Monad]: Bundle[D] = new Bundle(Repo[D])\n}\n",
    "Main": "class Main(bundle: Bundle[IO]) {\n  def run =\n    bundle.orders.get(1)\n}\n",
}


def test_a_class_of_scala_that_is_mentioned_runs_as_far_as_its_methods_are_named() -> None:
    words = Vocabulary(calls=frozenset({"sql"}), markers=("class", "object", "trait"))
    texts = {f"store/{name}.scala": f"package store\n\n{text}" for name, text in STORE.items()}
    units = (with_uses(languages.read(path, "scala", text, words), text) for path, text in texts.items())
    edges = set(Mentions(Program(units)).reaches())
    reached = {(scope, name) for path, scope, _, name in edges if path == "store/Bundle.scala" and scope == "Bundle.apply"}
    assert {("Bundle.apply", "Repo?"), ("Bundle.apply", "Repo.Live?"), ("Bundle.apply", "Repo.apply")} <= reached
    assert not {name for _, name in reached} & {"Repo", "Repo.Live", "Repo.Live.get"}
    assert ("store/Main.scala", "Main.run", "", ".get") in edges
    assert not [name for path, _, _, name in edges if path == "store/Main.scala" and name.endswith(".drop")]
    assert {name for _, scope, other, name in edges if scope == "Repo.Live.get" and other == "store/Queries.scala"} == {
        "Queries.get"
    }


def test_what_methods_of_a_class_use_is_no_use_of_the_constructor_that_spans_the_class() -> None:
    text = "class Main(bundle: Bundle) {\n  def run =\n    bundle.orders.get(1)\n}\n"
    found = with_uses(
        languages.read("Main.scala", "scala", text, Vocabulary(calls=frozenset({"sql"}), markers=("class",))), text
    )
    assert {each.qualified: ".get" in each.uses for each in found.functions} == {"Main.__init__": False, "Main.run": True}


def test_an_interface_of_the_same_name_in_another_package_is_not_implemented_by_its_classes() -> None:
    words = Vocabulary(calls=frozenset({"execute"}), markers=("class", "interface"))
    texts = {
        "tool/OrderDao.kt": "package tool\nclass OrderDao { fun drop() { execute(1) } }\n",
        "tool/Tool.kt": "package tool\nclass Tool(private val dao: OrderDao) { fun run() { dao.drop() } }\n",
        "shop/OrderDao.kt": "package shop\ninterface OrderDao { fun drop() }\n",
        "db/PgDao.kt": "package db\nimport shop.OrderDao\nclass PgDao : OrderDao { override fun drop() { execute(2) } }\n",
        "shop/Shop.kt": "package shop\nclass Shop(private val dao: OrderDao) { fun run() { dao.drop() } }\n",
    }
    reached = set(
        Mentions(
            Program(with_uses(languages.read(path, "kotlin", text, words), text) for path, text in texts.items())
        ).reaches()
    )
    assert ("shop/Shop.kt", "Shop.run", "db/PgDao.kt", "PgDao.drop") in reached
    assert ("tool/Tool.kt", "Tool.run", "tool/OrderDao.kt", "OrderDao.drop") in reached
    assert not [other for path, _, other, _ in reached if path == "tool/Tool.kt" and other == "db/PgDao.kt"]


def test_a_class_that_is_imported_as_a_bean_runs_only_what_the_framework_calls() -> None:
    words = Vocabulary(calls=frozenset({"execute"}), markers=("class",))
    texts = {
        "lib/Manager.java": "package lib;\npublic class Manager {\n  Object log = Logs.get(Manager.class);\n"
        "  @PostConstruct void start() { execute(1); }\n"
        "  public void drop() { execute(2); }\n}\n",
        "app/Main.java": "package app;\nimport lib.Manager;\n@Import({ Manager.class })\n"
        "public class Main { void run() { execute(3); } }\n",
    }
    units = (with_uses(languages.read(path, "java", text, words), text) for path, text in texts.items())
    reached = set(Mentions(Program(units)).reaches())
    assert {name for path, _, other, name in reached if path != other == "lib/Manager.java"} == {"", "Manager.start"}
    assert {name for path, _, other, name in reached if path == other == "lib/Manager.java"} == {"Manager.start"}


def test_what_a_package_from_elsewhere_gives_has_no_methods_of_the_tree() -> None:
    texts = {
        "go.mod": "module shop\n",
        "orders/run.go": 'package orders\n\nimport (\n\t"example.com/clients"\n\t"shop/store"\n)\n\n'
        "func far() {\n\tc := clients.UsersFrom(dic)\n\tc.All()\n}\n\n"
        "func near() {\n\ts := store.New()\n\ts.All()\n}\n\n"
        "func either() {\n\tc := clients.UsersFrom(dic)\n\tc = store.New()\n\tc.All()\n}\n\n"
        'func asked() {\n\tc := clients.Get("users")\n\tc.All()\n}\n',
        "store/users.go": "package store\n\ntype Users struct{}\n\nfunc New() *Users {\n\treturn &Users{}\n}\n\n"
        "func (u *Users) All() {}\n",
    }
    words = Vocabulary(calls=frozenset({"Exec"}), markers=("func",))
    units = (with_uses(languages.read(path, "go", text, words), text) for path, text in texts.items() if path.endswith(".go"))
    selecting = {scope for _, scope, _, other in Mentions(Program(units, files=texts.get)).reaches() if other == ".All"}
    assert selecting == {"near", "either", "asked"}


def test_a_call_in_go_leads_to_no_method_that_takes_something_else() -> None:
    store = (
        'package store\n\nimport "context"\n\ntype Orders struct {\n\tn int\n}\n\n'
        "func (o *Orders) Add(ctx context.Context, name string) {}\n\nfunc (o *Orders) Find(names ...string) {}\n"
    )
    calls = {
        "Add(ctx, name)": True,
        "Add(f(a, b), name)": True,
        "Add(all...)": True,
        "Add": True,
        "Add(1)": False,
        'Add("key", value)': False,
        "Add(ctx, name, more)": False,
        "Find(1)": True,
    }
    words = Vocabulary(calls=frozenset({"Exec"}), markers=("func",))
    for call, leads in calls.items():
        main = f"package main\n\nfunc run() {{\n\tx.{call}\n}}\n"
        texts = {"store/orders.go": store, "main.go": main}
        units = (with_uses(languages.read(path, "go", text, words), text) for path, text in texts.items())
        found = {other for _, scope, file, other in Mentions(Program(units)).reaches() if scope == "run" and not file}
        assert found == ({f".{call.partition('(')[0]}"} if leads else set()), call


def test_of_a_type_of_csharp_that_is_registered_those_methods_run_that_somebody_calls() -> None:
    texts = {
        "data/Orders.cs": "public class Orders {\n  public Orders() { }\n  public void Load() { Fill(); }\n"
        "  public void Purge() { }\n  void Fill() { }\n}\n",
        "data/parts/Orders.cs": "public partial class Orders {\n  void Drop() { }\n}\n",
        "data/Worker.cs": "class Worker : BackgroundService {\n  override Task ExecuteAsync() { }\n  void Other() { }\n}\n",
        "data/Hosted.cs": "class Hosted : IHostedService {\n  public void Any() { }\n}\n",
        "api/Program.cs": "services.AddScoped<Orders>();\nAdd<Worker>();\nAdd<Hosted>();\n",
        "api/Job.cs": "class Job {\n  Orders orders;\n  public void Run() { orders.Load(); }\n}\n",
    }
    words = Vocabulary(calls=frozenset({"Clear"}), markers=("class",))
    units = (with_uses(languages.read(path, "csharp", text, words), text) for path, text in texts.items())
    reached = set(Mentions(Program(units)).reaches())
    registered = {name for path, _, other, name in reached if (path, other) == ("api/Program.cs", "data/Orders.cs")}
    assert registered == {"Orders?", "Orders.__init__"}
    assert ("api/Program.cs", "", "data/parts/Orders.cs", "Orders?") in reached
    assert ("api/Job.cs", "Job.Run", "", ".Load") in reached
    run = {name for path, _, other, name in reached if (path, other) == ("api/Program.cs", "data/Worker.cs")}
    assert run == {"Worker?", "Worker.ExecuteAsync"}
    assert ("api/Program.cs", "", "data/Hosted.cs", "Hosted.Any") in reached
    assert ("data/Orders.cs", "Orders.Load", "", ".Fill") in reached
    assert not [edge for edge in reached if edge[3] == ".Purge"]
