"""What is read beside a run says what it says in it."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from dblint import beside, frameworks
from dblint.engine.settings import Settings
from dblint.extract.gather import SECONDS, Reader, Source, gather
from dblint.judge import in_sql
from dblint.model.facts import FileFacts
from dblint.model.sql import Dialect
from dblint.sql import read_script

TEXTS: list[tuple[str, Dialect]] = [
    ("SELECT o.id FROM orders o JOIN items i ON i.order_id = o.id", "postgres"),
    ("INSERT INTO `a b` (x) VALUES (1); DROP TABLE old", "mysql"),
    ("SELECT 'line\nbreak' FROM t\nWHERE x = '\udc80'", "generic"),
    ("", "generic"),
    ("SELECT 1 FROM " + "x" * 2_000_000, "generic"),
]
CODE = "import psycopg\n\ndef f(c: psycopg.Connection):\n    c.execute('SELECT a FROM b')  # dblint: ignore\n"


@pytest.fixture
def there() -> Iterator[beside.Beside]:
    made = beside.Beside(Settings())
    yield made
    made.close()


@pytest.mark.parametrize(("text", "dialect"), TEXTS)
def test_a_text_gives_the_same_statements(there: beside.Beside, text: str, dialect: Dialect) -> None:
    assert there.script(text, dialect) == read_script(text, dialect)


def test_texts_are_read_in_another_process_while_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    readers: list[int] = []

    def here(text: str, _dialect: Dialect) -> tuple[()]:
        readers.append(os.getpid())
        if "bad" in text:
            raise ValueError(text)
        return ()

    monkeypatch.setattr(beside, "read_script", here)
    there = beside.Beside(Settings())
    there.script("SELECT 1", "generic")
    assert readers == []
    with pytest.raises(ValueError, match="bad"):
        there.script("bad", "generic")
    there.script("SELECT 2", "generic")
    assert readers == [os.getpid(), os.getpid()]
    there.close()


def _sources(folder: Path, *texts: str) -> tuple[list[Source], Reader]:
    found = []
    for number, text in enumerate(texts):
        file = folder / f"{number}.py"
        file.write_text(text)
        found.append(Source(file.name, "python", file, len(text)))
    known = frameworks.load((), {"python"})
    return found, Reader({"python": frameworks.vocabulary(known, "python")}, in_sql, "identity")


def test_a_file_gives_the_same_facts(there: beside.Beside, tmp_path: Path) -> None:
    (source,), reader = _sources(tmp_path, CODE)
    there.ask(source, reader.vocabularies["python"])
    said = there.heard() or b""
    facts = msgspec.msgpack.decode(said[SECONDS.size :], type=FileFacts)
    assert facts == reader.read(source)
    assert facts.comments
    assert there.script(*TEXTS[0]) == read_script(*TEXTS[0])


@pytest.mark.parametrize("count", [1, 3, 4])
def test_few_files_are_read_beside_the_run_and_more_by_workers(
    there: beside.Beside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    sources, reader = _sources(tmp_path, *[CODE] * count)
    asked: list[str] = []
    ask = there.ask

    def noted(source: Source, *rest: object) -> None:
        asked.append(source.path)
        ask(source, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(there, "ask", noted)
    done: list[int] = []
    found = gather(sources, reader, Settings(), done=done.append, meanwhile=lambda: done.append(-1), beside=there)
    assert found == tuple(map(reader.read, sources))
    assert asked == ([source.path for source in sources] if count < 4 else [])
    assert done == [-1, *range(1, count + 1)]


def test_what_the_process_does_not_answer_workers_read(there: beside.Beside, tmp_path: Path) -> None:
    sources, reader = _sources(tmp_path, CODE, CODE)
    there.close()
    assert gather(sources, reader, Settings(), beside=there) == tuple(map(reader.read, sources))


def test_a_file_whose_name_is_no_text_is_left_to_workers(there: beside.Beside, tmp_path: Path) -> None:
    (source,), reader = _sources(tmp_path, CODE)
    there.ask(msgspec.structs.replace(source, path="\udc80.py"), reader.vocabularies["python"])
    assert there.heard() is None
