"""What a migration tool is to dblint; each tool is one module with a constant `TOOL`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from dblint.migrations.file import MigrationFile
from dblint.model.facts import Change
from dblint.model.sql import Dialect
from dblint.model.syntax import Module


def _whole(text: str) -> str:
    return text


@dataclass(frozen=True)
class Tool:
    """A migration tool.

    `recognise` decides on path and text of one file; `effective` blanks what never counts in a file of SQL; `read` turns
    the syntax of a source file into changes, for which the calls of `calls` must have been kept, and those whose names
    `helpers` finds. `keeps_module`: what else such a file does is read as that of any other.
    """

    name: str
    recognise: Callable[[str, str], MigrationFile | None]
    effective: Callable[[str], str] = _whole
    read: Callable[[MigrationFile, Module, Dialect], tuple[Change, ...]] | None = None
    calls: frozenset[str] = frozenset()
    keeps_module: bool = False
    helpers: re.Pattern[str] | None = None
