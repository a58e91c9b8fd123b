"""One schema statement in the form of the migration at hand: plain SQL of a dialect, Alembic or Django."""

import re
from collections.abc import Callable
from typing import NamedTuple

from dblint.compatibility import relation
from dblint.judge.wording import shown
from dblint.model.changes import PendingChange

_ALEMBIC = {
    "bigint": "sa.BigInteger()",
    "integer": "sa.Integer()",
    "smallint": "sa.SmallInteger()",
    "text": "sa.Text()",
    "boolean": "sa.Boolean()",
    "date": "sa.Date()",
    "timestamp": "sa.DateTime()",
    "timestamptz": "sa.DateTime(timezone=True)",
    "numeric": "sa.Numeric()",
    "double precision": "sa.Float()",
    "jsonb": "postgresql.JSONB()",
    "uuid": "sa.Uuid()",
}
_DJANGO = {
    "bigint": "models.BigIntegerField(null=True)",
    "integer": "models.IntegerField(null=True)",
    "smallint": "models.SmallIntegerField(null=True)",
    "text": "models.TextField(null=True)",
    "boolean": "models.BooleanField(null=True)",
    "date": "models.DateField(null=True)",
    "timestamptz": "models.DateTimeField(null=True)",
    "double precision": "models.FloatField(null=True)",
    "jsonb": "models.JSONField(null=True)",
    "uuid": "models.UUIDField(null=True)",
}


class Form(NamedTuple):
    """How to say a statement; every function returns one line of code."""

    run: Callable[[str], str]
    add_column: Callable[[str, str, str], str]
    drop_column: Callable[[str, str], str]


def form_of(change: PendingChange) -> Form:
    """The form of the tool whose migration makes the change."""
    if change.tool == "alembic":
        return Form(
            lambda sql: f'op.execute("{_quoted(sql)}")',
            _alembic_column,
            lambda table, column: f'op.drop_column("{table}", "{column}")',
        )
    if change.tool == "django":
        model = model_of(change)
        if model:
            return Form(
                lambda sql: f'migrations.RunSQL("{_quoted(sql)}")',
                lambda table, column, kind: _django_column(model, table, column, kind),
                lambda _table, column: f'migrations.RemoveField("{model}", "{column}")',
            )
        return Form(
            lambda sql: f'migrations.RunSQL("{_quoted(sql)}")',
            lambda table, column, kind: f'migrations.RunSQL("{_sql_column(table, column, kind)}")',
            lambda table, column: f'migrations.RunSQL("ALTER TABLE {table} DROP COLUMN {column}")',
        )
    if change.tool == "model":
        return Form(
            lambda sql: f"{sql};",
            lambda _table, column, kind: f"a column {column} ({kind}) in the model, beside the old one",
            lambda _table, column: f"take {column} out of the model",
        )
    return Form(
        lambda sql: f"{sql};",
        lambda table, column, kind: f"{_sql_column(table, column, kind)};",
        lambda table, column: f"ALTER TABLE {table} DROP COLUMN {column};",
    )


def model_of(change: PendingChange) -> str:
    """The Django model that the table belongs to, where its name follows from the app's; else empty."""
    folders = change.place.path.split("/")
    label = folders[-3] if len(folders) > 2 and folders[-2] == "migrations" else ""
    name = shown(change.table)
    return name.removeprefix(f"{label}_") if label and name.startswith(f"{label}_") else ""


def _known(kind: str, spellings: dict[str, str]) -> str | None:
    return next((spelled for name, spelled in spellings.items() if relation(name, kind) == "same"), None)


def _alembic_column(table: str, column: str, kind: str) -> str:
    sized = re.fullmatch(r"(?:varchar|character varying)\((\d+)\)", kind)
    spelled = f"sa.String({sized[1]})" if sized else _known(kind, _ALEMBIC)
    if spelled is None:
        return f'op.execute("{_sql_column(table, column, kind)}")'
    return f'op.add_column("{table}", sa.Column("{column}", {spelled}, nullable=True))'


def _django_column(model: str, table: str, column: str, kind: str) -> str:
    sized = re.fullmatch(r"varchar\((\d+)\)", kind)
    spelled = f"models.CharField(max_length={sized[1]}, null=True)" if sized else _known(kind, _DJANGO)
    if spelled is None:
        return f'migrations.RunSQL("{_sql_column(table, column, kind)}")'
    return f'migrations.AddField("{model}", "{column}", {spelled})'


def _sql_column(table: str, column: str, kind: str) -> str:
    return f"ALTER TABLE {table} ADD COLUMN {column} {kind}"


def _quoted(sql: str) -> str:
    return sql.replace("\\", "\\\\").replace('"', '\\"')
