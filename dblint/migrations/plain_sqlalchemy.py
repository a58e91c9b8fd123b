"""Plain SQLAlchemy in a migration: SQL that is executed, tables and types that are created or dropped."""

from collections.abc import Iterator

from dblint.migrations import sqlalchemy
from dblint.migrations.embedded import Found, sql_events, unreadable
from dblint.migrations.written import argument, constant, method, receiver, string, table_name, written
from dblint.model.schema import SchemaEvent
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Name, Opaque

PLAIN_CALLS = frozenset({"execute", "exec_driver_sql", "scalar", "scalars", "create", "drop"})


# What Core builds statements with; what is read by these changes no schema.
_CORE = frozenset(
    {"select", "insert", "update", "delete", "union", "union_all", "exists", "func", "and_", "or_", "text", "DDL"}
)
_READING = frozenset({"read", "read_text", "load", "render", "getvalue"})


def _is_hidden(statement: Expression | None) -> bool:
    """Whether what is executed comes from somewhere that the migration does not show: a parameter, a file, a function."""
    if isinstance(statement, Name | Opaque):
        return True
    if not isinstance(statement, Call):
        return False
    return method(statement) in _READING or (isinstance(statement.function, Name) and statement.function.name not in _CORE)


def plain_events(call: Call, dialect: Dialect) -> Iterator[Found]:
    """The events of one call."""
    name, base = method(call), receiver(call)
    if name in ("execute", "exec_driver_sql", "scalar", "scalars"):
        statement = argument(call, 0, "sqltext", "statement")
        text = written(statement)
        if text is not None:
            yield from sql_events(text, dialect)
        elif statement is not None and (found := sqlalchemy.core_write(statement)) is not None:
            yield Found(SchemaEvent(found[0], found[1]), call.line)
        elif _is_hidden(statement):
            yield unreadable(call.line)
    elif name in ("create", "drop") and isinstance(base, Call):
        guard = "if-not-exists" if name == "create" else "if-exists"
        flags = (guard,) if constant(argument(call, 1, "checkfirst")) is True else ()
        if method(base) == "Table" and name == "create":
            events = sqlalchemy.table_events(sqlalchemy.table_of(base), base.arguments[2:], flags)
            yield from (Found(event, base.line) for event in events)
        elif method(base) == "Table":
            yield Found(SchemaEvent("table.drop", sqlalchemy.table_of(base), flags=flags), call.line)
        elif method(base) in ("Enum", "ENUM"):
            spelled = table_name(sqlalchemy.type_of(base) or "*", string(argument(base, -1, "schema")))
            yield Found(SchemaEvent(f"type.{name}", spelled, flags=flags), call.line)
