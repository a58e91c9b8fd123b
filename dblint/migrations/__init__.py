"""Migrations of any tool: which text counts, in which history and order, and the schema that results.

Reading order: `file` and `tool` (what a migration file is), one module for each tool, `script`, `order` and `replay`.
"""

from dblint.migrations.doors import effective, from_module, from_source, recognise, vocabulary
from dblint.migrations.file import MigrationFile
from dblint.migrations.ledgers import is_framework_table, is_ledger_table, ledger_of
from dblint.migrations.liquibase import from_changelog
from dblint.migrations.net import Net, difference, net
from dblint.migrations.order import ordered
from dblint.migrations.replay import replay
from dblint.migrations.schema import Creation, Grant, Key, Schema, TableState
from dblint.migrations.script import INCLUDED, from_script
from dblint.migrations.soundness import unsound
from dblint.migrations.sqitch import plan as sqitch_plan
from dblint.migrations.tools import keeps_module

__all__ = [
    "INCLUDED",
    "Creation",
    "Grant",
    "Key",
    "MigrationFile",
    "Net",
    "Schema",
    "TableState",
    "difference",
    "effective",
    "from_changelog",
    "from_module",
    "from_script",
    "from_source",
    "is_framework_table",
    "is_ledger_table",
    "keeps_module",
    "ledger_of",
    "net",
    "ordered",
    "recognise",
    "replay",
    "sqitch_plan",
    "unsound",
    "vocabulary",
]
