"""Arguments and parts of calls, by syntax alone."""

from dblint.frameworks.schema import Argument
from dblint.model.syntax import Call, Expression, Item, Items, Literal, Mapping, Member, Name, Text


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
        elif (found := _in_options(call, place)) is not None:
            return found
    return None


def _in_options(call: Call, name: str) -> Expression | None:
    """Return the entry of an object of options, as JavaScript has in place of keywords; `a.b` is one of an entry."""
    first, _, further = name.partition(".")
    found = next((value for argument_ in call.arguments if (value := _entry(argument_, first)) is not None), None)
    return _entry(found, further) if found is not None and further else found


def _entry(options: Expression, name: str) -> Expression | None:
    """Return the value of a key of an object that is written out."""
    pairs = options.pairs if isinstance(options, Mapping) else ()
    return next((value for key, value in pairs if isinstance(key, Text) and key.value == name), None)


def flag(value: Expression | None, *, default: bool) -> bool:
    """Return the literal truth of an argument, `default` where it is absent or not literal."""
    return bool(value.value) if isinstance(value, Literal) else default


def literal_texts(expression: Expression) -> list[Text]:
    """Return the string literals that an expression is or lists."""
    if isinstance(expression, Items):
        return [item for item in expression.values if isinstance(item, Text)]
    return [expression] if isinstance(expression, Text) else []


def without_arguments(base: Expression) -> Expression:
    """Return a base class without its type arguments (`Base<Long>`)."""
    return base.value if isinstance(base, Item) and isinstance(base.value, Name | Member) else base


def chain(node: Call) -> list[Call]:
    """Return the calls that a method is called on, the nearest first."""
    found: list[Call] = []
    inner: Expression = node.function
    while isinstance(inner, Member | Call):
        if isinstance(inner, Call):
            found.append(inner)
            inner = inner.function
        else:
            inner = inner.value
    return found
