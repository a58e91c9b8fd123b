"""Alembic: `versions/*.py` with `revision`, `down_revision` and `upgrade()`; order is the revision graph, not the file name.

Source of the operations and their positional order: Alembic's "Operation Reference".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from dblint.migrations import sqlalchemy
from dblint.migrations.code import Code
from dblint.migrations.embedded import Found, change_of, sql_events, unreadable
from dblint.migrations.file import MigrationFile, split
from dblint.migrations.plain_sqlalchemy import PLAIN_CALLS, plain_events
from dblint.migrations.script import revision_header
from dblint.migrations.tool import Tool
from dblint.migrations.written import (
    argument,
    constant,
    is_none,
    method,
    name_of,
    receiver,
    string,
    strings,
    table_name,
    written,
)
from dblint.model.facts import Change
from dblint.model.history import Revision
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Items, Literal, Module, Name

_REVISION = re.compile(r"^revision\s*(?::[^=\n]*)?=", re.MULTILINE)
_DOWN_REVISION = re.compile(r"^down_revision\s*(?::[^=\n]*)?=", re.MULTILINE)
_OPERATIONS_IMPORTED = re.compile(r"^from[ \t]+alembic[ \t]+import\b.*\bop\b", re.MULTILINE)
_UPGRADE = re.compile(r"^def[ \t]+upgrade[ \t]*\(", re.MULTILINE)
_VERSIONS = re.compile(r"(?:^|.*/)versions(?=/|$)")


def _recognise(path: str, text: str) -> MigrationFile | None:
    if "down_revision" not in text and "alembic" not in text:
        return None
    revised = _REVISION.search(text) and _DOWN_REVISION.search(text)
    # A revision may leave its work to `upgrade()` of a module beside it, which has no revision of its own.
    if not revised and not (_OPERATIONS_IMPORTED.search(text) and _UPGRADE.search(text)):
        return None
    folder, name = split(path)
    # Alembic may be told to look for versions in folders below as well.
    match = _VERSIONS.match(folder)
    return MigrationFile(path, "alembic", match.group() if match else folder, (name,))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    revision = Revision(
        name_of(code.constant("revision")),
        (*strings(code.constant("down_revision")), *strings(code.constant("depends_on"))),
        labels=strings(code.constant("branch_labels")),
    )
    changes = list(revision_header(file, revision if revision.name != "*" else None))
    for function in module.functions:
        # `upgrade_<engine>` comes from the template for several databases; the other two from a template for data changes.
        if function.scope or not function.name.startswith(("upgrade", "schema_upgrades", "data_upgrades")):
            continue
        if function.name != "upgrade" and _is_called(code, function.name):
            continue
        connection = function.name.removeprefix("upgrade").lstrip("_") if function.name.startswith("upgrade") else ""
        for call in code.calls(function):
            changes += (change_of(file, found, connection) for found in _events(call, code, dialect))
    return tuple(changes)


def _is_called(code: Code, name: str) -> bool:
    """Whether `upgrade()` itself calls the function, so that it has been followed already."""
    return any(
        isinstance(evaluation.expression, Call) and method(evaluation.expression) == name
        for evaluation in code.module.evaluations
        if evaluation.scope.startswith("upgrade")
    )


class _Batch(NamedTuple):
    """The table that a `batch_alter_table` block leaves out of its operations."""

    table: TableName


def _events(call: Call, code: Code, dialect: Dialect) -> Iterator[Found]:
    name, base = method(call), receiver(call)
    if name in _CAUTIOUS:
        operation, flag = _CAUTIOUS[name]
        yield from (Found(event, call.line) for event in _OPERATIONS[operation](_Arguments(call, None, (flag,))))
        return
    if isinstance(base, Call) and method(base) == "batch_alter_table":
        batch = _Batch(table_name(name_of(argument(base, 0, "table_name")), string(argument(base, 1, "schema"))))
        if name in _OPERATIONS:
            yield from (Found(event, call.line) for event in _OPERATIONS[name](_Arguments(call, batch.table)))
        return
    if name in _OPERATIONS and _is_alembic(call, code):
        yield from (Found(event, call.line) for event in _OPERATIONS[name](_Arguments(call, None)))
    elif name in _ENTITY_OPERATIONS and call.arguments:
        yield from _entity(name, call.arguments[0], call.line, dialect)
    elif _calls_upon(call, code):
        yield unreadable(call.line, f"{name}()")
    else:
        yield from plain_events(call, dialect)


def _calls_upon(call: Call, code: Code) -> bool:
    """Whether the work is left to a function of the project's own that stands elsewhere, as told by its name."""
    base = receiver(call)
    if _HELPER.fullmatch(method(call)) is None or not (base is None or isinstance(base, Name)):
        return False
    origin = code.origin(base if base is not None else call.function)
    return code.is_imported(base if base is not None else call.function) and origin.partition(".")[0] not in _LIBRARIES


def _is_alembic(call: Call, code: Code) -> bool:
    """Whether the operation is Alembic's: called on `op`, on something of unknown origin, or imported from `alembic.op`."""
    base = receiver(call)
    origin = code.origin(base if base is not None else call.function)
    return origin.startswith(("alembic", "op")) or isinstance(base, Name)


