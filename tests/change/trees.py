"""Miniature systems before and after a change, and what the rule finds."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from dblint.config import load
from dblint.model.findings import Finding
from dblint.pipeline import Analysis, analyse

CONFIG = """\
version: 1
services:
  - {{name: accounts, path: accounts, databases: [shop]}}
  - {{name: orders, path: orders, databases: [shop]}}
databases:
  shop: {{url: {url}}}
"""
USERS = """\
CREATE TABLE users (
    id bigint PRIMARY KEY,
    email varchar(100) NOT NULL UNIQUE,
    name varchar(100),
    age integer NOT NULL DEFAULT 0
);
"""
URLS = {"postgres": "postgresql://db/shop", "mysql": "mysql://db/shop", "sqlite": "sqlite:///shop.db"}


def python(*statements: str) -> str:
    """A module that executes these statements."""
    lines = ["import psycopg", "", "", "def run(connection: psycopg.Connection) -> None:"]
    return "\n".join([*lines, *(f'    connection.execute("""{statement}""")' for statement in statements)]) + "\n"


def analysed(
    tmp_path: Path,
    before: Mapping[str, str],
    after: Mapping[str, str | None],
    dialect: str = "postgres",
    config: str = CONFIG,
) -> Analysis:
    """The analysis of a tree that differs from its base in `after` (None: the file is gone)."""
    files = {"dblint.yaml": config.format(url=URLS[dialect]), "orders/__init__.py": "", "accounts/__init__.py": "", **before}
    base = _written(tmp_path / "base", files)
    changed = {**files, **after}
    tree = _written(tmp_path / "tree", {path: text for path, text in changed.items() if text is not None})
    base_system = analyse(base, load(base / "dblint.yaml", base)).system
    return analyse(tree, load(tree / "dblint.yaml", tree), base=base_system)


def found(
    tmp_path: Path,
    change: str,
    reader: str,
    dialect: str = "postgres",
    table: str = USERS,
) -> list[Finding]:
    """What is found when accounts makes a change to users while orders executes a statement."""
    before = {"accounts/migrations/0001.sql": table, "orders/app.py": python(reader)}
    return breaking(analysed(tmp_path, before, {"accounts/migrations/0002.sql": change}, dialect))


def breaking(analysis: Analysis) -> list[Finding]:
    """The findings of the rule."""
    return [finding for finding in analysis.findings if finding.rule == "breaking-schema-change"]


def _written(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), "utf-8")
    return folder
