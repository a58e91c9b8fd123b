"""gormigrate of Go: a list of `gormigrate.Migration{ID, Migrate, Rollback}`; each ID is a step, `Rollback` never counts.

The calls of a closure stand in the function around it, so a closure's are those between its line and the next field's.
Source: gormigrate's README, and the interface `Migrator` of GORM.
"""

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec

from dblint.migrations.chains import links
from dblint.migrations.code import Code
from dblint.migrations.definitions import qualified, sql_in
from dblint.migrations.embedded import Found, change_of
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.written import argument, method, string
from dblint.model.facts import Change
from dblint.model.schema import Column, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Member, Module, Name
from dblint.naming import words
from dblint.naming.conventions import gorm

_MARK = re.compile(r"\bgormigrate\.(?:Migration\b|New\()")


def _recognise(path: str, text: str) -> MigrationFile | None:
    if not _MARK.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "gormigrate", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    steps = list(_steps(module))
    starts = sorted({line for step in steps for line in _lines(step)})
    calls = [call for function in module.functions for call in code.calls(function)]
    changes: list[Change] = []
    for step in steps:
        way, identity = argument(step, -1, "Migrate"), string(argument(step, -1, "ID")) or ""
        if isinstance(way, Name | Member):
            function = next((each for each in module.functions if each.name == way.name), None)
            done = list(code.calls(function)) if function is not None else []
        elif way is not None:
            end = next((line for line in starts if line > way.line), 1 << 40)
            done = [call for call in calls if way.line <= call.line < end]
        else:
            done = []
        for call in dict.fromkeys(done):
            for link in links(call):
                changes += (change_of(file, each, changeset=identity) for each in _events(link, dialect))
    return tuple(changes)


def _steps(module: Module) -> Iterator[Call]:
    """Every migration that is written down, in the order of its line."""
    found: dict[Call, None] = {}
    pending: list[object] = [module]
    while pending:
        node = pending.pop()
        if isinstance(node, Call) and method(node) == "Migration" and any(name == "Migrate" for name, _ in node.keywords):
            found[node] = None
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, msgspec.Struct):
            pending.extend(getattr(node, name) for name in node.__struct_fields__)
    yield from sorted(found, key=lambda call: call.line)


def _lines(step: Call) -> Iterator[int]:
    yield step.line
    yield from (value.line for name, value in step.keywords if name in ("Migrate", "Rollback"))


def _events(call: Call, dialect: Dialect) -> Iterator[Found]:
    kind = method(call)
    if kind == "Exec":
        yield from sql_in(argument(call, 0), call.line, dialect)
    elif kind in _OPERATIONS:
        yield from (Found(event, call.line) for event in _OPERATIONS[kind](call))


def _table(expression: Expression | None) -> TableName:
    """A table by its name, or by a value of its model, whose name GORM turns into the table's."""
    named = string(expression)
    if named is not None:
        return qualified(named)
    if isinstance(expression, Call):
        expression = expression.function
    if isinstance(expression, Name | Member):
        return qualified(gorm(expression.name))
    return qualified("*")


def _column(call: Call, position: int) -> str:
    """A column, which may be given by the name of its field."""
    return words.gorm(string(argument(call, position)) or "*")


def _drop_table(call: Call) -> Iterator[SchemaEvent]:
    for each in call.arguments:
        yield SchemaEvent("table.drop", _table(each), flags=("if-exists",))


def _rename_table(call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.rename", _table(argument(call, 0)), new_name=_table(argument(call, 1)))


def _on_column(kind: str) -> Callable[[Call], Iterator[SchemaEvent]]:
    def told(call: Call) -> Iterator[SchemaEvent]:
        if len(call.arguments) == 2:
            yield SchemaEvent(kind, _table(argument(call, 0)), (Column(_column(call, 1)),))

    return told


def _rename_column(call: Call) -> Iterator[SchemaEvent]:
    if len(call.arguments) == 3:
        new = TableName(_column(call, 2))
        yield SchemaEvent("column.rename", _table(argument(call, 0)), (Column(_column(call, 1)),), new_name=new)


def _named(kind: str) -> Callable[[Call], Iterator[SchemaEvent]]:
    def told(call: Call) -> Iterator[SchemaEvent]:
        if len(call.arguments) == 2:
            yield SchemaEvent(kind, _table(argument(call, 0)), object=string(argument(call, 1)) or "*")

    return told


# What creates tables and adds columns from models is read where the models are: `AutoMigrate`, `CreateTable`.
_OPERATIONS: Mapping[str, Callable[[Call], Iterator[SchemaEvent]]] = {
    "DropTable": _drop_table,
    "RenameTable": _rename_table,
    "AddColumn": _on_column("column.add"),
    "DropColumn": _on_column("column.drop"),
    "RenameColumn": _rename_column,
    "DropConstraint": _named("constraint.drop"),
    "DropIndex": _named("index.drop"),
}

TOOL = Tool("gormigrate", _recognise, read=_read, keeps_module=True)