class _Arguments(NamedTuple):
    """The arguments of an operation; inside a batch the positions shift by the table that is left out."""

    call: Call
    batch: TableName | None
    more: tuple[str, ...] = ()

    def at(self, position: int, *names: str) -> Expression | None:
        """The argument at a position of the full form after the table."""
        return argument(self.call, position - (self.batch is not None), *names)

    def table(self, position: int, *names: str) -> TableName:
        """The table, as given or as the batch has it."""
        if self.batch is not None:
            return self.batch
        schema = string(argument(self.call, -1, "schema", "source_schema"))
        return table_name(name_of(argument(self.call, position, *names)), schema)

    def flags(self) -> tuple[str, ...]:
        """Flags that every operation may carry."""
        return (*self.more, *(flag for key, flag in _FLAGS.items() if constant(argument(self.call, -1, key)) is True))


_FLAGS = {
    "if_exists": "if-exists",
    "if_not_exists": "if-not-exists",
    "unique": "unique",
    "postgresql_concurrently": "concurrently",
    "postgresql_not_valid": "not-valid",
}


def _create_table(given: _Arguments) -> Iterator[SchemaEvent]:
    yield from sqlalchemy.table_events(given.table(0, "table_name"), given.call.arguments[1:], given.flags())


def _drop_table(given: _Arguments) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.drop", given.table(0, "table_name"), flags=given.flags())


def _rename_table(given: _Arguments) -> Iterator[SchemaEvent]:
    old = given.table(0, "old_table_name")
    new = name_of(argument(given.call, 1, "new_table_name"))
    yield SchemaEvent("table.rename", old, new_name=table_name(new, old.schema))


def _add_column(given: _Arguments) -> Iterator[SchemaEvent]:
    table, column = given.table(0, "table_name"), given.at(1, "column")
    if isinstance(column, Call) and sqlalchemy.is_column(column):
        keys = tuple(sqlalchemy.foreign_keys_of(column))
        yield SchemaEvent("column.add", table, (sqlalchemy.column_of(column),), foreign_keys=keys, flags=given.flags())
        yield from sqlalchemy.column_extras(table, column)
    else:
        yield SchemaEvent("column.add", table, (Column("*"),))


def _drop_column(given: _Arguments) -> Iterator[SchemaEvent]:
    name = name_of(given.at(1, "column_name"))
    yield SchemaEvent("column.drop", given.table(0, "table_name"), (Column(name),), flags=given.flags())


def _alter_column(given: _Arguments) -> Iterator[SchemaEvent]:
    table, name = given.table(0, "table_name"), name_of(given.at(1, "column_name"))
    renamed = given.at(-1, "new_column_name", "name")
    if renamed is not None and not is_none(renamed):
        new = name_of(renamed)
        yield SchemaEvent("column.rename", table, (Column(name),), new_name=TableName(new))
        name = new
    spelling = given.at(-1, "type_")
    if spelling is not None and not is_none(spelling):
        yield SchemaEvent("column.type", table, (Column(name, sqlalchemy.type_of(spelling)),))
    nullable = constant(given.at(-1, "nullable"))
    if isinstance(nullable, bool):
        flag = "drop-not-null" if nullable else "set-not-null"
        yield SchemaEvent("column.nullable", table, (Column(name, nullable=nullable),), flags=(flag,))
    default = given.at(-1, "server_default")
    # `False` says "unchanged", `None` drops the default.
    if default is not None and not (isinstance(default, Literal) and default.value is False):
        flags = ("drop-default",) if is_none(default) else ()
        yield SchemaEvent("column.default", table, (Column(name, default=sqlalchemy.default_of(default)),), flags=flags)


def _create_index(given: _Arguments) -> Iterator[SchemaEvent]:
    table = given.table(1, "table_name")
    names = _columns(given.at(2, "columns"))
    yield SchemaEvent("index.add", table, names=names, object=_object(given, "index_name"), flags=given.flags())


def _drop_index(given: _Arguments) -> Iterator[SchemaEvent]:
    table = given.at(1, "table_name")
    known = given.batch is not None or (table is not None and not is_none(table))
    target = given.table(1, "table_name") if known else TableName("")
    yield SchemaEvent("index.drop", target, object=_object(given, "index_name"), flags=given.flags())


def _create_unique(given: _Arguments) -> Iterator[SchemaEvent]:
    names = _columns(given.at(2, "columns"))
    table = given.table(1, "table_name", "source")
    yield SchemaEvent("unique.add", table, names=names, object=_object(given, "constraint_name"))


def _create_primary_key(given: _Arguments) -> Iterator[SchemaEvent]:
    names = _columns(given.at(2, "columns", "cols"))
    yield SchemaEvent("pk.add", given.table(1, "table_name"), names=names, object=_object(given, "constraint_name"))


def _create_check(given: _Arguments) -> Iterator[SchemaEvent]:
    table = given.table(1, "table_name", "source")
    yield SchemaEvent("check.add", table, object=_object(given, "constraint_name"), flags=given.flags())


