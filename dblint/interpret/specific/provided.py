"""What NestJS injects for a token: `{provide: "CAT_MODEL", useFactory: (connection) => connection.model("Cat", CatSchema)}`.

Source: https://docs.nestjs.com/fundamentals/custom-providers.
"""

from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import UNKNOWN, Entity, Environment, FunctionValue, Value
from dblint.interpret.tree.inside import nodes
from dblint.model.syntax import Call, Expression, Lambda, Mapping, Text
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

_MAKES = ("useFactory", "useValue")
Provided = dict[str, tuple[Expression, Environment]]


def injected(evaluator: "Evaluator", node: Call, at: Environment) -> Entity | None:
    """Return the model that is injected for the token of an annotation (`@Inject("CAT_MODEL")`), None for anything else."""
    if called(node) != "Inject" or len(node.arguments) != 1 or at.unit.traits.modules != "path":
        return None
    provided = evaluator.program.grounds.remembered(evaluator.gathered, "provided", lambda: _all(evaluator), {})
    found = provided.get(_token(evaluator, node.arguments[0], at))
    value = _made(evaluator, *found) if found is not None else UNKNOWN
    return Entity(value.model, node.line) if isinstance(value, Entity) else None


def _made(evaluator: "Evaluator", maker: Expression, at: Environment) -> Value:
    """Return what a factory gives, or a value itself."""
    if isinstance(maker, Lambda):
        return evaluator.value(maker.body, at)
    value = evaluator.value(maker, at)
    return evaluator.returned(value) if isinstance(value, FunctionValue) else value


def _all(evaluator: "Evaluator") -> Provided:
    """Return what makes the value of each token, where it stands."""
    found: Provided = {}
    for unit in evaluator.program.units.values():
        written = [(binding.value, binding.scope) for binding in unit.module.bindings if binding.value is not None]
        written += [(decorator, each.scope) for each in unit.module.classes for decorator in each.decorators]
        for expression, scope in written if unit.traits.modules == "path" else ():
            for node in nodes(expression):
                pairs = node.pairs if isinstance(node, Mapping) else ()
                entries = {key.value: value for key, value in pairs if isinstance(key, Text)}
                maker = next((entries[name] for name in _MAKES if name in entries), None)
                if maker is not None and "provide" in entries:
                    at = Environment(unit, scope)
                    found.setdefault(_token(evaluator, entries["provide"], at), (maker, at))
    found.pop("", None)
    return found


def _token(evaluator: "Evaluator", written: Expression, at: Environment) -> str:
    texts = [item.text for item in evaluator.texts.of(written, at) if HOLE not in item.text]
    return texts[0] if len(texts) == 1 else ""
