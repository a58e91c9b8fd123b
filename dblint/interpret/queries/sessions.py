"""Sessions: the objects of a library that rows are handed to (`context.Add(order)`), where nothing else takes them."""

from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework
from dblint.interpret.evaluation.values import Bound, ClassValue, External, Object, Query, Several, Value
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Class, Expression, Item

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator


def is_session(evaluator: "Evaluator", receiver: Value, framework: Framework) -> bool:
    """Return whether a method is called on a session of a framework, or anywhere if it names no types of sessions.

    A class of the tree counts by what it derives from, an interface by the classes that have it.
    """
    if not framework.sessions:
        return True
    if isinstance(receiver, Bound):  # the method itself
        receiver = receiver.receiver
    if isinstance(receiver, Several):
        return any(is_session(evaluator, part, framework) for part in receiver.values)
    if isinstance(receiver, Query):
        return receiver.framework == framework.name
    if isinstance(receiver, External):
        steps = {step.removesuffix("()") for step in receiver.path.split(".")}
        return not steps.isdisjoint(framework.sessions)
    if not isinstance(receiver, Object | ClassValue):
        return False
    return _descends(evaluator, receiver.unit, receiver.definition, framework) or any(
        _descends(evaluator, unit, definition, framework)
        for unit, definition in evaluator.program.deriving(receiver.definition.name)
        if any(above[1] is receiver.definition for above in evaluator.models.ancestry(unit, definition))
    )


def _descends(evaluator: "Evaluator", unit: Unit, definition: Class, framework: Framework) -> bool:
    for _, above in evaluator.models.ancestry(unit, definition):
        if any(_name(base) in framework.sessions for base in above.bases):
            return True
    return False


def _name(base: Expression) -> str:
    return str(getattr(base.value if isinstance(base, Item) else base, "name", ""))
