"""Names that a context's model changes: the conventions of EFCore.NamingConventions, and extensions that rename every table.

Source: https://github.com/efcore/EFCore.NamingConventions; `SetTableName(…Underscore())` in a loop over the entity types.
"""

from collections.abc import Iterator

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.tree.inside import nodes
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Call, Class, Item, Member, Name

CONVENTIONS = {
    "UseSnakeCaseNamingConvention": "efcore_snake",
    "UseLowerCaseNamingConvention": "lower",
    "UseUpperCaseNamingConvention": "upper",
    "UseUpperSnakeCaseNamingConvention": "efcore_upper_snake",
    "UseCamelCaseNamingConvention": "efcore_camel",
}
# What a project's own function calls to make a snake: Humanizer's Underscore, and functions of that name.
_SNAKES = frozenset({"Underscore", "ToSnakeCase", "SnakeCase", "ToSnake", "ToUnderscoreCase", "ToUnderscore"})
_LOWERS = frozenset({"lower", "ToLowerInvariant"})


def renaming(program: Program, unit: Unit, definition: Class) -> tuple[str, bool]:
    """Return the convention of a context, and whether it changes names that are written out, too."""
    custom = _in_model(program, unit, definition)
    if custom:
        return custom, True
    for holder, scope, call, outer in _used(program):
        if holder is unit and (scope == definition.qualified or scope.startswith(definition.qualified + ".")):
            return CONVENTIONS[called(call)], False
        if _concerns(program, definition, holder, scope, outer):
            return CONVENTIONS[called(call)], False
    return "", False


def _used(program: Program) -> Iterator[tuple[Unit, str, Call, tuple[Call, ...]]]:
    """Yield every call of a convention, with the calls of the expression that it stands in."""
    for unit in program.units.values():
        if unit.traits.namespaces:
            for item in unit.outermost:
                for call in item.calls:
                    if called(call) in CONVENTIONS:
                        yield unit, item.scope, call, item.calls


def _concerns(program: Program, definition: Class, unit: Unit, scope: str, calls: tuple[Call, ...]) -> bool:
    """Return whether a convention is set where a context is registered: by its name, or by a function that is given it."""
    kinds = [kind for call in calls for name, kind in call.keywords if name == "<>"]
    if any(_is(kind, definition.name) for kind in kinds):
        return True
    function = unit.functions.get(scope)
    if function is None:
        return False
    # the statements of a longer lambda stand by themselves: the registration is another expression of the function
    around = [call for item in unit.outermost if item.scope == scope for call in item.calls]
    registered = [
        kind for call in around if called(call).startswith("AddDbContext") for name, kind in call.keywords if name == "<>"
    ]
    if any(_is(kind, definition.name) for kind in registered):
        return True
    if not registered:
        return False
    return any(
        called(call) == function.name and any(name == "<>" and _is(kind, definition.name) for name, kind in call.keywords)
        for other in program.units.values()
        if other.traits.namespaces
        for item in other.outermost
        for call in item.calls
    )


def _is(kind: object, name: str) -> bool:
    parts = getattr(kind, "values", (kind,))
    return any(isinstance(part, Name | Member) and part.name == name for part in parts)


def _in_model(program: Program, unit: Unit, definition: Class) -> str:
    """Return the convention of a function of the tree that the model's builder is handed to and that renames every table."""
    inside = f"{definition.qualified}.OnModelCreating"
    names = {called(call) for item in unit.outermost if item.scope == inside for call in item.calls}
    names |= {inside.rpartition(".")[2]}
    for other in program.units.values():
        if not other.traits.namespaces:
            continue
        for item in other.outermost:
            function = item.scope.rpartition(".")[2]
            if function not in names or (function == "OnModelCreating" and (other is not unit or item.scope != inside)):
                continue
            for call in item.calls:
                if called(call) == "SetTableName":
                    words = {called(node) for part in call.arguments for node in nodes(part) if isinstance(node, Call)}
                    if words & _SNAKES:
                        return "rails"
                    if words & _LOWERS:
                        return "lower"
    return ""


__all__ = ["CONVENTIONS", "Item", "renaming"]
