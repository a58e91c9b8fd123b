"""Closed expressions: their parts, the elements of literal lists, and what picking and adding make of them."""

from collections.abc import Iterator
from itertools import islice

from dblint.model.syntax import (
    Call,
    Choice,
    Each,
    Expression,
    Item,
    Items,
    Literal,
    Member,
    Name,
    Operation,
    Spread,
    Template,
    Text,
)
from dblint.model.syntax import Mapping as Pairs

LONGEST_LOOP = 500
_LARGEST_ARGUMENT = 5_000


def names_in(expression: Expression) -> Iterator[str]:
    """The names that an expression uses, those bound inside it included."""
    waiting = [expression]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Name):
            yield each.name
        else:
            waiting += children(each)


def children(expression: Expression) -> tuple[Expression, ...]:
    """The parts of an expression."""
    match expression:
        case Call():
            return (expression.function, *expression.arguments, *(value for _, value in expression.keywords))
        case Member() | Spread():
            return (expression.value,)
        case Item():
            return (expression.value, expression.key)
        case Items():
            return expression.values
        case Template():
            return expression.parts
        case Operation():
            return (expression.left, expression.right)
        case Choice():
            return expression.options
        case Pairs():
            return tuple(part for pair in expression.pairs for part in pair)
        case Each():
            loops = tuple(part for loop in expression.loops for part in loop)
            return (expression.element, *loops, *expression.conditions)
    return ()


def elements(iterable: Expression) -> tuple[Expression, ...]:  # noqa: C901 -- one case for each form
    """The elements of a literal list, dictionary, `.items()` of one, `enumerate`, `sorted`, `zip` or `range` of literals."""
    match iterable:
        case Items():
            return iterable.values
        case Pairs():
            return tuple(key for key, _ in iterable.pairs)
        case Call(function=Member(value=Pairs() as pairs, name="items")):
            return tuple(Items(pair, iterable.line) for pair in pairs.pairs)
        case Call(function=Member(value=Pairs() as pairs, name="values")):
            return tuple(value for _, value in pairs.pairs)
        case Call(function=Member(value=Pairs() as pairs, name="keys")):
            return tuple(key for key, _ in pairs.pairs)
        case Call(function=Name(name="sorted" | "list" | "tuple" | "set" | "reversed"), arguments=(inner, *_)):
            return elements(inner)
        case Call(function=Name(name="enumerate"), arguments=(inner, *_)):
            line = iterable.line
            return tuple(Items((Literal(number, line), each), line) for number, each in enumerate(elements(inner)))
        case Call(function=Name(name="zip")):
            rows = zip(*map(elements, iterable.arguments), strict=False)
            return tuple(Items(row, iterable.line) for row in rows)
        case Call(function=Name(name="range")):
            numbers = [each.value for each in iterable.arguments if isinstance(each, Literal) and isinstance(each.value, int)]
            if numbers and len(numbers) == len(iterable.arguments) <= 2:
                return tuple(Literal(number, iterable.line) for number in islice(range(*numbers), LONGEST_LOOP))
    return ()


def bound(target: Expression, value: Expression) -> dict[str, Expression]:
    """The names that a loop target binds to an element."""
    if isinstance(target, Name):
        return {target.name: value}
    if isinstance(target, Items) and isinstance(value, Items):
        names: dict[str, Expression] = {}
        for inner, part in zip(target.values, value.values, strict=False):
            names |= bound(inner, part)
        return names
    return {}


def picked(expression: Item) -> Expression:
    """`values[0]` or `mapping["key"]` as the value it picks, where that is known."""
    match expression:
        case Item(value=Items(values=values), key=Literal(value=int(index))) if -len(values) <= index < len(values):
            return values[index]
        case Item(value=Pairs(pairs=pairs), key=Text(value=wanted)):
            return next((value for key, value in pairs if isinstance(key, Text) and key.value == wanted), expression)
    return expression


def combined(expression: Operation) -> Expression:
    """The sum of two lists as one list; any other operation as it is."""
    if expression.operator == "+" and isinstance(expression.left, Items) and isinstance(expression.right, Items):
        return Items((*expression.left.values, *expression.right.values), expression.line)
    return expression


def is_small(expression: Expression) -> bool:
    """Whether an expression is small enough to be handed on from call to call."""
    waiting, count = [expression], 0
    while waiting and count <= _LARGEST_ARGUMENT:
        waiting += children(waiting.pop())
        count += 1
    return count <= _LARGEST_ARGUMENT
