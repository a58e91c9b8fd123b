"""What only the JVM's languages ask of the interpreter: overloads, static and star imports, nested classes."""

from dblint import frameworks
from tests.frameworks.lines import lines, run

ALL = frameworks.load()
JDBC = next(item for item in ALL if item.name == "jdbc")


def facts(**files: str) -> set[str]:
    """The facts of some files, which are named by their paths with `_` for `/`."""
    return lines(run(JDBC, ALL, {f"{name.replace('_', '/')}.java": text for name, text in files.items()}))


def test_a_parameter_is_that_of_the_overload_which_is_called() -> None:
    source = """
    class Dao {
      java.sql.Connection c;
      void all() { query("orders"); query("o.id", "items o"); }
      void query(String table) { c.prepareStatement("select id from " + table); }
      void query(String columns, String table) { c.prepareStatement("select " + columns + " from " + table); }
    }
    """
    assert facts(a_Dao=source) == {"READ orders[id]", "READ items[id]"}


def dao(imports: str, table: str) -> str:
    """A class that reads a table whose name is an expression."""
    body = ' class Dao { void f(java.sql.Connection c) { c.prepareStatement("select id from " + TABLE); } }'
    return imports + body.replace("TABLE", table)


def test_constants_of_another_class_are_found_by_static_and_star_imports() -> None:
    names = """
    package a.names;
    public class Names { public static final String PREFIX = "shop_"; public static final String ORDERS = PREFIX + "orders"; }
    """
    for statement in ("import static a.names.Names.ORDERS;", "import static a.names.Names.*;"):
        assert facts(a_names_Names=names, b_Dao=dao(statement, "ORDERS")) == {"READ shop_orders[id]"}
    assert facts(a_names_Names=names, b_Dao=dao("import a.names.*;", "Names.ORDERS")) == {"READ shop_orders[id]"}


def test_a_constant_of_a_nested_class_is_found() -> None:
    names = 'package a; public class Names { public static class Orders { public static final String TABLE = "orders"; } }'
    for statement, name in (("import a.Names;", "Names.Orders.TABLE"), ("import a.Names.Orders;", "Orders.TABLE")):
        assert facts(a_Names=names, b_Dao=dao(statement, name)) == {"READ orders[id]"}, name


DAO = """
package a;
abstract class Dao {
  java.sql.Connection c;
  abstract String table();
  void all() { c.prepareStatement("select id from " + table()); }
}
"""


def test_a_method_that_a_class_leaves_to_others_is_that_of_each_class_below() -> None:
    orders = 'package a; class Orders extends Dao { String table() { return "orders"; } }'
    items = 'package a; class Items extends Dao { String table() { return "items"; } }'
    assert facts(a_Dao=DAO, a_Orders=orders, a_Items=items) == {"READ orders[id]", "READ items[id]"}


def test_what_a_text_of_the_class_above_asks_its_object_for_is_said_by_the_nearest_class() -> None:
    orders = 'package a; class Orders extends Dao { String table() { return "orders"; } }'
    items = 'package a; class Items extends Orders { String table() { return "items"; } void f() { c.prepareCall(text()); } }'
    base = DAO.replace("void all() { c.prepareStatement(", "String text() { return (").replace("id from", "x from")
    assert facts(a_Dao=base, a_Orders=orders, a_Items=items.replace("prepareCall", "prepareStatement")) == {"READ items[x]"}


def test_a_field_is_what_the_calls_of_the_constructor_hand_over() -> None:
    source = """
    class Dao {
      private final String table;
      Dao(int size, String table) { this.table = table; }
      void all(java.sql.Connection c) { c.prepareStatement("select id from " + table); }
    }
    class App { Dao orders = new Dao(1, "orders"); Other none = new Other(1, "nothing"); }
    """
    assert facts(a_Dao=source) == {"READ orders[id]"}


