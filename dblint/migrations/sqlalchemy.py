"""SQLAlchemy's tables and columns as migrations write them: `sa.Column("c", sa.Integer(), nullable=False)`."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

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
)
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.syntax import Call, Expression, Items, Literal, Member, Name

_TYPES = {
    # SQLModel's name for a text of any length.
    "AutoString": "varchar",
    "BigInteger": "bigint",
    "BLOB": "blob",
    "Boolean": "boolean",
    "DateTime": "timestamp",
    "Double": "double precision",
    "Float": "float",
    "Integer": "integer",
    "Interval": "interval",
    "LargeBinary": "blob",
    "Numeric": "numeric",
    "PickleType": "blob",
    "SmallInteger": "smallint",
    "String": "varchar",
    "Text": "text",
    "Unicode": "varchar",
    "UnicodeText": "text",
    "Uuid": "uuid",
}
_GENERATED = frozenset({"Computed", "Identity", "Sequence"})
_WHOLE_NUMBERS = frozenset({"integer", "bigint", "smallint"})
_MARKERS = frozenset({"ForeignKey", "CheckConstraint", "UniqueConstraint"}) | _GENERATED


def type_of(expression: Expression | None) -> str | None:
    """The SQL spelling of a column type, None where it cannot be read."""
    name = _last_name(expression)
    if not name:
        return None
    call = expression if isinstance(expression, Call) else None
    if name == "with_variant" and call is not None:
        # What other databases have instead is not looked at.
        return type_of(receiver(call))
    if name in {"Enum", "ENUM"}:
        return (string(argument(call, -1, "name")) if call else None) or "enum"
    if name == "ARRAY":
        inner = type_of(call.arguments[0]) if call and call.arguments else None
        return f"{inner}[]" if inner else "array"
    spelling = _TYPES.get(name, name.lower())
    if call is None:
        return spelling
    if constant(argument(call, 0 if name in {"DateTime", "TIMESTAMP"} else -1, "timezone")) is True:
        return f"{spelling} with time zone"
    sizes = [constant(each) for each in call.arguments[:2]]
    sizes += [constant(value) for key, value in call.keywords if key in ("length", "precision", "scale")]
    numbers = [str(size) for size in sizes if isinstance(size, int) and not isinstance(size, bool)]
    return f"{spelling}({','.join(numbers)})" if numbers and spelling != "text" else spelling


def default_of(expression: Expression | None) -> str | None:
    """The database's default as SQL, `*` where it is only known that there is one."""
    if expression is None or is_none(expression):
        return None
    if isinstance(expression, Literal):
        return str(expression.value).lower()
    if isinstance(expression, Call) and method(expression) in ("text", "literal_column"):
        return name_of(expression)
    if isinstance(expression, Call):
        return f"{method(expression)}()" if method(expression) not in ("true", "false", "FetchedValue") else method(expression)
    text = string(expression)
    return "'" + text.replace("'", "''") + "'" if text is not None else "*"


def is_column(expression: Expression) -> bool:
    """Whether an expression is a column object."""
    return isinstance(expression, Call) and method(expression) in ("Column", "mapped_column")


def column_of(call: Call) -> Column:
    """The column that a `Column(…)` call describes: nullable unless it says otherwise or is a primary key."""
    primary = constant(argument(call, -1, "primary_key")) is True
    nullable = constant(argument(call, -1, "nullable"))
    spelling = type_of(_type_argument(call))
    markers = {_last_name(each) for each in call.arguments}
    counts_up = primary and spelling in _WHOLE_NUMBERS and constant(argument(call, -1, "autoincrement")) is not False
    return Column(
        name_of(argument(call, 0, "name")),
        spelling,
        nullable if isinstance(nullable, bool) else not primary,
        default_of(argument(call, -1, "server_default")),
        # An integer primary key counts up by itself, unless it refers to another table.
        generated=bool(markers & _GENERATED) or (counts_up and "ForeignKey" not in markers),
        primary_key=primary,
    )


def _type_argument(call: Call) -> Expression | None:
    named = argument(call, -1, "type_")
    if named is not None:
        return named
    return next((each for each in call.arguments[1:] if _last_name(each) not in _MARKERS), None)


def foreign_keys_of(call: Call) -> Iterator[ForeignKey]:
    """The foreign keys that a column itself states."""
    for each in call.arguments[1:]:
        if isinstance(each, Call) and method(each) == "ForeignKey":
            target, column = _target(argument(each, 0, "column"))
            name = string(argument(each, -1, "name")) or ""
            columns = (name_of(argument(call, 0, "name")),)
            yield ForeignKey(columns, target, (column,) if column else (), name=name, on_delete=on_delete(each))


def on_delete(call: Call) -> str | None:
    """What a foreign key does to the rows of a row that goes; None where that cannot be read."""
    given = argument(call, -1, "ondelete")
    said = string(given) if given is not None and not is_none(given) else ""
    return None if said is None else "" if said.lower() in ("restrict", "no action") else said.lower()


def _target(expression: Expression | None) -> tuple[TableName, str]:
    """`"schema.table.column"`, or a column object `table.c.column`."""
    match expression:
        case Member(value=Member(value=Call() as table, name="c"), name=column) if method(table) in ("Table", "table"):
            return table_of(table), column
        case Call() as column_call if is_column(column_call):
            return TableName("*"), name_of(argument(column_call, 0))
    path, _, last = name_of(expression).rpartition(".")
    if not path:
        return table_name(last), ""
    schema, _, name = path.rpartition(".")
    return table_name(name, schema or None), last


