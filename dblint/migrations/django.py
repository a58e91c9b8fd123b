"""Django: `<app>/migrations/NNNN_name.py`, class `Migration` with `dependencies` and `operations`.

One file says what happens to models; which table that is depends on the files before it, so that operations leave here as
`ModelOperation`s and become events in `models`. Source of the operations: Django's "Migration Operations".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from dblint.migrations.code import Code
from dblint.migrations.django_fields import field_of, flag, options_of, text_of
from dblint.migrations.embedded import Found, change_of, sql_events, unreadable
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.models import table_of_option
from dblint.migrations.script import revision_header
from dblint.migrations.tool import Tool
from dblint.migrations.written import argument, constant, is_none, method, name_of, string, strings, written
from dblint.model.facts import Change
from dblint.model.history import ModelField, ModelOperation, Revision
from dblint.model.schema import SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Items, Member, Module, Name

_MIGRATION = re.compile(r"^class[ \t]+Migration[ \t]*\(", re.MULTILINE)
_DJANGO = re.compile(r"\bdjango\b|\bmigrations\.Migration\b|^[ \t]*operations[ \t]*(?::[^=\n]*)?=", re.MULTILINE)


def _recognise(path: str, text: str) -> MigrationFile | None:
    folder, name = split(path)
    # `MIGRATION_MODULES` may call the folder anything, but then the files still have their numbers.
    placed = folder.rpartition("/")[2] == "migrations" or name[0].isdecimal()
    if name == "__init__.py" or not placed or not _MIGRATION.search(text) or not _DJANGO.search(text):
        return None
    return MigrationFile(path, "django", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    name = split(file.path)[1].removesuffix(".py")
    revision = Revision(
        name,
        tuple(_references(code.attribute("Migration", "dependencies"))),
        tuple(_references(code.attribute("Migration", "replaces"))),
        tuple(_references(code.attribute("Migration", "run_before"))),
    )
    reader = _Reader(file, code, dialect)
    changes = list(revision_header(file, revision))
    for call in _listed(code.attribute("Migration", "operations")):
        changes += reader.operation(call)
    return tuple(changes)


def _references(expression: Expression | None) -> Iterator[str]:
    """`label.name` of each `("label", "name")`; `swappable_dependency(…)` only says that an app comes first."""
    for each in expression.values if isinstance(expression, Items) else ():
        if isinstance(each, Items) and len(each.values) == 2:
            yield f"{name_of(each.values[0])}.{name_of(each.values[1])}"
        elif isinstance(each, Call) and method(each) == "swappable_dependency" and (target := text_of(argument(each, 0))):
            yield f"{target.partition('.')[0]}.__first__" if not target.startswith("settings.") else target


def _listed(expression: Expression | None) -> Iterator[Call]:
    for each in expression.values if isinstance(expression, Items) else ():
        if isinstance(each, Call):
            yield each


class _Reader(NamedTuple):
    """What the operations of one file share."""

    file: MigrationFile
    code: Code
    dialect: Dialect

    def operation(self, call: Call, *, database: bool = True, state: bool = True) -> Iterator[Change]:
        """The changes of one operation, as far as it touches the database or Django's state."""
        name = method(call)
        if name == "SeparateDatabaseAndState":
            for each in _listed(argument(call, 0, "database_operations")):
                yield from self.operation(each, database=database, state=False)
            yield from self._state_only(argument(call, 1, "state_operations"), state=state)
        elif name in _OPERATIONS:
            for operation in _OPERATIONS[name](call):
                said = replace(operation, database=database, state=state)
                change = change_of(self.file, Found(SchemaEvent("model", TableName("")), call.line))
                yield replace(change, model=said)
        elif database:
            yield from (change_of(self.file, found) for found in self._by_hand(name, call))
        if name == "RunSQL":
            yield from self._state_only(argument(call, 2, "state_operations"), state=state)

    def _state_only(self, operations: Expression | None, *, state: bool) -> Iterator[Change]:
        for each in _listed(operations):
            yield from self.operation(each, database=False, state=state)

    def _by_hand(self, name: str, call: Call) -> Iterator[Found]:
        if name == "RunSQL":
            yield from self._sql(argument(call, 0, "sql"))
        elif name == "RunPython":
            yield from self._run(argument(call, 0, "code"))
        elif name.endswith("Extension"):
            extension = string(argument(call, 0, "name")) or name.removesuffix("Extension").lower()
            yield Found(SchemaEvent("extension.create", TableName(extension)), call.line)

    def _run(self, name: Expression | None) -> Iterator[Found]:
        """What a function does to the schema by hand: SQL through the schema editor, a table under a new name."""
        function = self.code.function(name.name, "") if isinstance(name, Name) else None
        if function is None and name is not None and self.code.is_imported(name.value if isinstance(name, Member) else name):
            yield unreadable(name.line, "code of another module")
        for call in self.code.calls(function) if function is not None else ():
            if method(call) == "execute":
                yield from self._sql(argument(call, 0, "sql"))
            elif method(call) == "alter_db_table" and len(call.arguments) == 3:
                old, new = (table_of_option(name_of(each)) for each in call.arguments[1:])
                yield Found(SchemaEvent("table.rename", old, new_name=new), call.line)

    def _sql(self, expression: Expression | None) -> Iterator[Found]:
        """A text, or a list of texts and (text, parameters) pairs."""
        if isinstance(expression, Items):
            for each in expression.values:
                yield from self._sql(each.values[0] if isinstance(each, Items) and each.values else each)
        elif (text := written(expression)) is not None:
            yield from sql_events(text, self.dialect)
        elif expression is not None and not _is_nothing(expression):
            yield unreadable(expression.line)


