"""Migrations that are code around SQL: goose and Bun in Go, Flyway in Java and Kotlin.

goose registers a function for each direction, Bun two closures; Flyway calls `migrate`. Source: the documentation of each.
"""

import re
from collections.abc import Iterable, Iterator

from dblint import sql
from dblint.migrations import flyway
from dblint.migrations.chains import links
from dblint.migrations.code import Code
from dblint.migrations.embedded import Found, change_of, sql_events, unreadable
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.written import method, written
from dblint.model.facts import Change
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Module, Name

_GOOSE = re.compile(r"\bgoose\.AddMigration\w*\(|\bgoose\.AddNamedMigration\w*\(")
_BUN = re.compile(r"\.(?:Must)?Register\(\s*func\(\s*\w+\s+context\.Context\s*,\s*\w+\s+\*?bun\.\w+")
_REGISTERING = re.compile(r"Add(?:Named)?Migration\w*|(?:Must)?Register")
_EXECUTING = frozenset({"Exec", "ExecContext", "MustExec", "MustExecContext", "execute", "executeUpdate"})
_FLYWAY = re.compile(r"\bBaseJavaMigration\b|\bimplements\s+JavaMigration\b|:\s*JavaMigration\b")


def _goose(path: str, text: str) -> MigrationFile | None:
    folder, name = split(path)
    if _GOOSE.search(text):
        return MigrationFile(path, "goose", folder, natural(name))
    return MigrationFile(path, "bun", folder, natural(name)) if _BUN.search(text) else None


def _flyway(path: str, text: str) -> MigrationFile | None:
    return flyway.TOOL.recognise(path, text) if "JavaMigration" in text and _FLYWAY.search(text) else None


def _read_go(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    found: list[Found] = []
    for registered in _registered(code):
        ways = [each for each in registered.arguments if written(each) is None]
        if not ways:
            continue
        if isinstance(ways[0], Name):
            function = code.functions.get(ways[0].name)
            found += _sql(code.calls(function), dialect) if function is not None else ()
        else:
            # A closure's lines end where the next one begins.
            end = ways[1].line if len(ways) > 1 else 1 << 40
            inside = (call for each in code.module.functions if each.name == "init" for call in code.calls(each))
            found += _sql((call for call in inside if ways[0].line <= call.line < end), dialect)
    return tuple(change_of(file, each) for each in found)


def _registered(code: Code) -> Iterator[Call]:
    for evaluation in code.module.evaluations:
        expression: Expression = evaluation.expression
        if isinstance(expression, Call) and _REGISTERING.fullmatch(method(expression)):
            yield expression


def _read_java(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    calls = (call for function in module.functions if function.name == "migrate" for call in code.calls(function))
    return tuple(change_of(file, each) for each in _sql(calls, dialect))


def _sql(calls: Iterable[Call], dialect: Dialect = "generic") -> Iterator[Found]:
    """The events of all texts in arguments that are SQL."""
    for call in calls:
        for link in links(call):
            texts = [text for each in link.arguments if (text := written(each)) is not None]
            for text in texts:
                if sql.is_sql(text.text):
                    yield from sql_events(text, dialect)
            if not texts and link.arguments and method(link) in _EXECUTING:
                yield unreadable(link.line)


GO = Tool("goose", _goose, read=_read_go)
BUN = Tool("bun", _goose, read=_read_go)
FLYWAY = Tool("flyway", _flyway, read=_read_java)