def test_a_property_below_and_what_a_class_hands_to_its_constructor_name_the_table_in_kotlin() -> None:
    source = """
    package a
    abstract class Dao(val c: java.sql.Connection) {
      abstract val table: String
      fun all() { c.prepareStatement("select id from $table") }
    }
    class Orders(c: java.sql.Connection) : Dao(c) { override val table get() = "orders" }
    open class Base(private val name: String, val c: java.sql.Connection) {
      fun all() { c.prepareStatement("select x from $name") }
    }
    class Items(c: java.sql.Connection) : Base("items", c)
    val named = Base("named", c)
    """
    found = lines(run(JDBC, ALL, {"a/Dao.kt": source}))
    assert found == {"READ orders[id]", "READ items[x]", "READ named[x]"}


def test_what_is_declared_with_a_type_of_something_else_is_no_connection() -> None:
    source = """
    class A {
      void f(Mailer client, String text) { client.prepareStatement(text); }
      void g(java.sql.Connection connection, String text) { connection.prepareStatement(text); }
    }
    """
    found = run(JDBC, ALL, {"A.java": source})
    assert [item.place.line for item in found.unresolved] == [4]


def test_a_table_that_another_class_names_is_used_where_its_name_stands() -> None:
    orders = 'package a;\n\n\nclass Orders extends Dao {\n  String table() { return "orders"; }\n}'
    found = run(JDBC, ALL, {"a/Dao.java": DAO, "a/Orders.java": orders})
    (place,) = [access.place for statement in found.statements for access in statement.accesses]
    assert (place.path, place.line) == ("a/Orders.java", 5)


ENTITY = """
package shop;
import jakarta.persistence.*;
import org.springframework.data.jpa.repository.JpaRepository;
@Entity @Table(name = "`OrderItem`") class OrderItem { @Id @Column(name = "`ItemId`") Long id; String productName; }
"""
MAIN = """
package shop;
import org.springframework.boot.SpringApplication;
class Main { public static void main(String[] arguments) { SpringApplication.run(Main.class, arguments); } }
"""
STANDARD = "org.hibernate.boot.model.naming.PhysicalNamingStrategyStandardImpl"


def models(**files: str) -> set[str]:
    """What an entity in `store` declares, other files beside it."""
    others = {path: text for path, text in files.items() if not path.endswith(".java")}
    java = {"store/src/main/java/shop/OrderItem.java": ENTITY} | {
        path: text for path, text in files.items() if path not in others
    }
    return {line for line in lines(run(JPA, ALL, java | others)) if line.startswith("DECLARE")}


JPA = next(item for item in ALL if item.name == "jpa")
RENAMED, KEPT = {"DECLARE order_item(item_id, product_name)"}, {"DECLARE OrderItem(ItemId, productName)"}


def test_quotes_of_hibernate_are_no_part_of_a_name_and_spring_renames_what_stands_between_them() -> None:
    assert models(**{"store/src/main/java/shop/Main.java": MAIN}) == RENAMED


def test_the_settings_of_a_project_of_spring_can_leave_the_names_alone() -> None:
    settings = f"spring:\n  jpa:\n    hibernate:\n      naming:\n        physical-strategy: {STANDARD}\n"
    assert models(**{"store/src/main/resources/application.yml": settings}) == KEPT
    assert models(**{"store/src/main/resources/application.properties": f"# {STANDARD}\n"}) == RENAMED


def test_the_settings_that_a_library_brings_count_for_all_and_those_of_another_program_do_not() -> None:
    settings = {"common/src/main/resources/application.properties": f"spring.jpa.hibernate.naming.physical-strategy={STANDARD}"}
    library = {"common/src/main/java/shop/Tool.java": "package shop; class Tool { }"}
    program = {"common/src/main/java/shop/Main.java": MAIN}
    assert models(**settings, **library) == KEPT
    assert models(**settings, **program) == RENAMED


def test_a_strategy_that_code_imports_leaves_the_names_alone() -> None:
    code = f"package shop; import {STANDARD}; class Settings {{ Object it = new PhysicalNamingStrategyStandardImpl(); }}"
    assert models(**{"store/src/main/java/shop/Settings.java": code}) == KEPT
