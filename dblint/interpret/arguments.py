"""Arguments and parts of calls, by syntax alone."""

from collections.abc import Iterator

from dblint.frameworks.schema import Argument
from dblint.interpret.program import Unit
from dblint.model.base import Fact
from dblint.model.syntax import Call, Expression, Items, Literal, Text


def called(call: Call) -> str:
    """Return the last name of what is called."""
    return getattr(call.function, "name", "")


def given(call: Call) -> tuple[Expression, ...]:
    """Return every argument of a call, keywords last."""
    return (*call.arguments, *(value for _, value in call.keywords))


def argument(call: Call, places: tuple[Argument, ...]) -> Expression | None:
    """Return the first argument of a call that stands at one of the places."""
    keywords = dict(call.keywords)
    for place in places:
        if isinstance(place, int):
            if place < len(call.arguments):
                return call.arguments[place]
        elif place in keywords:
            return keywords[place]
    return None


def flag(value: Expression | None, *, default: bool) -> bool:
    """Return the literal truth of an argument, `default` where it is absent or not literal."""
    return bool(value.value) if isinstance(value, Literal) else default


def literal_texts(expression: Expression) -> list[Text]:
    """Return the string literals that an expression is or lists."""
    if isinstance(expression, Items):
        return [item for item in expression.values if isinstance(item, Text)]
    return [expression] if isinstance(expression, Text) else []


def nodes(expression: Expression) -> Iterator[Fact]:
    """Yield every node inside an expression, itself first, without recursion."""
    pending: list[object] = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, Fact):
            yield node
            pending.extend(getattr(node, name) for name in node.__struct_fields__ if name not in {"breaks", "line"})


def calls_of(expression: Expression) -> Iterator[Call]:
    """Yield every call inside an expression, outermost first."""
    return (node for node in nodes(expression) if isinstance(node, Call))


def outermost(unit: Unit) -> Iterator[tuple[Expression, str]]:
    """Yield every outermost expression of a file with its scope: evaluations, values of bindings, returned values."""
    for evaluation in unit.module.evaluations:
        yield evaluation.expression, evaluation.scope
    for binding in unit.module.bindings:
        if binding.value is not None:
            yield binding.value, binding.scope
    for function in unit.module.functions:
        for result in function.returns:
            yield result, function.qualified
