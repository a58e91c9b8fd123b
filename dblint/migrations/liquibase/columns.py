"""Tables, columns and constraints as changelogs write them."""

import re
from collections.abc import Iterator

from dblint.migrations.definitions import deletion
from dblint.migrations.liquibase.documents import Element
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName

_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}")
_REFERENCE = re.compile(r"\s*(?P<table>[\w.\"`*${}-]+)\s*\(\s*(?P<columns>[^()]*)\)\s*")
_JAVA = re.compile(r"\A(?:java\.sql\.types\.)", re.IGNORECASE)
# Liquibase's own words for types that no server knows by this name.
_TYPES = {"clob": "text", "nclob": "text", "longnvarchar": "text", "currency": "decimal", "number": "numeric"}
_DEFAULTS = {"defaultValueNumeric", "defaultValueBoolean", "defaultValueComputed"}


def name(text: str) -> str:
    """A name as databases hold it: upper case alone is unquoted and so folded; what only run time knows is `*`."""
    known = _PLACEHOLDER.sub("*", text.strip().strip('"`[]'))
    return known.lower() if known.isupper() else known


def names(text: str) -> tuple[str, ...]:
    """The names in a list with commas."""
    return tuple(name(each) for each in text.split(",") if each.strip())


def named(table: str, schema: str = "") -> TableName:
    """A table; a schema that only run time knows is the default one."""
    if not schema and table.count(".") == 1:
        schema, _, table = table.partition(".")
    known = name(schema)
    found = name(table) or "*"
    return TableName(found, None if not known or "*" in known else known, quoted=found != found.lower())


def table_of(change: Element, table: str = "tableName", schema: str = "schemaName") -> TableName:
    """The table that a change names."""
    return named(change.get(table), change.get(schema))


def truth(text: str) -> bool | None:
    """A boolean as changelogs write it, None where it is not written."""
    return {"true": True, "false": False}.get(text.strip().lower())


def type_of(text: str) -> str | None:
    """The SQL spelling of a type, None where it is not known."""
    known = _JAVA.sub("", text.strip()).lower()
    if not known or "${" in known:
        return None
    word, bracket, rest = known.partition("(")
    return _TYPES.get(word.strip(), word.strip()) + bracket + rest


def default_of(column: Element) -> str | None:
    """The database's default as SQL, None without one."""
    for key, value in column.attributes.items():
        text = value.text.strip()
        if key in _DEFAULTS:
            return text
        if key == "defaultValueSequenceNext":
            return f"nextval('{text}')"
        if key in ("defaultValue", "defaultValueDate"):
            computed = key == "defaultValueDate" and re.fullmatch(r"\w+(?:\(\))?|\$\{.*\}", text) and not text[:1].isdigit()
            return text if computed else "'" + text.replace("'", "''") + "'"
    return None


def column_of(element: Element) -> Column:
    """The column that an element describes: nullable unless it says otherwise or is a primary key."""
    constraints = element.first("constraints")
    primary = constraints is not None and truth(constraints.get("primaryKey")) is True
    nullable = truth(constraints.get("nullable")) if constraints is not None else None
    counting = truth(element.get("autoIncrement")) is True or truth(element.get("generated")) is True
    return Column(
        name(element.get("name", "columnName")) or "*",
        type_of(element.get("type")),
        False if primary else nullable is not False,
        default_of(element),
        # A column that is computed or counts up needs no value from anybody.
        generated=counting or ("valueComputed" in element.attributes and "generated" in element.attributes),
        primary_key=primary,
    )


def foreign_key_of(column: Element) -> ForeignKey | None:
    """The foreign key that the constraints of a column state."""
    constraints = column.first("constraints")
    if constraints is None:
        return None
    written = _REFERENCE.match(constraints.get("references"))
    if written is not None:
        target, columns = named(written["table"]), names(written["columns"])
    elif constraints.get("referencedTableName"):
        target = named(constraints.get("referencedTableName"), constraints.get("referencedTableSchemaName"))
        columns = names(constraints.get("referencedColumnNames"))
    else:
        return None
    gone = deletion("cascade" if constraints.get("deleteCascade") == "true" else "")
    return ForeignKey((name(column.get("name")),), target, columns, name=constraints.get("foreignKeyName"), on_delete=gone)


def extras(table: TableName, column: Element) -> Iterator[SchemaEvent]:
    """What the constraints of a column add to its table."""
    constraints = column.first("constraints")
    if constraints is None:
        return
    if truth(constraints.get("unique")) is True:
        yield SchemaEvent(
            "unique.add", table, names=(name(column.get("name")),), object=constraints.get("uniqueConstraintName")
        )
    if constraints.get("checkConstraint"):
        yield SchemaEvent("check.add", table)
