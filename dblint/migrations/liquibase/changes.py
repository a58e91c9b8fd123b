"""What each change type of Liquibase does, in our vocabulary."""

from collections.abc import Callable, Iterator, Mapping

from dblint.migrations.definitions import deletion
from dblint.migrations.embedded import Found, sql_events
from dblint.migrations.liquibase.columns import (
    column_of,
    default_of,
    extras,
    foreign_key_of,
    name,
    named,
    names,
    table_of,
    truth,
    type_of,
)
from dblint.migrations.liquibase.documents import Element
from dblint.migrations.written import Written
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect

Events = Iterator[SchemaEvent]

INCLUDE = "include"
"""The kind of event that says: here the changes of another file happen. `flags` say how its path is meant."""


def events_of(change: Element, dialect: Dialect) -> Iterator[Found]:
    """The events of one change, each at its line; what cannot be read is `opaque`."""
    kind = change.name
    if kind in _SILENT:
        return
    if kind in _STRUCTURAL:
        for event in _STRUCTURAL[kind](change):
            yield Found(event, change.line)
    elif kind == "sqlFile" or (kind in _WRITTEN and change.get("path") and not _text_of(change).text.strip()):
        yield Found(file_event(change, change.get("path"), "sql"), change.line)
    elif kind in _WRITTEN:
        yield from _written(change, dialect)
    else:
        yield Found(SchemaEvent("opaque", TableName(""), object=kind), change.line)


def file_event(element: Element, path: str, kind: str) -> SchemaEvent:
    """The event that stands for the contents of another file, or of a folder."""
    relative = truth(element.get("relativeToChangelogFile")) is True
    return SchemaEvent(INCLUDE, TableName(""), object=path, flags=(kind, *(("relative",) if relative else ())))


def _text_of(change: Element) -> Written:
    for key in ("sql", "selectQuery", "procedureText", "procedureBody", "triggerText", "functionText", "packageText"):
        if key in change.attributes:
            return change.attributes[key]
    inner = change.first("procedureText", "procedureBody", "triggerText", "functionText", "packageText", "sql")
    return inner.text if inner is not None and not change.text.text.strip() else change.text


def _written(change: Element, dialect: Dialect) -> Iterator[Found]:
    """Changes that are SQL; of a view only the query may be written."""
    text = _text_of(change)
    if change.name == "createView" and truth(change.get("fullDefinition")) is not True:
        schema, view = name(change.get("schemaName")), name(change.get("viewName"))
        dotted = f'"{schema}"."{view}"' if schema and "*" not in schema else f'"{view}"'
        again = "or replace " if truth(change.get("replaceIfExists")) is True else ""
        prefix = f"create {again}view {dotted if dialect != 'mysql' else dotted.replace(chr(34), '`')} as "
        # The name of the view is on the element's own line, its query where that is written.
        lines = ((0, change.line), *((offset + len(prefix), line) for offset, line in text.lines))
        text = Written(prefix + text.text, lines)
    yield from sql_events(text, dialect)


def _create_table(change: Element) -> Events:
    table = table_of(change)
    columns = [each for each in change.children if each.name == "column"]
    keys = tuple(key for each in columns if (key := foreign_key_of(each)) is not None)
    flags = ("if-not-exists",) if truth(change.get("ifNotExists")) is True else ()
    yield SchemaEvent("table.create", table, tuple(map(column_of, columns)), foreign_keys=keys, flags=flags)
    for each in columns:
        yield from extras(table, each)


def _drop_table(change: Element) -> Events:
    flags = ("cascade",) if truth(change.get("cascadeConstraints")) is True else ()
    yield SchemaEvent("table.drop", table_of(change), flags=flags)


def _rename_table(change: Element) -> Events:
    new = named(change.get("newTableName"), change.get("schemaName"))
    yield SchemaEvent("table.rename", table_of(change, "oldTableName"), new_name=new)


def _add_column(change: Element) -> Events:
    table = table_of(change)
    for each in change.all("column"):
        key = foreign_key_of(each)
        column = column_of(each)
        yield SchemaEvent("column.add", table, (column,), foreign_keys=(key,) if key else ())
        yield from extras(table, each)


def _drop_column(change: Element) -> Events:
    columns = [change.get("columnName"), *(each.get("name") for each in change.all("column"))]
    for each in columns:
        if each:
            yield SchemaEvent("column.drop", table_of(change), (Column(name(each)),))


