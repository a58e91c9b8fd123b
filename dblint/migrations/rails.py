"""Rails: `db/migrate/<time>_<name>.rb` with `change` or `up`, and `db/schema.rb`, which is the end of it all.

`down`, and `dir.down` in `reversible`, never count. Source of the statements: the API documentation of
`ActiveRecord::Migration` and `ActiveRecord::ConnectionAdapters::SchemaStatements`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from dblint.migrations import rails_columns as columns
from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, names_of, qualified, sql_in
from dblint.migrations.embedded import Found, change_of
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.written import argument, constant, method, name_of, receiver, string
from dblint.model.facts import Change
from dblint.model.schema import Column, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Items, Module
from dblint.naming.joining import Relation, activerecord
from dblint.naming.plural import singular

_MIGRATION = re.compile(r"<\s*ActiveRecord::Migration\b")
_SCHEMA = re.compile(r"^\s*ActiveRecord::Schema(?:\[[\d.]+\])?\.define\b", re.MULTILINE)
_DEFINING = frozenset({"create_table", "create_join_table"})
_BLOCKS = frozenset(
    {"create_table", "create_join_table", "change_table", "drop_table", "drop_join_table", "create_virtual_table"}
)


def _recognise(path: str, text: str) -> MigrationFile | None:
    folder, name = split(path)
    if _SCHEMA.search(text):
        return MigrationFile(path, "rails-schema", folder, natural(name))
    if not _MIGRATION.search(text):
        return None
    return MigrationFile(path, "rails", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    return tuple(change_of(file, found) for found in _events(_steps(code), dialect))


def _steps(code: Code) -> list[Call]:
    """What a migration does on the way up, in the order of its lines."""
    calls = list(code.module_calls())
    for function in code.module.functions:
        scope = function.qualified.split(".")
        inside = scope[1:] if len(scope) > 1 else scope
        # A block without parameters is a function of its own, in the function around it: `reversible { |d| d.up { … } }`.
        if inside[0] in ("change", "up", "self") and not {"down", "revert"} & set(inside):
            calls += code.calls(function)
    return sorted(calls, key=lambda call: call.line)


def _events(calls: Sequence[Call], dialect: Dialect) -> Iterator[Found]:
    blocks: defaultdict[Call, list[Call]] = defaultdict(list)
    for call in calls:
        base = receiver(call)
        if isinstance(base, Call) and method(base) in _BLOCKS:
            blocks[base].append(call)
    done: set[Call] = set()
    for call in calls:
        kind, base = method(call), receiver(call)
        if isinstance(base, Call) and method(base) in _BLOCKS:
            if base not in done and method(base) == "change_table":
                done.add(base)
                yield from _change_table(base, blocks[base])
        elif kind in _DEFINING:
            yield from (Found(event, call.line) for event in _create_table(call, blocks[call]))
        elif kind == "execute":
            yield from sql_in(argument(call, 0), call.line, dialect)
        elif kind in _STATEMENTS and not isinstance(base, Call):
            yield from (Found(event, call.line) for event in _STATEMENTS[kind](call))


def _create_table(call: Call, block: Sequence[Call]) -> Iterator[SchemaEvent]:
    options, parts = columns.options_of(call), Parts()
    joining = method(call) == "create_join_table"
    table = _join_table(call) if joining else columns.table_of(argument(call, 0))
    keys = names_of(options.get("primary_key"))
    identity = constant(options.get("id")) is not False and not isinstance(options.get("primary_key"), Items)
    if joining:
        for each in call.arguments[:2]:
            parts.columns.append(Column(f"{singular(name_of(each))}_id", "bigint", nullable=False))
    elif identity:
        kind = string(options.get("id")) or "bigint"
        parts.columns.append(Column(keys[0] if keys else "id", columns.type_of(kind, {}), False, None, True, True))
    else:
        parts.primary = keys
    for each in block:
        columns.said(table, each, parts)
    flags = ("if-not-exists",) if constant(options.get("if_not_exists")) is True else ()
    partial = ("as-select",) if "as" in options else ()
    yield from parts.created(table, (*flags, *partial))


def _join_table(call: Call) -> TableName:
    named = string(argument(call, -1, "table_name"))
    if named:
        return qualified(named)
    one, other = (name_of(argument(call, position)) for position in (0, 1))
    return qualified(activerecord(Relation("", one, "", other)))


def _change_table(call: Call, block: Sequence[Call]) -> Iterator[Found]:
    table = columns.table_of(argument(call, 0))
    for each in block:
        parts = Parts()
        changed = columns.said(table, each, parts)
        yield from (Found(event, each.line) for event in (*changed, *parts.added(table)))


def _table(call: Call) -> TableName:
    return columns.table_of(argument(call, 0))


def _name(call: Call, position: int) -> str:
    return name_of(argument(call, position))


def _drop_table(call: Call) -> Iterator[SchemaEvent]:
    options = columns.options_of(call)
    flags = ("cascade",) if string(options.get("force")) == "cascade" else ()
    exists = ("if-exists",) if constant(options.get("if_exists")) is True else ()
    for each in call.arguments:
        yield SchemaEvent("table.drop", columns.table_of(each), flags=(*flags, *exists))


def _drop_join_table(call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.drop", _join_table(call))


def _rename_table(call: Call) -> Iterator[SchemaEvent]:
    old, new = _table(call), columns.table_of(argument(call, 1))
    yield SchemaEvent("table.rename", old, new_name=new if new.schema else qualified(new.name, old.schema))


def _add_column(call: Call) -> Iterator[SchemaEvent]:
    options = columns.options_of(call)
    added = columns.column(_name(call, 1), _name(call, 2), options)
    yield SchemaEvent("column.add", _table(call), (added,))


def _add_columns(call: Call) -> Iterator[SchemaEvent]:
    options = columns.options_of(call)
    kind = string(options.get("type")) or "text"
    for each in call.arguments[1:]:
        yield SchemaEvent("column.add", _table(call), (columns.column(name_of(each), kind, options),))


def _remove_column(call: Call) -> Iterator[SchemaEvent]:
    yield from columns.dropped(_table(call), (_name(call, 1),))


def _remove_columns(call: Call) -> Iterator[SchemaEvent]:
    yield from columns.dropped(_table(call), (name for each in call.arguments[1:] for name in names_of(each)))


def _rename_column(call: Call) -> Iterator[SchemaEvent]:
    yield columns.renamed(_table(call), _name(call, 1), _name(call, 2))


def _change_column(call: Call) -> Iterator[SchemaEvent]:
    yield from columns.changed(_table(call), _name(call, 1), _name(call, 2), columns.options_of(call))


def _change_null(call: Call) -> Iterator[SchemaEvent]:
    table, name = _table(call), _name(call, 1)
    if argument(call, 3) is not None:
        yield SchemaEvent("data.update", table, names=(name,))
    yield columns.nullable(table, name, allowed=constant(argument(call, 2)) is True)


def _change_default(call: Call) -> Iterator[SchemaEvent]:
    yield columns.changed_default(_table(call), _name(call, 1), argument(call, 2), columns.options_of(call))


def _add_reference(call: Call) -> Iterator[SchemaEvent]:
    table, parts = _table(call), Parts()
    columns.reference(table, _name(call, 1), columns.options_of(call), parts)
    yield from parts.added(table)


def _remove_reference(call: Call) -> Iterator[SchemaEvent]:
    yield from columns.dropped(_table(call), columns.reference_columns(_name(call, 1), columns.options_of(call)))


def _add_timestamps(call: Call) -> Iterator[SchemaEvent]:
    for column in columns.timestamps(columns.options_of(call)):
        yield SchemaEvent("column.add", _table(call), (column,))


def _remove_timestamps(call: Call) -> Iterator[SchemaEvent]:
    yield from columns.dropped(_table(call), ("created_at", "updated_at"))


def _add_index(call: Call) -> Iterator[SchemaEvent]:
    yield columns.index(_table(call), argument(call, 1), columns.options_of(call))


def _remove_index(call: Call) -> Iterator[SchemaEvent]:
    yield columns.unindexed(_table(call), argument(call, 1), columns.options_of(call))


def _add_foreign_key(call: Call) -> Iterator[SchemaEvent]:
    yield columns.foreign_key(_table(call), argument(call, 1), columns.options_of(call))


def _remove_foreign_key(call: Call) -> Iterator[SchemaEvent]:
    yield columns.unkeyed(_table(call), argument(call, 1), columns.options_of(call))


def _unique(call: Call) -> Iterator[SchemaEvent]:
    kind = "unique.add" if method(call).startswith("add") else "unique.drop"
    name = string(argument(call, -1, "name")) or ""
    yield SchemaEvent(kind, _table(call), names=names_of(argument(call, 1)), object=name)


def _named(kind: str) -> Callable[[Call], Iterator[SchemaEvent]]:
    def told(call: Call) -> Iterator[SchemaEvent]:
        yield SchemaEvent(kind, _table(call), object=string(argument(call, -1, "name")) or "")

    return told


def _renamed(kind: str) -> Callable[[Call], Iterator[SchemaEvent]]:
    def told(call: Call) -> Iterator[SchemaEvent]:
        yield SchemaEvent(kind, _table(call), new_name=TableName(_name(call, 1)))

    return told


_STATEMENTS: Mapping[str, Callable[[Call], Iterator[SchemaEvent]]] = {
    "drop_table": _drop_table,
    "drop_join_table": _drop_join_table,
    "rename_table": _rename_table,
    "add_column": _add_column,
    "add_columns": _add_columns,
    "remove_column": _remove_column,
    "remove_columns": _remove_columns,
    "rename_column": _rename_column,
    "change_column": _change_column,
    "change_column_null": _change_null,
    "change_column_default": _change_default,
    "add_reference": _add_reference,
    "add_belongs_to": _add_reference,
    "remove_reference": _remove_reference,
    "remove_belongs_to": _remove_reference,
    "add_timestamps": _add_timestamps,
    "remove_timestamps": _remove_timestamps,
    "add_index": _add_index,
    "remove_index": _remove_index,
    "rename_index": _named("index.rename"),
    "add_foreign_key": _add_foreign_key,
    "remove_foreign_key": _remove_foreign_key,
    "validate_foreign_key": _named("constraint.validate"),
    "add_check_constraint": _named("check.add"),
    "remove_check_constraint": _named("check.drop"),
    "validate_check_constraint": _named("constraint.validate"),
    "add_exclusion_constraint": _named("check.add"),
    "remove_exclusion_constraint": _named("check.drop"),
    "add_unique_constraint": _unique,
    "remove_unique_constraint": _unique,
    "change_table_comment": _named("table.comment"),
    "change_column_comment": _named("table.comment"),
    "create_enum": _named("type.create"),
    "drop_enum": _named("type.drop"),
    "rename_enum": _renamed("type.rename"),
    "add_enum_value": _named("enum.add_value"),
    "rename_enum_value": _named("enum.rename_value"),
    "create_schema": _named("schema.create"),
    "drop_schema": _named("schema.drop"),
    "rename_schema": _renamed("schema.rename"),
    "enable_extension": _named("extension.create"),
    "disable_extension": _named("extension.drop"),
    "create_virtual_table": _named("table.create"),
    # Scenic and fx.
    "create_view": _named("view.create"),
    "update_view": _named("view.replace"),
    "replace_view": _named("view.replace"),
    "drop_view": _named("view.drop"),
    "create_function": _named("routine.create"),
    "update_function": _named("routine.replace"),
    "drop_function": _named("routine.drop"),
    "create_trigger": _named("trigger.create"),
    "drop_trigger": _named("trigger.drop"),
    "revert": _named("opaque"),
}

TOOL = Tool("rails", _recognise, read=_read)
SCHEMA = Tool("rails-schema", _recognise, read=_read)
