"""Rules applied to the coupling: findings, less what the project allows or suppresses."""

from dblint.judge.rules import Rule, load
from dblint.judge.suppress import in_sql, parse
from dblint.judge.verdict import judge

__all__ = ["Rule", "in_sql", "judge", "load", "parse"]