def _is_nothing(expression: Expression) -> bool:
    """`RunSQL.noop`, which is an empty text."""
    return isinstance(expression, Member) and expression.name == "noop"


def _create(call: Call) -> Iterator[ModelOperation]:
    options = options_of(argument(call, 2, "options"))
    name = name_of(argument(call, 0, "name"))
    bases = argument(call, 3, "bases")
    yield ModelOperation(
        "create",
        name,
        fields=tuple(_model_fields(argument(call, 1, "fields"))),
        bases=tuple(filter(None, map(text_of, bases.values))) if isinstance(bases, Items) else (),
        table=string(options.get("db_table")) or "",
        managed=constant(options.get("managed")) is not False,
        proxy=flag(options.get("proxy")),
        abstract=flag(options.get("abstract")),
    )
    for kind in ("unique", "index"):
        if groups := _groups(options.get(f"{kind}_together")):
            yield ModelOperation("together", name, name=kind, groups=groups)
    for option in ("indexes", "constraints"):
        for each in _listed(options.get(option)):
            yield from _constraint(name, each)
    if not is_none(options.get("order_with_respect_to")) and options.get("order_with_respect_to") is not None:
        yield ModelOperation("order", name)


def _model_fields(expression: Expression | None) -> Iterator[ModelField]:
    for each in expression.values if isinstance(expression, Items) else ():
        if isinstance(each, Items) and len(each.values) == 2:
            found = field_of(name_of(each.values[0]), each.values[1])
            if found is not None:
                yield found


def _model(call: Call) -> str:
    return name_of(argument(call, 0, "model_name", "name"))


def _delete(call: Call) -> Iterator[ModelOperation]:
    yield ModelOperation("delete", _model(call))


def _rename(call: Call) -> Iterator[ModelOperation]:
    yield ModelOperation("rename", name_of(argument(call, 0, "old_name")), name=name_of(argument(call, 1, "new_name")))


def _table(call: Call) -> Iterator[ModelOperation]:
    yield ModelOperation("table", _model(call), table=string(argument(call, 1, "table")) or "")


def _add_field(call: Call) -> Iterator[ModelOperation]:
    found = field_of(name_of(argument(call, 1, "name")), argument(call, 2, "field"))
    if found is not None:
        yield ModelOperation("field.add", name_of(argument(call, 0, "model_name")), field=found.name, fields=(found,))


def _remove_field(call: Call) -> Iterator[ModelOperation]:
    yield ModelOperation("field.drop", name_of(argument(call, 0, "model_name")), field=name_of(argument(call, 1, "name")))


def _alter_field(call: Call) -> Iterator[ModelOperation]:
    found = field_of(name_of(argument(call, 1, "name")), argument(call, 2, "field"))
    if found is not None:
        yield ModelOperation("field.alter", name_of(argument(call, 0, "model_name")), field=found.name, fields=(found,))


def _rename_field(call: Call) -> Iterator[ModelOperation]:
    old, new = name_of(argument(call, 1, "old_name")), name_of(argument(call, 2, "new_name"))
    yield ModelOperation("field.rename", name_of(argument(call, 0, "model_name")), field=old, name=new)


