import pytest

from dblint.compatibility import is_required, kind_of, relation
from dblint.model.schema import Column, SchemaEvent, TableName


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("int", "bigint", "widen"),
        ("bigint", "int", "narrow"),
        ("INTEGER", "int4", "same"),
        ("serial", "integer", "same"),
        ("int(11)", "int", "same"),
        ("tinyint(1)", "boolean", "same"),
        ("varchar(20)", "varchar(50)", "widen"),
        ("varchar(50)", "varchar(20)", "narrow"),
        ("varchar(50)", "text", "widen"),
        ("character varying(20)", "varchar(20)", "same"),
        ("text", "varchar(50)", "narrow"),
        ("char(5)", "char(9)", "meaning"),
        ("numeric(10,2)", "numeric(12,2)", "widen"),
        ("numeric(10,2)", "numeric(10,4)", "narrow"),
        ("numeric(10,2)", "numeric", "widen"),
        ("integer", "numeric", "widen"),
        ("real", "double precision", "widen"),
        ("double precision", "numeric", "meaning"),
        ("timestamp", "timestamptz", "meaning"),
        ("timestamp(3) with time zone", "timestamptz", "widen"),
        ("json", "jsonb", "meaning"),
        ("date", "timestamp", "narrow"),
        ("mood", "text", "narrow"),
        ("int[]", "int", "narrow"),
        (None, "text", "unknown"),
        ("point(1", "text", "unknown"),
    ],
)
def test_types_compare(before: str | None, after: str, expected: str) -> None:
    assert relation(before, after) == expected


FILLED = Column("c", "text", nullable=False, default="'x'")
DEMANDED = Column("c", "text", nullable=False)
OPEN = Column("c", "text", nullable=True)


@pytest.mark.parametrize(
    ("kind", "flags", "after", "before", "expected"),
    [
        ("column.add", (), OPEN, None, "column.add"),
        ("column.add", (), FILLED, None, "column.add"),
        ("column.add", (), DEMANDED, None, "column.add.required"),
        ("column.nullable", ("set-not-null",), DEMANDED, OPEN, "column.nullable.set"),
        ("column.nullable", ("set-not-null",), FILLED, FILLED, "column.nullable.set.defaulted"),
        ("column.nullable", ("drop-not-null",), OPEN, DEMANDED, "column.nullable.drop"),
        ("column.default", ("drop-default",), DEMANDED, FILLED, "column.default.drop.required"),
        ("column.default", (), FILLED, FILLED, "column.default.change"),
        ("column.default", (), FILLED, DEMANDED, ""),
        ("index.add", (), OPEN, None, ""),
        ("index.add", ("unique",), OPEN, None, "unique.add"),
        ("index.drop", (), OPEN, None, "index.drop"),
        ("table.set_schema", (), OPEN, None, "table.rename"),
        ("comment.add", (), OPEN, None, ""),
    ],
)
def test_an_event_falls_under_a_row(
    kind: str, flags: tuple[str, ...], after: Column, before: Column | None, expected: str
) -> None:
    assert kind_of(SchemaEvent(kind, TableName("t"), columns=(after,), flags=flags), before) == expected


def test_a_column_is_required_where_nothing_else_fills_it() -> None:
    assert is_required(DEMANDED)
    assert not any(map(is_required, (FILLED, OPEN, Column("c", nullable=False, generated=True))))
