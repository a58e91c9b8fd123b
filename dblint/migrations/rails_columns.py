"""Columns, references and keys as migrations of Rails write them, in a block (`t.string :a`) and by themselves (`add_column`).

Source: the API documentation of `ActiveRecord::ConnectionAdapters::SchemaStatements` and `TableDefinition`.
"""

from collections.abc import Iterable, Iterator, Mapping

from dblint.migrations.chains import entries
from dblint.migrations.definitions import Parts, default_of, deletion, names_of, qualified
from dblint.migrations.written import argument, constant, method, name_of, string
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.syntax import Call, Expression, Lambda, Literal
from dblint.naming.plural import rails as plural

_TYPES = {
    "string": "varchar",
    "datetime": "timestamp",
    "timestamptz": "timestamp with time zone",
    "binary": "blob",
    "primary_key": "bigint",
    "serial": "integer",
    "bigserial": "bigint",
}
_BYTES = {1: "tinyint", 2: "smallint", 3: "mediumint", 4: "integer", 5: "bigint", 6: "bigint", 7: "bigint", 8: "bigint"}

Options = Mapping[str, Expression]


def options_of(call: Call) -> dict[str, Expression]:
    """The options of a statement."""
    return dict(call.keywords)


def table_of(expression: Expression | None) -> TableName:
    """The table that a symbol or text names."""
    return qualified(name_of(expression))


def default(options: Options) -> str | None:
    """The database's default; a block is SQL."""
    given = options.get("default")
    if isinstance(given, Lambda):
        return string(given.body) or "*"
    return default_of(given)


def type_of(kind: str, options: Options) -> str:
    """The SQL spelling of a type of Rails."""
    limit, precision, scale = (constant(options.get(word)) for word in ("limit", "precision", "scale"))
    if kind == "integer" and isinstance(limit, int):
        return _BYTES.get(limit, "integer")
    found = _TYPES.get(kind, kind)
    if found in ("varchar", "char") and isinstance(limit, int):
        found = f"{found}({limit})"
    elif kind in ("decimal", "numeric") and isinstance(precision, int):
        found = f"{found}({precision},{scale})" if isinstance(scale, int) else f"{found}({precision})"
    elif kind == "enum":
        found = string(options.get("enum_type")) or found
    return f"{found}[]" if constant(options.get("array")) is True else found


def column(name: str, kind: str, options: Options) -> Column:
    """The column of `add_column` and `t.<type>`: nullable unless it says otherwise."""
    primary = kind == "primary_key" or constant(options.get("primary_key")) is True
    generated = kind in ("primary_key", "serial", "bigserial", "virtual") or "as" in options
    spelled = string(options.get("type")) or "text" if kind == "virtual" else kind
    nullable = constant(options.get("null")) is not False and not primary
    return Column(name, type_of(spelled, options), nullable, default(options), generated, primary)


def reference(table: TableName, name: str, options: Options, parts: Parts) -> None:
    """What `t.references :org` adds: a column, for a polymorphic one its type, an index, a foreign key if it is asked for."""
    column_name = f"{name}_id"
    kind = string(options.get("type")) or "bigint"
    known = {word: value for word, value in options.items() if word in ("null", "default", "limit")}
    if "polymorphic" in options and constant(options["polymorphic"]) is not False:
        parts.columns.append(Column(f"{name}_type", "varchar", constant(options.get("null")) is not False))
    parts.columns.append(column(column_name, kind, known))
    key = options.get("foreign_key")
    if key is not None and constant(key) is not False:
        target = string(entries(key).get("to_table")) or plural(name)
        remote = string(entries(key).get("primary_key")) or "id"
        name, gone = string(entries(key).get("name")) or "", deletion(entries(key).get("on_delete"))
        parts.keys.append(ForeignKey((column_name,), qualified(target), (remote,), name=name, on_delete=gone))
    if constant(options.get("index")) is not False:
        unique = constant(entries(options.get("index")).get("unique")) is True
        event = SchemaEvent("index.add", table, names=(column_name,), flags=("unique",) if unique else ())
        parts.others.append(event)


