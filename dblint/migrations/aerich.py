"""aerich (Tortoise ORM): `async def upgrade(db) -> str` returns the SQL; `downgrade` takes it back and does not count."""

import re

from dblint.migrations.code import Code
from dblint.migrations.embedded import Found, change_of, sql_events, unreadable
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.written import method, written
from dblint.model.facts import Change
from dblint.model.sql import Dialect
from dblint.model.syntax import Literal, Module

_UPGRADE = re.compile(r"^async[ \t]+def[ \t]+upgrade[ \t]*\(", re.MULTILINE)
_TORTOISE = re.compile(r"\b(?:BaseDBAsyncClient|tortoise|aerich|MODELS_STATE)\b")
_NAME = re.compile(r"[0-9]+_.*\.py")


def _recognise(path: str, text: str) -> MigrationFile | None:
    folder, name = split(path)
    if "upgrade" not in text or not _UPGRADE.search(text) or not (_TORTOISE.search(text) or _NAME.fullmatch(name)):
        return None
    return MigrationFile(path, "aerich", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    function = code.functions.get("upgrade")
    if function is None:
        return ()
    executed = [call.arguments[0] for call in code.calls(function) if method(call) in _EXECUTE and call.arguments]
    returned = [code.returned(function, value) for value in function.returns]
    found: list[Found] = []
    for each in (*executed, *returned):
        text = written(each)
        if text is not None:
            found += sql_events(text, dialect)
        elif not isinstance(each, Literal):
            found.append(unreadable(each.line))
    return tuple(change_of(file, each) for each in found)


_EXECUTE = frozenset({"execute_script", "execute_query", "execute_insert"})
TOOL = Tool("aerich", _recognise, read=_read, calls=_EXECUTE)
