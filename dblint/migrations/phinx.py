"""Phinx, and CakePHP's migrations, which are Phinx: `$this->table('t')->addColumn(…)->create()` in `change` or `up`.

What a table is told is done when `create`, `update` or `save` is called on it. Source: "Writing Migrations" of Phinx's
documentation.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from dblint.migrations.chains import entries, links
from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, altered, default_of, deletion, names_of, qualified, sql_in
from dblint.migrations.embedded import Found, change_of
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.written import argument, constant, method, name_of, string
from dblint.model.facts import Change
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Module

_MARK = re.compile(r"\bextends\s+[\w\\]*(?:AbstractMigration|BaseMigration)\b")
_OURS = re.compile(r"\bPhinx\\|\buse\s+\\?Migrations\\|extends\s+\\?Migrations\\")
_TYPES = {
    "string": "varchar",
    "biginteger": "bigint",
    "smallinteger": "smallint",
    "tinyinteger": "tinyint",
    "datetime": "timestamp",
    "double": "double precision",
    "binary": "blob",
}
_WAYS = ("change", "up")
Options = Mapping[str, Expression]


def _recognise(path: str, text: str) -> MigrationFile | None:
    if "Migration" not in text or not _MARK.search(text) or not _OURS.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "phinx", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    reading = _Reading(dialect)
    for function in module.functions:
        if function.name in _WAYS and function.scope.count(".") == 0:
            for call in code.calls(function):
                reading.read(links(call))
    reading.finish()
    return tuple(change_of(file, found) for found in reading.found)


class _Table:
    """One `$this->table(…)`: what it was told since it was last written."""

    def __init__(self, call: Call) -> None:
        self.name = qualified(name_of(argument(call, 0)))
        self.options = entries(argument(call, 1))
        self.parts = Parts()
        self.changed: list[Found] = []


class _Reading:
    """One pass over the chains of a migration."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.found: list[Found] = []
        self.tables: dict[Call, _Table] = {}
        self.done: set[Call] = set()

    def read(self, chain: tuple[Call, ...]) -> None:
        """One statement: a table's chain, or SQL."""
        for position, call in enumerate(chain):
            kind = method(call)
            if kind == "table":
                table = self.tables.setdefault(call, _Table(call))
                self._told(table, chain[position + 1 :])
                return
            if kind in ("execute", "query") and call not in self.done:
                self.done.add(call)
                self.found += sql_in(argument(call, 0), call.line, self.dialect)
            elif kind == "dropTable":
                self.found.append(Found(SchemaEvent("table.drop", qualified(name_of(argument(call, 0)))), call.line))

    def _told(self, table: _Table, calls: tuple[Call, ...]) -> None:
        for call in calls:
            # A variable stands for the chain that it was given, which was read before.
            if call in self.done:
                continue
            self.done.add(call)
            kind = method(call)
            if kind == "create":
                self._create(table, call)
            elif kind in ("save", "update"):
                self._save(table, call.line)
            elif kind in _ADDING:
                _ADDING[kind](table, call)
            elif kind in _CHANGING:
                table.changed += (Found(event, call.line) for event in _CHANGING[kind](table.name, call))

    def finish(self) -> None:
        """What was told last: the first versions of Phinx renamed and dropped at once."""
        for call, table in self.tables.items():
            self._save(table, call.line)

    def _save(self, table: _Table, line: int) -> None:
        self.found += table.changed
        self.found += (Found(event, line) for event in table.parts.added(table.name))
        table.parts, table.changed = Parts(), []

    def _create(self, table: _Table, call: Call) -> None:
        parts, options = table.parts, table.options
        identity, primary = options.get("id"), names_of(options.get("primary_key"))
        if primary:
            parts.primary = primary
        if identity is None or constant(identity) is not False:
            name = string(identity) or "id"
            if not any(column.name == name for column in parts.columns):
                parts.columns.insert(0, Column(name, "integer", False, None, True, not primary))
        self.found += (Found(event, call.line) for event in parts.created(table.name))
        table.parts = Parts()


