"""MikroORM: migrations are classes whose `up` adds SQL (`this.addSql("…")`). Source: the documentation of its migrations."""

import re
from collections.abc import Iterator

from dblint.migrations.code import Code
from dblint.migrations.definitions import sql_in
from dblint.migrations.embedded import Found
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.ups import reader
from dblint.migrations.written import argument, method
from dblint.model.sql import Dialect
from dblint.model.syntax import Call

_MARK = re.compile(r"\bextends\s+Migration\b")
_ADDED = re.compile(r"\bthis\s*\.\s*addSql\s*\(")


def _recognise(path: str, text: str) -> MigrationFile | None:
    if "addSql" not in text or not _MARK.search(text) or not _ADDED.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "mikroorm", folder, natural(name))


def _is_known(call: Call) -> bool:
    return method(call) == "addSql"


def _events(_code: Code, call: Call, dialect: Dialect) -> Iterator[Found]:
    yield from sql_in(argument(call, 0), call.line, dialect)


MIKRO_ORM = Tool("mikroorm", _recognise, read=reader(_is_known, _events))
