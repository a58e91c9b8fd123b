"""Options of a model class, by the place where a framework expects them."""

import re
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import argument, called
from dblint.interpret.evaluation.values import Environment
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import (
    Binding,
    Call,
    Class,
    Expression,
    Items,
    Literal,
    Mapping,
    Member,
    Operation,
    Template,
    Text,
)

if TYPE_CHECKING:
    from dblint.interpret.mapping.models import Models

Found = tuple[Expression, Environment]
_PLACE = re.compile(r"(?P<owner>@?\w+)\((?P<keyword>\w+)\)(?:\.(?P<entry>\w+))?")


def option(
    models: "Models", at: tuple[Unit, Class], place: str, *, inherit: bool, mixins_only: bool = False, nested: bool = False
) -> Found | None:
    """Return the expression at a place of a class (see `ModelRule`), looked up in its bases too when it is inherited.

    With `mixins_only`, a base that is itself a mapped model does not pass its option on. With `nested`, the class that holds
    the options (`Meta`) may have them from its own bases.
    """
    for unit, definition in models.ancestry(*at) if inherit else [at]:
        if mixins_only and definition is not at[1]:
            known = models.of(unit, definition)
            if known is not None and known.table is not None:
                continue
        found = _own(models, unit, definition, place) or (_of_nested(models, unit, definition, place) if nested else None)
        if found is not None:
            return named_after(found[0], at[1].name), found[1]
    return None


def named_after(expression: Expression, name: str) -> Expression:
    """Return an expression with `cls.__name__` replaced by a class's name, as a `declared_attr` computes it per subclass."""
    match expression:
        case Member(name="__name__", line=line):
            return Text(name, line)
        case Call(function=function, arguments=arguments, keywords=keywords, line=line):
            return Call(named_after(function, name), tuple(named_after(item, name) for item in arguments), keywords, line)
        case Member(value=value, name=member, line=line):
            return Member(named_after(value, name), member, line)
        case Operation(operator=operator, left=left, right=right, line=line):
            return Operation(operator, named_after(left, name), named_after(right, name), line)
        case Template(parts=parts, line=line):
            return Template(tuple(named_after(part, name) for part in parts), line)
        case _:
            return expression


def _own(models: "Models", unit: Unit, definition: Class, place: str) -> Found | None:
    """Return the expression at a place of one class itself."""
    inside = Environment(unit, definition.qualified)
    if match := _PLACE.fullmatch(place):
        if match["owner"] == "class":
            return _keyword(definition.keywords, match["keyword"], Environment(unit, definition.scope))
        if match["owner"].startswith("@"):
            found = _annotated(definition, match["owner"][1:], match["keyword"], Environment(unit, definition.scope))
            return _entry(found[0], match["entry"], found[1]) if found is not None and match["entry"] else found
        call = _value(unit, definition.qualified, match["owner"])
        found = _keyword(call.keywords, match["keyword"], inside) if isinstance(call, Call) else None
        return _entry(found[0], match["entry"], inside) if found is not None and match["entry"] else found
    if place.startswith("@"):
        carried = [item for item in definition.decorators if getattr(getattr(item, "function", item), "name", "") == place[1:]]
        constant = _value(unit, definition.qualified, place)  # a module attribute of Elixir
        if constant is not None:
            return constant, inside
        return (Literal(True, carried[0].line), inside) if carried else None
    owner, _, name = place.partition(".")
    if not name:
        value = _value(unit, definition.qualified, owner)
        return (value, inside) if value is not None else _computed(models, unit, definition, owner)
    nested = f"{definition.qualified}.{owner}"
    if nested in unit.classes:
        value = _value(unit, nested, name)
        return (value, Environment(unit, nested)) if value is not None else None
    return _entry(_value(unit, definition.qualified, owner), name, inside)


def _annotated(definition: Class, name: str, place: str, where: Environment) -> Found | None:
    """Return an argument of an annotation of the class; of a repeated one the first that has it."""
    for decorator in definition.decorators:
        if isinstance(decorator, Call) and called(decorator) == name:
            found = argument(decorator, (int(place) if place.isdigit() else place,))
            if found is not None:
                return found, where
    return None


def _of_nested(models: "Models", unit: Unit, definition: Class, place: str) -> Found | None:
    """Return an option that a nested class has from its bases (`class Meta(Base.Meta)`)."""
    owner, _, name = place.partition(".")
    holder = unit.classes.get(f"{definition.qualified}.{owner}")
    if not name or holder is None:
        return None
    for above, inherited in models.ancestry(unit, holder)[1:]:
        value = _value(above, inherited.qualified, name)
        if value is not None:
            return value, Environment(above, inherited.qualified)
    return None


def _keyword(keywords: tuple[tuple[str, Expression], ...], name: str, where: Environment) -> Found | None:
    return next(((value, where) for keyword, value in keywords if keyword == name), None)


def _entry(holder: Expression | None, name: str, where: Environment) -> Found | None:
    """Return the entry of a dictionary, which may be the last element of a tuple (`__table_args__`)."""
    if isinstance(holder, Items) and holder.values:
        holder = holder.values[-1]
    pairs = holder.pairs if isinstance(holder, Mapping) else ()
    return next(((value, where) for key, value in pairs if isinstance(key, Text) and key.value == name), None)


def _computed(models: "Models", unit: Unit, definition: Class, name: str) -> Found | None:
    """Return what a `declared_attr` method of that name returns, or Go's `TableName()`."""
    found = models.program.method(unit, definition, name)
    if found is not None and found[1].returns:
        return found[1].returns[0], Environment(found[0], found[1].qualified)
    return None


def _value(unit: Unit, scope: str, name: str) -> Expression | None:
    bound: tuple[Binding, ...] = unit.bindings.get((scope, name), ())
    return bound[-1].value if bound else None


def truth(found: Found | None, *, default: bool = False) -> bool:
    """Return the literal truth of an option, `default` when it is absent or not literal."""
    if found is None or not isinstance(found[0], Literal):
        return default
    return bool(found[0].value)


def target_text(expression: Expression) -> str:
    """Return the string of a literal, else an empty string."""
    return expression.value if isinstance(expression, Text) else ""
