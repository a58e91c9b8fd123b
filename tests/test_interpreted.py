"""Interpretations are remembered for as long as the source of their family says the same."""

from pathlib import Path

import pytest

from dblint import frameworks, interpreted, languages, sql
from dblint.engine.cache import Cache
from dblint.engine.memory import Memory
from dblint.interpret import Interpretation, interpret
from dblint.model.sql import Dialect, Statement
from dblint.model.syntax import Module
from dblint.sql import read_script


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL texts that were really read."""
    found: list[str] = []

    def noted(text: str, dialect: Dialect) -> tuple[Statement, ...]:
        found.append(text)
        return read_script(text, dialect)

    monkeypatch.setattr("dblint.sql.read_script", noted)
    return found


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The languages that were really interpreted."""
    found: list[str] = []

    def noted(modules: list[Module], *rest: object) -> Interpretation:
        found.append(modules[0].language)
        return interpret(modules, *rest)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr("dblint.interpret.interpret", noted)
    return found


class Tree:
    """A tree in two languages whose interpretations are remembered."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        self._cache = Cache(str(folder), pytest.fail)
        self.texts = {"orders.sql": "SELECT id FROM orders"}
        self.sources = {
            "shop/db.py": "import psycopg\ncursor.execute(open('orders.sql').read())\ncursor.execute('SELECT a FROM carts')\n",
            "stock/db.go": 'package db\n\nimport "database/sql"\n\nfunc F(db *sql.DB) { db.Query("SELECT a FROM stock") }\n',
        }

    def tables(self) -> list[str]:
        """The tables that the source touches."""
        memory = Memory(self._cache, "interpretations")
        known = frameworks.load((), {"python", "go"})
        modules = []
        for path, text in self.sources.items():
            language = "go" if path.endswith(".go") else "python"
            modules.append(languages.read(path, language, text, frameworks.vocabulary(known, language)))
        found = interpreted.interpreted(modules, known, self.texts.get, sql.read_script, memory)
        memory.save()
        return [access.table.name for statement in found.statements for access in statement.accesses]


def test_nothing_is_interpreted_twice(tmp_path: Path, made: list[str]) -> None:
    tree = Tree(tmp_path / "cache")
    first = tree.tables()
    assert made == ["go", "python"]
    assert tree.tables() == first
    assert made == ["go", "python"]
    assert {"stock", "carts"} <= set(first)


def test_a_change_in_one_language_leaves_the_other_alone(tmp_path: Path, made: list[str]) -> None:
    tree = Tree(tmp_path / "cache")
    tree.tables()
    tree.sources["stock/db.go"] = tree.sources["stock/db.go"].replace("stock", "shelves")
    assert "shelves" in tree.tables()
    assert made == ["go", "python", "go"]


def test_a_comment_at_the_end_changes_nothing(tmp_path: Path, made: list[str]) -> None:
    tree = Tree(tmp_path / "cache")
    tree.tables()
    tree.sources["shop/db.py"] += "# nothing\n"
    tree.tables()
    assert made == ["go", "python"]


def test_a_file_whose_text_was_asked_for_counts(tmp_path: Path, made: list[str]) -> None:
    tree = Tree(tmp_path / "cache")
    assert "orders" in tree.tables()
    tree.texts["orders.sql"] = "SELECT id FROM receipts"
    assert "receipts" in tree.tables()
    assert made == ["go", "python", "python"]


def test_of_changed_source_only_the_new_sql_is_read(tmp_path: Path, made: list[str], read: list[str]) -> None:
    tree = Tree(tmp_path / "cache")
    tree.tables()
    read.clear()
    tree.sources["shop/db.py"] += "cursor.execute('SELECT b FROM baskets')\n"
    assert {"orders", "carts", "baskets"} <= set(tree.tables())
    assert read == ["SELECT b FROM baskets"]
    assert made == ["go", "python", "python"]


def test_sql_is_remembered_although_another_language_changed_in_between(tmp_path: Path, read: list[str]) -> None:
    tree = Tree(tmp_path / "cache")
    tree.tables()
    tree.sources["stock/db.go"] = tree.sources["stock/db.go"].replace("SELECT a", "SELECT b")
    tree.tables()
    read.clear()
    tree.sources["shop/db.py"] += "cursor.execute('SELECT a FROM carts')\n"
    tree.tables()
    assert read == []


def test_of_much_sql_what_is_gone_is_forgotten(tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dblint.engine.memory._MANY", 2)
    tree = Tree(tmp_path / "cache")
    before = tree.sources["shop/db.py"]
    tree.tables()
    tree.sources["shop/db.py"] = before.replace("carts", "baskets")
    tree.tables()
    read.clear()
    tree.sources["shop/db.py"] = f"{before}# nothing\n"
    tree.tables()
    assert read == ["SELECT a FROM carts"]


def test_sql_of_files_that_are_not_asked_again_is_remembered(tmp_path: Path, read: list[str]) -> None:
    tree = Tree(tmp_path / "cache")
    tree.sources["shop/carts.py"] = "import psycopg\ncursor.execute('SELECT a FROM kept')\n"
    tree.tables()
    tree.sources["shop/db.py"] += "cursor.execute('SELECT b FROM baskets')\n"
    tree.tables()
    read.clear()
    tree.sources["shop/carts.py"] += "x = 1\n"
    assert "kept" in tree.tables()
    assert read == []
