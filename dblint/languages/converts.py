"""What several grammars write alike: converters that adapters share, and helpers of their own converters."""

from tree_sitter import Node

from dblint.languages.reader import Convert, Reader, field, line_of, meaningful
from dblint.model.syntax import Call, Choice, Expression, Items, Lambda, Literal, Member, Name, Opaque, Operation, Spread


def as_name(reader: Reader, node: Node, _: int) -> Expression:
    """A name."""
    return Name(reader.text(node), line_of(node))


def as_constant(value: bool | None) -> Convert:
    """A converter of a keyword that stands for a value."""
    return lambda _reader, node, _depth: Literal(value, line_of(node))


def as_boolean(reader: Reader, node: Node, _: int) -> Expression:
    """`true` or `false`, where both are of one kind."""
    return Literal(reader.text(node) == "true", line_of(node))


def as_nothing(_reader: Reader, node: Node, _: int) -> Expression:
    """What stands for no value."""
    return Literal(None, line_of(node))


def as_first(reader: Reader, node: Node, depth: int) -> Expression:
    """What stands first inside: of parentheses, `await`, `x as T` and all else that leaves a value as it is."""
    children = meaningful(node)
    return reader.read(children[0], depth) if children else Opaque(line_of(node))


def as_last(reader: Reader, node: Node, depth: int) -> Expression:
    """What stands last inside: of `<T> x`, of an assignment inside an expression."""
    children = meaningful(node)
    return reader.read(children[-1], depth) if children else Opaque(line_of(node))


def as_items(reader: Reader, node: Node, depth: int) -> Expression:
    """All that stands inside: of lists, tuples and their like."""
    return Items(reader.all(node.named_children, depth), line_of(node))


def as_spread(reader: Reader, node: Node, depth: int) -> Expression:
    """What a list, or the arguments of a call, take out of another one."""
    return Spread(as_first(reader, node, depth), line_of(node))


def as_binary(reader: Reader, node: Node, depth: int) -> Expression:
    """An operation on two sides, by its own operator."""
    left, right = reader.read(field(node, "left"), depth), reader.read(field(node, "right"), depth)
    return Operation(field(node, "operator").type, left, right, line_of(node))


def handed_on(reader: Reader, function: Member) -> Expression:
    """What a reference to a method of an object does that matters (`orders::save`): it hands what it is given on.

    That of a class (`User::getName`) names a property at least as often.
    """
    holder = function.value.name if isinstance(function.value, Name | Member) else ""
    if function.name not in reader.calls or not holder[:1].islower():
        return function
    reader.found = True
    return Lambda(("it",), Call(function, (Name("it", function.line),), (), function.line), function.line)


def options_of(expression: Expression) -> tuple[Expression, ...]:
    """What an expression may be: the options of a choice, else itself."""
    return expression.options if isinstance(expression, Choice) else (expression,)


def one_or_items(keys: tuple[Expression, ...], line: int) -> Expression:
    """A single key, or all of several."""
    return keys[0] if len(keys) == 1 else Items(keys, line)


def keep_aside(reader: Reader, condition: Node, depth: int) -> None:
    """Keeps what decides between values, if it matters by itself."""
    found, reader.found = reader.found, False
    deciding = reader.read(condition, depth)
    if reader.found:
        reader.asides.append((condition, deciding))
    reader.found = found


def without_root(value: Expression | None) -> Expression | None:
    """What a chain of additions adds to its first term."""
    terms: list[Expression] = []
    while isinstance(value, Operation):
        terms.append(value.right)
        value = value.left
    if not terms:
        return value
    added = terms.pop()
    while terms:
        added = Operation("+", added, terms.pop(), added.line)
    return added
