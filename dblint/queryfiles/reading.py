"""Any SQL file, script or not, as statements with offsets into its text."""

from collections.abc import Callable

from dblint.model.schema import SchemaEvent
from dblint.model.sql import Dialect, Statement
from dblint.queryfiles import dbt
from dblint.queryfiles.blocks import blocks
from dblint.queryfiles.jinja import is_template, sections
from dblint.queryfiles.moving import event_moved, moved, united
from dblint.queryfiles.psql import interpolated
from dblint.sql import is_sql, read_script


def is_query_file(text: str) -> bool:
    """Whether a SQL file holds queries that a library or dbt runs, so that it is no migration."""
    return bool(blocks(text)) or dbt.is_dbt(text)


def read(
    text: str, dialect: Dialect, values: dict[str, str] | None = None
) -> tuple[tuple[Statement, ...], tuple[SchemaEvent, ...]]:
    """The statements of a SQL file, and the schema changes that come with running its queries (see `dbt.MODEL` too).

    `values` are the variables of psql that are known.
    """
    if values:
        made = interpolated(text, values)
        statements, events = read(made.text, dialect)
        return tuple(moved(statement, made.source) for statement in statements), tuple(
            event_moved(each, made.source) for each in events
        )
    named = blocks(text)
    if not named and dbt.is_dbt(text):
        return dbt.read(text, dialect)
    if not named:
        return _script(text, dialect), ()
    found = []
    for _, start, end in named:
        found += [moved(statement, _later(start)) for statement in _script(text[start:end], dialect)]
    return tuple(found), tuple(event for statement in found for event in statement.events)


def _later(start: int) -> Callable[[int], int]:
    return lambda offset: offset + start


def _script(text: str, dialect: Dialect) -> tuple[Statement, ...]:
    if not is_template(text):
        return read_script(text, dialect)
    found: list[Statement] = []
    for section in sections(text):
        if not section.kind or any(is_sql(made.text) for made in section.renderings):
            found += united(
                tuple(moved(statement, made.source) for statement in read_script(made.text, dialect))
                for made in section.renderings
            )
    return tuple(sorted(found, key=lambda statement: statement.offset))
