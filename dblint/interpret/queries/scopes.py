"""Queries that a model names in its class: `scope :published, -> { where(published: true) }`."""

from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Environment, Mention, Query, carried, parts
from dblint.interpret.mapping.entities import Model
from dblint.model.syntax import Call

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator


def query(evaluator: "Evaluator", model: Model, name: str, line: int) -> Query | None:
    """Return the query that a model, a base of it or a mixin gives a name; what it joins was written down where it stands."""
    rule = model.framework.model
    if rule is None or not (rule.scopes or rule.scope_prefix) or model.definition is None:
        return None
    for unit, definition in evaluator.models.ancestry(model.unit, model.definition):
        method = f"{definition.qualified}.{rule.scope_prefix}{name[:1].upper()}{name[1:]}"
        if rule.scope_prefix and method in unit.functions:
            return Query(model, model.framework.name, line, [Mention(model, "read", line, None)])
        for binding in unit.bindings.get((definition.qualified, name), ()):
            if isinstance(binding.value, Call) and called(binding.value) in rule.scopes:
                found = Query(model, model.framework.name, line, [Mention(model, "read", line, None)])
                inside = Environment(unit, definition.qualified)
                for argument in binding.value.arguments[1:]:
                    for part in parts(carried(evaluator.value(argument, inside))):
                        if isinstance(part, Query):
                            found.carried += [each for each in part.carried if each is not model]
                return found
    return None