def _rename_column(change: Element) -> Events:
    new = TableName(name(change.get("newColumnName")))
    yield SchemaEvent("column.rename", table_of(change), (Column(name(change.get("oldColumnName"))),), new_name=new)


def _modify_type(change: Element) -> Events:
    yield SchemaEvent("column.type", table_of(change), (Column(_column(change), type_of(change.get("newDataType"))),))


def _merge_columns(change: Element) -> Events:
    table, final = table_of(change), name(change.get("finalColumnName"))
    yield SchemaEvent("column.add", table, (Column(final, type_of(change.get("finalColumnType")), nullable=True),))
    yield SchemaEvent("data.update", table, names=(final,))
    for key in ("column1Name", "column2Name"):
        yield SchemaEvent("column.drop", table, (Column(name(change.get(key))),))


def _not_null(change: Element) -> Events:
    table, column = table_of(change), _column(change)
    if "defaultNullValue" in change.attributes:
        yield SchemaEvent("data.update", table, names=(column,))
    yield SchemaEvent("column.nullable", table, (Column(column, nullable=False),), flags=("set-not-null",))


def _drop_not_null(change: Element) -> Events:
    yield SchemaEvent("column.nullable", table_of(change), (Column(_column(change), nullable=True),), flags=("drop-not-null",))


def _default(change: Element) -> Events:
    yield SchemaEvent("column.default", table_of(change), (Column(_column(change), default=default_of(change) or "*"),))


def _drop_default(change: Element) -> Events:
    yield SchemaEvent("column.default", table_of(change), (Column(_column(change)),), flags=("drop-default",))


def _add_auto_increment(change: Element) -> Events:
    column = Column(_column(change), type_of(change.get("columnDataType")), default="*", generated=True)
    yield SchemaEvent("column.default", table_of(change), (column,))


def _key(kind: str) -> Callable[[Element], Events]:
    def added(change: Element) -> Events:
        columns = names(change.get("columnNames"))
        yield SchemaEvent(kind, table_of(change), names=columns, object=name(change.get("constraintName")))

    return added


def _dropped_constraint(kind: str, table: str = "tableName", schema: str = "schemaName") -> Callable[[Element], Events]:
    def dropped(change: Element) -> Events:
        columns = names(change.get("uniqueColumns"))
        yield SchemaEvent(kind, table_of(change, table, schema), names=columns, object=name(change.get("constraintName")))

    return dropped


def _add_foreign_key(change: Element) -> Events:
    target = named(change.get("referencedTableName"), change.get("referencedTableSchemaName"))
    columns, remote = names(change.get("baseColumnNames")), names(change.get("referencedColumnNames"))
    constraint = name(change.get("constraintName"))
    gone = deletion("cascade" if change.get("deleteCascade") == "true" else change.get("onDelete"))
    key = ForeignKey(columns, target, remote, name=constraint, on_delete=gone)
    table = table_of(change, "baseTableName", "baseTableSchemaName")
    yield SchemaEvent("fk.add", table, foreign_keys=(key,), names=columns, object=constraint)


def _drop_all_foreign_keys(change: Element) -> Events:
    yield SchemaEvent("fk.drop", table_of(change, "baseTableName", "baseTableSchemaName"), object="*")


def _create_index(change: Element) -> Events:
    columns = tuple(name(each.get("name")) for each in change.all("column") if truth(each.get("computed")) is not True)
    flags = ("unique",) if truth(change.get("unique")) is True else ()
    yield SchemaEvent("index.add", table_of(change), names=columns, object=name(change.get("indexName")), flags=flags)


def _drop_index(change: Element) -> Events:
    table = table_of(change) if change.get("tableName") else TableName("")
    yield SchemaEvent("index.drop", table, object=name(change.get("indexName")))


def _lookup_table(change: Element) -> Events:
    """A new table of the values that a column holds, to which the column then refers."""
    existing = table_of(change, "existingTableName", "existingTableSchemaName")
    new = table_of(change, "newTableName", "newTableSchemaName")
    column, remote = name(change.get("existingColumnName")), name(change.get("newColumnName"))
    spelling = type_of(change.get("newColumnDataType"))
    yield SchemaEvent("table.create", new, (Column(remote, spelling, nullable=False, primary_key=True),))
    key = ForeignKey((column,), new, (remote,), name=name(change.get("constraintName")))
    yield SchemaEvent("fk.add", existing, foreign_keys=(key,), names=(column,), object=key.name)


