"""Models that annotations, tags and type arguments describe, whatever the language they are written in."""

from dblint.frameworks.reading import parse
from dblint.interpret import Interpretation, interpret
from dblint.model.syntax import (
    Binding,
    Call,
    Class,
    Evaluation,
    Expression,
    Function,
    Import,
    Item,
    Items,
    Member,
    Module,
    Name,
    Parameter,
    Text,
)
from tests.frameworks.lines import lines

FRAMEWORK = parse(
    """
name: mapper
language: jvm
packages: [org.mapper]
summary: A mapper with annotations.
model:
  decorators: [Entity]
  name: ["@Table(name)", "@Table(0)"]
  schema: ["@Table(schema)"]
  convention: hib
  column_convention: hib
  all_fields: true
  marks: [Tagged]
  repositories: {Repository: 0}
fields:
  Id: {kind: column, key: true}
  Column: {kind: column, named_by: [name, 0]}
  Transient: {kind: none}
  ManyToOne: {kind: reference, column: "{name}_id"}
  JoinColumn: {kind: column, named_by: [name]}
verbs:
  class:
    findBy*: {does: read}
    findAll: {does: read}
    save: {does: upsert}
    deleteBy*: {does: delete}
examples: []
""",
    "mapper.yaml",
)
LIBRARY = tuple(
    Import(name, "org.mapper", name, "", 1)
    for name in ("Entity", "Table", "Id", "Column", "Transient", "ManyToOne", "JoinColumn", "Tagged", "Repository")
)


def _call(function: str, /, *arguments: Expression, **keywords: Expression) -> Call:
    return Call(Name(function, 1), arguments, tuple(keywords.items()), 1)


def _class(name: str, *decorators: Expression, bases: tuple[Expression, ...] = (), line: int = 2) -> Class:
    return Class(name, "", bases, (), decorators, line, line + 5)


def _field(owner: str, name: str, kind: Expression, *decorators: Expression) -> Binding:
    return Binding(name, owner, ":", None, 3, kind, decorators)


def _run(*modules: Module) -> Interpretation:
    return interpret(modules, (FRAMEWORK,))


def _customer() -> Module:
    return Module(
        "shop/Customer.java",
        "java",
        imports=LIBRARY,
        classes=(_class("Customer", Name("Entity", 1)),),
        bindings=(_field("Customer", "id", Name("Long", 3), Name("Id", 3)),),
    )


def test_annotations_name_tables_and_columns() -> None:
    order = Module(
        "shop/Order.java",
        "java",
        imports=LIBRARY,
        classes=(_class("Order", Name("Entity", 1), _call("Table", name=Text("orders", 1), schema=Text("sales", 1))),),
        bindings=(
            _field("Order", "id", Name("Long", 3), Name("Id", 3)),
            _field("Order", "placedAt", Name("Instant", 3)),
            _field("Order", "note", Name("String", 3), _call("Column", name=Text("remark", 3))),
            _field("Order", "total", Name("BigDecimal", 3), Name("Transient", 3)),
            _field("Order", "LIMIT", Name("int", 3), Name("static", 3)),
            _field("Order", "customer", Name("Customer", 3), Name("ManyToOne", 3)),
            _field("Order", "payer", Name("Customer", 3), Name("ManyToOne", 3), _call("JoinColumn", name=Text("paid_by", 3))),
        ),
    )
    got = lines(_run(_customer(), order))
    assert "DECLARE sales.orders(id, placed_at, remark, customer_id, paid_by)" in got
    assert "FK sales.orders.customer_id->customer.id" in got
    assert "FK sales.orders.paid_by->customer.id" in got


def test_a_marked_field_makes_its_class_a_model() -> None:
    tagged = Module(
        "shop/Item.java",
        "java",
        imports=LIBRARY,
        classes=(_class("LineItem"),),
        bindings=(_field("LineItem", "unitPrice", Name("int", 3), _call("Tagged", Text("x", 3))),),
    )
    assert lines(_run(tagged)) == {"DECLARE line_item(unit_price)"}


def _repository(*functions: Function) -> Module:
    base = Item(Name("Repository", 2), Items((Name("Customer", 2), Name("Long", 2)), 2), 2)
    return Module(
        "shop/Customers.java",
        "java",
        imports=LIBRARY,
        classes=(_class("Customers", bases=(base,)),),
        functions=functions,
    )


def test_abstract_methods_of_a_repository_are_accesses_where_they_stand() -> None:
    find = Function("findByMail", "Customers", (Parameter("self"),), (), (), 3, 3, abstract=True)
    remove = Function("deleteByMail", "Customers", (Parameter("self"),), (), (), 4, 4, abstract=True)
    found = _run(_customer(), _repository(find, remove))
    assert [(str(each.place), each.accesses[0].action) for each in found.statements] == [
        ("shop/Customers.java:3", "select"),
        ("shop/Customers.java:4", "delete"),
    ]


def _service(field: Binding, call: str) -> Module:
    function = Function("run", "Service", (Parameter("self"),), (), (), 5, 7)
    use = Call(Member(Name("store", 6), call, 6), (), (), 6)
    return Module(
        "shop/Service.java",
        "java",
        imports=LIBRARY,
        classes=(_class("Service", line=1),),
        functions=(function,),
        bindings=(field,),
        evaluations=(Evaluation(use, "Service.run", 6),),
    )


def test_inherited_methods_of_a_repository_are_accesses_where_they_are_called() -> None:
    service = _service(_field("Service", "store", Name("Customers", 2)), "findAll")
    found = _run(_customer(), _repository(), service)
    assert [str(each.place) for each in found.statements] == ["shop/Service.java:6"]


def test_a_value_of_a_generic_library_type_is_used_like_its_model() -> None:
    generic = Item(Name("Repository", 2), Name("Customer", 2), 2)
    found = _run(_customer(), _service(_field("Service", "store", generic), "save"))
    assert {line for line in lines(found) if "WRITE" in line} == {"WRITE.upsert customer[id]"}
