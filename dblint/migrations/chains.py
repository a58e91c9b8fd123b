"""Chains and callbacks: how migrations outside Python say what they do (`table.string("a").notNullable()`, blocks, lambdas)."""

from collections.abc import Callable, Iterable, Iterator

from dblint.migrations.code import Code
from dblint.model.syntax import Call, Choice, Expression, Items, Lambda, Mapping, Member, Name, Spread, Text

Known = Callable[[Call], bool]


def links(call: Call) -> tuple[Call, ...]:
    """The calls of a chain, the one that is made first at the beginning."""
    found = [call]
    base = call.function.value if isinstance(call.function, Member) else None
    while base is not None:
        if isinstance(base, Call):
            found.append(base)
            base = base.function.value if isinstance(base.function, Member) else None
        else:
            base = base.value if isinstance(base, Member) else None
    return tuple(reversed(found))


def root(expression: Expression) -> Expression:
    """What stands at the beginning of a chain: a name, or something that was not read."""
    while isinstance(expression, Call | Member):
        if isinstance(expression, Member):
            expression = expression.value
        elif isinstance(expression.function, Member):
            expression = expression.function.value
        else:
            return expression.function
    return expression


def inside(code: Code, expression: Expression | None) -> Iterator[Call]:
    """The calls that a function makes which is given as an argument: an anonymous one, or one of the module."""
    if isinstance(expression, Lambda):
        yield from _stated(expression.body)
    elif isinstance(expression, Name) and (function := code.callback(expression.name)) is not None:
        yield from code.calls(function)


def _stated(body: Expression) -> Iterator[Call]:
    if isinstance(body, Call):
        yield body
    elif isinstance(body, Items | Choice):
        for each in body.values if isinstance(body, Items) else body.options:
            yield from _stated(each)
    elif isinstance(body, Mapping):
        for _, value in body.pairs:
            yield from _stated(value)


def known_calls(code: Code, calls: Iterable[Call], known: Known, *, whole: bool = False) -> Iterator[Call]:
    """The calls that a tool knows, in order; those in the arguments of all others too (`Promise.all`, transactions).

    Each link of a chain by itself, or only the last one, which is the `whole` chain.
    """
    for call in calls:
        if whole and known(call):
            yield call
        else:
            yield from _within(code, call, known, 0)


def _within(code: Code, call: Call, known: Known, depth: int) -> Iterator[Call]:
    for link in links(call):
        if known(link):
            yield link
        elif depth < _DEEPEST:
            for argument in (*link.arguments, *(value for _, value in link.keywords)):
                yield from _argued(code, argument, known, depth + 1)


def _argued(code: Code, argument: Expression, known: Known, depth: int) -> Iterator[Call]:
    if isinstance(argument, Call):
        yield from _within(code, argument, known, depth)
    elif isinstance(argument, Spread):
        yield from _argued(code, argument.value, known, depth)
    elif isinstance(argument, Items):
        for each in argument.values:
            yield from _argued(code, each, known, depth)
    else:
        for call in inside(code, argument):
            yield from _within(code, call, known, depth)


_DEEPEST = 12


def entries(expression: Expression | None) -> dict[str, Expression]:
    """The entries of an object literal, by the names that are written."""
    if not isinstance(expression, Mapping):
        return {}
    return {
        key.value if isinstance(key, Text) else key.name: value
        for key, value in expression.pairs
        if isinstance(key, Text | Name)
    }
