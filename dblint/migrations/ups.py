"""Migrations that define `up`: where they say what is done on the way up, in any language."""

import re
from collections.abc import Callable, Iterator

from dblint.migrations.chains import Known, known_calls
from dblint.migrations.code import Code
from dblint.migrations.embedded import Found, change_of
from dblint.migrations.file import MigrationFile
from dblint.model.facts import Change
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Function, Module

Events = Callable[[Code, Call, Dialect], Iterator[Found]]
Reader = Callable[[MigrationFile, Module, Dialect], tuple[Change, ...]]

# Patterns that begin with their rarest word are found a hundred times faster; what stands before it is looked at then.
_EXPORTED = re.compile(
    r"export(?<!\wexport)(?:s\s*\.\s*up\b|\s+(?:default\s+)?(?:async\s+)?(?:function|const|let)\s*\*?\s+up\b"
    r"|\s*\{[^}]*\bup\b)"
)
_NAMED = re.compile(r"up(?<!\wup)\s*[(:]")
_DEFINED = re.compile(r"^\s*(?:public\s+)?(?:static\s+)?(?:async\s+)?up\s*[(:]", re.MULTILINE)


def is_migration(text: str) -> bool:
    """Whether a source file in JavaScript or TypeScript defines `up`."""
    if _NAMED.search(text) is not None and _DEFINED.search(text) is not None:
        return True
    return _EXPORTED.search(text) is not None


def ups(code: Code) -> Iterator[Function]:
    """The functions that take a migration up: `up` of the module, of the object that it exports, or of its class."""
    for function in code.module.functions:
        if function.name in ("up", "Up") and function.scope.count(".") == 0:
            yield function


def reader(known: Known, events: Events, *, whole: bool = False) -> Reader:
    """Reads a module by the calls that a tool knows (see `known_calls`), and what each of them does."""

    def read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
        code = Code(module)
        calls = (call for up in ups(code) for call in known_calls(code, code.calls(up), known, whole=whole))
        return tuple(change_of(file, found) for call in calls for found in events(code, call, dialect))

    return read
