"""Doctrine's migrations: `$this->addSql('…')`, and its own schema (`$schema->createTable('t')->addColumn('c', 'string')`).

A column is required unless it says `notnull: false`. Source: the documentation of Doctrine's migrations, and `Schema` and
`Table` of Doctrine DBAL.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from dblint.migrations.chains import entries, links
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
from dblint.model.syntax import Call, Expression, Literal, Member, Module, Name

_MARK = re.compile(r"\bextends\s+(?:AbstractMigration|\w*Migration)\b")
_OURS = re.compile(r"\bDoctrine\\|\$this\s*->\s*addSql\s*\(")
_TYPES = {
    "string": "varchar",
    "ascii_string": "varchar",
    "guid": "uuid",
    "decimal": "decimal",
    "float": "double precision",
    "datetime": "timestamp",
    "datetime_immutable": "timestamp",
    "datetimetz": "timestamp with time zone",
    "datetimetz_immutable": "timestamp with time zone",
    "date_immutable": "date",
    "time_immutable": "time",
    "binary": "blob",
    "simple_array": "text",
    "array": "text",
    "object": "text",
}
Options = Mapping[str, Expression]


def _recognise(path: str, text: str) -> MigrationFile | None:
    if "Migration" not in text or not _MARK.search(text) or not _OURS.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "doctrine", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    steps: list[Found | tuple[TableName, Parts, int]] = []
    created: dict[Call, Parts] = {}
    done: set[Call] = set()
    for up in ups(code):
        for call in code.calls(up):
            _say(links(call), steps, created, done, dialect)
    found = (each for step in steps for each in _found(step))
    return tuple(change_of(file, each) for each in found)


def _found(step: Found | tuple[TableName, Parts, int]) -> Iterator[Found]:
    if isinstance(step, Found):
        yield step
    else:
        table, parts, line = step
        yield from (Found(event, line) for event in parts.created(table))


def _say(
    chain: tuple[Call, ...],
    steps: list[Found | tuple[TableName, Parts, int]],
    created: dict[Call, Parts],
    done: set[Call],
    dialect: Dialect,
) -> None:
    """One statement: SQL, a change of the schema, or what a table of it is told."""
    first, rest = chain[0], chain[1:]
    kind = method(first)
    if kind == "addSql":
        steps.extend(sql_in(argument(first, 0), first.line, dialect))
    elif kind == "createTable":
        table = qualified(name_of(argument(first, 0)))
        if first not in created:
            created[first] = Parts()
            steps.append((table, created[first], first.line))
        for call in rest:
            # A variable stands for the chain that it was given, which was read before.
            if call not in done:
                done.add(call)
                steps.extend(Found(event, call.line) for event in _told(table, created[first], call))
    elif kind == "getTable":
        for call in rest:
            if call not in done:
                done.add(call)
                table, parts = qualified(name_of(argument(first, 0))), Parts()
                changed = _told(table, parts, call)
                steps.extend(Found(event, call.line) for event in (*changed, *parts.added(table)))
    elif kind in _SCHEMA:
        steps.extend(Found(event, first.line) for event in _SCHEMA[kind](first))


def _drop_table(call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.drop", qualified(name_of(argument(call, 0))))


def _rename_table(call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.rename", qualified(name_of(argument(call, 0))), new_name=qualified(name_of(argument(call, 1))))


_SCHEMA: Mapping[str, Callable[[Call], Iterator[SchemaEvent]]] = {"dropTable": _drop_table, "renameTable": _rename_table}


def _told(table: TableName, parts: Parts, call: Call) -> tuple[SchemaEvent, ...]:
    """Note what a table is given; the events of what it is changed in."""
    kind, first = method(call), argument(call, 0)
    if kind == "addColumn":
        parts.columns.append(_column(name_of(first), argument(call, 1), entries(argument(call, 2))))
    elif kind == "setPrimaryKey":
        parts.primary = names_of(first)
    elif kind in ("addIndex", "addUniqueIndex", "addUniqueConstraint"):
        event = "index.add" if kind == "addIndex" else "unique.add"
        parts.others.append(SchemaEvent(event, table, names=names_of(first), object=string(argument(call, 1)) or ""))
    elif kind == "addForeignKeyConstraint":
        target = first if not isinstance(first, Call) else argument(first, 0)
        name = string(argument(call, 4)) or ""
        own, remote = names_of(argument(call, 1)), names_of(argument(call, 2))
        gone = deletion(entries(argument(call, 3)).get("onDelete"))
        key = ForeignKey(own, qualified(name_of(target)), remote, name=name, on_delete=gone)
        parts.keys.append(key)
    elif kind in _CHANGES:
        return tuple(_CHANGES[kind](table, call))
    return ()


def _column(name: str, kind: Expression | None, options: Options) -> Column:
    # `Types::STRING` is `string`.
    word = (kind.name if isinstance(kind, Member | Name) else string(kind) or "*").lower()
    spelled = _TYPES.get(word, word)
    if spelled in ("varchar", "char"):
        spelled = sized(spelled, [options["length"]] if "length" in options else [Literal(255, 0)])
    elif spelled == "decimal" and "precision" in options:
        spelled = sized(spelled, [options[word] for word in ("precision", "scale") if word in options])
    counting = constant(options.get("autoincrement")) is True
    nullable = constant(options.get("notnull")) is False
    return Column(name, spelled, nullable, default_of(options.get("default")), counting)


def _drop_column(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("column.drop", table, (Column(name_of(argument(call, 0))),))


def _rename_column(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    new = TableName(name_of(argument(call, 1)))
    yield SchemaEvent("column.rename", table, (Column(name_of(argument(call, 0))),), new_name=new)


def _change_column(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    """Only what is said changes."""
    name, options = name_of(argument(call, 0)), entries(argument(call, 1))
    length = options.get("length")
    if "type" in options or length is not None:
        kind = options.get("type")
        inner = argument(kind, 0) if isinstance(kind, Call) else kind
        spelled = _column(name, inner, options).type if inner is not None else sized("varchar", [length] if length else [])
        yield SchemaEvent("column.type", table, (Column(name, spelled),))
    if "notnull" in options:
        yield from altered(table, Column(name, nullable=constant(options["notnull"]) is False), default=False)
    if "default" in options:
        yield from altered(table, Column(name, default=default_of(options["default"])))


def _dropped(kind: str) -> Callable[[TableName, Call], Iterator[SchemaEvent]]:
    def told(table: TableName, call: Call) -> Iterator[SchemaEvent]:
        yield SchemaEvent(kind, table, object=string(argument(call, 0)) or "")

    return told


_CHANGES: Mapping[str, Callable[[TableName, Call], Iterator[SchemaEvent]]] = {
    "dropColumn": _drop_column,
    "renameColumn": _rename_column,
    "changeColumn": _change_column,
    "modifyColumn": _change_column,
    "dropIndex": _dropped("index.drop"),
    "dropUniqueConstraint": _dropped("unique.drop"),
    "removeForeignKey": _dropped("fk.drop"),
    "removeUniqueConstraint": _dropped("unique.drop"),
    "dropPrimaryKey": _dropped("pk.drop"),
}

TOOL = Tool("doctrine", _recognise, read=_read)
