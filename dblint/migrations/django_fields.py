"""Django's model fields as migrations write them: `models.ForeignKey("shop.Order", on_delete=…, null=True)`."""

import re

from dblint.migrations.written import argument, constant, is_none, method, string
from dblint.model.history import ModelField
from dblint.model.syntax import Call, Expression, Literal, Mapping, Member, Name, Text

_TYPES = {
    "AutoField": "integer",
    "BigAutoField": "bigint",
    "BigIntegerField": "bigint",
    "BinaryField": "bytea",
    "BooleanField": "boolean",
    "CharField": "varchar",
    "CommaSeparatedIntegerField": "varchar",
    "DateField": "date",
    "DateTimeField": "timestamp with time zone",
    "DecimalField": "numeric",
    "DurationField": "interval",
    "EmailField": "varchar(254)",
    "FileField": "varchar(100)",
    "FilePathField": "varchar(100)",
    "FloatField": "double precision",
    "GenericIPAddressField": "inet",
    "HStoreField": "hstore",
    "IPAddressField": "inet",
    "ImageField": "varchar(100)",
    "IntegerField": "integer",
    "JSONField": "jsonb",
    "NullBooleanField": "boolean",
    "PositiveBigIntegerField": "bigint",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "smallint",
    "SlugField": "varchar(50)",
    "SmallAutoField": "smallint",
    "SmallIntegerField": "smallint",
    "TextField": "text",
    "TimeField": "time",
    "URLField": "varchar(200)",
    "UUIDField": "uuid",
}
"""Column types as Django's PostgreSQL backend has them (`db/backends/postgresql/base.py`)."""

_SIZE = re.compile(r"\(\d+\)")
_FOREIGN = ("ForeignKey", "OneToOneField", "ParentalKey")
_MANY = ("ManyToManyField",)
_NO_COLUMN = ("Manager", "GenericRelation", "GenericForeignKey")


def field_of(name: str, expression: Expression | None) -> ModelField | None:
    """The field that a constructor call describes; None for one that has neither column nor table."""
    if not isinstance(expression, Call):
        return ModelField(name)
    kind = method(expression)
    if kind.endswith(_NO_COLUMN):
        return None
    column = string(argument(expression, -1, "db_column")) or ""
    if kind.endswith(_MANY):
        return ModelField(
            name,
            relation="many",
            target=text_of(argument(expression, 0, "to")),
            table=string(argument(expression, -1, "db_table")) or "",
            through=text_of(argument(expression, -1, "through")),
            enforced=constant(argument(expression, -1, "db_constraint")) is not False,
        )
    foreign = kind.endswith(_FOREIGN)
    index = constant(argument(expression, -1, "db_index"))
    return ModelField(
        name,
        None if foreign else type_of(expression),
        column,
        null=flag(argument(expression, -1, "null")) or kind == "NullBooleanField",
        primary_key=flag(argument(expression, -1, "primary_key")),
        unique=flag(argument(expression, -1, "unique")) or kind == "OneToOneField",
        indexed=index is not False if foreign or kind == "SlugField" else index is True,
        default=argument(expression, -1, "default") is not None or bool({"auto_now", "auto_now_add"} & _keywords(expression)),
        server_default=default_of(argument(expression, -1, "db_default")),
        generated=kind.endswith(("AutoField", "GeneratedField")),
        relation="foreign" if foreign else "",
        target=text_of(argument(expression, 0, "to")) if foreign else "",
        target_field=(string(argument(expression, -1, "to_field")) or "") if foreign else "",
        enforced=constant(argument(expression, -1, "db_constraint")) is not False,
    )


def type_of(call: Call) -> str | None:
    """The SQL type of a field that is no relation, None for a field class of the project's own."""
    kind = method(call)
    if kind == "ArrayField":
        inner = argument(call, 0, "base_field")
        spelling = type_of(inner) if isinstance(inner, Call) else None
        return f"{spelling}[]" if spelling else None
    if kind == "GeneratedField":
        output = argument(call, -1, "output_field")
        return type_of(output) if isinstance(output, Call) else None
    spelling = _TYPES.get(kind)
    length = constant(argument(call, -1, "max_length"))
    if spelling and spelling.startswith("varchar") and isinstance(length, int):
        return f"{_SIZE.sub('', spelling)}({length})"
    digits, places = constant(argument(call, -1, "max_digits")), constant(argument(call, -1, "decimal_places"))
    return f"numeric({digits},{places})" if spelling == "numeric" and isinstance(digits, int) else spelling


def default_of(expression: Expression | None) -> str | None:
    """A `db_default` as SQL, `*` where it is only known that there is one."""
    if expression is None or is_none(expression):
        return None
    if isinstance(expression, Literal):
        return str(expression.value).lower()
    if isinstance(expression, Call):
        return f"{method(expression).lower()}()"
    text = string(expression)
    return "'" + text.replace("'", "''") + "'" if text is not None else "*"


def flag(expression: Expression | None) -> bool:
    """Whether an option is switched on."""
    return constant(expression) is True


def text_of(expression: Expression | None) -> str:
    """A model that is referred to: `"app.Model"`, `settings.AUTH_USER_MODEL`, a class by its name; empty where unknown."""
    if isinstance(expression, Member) and isinstance(expression.value, Name):
        return f"{expression.value.name}.{expression.name}"
    if isinstance(expression, Name):
        return expression.name
    found = string(expression) or ""
    return "" if "*" in found else found


def options_of(expression: Expression | None) -> dict[str, Expression]:
    """The options of a model, `options={"db_table": "x"}`."""
    pairs = expression.pairs if isinstance(expression, Mapping) else ()
    return {key.value: value for key, value in pairs if isinstance(key, Text)}


def _keywords(call: Call) -> set[str]:
    return {name for name, _ in call.keywords}
