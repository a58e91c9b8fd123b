"""Django's database routers of the common shape: a class that sends the models of certain apps to one database.

https://docs.djangoproject.com/en/5.2/topics/db/multi-db/#using-routers: the labels stand in an attribute of the class, or in a
dictionary from label to alias; what a router decides otherwise is not known.
"""

from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dblint.interpret.connecting.settings import Settings
from dblint.interpret.evaluation.values import Environment
from dblint.interpret.specific.django import app_folder, app_label
from dblint.interpret.tree.units import Unit
from dblint.model.facts import Declaration, RawStatement
from dblint.model.schema import TableName
from dblint.model.syntax import Call, Class, Expression, Items, Text
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

_SETTING = "DATABASE_ROUTERS"
_DECIDES = ("db_for_write", "db_for_read")


def routes(evaluator: "Evaluator", settings: Settings) -> dict[str, str]:
    """The alias of the database of each app folder that a router sends away from the default one."""
    program = evaluator.program
    found: dict[str, str] = {}
    for unit in program.units.values():
        for binding in unit.bindings.get(("", _SETTING), ()):
            project = dirname(dirname(unit.path))
            names = [each.value for each in getattr(binding.value, "values", ()) if isinstance(each, Text)]
            aliases = {label: alias for name in reversed(names) for label, alias in _routed(evaluator, settings, unit, name)}
            for path, other in program.units.items() if aliases else ():
                if path.startswith(f"{project}/" if project else "") and path.endswith(
                    ("models.py", "apps.py", "models/__init__.py")
                ):
                    alias = aliases.get(app_label(program, other, evaluator.texts))
                    if alias:
                        found[app_folder(program, path)] = alias
    return found


def _routed(evaluator: "Evaluator", settings: Settings, near: Unit, name: str) -> Iterator[tuple[str, str]]:
    """The labels that one router knows, with the alias for each."""
    module, _, last = name.rpartition(".")
    path = evaluator.program.file_of(near.path, module)
    unit = evaluator.program.units.get(path) if path else None
    router = unit.classes.get(last) if unit is not None else None
    if unit is None or router is None:
        return
    alias = _alias(settings, unit, router)
    for binding in unit.members.get(router.qualified, ()):
        if binding.value is None:
            continue
        for entries in settings.mappings(binding.value, Environment(unit, router.qualified)):
            yield from ((label, value.value) for label, (value, _) in entries.items() if isinstance(value, Text))
        for label in _labels(binding.value) if alias else ():
            yield label, alias


def _labels(value: Expression) -> Iterable[str]:
    """The strings of a set, list or tuple, `frozenset([…])` too."""
    inner = value.arguments[0] if isinstance(value, Call) and value.arguments else value
    return [each.value for each in inner.values if isinstance(each, Text)] if isinstance(inner, Items) else []


def _alias(settings: Settings, unit: Unit, router: Class) -> str:
    """The one alias that a router returns."""
    for name in _DECIDES:
        function = unit.functions.get(f"{router.qualified}.{name}")
        if function is not None:
            at = Environment(unit, function.qualified)
            known = {written.text for result in function.returns for written in settings.of(result, at)}
            sure = sorted(text for text in known if text and HOLE not in text and text != "default")
            if len(sure) == 1:
                return sure[0]
    return ""


def routed_tables(declarations: Iterable[Declaration], folders: Mapping[str, str]) -> dict[TableName, str]:
    """The alias of each table whose model stands in one of the app folders."""
    return {
        model.table: alias
        for model in declarations
        for folder, alias in folders.items()
        if model.how == "django" and model.place.path.startswith(f"{folder}/")
    }


def sent(statements: Iterable[RawStatement], tables: Mapping[TableName, str]) -> Iterator[RawStatement]:
    """The statements with the connection that a router chooses for queries which name none."""
    for statement in statements:
        if statement.how == "django" and any(access.table in tables and not access.connection for access in statement.accesses):
            accesses = (
                replace(access, connection=access.connection or tables.get(access.table, "")) for access in statement.accesses
            )
            yield replace(statement, accesses=tuple(accesses))
        else:
            yield statement