def _create_foreign_key(given: _Arguments) -> Iterator[SchemaEvent]:
    name = _object(given, "constraint_name")
    target = table_name(name_of(given.at(2, "referent_table", "referent")), string(argument(given.call, -1, "referent_schema")))
    columns, remote = _columns(given.at(3, "local_cols")), _columns(given.at(4, "remote_cols"))
    key = ForeignKey(columns, target, remote, name=name, on_delete=sqlalchemy.on_delete(given.call))
    table = given.table(1, "source_table", "source")
    yield SchemaEvent("fk.add", table, foreign_keys=(key,), names=columns, object=name, flags=given.flags())


_KINDS = {"unique": "unique.drop", "foreignkey": "fk.drop", "primary": "pk.drop", "check": "check.drop"}


def _drop_constraint(given: _Arguments) -> Iterator[SchemaEvent]:
    # In a batch the type is the second argument, as the table is left out.
    kind = _KINDS.get(string(given.at(2, "type_")) or "", "constraint.drop")
    yield SchemaEvent(kind, given.table(1, "table_name"), object=_object(given, "constraint_name"), flags=given.flags())


def _bulk_insert(given: _Arguments) -> Iterator[SchemaEvent]:
    table = argument(given.call, 0, "table")
    if isinstance(table, Call) and method(table) in ("table", "Table"):
        yield SchemaEvent("data.insert", sqlalchemy.table_of(table))


def _comment(given: _Arguments) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.comment", given.table(0, "table_name"))


def _object(given: _Arguments, name: str) -> str:
    """The name of a constraint or index; it stands first in either form."""
    return string(argument(given.call, 0, name, "name")) or ""


def _columns(expression: Expression | None) -> tuple[str, ...]:
    return strings(expression) if not isinstance(expression, Items) else tuple(map(name_of, expression.values))


_OPERATIONS: Mapping[str, Callable[[_Arguments], Iterator[SchemaEvent]]] = {
    "create_table": _create_table,
    "drop_table": _drop_table,
    "rename_table": _rename_table,
    "create_table_comment": _comment,
    "drop_table_comment": _comment,
    "add_column": _add_column,
    "drop_column": _drop_column,
    "alter_column": _alter_column,
    "create_index": _create_index,
    "drop_index": _drop_index,
    "create_unique_constraint": _create_unique,
    "create_primary_key": _create_primary_key,
    "create_check_constraint": _create_check,
    "create_exclude_constraint": _create_check,
    "create_foreign_key": _create_foreign_key,
    "drop_constraint": _drop_constraint,
    "bulk_insert": _bulk_insert,
}


# What projects call an operation that they wrapped: it has the same arguments.
_CAUTIOUS = {
    f"{operation}_{flag.replace('-', '_')}": (operation, flag)
    for operation in _OPERATIONS
    for flag in ("if-exists", "if-not-exists")
}
_LIBRARIES = ("alembic", "op", "sqlalchemy", "sa", "sqlmodel", "geoalchemy2", "alembic_utils")
_HELPER = re.compile(
    r"\b(?:create|add|drop|remove|delete|rename|alter|change|modify|convert|migrate|move)_[a-z_0-9]+\b(?=\s*\(|$)"
)


_ENTITY_OPERATIONS = ("create_entity", "replace_entity", "drop_entity")
_ENTITIES = {
    "PGView": ("view", "view"),
    "PGMaterializedView": ("materialized view", "matview"),
    "PGFunction": ("function", "routine"),
    "PGTrigger": ("trigger", "trigger"),
}


def _entity(operation: str, entity: Expression, line: int, dialect: Dialect) -> Iterator[Found]:
    """alembic_utils: `PGView(schema=…, signature=…, definition=…)` and its relatives."""
    if not isinstance(entity, Call):
        return
    kind = method(entity)
    schema, signature = string(argument(entity, 0, "schema")), name_of(argument(entity, 1, "signature"))
    definition = written(argument(entity, 2, "definition"))
    if kind not in _ENTITIES:
        return
    word, event = _ENTITIES[kind]
    name = f'"{schema}".{signature}' if schema else signature
    if operation == "drop_entity" or definition is None:
        action = "drop" if operation == "drop_entity" else "create"
        yield Found(SchemaEvent(f"{event}.{action}", TableName(signature.partition("(")[0], schema)), line)
        return
    separator = " as " if "view" in word else " "
    prefix = f"create {'or replace ' if operation == 'replace_entity' else ''}{word} {name}{separator}"
    shifted = definition._replace(
        text=prefix + definition.text, lines=tuple((offset + len(prefix), each) for offset, each in definition.lines)
    )
    yield from sql_events(shifted, dialect)


_CALLS = PLAIN_CALLS | {*_OPERATIONS, *_CAUTIOUS, "batch_alter_table", "run_async", *_ENTITY_OPERATIONS}
TOOL = Tool("alembic", _recognise, read=_read, calls=_CALLS, helpers=_HELPER)