def timestamps(options: Options) -> Iterator[Column]:
    """`created_at` and `updated_at`, which are required unless it is said otherwise."""
    nullable = constant(options.get("null")) is True
    for name in ("created_at", "updated_at"):
        yield Column(name, "timestamp", nullable, default(options))


def index(table: TableName, columns: Expression | None, options: Options) -> SchemaEvent:
    """An index, by itself or in a block."""
    known = {"unique": "unique", "if_not_exists": "if-not-exists"}
    flags = tuple(flag for word, flag in known.items() if constant(options.get(word)) is True)
    concurrent = ("concurrently",) if string(options.get("algorithm")) == "concurrently" else ()
    name = string(options.get("name")) or ""
    return SchemaEvent("index.add", table, names=names_of(columns), object=name, flags=(*flags, *concurrent))


def foreign_key(table: TableName, target: Expression | None, options: Options) -> SchemaEvent:
    """`add_foreign_key :from, :to`: the column is `<to in the singular>_id` unless it is named."""
    from dblint.naming.plural import singular  # noqa: PLC0415 -- only foreign keys without a column need it

    to = table_of(target)
    columns = names_of(options.get("column")) or (f"{singular(to.name)}_id",)
    remote = names_of(options.get("primary_key")) or ("id",)
    gone = deletion(options.get("on_delete"))
    key = ForeignKey(columns, to, remote, name=string(options.get("name")) or "", on_delete=gone)
    flags = ("not-valid",) if constant(options.get("validate")) is False else ()
    return SchemaEvent("fk.add", table, foreign_keys=(key,), names=columns, object=key.name, flags=flags)


def renamed(table: TableName, old: str, new: str) -> SchemaEvent:
    """A column under a new name."""
    return SchemaEvent("column.rename", table, (Column(old),), new_name=TableName(new))


def dropped(table: TableName, names: Iterable[str]) -> Iterator[SchemaEvent]:
    """Columns that go."""
    for name in names:
        yield SchemaEvent("column.drop", table, (Column(name),))


def changed(table: TableName, name: str, kind: str, options: Options) -> Iterator[SchemaEvent]:
    """`change_column`: the type, and what is said besides."""
    yield SchemaEvent("column.type", table, (Column(name, type_of(kind, options)),))
    if isinstance(constant(options.get("null")), bool):
        yield nullable(table, name, allowed=constant(options.get("null")) is True)
    if "default" in options:
        yield defaulted(table, name, default(options))


def nullable(table: TableName, name: str, *, allowed: bool) -> SchemaEvent:
    """A column that may hold NULL, or no longer."""
    flag = "drop-not-null" if allowed else "set-not-null"
    return SchemaEvent("column.nullable", table, (Column(name, nullable=allowed),), flags=(flag,))


def defaulted(table: TableName, name: str, value: str | None) -> SchemaEvent:
    """A column with another default."""
    flags = ("drop-default",) if value is None else ()
    return SchemaEvent("column.default", table, (Column(name, default=value),), flags=flags)


def changed_default(table: TableName, name: str, given: Expression | None, options: Options) -> SchemaEvent:
    """`change_column_default`, with a value or with `from:` and `to:`."""
    value = options.get("to", entries(given).get("to", given))
    return defaulted(table, name, default({"default": value}) if value is not None else None)


_NO_COLUMNS = frozenset(
    """references belongs_to timestamps index foreign_key check_constraint exclusion_constraint unique_constraint unique_key
    remove rename change change_default change_null remove_references remove_belongs_to remove_timestamps remove_index
    remove_foreign_key remove_check_constraint column""".split()  # noqa: SIM905 -- words are easier to read in lines
)


