"""SQL texts read beside a run say what they say in it."""

import os

import pytest

from dblint import scripts
from dblint.engine.settings import Settings
from dblint.model.sql import Dialect
from dblint.sql import read_script

TEXTS: list[tuple[str, Dialect]] = [
    ("SELECT o.id FROM orders o JOIN items i ON i.order_id = o.id", "postgres"),
    ("INSERT INTO `a b` (x) VALUES (1); DROP TABLE old", "mysql"),
    ("SELECT 'line\nbreak' FROM t\nWHERE x = '\udc80'", "generic"),
    ("", "generic"),
    ("SELECT 1 FROM " + "x" * 50_000, "generic"),
]


@pytest.mark.parametrize(("text", "dialect"), TEXTS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_text_gives_the_same_statements_beside_the_run(text: str, dialect: Dialect, jobs: int) -> None:
    with scripts.beside(Settings(jobs=jobs)) as read:
        assert read(text, dialect) == read_script(text, dialect)


def test_texts_are_read_in_another_process_while_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    readers: list[int] = []

    def here(text: str, _dialect: Dialect) -> tuple[()]:
        readers.append(os.getpid())
        if "bad" in text:
            raise ValueError(text)
        return ()

    monkeypatch.setattr(scripts, "read_script", here)
    with scripts.beside(Settings(jobs=2)) as read:
        read("SELECT 1", "generic")
        assert readers == []
        with pytest.raises(ValueError, match="bad"):
            read("bad", "generic")
        read("SELECT 2", "generic")
    assert readers == [os.getpid(), os.getpid()]
