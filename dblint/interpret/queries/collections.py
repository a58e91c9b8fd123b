"""Collections of document stores, which code names without a call: `client["shop"].orders`, `db.orders`."""

from collections.abc import Iterable, Set
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import Verb, verb_of
from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.callers import passed
from dblint.interpret.evaluation.values import (
    UNKNOWN,
    Bound,
    CallResult,
    Entity,
    Environment,
    External,
    FunctionValue,
    Unknown,
    Value,
    nested,
)
from dblint.interpret.mapping.entities import Model
from dblint.interpret.strings.sinks import packages_of
from dblint.interpret.tree.inside import nodes
from dblint.interpret.tree.units import Unit
from dblint.model.schema import TableName
from dblint.model.syntax import Call, Expression, Item, Name
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

DEEPEST = 3
"""How many functions inside each other may pass the name of a collection on."""
_SERVER = "=server"
"""Stands in a path for a client of which a call named the database."""


def collection(evaluator: "Evaluator", holder: Value, name: str, line: int, at: Environment) -> Entity | None:
    """Return the collection that `holder.name` or `holder[name]` is, None if it is none."""
    if not name or not evaluator.document_stores:
        return None
    found = _database(evaluator, holder, at)
    if found is None:
        return None
    framework, database = found
    rule = framework.collections
    if rule is None or not rule.attributes or name in rule.methods or name.startswith("_") or name in framework.verbs.model:
        return None
    return Entity(named(evaluator, framework, name, database), line)


def looked_up(evaluator: "Evaluator", holder: Value, key: Expression, name: str, at: Environment) -> Entity | None:
    """Return the collection that `holder[key]` is; `name` is the text of the key where the code says it, else settings may."""
    found = _database(evaluator, holder, at) if not name and evaluator.document_stores else None
    if found is not None:
        names = [item.text for item in evaluator.names_in(key, at, found[0].store)]
        name = names[0] if len(names) == 1 and HOLE not in names[0] else ""
    return collection(evaluator, holder, name, key.line, at)


def database_at(evaluator: "Evaluator", holder: Expression, at: Environment) -> Framework | None:
    """Return the framework whose database an expression is, None for anything else."""
    found = _database(evaluator, evaluator.value(holder, at), at)
    return found[0] if found is not None else None


def named(evaluator: "Evaluator", framework: Framework, name: str, database: str) -> Model:
    """Return a collection that code only names; `database` is empty where the connection says which it is."""
    table = TableName(name, schema=None, catalog=database or None, quoted=True)
    key = (framework.name, table)
    if key not in evaluator.collections:
        unit = next(iter(evaluator.program.units.values()))
        evaluator.collections[key] = Model(framework, unit, name, 0, table=table, managed=False)
    return evaluator.collections[key]


def _database(evaluator: "Evaluator", value: Value, at: Environment) -> tuple[Framework, str] | None:
    """Return the framework whose database a value is, with the database's name where the code says it."""
    if isinstance(value, External):
        known = (each for each in evaluator.libraries(value) if each.collections is not None)
        framework = next(known, None)
        return _of_path(framework, value) if framework is not None else None
    hint = value.name if isinstance(value, Bound) and isinstance(value.receiver, Unknown | CallResult) else ""
    return by_hint(evaluator, hint, at) if hint else None


def database(evaluator: "Evaluator", function: External, node: Call, at: Environment) -> External | None:
    """Return the database that a call names (`client.Database("shop")`), as an attribute of a client would be."""
    framework = next((each for each in evaluator.libraries(function) if each.collections is not None), None)
    rule = framework.collections if framework is not None else None
    if framework is None or rule is None or function.last not in rule.databases or not node.arguments:
        return None
    texts = evaluator.texts.of(node.arguments[0], at)
    name = texts[0].text if len(texts) == 1 else ""
    if not name or HOLE in name or "." in name or "/" in name:
        return None
    return External(f"{framework.packages[0]}.{_SERVER}().{name}", function.origin)


def database_of(evaluator: "Evaluator", client: External, name: str) -> External | None:
    """Return the database that `client[name]` is, also where the name is not known; None for anything else."""
    for framework in evaluator.libraries(client):
        rule = framework.collections
        before, made, rest = client.path.rpartition("()")
        if rule is not None and rule.names and made and not rest and before.rpartition(".")[2] in rule.clients:
            known = name if name and not set(name) & set("./()") else rule.names[0]
            return External(f"{client.path}.{known}", client.origin)
    return None


def database_around(framework: Framework, function: External) -> str:
    """Return the name of the database of which a method is called, empty where the code does not say it."""
    found = _of_path(framework, External(function.path.rpartition(".")[0])) if framework.collections is not None else None
    return found[1] if found is not None else ""


