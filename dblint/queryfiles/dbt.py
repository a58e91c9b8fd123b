"""One file of a dbt project: what it reads and builds, in dbt's own names (`ref`, `source`, `this`).

What these names mean stands in other files; `projects` settles that. A file of tests, docs or analyses says nothing: dbt runs
none of it to build a table. Source: dbt's documentation of `ref`, `source`, `config` and snapshots.
"""

import re
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from dblint.model.schema import SchemaEvent, TableName
from dblint.model.sql import Dialect, Statement, TableUse
from dblint.queryfiles.jinja import Section, is_template, sections
from dblint.queryfiles.moving import moved, united
from dblint.sql import HOLE, is_sql, read_script

SOURCE, REF, THIS = "dbt_source", "dbt_ref", "dbt_this"
"""What stands for the database of a relation (or, with `THIS`, for the relation) until the project says it."""
MODEL = "dbt.model"
"""The kind of the event that says how a file wants its model to be built."""

_FUNCTIONS = re.compile(
    r"\{\{-?\s*(?:ref|source|config)\s*\(|\{\{-?\s*this\b|\{%-?\s*(?:snapshot|macro|test|materialization)\s"
    r"|\{[%{][^{}%]*\b(?:ref|source)\s*\(\s*['\"]"
)
_SETTINGS = ("materialized", "alias", "schema", "database", "target_schema", "target_database", "enabled")
_UNSAFE = re.compile(r"\W")


def is_dbt(text: str) -> bool:
    """Whether a SQL file calls dbt's functions."""
    return is_template(text) and _FUNCTIONS.search(text) is not None


def relation(name: str, arguments: tuple[str, ...]) -> str | None:
    """How the SQL that we read writes the relation of a call of dbt's."""
    words = tuple(_UNSAFE.sub("_", argument) for argument in arguments)
    if name == "ref" and 1 <= len(words) <= 2:
        return ".".join((REF, *words))
    if name == "source" and len(words) == 2:
        return ".".join((SOURCE, *words))
    return THIS if name == "this" and not words else None


def read(text: str, dialect: Dialect) -> tuple[tuple[Statement, ...], tuple[SchemaEvent, ...]]:
    """The statements of a file, and an event of kind `MODEL` for each model or snapshot that it builds."""
    statements: list[Statement] = []
    models: list[SchemaEvent] = []
    for section in sections(text, relation):
        found = _section(section, dialect)
        if section.kind in ("", "snapshot") and (found or section.settings):
            flags = tuple(f"{key}={section.settings[key]}" for key in _SETTINGS if key in section.settings)
            event = SchemaEvent(MODEL, TableName(section.named or "*"), flags=flags, offset=section.start)
            if found:
                models.append(event)
                found = building(found, section.named)
        statements += found
    return tuple(statements), tuple(models)


def _section(section: Section, dialect: Dialect) -> list[Statement]:
    """The statements of a section, what its tags ask for besides included."""
    if section.kind in ("set", "macro", "call") and not any(is_sql(made.text) for made in section.renderings):
        return list(_asked(section, (), dialect))
    found = united(
        tuple(moved(_sure(statement, made.text), made.source) for statement in read_script(made.text, dialect))
        for made in section.renderings
    )
    if section.kind in ("set", "macro", "call"):  # what a macro's caller gives is not known, and need not be
        found = tuple(statement for statement in found if statement.status == "understood")
    return [*found, *_asked(section, found, dialect)]


def _sure(statement: Statement, text: str) -> Statement:
    """The statement without the bare names that the unknown text of a macro may define: dbt's own names are never bare."""
    if HOLE not in text[statement.offset : statement.end]:
        return statement
    uses = tuple(use for use in statement.uses if _is_sure(use.table))
    joins = (replace(join, tables=tuple(filter(_is_sure, join.tables))) for join in statement.joins)
    return replace(statement, uses=uses, joins=tuple(join for join in joins if len(join.tables) > 1))


def _is_sure(table: TableName) -> bool:
    return bool(table.schema) or table.name.casefold() == THIS


def _asked(section: Section, found: tuple[Statement, ...], dialect: Dialect) -> Iterator[Statement]:
    """A reading of each relation that only a tag names: dbt or the macro asks the database for it."""
    known = {use.table for statement in found for use in statement.uses}
    for name, offset in section.asked:
        for statement in read_script(f"select 1 from {name}", dialect):  # noqa: S608 -- read, never run
            if not known & {use.table for use in statement.uses}:
                known |= {use.table for use in statement.uses}
                yield moved(statement, _always(offset))


def _always(offset: int) -> Callable[[int], int]:
    return lambda _: offset


def building(statements: list[Statement], named: str) -> list[Statement]:
    """The statements, the first query of which fills the model."""
    for index, statement in enumerate(statements):
        if statement.status in ("understood", "dynamic") and not statement.events:
            this = TableName(THIS, named or None)
            filling = TableUse(this, "write", "insert", "insert.cols", None, statement.offset)
            statements[index] = replace(statement, uses=(*statement.uses, filling))
            break
    return statements
