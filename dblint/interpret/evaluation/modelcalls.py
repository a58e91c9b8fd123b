"""Calls that give a model by its name: `apps.get_model("app", "Model")`, `mongoose.model("Cat")`, `TableQuery[Users]`."""

from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import UNKNOWN, ClassValue, Entity, Environment, Instance, Object, Value
from dblint.model.syntax import Call, Expression, Member, Name, Text
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator


def named_model(evaluator: "Evaluator", node: Call, at: Environment) -> Entity | None:
    """Return the model of a call that names it: by strings, by its type, or by a row (`new TableQuery(new Users(_))`)."""
    name = called(node)
    if name not in evaluator.model_calls:
        return None
    kind = dict(node.keywords).get("<>")
    first: Value = UNKNOWN
    if kind is not None:
        first = _adopted(evaluator, evaluator.type(kind, at), name, at)
    elif node.arguments:
        first = evaluator.value(node.arguments[0], at)
    of_class = kind is not None or at.unit.traits.modules == "path"  # `getModelForClass(User)` of Typegoose
    if isinstance(first, Entity if of_class else Instance) and name in first.model.framework.model_calls:
        return Entity(first.model, node.line)
    texts = [text for argument in node.arguments if (text := _class_named(evaluator, argument, at))]
    if not texts or len(texts) < len(node.arguments):
        return None
    for framework in evaluator.frameworks:
        if name in framework.model_calls:
            model = evaluator.models.named(".".join(texts), at.unit, framework)
            model = model or evaluator.defined.named(texts[-1], at.unit, framework)
            if model is not None and model.framework is framework:
                return Entity(model, node.line)
    return None


def _adopted(evaluator: "Evaluator", value: Value, name: str, at: Environment) -> Value:
    """Return a class as a model, where a framework that the file uses takes any class for one."""
    if not isinstance(value, ClassValue | Object):
        return value
    for framework, rule in evaluator.models.with_rules:
        if rule.by_use and name in framework.model_calls and not evaluator.packages(at.unit).isdisjoint(framework.packages):
            return evaluator.models.adopted(value.unit, value.definition, framework) or value
    return value


def _class_named(evaluator: "Evaluator", argument: Expression, at: Environment) -> str:
    """Return the name that a string or a constant holds, or the class whose name is asked for (`Cat.name`)."""
    if isinstance(argument, Text):
        return argument.value
    if isinstance(argument, Name | Member) and at.unit.traits.modules == "path":
        texts = [item.text for item in evaluator.texts.of(argument, at) if HOLE not in item.text]
        if len(texts) == 1:
            return texts[0]
    holder = argument.value if isinstance(argument, Member) and argument.name == "name" else None
    return holder.name if isinstance(holder, Name) and holder.name[:1].isupper() else ""
