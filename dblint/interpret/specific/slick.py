"""What a table class of Slick says besides its columns: foreign keys, and the queries that lines of a comprehension make.

Source: https://scala-slick.org/doc/stable/schemas.html
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Entity, Environment
from dblint.interpret.mapping.entities import Relation
from dblint.interpret.mapping.fields import attributes
from dblint.model.schema import TableName
from dblint.model.syntax import Call, Class, Expression, Items, Lambda, Member, Name

if TYPE_CHECKING:
    from dblint.interpret.mapping.entities import Model
    from dblint.interpret.mapping.models import Models

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
