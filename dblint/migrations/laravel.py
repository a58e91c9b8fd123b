"""Laravel: `database/migrations/<date>_name.php`, whose `up()` calls `Schema::create('t', fn (Blueprint $t) => …)`.

Source of the methods and of what a column is when nothing is said: Laravel's documentation of migrations and `Blueprint`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from dblint.migrations.chains import inside, links
from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, altered, default_of, deletion, names_of, qualified, sized, sql_in
from dblint.migrations.embedded import Found, change_of
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.ups import ups
from dblint.migrations.written import argument, constant, method, name_of, string
from dblint.model.facts import Change
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Member, Module, Name
from dblint.naming import words
from dblint.naming.plural import doctrine

_MARK = re.compile(r"\bextends\s+Migration\b")
_SCHEMA = re.compile(r"\bSchema::|\bDB::")


def _recognise(path: str, text: str) -> MigrationFile | None:
    if "Migration" not in text or not _MARK.search(text) or not _SCHEMA.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "laravel", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    changes: list[Change] = []
    for up in ups(code):
        connection = string(code.attribute(up.scope, "connection")) or ""
        # The lines of a closure stand in the function around it, each with the call that the closure was passed to.
        chains = [links(call) for call in code.calls(up)]
        lines: defaultdict[int, list[tuple[Call, ...]]] = defaultdict(list)
        for chain in chains:
            position = _opening(chain)
            if position is not None and len(chain) > position + 1:
                lines[chain[position].line].append(chain[position + 1 :])
        for chain in chains:
            position = _opening(chain)
            if position is not None and len(chain) > position + 1:
                continue
            named = next((string(argument(each, 0)) for each in chain if method(each) == "connection"), None) or connection
            body = lines[chain[position].line] if position is not None else []
            changes += (change_of(file, found, named) for found in _events(code, chain, body, dialect))
    return tuple(changes)


def _opening(chain: Sequence[Call]) -> int | None:
    """Where in a chain `Schema::create` or `Schema::table` stands."""
    for position, call in enumerate(chain):
        if method(call) in ("create", "table") and len(call.arguments) >= 2:
            return position
    return None


def _events(code: Code, chain: Sequence[Call], body: Sequence[tuple[Call, ...]], dialect: Dialect) -> Iterator[Found]:
    last = chain[-1]
    kind = method(last)
    if kind in ("statement", "unprepared"):
        yield from sql_in(argument(last, 0), last.line, dialect)
    elif kind in ("create", "table") and len(last.arguments) >= 2:
        said = [*body, *(links(call) for call in inside(code, argument(last, 1)))]
        table = qualified(name_of(argument(last, 0)))
        if kind == "create":
            parts = Parts()
            for line in said:
                _say(table, parts, line)
            yield from (Found(event, last.line) for event in parts.created(table))
        else:
            yield from _altered(table, said)
    elif kind in _SCHEMAS:
        yield from (Found(event, last.line) for event in _SCHEMAS[kind](last))


def _altered(table: TableName, said: Sequence[tuple[Call, ...]]) -> Iterator[Found]:
    for line in said:
        parts = Parts()
        changed = _say(table, parts, line)
        yield from (Found(event, line[0].line) for event in (*changed, *parts.added(table)))


def _rename(call: Call) -> Iterator[SchemaEvent]:
    old, new = (qualified(name_of(argument(call, position))) for position in (0, 1))
    yield SchemaEvent("table.rename", old, new_name=new)


def _drop(call: Call) -> Iterator[SchemaEvent]:
    flags = ("if-exists",) if method(call) == "dropIfExists" else ()
    yield SchemaEvent("table.drop", qualified(name_of(argument(call, 0))), flags=flags)


def _drop_columns(call: Call) -> Iterator[SchemaEvent]:
    for name in names_of(argument(call, 1)):
        yield SchemaEvent("column.drop", qualified(name_of(argument(call, 0))), (Column(name),))


_SCHEMAS: Mapping[str, Callable[[Call], Iterator[SchemaEvent]]] = {
    "rename": _rename,
    "drop": _drop,
    "dropIfExists": _drop,
    "dropColumns": _drop_columns,
}
_TYPES = {
    "string": "varchar",
    "char": "char",
    "text": "text",
    "tinyText": "tinytext",
    "mediumText": "mediumtext",
    "longText": "longtext",
    "integer": "integer",
    "unsignedInteger": "integer",
    "bigInteger": "bigint",
    "unsignedBigInteger": "bigint",
    "smallInteger": "smallint",
    "unsignedSmallInteger": "smallint",
    "tinyInteger": "tinyint",
    "unsignedTinyInteger": "tinyint",
    "mediumInteger": "mediumint",
    "unsignedMediumInteger": "mediumint",
    "decimal": "decimal",
    "unsignedDecimal": "decimal",
    "float": "float",
    "double": "double precision",
    "boolean": "boolean",
    "date": "date",
    "dateTime": "timestamp",
    "dateTimeTz": "timestamp with time zone",
    "timestamp": "timestamp",
    "timestampTz": "timestamp with time zone",
    "time": "time",
    "timeTz": "time with time zone",
    "year": "year",
    "json": "json",
    "jsonb": "jsonb",
    "binary": "blob",
    "enum": "enum",
    "set": "set",
    "uuid": "uuid",
    "ulid": "char(26)",
    "foreignId": "bigint",
    "foreignUuid": "uuid",
    "foreignUlid": "char(26)",
    "ipAddress": "varchar(45)",
    "macAddress": "varchar(17)",
    "geometry": "geometry",
    "geography": "geography",
    "point": "point",
    "vector": "vector",
    "id": "bigint",
    "bigIncrements": "bigint",
    "increments": "integer",
    "integerIncrements": "integer",
    "mediumIncrements": "mediumint",
    "smallIncrements": "smallint",
    "tinyIncrements": "tinyint",
}
_SIZED = {"string": "(255)", "decimal": "(8,2)", "unsignedDecimal": "(8,2)"}
_COUNTING = frozenset(kind for kind in _TYPES if kind == "id" or kind.endswith("ncrements"))
_MORPHS = {
    "morphs": "bigint",
    "numericMorphs": "bigint",
    "nullableMorphs": "bigint",
    "nullableNumericMorphs": "bigint",
    "uuidMorphs": "uuid",
    "nullableUuidMorphs": "uuid",
    "ulidMorphs": "char(26)",
    "nullableUlidMorphs": "char(26)",
}
_STAMPS = ("created_at", "updated_at")


def _say(table: TableName, parts: Parts, line: Sequence[Call]) -> tuple[SchemaEvent, ...]:
    """Note what one line of a blueprint adds; the events of what it changes or drops."""
    first, modifiers = line[0], {method(each): each for each in line[1:]}
    kind = method(first)
    if kind in _TYPES or kind in ("foreignIdFor", "addColumn"):
        return _column(table, parts, first, modifiers)
    if kind in _MORPHS:
        name, nullable = name_of(argument(first, 0)), kind.startswith("nullable")
        parts.columns += [Column(f"{name}_type", "varchar(255)", nullable), Column(f"{name}_id", _MORPHS[kind], nullable)]
        parts.others.append(SchemaEvent("index.add", table, names=(f"{name}_type", f"{name}_id")))
    elif kind in ("timestamps", "timestampsTz", "nullableTimestamps", "datetimes"):
        parts.columns += (Column(name, "timestamp", nullable=True) for name in _STAMPS)
    elif kind.startswith("softDeletes"):
        parts.columns.append(Column(string(argument(first, 0)) or "deleted_at", "timestamp", nullable=True))
    elif kind == "rememberToken":
        parts.columns.append(Column("remember_token", "varchar(100)", nullable=True))
    elif kind in ("unique", "index", "fullText", "spatialIndex", "primary"):
        _key(table, parts, kind, first)
    elif kind == "foreign":
        _foreign(parts, names_of(argument(first, 0)), modifiers, string(argument(first, 1)) or "")
    elif kind in _CHANGES:
        return tuple(_CHANGES[kind](table, first))
    return ()


def _key(table: TableName, parts: Parts, kind: str, first: Call) -> None:
    names, name = names_of(argument(first, 0)), string(argument(first, 1)) or ""
    if kind == "primary":
        parts.primary = names
    else:
        parts.others.append(SchemaEvent("unique.add" if kind == "unique" else "index.add", table, names=names, object=name))


def _column(table: TableName, parts: Parts, first: Call, modifiers: Mapping[str, Call]) -> tuple[SchemaEvent, ...]:
    kind = method(first)
    column = _described(first, modifiers)
    if kind == "foreignIdFor":
        column = replace(column, name=string(argument(first, 1)) or f"{words.everyupper(_model(argument(first, 0)))}_id")
    if "change" in modifiers:
        # Stated anew as a whole: what is not said again is gone.
        return tuple(altered(table, column))
    parts.columns.append(column)
    if "constrained" in modifiers:
        given = modifiers["constrained"]
        target = string(argument(given, 0, "table")) or doctrine(column.name.removesuffix("_id"))
        remote = string(argument(given, 1, "column")) or "id"
        parts.keys.append(ForeignKey((column.name,), qualified(target), (remote,), on_delete=_on_delete(modifiers)))
    elif "references" in modifiers:
        _foreign(parts, (column.name,), modifiers, "")
    for word in ("unique", "index"):
        if word in modifiers:
            parts.others.append(SchemaEvent(f"{word}.add", table, names=(column.name,)))
    return ()


def _model(expression: Expression | None) -> str:
    """`User::class`, or its name."""
    while isinstance(expression, Member) and expression.name == "class":
        expression = expression.value
    if isinstance(expression, Name | Member):
        return expression.name
    return (string(expression) or "*").rpartition("\\")[2]


def _described(first: Call, modifiers: Mapping[str, Call]) -> Column:
    kind = method(first)
    if kind == "addColumn":
        name, spelling = name_of(argument(first, 1)), (string(argument(first, 0)) or "*").lower()
    else:
        name = string(argument(first, 0)) or "id"
        spelling = _TYPES.get(kind, "bigint")
        if kind in ("string", "char", "decimal", "unsignedDecimal"):
            spelling = sized(spelling, first.arguments[1:])
            spelling = spelling if "(" in spelling else spelling + _SIZED.get(kind, "")
    nullable = "nullable" in modifiers and constant(argument(modifiers["nullable"], 0)) is not False
    default = default_of(argument(modifiers["default"], 0)) if "default" in modifiers else None
    if "useCurrent" in modifiers:
        default = "now()"
    counting = kind in _COUNTING
    generated = counting or bool({"autoIncrement", "virtualAs", "storedAs", "generatedAs", "always"} & set(modifiers))
    primary = counting or "primary" in modifiers
    return Column(name, spelling, nullable and not primary, default, generated, primary)


def _foreign(parts: Parts, columns: tuple[str, ...], modifiers: Mapping[str, Call], name: str) -> None:
    if "on" in modifiers:
        target = qualified(name_of(argument(modifiers["on"], 0)))
        remote = names_of(argument(modifiers["references"], 0)) if "references" in modifiers else ("id",)
        parts.keys.append(ForeignKey(columns, target, remote, name=name, on_delete=_on_delete(modifiers)))


def _on_delete(modifiers: Mapping[str, Call]) -> str | None:
    if "onDelete" in modifiers:
        return deletion(argument(modifiers["onDelete"], 0))
    return deletion(next((word.removesuffix("OnDelete") for word in modifiers if word.endswith("OnDelete")), ""))


def _dropped(names: Callable[[Call], tuple[str, ...]]) -> Callable[[TableName, Call], Iterator[SchemaEvent]]:
    def told(table: TableName, call: Call) -> Iterator[SchemaEvent]:
        for name in names(call):
            yield SchemaEvent("column.drop", table, (Column(name),))

    return told


def _all_names(call: Call) -> tuple[str, ...]:
    return tuple(name for each in call.arguments for name in names_of(each))


def _morph_names(call: Call) -> tuple[str, ...]:
    name = name_of(argument(call, 0))
    return (f"{name}_type", f"{name}_id")


def _rename_column(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    new = TableName(name_of(argument(call, 1)))
    yield SchemaEvent("column.rename", table, (Column(name_of(argument(call, 0))),), new_name=new)


def _rename_table(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.rename", table, new_name=qualified(name_of(argument(call, 0)), table.schema))


def _drop_table(table: TableName, _call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.drop", table)


def _drop_key(kind: str) -> Callable[[TableName, Call], Iterator[SchemaEvent]]:
    def told(table: TableName, call: Call) -> Iterator[SchemaEvent]:
        name = string(argument(call, 0))
        yield SchemaEvent(kind, table, names=() if name else names_of(argument(call, 0)), object=name or "")

    return told


_CHANGES: Mapping[str, Callable[[TableName, Call], Iterator[SchemaEvent]]] = {
    "dropColumn": _dropped(_all_names),
    "removeColumn": _dropped(_all_names),
    "dropConstrainedForeignId": _dropped(_all_names),
    "dropForeignIdFor": _dropped(lambda call: (f"{words.everyupper(_model(argument(call, 0)))}_id",)),
    "dropConstrainedForeignIdFor": _dropped(lambda call: (f"{words.everyupper(_model(argument(call, 0)))}_id",)),
    "dropTimestamps": _dropped(lambda _call: _STAMPS),
    "dropTimestampsTz": _dropped(lambda _call: _STAMPS),
    "dropSoftDeletes": _dropped(lambda call: (string(argument(call, 0)) or "deleted_at",)),
    "dropSoftDeletesTz": _dropped(lambda call: (string(argument(call, 0)) or "deleted_at",)),
    "dropRememberToken": _dropped(lambda _call: ("remember_token",)),
    "dropMorphs": _dropped(_morph_names),
    "renameColumn": _rename_column,
    "rename": _rename_table,
    "drop": _drop_table,
    "dropIfExists": _drop_table,
    "dropForeign": _drop_key("fk.drop"),
    "dropUnique": _drop_key("unique.drop"),
    "dropIndex": _drop_key("index.drop"),
    "dropFullText": _drop_key("index.drop"),
    "dropPrimary": _drop_key("pk.drop"),
}

TOOL = Tool("laravel", _recognise, read=_read)