def _data(kind: str) -> Callable[[Element], Events]:
    def changed(change: Element) -> Events:
        columns = tuple(name(each.get("name", "header")) for each in change.all("column"))
        known = tuple(each for each in columns if each) if kind != "data.delete" else ()
        yield SchemaEvent(kind, table_of(change), names=known)

    return changed


def _of_table(kind: str) -> Callable[[Element], Events]:
    def told(change: Element) -> Events:
        yield SchemaEvent(kind, table_of(change), object=name(change.get("constraintName", "triggerName", "columnName")))

    return told


def _object(kind: str, key: str) -> Callable[[Element], Events]:
    """A change of something that is no table: a view, a sequence, a routine."""

    def told(change: Element) -> Events:
        yield SchemaEvent(kind, table_of(change, key))

    return told


def _renamed(kind: str, old: str, new: str) -> Callable[[Element], Events]:
    def told(change: Element) -> Events:
        yield SchemaEvent(kind, table_of(change, old), new_name=named(change.get(new), change.get("schemaName")))

    return told


def _column(change: Element) -> str:
    return name(change.get("columnName")) or "*"


_STRUCTURAL: Mapping[str, Callable[[Element], Events]] = {
    "createTable": _create_table,
    "dropTable": _drop_table,
    "renameTable": _rename_table,
    "setTableRemarks": _of_table("table.comment"),
    "setColumnRemarks": _of_table("table.comment"),
    "addColumn": _add_column,
    "dropColumn": _drop_column,
    "markUnused": _drop_column,
    "renameColumn": _rename_column,
    "modifyDataType": _modify_type,
    "mergeColumns": _merge_columns,
    "addAutoIncrement": _add_auto_increment,
    "addNotNullConstraint": _not_null,
    "dropNotNullConstraint": _drop_not_null,
    "addDefaultValue": _default,
    "dropDefaultValue": _drop_default,
    "addPrimaryKey": _key("pk.add"),
    "dropPrimaryKey": _dropped_constraint("pk.drop"),
    "addUniqueConstraint": _key("unique.add"),
    "dropUniqueConstraint": _dropped_constraint("unique.drop"),
    "addForeignKeyConstraint": _add_foreign_key,
    "dropForeignKeyConstraint": _dropped_constraint("fk.drop", "baseTableName", "baseTableSchemaName"),
    "dropAllForeignKeyConstraints": _drop_all_foreign_keys,
    "addCheckConstraint": _of_table("check.add"),
    "dropCheckConstraint": _of_table("check.drop"),
    "createIndex": _create_index,
    "dropIndex": _drop_index,
    "addLookupTable": _lookup_table,
    "dropView": _object("view.drop", "viewName"),
    "renameView": _renamed("view.rename", "oldViewName", "newViewName"),
    "createSequence": _object("sequence.create", "sequenceName"),
    "alterSequence": _object("sequence.alter", "sequenceName"),
    "dropSequence": _object("sequence.drop", "sequenceName"),
    "renameSequence": _renamed("sequence.rename", "oldSequenceName", "newSequenceName"),
    "dropProcedure": _object("routine.drop", "procedureName"),
    "dropFunction": _object("routine.drop", "functionName"),
    "createSynonym": _object("synonym.create", "synonymName"),
    "dropSynonym": _object("synonym.drop", "synonymName"),
    "dropTrigger": _of_table("trigger.drop"),
    "enableTrigger": _of_table("trigger.enable"),
    "disableTrigger": _of_table("trigger.disable"),
    "insert": _data("data.insert"),
    "loadData": _data("data.insert"),
    "loadUpdateData": _data("data.insert"),
    "update": _data("data.update"),
    "delete": _data("data.delete"),
}
_WRITTEN = frozenset({"sql", "createView", "createProcedure", "createFunction", "createTrigger", "createPackage"})
_SILENT = frozenset(
    [
        "comment",
        "preConditions",
        "rollback",
        "validCheckSum",
        "modifySql",
        "tagDatabase",
        "empty",
        "output",
        "stop",
        "renameTrigger",
        "dropPackage",
        "enableCheckConstraint",
        "disableCheckConstraint",
    ]
)
