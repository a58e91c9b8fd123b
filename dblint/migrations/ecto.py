"""Ecto: `priv/<repo>/migrations/<time>_<name>.exs` with `change` or `up`; `down` never counts.

Source of the statements: https://hexdocs.pm/ecto_sql/Ecto.Migration.html
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, default_of, deletion, names_of, qualified, sized, sql_in
from dblint.migrations.embedded import Found, change_of
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.rails_columns import defaulted, dropped, nullable, renamed
from dblint.migrations.tool import Tool
from dblint.migrations.written import argument, constant, method, name_of, receiver, string
from dblint.model.facts import Change
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Items, Lambda, Member, Module, Text
from dblint.model.syntax import Mapping as Pairs

_MIGRATION = re.compile(r"^\s*use\s+(?:[\w.]+\.)?Migration\b", re.MULTILINE)
_OPENING = frozenset({"create", "create_if_not_exists", "alter"})
_INSIDE = frozenset({"add", "add_if_not_exists", "modify", "remove", "remove_if_exists", "timestamps"})
_TYPES = {
    "string": "varchar(255)",
    "float": "double precision",
    "binary": "bytea",
    "binary_id": "uuid",
    "id": "bigint",
    "identity": "bigint",
    "serial": "integer",
    "bigserial": "bigint",
    "map": "jsonb",
    "naive_datetime": "timestamp",
    "naive_datetime_usec": "timestamp",
    "utc_datetime": "timestamp",
    "utc_datetime_usec": "timestamp",
    "time_usec": "time",
}

Options = Mapping[str, Expression]


def _recognise(path: str, text: str) -> MigrationFile | None:
    if not _MIGRATION.search(text) or "defmodule" not in text:
        return None
    folder, name = split(path)
    return MigrationFile(path, "ecto", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    holders = {each.qualified for each in module.classes if any(_is_migration(base) for base in each.bases)}
    calls: list[Call] = []
    for function in module.functions:
        if function.scope in holders and function.name in {"change", "up"}:
            calls += code.calls(function)
    ranges = {each.line: each.end for each in module.blocks if isinstance(each.call, Call) and method(each.call) in _OPENING}
    return tuple(change_of(file, found) for found in _events(calls, ranges, dialect))


def _is_migration(base: Expression) -> bool:
    return getattr(base, "name", "").rpartition(".")[2] == "Migration"


def _events(calls: Sequence[Call], ranges: Mapping[int, int], dialect: Dialect) -> Iterator[Found]:
    """The events of statements in order.

    Columns belong to the table whose block they stand in (`ranges` are the lines of blocks), which a loop may open several
    times; those that a function adds, to the table that was opened before it.
    """
    inside = [call for call in calls if method(call) in _INSIDE and receiver(call) is None]
    placed = {id(call) for call in inside if any(start < call.line <= end for start, end in ranges.items())}
    added: dict[int, list[Call]] = {}
    opened = 0
    for call in calls:
        if method(call) in _OPENING and _made(call) == "table":
            opened = call.line
        elif call in inside and id(call) not in placed:
            added.setdefault(opened, []).append(call)
    for call in calls:
        if method(call) in _OPENING and _made(call) == "table":
            end = ranges.get(call.line, call.line)
            own = [each for each in inside if call.line < each.line <= end and id(each) in placed]
            yield from _closed(call, [*_once(own), *_once(added.get(call.line, []))])
        elif method(call) == "execute":
            yield from _executed(call, dialect)
        elif method(call) in _STATEMENTS and receiver(call) is None:
            yield from (Found(event, call.line) for event in _STATEMENTS[method(call)](call))


def _once(calls: Sequence[Call]) -> list[Call]:
    """Lines as they stand, which a loop around their block gives several times."""
    return list(dict.fromkeys(calls))


def _executed(call: Call, dialect: Dialect) -> Iterator[Found]:
    first = argument(call, 0)
    if not isinstance(first, Lambda):  # a function works on rows, by functions of the repository
        yield from sql_in(first, call.line, dialect)


def _closed(opened: Call, lines: Sequence[Call]) -> Iterator[Found]:
    about = _about(opened)
    table = _table(about)
    parts = Parts()
    if method(opened) == "alter":
        for call in lines:
            added = Parts()
            changed = tuple(_altered(table, call, added))
            yield from (Found(event, call.line) for event in (*added.added(table), *changed))
        return
    key = dict(about.keywords).get("primary_key") if about is not None else None
    if constant(key) is not False:
        options = _entries(key)
        named, kind = string(options.get("name")) or "id", string(options.get("type")) or "bigserial"
        parts.columns.append(Column(named, _TYPES.get(kind, kind), False, None, True, True))
    for call in lines:
        for event in _altered(table, call, parts):
            parts.others.append(event)
    flags = ("if-not-exists",) if method(opened) == "create_if_not_exists" else ()
    yield from (Found(event, opened.line) for event in parts.created(table, flags))


def _altered(table: TableName, call: Call, parts: Parts) -> Iterator[SchemaEvent]:
    """Note what a line adds; the events of what it changes or removes."""
    options = dict(call.keywords)
    name, kind = name_of(argument(call, 0)), argument(call, 1)
    match method(call):
        case "add" | "add_if_not_exists":
            _add(table, name, kind, options, parts)
        case "timestamps":
            parts.columns += _timestamps({**_given(call), **options})
        case "modify":
            yield from _modified(table, name, kind, options)
        case _:
            yield from dropped(table, (name,))


def _add(table: TableName, name: str, kind: Expression | None, options: Options, parts: Parts) -> None:
    reference = kind if isinstance(kind, Call) and method(kind) == "references" else None
    primary = constant(options.get("primary_key")) is True
    allowed = constant(options.get("null")) is not False and not primary
    type_ = string(dict(reference.keywords).get("type")) or "bigint" if reference is not None else ""
    spelled = _TYPES.get(type_, type_) if type_ else _type(kind, options)
    generated = string(kind) in {"serial", "bigserial", "identity"} or "generated" in options
    parts.columns.append(Column(name, spelled, allowed, _default(options), generated, primary))
    if reference is not None:
        parts.keys.append(_key(table, name, reference))


def _key(table: TableName, column: str, reference: Call) -> ForeignKey:
    options = dict(reference.keywords)
    target = qualified(name_of(argument(reference, 0)), _schema(options.get("prefix")) or table.schema)
    remote, name = string(options.get("column")) or "id", string(options.get("name")) or ""
    return ForeignKey((column,), target, (remote,), name=name, on_delete=deletion(options.get("on_delete")))


def _modified(table: TableName, name: str, kind: Expression | None, options: Options) -> Iterator[SchemaEvent]:
    if isinstance(kind, Call) and method(kind) == "references":
        key = _key(table, name, kind)
        yield SchemaEvent("fk.add", table, foreign_keys=(key,), names=(name,), object=key.name)
    elif kind is not None:
        yield SchemaEvent("column.type", table, (Column(name, _type(kind, options)),))
    if isinstance(constant(options.get("null")), bool):
        yield nullable(table, name, allowed=constant(options.get("null")) is True)
    if "default" in options:
        yield defaulted(table, name, _default(options))


def _type(kind: Expression | None, options: Options) -> str:
    """The SQL spelling of a type; `{:array, :string}` is one of several values."""
    if isinstance(kind, Items) and kind.values:
        inner = _type(kind.values[-1], {}) if string(kind.values[0]) == "array" else "jsonb"
        return f"{inner}[]" if string(kind.values[0]) == "array" else inner
    written = string(kind) or ""
    sizes = [options[word] for word in ("size", "precision", "scale") if word in options]
    found = _TYPES.get(written, written) or "unknown"
    return sized(found.partition("(")[0], sizes) if sizes else found


def _default(options: Options) -> str | None:
    given = options.get("default")
    if isinstance(given, Call) and method(given) == "fragment":
        return string(argument(given, 0)) or "*"
    return default_of(given)


def _timestamps(options: Options) -> Iterator[Column]:
    kind = string(options.get("type")) or "naive_datetime"
    for name in ("inserted_at", "updated_at"):
        written = options.get(name)
        if written is not None and constant(written) is False:
            continue
        allowed = constant(options.get("null")) is True
        yield Column(string(written) or name, _TYPES.get(kind, kind), allowed, _default(options))


def _given(call: Call) -> dict[str, Expression]:
    first = argument(call, 0)
    return _entries(first)


def _entries(expression: Expression | None) -> dict[str, Expression]:
    pairs = expression.pairs if isinstance(expression, Pairs) else ()
    return {key.value: value for key, value in pairs if isinstance(key, Text)}


def _about(call: Call) -> Call | None:
    """What a statement is about: `table(:orders)`, `index(:orders, [:total])`."""
    first = argument(call, 0)
    return first if isinstance(first, Call) else None


def _made(call: Call) -> str:
    about = _about(call)
    return method(about) if about is not None else ""


def _table(about: Call | None) -> TableName:
    options = dict(about.keywords) if about is not None else {}
    return qualified(name_of(argument(about, 0)) if about is not None else "", _schema(options.get("prefix")))


def _schema(written: Expression | None) -> str | None:
    """The schema that a prefix names; a function without arguments that another file defines is named for what it gives."""
    if isinstance(written, Call) and isinstance(written.function, Member) and not written.arguments:
        return written.function.name
    return string(written)


def _create(call: Call) -> Iterator[SchemaEvent]:
    about = _about(call)
    if about is None:
        return
    table, options = _table(about), dict(about.keywords)
    match method(about):
        case "index" | "unique_index":
            unique = method(about) == "unique_index" or constant(options.get("unique")) is True
            concurrent = constant(options.get("concurrently")) is True
            flags = (*(("unique",) if unique else ()), *(("concurrently",) if concurrent else ()))
            name = string(options.get("name")) or ""
            yield SchemaEvent("index.add", table, names=names_of(argument(about, 1)), object=name, flags=flags)
        case "constraint":
            yield SchemaEvent("check.add", table, object=name_of(argument(about, 1)))


def _drop(call: Call) -> Iterator[SchemaEvent]:
    about = _about(call)
    if about is None:
        return
    table, options = _table(about), dict(about.keywords)
    exists = ("if-exists",) if method(call) == "drop_if_exists" else ()
    match method(about):
        case "table":
            cascade = ("cascade",) if string(dict(call.keywords).get("mode")) == "cascade" else ()
            yield SchemaEvent("table.drop", table, flags=(*cascade, *exists))
        case "index" | "unique_index":
            name = string(options.get("name")) or ""
            yield SchemaEvent(
                "index.drop", table, names=() if name else names_of(argument(about, 1)), object=name, flags=exists
            )
        case "constraint":
            yield SchemaEvent("constraint.drop", table, object=name_of(argument(about, 1)), flags=exists)


def _rename(call: Call) -> Iterator[SchemaEvent]:
    about, to = _about(call), dict(call.keywords).get("to")
    if about is None or method(about) != "table":
        return
    table = _table(about)
    if isinstance(to, Call):
        new = _table(to)
        yield SchemaEvent("table.rename", table, new_name=new if new.schema else qualified(new.name, table.schema))
    else:
        yield renamed(table, name_of(argument(call, 1)), name_of(to))


_STATEMENTS: Mapping[str, Callable[[Call], Iterator[SchemaEvent]]] = {
    "create": _create,
    "create_if_not_exists": _create,
    "drop": _drop,
    "drop_if_exists": _drop,
    "rename": _rename,
}

TOOL = Tool("ecto", _recognise, read=_read)
