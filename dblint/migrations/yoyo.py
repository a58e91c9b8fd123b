"""yoyo: `step(apply, rollback)` in Python, or `x.sql` with `x.rollback.sql`; only the first argument of a step counts."""

import re
from collections.abc import Iterator

from dblint.migrations.code import Code
from dblint.migrations.embedded import Found, change_of, sql_events, unreadable
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.script import revision_header
from dblint.migrations.tool import Tool
from dblint.migrations.written import argument, method, written
from dblint.model.facts import Change
from dblint.model.history import Revision
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Items, Module, Name

_SQL_DEPENDS = re.compile(r"^--[ \t]*depends:(?P<names>.*)$", re.MULTILINE)
_PYTHON = re.compile(r"^(?:from[ \t]+yoyo[ \t]+import\b|import[ \t]+yoyo\b)", re.MULTILINE)
_DEPENDS = re.compile(r"^__depends__[ \t]*=[ \t]*[\[{(](?P<names>[^\]})]*)[\]})]", re.MULTILINE)


def _recognise(path: str, text: str) -> MigrationFile | None:
    folder, name = split(path)
    if name.endswith(".rollback.sql"):
        return MigrationFile(path, "yoyo", folder, natural(name), "down")
    if name.endswith(".sql"):
        match = _SQL_DEPENDS.search(text)
        requires = match["names"].split() if match else None
    elif name.endswith(".py") and "yoyo" in text and _PYTHON.search(text):
        match = _DEPENDS.search(text)
        requires = re.findall(r"[\"']([^\"']+)[\"']", match["names"]) if match else []
    else:
        requires = None
    if requires is None:
        return None
    # yoyo sorts by name and then by dependency, and calls a migration by its file name without the ending.
    revision = Revision(name.rpartition(".")[0], tuple(requires))
    return MigrationFile(path, "yoyo", folder, natural(name), revision=revision)


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    found = (each for call in _steps(code) for each in _applied(code, call, dialect))
    return (*revision_header(file, file.revision), *(change_of(file, each) for each in found))


def _steps(code: Code) -> Iterator[Call]:
    """All `step(…)` calls of the module, those in `steps = […]` and in `group(…)` too."""
    for call in code.module_calls():
        if method(call) == "step":
            yield call
        elif method(call) in ("group", "transaction"):
            parts = (part for each in call.arguments for part in (each.values if isinstance(each, Items) else (each,)))
            yield from (part for part in parts if isinstance(part, Call) and method(part) == "step")


def _applied(code: Code, step: Call, dialect: Dialect) -> Iterator[Found]:
    apply = argument(step, 0, "apply")
    text = written(apply)
    if text is not None:
        yield from sql_events(text, dialect)
    elif isinstance(apply, Name) and (function := code.function(apply.name, "")) is not None:
        for call in code.calls(function):
            text = written(argument(call, 0)) if method(call) == "execute" else None
            if text is not None:
                yield from sql_events(text, dialect)
            elif method(call) == "execute":
                yield unreadable(call.line)
    elif apply is not None:
        yield unreadable(step.line)


TOOL = Tool("yoyo", _recognise, read=_read, calls=frozenset({"step", "group", "transaction", "execute"}))
