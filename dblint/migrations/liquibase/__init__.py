"""Liquibase: changelogs in XML, YAML, JSON and formatted SQL, and the master that includes them.

Source of the rules: Liquibase's documentation of changelogs, attributes and change types. Reading order: `documents` (any
format becomes elements), `changelog` (changesets and includes), `changes` and its relatives (what a change type does),
`includes` (the order between files).
"""

from dblint.migrations.liquibase.changelog import from_changelog
from dblint.migrations.liquibase.formatted import TOOL
from dblint.migrations.liquibase.includes import included

__all__ = ["TOOL", "from_changelog", "included"]