def _described(call: Call) -> Column:
    """A column; whether one may be null when nothing is said differs between versions of Phinx."""
    options = entries(argument(call, 2))
    kind = (string(argument(call, 1)) or "*").lower()
    spelled = _TYPES.get(kind, kind)
    limit, precision, scale = (constant(options.get(word)) for word in ("limit", "precision", "scale"))
    if spelled in ("varchar", "char"):
        spelled = f"{spelled}({limit if isinstance(limit, int) else 255})"
    elif spelled == "decimal" and isinstance(precision, int):
        spelled = f"decimal({precision},{scale})" if isinstance(scale, int) else f"decimal({precision})"
    null = constant(options.get("null"))
    nullable = null if isinstance(null, bool) else None
    return Column(
        name_of(argument(call, 0)),
        spelled,
        nullable,
        default_of(options.get("default")),
        constant(options.get("identity")) is True,
    )


def _add_column(table: _Table, call: Call) -> None:
    table.parts.columns.append(_described(call))


def _add_timestamps(table: _Table, call: Call) -> None:
    created = string(argument(call, 0)) or "created_at"
    updated = string(argument(call, 1)) or "updated_at"
    table.parts.columns += (Column(created, "timestamp", False, "now()"), Column(updated, "timestamp", True))


def _add_index(table: _Table, call: Call) -> None:
    options = entries(argument(call, 1))
    unique = constant(options.get("unique")) is True
    event = SchemaEvent(
        "unique.add" if unique else "index.add",
        table.name,
        names=names_of(argument(call, 0)),
        object=string(options.get("name")) or "",
    )
    table.parts.others.append(event)


def _add_foreign_key(table: _Table, call: Call) -> None:
    named = method(call) == "addForeignKeyWithName"
    columns, target, remote = (argument(call, position + named) for position in range(3))
    name = string(argument(call, 0)) or "" if named else string(entries(argument(call, 3)).get("constraint")) or ""
    gone = deletion(entries(argument(call, 3 + named)).get("delete"))
    key = ForeignKey(names_of(columns), qualified(name_of(target)), names_of(remote) or ("id",), name=name, on_delete=gone)
    table.parts.keys.append(key)


_ADDING: Mapping[str, Callable[[_Table, Call], None]] = {
    "addColumn": _add_column,
    "addTimestamps": _add_timestamps,
    "addTimestampsWithTimezone": _add_timestamps,
    "addIndex": _add_index,
    "addForeignKey": _add_foreign_key,
    "addForeignKeyWithName": _add_foreign_key,
}


def _remove_column(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("column.drop", table, (Column(name_of(argument(call, 0))),))


def _rename_column(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    new = TableName(name_of(argument(call, 1)))
    yield SchemaEvent("column.rename", table, (Column(name_of(argument(call, 0))),), new_name=new)


def _change_column(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    yield from altered(table, _described(call))


def _rename(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.rename", table, new_name=qualified(name_of(argument(call, 0)), table.schema))


def _drop(table: TableName, _call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.drop", table)


def _dropped(kind: str) -> Callable[[TableName, Call], Iterator[SchemaEvent]]:
    def told(table: TableName, call: Call) -> Iterator[SchemaEvent]:
        if method(call).endswith("ByName"):
            yield SchemaEvent(kind, table, object=name_of(argument(call, 0)))
        else:
            yield SchemaEvent(kind, table, names=names_of(argument(call, 0)), object=string(argument(call, 1)) or "")

    return told


_CHANGING: Mapping[str, Callable[[TableName, Call], Iterator[SchemaEvent]]] = {
    "removeColumn": _remove_column,
    "renameColumn": _rename_column,
    "changeColumn": _change_column,
    "rename": _rename,
    "drop": _drop,
    "removeIndex": _dropped("index.drop"),
    "removeIndexByName": _dropped("index.drop"),
    "dropForeignKey": _dropped("fk.drop"),
}

TOOL = Tool("phinx", _recognise, read=_read)