def hinted(evaluator: "Evaluator", value: Value, name: str, at: Environment, line: int) -> Value | None:
    """Return the database that a name is taken for of which nothing else is known, or only where it was taken from."""
    known = isinstance(value, Unknown | CallResult)
    found = by_hint(evaluator, name, at) if known or isinstance(value, Bound) else None
    rule = found[0].collections if found is not None else None
    if found is None or rule is None or (rule.attributes and not known):
        return None
    while isinstance(value, Bound):  # `const { database: db } = container.cradle`
        value = value.receiver
    if not isinstance(value, Unknown | CallResult):
        return None
    return Bound(UNKNOWN, name, line) if rule.attributes else External(f"{found[0].packages[0]}.{_SERVER}().{name}")


def by_hint(evaluator: "Evaluator", name: str, at: Environment) -> tuple[Framework, str] | None:
    """Return the framework for which a name alone means a database, in a file that imports it."""
    for framework in evaluator.document_stores:
        rule = framework.collections
        if (
            rule is not None
            and name.strip("_") in rule.names
            and not evaluator.packages(at.unit).isdisjoint(framework.packages)
        ):
            return framework, ""
    return None


def packages(evaluator: "Evaluator", unit: Unit) -> frozenset[str]:
    """Return the packages that a file imports, and those of the document store whose database other code hands to it.

    Such a file imports nothing of the store, and names collections: `module.exports = (db) => db.collection("movies")`.
    """
    own = packages_of(unit)
    stores = evaluator.document_stores if unit.traits.modules == "path" else ()
    if not stores or any(not own.isdisjoint(each.packages) for each in stores):
        return own
    around = evaluator.models.projects.packages(unit)
    words = {called(call) for item in unit.outermost for call in item.calls}
    found = [each for each in stores if not around.isdisjoint(each.packages) and not words.isdisjoint(_referring(each))]
    return own.union(found[0].packages) if len(found) == 1 else own


def _referring(framework: Framework) -> frozenset[str]:
    """Return the calls that give a collection by its name."""
    return frozenset(table.call for table in framework.tables if table.does == "refer")


def _of_path(framework: Framework, value: External) -> tuple[Framework, str] | None:
    """Return the database at the end of a path: `pymongo.MongoClient().shop`, `motor.AsyncIOMotorClient().get_database()`."""
    rule = framework.collections
    before, called, rest = value.path.rpartition("()")
    steps = [step for step in rest.split(".") if step]
    if rule is None or not called:
        return None
    function = before.rpartition(".")[2]
    if function in rule.databases and not steps:
        return framework, ""
    if function in (*rule.clients, _SERVER) and len(steps) == 1 and steps[0] not in rule.methods:
        return framework, "" if steps[0] in rule.names else steps[0]
    return None


def handed(function: External, values: Iterable[Value]) -> tuple[Verb, Entity] | None:
    """Return what a helper of a library does to a collection that it gets, if it is called like a verb of the driver.

    `mongoutil.FindOne(ctx, users, filter)` does to `users` what `users.FindOne` does.
    """
    for value in values:
        if isinstance(value, Entity) and value.model.framework.collections is not None:
            verb = verb_of(value.model.framework.verbs.model, function.last)
            return (verb, value) if verb is not None and verb.does != "nothing" else None
    return None


def given_by(evaluator: "Evaluator", function: FunctionValue, node: Call, at: Environment) -> Entity | None:
    """Return the collection that a function of the tree gives for the name which one call passes to it, None for others."""
    definition = function.definition
    if not definition.parameters or not definition.returns or nested(at) >= DEEPEST:
        return None
    names = {parameter.name for parameter in definition.parameters}
    if not any(_passes_on(result, names) for result in definition.returns):
        return None
    key = (function.unit.path, definition.qualified)
    inside = Environment(function.unit, definition.qualified, passed=tuple(passed(node, function, at)))
    if key in evaluator.following:
        evaluator.program.grounds.cut()
    if not inside.passed or key in evaluator.following or len(evaluator.following) >= DEEPEST:
        return None  # functions that call themselves and each other would be followed along every way through them
    evaluator.following.append(key)
    try:
        for result in definition.returns:
            found = evaluator.value(result, inside)
            if isinstance(found, Entity) and found.model.framework.store != "sql":
                return Entity(found.model, node.line)
    finally:
        evaluator.following.pop()
    return None


def _passes_on(result: Expression, names: Set[str]) -> bool:
    """Return whether something is called with one of these names, or looked up by it; all else costs time and gives nothing."""
    for node in nodes(result):
        given = node.arguments if isinstance(node, Call) else (node.key,) if isinstance(node, Item) else ()
        if any(isinstance(inner, Name) and inner.name in names for each in given for inner in nodes(each)):
            return True
    return False
