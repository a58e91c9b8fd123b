"""The first questions about a file: is it a migration, and what of it counts?"""

import re

from msgspec.structs import replace

from dblint import languages
from dblint.migrations.file import MigrationFile, blank
from dblint.migrations.script import connections, includes, statements_only
from dblint.migrations.tools import code_tools, sql_tools, tools_for
from dblint.model.facts import Change
from dblint.model.place import Place
from dblint.model.schema import SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Module

# A template of a SQL file is one too.
_SCRIPTS = tuple(
    f"{ending}{template}"
    for ending in (".sql", ".ddl", ".psql", ".pgsql", ".mysql")
    for template in ("", ".j2", ".jinja", ".jinja2")
)


def recognise(path: str, text: str) -> MigrationFile | None:
    """The tool, history, order and direction of a migration file, None for any other file; `path` has `/` and is relative."""
    script = path.lower().endswith(_SCRIPTS)
    tools = sql_tools() if script else tools_for(path)
    file = next((file for tool in tools if (file := tool.recognise(path, text)) is not None), None)
    if file is not None and script:
        return replace(file, connections=connections(text), includes=includes(text))
    return file


def effective(file: MigrationFile, text: str) -> str:
    """The text of a SQL migration with all that never counts turned into spaces: every offset and line stays where it was."""
    if not file.counts:
        return blank(text)
    tool = next((tool for tool in sql_tools() if tool.name == file.tool), None)
    return statements_only(tool.effective(text) if tool else text)


def from_module(file: MigrationFile, module: Module, dialect: Dialect = "generic") -> tuple[Change, ...]:
    """The changes of a migration in code, by its syntax alone; `dialect` is that of the SQL inside it."""
    tool = next((tool for tool in code_tools(module.language) if tool.name == file.tool), None)
    if tool is None or tool.read is None or not file.counts:
        return ()
    try:
        return tool.read(file, module, dialect)
    except RecursionError:
        event = SchemaEvent("opaque", TableName(""), object="too-deep")
        return (Change(event, Place(file.path, 1), file.tool, file.history, file.order),)


_WORD = re.compile(r"[^\W\d]\w*[?!]?")
_FUNCTION = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)


def vocabulary(text: str, language: str = "python") -> languages.Vocabulary:
    """The calls that must be kept when a migration is read: those of every tool, and those of its own functions.

    Outside Python the columns of a table are calls of any name, so all words of the text are kept.
    """
    if language == "python":
        tools = code_tools(language)
        named = (tool.helpers.findall(text) for tool in tools if tool.helpers is not None)
        calls = frozenset({"append", *_FUNCTION.findall(text)}).union(*(tool.calls for tool in tools), *named)
    else:
        calls = frozenset(_WORD.findall(text))
    return languages.Vocabulary(calls=calls, markers=("",))


def from_source(file: MigrationFile, text: str, dialect: Dialect = "generic", language: str = "python") -> tuple[Change, ...]:
    """The changes of a migration in code, read from its text."""
    return from_module(file, languages.read(file.path, language, text, vocabulary(text, language)), dialect)