def _add_constraint(call: Call) -> Iterator[ModelOperation]:
    given = argument(call, 1, "index", "constraint")
    if isinstance(given, Call):
        yield from _constraint(name_of(argument(call, 0, "model_name")), given)


def _constraint(model: str, given: Call) -> Iterator[ModelOperation]:
    """An index or constraint object: `models.Index(fields=["a", "-b"], name="x")`, `models.UniqueConstraint(…)`."""
    kind = method(given)
    names = tuple(each.lstrip("-") for each in strings(argument(given, -1, "fields")))
    name = string(argument(given, -1, "name")) or ""
    if kind == "UniqueConstraint":
        flags = () if argument(given, -1, "condition") is None else ("partial",)
        yield ModelOperation("unique", model, name=name, names=names, flags=flags)
    elif kind.endswith("Constraint"):
        yield ModelOperation("check", model, name=name)
    else:
        yield ModelOperation("index", model, name=name, names=names)


def _remove_index(call: Call) -> Iterator[ModelOperation]:
    yield ModelOperation("index.drop", name_of(argument(call, 0, "model_name")), name=name_of(argument(call, 1, "name")))


def _rename_index(call: Call) -> Iterator[ModelOperation]:
    old = string(argument(call, 2, "old_name")) or ""
    yield ModelOperation(
        "index.rename", name_of(argument(call, 0, "model_name")), field=old, name=name_of(argument(call, 1, "new_name"))
    )


def _remove_constraint(call: Call) -> Iterator[ModelOperation]:
    yield ModelOperation("constraint.drop", name_of(argument(call, 0, "model_name")), name=name_of(argument(call, 1, "name")))


def _groups(expression: Expression | None) -> tuple[tuple[str, ...], ...]:
    """`[("a", "b")]`, `{("a", "b")}`, or one group alone."""
    if not isinstance(expression, Items):
        return ()
    inner = [strings(each) for each in expression.values if isinstance(each, Items)]
    return tuple(inner) if inner else (strings(expression),) if expression.values else ()


def _together(kind: str) -> Callable[[Call], Iterator[ModelOperation]]:
    def read(call: Call) -> Iterator[ModelOperation]:
        given = argument(call, 1, f"{kind}_together")
        # `set([("a", "b")])` in old files.
        if isinstance(given, Call):
            given = argument(given, 0)
        yield ModelOperation("together", name_of(argument(call, 0, "name")), name=kind, groups=_groups(given))

    return read


def _order(call: Call) -> Iterator[ModelOperation]:
    kind = "order.drop" if is_none(argument(call, 1, "order_with_respect_to")) else "order"
    yield ModelOperation(kind, name_of(argument(call, 0, "name")))


def _options(call: Call) -> Iterator[ModelOperation]:
    options = options_of(argument(call, 1, "options"))
    yield ModelOperation("options", _model(call), managed=constant(options.get("managed")) is not False)


def _comment(call: Call) -> Iterator[ModelOperation]:
    yield ModelOperation("comment", _model(call))


_OPERATIONS: Mapping[str, Callable[[Call], Iterator[ModelOperation]]] = {
    "CreateModel": _create,
    "DeleteModel": _delete,
    "RenameModel": _rename,
    "AlterModelTable": _table,
    "AlterModelTableComment": _comment,
    "AlterModelOptions": _options,
    "AlterOrderWithRespectTo": _order,
    "AlterUniqueTogether": _together("unique"),
    "AlterIndexTogether": _together("index"),
    "AddField": _add_field,
    "RemoveField": _remove_field,
    "AlterField": _alter_field,
    "RenameField": _rename_field,
    "AddIndex": _add_constraint,
    "AddIndexConcurrently": _add_constraint,
    "AddConstraint": _add_constraint,
    "AddConstraintNotValid": _add_constraint,
    "RemoveIndex": _remove_index,
    "RemoveIndexConcurrently": _remove_index,
    "RenameIndex": _rename_index,
    "RemoveConstraint": _remove_constraint,
}
_CALLS = frozenset(_OPERATIONS) | {"RunSQL", "RunPython", "SeparateDatabaseAndState", "alter_db_table", "execute"}
TOOL = Tool("django", _recognise, read=_read, calls=_CALLS)
