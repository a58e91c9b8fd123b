"""What a table class of Slick says besides its columns, and where its name is seen: components that one object is made of.

Source: https://scala-slick.org/doc/stable/schemas.html
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Entity, Environment
from dblint.interpret.mapping.entities import Relation
from dblint.interpret.mapping.fields import attributes
from dblint.interpret.tree.modules import nearest
from dblint.model.schema import TableName
from dblint.model.syntax import Call, Class, Expression, Items, Lambda, Member, Name

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.mapping.entities import Model
    from dblint.interpret.mapping.models import Models
    from dblint.interpret.tree.units import Unit

_FOREIGN_KEY = 4
"""Arguments of `foreignKey(name, columns, table)(targets)`."""


def complete(models: "Models", model: "Model", definition: Class) -> None:
    """Give a table the foreign keys that its members describe."""
    for unit, ancestor in models.ancestry(model.unit, definition):
        at = Environment(unit, ancestor.qualified)
        for attribute in attributes(unit, ancestor, methods=True):
            call = attribute.value
            if isinstance(call, Call) and called(call) == "foreignKey" and len(call.arguments) >= _FOREIGN_KEY - 1:
                _relate(models, model, attribute.target, call, at)


def class_around(at: Environment, name: str) -> "tuple[Unit, Class] | None":
    """Return the class of a name in the scopes around, whatever value has the same name there."""
    scope = at.scope
    while True:
        found = at.unit.classes.get(f"{scope}.{name}" if scope else name)
        if found is not None or not scope:
            return (at.unit, found) if found is not None else None
        scope = scope.rpartition(".")[0]


def table_named(evaluator: "Evaluator", name: str, at: Environment, line: int) -> Entity | None:
    """Return the table of a name that a file has from a component or an object made of some (`import Tables._`).

    It is the nearest class of the name, or the nearest value that holds its query.
    """
    places = _places(evaluator).get(name, {})
    path = nearest(at.unit.path, places) if places else None
    if path is None:
        return None
    unit, definition = places[path]
    model = evaluator.models.of(unit, definition)
    return Entity(model, line) if model is not None and model.table is not None else None


def _places(evaluator: "Evaluator") -> "dict[str, dict[str, tuple[Unit, Class]]]":
    """Return the table classes of a program by their names and those of the values that hold their queries, by file."""
    return evaluator.program.grounds.remembered(evaluator.gathered, "slick", lambda: _all_places(evaluator), {})


def _all_places(evaluator: "Evaluator") -> "dict[str, dict[str, tuple[Unit, Class]]]":
    found: defaultdict[str, dict[str, tuple[Unit, Class]]] = defaultdict(dict)
    for unit, definition in evaluator.program.deriving("Table"):
        if unit.module.language == "scala" and definition.scope:
            found[definition.name][unit.path] = (unit, definition)
    for unit in evaluator.program.units.values():
        for binding in unit.module.bindings if unit.module.language == "scala" else ():
            if isinstance(binding.value, Call) and called(binding.value) == "TableQuery" and binding.scope in unit.classes:
                for part in (*binding.value.arguments, *(value for _, value in binding.value.keywords)):
                    name = called(part) if isinstance(part, Call) else getattr(part, "name", "")
                    if (held := found.get(name, {}).get(unit.path)) is not None:
                        found[binding.target].setdefault(unit.path, held)
    return dict(found)


def _relate(models: "Models", model: "Model", name: str, call: Call, at: Environment) -> None:
    target = models.value_of(call.arguments[2], at)
    columns = [model.column_of(each) or each for each in _names(call.arguments[1])]
    if not columns or not isinstance(target, Entity):
        return
    relation = Relation(name, "column", target.model, call.line, at.unit.path, column=columns[0])
    aimed = call.arguments[3] if len(call.arguments) >= _FOREIGN_KEY else None
    named = list(_names(aimed.body)) if isinstance(aimed, Lambda) else []
    relation.target_columns = tuple(target.model.column_of(each) or each for each in named)
    relation.target_table = TableName(target.model.table.name, target.model.table.schema) if target.model.table else None
    model.relations[name] = relation


def _names(expression: Expression) -> Iterator[str]:
    match expression:
        case Name(name=name) | Member(name=name):
            yield name
        case Items(values=values):
            for value in values:
                yield from _names(value)