def said(table: TableName, call: Call, parts: Parts) -> tuple[SchemaEvent, ...]:  # noqa: C901 -- one case for each statement
    """Note what one line of a block adds; the events of what it changes or removes."""
    kind, options = method(call), options_of(call)
    names = tuple(map(name_of, call.arguments))
    if kind not in _NO_COLUMNS:
        parts.columns += (column(name, kind, options) for name in names)
        for name in names:
            _indexed(table, name, options, parts)
        return ()
    match kind:
        case "column" if len(names) > 1:
            parts.columns.append(column(names[0], names[1], options))
            _indexed(table, names[0], options, parts)
        case "references" | "belongs_to":
            for name in names:
                reference(table, name, options, parts)
        case "timestamps":
            parts.columns += timestamps(options)
        case "index":
            parts.others.append(index(table, argument(call, 0), options))
        case "foreign_key":
            parts.others.append(foreign_key(table, argument(call, 0), options))
        case "check_constraint" | "exclusion_constraint":
            parts.others.append(SchemaEvent("check.add", table, object=string(options.get("name")) or ""))
        case "unique_constraint" | "unique_key":
            event = SchemaEvent(
                "unique.add", table, names=names_of(argument(call, 0)), object=string(options.get("name")) or ""
            )
            parts.others.append(event)
        case _:
            return tuple(_taken(table, kind, names, call))
    return ()


def _indexed(table: TableName, name: str, options: Options, parts: Parts) -> None:
    given = options.get("index")
    if given is not None and constant(given) is not False:
        unique = ("unique",) if constant(entries(given).get("unique")) is True or string(given) == "unique" else ()
        parts.others.append(SchemaEvent("index.add", table, names=(name,), flags=unique))


def _taken(  # noqa: C901 -- one case for each statement
    table: TableName, kind: str, names: tuple[str, ...], call: Call
) -> Iterator[SchemaEvent]:
    options = options_of(call)
    match kind:
        case "remove":
            yield from dropped(table, names)
        case "rename" if len(names) > 1:
            yield renamed(table, names[0], names[1])
        case "change" if len(names) > 1:
            yield from changed(table, names[0], names[1], options)
        case "change_default":
            yield changed_default(table, names[0], argument(call, 1), options)
        case "change_null" if len(names) > 1:
            allowed = constant(argument(call, 1))
            yield nullable(table, names[0], allowed=allowed is True)
        case "remove_references" | "remove_belongs_to":
            for name in names:
                yield from dropped(table, reference_columns(name, options))
        case "remove_timestamps":
            yield from dropped(table, ("created_at", "updated_at"))
        case "remove_index":
            yield unindexed(table, argument(call, 0), options)
        case "remove_foreign_key":
            yield unkeyed(table, argument(call, 0), options)
        case "remove_check_constraint":
            yield SchemaEvent("check.drop", table, object=string(options.get("name")) or "")


def reference_columns(name: str, options: Options) -> tuple[str, ...]:
    """The columns that a reference consists of."""
    polymorphic = "polymorphic" in options and constant(options["polymorphic"]) is not False
    return (f"{name}_id", f"{name}_type") if polymorphic else (f"{name}_id",)


def unindexed(table: TableName, columns: Expression | None, options: Options) -> SchemaEvent:
    """An index that goes, by its name or its columns."""
    name = string(options.get("name")) or ""
    return SchemaEvent("index.drop", table, names=() if name else names_of(options.get("column") or columns), object=name)


def unkeyed(table: TableName, target: Expression | None, options: Options) -> SchemaEvent:
    """A foreign key that goes, by its name, its column, or the table that it refers to."""
    from dblint.naming.plural import singular  # noqa: PLC0415 -- as above

    name, columns = string(options.get("name")) or "", names_of(options.get("column"))
    if not name and not columns and not isinstance(target, Literal) and target is not None:
        columns = (f"{singular(name_of(target))}_id",)
    return SchemaEvent("fk.drop", table, names=columns, object=name)
