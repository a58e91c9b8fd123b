"""Parts of expressions that build strings, by syntax alone."""

from collections.abc import Sequence

from dblint.interpret.evaluation.values import Environment
from dblint.model.syntax import Call, Expression, Items, Literal, Operation

SAME = frozenset(
    {
        "toString",
        "trim",
        "stripIndent",
        "trimIndent",
        "trimMargin",
        "strip",
        "squish",
        "strip_heredoc",
        "freeze",
        "chomp",
        "lstrip",
        "rstrip",
        "encode",
        "decode",
        "as_string",
        "bindparams",
        "columns",
        "resolve",
        "absolute",
    }
)
"""Methods that leave a text what it is, as far as its tables go."""


def terms(expression: Expression) -> list[Expression]:
    """Return the terms of a chain of `+`, left to right, without recursion."""
    terms: list[Expression] = []
    while isinstance(expression, Operation) and expression.operator == "+":
        terms.append(expression.right)
        expression = expression.left
    terms.append(expression)
    return terms[::-1]


def entries(items: Items, key: Expression) -> tuple[Expression, ...]:
    """Return the elements that a key may mean: the one at a literal position, else all."""
    if not isinstance(key, Literal):
        return items.values
    position = key.value
    if isinstance(position, int) and -len(items.values) <= position < len(items.values):
        return (items.values[position],)
    return ()


def steps_to_file(name: str, value: Expression, call: Call) -> Sequence[Expression]:
    """Return the steps of the path to the file that a method reads; nothing for any other method."""
    match name:
        case "read" | "read_text" | "read_bytes":
            return call.arguments if name == "read_text" and len(call.arguments) > 1 else (value,)
        case "get_data":
            return call.arguments[1:]
        case "ReadFile":  # Go's os.ReadFile, embed.FS
            return call.arguments[-1:]
    return ()


def giver_of(where: Environment, at: Environment) -> tuple[str, str] | None:
    """Return the (path, scope) of a part of a text, None if that is there wherever the text itself is.

    Statements of a module always run, and what a class or its constructor says holds for all its methods.
    """
    scope = where.scope.removesuffix(".__init__").removesuffix(".constructor")
    if not scope:
        return None
    within = where.unit is at.unit and f"{at.scope}.".startswith(f"{scope}.")
    return None if within else (where.unit.path, scope)
