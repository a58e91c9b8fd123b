"""Migrations in JavaScript and TypeScript: where they say what is done on the way up."""

import re
from collections.abc import Iterator

from dblint.migrations.code import Code
from dblint.model.syntax import Function

_UP = re.compile(
    r"\bexports\s*\.\s*up\b|\bexport\s+(?:default\s+)?(?:async\s+)?(?:function|const|let)\s*\*?\s+up\b"
    r"|^\s*(?:public\s+)?(?:static\s+)?(?:async\s+)?up\s*[(:]|\bexports\s*\.\s*up\s*=|\bexport\s*\{[^}]*\bup\b",
    re.MULTILINE,
)


def is_migration(text: str) -> bool:
    """Whether a source file defines `up`."""
    return _UP.search(text) is not None


def ups(code: Code) -> Iterator[Function]:
    """The functions that take a migration up: `up` of the module, of the object that it exports, or of its class."""
    for function in code.module.functions:
        if function.name == "up" and function.scope.count(".") == 0:
            yield function