def table_of(call: Call) -> TableName:
    """The table that a `Table("t", metadata, schema=…)` call names."""
    return table_name(name_of(argument(call, 0, "name")), string(argument(call, -1, "schema")))


def constraint_events(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    """The events of a constraint or index object that stands among the columns of a table."""
    kind, name = method(call), string(argument(call, -1, "name")) or ""
    if kind == "ForeignKeyConstraint":
        yield SchemaEvent("fk.add", table, foreign_keys=(foreign_key_constraint(call),), object=name)
    elif kind == "PrimaryKeyConstraint":
        yield SchemaEvent("pk.add", table, names=_column_names(call.arguments), object=name)
    elif kind == "UniqueConstraint":
        yield SchemaEvent("unique.add", table, names=_column_names(call.arguments), object=name)
    elif kind == "CheckConstraint":
        yield SchemaEvent("check.add", table, object=name)
    elif kind == "Index":
        unique = constant(argument(call, -1, "unique")) is True
        names, flags = _column_names(call.arguments[1:]), ("unique",) if unique else ()
        yield SchemaEvent("index.add", table, names=names, object=name_of(argument(call, 0, "name")), flags=flags)


def foreign_key_constraint(call: Call) -> ForeignKey:
    """The key of `ForeignKeyConstraint([columns], ["table.column"], name=…)`."""
    columns, targets = argument(call, 0, "columns"), argument(call, 1, "refcolumns")
    pairs = [_target(each) for each in (targets.values if isinstance(targets, Items) else ())]
    target = pairs[0][0] if pairs else TableName("*")
    return ForeignKey(
        _column_names((columns,) if columns is not None else ()),
        target,
        tuple(column for _, column in pairs if column),
        name=string(argument(call, 2, "name")) or "",
        on_delete=on_delete(call),
    )


def _column_names(expressions: Iterable[Expression]) -> tuple[str, ...]:
    """Names of columns given as texts, lists of them, column objects or `table.c.name`."""
    names: list[str] = []
    for each in expressions:
        match each:
            case Items():
                names += _column_names(each.values)
            case Member(value=Member(name="c" | "columns"), name=name):
                names.append(name)
            case Call() if is_column(each):
                names.append(name_of(argument(each, 0)))
            case _:
                names += strings(each)
    return tuple(names)


def table_events(table: TableName, parts: Iterable[Expression], flags: tuple[str, ...] = ()) -> Iterator[SchemaEvent]:
    """The creation of a table from its columns and constraints; foreign keys and the primary key belong to the creation."""
    columns: list[Column] = []
    keys: list[ForeignKey] = []
    others: list[SchemaEvent] = []
    primary: tuple[str, ...] = ()
    unknown = False
    for part in parts:
        if not isinstance(part, Call):
            unknown = True
        elif is_column(part):
            columns.append(column_of(part))
            keys += foreign_keys_of(part)
            others += column_extras(table, part)
        elif method(part) == "ForeignKeyConstraint":
            keys.append(foreign_key_constraint(part))
        elif method(part) == "PrimaryKeyConstraint":
            primary = _column_names(part.arguments)
        elif method(part) in ("UniqueConstraint", "CheckConstraint", "Index", "ExcludeConstraint"):
            others += constraint_events(table, part)
        else:
            unknown = True
    counting = primary if len(primary) == 1 and not any(key.columns == primary for key in keys) else ()
    named = (_primary(each, counts_up=each.name in counting) if each.name in primary else each for each in columns)
    flags = (*flags, "partial") if unknown else flags
    yield SchemaEvent("table.create", table, tuple(named), foreign_keys=tuple(keys), flags=flags)
    yield from others


def _primary(column: Column, *, counts_up: bool) -> Column:
    generated = column.generated or (counts_up and column.type in _WHOLE_NUMBERS)
    return replace(column, primary_key=True, nullable=False, generated=generated)


def column_extras(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    """What `unique=True` and `index=True` on a column add."""
    name = name_of(argument(call, 0, "name"))
    unique = constant(argument(call, -1, "unique")) is True
    if constant(argument(call, -1, "index")) is True:
        index = f"ix_{table.name}_{name}"
        yield SchemaEvent("index.add", table, names=(name,), object=index, flags=("unique",) if unique else ())
    elif unique:
        yield SchemaEvent("unique.add", table, names=(name,))


def core_write(expression: Expression) -> tuple[str, TableName] | None:
    """The data event of a Core statement: `users.update().where(…)`, `sa.insert(users)`; None for anything else."""
    call: Expression | None = expression
    while isinstance(call, Call):
        kind = method(call)
        if kind in ("insert", "update", "delete"):
            base = receiver(call)
            for table in (base, *call.arguments[:1]):
                if isinstance(table, Call) and method(table) in ("table", "Table"):
                    return f"data.{kind}", table_of(table)
            return None
        call = receiver(call)
    return None


def _last_name(expression: Expression | None) -> str:
    match expression:
        case Call():
            return method(expression)
        case Name(name=name) | Member(name=name):
            return name
    return ""
